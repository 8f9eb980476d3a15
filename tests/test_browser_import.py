"""From a team's own files to the dashboard, in a real browser, and how many steps that takes."""

import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from data.lists import current_lists
from data.loading import load as load_into
from data.store import Counts, open_store
from tests.support.server import App
from tests.support.watch import settled

#: A reader gives up on a tool that asks for more.
MOST_INTERACTIONS = 6
#: The height of a row of a grid, in pixels.
GRID_ROW = 35
#: A spreadsheet as a team keeps one: its own names, American dates, what was promised in the row.
SHEET = [
    (
        "Ref", "What happened", "Prio", "System", "Owning team", "Outage start", "Noticed",
        "Back to normal", "Why", "Follow-up", "Follow-up owner", "Follow-up due", "Follow-up state",
    ),
    (
        "OPS-31", "Card payments were refused", "1 - Critical", "checkout", "Payments",
        "03/14/2026 9:05 AM", "03/14/2026 9:17 AM", "03/14/2026 11:02 AM",
        "The certificate of the card gateway ran out.", "Watch the dates of all certificates",
        "Platform", "04/30/2026", "Done",
    ),
    (
        "OPS-32", "Search found nothing", "3 - Minor", "search", "Discovery",
        "04/02/2026 2:40 PM", "04/02/2026 2:41 PM", "04/02/2026 4:10 PM",
        "The index was rebuilt from an empty table.", "Refuse to publish an empty index",
        "Discovery", "05/15/2026", "In progress",
    ),
    (
        "OPS-33", "Mails went out twice", "2 - Major", "mail; queue", "Messaging",
        "05/28/2026 12:15 AM", "05/28/2026 6:50 AM", "05/28/2026 8:30 AM",
        "A job was started again while the first one still ran.", "Give the job a lock",
        "Messaging", "06/30/2026", "Open",
    ),
]  # fmt: skip
#: Five notes of one team, each laid out a little differently, none with front matter.
NOTES = {
    "2026-02-11-login.md": """# Login was down for mobile users

**Severity:** SEV2
**Services:** login, mobile api

## Summary
Tokens of the mobile app could not be renewed.

## Timeline (UTC)
- 09:12 Renewals begin to fail
- 09:20 Alert for failed logins
- 10:05 Old key put back, logins work again

## Root cause
The key that signs tokens was changed before the app knew the new one.

## Action items
- [ ] Keep the old key for a week (Identity)
- [x] Alert on failed renewals (Identity)
""",
    "2026-03-03-orders.md": """# Orders were slow

| | |
|---|---|
| Severity | SEV3 |
| Started | 2026-03-03 13:00 UTC |
| Detected | 2026-03-03 13:25 UTC |
| Resolved | 2026-03-03 14:40 UTC |

## What happened
Queries on the orders table took ten times as long.

## Root Cause
An index was missing after the last migration.

## Follow-ups

| Action | Owner | Status |
|---|---|---|
| Compare indexes before and after a migration | Data platform | open |
""",
    "2026-04-21-dns.md": """# Post-mortem: partner site unreachable

- Date: 2026-04-21
- Start: 07:30 UTC
- End: 09:00 UTC
- Severity: SEV1

## Root cause
The domain of the partner site was not renewed.

## Lessons learned
### What went well
- The registrar answered within minutes
""",
    "2026-05-05-cache.md": """# Cache lost its data

## Impact
Pages took eight seconds instead of one.

## Timeline
2026-05-05

* 16:00 UTC - Impact starts: cache nodes restart
* 16:04 UTC - Detected by monitoring
* 17:10 UTC - Resolved: cache is warm again

## Causes
All nodes were updated at the same time.

## Actions
1. Update one node after the other (owner: Platform, due 2026-06-01)
""",
    "2026-06-17-invoices.md": """# Invoices had the wrong tax

**Impact started at:** 2026-06-17T00:00:00Z
**Detected at:** 2026-06-18T08:15:00Z
**Resolved at:** 2026-06-18T15:45:00Z
**Severity:** SEV2

## Root cause
The new table of rates was read with the wrong decimal mark.

## Action items
- [ ] Refuse rates above one hundred per cent
""",
}


class Hand:
    """A reader at work: does what a hand does, and counts it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.interactions = 0

    def choose(self, uploader: str, files: object) -> None:
        """Choose files or a folder in the dialog of an uploader."""
        self.interactions += 1
        region = self.page.get_by_role("region", name=uploader)
        region.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(files)  # type: ignore[arg-type]
        settled(self.page)

    def click(self, target: Locator) -> None:
        """Click something once it is there."""
        self.interactions += 1
        target.click()
        settled(self.page)

    def pick(self, field: Locator, option: str) -> None:
        """Open a list of choices and take one of them: two clicks."""
        self.click(field)
        self.click(self.page.get_by_role("option", name=option, exact=True))

    def tick(self, grid: Locator, *, row: int) -> None:
        """Tick a row of a grid, counted from 1 below its header."""
        self.interactions += 1
        grid.click(position={"x": 12, "y": int((row + 0.5) * GRID_ROW)})
        settled(self.page)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of an empty store of this test's own."""
    address = f"sqlite:///{tmp_path / 'own.db'}"
    open_store(address).close()
    return address


@pytest.fixture
def app(start_app: Callable[..., App], url: str) -> App:
    """A dashboard over it."""
    return start_app(database=url)


@pytest.fixture
def hand(page: Page, app: App) -> Hand:
    """A reader who has opened the page of records."""
    page.goto(f"{app.url}/records")
    settled(page)
    return Hand(page)


def stored(url: str) -> Counts:
    store = open_store(url)
    counts = store.counts()
    store.close()
    return counts


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in SHEET:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def services(url: str) -> list[tuple[str, ...]]:
    store = open_store(url)
    names = [record.services for record in store.incidents()]
    store.close()
    return names


def load(hand: Hand) -> None:
    hand.click(hand.page.get_by_role("button", name="Load", exact=True))
    expect(hand.page.get_by_text("Loaded", exact=True)).to_be_visible()


def see(hand: Hand, link: str, *, beside: str) -> None:
    """Follow a link of the navigation to the page on which something is to stand."""
    hand.click(hand.page.get_by_test_id("stSidebar").get_by_role("link", name=link, exact=True))
    expect(hand.page.get_by_role("heading", name=link, exact=True)).to_be_visible()
    expect(hand.page.get_by_test_id("stMain").get_by_text(beside).first).to_be_visible()


def see_dashboard(hand: Hand, *, incidents: int, actions: int, title: str, promised: str) -> None:
    """Look at the review, at the actions together, and at one incident with what it promised."""
    page = hand.page
    hand.click(page.get_by_role("link", name="See the review"))
    expect(page.get_by_role("heading", name="Trend review", exact=True)).to_be_visible()
    expect(page.get_by_text(f"{incidents} of {incidents} records in view")).to_be_visible()
    see(hand, "Actions", beside=f"{actions} actions in all")
    see(hand, "One incident", beside="The latest ones:")
    hand.click(page.get_by_test_id("stMain").get_by_role("link", name=title))
    expect(page.get_by_role("cell", name=promised)).to_be_visible()


def test_a_spreadsheet_with_its_own_columns_is_on_screen_in_six_interactions(
    hand: Hand, app: App, url: str
) -> None:
    page = hand.page
    file = {
        "name": "outages 2026.xlsx",
        "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "buffer": workbook(),
    }
    hand.choose("Files, or a .zip of them", file)
    expect(page.get_by_role("heading", name="3 incidents in 1 file")).to_be_visible()
    first = page.get_by_role("row", name="Card payments were refused")
    expect(first).to_contain_text("14\u00a0Mar\u00a02026 09:05 UTC")
    expect(first).to_contain_text("1 done")
    load(hand)
    see_dashboard(
        hand,
        incidents=3,
        actions=3,
        title="Search found nothing",
        promised="Refuse to publish an empty index",
    )
    assert hand.interactions <= MOST_INTERACTIONS
    assert stored(url) == Counts(3, 3)
    store = open_store(url)
    record = next(one for one in store.incidents() if one.title.startswith("Card"))
    store.close()
    assert record.impact_started_at == dt.datetime(2026, 3, 14, 9, 5, tzinfo=dt.UTC)
    assert record.detected_at == dt.datetime(2026, 3, 14, 9, 17, tzinfo=dt.UTC)
    assert record.resolved_at == dt.datetime(2026, 3, 14, 11, 2, tzinfo=dt.UTC)
    assert (record.severity_rank, record.team) == (1, "Payments")
    assert [(a.owner, a.status, a.due_on) for a in record.actions] == [
        ("Platform", "done", dt.date(2026, 4, 30))
    ]
    assert app.tracebacks() == []


def test_a_folder_of_markdown_without_front_matter_is_on_screen_in_six_interactions(
    hand: Hand, app: App, url: str, tmp_path: Path
) -> None:
    page, folder = hand.page, tmp_path / "post-mortems"
    folder.mkdir()
    for name, text in NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    hand.choose("A folder with all that is below it", folder)
    expect(page.get_by_role("heading", name="5 incidents in 5 files")).to_be_visible()
    expect(page.get_by_text(re.compile("start 5 of 5 · detection 4 of 5"))).to_be_visible()
    load(hand)
    see_dashboard(
        hand,
        incidents=5,
        actions=5,
        title="Orders were slow",
        promised="Compare indexes before and after a migration",
    )
    assert hand.interactions <= MOST_INTERACTIONS
    assert stored(url) == Counts(5, 5)
    assert app.tracebacks() == []


def test_nothing_is_written_before_load(hand: Hand, url: str) -> None:
    file = {"name": "one.csv", "mimeType": "text/csv", "buffer": b"id,title\n1,Down"}
    hand.choose("Files, or a .zip of them", file)
    expect(hand.page.get_by_role("heading", name="1 incident in 1 file")).to_be_visible()
    assert stored(url) == Counts(0, 0)
    hand.page.reload()
    settled(hand.page)
    assert stored(url) == Counts(0, 0)


def test_a_name_that_is_typed_renames_what_is_stored_and_is_undone(
    hand: Hand, app: App, url: str
) -> None:
    page, at = hand.page, "2026-05-01T10:00Z"
    rows = f"id,title,services,start\n1,Slow,chk,{at}\n2,Down,chk,{at}\n3,Late,mail,{at}\n"
    file = {"name": "incidents.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    hand.choose("Files, or a .zip of them", file)
    load(hand)
    hand.click(page.get_by_text("Names of services, teams and severities"))
    grid = page.get_by_test_id("stDataFrame")
    grid.scroll_into_view_if_needed()
    # The grid is drawn on a canvas: the cell under "Ours" in its first row.
    expect(grid.get_by_test_id("glide-cell-2-0")).to_be_attached()
    box = grid.bounding_box()
    assert box is not None
    page.mouse.dblclick(box["x"] + 0.85 * box["width"], box["y"] + 1.5 * GRID_ROW)
    written = page.locator("#portal textarea, #portal input")
    expect(written).to_be_visible()
    written.fill("Checkout")
    written.press("Enter")
    settled(page)
    hand.click(page.get_by_role("button", name="Rename 1 service"))
    expect(page.get_by_text("1 name in 2 incidents")).to_be_visible()
    assert services(url) == [("Checkout",), ("Checkout",), ("mail",)]
    hand.click(page.get_by_role("button", name="Undo the last load"))
    expect(page.get_by_text("Undone", exact=True)).to_be_visible()
    assert services(url) == [("chk",), ("chk",), ("mail",)]
    assert app.tracebacks() == []


def load_note(url: str, folder: Path) -> None:
    """Load one post-mortem with two actions, as its folder has it."""
    note = "2026-02-11-login.md"
    (folder / note).write_text(NOTES[note], encoding="utf-8")
    store = open_store(url)
    load_into(store, [str(folder / note)], lists=current_lists())
    store.close()


def test_an_action_that_was_closed_on_its_page_stays_closed_when_its_source_is_loaded_again(
    hand: Hand, url: str, tmp_path: Path
) -> None:
    page = hand.page
    load_note(url, tmp_path)
    page.goto(page.url.replace("/records", "/actions"))
    settled(page)
    grid = page.get_by_test_id("stDataFrame").first
    hand.tick(grid, row=1)
    expect(page.get_by_text("Change 1 action", exact=False)).to_be_visible()
    hand.pick(page.get_by_role("combobox", name="State").last, "done")
    hand.click(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("1 action changed: state done.")).to_be_visible()
    assert hand.interactions <= MOST_INTERACTIONS
    expect(page.get_by_text("1 action still open")).to_have_count(0)
    load_note(url, tmp_path)
    page.goto(page.url.replace("/actions", "/incident?id=2026-02-11-login"))
    settled(page)
    row = page.get_by_role("row", name="Keep the old key for a week")
    expect(row).to_contain_text("done on")
    expect(row).to_contain_text("changed here")


def test_a_team_notes_what_it_decides_and_takes_it_along_in_six_interactions(
    hand: Hand, url: str, tmp_path: Path
) -> None:
    page, folder = hand.page, tmp_path / "notes"
    folder.mkdir()
    for day in (5, 12):
        (folder / f"{day}.json").write_text(
            f'{{"id": "a-{day}", "title": "Login was down", "team": "Identity", '
            f'"impact_started_at": "2026-05-{day:02}T08:00:00Z", '
            f'"resolved_at": "2026-05-{day:02}T09:00:00Z"}}'
        )
    store = open_store(url)
    load_into(store, [str(folder)], lists=current_lists())
    store.close()
    page.goto(page.url.replace("/records", "/retrospective?period=All%20time"))
    settled(page)
    hand.click(page.get_by_test_id("stMain").get_by_role("link", name="Identity"))
    hand.click(page.get_by_role("button", name="Note").first)
    hand.interactions += 1
    page.get_by_role("textbox", name="Note").fill("Page the team that owns the keys")
    hand.click(page.get_by_role("button", name="Write down"))
    expect(page.get_by_text("Page the team that owns the keys").first).to_be_visible()
    hand.click(page.get_by_test_id("stSidebar").get_by_role("button", name="Download"))
    hand.interactions += 1
    with page.expect_download() as caught:
        page.get_by_role("button", name="This page (Markdown)").click()
    written = Path(caught.value.path()).read_text(encoding="utf-8")
    assert "Page the team that owns the keys" in written
    assert hand.interactions <= MOST_INTERACTIONS
    page.keyboard.press("Escape")
    hand.click(page.get_by_role("button", name="Present"))
    hand.click(page.get_by_role("button", name="Change the note"))
    note = page.get_by_role("textbox", name="Note")
    note.fill("Pages")
    for _ in range(2):
        note.press("ArrowLeft")
    note.press_sequentially("!")
    settled(page)
    expect(note).to_have_value("Pag!es")
    assert "card=1" in page.url
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"[?&]card=2\b"))


def test_a_page_is_saved_by_name_and_opens_as_it_was_from_itself_and_from_others(
    hand: Hand, url: str, tmp_path: Path
) -> None:
    page = hand.page
    load_note(url, tmp_path)
    sidebar, chosen = page.get_by_test_id("stSidebar"), page.locator("[role=tab]")

    def save(name: str) -> None:
        hand.click(sidebar.get_by_role("button", name="Views"))
        page.get_by_role("textbox", name="Save Actions as it is now").fill(name)
        hand.click(page.get_by_role("button", name="Save this view"))
        expect(page.get_by_text(f"Saved for all readers: {name}.")).to_be_visible()

    asked = "tab=What+was+promised&period=Between+two+days&from=2026-01-01&to=2026-12-31"
    page.goto(page.url.replace("/records", f"/actions?{asked}"))
    settled(page)
    save("Promises")
    expect(page.get_by_role("button", name="Promises", exact=True)).to_be_visible()
    page.goto(page.url.split("?")[0])
    settled(page)
    save("As it opens")
    hand.click(page.get_by_role("button", name="Promises", exact=True))
    expect(page).to_have_url(re.compile("from=2026-01-01"))
    expect(chosen.nth(2)).to_have_attribute("aria-selected", "true")
    hand.click(page.get_by_role("button", name="As it opens", exact=True))
    expect(page).not_to_have_url(re.compile("period="))
    expect(chosen.nth(1)).to_have_attribute("aria-selected", "true")
    page.goto(page.url.split("/actions")[0] + "/impact")
    settled(page)
    hand.click(sidebar.get_by_role("button", name="Views"))
    hand.click(page.get_by_role("link", name="Promises"))
    expect(page).to_have_url(re.compile(r"/actions\?.*from=2026-01-01"))
    expect(chosen.nth(2)).to_have_attribute("aria-selected", "true")

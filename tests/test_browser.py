"""The main ways through the dashboard, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from analytics.stored.search import match_new
from data.loading import load_sample
from data.store import open_store
from pages.parts.panels.suggested import LISTED as SUGGESTIONS_LISTED
from tests.support.server import App
from tests.support.watch import settled

PAGES = {
    "": "Trend review",
    "response": "Response times",
    "impact": "Impact",
    "causes": "Causes",
    "repeats": "What keeps coming back",
    "actions": "Actions",
    "retrospective": "Retrospective",
    "incidents": "Incidents",
    "incident": "One incident",
    "records": "Records",
}
NOTHING_MATCHES = "?team=Yearn+Finance&severity=minor"
POST_MORTEM = """---
id: our-own-1
title: "Checkout was down <b>for</b> everybody"
team: Payments
severity: major
impact_started_at: 2026-05-01T10:00:00Z
mitigated_at: 2026-05-01T10:42:00Z
resolved_at: 2026-05-01T11:00:00Z
affected_users: plenty
---
# Checkout was down

## Root cause
A pool of connections was too small.
"""


#: Within this an expander has opened on any machine; and how often it is tried.
OPENING_MILLISECONDS, OPENINGS = 2_000, 10


def open_settled(page: Page, url: str) -> None:
    page.goto(url)
    settled(page)


def opened_beside(link: Locator, address: str) -> Page:
    """The page that a link of a table opens beside this one, as Streamlit lets such links do."""
    with link.page.expect_popup() as beside:
        link.click()
    beside.value.wait_for_url(lambda url: address in url)
    settled(beside.value)
    return beside.value


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list by keys, as a late redraw of the page may close it under the pointer."""
    box = page.get_by_role("combobox", name=label)
    for _ in range(OPENINGS):
        box.fill(option)
        box.press("ArrowDown")
        box.press("Enter")
        page.wait_for_timeout(OPENING_MILLISECONDS)
        if (box.input_value() or "").startswith(f"{option} ("):
            return
    raise AssertionError(f"{option} cannot be chosen: {box.input_value()}")


def says_no_error(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)
    for word in ("Traceback", "nan", "NaT", "None"):
        expect(page.get_by_test_id("stMain").get_by_text(word, exact=True)).to_have_count(0)


@pytest.fixture(scope="module")
def empty_app(start_app: Callable[..., App], tmp_path_factory: pytest.TempPathFactory) -> App:
    return start_app(database=f"sqlite:///{tmp_path_factory.mktemp('empty') / 'empty.db'}")


@pytest.fixture
def own_app(start_app: Callable[..., App], tmp_path: Path) -> App:
    """A dashboard over a store of this test's own, with the sample in it."""
    url = f"sqlite:///{tmp_path / 'own.db'}"
    store = open_store(url)
    load_sample(store)
    store.close()
    return start_app(database=url)


@pytest.fixture
def matched_app(start_app: Callable[..., App], tmp_path: Path) -> App:
    """A dashboard over the sample after its search, in a store of this test's own."""
    url = f"sqlite:///{tmp_path / 'matched.db'}"
    store = open_store(url)
    load_sample(store)
    match_new(store)
    store.close()
    return start_app(database=url)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_over_the_sample_without_an_error(
    page: Page, app_server: App, path: str
) -> None:
    open_settled(page, f"{app_server.url}/{path}")
    expect(page.get_by_role("heading", name=PAGES[path], exact=True)).to_be_visible()
    says_no_error(page)
    assert app_server.tracebacks() == []


@pytest.mark.parametrize("path", PAGES)
def test_every_page_over_an_empty_store_says_what_to_do(
    page: Page, empty_app: App, path: str
) -> None:
    open_settled(page, f"{empty_app.url}/{path}")
    says_no_error(page)
    if path not in ("records", "incident"):
        expect(page.get_by_text("Nothing to review")).to_be_visible()
        expect(page.get_by_test_id("stPlotlyChart")).to_have_count(0)
    assert empty_app.tracebacks() == []


@pytest.mark.parametrize("path", [p for p in PAGES if p not in ("records", "incident")])
def test_with_everything_filtered_away_no_figure_is_drawn(
    page: Page, app_server: App, path: str
) -> None:
    open_settled(page, f"{app_server.url}/{path}{NOTHING_MATCHES}")
    expect(page.get_by_text("Everything is filtered away")).to_be_visible()
    expect(page.get_by_text("0 of 952 records in view")).to_be_visible()
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(0)
    says_no_error(page)


def test_a_link_that_was_sent_on_opens_the_same_view(page: Page, app_server: App) -> None:
    open_settled(page, f"{app_server.url}/causes?team=Jenkins+infrastructure&severity=down")
    expect(page.get_by_text("36 of 952 records in view")).to_be_visible()
    page.reload()
    settled(page)
    expect(page.get_by_text("36 of 952 records in view")).to_be_visible()


def test_filters_stay_when_the_page_changes_and_stand_in_the_address(
    page: Page, app_server: App
) -> None:
    open_settled(page, f"{app_server.url}/causes?severity=critical")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Actions").click()
    expect(page.get_by_role("heading", name="Actions", exact=True)).to_be_visible()
    settled(page)
    expect(page).to_have_url(re.compile("severity=critical"))
    page.get_by_test_id("stSidebar").get_by_role("link", name="Trend review").click()
    expect(page.get_by_role("heading", name="Trend review", exact=True)).to_be_visible()
    settled(page)
    expect(page).to_have_url(re.compile("severity=critical"))


@pytest.mark.parametrize("laid_out", [False, True], ids=["as it stands", "laid out"])
def test_the_review_prints_on_one_sheet_of_paper(
    page: Page, app_server: App, laid_out: bool
) -> None:
    open_settled(page, app_server.url)
    if laid_out:
        page.get_by_text("Lay out for paper").click()
        expect(page.get_by_role("switch", name="Lay out for paper")).to_be_checked()
        settled(page)
    sheets = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b(?!s)", sheets)) == 1
    width, height = map(float, re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", sheets)[0])
    assert (round(width), round(height)) == (842, 595)


def test_a_click_on_a_dot_leads_to_its_incident(page: Page, app_server: App) -> None:
    open_settled(page, f"{app_server.url}/response?team=Microsoft+Azure")
    dots = page.get_by_test_id("stPlotlyChart").first.locator(".scatterlayer .points path.point")
    dots.last.element_handle().wait_for_element_state("stable")
    box = dots.last.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("heading", name="One incident", exact=True)).to_be_visible()
    settled(page)
    expect(page).to_have_url(re.compile("id=az"))
    expect(page.get_by_text("Actions (")).to_be_visible()


def test_a_click_on_a_month_leads_to_the_list_of_its_incidents_and_back_returns(
    page: Page, app_server: App
) -> None:
    open_settled(page, app_server.url + "/impact?service=Actions&every=month")
    bars = page.get_by_test_id("stPlotlyChart").first.locator(".barlayer .point path").all()
    heights = [(box or {"height": 0})["height"] for box in (bar.bounding_box() for bar in bars)]
    bars[heights.index(max(heights))].click(force=True)
    page.wait_for_url(re.compile("/incidents\\?.*from="))
    settled(page)
    expect(page.get_by_role("heading", name="Incidents", exact=True)).to_be_visible()
    assert "service=Actions" in page.url
    page.go_back()
    page.wait_for_url(re.compile("/impact\\?.*every=month"))
    settled(page)
    expect(page.get_by_role("heading", name="Impact", exact=True)).to_be_visible()
    assert "service=Actions" in page.url
    assert "from=" not in page.url


def test_what_a_page_shows_is_taken_along_as_a_workbook_and_as_a_page(
    page: Page, app_server: App, tmp_path: Path
) -> None:
    open_settled(page, app_server.url + "/impact?service=Actions")
    page.get_by_test_id("stPopoverButton").get_by_text("Download", exact=True).click()
    files = {}
    for label in ("Workbook (XLSX)", "This page (HTML)"):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        files[label] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[label])
    assert [file.name for file in files.values()] == ["impact.xlsx", "impact.html"]
    book = openpyxl.load_workbook(files["Workbook (XLSX)"])
    assert {"About", "impact_by_period", "service_impact"} <= set(book.sheetnames)
    about = {row[0].value: row[1].value for row in book["About"].iter_rows(max_row=4)}
    assert about["Services"] == "Actions"
    heading = page.get_by_role("heading", name=re.compile("^Impact of [0-9]+ incidents added up"))
    assert f"<h2>{heading.inner_text()}</h2>" in files["This page (HTML)"].read_text("utf-8")


def test_records_of_ones_own_replace_the_sample_and_problems_are_named(
    page: Page, own_app: App
) -> None:
    open_settled(page, f"{own_app.url}/records")
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(
        {"name": "checkout.md", "mimeType": "text/markdown", "buffer": POST_MORTEM.encode()}
    )
    settled(page)
    expect(page.get_by_text("1 incident in 1 file")).to_be_visible()
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.get_by_text("1 new, 1 problem")).to_be_visible()
    expect(page.get_by_text("1 incident and 0 actions")).to_be_visible()
    open_settled(page, f"{own_app.url}/incident?id=our-own-1")
    expect(
        page.get_by_role("heading", name="Checkout was down <b>for</b> everybody")
    ).to_be_visible()
    expect(page.get_by_text("42 min", exact=True)).to_be_visible()


def test_the_sample_is_cleared_under_start_over_and_does_not_come_back(
    page: Page, own_app: App
) -> None:
    open_settled(page, f"{own_app.url}/records")
    # A page that is still being filled can close again what was opened on it.
    clear = page.get_by_role("button", name="Clear the sample and start empty")
    for _ in range(OPENINGS):
        if clear.is_visible():
            break
        page.get_by_text("Start over").click()
        settled(page)
        page.wait_for_timeout(OPENING_MILLISECONDS)
    clear.click()
    expect(page.get_by_text("an empty store")).to_be_visible()
    open_settled(page, own_app.url)
    expect(page.get_by_text("Nothing to review")).to_be_visible()


def test_an_unreachable_database_is_said_no_figure_is_drawn_and_the_page_comes_back_by_itself(
    page: Page, start_app: Callable[..., App], tmp_path: Path
) -> None:
    folder = tmp_path / "no" / "such" / "folder"
    app = start_app(database=f"sqlite:///{folder / 'a.db'}")
    open_settled(page, app.url)
    expect(page.get_by_text("The records cannot be used")).to_be_visible()
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(0)
    expect(page.get_by_text(re.compile(r"\b0 of\b"))).to_have_count(0)
    folder.mkdir(parents=True)
    expect(page.get_by_text("Nothing to review")).to_be_visible()


def test_a_known_cause_is_renamed_split_and_merged(page: Page, matched_app: App) -> None:
    cause = f"{matched_app.url}/known_cause?known=gh-19228757"
    confirmed = page.get_by_test_id("stMetric").first
    done = page.get_by_test_id("stAlertContentSuccess")
    open_settled(page, cause)
    expect(confirmed).to_contain_text("8")
    page.get_by_role("textbox", name="Said by").fill("platform")
    page.get_by_role("textbox", name="Name", exact=True).fill("Certificates run out")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Certificates run out", exact=True)).to_be_visible()
    expect(page.get_by_text("named by platform on")).to_be_visible()
    settled(page)

    page.get_by_role("tab", name="Split off").click()
    page.get_by_role("combobox", name="Incidents of another cause").fill("18 Aug 2026")
    page.get_by_role("option").first.click()
    page.keyboard.press("Escape")
    settled(page)
    page.get_by_role("button", name="Split off").click()
    expect(done).to_contain_text("1 incident split off")
    expect(confirmed).to_contain_text("7")
    settled(page)

    page.get_by_role("tab", name="Merge").click()
    page.get_by_role("combobox", name="The same cause as this one").fill("Credential expired")
    page.get_by_role("option").first.click()
    settled(page)
    page.get_by_role("button", name="Merge").click()
    expect(done).to_contain_text("Merged with")
    expect(confirmed).to_contain_text("12")
    page.reload()
    settled(page)
    expect(page.get_by_role("heading", name="Certificates run out", exact=True)).to_be_visible()
    expect(confirmed).to_contain_text("12")


def accepted_of(count: int) -> re.Pattern[str]:
    return re.compile(rf"· {count} of the \d+ known ones are accepted suggestions")


def test_suggested_triggers_are_accepted_in_bulk_count_and_are_undone(
    page: Page, matched_app: App
) -> None:
    open_settled(page, f"{matched_app.url}/causes?tab=What+let+it+happen")
    box = page.get_by_text("have no cause recorded; the text suggests")
    accept = page.get_by_role("button", name=re.compile(r"^Accept \d+ ticked$"))
    expect(page.get_by_text("are accepted suggestions")).to_have_count(0)
    box.click()
    settled(page)
    page.get_by_role("radio", name="Trigger").click()
    expect(accept).to_have_text(f"Accept {SUGGESTIONS_LISTED} ticked")
    settled(page)
    choose(page, "Which", "expiry")
    settled(page)
    taken = int((accept.text_content() or "").split()[1])
    assert taken > 5
    accept.click()
    expect(page.get_by_text(f"{taken} suggestions accepted.")).to_be_visible()
    settled(page)
    counted = page.get_by_text(accepted_of(taken))
    expect(counted).to_be_visible()
    page.reload()
    settled(page)
    expect(counted).to_be_visible()
    box.click()
    settled(page)
    page.get_by_role("radio", name="Trigger").click()
    expect(accept).to_have_text(f"Accept {SUGGESTIONS_LISTED} ticked")
    settled(page)
    choose(page, "Which", "dependency or provider")
    settled(page)
    expect(page.get_by_text(f"Last {taken} suggestions were accepted on")).to_be_visible()
    more = int((accept.text_content() or "").split()[1])
    accept.click()
    expect(page.get_by_text(accepted_of(taken + more))).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(counted).to_be_visible()


def test_groups_are_confirmed_with_keys_and_a_click_and_come_back(
    page: Page, matched_app: App
) -> None:
    place = page.get_by_test_id("stCaptionContainer").get_by_text(re.compile(r"^\d+ of \d+$"))
    confirm = page.get_by_role("button", name="Confirm all")
    open_settled(page, f"{matched_app.url}/repeats")
    heading = page.get_by_role("heading", name=re.compile("look alike.*confirm"))
    waiting = heading.inner_text()
    expect(place).to_have_text(re.compile("^1 of"))
    page.keyboard.press("j")
    expect(place).to_have_text(re.compile("^2 of"))
    page.keyboard.press("k")
    expect(place).to_have_text(re.compile("^1 of"))
    for number in range(2, 40):
        if confirm.count():
            break
        page.keyboard.press("j")
        expect(place).to_have_text(re.compile(f"^{number} of"))
        settled(page)
    confirm.click()
    expect(heading).not_to_have_text(waiting)
    settled(page)
    page.get_by_role("button", name="Undo").first.click()
    expect(heading).to_have_text(waiting)
    says_no_error(page)
    assert matched_app.tracebacks() == []


def test_from_a_cause_that_comes_back_to_its_incidents_and_to_the_fix(
    page: Page, matched_app: App
) -> None:
    open_settled(page, matched_app.url)
    page.get_by_test_id("stSidebar").get_by_role("link", name="What keeps coming back").click()
    page.wait_for_url(re.compile("/repeats"))
    settled(page)
    row = page.get_by_role("row").filter(has_text="Certificate expired").first
    incidents = opened_beside(row.get_by_role("link", name="8", exact=True), "/incidents?known=")
    expect(incidents.get_by_text("8 incidents of")).to_be_visible()
    cause = opened_beside(row.get_by_role("link", name="Certificate expired"), "/known_cause?known")
    expect(cause.get_by_text("5 of 6 preventive actions not known to be done")).to_be_visible()
    promise = cause.get_by_role("row").filter(has_text="Rotate before expiry")
    fix = opened_beside(promise.get_by_role("link"), "/incident?id=")
    expect(fix.get_by_text("Rotate before expiry").first).to_be_visible()
    assert matched_app.tracebacks() == []


def test_an_unknown_id_is_said(page: Page, app_server: App) -> None:
    open_settled(page, f"{app_server.url}/incident?id=nobody")
    expect(page.get_by_text("Not found: nobody")).to_be_visible()

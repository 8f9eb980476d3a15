"""Are promises found in whatever form they are written, and is nothing else taken for one?"""

import datetime as dt
from typing import Any

import pytest

from data.readers.documents.action_text import Setting
from data.readers.documents.actions import action_of, links_in, read_actions
from data.readers.documents.blocks import read_blocks
from data.readers.documents.postmortem import document_of
from data.readers.documents.record import record_of
from data.readers.source import from_bytes

SETTING = Setting(day=dt.date(2026, 3, 2))


def actions(text: str, heading: str = "Action items") -> list[dict[str, Any]]:
    setting = Setting(day=SETTING.day, links=links_in(text))
    return read_actions(read_blocks(text), heading=heading, setting=setting).actions


def record(text: str) -> dict[str, Any]:
    return record_of(document_of(from_bytes("ferry.md", text.encode()), text))


def titles(text: str, heading: str = "Action items") -> list[str]:
    return [action["title"] for action in actions(text, heading)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[x] Oil the crane", {"status": "done"}),
        ("[ ] Oil the crane", {"status": "open"}),
        ("[ ] Oil the crane — *In progress*", {"status": "in_progress"}),
        ("[x] Oil the crane (TODO)", {"status": "done"}),
        ("Oil the crane (TBD)", {}),
        ("Oil the crane, and", {}),
        (
            "Oil the crane（担当: 基盤チーム、期限: 2026年4月1日）",
            {"owner": "基盤チーム", "due_on": "2026-04-01"},
        ),
        (
            "Oil the crane (owner: Platform, due 2026-04-01)",
            {"owner": "Platform", "due_on": "2026-04-01"},
        ),
        ("Oil the crane - owner: Platform, Payments", {"owner": "Platform, Payments"}),
        ("[-] Oil the crane", {"status": "wont_do"}),
        ("☑ Oil the crane", {"status": "done"}),
        ("Oil the crane ✅", {"status": "done"}),
        ("[DONE] Oil the crane", {"status": "done"}),
        ("TODO: Oil the crane", {"status": "open"}),
        ("**DONE** Oil the crane", {"status": "done"}),
        ("Oil the crane — DONE", {"status": "done"}),
        ("Oil the crane (done)", {"status": "done"}),
        ("Oil the crane. Status: completed", {"status": "done"}),
        ("Oil the crane - in progress", {"status": "in_progress"}),
        ("Oil the crane（完了）", {"status": "done"}),
        ("Oil the crane (done 2026-03-05)", {"status": "done", "completed_on": "2026-03-05"}),
        ("Oil the crane (completed: 2026-03-05)", {"status": "done", "completed_on": "2026-03-05"}),
        ("Oil the crane (verified)", {"status": "done", "verification": "verified"}),
        (
            "Oil the crane (done 2026-03-05, verified 2026-04-01)",
            {
                "status": "done",
                "completed_on": "2026-03-05",
                "verification": "verified",
                "verified_on": "2026-04-01",
            },
        ),
        ("Oil the crane. How we will know: a drill", {"verified_how": "a drill"}),
        ("~~Oil the crane~~", {"extra": {"struck_out": True}}),
        ("~~Oil the crane~~ (done)", {"status": "done", "extra": {"struck_out": True}}),
        ("P1: Oil the crane", {"priority": "P1"}),
        ("**HIGH** Oil the crane", {"priority": "HIGH"}),
        ("Oil the crane (P2)", {"priority": "P2"}),
        ("Oil the crane - @dock-team", {"owner": "dock-team"}),
        ("@dock-team: Oil the crane", {"owner": "dock-team"}),
        ("Oil the crane. Owner: dock-team", {"owner": "dock-team"}),
        ("Oil the crane (Owner: Dock, Due: April 15)", {"owner": "Dock", "due_on": "2026-04-15"}),
        ("[ ] Oil the crane 2026-04-01", {"status": "open", "due_on": "2026-04-01"}),
        ("Oil the crane by 2026-04-01", {"due_on": "2026-04-01"}),
        ("Oil the crane, due by end of April", {"extra": {"due": "by end of April"}}),
        ("Oil the crane (ETA: 2 weeks)", {"due_on": "2026-03-16"}),
        ("Oil the crane (ETA: next sprint)", {"extra": {"due": "next sprint"}}),
        ("Oil the crane - 2026-04-01", {"due_on": "2026-04-01"}),
        (
            "Oil the crane — Platform — 2026-04-01 — Open",
            {"owner": "Platform", "due_on": "2026-04-01", "status": "open"},
        ),
        ("SEA-7: Oil the crane", {"extra": {"ticket": "SEA-7"}}),
        ("Oil the crane (SEA-7, SEA-8)", {"extra": {"ticket": "SEA-7, SEA-8"}}),
        ("Oil the crane ([#12](https://t.example/12))", "https://t.example/12 #12"),
        ("[Oil the crane](https://t.example/12)", {"url": "https://t.example/12"}),
        ("Oil the crane [issue](https://t.example/12)", {"url": "https://t.example/12"}),
        ("https://t.example/12 - Oil the crane", {"url": "https://t.example/12"}),
        ("[T12](https://t.example/12) Oil the crane", "https://t.example/12 T12"),
        ("[ ] Oil the crane @Robin Example", {"status": "open", "owner": "Robin Example"}),
        ("Oil the crane: https://t.example/12", {"url": "https://t.example/12"}),
        ("Action: Oil the crane", {}),
        (
            "[x] **P1** Oil the crane (SEA-7, due 2026-04-01) - @dock-team",
            {
                "status": "done",
                "priority": "P1",
                "owner": "dock-team",
                "due_on": "2026-04-01",
                "extra": {"ticket": "SEA-7"},
            },
        ),
    ],
)
def test_what_stands_beside_a_title_fills_its_field(line: str, expected: Any) -> None:
    if isinstance(expected, str):
        url, ticket = expected.split()
        expected = {"url": url, "extra": {"ticket": ticket}}
    assert action_of(line, SETTING) == {"title": "Oil the crane", **expected}


@pytest.mark.parametrize(
    "line",
    [
        "Alert when the queue is closed",
        "Decide whether region X stays open",
        "Set max_connections to 200 in pool.yaml",
        "Fix issue: the pool is too small",
        "Stop sales, when the pool is full",
        "Raise the limit from 5 to 10",
        "Read the runbook (Quay Street)",
        "[Payments] Raise the limit",
        "Circuit breaker: stop calls early",
        "Use UTF-8 everywhere",
    ],
)
def test_a_title_that_only_looks_like_more_stays_whole(line: str) -> None:
    assert action_of(line, SETTING) == {"title": line}


@pytest.mark.parametrize(
    "line",
    ["None yet", "TBD", "N/A", "-", "<action>", "[describe the action]", "Action item 1", "TODO",
     "We agreed on the following:", "No action items", "...",
     "*e.g., add a panel*", "Preventative measure 1"],
)  # fmt: skip
def test_a_line_that_promises_nothing_is_no_action(line: str) -> None:
    assert action_of(line, SETTING) is None


def test_headings_say_of_which_kind_actions_are_and_that_they_are_done() -> None:
    text = (
        "### Immediate actions (completed)\n\n- Raise the limit\n\n### Preventive\n\n- Test it\n\n"
        "### Dock team\n\n- Oil it\n\n### Long term\n\n- Buy another\n\n### P1\n\n- Look\n"
    )
    assert actions(text) == [
        {
            "title": "Raise the limit",
            "status": "done",
            "extra": {"under": "Immediate actions (completed)"},
        },
        {"title": "Test it", "kind": "prevent"},
        {"title": "Oil it", "owner": "Dock team"},
        {"title": "Buy another", "extra": {"under": "Long term"}},
        {"title": "Look", "priority": "P1"},
    ]
    (done,) = actions("- Raise the limit\n", "Completed actions")
    assert done["status"] == "done"


def test_an_item_that_names_what_stands_under_it_is_a_heading_and_others_have_details() -> None:
    text = (
        "- Detection:\n  - Alert on double sales\n- **Dock**\n  - Oil it\n  - Paint it\n"
        "- Test the lock of the counter each night\n  - it was never tested\n  - Owner: Deck\n"
        "  - Due: 2026-04-01\n  - [#7](https://t.example/7)\n"
        "- [ ] Write a runbook\n  - [x] for the quay\n  - [ ] for the deck\n"
    )
    assert actions(text) == [
        {"title": "Alert on double sales", "kind": "detect"},
        {"title": "Oil it", "extra": {"under": "Dock"}},
        {"title": "Paint it", "extra": {"under": "Dock"}},
        {
            "title": "Test the lock of the counter each night",
            "owner": "Deck",
            "due_on": "2026-04-01",
            "url": "https://t.example/7",
            "extra": {"details": "it was never tested", "ticket": "#7"},
        },
        {"title": "Write a runbook", "status": "open"},
        {"title": "for the quay", "status": "done"},
        {"title": "for the deck", "status": "open"},
    ]


def test_tables_have_an_owner_a_day_a_status_and_links_in_any_cell() -> None:
    table = (
        "| # | Action Item | Type | Owner | Due | Status | Bug |\n|---|---|---|---|---|---|---|\n"
        "| 1 | Oil **the crane** | prevent | Dock | April 15, 2026 | **DONE** | Bug 55 |\n"
        "| 2 | [Test it](https://t.example/2) | other | Deck | next sprint | FAILED | |\n"
        "| 3 | Paint it | mitigate | | TBD | https://t.example/3 | |\n"
        "| 4 | Sell it | | Dock | 2 weeks | Done (#9) | n/a TODO |\n"
        "| | | | | | | |\n| 5 | ... | | | | | |\n"
    )
    assert actions(table) == [
        {
            "title": "Oil the crane",
            "kind": "prevent",
            "owner": "Dock",
            "due_on": "2026-04-15",
            "status": "done",
            "extra": {"ticket": "Bug 55"},
        },
        {
            "title": "Test it",
            "url": "https://t.example/2",
            "owner": "Deck",
            "status": "wont_do",
            "extra": {"type": "other", "due": "next sprint"},
        },
        {"title": "Paint it", "kind": "mitigate", "url": "https://t.example/3"},
        {
            "title": "Sell it",
            "owner": "Dock",
            "due_on": "2026-03-16",
            "status": "done",
            "extra": {"ticket": "#9"},
        },
    ]


def test_columns_and_lines_below_say_whether_and_how_a_fix_was_checked() -> None:
    table = (
        "| Action | Done | Verified | How we will know |\n|---|---|---|---|\n"
        "| Oil the crane | 2026-03-01 | 2026-03-12 | a drill |\n"
        "| Test it | yes | no | |\n"
    )
    assert actions(table) == [
        {
            "title": "Oil the crane",
            "status": "done",
            "completed_on": "2026-03-01",
            "verification": "2026-03-12",
            "verified_how": "a drill",
        },
        {"title": "Test it", "status": "done", "verification": "no"},
    ]
    below = (
        "- Oil the crane with the new grease\n"
        "  - Success criteria: a drill\n"
        "  - Verified on: 2026-04-02\n"
    )
    assert actions(below) == [
        {
            "title": "Oil the crane with the new grease",
            "verified_how": "a drill",
            "verified_on": "2026-04-02",
        }
    ]


def test_a_bug_column_may_hold_the_status_too() -> None:
    table = (
        "| Action Item | Type | Owner | Bug |\n|---|---|---|---|\n"
        "| Oil it | prevent | dock | Bug 5554825 DONE |\n| Test it | prevent | dock | n/a TODO |\n"
    )
    first, second = actions(table)
    assert (first["status"], first["extra"]) == ("done", {"ticket": "Bug 5554825"})
    assert second == {"title": "Test it", "kind": "prevent", "owner": "dock", "status": "open"}


def test_columns_without_names_are_known_by_what_they_hold() -> None:
    table = (
        "| Field | Value | Column 3 |\n|---|---|---|\n| Oil it | done | 2026-04-01 |\n"
        "| Test the lock | open | 2026-05-01 |\n"
    )
    assert actions(table) == [
        {"title": "Oil it", "status": "done", "due_on": "2026-04-01"},
        {"title": "Test the lock", "status": "open", "due_on": "2026-05-01"},
    ]


def test_a_column_of_signs_says_the_status_and_one_of_days_may_say_it_too() -> None:
    table = (
        "| | What | Who | When |\n|---|---|---|---|\n| ✅ | Oil it | Dock | done |\n"
        "| ⏳ | Test it | Deck | end of March |\n| ❌ | Paint it | Dock | won't do |\n"
        "| ⏳ | Sell it | Dock | Ongoing |\n"
    )
    assert [(a["status"], a.get("extra")) for a in actions(table)] == [
        ("done", {"due": "done"}),
        ("in_progress", {"due": "end of March"}),
        ("wont_do", None),
        ("in_progress", {"due": "Ongoing"}),
    ]
    (closed,) = actions(
        "| Action | Bug |\n|---|---|\n| Oil it | [#5](https://t.example/5) (closed) |"
    )
    assert (closed["status"], closed["url"]) == ("done", "https://t.example/5")


def test_headings_that_say_what_was_done_already_tell_of_done_actions() -> None:
    (done,) = actions("- Oiled the crane\n", "What we've done")
    assert done == {"title": "Oiled the crane", "status": "done"}


def test_rows_that_name_the_rows_below_them_are_headings() -> None:
    header = "| Action | Owner | Status |\n|---|---|---|\n"
    table = f"{header}| **Prevent** | | |\n| Oil it | Dock | open |\n"
    (action,) = actions(table)
    assert action == {"title": "Oil it", "owner": "Dock", "status": "open", "kind": "prevent"}


def test_lists_that_were_typed_into_a_paragraph_are_lists() -> None:
    assert titles("Corrective actions: 1. Oil the crane 2. Test the lock") == [
        "Oil the crane",
        "Test the lock",
    ]
    assert titles("• Oil the crane\n• Test the lock\nof the counter") == [
        "Oil the crane",
        "Test the lock of the counter",
    ]
    assert titles("**Crane**: oil it\n**Lock**: test it") == ["Crane: oil it", "Lock: test it"]


def test_a_sentence_that_promises_counts_where_there_is_no_list() -> None:
    assert titles("We will oil the crane each month.\n\nThe crane was old.") == [
        "We will oil the crane each month."
    ]
    assert titles("A crane was old. We will oil it. We will also paint it. Why did it break?") == [
        "We will oil it.",
        "We will also paint it.",
    ]
    assert titles("We will do all of this:\n\n- Oil the crane\n") == ["Oil the crane"]
    long = "We will see. " * 100
    found = read_actions(read_blocks(long), setting=SETTING)
    assert not found.actions
    assert [block.text for block in found.rest] == [long.strip()]


def test_an_address_that_stands_elsewhere_in_the_document_is_found() -> None:
    text = (
        "- [#7]: Oil the [crane][c]\n- See [that](#x)\n\n"
        "[#7]: https://t.example/7\n[C]: https://c.example\n"
    )
    assert actions(text)[0] == {
        "title": "Oil the crane",
        "url": "https://t.example/7",
        "extra": {"ticket": "#7"},
    }
    assert actions(text)[1] == {"title": "See that"}


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("| Acción | Responsable | Fecha límite | Estado |", ("Muelle", "2026-04-01", "hecho")),
        ("| Maßnahme | Verantwortlich | Frist | Status |", ("Kai", "2026-04-01", "erledigt")),
        ("| Mesure | Responsable | Échéance | Statut |", ("Quai", "2026-04-01", "terminé")),
        ("| Ação | Responsável | Prazo | Situação |", ("Cais", "2026-04-01", "concluído")),
        ("| 対策 | 担当 | 期限 | 状態 |", ("基盤チーム", "2026-04-01", "完了")),
    ],
)
def test_tables_are_understood_in_other_languages(table: str, columns: tuple[str, ...]) -> None:
    row = " | ".join(("Grúa", *columns))
    assert actions(f"{table}\n|---|---|---|---|\n| {row} |\n") == [
        {"title": "Grúa", "owner": columns[0], "due_on": "2026-04-01", "status": "done"}
    ]


def test_a_long_line_costs_no_more_than_its_length() -> None:
    for piece in ("(a, ", "Owner: ", "[x](", "**a** ", "1. ", "~~", "- @a ", "by 1 "):
        assert action_of(piece * 20_000, SETTING) is not False


def test_headings_with_a_text_below_are_actions_where_no_list_is() -> None:
    values = record(
        "# Ferry tickets\n\n## Impact\n\nQueues\n\n## Action items\n\n"
        "### 1) Fewer workers per gate\n\nFrom 16 to 12.\n\n"
        "### 2) Better alerting on load\n\nSoon.\n"
    )
    promised = [action["title"] for action in values["actions"]]
    assert promised == ["Fewer workers per gate", "Better alerting on load"]
    assert values["actions"][0]["extra"]["details"] == "From 16 to 12."


def test_a_table_of_actions_is_read_wherever_it_stands() -> None:
    values = record(
        "# Ferry tickets\n\n**Impact**: Queues\n\n| Action Item | Owner | Status |\n|---|---|---|\n"
        "| Alert on empty timetables | search team | Done |\n\n## Lessons\n\nMany\n"
    )
    (action,) = values["actions"]
    assert (action["title"], action["status"]) == ("Alert on empty timetables", "done")


def test_a_bare_name_above_a_list_is_a_heading() -> None:
    values = record(
        "# Ferry tickets\n\n## Detection\n\nSomebody told us.\n\n"
        "Action Items\n- Alert on expiry\n\n- Name an owner of certificates\n\n## Lessons\n\nMany\n"
    )
    promised = [action["title"] for action in values["actions"]]
    assert promised == ["Alert on expiry", "Name an owner of certificates"]


def test_a_document_without_headings_is_divided_by_the_names_of_parts() -> None:
    values = record(
        "Issue Summary:\nTickets were sold twice.\nRoot Cause:\nA lock was released early.\n"
        "Corrective measures:\nAdd a test of the lock.\nAlert on double sales.\n"
    )
    assert values["root_cause"] == "A lock was released early."
    promised = [action["title"] for action in values["actions"]]
    assert promised == ["Add a test of the lock.", "Alert on double sales."]


def test_underlined_or_bold_headings_are_enough_to_divide_a_document() -> None:
    underlined = record(
        "Root Cause Analysis\n===================\n\nFerry tickets\n-------------\n\n"
        "Root Cause\n----------\n\nA lock.\n\nNext steps\n----------\n\n- Test the lock – soon\n"
    )
    assert underlined["title"] == "Ferry tickets"
    assert underlined["actions"][0]["title"] == "Test the lock – soon"
    bold = record(
        "**Ferry tickets**\n\nImpact: Queues\nRoot Cause: A lock\n\n**Next steps**\n\n* Test\n"
    )
    assert (bold["impact"], bold["root_cause"]) == ("Queues", "A lock")


def test_groups_of_actions_may_be_called_as_other_parts_are() -> None:
    values = record(
        "# Ferry tickets\n\n## Impact\n\nQueues\n\n## Action items\n\n### Investigation\n\n"
        "Why did it begin?\n\n### Process improvements\n\n1. Alert on empty timetables\n"
    )
    assert [action["title"] for action in values["actions"]] == ["Alert on empty timetables"]

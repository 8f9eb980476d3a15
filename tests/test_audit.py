"""The audit of files as they are: what is said, of how many, what was not read, what is kept."""

import json
import re
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from analytics.repeats.fixes import RepeatClass
from analytics.repeats.ledger import find_repeats, ledger
from analytics.selection import Scope, select
from analytics.stored.search import stored_history
from data.exporting import export
from data.lists import current_lists
from data.loading import load
from data.store import open_store
from pages.__main__ import main

EARLIER = """# Checkout refused cards

- **Started:** 2026-02-03 09:00 UTC
- **Resolved:** 2026-02-03 10:00 UTC
- **Services:** checkout

## Root cause
The certificate of the payment gateway ran out and nobody was told.

## Action items
- [ ] Renew certificates by a job (Platform) https://tracker.example.com/browse/OPS-7
"""
#: The same, where the action says what it is for.
TO_PREVENT = (
    EARLIER.split("- [ ]")[0]
    + """
| Action | Type | Owner | Status | Ticket |
|---|---|---|---|---|
| Renew certificates by a job | Prevent | Platform team | Open | https://tracker.example.com/OPS-7 |
"""
)
AGAIN = """# Checkout refused cards

- **Started:** 2026-05-04 09:00 UTC
- **Resolved:** 2026-05-04 12:00 UTC
- **Services:** checkout

## Root cause
The certificate of the payment gateway ran out again and nobody was told.
"""


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """The command in this process: its exit code, and what it says."""
    said, told, code = StringIO(), StringIO(), 0
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(said),
        redirect_stderr(told),
    ):
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["python -m pages", "audit", *arguments])
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return code, said.getvalue(), told.getvalue()


def audited(folder: Path, *paths: str) -> dict[str, Any]:
    code, said, _ = run(folder, *paths, "--json")
    assert code == 0
    told = json.loads(said)
    assert isinstance(told, dict)
    return told


def write(folder: Path, **texts: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def test_an_incident_that_came_back_before_its_fix_is_told_with_both_quotes_and_the_ticket(
    tmp_path: Path,
) -> None:
    write(tmp_path / "notes", a=EARLIER, b=AGAIN, odd="# Shopping list\n\n- milk\n")
    told = audited(tmp_path, "notes")
    assert (told["incidents"], told["repeats"], told["not_read"]) == (2, 1, 1)
    # Nothing says that the action was to prevent it: it may have been the fix, and may not.
    assert (told["while_open"], told["hours_while_open"], told["interval"]) == (0, 0, [None, None])
    assert (told["perhaps"], told["hours_at_most"]) == (1, 3)
    assert "cannot be told which of them were the fix" in told["cannot_tell"]
    page = (tmp_path / "audit.html").read_text(encoding="utf-8")
    assert (
        "Up to 1 of 2 incidents began with the fix promised after an earlier one not known to be "
        "done, up to 3 h of impact"
    ) in page
    assert "The certificate of the payment gateway ran out and nobody was told." in page
    assert "ran out again" in page
    assert "https://tracker.example.com/browse/OPS-7" in page
    assert "Renew certificates by a job" in page
    assert "the texts are alike" in page
    assert "odd.md" in page
    assert re.search(r"<(script|img|link|iframe)[^>]*\b(src|href)=\"http", page) is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["audit.html", "notes"]


def test_an_action_that_says_it_is_to_prevent_makes_the_number_a_sure_one(tmp_path: Path) -> None:
    write(tmp_path / "notes", a=TO_PREVENT, b=AGAIN)
    told = audited(tmp_path, "notes")
    assert (told["while_open"], told["perhaps"], told["cannot_tell"]) == (1, 0, "")
    assert (told["hours_while_open"], told["hours_at_most"]) == (3, 3)
    page = (tmp_path / "audit.html").read_text(encoding="utf-8")
    assert re.search(r"\b1 of 2 incidents began with the fix promised after an earlier one", page)
    assert "Up to" not in page


def test_its_numbers_are_those_of_the_app_over_the_same_records(
    tmp_path: Path, company_url: str
) -> None:
    company = open_store(company_url)
    export(company, tmp_path / "all.json")
    company.close()
    store = open_store(f"sqlite:///{tmp_path / 'own.db'}")
    load(store, [str(tmp_path / "all.json")], lists=current_lists())
    history = stored_history(store)
    book = ledger(find_repeats(history), select(history, Scope()))
    store.close()
    told = audited(tmp_path, "all.json")
    assert told["incidents"] == len(select(history, Scope()))
    # Repeats by texts alone come on top of those that the records declare.
    assert told["declared"] == len(book.rows) > 10
    assert told["declared_while_open"] == book.by_class[RepeatClass.R2] > 0
    assert told["declared_hours"] == pytest.approx(book.hours_while_open.estimate)


def test_where_nothing_can_be_told_the_reason_is_said(tmp_path: Path) -> None:
    write(tmp_path / "one", a=AGAIN)
    told = audited(tmp_path, "one")
    assert told["cannot_tell"] == (
        "No promised action was found in these files, so no fix can have been open."
    )
    write(tmp_path / "none", odd="# Shopping list\n\n- milk\n")
    code, said, _ = run(tmp_path, "none")
    assert (code, "No incident was found in these files." in said) == (1, True)
    code, _, told = run(tmp_path, "missing")
    assert (code, told) == (2, "There is no missing.\n")
    code, _, told = run(tmp_path, "one", "--out", "nowhere/audit.html")
    assert (code, "cannot be written" in told) == (2, True)

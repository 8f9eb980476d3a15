"""When a fix was in place, worked out by hand."""

import datetime as dt

import pandas as pd
import pytest

from analytics.known_causes.fixes import FixDates, fix_dates
from analytics.known_causes.grouping import NO_CAUSE, known_causes
from analytics.repeats.ledger import find_repeats
from tests.support.repeating import Row, action, history_of, incident, link

AS_OF = dt.datetime(2025, 12, 31)
ROWS = [incident("2025-01-01"), incident("2025-03-01")]


def promise(of: int, since: str, status: str | None, ended: str | None = None) -> Row:
    return action(
        of, status, created_on=pd.Timestamp(since), completed_on=pd.Timestamp(ended or "NaT")
    )


def fixes_of(*actions: Row) -> FixDates:
    repeats = find_repeats(history_of(ROWS, [link(1, 0)], list(actions)))
    return fix_dates(known_causes(repeats), as_of=AS_OF)


@pytest.mark.parametrize(
    ("actions", "day"),
    [
        ([promise(0, "2025-01-05", "done", "2025-02-01")], "2025-02-01"),
        # The fix is in place when the last of two that were open together is done.
        (
            [
                promise(0, "2025-01-05", "done", "2025-02-01"),
                promise(0, "2025-01-05", "done", "2025-02-20"),
            ],
            "2025-02-20",
        ),
        # A later promise does not move the moment.
        (
            [
                promise(0, "2025-01-05", "done", "2025-02-01"),
                promise(1, "2025-03-02", "done", "2025-05-01"),
            ],
            "2025-02-01",
        ),
        # Giving up the rest is an end too.
        (
            [
                promise(0, "2025-01-05", "done", "2025-02-01"),
                promise(0, "2025-01-05", "wont_do", "2025-02-10"),
            ],
            "2025-02-10",
        ),
    ],
)
def test_a_fix_is_in_place_when_all_that_was_promised_has_ended(
    actions: list[Row], day: str
) -> None:
    found = fixes_of(*actions)
    assert pd.Timestamp(found.done[0]) == pd.Timestamp(f"{day} 23:59:59")
    assert found.trigger[0] == 0


@pytest.mark.parametrize(
    "actions",
    [
        [],
        [promise(0, "2025-01-05", "open")],
        [promise(0, "2025-01-05", "wont_do", "2025-02-01")],
        [promise(0, "2025-01-05", "done", "2025-02-01"), promise(0, "2025-01-05", "open")],
        [promise(0, "2025-01-05", "done", "2026-02-01")],
        [{**promise(0, "2025-01-05", "done", "2025-02-01"), "kind": "detect"}],
    ],
)
def test_no_fix_is_in_place_while_one_is_open_or_none_was_done(actions: list[Row]) -> None:
    assert pd.isna(fixes_of(*actions).done[0])


@pytest.mark.parametrize("status", ["done", "wont_do", None])
def test_a_fix_without_a_date_is_counted_and_not_guessed(status: str | None) -> None:
    found = fixes_of(promise(0, "2025-01-05", status))
    assert found.undated[0]
    assert pd.isna(found.done[0])


def test_the_incident_that_promised_first_is_the_trigger() -> None:
    assert fixes_of(promise(1, "2025-03-02", "open")).trigger[0] == 1
    assert fixes_of().trigger[0] == NO_CAUSE

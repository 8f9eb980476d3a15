"""Recurrences before and after a fix, worked out by hand."""

import datetime as dt

import pandas as pd
import pytest

from analytics.known_causes.fixes import FixRecords, fix_dates, fix_records
from analytics.known_causes.grouping import known_causes
from analytics.repeats.ledger import find_repeats
from tests.support.repeating import action, history_of, incident, link

AS_OF = dt.datetime(2025, 12, 31)
# Days 0, 31, 59, 90, 181 of the year; the last stands alone.
DAYS = ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", "2025-07-01", "2025-01-11"]
LINKS = [link(later, later - 1) for later in range(1, 5)]


def records_of(trigger: int, ended: str) -> FixRecords:
    done = action(
        trigger,
        "done",
        created_on=pd.Timestamp(DAYS[trigger]),
        completed_on=pd.Timestamp(ended),
    )
    repeats = find_repeats(history_of([incident(day) for day in DAYS], LINKS, [done]))
    causes = known_causes(repeats)
    return fix_records(causes, fix_dates(causes, as_of=AS_OF), as_of=AS_OF)


def test_the_first_incident_is_the_beginning_and_no_recurrence() -> None:
    found = records_of(0, "2025-05-01 00:00:01")
    assert found.before.events[0] == 3
    assert found.before.days[0] == pytest.approx(120, abs=1e-3)
    assert found.after[0] == 1
    assert found.days_after[0] == pytest.approx(244, abs=1e-3)


def test_the_trigger_is_left_out_with_the_wait_that_it_ended() -> None:
    found = records_of(2, "2025-05-01 00:00:01")
    assert found.before.events[0] == 2
    assert found.before.days[0] == pytest.approx(120 - 28, abs=1e-3)


def test_what_is_learnt_of_all_causes_keeps_the_trigger() -> None:
    found = records_of(2, "2025-05-01 00:00:01")
    assert found.until_fix.events[0] == 3
    assert found.until_fix.days[0] == pytest.approx(120, abs=1e-3)


def test_a_trigger_left_out_still_shows_that_the_cause_comes_back() -> None:
    found = records_of(1, "2025-02-10 00:00:01")
    assert found.before.events[0] == 0
    assert list(found.before.came_back) == [True, False]


def test_without_a_fix_all_is_before() -> None:
    found = records_of(0, "2025-05-01 00:00:01")
    assert found.before.events[1] == 0
    assert found.before.days[1] == 354
    assert found.before.silent[1] == 10
    assert (found.after[1], found.days_after[1]) == (0, 0)

"""The list of causes that struck more than once, worked out by hand."""

import datetime as dt

import pandas as pd
import pytest

from analytics.frames import History
from analytics.known_causes.grouping import known_causes
from analytics.known_causes.membership import families_of
from analytics.known_causes.overview import FixNow, cause_list
from analytics.repeats.ledger import find_repeats
from analytics.selection import Scope, select
from tests.support.repeating import Row, action, history_of, incident, link

AS_OF = dt.datetime(2025, 12, 31)
#: One cause at 0, 1 and 3, one at 2 and 5, and 4 alone.
HISTORY = history_of(
    [
        incident("2025-01-01", team="a"),
        incident("2025-02-01", team="a"),
        incident("2025-03-01", team="b"),
        incident("2025-04-01", team="a"),
        incident("2025-05-01", team="b"),
        incident("2025-06-01", team="b"),
    ],
    [link(1, 0), link(3, 0), link(5, 2)],
    [action(0, "open"), action(1, "in_progress"), action(3, "done"), action(2, None)],
)

FAMILIES = families_of(known_causes(find_repeats(HISTORY)), [])


def listed(history: History = HISTORY, *, most: int = 10, **scope: object) -> list[tuple[int, ...]]:
    found = cause_list(
        families_of(known_causes(find_repeats(history)), []),
        select(history, Scope(**scope)),  # type: ignore[arg-type]
        as_of=AS_OF,
        most=most,
    )
    return list(
        zip(
            found.earliest.tolist(),
            found.latest.tolist(),
            found.incidents.tolist(),
            found.repeats.tolist(),
            found.open_actions.tolist(),
            found.unclear_actions.tolist(),
            strict=True,
        )
    )


def test_causes_that_struck_again_come_with_their_open_actions_the_most_incidents_first() -> None:
    assert listed() == [(0, 3, 3, 2, 2, 0), (2, 5, 2, 1, 0, 1)]


def test_a_cause_is_asked_for_by_any_incident_in_view_and_counted_in_all_history() -> None:
    assert listed(start=dt.date(2025, 4, 1), end=dt.date(2025, 5, 1)) == [(0, 3, 3, 2, 2, 0)]


def test_the_list_says_how_many_there_are_where_it_is_cut() -> None:
    found = cause_list(FAMILIES, select(HISTORY, Scope()), as_of=AS_OF, most=1)
    assert (len(found.cause), found.total, found.with_open) == (1, 2, 1)


def test_how_likely_each_is_to_be_back_counts_only_its_own_waits() -> None:
    found = cause_list(FAMILIES, select(HISTORY, Scope()), as_of=AS_OF, most=10)
    # Back after 31 and 59 days, then away; and back after 92 days, then away.
    first, second = found.back_within
    assert (first.times, first.watched) == (2, 3)
    assert first.chance.estimate == pytest.approx(2 / 3)
    assert first.chance.n == 3
    assert (second.times, second.watched) == (0, 2)
    assert (second.chance.estimate, second.chance.n) == (0.0, 2)


def test_what_goes_on_within_a_day_is_one_event_that_struck_once() -> None:
    at = ("2025-05-05 10:00", "2025-05-05 14:00", "2025-05-05 18:00")
    once = history_of([incident(began) for began in at], [link(1, 0), link(2, 1)])
    assert listed(once) == []
    again = history_of(
        [incident(began) for began in (*at, "2025-05-09 10:00")],
        [link(1, 0), link(2, 1), link(3, 0)],
    )
    assert listed(again) == [(0, 3, 4, 1, 0, 0)]
    assert known_causes(find_repeats(again)).events.tolist() == [2]


def test_an_empty_history_has_no_causes() -> None:
    assert listed(History.of()) == []


DONE = pd.Timestamp("2025-02-10")


@pytest.mark.parametrize(
    ("actions", "fix"),
    [
        ([], FixNow.NONE),
        ([action(0, "wont_do")], FixNow.DROPPED),
        ([action(0, "done", completed_on=DONE), action(1, "open")], FixNow.OPEN),
        ([action(0, "done", completed_on=DONE), action(1, None)], FixNow.UNKNOWN),
        ([action(0, "done", completed_on=pd.Timestamp("2025-01-10"))], FixNow.DID_NOT_HOLD),
        ([action(0, "done", completed_on=DONE)], FixNow.DONE),
        ([action(0, "done")], FixNow.DONE),
        ([action(0, "done", completed_on=DONE, verification="verified")], FixNow.VERIFIED),
    ],
)
def test_what_became_of_a_fix_is_told_by_all_its_actions_and_the_last_incident(
    actions: list[Row], fix: FixNow
) -> None:
    rows = [incident("2025-01-01"), incident("2025-02-01")]
    history = history_of(rows, [link(1, 0)], actions)
    found = cause_list(
        families_of(known_causes(find_repeats(history)), []),
        select(history, Scope()),
        as_of=AS_OF,
        most=10,
    )
    assert found.fix.tolist() == [fix]


def test_incidents_are_counted_by_quarter_until_now() -> None:
    found = cause_list(FAMILIES, select(HISTORY, Scope()), as_of=AS_OF, most=10)
    assert found.by_quarter.tolist() == [[2, 1, 0, 0], [1, 1, 0, 0]]
    assert found.ahead.hours.tolist() == sorted(found.ahead.hours.tolist(), reverse=True)

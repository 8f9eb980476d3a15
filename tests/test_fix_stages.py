"""Are the stages of a fix counted with the days that records give, and nothing concluded?"""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analytics.repeats.fixes import FixStages
from analytics.repeats.ledger import find_repeats, ledger, perhaps_touched, touched_again
from analytics.selection import Scope, select
from tests.support.repeating import Row, action, history_of, incident, link

AS_OF = dt.datetime(2025, 12, 31)
STRUCK = [incident("2025-01-01 10:00"), incident("2025-03-01 10:00"), incident("2025-06-01 10:00")]
LINKS = [link(1, 0), link(2, 1)]


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def stages(*actions: Row, as_of: dt.datetime = AS_OF) -> FixStages:
    repeats = find_repeats(history_of(STRUCK, LINKS, list(actions)))
    return repeats.actions.stages(repeats.later, as_of=as_of)


def test_each_repeat_has_the_stages_of_what_was_promised_when_it_began() -> None:
    fix = stages(
        action(0, "done", created_on=day("2025-01-10"), completed_on=day("2025-02-10")),
        action(0, "open", created_on=day("2025-01-20")),
        action(1, "done", created_on=day("2025-03-05"), completed_on=day("2025-04-01")),
        action(1, "wont_do", created_on=day("2025-03-06")),
        {**action(1, "done", created_on=day("2025-03-07")), "kind": "detect"},
    )
    assert fix.promised.tolist() == [2, 4]
    assert fix.done.tolist() == [1, 2]
    assert fix.given_up.tolist() == [0, 1]
    assert fix.first_promised.astype(str).tolist() == ["2025-01-10T00:00:00"] * 2
    assert fix.last_done.astype("datetime64[D]").astype(str).tolist() == [
        "2025-02-10",
        "2025-04-01",
    ]
    assert fix.verified.tolist() == [0, 0]
    assert np.isnat(fix.last_verified).all()


@pytest.mark.parametrize(
    ("check", "verified", "failed", "planned"),
    [
        ({}, 0, 0, 0),
        ({"verification": "verified"}, 1, 0, 0),
        ({"verification": "verified", "verified_on": day("2025-05-01")}, 1, 0, 0),
        ({"verification": "verified", "verified_on": day("2026-05-01")}, 0, 0, 1),
        ({"verification": "failed", "verified_how": "a drill"}, 0, 1, 0),
        ({"verification": "not_yet"}, 0, 0, 0),
        ({"verified_how": "a drill"}, 0, 0, 1),
    ],
)
def test_a_fix_is_verified_where_somebody_recorded_it_by_then(
    check: Row, verified: int, failed: int, planned: int
) -> None:
    done = action(0, "done", created_on=day("2025-01-10"), completed_on=day("2025-02-10"))
    fix = stages({**done, **check})
    counts = (fix.verified[0], fix.failed[0], fix.planned[0])
    assert counts == (verified, failed, planned)


def test_no_action_is_no_stage_and_no_date_is_no_day() -> None:
    assert stages().promised.tolist() == [0, 0]
    undated = stages(action(0, "done"))
    assert (undated.done.tolist(), undated.promised.tolist()) == ([1, 1], [1, 1])
    assert np.isnat(undated.first_promised).all()
    assert np.isnat(undated.last_done).all()


def touched(*actions: Row, scope: Scope | None = None) -> list[tuple[int, int, int, bool]]:
    incidents = [*STRUCK, incident("2025-07-01 10:00"), incident("2025-09-01 10:00")]
    history = history_of(incidents, [*LINKS, link(4, 3)], list(actions))
    book = ledger(find_repeats(history), select(history, scope or Scope()))
    return [(one.later, one.times, one.action, one.promise_assumed) for one in touched_again(book)]


def test_a_cause_is_touched_again_only_while_its_fix_is_open_still() -> None:
    dated = action(0, "open", created_on=day("2025-01-10"))
    assert touched(dated) == [(2, 2, 0, False)]
    since_done = action(0, "done", created_on=day("2025-01-10"), completed_on=day("2025-04-01"))
    assert touched(since_done) == []
    assert touched({**dated, "kind": "detect"}) == []
    later_promise = action(1, "open", created_on=day("2025-07-10"))
    assert touched(later_promise) == []


def test_the_latest_comes_first_and_what_is_open_as_once_written_last() -> None:
    first = action(0, "open", created_on=day("2025-01-10"))
    second = action(3, "open", created_on=day("2025-07-10"))
    assert touched(first, second) == [(4, 1, 1, False), (2, 2, 0, False)]
    assert touched(first, action(3, "open")) == [(2, 2, 0, False), (4, 1, 1, True)]


def test_only_repeats_in_view_count_as_touched() -> None:
    first = action(0, "open", created_on=day("2025-01-10"))
    spring = Scope(start=dt.date(2025, 2, 1), end=dt.date(2025, 5, 1))
    assert touched(first, scope=spring) == [(1, 1, 0, False)]


def test_a_possible_repeat_that_is_much_alike_may_touch_a_cause_whose_fix_is_open() -> None:
    incidents = [*STRUCK, incident("2025-07-01 10:00"), incident("2025-09-01 10:00")]
    fix = action(0, "open", created_on=day("2025-01-10"))
    suggested = [
        {**link(3, 2, origin="suggested"), "basis": "possible"},
        {**link(4, 2, origin="suggested"), "basis": "strong"},
        {**link(4, 1, origin="suggested"), "basis": "seen"},
    ]
    history = history_of(incidents, [link(1, 0), *suggested], [fix])
    book = ledger(find_repeats(history), select(history, Scope()))
    # Incident 1 has the cause of the fix, incident 2 has another; a weak suggestion says nothing.
    (perhaps,) = perhaps_touched(book)
    assert (perhaps.later, perhaps.times, perhaps.action) == (4, 1, 0)
    assert [cause.later for cause in touched_again(book)] == [1]
    ended = history_of(incidents, [link(1, 0), *suggested], [action(0, "done")])
    assert perhaps_touched(ledger(find_repeats(ended), select(ended, Scope()))) == ()

"""The worst tenth: a limit nobody picked by hand, and hours held against what quarters bring."""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from analytics.clocks import TTR, Durations, measure
from analytics.recorded import events
from analytics.review.periods import Sides, Timeline, sides, timeline
from analytics.review.tail import HoursMeasure, _sums_of_many, hours_measure, tail, without
from analytics.selection import Scope, select
from analytics.units import HOUR
from tests.support.histories import history

START, END = dt.date(2026, 10, 1), dt.date(2027, 1, 1)
AS_OF = dt.datetime(2027, 1, 1)
RECORDS_BEGIN = dt.datetime(2024, 1, 1)


def _lasting(began: dt.datetime, hours: float | None) -> dict[str, Any]:
    ended = None if hours is None else (began + dt.timedelta(hours=hours)).isoformat()
    status = "open" if hours is None else "resolved"
    return {"impact_started_at": began.isoformat(), "resolved_at": ended, "status": status}


def _every(days: float, hours: float, since: dt.datetime, until: dt.datetime) -> list[Any]:
    step = dt.timedelta(days=days)
    return [_lasting(since + step * k, hours) for k in range(int((until - since) / step))]


def _line(incidents: list[dict[str, Any]]) -> tuple[Timeline, Sides]:
    view = select(history(incidents), Scope())
    line = timeline(view, as_of=AS_OF, start=START, breaks=())
    return line, sides(line, start=START, end=END, breaks=())


def _durations(line: Timeline) -> Durations:
    return measure(line.view.history.incidents.iloc[line.rows], TTR, as_of=AS_OF)


def _limit(hours: list[float]) -> float:
    line, _ = _line([_lasting(AS_OF - dt.timedelta(days=90 - n), h) for n, h in enumerate(hours)])
    durations = _durations(line)
    _, limit = tail(durations, np.arange(len(hours)), slice(0, len(hours)))
    return limit / HOUR


def _hours(incidents: list[dict[str, Any]]) -> tuple[HoursMeasure, Sides]:
    line, beside = _line(incidents)
    return hours_measure(line, events(line.view.history)), beside


# ---- the limit and who is beyond it


@pytest.mark.parametrize(
    ("hours", "limit"),
    [
        ([0.5] * 17 + [2.0] * 3, 1.0),
        ([2.0] * 17 + [6.0] * 3, 4.0),
        ([6.0] * 17 + [30.0] * 3, 24.0),
        # 40 % beyond one hour tell less of a tail than 10 % beyond four.
        ([0.5] * 12 + [2.0] * 6 + [6.0] * 2, 4.0),
    ],
)
def test_the_limit_is_the_one_with_the_most_telling_share_beyond_it(
    hours: list[float], limit: float
) -> None:
    assert _limit(hours) == limit
    assert _limit(hours[::-1]) == limit
    assert _limit(np.random.default_rng(1).permutation(hours).tolist()) == limit


def test_only_what_is_compared_chooses_the_limit() -> None:
    hours = [6.0] * 17 + [30.0] * 3 + [0.5] * 17 + [2.0] * 3
    line, _ = _line([_lasting(AS_OF - dt.timedelta(days=90 - n), h) for n, h in enumerate(hours)])
    durations, alone = _durations(line), np.arange(40)
    assert tail(durations, alone, slice(0, 20))[1] == 24 * HOUR
    assert tail(durations, alone, slice(20, 40))[1] == HOUR


def test_without_any_duration_the_smallest_limit_stands() -> None:
    line, beside = _line([_lasting(AS_OF - dt.timedelta(days=n), None) for n in (1, 2)])
    beyond, limit = tail(_durations(line), np.arange(2), slice(0, 2))
    assert limit == HOUR
    assert beyond.figure(beside.now).n == 2


def test_an_open_incident_counts_once_it_lasted_beyond_the_limit() -> None:
    closed = [_lasting(dt.datetime(2026, 11, 1 + n), 0.5 if n < 17 else 2.0) for n in range(20)]
    old = _lasting(AS_OF - dt.timedelta(hours=3), None)
    young = _lasting(AS_OF - dt.timedelta(minutes=30), None)
    line, beside = _line([*closed, old, young])
    beyond, limit = tail(_durations(line), np.arange(22), slice(0, 22))
    figure = beyond.figure(beside.now)
    assert limit == HOUR
    assert (figure.estimate, figure.n, figure.n_missing) == (4 / 21, 21, 1)


def test_a_tail_that_grew_is_a_rise_in_points() -> None:
    def mixed(since: dt.datetime, long: int) -> list[dict[str, Any]]:
        hours = [6.0] * long + [2.0] * (40 - long)
        return [_lasting(since + dt.timedelta(days=2 * n), h) for n, h in enumerate(hours)]

    line, beside = _line([*mixed(dt.datetime(2026, 1, 1), 2), *mixed(dt.datetime(2026, 10, 1), 16)])
    beyond, _ = tail(_durations(line), np.arange(80), slice(0, 80))
    found = beyond.compare(beside.now, beside.reference)
    assert found.change.estimate == pytest.approx(14 / 40)
    assert found.p_value is not None
    assert found.p_value < 0.001


# ---- hours of impact


def test_hours_a_day_are_added_up() -> None:
    lasting = {2: 1.5, 9: 40.0, 30: 6.0}
    now = [_lasting(dt.datetime(2026, 10, day), hours) for day, hours in lasting.items()]
    unknown = _lasting(dt.datetime(2026, 12, 1), None)
    measured, beside = _hours([_lasting(RECORDS_BEGIN, 2.0), *now, unknown])
    figure = measured.figure(beside.now)
    assert figure.estimate == pytest.approx(47.5 / 92)
    assert (figure.n, figure.n_missing, figure.unit) == (3, 1, "hours per day")


def test_hours_that_nobody_knows_are_no_hours() -> None:
    measured, beside = _hours([_lasting(dt.datetime(2026, 10, 2), None)])
    figure = measured.figure(beside.now)
    assert (figure.estimate, figure.n_missing) == (None, 1)
    assert figure.reason == "no incident has a usable start and end of its impact"
    assert measured.compare(beside.now, beside.reference).p_value is None


@pytest.mark.parametrize(("hours", "ratio"), [(20.0, 10.0), (0.1, 0.05)])
def test_a_quarter_of_ten_times_the_hours_is_beyond_what_quarters_bring(
    hours: float, ratio: float
) -> None:
    before = _every(3, 2.0, RECORDS_BEGIN, dt.datetime(2026, 10, 1))
    measured, beside = _hours([*before, *_every(3, hours, dt.datetime(2026, 10, 1), AS_OF)])
    found = measured.compare(beside.now, beside.reference)
    assert found.change.estimate == pytest.approx(ratio, rel=0.03)
    assert found.p_value == pytest.approx(2 / 2000)
    assert found.change.low is not None
    assert found.change.high is not None
    assert found.change.low < found.change.estimate < found.change.high


def test_a_quarter_like_the_others_is_no_surprise() -> None:
    measured, beside = _hours(_every(3, 2.0, RECORDS_BEGIN, AS_OF))
    found = measured.compare(beside.now, beside.reference)
    assert found.change.estimate == pytest.approx(1.0, rel=0.03)
    assert found.p_value is not None
    assert found.p_value > 0.5
    rise, fall = measured.smallest(beside.now, beside.reference, level=0.05)
    assert rise.estimate is not None
    assert fall.estimate is not None
    # About 30 events of two hours each: two standard deviations of such a count, drawn and chosen.
    assert rise.estimate == pytest.approx(1 + 1.96 / 30**0.5, rel=0.1)
    assert fall.estimate == pytest.approx(1 - 1.96 / 30**0.5, rel=0.1)


def test_hours_that_come_in_storms_are_less_of_a_surprise() -> None:
    def storms(cause: str | None) -> float:
        rows = [
            {**_lasting(RECORDS_BEGIN + dt.timedelta(days=30 * k, hours=n), 2.0)}
            | {"root_cause_category": cause}
            for k in range(33)
            for n in range(10)
        ]
        now = _every(2, 2.0, dt.datetime(2026, 10, 1), AS_OF)
        measured, beside = _hours([*rows, *now])
        found = measured.compare(beside.now, beside.reference)
        assert found.change.estimate is not None
        assert found.p_value is not None
        return found.p_value

    assert storms("network") > 2.0 * storms(None)


def test_the_same_records_give_the_same_p_value() -> None:
    records = _every(3, 2.0, RECORDS_BEGIN, AS_OF)
    (one, beside), (other, _) = _hours(records), _hours(records[::-1])
    assert one.compare(beside.now, beside.reference) == other.compare(beside.now, beside.reference)


@pytest.mark.parametrize(
    ("days", "reason"),
    [(25.0, "needs 30 incidents with a known impact before, has 29"), (24.0, None)],
)
def test_thirty_incidents_are_needed_to_know_what_quarters_bring(
    days: float, reason: str | None
) -> None:
    before = _every(days, 2.0, dt.datetime(2024, 10, 1), dt.datetime(2026, 10, 1))
    opens = [_lasting(RECORDS_BEGIN, 2.0)]
    measured, beside = _hours([*opens, *before, *_every(3, 2.0, dt.datetime(2026, 10, 1), AS_OF)])
    found = measured.compare(beside.now, beside.reference)
    assert found.change.reason == (reason or "")
    assert (found.p_value is None) == (reason is not None)
    rise, _ = measured.smallest(beside.now, beside.reference, level=0.05)
    assert rise.known == (reason is None)


def test_three_quarters_do_not_show_what_quarters_bring() -> None:
    measured, beside = _hours(_every(1, 2.0, dt.datetime(2025, 12, 20), AS_OF))
    found = measured.compare(beside.now, beside.reference)
    assert found.change.reason == "needs 4 quarters before, has 3"


def test_what_is_left_out_is_missing_and_not_zero() -> None:
    known = [_lasting(dt.datetime(2026, 10, day), 3.0) for day in (2, 9)]
    measured, beside = _hours([_lasting(RECORDS_BEGIN, 2.0), *known])
    fewer = without(measured, np.array([False, True, False])).figure(beside.now)
    assert (fewer.estimate, fewer.n, fewer.n_missing) == (pytest.approx(3 / 92), 1, 1)


def test_sums_of_many_events_have_the_moments_and_the_tails_of_sums_one_by_one() -> None:
    rng = np.random.default_rng(4)
    hours = np.exp(rng.normal(0.0, 1.5, 5_000))
    sizes = np.full(1_999, 1_500)
    singly = hours[rng.integers(0, len(hours), (1_999, 1_500))].sum(axis=1)
    drawn = _sums_of_many(hours, sizes, rng)
    assert drawn.mean() == pytest.approx(singly.mean(), rel=0.01)
    for share in (0.01, 0.05, 0.5, 0.95, 0.99):
        assert np.quantile(drawn, share) == pytest.approx(np.quantile(singly, share), rel=0.02)

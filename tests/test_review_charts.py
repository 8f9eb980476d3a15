"""The charts of a review: the recent past at two scales, and signals that only support a claim."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest

from analytics.answer import Answer
from analytics.calendar import Break
from analytics.recorded import events
from analytics.review.charts import (
    PageChart,
    Watch,
    months,
    months_back,
    rate_chart,
    time_chart,
    weeks,
)
from analytics.review.claims import Beside, Claim, Look, Verdict, untested
from analytics.review.periods import Side, Sides, Timeline, sides, timeline
from analytics.review.rates import RateMeasure, rate_measure
from analytics.review.time import TimeMeasure, first_step, time_measures
from analytics.selection import Scope, select
from tests.support.histories import history

START, END = dt.date(2026, 10, 1), dt.date(2027, 1, 1)
AS_OF = dt.datetime(2027, 1, 1)
RECORDS_BEGIN = dt.date(2024, 10, 1)


def _claim(verdict: Verdict) -> Claim:
    beside = Beside(Answer(1.0), untested("none"))
    return Claim(
        key="rate",
        label="",
        weight=1.0,
        now=Answer(1.0),
        reference=beside,
        previous=beside,
        year_ago=beside,
        longer=(),
        p_value=None,
        adjusted=None,
        look=Look.PERIOD,
        smallest_rise=Answer(None, reason="none"),
        smallest_fall=Answer(None, reason="none"),
        verdict=verdict,
        reason="",
    )


def _first(line: Timeline, beside: Sides) -> TimeMeasure:
    measures = time_measures(line, beside, events(line.view.history))
    return measures[first_step(measures, beside)[0]]


def _line(moments: Sequence[dt.datetime]) -> tuple[Timeline, RateMeasure, Side]:
    incidents = [
        {
            "impact_started_at": moment.isoformat(),
            "mitigated_at": (moment + dt.timedelta(hours=1 + n % 3)).isoformat(),
        }
        for n, moment in enumerate(moments)
    ]
    view = select(history(incidents), Scope())
    line = timeline(view, as_of=AS_OF, start=START, breaks=())
    everything = np.ones(len(line.rows), dtype=bool)
    now = sides(line, start=START, end=END, breaks=()).now
    return line, rate_measure(line, everything, now), now


def _monthly(counts: Sequence[int]) -> list[dt.datetime]:
    """So many incidents in each of the 27 months that end with the period."""
    edges = months_back(END, len(counts))
    return [
        dt.datetime.combine(first, dt.time()) + dt.timedelta(hours=12 * k)
        for first, count in zip(edges, counts, strict=False)
        for k in range(count)
    ]


def _drawn(
    counts: Sequence[int], verdict: Verdict = Verdict.NO_SIGNAL, breaks: Sequence[Break] = ()
) -> PageChart:
    line, measured, now = _line(_monthly(counts))
    members = np.ones(len(line.rows), dtype=bool)
    return rate_chart(Watch(line, now, breaks), _claim(verdict), measured, members)


STEADY = [10, 12] * 12


def test_six_weeks_and_thirteen_months_end_with_the_period() -> None:
    line, measured, _ = _line(_monthly([*STEADY, 10, 20, 30]))
    last_weeks, last_months = weeks(line, measured, END), months(line, measured, END)
    assert last_months.counts.tolist()[-3:] == [10, 20, 30]
    assert len(last_months.counts) == 13
    assert len(last_weeks.counts) == 6
    assert last_weeks.days.tolist() == [7.0] * 6
    assert str(last_weeks.starts[-1]) == "2026-12-25"


def test_the_year_before_is_unknown_where_the_records_do_not_reach() -> None:
    line, measured, _ = _line(_monthly([*STEADY, 10, 20, 30]))
    before = months(line, measured, END).year_before
    assert before[-2:].tolist() == [12, 10]
    later, measured, _ = _line(_monthly([10] * 6))
    assert np.isnan(months(later, measured, END).year_before).all()


def test_limits_come_from_the_two_years_before_the_period_only() -> None:
    calm, wild = _drawn([*STEADY, 11, 11, 11]), _drawn([*STEADY, 11, 11, 60])
    assert calm.kind == "u"
    assert len(calm.at) == 27
    assert calm.chart.centre[0] == wild.chart.centre[0]


def test_with_less_than_two_years_limits_still_leave_the_period_out() -> None:
    calm, wild = _drawn([*STEADY[:21], 11, 11, 11]), _drawn([*STEADY[:21], 11, 11, 60])
    assert calm.chart.segments[0].baseline == 21
    assert calm.chart.centre[0] == wild.chart.centre[0]


def test_a_signal_without_a_claim_is_known_and_not_coloured() -> None:
    found = _drawn([*STEADY, 11, 11, 60])
    assert [signal.direction for signal in found.in_period] == ["up"]
    assert found.coloured == ()


def test_a_signal_is_coloured_where_the_claim_says_the_same() -> None:
    counts = [*STEADY, 11, 11, 60]
    assert len(_drawn(counts, Verdict.ROSE).coloured) == 1
    assert _drawn(counts, Verdict.FELL).coloured == ()


def test_a_signal_of_the_past_is_none_of_the_period() -> None:
    found = _drawn([*STEADY[:-1], 60, 11, 11, 11])
    assert found.chart.signals
    assert found.in_period == ()


def test_rare_incidents_are_watched_by_the_time_between_them() -> None:
    found = _drawn([1] * 27)
    assert found.kind == "t"
    assert len(found.chart.values) == 24 - 1 + 3
    assert found.chart.values.max() == 31.0


def test_a_rarer_event_is_coloured_where_the_rate_fell() -> None:
    found = _drawn([*[1] * 24, 0, 0, 0], Verdict.FELL)
    assert found.kind == "t"
    assert [signal.direction for signal in found.coloured] == ["up"]


@pytest.mark.parametrize(("day", "months"), [(1, 3), (15, 2)])
def test_limits_start_afresh_with_the_first_whole_month_after_a_break(
    day: int, months: int
) -> None:
    found = _drawn([*STEADY, 11, 11, 11], breaks=[Break(dt.date(2026, 10, day), "merger")])
    assert [segment.start for segment in found.chart.segments] == [0, 27 - months]
    assert found.chart.segments[1].reason == f"needs 20 points for limits, has {months}"


def test_a_time_between_two_incidents_that_spans_a_break_belongs_to_what_was_before() -> None:
    found = _drawn([1] * 27, breaks=[Break(dt.date(2026, 10, 15), "merger")])
    assert found.kind == "t"
    assert found.at[found.chart.segments[1].start] == np.datetime64("2026-12-01")


def test_months_without_a_duration_have_no_point() -> None:
    line, _, now = _line(_monthly([*STEADY[:10], 0, *STEADY[11:], 10, 10, 10]))
    beside = sides(line, start=START, end=END, breaks=())
    chart = time_chart(Watch(line, now, ()), _claim(Verdict.NO_SIGNAL), _first(line, beside))
    assert chart.kind == "xmr"
    assert len(chart.at) == 26
    assert chart.chart.values.min() > 0


@pytest.mark.parametrize("counts", [[], [0] * 27, [*[0] * 26, 1]])
def test_a_chart_of_next_to_nothing_has_no_limits(counts: list[int]) -> None:
    found = _drawn(counts)
    assert found.in_period == ()
    assert np.isnan(found.chart.centre).all()


def test_records_that_begin_within_the_last_month_give_no_month_and_say_so() -> None:
    moments = [dt.datetime(2026, 12, 10) + dt.timedelta(days=2 * n) for n in range(9)]
    line, measured, now = _line(moments)
    watch, claim = Watch(line, now, ()), _claim(Verdict.CANNOT_TELL)
    rate = rate_chart(watch, claim, measured, np.ones(len(line.rows), dtype=bool))
    times = time_chart(watch, claim, _first(line, sides(line, start=START, end=END, breaks=())))
    for page_chart in (rate, times):
        assert len(page_chart.at) == len(page_chart.chart.values) == 0
        assert page_chart.chart.segments[0].reason == "needs 20 points for limits, has 0"
        assert page_chart.in_period == page_chart.coloured == ()


@pytest.mark.parametrize("months_recorded", [1, 2])
def test_one_or_two_months_have_points_and_no_limits(months_recorded: int) -> None:
    page_chart = _drawn([5] * months_recorded)
    assert page_chart.chart.values.size == months_recorded
    assert np.isnan(page_chart.chart.centre).all()
    assert page_chart.coloured == ()

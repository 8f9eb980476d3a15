"""The examples of the definitions, computed: methods for any data, and the review."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics import surveillance
from analytics.answer import Answer, Method
from analytics.clocks import TTR, Floats, measure
from analytics.recorded import events
from analytics.response import durations, stability
from analytics.response import groups as response_groups
from analytics.response import mix as response_mix
from analytics.review import causes as review_causes
from analytics.review import claims, power, shares, tail
from analytics.review import rates as review_rates
from analytics.review.claims import Beside, Claim, Look, Verdict
from analytics.review.periods import Side, Sides, Timeline, sides, timeline
from analytics.selection import Scope, select
from analytics.statistics import (
    groups,
    mixshift,
    quantiles,
    rates,
    serial,
    survival,
    trend,
    two_samples,
)
from analytics.statistics import shares as share_statistics
from analytics.targets import Promise
from analytics.units import HOUR, MINUTE
from tests.support.histories import history

Numbers = Sequence[float]
#: The period of a review, and the day on which it is looked at.
START, END = dt.date(2026, 10, 1), dt.date(2027, 1, 1)


def array(values: Numbers, unit: float = 1.0) -> Floats:
    return np.array(values, np.float64) * unit


def three(answer: Answer) -> Numbers:
    """An estimate with its interval."""
    assert answer.estimate is not None
    assert answer.low is not None
    assert answer.high is not None
    return answer.estimate, answer.low, answer.high


def one(answer: Answer) -> float:
    assert answer.estimate is not None
    return answer.estimate


# ---- comparisons and charts


def log_rank_of(*, after: Numbers, before: Numbers) -> Numbers:
    flags = [np.ones(len(each), dtype=bool) for each in (after, before)]
    told = survival.log_rank(array(after), flags[0], array(before), flags[1])
    assert told.p_value is not None
    return told.statistic, told.p_value


def rate_ratio(*, now: int, days_now: float, then: int, days_then: float) -> Numbers:
    told = rates.compare(now, days_now, then, days_then)
    assert told.p_value is not None
    return *three(told.ratio), told.p_value


def share_difference(*, now: int, of_now: int, then: int, of_then: int) -> Numbers:
    told = share_statistics.difference(now, of_now, then, of_then)
    assert told.p_value is not None
    return *three(told.change), told.p_value


def mann_whitney(*, after: Numbers, before: Numbers) -> Numbers:
    told = two_samples.mann_whitney(array(after), array(before))
    assert told.p_value is not None
    return told.u, told.p_value


def smallest_change(*, incidents: int, spread: float) -> Numbers:
    ratio = two_samples.smallest_detectable_ratio(incidents, incidents, sigma=spread)
    assert ratio is not None
    return [ratio]


def xmr(*, low: float, high: float, months: int) -> Numbers:
    drawn = surveillance.xmr(array([low, high] * (months // 2)))
    return drawn.centre[0], drawn.low[0], drawn.high[0]


def u_chart(*, incidents: int, days: float, months: int) -> Numbers:
    drawn = surveillance.u_chart([incidents] * months, [days] * months).chart
    return drawn.centre[0], drawn.low[0], drawn.high[0]


def t_chart(*, short: float, long: float, gaps: int) -> Numbers:
    drawn = surveillance.t_chart(array([short, long] * (gaps // 2)))
    return drawn.centre[0], drawn.high[0]


def trend_of(*, months: Numbers) -> Numbers:
    told = trend.trend(np.arange(float(len(months))), array(months), unit="per month")
    assert told.p_value is not None
    return *three(told.slope), told.p_value


def changepoint_of(*, months: Numbers) -> Numbers:
    told = trend.mean_shift(array(months))
    assert told.index is not None
    assert told.before is not None
    assert told.after is not None
    return told.index, told.before, told.after


def group_rates_of(*, incidents: Numbers, days: float) -> Numbers:
    told = groups.group_rates(incidents, [days] * len(incidents))
    return [each * 30 for each in told.estimate]


def group_durations_of(*, minutes: Sequence[Numbers]) -> Numbers:
    codes = np.repeat(np.arange(len(minutes)), [len(each) for each in minutes])
    told = groups.group_durations(
        array([each for group in minutes for each in group], MINUTE), codes, groups=len(minutes)
    )
    return [each / MINUTE for each in told.estimate]


def funnel_of(*, incidents: Numbers, days: Numbers) -> Numbers:
    told = groups.funnel(incidents, days)
    assert told is not None
    return told.centre * 30, told.limits.low95[0] * 30, told.limits.high95[0] * 30


def kaplan_meier(*, ended: Numbers, still_open: Numbers) -> Numbers:
    both = array([*ended, *still_open])
    over = np.arange(len(both)) < len(ended)
    return [one(survival.quantile(survival.kaplan_meier(both, over)))]


def simulated(*, hours: Numbers, shorter: float) -> Numbers:
    told = stability.would_it_notice(array(hours, HOUR), shorter=shorter)
    return [one(next(v for v in told.verdicts if v.metric == "mean").worse)]


def mix_shift(
    *, before: Numbers, after: Numbers, many_before: Numbers, many_after: Numbers
) -> Numbers:
    told = mixshift.decompose(after, many_after, before, many_before)
    assert told is not None
    return told.total, told.within, told.mix


# ---- the review


def reviewed(incidents: list[dict[str, Any]], **tables_: Any) -> tuple[Timeline, Sides]:
    as_of = dt.datetime.combine(END, dt.time())
    chosen = select(history(incidents, **tables_), Scope())
    line = timeline(chosen, as_of=as_of, start=START, breaks=())
    return line, sides(line, start=START, end=END, breaks=())


def on(day: str, count: int, **fields: Any) -> list[dict[str, Any]]:
    return [{"impact_started_at": day, **fields} for _ in range(count)]


def spread_over(days: int, count: int, since: dt.date, **fields: Any) -> list[dict[str, Any]]:
    """Incidents at even distances."""
    first = dt.datetime.combine(since, dt.time(12))
    return [
        {"impact_started_at": str(first + dt.timedelta(days=days * k / count)), **fields}
        for k in range(count)
    ]


def of_hours(hours: Numbers, day: str) -> list[dict[str, Any]]:
    """Incidents of so many hours, a minute apart."""
    began = [pd.Timestamp(day) + pd.Timedelta(minutes=k) for k in range(len(hours))]
    return [
        {
            "impact_started_at": str(at),
            "mitigated_at": str(at + pd.Timedelta(hours=lasted)),
            "resolved_at": str(at + pd.Timedelta(hours=lasted)),
        }
        for at, lasted in zip(began, hours, strict=True)
    ]


def review_claim(*, chances: Numbers, weights: Numbers) -> Numbers:
    return list(groups.adjust(chances, weights=list(weights)))


def sized(now: int, before: int, *, rise: float | None, fall: float | None) -> Claim:
    """A claim that says which changes are likely to show."""

    def answer(value: float | None) -> Answer:
        return Answer(value, unit="ratio", reason="" if value is not None else "none")

    return Claim(
        key="",
        label="",
        weight=1.0,
        now=Answer(1.0, n=now),
        reference=Beside(Answer(1.0, n=before), claims.untested("not asked")),
        previous=Answer(1.0, n=now),
        year_ago=Answer(1.0, n=now),
        longer=(),
        p_value=None,
        adjusted=None,
        look=Look.PERIOD,
        smallest_rise=answer(rise),
        smallest_fall=answer(fall),
        verdict=Verdict.NO_SIGNAL,
        reason="",
    )


def power_table(*, now: int, before: int, rise: float, shorter: float, asked: int) -> Numbers:
    quarter, year = (Side(START, END, days, slice(0, 0), "", "") for days in (91.0, 364.0))
    rate = sized(now, before, rise=rise, fall=None)
    time = sized(now, before, rise=None, fall=shorter)
    beside = Sides(now=quarter, reference=year, previous=quarter, year_ago=quarter)
    (row,) = power.power(rate, time, beside, sizes=[asked])
    assert row.rise is not None
    assert row.shorter is not None
    assert row.quarters_more is not None
    assert row.quarters_shorter is not None
    return row.rise, row.shorter, row.quarters_more, row.quarters_shorter


def shift_of(months: Numbers, column: Floats, error: float) -> Numbers:
    series = serial.Series(np.log(array(months)), np.full(len(months), error**2))
    told = serial.shifts(series, [(column,)])[0]
    assert told is not None
    return [float(np.exp(told.change)), told.p_value]


def change_of_years(*, first: Numbers, second: Numbers, error: float) -> Numbers:
    step = (np.arange(len(first) + len(second)) >= len(first)).astype(np.float64)
    return shift_of([*first, *second], step, error)


def line_of_months(*, start: float, growth: float, months: int, error: float) -> Numbers:
    values = [start * (1 + growth) ** month for month in range(months)]
    return shift_of(values, np.linspace(0.0, 1.0, months), error)


def share_beyond(*, short: int, short_hours: float, long: int, long_hours: float) -> Numbers:
    hours = [short_hours] * short + [long_hours] * long
    line, beside = reviewed(of_hours(hours, "2026-11-01"))
    told = measure(line.view.history.incidents.iloc[line.rows], TTR, as_of=line.as_of)
    part, limit = tail.tail(told, np.arange(len(hours)), slice(0, len(hours)))
    return one(part.figure(beside.now)), limit / HOUR


def impact_a_day(*, hours: Numbers) -> Numbers:
    line, beside = reviewed(on("2026-01-01", 1) + of_hours(hours, "2026-11-01"))
    return [one(tail.hours_measure(line, np.arange(len(hours) + 1)).figure(beside.now))]


def impact_against_quarters(*, a_quarter: int, hours_then: float, hours_now: float) -> Numbers:
    def in_quarters(since: dt.date, quarters: int, hours: float) -> list[dict[str, Any]]:
        rows = spread_over(92 * quarters, a_quarter * quarters, since)
        for row in rows:
            ended = pd.Timestamp(row["impact_started_at"]) + pd.Timedelta(hours=hours)
            row["mitigated_at"] = str(ended)
        return rows

    rows = in_quarters(dt.date(2024, 7, 1), 9, hours_then) + in_quarters(START, 1, hours_now)
    line, beside = reviewed(rows)
    told = tail.hours_measure(line, events(line.view.history)).compare(beside.now, beside.reference)
    assert told.p_value is not None
    return one(told.change), told.p_value


def review_rate(*, incidents: int, days: int) -> Numbers:
    assert days == (END - START).days
    before = spread_over(3 * 365, 3 * 146, START - dt.timedelta(days=3 * 365))
    line, beside = reviewed(before + spread_over(days, incidents, START))
    told = review_rates.rate_measure(line, np.ones(len(line.rows), dtype=bool), beside.now)
    return three(told.figure(beside.now))


def smallest_change_of_rate(*, before: int, days_before: float, days_now: float) -> Numbers:
    rise, fall = rates.detectable(before, days_now, days_before)
    assert rise is not None
    assert fall is not None
    return rise, fall


def smallest_change_of_share(*, before: float, of_now: int, of_then: int) -> Numbers:
    rise, fall = shares.detectable_points(before, of_now, of_then)
    assert rise is not None
    assert fall is not None
    return rise, fall


def caused(
    now: Mapping[str, int], then: Mapping[str, int]
) -> tuple[review_causes.MixMeasure, Sides]:
    def rows(day: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
        return [
            row
            for name in counts
            for row in on(day, counts[name], root_cause_category=name or None)
        ]

    line, beside = reviewed(rows("2026-02-01", then) + rows("2026-11-01", now))
    return (
        review_causes.MixMeasure(review_causes.causes_of(line, beside.now, beside.reference)),
        beside,
    )


def cause_mix(*, now: Mapping[str, int], then: Mapping[str, int]) -> Numbers:
    told, beside = caused(now, then)
    return [one(told.compare(beside.now, beside.reference).change)]


def known_cause_share(*, known: int, unknown: int) -> Numbers:
    told, beside = caused({"code bug": known, "": unknown}, {"code bug": 1})
    return three(told.figure(beside.now))


def done_within_of_period(*, done: int, promised: int) -> Numbers:
    given = [
        {
            "incident": 0,
            "status": "done" if k < done else "open",
            "created_on": pd.Timestamp("2026-10-05"),
            "completed_on": pd.Timestamp("2026-10-15") if k < done else pd.NaT,
        }
        for k in range(promised)
    ]
    line, beside = reviewed(on("2026-10-02", 1), actions=given)
    return three(shares.done_within(line, Promise()).figure(beside.now))


#: How the example of each definition is computed from what it gives.
OF_STATISTICS: dict[Method, Callable[..., Numbers]] = {
    quantiles.MEDIAN: lambda values: three(quantiles.median(array(values))),
    quantiles.PERCENTILE: lambda values, share: [one(quantiles.percentile(array(values), share))],
    quantiles.ECDF: lambda values, at: [
        float(quantiles.ecdf(array(values)).shares[quantiles.ecdf(array(values)).values <= at][-1])
    ],
    survival.KAPLAN_MEIER: kaplan_meier,
    quantiles.GEOMETRIC_MEAN: lambda values: three(
        quantiles.geometric_mean(array(values, MINUTE)).map(
            lambda seconds: seconds / MINUTE, unit="min"
        )
    ),
    durations.SMALLEST_CHANGE: smallest_change,
    surveillance.XMR: xmr,
    surveillance.FALSE_ALARMS: lambda months: [one(surveillance.false_alarm_rate(months))],
    surveillance.U_CHART: u_chart,
    surveillance.T_CHART: t_chart,
    trend.TREND: trend_of,
    trend.CHANGEPOINT: changepoint_of,
    two_samples.RATIO_OF_DURATIONS: lambda after, before: three(
        two_samples.welch_on_logs(array(after), array(before)).ratio
    ),
    two_samples.MANN_WHITNEY: mann_whitney,
    survival.LOG_RANK: log_rank_of,
    rates.RATE: lambda incidents, days: three(rates.rate(incidents, days)),
    rates.RATE_RATIO: rate_ratio,
    share_statistics.SHARE_DIFFERENCE: share_difference,
    groups.BENJAMINI_HOCHBERG: lambda chances: list(groups.adjust(chances)),
    response_mix.MIX_SHIFT: mix_shift,
    stability.SIMULATOR: simulated,
    response_groups.GROUP_RATES: group_rates_of,
    response_groups.GROUP_DURATIONS: group_durations_of,
    groups.FUNNEL: funnel_of,
    claims.REVIEW_CLAIM: review_claim,
    power.POWER_TABLE: power_table,
    serial.CHANGE_OF_YEARS: change_of_years,
    serial.LINE_OF_MONTHS: line_of_months,
    tail.SHARE_BEYOND: share_beyond,
    tail.IMPACT_A_DAY: impact_a_day,
    tail.IMPACT_AGAINST_QUARTERS: impact_against_quarters,
    review_rates.REVIEW_RATE: review_rate,
    review_rates.SMALLEST_CHANGE_OF_RATE: smallest_change_of_rate,
    shares.SMALLEST_CHANGE_OF_SHARE: smallest_change_of_share,
    review_causes.CAUSE_MIX: cause_mix,
    review_causes.KNOWN_CAUSE_SHARE: known_cause_share,
    shares.DONE_WITHIN_OF_PERIOD: done_within_of_period,
}

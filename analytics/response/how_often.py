"""How often do incidents happen, per day or per deploy: two periods compared, and month by month.

More deploys bring more incidents without any single one being riskier, so where deploys or requests
are loaded a rate may be one per deploy or request. Where they are not known for a period there is
no rate: days would answer another question. Clustering is taken from up to three years before the
later period.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer, too_few
from analytics.breaks import Break, between, first_points, last_before
from analytics.calendar import MONTHS_A_YEAR, Period, add_months
from analytics.clocks import Floats
from analytics.exposure.amounts import DAYS, EXPOSURE, Meter
from analytics.exposure.owners import meter
from analytics.exposure.rates import Per, opened, rate_per
from analytics.period_pair import PeriodPair
from analytics.periods import Moments, ordinals, run, starts
from analytics.selection import View
from analytics.statistics.dispersion import clustering, dispersion
from analytics.statistics.quantiles import minimum_n_for_interval
from analytics.statistics.rates import RateComparison, compare
from analytics.surveillance.control import MOST_BASELINE
from analytics.surveillance.count_charts import CountChart, false_alarm_rate, u_chart

#: In both periods together; with fewer even "all in the later one" is no evidence.
FEWEST_EVENTS = minimum_n_for_interval(0.5)
#: Years before the later period whose months say how incidents cluster.
YEARS = 3
#: Half a year of months: from fewer the usual spread is a guess.
FEWEST_MONTHS = 6
#: Counts pass for unclustered where chance makes as much spread in 2 of 5 such series. One
#: comparison has no others to be corrected with: where more passes, companies in which nothing
#: changes are told of a change 1 in 8 times, and like this 1 in 20.
CLUSTERED_BELOW = 0.4


@dataclass(frozen=True, slots=True)
class Stretch:
    """One period.

    Attributes:
        period: as far as it has passed and as the records reach back.
        n: its incidents.
        exposure: days, deploys or requests in it, or why they are not known.
        rate: incidents per :class:`~analytics.exposure.rates.Per`.
    """

    period: Period
    n: int
    exposure: Answer
    rate: Answer


@dataclass(frozen=True, slots=True)
class HowOften:
    """Two periods.

    Attributes:
        change: the later rate against the earlier one; None with ``reason``.
        reason: in words, why they are not compared.
    """

    per: Per
    before: Stretch
    after: Stretch
    change: RateComparison | None
    reason: str


@dataclass(frozen=True, slots=True)
class MonthlyRates:
    """Every month from the first incident in view to the end of the period.

    Attributes:
        starts: first day of each month whose exposure is known.
        counts, exposure: of each.
        found: the chart, in incidents per :class:`~analytics.exposure.rates.Per`.
        false_alarms: share of stable series like this one in which some rule fires.
        n_unknown: months left out because their exposure is not known or none.
        reason: in words, why the first of them is.
    """

    starts: Moments
    counts: npt.NDArray[np.int64]
    exposure: Floats
    found: CountChart
    false_alarms: Answer
    n_unknown: int
    reason: str


def how_often(
    view: View, pair: PeriodPair, per: Per, *, as_of: dt.datetime, breaks: Sequence[Break] = ()
) -> HowOften:
    """How often incidents happened in two periods, and whether that changed.

    Args:
        view: the reader's scope over all time.
        pair: the periods; what lies before the first record of the store or after ``as_of`` does
            not count as watched.
        per: what rates are per.
        as_of: moment looked from, by the reader's clock.
        breaks: days across which nothing is compared.
    """
    assert pair.after.start is not None
    counted = meter(view.history, per.unit, view.scope)
    spread, months = _clustering(view, counted, pair.after.start, breaks)
    before, after = (
        _stretch(view, period, counted, per, as_of=as_of, dispersion=spread)
        for period in (pair.before, pair.after)
    )
    reason = _why_not(before, after, breaks, pair) or _too_short(months, per)
    change = None
    if not reason:
        change = compare(
            after.n,
            after.exposure.estimate or 0.0,
            before.n,
            before.exposure.estimate or 0.0,
            dispersion=spread,
        )
    return HowOften(per=per, before=before, after=after, change=change, reason=reason)


def monthly_rates(
    view: View, per: Per, *, as_of: dt.datetime, breaks: Sequence[Break] = ()
) -> MonthlyRates:
    """The control chart of the incidents in view, month by month.

    Args:
        per: what rates are per; months whose exposure is not known have no point.
        as_of: moment looked from, by the reader's clock; the last month counts until then.
        breaks: days at which limits start afresh.
    """
    counted = meter(view.history, per.unit, view.scope)
    edges = _month_edges(view, as_of)
    begins, ends = _pairs(edges)
    amount = counted.between(begins, ends)
    known = np.nan_to_num(amount) > 0
    counts = np.diff(np.searchsorted(_when(view), edges))[known]
    at = begins[known].astype("datetime64[D]")
    missing = np.flatnonzero(~known)
    exposure = amount[known]
    base = slice(0, MOST_BASELINE)
    return MonthlyRates(
        starts=at,
        counts=counts,
        exposure=exposure,
        found=u_chart(counts, exposure / per.size, breaks=first_points(at, breaks)),
        false_alarms=false_alarm_rate(
            max(len(at), 1),
            mean=float(counts.mean()) if len(at) else 0.0,
            dispersion=dispersion(counts[base], exposure[base]).factor,
        ),
        n_unknown=len(missing),
        reason=_why_missing(counted, begins[missing[0]], ends[missing[0]]) if len(missing) else "",
    )


def _stretch(
    view: View,
    period: Period,
    counted: Meter,
    per: Per,
    *,
    as_of: dt.datetime,
    dispersion: float,
) -> Stretch:
    assert period.start is not None
    assert period.end is not None
    begun = opened(view)
    first, stop = max(_midnight(period.start), begun), min(_midnight(period.end), as_of)
    if first >= stop:
        early = f"records begin on {begun.date()}"
        reason = early if first == begun else "the period has not begun"
        exposure = Answer(None, unit=per.unit, method=EXPOSURE, reason=reason)
        return Stretch(period, 0, exposure, rate_per(0, exposure, per))
    edges = np.array([first, stop], "datetime64[s]")
    n = int(np.diff(np.searchsorted(_when(view), edges))[0])
    exposure = counted.amount(first, stop)
    watched = Period(period.name, first.date(), _first_day_after(stop))
    return Stretch(watched, n, exposure, rate_per(n, exposure, per, dispersion=dispersion))


def _first_day_after(stop: dt.datetime) -> dt.date:
    """The end of a period of days; one that is under way counts its day."""
    return stop.date() if stop.time() == dt.time() else stop.date() + dt.timedelta(days=1)


def _why_missing(counted: Meter, start: np.datetime64, end: np.datetime64) -> str:
    amount = counted.amount(start.astype(object), end.astype(object))
    return amount.reason or f"there were no {counted.unit}"


def _why_not(before: Stretch, after: Stretch, breaks: Sequence[Break], pair: PeriodPair) -> str:
    """In words, why two periods are not compared; empty where they are."""
    assert pair.before.start is not None
    assert pair.after.end is not None
    parted = between(breaks, pair.before.start, pair.after.end)
    unknown = next((s.rate.reason for s in (after, before) if not s.rate.known), "")
    total = after.n + before.n
    few = too_few(FEWEST_EVENTS, total) if total < FEWEST_EVENTS else ""
    return unknown or parted or few


def _too_short(months: int, per: Per) -> str:
    if months >= FEWEST_MONTHS:
        return ""
    what = "months of records" if per.unit == DAYS else f"months of known {per.unit}"
    return too_few(FEWEST_MONTHS, months, what=f"{what} before the later period")


def _clustering(
    view: View, counted: Meter, day: dt.date, breaks: Sequence[Break]
) -> tuple[float, int]:
    """How much wider than chance the counts of months were before ``day``, and how many months.

    Only those whose exposure is known count; the factor of too few is 1.
    """
    since = max(last_before(breaks, day) or dt.date.min, opened(view).date())
    days = [add_months(day, -back) for back in range(MONTHS_A_YEAR * YEARS, -1, -1)]
    edges = np.array([each for each in days if each >= since], "datetime64[s]")
    counts, amounts = np.diff(np.searchsorted(_when(view), edges)), counted.between(*_pairs(edges))
    known = np.nan_to_num(amounts) > 0
    year = np.arange(len(counts))[::-1] // MONTHS_A_YEAR
    years = [known & (year == k) for k in range(YEARS)]
    if known.sum() < FEWEST_MONTHS:
        return 1.0, int(known.sum())
    factor = clustering(
        [counts[k] for k in years], [amounts[k] for k in years], below=CLUSTERED_BELOW
    )
    return factor, int(known.sum())


def _month_edges(view: View, as_of: dt.datetime) -> Moments:
    """Where the months in view begin, and the end of the last; none without an incident."""
    scope, when = view.scope, _when(view)
    stop = np.datetime64(min(_midnight(scope.end), as_of) if scope.end else as_of, "s")
    if not len(when) or when[0] >= stop:
        return np.array([stop])
    month = when[0].astype("datetime64[M]").astype("datetime64[s]")
    asked = np.datetime64(scope.start, "s") if scope.start else month
    first = max(asked, np.datetime64(opened(view), "s"))
    numbers = run(ordinals(np.array([first, stop]), "month"))
    begins = np.maximum(starts(numbers, "month").astype("datetime64[s]"), first)
    return np.append(begins[begins < stop], stop)


def _pairs(edges: Moments) -> tuple[Moments, Moments]:
    return edges[:-1], edges[1:]


def _when(view: View) -> Moments:
    """Times of the dated incidents in view, in order."""
    when = view.history.incidents["period_at"].to_numpy()[view.rows]
    dated: Moments = when[~np.isnat(when)]
    return dated


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())

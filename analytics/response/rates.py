"""How often do incidents happen, per day or per deploy: two periods compared, and month by month.

More deploys bring more incidents without any single one being riskier, so where deploys or requests
are loaded a rate may be one per deploy or request. Where they are not known for a period there is
no rate: days would answer another question. Per day the figures are those of the trend review, by
the same functions; per deploy only what they are divided by is another.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL, Answer, Example, Method, too_few
from analytics.calendar import (
    MONDAY_BEFORE_EPOCH,
    Break,
    Datetimes,
    Period,
    PeriodPair,
    between,
    bounds,
    first_points,
    moments_of,
    ordinals,
    run,
    starts,
)
from analytics.clocks import Floats, Mask
from analytics.exposure import DAYS, EXPOSURE, Meter, Per, known_days, meter, opened, rate_per
from analytics.frames import History
from analytics.impact import impact_durations
from analytics.recorded import events
from analytics.response.durations import headline
from analytics.review.charts import limits_for
from analytics.review.periods import FEWEST_REFERENCE_DAYS, Side, Timeline, stretch, timeline
from analytics.review.rates import (
    FEWEST_EVENTS,
    STRETCH_DAYS,
    RateMeasure,
    rate_measure,
    yearly_edges,
)
from analytics.selection import View, labels, select
from analytics.statistics.rates import RateComparison, clustering, compare, dispersion
from analytics.statistics.shares import WILSON, share
from analytics.surveillance import MOST_BASELINE, CountChart, count_false_alarm_rate, u_chart


@dataclass(frozen=True, slots=True)
class Stretch:
    """One period.

    Attributes:
        period: as far as it has passed and as the records reach back.
        n: its incidents.
        exposure: days, deploys or requests in it, or why they are not known.
        rate: incidents per :class:`~analytics.exposure.Per`.
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
        found: the chart, in incidents per :class:`~analytics.exposure.Per`.
        false_alarms: share of stable series like this one in which some rule fires.
        n_unknown: months left out because their exposure is not known or none.
        reason: in words, why the first of them is.
    """

    starts: Datetimes
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
        pair: the periods; what lies before the records begin or after ``as_of`` does not count as
            watched.
        per: what rates are per.
        as_of: moment looked from, by the reader's clock.
        breaks: days across which nothing is compared.
    """
    day, _ = bounds(pair.after)
    line = timeline(view, as_of=view.history.absolute(as_of), start=day, breaks=breaks)
    earlier, later = (stretch(line, *bounds(period)) for period in (pair.before, pair.after))
    measured = rate_measure(line, np.ones(len(line.when), dtype=bool), later)
    counted = meter(view.history, per.unit, view.scope)
    clustered, known = _clustering(line, counted, measured, day)
    before, after = (
        _stretch(view, period, counted, per, as_of=as_of, dispersion=clustered)
        for period in (pair.before, pair.after)
    )
    reason = _why_not(before, after, breaks, pair) or _too_short(known, per)
    change = None
    if not reason and per.unit == DAYS:
        change = _as_reviewed(measured, _recorded(earlier, line), later)
    elif not reason:
        change = compare(
            after.n,
            after.exposure.estimate or 0.0,
            before.n,
            before.exposure.estimate or 0.0,
            dispersion=clustered * measured.wanders,
        )
    return HowOften(per=per, before=before, after=after, change=change, reason=reason)


def _recorded(side: Side, line: Timeline) -> Side:
    """A stretch as far as records reach back into it."""
    return replace(side, days=line.days(max(side.start, line.opened), side.end))


def _as_reviewed(measured: RateMeasure, before: Side, after: Side) -> RateComparison:
    """The comparison per day, which is that of the review for the same two stretches."""
    found = measured.compare(after, before)
    rise, fall = measured.smallest(after, before, level=1.0 - LEVEL)
    return RateComparison(
        ratio=found.change,
        p_value=found.p_value,
        detectable_rise=rise.estimate,
        detectable_fall=fall.estimate,
        dispersion=measured.dispersion,
    )


def monthly_rates(
    view: View,
    per: Per,
    *,
    as_of: dt.datetime,
    breaks: Sequence[Break] = (),
    reviewed: Period | None = None,
) -> MonthlyRates:
    """The control chart of the incidents in view, month by month.

    Args:
        per: what rates are per; months whose exposure is not known have no point.
        as_of: moment looked from, by the reader's clock; the last month counts until then.
        breaks: days at which limits start afresh.
        reviewed: the period under review, before which the limits lie; without one they are those
            of the first months.
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
    first, baseline = limits_for(view, at, reviewed) if reviewed else ([], None)
    base = slice(first[0] if first else 0, MOST_BASELINE + (first[0] if first else 0))
    anew = [*first_points(at, breaks), *first]
    return MonthlyRates(
        starts=at,
        counts=counts,
        exposure=exposure,
        found=u_chart(counts, exposure / per.size, baseline=baseline, breaks=anew),
        false_alarms=count_false_alarm_rate(
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


def _too_short(known: float, per: Per) -> str:
    if known >= FEWEST_REFERENCE_DAYS:
        return ""
    what = "days of records before" if per.unit == DAYS else f"days of known {per.unit} before"
    return too_few(FEWEST_REFERENCE_DAYS, round(known), what=what)


def _clustering(
    line: Timeline, counted: Meter, measured: RateMeasure, day: dt.date
) -> tuple[float, float]:
    """How much wider than chance counts were before ``day``, and in how many days known of.

    Per deploy it is the spread around their deploys, as these may explain why counts cluster.
    """
    if counted.unit == DAYS:
        return measured.clustered, line.days(line.level_since, day)
    years = yearly_edges(line, day)
    counts = [np.diff(np.searchsorted(line.when, edges)) for edges in years]
    amounts = [counted.between(*_pairs(edges)) for edges in years]
    known = [np.nan_to_num(each) > 0 for each in amounts]
    factor = clustering(
        [each[there] for each, there in zip(counts, known, strict=True)],
        [each[there] for each, there in zip(amounts, known, strict=True)],
    )
    return factor, float(STRETCH_DAYS * sum(int(there.sum()) for there in known))


def _month_edges(view: View, as_of: dt.datetime) -> Datetimes:
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


def _pairs(edges: Datetimes) -> tuple[Datetimes, Datetimes]:
    return edges[:-1], edges[1:]


def _when(view: View) -> Datetimes:
    """Times of the dated incidents in view, in order."""
    when = view.history.incidents["period_at"].to_numpy()[view.rows]
    dated: Datetimes = when[~np.isnat(when)]
    return dated


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


# When do incidents begin: at which hour of which day of the week, by the reader's clock?

HOURS_OF_THE_WEEK = Method(
    title="Hours of the day and days of the week",
    answers="When do incidents begin?",
    formula=(
        "Each incident counts in the hour of the day and the day of the week in which it began, by "
        "the reader's clock. The shares on Saturdays and Sundays and at night, from 22 to 6 h, are "
        "of all incidents whose time of day is known, with Wilson's interval; of 168 hours a week "
        "48 are of the weekend and 56 of the night."
    ),
    source=WILSON,
    leaves_out=(
        "Incidents of which only the day is known, or no time at all. Estimated times count as "
        "they are recorded. When an incident is noticed may depend on who is awake."
    ),
    example=Example(
        given=(
            "Of 8 incidents 2 began on a Saturday at noon, 1 on a Monday at 23 h and 5 on Tuesdays "
            "at noon."
        ),
        inputs={"Saturday": 2, "Monday": 1, "Tuesdays": 5},
        gives="25 % began at the weekend, 12.5 % at night.",
        result=(0.25, 0.125),
    ),
)
DAYS_A_WEEK, HOURS_A_DAY = 7, 24
#: Saturday and Sunday, counted from Monday; and the hours of the night.
WEEKEND, NIGHT = (5, 6), (22, 23, 0, 1, 2, 3, 4, 5)
NOT_TOLD = -1


@dataclass(frozen=True, slots=True)
class HoursOfTheWeek:
    """When incidents began, by the reader's clock.

    Attributes:
        day, hour: of each incident in view, in their order: days from Monday, and
            :data:`NOT_TOLD` where the time of day is not known.
        counts: incidents by day and hour, seven rows of 24.
        weekend, night: share of those whose time of day is known.
    """

    day: npt.NDArray[np.int64]
    hour: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    weekend: Answer
    night: Answer

    @property
    def n(self) -> int:
        """Incidents whose time of day is known."""
        return int(self.counts.sum())

    @property
    def n_unknown(self) -> int:
        """Incidents in view whose time of day is not known."""
        return len(self.hour) - self.n


def hours_of_the_week(view: View) -> HoursOfTheWeek:
    """At which hour of which day of the week the incidents in view began."""
    incidents = view.incidents
    moments = moments_of(incidents)
    when = incidents["period_at"].to_numpy().astype("datetime64[s]")
    told = ~np.isnat(when) & (moments.began_until == moments.began)
    dates = when.astype("datetime64[D]")
    hour = np.full(len(when), NOT_TOLD)
    day = np.full(len(when), NOT_TOLD)
    hour[told] = (when[told] - dates[told]) // np.timedelta64(1, "h")
    day[told] = (dates[told].astype(np.int64) + MONDAY_BEFORE_EPOCH) % DAYS_A_WEEK
    counts = np.zeros((DAYS_A_WEEK, HOURS_A_DAY), np.int64)
    np.add.at(counts, (day[told], hour[told]), 1)
    n, n_unknown = int(told.sum()), int((~told).sum())
    weekend, night = (
        replace(share(int(part.sum()), n, method=HOURS_OF_THE_WEEK), n_missing=n_unknown)
        for part in (counts[WEEKEND, :], counts[:, NIGHT])
    )
    return HoursOfTheWeek(day, hour, counts, weekend, night)


# How many deploys fail, and how long it takes to recover from one: two of the keys of DORA.
#
# A deploy has failed where an incident says that one set it off. Records that do not say what set
# them off may be of deploys too, so the share is a lower bound and the upper one stands beside it.

CHANGE_FAILURES = Method(
    title="Change-failure share",
    answers="How many of the deploys set off an incident?",
    formula=(
        "Events that a deploy set off, divided by the deploys of the same days, with Wilson's "
        "interval. Incidents of one storm are one event, as one deploy has failed."
    ),
    source=f"DORA, Accelerate State of DevOps Report; {WILSON}",
    leaves_out=(
        "Incidents of unknown trigger: were all of them of deploys, the share would be the upper "
        "one that stands beside it. Pushes of configuration, data and infrastructure are counted "
        "apart, as few count them as deploys. Failed deploys that nobody recorded as an incident."
    ),
    example=Example(
        given=(
            "200 deploys in a month; 6 incidents were set off by one, 3 by something else, and of "
            "2 the trigger is unknown."
        ),
        inputs={"deploys": 200, "failed": 6, "others": 3, "unknown": 2},
        gives="3 % of the deploys failed, between 1.4 and 6.4 %, and 4 % if the unknown did too.",
        result=(0.03, 0.01382, 0.063895, 0.04),
    ),
)
RECOVERY_FROM_DEPLOYS = Method(
    title="Failed-deployment recovery time",
    answers="How long does it take to recover from a deploy that failed?",
    formula=(
        "The median time from the start of the impact to its mitigation, else to the resolution, "
        "of the incidents that a deploy set off, with its exact interval."
    ),
    source="DORA, Accelerate State of DevOps Report",
    leaves_out="As the median; incidents of which nobody says that a deploy set them off.",
    example=Example(
        given=(
            "Six incidents that a deploy set off were mitigated after 10, 20, 30, 40, 50 and 60 "
            "minutes."
        ),
        inputs={"minutes": (10, 20, 30, 40, 50, 60)},
        gives="It takes 35 minutes, between 10 and 60.",
        result=(35, 10, 60),
    ),
)

#: What a unit of exposure is called that counts deploys.
UNITS = ("deploys", "deployments", "deploy", "deployment", "releases")
DEPLOY = "binary deploy"
#: Changes of our own that are seldom counted as deploys.
OTHER_CHANGES = ("config or flag push", "data or schema change", "infrastructure change")
NO_DEPLOYS = "no deploys are loaded"
NO_TRIGGERS = "no incident of these days says what set it off"


@dataclass(frozen=True, slots=True)
class Deployments:
    """What became of the deploys.

    Attributes:
        first, last: the days that are counted; None where no deploys are loaded.
        deploys: how many there were.
        failed: share that set off an incident; missing are the incidents of unknown trigger.
        at_most: the same share if all of those were set off by deploys.
        other_changes: incidents that other changes of our own set off.
        recovery: typical time to recover from a failed one, in seconds.
    """

    first: dt.date | None
    last: dt.date | None
    deploys: Answer
    failed: Answer
    at_most: Answer
    other_changes: int
    recovery: Answer


def unit_of_deploys(history: History) -> str | None:
    """The loaded unit of exposure that counts deploys."""
    loaded = {str(name).lower(): str(name) for name in history.exposure["unit"].dropna().unique()}
    return next((loaded[name] for name in UNITS if name in loaded), None)


def deployments(view: View, *, as_of: dt.datetime) -> Deployments:
    """The deploys of the days in view for which they are loaded, and which of them failed.

    Args:
        as_of: naive UTC moment at which open incidents are looked at.
    """
    history, scope = view.history, view.scope
    unit = unit_of_deploys(history)
    known = known_days(history, unit) if unit else None
    if unit is None or known is None:
        return _none(NO_DEPLOYS)
    start = max(filter(None, (scope.start, known[0].date())))
    end = min(filter(None, (scope.end, known[1].date())))
    if start >= end:
        return _none(f"{NO_DEPLOYS} for these days")
    inside = select(history, scope.during(start, end))
    midnight = dt.time()
    deploys = meter(history, unit, scope).amount(
        dt.datetime.combine(start, midnight), dt.datetime.combine(end, midnight)
    )
    trigger = labels(inside.incidents["trigger_category"]).astype(str).to_numpy()
    by_deploy, unknown = trigger == DEPLOY, trigger == "unknown"
    told = "" if len(trigger) == 0 or not unknown.all() else NO_TRIGGERS
    of = events(history)[inside.rows]
    n_failed, n_at_most = (len(np.unique(of[each])) for each in (by_deploy, by_deploy | unknown))
    return Deployments(
        first=start,
        last=end - dt.timedelta(days=1),
        deploys=deploys,
        failed=replace(_share(n_failed, deploys, told), n_missing=int(unknown.sum())),
        at_most=_share(n_at_most, deploys, ""),
        other_changes=int(np.isin(trigger, OTHER_CHANGES).sum()),
        recovery=_recovery(inside, by_deploy, as_of=as_of),
    )


def _share(failed: int, deploys: Answer, reason: str) -> Answer:
    if not reason and not deploys.estimate:
        reason = deploys.reason or "there were no deploys"
    of = round(deploys.estimate or 0)
    if not reason and failed > of:
        reason = f"{failed} incidents were set off by deploys, of which only {of} are loaded"
    if reason:
        return Answer(None, unit="share", method=CHANGE_FAILURES, reason=reason)
    return share(failed, of, method=CHANGE_FAILURES)


def _recovery(inside: View, by_deploy: Mask, *, as_of: dt.datetime) -> Answer:
    answer = headline(impact_durations(inside.incidents[by_deploy], as_of=as_of))
    return replace(answer, method=RECOVERY_FROM_DEPLOYS)


def _none(reason: str) -> Deployments:
    untold = Answer(None, unit="share", method=CHANGE_FAILURES, reason=reason)
    recovery = Answer(None, unit="s", method=RECOVERY_FROM_DEPLOYS, reason=reason)
    return Deployments(None, None, untold, untold, untold, 0, recovery)

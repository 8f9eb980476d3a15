"""For how long, and at what cost, did people outside feel the incidents?"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer, Example, Method, too_few
from analytics.calendar import Datetimes, Every, ordinals, run, starts
from analytics.clocks import IMPACT, TTM, TTR, Durations, Floats, Status, Step, measure
from analytics.recorded import on_calendar
from analytics.selection import UNKNOWN, Rows, View, labels, select
from analytics.units import HOUR

# For how long did users feel the incidents, when, and how much of it do a few of them make up?
#
# Impact lasts from its start to its mitigation, else to the resolution where no mitigation is
# recorded. Open, missing, impossible and day-precise clocks give no figure rather than a guess,
# and are counted beside every sum: a sum over what is known is a lower bound.

TIME_OF_IMPACT = Method(
    title="Impact time",
    answers="For how long did users feel the incidents?",
    formula=(
        "From the start of the impact to its mitigation, else to the resolution where no "
        "mitigation is recorded; summed incident by incident, in the period in which it began, "
        "so that two at the same time count twice: it is not the time that users felt any."
    ),
    source="Plain sum; the clocks are those of the record",
    leaves_out=(
        "Incidents whose impact is open, unknown, impossible, or known to the day only and too "
        "short for that. They are counted beside the sum; with them it would be larger."
    ),
    example=Example(
        given="Three incidents had an impact of 1, 2.5 and 4 hours.",
        inputs={"hours": (1, 2.5, 4)},
        gives="Together that is 7.5 hours.",
        result=(7.5,),
    ),
)
IMPACT_CONCENTRATION = Method(
    title="Concentration of the impact",
    answers="How much of the impact do the longest incidents make up?",
    formula="Impact time of the three longest incidents divided by that of all.",
    source="Plain sum",
    leaves_out="As the impact time; needs more incidents than it names.",
    example=Example(
        given=(
            "Four incidents had an impact of 1, 1, 2 and 6 hours, and the longest 1 is asked for."
        ),
        inputs={"hours": (1, 1, 2, 6), "longest": 1},
        gives="It holds 60 % of the impact.",
        result=(0.6,),
    ),
)

#: The end is the mitigation, else the resolution; no anchor moves the start of what users feel.
IMPACT_TIME = Step("impact", IMPACT, "mitigated_at", anchored=False)
#: A mitigation of which this is known says nothing, so the resolution stands in for it.
NO_MITIGATION = (Status.MISSING, Status.PENDING, Status.TOO_COARSE)
#: Recorded durations are the same at whatever moment one looks.
_WHENEVER = dt.datetime(1970, 1, 1)
#: The longest incidents that are named one by one.
NAMED = 3


@dataclass(frozen=True)
class ImpactTotal:
    """The impact of the incidents in view together.

    Attributes:
        total: seconds of impact, incident by incident: two at the same time count twice. Missing
            are the incidents whose impact has no usable start or end, the open ones included.
        n_open: incidents whose impact has not ended.
        longest: positions of the longest incidents, the longest first, with ``longest_seconds``.
        concentration: share of the total that the longest make up.
    """

    total: Answer
    n_open: int
    longest: Rows
    longest_seconds: Floats
    concentration: Answer


@dataclass(frozen=True)
class ImpactPeriods:
    """Impact by the period in which it began.

    Attributes:
        starts: first day of each period, without gaps.
        seconds: seconds of impact of the incidents that began in each.
        n: incidents whose impact is known; where it is 0 the sum is unknown or nothing happened.
        n_unknown: incidents that began in the period and whose impact is not known.
    """

    starts: Datetimes
    seconds: Floats
    n: npt.NDArray[np.int64]
    n_unknown: npt.NDArray[np.int64]


def impact_durations(incidents: pd.DataFrame, *, as_of: dt.datetime) -> Durations:
    """How long users felt each of ``incidents``."""
    return impact_of(measure(incidents, TTM, as_of=as_of), measure(incidents, TTR, as_of=as_of))


def impact_of(mitigated: Durations, resolved: Durations) -> Durations:
    """How long users felt incidents whose times to the mitigation and resolution are measured."""
    of_status = np.isin(np.array(Status), NO_MITIGATION)
    unmitigated = of_status[mitigated.status]
    return Durations(
        step=IMPACT_TIME,
        seconds=np.where(unmitigated, resolved.seconds, mitigated.seconds),
        status=np.where(unmitigated, resolved.status, mitigated.status),
        elapsed=np.where(unmitigated, resolved.elapsed, mitigated.elapsed),
        give=np.where(unmitigated, resolved.give, mitigated.give),
    )


def impact_hours(incidents: pd.DataFrame) -> Floats:
    """Hours of impact of each of ``incidents``, NaN where they cannot be known."""
    return impact_durations(incidents, as_of=_WHENEVER).seconds / HOUR


def added_up(felt: Durations) -> Answer:
    """Seconds of impact added up, incident by incident; a lower bound where some are missing."""
    n = felt.count(Status.RECORDED)
    n_invalid = felt.count(Status.INVALID)
    return Answer(
        float(felt.recorded.sum()) if n else None,
        n=n,
        n_missing=len(felt.status) - n - n_invalid,
        n_invalid=n_invalid,
        unit="s",
        method=TIME_OF_IMPACT,
        reason="" if n else "no incident has a usable start and end of its impact",
    )


def impact_total(view: View, *, as_of: dt.datetime, named: int = NAMED) -> ImpactTotal:
    """The impact of all incidents in view and the share of the ``named`` longest."""
    felt = impact_durations(view.incidents, as_of=as_of)
    known = np.flatnonzero(felt.status == Status.RECORDED)
    longest = known[np.argsort(-felt.seconds[known], kind="stable")[:named]]
    total = added_up(felt)
    return ImpactTotal(
        total=total,
        n_open=felt.count(Status.PENDING),
        longest=view.rows[longest],
        longest_seconds=felt.seconds[longest],
        concentration=_concentration(total, float(felt.seconds[longest].sum()), named),
    )


def impact_by_period(view: View, *, every: Every, as_of: dt.datetime) -> ImpactPeriods:
    """The impact that began in each period, with how much of it is not known."""
    felt = impact_durations(view.incidents, as_of=as_of)
    when = view.incidents["period_at"].to_numpy()
    dated = on_calendar(view)
    numbers = ordinals(when[dated], every)
    periods = run(numbers)
    bins = numbers - (periods[0] if len(periods) else 0)
    seconds = felt.seconds[dated]
    known = ~np.isnan(seconds)
    return ImpactPeriods(
        starts=starts(periods, every),
        seconds=_sums(bins[known], seconds[known], len(periods)),
        n=np.bincount(bins[known], minlength=len(periods)),
        n_unknown=np.bincount(bins[~known], minlength=len(periods)),
    )


def _sums(bins: npt.NDArray[np.int64], seconds: Floats, size: int) -> Floats:
    sums = np.zeros(size)
    np.add.at(sums, bins, seconds)
    return sums


def _concentration(total: Answer, longest: float, named: int) -> Answer:
    reason = "" if total.n > named else too_few(named + 1, total.n)
    if not reason and not total.estimate:
        reason = "all recorded impacts last no time at all"
    return Answer(
        None if reason or not total.estimate else longest / total.estimate,
        n=total.n,
        n_missing=total.n_missing,
        n_invalid=total.n_invalid,
        unit="share",
        method=IMPACT_CONCENTRATION,
        reason=reason,
    )


# What did the incidents cost, in users affected and in money, as far as anybody wrote it down?
#
# Few records say so, and those that do are the large ones; a sum is therefore printed with its n
# and is never extended to the others. Amounts in different currencies are never added.

AFFECTED_USERS = Method(
    title="Affected users",
    answers="How many users were affected, as far as anybody wrote it down?",
    formula="Sum over the incidents that give a number; a user hit twice counts twice.",
    source="Plain sum",
    leaves_out="Incidents that give no number; the sum is never extended to them.",
    example=Example(
        given=("Two incidents say that 100 and 250 users were affected, a third says nothing."),
        inputs={"users": (100, 250, None)},
        gives="At least 350 users.",
        result=(350,),
    ),
)
COST = Method(
    title="Cost",
    answers="What did the incidents cost, as far as anybody wrote it down?",
    formula="Sum for each currency over the incidents that give an amount; no conversion.",
    source="Plain sum",
    leaves_out="Incidents that give no amount; the sum is never extended to them.",
    example=Example(
        given=("Two incidents say that they cost 1000 and 2500 EUR, a third says nothing."),
        inputs={"amounts": (1000, 2500, None), "currency": "EUR"},
        gives="At least 3500 EUR.",
        result=(3500,),
    ),
)


def affected_users(view: View) -> Answer:
    """Users affected, summed over the incidents that say so; one hit twice counts twice."""
    return _sum(view.incidents["affected_users"], unit="users", method=AFFECTED_USERS)


def cost(view: View) -> dict[str, Answer]:
    """Cost by currency in alphabetical order, "unknown" last; empty where none is given.

    Missing in each are the incidents without any cost: what their currency would be is unknown.
    """
    given = view.incidents["cost"]
    without = int(given.isna().sum())
    amounts = given.dropna()
    currencies = labels(view.incidents["currency"]).take(np.flatnonzero(given.notna()))
    by_currency = {
        str(currency): _sum(group, unit=str(currency), method=COST, n_missing=without)
        for currency, group in amounts.groupby(currencies, observed=True)
    }
    return dict(sorted(by_currency.items(), key=lambda item: (item[0] == UNKNOWN, item[0])))


def _sum(values: pd.Series, *, unit: str, method: Method, n_missing: int = 0) -> Answer:
    valid = values[values >= 0]
    return Answer(
        float(valid.sum()) if len(valid) else None,
        n=len(valid),
        n_missing=n_missing + int(values.isna().sum()),
        n_invalid=int((values < 0).sum()),
        unit=unit,
        method=method,
        reason="" if len(valid) else "no incident in view says so",
    )


# What availability do the recorded impacts imply for each service in each period?
#
# Two incidents at once do not make a service twice as unavailable, so the impacts of a service are
# united before they are measured, and one that reaches into the next period counts in each for its
# part. The figure assumes that the service was wholly down during every recorded impact and up
# otherwise: partial impact makes it too low, incidents without usable times make it too high.

AVAILABILITY = Method(
    title="Implied availability",
    answers="How available was a service, if the records tell all?",
    formula=(
        "One less the time under impact divided by the length of the period. The impacts of a "
        "service are united first, so that two at once count once, and one that reaches into "
        "the next period counts in each for its part. Assumes that the service was wholly "
        "down during every recorded impact and wholly up otherwise."
    ),
    source="Union of intervals",
    leaves_out=(
        "Incidents without a usable start and end, which make it too high: with more than a "
        "tenth of them there is no figure. Those that name no service. Partial impact makes "
        "it too low."
    ),
    example=Example(
        given="A service was under impact for 3 hours of the 720 of June.",
        inputs={"hours": 3},
        gives="It was free of a recorded impact for 99.58 % of the time.",
        result=(0.99583,),
    ),
)

#: What the figure takes for granted, to be printed beside it.
ASSUMPTION = (
    "assumes the service was wholly down during every recorded impact and wholly up otherwise"
)

#: More incidents without usable times than this share, and the figure would flatter: their time
#: under impact would count as time without.
MOST_UNKNOWN = 0.1

Seconds = npt.NDArray[np.int64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class ServiceImpact:
    """Time under impact by service and period.

    Attributes:
        services: row names in alphabetical order.
        starts: first moment of each period: the first and last are cut to what was asked for.
        down: seconds under impact, services in rows and periods in columns.
        length: seconds of each period, up to ``as_of`` for the last.
        began: incidents that began in each cell.
        n_unknown: of these, incidents whose impact cannot be measured; it is not in ``down``.
        n_without_service: incidents in view that name no service and are in no row.
    """

    services: tuple[str, ...]
    starts: Datetimes
    down: Floats
    length: Floats
    began: npt.NDArray[np.int64]
    n_unknown: npt.NDArray[np.int64]
    n_without_service: int

    def availability(self, service: int, period: int) -> Answer:
        """The share of a period in which a service was not under a recorded impact."""
        began, unknown = int(self.began[service, period]), int(self.n_unknown[service, period])
        blind = unknown > MOST_UNKNOWN * began
        return Answer(
            None if blind else float(1.0 - self.down[service, period] / self.length[period]),
            n=began - unknown,
            n_missing=unknown,
            unit="share",
            method=AVAILABILITY,
            reason=f"{unknown} of {began} incidents have no usable start and end" if blind else "",
        )


def service_impact(view: View, *, every: Every, as_of: dt.datetime) -> ServiceImpact:
    """Time under impact of each service in view, by period.

    Incidents that began before the period in view and reach into it count for their part inside.
    """
    pairs = select(view.history, view.scope.always()).services.dropna().drop_duplicates()
    names, rows = _alphabetical(pairs["service"])
    incidents = view.history.incidents.take(pairs["incident"].to_numpy())
    felt = impact_durations(incidents, as_of=as_of)
    begun = incidents[IMPACT].to_numpy()
    known = ~np.isnan(felt.seconds)
    from_, until = _epoch(begun[known]), _epoch(begun[known]) + felt.seconds[known].astype(np.int64)
    when = incidents["period_at"].to_numpy()
    edges = _edges(view, when, every=every, as_of=view.history.here(as_of))
    absolute = _epoch(np.array([view.history.absolute(at) for at in _moments(edges)], "M8[s]"))
    cells = (rows, when, edges, len(names))
    return ServiceImpact(
        services=names,
        starts=edges[:-1].astype("datetime64[s]"),
        down=_covered(rows[known], from_, until, edges=absolute, n_rows=len(names)),
        length=np.diff(absolute).astype(np.float64),
        began=_counted(*cells, where=np.ones(len(rows), dtype=bool)),
        n_unknown=_counted(*cells, where=~known),
        n_without_service=len(view) - view.services.dropna()["incident"].nunique(),
    )


def _alphabetical(services: pd.Series) -> tuple[tuple[str, ...], Codes]:
    """Names in use in alphabetical order, and the place of each service among them."""
    codes, used = np.unique(services.cat.codes.to_numpy(), return_inverse=True)
    names = services.cat.categories.to_numpy(dtype=str)[codes]
    order = np.argsort(names, kind="stable")
    place = np.empty(len(names), dtype=np.intp)
    place[order] = np.arange(len(names))
    return tuple(str(name) for name in names[order]), place[used]


def _epoch(moments: Datetimes) -> Seconds:
    return moments.astype("datetime64[s]").astype(np.int64)


def _moments(seconds: Seconds) -> list[dt.datetime]:
    return list(seconds.astype("datetime64[s]").astype(object))


def _edges(view: View, when: Datetimes, *, every: Every, as_of: dt.datetime) -> Seconds:
    """Bounds of the periods in seconds, cut to the scope and to ``as_of``; empty without any.

    All by the reader's clock.
    """
    dated = when[~np.isnat(when)]
    first = np.datetime64(view.scope.start or (dated.min() if len(dated) else as_of), "s")
    last = np.datetime64(as_of, "s")
    if view.scope.end is not None:
        last = min(last, np.datetime64(view.scope.end, "s"))
    if first >= last:
        return np.empty(1, dtype=np.int64)
    numbers = run(ordinals(np.array([first, last - np.timedelta64(1, "s")]), every))
    bounds = starts(np.append(numbers, numbers[-1] + 1), every)
    if view.scope.start is None:
        first = bounds[0].astype("datetime64[s]")
    return np.clip(_epoch(bounds), *_epoch(np.array([first, last])))


def _covered(rows: Codes, from_: Seconds, until: Seconds, *, edges: Seconds, n_rows: int) -> Floats:
    """Seconds of each cell that lie in the union of the row's intervals."""
    if len(rows) == 0:
        return np.zeros((n_rows, len(edges) - 1))
    # Each row gets a stretch of one long line to itself, so that one pass unites all rows.
    origin = from_.min()
    stretch = until.max() - origin + 1
    begin, end = (rows * stretch + moment - origin for moment in (from_, until))
    order = np.argsort(begin, kind="stable")
    begin, end = begin[order], np.maximum.accumulate(end[order])
    opens = np.append(True, begin[1:] > end[:-1])
    block_begin = begin[opens]
    block_end = end[np.append(opens[1:], True)]
    before = np.append(0, np.cumsum(block_end - block_begin))
    lines = np.arange(n_rows)[:, None] * stretch + np.clip(edges - origin, 0, stretch - 1)
    place = np.searchsorted(block_begin, lines, side="right")
    ahead = np.maximum(np.append(0, block_end)[place] - lines, 0)
    down: Floats = np.diff(before[place] - ahead, axis=1).astype(np.float64)
    return down


def _counted(
    rows: Codes, when: Datetimes, edges: Seconds, n_rows: int, *, where: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    column = np.searchsorted(edges, _epoch(when), side="right") - 1
    inside = where & ~np.isnat(when) & (column >= 0) & (column < len(edges) - 1)
    cells = rows[inside] * (len(edges) - 1) + column[inside]
    shape = (n_rows, len(edges) - 1)
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)

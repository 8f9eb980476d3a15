"""How often will a cause come back, given what is known of all causes?

Most causes strike once or twice, so their own record says little: taken alone, each of them
improves after its worst time. All causes together give the prior: some strike once and never again,
the others have rates that follow a gamma distribution. A cause's own record moves its rate as far
as it deserves. Few causes leave many priors possible; averaging over these, each with its
likelihood, is what keeps intervals as wide as they must be.

A cause that struck for the first time after years of silence is a rare one, unless it did not
exist before. How much of that silence counts as evidence is a share that the records themselves
decide; without it the rates of frequent causes, which are watched longest, come out too low.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL, Answer, Example, Method, too_few
from analytics.clocks import Floats
from analytics.selection import Mask, Rows
from analytics.statistics.distributions import (
    gamma_quantile,
    log_gamma,
    normal_quantile,
    two_sided_normal,
)
from analytics.statistics.shares import share
from analytics.statistics.survival import kaplan_meier

# Does a cause strike more and more often, and how soon does it come back?
#
# The mean cumulative function counts recurrences without assuming anything about their law
# (Nelson, 2003); Laplace's test and the power law (Crow, 1974) say whether their rate rises;
# Kaplan-Meier of the gaps says how likely it is to be back within 90 days, counting causes that
# have not come back yet for what they are: not back so far.

MEAN_CUMULATIVE = Method(
    title="Mean cumulative number of recurrences",
    answers="How often does a cause come back in the time after its first incident?",
    formula=(
        "The sum of recurrences over causes still watched at each time. The variance treats "
        "recurrences as independent; the interval, on logs, sums over causes and so holds "
        "where some come back more than others."
    ),
    source="Nelson, 2003; Lawless and Nadeau, 1995",
    leaves_out="Incidents within 24 hours after all before them were over: one event.",
    example=Example(
        given=(
            "One cause came back after 10 and 30 days, another after 20, both watched for 40;"
            " a third did not in the 15 days that it was watched. Asked for are 30 days."
        ),
        inputs={"times": ((10, 30), (20,)), "watched": (40, 40, 15), "at": 30},
        gives=("One of three, then two times one of two: a cause has come back 1.33 times."),
        result=(1.3333,),
    ),
)
POWER_LAW = Method(
    title="Growth of the rate of recurrences",
    answers="Does the cause come back faster and faster?",
    formula=(
        "Expected recurrences grow as a power of time; the shape is (n − 1) / Σ ln(T / t), "
        "unbiased, with the exact interval from the gamma distribution. Above 1 they speed up."
    ),
    source="Crow, 1974; NIST/SEMATECH handbook, 8.4.5.2",
    leaves_out="Causes with fewer than 8 recurrences.",
    example=Example(
        given="A cause came back on days 10, 20, 30, 40, 50, 60, 70 and 80 of 100.",
        inputs={"days": (10, 20, 30, 40, 50, 60, 70, 80), "watched": 100},
        gives=("The shape is 0.90, between 0.44 and 1.85: neither faster nor slower for certain."),
        result=(0.89559, 0.44189, 1.8453),
    ),
)
LAPLACE = Method(
    title="Laplace's trend test",
    answers="Do recurrences gather towards the end of the time watched?",
    formula="(mean time / T − 1/2) · √(12 n), standard normal where the rate is constant.",
    source="Cox and Lewis, 1966",
    leaves_out="Causes with fewer than 4 recurrences.",
    example=Example(
        given="A cause came back on days 60, 70, 80 and 90 of 100.",
        inputs={"days": (60, 70, 80, 90), "watched": 100},
        gives="The score is 1.73 and p is 0.083.",
        result=(1.7321, 0.083265),
    ),
)
RECURS_WITHIN = Method(
    title="Recurs within a number of days",
    answers="How likely is a cause to be back within 30, 90 or 180 days?",
    formula=(
        "One minus the Kaplan-Meier estimate of the days from the end of an event to the next "
        "of its cause. A cause that is not back yet counts for as long as it has been watched. "
        "Where none or all came back, the interval is Wilson's."
    ),
    source="Kaplan and Meier, 1958; Kalbfleisch and Prentice, 1980, for the interval",
    leaves_out="Events of which nobody knows when they were over; horizons not yet watched.",
    example=Example(
        given=(
            "Three causes came back after 10, 20 and 50 days, one has stayed away for 40. "
            "Asked for are 30 days."
        ),
        inputs={"back": (10, 20, 50), "away": (40,), "days": 30},
        gives="50 % are back by then.",
        result=(0.5,),
    ),
)

#: Below this a power law fits noise.
POWER_LAW_FROM = 8
#: Laplace's score is close to normal from here on (Cox and Lewis, 1966).
LAPLACE_FROM = 4
#: Days within which people ask whether a cause will be back.
HORIZONS = (30, 90, 180)

Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class MeanCumulative:
    """Mean number of recurrences of one system up to each time.

    Attributes:
        times: distinct times of recurrences, ascending.
        mean: recurrences per system up to and including each time.
        variance: of ``mean`` if recurrences are independent of each other.
        low, high: 95 % interval of ``mean`` that also holds where some systems recur more than
            others; NaN with one system.
        at_risk: systems watched at each time.
    """

    times: Floats
    mean: Floats
    variance: Floats
    low: Floats
    high: Floats
    at_risk: Floats


def mean_cumulative(
    times: npt.ArrayLike, systems: npt.ArrayLike, watched: npt.ArrayLike
) -> MeanCumulative:
    """The mean cumulative function of recurrences.

    Args:
        times: when each recurrence happened, counted from the start of its system.
        systems: which system each belongs to, an index into ``watched``.
        watched: for how long each system was watched; one that never recurred counts too.
    """
    when = np.asarray(times, dtype=np.float64)
    ends = np.asarray(watched, dtype=np.float64)
    unique, place, events = np.unique(when, return_inverse=True, return_counts=True)
    at_risk = (len(ends) - np.searchsorted(np.sort(ends), unique, side="left")).astype(np.float64)
    mean = np.cumsum(events / at_risk)
    variance = np.cumsum(events * (at_risk - 1) / at_risk**3)
    spread = _spread(place, np.asarray(systems, dtype=np.intp), ends, unique, events, at_risk)
    factor = np.exp(_z() * spread / mean)
    return MeanCumulative(unique, mean, variance, mean / factor, mean * factor, at_risk)


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """A rate that rises or falls as a power of time.

    Attributes:
        shape: above 1 recurrences come faster and faster, below 1 more and more rarely.
        scale: expected recurrences up to time t are ``scale * t ** shape``; None without a fit.
        gap_now: mean time between recurrences at the end of the watch.
    """

    shape: Answer
    scale: float | None
    gap_now: Answer


def power_law(times: npt.ArrayLike, *, watched: float, unit: str = "d") -> PowerLaw:
    """The Crow-AMSAA model of recurrences watched until a moment that they did not choose.

    Args:
        times: when they happened, counted from the start of the watch; 0 < time < watched.
        watched: length of the watch. A watch that ends with an event ends before it counts one.
        unit: of the times.
    """
    when = np.asarray(times, dtype=np.float64)
    n = len(when)
    if n < POWER_LAW_FROM:
        reason = too_few(POWER_LAW_FROM, n, what="recurrences")
        none = Answer(None, n=n, method=POWER_LAW, reason=reason)
        return PowerLaw(shape=none, scale=None, gap_now=none)
    logs = float(np.log(watched / when).sum())
    tail = (1.0 - LEVEL) / 2.0
    shape = (n - 1) / logs  # unbiased; n / logs is too high in small samples
    low, high = (float(gamma_quantile(p, n)) / logs for p in (tail, 1.0 - tail))
    return PowerLaw(
        shape=Answer(shape, low, high, n=n, unit="power", method=POWER_LAW),
        scale=n / watched**shape,
        gap_now=Answer(watched / (n * shape), n=n, unit=unit, method=POWER_LAW),
    )


@dataclass(frozen=True, slots=True)
class LaplaceTrend:
    """Laplace's test of a constant rate.

    Attributes:
        score: above 0 recurrences gather towards the end of the watch; standard normal without
            a trend.
        p_value: two-sided, None where there is no score.
    """

    score: Answer
    p_value: float | None


@dataclass(frozen=True, slots=True)
class BackWithin:
    """How often a cause was back within some days after one of its events was over.

    Attributes:
        times: how often it was.
        watched: of how many ends: those watched for so many days, and those it was back before.
        chance: that it is back within them, counted from the end of an event; a cause that has been
            away for longer is past it.
    """

    times: int
    watched: int
    chance: Answer


def laplace(times: npt.ArrayLike, *, watched: float) -> LaplaceTrend:
    """Whether recurrences come more often towards the end; arguments as :func:`power_law`."""
    when = np.asarray(times, dtype=np.float64)
    n = len(when)
    if n < LAPLACE_FROM:
        reason = too_few(LAPLACE_FROM, n, what="recurrences")
        return LaplaceTrend(Answer(None, n=n, method=LAPLACE, reason=reason), None)
    score = float((when.mean() / watched - 0.5) * math.sqrt(12.0 * n))
    answer = Answer(score, n=n, unit="score", method=LAPLACE)
    return LaplaceTrend(answer, float(two_sided_normal(score)))


def recurs_within(gaps: Floats, came_back: npt.NDArray[np.bool_], *, days: float) -> Answer:
    """The chance that a cause is back within ``days`` after an incident was over.

    Args:
        gaps: days from the end of each incident to the next of its cause, or until today.
        came_back: whether there was a next one.
        days: the horizon asked for.
    """
    curve = kaplan_meier(gaps, came_back)
    still_away = curve.at(days)
    watched = int((gaps >= days).sum())
    back = int(came_back[gaps <= days].sum())
    if still_away is None or not (watched or still_away == 0.0):
        reason = f"no incident has been watched for {days:g} days" if len(gaps) else "no incidents"
        return Answer(None, n=len(gaps), unit="share", method=RECURS_WITHIN, reason=reason)
    low, high = _interval_at(curve.times, curve.low, curve.high, days)
    if back == 0:
        low, high = 1.0 - (share(0, watched).high or 0.0), 1.0
    elif still_away == 0.0:
        low, high = 0.0, 1.0 - (share(back, back).low or 0.0)
    return Answer(
        1.0 - still_away,
        1.0 - high,
        1.0 - low,
        n=len(gaps),
        unit="share",
        method=RECURS_WITHIN,
    )


def back_within(gaps: Floats, came_back: npt.NDArray[np.bool_], *, days: float) -> BackWithin:
    """How often a cause was back within ``days``; arguments as :func:`recurs_within`."""
    back = came_back & (gaps <= days)
    return BackWithin(
        times=int(back.sum()),
        watched=int((back | (gaps >= days)).sum()),
        chance=recurs_within(gaps, came_back, days=days),
    )


def _interval_at(times: Floats, low: Floats, high: Floats, days: float) -> tuple[float, float]:
    place = int(np.searchsorted(times, days, side="right")) - 1
    return (float(low[place]), float(high[place])) if place >= 0 else (0.0, 1.0)


def _spread(
    place: Places, systems: Places, ends: Floats, unique: Floats, events: Places, at_risk: Floats
) -> Floats:
    """Standard error of the mean that sums over systems (Lawless and Nadeau, 1995).

    Each system lacks or exceeds what all systems had until its own watch ended. The squares of
    these differences are summed as squares and products that change with each recurrence and with
    each end of a watch alone, so that ten times the systems take ten times as long.
    """
    if len(ends) < 2:
        return np.full(len(unique), np.nan)
    expected = np.cumsum(events / at_risk**2)
    after_last = np.searchsorted(unique, ends, side="right")  # places from which none is watched
    at_end = np.concatenate(([0.0], expected))[after_last]
    order = np.lexsort((place, systems))
    place, systems = place[order], systems[order]
    each = 1.0 / at_risk[place]
    own = _running_within(each, systems)
    gone = after_last[systems]

    def sums(where: Places, what: Floats) -> Floats:
        at_each = np.bincount(where, what, minlength=len(unique) + 1).astype(np.float64)
        return np.cumsum(at_each)[:-1]

    squares_of_own = sums(place, own**2 - (own - each) ** 2)
    own_while_watched = sums(place, each) - sums(gone, each)
    products = own_while_watched * expected + sums(gone, each * at_end[systems])
    watched = len(ends) - sums(after_last, np.ones(len(ends)))
    squares_of_expected = watched * expected**2 + sums(after_last, at_end**2)
    squares = squares_of_own - 2.0 * products + squares_of_expected
    return np.sqrt(np.maximum(squares, 0.0))  # where all had the same, rounding leaves less than 0


def _running_within(values: Floats, systems: Places) -> Floats:
    """The running total of each system's own values, which stand together."""
    total = np.cumsum(values)
    first = np.flatnonzero(np.diff(systems, prepend=-1))
    before = np.repeat(total[first] - values[first], np.diff(first, append=len(values)))
    running: Floats = total - before
    return running


def _z() -> float:
    return float(normal_quantile(0.5 + LEVEL / 2.0))


@dataclass(frozen=True, slots=True)
class CauseRecords:
    """What was seen of each cause before the moment from which one looks ahead.

    Attributes:
        events: recurrences after its first incident.
        days: for how long they were watched for.
        silent: days from the beginning of all records to its first incident.
        came_back: whether it is known to come back, be it by recurrences that do not count here.
    """

    events: Floats
    days: Floats
    silent: Floats
    came_back: Mask

    def of(self, causes: Rows | Mask) -> "CauseRecords":
        """The records of some of the causes."""
        return CauseRecords(
            self.events[causes], self.days[causes], self.silent[causes], self.came_back[causes]
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """Recurrences to be expected, as gamma distributions.

    Attributes:
        mean, shape: of each cause; the variance is ``mean ** 2 / shape``.
        total, total_shape: of all of them together; without any the shape is NaN.
    """

    mean: Floats
    shape: Floats
    total: float
    total_shape: float


@dataclass(frozen=True, slots=True)
class RatePriors:
    """The priors of daily rates that the records leave possible; the arrays run parallel.

    Attributes:
        alpha: shape, as if so many recurrences had been seen.
        beta: as if they had been seen in so many days.
        silence: share of the days before its first incident that count as days without one.
        once: causes that cannot come back for each one that can, among those that struck on the
            first day of all records.
        weight: how much each prior is believed; they sum to 1.
    """

    alpha: Floats
    beta: Floats
    silence: Floats
    once: Floats
    weight: Floats

    def expected(self, records: CauseRecords, ahead: Floats) -> Expected:
        """Recurrences of each cause in the days ``ahead`` of it, if nothing changes."""
        alpha, beta = self.alpha[:, None], self.beta[:, None]
        until = beta + self.silence[:, None] * records.silent + records.days
        # Causes that can come back strike early and soon again; the others show neither pattern.
        with np.errstate(over="ignore"):
            once = self.once[:, None] * (until / beta) ** alpha
        can_recur = np.where(records.came_back, 1.0, 1.0 / (1.0 + once))
        shape = alpha + records.events
        if_recurs = shape / until * ahead
        means = can_recur * if_recurs
        variances = can_recur * if_recurs**2 * (1.0 / shape + 1.0 - can_recur)
        mean, variance = self._average(means, variances)
        total, spread = self._average(
            means.sum(axis=1, keepdims=True), variances.sum(axis=1, keepdims=True)
        )
        return Expected(
            mean=mean,
            shape=mean**2 / variance,
            total=float(total[0]),
            total_shape=float(total[0] ** 2 / spread[0]) if len(mean) else math.nan,
        )

    def _average(self, means: Floats, variances: Floats) -> tuple[Floats, Floats]:
        mean: Floats = self.weight @ means
        return mean, self.weight @ (variances + (means - mean) ** 2)


# Which distributions of rates do the records of all causes leave possible?
#
# The likelihood is looked up on a grid that closes in on where it is not negligible. No start
# value, no failure to converge, the same answer on every machine, and the doubt that is left comes
# with it.

#: Ranges searched, as logarithms. Shapes: from rates that differ by orders of magnitude to rates
#: that are all alike. Mean rates: from once in thirty thousand years to ten times a day. Causes
#: that cannot come back for each one that can: from one in a thousand to ten thousand.
_SHAPE = (np.log(1e-2), np.log(1e3))
_MEAN = (np.log(1e-7), np.log(10.0))
_ONCE = (np.log(1e-3), np.log(1e4))
_POINTS, _SHARES, _ZOOMS = 11, 4, 6
#: Priors less likely than the best by this much (on the log scale) are not looked at more closely,
#: and by that much weigh nothing.
_FAR_FROM_BEST, _WEIGHS_NOTHING = 10.0, 7.0
#: Records are told apart by the week, later by a fifth of their length, so that a hundred thousand
#: causes become some hundred kinds.
_WEEK, _KINDS_PER_OCTAVE = 7.0, 4
#: Priors kept: those of all causes, and of their fixes, over a store or two on two days.
PRIORS_KEPT = 8
#: Odds beyond this are certainty; it keeps the exponential finite.
_LARGEST_EXPONENT = 600.0


def rate_priors(records: CauseRecords) -> RatePriors | None:
    """What the records of all causes say of their rates; None if none of them ever came back."""
    if records.events.sum() == 0:
        return None
    kinds, weights = _kinds(records)
    counted = (kinds.events, kinds.days, kinds.silent, weights)
    return _priors(kinds.came_back.tobytes(), *(column.tobytes() for column in counted))


@lru_cache(maxsize=PRIORS_KEPT)
def _priors(came_back: bytes, *counted: bytes) -> RatePriors:
    """The priors of kinds of causes, given as bytes so that what was worked out can be known."""
    events, days, silent, weights = (np.frombuffer(column) for column in counted)
    kinds = CauseRecords(events, days, silent, np.frombuffer(came_back, dtype=bool))
    ranges = [_SHAPE, _MEAN, (0.0, 1.0), _ONCE]
    for zoom in range(_ZOOMS):
        grids = [
            np.linspace(*reach, points)
            for reach, points in zip(ranges, (_POINTS, _POINTS, _SHARES, _POINTS - 1), strict=True)
        ]
        # That every cause can come back is always one of the possibilities.
        grids[3] = np.append(-np.inf, grids[3])
        likely = _log_likelihood(kinds, weights, *grids)
        if zoom < _ZOOMS - 1:
            near = likely > likely.max() - _FAR_FROM_BEST
            ranges = [_reach(grid, _any_but(near, axis)) for axis, grid in enumerate(grids)]
    near = likely > likely.max() - _WEIGHS_NOTHING
    alpha, mean, share, once = (grid[at] for grid, at in zip(grids, np.nonzero(near), strict=True))
    weight = np.exp(likely[near] - likely.max())
    return RatePriors(
        alpha=np.exp(alpha),
        beta=np.exp(alpha - mean),
        silence=share,
        once=np.exp(once),
        weight=weight / weight.sum(),
    )


def _kinds(records: CauseRecords) -> tuple[CauseRecords, Floats]:
    """Causes with about the same record, each with the mean of their days, and how many."""
    weeks, silence = (
        np.round(_KINDS_PER_OCTAVE * np.log2(1.0 + each / _WEEK)).astype(np.int64)
        for each in (records.days, records.silent)
    )
    shape = (int(weeks.max()) + 1, int(silence.max()) + 1, 2)
    cells = np.ravel_multi_index((weeks, silence, records.came_back.astype(np.int64)), shape)
    cells += records.events.astype(np.int64) * int(np.prod(shape))
    kinds, which = np.unique(cells, return_inverse=True)
    counts = np.bincount(which).astype(np.float64)
    of_silence = np.bincount(silence, records.silent) / np.maximum(np.bincount(silence), 1)
    _, place = np.unravel_index(kinds % int(np.prod(shape)) // 2, shape[:2])
    return CauseRecords(
        events=(kinds // int(np.prod(shape))).astype(np.float64),
        days=np.bincount(which, records.days) / counts,
        silent=of_silence[place],
        came_back=kinds % 2 > 0,
    ), counts


def _log_likelihood(
    records: CauseRecords,
    weights: Floats,
    log_alpha: Floats,
    log_mean: Floats,
    share: Floats,
    log_once: Floats,
) -> Floats:
    """For each combination of the four parameters, in this order of axes."""
    alpha = np.exp(log_alpha)[:, None, None, None]
    log_beta = (log_alpha[:, None] - log_mean)[:, :, None, None]
    since = np.exp(log_beta) + share[:, None] * records.silent
    log_since, log_until = np.log(since), np.log(since + records.days)
    stays_away = alpha * (log_since - log_until)
    back, away = records.came_back, ~records.came_back
    counts = log_gamma(alpha + records.events) - log_gamma(alpha) - records.events * log_until
    came_back = ((counts + stays_away)[..., back] @ weights[back])[..., None]
    rarely = stays_away[..., away] @ weights[away]
    if_recurs = np.exp(stays_away[..., away])
    once_here = np.exp(np.minimum(alpha * (log_since - log_beta), _LARGEST_EXPONENT))
    days, which = np.unique(records.silent, return_index=True)
    of_silence = np.bincount(np.searchsorted(days, records.silent), weights)
    likely = np.empty((*rarely.shape, len(log_once)))
    for place, odds in enumerate(np.exp(log_once)):
        never = np.log(odds * once_here[..., away] + if_recurs) @ weights[away] if odds else rarely
        likely[..., place] = never - np.log1p(odds * once_here[..., which]) @ of_silence
    return np.asarray(likely + came_back)


def _any_but(near: Mask, axis: int) -> Mask:
    return np.asarray(near.any(axis=tuple(other for other in range(near.ndim) if other != axis)))


def _reach(grid: Floats, near: Mask) -> tuple[float, float]:
    """From one step below the first near point of ``grid`` to one step above the last."""
    real = np.isfinite(grid)
    grid, near = grid[real], near[real]
    places = np.flatnonzero(near) if near.any() else np.arange(len(grid))
    low, high = max(places[0] - 1, 0), min(places[-1] + 1, len(grid) - 1)
    return float(grid[low]), float(grid[high])

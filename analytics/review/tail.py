"""Did the slow ones become more, and did the hours of impact grow beyond what quarters bring?

A typical time says nothing of the worst tenth, which is where the harm is. Two questions see it:
the share of incidents that last longer than a limit people know, and the hours of impact added up,
held against quarters put together at random from the events of the two years before.
"""

import datetime as dt
import itertools
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer, Example, Method, too_few
from analytics.calendar import MONTHS_A_QUARTER
from analytics.clocks import Durations, Floats
from analytics.review.claims import OF_RATES, RATIO, Change, Longer, Weights, smallest, untested
from analytics.review.periods import Side, Timeline
from analytics.review.shares import Clusters, ShareMeasure, of_places
from analytics.units import HOUR

SHARE_BEYOND = Method(
    title="Share of incidents that last long",
    answers="Did the slow ones become more, whatever the typical ones did?",
    formula=(
        "Incidents longer than a limit divided by those whose length is known. The limit is "
        "the one of 1, 4 and 24 hours beyond which nearest to 15 % of all compared lie, so it "
        "is not chosen by what it shows. An open incident that has lasted longer counts."
    ),
    source="Wilson, Journal of the American Statistical Association 22, 1927",
    leaves_out="Incidents of unknown or impossible length.",
    example=Example(
        given="17 incidents lasted 0.5 hours and 3 lasted 6.",
        inputs={"short": 17, "short_hours": 0.5, "long": 3, "long_hours": 6},
        gives="15 % lasted beyond 1 hour.",
        result=(0.15, 1),
    ),
)
IMPACT_A_DAY = Method(
    title="Hours of impact a day",
    answers="How much harm was done, added up?",
    formula="Hours of impact of the incidents of a stretch divided by its days.",
    source="A sum over what is known, hence a lower bound where some is not",
    leaves_out="Incidents whose impact has no usable start or end, the open ones included.",
    example=Example(
        given="In a quarter of 92 days incidents of 10, 12 and 24 hours are known.",
        inputs={"hours": (10, 12, 24)},
        gives="0.5 hours a day.",
        result=(0.5,),
    ),
)
IMPACT_AGAINST_QUARTERS = Method(
    title="Hours of impact against quarters as they come",
    answers="Are these hours more than luck brings to a quarter?",
    formula=(
        "1,999 quarters are put together from the two years before: each takes the number of "
        "events of a past quarter, with Poisson noise, and draws their hours. The p-value is "
        "twice the share of them that is as far out."
    ),
    source="Efron, Annals of Statistics 7, 1979, on the bootstrap",
    leaves_out="Incidents of unknown impact; nothing is told with fewer than 30 known before.",
    example=Example(
        given=("Each quarter has 20 incidents, of 2 hours each until now and of 4 in this one."),
        inputs={"a_quarter": 20, "hours_then": 2, "hours_now": 4},
        gives="The hours a day are 2.06 times those before, with p = 0.001.",
        result=(2.059, 0.001),
    ),
)

#: Limits that people know, in hours, and the share beyond one that tells most of a tail: with less
#: there is next to nothing to count, with more it is no tail.
LIMITS_HOURS = (1.0, 4.0, 24.0)
TELLING = 0.15
#: Quarters put together at random, and any fixed seed: the same records give the same p-value.
DRAWS, SEED = 1_999, 1979
#: Events of a quarter, beyond which their sum is drawn by its moments: one by one it would cost
#: more than the whole review.
MANY_EVENTS = 1_000.0
#: Quarters and incidents before, below which nobody knows what quarters bring.
FEWEST_QUARTERS, FEWEST_INCIDENTS = 4, 30
MOST_QUARTERS = 8


def tail(durations: Durations, events: Clusters, window: slice) -> tuple[ShareMeasure, float]:
    """The share of incidents beyond a limit, and the limit in seconds.

    The limit is chosen by how many lie beyond it in all that is compared, never by when they do.
    An open incident that has lasted longer already is beyond it.
    """
    recorded = durations.seconds
    known = recorded[window][~np.isnan(recorded[window])]
    limit = min(
        (hours * HOUR for hours in LIMITS_HOURS),
        key=lambda seconds: abs((known > seconds).mean() - TELLING) if len(known) else seconds,
    )
    beyond = (recorded > limit) | (durations.elapsed > limit)
    there = ~np.isnan(recorded) | (durations.elapsed > limit)
    return of_places(beyond, there, events, method=SHARE_BEYOND), limit


@dataclass(frozen=True)
class HoursMeasure:
    """Hours of impact added up.

    Attributes:
        line: the timeline.
        hours: of each incident of it, NaN where unknown.
        events: the event that each belongs to.
    """

    line: Timeline
    hours: Floats
    events: Clusters
    _seen: dict[tuple[dt.date, dt.date, float], Floats | str] = field(
        default_factory=dict, repr=False
    )

    @property
    def weights(self) -> Weights:
        """How much its looks matter."""
        return OF_RATES

    def figure(self, side: Side) -> Answer:
        """Hours of impact a day; a lower bound where some are not known."""
        hours = self.hours[side.span]
        known = hours[~np.isnan(hours)]
        missing = len(hours) - len(known)
        if not len(known):
            reason = "no incident has a usable start and end of its impact"
            return Answer(None, n_missing=missing, method=IMPACT_A_DAY, reason=reason)
        return Answer(
            float(known.sum()) / max(side.days, 1.0),
            n=len(known),
            n_missing=missing,
            unit="hours per day",
            method=IMPACT_A_DAY,
        )

    def compare(self, now: Side, then: Side) -> Change:
        """The ratio of hours a day, held against quarters drawn from the two years before."""
        after, before = self.figure(now), self.figure(then)
        if not (after.estimate and before.estimate):
            return untested(after.reason or before.reason or "no impact to compare")
        drawn = self._drawn(now)
        if isinstance(drawn, str):
            return untested(drawn)
        seen = after.estimate * now.days
        above, below = float((drawn >= seen).sum()), float((drawn <= seen).sum())
        p_value = min(1.0, 2.0 * (min(above, below) + 1.0) / (len(drawn) + 1.0))
        low, high = np.quantile(drawn, [0.025, 0.975])
        ratio = after.estimate / before.estimate
        usual = before.estimate * now.days
        return Change(
            Answer(
                ratio,
                ratio * usual / max(float(high), 1e-9),
                ratio * usual / max(float(low), 1e-9),
                n=after.n + before.n,
                unit=RATIO,
                method=IMPACT_AGAINST_QUARTERS,
            ),
            p_value,
        )

    def longer(self, now: Side) -> tuple[Longer, ...]:
        """Hours are held against earlier quarters only."""
        return ()

    def smallest(self, now: Side, then: Side, *, level: float) -> tuple[Answer, Answer]:
        """The ratios at the ends of what quarters bring."""
        drawn, before = self._drawn(now), self.figure(then)
        n = before.n
        rise: float | None = None
        fall: float | None = None
        if not isinstance(drawn, str) and before.estimate:
            usual = before.estimate * now.days
            rise = float(np.quantile(drawn, 1.0 - level / 2.0)) / usual
            fall = float(np.quantile(drawn, level / 2.0)) / usual
        return smallest(rise, fall, unit=RATIO, n=n, method=IMPACT_AGAINST_QUARTERS)

    def _drawn(self, now: Side) -> Floats | str:
        key = now.start, now.end, now.days
        if key not in self._seen:
            self._seen[key] = self._draw(now)
        return self._seen[key]

    def _draw(self, now: Side) -> Floats | str:
        """Hours of quarters as they could have come: a past number of events, drawn at random."""
        edges = self.line.months(now.start)[::-MONTHS_A_QUARTER][::-1][-(MOST_QUARTERS + 1) :]
        spans = [self.line.span(a, b) for a, b in itertools.pairwise(edges)]
        if len(spans) < FEWEST_QUARTERS:
            return f"needs {FEWEST_QUARTERS} quarters before, has {len(spans)}"
        window = slice(spans[0].start, spans[-1].stop)
        sums = _by_event(self.hours[window], self.events[window])
        known = int((~np.isnan(self.hours[window])).sum())
        if known < FEWEST_INCIDENTS:
            return too_few(FEWEST_INCIDENTS, known, what="incidents with a known impact before")
        numbers = np.array(
            [len(_by_event(self.hours[span], self.events[span])) for span in spans], np.float64
        )
        quarter_days = (edges[-1] - edges[0]).days / len(spans)
        rng = np.random.default_rng(SEED)
        sizes = rng.poisson(rng.choice(numbers, DRAWS) * (now.days / quarter_days))
        if sizes.mean() > MANY_EVENTS:
            return _sums_of_many(sums, sizes, rng)
        picked = sums[rng.integers(0, len(sums), int(sizes.sum()))]
        return np.bincount(np.repeat(np.arange(DRAWS), sizes), picked, minlength=DRAWS).astype(
            np.float64
        )


def _sums_of_many(sums: Floats, sizes: Clusters, rng: np.random.Generator) -> Floats:
    """Sums of so many draws that three moments tell their distribution (Cornish and Fisher)."""
    mean, spread = float(sums.mean()), float(sums.std())
    if spread == 0.0:
        return np.asarray(sizes * mean, dtype=np.float64)
    skew = float((((sums - mean) / spread) ** 3).mean()) / np.sqrt(sizes)
    score = rng.standard_normal(len(sizes))
    moved = sizes * mean + np.sqrt(sizes) * spread * (score + skew * (score**2 - 1.0) / 6.0)
    return np.asarray(np.maximum(moved, 0.0), dtype=np.float64)


def hours_measure(line: Timeline, events: Clusters) -> HoursMeasure:
    """The hours of impact of the incidents of a timeline."""
    return HoursMeasure(line, line.felt.seconds / HOUR, events[line.rows])


def without(measured: HoursMeasure, left_out: npt.NDArray[np.bool_]) -> HoursMeasure:
    """The same without some of the incidents."""
    return replace(measured, hours=np.where(left_out, np.nan, measured.hours), _seen={})


def _by_event(hours: Floats, events: Clusters) -> Floats:
    """The hours of each event that has any known."""
    there = ~np.isnan(hours)
    known = events[there]
    # Of nothing numpy counts in whole numbers.
    sums: Floats = np.bincount(known, hours[there]).astype(np.float64)
    return sums[np.bincount(known) > 0]

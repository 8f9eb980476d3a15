"""Did the causes change: the mix as a whole, and each cause beside it?

Storms make one cause strike ten times in two days, and a test that takes them for ten sees a change
in every second quarter. So the spread of causes around their mix is measured month by month, and
both tests are widened by it. A cause is counted against all incidents of known cause: where
everything rises alike, no cause has risen among them.
"""

import datetime as dt
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer, Example, Method, too_few
from analytics.calendar import add_months
from analytics.causes.labels import CAUSE_SHARE
from analytics.causes.tables import CauseDrift, cause_drift, mix_p_value
from analytics.review.claims import OF_RATES, RATIO, Change, Longer, Weights, smallest, untested
from analytics.review.periods import Side, Timeline
from analytics.review.rates import SMALLEST_CHANGE_OF_RATE
from analytics.review.shares import FEWEST, detectable_points, smallest_points
from analytics.selection import UNKNOWN, View, select
from analytics.statistics.distributions import gamma_tail, normal_quantile, t_quantile
from analytics.statistics.rates import compare, detectable, unequal
from analytics.statistics.shares import share

CAUSE_MIX = Method(
    title="Change of the mix of causes",
    answers="Did the causes shift, taken all together?",
    formula=(
        "Half the sum of the changes of all shares: the points that went from some causes to "
        "others. The test compares the chi-square of the table with 9,999 tables drawn with "
        "the same totals. The smallest change given beside it is that of the commonest cause."
    ),
    source="Patefield, Applied Statistics 30, 1981, on tables with given totals",
    leaves_out="Incidents of unknown cause. A mix has no direction; it only changes.",
    example=Example(
        given=(
            "Of 40 incidents 30 had a cause in software and 10 in the network; now it is 10 and 30."
        ),
        inputs={"now": {"software": 10, "network": 30}, "then": {"software": 30, "network": 10}},
        gives="50 points went from one to the other.",
        result=(0.5,),
    ),
)
KNOWN_CAUSE_SHARE = Method(
    title="Share of incidents with a known cause",
    answers="How much do the shares of causes rest on?",
    formula="Incidents with a category of root cause divided by all, with Wilson's interval.",
    source="Wilson, Journal of the American Statistical Association 22, 1927",
    leaves_out="Drills, tests, maintenance and second reports of the same event.",
    example=Example(
        given="The cause of 6 incidents is known and of 6 unknown.",
        inputs={"known": 6, "unknown": 6},
        gives="50 %, between 25 and 75 %.",
        result=(0.5, 0.25378, 0.74622),
    ),
)

ONLY_REFERENCE = "causes are compared with the months before only"
NO_INTERVAL = "no interval: a distance between two mixes is above 0 even where nothing changed"
#: Weight of all questions about single causes together.
SINGLE_CAUSES = 24.0
#: Incidents of a cause in both stretches, below which it is not asked about.
FEWEST_OF_A_CAUSE = 6
#: Months whose spread around the mix is measured, each year around a mix of its own.
MONTHS_A_YEAR, YEARS = 12, 3
#: Below this p-value causes are taken to come in storms.
STORMS_BELOW = 0.10

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Causes:
    """The causes of the incidents of a timeline.

    Attributes:
        line: the timeline.
        names: of the causes that are known.
        codes: the cause of each place, -1 where it is unknown.
        storms: how much wider than chance months spread around their mix, at least 1.
        reference: the only stretch that they are compared with.
        usual: the three years before the period, as far as recorded: the usual rate of a cause.
        drift: how they differ from it; None where the two cannot be compared.
    """

    line: Timeline
    names: tuple[str, ...]
    codes: npt.NDArray[np.int16]
    storms: float
    reference: Side
    usual: Side
    drift: CauseDrift | None
    _counted: dict[tuple[int, int], Counts] = field(default_factory=dict, repr=False)

    def counts(self, span: slice) -> Counts:
        """Incidents of each cause in a part of the timeline."""
        key = span.start, span.stop
        if key not in self._counted:
            codes = self.codes[span]
            counts = np.bincount(codes[codes >= 0], minlength=len(self.names))
            self._counted[key] = counts.astype(np.int64)
        return self._counted[key]

    def asked(self, now: Side) -> list[str]:
        """The causes that occur often enough in both stretches to be asked about."""
        both = self.counts(now.span) + self.counts(self.reference.span)
        return [name for name, n in zip(self.names, both, strict=True) if n >= FEWEST_OF_A_CAUSE]


@dataclass(frozen=True)
class MixMeasure:
    """The mix of causes as a whole."""

    causes: Causes

    @property
    def weights(self) -> Weights:
        """How much its looks matter."""
        return OF_RATES

    def figure(self, side: Side) -> Answer:
        """The share of incidents whose cause is known: what a mix of causes rests on."""
        codes = self.causes.codes[side.span]
        return share(int((codes >= 0).sum()), len(codes), method=KNOWN_CAUSE_SHARE)

    def compare(self, now: Side, then: Side) -> Change:
        """How many points of share went from some causes to others."""
        drift = self.causes.drift
        if then is not self.causes.reference or drift is None:
            return untested(ONLY_REFERENCE)
        if drift.reason:
            return untested(drift.reason)
        table = np.array([self.causes.counts(side.span) for side in (now, then)])
        fewer = int(table.sum(axis=1).min())
        if fewer < FEWEST:
            return untested(too_few(FEWEST, fewer, what="known causes in each period"))
        shares = table / table.sum(axis=1, keepdims=True)
        moved = Answer(
            float(np.abs(shares[0] - shares[1]).sum()) / 2.0,
            n=int(table.sum()),
            unit="points moved",
            method=CAUSE_MIX,
            reason=NO_INTERVAL,
        )
        return Change(moved, mix_p_value(table[:, table.any(axis=0)], wider=self.causes.storms))

    def longer(self, now: Side) -> tuple[Longer, ...]:
        """The mix is held against the year before only."""
        return ()

    def smallest(self, now: Side, then: Side, *, level: float) -> tuple[Answer, Answer]:
        """The smallest change of the share of the commonest cause."""
        after, before = self.causes.counts(now.span), self.causes.counts(then.span)
        common = int(before.argmax())
        usual = float(before[common] / before.sum())
        sizes = after.sum() / self.causes.storms, before.sum() / self.causes.storms
        rise, fall = detectable_points(usual, *sizes, level=level)
        n, name = int(after.sum() + before.sum()), self.causes.names[common]
        words = f"of the commonest cause, {name}"
        up, down = smallest_points(rise, fall, n=n)
        return (
            replace(up, reason=up.reason or words),
            replace(down, reason=down.reason or words),
        )


@dataclass(frozen=True)
class CauseMeasure:
    """How often one cause strikes, among all incidents of known cause."""

    causes: Causes
    name: str

    @property
    def weights(self) -> Weights:
        """How much its looks matter."""
        return OF_RATES

    def figure(self, side: Side) -> Answer:
        """The share of the incidents of known cause."""
        counts = self.causes.counts(side.span)
        return share(int(counts[self._place]), int(counts.sum()), method=CAUSE_SHARE)

    def compare(self, now: Side, then: Side) -> Change:
        """The ratio of its rates, exactly, on counts divided by how they storm.

        Against the reference, the years before it tell the usual rate too, as far as recorded.
        """
        if then is self.causes.reference:
            then = self.causes.usual
        after, before = self.causes.counts(now.span), self.causes.counts(then.span)
        fewer = int(min(after.sum(), before.sum()))
        if fewer < FEWEST:
            return untested(too_few(FEWEST, fewer, what="known causes in each period"))
        sides = int(after[self._place]), now.days, int(before[self._place]), then.days
        return Change(
            compare(*sides, dispersion=self.causes.storms).ratio,
            unequal(*sides, dispersion=self.causes.storms),
        )

    def among_all(self, now: Side) -> tuple[bool, float]:
        """Whether its share of all incidents of known cause rose, and the p-value of that."""
        after, before = (self.causes.counts(side.span) for side in (now, self.causes.usual))
        found = compare(
            int(after[self._place]),
            float(after.sum()),
            int(before[self._place]),
            float(before.sum()),
            dispersion=self.causes.storms,
        )
        ratio = found.ratio.estimate
        return ratio is None or ratio > 1.0, 1.0 if found.p_value is None else found.p_value

    def longer(self, now: Side) -> tuple[Longer, ...]:
        """A cause is held against the year before only."""
        return ()

    def smallest(self, now: Side, then: Side, *, level: float) -> tuple[Answer, Answer]:
        """The smallest ratios of its rate."""
        then = self.causes.usual
        after, before = self.causes.counts(now.span), self.causes.counts(then.span)
        rise, fall = detectable(
            before[self._place] / self.causes.storms, now.days, then.days, level=level
        )
        n = int(after[self._place] + before[self._place])
        return smallest(rise, fall, unit=RATIO, n=n, method=SMALLEST_CHANGE_OF_RATE)

    @property
    def _place(self) -> int:
        return self.causes.names.index(self.name)


def causes_of(line: Timeline, now: Side, reference: Side) -> Causes:
    """The causes of a review, compared once."""
    comparable = not (now.no_figure or reference.no_figure or reference.no_comparison)
    cause = line.view.history.incidents["root_cause_category"]
    names = [str(name) for name in cause.cat.categories]
    known = [place for place, name in enumerate(names) if name != UNKNOWN]
    number = np.full(len(names) + 1, -1, np.int16)
    number[known] = np.arange(len(known))
    codes = number[cause.cat.codes.to_numpy()[line.rows]]
    return Causes(
        line=line,
        names=tuple(names[place] for place in known),
        codes=codes,
        storms=_storms(line, codes, len(known), now.start),
        reference=reference,
        usual=_usual(line, now, reference),
        drift=cause_drift(_view(line, now), _view(line, reference)) if comparable else None,
    )


def _usual(line: Timeline, now: Side, reference: Side) -> Side:
    start = min(
        max(line.level_since, add_months(now.start, -MONTHS_A_YEAR * YEARS)), reference.start
    )
    return replace(
        reference,
        start=start,
        days=line.days(start, now.start),
        span=line.span(start, now.start),
    )


def _storms(line: Timeline, codes: npt.NDArray[np.int16], causes: int, before: dt.date) -> float:
    """Variance over mean of a cause's monthly counts, each year around a level of its own.

    All causes tell of it, each as much as it has incidents: of a storm that struck ten times, ten
    incidents say how storms are, and of a single one only one does.
    """
    months = line.when.astype("datetime64[M]")
    last = np.datetime64(before, "M")
    back = (last - months).astype(np.int64)
    level = np.datetime64(line.level_since, "M")
    available = min(int((last - level).astype(np.int64)), MONTHS_A_YEAR * YEARS)
    square, df, weighted, total, uneven = 0.0, 0, 0.0, 0.0, 0.0
    for year in range(YEARS):
        n = min(available - MONTHS_A_YEAR * year, MONTHS_A_YEAR)
        if n < 2:
            break
        inside = (back > MONTHS_A_YEAR * year) & (back <= MONTHS_A_YEAR * year + n) & (codes >= 0)
        counts = _table(codes[inside], back[inside] - MONTHS_A_YEAR * year - 1, causes)[:n]
        sums = counts.sum(axis=0)
        counts, sums = counts[:, sums > 0], sums[sums > 0].astype(np.float64)
        around = n * ((counts - sums / n) ** 2).sum(axis=0) / sums
        square, df = square + float(around.sum()), df + (n - 1) * len(sums)
        weighted += float(sums @ around) / (n - 1)
        total += float(sums.sum())
        uneven += float(sums @ sums) / (n - 1)
    if df < 1 or float(gamma_tail(square / 2.0, df / 2.0)) >= STORMS_BELOW:
        return 1.0
    wider = float(t_quantile(0.975, total**2 / uneven)) / float(normal_quantile(0.975))
    return max(weighted / total, 1.0) * wider**2


def _table(codes: npt.NDArray[np.int16], month: npt.NDArray[np.int64], causes: int) -> Counts:
    place = month * causes + codes
    counts = np.bincount(place, minlength=MONTHS_A_YEAR * causes)
    return counts.reshape(MONTHS_A_YEAR, causes).astype(np.int64)


def _view(line: Timeline, side: Side) -> View:
    return select(line.view.history, line.view.scope.during(side.start, side.end))

"""Did incidents end faster or more slowly: time to mitigate, what users feel.

Where mitigation is hardly recorded the time to resolve takes its place, and the page says so. The
claim is about geometric means, which is what the test on logs compares; the medians and the whole
distributions stand beside it.
"""

from dataclasses import dataclass, replace

import pandas as pd

from analytics.answer import Answer
from analytics.clocks import TTM, TTR, Durations, Step, measure
from analytics.response.durations import Comparison, compare, count, headline
from analytics.review.claims import RATIO, Change, smallest
from analytics.review.periods import Side, Sides, Timeline
from analytics.statistics.means import geometric_mean
from analytics.statistics.quantiles import Ecdf, ecdf

#: Mitigation is hardly recorded where it is known for fewer than this share of the incidents whose
#: resolution is: the rest would then be a selection, and probably not a fair one.
HARDLY_RECORDED = 0.5


@dataclass(frozen=True)
class TimeMeasure:
    """One duration of every incident of a timeline."""

    durations: Durations

    def figure(self, side: Side) -> Answer:
        """The geometric mean in seconds."""
        part = self.durations.part(side.span)
        counts = count(part)
        return replace(
            geometric_mean(part.recorded),
            n_missing=counts.unknown + counts.pending,
            n_invalid=counts.invalid,
        )

    def compare(self, now: Side, then: Side) -> Change:
        """The ratio of geometric means by Welch's test on logs."""
        found = self.in_full(now, then)
        lowest = found.detectable.estimate
        n = found.ratio.n
        return Change(
            change=found.ratio,
            smallest_rise=_smallest(lowest and 1.0 / lowest, n),
            smallest_fall=_smallest(lowest, n),
            p_value=found.p_value,
        )

    def in_full(self, now: Side, then: Side) -> Comparison:
        """The same comparison with its second opinions."""
        return compare(self.durations.part(now.span), self.durations.part(then.span))


@dataclass(frozen=True)
class ReviewTimes:
    """The duration of a review beside its claim.

    Attributes:
        step: which duration; ``TTR`` where mitigation is hardly recorded.
        instead: in words, why it is not the time to mitigate; empty otherwise.
        medians: of the period under review, the reference, the previous one and a year ago, by
            their names in :class:`analytics.review.periods.Sides`.
        comparison: with the reference, the rank test included; None where nothing is compared.
        now, reference: the distributions, in seconds.
    """

    step: Step
    instead: str
    medians: dict[str, Answer]
    comparison: Comparison | None
    now: Ecdf
    reference: Ecdf


def time_measure(line: Timeline, sides: Sides) -> tuple[TimeMeasure, str]:
    """The duration that a review speaks of, and why it is not the time to mitigate, if it is not.

    Which one is decided by how much is recorded, never by what it says.
    """
    incidents = _clocks_only(line)
    window = slice(sides.reference.span.start, sides.now.span.stop)
    mitigated = measure(incidents, TTM, as_of=line.as_of)
    resolved = measure(incidents, TTR, as_of=line.as_of)
    has = len(mitigated.part(window).recorded)
    could = len(resolved.part(window).recorded)
    if has < HARDLY_RECORDED * could:
        return TimeMeasure(resolved), f"mitigation is recorded for {has} of {could} incidents"
    return TimeMeasure(mitigated), ""


def review_times(measured: TimeMeasure, instead: str, sides: Sides) -> ReviewTimes:
    """The medians and distributions that stand beside the claim."""
    durations = measured.durations
    named = {
        "now": sides.now,
        "reference": sides.reference,
        "previous": sides.previous,
        "year_ago": sides.year_ago,
    }
    then = sides.reference
    comparable = not (sides.now.no_figure or then.no_figure or then.no_comparison)
    return ReviewTimes(
        step=durations.step,
        instead=instead,
        medians={
            name: Answer(None, unit="s", method="median", reason=side.no_figure)
            if side.no_figure
            else headline(durations.part(side.span))
            for name, side in named.items()
        },
        comparison=measured.in_full(sides.now, then) if comparable else None,
        now=ecdf(durations.part(sides.now.span).recorded),
        reference=ecdf(durations.part(then.span).recorded),
    )


def _smallest(ratio: float | None, n: int) -> Answer:
    return smallest(ratio, unit=RATIO, n=n, method="smallest_change")


def _clocks_only(line: Timeline) -> pd.DataFrame:
    """The few columns that durations need: taking all of them would cost more than the review."""
    incidents = line.view.history.incidents
    needed = list(dict.fromkeys([TTM.start, TTM.end, TTR.start, TTR.end, "status", "day_clocks"]))
    return pd.DataFrame({name: incidents[name].array.take(line.rows) for name in needed})

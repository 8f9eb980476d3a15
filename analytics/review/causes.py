"""Did the mix of causes change: one question for all of them, asked of the whole table at once."""

from dataclasses import dataclass, replace

import numpy as np

from analytics.answer import Answer, too_few
from analytics.causes.drift import CauseDrift, cause_drift
from analytics.review.claims import Change, untested
from analytics.review.periods import Side, Timeline
from analytics.review.shares import FEWEST, detectable_points, smallest_points
from analytics.selection import UNKNOWN, View, select
from analytics.statistics.shares import share

ONLY_REFERENCE = "causes are compared with the months before only"
NO_INTERVAL = "no interval: a distance between two mixes is above 0 even where nothing changed"


@dataclass(frozen=True)
class CauseMeasure:
    """The causes of the incidents of a timeline.

    Attributes:
        reference: the only stretch that they are compared with.
        drift: how they differ from it; None where the two cannot be compared.
    """

    line: Timeline
    reference: Side
    drift: CauseDrift | None

    def figure(self, side: Side) -> Answer:
        """The share of incidents whose cause is known: what a mix of causes rests on."""
        cause = self.line.view.history.incidents["root_cause_category"]
        codes = cause.cat.codes.to_numpy()[self.line.rows[side.span]]
        known = np.append(cause.cat.categories != UNKNOWN, False)[codes]
        return share(int(known.sum()), len(known), method="known_cause_share")

    def compare(self, now: Side, then: Side) -> Change:
        """How many points of share went from some causes to others."""
        drift = self.drift
        if then is not self.reference or drift is None:
            return untested(ONLY_REFERENCE)
        if drift.overall_p is None:
            return untested(drift.reason)
        fewer = min(drift.rows[0].after.n, drift.rows[0].before.n)
        if fewer < FEWEST:
            return untested(too_few(FEWEST, fewer, what="known causes in each period"))
        moved = [row.change.estimate or 0.0 for row in drift.rows]
        common = max(drift.rows, key=lambda row: row.before.estimate or 0.0)
        n_now, n_then = common.after.n, common.before.n
        rise, fall = detectable_points(common.before.estimate or 0.0, n_now, n_then)
        n = n_now + n_then
        return Change(
            change=Answer(
                float(np.abs(moved).sum()) / 2.0,
                n=n,
                unit="points moved",
                method="cause_mix",
                reason=NO_INTERVAL,
            ),
            smallest_rise=_of(common.label, smallest_points(rise, n)),
            smallest_fall=_of(common.label, smallest_points(fall, n)),
            p_value=drift.overall_p,
        )


def cause_measure(line: Timeline, now: Side, reference: Side) -> CauseMeasure:
    """The causes of a review, compared once."""
    comparable = not (now.no_figure or reference.no_figure or reference.no_comparison)
    drift = cause_drift(_view(line, now), _view(line, reference)) if comparable else None
    return CauseMeasure(line, reference, drift)


def _view(line: Timeline, side: Side) -> View:
    scope = line.view.scope.during(side.start, side.end)
    return select(line.view.history, scope)


def _of(label: str, answer: Answer) -> Answer:
    return replace(answer, reason=answer.reason or f"of the commonest cause, {label}")

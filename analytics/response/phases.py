"""Where does the time go: the phases of a response side by side, from the first harm to the end.

Each phase has its own n, because sources record some clocks and not others; medians of phases do
not add up to the median of the whole, and are not shown as if they did.
"""

import datetime as dt
from dataclasses import dataclass

from analytics.answer import Answer
from analytics.clocks import IMPACT, Step, measure
from analytics.response.durations import headline
from analytics.selection import View

PHASES = (
    Step("detection", IMPACT, "detected_at", anchored=False),
    Step("notification", "detected_at", "notified_at", anchored=False),
    Step("reply", "notified_at", "acknowledged_at", anchored=False),
    Step("mitigation", "acknowledged_at", "mitigated_at", anchored=False),
    Step("resolution", "mitigated_at", "resolved_at", anchored=False),
)


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase over the incidents in view; ``typical`` is its median in seconds."""

    step: Step
    typical: Answer


def phases(view: View, *, as_of: dt.datetime) -> tuple[Phase, ...]:
    """The median of each phase, in the order in which they follow each other."""
    incidents = view.incidents
    return tuple(Phase(step, headline(measure(incidents, step, as_of=as_of))) for step in PHASES)

"""Where does the time go: the phases of a response side by side, from the first harm to the end.

Each phase has its own n, because sources record some clocks and not others; medians of phases do
not add up to the median of the whole, and are not shown as if they did.
"""

import datetime as dt
from dataclasses import dataclass

from analytics.answer import Answer
from analytics.clocks import IMPACT, Step, measure
from analytics.method import Example, Method
from analytics.response.durations import headline
from analytics.selection import View

TIME_IN_PHASES = Method(
    title="Phases of a response",
    answers="Where does the time go between the first harm and the end?",
    formula=(
        "The median, as defined there, of the time from one clock to the next: detection from "
        "the start of impact, notification from detection, reply from notification, "
        "mitigation from the reply, resolution from mitigation. Each phase rests on the "
        "incidents that record both of its clocks, so the medians do not add up."
    ),
    source="The clocks are those of the record; interval as for the median",
    leaves_out=(
        "From each phase the incidents that lack one of its two clocks, know one to the day "
        "only, or have them the wrong way round."
    ),
    example=Example(
        given=(
            "Three incidents were detected 2, 5 and 9 minutes after their start, acknowledged"
            " after 6, 12 and 15, mitigated after 36, 72 and 45."
        ),
        inputs={"detected": (2, 5, 9), "acknowledged": (6, 12, 15), "mitigated": (36, 72, 45)},
        gives=(
            "Detection took 5 minutes, the reply 6 more, mitigation another 30: the middle "
            "one of each."
        ),
        result=(5, 6, 30),
    ),
)

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

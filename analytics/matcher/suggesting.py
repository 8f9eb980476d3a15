"""Which earlier incidents are suggested for new ones: searched in order of time, flagged with care.

Only a match that is rarer than nearly all best matches before it is flagged. Cascades and second
reports of an event are no repeats and are not suggested.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from analytics.matcher.confidence import Calibration, Confidence, judge
from analytics.matcher.growing import GrowingArray
from analytics.matcher.linking import LINKS_PER_RECORD, Near, near_of
from analytics.matcher.matching import REPEAT, Index, Match
from analytics.matcher.prepared import Prepared

#: Earlier incidents suggested for one record: a reviewer looks at no more.
SUGGESTED = 3
#: The score of a record that matches nothing, where JSON has no infinity.
NO_MATCH = -1e9


@dataclass(frozen=True, slots=True)
class Found:
    """What the search made of one record.

    Attributes:
        strength: score of its best match, :data:`NO_MATCH` without any.
        flagged: the earlier incidents suggested, the best first; empty without a flag.
        near: what was found most alike, for families; nothing where it tells no cause.
    """

    prepared: Prepared
    strength: float
    confidence: Confidence
    flagged: tuple[Match, ...]
    near: Near


def suggest_earlier(
    new: Iterable[Prepared],
    *,
    index: Index,
    past: Iterable[float],
    calibration: Calibration | None = None,
) -> Iterator[Found]:
    """Search each record among those that began before it, and add it to the index.

    Args:
        new: records to search, in any order.
        index: of the records searched before; grows.
        past: best scores of the records searched before, in order of time.
        calibration: from verdicts, once there are enough.
    """
    strengths = GrowingArray(np.float64)
    strengths.extend(np.array([_infinite(value) for value in past]))
    for prepared in sorted(new, key=lambda one: one.created):
        found = index.search(prepared, limit=LINKS_PER_RECORD)
        matches = [one for one in found if one.relation == REPEAT]
        best = matches[0].score if matches else None
        confidence = judge(best, strengths.view, calibration)
        index.add(prepared)
        strength = NO_MATCH if best is None else best
        strengths.extend([_infinite(strength)])
        flagged = tuple(matches[:SUGGESTED]) if confidence.level else ()
        yield Found(prepared, strength, confidence, flagged, near_of(prepared, found))


def _infinite(value: float) -> float:
    return -math.inf if value <= NO_MATCH else value

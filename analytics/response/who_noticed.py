"""Who noticed first: how incidents were detected, and how many were found by people outside.

An incident that a customer reports was already hurting somebody. Sources that do not say how an
incident was found are counted as unknown and stay in the denominator of "of incidents".
"""

from dataclasses import dataclass, replace

from analytics.answer import Answer
from analytics.causes.labels import LabelShares, known_labels, label_shares
from analytics.method import Example, Method
from analytics.selection import View
from analytics.statistics.shares import WILSON, share
from analytics.vocabulary import OUTSIDE

DETECTION_SHARE = Method(
    title="How incidents were detected",
    answers="What tells us that something is wrong?",
    formula=(
        "Incidents with this source of detection, divided by all incidents in view, with "
        "Wilson's interval. Incidents that do not say are a category of their own."
    ),
    source=WILSON,
    leaves_out="Drills, tests, maintenance and second reports of the same event.",
    example=Example(
        given="Monitoring noticed 6 incidents and customers 3; of 1 nobody knows.",
        inputs={"monitoring": 6, "customer": 3, "unknown": 1},
        gives=("Monitoring noticed 60 % of the incidents, 67 % of those where it is known."),
        result=(0.6, 0.66667),
    ),
)
FOUND_OUTSIDE = Method(
    title="Noticed outside first",
    answers="How often did customers, partners or the public notice before we did?",
    formula=(
        "Incidents detected by a customer, a partner or in social media, divided by those "
        "whose source of detection is recorded, with Wilson's interval."
    ),
    source=WILSON,
    leaves_out="Incidents that do not say how they were detected; counted beside the share.",
    example=Example(
        given="Monitoring noticed 6 incidents and customers 3; of 1 nobody knows.",
        inputs={"monitoring": 6, "customer": 3, "unknown": 1},
        gives="33 % were found outside first, between 12 and 65 %.",
        result=(0.33333, 0.12058, 0.6458),
    ),
)


@dataclass(frozen=True, slots=True)
class WhoNoticed:
    """How incidents were detected.

    Attributes:
        sources: share of each source of detection.
        outside: share noticed outside first, of the incidents whose source is known.
        n_outside: their number.
    """

    sources: LabelShares
    outside: Answer
    n_outside: int


def who_noticed(view: View) -> WhoNoticed:
    """How the incidents in view were detected."""
    known = known_labels(view, "detection_source")
    n_outside = int(known.isin(OUTSIDE).sum())
    return WhoNoticed(
        sources=label_shares(view, "detection_source", method=DETECTION_SHARE),
        outside=replace(
            share(n_outside, len(known), method=FOUND_OUTSIDE), n_missing=len(view) - len(known)
        ),
        n_outside=n_outside,
    )

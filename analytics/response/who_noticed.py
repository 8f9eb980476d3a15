"""Who noticed first: how incidents were detected, and how many were found by people outside.

An incident that a customer reports was already hurting somebody. Sources that do not say how an
incident was found are counted as unknown and stay in the denominator of "of incidents".
"""

from dataclasses import dataclass, replace

from analytics.answer import Answer
from analytics.causes.labels import LabelShares, known_labels, label_shares
from analytics.selection import View
from analytics.statistics.shares import share
from analytics.vocabulary import OUTSIDE


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
        sources=label_shares(view, "detection_source", method="detection_share"),
        outside=replace(
            share(n_outside, len(known), method="found_outside"), n_missing=len(view) - len(known)
        ),
        n_outside=n_outside,
    )

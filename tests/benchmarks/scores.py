"""What makes a good finder of repeats?

Retrieval: is a true earlier record among the first 1, 5, 10 (asked of records that have one)?
Detection: do records with an earlier member score higher than those without? Average precision, and
what a threshold set on the first part for 5 % false alarms does on the second.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """One record that was asked about.

    Attributes:
        strength: score of its best match; minus infinity if there was none.
        has_truth: whether a true earlier record exists.
        rank: place of the first true one, from 1; None if it was not found.
        tested: whether it counts as test, not as calibration.
    """

    strength: float
    has_truth: bool
    rank: int | None
    tested: bool


@dataclass(frozen=True)
class Scores:
    """Recall at 1, 5, 10, mean reciprocal rank, average precision, and the 5 % threshold."""

    queries: int
    recall: tuple[float, float, float]
    reciprocal_rank: float
    tested: int
    base_rate: float
    average_precision: float
    false_alarms: float | None
    recall_at_threshold: float | None

    @property
    def of_retrieval(self) -> str:
        """What was found, where something is to be found."""
        at = " / ".join(f"{value:.3f}" for value in self.recall)
        return f"R@1/5/10 {at}, MRR {self.reciprocal_rank:.3f} (n={self.queries})"

    def __str__(self) -> str:
        if not self.queries:
            return "no labelled repeat to look for"
        of_detection = f"AP {self.average_precision:.3f}"
        line = f"{self.of_retrieval}; {of_detection} (n={self.tested}, base {self.base_rate:.3f})"
        if self.false_alarms is None:
            return f"{line}; no threshold (nothing to set it on)"
        return (
            f"{line}; 5 % target: false alarms {self.false_alarms:.3f}, "
            f"recall {self.recall_at_threshold:.3f}"
        )


def score(asked: Sequence[Asked], *, retrieval_on_all: bool, target: float = 0.05) -> Scores:
    """The scores of one set."""
    searched = [one for one in asked if one.has_truth and (retrieval_on_all or one.tested)]
    tested = [one for one in asked if one.tested]
    quiet = sorted(one.strength for one in asked if not one.tested and not one.has_truth)
    alarms, recall = _at_threshold(tested, quiet, target)
    return Scores(
        queries=len(searched),
        recall=(_recall(searched, 1), _recall(searched, 5), _recall(searched, 10)),
        reciprocal_rank=_mean([1 / one.rank if one.rank else 0.0 for one in searched]),
        tested=len(tested),
        base_rate=_mean([float(one.has_truth) for one in tested]),
        average_precision=average_precision([(one.strength, one.has_truth) for one in tested]),
        false_alarms=alarms,
        recall_at_threshold=recall,
    )


def average_precision(scored: Sequence[tuple[float, bool]]) -> float:
    """Area under precision over recall; records of equal score share one step."""
    total = sum(true for _, true in scored)
    by_strength: dict[float, list[bool]] = {}
    for strength, true in scored:
        by_strength.setdefault(strength, []).append(true)
    area, seen, hits = 0.0, 0, 0
    for strength in sorted(by_strength, reverse=True):
        step = by_strength[strength]
        seen, hits = seen + len(step), hits + sum(step)
        area += sum(step) / total * hits / seen if total else 0.0
    return area


def _at_threshold(
    tested: Sequence[Asked], quiet: Sequence[float], target: float
) -> tuple[float | None, float | None]:
    """False alarms and recall above the quantile of ``quiet`` that promises ``target``."""
    if not quiet:
        return None, None
    place = min(len(quiet) - 1, math.ceil((1 - target) * (len(quiet) + 1)) - 1)
    flags = [(one.strength > quiet[place], one.has_truth) for one in tested]
    false_alarms = _mean([float(flag) for flag, true in flags if not true])
    return false_alarms, _mean([float(flag) for flag, true in flags if true])


def _recall(searched: Sequence[Asked], depth: int) -> float:
    return _mean([float(one.rank is not None and one.rank <= depth) for one in searched])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else float("nan")

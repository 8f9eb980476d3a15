"""Did the causes change from one period to another, or is this what luck does to small counts?

One of twelve causes "doubles" in most months in which nothing happens. So each cause is tested
exactly and one test over the whole table says whether anything moved at all; what may be claimed
of them is for the trend review to say, which judges all its questions together. Shares are of the
incidents whose cause is known; whether more of them are unknown is a question, and a row, of its
own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer
from analytics.breaks import Break, between
from analytics.causes.labels import label_counts
from analytics.method import Example, Method
from analytics.selection import UNKNOWN, View
from analytics.statistics.distributions import gamma_tail
from analytics.statistics.shares import difference, share

CAUSE_DRIFT = Method(
    title="Drift of the causes",
    answers="Has the mix of causes changed between two periods?",
    formula=(
        "For each cause its share of the incidents of known cause in both periods, and for "
        "unknown ones their share of all, with Newcombe's interval of the difference and "
        "Fisher's exact test (mid-p), two-sided, of each alone. One test over the whole table: its "
        "chi-square, among 9,999 tables shuffled with the same margins and a fixed seed where a "
        "cell expects fewer than 50. Whether a change may be claimed is judged by the trend "
        "review, with all its questions."
    ),
    source="Newcombe, Statistics in Medicine 17, 1998",
    leaves_out="Incidents of unknown cause, in all rows but their own.",
    example=Example(
        given=(
            "Of 40 incidents 30 had a cause in the network and 10 in software; of the next 40"
            " it is 10 and 30."
        ),
        inputs={"now": {"software": 30, "network": 10}, "then": {"software": 10, "network": 30}},
        gives=("The network lost 50 points, −0.5, between −0.65 and −0.29; p is 0.00001."),
        result=(-0.5, -0.65292, -0.28512, 8.1913e-06),
    ),
)

#: Tables drawn with the same margins: p-values down to a ten-thousandth.
SHUFFLES = 9_999
#: Of so many tables so many deviate as much: the p-value is over 0.2, and surely no claim.
FIRST_SHUFFLES, ENOUGH = 999, 200
#: Where each cell expects so many, chi-square itself is as good as any number of shuffles.
EXPECTED = 50.0
#: Any fixed number: the same records always give the same p-value.
SEED = 1995
#: Chi-squares that are equal by arithmetic differ by no more than this share in floating point.
ROUNDING = 1e-9

NO_KNOWN_CAUSES = "a period has no incident of known cause"
ONE_CAUSE = "all incidents of known cause have the same one"

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LabelDrift:
    """One cause in two periods.

    Attributes:
        before, after: its share in each period.
        change: after minus before, with its interval.
        p_value: exact, of this cause alone; None where a period has nothing to take a share of.
    """

    label: str
    before: Answer
    after: Answer
    change: Answer
    p_value: float | None


@dataclass(frozen=True)
class CauseDrift:
    """The causes of two periods.

    Attributes:
        rows: causes in alphabetical order, as shares of the incidents of known cause.
        unknown: incidents of unknown cause, as a share of all.
        reason: in words, why there is no overall test.
    """

    rows: tuple[LabelDrift, ...]
    unknown: LabelDrift
    reason: str
    _counts: Counts = field(repr=False)

    @cached_property
    def overall_p(self) -> float | None:
        """That the causes of both periods come from one mix; None with ``reason``."""
        return None if self.reason else mix_p_value(self._counts)


def cause_drift(after: View, before: View, *, breaks: Sequence[Break] = ()) -> CauseDrift:
    """How the causes in ``after`` differ from those in ``before``.

    Args:
        after: the later period.
        before: the earlier one; the two share no incident.
        breaks: marked by readers; across one, the mix is not tested.
    """
    now, then = (label_counts(view, "root_cause_category") for view in (after, before))
    names = sorted({*now, *then})
    counts = np.array([[side.get(name, 0) for name in names] for side in (now, then)])
    of = counts.sum(axis=1)
    cells = [
        (name, int(counts[0, i]), int(of[0]), int(counts[1, i]), int(of[1]))
        for i, name in enumerate(names)
    ]
    sizes = len(after), len(before)
    cells.append((UNKNOWN, sizes[0] - int(of[0]), sizes[0], sizes[1] - int(of[1]), sizes[1]))
    *rows, unknown = _tested(cells)
    reason = _parted(after, before, breaks) or _too_few(of, names)
    return CauseDrift(
        rows=tuple(rows),
        unknown=unknown,
        reason=reason,
        _counts=counts,
    )


def _parted(after: View, before: View, breaks: Sequence[Break]) -> str:
    start, end = before.scope.start, after.scope.end
    return between(breaks, start, end) if start and end else ""


def _too_few(of: Counts, names: Sequence[str]) -> str:
    if not of.all():
        return NO_KNOWN_CAUSES
    return ONE_CAUSE if len(names) == 1 else ""


def mix_p_value(counts: Counts, *, wider: float = 1.0) -> float:
    """The chance that one mix gives two periods as different as these.

    Chi-square of a table of 2 rows, referred to tables drawn with the same margins, so that small
    counts do no harm; the table itself counts as one of them. Where the first draws show that no
    claim is near, no more are made (Besag and Clifford 1991), and none where no count is small.

    Args:
        counts: two rows, a column a cause.
        wider: how much wider than chance such counts spread, as they come in storms.
    """
    margins, size = counts.sum(axis=0), int(counts[0].sum())
    part = size / counts.sum()
    expected = margins * part

    def deviates(rows: Counts) -> npt.NDArray[np.float64]:
        # With fixed margins the two rows deviate alike, so one row orders the tables as both do.
        found: npt.NDArray[np.float64] = ((rows - expected) ** 2 / margins).sum(-1)
        return found

    observed = deviates(counts[0]) * ((1 - ROUNDING) / wider)
    if min(expected.min(), (margins - expected).min()) >= EXPECTED:
        return float(gamma_tail(observed / (part * (1.0 - part)) / 2.0, (len(margins) - 1) / 2.0))
    draw = np.random.default_rng(SEED).multivariate_hypergeometric
    at_least = drawn = 0
    for more in (FIRST_SHUFFLES, SHUFFLES - FIRST_SHUFFLES):
        at_least += int((deviates(draw(margins, size, size=more)) >= observed).sum())
        drawn += more
        if at_least >= ENOUGH:
            break
    return (at_least + 1) / (drawn + 1)


def _tested(cells: list[tuple[str, int, int, int, int]]) -> list[LabelDrift]:
    differences = [difference(*numbers) for _, *numbers in cells]
    return [
        LabelDrift(
            label=name,
            before=share(count_before, of_before, method=CAUSE_DRIFT),
            after=share(count_after, of_after, method=CAUSE_DRIFT),
            change=found.change,
            p_value=found.p_value,
        )
        for (name, count_after, of_after, count_before, of_before), found in zip(
            cells, differences, strict=True
        )
    ]

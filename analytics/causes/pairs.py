"""Which contributing factors come together more often than chance would bring them?

An incident is rarely due to one thing. Pairs are counted among the incidents that name any factor,
beside the number that two independent factors of the same frequency would share.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.causes.labels import distinct_factors
from analytics.method import Example, Method
from analytics.selection import View

FACTOR_PAIRS = Method(
    title="Factors that come together",
    answers="Which contributing factors are named for the same incident?",
    formula=(
        "Incidents that name both, beside the number expected if the two had nothing to do "
        "with each other: the product of their counts divided by the incidents that name any."
    ),
    source="Plain counts",
    leaves_out="Incidents that name no factor.",
    example=Example(
        given=(
            "Of four incidents two name a test gap and alert quality, one a test gap alone, "
            "one alert quality alone."
        ),
        inputs={
            "factors": (
                ("test gap", "alert quality"),
                ("test gap", "alert quality"),
                ("test gap",),
                ("alert quality",),
            )
        },
        gives="Both were named 2 times where chance would give 2.25.",
        result=(2, 2.25),
    ),
)


@dataclass(frozen=True, slots=True)
class FactorPair:
    """Two factors, in alphabetical order.

    Attributes:
        together: incidents that name both.
        expected: incidents that would if the two had nothing to do with each other.
    """

    first: str
    second: str
    together: int
    expected: float


@dataclass(frozen=True)
class FactorPairs:
    """Contributing factors and how often they meet.

    Attributes:
        factors: names in alphabetical order.
        counts: incidents naming each pair; on the diagonal those naming the factor.
        n: incidents that name any factor.
        n_without: incidents in view that name none.
    """

    factors: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    n: int
    n_without: int

    def pairs(self) -> tuple[FactorPair, ...]:
        """The pairs that occur, the most frequent first, equal ones in alphabetical order."""
        alone = np.diag(self.counts)
        found = [
            FactorPair(
                self.factors[i],
                self.factors[j],
                together=int(self.counts[i, j]),
                expected=float(alone[i] * alone[j] / self.n),
            )
            for i, j in zip(*np.nonzero(np.triu(self.counts, k=1)), strict=True)
        ]
        return tuple(sorted(found, key=lambda pair: (-pair.together, pair.first, pair.second)))


def factor_pairs(view: View) -> FactorPairs:
    """How often each pair of contributing factors is named for one incident in view."""
    named = distinct_factors(view)
    incidents, rows = np.unique(named["incident"].to_numpy(), return_inverse=True)
    codes = named["factor"].cat.codes.to_numpy()
    present = np.unique(codes)
    names = [str(name) for name in named["factor"].cat.categories[present]]
    order = np.argsort(np.array(names, dtype=str), kind="stable")
    column = np.empty(len(present), dtype=np.intp)
    column[order] = np.arange(len(present))
    # Sums of ones stay exact in float, and only float products are quick.
    holds = np.zeros((len(incidents), len(present)))
    holds[rows, column[np.searchsorted(present, codes)]] = 1.0
    return FactorPairs(
        factors=tuple(names[place] for place in order),
        counts=(holds.T @ holds).astype(np.int64),
        n=len(incidents),
        n_without=len(view) - len(incidents),
    )

"""Is a short series more than noise around its middle: the run chart, before limits are possible.

Thirteen months are too few for control limits. Runs need only the median: an unusually long run on
one side of it, or unusually few crossings, says that something shifted (Anhoj and Olesen, 2014).
"""

import math
from dataclasses import dataclass

import numpy as np

from analytics.answer import too_few
from analytics.clocks import Floats

#: Below this the two rules hardly ever fire and say nothing.
FEWEST_POINTS = 10
FEW_CROSSINGS = 0.05


@dataclass(frozen=True, slots=True)
class RunChart:
    """Runs around the median.

    Attributes:
        median: the middle of the series; NaN where it is empty.
        useful: points that do not lie on the median; the others belong to no run.
        longest_run, longest_allowed: points in a row on one side, and how many chance gives.
        crossings, fewest_allowed: changes of side, and how few chance gives.
        signal: whether one of the two rules fired.
        words: what fired, or why neither could.
    """

    median: float
    useful: int
    longest_run: int
    longest_allowed: int
    crossings: int
    fewest_allowed: int
    signal: bool
    words: str


def run_chart(values: Floats) -> RunChart:
    """The two runs rules on a series in order of time."""
    middle = float(np.median(values)) if len(values) else math.nan
    sides = np.sign(np.asarray(values) - middle)
    sides = sides[sides != 0]
    changes = np.flatnonzero(np.diff(sides)) + 1
    runs = np.diff(np.concatenate([[0], changes, [len(sides)]]))
    longest, crossings = int(runs.max(initial=0)), len(changes)
    useful = len(sides)
    allowed, fewest = longest_run_allowed(useful), fewest_crossings_allowed(useful)
    enough = useful >= FEWEST_POINTS
    words = _words(longest, allowed, crossings, fewest)
    return RunChart(
        median=middle,
        useful=useful,
        longest_run=longest,
        longest_allowed=allowed,
        crossings=crossings,
        fewest_allowed=fewest,
        signal=enough and bool(words),
        words=words if enough else too_few(FEWEST_POINTS, useful, what="points off the median"),
    )


def longest_run_allowed(useful: int) -> int:
    """The longest run that chance gives: log2(n) + 3, rounded."""
    return round(math.log2(useful) + 3.0) if useful else 0


def fewest_crossings_allowed(useful: int) -> int:
    """The 5 % quantile of a fair coin thrown n - 1 times."""
    if useful < 2:
        return 0
    ways = np.array([math.comb(useful - 1, k) for k in range(useful)], dtype=object)
    reached = np.cumsum(ways) / 2 ** (useful - 1) >= FEW_CROSSINGS
    return int(np.flatnonzero(reached)[0])


def _words(longest: int, allowed: int, crossings: int, fewest: int) -> str:
    said = []
    if longest > allowed:
        said.append(f"a run of {longest} on one side of the median, at most {allowed} by chance")
    if crossings < fewest:
        said.append(f"{crossings} crossings of the median, at least {fewest} by chance")
    return "; ".join(said)

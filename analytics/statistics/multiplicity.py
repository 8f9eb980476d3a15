"""Which of the many differences on one page are real: the share of false claims is held at 5 %.

A page that tests twelve causes finds one "significant" by luck in every second month. Benjamini
and Hochberg (1995) hold the expected share of false claims among the claims; everything that one
view shows is one family. A page asks some questions first and others in passing, so tests may weigh
differently (Genovese, Roeder and Wasserman, 2006): the weights are set by the page, never by data.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from analytics.clocks import Floats
from analytics.method import Example, Method

BENJAMINI_HOCHBERG = Method(
    title="Correction for many comparisons",
    answers="Which of all the differences on this page are more than luck?",
    formula=(
        "All p-values of the view are sorted; a difference may be claimed if its p-value, "
        "times the number of tests, divided by its place, is at most 5 %, for it or for a "
        "larger one. Of all that is claimed, at most 5 % is expected to be false. The leading "
        "questions of a page may weigh more than the others; the weights are fixed beforehand."
    ),
    source=(
        "Benjamini and Hochberg, Journal of the Royal Statistical Society B 57, 1995; weights: "
        "Genovese, Roeder and Wasserman, Biometrika 93, 2006"
    ),
    leaves_out="Differences without a test: they are never claimed.",
    example=Example(
        given="Four questions have the p-values 0.01, 0.02, 0.04 and 0.5.",
        inputs={"chances": (0.01, 0.02, 0.04, 0.5)},
        gives=(
            "Judged together they are 0.04, 0.04, 0.053 and 0.5: at 5 % two pass instead of three."
        ),
        result=(0.04, 0.04, 0.053333, 0.5),
    ),
)

Places = npt.NDArray[np.intp]


def adjust(p_values: Iterable[float | None], *, weights: Sequence[float] | None = None) -> Floats:
    """Benjamini-Hochberg adjusted p-values, in the order given.

    A missing test (None or NaN) stays NaN and does not count as one.

    Args:
        p_values: of everything that the view shows.
        weights: how much each question matters, above 0; equal by default. Only their proportions
            count.

    Raises:
        ValueError: a weight that is not positive, or not one for each test.
    """
    given = np.array([np.nan if p is None else p for p in p_values], dtype=np.float64)
    tested = np.flatnonzero(~np.isnan(given))
    weighted = given[tested] / _with_mean_one(weights, len(given), tested)
    order = np.argsort(-weighted, kind="stable")
    ranks = np.arange(len(order), 0, -1)
    steps = np.minimum(weighted[order] * (len(order) / ranks), 1.0)
    adjusted = np.full(len(given), np.nan)
    adjusted[tested[order]] = np.minimum.accumulate(steps)
    return adjusted


def _with_mean_one(weights: Sequence[float] | None, n: int, tested: Places) -> Floats:
    if weights is None:
        return np.ones(len(tested))
    given = np.asarray(weights, dtype=np.float64)
    if len(given) != n or (given <= 0.0).any():
        raise ValueError("each test needs a weight above 0")
    chosen: Floats = given[tested]
    return chosen / chosen.mean() if len(chosen) else chosen

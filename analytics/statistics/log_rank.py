"""Do incidents of two periods end at different speeds, when some have not ended: the log-rank test.

A ratio of geometric means needs ends. Where many incidents are open, this test still uses all of
them: at each end it compares how many of each period ended with how many were at risk (Mantel,
1966). It says whether, not by how much.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.clocks import Floats
from analytics.method import Example, Method
from analytics.statistics.distributions import two_sided_normal

LOG_RANK = Method(
    title="Second opinion with open incidents (log-rank)",
    answers="Do incidents of one period end more slowly, counting those still open?",
    formula=(
        "At each time at which one ended, the ends of the later period less those expected "
        "from its share of the incidents then open; summed, squared, divided by the variance."
    ),
    source="Mantel, Cancer Chemotherapy Reports 50, 1966",
    leaves_out="Incidents with a missing clock, an impossible order, or times to the day only.",
    example=Example(
        given=(
            "Three incidents ended after 1, 2 and 3 hours, three of the next period after 4, "
            "5 and 6."
        ),
        inputs={"after": (4, 5, 6), "before": (1, 2, 3)},
        gives="The statistic is 5.05 and p is 0.025.",
        result=(5.0517, 0.024602),
    ),
)

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LogRank:
    """The test.

    Attributes:
        statistic: chi-square with one degree of freedom; 0 where nothing can be compared.
        p_value: two-sided; None where nothing can be compared.
        slower: whether the first period ends fewer incidents than expected, so takes longer.
    """

    statistic: float
    p_value: float | None
    slower: bool


def log_rank(after: Floats, after_ended: Flags, before: Floats, before_ended: Flags) -> LogRank:
    """Compare two periods, each with its durations (or times so far) and whether they ended."""
    times = np.unique(np.concatenate([after[after_ended], before[before_ended]]))
    ends_after, at_risk_after = _ends_and_risk(after, after_ended, times)
    ends_before, at_risk_before = _ends_and_risk(before, before_ended, times)
    ends, at_risk = ends_after + ends_before, at_risk_after + at_risk_before
    share = at_risk_after / at_risk
    surplus = float((ends_after - ends * share).sum())
    # With one left at risk the outcome is certain and has no variance.
    chance = (at_risk - ends) / np.maximum(at_risk - 1.0, 1.0)
    variance = float((ends * share * (1.0 - share) * chance).sum())
    if variance <= 0.0:
        return LogRank(0.0, None, slower=False)
    z = surplus / np.sqrt(variance)
    return LogRank(float(z * z), float(two_sided_normal(z)), slower=surplus < 0.0)


def _ends_and_risk(durations: Floats, ended: Flags, times: Floats) -> tuple[Floats, Floats]:
    """At each time, how many end then and how many are still watched just before."""
    done = np.sort(durations[ended])
    ends = np.searchsorted(done, times, side="right") - np.searchsorted(done, times, side="left")
    at_risk = len(durations) - np.searchsorted(np.sort(durations), times, side="left")
    return ends.astype(np.float64), at_risk.astype(np.float64)

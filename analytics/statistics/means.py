"""How long is typical when durations spread over orders of magnitude: the mean of the logs."""

import math

import numpy as np

from analytics.answer import LEVEL, Answer, too_few
from analytics.clocks import Floats, for_logs
from analytics.method import Example, Method
from analytics.statistics.distributions import t_quantile
from analytics.statistics.quantiles import NOTHING_RECORDED, minimum_n_for_interval

GEOMETRIC_MEAN = Method(
    title="Geometric mean",
    answers="How long does an incident take on the scale on which durations are symmetrical?",
    formula=(
        "The mean of the logarithms, taken back: exp(m). Interval exp(m - t s / root n) to "
        "exp(m + t s / root n). A duration of 0 is read as half a minute."
    ),
    source="Olsson, Journal of Statistics Education 13(1), 2005",
    leaves_out="Incidents without a usable duration, and those still open.",
    example=Example(
        given="Six incidents took 10, 20, 40, 80, 160 and 320 minutes.",
        inputs={"values": (10, 20, 40, 80, 160, 320)},
        gives="The geometric mean is 56.6 minutes, its interval 14.5 to 220.6.",
        result=(56.569, 14.506, 220.59),
    ),
)


def geometric_mean(seconds: Floats) -> Answer:
    """Mean on the log scale, exp(m +- t s / sqrt(n)); zero is read as half a minute."""
    return geometric_mean_of_logs(np.log(for_logs(seconds)))


def geometric_mean_of_logs(logs: Floats) -> Answer:
    """The same of durations whose logs are known already."""
    n = len(logs)
    if n == 0:
        return Answer(None, unit="s", method=GEOMETRIC_MEAN, reason=NOTHING_RECORDED)
    middle = float(logs.mean())
    needed = minimum_n_for_interval(0.5)
    if n < needed or logs.min() == logs.max():
        few = too_few(needed, n, what="incidents for an interval")
        reason = few if n < needed else "no interval: all durations are equal"
        return Answer(math.exp(middle), n=n, unit="s", method=GEOMETRIC_MEAN, reason=reason)
    error = float(logs.std(ddof=1)) / math.sqrt(n)
    half = float(t_quantile(0.5 + LEVEL / 2.0, n - 1)) * error
    return Answer(
        math.exp(middle),
        math.exp(middle - half),
        math.exp(middle + half),
        n=n,
        unit="s",
        method=GEOMETRIC_MEAN,
    )

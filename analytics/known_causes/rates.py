"""How often will a cause come back, given what is known of all causes?

Most causes strike once or twice, so their own record says little: taken alone, each of them
improves after its worst time. All causes together give the prior: some strike once and never again,
the others have rates that follow a gamma distribution. A cause's own record moves its rate as far
as it deserves. Few causes leave many priors possible; averaging over these, each with its
likelihood, is what keeps intervals as wide as they must be.

A cause that struck for the first time after years of silence is a rare one, unless it did not
exist before. How much of that silence counts as evidence is a share that the records themselves
decide; without it the rates of frequent causes, which are watched longest, come out too low.
"""

import math
from dataclasses import dataclass

import numpy as np

from analytics.clocks import Floats
from analytics.selection import Mask, Rows


@dataclass(frozen=True, slots=True)
class CauseRecords:
    """What was seen of each cause before the moment from which one looks ahead.

    Attributes:
        events: recurrences after its first incident.
        days: for how long they were watched for.
        silent: days from the beginning of all records to its first incident.
        came_back: whether it is known to come back, be it by recurrences that do not count here.
    """

    events: Floats
    days: Floats
    silent: Floats
    came_back: Mask

    def of(self, causes: Rows | Mask) -> "CauseRecords":
        """The records of some of the causes."""
        return CauseRecords(
            self.events[causes], self.days[causes], self.silent[causes], self.came_back[causes]
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """Recurrences to be expected, as gamma distributions.

    Attributes:
        mean, shape: of each cause; the variance is ``mean ** 2 / shape``.
        total, total_shape: of all of them together; without any the shape is NaN.
    """

    mean: Floats
    shape: Floats
    total: float
    total_shape: float


@dataclass(frozen=True, slots=True)
class RatePriors:
    """The priors of daily rates that the records leave possible; the arrays run parallel.

    Attributes:
        alpha: shape, as if so many recurrences had been seen.
        beta: as if they had been seen in so many days.
        silence: share of the days before its first incident that count as days without one.
        once: causes that cannot come back for each one that can, among those that struck on the
            first day of all records.
        weight: how much each prior is believed; they sum to 1.
    """

    alpha: Floats
    beta: Floats
    silence: Floats
    once: Floats
    weight: Floats

    def expected(self, records: CauseRecords, ahead: Floats) -> Expected:
        """Recurrences of each cause in the days ``ahead`` of it, if nothing changes."""
        alpha, beta = self.alpha[:, None], self.beta[:, None]
        until = beta + self.silence[:, None] * records.silent + records.days
        # Causes that can come back strike early and soon again; the others show neither pattern.
        with np.errstate(over="ignore"):
            once = self.once[:, None] * (until / beta) ** alpha
        can_recur = np.where(records.came_back, 1.0, 1.0 / (1.0 + once))
        shape = alpha + records.events
        if_recurs = shape / until * ahead
        means = can_recur * if_recurs
        variances = can_recur * if_recurs**2 * (1.0 / shape + 1.0 - can_recur)
        mean, variance = self._average(means, variances)
        total, spread = self._average(
            means.sum(axis=1, keepdims=True), variances.sum(axis=1, keepdims=True)
        )
        return Expected(
            mean=mean,
            shape=mean**2 / variance,
            total=float(total[0]),
            total_shape=float(total[0] ** 2 / spread[0]) if len(mean) else math.nan,
        )

    def _average(self, means: Floats, variances: Floats) -> tuple[Floats, Floats]:
        mean: Floats = self.weight @ means
        return mean, self.weight @ (variances + (means - mean) ** 2)

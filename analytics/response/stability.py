"""Is the response stable, drifting, or did it change at a point: one duration, month by month.

Months are compared by their geometric mean, because single durations are too skewed for limits. A
month without a recorded duration gives no point. Whether there was a change of level is asked
before a steady drift is spoken of: a slope through a step would be a fiction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer
from analytics.breaks import Break, first_points
from analytics.calendar import Period
from analytics.clocks import Durations, Floats, Status, for_logs
from analytics.periods import Moments, ordinals, starts
from analytics.review.charts import limits_for
from analytics.selection import View
from analytics.statistics.changepoint import FEWEST_POINTS, Pettitt, Split, mean_shift, pettitt
from analytics.statistics.serial import is_line
from analytics.statistics.trend import Trend, trend
from analytics.surveillance.control import Chart, false_alarm_rate, xmr

#: A change of level is spoken of below this p-value.
CHANGED_BELOW = 0.05


@dataclass(frozen=True)
class Stability:
    """One duration by month.

    Attributes:
        starts: first day of each month that has a recorded duration.
        n: durations behind each point.
        chart: XmR chart of the geometric means in seconds, on logs.
        false_alarms: share of stable series of this length in which a rule fires.
        since: the first point after the last break; the tests below see no earlier one.
        split: the most likely change of level of the logs.
        second_opinion: the rank test for a change of level; None with too few points.
        drift: slope of the logs a month.
        drifts: whether a steady drift tells the months better than a step at its best place.
    """

    starts: Moments
    n: npt.NDArray[np.int64]
    chart: Chart
    false_alarms: Answer
    since: int
    split: Split
    second_opinion: Pettitt | None
    drift: Trend
    drifts: bool

    @property
    def changed_level(self) -> bool:
        """Whether there is a step that no drift explains as well; a drift means nothing then."""
        significant = self.split.p_value is not None and self.split.p_value < CHANGED_BELOW
        return significant and not self.drifts


def stability(
    view: View,
    durations: Durations,
    *,
    breaks: Sequence[Break] = (),
    reviewed: Period | None = None,
) -> Stability:
    """Whether ``durations`` of the incidents in view are stable.

    Args:
        durations: measured on ``view.incidents``.
        breaks: days on which the reader says that something else begins; limits start afresh there,
            and nothing is tested across them.
        reviewed: the period under review, before which the limits lie; without one they are those
            of the first months.
    """
    when = view.incidents["period_at"].to_numpy()
    used = (durations.status == Status.RECORDED) & ~np.isnat(when)
    months = ordinals(when[used], "month")
    logs = np.log(for_logs(durations.seconds[used]))
    present, place = np.unique(months, return_inverse=True)
    n = np.bincount(place, minlength=len(present))
    means = np.bincount(place, weights=logs, minlength=len(present)) / np.maximum(n, 1)
    begins = starts(present, "month")
    anew = first_points(begins, breaks)
    since = anew[-1] if anew else 0
    first, baseline = limits_for(view, begins, reviewed) if reviewed else ([], None)
    return Stability(
        starts=begins,
        n=n,
        chart=xmr(np.exp(means), log=True, baseline=baseline, breaks=[*anew, *first]),
        false_alarms=false_alarm_rate(max(len(present), 1)),
        since=since,
        split=_split(means, since),
        second_opinion=pettitt(means[since:]),
        drift=trend(present[since:].astype(np.float64), means[since:], unit="log per month"),
        drifts=len(means) - since >= FEWEST_POINTS and is_line(means[since:]),
    )


def _split(means: Floats, since: int) -> Split:
    """The change of level among the points from ``since`` on, at its place among all."""
    found = mean_shift(means[since:])
    return found if found.index is None else replace(found, index=found.index + since)

"""How many deploys or requests fall into a span, from amounts that each are of some days?

An amount that lies partly in the span counts by its part. Where no amount is loaded for some day of
the span there is none for the span and the reason names the day: what is missing is not zero, and
days never take its place. Where two amounts of one owner overlap, none of that owner's is used,
since nobody can tell which of its rows are right.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analytics.answer import Answer
from analytics.clocks import Floats
from analytics.periods import Moments

DAYS, DAY_SECONDS = "days", 86_400.0
#: Spans are of whole seconds, so less than this is rounding.
ROUNDING_SECONDS = 0.5


@dataclass(frozen=True)
class Strip:
    """The amounts of one owner along time, none of which overlap.

    Attributes:
        of: whose they are, in words; empty for those of all.
        starts, ends: of each stretch, in seconds since 1970 and in order.
        knots, total, seconds: at each of those moments, the amount so far and the time counted.
        twice: in words, which day two amounts hold; empty where none does.
    """

    of: str
    starts: Floats
    ends: Floats
    knots: Floats
    total: Floats
    seconds: Floats
    twice: str

    def between(self, starts: Floats, ends: Floats) -> Floats:
        """The amount from each start to each end, NaN where some of it is not known."""
        counted = np.interp(ends, self.knots, self.seconds)
        counted -= np.interp(starts, self.knots, self.seconds)
        amount = np.interp(ends, self.knots, self.total)
        amount -= np.interp(starts, self.knots, self.total)
        known = counted > ends - starts - ROUNDING_SECONDS
        return np.where(known & (not self.twice), amount, np.nan)

    def lacks(self, start: float, end: float) -> tuple[float, float]:
        """The first part of a span for which no amount is loaded."""
        inside = (self.starts < end) & (self.ends > start)
        begins = np.append(self.starts[inside], end)
        ends = np.maximum(np.append(start, self.ends[inside]), start)
        first = int(np.argmax(begins > ends))
        return float(ends[first]), float(begins[first])


@dataclass(frozen=True)
class Meter:
    """What counts the exposure of a scope.

    Attributes:
        strips: whose amounts are added up; none for days.
        reason: in words, why there is no amount whatever the span; empty otherwise.
    """

    unit: str
    strips: tuple[Strip, ...] = ()
    reason: str = ""

    @property
    def of(self) -> str:
        """Whose amounts they are, in words, where one owner has them all."""
        return self.strips[0].of if len(self.strips) == 1 else ""

    def between(self, starts: Moments, ends: Moments) -> Floats:
        """The amount in each span, ``ends`` excluded; NaN where it is not known."""
        begin, stop = seconds_of(starts), seconds_of(ends)
        if self.unit == DAYS:
            return (stop - begin) / DAY_SECONDS
        if self.reason:
            return np.full(len(begin), np.nan)
        total: Floats = np.sum([strip.between(begin, stop) for strip in self.strips], axis=0)
        return total

    def amount(self, start: dt.datetime, end: dt.datetime) -> Answer:
        """The amount from ``start`` to ``end``, or why it is not known; n counts owners."""
        span = np.array([start], "datetime64[s]"), np.array([end], "datetime64[s]")
        if start >= end:
            return Answer(None, unit=self.unit, method="exposure", reason="the span is empty")
        found = float(self.between(*span)[0])
        if np.isnan(found):
            reason = self.reason or self._why_unknown(*map(seconds_of, span))
            return Answer(None, unit=self.unit, method="exposure", reason=reason)
        return Answer(found, n=len(self.strips), unit=self.unit, method="exposure")

    def _why_unknown(self, starts: Floats, ends: Floats) -> str:
        lacking = [s for s in self.strips if np.isnan(s.between(starts, ends)[0])]
        # What nobody has loaded is not one owner's to load.
        whose = lacking[0].of if len(lacking) < len(self.strips) else self.of
        if lacking[0].twice:
            return f"two amounts of {self.unit}{lacking[0].of} are loaded for {lacking[0].twice}"
        first, stop = lacking[0].lacks(starts[0], ends[0])
        span = f"{day_of(first)} to {day_of(stop - 1)}"
        return f"no amount of {self.unit}{whose} is loaded for {span}"


def seconds_of(moments: Moments | Iterable[np.datetime64]) -> Floats:
    """Moments in seconds since 1970."""
    return np.asarray(moments).astype("datetime64[s]").astype(np.float64)


def day_of(second: float) -> str:
    """The day of a second since 1970."""
    return str(np.datetime64(int(second), "s").astype("datetime64[D]"))

"""How many deploys or requests fall into a span, from amounts that each are of some days?

An amount that lies partly in the span counts by its part. Where no amount is loaded for some day of
the span, or two of one owner are, there is none for the span and the reason names the days: what is
missing is not zero, days never take its place, and nobody can tell which of two rows is right.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer
from analytics.clocks import Floats
from analytics.method import Example, Method
from analytics.periods import Moments
from analytics.units import DAY

EXPOSURE = Method(
    title="Exposure",
    answers="How much could have gone wrong: how many days, deploys or requests were there?",
    formula=(
        "Days are those of the period, from the first record of the store and up to now. Of "
        "what you load (start, end, unit, amount, and a team or a service where it is theirs) "
        "the amounts within the period are added up; one that lies partly in it counts by its "
        "part, as if it were spread evenly. A filter takes the amounts of its teams and "
        "services. Where nothing is loaded for all together, the teams are added up, else the "
        "services, if each one that the records name has its amount."
    ),
    source="Deploys and requests: your own; nothing is guessed",
    leaves_out=(
        "Periods of which a day has no amount, or two: they get no rate. An amount of 0 has to "
        "be loaded as 0. Severities and causes have no exposure of their own."
    ),
    example=Example(
        given=(
            "60 deploys are loaded for 2026-06-01 to 2026-06-30, and the first ten days, "
            "until 2026-06-10, are asked for."
        ),
        inputs={"amount": 60, "first": "2026-06-01", "last": "2026-06-30", "until": "2026-06-10"},
        gives="A third of the days holds 20 deploys.",
        result=(20,),
    ),
)

DAYS = "days"
#: Spans are of whole seconds, so less than this is rounding.
ROUNDING_SECONDS = 0.5

Number = TypeVar("Number", np.intp, np.float64)


@dataclass(frozen=True)
class Strip:
    """The amounts of one owner along time.

    Attributes:
        of: whose they are, in words; empty for those of all.
        starts, ends: of each stretch of which one amount is loaded, in seconds since 1970 and in
            order.
        knots, total, seconds: at each of those moments, the amount so far and the time counted.
        twice: start and end of each stretch of which more than one amount is loaded.
    """

    of: str
    starts: Floats
    ends: Floats
    knots: Floats
    total: Floats
    seconds: Floats
    twice: tuple[tuple[float, float], ...] = ()

    @classmethod
    def of_amounts(cls, starts: Floats, ends: Floats, amounts: Floats, *, of: str = "") -> Self:
        """Each amount spread evenly from its start to its end, which may overlap."""
        knots = np.unique(np.concatenate([starts, ends]))
        begins, stops = knots[:-1], knots[1:]
        by_start, by_end = np.argsort(starts), np.argsort(ends)
        begun = np.searchsorted(starts[by_start], begins, side="right")
        over = np.searchsorted(ends[by_end], begins, side="right")
        once = begun - over == 1
        # Where one amount runs, it is what all begun sum up to without those that are over.
        running = _sums(by_start)[begun] - _sums(by_end)[over]
        row = np.where(once, running, 0)
        part = np.where(once, (stops - begins) / (ends[row] - starts[row]), 0.0)
        twice = begun - over > 1
        return cls(
            of=of,
            starts=begins[once],
            ends=stops[once],
            knots=knots,
            total=_sums(part * amounts[row]),
            seconds=_sums(np.where(once, stops - begins, 0.0)),
            twice=tuple(zip(begins[twice].tolist(), stops[twice].tolist(), strict=True)),
        )

    def between(self, starts: Floats, ends: Floats) -> Floats:
        """The amount from each start to each end, NaN where some of it is not known."""
        counted = np.interp(ends, self.knots, self.seconds)
        counted -= np.interp(starts, self.knots, self.seconds)
        amount = np.interp(ends, self.knots, self.total)
        amount -= np.interp(starts, self.knots, self.total)
        return np.where(counted > ends - starts - ROUNDING_SECONDS, amount, np.nan)

    def why_unknown(self, start: float, end: float, *, unit: str, whose: str) -> str:
        """In words, why the amount from ``start`` to ``end`` is not known."""
        first, stop = self._lacks(start, end)
        for begin, over in self.twice:
            if begin <= first < over:
                days = f"{day_of(first)} to {day_of(min(stop, over) - 1)}"
                return f"two amounts of {unit}{self.of} are loaded for {days}"
        stop = min([stop, *(begin for begin, _ in self.twice if begin > first)])
        return f"no amount of {unit}{whose} is loaded for {day_of(first)} to {day_of(stop - 1)}"

    def _lacks(self, start: float, end: float) -> tuple[float, float]:
        """The first part of a span of which not just one amount is loaded."""
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
            return (stop - begin) / DAY
        if self.reason:
            return np.full(len(begin), np.nan)
        total: Floats = np.sum([strip.between(begin, stop) for strip in self.strips], axis=0)
        return total

    def amount(self, start: dt.datetime, end: dt.datetime) -> Answer:
        """The amount from ``start`` to ``end``, or why it is not known; n counts owners."""
        span = np.array([start], "datetime64[s]"), np.array([end], "datetime64[s]")
        if start >= end:
            return Answer(None, unit=self.unit, method=EXPOSURE, reason="the span is empty")
        found = float(self.between(*span)[0])
        if np.isnan(found):
            reason = self.reason or self._why_unknown(*map(seconds_of, span))
            return Answer(None, unit=self.unit, method=EXPOSURE, reason=reason)
        return Answer(found, n=len(self.strips), unit=self.unit, method=EXPOSURE)

    def _why_unknown(self, starts: Floats, ends: Floats) -> str:
        lacking = [s for s in self.strips if np.isnan(s.between(starts, ends)[0])]
        # What nobody has loaded is not one owner's to load.
        whose = lacking[0].of if len(lacking) < len(self.strips) else self.of
        start, end = float(starts[0]), float(ends[0])
        return lacking[0].why_unknown(start, end, unit=self.unit, whose=whose)


def _sums(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """What the first none, one, two … of some numbers sum up to."""
    return np.concatenate([np.zeros(1, values.dtype), np.cumsum(values)])


def seconds_of(moments: Moments | Iterable[np.datetime64]) -> Floats:
    """Moments in seconds since 1970."""
    return np.asarray(moments).astype("datetime64[s]").astype(np.float64)


def day_of(second: float) -> str:
    """The day of a second since 1970."""
    return str(np.datetime64(int(second), "s").astype("datetime64[D]"))

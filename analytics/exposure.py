"""How much could have gone wrong: what rates of incidents are divided by."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer, Example, Method
from analytics.calendar import Datetimes
from analytics.clocks import Floats
from analytics.frames import History
from analytics.recorded import records_begin
from analytics.selection import UNKNOWN, Mask, Scope, View
from analytics.statistics.rates import RATE, rate
from analytics.units import DAY

# How many deploys or requests fall into a span, from amounts that each are of some days?
#
# An amount that lies partly in the span counts by its part. Where no amount is loaded for some day
# of the span, or two of one owner are, there is none for the span and the reason names the days:
# what is missing is not zero, days never take its place, and nobody can tell which of two rows is
# right.

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

    def between(self, starts: Datetimes, ends: Datetimes) -> Floats:
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


def seconds_of(moments: Datetimes | Iterable[np.datetime64]) -> Floats:
    """Moments in seconds since 1970."""
    return np.asarray(moments).astype("datetime64[s]").astype(np.float64)


def day_of(second: float) -> str:
    """The day of a second since 1970."""
    return str(np.datetime64(int(second), "s").astype("datetime64[D]"))


# Per what is a rate expressed: 30 days, 1,000 deploys, a million requests?
#
# A rate is only as good as what it is divided by. Days are always known; each unit that the reader
# loaded is another choice, and a rate always says which was taken.

#: Sizes that a rate may be per. By thousands, because people have words for those.
SIZES = (1.0, 1e3, 1e6, 1e9, 1e12)


@dataclass(frozen=True, slots=True)
class Per:
    """What a rate is per: ``size`` of ``unit``, such as 30 days or 1,000 deploys."""

    unit: str
    size: float


#: Always possible: a month of every length, and a number that people can picture.
PER_30_DAYS = Per(DAYS, 30.0)


def choices(history: History) -> tuple[Per, ...]:
    """What rates can be per: 30 days, and a round number of each unit that is loaded.

    The number is the same whatever the filters, so that figures of two pages can be compared: the
    smallest for which all records together have an incident or more.
    """
    loaded = history.exposure
    names = sorted(set(loaded["unit"].dropna()) - {DAYS})
    return (PER_30_DAYS, *(Per(name, _size(history, name)) for name in names))


def opened(view: View) -> dt.datetime:
    """The first moment of which records in a scope are kept: before it, none is not zero."""
    return dt.datetime.combine(records_begin(view.history, teams=view.scope.teams), dt.time())


def rate_per(count: int, amount: Answer, per: Per, *, dispersion: float = 1.0) -> Answer:
    """Incidents per :class:`Per` with the exact interval, or why there is no rate.

    Args:
        count: incidents.
        amount: the exposure of the same span, in the unit of ``per``.
        per: what the rate is per.
        dispersion: as in :func:`analytics.statistics.rates.rate`.
    """
    if not amount.estimate:
        reason = amount.reason or f"there were no {per.unit}, so there is no rate"
        return Answer(None, n=count, unit=f"per {per.unit}", method=RATE, reason=reason)
    said = f"{per.size:,.0f} {per.unit}"
    return rate(count, amount.estimate / per.size, per=said, dispersion=dispersion)


def _size(history: History, unit: str) -> float:
    rows = history.exposure[history.exposure["unit"] == unit]
    of_all = rows[rows["team"].isna() & rows["service"].isna()]
    amount = float((of_all if len(of_all) else rows)["amount"].sum())
    when = history.incidents["period_at"].to_numpy()
    inside = (when >= rows["start"].min().to_numpy()) & (when < rows["end"].max().to_numpy())
    if not inside.any():
        return SIZES[0]
    return next((size for size in SIZES if inside.sum() * size >= amount), SIZES[-1])


# Whose deploys or requests count for a team, a service or all of them together?
#
# An amount is of the team and the service that its row names, and of all where it names none. What
# would leave somebody's amount out is not added up, and the reason says what is missing.

LABELS = ("team", "service")
#: In place of the code of a name: of a row that names none, and of a name that no row has.
OF_ALL, NOBODY = -1, -2


@dataclass(frozen=True, slots=True)
class LoadedUnit:
    """What is loaded of one unit.

    Attributes:
        n: amounts; of_all: those of all teams and services.
        teams, services: how many are named.
        start, end: first day, and the day after the last.
    """

    unit: str
    n: int
    of_all: int
    teams: int
    services: int
    start: dt.datetime
    end: dt.datetime


def loaded_units(history: History) -> tuple[LoadedUnit, ...]:
    """Every unit that exposure is loaded of, in alphabetical order."""
    return tuple(
        LoadedUnit(
            unit=str(unit),
            n=len(rows),
            of_all=int((rows["team"].isna() & rows["service"].isna()).sum()),
            teams=rows["team"].nunique(),
            services=rows["service"].nunique(),
            start=rows["start"].min().to_pydatetime(),
            end=rows["end"].max().to_pydatetime(),
        )
        for unit, rows in history.exposure.groupby("unit", observed=True)
    )


def known_days(history: History, unit: str) -> tuple[dt.datetime, dt.datetime] | None:
    """From the first to after the last day that any amount of ``unit`` is of; None for days."""
    rows = history.exposure[history.exposure["unit"] == unit]
    if unit == DAYS or rows.empty:
        return None
    return rows["start"].min().to_pydatetime(), rows["end"].max().to_pydatetime()


@dataclass(frozen=True)
class _Loaded:
    """The rows of one unit as arrays; teams and services as codes, :data:`OF_ALL` where missing."""

    codes: dict[str, npt.NDArray[np.integer]]
    names: dict[str, list[str]]
    starts: Floats
    ends: Floats
    amounts: Floats

    @classmethod
    def of(cls, history: History, unit: str) -> Self:
        rows = history.exposure[history.exposure["unit"] == unit]
        return cls(
            codes={label: rows[label].cat.codes.to_numpy() for label in LABELS},
            names={label: rows[label].cat.categories.astype(str).tolist() for label in LABELS},
            starts=seconds_of(rows["start"].to_numpy()),
            ends=seconds_of(rows["end"].to_numpy()),
            amounts=rows["amount"].to_numpy(),
        )

    def has(self, label: str, name: str | None) -> Mask:
        """Which rows name this team or service; None asks for those that name none."""
        names = self.names[label]
        code = OF_ALL if name is None else names.index(name) if name in names else NOBODY
        found: Mask = self.codes[label] == code
        return found

    def named(self, label: str, rows: Mask) -> list[str]:
        """The teams or services that some rows name, in alphabetical order."""
        found = np.unique(self.codes[label][rows])
        return [self.names[label][code] for code in found if code != OF_ALL]

    def strip(self, rows: Mask, of: str = "") -> Strip:
        """The amounts in some rows along time."""
        amounts = (self.starts[rows], self.ends[rows], self.amounts[rows])
        return Strip.of_amounts(*amounts, of=f" of {of}" if of else "")


def meter(history: History, unit: str, scope: Scope) -> Meter:
    """What counts ``unit`` for the teams and services of ``scope``; its period does not matter."""
    return meters(history, unit, (scope,))[0]


def meters(history: History, unit: str, scopes: Iterable[Scope]) -> list[Meter]:
    """What counts ``unit`` for each of some scopes.

    An amount is of the team and the service that its row names, and of all where it names none. A
    service's amount is the service's whoever owns it. Where a team has none of its own, those of
    its services are added up; where there is none of all, those of all teams are, or of all
    services, but only if each that the records name has one.
    """
    if unit == DAYS:
        return [Meter(DAYS) for _ in scopes]
    loaded = _Loaded.of(history, unit)
    return [_meter(loaded, history, unit, scope) for scope in scopes]


def _meter(loaded: _Loaded, history: History, unit: str, scope: Scope) -> Meter:
    if UNKNOWN in (*scope.teams, *scope.services):
        return Meter(unit, reason=f"incidents of no known owner have no {unit} of their own")
    teams = _owners(scope.teams, scope.without.teams)
    services = _owners(scope.services, scope.without.services)
    if not (teams and services):
        return Meter(
            unit, reason=f"whose {unit} are left out with some teams or services is unsaid"
        )
    strips: list[Strip] = []
    for team, service in product(teams, services):
        found = _strips(loaded, history, team, service)
        if not found:
            whose = " and ".join(name for name in (team, service) if name)
            reason = f"no {unit} of {whose} are loaded" if whose else _no_total(unit)
            return Meter(unit, reason=reason)
        strips += found
    return Meter(unit, tuple(strips))


def _owners(named: tuple[str, ...], left_out: tuple[str, ...]) -> tuple[str | None, ...]:
    """Those named and not left out, None for all; nobody where all but some are asked for."""
    if not left_out:
        return named or (None,)
    return tuple(name for name in named if name not in left_out)


def _strips(
    loaded: _Loaded, history: History, team: str | None, service: str | None
) -> list[Strip]:
    """Whose amounts together are those of a team, a service, or all; none where they are not."""
    of_team, of_service = loaded.has("team", team), loaded.has("service", service)
    if service is not None:
        own = (of_team & of_service, loaded.has("team", None) & of_service, of_service)
        return [loaded.strip(rows, service) for rows in own if rows.any()][:1]
    if (of_team & of_service).any():
        return [loaded.strip(of_team & of_service, team or "")]
    if team is not None:
        parts = loaded.named("service", of_team)
        return [loaded.strip(of_team & loaded.has("service", name), name) for name in parts]
    everything = np.ones(len(of_team), dtype=bool)
    for label, named in (("team", history.incidents), ("service", history.services)):
        known = loaded.named(label, everything)
        if known and set(named[label].cat.categories) - {UNKNOWN} <= set(known):
            pairs = [(name, None) if label == "team" else (None, name) for name in known]
            return [strip for pair in pairs for strip in _strips(loaded, history, *pair)]
    return []


def _no_total(unit: str) -> str:
    return f"no {unit} of all are loaded, nor of each team or each service"

"""Whose deploys or requests count for a team, a service or all of them together?

An amount is of the team and the service that its row names, and of all where it names none. What
would leave somebody's amount out is not added up, and the reason says what is missing.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Self

import numpy as np
import numpy.typing as npt

from analytics.clocks import Floats
from analytics.exposure.amounts import DAYS, Meter, Strip, seconds_of
from analytics.frames import History
from analytics.selection import UNKNOWN, Mask, Scope

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

"""Which service, team, cause and detection each record names.

A cause is a mechanism acting on one object of one service on one cluster. Incidents of a family
share all four (now and then the neighbouring service notices first); others share some words.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import yaml

from data.company.events import (
    DAY,
    DETECTED,
    MEAN_DAYS_TO_GIVEN_UP,
    PUBLISHED,
    STRENGTHS,
    UNKNOWN,
    Codes,
    Flags,
    Floats,
    Integers,
    Log,
    Setting,
    Stream,
)
from data.record import DetectionSource

PHRASES = Path(__file__).with_name("phrases.yaml")
SOURCES = get_args(DetectionSource)
#: In the order of :data:`SOURCES`.
SOURCE_SHARES = (0.5, 0.1, 0.12, 0.15, 0.04, 0.03, 0.03, 0.03)
#: Some services carry more and change more: the weight of the k-th is 1 / (k + 5).
SERVICE_FLATNESS = 5
OTHER_SERVICE_SHARE = 0.15
SECOND_SERVICE_SHARE = 0.2
UNKNOWN_CAUSE_SHARE = 0.06
MISSING_CAUSE_SHARE = 0.04
MISSING_TEAM_SHARE = 0.03
USERS_KNOWN_SHARE = 0.7
COST_KNOWN_SHARE = 0.4
#: Median users hit and median cost in euros, by severity rank 1 to 4.
USERS_MEDIAN = np.array([20_000.0, 4_000.0, 600.0, 60.0])
COST_MEDIAN = np.array([40_000.0, 6_000.0, 900.0, 100.0])
SIZE_SIGMA = 1.4
#: Chance of one and of two further contributing factors beside the mechanism's first.
FACTOR_SHARES = (0.75, 0.4)


@dataclass(frozen=True)
class Labels:
    """One row for each record; codes point into :func:`phrases`, ``UNKNOWN`` where not recorded.

    Attributes:
        mechanism: what really was the cause, whether or not the record says so.
        object_code: which object it acted on; ``cluster``: where that runs.
        service: where it showed; ``second_service`` where it showed as well.
        team: who owns that service.
        cause_category: position in :attr:`Book.categories`.
        trigger: position in :attr:`Book.triggers`.
        factors: up to three positions in :attr:`Book.factors`.
        source: position in :data:`SOURCES`.
        users: NaN where unknown; so is ``cost``, in euros.
    """

    mechanism: Integers
    object_code: Integers
    cluster: Integers
    service: Integers
    second_service: Integers
    team: Integers
    cause_category: Integers
    trigger: Integers
    factors: Integers
    source: Codes
    users: Floats
    cost: Floats


@dataclass(frozen=True)
class Book:
    """The phrase book with its labels numbered."""

    phrases: dict[str, Any]
    categories: tuple[str, ...]
    triggers: tuple[str, ...]
    factors: tuple[str, ...]

    @property
    def mechanisms(self) -> list[dict[str, Any]]:
        """The ways in which systems break."""
        found: list[dict[str, Any]] = self.phrases["mechanisms"]
        return found

    @property
    def objects(self) -> int:
        """How many different objects can be named."""
        return len(self.phrases["object_first"]) * len(self.phrases["object_second"])

    @property
    def clusters(self) -> int:
        """How many different clusters can be named."""
        return len(self.phrases["syllables"]) ** 3


@lru_cache(maxsize=1)
def book() -> Book:
    """The shipped phrase book."""
    phrases = yaml.safe_load(PHRASES.read_text(encoding="utf-8"))
    found = sorted({mechanism["cause"] for mechanism in phrases["mechanisms"]})
    return Book(
        phrases=phrases,
        categories=(*found, "unknown"),
        triggers=tuple(phrases["triggers"]),
        factors=tuple(phrases["grow"]),
    )


def put(setting: Setting, log: Log) -> Labels:
    """The labels of every record in ``log``."""
    rng = setting.rng(Stream.LABELS)
    n, phrases = len(log), book().phrases
    causes = _causes(rng, int(log.cause.max()) + 1)
    mechanism, object_code, cluster, home = (column[log.cause] for column in causes)
    services = len(phrases["services"])
    service = np.where(rng.random(n) < OTHER_SERVICE_SHARE, (home + 1) % services, home)
    second = np.where(rng.random(n) < SECOND_SERVICE_SHARE, (service + 7) % services, UNKNOWN)
    team = np.where(rng.random(n) < MISSING_TEAM_SHARE, UNKNOWN, service // 2)
    source = rng.choice(len(SOURCES), size=n, p=SOURCE_SHARES).astype(np.int8)
    source[log.offsets[:, DETECTED] < 0] = 0  # only monitoring sees trouble before users do
    size = np.exp(SIZE_SIGMA * rng.standard_normal((n, 2)))
    known = rng.random((n, 2)) < (USERS_KNOWN_SHARE, COST_KNOWN_SHARE)
    known &= (log.kind == 0)[:, None]
    return Labels(
        mechanism=mechanism,
        object_code=object_code,
        cluster=cluster,
        service=service,
        second_service=second,
        team=team,
        cause_category=_categories(rng, mechanism, log),
        trigger=_triggers(rng, mechanism, log),
        factors=_factors(rng, mechanism, log),
        source=source,
        users=np.where(known[:, 0], np.round(USERS_MEDIAN[log.rank - 1] * size[:, 0]), np.nan),
        cost=np.where(known[:, 1], np.round(COST_MEDIAN[log.rank - 1] * size[:, 1], -1), np.nan),
    )


def _causes(rng: np.random.Generator, n: int) -> tuple[Integers, Integers, Integers, Integers]:
    """Mechanism, object, cluster and home service of each cause."""
    weight = 1.0 / (SERVICE_FLATNESS + np.arange(len(book().phrases["services"])))
    mechanism = rng.integers(0, len(book().mechanisms), n)
    object_code = rng.integers(0, book().objects, n)
    cluster = rng.integers(0, book().clusters, n)
    home = rng.choice(len(weight), size=n, p=weight / weight.sum())
    return mechanism, object_code, cluster, home


def _categories(rng: np.random.Generator, mechanism: Integers, log: Log) -> Integers:
    categories = book().categories
    of_mechanism = np.array([categories.index(m["cause"]) for m in book().mechanisms])
    chance = rng.random(len(log))
    unknown = chance < UNKNOWN_CAUSE_SHARE
    missing = (chance > 1 - MISSING_CAUSE_SHARE) | (log.kind != 0)
    said = np.where(unknown, categories.index("unknown"), of_mechanism[mechanism])
    return np.where(missing, UNKNOWN, said)


def _triggers(rng: np.random.Generator, mechanism: Integers, log: Log) -> Integers:
    triggers = book().triggers
    first = np.array([triggers.index(m["triggers"][0]) for m in book().mechanisms])
    last = np.array([triggers.index(m["triggers"][-1]) for m in book().mechanisms])
    said = np.where(rng.random(len(log)) < 0.6, first[mechanism], last[mechanism])
    missing = (rng.random(len(log)) < MISSING_CAUSE_SHARE) | (log.kind != 0)
    return np.where(missing, UNKNOWN, said)


def _factors(rng: np.random.Generator, mechanism: Integers, log: Log) -> Integers:
    factors = book().factors
    usual = np.array([[factors.index(f) for f in m["factors"]] for m in book().mechanisms])
    chosen = usual[mechanism]
    more, most = FACTOR_SHARES
    chance = rng.random(len(log))
    chosen[chance > more, 1] = UNKNOWN
    chosen[chance > most, 2] = UNKNOWN
    chosen[log.kind != 0] = UNKNOWN
    return chosen


# Every action that the company promised, and what its records say of it.
#
# The preventive ones come with the events. The others are drawn here: how many, who owns them,
# when they were due, how often that date slipped, and when they ended. The last step is how
# records are kept: a few ended without a date, a few have no status.

KINDS = ("prevent", "detect", "mitigate", "process", "documentation")
OTHER_KIND_SHARES = (0.35, 0.25, 0.2, 0.2)
STATUSES = ("open", "in_progress", "done", "wont_do")
OPEN_STATES = (0, 1)
#: Beside preventive ones: mean number of actions of a post-mortem.
OTHERS_MEAN = 1.6
#: Mean days to done of actions that prevent nothing, if they could not be given up.
OTHER_MEAN_DAYS_TO_DONE = 90.0
#: Days until due, by severity rank 1 to 4.
DUE_DAYS = np.array([15, 30, 60, 90])
MISSING_DUE_SHARE = 0.12
SLIPPED_SHARE = 0.25
SLIP_DAYS = np.array([14, 30, 60])
OTHER_OWNER_SHARE, MISSING_OWNER_SHARE = 0.1, 0.05
IN_PROGRESS_SHARE = 0.4
MISSING_STATUS_SHARE = 0.02
UNDATED_DONE_SHARE, UNDATED_GIVEN_UP_SHARE = 0.04, 0.1


@dataclass(frozen=True)
class Actions:
    """One row for each action, in the order of incidents; days count from 1970.

    Attributes:
        incident: row of the incident.
        kind: position in :data:`KINDS`; ``strength`` in :data:`data.company.events.STRENGTHS`.
        rank: severity of the incident, which is the priority of the action.
        owner: position of the team, ``UNKNOWN`` where nobody is named.
        status: position in :data:`STATUSES`, ``UNKNOWN`` where the record does not say.
        recorded_completed_on: as the record has it, ``UNKNOWN`` where open or without a date.
    """

    incident: Integers
    kind: Codes
    strength: Codes
    rank: Codes
    owner: Integers
    status: Codes
    created_on: Integers
    first_due_on: Integers
    due_on: Integers
    recorded_completed_on: Integers

    def __len__(self) -> int:
        return len(self.incident)

    @property
    def is_preventive(self) -> Flags:
        """Which of them should keep the cause from striking again."""
        return np.asarray(self.kind == 0)

    def of_incidents(self, begin: int, stop: int) -> "Actions":
        """The actions of the incidents in rows ``begin`` to ``stop`` (without the latter)."""
        low, high = np.searchsorted(self.incident, [begin, stop])
        return Actions(**{f.name: getattr(self, f.name)[low:high] for f in fields(self)})


def promise(setting: Setting, log: Log, labels: Labels) -> Actions:
    """All actions that had been agreed on by the end of the history."""
    rng = setting.rng(Stream.ACTIONS)
    today = setting.end_second // DAY
    incident, kind, created_on, ended_on, done = _drawn(rng, log)
    known = created_on < today
    incident, kind, created_on = incident[known], kind[known], created_on[known]
    ended_on, done = ended_on[known], done[known]
    n, rank = len(incident), log.rank[incident]
    strength = np.where(
        kind == 0,
        log.prevention.strength[incident],
        rng.choice(len(STRENGTHS), size=n, p=(0.05, 0.4, 0.55)),
    )
    status, completed_on = _recorded(rng, ended_on, done, today=today)
    due, moved = _due(rng, created_on, rank, ended_on)
    return Actions(
        incident=incident,
        kind=kind,
        strength=strength.astype(np.int8),
        rank=rank,
        owner=_owners(rng, labels.service[incident] // 2),
        status=status,
        created_on=created_on,
        first_due_on=due,
        due_on=moved,
        recorded_completed_on=completed_on,
    )


def _drawn(rng: np.random.Generator, log: Log) -> tuple[Integers, Codes, Integers, Integers, Flags]:
    written = ~np.isnan(log.offsets[:, PUBLISHED])
    fixes = np.flatnonzero(log.prevention.planned)
    others = np.repeat(
        np.arange(len(log)), np.where(written, rng.poisson(OTHERS_MEAN, len(log)), 0)
    )
    m = len(others)
    published = log.start[others] + log.offsets[others, PUBLISHED].astype(np.int64)
    finish, give_up = 1 / OTHER_MEAN_DAYS_TO_DONE, 1 / MEAN_DAYS_TO_GIVEN_UP
    days = np.ceil(rng.exponential(1.0, m) / (finish + give_up)).astype(np.int64)
    kind = 1 + rng.choice(4, size=m, p=OTHER_KIND_SHARES)
    incident = np.concatenate([fixes, others])
    order = np.argsort(incident, kind="stable")
    prevention = log.prevention.take(fixes)
    return (
        incident[order],
        np.concatenate([np.zeros(len(fixes), np.int64), kind])[order].astype(np.int8),
        np.concatenate([prevention.created_on, published // DAY])[order],
        np.concatenate([prevention.ended_on, published // DAY + days])[order],
        np.concatenate([prevention.done, rng.random(m) < finish / (finish + give_up)])[order],
    )


def _recorded(
    rng: np.random.Generator, ended_on: Integers, done: Flags, *, today: int
) -> tuple[Codes, Integers]:
    """Status and date of the end as people keep them."""
    n = len(ended_on)
    over = ended_on < today
    begun = rng.random(n) < IN_PROGRESS_SHARE
    status = np.where(over, np.where(done, 2, 3), np.where(begun, 1, 0)).astype(np.int8)
    undated = rng.random(n) < np.where(done, UNDATED_DONE_SHARE, UNDATED_GIVEN_UP_SHARE)
    status_missing = rng.random(n) < MISSING_STATUS_SHARE
    status[status_missing] = UNKNOWN
    return status, np.where(over & ~undated & ~status_missing, ended_on, UNKNOWN)


def _due(
    rng: np.random.Generator, created_on: Integers, rank: Codes, ended_on: Integers
) -> tuple[Integers, Integers]:
    """The first date promised, and the one promised now: later where it slipped."""
    n = len(created_on)
    first = created_on + DUE_DAYS[rank - 1]
    slipped = (rng.random(n) < SLIPPED_SHARE) & (ended_on > first - 7)
    now = first + np.where(slipped, rng.choice(SLIP_DAYS, n), 0)
    missing = rng.random(n) < MISSING_DUE_SHARE
    return np.where(missing, UNKNOWN, first), np.where(missing, UNKNOWN, now)


def _owners(rng: np.random.Generator, team: Integers) -> Integers:
    n, teams = len(team), len(book().phrases["teams"])
    chance = rng.random(n)
    other = np.where(chance < OTHER_OWNER_SHARE, rng.integers(0, teams, n), team)
    return np.where(chance > 1 - MISSING_OWNER_SHARE, UNKNOWN, other)


# What the company did in each month: the deploys of every service, and its requests in all.
#
# Services with more incidents deploy more, so a rate per day tells them apart and a rate per
# deploy hardly does: the difference that exposure is there to show.

EXPOSURE_COLUMNS = ("unit", "start", "end", "team", "service", "amount")
#: One deploy in so many ends in an incident.
DEPLOYS_AN_INCIDENT = 30
#: Requests between two incidents, and how much a month differs from the next.
REQUESTS_AN_INCIDENT, MONTHS_DIFFER = 4e6, 0.1

Row = tuple[str, dt.date, dt.date, str | None, str | None, float]


def exposure_rows(setting: Setting) -> Iterator[Row]:
    """Amounts in :data:`COLUMNS`, month by month until the end of the history."""
    rng = setting.rng(Stream.EXPOSURE)
    teams, services = book().phrases["teams"], book().phrases["services"]
    weight = 1.0 / (SERVICE_FLATNESS + np.arange(len(services)))
    edges = _months(setting)
    incidents = setting.incidents * _days(edges) / _days(edges).sum()
    deploys = rng.poisson(DEPLOYS_AN_INCIDENT * np.outer(incidents, weight / weight.sum()))
    requests = REQUESTS_AN_INCIDENT * incidents * rng.lognormal(0.0, MONTHS_DIFFER, len(incidents))
    for month, (start, end) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        for place, service in enumerate(services):
            amount = float(deploys[month, place])
            yield "deploys", start, end, teams[place // 2], service, amount
        yield "requests", start, end, None, None, round(float(requests[month]), -3)


def _months(setting: Setting) -> npt.NDArray[np.datetime64]:
    """The first day of the history, of each month in it, and the day after its last."""
    first, last = (
        np.datetime64(second, "s").astype("datetime64[D]")
        for second in (setting.start_second, setting.end_second)
    )
    months = np.arange(first.astype("datetime64[M]") + 1, last.astype("datetime64[M]") + 1)
    inside = months.astype("datetime64[D]")
    return np.unique(np.concatenate([[first], inside, [max(last, first + 1)]]))


def _days(edges: npt.NDArray[np.datetime64]) -> Floats:
    return np.diff(edges).astype(np.float64)

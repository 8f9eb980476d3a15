"""Which service, team, cause and detection each record names.

A cause is a mechanism acting on one object of one service on one cluster. Incidents of a family
share all four (now and then the neighbouring service notices first); others share some words.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import yaml

from data.company.clocks import DETECTED
from data.company.log import Log
from data.company.setting import UNKNOWN, Codes, Floats, Integers, Setting, Stream
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

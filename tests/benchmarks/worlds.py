"""Companies whose truth is known: in some nothing ever changes, in others exactly one thing does.

Three years of incidents from a seed, written straight into the tables that statistics ask. Counts
are clustered by month for all severities at once, as bad months are; durations are log-normal;
promised actions are done at a constant hazard; repeats have the cause of what they repeat.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.calendar import Period, add_months, quarter
from analytics.frames import History

#: The period under review is the last quarter of three years that end at ``AS_OF``.
AS_OF = dt.datetime(2027, 1, 1)
MONTHS, PERIOD_MONTHS = 36, 3
PERIOD: Period = quarter(dt.date(2026, 10, 1))
DAY = 86_400

SEVERITIES = ("SEV1", "SEV2", "SEV3", "SEV4")
SHARES = np.array([0.06, 0.20, 0.44, 0.30])
#: Typical logs of seconds to mitigate by severity, the worst first.
TYPICAL = np.log([2400.0, 3600.0, 5400.0, 9000.0])
#: Spread of log durations found in public incident data, of all severities together; what their
#: typical values differ by is part of it.
SIGMA = 1.25
WITHIN = float(np.sqrt(SIGMA**2 - np.average((TYPICAL - SHARES @ TYPICAL) ** 2, weights=SHARES)))
CAUSES, TEAMS = 12, 15
SOURCES, SOURCE_SHARES = ("monitoring", "employee", "customer"), (0.6, 0.15, 0.25)
UNKNOWN_SHARE, REPEAT_SHARE = 0.12, 0.20
#: Actions an incident, and the mean days until one is done or given up.
ACTIONS_EACH, DONE_DAYS, GIVEN_UP_DAYS = 1.5, 50.0, 300.0

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """What a company is made from.

    Attributes:
        means: expected incidents of each severity (columns) in each month (rows).
        dispersion: variance over mean of a month's incidents, 1 for Poisson counts.
        duration_factor: what durations in the period under review are multiplied by.
        quarterly: exact number of incidents of every quarter, None to let it vary.
        unmitigated: share of incidents without a time of mitigation.
    """

    means: Floats
    dispersion: float
    duration_factor: float = 1.0
    quarterly: int | None = None
    unmitigated: float = 0.08


def null_world(rng: np.random.Generator) -> World:
    """A company in which nothing changes: 5 to 60 incidents a month, clustered up to threefold."""
    size = float(np.exp(rng.uniform(np.log(5.0), np.log(60.0))))
    return World(np.tile(size * SHARES, (MONTHS, 1)), dispersion=float(rng.uniform(1.0, 3.0)))


def halved_world(rng: np.random.Generator) -> World:
    """100 durations every quarter; in the last one each is half as long."""
    means = np.tile(SHARES * 100.0 / PERIOD_MONTHS, (MONTHS, 1))
    return World(means, dispersion=1.0, duration_factor=0.5, quarterly=100, unmitigated=0.0)


def doubled_world(rng: np.random.Generator, *, dispersion: float = 1.0) -> World:
    """30 SEV2 a quarter, 60 expected in the last one; the other severities stay as they are."""
    means = np.tile(np.array([6.0, 30.0, 44.0, 30.0]) / PERIOD_MONTHS, (MONTHS, 1))
    means[-PERIOD_MONTHS:, 1] *= 2.0
    return World(means, dispersion=dispersion)


def build(world: World, rng: np.random.Generator) -> History:
    """The records of a company."""
    month, severity = _happen(world, rng)
    began = _times(month, rng)
    order = np.argsort(began, kind="stable")
    month, severity, began = month[order], severity[order], began[order]
    n = len(began)
    factor = np.where(month >= MONTHS - PERIOD_MONTHS, world.duration_factor, 1.0)
    mitigated = np.exp(rng.normal(TYPICAL[severity], WITHIN)) * factor
    resolved = mitigated * rng.uniform(1.05, 2.0, n)
    cause = rng.choice(CAUSES, n, p=rng.dirichlet(np.full(CAUSES, 2.0)))
    ends = began + resolved.astype(np.int64)
    unmitigated = rng.random(n) < world.unmitigated
    later = moments(ends)
    incidents = pd.DataFrame(
        {
            "kind": labels(("incident",), np.zeros(n, np.int64)),
            "status": labels(("open", "resolved"), (ends <= seconds(AS_OF)).astype(np.int64)),
            "severity": labels(SEVERITIES, severity),
            "severity_rank": (severity + 1).astype(np.float32),
            "team": labels([f"team {k}" for k in range(TEAMS)], rng.integers(0, TEAMS, n)),
            "detection_source": labels(SOURCES, rng.choice(len(SOURCES), n, p=SOURCE_SHARES)),
            "root_cause_category": labels(
                [f"cause {k}" for k in range(CAUSES)],
                np.where(rng.random(n) < UNKNOWN_SHARE, -1, cause),
            ),
            "impact_started_at": moments(began),
            "mitigated_at": np.where(
                unmitigated, np.datetime64("NaT", "s"), moments(began + mitigated.astype(np.int64))
            ),
            "resolved_at": np.where(ends <= seconds(AS_OF), later, np.datetime64("NaT", "s")),
        }
    )
    return History.of(
        incidents, actions=_actions(ends, rng), links=repeat_links(began, ends, cause, rng)
    )


def _happen(world: World, rng: np.random.Generator) -> tuple[Whole, Whole]:
    """The month and severity of each incident."""
    if world.quarterly is not None:
        quarters = MONTHS // PERIOD_MONTHS
        months = rng.integers(0, PERIOD_MONTHS, (quarters, world.quarterly))
        month = (months + PERIOD_MONTHS * np.arange(quarters)[:, None]).ravel()
        share = world.means[0] / world.means[0].sum()
        return month, rng.choice(len(share), len(month), p=share)
    counts = rng.poisson(_clustered(world, rng))
    place = np.repeat(np.arange(counts.size), counts.ravel())
    return place // counts.shape[1], place % counts.shape[1]


def _clustered(world: World, rng: np.random.Generator) -> Floats:
    """Means that share one gamma factor a month: counts are then negative-binomial."""
    if world.dispersion == 1.0:
        return world.means
    usual = float(world.means.sum(axis=1)[0])
    shape = usual / (world.dispersion - 1.0)
    return world.means * rng.gamma(shape, 1.0 / shape, (len(world.means), 1))


def _times(month: Whole, rng: np.random.Generator) -> Whole:
    """A moment in each month, in seconds since 1970."""
    begins = month_edges()
    length = np.diff(begins)[month]
    return begins[month] + (rng.random(len(month)) * length).astype(np.int64)


def month_edges() -> Whole:
    """The first second of each month, and of the one after the last."""
    first = AS_OF.date().replace(day=1)
    return np.array([seconds(add_months(first, k - MONTHS)) for k in range(MONTHS + 1)])


def _actions(ends: Whole, rng: np.random.Generator) -> pd.DataFrame:
    incident = np.repeat(np.arange(len(ends)), rng.poisson(ACTIONS_EACH, len(ends)))
    n = len(incident)
    created = ends[incident] // DAY + rng.integers(1, 6, n)
    done, given_up = rng.exponential(DONE_DAYS, n), rng.exponential(GIVEN_UP_DAYS, n)
    ended = created + np.minimum(done, given_up).astype(np.int64)
    today = seconds(AS_OF) // DAY
    over, known = ended <= today, created <= today
    state = np.where(over, np.where(done < given_up, 1, 2), 0)
    frame = pd.DataFrame(
        {
            "incident": incident.astype(np.int32),
            "kind": labels(("prevent", "detect"), rng.integers(0, 2, n)),
            "status": labels(("open", "done", "wont_do"), state),
            "created_on": moments(created * DAY),
            "completed_on": np.where(over, moments(ended * DAY), np.datetime64("NaT", "s")),
        }
    )
    return frame[known]


def repeat_links(began: Whole, ends: Whole, cause: Whole, rng: np.random.Generator) -> pd.DataFrame:
    """A constant share of incidents repeats one that was over for more than a day."""
    later = np.flatnonzero(rng.random(len(began)) < REPEAT_SHARE)
    pairs = []
    for row in later:
        past = np.flatnonzero((cause[:row] == cause[row]) & (ends[:row] < began[row] - 2 * DAY))
        if len(past):
            pairs.append((row, rng.choice(past)))
    table = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    same = np.zeros(len(table), np.int64)
    return pd.DataFrame(
        {
            "later": table[:, 0],
            "earlier": table[:, 1],
            "relation": labels(("repeat",), same),
            "origin": labels(("record",), same),
        }
    )


def labels(names: Any, codes: Whole) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(names)))


def moments(seconds: Whole) -> npt.NDArray[np.datetime64]:
    return seconds.astype("datetime64[s]")


def seconds(day: dt.date) -> int:
    return int(np.datetime64(day, "s").astype(np.int64))

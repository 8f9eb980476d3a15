"""Companies as rough as real ones: in most nothing changes, though much looks as if it did.

Each kind bends one assumption that statistics like to make: counts follow a season or wander,
incidents come in storms of one cause, teams join, labels change their meaning, records arrive late,
times go missing, actions of one post-mortem share their fate. Others change one thing truly: a time
or a rate that drifts, a tail that grows, a cause that strikes three times as often.

Three years of incidents from a seed, as in :mod:`tests.benchmarks.worlds`, whose simple companies
stay as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analytics.frames import History
from tests.benchmarks.worlds import (
    ACTIONS_EACH,
    AS_OF,
    CAUSES,
    DAY,
    DONE_DAYS,
    GIVEN_UP_DAYS,
    MONTHS,
    PERIOD_MONTHS,
    SEVERITIES,
    SHARES,
    SOURCE_SHARES,
    SOURCES,
    TYPICAL,
    UNKNOWN_SHARE,
    WITHIN,
    Floats,
    Whole,
    labels,
    moments,
    month_edges,
    repeat_links,
    seconds,
)

QUARTER = slice(MONTHS - PERIOD_MONTHS, MONTHS)
#: Typical seconds until an incident is detected, and from there until somebody takes it on.
DETECTED, TAKEN_ON, SPREAD = 600.0, 300.0, 1.0
TEAMS = 6
#: Growth a month of what drifts: 3 %, which is 2.9-fold in three years.
DRIFT = 1.03


def _flat(value: float = 1.0) -> Floats:
    return np.full(MONTHS, value)


@dataclass(frozen=True)
class Company:
    """What a rough company is made from; arrays of 36 hold a value a month.

    Attributes:
        size: expected incidents a month.
        rate: what the size is multiplied by.
        dispersion: variance over mean of a month's incidents.
        shares: of the severities.
        duration, detection: what durations and times to detect are multiplied by.
        sigma: spread of log durations within a severity.
        tail: in the last quarter, what the longer half of durations is stretched by: a duration q
            times the median becomes q to this power.
        causes: weights of the causes; the first is the one that may grow.
        growing: what the weight of the first cause is multiplied by in the last quarter, with the
            rate growing accordingly.
        storm: mean incidents of an event beyond the first; 0 for single ones.
        storm_days: within which an event has all its incidents.
        office_hours: whether nights and weekends have a fifth of the incidents.
        joins: months in which teams begin to record, team by team; those not named always did.
        renamed: the month from which all team names are others; None for never.
        relabelled: share of SEV3 called SEV2 in each month.
        scheme: the month from which severities are called and ranked otherwise; None for never.
        lag_days: mean days until an incident is recorded at all.
        open_share: of the last quarter's incidents, how many were recorded before their end.
        missing: share of incidents without times of mitigation and resolution, a month.
        short_ones: the month from which incidents under ten minutes are recorded at all.
        opened: the month in which the records begin.
        shared_fate: whether actions of one post-mortem are done together or not at all.
    """

    size: float
    rate: Floats = field(default_factory=_flat)
    dispersion: float = 1.5
    shares: Floats = field(default_factory=lambda: SHARES)
    duration: Floats = field(default_factory=_flat)
    detection: Floats = field(default_factory=_flat)
    sigma: float = WITHIN
    tail: float = 1.0
    causes: Floats | None = None
    growing: float = 1.0
    storm: float = 0.0
    storm_days: float = 2.0
    office_hours: bool = False
    joins: tuple[int, ...] = ()
    renamed: int | None = None
    relabelled: Floats = field(default_factory=lambda: _flat(0.0))
    scheme: int | None = None
    lag_days: float = 0.0
    open_share: float = 0.0
    missing: Floats = field(default_factory=lambda: _flat(0.08))
    short_ones: int | None = None
    opened: int = 0
    shared_fate: bool = False


Design = Callable[[np.random.Generator], Company]


def _size(rng: np.random.Generator, low: float = 5.0, high: float = 60.0) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _season(rng: np.random.Generator) -> Company:
    months = np.arange(MONTHS) + rng.uniform(0, 12)
    return Company(_size(rng), rate=1.0 + 0.4 * np.sin(2 * np.pi * months / 12))


def _slow(rng: np.random.Generator) -> Company:
    spread, keeps = rng.uniform(0.15, 0.35), rng.uniform(0.8, 0.95)
    level = np.zeros(MONTHS)
    level[0] = spread * rng.normal()
    for month in range(1, MONTHS):
        level[month] = keeps * level[month - 1] + spread * np.sqrt(1 - keeps**2) * rng.normal()
    return Company(_size(rng), rate=np.exp(level))


def _label_drift(rng: np.random.Generator) -> Company:
    begins = int(rng.integers(MONTHS - 15, MONTHS - 2))
    share = np.clip((np.arange(MONTHS) - begins) / 6.0, 0.0, 1.0) * rng.uniform(0.3, 0.7)
    return Company(_size(rng, 15.0), relabelled=share)


def _step(month: int, before: float, after: float) -> Floats:
    return np.where(np.arange(MONTHS) < month, before, after)


#: Companies in which nothing changes.
UNCHANGED: dict[str, Design] = {
    "plain": lambda rng: Company(_size(rng), dispersion=float(rng.uniform(1.0, 3.0))),
    "season": _season,
    "week and office hours": lambda rng: Company(_size(rng), office_hours=True),
    "storms of one cause": lambda rng: Company(
        _size(rng, 3.0, 20.0), storm=float(rng.uniform(1.0, 6.0)), dispersion=1.0
    ),
    "slowly varying rate": _slow,
    "heavy tails": lambda rng: Company(_size(rng), sigma=float(rng.uniform(1.8, 2.6))),
    "few incidents": lambda rng: Company(_size(rng, 0.7, 3.0), dispersion=1.0),
    "teams join": lambda rng: Company(
        _size(rng, 10.0), joins=tuple(int(m) for m in rng.integers(MONTHS - 12, MONTHS - 1, 3))
    ),
    "teams reorganised": lambda rng: Company(_size(rng), renamed=int(rng.integers(24, 35))),
    "labels drift": _label_drift,
    "new scheme": lambda rng: Company(_size(rng, 10.0), scheme=int(rng.integers(24, 35))),
    "recorded late": lambda rng: Company(_size(rng), lag_days=float(rng.uniform(10.0, 40.0))),
    "still open": lambda rng: Company(_size(rng), open_share=float(rng.uniform(0.05, 0.3))),
    "times missing": lambda rng: Company(
        _size(rng), missing=_step(int(rng.integers(24, 35)), 0.05, float(rng.uniform(0.3, 0.7)))
    ),
    "short ones recorded": lambda rng: Company(
        _size(rng, 10.0), short_ones=int(rng.integers(MONTHS - 12, MONTHS - 1))
    ),
    "young records": lambda rng: Company(_size(rng), opened=int(rng.integers(20, 30))),
    "actions share their fate": lambda rng: Company(_size(rng), shared_fate=True),
}

_TREND = DRIFT ** (np.arange(MONTHS) - MONTHS)


def _even(size: float = 25.0, **changes: object) -> Company:
    return replace(Company(size, dispersion=1.3), **changes)  # type: ignore[arg-type]


#: Companies in which one thing truly changed.
CHANGED: dict[str, Design] = {
    "durations grow 3 % a month": lambda _: _even(duration=_TREND),
    "incidents grow 3 % a month": lambda _: _even(rate=_TREND * 1.6),
    "detection takes three times as long": lambda _: _even(detection=_step(33, 1.0, 3.0)),
    # As often as it is recorded: of some incidents the cause is not.
    "one cause strikes 24 times instead of 8": lambda _: _even(
        100.0 / PERIOD_MONTHS / (1.0 - UNKNOWN_SHARE),
        causes=np.array([8.0 / 100.0, *np.full(CAUSES - 1, 92.0 / 1100.0)]),
        growing=3.0,
    ),
    "slow ones grow, typical ones do not": lambda _: _even(33.0, tail=1.8),
    "three quarters more than the year before": lambda _: _even(rate=_step(24, 1.0, 1.74)),
}


def build(company: Company, rng: np.random.Generator) -> History:
    """The records of a company, as they stand at :data:`~tests.benchmarks.worlds.AS_OF`."""
    month, cause, began = _events(company, rng)
    order = np.argsort(began, kind="stable")
    month, cause, began = month[order], cause[order], began[order]
    n = len(began)
    severity = rng.choice(len(company.shares), n, p=company.shares)
    logs = rng.normal(0.0, company.sigma, n)
    stretched = np.where((month >= QUARTER.start) & (logs > 0), company.tail, 1.0)
    lasted = np.exp(TYPICAL[severity] + logs * stretched) * company.duration[month]
    detected = np.exp(rng.normal(np.log(DETECTED), SPREAD, n)) * company.detection[month]
    taken_on = detected + np.exp(rng.normal(np.log(TAKEN_ON), SPREAD, n))
    mitigated = taken_on + lasted
    resolved = mitigated * rng.uniform(1.05, 2.0, n)
    ends = began + resolved.astype(np.int64)
    now = seconds(AS_OF)
    cut = (month >= QUARTER.start) & (rng.random(n) < company.open_share)
    # Caught while it was going on: seen at a moment between its beginning and its end.
    is_open = (ends > now) | cut
    missing = rng.random(n) < company.missing[month]
    hidden = is_open | missing
    team = rng.integers(0, TEAMS, n)
    team_names = [f"team {k}" for k in range(TEAMS)] + [f"group {k}" for k in range(TEAMS)]
    late = company.renamed is not None and month >= company.renamed
    rank = np.where((severity == 2) & (rng.random(n) < company.relabelled[month]), 1, severity)
    names, codes, ranks = _severities(company, rank, month)
    frame = pd.DataFrame(
        {
            "kind": labels(("incident",), np.zeros(n, np.int64)),
            "status": labels(("open", "resolved"), (~is_open).astype(np.int64)),
            "severity": labels(names, codes),
            "severity_rank": ranks.astype(np.float32),
            "team": labels(team_names, team + TEAMS * np.asarray(late, np.int64)),
            "detection_source": labels(SOURCES, rng.choice(len(SOURCES), n, p=SOURCE_SHARES)),
            "root_cause_category": labels(
                [f"cause {k}" for k in range(CAUSES)],
                np.where(rng.random(n) < UNKNOWN_SHARE, -1, cause),
            ),
            "impact_started_at": moments(began),
            "detected_at": moments(began + detected.astype(np.int64)),
            "acknowledged_at": moments(began + taken_on.astype(np.int64)),
            "mitigated_at": _unless(hidden, began + mitigated.astype(np.int64)),
            "resolved_at": _unless(hidden, ends),
        }
    )
    kept = _recorded(company, month, team, began, resolved, rng)
    rows = np.flatnonzero(kept)
    return History.of(
        frame.iloc[rows].reset_index(drop=True),
        actions=_actions(ends[rows], rng, together=company.shared_fate),
        links=repeat_links(began[rows], ends[rows], cause[rows], rng),
    )


def _unless(hidden: np.ndarray, at: Whole) -> np.ndarray:
    return np.where(hidden, np.datetime64("NaT", "s"), moments(at))


def _events(company: Company, rng: np.random.Generator) -> tuple[Whole, Whole, Whole]:
    """Month, cause and beginning of each incident."""
    weights = company.causes if company.causes is not None else rng.dirichlet(np.full(CAUSES, 2.0))
    expected = company.size * company.rate
    if company.dispersion > 1.0:
        shape = company.size / (company.dispersion - 1.0)
        expected = expected * rng.gamma(shape, 1.0 / shape, MONTHS)
    by_cause = np.outer(expected, weights)
    by_cause[QUARTER, 0] *= company.growing
    counts = rng.poisson(by_cause)
    place = np.repeat(np.arange(counts.size), counts.ravel())
    month, cause = place // CAUSES, place % CAUSES
    began = _within_month(month, rng)
    if company.office_hours:
        began = _in_office_hours(began, rng)
    if company.storm:
        more = rng.geometric(1.0 / (1.0 + company.storm), len(month)) - 1
        apart = rng.exponential(company.storm_days * DAY / 3.0, more.sum())
        month = np.concatenate([month, np.repeat(month, more)])
        cause = np.concatenate([cause, np.repeat(cause, more)])
        began = np.concatenate([began, np.repeat(began, more) + apart.astype(np.int64)])
    inside = began < seconds(AS_OF)
    return month[inside], cause[inside], began[inside]


def _within_month(month: Whole, rng: np.random.Generator) -> Whole:
    edges = month_edges()
    return edges[month] + (rng.random(len(month)) * np.diff(edges)[month]).astype(np.int64)


def _in_office_hours(began: Whole, rng: np.random.Generator) -> Whole:
    """Moves four of five incidents of nights and weekends to the working day before."""
    day, hour = began // DAY, (began % DAY) // 3600
    weekend = (day + 3) % 7 >= 5
    moved = (weekend | (hour < 8) | (hour >= 18)) & (rng.random(len(began)) < 0.8)
    workday = day - np.where(weekend, (day + 3) % 7 - 4, 0)
    at_work = workday * DAY + 8 * 3600 + (rng.random(len(began)) * 10 * 3600).astype(np.int64)
    return np.where(moved, at_work, began)


def _severities(
    company: Company, rank: Whole, month: Whole
) -> tuple[tuple[str, ...], Whole, Floats]:
    """Names, their codes and ranks; a new scheme has three levels where the old one had four."""
    if company.scheme is None:
        return SEVERITIES, rank, rank + 1.0
    names = (*SEVERITIES, "critical", "major", "minor")
    new = month >= company.scheme
    other = np.array([0, 0, 1, 2])[rank]
    ranks = np.where(new, np.array([1.0, 2.0, 4.0])[other], rank + 1.0)
    return names, np.where(new, len(SEVERITIES) + other, rank), ranks


def _recorded(
    company: Company,
    month: Whole,
    team: Whole,
    began: Whole,
    lasted: Floats,
    rng: np.random.Generator,
) -> np.ndarray:
    """Which incidents the records hold."""
    kept = month >= company.opened
    for number, joined in enumerate(company.joins):
        kept &= (team != number) | (month >= joined)
    if company.short_ones is not None:
        kept &= (lasted >= 2400.0) | (month >= company.short_ones)
    if company.lag_days:
        written = began + rng.exponential(company.lag_days * DAY, len(began))
        kept &= written <= seconds(AS_OF)
    return kept


def _actions(ends: Whole, rng: np.random.Generator, *, together: bool) -> pd.DataFrame:
    incident = np.repeat(np.arange(len(ends)), rng.poisson(2 * ACTIONS_EACH, len(ends)))
    n = len(incident)
    created = ends[incident] // DAY + rng.integers(1, 6, len(ends))[incident]
    fate = (
        rng.exponential(1.0, (len(ends), 2))[incident] if together else rng.exponential(1, (n, 2))
    )
    done, given_up = fate[:, 0] * DONE_DAYS, fate[:, 1] * GIVEN_UP_DAYS
    ended = created + np.minimum(done, given_up).astype(np.int64)
    today = seconds(AS_OF) // DAY
    over, known = ended <= today, created <= today
    frame = pd.DataFrame(
        {
            "incident": incident.astype(np.int32),
            "kind": labels(("prevent", "detect"), rng.integers(0, 2, n)),
            "status": labels(
                ("open", "done", "wont_do"), np.where(over, np.where(done < given_up, 1, 2), 0)
            ),
            "created_on": moments(created * DAY),
            "completed_on": np.where(over, moments(ended * DAY), np.datetime64("NaT", "s")),
        }
    )
    return frame[known]

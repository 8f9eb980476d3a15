"""The history of the company: incidents of families, incidents of single causes, and the rest."""

import datetime as dt
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from data.record import CLOCK_FIELDS

# What one made-up company is made from, and how its chance is kept reproducible.
#
# Every part draws from its own stream of random numbers, named here. So a change in one part (a
# new phrase, say) leaves the others as they were, and a chunk of texts can be made on its own.

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

DAY = 86_400
YEAR = 365.25 * DAY
#: The history stops here whatever the day it is made on, so one seed always gives the same files.
END = dt.datetime(2026, 7, 1)
#: Everything of this company carries its name; ``.example`` addresses can never be real.
NAME = "Quillhaven"
MARK = "made-up"
#: Positions and days that are unknown.
UNKNOWN = -1


class Stream(IntEnum):
    """The separate sources of chance."""

    EVENTS = 1
    SINGLES = 2
    COPIES = 3
    CLOCKS = 4
    LABELS = 5
    ACTIONS = 6
    DECLARED = 7
    TEXTS = 8
    ACTION_TEXTS = 9
    EXPOSURE = 10


@dataclass(frozen=True, slots=True)
class Setting:
    """The size, the length and the seed of a made-up company.

    Attributes:
        incidents: records to make, drills and duplicates among them.
        years: length of the history that stops at ``end``.
        seed: any number from 0 up.
        end: naive UTC moment at which the company is looked at.
    """

    incidents: int
    years: float
    seed: int
    end: dt.datetime = END

    def __post_init__(self) -> None:
        if self.incidents < 1 or not 0 < self.years <= 50 or self.seed < 0:
            raise ValueError(
                "a made-up company needs at least 1 incident, up to 50 years and a seed from 0 up; "
                f"got {self.incidents}, {self.years} and {self.seed}"
            )

    @property
    def end_second(self) -> int:
        """``end`` in seconds since 1970."""
        return int(self.end.replace(tzinfo=dt.UTC).timestamp())

    @property
    def start_second(self) -> int:
        """The first moment of the history in seconds since 1970."""
        return int(self.end_second - self.years * YEAR)

    def rng(self, stream: Stream, part: int = 0) -> np.random.Generator:
        """The random numbers of ``stream``; ``part`` tells the chunks of one stream apart."""
        return np.random.default_rng([self.seed, stream, part])


# The preventive actions: which incidents lead to one, and when it ends, done or given up.
#
# They are drawn with the events and not with the other actions, because a fix that holds changes
# what happens afterwards. Both ends compete at constant hazards, so the true completion curve is
# known: done by day t = (h / (h + g)) · (1 − exp(−(h + g) · t)) for the hazards h of doing it and
# g of giving it up.

STRENGTHS = ("stronger", "intermediate", "weaker")
STRENGTH_SHARES = (0.25, 0.5, 0.25)
#: The stronger the fix, the longer it takes: mean days to done if it could not be given up.
MEAN_DAYS_TO_DONE = np.array([300.0, 180.0, 90.0])
MEAN_DAYS_TO_GIVEN_UP = 600.0
#: Post-mortems that promise a preventive action: of the first of its cause, of a later one (where
#: people refer to the action that there is already).
FIRST_SHARE = 0.6
LATER_SHARE = 0.3
#: Larger than any day number in a history: turns a pair (owner, day) into one number.
DAYS = 100_000


@dataclass(frozen=True)
class Prevention:
    """One row for each incident; all days count from 1970.

    Attributes:
        planned: whether there is one at all; the other columns mean nothing where not.
        strength: position in :data:`STRENGTHS`.
        created_on: the day of the post-mortem.
        ended_on: the day on which it is done or given up, which may lie after the history.
        done: whether that end is "done".
    """

    planned: Flags
    strength: Codes
    created_on: Integers
    ended_on: Integers
    done: Flags

    def take(self, rows: Integers | Flags) -> Self:
        """These rows."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def clear_of(self, *, owner: Integers, days: Integers) -> Self:
        """Moved by a day where one begins or ends on a day on which its owner has an incident.

        Records know actions to the day only: on the same day nobody could tell which was first.
        """
        taken = np.unique(owner * DAYS + days)

        def moved(day: Integers) -> Integers:
            return day + _among(owner * DAYS + day, taken)

        created_on = moved(self.created_on)
        ended_on = moved(np.maximum(self.ended_on, created_on))
        return type(self)(self.planned, self.strength, created_on, ended_on, self.done)


def hazards() -> tuple[Floats, float]:
    """A day: of being done, by strength, and of being given up."""
    return 1.0 / MEAN_DAYS_TO_DONE, 1.0 / MEAN_DAYS_TO_GIVEN_UP


def plan(
    rng: np.random.Generator, *, start: Integers, published_after: Floats, first: Flags
) -> Prevention:
    """The preventive actions after incidents.

    Args:
        start: impact start in seconds since 1970.
        published_after: seconds from there to the post-mortem, NaN where there is none.
        first: whether an incident is the first of its cause.
    """
    n = len(start)
    written = ~np.isnan(published_after)
    planned = written & (rng.random(n) < np.where(first, FIRST_SHARE, LATER_SHARE))
    strength = rng.choice(len(STRENGTHS), size=n, p=STRENGTH_SHARES).astype(np.int8)
    finish, give_up = hazards()
    either = finish[strength] + give_up
    # Rounded up, so that "within t days" means the same in whole days as in the formula above.
    days = np.ceil(rng.exponential(1.0, n) / either).astype(np.int64)
    created_on = (start + np.where(written, published_after, 0.0).astype(np.int64)) // DAY
    done = rng.random(n) < finish[strength] / either
    return Prevention(planned, strength, created_on, created_on + days, done)


def _among(keys: Integers, taken: Integers) -> Flags:
    place = np.minimum(np.searchsorted(taken, keys), len(taken) - 1)
    return np.asarray(taken[place] == keys) if len(taken) else np.zeros(len(keys), np.bool_)


# What happened, one row for each event; and how such logs are put together.

KINDS = ("incident", "drill", "test", "maintenance")


@dataclass(frozen=True)
class Log:
    """One row for each event.

    Attributes:
        start: impact start in seconds since 1970.
        offsets: seconds from there to each clock (:data:`data.record.CLOCK_FIELDS`).
        rank: severity, 1 worst to 4.
        kind: position in :data:`KINDS`.
        cause: number of its cause; below the number of families it is a family's.
        original: row of the record that reports the same event, else ``UNKNOWN``.
        prevention: the preventive action promised after it.
    """

    start: Integers
    offsets: Floats
    rank: Codes
    kind: Codes
    cause: Integers
    original: Integers
    prevention: Prevention

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: Integers | Flags) -> Self:
        """The log of these rows; ``original`` is left as it is."""
        return type(self)(
            **{f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "prevention"},
            prevention=self.prevention.take(rows),
        )


def joined(logs: list[Log]) -> Log:
    """One log of the rows of all, in their order."""

    def column(name: str) -> npt.NDArray[Any]:
        return np.concatenate([getattr(log, name) for log in logs])

    prevention = Prevention(
        **{
            f.name: np.concatenate([getattr(log.prevention, f.name) for log in logs])
            for f in fields(Prevention)
        }
    )
    names = [f.name for f in fields(Log) if f.name != "prevention"]
    return Log(**{name: column(name) for name in names}, prevention=prevention)


# When each clock of an incident struck, and what the record says of it.
#
# Phases are log-normal. Part of their spread is shared by all phases of one incident (some
# incidents are long throughout), so that the whole from impact to mitigation has a sigma near
# 1.25, which is what real companies show. What people then write down is coarser, has gaps and
# some mistakes.

#: Places in :data:`data.record.CLOCK_FIELDS`.
IMPACT, DETECTED, DECLARED, NOTIFIED, ACKNOWLEDGED, MITIGATED, RESOLVED, PUBLISHED = range(8)
#: Median minutes from each clock to the next, detection to resolution, at a severity of rank 2.
MEDIAN_MINUTES = np.array([9.0, 4.0, 2.0, 4.0, 40.0, 35.0])
#: Spread of a log phase: shared by all phases of one incident, and of its own.
SHARED_SIGMA = 1.08
OWN_SIGMA = 0.85
#: Lower severities wait longer: added to the log of each phase, by rank 1 to 4.
SEVERITY_EFFECT = np.array([-0.25, 0.0, 0.15, 0.3])
SEVERITY_SHARES = (0.06, 0.2, 0.44, 0.3)
NEAR_MISS_SHARE = 0.04
#: Who gets a post-mortem, by rank 1 to 4.
POSTMORTEM_SHARES = np.array([0.96, 0.92, 0.75, 0.5])
PUBLISHED_MEDIAN_DAYS = 6.0
PUBLISHED_SIGMA = 0.7
#: Share of records in which a clock was never written down. Impact start and resolution are never
#: missing where a cause repeats: without them nobody can tell whether a repeat was one.
MISSING_SHARES = np.array([0.04, 0.04, 0.12, 0.15, 0.08, 0.06, 0.02, 0.0])
IMPOSSIBLE_SHARE = 0.01
#: People write times to the second, the minute or five minutes.
GRAINS = np.array([1, 60, 300])
GRAIN_SHARES = (0.25, 0.6, 0.15)
EXACT, BY_DAY, ESTIMATED = range(3)
PRECISION_SHARES = (0.95, 0.02, 0.03)


@dataclass(frozen=True)
class Recorded:
    """The clocks as the records have them.

    Attributes:
        at: one row for each record, one column for each clock of a record, seconds since 1970;
            ``UNKNOWN`` where the record says nothing.
        precision: EXACT, BY_DAY or ESTIMATED for all clocks of a record.
        is_open: records whose incident is not over at the end of the history.
        impossible: records whose acknowledgement was mistakenly put before the detection.
    """

    at: Integers
    precision: Codes
    is_open: Flags
    impossible: Flags


def draw_ranks(rng: np.random.Generator, n: int) -> Codes:
    """Severity ranks, 1 worst to 4."""
    return rng.choice(4, size=n, p=SEVERITY_SHARES).astype(np.int8) + np.int8(1)


def draw_offsets(rng: np.random.Generator, rank: Codes) -> Floats:
    """Seconds from the start of impact to each clock; NaN where no post-mortem was written."""
    n = len(rank)
    shared = SHARED_SIGMA * rng.standard_normal((n, 1)) + SEVERITY_EFFECT[rank - 1][:, None]
    own = OWN_SIGMA * rng.standard_normal((n, len(MEDIAN_MINUTES)))
    phases = 60.0 * MEDIAN_MINUTES * np.exp(shared + own)
    offsets = np.zeros((n, len(CLOCK_FIELDS)))
    near_miss = rng.random(n) < NEAR_MISS_SHARE
    phases[:, 0] = np.where(near_miss, -phases[:, 0], phases[:, 0])
    offsets[:, DETECTED:MITIGATED] = np.cumsum(phases[:, :4], axis=1)
    offsets[:, MITIGATED] = np.maximum(offsets[:, ACKNOWLEDGED], 0.0) + phases[:, 4]
    offsets[:, RESOLVED] = offsets[:, MITIGATED] + phases[:, 5]
    days = PUBLISHED_MEDIAN_DAYS * np.exp(PUBLISHED_SIGMA * rng.standard_normal(n))
    written = rng.random(n) < POSTMORTEM_SHARES[rank - 1]
    offsets[:, PUBLISHED] = np.where(written, offsets[:, RESOLVED] + DAY * days, np.nan)
    return offsets


def record(setting: Setting, *, start: Integers, offsets: Floats, repeatable: Flags) -> Recorded:
    """What the records say of clocks that struck ``offsets`` seconds after ``start``.

    Args:
        repeatable: incidents of a family; the clocks that tell a repeat are kept for them.
    """
    rng = setting.rng(Stream.CLOCKS)
    n = len(start)
    never = np.isnan(offsets)
    at = start[:, None] + np.where(never, 0.0, offsets).astype(np.int64)
    grain = GRAINS[rng.choice(len(GRAINS), size=n, p=GRAIN_SHARES)]
    precision = rng.choice(3, size=n, p=PRECISION_SHARES).astype(np.int8)
    impossible = (rng.random(n) < IMPOSSIBLE_SHARE) & (precision == EXACT)
    missing = rng.random((n, len(CLOCK_FIELDS))) < MISSING_SHARES
    missing[repeatable] &= ~np.isin(np.arange(len(CLOCK_FIELDS)), (IMPACT, RESOLVED))
    missing[impossible] = False
    at[impossible, ACKNOWLEDGED] = at[impossible, DETECTED] - 3600
    grain = np.where(precision == BY_DAY, DAY, grain)[:, None]
    at -= at % grain
    is_open = at[:, RESOLVED] > setting.end_second
    at[missing | never | (at > setting.end_second)] = UNKNOWN
    return Recorded(at, precision, is_open, impossible)


# The causes that strike again: how often, and what becomes of them once their fix is done.
#
# A family strikes at a constant rate, evenly or in bursts, until its first preventive action is
# done; then, if the fix holds, at a known part of that rate. All families are drawn at once:
# incidents at the rate without any fix, of which those after a fix that holds are then thinned
# out. No incident of a family begins within two days of the end of the one before, so that none of
# them could be taken for the same event.

#: Incidents that a family would have in the whole history: median, log spread, bounds.
MEDIAN_MEMBERS = 7.0
MEMBERS_SIGMA = 0.7
MEMBERS_BOUNDS = (2.0, 30.0)
#: A cause that strikes more often than this is fixed at once, in no case left to a post-mortem.
FASTEST_YEARLY = 18.0
#: A fix that holds leaves this part of the rate.
RATE_LEFT = 0.2
HOLDS_SHARE = 0.5
BURSTS_SHARE = 0.15
#: In a bursty family this share of the waits is this part of the mean wait.
BURST_SHARE, BURST_WAIT = 0.6, 0.15
QUIET = 2 * DAY
#: Families are drawn for this many incidents each; they have more, so there are enough of them.
FEWEST_MEAN = 4
#: Half of the causes were there before the history began, the others came in within this part.
LATEST_ENTRY = 0.7


@dataclass(frozen=True)
class Families:
    """The known truth of each family; rates in incidents a year.

    Attributes:
        fixed_on: the day (since 1970) on which its first preventive action was done, after which
            ``rate_after`` applies; ``UNKNOWN`` if none was done by the end.
    """

    active_from: Integers
    rate: Floats
    rate_after: Floats
    holds: Flags
    bursts: Flags
    fixed_on: Integers

    def __len__(self) -> int:
        return len(self.rate)

    def take(self, rows: slice) -> Self:
        """These families."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def _families(setting: Setting, rng: np.random.Generator, n: int) -> Families:
    span = setting.end_second - setting.start_second
    members = np.clip(
        MEDIAN_MEMBERS * np.exp(MEMBERS_SIGMA * rng.standard_normal(n)), *MEMBERS_BOUNDS
    )
    rate = np.minimum(members / setting.years, FASTEST_YEARLY)
    entry = np.maximum(0.0, rng.uniform(-LATEST_ENTRY, LATEST_ENTRY, n)) * span
    holds = rng.random(n) < HOLDS_SHARE
    return Families(
        active_from=setting.start_second + entry.astype(np.int64),
        rate=rate,
        rate_after=np.where(holds, RATE_LEFT * rate, rate),
        holds=holds,
        bursts=rng.random(n) < BURSTS_SHARE,
        fixed_on=np.full(n, UNKNOWN),
    )


def strike(setting: Setting, *, target: int) -> tuple[Families, Log]:
    """Families until their incidents come to ``target``; each is whole or not there."""
    rng = setting.rng(Stream.EVENTS)
    families = _families(setting, rng, target // FEWEST_MEAN + 1)
    log = _unfixed(setting, rng, families)
    done_on = np.full(len(families), np.iinfo(np.int64).max)
    done = log.prevention.planned & log.prevention.done
    np.minimum.at(done_on, log.cause[done], log.prevention.ended_on[done])
    left = (families.rate_after / families.rate)[log.cause]
    kept = (log.start // DAY <= done_on[log.cause]) | (rng.random(len(log)) < left)
    kept &= log.start < setting.end_second - DAY
    members = np.cumsum(np.bincount(log.cause[kept], minlength=len(families)))
    whole = int(np.searchsorted(members, target, "right"))
    by_end = done_on < setting.end_second // DAY
    truth = replace(families, fixed_on=np.where(by_end, done_on, UNKNOWN))
    return truth.take(slice(whole)), log.take(kept & (log.cause < whole))


def _unfixed(setting: Setting, rng: np.random.Generator, families: Families) -> Log:
    """Family by family, the incidents that there would be if nothing were ever fixed."""
    years = (setting.end_second - families.active_from) / YEAR
    expected = families.rate * years
    # Six standard deviations more than expected, and more for bursts: enough to reach the end.
    size = (expected + (6 + 4 * families.bursts) * np.sqrt(expected) + 6).astype(np.int64)
    family = np.repeat(np.arange(len(families)), size)
    first = np.cumsum(size) - size
    rank = draw_ranks(rng, len(family))
    offsets = draw_offsets(rng, rank)
    gaps = _gaps(rng, families, family, first, lasting=offsets[:, RESOLVED])
    total = np.cumsum(gaps)
    start = families.active_from[family] + total - (total - gaps)[first][family]
    prevention = plan(
        rng,
        start=start,
        published_after=offsets[:, PUBLISHED],
        first=np.arange(len(family)) == first[family],
    )
    return Log(
        start=start,
        offsets=offsets,
        rank=rank,
        kind=np.zeros(len(family), np.int8),
        cause=family,
        original=np.full(len(family), UNKNOWN),
        prevention=prevention.clear_of(owner=family, days=start // DAY),
    )


def _gaps(
    rng: np.random.Generator,
    families: Families,
    family: Integers,
    first: Integers,
    *,
    lasting: Floats,
) -> Integers:
    """Seconds from each incident's start to the next one's, on average one over the rate.

    The wait begins two days after the end of the incident before: the rate is kept by making the
    wait shorter by as much.
    """
    mean_wait = np.maximum(YEAR / families.rate - QUIET - lasting.mean(), DAY)[family]
    wait = mean_wait * _unevenness(rng, families.bursts[family]) * rng.exponential(1, len(family))
    after_end = np.concatenate([[0.0], lasting[:-1] + QUIET])
    after_end[first] = 0.0
    gaps: Integers = (wait + after_end).astype(np.int64) + 1
    return gaps


def _unevenness(rng: np.random.Generator, bursts: Flags) -> Floats:
    """Factors on the waits whose mean is 1: all 1 for an even cause, short and long in bursts."""
    long_wait = (1 - BURST_SHARE * BURST_WAIT) / (1 - BURST_SHARE)
    mixed = np.where(rng.random(len(bursts)) < BURST_SHARE, BURST_WAIT, long_wait)
    return np.where(bursts, mixed, 1.0)


#: Of all records: those that are no incident, second reports, and members of families.
OTHER_SHARE = 0.03
COPY_SHARE = 0.015
FAMILY_SHARE = 0.55
#: One single incident in so many, and always one, is still open at the end.
OPEN_ONE_IN = 250
#: How far beyond the end of the history those go on.
OPEN_LONGER = 30 * DAY


def happen(setting: Setting) -> tuple[Families, Log]:
    """The whole history of the company, and the truth about its families."""
    total = setting.incidents
    copies = round(COPY_SHARE * total)
    others = round(OTHER_SHARE * total)
    families, repeating = strike(setting, target=round(FAMILY_SHARE * (total - copies - others)))
    singles = _singles(
        setting, total - copies - len(repeating), others=others, first_cause=len(families)
    )
    known = joined([repeating, singles])
    log = joined([known, _copies(setting, known, copies)])
    order = np.argsort(log.start, kind="stable")
    place = np.empty(total, np.int64)
    place[order] = np.arange(total)
    log = log.take(order)
    moved = np.where(log.original == UNKNOWN, UNKNOWN, place[log.original])
    return families, replace(log, original=moved)


def _singles(setting: Setting, n: int, *, others: int, first_cause: int) -> Log:
    """Incidents whose cause strikes once, and what is no incident (the first ``others`` rows)."""
    rng = setting.rng(Stream.SINGLES)
    last = max(setting.end_second - DAY, setting.start_second + 1)
    start = rng.integers(setting.start_second, last, n)
    rank = draw_ranks(rng, n)
    offsets = draw_offsets(rng, rank)
    recent = others + np.argsort(start[others:])[-(1 + n // OPEN_ONE_IN) :]
    to_end = setting.end_second - start[recent]
    offsets[recent, MITIGATED:] += (to_end + OPEN_LONGER)[:, None]
    kind = np.zeros(n, np.int8)
    kind[:others] = 1 + rng.choice(3, size=others, p=(0.5, 0.15, 0.35))
    offsets[:others, PUBLISHED] = np.nan
    return Log(
        start=start,
        offsets=offsets,
        rank=rank,
        kind=kind,
        cause=first_cause + np.arange(n),
        original=np.full(n, UNKNOWN),
        prevention=plan(
            rng,
            start=start,
            published_after=offsets[:, PUBLISHED],
            first=np.ones(n, np.bool_),
        ),
    )


def _copies(setting: Setting, known: Log, n: int) -> Log:
    """Second reports of ``n`` of the incidents: the same event minutes later, nothing promised."""
    rng = setting.rng(Stream.COPIES)
    rows = rng.choice(np.flatnonzero(known.kind == 0), size=n, replace=False)
    copy = known.take(rows)
    offsets = copy.offsets.copy()
    offsets[:, PUBLISHED] = np.nan
    nothing = replace(copy.prevention, planned=np.zeros(n, np.bool_))
    start = copy.start + rng.integers(1, 600, n)
    return replace(copy, start=start, offsets=offsets, original=rows, prevention=nothing)

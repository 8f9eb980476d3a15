"""Every action that the company promised, and what its records say of it.

The preventive ones come with the events. The others are drawn here: how many, who owns them, when
they were due, how often that date slipped, and when they ended. The last step is how
records are kept: a few ended without a date, a few have no status.
"""

from dataclasses import dataclass, fields

import numpy as np

from data.company.clocks import PUBLISHED
from data.company.labels import Labels, book
from data.company.log import Log
from data.company.prevention import MEAN_DAYS_TO_GIVEN_UP, STRENGTHS
from data.company.setting import DAY, UNKNOWN, Codes, Flags, Integers, Setting, Stream

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
        kind: position in :data:`KINDS`; ``strength`` in :data:`data.company.prevention.STRENGTHS`.
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

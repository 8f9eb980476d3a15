"""What became of all that was read: how many records, how much of each is known, what was wrong.

A load that understood nothing must not look like one that did, so each field that the figures stand
on is counted: of how many records it is known.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from data.added import now
from data.problems import Problem
from data.readers.source import LeftOut, Recognised
from data.record import CLOCK_FIELDS, Incident

#: Problems that are kept to be listed; the rest are counted. A file in the wrong format must not
#: fill the memory with a problem a row.
MOST_LISTED = 10_000

Listed = TypeVar("Listed")

#: A time without a zone is read as UTC and may have been written where the day is further on.
FURTHEST_ZONE = dt.timedelta(hours=14)

#: What a load tells of, by the word for it, and whether a record says it.
TOLD: dict[str, Callable[[Incident], bool]] = {
    "start": lambda record: record.impact_started_at is not None,
    "detection": lambda record: record.detected_at is not None,
    "end": lambda record: record.resolved_at is not None,
    "title": lambda record: bool(record.title),
    "cause": lambda record: bool(record.root_cause or record.root_cause_category),
    "severity": lambda record: bool(record.severity or record.severity_rank),
    "services": lambda record: bool(record.services),
    "actions": lambda record: bool(record.actions),
}


@dataclass(frozen=True, slots=True)
class Known:
    """Of how many records something is known.

    Attributes:
        what: one of :data:`TOLD`.
        known: the records that say it.
        of: all records.
    """

    what: str
    known: int
    of: int

    def __str__(self) -> str:
        return f"{self.what} {self.known:,} of {self.of:,}"


@dataclass
class Findings:
    """What reading met with so far.

    Attributes:
        incidents: records that could be used.
        timed: those of them that have any time at all.
        actions: what they promise, taken together.
        added: rows that could be used of what people added, by kind.
        rejected: records and files that could not be used at all.
        problems: what was wrong, at most the first MOST_LISTED.
        problem_count: how many there were.
        assumptions: what was assumed, counted by its wording.
        left_out: files, pages and rows that hold no record, each with its reason, at most the first
            MOST_LISTED.
        left_out_count: how many there were.
        recognised: what each source was taken for, at most the first MOST_LISTED.
        unranked: severities that no list knows, counted by their words.
        ahead: ids of records with a time that is still to come, which no figure believes.
        kept: fields that no figure knows and that are kept beside the records, by name.
        notes: what was decided of records: which were moved, kept apart or taken for the same; at
            most the first MOST_LISTED.
        note_count: how many there were.
        walked: folders that were walked to their end, in full.
    """

    incidents: int = 0
    timed: int = 0
    actions: int = 0
    added: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    assumptions: Counter[str] = field(default_factory=Counter)
    left_out: list[LeftOut] = field(default_factory=list)
    left_out_count: int = 0
    recognised: list[Recognised] = field(default_factory=list)
    unranked: Counter[str] = field(default_factory=Counter)
    ahead: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    note_count: int = 0
    walked: list[str] = field(default_factory=list)
    _known: Counter[str] = field(default_factory=Counter)
    _latest: dt.datetime = field(default_factory=lambda: now() + FURTHEST_ZONE)

    @property
    def usable(self) -> int:
        """Everything that could be used."""
        return self.incidents + self.added.total()

    @property
    def fields(self) -> tuple[Known, ...]:
        """Of how many records each thing is known that the figures stand on."""
        return tuple(Known(what, self._known[what], self.incidents) for what in TOLD)

    @property
    def timeless(self) -> bool:
        """Whether there are records and none has any time: no figure can be made of them."""
        return self.incidents > 0 and not self.timed

    def count(self, record: Incident, before: Incident | None = None) -> None:
        """Take note of a record that can be used.

        Args:
            before: what it was when note was taken of it before.
        """
        self._count(record, 1)
        if before is not None:
            self._count(before, -1)

    def _count(self, record: Incident, times: int) -> None:
        self.incidents += times
        struck = [at for clock in CLOCK_FIELDS if (at := getattr(record, clock))]
        self.timed += times * bool(struck)
        if struck and max(struck) > self._latest:
            self.ahead[record.id] += times
        self.actions += times * len(record.actions)
        if record.severity and record.severity_rank is None:
            self.unranked[record.severity] += times
        for what, says in TOLD.items():
            self._known[what] += times * says(record)

    def take(self, other: "Findings") -> None:
        """Take over what reading a part met with, but for its records, which are counted apart."""
        self.rejected += other.rejected
        self.problem_count += other.problem_count
        self.left_out_count += other.left_out_count
        self.assumptions.update(other.assumptions)
        self.kept.update(other.kept)
        _listed(self.problems, other.problems)
        _listed(self.left_out, other.left_out)
        _listed(self.recognised, other.recognised)

    def count_stored(self, counts: Mapping[str, int], unranked: Mapping[str, int]) -> None:
        """Take note of records that were not read again, as they are stored.

        Args:
            counts: the number of records, of actions and of timed ones, and of those that say each
                of :data:`TOLD`.
            unranked: how many have a severity that no list knows, by its words.
        """
        self.unranked.update(unranked)
        self.incidents += counts["incidents"]
        self.timed += counts["timed"]
        self.actions += counts["promised"]
        for what in TOLD:
            self._known[what] += counts[what]

    def note(self, words: str) -> None:
        """Take note of what became of a record, in a sentence."""
        self.note_count += 1
        if len(self.notes) < MOST_LISTED:
            self.notes.append(words)

    def add(self, problems: Iterable[Problem]) -> None:
        """Take note of problems."""
        for problem in problems:
            self.problem_count += 1
            self.rejected += problem.rejected
            if len(self.problems) < MOST_LISTED:
                self.problems.append(problem)

    def leave_out(self, item: LeftOut) -> None:
        """Take note of something that holds no record."""
        self.left_out_count += 1
        if len(self.left_out) < MOST_LISTED:
            self.left_out.append(item)

    def recognise(self, item: Recognised) -> None:
        """Take note of what a source was taken for."""
        if len(self.recognised) < MOST_LISTED:
            self.recognised.append(item)


def _listed(ours: list[Listed], theirs: list[Listed]) -> None:
    """Adds what still has room in a list."""
    ours += theirs[: MOST_LISTED - len(ours)]

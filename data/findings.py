"""What reading met with: how many records, what was wrong, what was assumed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from data.problems import Problem
from data.readers.source import LeftOut, Recognised

#: Problems that are kept to be listed; the rest are counted. A file in the wrong format must not
#: fill the memory with a problem a row.
MOST_LISTED = 10_000


@dataclass
class Findings:
    """What reading met with so far.

    Attributes:
        incidents: records that could be used.
        added: rows that could be used of what people added, by kind.
        rejected: records and files that could not be used at all.
        problems: what was wrong, at most the first MOST_LISTED.
        problem_count: how many there were.
        assumptions: what was assumed, counted by its wording.
        left_out: files, pages and rows that hold no record, each with its reason.
        recognised: what each source was taken for.
        kept: fields that no figure knows and that are kept beside the records, by name.
    """

    incidents: int = 0
    added: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    assumptions: Counter[str] = field(default_factory=Counter)
    left_out: list[LeftOut] = field(default_factory=list)
    recognised: list[Recognised] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)

    @property
    def usable(self) -> int:
        """Everything that could be used."""
        return self.incidents + self.added.total()

    def add(self, problems: Iterable[Problem]) -> None:
        """Take note of problems."""
        for problem in problems:
            self.problem_count += 1
            self.rejected += problem.rejected
            if len(self.problems) < MOST_LISTED:
                self.problems.append(problem)

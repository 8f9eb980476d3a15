"""How is an export declared? By what it is known, and what each of our fields is made of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from data.readers.exports.paths import Record, letters
from data.readers.exports.rules import Rule

#: Of names of ours that no tool has; a record that bears one is no export of a tool.
OURS = frozenset(
    letters(name)
    for name in (
        "root_cause_category",
        "trigger_category",
        "clock_precision",
        "clock_sources",
        "time_precision",
        "what_let_it_grow",
        "first_due_on",
        "needs_analysis",
    )
)


@dataclass(frozen=True, slots=True)
class Known:
    """The keys by which records of a tool are known, whatever they hold.

    Attributes:
        needs: all of these must be there; ``a|b`` asks for one of several.
        some: of these at least ``least`` must be there.
        never: none of these may be there.
    """

    needs: tuple[str, ...]
    some: tuple[str, ...] = ()
    least: int = 1
    never: tuple[str, ...] = ()

    def marks(self, record: Record) -> tuple[str, ...]:
        """The keys by which ``record`` is known; none if it is not."""
        needed = [_there(record, path) for path in self.needs]
        some = [path for path in self.some if record.has(path)]
        if not all(needed) or len(some) < (self.least if self.some else 0):
            return ()
        if any(record.has(path) for path in self.never) or not OURS.isdisjoint(record.keys):
            return ()
        return (*needed, *some)


@dataclass(frozen=True, slots=True)
class LeftAside:
    """A record that is no incident and no action of one, with the reason."""

    record: Record
    reason: str


Arranged = Record | LeftAside


@dataclass(frozen=True)
class Shape:
    """One kind of record that a tool exports.

    Attributes:
        tool: as it calls itself.
        what: the kind of record, in words.
        known: how it is recognised.
        fields: what each of our fields is made of; an action has ``incident_id`` among them.
        holds: what a record is.
        labelled: names and values of fields that users of the tool made up themselves.
        certain: fields that no field of the users' own may fill, as the tool has a place for them.
        body: a text that may be a whole post-mortem in Markdown, or tell of it in prose.
        weak: fields that a body says better than the tool.
        arrange: puts records together that belong together, such as tasks with their incident,
            given all of them and whatever else the export holds.
        leave_out: the reason why a record is none of ours, empty if it is.
    """

    tool: str
    what: str
    known: Known
    fields: Mapping[str, Rule]
    holds: Literal["incident", "action"] = "incident"
    labelled: Callable[[Record], Iterator[tuple[str, Any]]] | None = None
    certain: frozenset[str] = frozenset()
    body: Rule | None = None
    weak: frozenset[str] = frozenset()
    arrange: Callable[[Sequence[Record], "Whole"], Iterator[Arranged]] | None = None
    leave_out: Rule | None = None


@dataclass(frozen=True)
class Whole:
    """Everything that an export holds.

    Attributes:
        documents: its pages.
        records: those of every shape, by what they are.
    """

    documents: Sequence[Any] = ()
    records: Mapping[str, Sequence[Record]] = field(default_factory=dict)


def _there(record: Record, path: str) -> str:
    """The one of several paths that is there; empty if none is."""
    return next((way for way in path.split("|") if record.has(way)), "")

"""Where in a record of another tool does a value stand? Asked by path, whoever spelt the keys.

The same field is ``createdAt`` in one version of an interface, ``created_at`` in the next and
``Created at`` in a CSV, and the same object stands bare, in ``data.attributes`` or in
``edges.node``. A path here names the letters that matter; what was asked for is noted, so that all
the rest can be kept beside the record.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, Final

from data.notations import DayOrder
from data.times import day_order_of, from_epoch, read_moment

#: The keys of the source that lead to a value; the items of a list are all one.
Path = tuple[str, ...]
ITEM: Final = "*"
#: Around what is meant, in one notation or another; looked through where a key is not there.
WRAPPERS: Final = ("attributes", "node")
INNER_WRAPPERS: Final = (*WRAPPERS, "data", "nodes", "edges")
#: Under which of these an object says its name; the first one that is filled.
NAMES: Final = tuple(
    "name displayvalue summary title label key plaintext text value slug identifier id".split()
)
DEEPEST: Final = 12
NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
#: What is kept beside a record is for looking up, not for working with.
LONGEST_KEPT: Final = 5_000
MOST_KEPT: Final = 2_000


#: Keys of people, by their letters: who did what in an incident is nobody's business here.
PEOPLE: Final = frozenset(
    """assignee assignees assigneeusername assigneeid assignedto assignedtousername assigneduser
    assigneduserids assignedusernames assignments author authorusername caller
    callerid closedby closedbyuser commander createdby createdbyuser createdbyuserid creator
    acknowledgedby acknowledgedbyuser acknowledgeduserids acknowledgedusernames acknowledger
    incidentroleassignments roleassignments incidentmembership incidentcommander joineduserids
    joinedusernames lastmodifiedby lastupdatedby laststatuschangeby lead openedby participants
    reporter requester resolvedby resolvedbyuser resolvedbyuserid resolvedbyusername responders
    owner startedby mitigatedby syscreatedby sysupdatedby updatedby user users watchers watchlist
    reporterid creatorid commanderuser lasteditedby modifiedbyuser
    """.split()
)


#: Of an object, what tells machines apart and people nothing.
TECHNICAL: Final = frozenset("id nodeid type rank color colorhex slug self link default".split())


class Absent:
    """Stands for a key that is not there, which says nothing; None says that it is empty."""

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absent()


@lru_cache(maxsize=50_000)
def letters(name: str) -> str:
    """A key without its spelling: ``created_at`` and ``Created at`` are ``createdat``."""
    return "".join(sign for sign in name.lower() if sign.isalnum())


@lru_cache(maxsize=5_000)
def steps(path: str) -> tuple[str, ...]:
    """The keys of a path such as ``severity.name``, without their spelling."""
    return tuple(letters(step) for step in path.split("."))


def is_empty(value: Any) -> bool:
    """Whether a source says nothing by ``value``; zero and false say something."""
    if isinstance(value, str):
        return not value.strip()
    return not value and (value is None or isinstance(value, Mapping | list))


class Record:
    """One object of an export.

    Attributes:
        content: as the source has it.
        keys: of it, by their letters.
        at: where it stands in its file, in words.
        linked: records of the same export that belong to it, such as tasks.
        earlier: the ids of earlier records that people said to be of the same cause.
        timed: what :mod:`rules` found in its lists of events, so that they are read once.
        names_of_keys: what the export calls keys that say nothing, such as ``customfield_10010``.

    Args:
        content: as the source has it.
        within: the record that it is a part of, which keeps what nobody asks this one for.
        place: where it stands in that record.
    """

    __slots__ = (
        "_place",
        "_used",
        "at",
        "content",
        "earlier",
        "keys",
        "linked",
        "names_of_keys",
        "timed",
    )

    def __init__(
        self, content: Mapping[str, Any], *, within: "Record | None" = None, place: Path = ()
    ) -> None:
        self.content = content
        self.keys = _index(tuple(content))
        self.at = ""
        self.linked: Sequence[Record] = ()
        self.earlier: Sequence[str] = ()
        self.names_of_keys: Mapping[str, str] = NO_NAMES
        self.timed: dict[Any, Any] | None = None
        self._place = place
        self._used: set[Path] | None = within._uses() if within else None

    def with_content(self, content: Mapping[str, Any]) -> "Record":
        """The record that stands in the same place with another content."""
        other = Record(content)
        other.at = self.at
        return other

    def has(self, path: str) -> bool:
        """Whether the keys of ``path`` are there, filled or not."""
        return next(self._at(path), None) is not None

    def value(self, *paths: str) -> Any:
        """The first filled value under any of ``paths``; None if all are empty, or ABSENT."""
        for place, value in self.filled(*paths):
            self.use(place)
            return value
        return None if any(self.has(path) for path in paths) else ABSENT

    def under(self, name: str) -> Any:
        """What stands under a key just as the source spells it; None if it is empty."""
        value = self.content.get(name)
        self.use((*self._place, name))
        return None if is_empty(value) else value

    def filled(self, *paths: str) -> Iterator[tuple[Path, Any]]:
        """The filled values under ``paths`` with where they stand; none counts as asked for."""
        for path in paths:
            for place, value in self._at(path):
                if not is_empty(value):
                    yield place, value

    def use(self, place: Path) -> None:
        """Notes that what stands at ``place`` needs not be kept beside the record."""
        self._uses().add(place)

    def used_of(self, rule: Callable[["Record"], Any]) -> set[Path]:
        """Where the values stand that ``rule`` takes of a record like this one."""
        fresh = Record(self.content)
        rule(fresh)
        return fresh._uses()

    def _uses(self) -> set[Path]:
        if self._used is None:
            self._used = set()
        return self._used

    def values(self, *paths: str) -> list[Any] | None:
        """The filled values under the first of ``paths`` that has any; None if none is there."""
        there = False
        for path in paths:
            filled: list[Any] = []
            for place, value in self._at(path):
                there = True
                if not is_empty(value):
                    self.use(place)
                    filled += value if isinstance(value, list) else [value]
            if filled := [value for value in filled if not is_empty(value)]:
                return filled
        return [] if there else None

    def names(self, *paths: str) -> list[str] | None:
        """The names of what stands under the first of ``paths`` that has any, else None."""
        there = False
        for path in paths:
            names: list[str] = []
            for place, value in self._at(path):
                there = True
                names += self._names_in(value, place)
            if names:
                return names
        return [] if there else None

    def records(self, *paths: str, apart: bool = False) -> list["Record"]:
        """The objects under the first of ``paths`` that has any.

        Args:
            paths: where they may stand.
            apart: whether each keeps itself what nobody asks it for.
        """
        for path in paths:
            inner: list[Record] = []
            for place, value in self._at(path):
                if apart and not is_empty(value):
                    self.use(place)
                inner += self._inside(value, place, apart=apart)
            if inner:
                return inner
        return []

    def rest(self) -> dict[str, Any]:
        """Everything filled that nobody asked for, within bounds and without people."""
        left = _Rest(self._uses()).of_mapping(self.content, self._place, 0)
        for wrapper in WRAPPERS:
            inner = left.pop(self.keys.get(wrapper, ""), None)
            if isinstance(inner, dict):
                left = {**inner, **left}
            elif inner is not None:
                left[wrapper] = inner
        return left

    def _at(self, path: str) -> Iterator[tuple[Path, Any]]:
        first, *more = steps(path)
        name = self.keys.get(first)
        if name is not None:
            yield from _walk(self.content[name], tuple(more), (*self._place, name))
            return
        for wrapper in WRAPPERS:
            inner = self.keys.get(wrapper)
            if inner is not None:
                place = (*self._place, inner)
                yield from _walk(self.content[inner], steps(path), place)

    def _inside(self, value: Any, place: Path, *, apart: bool) -> Iterator["Record"]:
        if isinstance(value, list):
            for item in value:
                yield from self._inside(item, (*place, ITEM), apart=apart)
        elif isinstance(value, dict | Mapping):
            for wrapper in ("data", "nodes", "edges"):
                if wrapper in value and isinstance(value[wrapper], list):
                    yield from self._inside(value[wrapper], (*place, wrapper), apart=apart)
                    return
            yield Record(value) if apart else Record(value, within=self, place=place)

    def _names_in(self, value: Any, place: Path) -> Iterator[str]:
        if isinstance(value, list):
            for item in value:
                yield from self._names_in(item, (*place, ITEM))
        elif isinstance(value, Mapping):
            yield from self._name_of(value, place)
        elif not is_empty(value):
            self.use(place)
            yield str(value).strip()

    def _name_of(self, value: Mapping[str, Any], place: Path) -> Iterator[str]:
        """The names of an object, or of the objects that it wraps."""
        for key in NAMES:
            named = [
                (inner, name)
                for inner, name in _walk(value, (key,), place)
                if isinstance(name, str | int | float) and not is_empty(name)
            ]
            if named:
                for inner, name in named:
                    self.use(inner)
                    yield str(name).strip()
                return


def _walk(value: Any, path: tuple[str, ...], place: Path) -> Iterator[tuple[Path, Any]]:
    """The values under ``path`` below ``value``, each with where it stands."""
    if not path:
        yield place, value
    elif isinstance(value, list) and len(place) < DEEPEST:
        for item in value:
            yield from _walk(item, path, (*place, ITEM))
    elif isinstance(value, Mapping) and len(place) < DEEPEST:
        yield from _walk_in(value, path, place)


def _walk_in(
    value: Mapping[str, Any], path: tuple[str, ...], place: Path
) -> Iterator[tuple[Path, Any]]:
    """Below an object: under the next key, else through what is wrapped around it."""
    keys = _index(tuple(value))
    name = keys.get(path[0])
    if name is not None:
        yield from _walk(value[name], path[1:], (*place, name))
        return
    for wrapper in INNER_WRAPPERS:
        if wrapper in keys:
            inner = keys[wrapper]
            yield from _walk(value[inner], path, (*place, inner))


@lru_cache(maxsize=256)
def _index(names: tuple[Any, ...]) -> Mapping[str, str]:
    """The keys of an object by their letters; the records of one list share it."""
    return {letters(name): name for name in names if isinstance(name, str)}


class _Rest:
    """A copy of what is left of a record, up to a number of values."""

    def __init__(self, used: set[Path]) -> None:
        self._used = used
        self._more = MOST_KEPT

    def of_mapping(self, value: Mapping[str, Any], place: Path, depth: int) -> dict[str, Any]:
        kept = {}
        # Of an object whose name was taken, the id and the colour say nothing more.
        named = depth > 0 and any((*place, str(name)) in self._used for name in value)
        leave = PEOPLE | TECHNICAL if named else PEOPLE
        for name, item in value.items():
            here = (*place, str(name))
            if here not in self._used and self._more > 0 and letters(str(name)) not in leave:
                left = self._of(item, here, depth)
                if not is_empty(left):
                    kept[str(name)] = left
        return kept

    def _of(self, value: Any, place: Path, depth: int) -> Any:
        if depth >= DEEPEST:
            return None
        if isinstance(value, Mapping):
            return self.of_mapping(value, place, depth + 1)
        if isinstance(value, list):
            here = (*place, ITEM)
            if here in self._used:
                return None
            items = (self._of(item, here, depth + 1) for item in value if self._more > 0)
            return [item for item in items if not is_empty(item)]
        self._more -= 1
        return value[:LONGEST_KEPT] if isinstance(value, str) else value


# The time that a clock of an export names, in ISO 8601.

#: ISO 8601 as almost all interfaces write it.
ISO = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII
)
#: A date of three numbers at the start of a cell, which may be read in two ways.
NUMBERS = re.compile(r"\s*\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)", re.ASCII)
#: "Posted 1 year ago. May 03, 2023 - 12:41 PDT", as a status page shows a time.
POSTED = re.compile(r"posted .{1,40}? ago\.\s+", re.IGNORECASE)
LONGEST_TIME = 100
#: Over some days of a month one date tells the order of all.
FIRST_RECORDS = 5_000
#: Digits alone are no year and no number of an issue from here on.
SHORTEST_EPOCH = 10


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as the export has it, before its notation is read.

    Attributes:
        written: a text or a number of seconds or milliseconds since 1970.
        said: where it stands and what it is, in words.
        estimated: whether it is only near the time that is meant.
        seconds: to be added to it.
        zone: of a time that names none: an offset such as ``Z``; empty where nothing is known.
    """

    written: Any
    said: str
    estimated: bool = False
    seconds: float = 0
    zone: str = ""


def written_time(clock: Clock) -> Any:
    """The time in ISO 8601; just as the tool has it where its notation is not known here."""
    iso = _iso(clock.written, zone=clock.zone)
    if not iso or not clock.seconds:
        return iso or clock.written
    try:
        moment = dt.datetime.fromisoformat(iso)
        return (moment + dt.timedelta(seconds=clock.seconds)).isoformat()
    except (ValueError, OverflowError):
        return clock.written


def settled(
    records: Iterable[Record], *, otherwise: DayOrder | None, at_once: bool
) -> Iterator[Record]:
    """Records whose dates of three numbers are in ISO 8601, where their order is certain.

    The order is that of all dates of the export: a tool writes them in one way.

    Args:
        records: of one export.
        otherwise: the order, where no date tells it.
        at_once: whether the first records must do for a decision, so that few are held.
    """
    left = iter(records)
    first = list(islice(left, FIRST_RECORDS) if at_once else left)
    texts = {value for record in first for value in _dates(record.content)}
    order = day_order_of(texts) or otherwise
    for record in chain(first, left):
        yield record if order is None else _settled(record, order)


def _settled(record: Record, order: DayOrder) -> Record:
    if next(_dates(record.content), None) is None:
        return record
    return record.with_content(_in_iso(record.content, order))


def _dates(value: Any) -> Iterator[str]:
    """The values directly in an object that are dates of three numbers."""
    for item in value.values():
        if isinstance(item, str) and len(item) < LONGEST_TIME and NUMBERS.match(item):
            yield item


def _in_iso(content: Mapping[str, Any], order: DayOrder) -> dict[str, Any]:
    return {
        name: _numbers_in_iso(value, order) or value
        if isinstance(value, str) and len(value) < LONGEST_TIME and NUMBERS.match(value)
        else value
        for name, value in content.items()
    }


@lru_cache(maxsize=100_000)
def _numbers_in_iso(text: str, order: DayOrder) -> str:
    """Logs of changes say the same times over and over."""
    return _iso(text, order=order)


def _iso(written: Any, *, zone: str = "", order: DayOrder | None = None) -> str:
    """A time in ISO 8601; empty if it cannot be read."""
    if isinstance(written, int | float):
        return from_epoch(written)
    text = POSTED.sub("", str(written).strip()[:LONGEST_TIME])
    if text.isdecimal() and text.isascii():
        return from_epoch(int(text)) if len(text) >= SHORTEST_EPOCH else ""
    if ISO.fullmatch(text):
        if zone and text[-1] != "Z" and "+" not in text and "-" not in text[10:]:
            text += zone
        return text
    moment = read_moment(text, day_order=order)
    return moment.iso(zone=dt.UTC if zone else None) if moment else ""

"""Several rows about one incident: one for each action, or one for each change of its state.

Rows below that leave the columns of the incident empty belong to the one above. Of rows of a log
the last word counts, whichever end of the table it stands at, but an incident began when the first
of them says.
"""

import datetime as dt
import hashlib
import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data import words
from data.mapping import ACTION
from data.notations import DayOrder
from data.problems import Place, Problem
from data.readers.documents.actions import action_of
from data.readers.source import LeftOut
from data.readers.tables.values import BULLET
from data.record import CLOCK_FIELDS, LIST_FIELDS
from data.times import day_order_of, read_moment

# Who is a record in a table without an id? Known by its title and start, not by its row.
#
# An id made of what a row says is the same when the table is loaded again, sorted or longer. Where
# two rows have the same title and start, the whole of them tells them apart, and equal rows are
# counted.

DIGEST_BYTES = 4
LONGEST_SLUG = 40
#: "2026-03-02T09:14"
MINUTE_LENGTH = 16
NO_LETTERS = re.compile(r"[^a-z0-9]+")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: What tells one incident from another, as people do.
NAMES = ("title", "summary")

Cells = Mapping[str, Any]


class Identities:
    """Makes ids for the rows of one table.

    Args:
        sample: rows of the table; those that share title and start get longer ids.
    """

    def __init__(self, sample: Iterable[Cells]) -> None:
        shared = Counter(key_of(values) for values in sample)
        self._shared = {key for key, count in shared.items() if count > 1}
        self._given: Counter[str] = Counter()

    def of(self, values: Cells) -> str:
        """The id of a row."""
        key: tuple[str, ...] = key_of(values)
        if not any(key) or key in self._shared:
            key = (*key, whole_of(values))
        made = _written(key)
        self._given[made] += 1
        count = self._given[made]
        return made if count == 1 else f"{made}-{count}"


def key_of(values: Cells) -> tuple[str, str]:
    """Title and first known clock, to the minute and as its own zone shows it.

    So the zone that somebody names later makes no other record of it.
    """
    title = next((str(values[name]) for name in NAMES if values.get(name)), "")
    clock = next((str(values[name]) for name in CLOCK_FIELDS if values.get(name)), "")
    return words.fold(title), clock[:MINUTE_LENGTH].replace(" ", "T")


def whole_of(values: Cells) -> str:
    """Everything that a row says, whatever the order of its columns."""
    return "\x1f".join(f"{name}={values[name]}" for name in sorted(values) if values[name])


def _written(key: tuple[str, ...]) -> str:
    content = "\x1e".join(key).encode("utf-8", "replace")
    digest = hashlib.blake2b(content, digest_size=DIGEST_BYTES).hexdigest()
    slug = NO_LETTERS.sub("-", key[0])[:LONGEST_SLUG].strip("-")
    day = DAY.match(key[1])
    return "-".join(part for part in (day[0] if day else "", slug, digest) if part)


# The actions that stand in the same row as their incident.
#
# ``Follow-ups`` with a line each, ``Action 1`` and ``Action 2``, ``Action`` with its owner and due
# date in the columns beside it.

Read = Callable[[str], Any]
SEVERAL = "actions"
#: "1) raise the limit 2) add an alert"
NUMBERED = re.compile(r"(?:^|\s)(?=\d{1,2}[.)]\s)")
FIRST = re.compile(r"\s*1[.)]\s")
MOST = 200


class RowActions:
    """Reads the actions of a row.

    Args:
        columns: target, place in a row and reader of each column that tells of actions.
    """

    def __init__(self, columns: Sequence[tuple[str, int, Read]]) -> None:
        groups: dict[str, dict[str, tuple[int, Read]]] = {}
        targets = {target for target, _, _ in columns}
        # With an owner or a date beside it, a cell holds one action, if its name says so.
        self._several = SEVERAL in targets or targets == {"action.title"}
        for target, index, read in columns:
            named = ACTION.fullmatch("action.title" if target == SEVERAL else target)
            if named:
                groups.setdefault(named[1] or "", {})[named[2]] = (index, read)
        self._groups = [groups[key] for key in sorted(groups, key=lambda key: int(key or 0))]

    def __bool__(self) -> bool:
        return bool(self._groups)

    def of(self, cells: Sequence[str]) -> list[dict[str, Any]]:
        """The actions that ``cells`` tell of."""
        return [action for group in self._groups for action in self._of_group(group, cells)]

    def _of_group(
        self, group: Mapping[str, tuple[int, Read]], cells: Sequence[str]
    ) -> list[dict[str, Any]]:
        if "title" not in group or not (cell := cells[group["title"][0]].strip()):
            return []
        if words.current().is_nothing(cell):
            return []
        actions = actions_in(cell, several=self._several)
        for field, (index, read) in group.items():
            if field != "title" and (beside := cells[index].strip()):
                _share(actions, field, beside, read)
        return actions


def actions_in(cell: str, *, several: bool) -> list[dict[str, Any]]:
    """The actions in one cell.

    Args:
        cell: what stands there.
        several: whether its column is one of several actions in a cell, so that semicolons set
            them apart too.
    """
    if cell.startswith("["):
        try:
            items = json.loads(cell)
        except (ValueError, RecursionError):
            items = None
        if isinstance(items, list):
            return [i if isinstance(i, dict) else {"title": str(i)} for i in items[:MOST]]
    lines = [BULLET.sub("", line).strip() for line in _lines(cell, several=several)]
    return [action for line in lines[:MOST] if line and (action := action_of(line))]


def _lines(cell: str, *, several: bool) -> list[str]:
    lines = cell.splitlines()
    if len(lines) > 1:
        return lines
    if several and ";" in cell:
        return cell.split(";")
    if FIRST.match(cell):
        return NUMBERED.split(cell)
    return lines


def _share(actions: list[dict[str, Any]], field: str, cell: str, read: Read) -> None:
    """Gives each action its line of a cell beside it, or all of them the one that is there."""
    parts = [part.strip() for part in cell.splitlines()]
    if len(parts) == 1 and len(actions) > 1:
        parts = [part.strip() for part in re.split("[;,]", cell)]
    if len(parts) != len(actions):
        parts = [cell] * len(actions)
    for action, part in zip(actions, parts, strict=True):
        value = read(BULLET.sub("", part)) if part else None
        if value is not None:
            action[field] = value


#: Incidents that are held in memory while their rows are gathered from all over a table.
MOST_HELD = 100_000
#: From this share of rows on whose id came before, rows are about incidents rather than each one.
SHARE_OF_MORE = 0.1
SHARE_THAT_AGREES = 0.8
#: Pairs of rows that tell which end of a table is the newer one.
MOST_PAIRS = 500
LONGEST_TIME = 60
#: An incident is open before it is resolved.
RESOLVED_LAST = {("open", "resolved"): 1, ("resolved", "open"): -1}
#: Clocks of which the first counts.
BEGINNINGS = frozenset(
    ("impact_started_at", "detected_at", "declared_at", "notified_at", "acknowledged_at")
)
LISTS = frozenset((*LIST_FIELDS, "actions", "timeline"))


#: What is said among rows.
Aside = Problem | LeftOut
Values = dict[str, Any]


@dataclass
class RowValues:
    """What a row says.

    Attributes:
        key: the incident that it names; empty if it names none.
    """

    place: Place
    values: dict[str, Any]
    key: str = ""


def come_together(rows: Sequence[RowValues]) -> bool:
    """Whether rows come several to an incident.

    Two records that bear one id by mistake say different things; rows about one incident repeat
    most of what they say of it.
    """
    seen: dict[str, dict[str, Any]] = {}
    again = agreeing = 0
    for row in rows:
        if row.key in seen:
            again += 1
            agreeing += _agree(seen[row.key], row.values)
        if row.key:
            seen[row.key] = row.values
    often = again >= SHARE_OF_MORE * len(rows)
    return again > 0 and often and agreeing >= SHARE_THAT_AGREES * again


def _agree(row: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two rows are about the same: by title, else by time, else by most of their cells."""
    (title, clock), (other_title, other_clock) = key_of(row), key_of(other)
    if title or other_title:
        return title == other_title
    if clock and clock == other_clock:
        return True
    both = [name for name in row if name != "id" and row[name] and other.get(name)]
    same = [name for name in both if row[name] == other[name]]
    return len(same) * 2 >= len(both)


def is_newest_first(rows: Sequence[RowValues]) -> bool:
    """Whether what was said last of an incident stands above: by times in its rows, else states."""
    pairs = list(itertools.islice(_pairs(rows), MOST_PAIRS))
    names = {name for pair in pairs for name, value in pair[0].items() if isinstance(value, str)}
    times = [direction for name in names for direction in _directions_of(name, pairs)]
    state = words.current().status
    states = [
        RESOLVED_LAST[change]
        for one, other in pairs
        if (change := (state(str(one.get("status"))), state(str(other.get("status")))))
        in RESOLVED_LAST
    ]
    return sum(times or states) < 0


def _pairs(rows: Sequence[RowValues]) -> Iterator[tuple[Values, Values]]:
    """Each two rows of one incident that follow each other."""
    above: dict[str, Values] = {}
    for row in rows:
        if row.key in above:
            yield above[row.key], row.values
        if row.key:
            above[row.key] = row.values


def _directions_of(name: str, pairs: Sequence[tuple[Values, Values]]) -> list[int]:
    """For each change of a value that is a time, whether the later one stands below (1) or above.

    Nothing where such values are no times.
    """
    changes = [(str(one[name]), str(other[name])) for one, other in pairs
               if one.get(name) and other.get(name) and one[name] != other[name]]  # fmt: skip
    texts = {text for change in changes for text in change}
    order = day_order_of(texts)
    times = {text: _time(text, order) for text in texts}
    if not texts or not all(times.values()):
        return []
    return [1 if times[one] < times[other] else -1 for one, other in changes]


def _time(text: str, order: DayOrder | None) -> str:
    written = read_moment(text, day_order=order) if len(text) <= LONGEST_TIME else None
    return written.iso() if written and written.date and written.date.year else ""


def is_scattered(keys: Iterable[str]) -> bool:
    """Whether rows of one key stand apart from each other."""
    seen: set[str] = set()
    last = ""
    for key in keys:
        if key != last and key in seen:
            return True
        seen.add(key)
        last = key or last
    return False


def joined(
    rows: Iterable[RowValues | Aside],
    *,
    scattered: bool,
    newest_first: bool,
    continued: Callable[[RowValues], bool],
) -> Iterator[RowValues | Aside]:
    """The incidents that rows are about, and the problems among them.

    Args:
        rows: in their order.
        scattered: whether rows of one incident may stand apart.
        newest_first: whether what was said last stands above.
        continued: whether a row that names no incident goes on with the one above.
    """
    held: dict[object, RowValues] = {}
    last: RowValues | None = None
    for number, row in enumerate(rows):
        if isinstance(row, Problem | LeftOut):
            yield row
        elif last is not None and not row.key and continued(row):
            merge(last.values, row.values)
        elif row.key and row.key in held:
            last = held[row.key]
            if newest_first:
                last.values, row.values = row.values, last.values
            merge(last.values, row.values)
        else:
            last = held[row.key or number] = row
            if len(held) > (MOST_HELD if scattered else 1):
                yield held.pop(next(iter(held)))
    yield from held.values()


def merge(into: dict[str, Any], later: dict[str, Any]) -> None:
    """Adds what a later row says of the same incident."""
    for name, value in later.items():
        if value in (None, "", []) or (
            isinstance(value, str) and words.current().is_nothing(value)
        ):
            into.setdefault(name, value)
        elif name in LISTS:
            before = into.get(name) or []
            into[name] = [*before, *(item for item in value if item not in before)]
        elif isinstance(value, dict):
            into[name] = {**(into.get(name) or {}), **value}
        elif name in BEGINNINGS and into.get(name):
            into[name] = _first(into[name], value)
        else:
            into[name] = value


def _first(value: Any, other: Any) -> Any:
    """The earlier of two clocks; the one from above where that cannot be told."""
    try:
        times = [dt.datetime.fromisoformat(str(clock)) for clock in (value, other)]
        return other if times[1] < times[0] else value
    except (ValueError, TypeError):
        return value

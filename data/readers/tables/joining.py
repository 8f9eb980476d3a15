"""Several rows about one incident: one for each action, or one for each change of its state.

Rows below that leave the columns of the incident empty belong to the one above. Of rows of a log
the last word counts, whichever end of the table it stands at, but an incident began when the first
of them says.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from data import words
from data.fields import LIST_FIELDS
from data.notations import DayOrder
from data.problems import Place, Problem
from data.readers.source import LeftOut
from data.readers.tables.identity import key_of
from data.times import day_order_of, read_moment

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


def _agree(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two rows are about the same: by title, else by time, else by most of their cells."""
    (title, clock), (other_title, other_clock) = key_of(one), key_of(other)
    if title or other_title:
        return title == other_title
    if clock and clock == other_clock:
        return True
    both = [name for name in one if name != "id" and one[name] and other.get(name)]
    same = [name for name in both if one[name] == other[name]]
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


def _first(one: Any, other: Any) -> Any:
    """The earlier of two clocks; the one from above where that cannot be told."""
    try:
        times = [dt.datetime.fromisoformat(str(clock)) for clock in (one, other)]
        return other if times[1] < times[0] else one
    except (ValueError, TypeError):
        return one

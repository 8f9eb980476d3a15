"""The pipeline of a table: sample, mapping, plan, and then row by row."""

import contextlib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from data import words
from data.added import kind_of
from data.mapping import KEPT, LEFT_OUT, ColumnMapping
from data.problems import Place, Problem, shown
from data.readers import exports
from data.readers.source import (
    MEGABYTE,
    Assumption,
    Item,
    LeftOut,
    RawAction,
    RawAdded,
    RawIncident,
    Recognised,
    Source,
    Unreadable,
)
from data.readers.tables.cells import MOST_COLUMNS, Row, Table, as_texts, named_apart
from data.readers.tables.guessing import NOTHING_GIVEN, Guess, guess
from data.readers.tables.headers import Column, is_number, names_actions
from data.readers.tables.joining import (
    Aside,
    Identities,
    RowValues,
    come_together,
    is_newest_first,
    is_scattered,
    joined,
    key_of,
)
from data.readers.tables.plan import Plan
from data.record import CLOCK_FIELDS
from data.values import plain_cell

#: Rows by which it is decided what a table holds.
SAMPLE = 2_000
#: Rows that are looked at where those leave it open which of day and month comes first, or where
#: only the rows themselves tell who they are.
LARGER_SAMPLE = 20_000
#: Rows by which it is known whether a column holds whole records of a tool.
PACKED = 25
LARGEST_PACKED = 48 * MEGABYTE
MOST_NAMED = 12
#: Rows that are looked at for values to show of each column, and how many of those are shown.
ROWS_OF_EXAMPLES, EXAMPLES = 50, 3
#: In a table of so many columns, a row of one cell is a heading for those below.
WIDE = 4
#: A record has at least one of these.
NAMING = frozenset((*CLOCK_FIELDS, "title", "date", "window"))
#: What a row of a log of incidents tells: its name, its time, and one of these.
NAMES = frozenset(("title", "id"))
TIMES = frozenset((*CLOCK_FIELDS, "date", "window", "start_time"))
OF_AN_INCIDENT = frozenset(
    ("severity", "root_cause", "impact", "resolved_at", "duration", "window")
)
#: What calendars of anything have too; a table of incidents tells more.
OF_ANYTHING = frozenset(
    ("impact_started_at", "date", "start_time", "services", "team", "environment", "tags")
)
NO_INCIDENTS = (
    "is no table of incidents: it holds {}, and none of these was taken for a title, a severity, a "
    "state, an end or a cause; say which is which with --mapping, or on the page Records"
)
PUT_TOGETHER = "rows of one incident are put together; of what they say apart, the {} counts"


def read_table(table: Table, *, source: Source) -> Iterator[Item]:
    """The records in the rows of ``table``.

    Args:
        table: read once, from its first row to its last.
        source: what it stands in.

    Raises:
        Unreadable: it has more columns than any table.
    """
    if len(table.header) > MOST_COLUMNS:
        raise Unreadable(f"has more than {MOST_COLUMNS} columns", position=table.position)
    names = named_apart(table.header)
    if _given(names, source) is None and (items := _of_a_tool(table, source)) is not None:
        yield from items
        return
    if (items := _packed(table, source)) is not None:
        yield from items
        return
    plain_names = ["_".join(name.lower().split()) for name in names]
    if kind := kind_of(plain_names):
        yield from _added(table, kind, plain_names, source.name)
    else:
        yield from _Reading(table, names, source).items()


def _given(names: Sequence[str], source: Source) -> ColumnMapping | None:
    """The mapping that somebody gave, unless it is for tables with other headers."""
    mapping = source.options.mapping
    if not isinstance(mapping, ColumnMapping):
        return None
    is_other = mapping.recognise and not mapping.fits(frozenset(map(str.lower, names)))
    return None if is_other else mapping


def _of_a_tool(table: Table, source: Source) -> Iterator[Item] | None:
    """The items of a table that a known tool exports; None where none writes such columns."""
    texts = ((place, c if isinstance(c, str) else as_texts(c)) for place, c in table.rows)
    filled = ((place, cells) for place, cells in texts if any(cells))
    return exports.recognised_table(table.header, filled, source)


def _packed(table: Table, source: Source) -> Iterator[Item] | None:
    """The records that a tool wrote and a database keeps whole in one column; None if none."""
    first = list(itertools.islice(table.rows, PACKED))
    table.rows = itertools.chain(first, table.rows)
    if source.options.mapping is not None or source.size > LARGEST_PACKED:
        return None
    for index in range(len(table.header)):
        if exports.is_known(list(_unpacked(first, index))):
            return exports.recognised([list(_unpacked(table.rows, index))], source)
    return None


def _unpacked(rows: Iterable[Row], index: int) -> Iterator[Any]:
    """The objects in a column of texts, of which each is one."""
    for _, cells in rows:
        cell = cells[index] if not isinstance(cells, str) and index < len(cells) else ""
        if isinstance(cell, str) and cell.lstrip().startswith("{"):
            with contextlib.suppress(ValueError, RecursionError):
                yield json.loads(cell)


def holds_actions(table: Table, *, source: Source) -> bool:
    """Whether the rows of ``table`` are actions that stand apart from their incidents."""
    names = named_apart(table.header)
    return _Reading(table, names, source).holds_actions()


def speaks_of_records(table: Table, *, source: Source) -> bool:
    """Whether the columns of ``table`` are of incidents or actions at all."""
    names = named_apart(table.header)
    if kind_of(names) or exports.recognised_table(table.header, iter(()), source) is not None:
        return True
    return _Reading(table, names, source).speaks_of_records()


def told_of_incidents(table: Table, *, source: Source) -> int:
    """How much each row tells that only incidents have; 0 where it is not named and dated."""
    return _Reading(table, named_apart(table.header), source).told_of_incidents()


def _added(table: Table, kind: str, names: Sequence[str], source: str) -> Iterator[Item]:
    """Rows of what people added to the records, which only we write."""
    for position, cells in table.rows:
        place = Place(source, position)
        if isinstance(cells, str):
            yield Problem(place, "", "", cells, rejected=True)
            continue
        texts = as_texts(cells)
        if any(texts):
            if len(texts) != len(names) and (ragged := _ragged(texts, len(names), place)):
                yield ragged
            pairs = zip(names, texts, strict=False)
            yield RawAdded(kind, place, {name: plain_cell(cell) for name, cell in pairs if cell})


class _Reading:
    """One reading of one table.

    Args:
        table: what is read.
        names: of its columns, each another one.
        source: what it stands in.
    """

    def __init__(self, table: Table, names: Sequence[str], source: Source) -> None:
        self._table = table
        self._names = names
        self._source = source
        self._given = _given(names, source)
        self._rows = iter(table.rows)
        self._sample: list[Row] = []
        self._look_at(SAMPLE)

    def holds_actions(self) -> bool:
        """Whether its rows are actions."""
        _, plan = self._decided()
        return plan.holds_actions

    def speaks_of_records(self) -> bool:
        """Whether a column names its rows or tells when they were."""
        guessed, plan = self._decided()
        return plan.holds_actions or not NAMING.isdisjoint(guessed.mapping.columns.values())

    def told_of_incidents(self) -> int:
        """How many of its columns only incidents have, where it has a name and a time too."""
        guessed, plan = self._decided()
        targets = {t.strip() for all_ in guessed.mapping.columns.values() for t in all_.split(",")}
        if plan.holds_actions or targets.isdisjoint(NAMES) or targets.isdisjoint(TIMES):
            return 0
        return len(targets & OF_AN_INCIDENT)

    def items(self) -> Iterator[Item]:
        """Everything that the table holds."""
        guessed, plan = self._decided()
        is_open = plan.problems or not (plan.names_records or plan.holds_actions)
        if is_open and self._look_at(LARGER_SAMPLE):
            guessed, plan = self._decided()
        if not self._sample:
            return
        yield Recognised(
            self._source.name,
            f"{guessed.mapping.tool} table of {guessed.mapping.rows}".strip(),
            f"columns {', '.join(self._names[:MOST_NAMED])}",
            {name: guessed.mapping.columns.get(name, "") for name in self._names},
            self._examples(),
        )
        if not plan.holds_actions and self._is_of_anything(guessed.mapping):
            reason = NO_INCIDENTS.format(", ".join(self._names[:MOST_NAMED]))
            yield Problem(Place(self._source.name, self._table.position), "", "", reason, True)
            return
        for doubt in guessed.doubts:
            yield Assumption(f"{self._table.name}: {doubt}")
        yield from plan.problems
        read = self._of_actions if plan.holds_actions else self._of_incidents
        yield from read(plan)

    def _examples(self) -> dict[str, list[str]]:
        """The first values of each column, each once."""
        first = (cells for _, cells in self._sample[:ROWS_OF_EXAMPLES])
        rows = [as_texts(cells) for cells in first if not isinstance(cells, str)]
        columns = zip(self._names, itertools.zip_longest(*rows, fillvalue=""), strict=False)
        return {
            name: list(dict.fromkeys(shown(cell) for cell in cells if cell))[:EXAMPLES]
            for name, cells in columns
        }

    def _is_of_anything(self, mapping: ColumnMapping) -> bool:
        """Whether the columns may be those of any calendar; a person who names columns knows."""
        targets = {part for name in self._names for part in mapping.targets(name)}
        return self._given is None and targets <= {*OF_ANYTHING, KEPT, LEFT_OUT}

    def _look_at(self, rows: int) -> bool:
        """Look at so many rows; whether there are any that were not looked at before."""
        before = len(self._sample)
        self._sample += itertools.islice(self._rows, rows - before)
        return len(self._sample) > before

    def _decided(self) -> tuple[Guess, Plan]:
        """What the columns are, by the rows looked at so far."""
        rows = [as_texts(cells) for _, cells in self._sample if not isinstance(cells, str)]
        cells = itertools.zip_longest(*rows, fillvalue="") if rows else ()
        filled = itertools.chain(cells, itertools.repeat(()))
        columns = [
            Column(index, name, texts)
            for index, (name, texts) in enumerate(zip(self._names, filled, strict=False))
        ]
        options = self._source.options
        of_actions = names_actions(self._table.called)
        guessed = guess(columns, self._given or NOTHING_GIVEN, of_actions=of_actions)
        place = Place(self._source.name, self._table.position)
        return guessed, Plan(columns, guessed.mapping, place=place, options=options)

    def _of_actions(self, plan: Plan) -> Iterator[Item]:
        for row in self._read(plan, itertools.chain(self._sample, self._rows)):
            yield row if isinstance(row, Problem | LeftOut) else RawAction(row.place, row.values)

    def _of_incidents(self, plan: Plan) -> Iterator[Item]:
        """Rows as incidents, several of which may be about one."""
        first = list(self._read(plan, self._sample))
        self._sample = []
        known = [row for row in first if isinstance(row, RowValues)]
        identities = Identities(row.values for row in known)
        rows: Iterator[RowValues | Aside] = itertools.chain(first, self._read(plan, self._rows))
        keys = [row.key for row in known]
        together = come_together(known)
        if plan.tells_actions or (plan.names_records and together):
            newest_first = together and is_newest_first(known)
            if together:
                which = PUT_TOGETHER.format("first" if newest_first else "last")
                yield Assumption(f"{self._table.name}: {which}")
            rows = joined(
                rows,
                scattered=is_scattered(keys),
                newest_first=newest_first,
                continued=_continues,
            )
        for row in rows:
            if isinstance(row, Problem | LeftOut):
                yield row
                continue
            if not row.values.get("id"):
                row.values["id"] = identities.of(row.values)
            yield RawIncident(row.place, row.values, tells_actions=plan.tells_actions)

    def _read(self, plan: Plan, rows: Iterable[Row]) -> Iterator[RowValues | Aside]:
        """The rows that say something."""
        width = len(self._names)
        for position, cells in rows:
            place = Place(self._source.name, position)
            if isinstance(cells, str):
                yield Problem(place, "", "", cells, rejected=True)
                continue
            texts = as_texts(cells) if self._table.is_typed else cells
            if any(texts):
                if len(texts) != width and (ragged := _ragged(texts, width, place)):
                    yield ragged
                values = plan.read(texts)
                if reason := _no_record(values, texts, width):
                    yield LeftOut(place, reason)
                    continue
                yield RowValues(place, values, _key(values, plan))


def _no_record(values: dict[str, Any], texts: Sequence[str], width: int) -> str:
    """Why a row is no record but a heading or a sum; empty for one that may be."""
    filled = [text for text in texts if text]
    alone = width >= WIDE and len(filled) == 1
    # Where nothing names records, a lone id empties the other fields of its record.
    if alone and not values.get("actions") and not NAMING.isdisjoint(values):
        return f"holds {shown(filled[0])!r} alone, which is a heading"
    if any(values.get(clock) for clock in CLOCK_FIELDS):
        return ""
    if words.current().is_sum(filled[0]):
        return f"begins with {shown(filled[0])!r}, which is a sum of others"
    named = any(values.get(name) for name in ("id", "title", "actions"))
    if not named and len(filled) < width and all(map(is_number, filled)):
        return "holds numbers and no name, so it is a sum of others"
    return ""


def _key(values: dict[str, Any], plan: Plan) -> str:
    """The incident that a row is about; empty if it does not say."""
    if plan.names_records:
        return str(values.get("id") or "")
    return "\x1e".join(key) if any(key := key_of(values)) else ""


def _continues(row: RowValues) -> bool:
    """Whether a row is but another action of the incident above."""
    return bool(row.values.get("actions")) and not any(key_of(row.values))


def _ragged(cells: Sequence[str], width: int, place: Place) -> Problem | None:
    """What is odd about a row of another width than the header; delimiters at its end are not."""
    if len(cells) > width and not any(cells[width:]):
        return None
    less = "the missing ones are unknown"
    more = "those beyond it are kept beside the record"
    meaning = less if len(cells) < width else more
    reason = f"has {len(cells)} cells where the header has {width}; {meaning}"
    return Problem(place, "", "", reason)

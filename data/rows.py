"""How does a record become rows of the tables, and how do rows become the record again?

Both ways stand here side by side, so that a new field is added in one place and nothing is lost
on the way: a stored record reads back equal to what was loaded.
"""

import datetime as dt
import hashlib
import json
import marshal
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, select, true

from data import tables
from data.engine import Row
from data.record import (
    ACTION_FIELDS,
    CLOCK_FIELDS,
    DAY_FIELDS,
    INCIDENT_FIELDS,
    LONG_LISTS,
    LONG_MAPPINGS,
    LONG_TEXTS,
    Action,
    Event,
    Incident,
    Kind,
    RecordField,
    cleaned,
    listed,
    narrow,
)


def _getters(fields: dict[str, RecordField]) -> tuple["itemgetter[Any]", "itemgetter[Any]"]:
    """What gets the narrow fields that are stored as they are, and those that are times."""
    names: dict[bool, list[str]] = {False: [], True: []}
    for field, kept in narrow(fields):
        names[kept.kind is Kind.TIME].append(field.name)
    return itemgetter(*names[False]), itemgetter(*names[True])


#: Enough to tell two contents of the same record apart; nobody attacks one's own records.
DIGEST_BYTES = 16
DAY_SECONDS = 86_400
FIRST_DAY = dt.date(1970, 1, 1).toordinal()
#: The first of marshal's formats: equal values give equal bytes, in a third of the time of text.
MARSHAL_BY_VALUE = 0

# Fields in the order of their columns: one call for many, as this runs for every record of a load.
_labels_of, _clocks_of = _getters(INCIDENT_FIELDS)
_texts_of = itemgetter(*LONG_TEXTS)
_text_lists_of = itemgetter(*LONG_LISTS)
_mappings_of = itemgetter(*LONG_MAPPINGS)
_lists_of = itemgetter(*(field.name for field, _ in listed()))
_action_labels_of, _days_of = _getters(ACTION_FIELDS)
_json = json.JSONEncoder(sort_keys=True).encode
#: Where the reason for a declared repeat stands, as a source may give it.
REPEAT_BASIS = "repeat_basis"


class Rows(NamedTuple):
    """The rows of one record, still without the key of its incident.

    Attributes:
        digest: the same for the same content, whatever the order of keys in its mappings.
        incident: the columns of ``incidents`` after ``key``, ``id`` and ``digest``, but
            for what the store notes of the record.
        parts: the columns after ``incident``, row by row, in the order of ``tables.PARTS``.
    """

    digest: bytes
    incident: Row
    parts: tuple[Sequence[Row], ...]


def rows_of(incident: Incident) -> Rows:
    """The record as rows."""
    narrow = _incident_row(incident)
    parts = _parts(incident)
    plain: Any = (narrow, parts)
    content = marshal.dumps(plain, MARSHAL_BY_VALUE)
    return Rows(hashlib.blake2b(content, digest_size=DIGEST_BYTES).digest(), narrow, parts)


def record_of(
    incident: Mapping[str, Any], parts: Mapping[Table, Sequence[Mapping[str, Any]]]
) -> Incident:
    """The record that was stored as these rows.

    Args:
        incident: its row of ``incidents``.
        parts: its rows of ``tables.PARTS``, each in order of position.
    """
    values = _fields(incident, Incident) | _fields(parts[tables.TEXTS][0], Incident)
    values |= {clock: moment_of(incident[clock]) for clock in CLOCK_FIELDS}
    values |= {name: json.loads(values[name]) for name in (*LONG_LISTS, *LONG_MAPPINGS)}
    for (field, kept), table in zip(listed(), tables.LISTS, strict=True):
        values[field.name] = [row[kept.column] for row in parts[table]]
    values["repeats"] = [row["earlier"] for row in parts[tables.REPEATS]]
    values["timeline"] = [_event(row) for row in parts[tables.EVENTS]]
    values["actions"] = [_action(row) for row in parts[tables.ACTIONS]]
    return Incident.model_validate(values)


def _incident_row(incident: Incident) -> Row:
    day, estimated = _precision_bits(incident)
    return (
        *_labels_of(vars(incident)),
        *[seconds_of(at) for at in _clocks_of(vars(incident))],
        day,
        estimated,
        _has_postmortem(incident),
    )


def _parts(incident: Incident) -> tuple[Sequence[Row], ...]:
    basis = cleaned(incident.extra.get(REPEAT_BASIS))
    basis = basis if isinstance(basis, str) else None
    return (
        (_texts_row(incident),),
        *[tuple(enumerate(labels)) for labels in _lists_of(vars(incident))],
        tuple((position, earlier, basis) for position, earlier in enumerate(incident.repeats)),
        tuple(
            (position, seconds_of(event.at), event.kind, event.text)
            for position, event in enumerate(incident.timeline)
        ),
        tuple(_action_row(position, action) for position, action in enumerate(incident.actions)),
    )


def _texts_row(incident: Incident) -> Row:
    return (
        *_texts_of(vars(incident)),
        *[_json(value) if value else "[]" for value in _text_lists_of(vars(incident))],
        *[_json(value) if value else "{}" for value in _mappings_of(vars(incident))],
    )


def _action_row(position: int, action: Action) -> Row:
    return (
        position,
        *_action_labels_of(vars(action)),
        *[seconds_of_day(day) for day in _days_of(vars(action))],
        _json(action.extra) if action.extra else "{}",
    )


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    return _fields(row, Event) | {"at": moment_of(row["at"])}


def _action(row: Mapping[str, Any]) -> dict[str, Any]:
    days = {
        name: None if (at := moment_of(row[name])) is None else at.date() for name in DAY_FIELDS
    }
    return _fields(row, Action) | days | {"extra": json.loads(row["extra"])}


def _fields(row: Mapping[str, Any], model: type[Incident | Event | Action]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in model.model_fields}


def _precision_bits(incident: Incident) -> tuple[int, int]:
    """The clocks known to the day only, and the estimated ones: bit i stands for clock i."""
    bits = {"day": 0, "estimated": 0, "exact": 0}
    overall = incident.time_precision or "exact"
    if overall != "exact" or incident.clock_precision:
        for i, clock in enumerate(CLOCK_FIELDS):
            if getattr(incident, clock) is not None:
                bits[incident.clock_precision.get(clock, overall)] |= 1 << i
    return bits["day"], bits["estimated"]


def _has_postmortem(incident: Incident) -> bool:
    """Whether there is a document, a day on which it was published, or a cause written down."""
    published = incident.postmortem_published_at is not None
    return published or bool(incident.url or incident.root_cause)


def seconds_of(at: dt.datetime | None) -> int | None:
    """A moment as it is stored."""
    return None if at is None else int(at.timestamp())


def seconds_of_day(day: dt.date | None) -> int | None:
    """A day as it is stored: its first second."""
    return None if day is None else (day.toordinal() - FIRST_DAY) * DAY_SECONDS


def moment_of(seconds: int | None) -> dt.datetime | None:
    """The moment that was stored."""
    return None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC)


# Which short values does a record have beyond the known fields?
#
# What a source says beyond them is kept whole in ``extra``. Short values at its top level are
# written once more into a narrow table, so that records can be chosen by them, and lists show
# them, without reading a single long text.

#: Characters of a name or a value; what is longer is a text and nothing to choose by.
LONGEST = 100
#: A whole number beyond which it is not written out; it would be nothing to choose by either.
BIGGEST = 10**30
#: Own fields of one record.
MOST_FIELDS = 50
#: What has a meaning here and is no field of anybody's own.
OURS = (REPEAT_BASIS,)


def own_rows(extra: Mapping[str, Any]) -> Iterator[tuple[int, str, str]]:
    """Position, name and value of the short values at the top level of ``extra``."""
    position = 0
    for key, raw in extra.items():
        name, value = _short(key), _short(raw)
        if name and value and name not in OURS:
            yield position, name, value
            position += 1
            if position == MOST_FIELDS:
                return


def _short(raw: Any) -> str:
    """A text, a number or yes and no as a short text; empty where it is none."""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if not isinstance(raw, str | int | float) or (isinstance(raw, int) and abs(raw) > BIGGEST):
        return ""
    text = " ".join((cleaned(str(raw)) or "").split())
    return text if len(text) <= LONGEST else ""


# How do stored rows become whole records again, many of them without holding them all?

#: Records read at once while streaming: the round trips no longer count, and memory stays small.
CHUNK = 500
EVERY_RECORD: ColumnElement[bool] = true()


def stream(
    connection: Connection, *, where: ColumnElement[bool] = EVERY_RECORD
) -> Iterator[tuple[bytes, Incident]]:
    """Records with the digests of what they hold, in the order in which they were first loaded.

    Args:
        where: which of the rows of ``incidents``.
    """
    columns = tables.INCIDENTS.c
    some = select(tables.INCIDENTS).where(where).order_by(columns.key).limit(CHUNK)
    last = -1
    while rows := connection.execute(some.where(columns.key > last)).mappings().all():
        digests = (bytes(row["digest"]) for row in rows)
        yield from zip(digests, records_of(connection, rows), strict=True)
        last = rows[-1]["key"]


def keyed_records(connection: Connection, keys: Sequence[int]) -> list[tuple[int, Incident]]:
    """The records under some keys of this store; those that there are none of are left out."""
    theirs = select(tables.INCIDENTS).where(tables.INCIDENTS.c.key.in_(keys))
    rows = connection.execute(theirs).mappings().all()
    return [
        (row["key"], record) for row, record in zip(rows, records_of(connection, rows), strict=True)
    ]


def records_of(connection: Connection, rows: Sequence[Mapping[Any, Any]]) -> list[Incident]:
    """The records of some rows of ``incidents``."""
    keys = [row["key"] for row in rows]
    parts: dict[int, dict[Table, list[Mapping[str, Any]]]] = {
        key: {table: [] for table in tables.PARTS} for key in keys
    }
    for table in tables.PARTS:
        theirs = select(table).where(table.c.incident.in_(keys)).order_by(*table.primary_key)
        for part in connection.execute(theirs).mappings():
            parts[part["incident"]][table].append(dict(part))
    return [record_of({**row}, parts[row["key"]]) for row in rows]

"""Lists of JSON objects that no tool is known by, as tables: a key is the name of a column.

An object inside an object is taken apart once (``severity.name``); what lies deeper stays JSON.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from data.mapping import FIELDS
from data.readers.exports.timelines import events_of
from data.readers.tables.contents import Column
from data.readers.tables.guessing import OF_INCIDENTS, field_named
from data.readers.tables.moments import Notation, notations
from data.readers.tables.table import MOST_COLUMNS, Row, Table
from data.readers.tables.texts import as_text, as_texts
from data.record import CLOCK_FIELDS

#: Objects by which it is known whether a list is in our own form.
SAMPLE = 25
#: Names of ours beside those of an incident.
BESIDE = frozenset(("incident_id", "incidents"))


def is_foreign(items: Sequence[Any]) -> bool:
    """Whether the objects of a list are in a form that is not ours.

    Ours have an id, or name an incident, and mostly names of our fields.
    """
    objects = [item for item in items[:SAMPLE] if isinstance(item, Mapping) and item]
    return bool(objects) and not any(map(_is_ours, objects))


def _is_ours(item: Mapping[str, Any]) -> bool:
    if "id" not in item and not OF_INCIDENTS.isdisjoint(item):
        return False  # an incident, whose id others call ``incident_id``
    own = sum(key in FIELDS or key in BESIDE for key in item)
    return ("id" in item or "incident_id" in item) and own * 2 >= len(item)


def table_of_objects(
    name: str, items: Iterable[tuple[str, Any]], *, header: Sequence[str]
) -> Table:
    """Objects as a table.

    Args:
        name: of the table.
        items: with where each stands, in words.
        header: the keys of all of them, from :func:`header_of`.
    """
    return Table(name, list(header), _rows(items, header), position="its keys")


def completed(items: Sequence[Any]) -> Iterator[Any]:
    """Objects in our form with the fields that they tell under other names, such as ``owner``."""
    sample = [item for item in items[:SAMPLE] if isinstance(item, Mapping)]
    there = {str(key) for item in sample for key in item}
    if not there.isdisjoint(BESIDE):
        yield from items
        return
    others = [key for key in header_of(sample) if key in there and key not in FIELDS]
    columns = [
        Column(index, key, as_texts([item.get(key) for item in sample]))
        for index, key in enumerate(others)
    ]
    fields: dict[str, Column] = {}
    for column in columns:
        field = field_named(column)
        if field and field not in there:
            fields.setdefault(field, column)
    written = notations([fields[name] for name in CLOCK_FIELDS if name in fields], order=None)
    for item in items:
        yield _completed(item, fields, written) if isinstance(item, Mapping) else item


def _completed(
    item: Mapping[str, Any], fields: Mapping[str, Column], written: Mapping[int, Notation]
) -> Mapping[str, Any]:
    values = dict(item)
    for field, column in fields.items():
        if column.header not in values:
            continue
        value = values[column.header]
        if field in CLOCK_FIELDS and value:
            value = written[column.index].read(as_text(value).strip())
        elif field == "timeline":
            value = events_of(value)
        if value or not values[column.header]:
            del values[column.header]
            values[field] = value
    return values


def header_of(items: Iterable[Any]) -> list[str]:
    """The keys of some objects in the order in which they come up, as many as a table may have."""
    keys: dict[str, None] = {}
    for item in items:
        if isinstance(item, Mapping):
            keys |= dict.fromkeys(_flat(item))
        if len(keys) > MOST_COLUMNS:
            break
    return list(keys)


def _rows(items: Iterable[tuple[str, Any]], header: Sequence[str]) -> Iterator[Row]:
    for position, item in items:
        if isinstance(item, Mapping):
            flat = _flat(item)
            yield position, [flat.get(key) for key in header]
        else:
            yield position, "is no record, which is an object"


def _flat(item: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in item.items():
        if isinstance(value, Mapping) and value:
            flat |= {f"{key}.{inner}": below for inner, below in value.items()}
        else:
            flat[str(key)] = value
    return flat

"""Lists of JSON objects that no tool is known by, as tables: a key is the name of a column.

An object inside an object is taken apart once (``severity.name``); what lies deeper stays JSON.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from data.mapping import FIELDS
from data.readers.tables.table import MOST_COLUMNS, Row, Table

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

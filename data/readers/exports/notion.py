"""Notion: the pages of a database, as its interface gives them.

A database has the columns that its users made, so all but the title is told by their names. Its
CSV is a table like any other, and a page that was exported is a document.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from data import words
from data.readers.exports.paths import ABSENT, Record, letters
from data.readers.exports.rules import Known, Shape, label

TOOL = "Notion"
#: Kinds of properties that say nothing of the incident.
ABOUT_THE_PAGE = frozenset(
    ("created_time", "created_by", "last_edited_time", "last_edited_by", "button", "verification")
)


def _properties(record: Record) -> Iterator[tuple[str, str, Any]]:
    """Name, kind and value of each property."""
    for properties in record.records("properties"):
        for name, inner in properties.content.items():
            if isinstance(inner, Mapping):
                kind = str(inner.get("type") or next((key for key in inner if key != "id"), ""))
                values = {letters(key): value for key, value in inner.items()}
                yield name, kind, values.get(letters(kind))


def _texts(value: Any) -> list[str]:
    """What a value shows: parts of a text are joined, options are a list."""
    parts = [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []
    texts = [str(text) for part in parts for text in (Record(part).value("plain_text"),) if text]
    if texts:
        return ["".join(texts)]
    if isinstance(value, Mapping) and isinstance(value.get("type"), str):
        return _texts(value.get(value["type"]))
    return Record({"value": value}).names("value") or []


def _of_kind(wanted: str) -> Any:
    def rule(record: Record) -> Any:
        for name, kind, value in _properties(record):
            if kind == wanted:
                _use(record, name)
                return " ".join(_texts(value)) or None
        return ABSENT

    return rule


def _status(record: Record) -> Any:
    for name, _, value in _properties(record):
        if words.current().field(name) == "status":
            meaning = next(filter(None, map(words.current().status, _texts(value))), "")
            if meaning:
                _use(record, name)
                return meaning
    return ABSENT


def _own_fields(record: Record) -> Iterator[tuple[str, Any]]:
    for name, kind, value in list(_properties(record)):
        if kind == "title" or kind in ABOUT_THE_PAGE or words.current().field(name) == "status":
            continue
        _use(record, name)
        if kind == "date" and isinstance(value, Mapping):
            yield from _dates(name, value)
        elif texts := _texts(value):
            yield name, texts if len(texts) > 1 else texts[0]


def _dates(name: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """One time under its name; begin and end where a property holds both."""
    start, end = value.get("start"), value.get("end")
    if words.current().field(name):
        yield name, start
    elif words.current().fact(name):
        yield "impact started at", start
    if end:
        yield "resolved at", end


def _use(record: Record, name: str) -> None:
    place = record.keys.get("properties")
    if place:
        record.use((place, name))


PAGES = Shape(
    tool=TOOL,
    what="pages of a database",
    known=Known(
        needs=("properties", "id"),
        some=(
            "object",
            "parent",
            "created_time",
            "last_edited_time",
            "archived",
            "url",
            "in_trash",
        ),
        least=3,
        never=("fields", "attributes"),
    ),
    fields={
        "id": label("id"),
        "title": _of_kind("title"),
        "url": label("url", "public_url"),
        "status": _status,
    },
    labelled=_own_fields,
)

SHAPES = (PAGES,)

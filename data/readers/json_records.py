"""JSON: one record, a list of them, or an object with "incidents", "actions" and what was added.

Read as a whole, since JSON ends only at its end; for more than this allows, JSON Lines is read line
by line.
"""

import contextlib
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from data.added import REQUIRED
from data.problems import Place, Problem, shown
from data.readers import exports
from data.readers.exports.reading import lists_in, objects_in
from data.readers.source import (
    FALLBACK,
    MEGABYTE,
    Assumption,
    Item,
    RawAction,
    RawAdded,
    RawIncident,
    Source,
    Unreadable,
    encoding_of,
    fallback_said,
    opened,
    whole_text,
)
from data.readers.tables.reading import read_table, told_of_incidents
from data.readers.tables.sheets import completed, header_of, is_foreign, table_of_objects
from data.record import Incident, encodable

#: What parses into a quarter of a gigabyte or so; a hundred thousand records.
LARGEST_DOCUMENT = 64 * MEGABYTE
#: Deeper nesting has no meaning in a record and exhausts the stack of whatever walks it.
DEEPEST = 60
#: Keys of our own form; an object with any of them is meant to be it.
OURS = frozenset((*Incident.model_fields, "incidents", "incident_id", *REQUIRED))
#: What a record has that no envelope of records does.
OWN_NAMES = frozenset(("title", "severity", "root_cause", "impact_started_at", "resolved_at"))
#: Objects by which it is known what a list tells of.
SAMPLE = 25
TOO_DEEP = f"is nested deeper than {DEEPEST} levels"
ACTION_FIELD = "incident_id"
#: JSON can escape half of a character.
HALF = re.compile(r"\\u[dD][89a-fA-F]")
NOT_BLANK = re.compile(r"\S")


def read_json(source: Source) -> Iterator[Item]:
    """The records in ``source``; actions that stand apart come first.

    Raises:
        Unreadable: it is too large, no text or no JSON.
    """
    if source.size > LARGEST_DOCUMENT:
        raise Unreadable(
            f"is larger than {LARGEST_DOCUMENT // MEGABYTE} MB; "
            "write it as JSON Lines, one record a line"
        )
    text, encoding = whole_text(source, at_most=LARGEST_DOCUMENT)
    if encoding == FALLBACK:
        yield Assumption(fallback_said(source))
    documents = parsed_documents(text)
    content = documents[0] if len(documents) == 1 else documents
    if source.options.mapping is not None and (lists := list(lists_in(content))):
        yield from _mapped(source, lists)
        return
    if (items := exports.recognised(documents, source)) is not None:
        yield from items
        return
    if (told := _told_inside(source, content)) is not None:
        yield from told
        return
    if reason := _unknown(content):
        raise Unreadable(reason)
    yield from _of_content(source, content)


def _told_inside(source: Source, content: Any) -> Iterator[Item] | None:
    """The records inside what is none itself, under any keys; None where nothing tells of any."""
    if _is_our_form(content):
        return None
    best: tuple[int, str, list[Any]] = (0, "", [])
    for path, items in objects_in(content):
        told = 0 if path == "" else _told(source, path, items)
        if told > best[0]:
            best = (told, path, items)
    _, path, items = best
    return _items(source, items, path=path) if items else None


def _is_our_form(content: Any) -> bool:
    """Whether content is meant as records by itself."""
    if isinstance(content, Mapping):
        return "id" in content or bool(_lists(content))
    if not isinstance(content, list):
        return True
    objects = (item for item in content if isinstance(item, Mapping))
    return any(not OWN_NAMES.isdisjoint(item) for item in objects)


def _told(source: Source, path: str, items: list[Any]) -> int:
    """How much each object tells that only incidents have."""
    placed = ((f"{path}[{index}]", item) for index, item in enumerate(items[:SAMPLE]))
    table = table_of_objects(path, placed, header=header_of(items[:SAMPLE]))
    try:
        return told_of_incidents(table, source=source)
    except Unreadable:
        return 0


def _of_content(source: Source, content: Any) -> Iterator[Item]:
    """What is in our own form, and lists in a form of their own."""
    if isinstance(content, list):
        yield from _items(source, content, path="")
    elif isinstance(content, Mapping) and "id" not in content and _lists(content):
        yield from _collection(source, content)
    else:
        for item in completed([content]):
            yield record_or_problem(item, Place(source.name))


def _mapped(source: Source, lists: list[tuple[str, list[Any]]]) -> Iterator[Item]:
    """The list that a mapping fits best, which is the only one that it is meant for."""
    mapping = source.options.mapping
    headers = [header_of(items) for _, items in lists]
    fitting = [sum(bool(mapping.targets(name)) for name in header) for header in headers]
    path, items = lists[fitting.index(max(fitting))]
    yield from _table(source, path, items)


def _table(source: Source, path: str, items: list[Any]) -> Iterator[Item]:
    """A list of objects in a form of their own."""
    placed = ((f"{path}[{index}]", item) for index, item in enumerate(items))
    name = f"{source.name}, list {path!r}" if path else source.name
    table = table_of_objects(name, placed, header=header_of(items))
    yield from read_table(table, source=source)


def _unknown(content: Any) -> str:
    """What to tell of an object that holds lists of something and nothing of ours."""
    if not isinstance(content, Mapping) or not OURS.isdisjoint(content):
        return ""
    return exports.what_it_holds(content)


def parsed_documents(text: str) -> list[Any]:
    """The JSON in ``text``, which may be several documents: pages as a command line prints them.

    Raises:
        Unreadable: it is none, or nested beyond reason.
    """
    try:
        return [parsed(text)]
    except Unreadable as error:
        documents = list(_one_after_another(text))
        if len(documents) < 2:
            raise error
        return documents


def _one_after_another(text: str) -> Iterator[Any]:
    """The documents that a text begins with; none where something else stands between them."""
    decoder, documents, end = json.JSONDecoder(), [], 0
    while start := NOT_BLANK.search(text, end):
        try:
            document, end = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            return
        if _depth(document) > DEEPEST:
            return
        documents.append(_whole(document) if HALF.search(text) else document)
    yield from documents


def parsed(text: str) -> Any:
    """The JSON in ``text``.

    Raises:
        Unreadable: it is none, or nested beyond reason.
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        position = f"line {error.lineno}, column {error.colno}"
        raise Unreadable("is no JSON from here on", position=position) from error
    except RecursionError:
        raise Unreadable(TOO_DEEP) from None
    except ValueError as error:  # a number of thousands of digits
        raise Unreadable(f"is no usable JSON: {error}") from error
    if text.count("[") + text.count("{") > DEEPEST and _depth(content) > DEEPEST:
        raise Unreadable(TOO_DEEP)
    return _whole(content) if HALF.search(text) else content


def _whole(content: Any) -> Any:
    """The same with every text :func:`~data.record.encodable`."""
    if isinstance(content, str):
        return encodable(content)
    if isinstance(content, list):
        return [_whole(item) for item in content]
    if isinstance(content, dict):
        return {_whole(key): _whole(value) for key, value in content.items()}
    return content


def record_or_problem(value: Any, place: Place) -> RawIncident | RawAction | Problem:
    """A mapping as an incident, or as an action if it names its incident."""
    if not isinstance(value, Mapping):
        return Problem(place, "", shown(value), "is no record, which is an object", rejected=True)
    return RawAction(place, value) if ACTION_FIELD in value else RawIncident(place, value)


def _lists(content: Mapping[str, Any]) -> set[str]:
    """The keys of lists that only an object that holds records has."""
    return {key for key in ("incidents", *REQUIRED) if isinstance(content.get(key), list)}


def _collection(source: Source, content: Mapping[str, Any]) -> Iterator[Item]:
    """Everything in an object that holds records; actions that stand apart come first."""
    for key in ("actions", "incidents"):
        values = content.get(key)
        yield from _items(source, values if isinstance(values, list) else [], path=key)
    for kind in sorted(_lists(content) & REQUIRED.keys()):
        for index, value in enumerate(content[kind]):
            place = Place(source.name, f"{kind}[{index}]")
            if isinstance(value, Mapping):
                yield RawAdded(kind, place, value)
            else:
                yield Problem(place, "", shown(value), "is no object", rejected=True)


def _items(source: Source, values: list[Any], *, path: str) -> Iterator[Item]:
    if is_foreign(values):
        yield from _table(source, path, values)
        return
    for index, value in enumerate(completed(values)):
        yield record_or_problem(value, Place(source.name, f"{path}[{index}]"))


def _depth(content: Any) -> int:
    """How deep ``content`` is nested, counted no further than is of interest."""
    level: list[Any] = [content]
    for depth in range(DEEPEST + 1):
        below: list[Any] = []
        for value in level:
            if isinstance(value, Mapping):
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        if not below:
            return depth
        level = below
    return DEEPEST + 1


# JSON Lines: one record a line, so a bad line costs only itself and no file is too long.

LARGEST_LINE = 4096 * MEGABYTE
#: Ten times the longest record that the fields allow to be useful; bounds the memory of one line.
LONGEST_LINE = 10 * MEGABYTE
#: What a gigabyte of memory or so holds.
LARGEST_EXPORT = 64 * MEGABYTE


def read_json_lines(source: Source) -> Iterator[Item]:
    """The records in ``source``, line by line.

    Raises:
        Unreadable: it is too large or no text.
    """
    if source.size > LARGEST_LINE:
        raise Unreadable(f"is larger than {LARGEST_LINE // MEGABYTE} MB; split it")
    encoding = encoding_of(source)
    if encoding == FALLBACK:
        yield Assumption(fallback_said(source))
    sample = _sample(source, encoding=encoding)
    if source.options.mapping is None and exports.is_known(sample):
        yield from _export(source, encoding=encoding)
    elif source.options.mapping is not None or is_foreign(sample):
        yield from _table_of_lines(source, encoding=encoding)
    else:
        yield from _records(source, encoding=encoding)


def _records(source: Source, *, encoding: str) -> Iterator[Item]:
    for number, line in _lines(source, encoding=encoding):
        place = Place(source.name, f"line {number}")
        if len(line) > LONGEST_LINE:
            reason = f"is longer than {LONGEST_LINE:,} characters"
            yield Problem(place, "", shown(line[:200]), reason, rejected=True)
        elif line.strip():
            try:
                yield record_or_problem(parsed(line), place)
            except Unreadable as error:
                yield Problem(place, "", shown(line[:200]), str(error), rejected=True)


def _table_of_lines(source: Source, *, encoding: str) -> Iterator[Item]:
    """Lines in a form of their own, read twice: for their keys, then for what they hold."""
    header = header_of(item for _, item in _objects(source, encoding=encoding))
    rows = _objects(source, encoding=encoding)
    yield from read_table(table_of_objects(source.name, rows, header=header), source=source)


def _objects(source: Source, *, encoding: str) -> Iterator[tuple[str, Any]]:
    """What each line holds; None where it cannot be read."""
    for number, line in _lines(source, encoding=encoding):
        if line.strip():
            item = None
            with contextlib.suppress(Unreadable):
                item = parsed(line) if len(line) <= LONGEST_LINE else None
            yield f"line {number}", item


def _sample(source: Source, *, encoding: str) -> list[Any]:
    """What the first lines hold, as far as they can be read."""
    records = []
    for _, line in itertools.islice(_lines(source, encoding=encoding), SAMPLE):
        with contextlib.suppress(Unreadable):
            records.append(parsed(line))
    return records


def _export(source: Source, *, encoding: str) -> Iterator[Item]:
    """The lines of a tool's export, read as a whole: its records may belong together."""
    if source.size > LARGEST_EXPORT:
        raise Unreadable(f"is an export of more than {LARGEST_EXPORT // MEGABYTE} MB; split it")
    records, lines = [], []
    for number, line in _lines(source, encoding=encoding):
        if line.strip():
            try:
                records.append(parsed(line))
                lines.append(number)
            except Unreadable as error:
                place = Place(source.name, f"line {number}")
                yield Problem(place, "", shown(line[:200]), str(error), rejected=True)
    yield from exports.recognised([records], source, lines=lines) or ()


def _lines(source: Source, *, encoding: str) -> Iterator[tuple[int, str]]:
    """Numbered lines; of a line that is too long only the start."""
    number = 0
    with opened(source, encoding=encoding) as stream:
        while line := stream.readline(LONGEST_LINE + 1):
            number += 1
            yield number, line
            rest = line
            while len(rest) > LONGEST_LINE and not rest.endswith(("\n", "\r")):
                rest = stream.readline(LONGEST_LINE + 1)

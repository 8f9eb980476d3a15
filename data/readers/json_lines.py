"""JSON Lines: one record a line, so a bad line costs only itself and no file is too long."""

import contextlib
import itertools
from collections.abc import Iterator
from typing import Any

from data.problems import Place, Problem, shown
from data.readers import exports
from data.readers.json_records import parsed, record_or_problem
from data.readers.source import MEGABYTE, Assumption, Item, Source, Unreadable
from data.readers.tables.objects import header_of, is_foreign, table_of_objects
from data.readers.tables.reading import read_table
from data.readers.text import FALLBACK, encoding_of, fallback_said, opened

LARGEST = 4096 * MEGABYTE
#: Ten times the longest record that the fields allow to be useful; bounds the memory of one line.
LONGEST_LINE = 10 * MEGABYTE
#: What a gigabyte of memory or so holds.
LARGEST_EXPORT = 64 * MEGABYTE
#: Lines by which an export is known.
SAMPLE = 25


def read_json_lines(source: Source) -> Iterator[Item]:
    """The records in ``source``, line by line.

    Raises:
        Unreadable: it is too large or no text.
    """
    if source.size > LARGEST:
        raise Unreadable(f"is larger than {LARGEST // MEGABYTE} MB; split it")
    encoding = encoding_of(source)
    if encoding == FALLBACK:
        yield Assumption(fallback_said(source))
    sample = _sample(source, encoding=encoding)
    if source.options.mapping is None and exports.is_known(sample):
        yield from _export(source, encoding=encoding)
    elif source.options.mapping is not None or is_foreign(sample):
        yield from _table(source, encoding=encoding)
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


def _table(source: Source, *, encoding: str) -> Iterator[Item]:
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

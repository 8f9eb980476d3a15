"""JSON Lines: one record a line, so a bad line costs only itself and no file is too long."""

from collections.abc import Iterator

from data.problems import Place, Problem, shown
from data.readers.json_records import parsed, record_or_problem
from data.readers.source import MEGABYTE, Assumption, Item, Source, Unreadable
from data.readers.text import FALLBACK, encoding_of, fallback_said, opened

LARGEST = 4096 * MEGABYTE
#: Ten times the longest record that the fields allow to be useful; bounds the memory of one line.
LONGEST_LINE = 10 * MEGABYTE


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

"""From the records of an export to items: rules applied, times read, users' own fields placed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from data.mapping import KEPT, LEFT_OUT
from data.problems import Place
from data.readers.exports.bodies import with_body
from data.readers.exports.find import Match
from data.readers.exports.moments import Clock, settled, written_time
from data.readers.exports.own_fields import field_of, with_own_fields
from data.readers.exports.paths import ABSENT, PEOPLE, Record, letters
from data.readers.exports.rules import filled_by
from data.readers.exports.shape import LeftAside, Shape, Whole
from data.readers.source import Item, LeftOut, RawAction, RawIncident, Recognised, Source
from data.record import CLOCK_FIELDS

#: Records by which it is told what the columns of a table were taken for.
SAMPLE = 50


def read_matches(
    matches: Sequence[Match], source: Source, documents: Sequence[Any]
) -> Iterator[Item]:
    """The items of recognised records; actions that stand apart come first."""
    # Rows of a table are of one shape, and are read one by one.
    listed = {m.shape.what: m.records for m in matches if isinstance(m.records, list)}
    whole = Whole(documents, listed)
    matches = [_looked_at(match) for match in matches]
    for match in matches:
        shape = f"{match.shape.tool} {match.shape.what}"
        yield Recognised(source.name, shape, _why(match), _meanings(match))
    for match in sorted(matches, key=lambda match: match.shape.holds == "incident"):
        yield from _of_shape(match, source, whole)


def _of_shape(match: Match, source: Source, whole: Whole) -> Iterator[Item]:
    shape = match.shape
    records = settled(match.records, otherwise=source.options.day_order, at_once=not shape.arrange)
    for entry in shape.arrange(list(records), whole) if shape.arrange else records:
        record = entry.record if isinstance(entry, LeftAside) else entry
        place = Place(source.name, record.at)
        reason = entry.reason if isinstance(entry, LeftAside) else _left_out(shape, record)
        if reason:
            yield LeftOut(place, reason)
        elif shape.holds == "action":
            yield RawAction(place, read_times(filled_by(shape.fields, record), shape.tool))
        else:
            yield from _incident(shape, record, place, source)


def _left_out(shape: Shape, record: Record) -> str:
    reason = shape.leave_out(record) if shape.leave_out else None
    return reason if isinstance(reason, str) else ""


def _incident(shape: Shape, record: Record, place: Place, source: Source) -> Iterator[Item]:
    values: dict[str, Any] = {}
    for name, rule in shape.fields.items():
        value = rule(record)
        if value is not ABSENT:
            values[name] = value
    pairs = list(shape.labelled(record)) if shape.labelled else ()
    body = shape.body(record) if shape.body else None
    if rest := record.rest():
        values["extra"] = rest
    values = with_own_fields(values, pairs, ours=shape.certain)
    values = read_times(values, shape.tool)
    if body:
        for item in with_body(values, body, source=source, weak=shape.weak):
            if isinstance(item, dict):
                values = item
            else:
                yield item
    yield RawIncident(place, values, tells_actions="actions" in values, tool=shape.tool)


def read_times(values: Mapping[str, Any], tool: str) -> dict[str, Any]:
    """``values`` with their clocks as ISO 8601 texts, and where each was read."""
    clocks = {k: v for k, v in values.items() if isinstance(v, Clock) and k in CLOCK_FIELDS}
    read = {name: _read(value, tool) for name, value in values.items()}
    if "timeline" in read:
        read["timeline"] = _in_order(read["timeline"])
    if clocks:
        read["clock_sources"] = {name: f"{tool}: {clock.said}" for name, clock in clocks.items()}
    if estimated := [name for name, clock in clocks.items() if clock.estimated]:
        read["clock_precision"] = dict.fromkeys(estimated, "estimated")
    return read


def _read(value: Any, tool: str) -> Any:
    if isinstance(value, Clock):
        return written_time(value)
    if isinstance(value, list):
        return [read_times(item, tool) if isinstance(item, dict) else item for item in value]
    return value


def _in_order(timeline: list[Any]) -> list[Any]:
    """Events by their time; many tools tell the latest first."""
    timed = all(isinstance(event, dict) and event.get("at") for event in timeline)
    return sorted(timeline, key=lambda event: str(event["at"])) if timed else timeline


def _looked_at(match: Match) -> Match:
    """``match`` with some records that can be gone through more than once."""
    records = iter(match.records)
    first = list(islice(records, SAMPLE))
    return replace(match, records=chain(first, records), sample=tuple(first))


def _meanings(match: Match) -> dict[str, str]:
    """What the columns of a table were taken for, or that they are kept beside or left out."""
    people = {column for column in match.columns if letters(column) in PEOPLE}
    meanings = {column: LEFT_OUT if column in people else KEPT for column in match.columns}
    for record in match.sample if match.columns else ():
        for column, field in _taken(match.shape, record, match.columns):
            meanings[column] = meanings.get(column) or field
    return {column: meanings[column] for column in match.columns}


def _taken(shape: Shape, record: Record, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    for field, rule in shape.fields.items():
        for place in record.used_of(rule):
            yield from ((".".join(place), field), (place[0], field))
    for name, _ in shape.labelled(record) if shape.labelled else ():
        yield from ((column, field_of(name)) for column in columns if name in column)


def _why(match: Match) -> str:
    where = f"under '{match.path}' " if match.path else ""
    return f"{where}by the keys {', '.join(list(dict.fromkeys(match.marks))[:6])}"

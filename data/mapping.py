"""Which column of a table is which field? What a person confirmed once, kept to be used again.

A mapping names the column by its header and the field by its name, says what values mean, which of
day and month comes first and in which zone times without one are. It is written as YAML, so that a
person can read and mend it::

    columns:
      Opened: detected_at
      Headline: title
      Notes: ""        # kept beside the record
      Password: "-"    # left out
    values:
      severity: {Kritisch: SEV1}
    day_order: day
    zone: Europe/Berlin

A mapping may say for which tables it is: ``recognise`` names headers that such a table has and no
other does, and ``tool`` what writes them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from data.notations import DayOrder
from data.record import Action, Incident
from data.settings import Settings, SettingsUnreadable, parse_settings, read_settings

#: A column that is kept beside the record under its header, and one that is left out.
KEPT, LEFT_OUT = "", "-"
#: What a column may hold that is no field by itself; fields are filled from them.
PARTS = {
    "date": "the day of the incident",
    "start_time": "the time of day at which it began",
    "end_time": "the time of day at which it ended",
    "window": "when it began and ended, in one cell",
    "zone": "the zone of the times in the row",
    "duration": "how long it lasted",
    "time_to_detect": "from the start to the detection",
    "time_to_acknowledge": "from the detection to the acknowledgement",
    "time_to_mitigate": "from the start to the mitigation",
    "time_to_resolve": "from the start to the end",
    "incident_id": "the incident that an action belongs to",
    "incident_title": "the title of the incident that an action belongs to",
}
#: What follows the name of a column that an earlier one has too.
REPEATED = re.compile(r" \(\d{1,4}\)$")
#: ``action.owner``, and ``action 2.owner`` where a row has several.
ACTION = re.compile(r"action(?: (\d{1,3}))?\.(\w+)")
ACTION_FIELDS = frozenset(Action.model_fields)
FIELDS = frozenset(Incident.model_fields)
#: What the rows of a table are.
INCIDENTS, ACTIONS = "incidents", "actions"
KEYS = ("name", "tool", "recognise", "rows", "columns", "values", "day_order", "zone")
NOTHING: Mapping[str, Any] = MappingProxyType({})


class MappingUnreadable(SettingsUnreadable):
    """A mapping cannot be used; the message says which, where and why."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What the columns and values of a table mean.

    Attributes:
        columns: header to target: a field of the record, one of :data:`PARTS`, ``action.`` and a
            field of an action, KEPT, LEFT_OUT, or several of them with commas between.
        values: field to what its values mean; values are compared without regard to case.
        day_order: which comes first in its dates, where that is known.
        zone: of its times without one, as a person writes it; empty if not said.
        rows: INCIDENTS or ACTIONS; empty leaves it to the columns.
        name: by which it is kept.
        tool: what writes such tables; empty if none is known.
        recognise: the headers that such a table has and no other.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    day_order: DayOrder | None = None
    zone: str = ""
    rows: str = ""
    name: str = ""
    tool: str = ""
    recognise: frozenset[str] = frozenset()

    def targets(self, header: str) -> list[str]:
        """What the column under ``header`` fills; empty where it is kept beside the record."""
        target = self.columns.get(header)
        if target is None:
            target = self.columns.get(REPEATED.sub("", header), KEPT)
        return [part for part in map(str.strip, target.split(",")) if part]

    def fits(self, headers: frozenset[str]) -> bool:
        """Whether a table with these headers, in lower case, is one that it is for."""
        return bool(self.recognise) and all(name.lower() in headers for name in self.recognise)


def read_mapping(path: Path) -> ColumnMapping:
    """The mapping in a file.

    Raises:
        MappingUnreadable: it cannot be opened, is no YAML or no mapping.
    """
    try:
        settings = read_settings(path)
    except SettingsUnreadable as error:
        raise MappingUnreadable(str(error)) from error
    return _mapping(path.name, settings)


def parse_mapping(text: str, *, name: str = "mapping") -> ColumnMapping:
    """The mapping in a text, as a store keeps it.

    Raises:
        MappingUnreadable: it is no YAML or no mapping.
    """
    try:
        settings = parse_settings(text, name=name)
    except SettingsUnreadable as error:
        raise MappingUnreadable(str(error)) from error
    return _mapping(name, settings)


def written_mapping(mapping: ColumnMapping) -> str:
    """``mapping`` as YAML; :func:`parse_mapping` reads it back equal."""
    filled = plain_mapping(mapping)
    text: str = yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=100)
    return text


def plain_mapping(mapping: ColumnMapping) -> dict[str, object]:
    """``mapping`` as plain values, without what it does not say."""
    content = {
        "name": mapping.name,
        "tool": mapping.tool,
        "recognise": sorted(mapping.recognise),
        "rows": mapping.rows,
        "columns": dict(mapping.columns),
        "values": {name: dict(meanings) for name, meanings in mapping.values.items()},
        "day_order": mapping.day_order.value if mapping.day_order else "",
        "zone": mapping.zone,
    }
    return {key: value for key, value in content.items() if value}


def is_target(target: str) -> bool:
    """Whether a column may be said to be this."""
    if target in (KEPT, LEFT_OUT) or target in FIELDS or target in PARTS:
        return True
    action = ACTION.fullmatch(target)
    return action is not None and action[2] in ACTION_FIELDS


def _mapping(name: str, settings: Settings) -> ColumnMapping:
    content = {} if settings.values is None else settings.values
    if not isinstance(content, dict):
        raise MappingUnreadable(f"{name} is no mapping: it needs 'columns'")
    lines = dict(_lines(settings.node))
    for key in content:
        if key not in KEYS:
            known = ", ".join(KEYS)
            raise _wrong(name, lines.get((key,)), f"{key!r} is none of {known}")
    columns = _texts(name, content, "columns", lines)
    for header, target in columns.items():
        for part in filter(None, map(str.strip, target.split(","))):
            if not is_target(part):
                reason = f"{part!r}, said of column {header!r}, is no field"
                raise _wrong(name, lines.get(("columns", header)), reason)
    return ColumnMapping(
        columns=columns,
        values=_values(name, content, lines),
        day_order=_day_order(name, content, lines),
        zone=_text(name, content, "zone", lines),
        rows=_rows(name, content, lines),
        name=_text(name, content, "name", lines),
        tool=_text(name, content, "tool", lines),
        recognise=_names(name, content, lines),
    )


Lines = Mapping[tuple[Any, ...], int]


def _lines(node: Any, *, above: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], int]]:
    """The line of each key, by the keys that lead to it."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        path = (*above, key.value)
        yield path, key.start_mark.line + 1
        yield from _lines(value, above=path)


def _wrong(name: str, line: int | None, reason: str) -> MappingUnreadable:
    place = f"{name}, line {line}" if line else name
    return MappingUnreadable(f"{place}: {reason}")


def _texts(name: str, content: Mapping[str, Any], key: str, lines: Lines) -> dict[str, str]:
    given = content.get(key) or {}
    if not isinstance(given, Mapping):
        raise _wrong(name, lines.get((key,)), f"{key!r} needs a name and a meaning on each line")
    if nested := [header for header, value in given.items() if isinstance(value, Mapping | list)]:
        raise _wrong(name, lines.get((key,)), f"{key!r} needs one text for {nested[0]!r}")
    return {str(header): _plain(value) for header, value in given.items()}


def _values(name: str, content: Mapping[str, Any], lines: Lines) -> dict[str, dict[str, str]]:
    given = content.get("values") or {}
    if not isinstance(given, Mapping):
        raise _wrong(name, lines.get(("values",)), "'values' needs fields, each with its values")
    for target in map(str, given):
        if not is_target(target):
            raise _wrong(name, lines.get(("values", target)), f"{target!r} is no field")
    return {str(target): _texts(name, given, target, lines) for target in given}


def _text(name: str, content: Mapping[str, Any], key: str, lines: Lines) -> str:
    value = content.get(key)
    if isinstance(value, Mapping | list):
        raise _wrong(name, lines.get((key,)), f"{key!r} needs a text")
    return _plain(value)


def _plain(value: Any) -> str:
    """A scalar of YAML as it was written; an empty one is an empty text."""
    return "" if value is None else str(value).strip()


def _day_order(name: str, content: Mapping[str, Any], lines: Lines) -> DayOrder | None:
    said = _text(name, content, "day_order", lines)
    try:
        return DayOrder(said.lower()) if said else None
    except ValueError:
        orders = ", ".join(order.value for order in DayOrder)
        reason = f"'day_order' is {said!r}; it may be {orders}"
        raise _wrong(name, lines.get(("day_order",)), reason) from None


def _rows(name: str, content: Mapping[str, Any], lines: Lines) -> str:
    said = _text(name, content, "rows", lines)
    if said not in ("", INCIDENTS, ACTIONS):
        reason = f"'rows' is {said!r}; it may be {INCIDENTS} or {ACTIONS}"
        raise _wrong(name, lines.get(("rows",)), reason)
    return said


def _names(name: str, content: Mapping[str, Any], lines: Lines) -> frozenset[str]:
    given = content.get("recognise") or []
    if not isinstance(given, list):
        raise _wrong(name, lines.get(("recognise",)), "'recognise' needs a list of headers")
    return frozenset(map(str, given))

"""The facts between two lines of dashes at the top of a Markdown file.

Read from the parser's events rather than built by it: every scalar of a field stays the text that
the author wrote (a title ``1.10``, a date, a severity ``no``), the line of every field is known,
and input made to exhaust memory or stack (aliases of aliases, endless nesting) is simply refused.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from data.readers.source import Unreadable
from data.record import plain
from data.settings import LOADER

#: One long record with all its texts; ordinary front matter is under a thousandth of it.
LONGEST = 4_000_000
#: No tool writes records so, people do; the parser in Python is slow.
LONGEST_TOML = 50_000
DEEPEST = 20
MOST_VALUES = 100_000
FENCED = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE
)
#: A text that begins with a line across the page, and goes on with its title: no fields.
UNDER_RULE = re.compile(r"\s*#{1,2}[ \t][^\n]*\n\s*?\n")
FENCED_TOML = re.compile(r"\A\ufeff?\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*$", re.DOTALL | re.MULTILINE)
NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
#: Below this key values keep their JSON types; in fields the text counts and the check knows types.
TYPED = "extra"
TYPED_SCALAR = re.compile(r"true|false|-?(?:0|[1-9]\d{0,4000})(?:\.\d+)?(?:[eE][+-]?\d+)?")


@dataclass
class FrontMatter:
    """The fields of the front matter.

    Attributes:
        values: by field name.
        lines: the line in the file on which each stands, from 1.
        denied: fields of which it says outright that there is nothing (``~``), rather than
            leaving them to be filled in.
        repeated: fields that stand twice, with the line of the one that was left out.
        end: the number of characters that the front matter takes, fences included.
    """

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    repeated: dict[str, int] = field(default_factory=dict)
    end: int = 0


def read_front_matter(text: str) -> FrontMatter:
    """The front matter of ``text``; empty where there is none.

    Raises:
        Unreadable: it is no YAML, no mapping, or built to do harm; the position names the line.
    """
    if toml := FENCED_TOML.match(text):
        return FrontMatter(values=_toml(toml.group(1)), end=toml.end())
    fenced = FENCED.match(text)
    if fenced is None or UNDER_RULE.match(fenced.group(1)):
        return FrontMatter()
    found = FrontMatter(end=fenced.end())
    if len(fenced.group(1)) > LONGEST:
        raise Unreadable(f"front matter is longer than {LONGEST:,} characters")
    events = _Events(_parsed(fenced.group(1)))
    try:
        _read_fields(events, found)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "holds characters that YAML forbids"
        raise Unreadable(
            f"front matter is no YAML: {reason}",
            position=f"line {mark.line + 2}" if mark else "",
        ) from error
    return found


def _toml(text: str) -> dict[str, Any]:
    """The other front matter of site generators, between lines of plus signs."""
    if len(text) > LONGEST_TOML:
        raise Unreadable(f"front matter is longer than {LONGEST_TOML:,} characters")
    try:
        return dict(plain(tomllib.loads(text)))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"front matter is no TOML: {error}") from error


def _parsed(text: str) -> Iterator[Any]:
    return iter(yaml.parse(text, Loader=LOADER))


class _Events:
    """The parser's events with guards: each value is counted, none may be an alias."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._count = 0

    def next(self) -> Any:
        event = next(self._events)
        self._count += 1
        line = f"line {event.start_mark.line + 2}"
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable("front matter uses YAML aliases, which are not read", position=line)
        if self._count > MOST_VALUES:
            raise Unreadable(f"front matter holds over {MOST_VALUES:,} values", position=line)
        return event


def _read_fields(events: _Events, front: FrontMatter) -> None:
    for _ in ("stream", "document"):
        if isinstance(events.next(), yaml.StreamEndEvent):
            return
    first = events.next()
    if isinstance(first, yaml.ScalarEvent) and first.value in NOTHING:
        return
    if not isinstance(first, yaml.MappingStartEvent):
        raise Unreadable("front matter is no mapping of fields to values", position="line 2")
    while not isinstance(key := events.next(), yaml.MappingEndEvent):
        line = key.start_mark.line + 2
        name = str(_value(key, events, typed=False, depth=1))
        event = events.next()
        value = _value(event, events, typed=name == TYPED, depth=1)
        if value is None and event.value:
            front.denied.add(name)
        if name in front.values:
            front.repeated[name] = line
        else:
            front.values[name] = value
            front.lines[name] = line


def _value(event: Any, events: _Events, *, typed: bool, depth: int) -> Any:
    if depth > DEEPEST:
        line = f"line {event.start_mark.line + 2}"
        raise Unreadable(f"front matter is nested deeper than {DEEPEST} levels", position=line)
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event, typed=typed)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Any] = []
        while not isinstance(item := events.next(), yaml.SequenceEndEvent):
            items.append(_value(item, events, typed=typed, depth=depth + 1))
        return items
    mapping: dict[str, Any] = {}
    while not isinstance(key := events.next(), yaml.MappingEndEvent):
        name = str(_value(key, events, typed=False, depth=depth + 1))
        # A mapping inside "actions" or "timeline" has an "extra" of its own.
        inner = typed or name == TYPED
        mapping[name] = _value(events.next(), events, typed=inner, depth=depth + 1)
    return mapping


def _scalar(event: Any, *, typed: bool) -> Any:
    if event.style:  # quoted or a block: text in any case
        return event.value
    if event.value in NOTHING:
        return None
    if typed and TYPED_SCALAR.fullmatch(event.value):
        return json.loads(event.value)
    return event.value

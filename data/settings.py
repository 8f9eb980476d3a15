"""How is a file of settings read? YAML that people write: small, flat and without aliases.

A few lines of aliases of aliases grow to gigabytes, and deep nesting exhausts the stack, so both
are refused before anything is built.
"""

from pathlib import Path
from typing import Any, NamedTuple

import yaml

#: The parser in C where the wheel has it: a tenth of the time of the one in Python.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: Settings are text that people write; anything larger is another file by mistake.
LARGEST_FILE = 1_000_000
DEEPEST = 20


class SettingsUnreadable(ValueError):
    """A file of settings cannot be used; the message says which, where and why."""


class Settings(NamedTuple):
    """What a file holds, and the node it was built from, which knows its lines."""

    values: Any
    node: Any


def read_settings(path: Path) -> Settings:
    """The values of a YAML file; None for an empty one.

    Raises:
        SettingsUnreadable: it cannot be opened, is too large, is no YAML or built to do harm.
    """
    try:
        content = _content(path)
    except OSError as problem:
        raise SettingsUnreadable(f"{path} cannot be opened: {problem.strerror}") from problem
    try:
        return parse_settings(content.decode("utf-8"), name=path.name)
    except ValueError as problem:
        raise _unreadable(path.name, problem) from problem


def parse_settings(text: str, *, name: str) -> Settings:
    """The values in a YAML text; None for an empty one.

    Raises:
        SettingsUnreadable: it is no YAML or built to do harm.
    """
    try:
        _refuse_harm(name, text)
        loader = LOADER(text)
        node: Any = loader.get_single_node()
        return Settings(loader.construct_document(node) if node else None, node)
    except (yaml.YAMLError, ValueError) as problem:
        raise _unreadable(name, problem) from problem


def _unreadable(name: str, problem: Exception) -> SettingsUnreadable:
    if isinstance(problem, SettingsUnreadable):
        return problem
    reason = " ".join(str(problem).split())
    return SettingsUnreadable(f"{name} cannot be read as YAML: {reason}")


def _content(path: Path) -> bytes:
    """All bytes of a file; a device or a pipe may have no end and says nothing of its size."""
    if path.exists() and not path.is_file():
        raise SettingsUnreadable(f"{path} is no file")
    with path.open("rb") as stream:
        content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise SettingsUnreadable(f"{path.name} is larger than {LARGEST_FILE:,} bytes")
    return content


def _refuse_harm(name: str, text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        place = f"{name}, line {event.start_mark.line + 1}" if event.start_mark else name
        if isinstance(event, yaml.AliasEvent):
            raise SettingsUnreadable(f"{place}: YAML aliases are not read")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise SettingsUnreadable(f"{place}: nested deeper than {DEEPEST} levels")

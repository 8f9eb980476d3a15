"""Which sources are there? ``sources.yaml``, checked as a whole before anything is asked."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from data.settings import SettingsUnreadable, read_settings
from data.sync.entry import Entry
from data.sync.kinds import KINDS

#: Where sources are named unless the user says another file.
DEFAULT = Path("sources.yaml")
#: Faults that are told at once.
MOST_TOLD = 10
SOURCES = "sources"


def read_sources(path: Path) -> tuple[Entry, ...]:
    """The sources that a file names.

    Raises:
        SettingsUnreadable: it cannot be used; the message says where and why, a fault a line.
    """
    settings = read_settings(path)
    faults: list[str] = []
    entries = tuple(_entries(path.name, settings.values, settings.node, faults))
    if faults:
        more = len(faults) - MOST_TOLD
        told = [*faults[:MOST_TOLD], *([f"and {more} more"] if more > 0 else [])]
        raise SettingsUnreadable("\n".join(told))
    return entries


def _entries(name: str, values: Any, node: Any, faults: list[str]) -> Iterator[Entry]:
    listed = values.get(SOURCES) if isinstance(values, Mapping) else None
    if not isinstance(listed, list) or not listed:
        faults.append(f"{name}, line 1: needs a list under the name {SOURCES}")
        return
    nodes = next(value.value for key, value in node.value if key.value == SOURCES)
    names: dict[str, int] = {}
    for raw, its_node in zip(listed, nodes, strict=True):
        entry = _entry(name, raw, its_node, faults)
        if entry is None:
            continue
        if entry.name.lower() in names:
            before = names[entry.name.lower()]
            faults.append(
                f"{name}, line {_line(its_node)}: the name {entry.name} stands in line {before} too"
            )
            continue
        names[entry.name.lower()] = _line(its_node)
        yield entry


def _entry(name: str, raw: Any, node: Any, faults: list[str]) -> Entry | None:
    if not isinstance(raw, Mapping):
        faults.append(f"{name}, line {_line(node)}: a source is written as `name: …`, `kind: …`")
        return None
    kind = KINDS.get(str(raw.get("kind")))
    if kind is None:
        said = f"{raw['kind']} is no kind of source" if "kind" in raw else "kind is missing"
        faults.append(f"{name}, line {_line(node)}: {said}; there are {', '.join(KINDS)}")
        return None
    try:
        return kind.entry.model_validate(raw)
    except ValidationError as error:
        lines = {key.value: _line(key) for key, _ in node.value}
        for fault in error.errors():
            where = lines.get(str(fault["loc"][0]) if fault["loc"] else "", _line(node))
            faults.append(f"{name}, line {where}: {_words(fault, kind.entry)}")
        return None


def _words(fault: Any, model: type[Entry]) -> str:
    at = ".".join(map(str, fault["loc"])) or "it"
    if fault["type"] == "missing":
        return f"{at} is missing"
    if fault["type"] == "extra_forbidden":
        return f"{at} is no setting here; there are {', '.join(model.model_fields)}"
    reason = str(fault["msg"]).removeprefix("Value error, ")
    return f"{at} {reason}" if fault["type"] == "value_error" else f"{at}: {reason}"


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1

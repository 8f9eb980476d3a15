"""Post-mortems of a ferry's ticket office, written for the readers of documents."""

from typing import Any

from data.readers import read
from data.readers.source import RawIncident, from_bytes


def record(text: str, name: str = "2026-05-04-ferry.md") -> dict[str, Any]:
    """The one incident of a document, as it was read."""
    items = read(from_bytes(name, text.encode()))
    (incident,) = [item for item in items if isinstance(item, RawIncident)]
    return dict(incident.values)


def of_timeline(*lines: str, above: str = "All times in UTC.") -> dict[str, Any]:
    """The incident of a document that has nothing but these lines of a timeline."""
    events = "\n".join(f"- {line}" for line in lines)
    return record(f"# Ferry tickets\n\n## Timeline\n\n{above}\n\n{events}\n")


def at(clock: str) -> str:
    """A time of the day of the incident, as a record holds it."""
    return f"2026-05-04T{clock}:00+00:00"

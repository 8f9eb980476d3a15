"""What a source gave this time, and what has to be remembered for the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from data.findings import Findings
from data.readers.source import Source

#: Remembered of a source from one time to the next, as JSON can hold it.
State = Mapping[str, Any]


class Failed(Exception):
    """A source could not be read; the message says why, and holds no secret."""


@dataclass(frozen=True)
class Fetched:
    """What a source gave.

    Attributes:
        sources: what there is to read; none where nothing changed.
        state: to be remembered once it is loaded.
        findings: what was met with on the way, such as files that are not there.
        complete: whether every file that the source ever had and has still is among them.
    """

    sources: tuple[Source, ...]
    state: State
    findings: Findings = field(default_factory=Findings)
    complete: bool = False

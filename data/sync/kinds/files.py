"""Files, folders with all below them, and patterns; what did not change is not read again."""

from typing import Literal

from pydantic import Field

from data.files import sources_of
from data.sync.entry import Entry, Surroundings
from data.sync.http import Fetched, State


class Files(Entry):
    """Files of this machine.

    Attributes:
        paths: relative to the file that names the sources.
    """

    kind: Literal["files"]
    paths: tuple[str, ...] = Field(min_length=1)


def fetch(entry: Files, state: State, around: Surroundings) -> Fetched:
    """The files as they are now."""
    paths = [around.folder / around.filled(path) for path in entry.paths]
    sources, findings = sources_of(paths, options=around.options(entry))
    return Fetched(tuple(sources), {}, findings, complete=not findings.rejected)

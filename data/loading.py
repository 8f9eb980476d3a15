"""Loading files into the store, as one transaction, and what became of each record."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.exposure import overlaps
from data.findings import Findings
from data.gathering import Progress, Reading, read_paths
from data.lists import Lists
from data.merging import merged
from data.readers.source import Options, Source, from_bytes
from data.record import Incident
from data.statement import Statement
from data.store import Loaded, Store

#: Records of a preview that are shown as they are read.
FIRST = 5


@dataclass(frozen=True)
class Summary:
    """What a load did.

    Attributes:
        new: records that the store did not have.
        updated: records that it had with another content.
        unchanged: records that it had just so.
        findings: what reading met with.
        cleared_fields: fields that held something and hold nothing now.
        cleared_records: records that such fields belong to.
    """

    new: int
    updated: int
    unchanged: int
    findings: Findings
    cleared_fields: int = 0
    cleared_records: int = 0


@dataclass(frozen=True)
class Preview:
    """What a load would do.

    Attributes:
        first: the first records, as they are read.
    """

    summary: Summary
    first: tuple[Incident, ...]


def load(
    store: Store,
    paths: Sequence[str | Path],
    *,
    lists: Lists,
    options: Options | None = None,
    progress: Progress | None = None,
    as_sample: bool = False,
) -> Summary:
    """Load files into the store, as one transaction.

    Args:
        options: what is said about the files.

    Raises:
        StoreError: the database cannot be reached or is busy; nothing was changed.
    """
    reading = read_paths(paths, lists=lists, options=options, progress=progress)
    return _loaded(store, reading, source=", ".join(map(str, paths)), as_sample=as_sample)


def load_uploads(
    store: Store,
    uploads: Iterable[tuple[str, bytes]],
    *,
    lists: Lists,
    progress: Progress | None = None,
) -> Summary:
    """Load named contents, as a web page receives them; otherwise like :func:`load`."""
    sources = [from_bytes(name, content) for name, content in uploads]
    return load_sources(store, sources, lists=lists, progress=progress)


def load_sources(
    store: Store,
    sources: Sequence[Source],
    *,
    lists: Lists,
    findings: Findings | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Load what is at hand as sources; otherwise like :func:`load`.

    Args:
        findings: what was met with before, such as files that are no source.
    """
    reading = Reading(sources, lists=lists, findings=findings, progress=progress)
    return _loaded(store, reading, source=", ".join(source.name for source in sources))


def preview(
    store: Store,
    sources: Sequence[Source],
    *,
    lists: Lists,
    findings: Findings | None = None,
    progress: Progress | None = None,
) -> Preview:
    """What loading ``sources`` would do; nothing stays of it.

    Args:
        findings: what was met with before, such as files that are no source.

    Raises:
        StoreError: the database cannot be reached or is busy.
    """
    reading = Reading(sources, lists=lists, findings=findings, progress=progress)
    first: list[Incident] = []
    loaded = store.load(
        _noting(reading.statements(), first),
        source="",
        beside=reading.additions,
        refuse=reading.refuse,
        count=reading.findings.count,
        keep=False,
    )
    return Preview(_summary(loaded, reading), tuple(first))


def _noting(statements: Iterable[Statement], first: list[Incident]) -> Iterator[Statement]:
    """The statements as they are; the first records on the way are noted."""
    for statement in statements:
        if len(first) < FIRST and not statement.apart:
            first.append(statement.incident)
        elif first and statement.apart and first[-1].id == statement.incident.id:
            first[-1] = merged(first[-1], statement)
        yield statement


def _loaded(store: Store, reading: Reading, *, source: str, as_sample: bool = False) -> Summary:
    loaded = store.load(
        reading.statements(),
        source=source,
        as_sample=as_sample,
        beside=reading.additions,
        refuse=reading.refuse,
        count=reading.findings.count,
    )
    if reading.findings.added["exposure"]:
        reading.findings.add(overlaps(store))
    return _summary(loaded, reading)


def _summary(loaded: Loaded, reading: Reading) -> Summary:
    return Summary(
        new=loaded.new,
        updated=loaded.updated,
        unchanged=loaded.unchanged,
        cleared_fields=loaded.cleared_fields,
        cleared_records=loaded.cleared_records,
        findings=reading.findings,
    )

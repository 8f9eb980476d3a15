"""What would a load do? Read as a load reads and held against the store, without writing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from data.findings import Findings
from data.gathering import Progress, Reading
from data.lists import Lists
from data.readers.source import Source
from data.record import Incident
from data.store import Store
from data.writing import batches

#: Records that are shown as they will be read.
FIRST = 5


@dataclass(frozen=True)
class Preview:
    """What a load would do.

    Attributes:
        first: the first records, as they would be stored.
        new, updated, unchanged: as in a summary of a load.
        findings: what reading met with.
    """

    new: int
    updated: int
    unchanged: int
    findings: Findings
    first: tuple[Incident, ...] = field(default=())


def preview(
    store: Store, sources: Sequence[Source], *, lists: Lists, progress: Progress | None = None
) -> Preview:
    """What loading ``sources`` would do; nothing is written.

    Raises:
        StoreError: the database cannot be reached.
    """
    reading = Reading(sources, lists=lists, progress=progress, stored=store.records)
    first: list[Incident] = []
    new = updated = unchanged = 0
    replaced = store.is_sample()
    for batch in batches(reading.incidents()):
        stored = {} if replaced else store.records([record.id for record in batch])
        for record in batch:
            first += [record] if len(first) < FIRST else []
            there = stored.get(record.id)
            new, updated, unchanged = (
                new + (there is None),
                updated + (there is not None and there != record),
                unchanged + (there == record),
            )
    return Preview(new, updated, unchanged, reading.findings, tuple(first))

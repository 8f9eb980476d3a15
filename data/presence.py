"""Which records are no longer at their source? They are kept and marked.

A load can tell only of what it covers: a file that it read to its end, and a folder that it walked.
A file that merely corrects records takes none away by leaving it out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select, update

from data import tables
from data.bulk import batches
from data.engine import fetch
from data.told import drop_told, read_told_of
from data.undoing import Before, mark_gone

if TYPE_CHECKING:
    from data.files import Files, Met


def settle(
    connection: Connection,
    *,
    files: "Files",
    met: Mapping[int, Collection[int]],
    covers: Sequence[str],
    complete: Collection[str],
    before: Before,
) -> list[int]:
    """Mark the records that this load covers and did not meet.

    Args:
        files: of this load.
        met: by file that was known before, hashes of what it spoke of (:attr:`Told.name`).
        covers: folders that were walked, in full.
        complete: names of sources of which everything was read.

    Returns:
        The keys of those that were not marked before.
    """
    lost = _lost_rows(connection, files, met, before)
    lost |= _lost_files(connection, files, covers, complete, before)
    gone = lost - _held(connection, lost, files)
    newly = _unmarked(connection, gone)
    before.gone(dict.fromkeys(newly, False))
    mark_gone(connection, newly, True)
    return newly


def _lost_rows(
    connection: Connection, files: "Files", met: Mapping[int, Collection[int]], before: Before
) -> set[int]:
    """Records that a file had and has no more."""
    lost: set[int] = set()
    told = tables.TOLD.c
    for file in files.met:
        if file.known is None or file.as_before or not file.whole or file.source.changes:
            continue
        here = met.get(file.key, ())
        rows = fetch(
            connection,
            select(told.name, told.incident, told.holds).where(told.file == file.key),
        )
        missing = [row for row in rows if hash(row[0]) not in here]
        if not missing or not _is_same_file(file, len(missing)):
            continue
        keys = [(file.key, name) for name, _, _ in missing]
        theirs = read_told_of(connection, [incident for _, incident, _ in missing])
        before.told(keys, [row for rows_ in theirs.values() for row in rows_])
        drop_told(connection, keys)
        lost.update(incident for _, incident, holds in missing if holds)
    return lost


def _is_same_file(file: "Met", missing: int) -> bool:
    """Whether an upload is the file that was uploaded by that name before."""
    before = file.known.records if file.known else 0
    return bool(file.source.location) or missing < before


def _lost_files(
    connection: Connection,
    files: "Files",
    covers: Sequence[str],
    complete: Collection[str],
    before: Before,
) -> set[int]:
    """Records of files that are no longer in the folder that was walked."""
    here = {file.key for file in files.met}
    away = [
        file.key
        for file in files.known.values()
        if file.key not in here
        and not file.gone
        and (file.source_name in complete or _is_below(file.location, covers))
    ]
    lost: set[int] = set()
    told, columns = tables.TOLD.c, tables.FILES.c
    for some in batches(away):
        before.files(fetch(connection, select(tables.FILES).where(columns.key.in_(some))))
        connection.execute(update(tables.FILES).where(columns.key.in_(some)).values(gone=True))
        files.lose(some)
        theirs = select(told.incident).where(told.file.in_(some), told.holds)
        lost.update(row[0] for row in fetch(connection, theirs))
    return lost


def _is_below(location: str, folders: Iterable[str]) -> bool:
    return bool(location) and any(Path(location).is_relative_to(folder) for folder in folders)


def _held(connection: Connection, keys: Collection[int], files: "Files") -> set[int]:
    """Those of some records that another file still has."""
    held: set[int] = set()
    told = tables.TOLD.c
    for some in batches(keys):
        query = select(told.incident, told.file).where(told.incident.in_(some), told.holds)
        held.update(key for key, file in fetch(connection, query) if files.has(file))
    return held


def _unmarked(connection: Connection, keys: Collection[int]) -> list[int]:
    columns = tables.INCIDENTS.c
    unmarked: list[int] = []
    for some in batches(keys):
        query = select(columns.key).where(columns.key.in_(some), ~columns.gone)
        unmarked += [row[0] for row in fetch(connection, query)]
    return unmarked

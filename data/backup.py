"""Backups of a store: whole as of one moment, known to be so, and put back only when asked to.

A backup is an SQLite store in one file, of whatever database it was made: it carries everything,
people's verdicts and the state of the search too, and may be restored into any other.
"""

import datetime as dt
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from data.engine import connect, damage, path_of
from data.migrations import bring_up_to_date
from data.store import Counts, Store, StoreError, StoreTooNew, StoreUnreachable, open_store
from data.trail import Entry

#: A moment in the name of a file: sortable, and without signs that a file system refuses.
STAMP = "%Y-%m-%dT%H-%M-%S.%fZ"
STAMPED = r"\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{6}Z\.backup"


class BackupRefused(StoreError):
    """A backup cannot be made or restored like this; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made.

    Attributes:
        removed: older ones of the same store that made room.
    """

    path: Path
    size: int
    removed: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """A store that holds what a backup held.

    Attributes:
        address: the store, in words.
        before: a backup of what stood there; None where nothing did.
        aside: the file that stood there and could not be read, under its new name.
    """

    address: str
    counts: Counts
    before: Path | None
    aside: Path | None


def back_up(
    store: Store, to: Path | None = None, *, at: dt.datetime, keep: int | None = None
) -> Backup:
    """Write a backup while the store may be in use.

    Args:
        to: a file that is not there yet, or a folder; None is the folder of the store.
        at: now; files in a folder are named after it.
        keep: how many backups of this store the folder is to have, which is made where there is
            none; older ones are removed when the new one is written.

    Raises:
        BackupRefused: the place cannot be used.
        StoreUnreachable: the store cannot be read, or the backup cannot be written.
    """
    folder = to or store.folder
    name = store.name
    try:
        if keep is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamped = folder / f"{name}.{at.astimezone(dt.UTC):{STAMP}}.backup"
        path = stamped if folder.is_dir() else folder
        if path.exists():
            raise BackupRefused(f"{path} is there already. Name another file, or a folder.")
        if not path.parent.is_dir():
            raise BackupRefused(f"There is no folder {path.parent}.")
        store.tell(Entry("backup", path.name))  # before it, so that the backup tells of itself
        store.copy_to(path)
        return Backup(path, path.stat().st_size, _removed(folder, name, keep))
    except OSError as error:
        raise BackupRefused(f"No backup can be written to {folder}: {error.strerror}.") from error


def restore(file: Path, url: str | None, *, at: dt.datetime, replace: bool = False) -> Restored:
    """Make a store hold what a backup holds, all of it or nothing.

    What stood there is backed up beside the store first; a file that cannot be read as a store is
    moved aside. Those who use the store see the change like any other.

    Args:
        url: as for :func:`data.store.open_store`.
        at: now; what stood there is named after it.
        replace: whether a store that holds something is replaced.

    Raises:
        BackupRefused: the backup is damaged, none, or of a newer version, or the store holds
            something and ``replace`` was not said.
        StoreBusy: a load did not end in time. Nothing was changed.
    """
    try:
        wrong = damage(file)
        if wrong:
            raise BackupRefused(f"{file} cannot be restored: {wrong}. Nothing was changed.")
        with TemporaryDirectory() as folder:
            copied = Path(folder, "restored.db")
            shutil.copyfile(file, copied)  # where it may be upgraded
            with closing(_opened(copied, file)) as source:
                store, aside = _target(url, at=at, replace=replace)
                with closing(store):
                    before = None
                    if store.revision():
                        if not replace:
                            raise _holds_something(store)
                        before = back_up(store, at=at).path
                    store.take_over(source, told=file.name)
                    return Restored(store.address, store.counts(), before, aside)
    except OSError as error:
        raise BackupRefused(f"{file} cannot be restored: {error.strerror}.") from error


def _removed(folder: Path, name: str, keep: int | None) -> tuple[Path, ...]:
    """Backups of a store beyond the newest so many, which are gone now."""
    if keep is None:
        return ()
    of_store = re.compile(re.escape(name) + STAMPED)
    made = sorted((p for p in folder.iterdir() if of_store.fullmatch(p.name)), reverse=True)
    for old in made[keep:]:
        old.unlink()
    return tuple(made[keep:])


def _opened(copied: Path, file: Path) -> Store:
    """The store in a backup."""
    url = f"sqlite:///{copied.as_posix()}"
    try:
        with closing(sqlite3.connect(copied)) as connection:
            holds = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'store'")
            if holds.fetchone():
                engine = connect(url)
                bring_up_to_date(engine)  # without an index of texts, which is not taken over
                return Store(engine)
    except StoreTooNew:
        raise BackupRefused(
            f"{file} was written by a newer Aftermath. Update Aftermath, then restore it. "
            "Nothing was changed."
        ) from None
    raise BackupRefused(f"{file} cannot be restored: it holds no store. Nothing was changed.")


def _target(url: str | None, *, at: dt.datetime, replace: bool) -> tuple[Store, Path | None]:
    """The store to restore into, and where a file went that was none."""
    try:
        return open_store(url), None
    except (StoreUnreachable, StoreTooNew) as error:
        path = path_of(connect(url).url)
        if path is None or not path.is_file():
            raise
        if not replace:
            raise BackupRefused(
                f"{error} Say --replace to move this file aside and restore the backup."
            ) from None
        aside = Path(f"{path}.{at.astimezone(dt.UTC):{STAMP}}.unreadable")
        for ending in ("", "-wal", "-shm"):
            if (there := Path(f"{path}{ending}")).exists():
                there.rename(f"{aside}{ending}")
        return open_store(url), aside


def _holds_something(store: Store) -> BackupRefused:
    counts = store.counts()
    return BackupRefused(
        f"The {store.address} holds {counts.incidents:,} incidents. Say --replace to put the "
        "backup in their place; they are backed up first. Nothing was changed."
    )

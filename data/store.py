"""What is kept, and how is it changed: the one door to the database.

A load is one transaction; it raises the store's revision only if it changed something, so whoever
keeps what was read can tell by one number whether it is still true. Loads take turns.
"""

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection, Engine, func, select, update

from data import engine as database
from data import tables, text_index
from data.engine import (
    StoreBusy,
    StoreError,
    StoreTooNew,
    StoreUnreachable,
    Turn,
    batches,
    put_all,
    turn,
)
from data.migrations import bring_up_to_date
from data.record import Incident, printable
from data.rows import records_of, stream
from data.told import by_key, forget, take_out, undo
from data.trail import COMMAND_LINE, Entry, Event, Tells, join, named, read_trail, tell
from data.writing import Loaded, Record, Report, Silence, Writer, delete_all

if TYPE_CHECKING:
    from data.files import Files

__all__ = [
    "Counts",
    "Loaded",
    "PastLoad",
    "Store",
    "StoreBusy",
    "StoreError",
    "StoreTooNew",
    "StoreUnreachable",
    "open_store",
]


SILENCE = Silence()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each the store holds."""

    incidents: int
    actions: int


@dataclass(frozen=True, slots=True)
class PastLoad:
    """A load that changed something.

    Attributes:
        revision: the store's revision from then on.
        at: when, in UTC.
        source: what was loaded, in the caller's words.
    """

    revision: int
    at: dt.datetime
    source: str
    loaded: Loaded


@dataclass(frozen=True, slots=True)
class Undone:
    """A load that was undone.

    Attributes:
        source: what had been loaded.
        new: records that were taken out.
        changed: records that are as they were before.
    """

    source: str
    new: int
    changed: int


@dataclass(frozen=True, slots=True)
class Gone:
    """A record that is no longer at its source.

    Attributes:
        source_name: the name of that source; empty if it has none.
        place: where it was read.
    """

    id: str
    title: str
    source_name: str
    place: str


class Beside(Protocol):
    """What a load brings beside records."""

    def __len__(self) -> int: ...

    def write(self, connection: Connection) -> bool:
        """Write it; whether that changed anything."""


def _command_line() -> str:
    return COMMAND_LINE


def _anything(_: Entry) -> str:
    """Whoever runs a command may do all that the database lets them."""
    return ""


def open_store(
    url: str | None = None,
    *,
    who: Callable[[], str] = _command_line,
    check: Callable[[Entry], str] = _anything,
) -> "Store":
    """The store at ``url``, made if it is not there, upgraded if an older version wrote it.

    Args:
        url: an SQLAlchemy URL; None takes what ``AFTERMATH_DATABASE`` names, else the SQLite file
            ``aftermath.db`` in the working directory.
        who: says at each change who makes it, for the trail; empty if nobody signs.
        check: is told of each change that a person makes, and raises where they may not: nothing
            is changed then. Says whose login it is, which counts for more than what they sign
            with; empty without a login.

    Raises:
        StoreUnreachable: the database cannot be opened.
        StoreTooNew: a newer version wrote it.
        StoreBusy: somebody else is writing and it has to be upgraded.
    """
    engine = database.connect(url)
    try:
        bring_up_to_date(engine)
        text_index.bring_up_to_date(engine)
    except StoreError:
        engine.dispose()
        raise
    return Store(engine, who=who, check=check)


class Store:
    """The records at one address. Every method may raise :class:`StoreUnreachable`."""

    def __init__(
        self,
        engine: Engine,
        *,
        who: Callable[[], str] = _command_line,
        check: Callable[[Entry], str] = _anything,
    ) -> None:
        self._engine, self._who, self._check = engine, who, check

    @property
    def address(self) -> str:
        """Where the store is, in words that may be shown to anybody."""
        return database.shown(self._engine.url)

    @property
    def name(self) -> str:
        """What its backups are called after: the file without its ending, or the database."""
        return Path(self._engine.url.database or "aftermath").stem

    @property
    def folder(self) -> Path:
        """Where its backups go unless somebody says otherwise: beside it, or the working folder."""
        path = database.path_of(self._engine.url)
        return path.absolute().parent if path else Path.cwd()

    def close(self) -> None:
        """Gives the connections back; the store may still be used and opens new ones."""
        self._engine.dispose()

    def turn(self, kind: Turn, *, wait: float = 0) -> AbstractContextManager[None]:
        """Hold the turn to sync or to search, which one process has at a time.

        Args:
            wait: seconds to wait for whoever has it.

        Raises:
            StoreBusy: somebody else has it.
        """
        return turn(self._engine, kind, wait=wait)

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection on which every statement sees the same revision."""
        return database.reading(self._engine)

    def revision(self) -> int:
        """A number that rises with every change, and with nothing else."""
        with self.reading() as connection:
            return int(connection.execute(select(tables.STORE.c.revision)).scalar_one())

    def is_sample(self) -> bool:
        """Whether the records are those that come with Aftermath: shipped, or made up by it."""
        with self.reading() as connection:
            return bool(connection.execute(select(tables.STORE.c.holds_sample)).scalar_one())

    def counts(self) -> Counts:
        """How much the store holds."""
        with self.reading() as connection:
            incidents, actions = (
                int(connection.execute(select(func.count()).select_from(table)).scalar_one())
                for table in (tables.INCIDENTS, tables.ACTIONS)
            )
        return Counts(incidents=incidents, actions=actions)

    def load(
        self,
        records: "Iterable[Record] | Callable[[Files], Iterable[Record]]",
        *,
        source: str,
        as_sample: bool = False,
        beside: Beside | None = None,
        report: Report = SILENCE,
        covers: Sequence[str] = (),
        complete: Collection[str] = (),
        keep: bool = True,
    ) -> Loaded:
        """Add new records and change those that are there, all of them or none.

        Of records with the same id the last one counts. The shipped sample makes way: the first
        thing of one's own empties a store that holds it.

        Args:
            records: whole records, which replace those of their ids, or what sources say of some;
                may be a generator, which is read once, or a function that makes one and is given
                the files that were loaded before.
            source: what is loaded, for the list of past loads.
            as_sample: whether these are the shipped sample.
            beside: what comes with them; asked for when all records are read.
            report: told what the load meets with.
            covers: folders of which every file is among those of the load.
            complete: names of sources of which everything is.
            keep: whether what was done stays; otherwise it is undone as soon as it is counted.

        Raises:
            StoreBusy: another load did not end in time. Nothing was changed.
        """
        from data.files import Files  # brings all readers, which only a load needs

        with database.writing(self._engine) as connection:
            state = _lock(connection)
            makes_way = bool(state.holds_sample) and not as_sample
            files = Files(connection, revision=state.revision + 1)
            writer = Writer(connection, files=files, makes_way=makes_way, keep=keep, report=report)
            for record in records(files) if callable(records) else records:
                writer.add(record)
            loaded = writer.finish(covers=covers, complete=complete)
            changed = _written(beside, connection, writer) or writer.changed
            news = files.finish(writer.before.files)
            if not (keep and (changed or news)):
                connection.rollback()
                return loaded
            files.note_revision(state.revision + changed)
            if changed:
                sample = as_sample or (bool(state.holds_sample) and not writer.made_way)
                _raise_revision(connection, state.revision, holds_sample=sample)
                _log(connection, state.revision + 1, source=source, loaded=loaded)
                self._tell(connection, Entry("load", source, loaded.new + loaded.updated))
                writer.before.finish(
                    revision=state.revision + 1,
                    first_incident=writer.first_key,
                    first_file=files.first_key,
                    held_sample=bool(state.holds_sample),
                )
        return loaded

    def change(self, work: Callable[[Connection], bool], *, tells: Tells = None) -> bool:
        """Change something beside the records, all of it or nothing.

        Args:
            work: says whether it changed anything; only then the revision rises.
            tells: what stands in the trail, of whatever a person changes.

        Returns:
            What ``work`` said.

        Raises:
            StoreBusy: a load did not end in time. Nothing was changed.
        """
        with database.writing(self._engine) as connection:
            state = _lock(connection)
            changed = work(connection)
            if changed:
                _raise_revision(connection, state.revision, holds_sample=state.holds_sample)
                self._tell(connection, tells)
        return changed

    def tell(self, entry: Entry) -> None:
        """Note in the trail what changes nothing in the store, such as an export.

        Raises:
            StoreBusy: a load did not end in time. Nothing was noted.
        """
        with database.writing(self._engine) as connection:
            _lock(connection)
            self._tell(connection, entry)

    def _tell(self, connection: Connection, tells: Tells) -> None:
        entry = tells() if callable(tells) else tells
        if entry is not None:
            known = self._check(entry)
            tell(connection, replace(entry, by=known or entry.by or self._who()))

    def trail(self, *, most: int | None = None) -> tuple[list[Event], int]:
        """Who changed what: the newest entries, the newest first, and how many there are.

        Args:
            most: how many are given at most; None for all.
        """
        with self.reading() as connection:
            return read_trail(connection, most=most)

    def clear(self) -> None:
        """Forget every record; the revision rises.

        What people added stays and is there again when the records are. What they added to the
        sample goes with it.
        """
        with database.writing(self._engine) as connection:
            state = _lock(connection)
            self._tell(connection, Entry("all records forgotten", count=_incidents(connection)))
            delete_all(connection, with_added=bool(state.holds_sample))
            forget(connection)
            _raise_revision(connection, state.revision, holds_sample=False)

    def undo_last_load(self) -> Undone | None:
        """Undo the last load; the revision rises. None if there is none that can be undone.

        What people added to other records since then stays.
        """
        with database.writing(self._engine) as connection:
            state = _lock(connection)
            undone = undo(connection)
            if undone is None:
                return None
            revision, held_sample, new, changed = undone
            loads = tables.LOADS
            here = loads.c.revision == revision
            source = connection.execute(select(loads.c.source).where(here)).scalar_one_or_none()
            connection.execute(loads.delete().where(here))
            _raise_revision(connection, state.revision, holds_sample=held_sample)
            self._tell(connection, Entry("load undone", source or "", new + changed))
        return Undone(source=source or "", new=new, changed=changed)

    def copy_to(self, path: Path) -> None:
        """Write all that the store holds, as of one moment, into an SQLite store that is one file.

        Others may read and write meanwhile.

        Raises:
            StoreUnreachable: the store cannot be read, or the copy cannot be written.
        """
        if here := database.path_of(self._engine.url):
            database.copy_file(here, path)
            return
        with TemporaryDirectory(dir=path.parent) as folder:
            copied = Path(folder, path.name)
            copy = open_store(f"sqlite:///{copied.as_posix()}")
            copy.take_over(self)
            copy.close()
            database.seal(copied)
            copied.replace(path)

    def take_over(self, other: "Store", *, told: str = "") -> None:
        """Hold what another store holds, and nothing else; the revision rises above both.

        The trail alone goes on: the entries of the other store come to those that are there.

        Args:
            told: for the trail, what is restored; empty for a copy of the other store.

        Raises:
            StoreBusy: a load did not end in time. Nothing was changed.
        """
        with other.reading() as source, database.writing(self._engine) as connection:
            revision = _lock(connection).revision
            state = source.execute(select(tables.STORE)).one()
            apart = (tables.STORE, tables.TRAIL)
            ordered = [table for table in tables.METADATA.sorted_tables if table not in apart]
            for table in reversed(ordered):
                connection.execute(table.delete())
            for table in ordered:
                rows = source.execute(select(table).execution_options(yield_per=database.BATCH))
                for some in rows.partitions():
                    database.insert_rows(connection, table, [tuple(row) for row in some])
            index = text_index.make if told else text_index.let_it_be_made_anew
            index(connection)
            join(connection, source)
            self._tell(connection, Entry("restore", told, _incidents(connection)) if told else None)
            latest = max(revision, state.revision)
            _raise_revision(connection, latest, holds_sample=state.holds_sample)

    def can_undo(self) -> str | None:
        """Why the last load cannot be undone: empty if it can, None if there is none to undo."""
        with self.reading() as connection:
            why_not = select(tables.UNDO.c.why_not)
            return connection.execute(why_not).scalar_one_or_none()

    def gone(self) -> list[Gone]:
        """The records that are no longer at their source, in the order they were first loaded."""
        columns = tables.INCIDENTS.c
        query = select(columns.id, columns.title, columns.source_name, tables.TEXTS.c.source)
        query = query.join_from(
            tables.INCIDENTS, tables.TEXTS, tables.TEXTS.c.incident == columns.key
        )
        with self.reading() as connection:
            rows = connection.execute(query.where(columns.gone).order_by(columns.key)).all()
        return [Gone(row.id, row.title, row.source_name or "", row.source or "") for row in rows]

    def remove_gone(self, *, source: str | None = None) -> int:
        """Remove the records that are no longer at their source; the revision rises.

        Args:
            source: only those of the source of this name.

        Returns:
            How many there were.
        """
        columns = tables.INCIDENTS.c
        query = select(columns.key, columns.id).where(columns.gone)
        if source is not None:
            query = query.where(columns.source_name == source)

        def remove(connection: Connection) -> bool:
            rows = connection.execute(query).all()
            for some in batches(rows):
                take_out(connection, [row.key for row in some], [row.id for row in some])
                removed.extend(row.id for row in some)
            if rows:
                forget(connection)
            return bool(rows)

        removed: list[str] = []
        self.change(remove, tells=lambda: Entry("records removed", named(removed), len(removed)))
        return len(removed)

    def setting(self, name: str) -> Any:
        """What is kept under a name; None if nothing is."""
        with self.reading() as connection:
            value = select(tables.SETTINGS.c.value).where(tables.SETTINGS.c.name == name)
            written = connection.execute(value).scalar_one_or_none()
        return None if written is None else json.loads(written)

    def settings(self, prefix: str = "") -> dict[str, Any]:
        """What is kept under names that begin so, by name."""
        columns = tables.SETTINGS.c
        with self.reading() as connection:
            rows = connection.execute(select(tables.SETTINGS).order_by(columns.name)).all()
        return {row.name: json.loads(row.value) for row in rows if row.name.startswith(prefix)}

    def set_setting(self, name: str, value: Any, *, by_people: bool = True) -> bool:
        """Keep a value that JSON can hold under a name, or nothing (None); whether it is news.

        Args:
            by_people: whether the trail is to tell of it.
        """
        tells = Entry("setting", name) if by_people else None
        row = [] if value is None else [(name, json.dumps(value, ensure_ascii=False))]
        here = tables.SETTINGS.c.name == name
        return self.change(
            lambda connection: put_all(connection, tables.SETTINGS, row, among=here), tells=tells
        )

    def loads(self) -> list[PastLoad]:
        """The loads that changed something, the latest first."""
        with self.reading() as connection:
            newest_first = select(tables.LOADS).order_by(tables.LOADS.c.revision.desc())
            rows = connection.execute(newest_first).all()
        return [
            PastLoad(
                revision=row.revision,
                at=dt.datetime.fromtimestamp(row.at, dt.UTC),
                source=row.source,
                loaded=Loaded(
                    new=row.new,
                    updated=row.updated,
                    unchanged=row.unchanged,
                    cleared_fields=row.cleared_fields,
                    cleared_records=row.cleared_records,
                ),
            )
            for row in rows
        ]

    def incident(self, incident_id: str) -> Incident | None:
        """The whole record with this id, None if there is none."""
        return self.records([incident_id]).get(incident_id)

    def records(self, ids: Iterable[str]) -> dict[str, Incident]:
        """The whole records with these ids, by id; those that there are none of are left out."""
        found: dict[str, Incident] = {}
        with self.reading() as connection:
            for some in batches(ids):
                theirs = select(tables.INCIDENTS).where(tables.INCIDENTS.c.id.in_(some))
                rows = connection.execute(theirs).mappings().all()
                found |= {record.id: record for record in records_of(connection, rows)}
        return found

    def find(self, typed: str, *, most: int) -> list[str] | None:
        """The ids of the records that say what is typed, anywhere in their texts, the best first.

        Args:
            typed: words and the beginnings of words, in any order; phrases between quotes.
            most: how many are given at most.

        Returns:
            None where the texts of this store cannot be searched.
        """
        return text_index.search(self._engine, text_index.asked(typed), most=most)

    def incidents(self) -> Iterator[Incident]:
        """All records in the order they were first loaded, without holding them all in memory."""
        with self.reading() as connection:
            yield from (record for _, record in stream(connection))


def _written(beside: Beside | None, connection: Connection, writer: Writer) -> bool:
    """Whether ``beside`` changed anything."""
    if not beside:
        return False
    writer.make_way()
    there = {table: by_key(connection, table) for table in tables.ADDED}
    changed = beside.write(connection)
    writer.before.added(there)
    return changed


def _incidents(connection: Connection) -> int:
    counted = select(func.count()).select_from(tables.INCIDENTS)
    return int(connection.execute(counted).scalar_one())


def _lock(connection: Connection) -> Any:
    """The state of the store; until the transaction ends nobody else can write."""
    return connection.execute(select(tables.STORE).with_for_update()).one()


def _raise_revision(connection: Connection, revision: int, *, holds_sample: bool) -> None:
    connection.execute(
        update(tables.STORE).values(revision=revision + 1, holds_sample=holds_sample)
    )


def _log(connection: Connection, revision: int, *, source: str, loaded: Loaded) -> None:
    connection.execute(
        tables.LOADS.insert().values(
            revision=revision,
            at=int(dt.datetime.now(dt.UTC).timestamp()),
            source=printable(source),
            new=loaded.new,
            updated=loaded.updated,
            unchanged=loaded.unchanged,
            cleared_fields=loaded.cleared_fields,
            cleared_records=loaded.cleared_records,
        )
    )

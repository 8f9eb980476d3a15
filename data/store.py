"""What is kept, and how is it changed: the one door to the database.

A load is one transaction; it raises the store's revision only if it changed something, so whoever
keeps what was read can tell by one number whether it is still true. Loads take turns.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, func, select, update

from data import engine as database
from data import tables
from data.engine import StoreBusy, StoreError, StoreTooNew, StoreUnreachable
from data.migrations import bring_up_to_date
from data.reading import records_of, stream
from data.record import Incident
from data.writing import Count, Loaded, Record, Refuse, Writer, batches, delete_all

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


class Beside(Protocol):
    """What a load brings beside records."""

    def __len__(self) -> int: ...

    def write(self, connection: Connection) -> bool:
        """Write it; whether that changed anything."""


def open_store(url: str | None = None) -> "Store":
    """The store at ``url``, made if it is not there, upgraded if an older version wrote it.

    Args:
        url: an SQLAlchemy URL; None takes what ``AFTERMATH_DATABASE`` names, else the SQLite file
            ``aftermath.db`` in the working directory.

    Raises:
        StoreUnreachable: the database cannot be opened.
        StoreTooNew: a newer version wrote it.
        StoreBusy: somebody else is writing and it has to be upgraded.
    """
    engine = database.connect(url)
    try:
        bring_up_to_date(engine)
    except StoreError:
        engine.dispose()
        raise
    return Store(engine)


def _take_no_note(*_: object) -> None:
    """For who loads whole records, about which there is nothing to tell."""


class Store:
    """The records at one address. Every method may raise :class:`StoreUnreachable`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def address(self) -> str:
        """Where the store is, in words that may be shown to anybody."""
        return database.shown(self._engine.url)

    def close(self) -> None:
        """Gives the connections back; the store may still be used and opens new ones."""
        self._engine.dispose()

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection on which every statement sees the same revision."""
        return database.reading(self._engine)

    def revision(self) -> int:
        """A number that rises with every change, and with nothing else."""
        with self.reading() as connection:
            return int(connection.execute(select(tables.STORE.c.revision)).scalar_one())

    def is_sample(self) -> bool:
        """Whether the records are the ones shipped with Aftermath."""
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
        records: Iterable[Record],
        *,
        source: str,
        as_sample: bool = False,
        beside: Beside | None = None,
        refuse: Refuse = _take_no_note,
        count: Count = _take_no_note,
        keep: bool = True,
    ) -> Loaded:
        """Add new records and change those that are there, all of them or none.

        Of records with the same id the last one counts. The shipped sample makes way: the first
        thing of one's own empties a store that holds it.

        Args:
            records: whole records, which replace those of their ids, or what sources say of some;
                may be a generator, which is read once.
            source: what is loaded, for the list of past loads.
            as_sample: whether these are the shipped sample.
            beside: what comes with them; asked for when all records are read.
            refuse: told of what sources say of records that are neither among ``records`` nor
                stored, where it makes no record by itself.
            count: told of each record that sources speak of, as it is now.
            keep: whether what was done stays; otherwise it is undone as soon as it is counted.

        Raises:
            StoreBusy: another load did not end in time. Nothing was changed.
        """
        with database.writing(self._engine) as connection:
            state = _lock(connection)
            makes_way = bool(state.holds_sample) and not as_sample
            writer = Writer(connection, makes_way=makes_way, refuse=refuse, count=count)
            for record in records:
                writer.add(record)
            loaded = writer.finish()
            changed = _written(beside, connection, writer) or writer.changed
            if not (changed and keep):
                connection.rollback()
                return loaded
            sample = as_sample or (bool(state.holds_sample) and not writer.made_way)
            _raise_revision(connection, state.revision, holds_sample=sample)
            _log(connection, state.revision + 1, source=source, loaded=loaded)
        return loaded

    def change(self, work: Callable[[Connection], bool]) -> bool:
        """Change something beside the records, all of it or nothing.

        Args:
            work: says whether it changed anything; only then the revision rises.

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
        return changed

    def clear(self) -> None:
        """Forget every record; the revision rises.

        What people added stays and is there again when the records are. What they added to the
        sample goes with it.
        """
        with database.writing(self._engine) as connection:
            state = _lock(connection)
            delete_all(connection, with_added=bool(state.holds_sample))
            _raise_revision(connection, state.revision, holds_sample=False)

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
                loaded=Loaded(new=row.new, updated=row.updated, unchanged=row.unchanged),
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

    def incidents(self) -> Iterator[Incident]:
        """All records in the order they were first loaded, without holding them all in memory."""
        with self.reading() as connection:
            yield from (record for _, record in stream(connection))


def _written(beside: Beside | None, connection: Connection, writer: Writer) -> bool:
    """Whether ``beside`` changed anything."""
    if not beside:
        return False
    writer.make_way()
    return beside.write(connection)


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
            source=source,
            new=loaded.new,
            updated=loaded.updated,
            unchanged=loaded.unchanged,
        )
    )

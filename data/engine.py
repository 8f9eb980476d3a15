"""How is the database reached, and what is said when it cannot be?

The only place that knows how SQLite and PostgreSQL differ. Whatever goes wrong becomes one of
three errors whose message says in words what happened and what to do, and never shows a password.
"""

import os
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from tempfile import mkstemp
from time import monotonic, sleep
from typing import Any, Literal, TypeVar

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Table,
    and_,
    bindparam,
    create_engine,
    delete,
    event,
    insert,
    make_url,
    select,
    text,
    true,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    DisconnectionError,
    NoSuchModuleError,
    SQLAlchemyError,
)
from sqlalchemy.sql import Executable

#: Names the database, as an SQLAlchemy URL.
ENVIRONMENT = "AFTERMATH_DATABASE"
DEFAULT_URL = "sqlite:///aftermath.db"

#: How long a page waits for a server that does not answer.
CONNECT_SECONDS = 10
#: How long it waits for a sign of life before it asks over a connection that was kept.
ALIVE_SECONDS = 10
#: How long it waits for an answer, and a load for that to one of its statements: a server that
#: falls silent in the middle would keep both for ever.
ANSWER_SECONDS, CHANGE_SECONDS = 120, 600
#: How long a load waits for another one to end before it gives up.
BUSY_SECONDS = 15
#: Pages of SQLite kept in memory, in KiB: the indexes of a million incidents fit into it.
SQLITE_CACHE_KIB = 65_536
#: Where a connection to SQLite notes which file it has open.
FILE = "aftermath_file"
#: What PostgreSQL says when a lock was not granted in time.
LOCK_NOT_AVAILABLE = "55P03"
#: What both say when there is no room left.
NO_ROOM, SQLITE_NO_ROOM = "53100", "database or disk is full"
#: Set on a connection that is going to write, so that SQLite takes its lock at once.
WRITES = "aftermath_writes"
#: Options of an address whose values are shown to nobody.
SECRET = re.compile("pass|secret|token|key", re.IGNORECASE)


class StoreError(Exception):
    """The store cannot do what was asked; the message says why and what to do."""


class StoreUnreachable(StoreError):
    """The database cannot be opened, or it failed while it was used."""


class StoreTooNew(StoreError):
    """The store was written by a newer version."""


class StoreBusy(StoreError):
    """Somebody else is writing to the store, and did not end in time."""


def connect(url: str | None) -> Engine:
    """An engine for ``url``, else for what the environment names, else for the default file.

    Nothing is opened yet.

    Raises:
        StoreUnreachable: the address is none, or its driver is not installed.
    """
    given = url or os.environ.get(ENVIRONMENT) or DEFAULT_URL
    try:
        address = make_url(given)
    except ArgumentError:
        # Not repeated back: what cannot be taken apart may hold a password anywhere.
        raise StoreUnreachable(
            "The address of the database cannot be understood. Write it like "
            f"{DEFAULT_URL} or postgresql+psycopg://user:password@host/database."
        ) from None
    try:
        if address.get_backend_name() == "sqlite":
            return _sqlite(address)
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        engine = create_engine(address, pool_pre_ping=True, connect_args=_patience(address))
        if engine.driver == "psycopg":
            _listen_no_longer_than(engine)
        return engine
    except (NoSuchModuleError, ImportError) as error:
        raise StoreUnreachable(
            f"No driver for {address.drivername} is installed ({error}). Install it with pip, "
            f"or name another database in {ENVIRONMENT}."
        ) from None


def is_there(url: str | None) -> bool:
    """Whether a database may be at an address; a file that does not exist is none.

    Args:
        url: as for :func:`connect`.
    """
    address = connect(url).url
    path = path_of(address)
    return path.exists() if path else address.get_backend_name() != "sqlite"


def path_of(url: URL) -> Path | None:
    """The file of an SQLite database; None of any other, and of one in memory."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def shown(url: URL) -> str:
    """The database in words, without the user's name, password or options."""
    if url.get_backend_name() == "sqlite":
        return f"SQLite file {url.database or '(in memory)'}"
    host = f" on {url.host}" if url.host else ""
    return f"{url.get_backend_name()} database {url.database or '(default)'}{host}"


@contextmanager
def in_words(engine: Engine) -> Iterator[None]:
    """Turns the database's errors within the block into ours."""
    driver_error = engine.dialect.loaded_dbapi.Error
    try:
        yield
    except (SQLAlchemyError, driver_error) as error:
        if _is_busy(error):
            raise StoreBusy(
                f"The {shown(engine.url)} is being written to by somebody else. Nothing was "
                "changed; try again when the other load has ended."
            ) from error
        if _is_full(error):
            raise StoreUnreachable(
                f"There is no room left for the {shown(engine.url)}. What was being written is not "
                "kept; what was stored before is. Make room, and try again."
            ) from error
        raise StoreUnreachable(
            f"The {shown(engine.url)} cannot be used: {reason(error, engine.url)}. Check that it "
            f"is there and that {ENVIRONMENT} points to the right one."
        ) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection on which every statement sees the same revision of the store.

    Raises:
        StoreUnreachable: the database failed.
    """
    options = {"isolation_level": "REPEATABLE READ"} if _is_postgres(engine) else {}
    with in_words(engine), engine.connect() as connection:
        yield connection.execution_options(**options)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction, kept if the block ends well and undone if it does not.

    Raises:
        StoreBusy: somebody else kept writing for :data:`BUSY_SECONDS`.
        StoreUnreachable: the database failed.
    """
    with in_words(engine), engine.connect() as connection:
        connection.execution_options(**{WRITES: True})
        with connection.begin():
            if _is_postgres(engine):
                _wait_for_answers(connection.connection.dbapi_connection, CHANGE_SECONDS)
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
            yield connection
            _refuse_lost_file(engine, connection)


def fetch(connection: Connection, statement: Executable) -> list[tuple[Any, ...]]:
    """All rows as the driver gives them: SQLAlchemy's own rows would take twice the time."""
    cursor = connection.execute(statement).cursor
    rows: Sequence[tuple[Any, ...]] = cursor.fetchall() if cursor else []
    return list(rows)


def _sqlite(address: URL) -> Engine:
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    path = path_of(address)
    was_there = False

    @event.listens_for(engine, "do_connect")
    def _open(*_: object) -> None:
        nonlocal was_there
        if path is None or str(path).startswith("file:"):
            return
        if was_there and not path.exists():
            # Connecting would make an empty file, and records that are loaded into it would hide
            # that all others are gone.
            raise sqlite3.OperationalError("the file was deleted while it was in use")
        make_private(path)
        was_there = True

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, record: Any) -> None:
        record.info[FILE] = _file_of(path)
        # The driver's own idea of when a transaction begins leaves reads without one.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")  # readers go on while a load writes
        connection.execute("PRAGMA synchronous = NORMAL")  # safe in WAL, and waits less
        connection.execute(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}")

    @event.listens_for(engine, "checkout")
    def _is_the_same(_: object, record: Any, _proxy: object) -> None:
        if record.info.get(FILE) != _file_of(path):
            raise DisconnectionError  # opened anew, so that a store put back is read

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A lock taken at the first write instead would fail if somebody wrote in between.
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _file_of(path: Path | None) -> tuple[int, int] | None:
    """Which file stands there, whatever it is called; None where there is none."""
    try:
        there = path.stat() if path else None
    except OSError:
        return None
    return (there.st_dev, there.st_ino) if there else None


def make_private(path: Path) -> None:
    """Make a file that only its owner may read, unless there is one. SQLite's own take after it."""
    with suppress(OSError):  # what is wrong with the place is said when it is opened
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


# How is an SQLite file copied while others use it, and how is it known that a copy is whole?
#
# A copy keeps a checksum of all its other bytes in the four that SQLite leaves to its user.

HEADER, SEAL = b"SQLite format 3\0", slice(60, 64)
#: Bytes that are read at once; the first of them hold the whole head of the file.
PIECE = 1 << 20


def copy_file(path: str | Path, to: Path) -> None:
    """Copy an SQLite file into a sealed one that only its owner may read, whole or not at all.

    Raises:
        StoreUnreachable: it cannot be read, or the copy cannot be written.
    """
    part: Path | None = None
    try:
        opened, name = mkstemp(dir=to.parent, prefix=f"{to.name}.")  # its owner's alone
        os.close(opened)
        part = Path(name)
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
        seal(part)
        part.replace(to)
    except (OSError, sqlite3.Error) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise StoreUnreachable(f"The copy {to} cannot be written: {said}.") from error
    finally:
        if part:
            part.unlink(missing_ok=True)


def seal(path: Path) -> None:
    """Make one file of an SQLite file that nobody uses, and keep its checksum in it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    with path.open("r+b") as file:
        file.seek(SEAL.start)
        file.write(_checksum(path).to_bytes(SEAL.stop - SEAL.start))
        file.flush()
        os.fsync(file.fileno())


def damage(path: Path) -> str:
    """What is wrong with a copy that :func:`copy_file` or an older version made; empty if nothing.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(SEAL.stop)
    if not head.startswith(HEADER):
        return "it is no backup of a store"
    if not any(head[SEAL]):  # made before copies were sealed
        return _inner_damage(path)
    if int.from_bytes(head[SEAL]) != _checksum(path):
        return "it is damaged, or it was changed after it was written (its checksum is another)"
    return ""


def _inner_damage(path: Path) -> str:
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            (told,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        told = str(error)
    return "" if told == "ok" else f"it is damaged ({told})"


def _checksum(path: Path) -> int:
    """Of all bytes but those that keep it; never 0, which stands for none."""
    found, blank = 0, bytes(SEAL.stop - SEAL.start)
    with path.open("rb") as file:
        head = file.read(PIECE)
        found = zlib.crc32(head[: SEAL.start] + blank + head[SEAL.stop :])
        while piece := file.read(PIECE):
            found = zlib.crc32(piece, found)
    return found or 1


def _refuse_lost_file(engine: Engine, connection: Connection) -> None:
    """Refuse to write into a file that is gone from its place: nobody would find the records."""
    kept, path = connection.connection.info.get(FILE), path_of(engine.url)
    if path and kept is not None and kept != _file_of(path):
        raise StoreUnreachable(
            f"The {shown(engine.url)} was deleted or replaced while it was in use. Nothing was "
            "changed; put it back, or start Aftermath again to begin with an empty one."
        )


def _patience(address: URL) -> dict[str, int]:
    if address.get_backend_name() != "postgresql" or "connect_timeout" in address.query:
        return {}
    return {"connect_timeout": CONNECT_SECONDS}


@cache
def _patient_connection() -> Any:
    """Connections of psycopg that wait for an answer no longer than they are told to."""
    import psycopg  # only where such a store is used

    class Patient(psycopg.Connection[Any]):
        answer_seconds: float | None = None

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            limit = timeout or self.answer_seconds or ALIVE_SECONDS
            try:
                return super().wait(gen, interval, limit)
            except psycopg.errors._WaitTimeout:
                self.pgconn.finish()  # what it would still answer is no answer to the next question
                raise psycopg.OperationalError(
                    f"the server gave no answer within {limit:g} seconds"
                ) from None

    return Patient


def _listen_no_longer_than(engine: Engine) -> None:
    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, arguments: Any, named: Any) -> Any:
        return _patient_connection().connect(*arguments, **named)

    @event.listens_for(engine, "checkout")
    def _as_of_a_question(connection: Any, *_: object) -> None:
        _wait_for_answers(connection, ANSWER_SECONDS)

    @event.listens_for(engine, "checkin")
    def _as_of_a_sign_of_life(connection: Any, _record: object) -> None:
        if connection is not None:
            _wait_for_answers(connection, None)


def _wait_for_answers(driven: Any, seconds: float | None) -> None:
    driven.answer_seconds = seconds


def _is_postgres(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def _is_busy(error: Exception) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return "database is locked" in str(cause) or (
        getattr(cause, "sqlstate", None) == LOCK_NOT_AVAILABLE
    )


def _is_full(error: Exception) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return SQLITE_NO_ROOM in str(cause) or getattr(cause, "sqlstate", None) == NO_ROOM


def reason(error: Exception, url: URL) -> str:
    """What the database says is wrong, without what the address keeps secret."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    said = " ".join(str(cause).split()).rstrip(".") or type(cause).__name__
    secrets = [url.password, *(v for k, v in url.query.items() if SECRET.search(k))]
    for secret in (one for one in secrets if one and isinstance(one, str)):
        said = said.replace(secret, "…")
    return said


# How do many rows get in and out of the database at once?
#
# Rows go to the driver's own ``executemany``; anything between costs more than the database
# itself.

Item = TypeVar("Item")
Row = tuple[Any, ...]

#: Records written at once. SQLite allows some 32,000 values in one statement, PostgreSQL 65,000.
BATCH = 1_000


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """``items``, as many at once as one statement takes."""
    left = iter(items)
    while batch := list(islice(left, BATCH)):
        yield batch


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert ``rows``, whose values stand in the order of the table's columns."""
    if not rows:
        return
    cursor: Any = connection.connection.cursor()
    try:
        cursor.executemany(_insertion(table, connection.dialect), rows)
    finally:
        cursor.close()


@lru_cache(maxsize=64)
def _insertion(table: Table, dialect: Dialect) -> str:
    """The statement that inserts a row of positional values."""
    kind: Any = type(dialect)
    positional = kind(paramstyle="qmark" if dialect.paramstyle == "qmark" else "format")
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns}
    return str(insert(table).values(values).compile(dialect=positional))


# How do rows that have a key of their own get into a table, and did that change anything?
#
# For tables that hold what was added to the records: small enough to be compared with what is
# there, so that adding the same again is seen to change nothing.

Where = ColumnElement[bool]
EVERYTHING: Where = true()


def put(
    connection: Connection, table: Table, rows: Iterable[Row], *, among: Where = EVERYTHING
) -> bool:
    """Add rows to ``table`` and replace those that have the same key.

    Args:
        rows: values in the order of the columns, those of the primary key first.
        among: what the rows are compared with, where the table is too large for all of it.

    Returns:
        Whether anything in the table changed.
    """
    return _put(connection, table, _by_key(table, rows), _there(connection, table, among))


def put_all(
    connection: Connection, table: Table, rows: Iterable[Row], *, among: Where = EVERYTHING
) -> bool:
    """Like :func:`put`, but what is there ``among`` and not in ``rows`` is taken away."""
    wanted, there = _by_key(table, rows), _there(connection, table, among)
    gone = [key for key in there if key not in wanted]
    drop(connection, table, gone)
    return _put(connection, table, wanted, there) or bool(gone)


def drop(connection: Connection, table: Table, keys: Sequence[Row]) -> None:
    """Take the rows with these keys out of ``table``."""
    if not keys:
        return
    columns = table.primary_key.columns
    here = and_(*(column == bindparam(f"its_{column.name}") for column in columns))
    names = [f"its_{column.name}" for column in columns]
    connection.execute(
        delete(table).where(here), [dict(zip(names, key, strict=True)) for key in keys]
    )


def _put(
    connection: Connection, table: Table, wanted: dict[Row, Row], there: dict[Row, Row]
) -> bool:
    changed = {key: row for key, row in wanted.items() if there.get(key) != row}
    drop(connection, table, [key for key in changed if key in there])
    insert_rows(connection, table, list(changed.values()))
    return bool(changed)


def _there(connection: Connection, table: Table, among: Where) -> dict[Row, Row]:
    return _by_key(table, fetch(connection, select(table).where(among)))


def _by_key(table: Table, rows: Iterable[Row]) -> dict[Row, Row]:
    width = len(table.primary_key.columns)
    return {row[:width]: row for row in rows}


# Two syncs of one store do not run at once: a slow one is not overtaken by the next of cron. Nor do
# two searches for repeats, whose groups would replace each other's.
#
# The turn is a lock that the system itself gives back when a process ends, however it ends: of a
# SQLite file beside the store, or of the PostgreSQL server.

Turn = Literal["sync", "search"]
#: Their numbers among the advisory locks of a PostgreSQL database.
NUMBERS: dict[Turn, int] = {"sync": 4_217_002, "search": 4_217_003}
#: Seconds between two looks at whether a turn is free.
LOOK_AGAIN_SECONDS = 0.1


@contextmanager
def turn(engine: Engine, kind: Turn, *, wait: float = 0) -> Iterator[None]:
    """Hold the turn for as long as the block runs.

    Args:
        wait: seconds to wait for whoever has it.

    Raises:
        StoreBusy: somebody else has it.
    """
    if engine.dialect.name == "postgresql":
        with _of_server(engine, kind, wait):
            yield
    elif engine.url.database and engine.url.database != ":memory:":
        with _of_file(engine, kind, wait):
            yield
    else:  # a store in the memory is seen by nobody else
        yield


@contextmanager
def _of_file(engine: Engine, kind: Turn, wait: float) -> Iterator[None]:
    path = Path(f"{engine.url.database}.{kind}")
    make_private(path)
    with closing(sqlite3.connect(path, timeout=wait, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise _taken(engine, kind) from error
        yield


@contextmanager
def _of_server(engine: Engine, kind: Turn, wait: float) -> Iterator[None]:
    number, until = {"n": NUMBERS[kind]}, monotonic() + wait
    with in_words(engine), engine.connect() as connection:
        while not connection.execute(text("SELECT pg_try_advisory_lock(:n)"), number).scalar_one():
            connection.commit()
            if monotonic() >= until:
                raise _taken(engine, kind)
            sleep(LOOK_AGAIN_SECONDS)
        connection.commit()  # the lock is of the session; a transaction would stay open for long
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), number)
            connection.commit()


def _taken(engine: Engine, kind: Turn) -> StoreBusy:
    return StoreBusy(
        f"Another {kind} of the {shown(engine.url)} is running; this one does nothing."
    )

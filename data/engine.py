"""How is the database reached, and what is said when it cannot be?

The only place that knows how SQLite and PostgreSQL differ. Whatever goes wrong becomes one of
three errors whose message says in words what happened and what to do, and never shows a password.
"""

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.sql import Executable

#: Names the database, as an SQLAlchemy URL.
ENVIRONMENT = "AFTERMATH_DATABASE"
DEFAULT_URL = "sqlite:///aftermath.db"

#: How long a page waits for a server that does not answer.
CONNECT_SECONDS = 10
#: How long a load waits for another one to end before it gives up.
BUSY_SECONDS = 15
#: Pages of SQLite kept in memory, in KiB: the indexes of a million incidents fit into it.
SQLITE_CACHE_KIB = 65_536
#: What PostgreSQL says when a lock was not granted in time.
LOCK_NOT_AVAILABLE = "55P03"
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
        return create_engine(address, pool_pre_ping=True, connect_args=_patience(address))
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
    if address.get_backend_name() != "sqlite":
        return True
    return bool(address.database) and Path(str(address.database)).exists()


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
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
            yield connection


def fetch(connection: Connection, statement: Executable) -> list[tuple[Any, ...]]:
    """All rows as the driver gives them: SQLAlchemy's own rows would take twice the time."""
    cursor = connection.execute(statement).cursor
    rows: Sequence[tuple[Any, ...]] = cursor.fetchall() if cursor else []
    return list(rows)


def _sqlite(address: URL) -> Engine:
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own idea of when a transaction begins leaves reads without one.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")  # readers go on while a load writes
        connection.execute("PRAGMA synchronous = NORMAL")  # safe in WAL, and waits less
        connection.execute(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A lock taken at the first write instead would fail if somebody wrote in between.
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _patience(address: URL) -> dict[str, int]:
    if address.get_backend_name() != "postgresql" or "connect_timeout" in address.query:
        return {}
    return {"connect_timeout": CONNECT_SECONDS}


def _is_postgres(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def _is_busy(error: Exception) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return "database is locked" in str(cause) or (
        getattr(cause, "sqlstate", None) == LOCK_NOT_AVAILABLE
    )


def reason(error: Exception, url: URL) -> str:
    """What the database says is wrong, without what the address keeps secret."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    said = " ".join(str(cause).split()).rstrip(".") or type(cause).__name__
    secrets = [url.password, *(v for k, v in url.query.items() if SECRET.search(k))]
    for secret in (one for one in secrets if one and isinstance(one, str)):
        said = said.replace(secret, "…")
    return said

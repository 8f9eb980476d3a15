"""Two syncs of one store do not run at once: a slow one is not overtaken by the next of cron.

The turn is a lock that the system itself gives back when a process ends, however it ends: of a
SQLite file beside the store, or of the PostgreSQL server.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from data.engine import StoreBusy, in_words, shown

#: Its number among the advisory locks of a PostgreSQL database.
NUMBER = 4_217_002
SUFFIX = ".sync"


@contextmanager
def turn(engine: Engine) -> Iterator[None]:
    """Hold the turn for as long as the block runs.

    Raises:
        StoreBusy: another sync of this store is running.
    """
    if engine.dialect.name == "postgresql":
        with _of_server(engine):
            yield
    elif engine.url.database and engine.url.database != ":memory:":
        with _of_file(engine):
            yield
    else:  # a store in the memory is seen by nobody else
        yield


@contextmanager
def _of_file(engine: Engine) -> Iterator[None]:
    path = Path(f"{engine.url.database}{SUFFIX}")
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise _taken(engine) from error
        yield


@contextmanager
def _of_server(engine: Engine) -> Iterator[None]:
    with in_words(engine), engine.connect() as connection:
        got = connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": NUMBER})
        if not got.scalar_one():
            raise _taken(engine)
        connection.commit()  # the lock is of the session; a transaction would stay open for long
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": NUMBER})
            connection.commit()


def _taken(engine: Engine) -> StoreBusy:
    return StoreBusy(f"Another sync of the {shown(engine.url)} is running; this one does nothing.")

"""Rows of a query in any database that SQLAlchemy knows; it is read and never written.

One SELECT and nothing else is run, in a transaction that the database itself keeps from writing
where it can (SQLite, PostgreSQL, MySQL, MariaDB, Oracle), and that is rolled back in any case.
"""

import csv
import datetime as dt
import io
import json
import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import AfterValidator
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from data import engine as database
from data.readers.source import MEGABYTE, from_bytes
from data.sync.entry import OVERLAP, SINCE, Entry, Surroundings, asked_before
from data.sync.http import Failed, Fetched, State

#: Comments, texts, quoted names, words and the end of a statement.
TOKEN = re.compile(
    r"--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/|'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|\[[^\]]*\]|;|::|\w+|:\w+"
)
READS = ("select", "with")
WRITES = frozenset(
    "insert update delete merge into truncate drop alter create grant revoke call exec execute "
    "attach detach pragma copy".split()
)
#: What a query may say for the moment from which on it asks for changes.
CHANGED_SINCE = "since"
BEFORE_ALL = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MOST_ROWS = 1_000_000
LARGEST = 256 * MEGABYTE
ROWS_AT_ONCE = 1_000
CONNECT_SECONDS = 10


def _is_one_select(query: str) -> str:
    """The query without what ends it.

    Raises:
        ValueError: it is not one SELECT.
    """
    tokens = [word.lower() for word in TOKEN.findall(query) if not word.startswith(("--", "/*"))]
    while tokens and tokens[-1] == ";":
        tokens.pop()
    if not tokens or tokens[0] not in READS:
        raise ValueError("is not one SELECT, and nothing else is run")
    if ";" in tokens:
        raise ValueError("holds more than one statement, and one SELECT alone is run")
    if written := WRITES.intersection(tokens):
        raise ValueError(f"holds {min(written).upper()}, and what writes is not run")
    return query.strip().rstrip(";").strip()


class Database(Entry):
    """A query.

    Attributes:
        url: an SQLAlchemy URL; ``${NAME}`` stands for an environment variable.
        query: one SELECT; ``:since`` in it is the moment of the sync before.
    """

    kind: Literal["database"]
    url: str
    query: Annotated[str, AfterValidator(_is_one_select)]


def fetch(entry: Database, state: State, around: Surroundings) -> Fetched:
    """The rows of the query as a table."""
    opened = _opened(around.filled(entry.url), around.folder)
    began = around.now()
    statement = text(TOKEN.sub(_as_it_is, entry.query))
    by_time = CHANGED_SINCE in statement.compile().params
    if by_time:
        statement = statement.bindparams(**{CHANGED_SINCE: _since(state, opened)})
    try:
        with opened.connect() as connection:
            _only_read(connection, opened.dialect.name)
            rows = connection.execution_options(stream_results=True).execute(statement)
            content = _table(list(rows.keys()), rows.yield_per(ROWS_AT_ONCE))
            connection.rollback()
    except SQLAlchemyError as error:
        raise Failed(_reason(error, opened.url)) from error
    finally:
        opened.dispose()
    options = around.options(entry)
    source = from_bytes(f"{entry.name}.csv", content, changes=by_time, options=options)
    kept = {SINCE: (began - OVERLAP).isoformat(timespec="seconds")}
    return Fetched((source,) if content.count(b"\n") > 1 else (), kept)


def _as_it_is(token: re.Match[str]) -> str:
    """A part of the query whose colons stand for no parameter but that of the moment."""
    parameter = token[0].lower() == f":{CHANGED_SINCE}"
    return token[0].lower() if parameter else token[0].replace(":", r"\:")


def _since(state: State, opened: Engine) -> Any:
    moment = (asked_before(state) or BEFORE_ALL).astimezone(dt.UTC)
    # SQLite has no type for moments and compares texts.
    return moment.strftime("%Y-%m-%d %H:%M:%S") if opened.dialect.name == "sqlite" else moment


def _opened(url: str, folder: Path) -> Engine:
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return _sqlite(address, folder)
        return create_engine(address, pool_pre_ping=False)
    except (ArgumentError, NoSuchModuleError, ValueError, ImportError) as error:
        raise Failed(f"{_shown(url)} cannot be opened: {type(error).__name__}") from error


def _sqlite(address: URL, folder: Path) -> Engine:
    """A file opened so that SQLite itself refuses to write; one that is not there is not made."""
    path = folder / (address.database or "")
    if not address.database or not path.is_file():
        raise Failed(f"there is no SQLite file {address.database or ''}")
    name = f"file:{quote(str(path.resolve()))}?mode=ro"
    return create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(name, uri=True, timeout=CONNECT_SECONDS)
    )


def _only_read(connection: Connection, dialect: str) -> None:
    """Let the database keep the transaction from writing, where it can."""
    if dialect == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    elif dialect in ("mysql", "mariadb"):
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        connection.rollback()
    elif dialect == "oracle":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    elif dialect == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")


def _table(header: list[str], rows: Iterable[Any]) -> bytes:
    """The rows as CSV, which the reader of tables takes like any other."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(header)
    for number, row in enumerate(rows):
        if number >= MOST_ROWS or written.tell() > LARGEST:
            raise Failed(
                f"the query gives more than {MOST_ROWS:,} rows or {LARGEST // MEGABYTE} MB; "
                "ask for less"
            )
        table.writerow([_cell(value) for value in row])
    return written.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str:
    if value is None or isinstance(value, bytes | bytearray | memoryview):
        return ""
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "; ".join(_cell(item) for item in value)
    return json.dumps(value, default=str) if isinstance(value, dict) else str(value)


def _shown(url: str) -> str:
    return url.partition("://")[0] or "the database"


def _reason(error: SQLAlchemyError, url: URL) -> str:
    return f"{database.shown(url)}: {database.reason(error, url)}"

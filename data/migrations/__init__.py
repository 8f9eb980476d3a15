"""Which version wrote this store, and how does it become one of today's?

A new store takes the same way as an old one: every script in ``versions``, in order. An SQLite
file that holds records is copied first. Alembic is imported only when there is something to do.
"""

import re
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from data.engine import StoreTooNew, copy_file, path_of, reading, shown, writing
from data.tables import SCHEMA

SCRIPTS = Path(__file__).parent
#: Not Alembic's own name for it: the database may hold another application's tables.
VERSION_TABLE = "aftermath_version"
#: Two processes that open a new store at once take turns by this number (PostgreSQL).
TURN = 4_217_001


def bring_up_to_date(engine: Engine, *, scripts: Path = SCRIPTS, schema: str = SCHEMA) -> None:
    """Make or upgrade the tables where that is needed.

    Args:
        scripts: the folder with Alembic's ``env.py`` and ``versions``.
        schema: the version to arrive at.

    Raises:
        StoreTooNew: the store is of a later version than ``schema``.
        StoreUnreachable: the database failed.
        StoreBusy: somebody else is writing.
    """
    with reading(engine) as connection:
        version = _version(connection)
    if version == schema:
        return
    _refuse_newer(engine, version, schema)
    if version is not None:
        back_up(engine, version)
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
        if _version(connection) != schema:  # nobody else did it while we waited
            _run(connection, scripts=scripts, schema=schema)


def back_up(engine: Engine, version: str) -> None:
    """Copy an SQLite file to ``<its name>.<version>.backup``; other databases have their own ways.

    The copy is consistent even while others read and write.
    """
    path = path_of(engine.url)
    if path is None:
        return
    copy_file(path, Path(f"{path}.{version}.backup"))
    with suppress(OSError):  # of somebody else, who has to decide; older versions left it open
        path.chmod(0o600)


def _version(connection: Connection) -> str | None:
    """The version of the store, None if it has no tables yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    query = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 (a constant)
    version: str | None = connection.execute(query).scalar_one_or_none()
    return version


def _refuse_newer(engine: Engine, version: str | None, schema: str) -> None:
    if version is None or (re.fullmatch(r"\d+", version) and int(version) < int(schema)):
        return
    raise StoreTooNew(
        f"The {shown(engine.url)} was written by a newer Aftermath (its tables are of version "
        f"{version}, this one knows {schema}). Update Aftermath, or name another database in "
        "AFTERMATH_DATABASE."
    )


def _run(connection: Connection, *, scripts: Path, schema: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection, "version_table": VERSION_TABLE})
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, schema)

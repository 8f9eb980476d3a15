"""Who changed what, when and how much: a trail that only grows, without a text of any record.

An entry is written in the transaction of the change that it tells of, so neither is there without
the other; the database itself refuses to change or delete one. It names ids, files and settings,
and never what a record or a note says.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, func, select

from data.engine import insert_rows
from data.record import LONGEST_LABEL, printable
from data.tables import TRAIL

#: What was done.
What = Literal[
    "load",
    "load undone",
    "all records forgotten",
    "records removed",
    "verdict",
    "verdict taken back",
    "known cause",
    "suggested value",
    "action",
    "action undone",
    "note",
    "break",
    "break removed",
    "exposure removed",
    "service levels removed",
    "setting",
    "name taken back",
    "export",
    "backup",
    "restore",
    "login",
]
#: Who acts where nobody signs.
COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a change is told as.

    Attributes:
        about: ids, a file or a setting; never a text of a record.
        count: of how many.
        by: who signed it; empty leaves it to whoever opened the store.
    """

    what: What
    about: str = ""
    count: int = 1
    by: str = ""


#: An entry, or what makes it when the change is done; None for what no person did.
Tells = Entry | Callable[[], Entry] | None


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the trail: when in UTC, who (empty if not signed), what, about what, how many."""

    at: dt.datetime
    by: str
    what: str
    about: str
    count: int


def named(names: Iterable[str]) -> str:
    """What an entry is about, several of them."""
    return ", ".join(names)


def tell(connection: Connection, entry: Entry) -> None:
    """Add an entry."""
    about = printable(entry.about)
    if len(about) > LONGEST_LABEL:
        about = f"{about[: LONGEST_LABEL - 1]}…"
    at = int(dt.datetime.now(dt.UTC).timestamp())
    number = _last(connection) + 1
    who = printable(entry.by)[:LONGEST_LABEL]
    insert_rows(connection, TRAIL, [(number, at, who, entry.what, about, entry.count)])


def join(connection: Connection, source: Connection) -> None:
    """Add the entries of another store that are not there yet."""
    columns = TRAIL.c
    told = select(columns.at, columns.by, columns.what, columns.about, columns.count)
    there = {tuple(row) for row in connection.execute(told)}
    ordered = source.execute(told.order_by(columns.number))
    new = [tuple(row) for row in ordered if tuple(row) not in there]
    first = _last(connection) + 1
    insert_rows(connection, TRAIL, [(first + n, *row) for n, row in enumerate(new)])


def read_trail(connection: Connection, *, most: int | None = None) -> tuple[list[Event], int]:
    """The newest entries, the newest first, and how many there are.

    Args:
        most: how many are given at most; None for all.
    """
    columns = TRAIL.c
    total = int(connection.execute(select(func.count()).select_from(TRAIL)).scalar_one())
    newest = select(TRAIL).order_by(columns.at.desc(), columns.number.desc()).limit(most)
    return [
        Event(
            dt.datetime.fromtimestamp(row.at, dt.UTC),
            row.by,
            row.what,
            row.about,
            row._mapping["count"],
        )
        for row in connection.execute(newest)
    ], total


def _last(connection: Connection) -> int:
    return int(connection.execute(select(func.max(TRAIL.c.number))).scalar_one() or 0)

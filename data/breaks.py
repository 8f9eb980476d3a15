"""From which day on are figures not comparable with those before, and why?

A new severity scheme or another way of reporting is a break that only people know of. Charts draw
it, and nothing is tested across it.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from pydantic import Field
from sqlalchemy import Connection, select

from data.added import AddedRow, Day, Moment, now
from data.bulk import Row
from data.keyed_rows import drop, put
from data.record import Identifier, Label
from data.rows import moment_of, seconds_of, seconds_of_day
from data.store import Store
from data.tables import BREAKS

ID_BYTES = 8


class Break(AddedRow):
    """A break in the records.

    Attributes:
        at: the first day on which the new way holds.
        note: what changed.
        added_by: who says so, as they like to be called; may be empty.
    """

    at: Day
    note: Identifier
    added_by: Label = ""
    added_at: Moment = Field(default_factory=now)

    @property
    def id(self) -> str:
        """The same for the same note on the same day, so that adding it twice is adding it once."""
        content = f"{self.at.isoformat()} {self.note}".encode()
        return hashlib.blake2b(content, digest_size=ID_BYTES).hexdigest()


def breaks(store: Store) -> list[Break]:
    """All breaks in order of their days."""
    with store.reading() as connection:
        return stored_breaks(connection)


def add_break(store: Store, at: dt.date, note: str, *, by: str = "") -> Break:
    """Add a break; one with the same day and note stays as it is.

    Raises:
        ValueError: the note is empty or too long, or the day lies outside the calendar of records.
    """
    new = Break.checked({"at": at, "note": note, "added_by": by})
    store.change(lambda connection: keep_breaks(connection, [new]))
    return new


def remove_break(store: Store, break_id: str) -> bool:
    """Take a break away; whether it was there."""

    def remove(connection: Connection) -> bool:
        there = any(one.id == break_id for one in stored_breaks(connection))
        drop(connection, BREAKS, [(break_id,)])
        return there

    return store.change(remove)


def stored_breaks(connection: Connection) -> list[Break]:
    """See :func:`breaks`."""
    columns = BREAKS.c
    rows = connection.execute(select(BREAKS).order_by(columns.at, columns.added_at, columns.id))
    return [_break(row) for row in rows]


def keep_breaks(connection: Connection, new: Iterable[Break]) -> bool:
    """Add those that are not there yet; whether there were any."""
    there = {one.id for one in stored_breaks(connection)}
    return put(connection, BREAKS, [_row(one) for one in new if one.id not in there])


def _row(one: Break) -> Row:
    at, added_at = seconds_of_day(one.at), seconds_of(one.added_at)
    return (one.id, at, one.note, one.added_by, added_at)


def _break(row: Any) -> Break:
    at, added_at = moment_of(row.at), moment_of(row.added_at)
    return Break.model_validate(
        {"at": at, "note": row.note, "added_by": row.added_by, "added_at": added_at}
    )

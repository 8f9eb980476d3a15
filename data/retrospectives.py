"""What did a team say at its retrospective: talked about, noted, decided?

Each topic of the agenda of one team and period has one row, the newest counts. Topics are called by
what raises them and not by their place, so that what was noted stays with its topic when the
records change and the order with them.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

from pydantic import Field
from sqlalchemy import Connection, and_, select

from data.added import AddedRow, Day, Moment, WrongField, now
from data.engine import Row, put
from data.record import Identifier, Label, Text
from data.rows import moment_of, seconds_of, seconds_of_day
from data.store import Store
from data.tables import MINUTES
from data.trail import Entry

#: Letters of the name of a topic: short, so that it fits into a key beside the team.
LONGEST_TOPIC = 40


class Minute(AddedRow):
    """What was said of one topic.

    Attributes:
        team: whose retrospective it is.
        start, end: its period; the end is the first day after it.
        topic: what raised it, as the agenda calls it.
        ticked: whether it was talked about.
        by: who wrote it down, as they like to be called; may be empty.
    """

    team: Identifier
    start: Day
    end: Day
    topic: Annotated[Identifier, Field(max_length=LONGEST_TOPIC)]
    ticked: bool = False
    note: Text = ""
    decision: Text = ""
    by: Label = ""
    at: Moment = Field(default_factory=now)

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """The row in untrusted ``values``.

        Raises:
            WrongField: one of them cannot be used, or the period ends before it begins.
        """
        row = super().checked(values)
        if row.end <= row.start:
            raise WrongField("end", "is not after the start")
        return row

    @property
    def key(self) -> tuple[str, dt.date, dt.date, str]:
        """What it is about."""
        return (self.team, self.start, self.end, self.topic)


def minute(store: Store, new: Minute) -> bool:
    """Write down what was said of a topic, in place of what stood there; whether that is news."""
    return store.change(
        lambda connection: put(connection, MINUTES, [_row(new)]),
        tells=Entry("note", f"{new.team or 'all teams'}, {new.start}: {new.topic}", by=new.by),
    )


def minutes(store: Store, team: str, start: dt.date, end: dt.date) -> dict[str, Minute]:
    """What was written down at one retrospective, by topic."""
    columns = MINUTES.c
    here = and_(
        columns.team == team,
        columns.start == seconds_of_day(start),
        columns.end == seconds_of_day(end),
    )
    query = select(MINUTES).where(here).order_by(columns.topic)
    with store.reading() as connection:
        rows = [_of_row(row._mapping) for row in connection.execute(query)]
    return {row.topic: row for row in rows}


def stored_minutes(connection: Connection) -> list[Minute]:
    """All that was written down, in order of teams, periods and topics."""
    query = select(MINUTES).order_by(*MINUTES.primary_key)
    return [_of_row(row._mapping) for row in connection.execute(query)]


def keep_minutes(connection: Connection, new: Iterable[Minute]) -> bool:
    """Keep what was written down elsewhere, where it is newer; whether anything was."""
    there = {row.key: row for row in stored_minutes(connection)}
    news = [row for row in new if row.key not in there or row.at > there[row.key].at]
    return put(connection, MINUTES, map(_row, news))


def _of_row(row: Mapping[Any, Any]) -> Minute:
    days = {name: moment_of(row[name]) for name in ("start", "end")}
    return Minute.model_validate({**row, **days, "at": moment_of(row["at"])})


def _row(row: Minute) -> Row:
    days = (seconds_of_day(row.start), seconds_of_day(row.end))
    said = (row.ticked, row.note, row.decision, row.by)
    return (row.team, *days, row.topic, *said, seconds_of(row.at))

"""What did people do here to an action: state, owner, dates, why not, and how it was verified?

What is said here outlives every reload of the source, and is kept apart from it: the record stays
as its source tells it. Of one action the newest row counts; a field that it leaves empty is as the
source says.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

import numpy as np
from pydantic import Field
from sqlalchemy import Connection, select

from data.added import AddedRow, Day, Moment, WrongField, now
from data.engine import Row, put
from data.record import Identifier, Label
from data.rows import moment_of, seconds_of, seconds_of_day
from data.store import Store
from data.tables import WORKED
from data.values import without_people
from data.words import current

if TYPE_CHECKING:
    import pandas as pd


#: ``risk_accepted`` is given up too, with the risk known and borne.
State = Literal["open", "in_progress", "done", "wont_do", "risk_accepted"]
ENDED: tuple[State, ...] = ("done", "wont_do", "risk_accepted")
#: States that need a reason: a later reader asks why.
GIVEN_UP: tuple[State, ...] = ("wont_do", "risk_accepted")
#: Fields that replace what the source says of an action.
REPLACES = ("status", "owner", "due_on", "completed_on", "url", "verification", "verified_how")


class Key(NamedTuple):
    """Which action: the id of its incident, and its own."""

    record_id: str
    action_id: str


class Worked(AddedRow):
    """What somebody said here of one action.

    Attributes:
        record_id: public id of the incident, which need not be loaded.
        action_id: id of the action in it.
        owner: a team or a role.
        reason: why it will not be done, or why the risk is accepted.
        told: what the source said of the state when this was said; where it says something else
            now, the two are in conflict.
        by: who, as they like to be called; may be empty.
    """

    record_id: Identifier
    action_id: Identifier
    status: State | None = None
    owner: Label = ""
    due_on: Day | None = None
    completed_on: Day | None = None
    url: Label = ""
    reason: Label = ""
    verification: Literal["verified", "failed", "not_yet"] | None = None
    verified_how: Label = ""
    told: Label = ""
    by: Label = ""
    at: Moment = Field(default_factory=now)

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """The row in untrusted ``values``; who gives something up says why.

        Raises:
            WrongField: one of them cannot be used, or the owner looks like a person.
        """
        row = super().checked(values)
        if row.status in GIVEN_UP and not row.reason:
            raise WrongField("reason", "is missing: why will it not be done?")
        if without_people(row.owner, current()) != row.owner:
            raise WrongField("owner", "looks like a person; name a team or a role")
        if row.status in ENDED and row.completed_on is None:
            row = row.model_copy(update={"completed_on": row.at.date()})
        return row

    @property
    def key(self) -> Key:
        """What it is about."""
        return Key(self.record_id, self.action_id)


def work(store: Store, new: Iterable[Worked]) -> bool:
    """Say something of actions, of all of them or of none; whether that changed anything."""
    rows = [_row(row) for row in new]
    return store.change(lambda connection: put(connection, WORKED, rows))


def stored_work(connection: Connection) -> list[Worked]:
    """All that is said here of actions, in order of incidents and actions."""
    query = select(WORKED).order_by(*WORKED.primary_key)
    return [_of_row(row._mapping) for row in connection.execute(query)]


def keep_work(connection: Connection, new: Iterable[Worked]) -> bool:
    """Keep what was said elsewhere, where it is newer than what stands; whether anything was."""
    there = {row.key: row for row in stored_work(connection)}
    news = [row for row in new if row.key not in there or row.at > there[row.key].at]
    return put(connection, WORKED, map(_row, news))


def with_work(actions: "pd.DataFrame", ids: "pd.Index", worked: Iterable[Worked]) -> "pd.DataFrame":
    """The actions as they stand with what was worked of them here.

    Args:
        actions: as records tell them; ``incident`` is the position of an id in ``ids``.
        worked: by people here.

    Returns:
        A frame with two columns more: ``changed_here``, and ``conflict`` where the source has
        changed its mind on the state since.
    """
    import pandas as pd  # only pages need it, and it takes long to import

    rows = list(worked)
    actions = actions.assign(changed_here=False, conflict=False)
    if not rows:
        return actions
    names = ids.to_numpy()[actions["incident"].to_numpy()]
    places = {key: place for place, key in enumerate(zip(names, actions["id"], strict=True))}
    columns = {
        name: actions[name].astype(object).to_numpy().copy()
        for name in (*REPLACES, "changed_here", "conflict")
    }
    for row in rows:
        if (place := places.get(row.key)) is not None:
            source = columns["status"][place]
            columns["conflict"][place] = (source if isinstance(source, str) else "") != row.told
            columns["changed_here"][place] = True
            for name, value in _replacing(row):
                columns[name][place] = value
    kinds = actions.dtypes
    return actions.assign(
        **{
            name: pd.Series(values, index=actions.index).astype(
                "category" if isinstance(kinds[name], pd.CategoricalDtype) else kinds[name]
            )
            for name, values in columns.items()
        }
    )


def _replacing(row: Worked) -> Iterable[tuple[str, Any]]:
    """What a row puts in place of what the source says."""
    for name in REPLACES:
        value = getattr(row, name)
        if name == "status" and value == "risk_accepted":
            value = "wont_do"
        if isinstance(value, dt.date):
            value = np.datetime64(value, "s")
        if value:
            yield name, value
    if row.status is not None and row.status not in ENDED:  # opened again: no end any more
        yield "completed_on", np.datetime64("NaT", "s")


def _of_row(row: Mapping[Any, Any]) -> Worked:
    days = {
        name: None if row[name] is None else moment_of(row[name]).date()  # type: ignore[union-attr]
        for name in ("due_on", "completed_on")
    }
    choices = {name: row[name] or None for name in ("status", "verification")}
    return Worked.model_validate({**row, **days, **choices, "at": moment_of(row["at"])})


def _row(row: Worked) -> Row:
    return (
        *row.key,
        row.status or "",
        row.owner,
        seconds_of_day(row.due_on),
        seconds_of_day(row.completed_on),
        row.url,
        row.reason,
        row.verification or "",
        row.verified_how,
        row.told,
        row.by,
        seconds_of(row.at),
    )

"""What did people do here to an action: state, owner, dates, why not, and how it was verified?

What is said here outlives every reload of the source, and is kept apart from it: the record stays
as its source tells it. Of one action the newest row counts; a field that it leaves empty is as the
source says.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

import numpy as np
from pydantic import Field
from sqlalchemy import Connection, select

from data.added import AddedRow, Day, Moment, WrongField, now
from data.engine import Row, batches, drop, fetch, put
from data.record import Identifier, Incident, Label
from data.rows import moment_of, seconds_of, seconds_of_day
from data.store import Store
from data.tables import ACTIONS, INCIDENTS, WORKED
from data.trail import Entry, named
from data.values import without_people
from data.words import current

if TYPE_CHECKING:
    import pandas as pd


#: ``risk_accepted`` is given up too, with the risk known and borne.
State = Literal["open", "in_progress", "done", "wont_do", "risk_accepted"]
ENDED: tuple[State, ...] = ("done", "wont_do", "risk_accepted")
#: States that need a reason: a later reader asks why.
GIVEN_UP: tuple[State, ...] = ("wont_do", "risk_accepted")
#: Outcomes of a check that was made.
CHECKED = ("verified", "failed")
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
        verified_on: the day of the check; that on which it was said, where nobody gives another.
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
    verified_on: Day | None = None
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
        if row.url and not row.url.lower().startswith(("https://", "http://")):
            raise WrongField("url", "is no address; it begins with https://")
        if row.status in ENDED and row.completed_on is None:
            row = row.model_copy(update={"completed_on": row.at.date()})
        if row.verification in CHECKED and row.verified_on is None:
            row = row.model_copy(update={"verified_on": row.at.date()})
        return row

    @property
    def key(self) -> Key:
        """What it is about."""
        return Key(self.record_id, self.action_id)


#: What stood of actions before a change; None where nothing did.
Before = Mapping[Key, Worked | None]


class _Told(NamedTuple):
    """An action as its source tells it: which, its state, and what its record is a second one of.

    Attributes:
        status, second_of: empty where that is not said.
    """

    key: Key
    status: str
    second_of: str


def work(store: Store, new: Iterable[Worked]) -> Before:
    """Say something of actions, of all of them or of none.

    Returns:
        What :func:`work_again` takes to undo this.
    """
    rows = list(new)
    return _changed(store, lambda connection, there: {row.key: row for row in rows})


def change(store: Store, actions: Iterable[Key], given: Mapping[str, Any]) -> Before:
    """Say the same of some actions; what was said of them before and is not given now stays.

    A state is said against what the source says of it at this moment.

    Args:
        actions: each with the incident that counts, which another report may have told it of.
        given: untrusted values by the fields of :class:`Worked`.

    Returns:
        What :func:`work_again` takes to undo this; an action that is not there is not in it.

    Raises:
        WrongField: one of them cannot be used; nothing is changed.
    """
    wanted = list(actions)

    def new(connection: Connection, there: Before) -> dict[Key, Worked | None]:
        told = _told(connection, wanted)
        return {each.key: _said(there.get(each.key), each, given) for each in told}

    return _changed(store, new, by=str(given.get("by") or ""))


def settle(store: Store, actions: Iterable[Key], *, ours: bool, by: str = "") -> Before:
    """End conflicts on the state of some actions.

    Args:
        ours: whether what was said here stands; what the source says now otherwise.
        by: who says so; may be empty.

    Returns:
        What :func:`work_again` takes to undo this.
    """
    wanted = list(actions)

    def new(connection: Connection, there: Before) -> dict[Key, Worked | None]:
        told = _told(connection, wanted)
        standing = ((each, row) for each in told if (row := there.get(each.key)) is not None)
        return {each.key: _settled(row, each, ours=ours, by=by) for each, row in standing}

    return _changed(store, new, by=by)


def work_again(store: Store, before: Before) -> None:
    """Let hold of some actions what was said of them before, or nothing."""
    _changed(store, lambda connection, there: dict(before), what="action undone")


def _changed(
    store: Store,
    work_out: Callable[[Connection, Before], Mapping[Key, Worked | None]],
    *,
    what: Literal["action", "action undone"] = "action",
    by: str = "",
) -> Before:
    before: dict[Key, Worked | None] = {}

    def write(connection: Connection) -> bool:
        there: dict[Key, Worked | None] = {row.key: row for row in stored_work(connection)}
        new = work_out(connection, there)
        before.update((key, there.get(key)) for key in new)
        gone = [key for key, row in new.items() if row is None and key in there]
        drop(connection, WORKED, gone)
        return put(connection, WORKED, [_row(row) for row in new.values() if row]) or bool(gone)

    def told() -> Entry:
        about = named(f"{key.record_id} {key.action_id}" for key in before)
        return Entry(what, about, len(before), by=by)

    store.change(write, tells=told)
    return before


def _told(connection: Connection, actions: Sequence[Key]) -> list[_Told]:
    """What the source says of the state of actions, in its own record of each."""
    incident = INCIDENTS.c
    query = select(incident.id, ACTIONS.c.id, ACTIONS.c.status, incident.duplicate_of).join_from(
        ACTIONS, INCIDENTS, ACTIONS.c.incident == incident.key
    )
    by_action = defaultdict[str, list[_Told]](list)
    for some in batches(dict.fromkeys(key.action_id for key in actions)):
        for record_id, action_id, *rest in fetch(connection, query.where(ACTIONS.c.id.in_(some))):
            told = _Told(Key(record_id, action_id), *(text or "" for text in rest))
            by_action[action_id].append(told)
    meant = (_meant(key, by_action[key.action_id]) for key in actions)
    return [told for told in meant if told is not None]


def _meant(key: Key, candidates: Sequence[_Told]) -> _Told | None:
    """The action of this id in the record, in a second report of it, or the only one there is.

    Numbers such as 1 and 2 are ids of many actions, each within its incident.
    """
    same = [told for told in candidates if told.key == key]
    second = [told for told in candidates if told.second_of == key.record_id]
    nearest = same or second or candidates
    return nearest[0] if len(nearest) == 1 else None


def _said(before: Worked | None, told: _Told, given: Mapping[str, Any]) -> Worked:
    """A row with what is given now, over what was said before."""
    fields = before.model_dump() if before else told.key._asdict()
    state = given.get("status")
    if state:
        reopened = state not in ENDED or fields.get("status") not in ENDED
        fields |= {"told": told.status, "reason": ""}
        fields |= {"completed_on": None} if reopened else {}
    if given.get("verification"):
        fields |= {"verified_on": None}
    fields |= {"by": "", **given, "at": now()}
    if given.get("completed_on") and (fields.get("status") or told.status) not in ENDED:
        raise WrongField("completed_on", "is of an action that has ended; say its state too")
    return Worked.checked(fields)


def _settled(row: Worked, told: _Told, *, ours: bool, by: str) -> Worked | None:
    """What stands once one side is chosen; None where nothing of ours does."""
    if ours:
        return row.model_copy(update={"told": told.status, "by": by, "at": now()})
    theirs = {"status": None, "completed_on": None, "reason": "", "told": ""}
    left = row.model_copy(update={**theirs, "by": by, "at": now()})
    return left if any(getattr(left, name) for name in REPLACES) else None


def all_work(store: Store) -> list[Worked]:
    """All that is said here of actions, in order of incidents and actions."""
    with store.reading() as connection:
        return stored_work(connection)


def stored_work(connection: Connection) -> list[Worked]:
    """See :func:`all_work`."""
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

    rows = {row.key: row for row in worked}
    actions = actions.assign(changed_here=False, conflict=False)
    here = np.isin(
        actions["incident"],
        ids.get_indexer(pd.Index([key.record_id for key in rows], dtype=object)),
    )
    places = np.flatnonzero(here & (actions["incident"] >= 0).to_numpy())
    if not len(places):
        return actions
    names = ids.to_numpy()[actions["incident"].to_numpy()[places]]
    columns = {
        name: actions[name].astype(object).to_numpy().copy()
        for name in (*REPLACES, "verified_on", "changed_here", "conflict")
    }
    for place, *key in zip(places, names, actions["id"].to_numpy()[places], strict=True):
        if (row := rows.get(Key(*key))) is not None:
            source = columns["status"][place]
            columns["conflict"][place] = disagree(row, source if isinstance(source, str) else "")
            columns["changed_here"][place] = True
            for name, value in _replacing(row):
                is_day = value is None or isinstance(value, dt.date)
                columns[name][place] = np.datetime64(value, "s") if is_day else value
    kinds = actions.dtypes
    return actions.assign(
        **{
            name: pd.Series(values, index=actions.index).astype(
                "category" if isinstance(kinds[name], pd.CategoricalDtype) else kinds[name]
            )
            for name, values in columns.items()
        }
    )


def disagree(row: Worked, told: str) -> bool:
    """Whether the source has changed its mind on a state since, and not to what is said here.

    Args:
        told: the state that the source tells now; empty where it tells none.
    """
    return row.status is not None and told not in (row.told, _in_a_record(row.status))


def as_worked(record: Incident, worked: Mapping[Key, Worked]) -> Incident:
    """A record whose actions stand as they were worked here."""
    rows = [worked.get(Key(record.id, action.id)) for action in record.actions]
    if not any(rows):
        return record
    actions = [
        action.model_copy(update=dict(_replacing(row))) if row else action
        for action, row in zip(record.actions, rows, strict=True)
    ]
    return record.model_copy(update={"actions": tuple(actions)})


def _in_a_record(state: State) -> str:
    """What a record calls a state: it knows no accepted risks apart."""
    return "wont_do" if state == "risk_accepted" else state


def _replacing(row: Worked) -> Iterator[tuple[str, Any]]:
    """What a row puts in place of what the source says; None where that holds no more."""
    for name in REPLACES:
        if value := getattr(row, name):
            yield name, _in_a_record(value) if name == "status" else value
    if row.status is not None and row.status not in ENDED:  # opened again: no end any more
        yield "completed_on", None
    if row.verification is not None:
        yield "verified_on", row.verified_on


def _of_row(row: Mapping[Any, Any]) -> Worked:
    days = {
        name: None if row[name] is None else moment_of(row[name]).date()  # type: ignore[union-attr]
        for name in ("due_on", "completed_on", "verified_on")
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
        seconds_of_day(row.verified_on),
        row.told,
        row.by,
        seconds_of(row.at),
    )

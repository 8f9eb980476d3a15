"""What did each file say of each record, so that what it no longer says can be taken back?

A document is whole: what it said and says no more is meant to be gone. What another file said of
the same record stays.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, delete, select, tuple_

from data import tables
from data.bulk import batches, insert_rows
from data.check import CheckedAction
from data.engine import fetch
from data.record import Action
from data.rows import DIGEST_BYTES, rows_of
from data.statement import Statement

NOTHING: frozenset[str] = frozenset()


class Told(NamedTuple):
    """What a file said of a record; the columns of ``told``."""

    file: int
    name: str  # see Statement.told_as
    incident: int
    digest: bytes
    holds: bool
    fields: str
    actions: str

    @property
    def key(self) -> tuple[int, str]:
        """What identifies it."""
        return self.file, self.name


def told_now(statement: Statement, incident: int, before: Told | None) -> Told:
    """What the file of ``statement`` has now said of the record with this key."""
    fields, actions = statement.told, _actions_told(statement)
    if before and not statement.whole:
        # A table that lost a column does not take back what it said in it.
        fields = (_fields_of(before.fields) - statement.cleared) | fields
        actions = actions_of(before) | actions
    return Told(
        file=statement.file.key if statement.file else 0,
        name=statement.told_as,
        incident=incident,
        digest=digest_of(statement),
        holds=statement.holds or bool(before and before.holds and not statement.whole),
        fields=_written(fields),
        actions=json.dumps({name: sorted(told) for name, told in actions.items()}),
    )


def digest_of(statement: Statement) -> bytes:
    """The same for the same statement."""
    digest = hashlib.blake2b(rows_of(statement.incident).digest, digest_size=DIGEST_BYTES)
    digest.update(f"{_written(statement.told)}{_written(statement.cleared)}".encode())
    if statement.apart or statement.actions:
        for checked in statement.actions:
            told, cleared = _written(checked.told), _written(checked.cleared)
            text = f"{checked.action!r}" if statement.apart else ""
            digest.update(f"{text}{told}{cleared}".encode())
    return digest.digest()


def withdrawing(statement: Statement, before: Told | None, others: Sequence[Told]) -> Statement:
    """A statement of a whole document with what it takes back by saying it no more."""
    if not statement.whole or not (before or others):
        return statement
    said = _fields_of(before.fields) if before else NOTHING
    by_others = NOTHING.union(*(_fields_of(row.fields) for row in others))
    cleared = statement.cleared | (said - statement.told - by_others)
    actions_before = actions_of(before) if before else {}
    actions_by_others = _together(map(actions_of, others))
    spoken_of = {checked.action.id for checked in statement.actions}
    missing = actions_before.keys() - spoken_of
    actions = [
        _withdrawing(checked, actions_before, actions_by_others) for checked in statement.actions
    ]
    for name in missing & actions_by_others.keys():
        left = frozenset(actions_before[name] - actions_by_others[name] - {"id"})
        action = Action.model_validate({"id": name})
        actions.append(CheckedAction(action, statement.place, NOTHING, left))
    return replace(
        statement,
        cleared=cleared,
        actions=tuple(actions),
        all_actions=False,
        withdrawn=frozenset(missing - actions_by_others.keys()),
    )


def _withdrawing(
    checked: CheckedAction, before: dict[str, frozenset[str]], others: dict[str, frozenset[str]]
) -> CheckedAction:
    name = checked.action.id
    gone = before.get(name, NOTHING) - checked.told - others.get(name, NOTHING) - {"id"}
    return replace(checked, cleared=checked.cleared | gone) if gone else checked


def _together(told: Iterable[dict[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    together: dict[str, frozenset[str]] = {}
    for actions in told:
        for name, fields in actions.items():
            together[name] = together.get(name, NOTHING) | fields
    return together


def actions_of(told: Told) -> dict[str, frozenset[str]]:
    """The fields that were told of each action, by its id."""
    return {name: frozenset(fields) for name, fields in json.loads(told.actions).items()}


def _actions_told(statement: Statement) -> dict[str, frozenset[str]]:
    return {checked.action.id: checked.told for checked in statement.actions}


@lru_cache(maxsize=10_000)
def _written(names: frozenset[str]) -> str:
    return json.dumps(sorted(names))


@lru_cache(maxsize=10_000)
def _fields_of(written: str) -> frozenset[str]:
    return frozenset(json.loads(written))


def read_told(
    connection: Connection, files: Iterable[int], names: Iterable[str]
) -> dict[tuple[int, str], Told]:
    """What files said of records by these names, and maybe more of what they said."""
    rows: dict[tuple[int, str], Told] = {}
    wanted = list(names)
    for some in batches(set(files)):
        theirs = select(tables.TOLD).where(tables.TOLD.c.file.in_(some))
        rows |= _by_key(connection, theirs.where(tables.TOLD.c.name.in_(wanted)))
    return rows


def read_told_of(connection: Connection, incidents: Iterable[int]) -> dict[int, list[Told]]:
    """All that was said of records, by their keys."""
    rows: dict[int, list[Told]] = {}
    for some in batches(incidents):
        theirs = select(tables.TOLD).where(tables.TOLD.c.incident.in_(some))
        for row in _by_key(connection, theirs).values():
            rows.setdefault(row.incident, []).append(row)
    return rows


def _by_key(connection: Connection, query: Select[Any]) -> dict[tuple[int, str], Told]:
    rows = (Told(*row) for row in fetch(connection, query))
    return {row.key: row._replace(digest=bytes(row.digest)) for row in rows}


def put_told(connection: Connection, rows: Sequence[Told], replaced: Sequence[Told]) -> None:
    """Keep what was said, in the place of ``replaced``."""
    drop_told(connection, [row.key for row in replaced])
    insert_rows(connection, tables.TOLD, rows)


def drop_told(connection: Connection, keys: Sequence[tuple[int, str]]) -> None:
    """Forget what was said."""
    columns = tables.TOLD.c
    for some in batches(keys):
        here = tuple_(columns.file, columns.name).in_(some)
        connection.execute(delete(tables.TOLD).where(here))

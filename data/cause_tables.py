"""How does a known cause look, and how is it written into its tables and read again?"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, select

from data.engine import fetch
from data.keyed_rows import put_all
from data.rows import moment_of, seconds_of
from data.tables import CAUSE_MEMBERS, KNOWN_CAUSES


@dataclass(frozen=True, slots=True)
class Member:
    """An incident of a cause.

    Attributes:
        pinned: whether people said that it belongs there.
        reason: why it does, in words; may be empty.
    """

    incident_id: str
    pinned: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KnownCause:
    """Incidents of one cause.

    Attributes:
        id: stays when the name and the members change.
        name: as people gave it, else as it is proposed; may be empty.
        named_by: who named it, as they like to be called; may be empty.
        named_at: when; None while the name is only proposed.
        members: in the order in which they were proposed or added.
    """

    id: str
    members: tuple[Member, ...]
    name: str = ""
    named_by: str = ""
    named_at: dt.datetime | None = None

    @property
    def pinned(self) -> bool:
        """Whether people had a say in it, so that no proposal dissolves it."""
        return self.named_at is not None or any(member.pinned for member in self.members)


#: Causes by id; an operation takes them as they are and gives them as they are to be.
Causes = dict[str, KnownCause]


def stored_causes(connection: Connection, *, only: str | None = None) -> Causes:
    """The known causes by id, in order of their ids; all of them, or the one with this id."""
    members: dict[str, list[Member]] = {}
    columns = CAUSE_MEMBERS.c
    in_order = select(CAUSE_MEMBERS).order_by(columns.cause, columns.position)
    by_id = select(KNOWN_CAUSES).order_by(KNOWN_CAUSES.c.id)
    if only is not None:
        in_order = in_order.where(columns.cause == only)
        by_id = by_id.where(KNOWN_CAUSES.c.id == only)
    for incident_id, cause, _, pinned, reason in fetch(connection, in_order):
        members.setdefault(cause, []).append(Member(incident_id, bool(pinned), reason))
    return {
        key: KnownCause(key, tuple(members.get(key, ())), name, named_by, moment_of(named_at))
        for key, name, named_by, named_at in fetch(connection, by_id)
    }


def keep_causes(connection: Connection, causes: Causes) -> bool:
    """Let these be all known causes; whether they are others than before."""
    rows = [(c.id, c.name, c.named_by, seconds_of(c.named_at)) for c in causes.values()]
    members = [
        (member.incident_id, cause.id, position, member.pinned, member.reason)
        for cause in causes.values()
        for position, member in enumerate(cause.members)
    ]
    changed = put_all(connection, KNOWN_CAUSES, rows)
    return put_all(connection, CAUSE_MEMBERS, members) or changed

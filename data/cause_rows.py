"""How do known causes stand in a file, and how do they come back from it?

A row for each incident that people put there, so that the file opens in a spreadsheet; what is
only proposed is proposed anew wherever the records are loaded. A cause that was named or an
incident that was pinned here since stays as it is: what people said last, they said here.
"""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from data.added import AddedRow, Moment
from data.cause_tables import Causes, KnownCause, Member, keep_causes, stored_causes
from data.record import LONGEST_LABEL, Identifier, Label, Text


class CauseRow(AddedRow):
    """An incident that people put into a known cause; see :class:`KnownCause`, :class:`Member`."""

    cause_id: Identifier
    name: Label = ""
    named_by: Label = ""
    named_at: Moment | None = None
    member_id: Identifier
    reason: Text = ""


def stored_cause_rows(connection: Connection) -> list[CauseRow]:
    """What people said of known causes, as rows."""
    return [
        CauseRow(
            cause_id=cause.id,
            name=cause.name,
            # Longer ones were kept before they were checked; they must not bar the way out.
            named_by=cause.named_by[:LONGEST_LABEL],
            named_at=cause.named_at,
            member_id=member.incident_id,
            reason=member.reason,
        )
        for cause in stored_causes(connection).values()
        for member in cause.members
        if member.pinned
    ]


def keep_cause_rows(connection: Connection, rows: Iterable[CauseRow]) -> bool:
    """Add known causes; whether any of them changed."""
    causes = stored_causes(connection)
    members = {key: {m.incident_id: m for m in cause.members} for key, cause in causes.items()}
    home = {name: key for key, theirs in members.items() for name in theirs}
    for row in rows:
        causes[row.cause_id] = _named(causes.get(row.cause_id), row)
        before = home.get(row.member_id)
        if before is not None and members[before][row.member_id].pinned:
            continue
        if before is not None and before != row.cause_id:
            del members[before][row.member_id]
        home[row.member_id] = row.cause_id
        theirs = members.setdefault(row.cause_id, {})
        theirs[row.member_id] = Member(row.member_id, pinned=True, reason=row.reason)
    return keep_causes(connection, _joined(causes, members))


def _named(known: KnownCause | None, row: CauseRow) -> KnownCause:
    if known is not None and (known.named_at or not row.named_at):
        return known
    old = known or KnownCause(row.cause_id, ())
    return replace(old, name=row.name, named_by=row.named_by, named_at=row.named_at)


def _joined(causes: Causes, members: dict[str, dict[str, Member]]) -> Causes:
    return {
        key: replace(cause, members=tuple(members[key].values()))
        for key, cause in causes.items()
        if members.get(key)
    }

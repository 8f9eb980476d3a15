"""What did people say of values that were suggested for a field: accepted, refused, or taken back?

A judgement names its record by the public id and so outlives every reload. It is never written into
the record: what an accepted value fills is decided anew whenever records are read, so a source that
later fills the field itself is always right.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self, get_args

from pydantic import Field
from sqlalchemy import Connection, select

from data.added import AddedRow, Moment, WrongField, now
from data.bulk import Row
from data.keyed_rows import put
from data.lists import current
from data.record import Identifier, Label
from data.rows import moment_of, seconds_of
from data.store import Store
from data.tables import JUDGEMENTS

#: Fields of a record, and guards of an incident: which there were, which failed or were absent.
JudgedField = Literal["root_cause_category", "trigger_category", "contributing_factors", "barrier"]
JUDGED_FIELDS: tuple[JudgedField, ...] = get_args(JudgedField)
#: ``withdrawn`` says: what was said before is taken back, and it is only suggested again.
State = Literal["accepted", "refused", "withdrawn"]
ACCEPTED: State = "accepted"
REFUSED: State = "refused"
WITHDRAWN: State = "withdrawn"
#: Id of a record, field and value.
Key = tuple[str, str, str]
#: Those of which an incident has one value at most, each from a controlled list.
SINGLE: tuple[JudgedField, ...] = ("root_cause_category", "trigger_category")


class Judgement(AddedRow):
    """What somebody said of one suggested value; of one value the newest counts.

    Attributes:
        record_id: public id of the incident, which need not be loaded.
        basis: what suggested the value, such as the method and its version; may be empty.
        by: who, as they like to be called; may be empty.
    """

    record_id: Identifier
    field: JudgedField
    value: Identifier
    state: State
    basis: Label = ""
    by: Label = ""
    at: Moment = Field(default_factory=now)

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """The row in untrusted ``values``; a category has to be in the lists in force."""
        row = super().checked(values)
        if row.field not in SINGLE:
            return row
        label = current().resolve(row.field, row.value)
        if label is None:
            raise WrongField("value", "is not in the controlled list")
        return row.model_copy(update={"value": label})

    @property
    def key(self) -> Key:
        """What it is about."""
        return (self.record_id, self.field, self.value)


def judge(store: Store, new: Iterable[Judgement]) -> list[Judgement]:
    """Say something of suggested values, of all of them or of none.

    Accepting a value of a field that has only one takes back that another was accepted.

    Returns:
        What undoes this: given to this function in turn, all is as it was before.
    """
    said = _by_key(new)
    before: list[Judgement] = []

    def write(connection: Connection) -> bool:
        there = _by_key(stored_judgements(connection))
        all_said = _superseded(said.values(), there.values()) | said
        changed = [row for key, row in all_said.items() if row.state != _state(there.get(key))]
        before.extend(_undoing(row, there.get(row.key)) for row in changed)
        return put(connection, JUDGEMENTS, map(_row, changed))

    store.change(write)
    return before


def judgements(
    store: Store, *, field: JudgedField | None = None, record_id: str | None = None
) -> list[Judgement]:
    """What is said of suggested values and not taken back, the newest first.

    Args:
        field: only what is said of this one.
        record_id: only what is said of this record.
    """
    columns = JUDGEMENTS.c
    query = select(JUDGEMENTS).where(columns.state != WITHDRAWN)
    if field is not None:
        query = query.where(columns.field == field)
    if record_id is not None:
        query = query.where(columns.record_id == record_id)
    with store.reading() as connection:
        rows = connection.execute(query.order_by(columns.at.desc(), *JUDGEMENTS.primary_key))
        return [_judgement(row) for row in rows]


def stored_judgements(connection: Connection) -> list[Judgement]:
    """All that was said, what was taken back among it, in order of records, fields and values."""
    query = select(JUDGEMENTS).order_by(*JUDGEMENTS.primary_key)
    return [_judgement(row) for row in connection.execute(query)]


def keep_judgements(connection: Connection, new: Iterable[Judgement]) -> bool:
    """Keep what was said elsewhere, where it is newer than what stands; whether anything was.

    What is said without a time is no news where the same stands.
    """
    there = _by_key(stored_judgements(connection))
    return put(connection, JUDGEMENTS, [_row(row) for row in new if _is_news(row, there)])


def _is_news(row: Judgement, there: Mapping[Key, Judgement]) -> bool:
    standing = there.get(row.key)
    if standing is None:
        return True
    is_dated = "at" in row.model_fields_set
    return row.at > standing.at if is_dated else row.state != standing.state


def _state(standing: Judgement | None) -> State:
    return WITHDRAWN if standing is None else standing.state


def _undoing(row: Judgement, standing: Judgement | None) -> Judgement:
    if standing is None:
        return row.model_copy(update={"state": WITHDRAWN})
    return standing.model_copy(update={"at": row.at})


def _superseded(new: Iterable[Judgement], there: Iterable[Judgement]) -> dict[Key, Judgement]:
    """What accepting ``new`` takes back: other accepted values of fields that have one."""
    accepted = {row.key[:2]: row for row in new if row.field in SINGLE and row.state == ACCEPTED}
    taken_back = (
        row.model_copy(update={"state": WITHDRAWN, "at": accepted[row.key[:2]].at})
        for row in there
        if row.state == ACCEPTED and row.key[:2] in accepted
    )
    return _by_key(taken_back)


def _by_key(rows: Iterable[Judgement]) -> dict[Key, Judgement]:
    return {row.key: row for row in rows}


def _judgement(row: Any) -> Judgement:
    return Judgement.model_validate({**row._mapping, "at": moment_of(row.at)})


def _row(row: Judgement) -> Row:
    return (*row.key, row.state, row.basis, row.by, seconds_of(row.at))

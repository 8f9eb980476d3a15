"""What all rows have in common that people add to the records: checked, and said by somebody.

Nothing here is required of people but the thing itself: a name is whatever they want to give, a
team or initials, and may be empty.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from sqlalchemy import Connection, select

from data.engine import Row, drop, put
from data.lists import current_lists
from data.problems import reason_of
from data.record import Identifier, Label
from data.rows import moment_of, seconds_of, seconds_of_day
from data.store import Store
from data.tables import BREAKS, JUDGEMENTS
from data.times import parse_day, parse_moment
from data.trail import Entry, named

#: The columns that a table needs, by what its rows are; also the names of files and JSON keys. They
#: are how such a table is told from one of incidents, which has a column ``id``; the first that
#: fits counts.
REQUIRED = {
    "verdicts": frozenset(("later_id", "earlier_id", "relation")),
    "judgements": frozenset(("record_id", "field", "value", "state")),
    "known_causes": frozenset(("cause_id", "member_id")),
    "exposure": frozenset(("unit", "start", "end", "amount")),
    "service_levels": frozenset(("time", "service", "good", "total")),
    "minutes": frozenset(("team", "start", "end", "topic")),
    "breaks": frozenset(("at", "note")),
    "names": frozenset(("field", "written", "ours")),
    "settings": frozenset(("setting", "value")),
    "worked": frozenset(("record_id", "action_id")),
}
#: What the names of columns of incidents and of actions hold in every case.
OF_RECORDS = frozenset(("id", "incident_id"))


def _moment(value: object) -> dt.datetime:
    return parse_moment(value).at


#: To the second, in UTC.
Moment = Annotated[dt.datetime, BeforeValidator(_moment)]
Day = Annotated[dt.date, BeforeValidator(parse_day)]


class WrongField(ValueError):
    """A value that cannot be used; ``reason`` says in words why.

    Attributes:
        field: its field; empty where it is the row as a whole.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


class AddedRow(BaseModel):
    """One checked row."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """The row in untrusted ``values``.

        Raises:
            WrongField: one of them cannot be used.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(map(str, fault["loc"][:1]))
            raise WrongField(field, reason_of(fault)) from None


class _Signed(AddedRow):
    by: Label = ""


def signature(by: str) -> str:
    """Who says something, as it can be stored; may be empty.

    Raises:
        WrongField: it is too long.
    """
    return _Signed.checked({"by": by}).by


def kind_of(columns: Collection[str]) -> str | None:
    """What the rows of a table with these columns are; None where they are records or unknown."""
    if not OF_RECORDS.isdisjoint(columns):
        return None
    return next((kind for kind, needed in REQUIRED.items() if needed <= set(columns)), None)


def now() -> dt.datetime:
    """The present moment as it can be stored."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


# From which day on are figures not comparable with those before, and why?
#
# A new severity scheme or another way of reporting is a break that only people know of. Charts
# draw it, and nothing is tested across it.

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
    store.change(
        lambda connection: keep_breaks(connection, [new]), tells=Entry("break", f"{at}", by=by)
    )
    return new


def remove_break(store: Store, break_id: str) -> bool:
    """Take a break away; whether it was there."""

    def remove(connection: Connection) -> bool:
        there = any(one.id == break_id for one in stored_breaks(connection))
        drop(connection, BREAKS, [(break_id,)])
        return there

    return store.change(remove, tells=Entry("break removed"))


def stored_breaks(connection: Connection) -> list[Break]:
    """See :func:`breaks`."""
    columns = BREAKS.c
    rows = connection.execute(select(BREAKS).order_by(columns.at, columns.added_at, columns.id))
    return [_break(row) for row in rows]


def keep_breaks(connection: Connection, new: Iterable[Break]) -> bool:
    """Add those that are not there yet; whether there were any."""
    there = {one.id for one in stored_breaks(connection)}
    return put(connection, BREAKS, [_break_row(one) for one in new if one.id not in there])


def _break_row(added: Break) -> Row:
    at, added_at = seconds_of_day(added.at), seconds_of(added.added_at)
    return (added.id, at, added.note, added.added_by, added_at)


def _break(row: Any) -> Break:
    at, added_at = moment_of(row.at), moment_of(row.added_at)
    return Break.model_validate(
        {"at": at, "note": row.note, "added_by": row.added_by, "added_at": added_at}
    )


# What did people say of values that were suggested for a field: accepted, refused, or taken back?
#
# A judgement names its record by the public id and so outlives every reload. It is never written
# into the record: what an accepted value fills is decided anew whenever records are read, so a
# source that later fills the field itself is always right.

#: Fields of a record; guards of an incident: which there were, which failed or were absent; what
#: the theme of a lesson is called, said of an incident that tells it.
JudgedField = Literal[
    "root_cause_category", "trigger_category", "contributing_factors", "barrier", "lesson"
]
JUDGED_FIELDS: tuple[JudgedField, ...] = get_args(JudgedField)
#: What is said of the theme of a lesson: the field that tells it, the theme's key, its name.
LESSON_VALUE = re.compile(r"[a-z_]+:[~a-z0-9-]+:.*\S.*", re.DOTALL)
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
        if row.field == "lesson" and not LESSON_VALUE.fullmatch(row.value):
            raise WrongField("value", "is not the kind of a lesson, a theme's key and its name")
        if row.field not in SINGLE:
            return row
        label = current_lists().resolve(row.field, row.value)
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
        return put(connection, JUDGEMENTS, map(_judgement_row, changed))

    def told() -> Entry:
        by = next((row.by for row in said.values()), "")
        about = named(dict.fromkeys(row.record_id for row in before))
        return Entry("suggested value", about, len(before), by=by)

    store.change(write, tells=told)
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
    return put(connection, JUDGEMENTS, [_judgement_row(row) for row in new if _is_news(row, there)])


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


def _judgement_row(row: Judgement) -> Row:
    return (*row.key, row.state, row.basis, row.by, seconds_of(row.at))

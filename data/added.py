"""What all rows have in common that people add to the records: checked, and said by somebody.

Nothing here is required of people but the thing itself: a name is whatever they want to give, a
team or initials, and may be empty.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from data.problems import reason_of
from data.record import Label
from data.times import parse_day, parse_moment

#: The columns that a table needs, by what its rows are; also the names of files and JSON keys. They
#: are how such a table is told from one of incidents, which has a column ``id``.
REQUIRED = {
    "verdicts": frozenset(("later_id", "earlier_id", "relation")),
    "judgements": frozenset(("record_id", "field", "value", "state")),
    "known_causes": frozenset(("cause_id", "member_id")),
    "exposure": frozenset(("unit", "start", "end", "amount")),
    "service_levels": frozenset(("time", "service", "good", "total")),
    "breaks": frozenset(("at", "note")),
    "names": frozenset(("field", "written", "ours")),
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

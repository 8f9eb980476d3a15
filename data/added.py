"""What has everything in common that people add to the records: checked, and said by somebody.

Nothing here is required of people but the thing itself: a name is whatever they want to give, a
team or initials, and may be empty.
"""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from data.times import parse_day, parse_moment


def _moment(value: object) -> dt.datetime:
    return parse_moment(value).at


#: To the second, in UTC.
Moment = Annotated[dt.datetime, BeforeValidator(_moment)]
Day = Annotated[dt.date, BeforeValidator(parse_day)]


class AddedRow(BaseModel):
    """One checked row; building it raises a ``ValueError`` that says which field is wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


def now() -> dt.datetime:
    """The present moment as it can be stored."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)

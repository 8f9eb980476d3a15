"""How many of the requests of a service were good, from one time to the next, and how many should?

An indicator of a service level is a row for each stretch of time. Two for the same service and time
are one that was corrected: the one loaded last stands.
"""

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from sqlalchemy import Connection, delete, select

from data.added import AddedRow, Moment
from data.bulk import Row
from data.keyed_rows import put
from data.kinds import Kind
from data.record import Identifier
from data.rows import moment_of, seconds_of
from data.store import Store
from data.tables import SERVICE_LEVELS

if TYPE_CHECKING:
    import pandas as pd


KEY_BYTES = 16
#: Beyond what anybody counts, and small enough to be added up without overflow.
LARGEST = 1e18
COLUMNS = {
    "time": Kind.TIME,
    "service": Kind.LABEL,
    "good": Kind.FLOAT,
    "total": Kind.FLOAT,
    "objective": Kind.FLOAT,
}


def _as_share(value: object) -> object:
    """An objective as people write it: 99.9, "99.9 %" and 0.999 are one."""
    if isinstance(value, str):
        value = value.strip().removesuffix("%").strip()
    try:
        number = float(str(value))
    except ValueError:
        return value
    return number / 100.0 if number > 1.0 else number


class ServiceLevel(AddedRow):
    """What an indicator said of a service from one time on.

    Attributes:
        time: the beginning; it holds until the next one of the service.
        good, total: requests, minutes or whatever is counted.
        objective: the share that should be good; None where none is said.
    """

    time: Moment
    service: Identifier
    good: float = Field(ge=0, le=LARGEST, allow_inf_nan=False)
    total: float = Field(ge=0, le=LARGEST, allow_inf_nan=False)
    objective: Annotated[float, Field(gt=0, lt=1), BeforeValidator(_as_share)] | None = None

    @model_validator(mode="after")
    def _of_all(self) -> Self:
        if self.good > self.total:
            raise ValueError("no more can be good than there are in total")
        return self


def read_service_levels(connection: Connection) -> "pd.DataFrame":
    """All that indicators said, with the columns :data:`COLUMNS`, by service and time."""
    import pandas as pd  # takes a while, and commands need no statistics

    from data.columns import read_columns

    frame = pd.DataFrame(read_columns(connection, SERVICE_LEVELS, COLUMNS))
    return frame.sort_values(["service", "time"], kind="stable", ignore_index=True)


def remove_service_levels(store: Store) -> bool:
    """Forget all that indicators said; whether there was anything."""
    return store.change(lambda connection: connection.execute(delete(SERVICE_LEVELS)).rowcount > 0)


def stored_service_levels(connection: Connection) -> list[ServiceLevel]:
    """The same as checked rows, by service and time."""
    columns = SERVICE_LEVELS.c
    names = ("service", "good", "total", "objective")
    return [
        ServiceLevel.model_validate(
            {**{name: getattr(row, name) for name in names}, "time": moment_of(row.time)}
        )
        for row in connection.execute(
            select(SERVICE_LEVELS).order_by(columns.service, columns.time)
        )
    ]


def keep_service_levels(connection: Connection, new: Iterable[ServiceLevel]) -> bool:
    """Add rows, replacing those for the same service and time; whether anything changed."""
    return put(connection, SERVICE_LEVELS, map(_row, new))


def _row(one: ServiceLevel) -> Row:
    time = seconds_of(one.time)
    about = f"{one.service}\x1f{time}"
    key = hashlib.blake2b(about.encode(), digest_size=KEY_BYTES).hexdigest()
    return (key, one.service, time, one.good, one.total, one.objective)

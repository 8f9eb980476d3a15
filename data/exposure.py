"""How much could have gone wrong: deploys, requests or hours in a span of days?

A rate of incidents is only as good as what it is divided by. Days are always known; whoever counts
deploys or requests loads them here, for all or for a team or a service.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from sqlalchemy import Connection, delete, select

from data.added import AddedRow, Day, Moment
from data.engine import Row, put
from data.problems import Place, Problem
from data.record import Identifier, Kind, Label
from data.rows import moment_of, seconds_of, seconds_of_day
from data.store import Store
from data.tables import EXPOSURE, SERVICE_LEVELS
from data.trail import Entry

if TYPE_CHECKING:
    import pandas as pd


KEY_BYTES = 16
#: Beyond what anybody counts, and small enough to be added up and divided by without overflow.
LARGEST = 1e18
EXPOSURE_COLUMNS = {
    "start": Kind.TIME,
    "end": Kind.TIME,
    "unit": Kind.LABEL,
    "team": Kind.LABEL,
    "service": Kind.LABEL,
    "amount": Kind.FLOAT,
}


class Exposure(AddedRow):
    """An amount of something over some days.

    Attributes:
        unit: what is counted, such as "deploys" or "requests".
        team, service: whose they are; None for those of all.
        start: the first day.
        end: the day after the last one.
    """

    unit: Identifier
    start: Day
    end: Day
    amount: float = Field(ge=0, le=LARGEST, allow_inf_nan=False)
    team: Label | None = None
    service: Label | None = None

    @model_validator(mode="after")
    def _of_days(self) -> Self:
        if self.end <= self.start:
            raise ValueError("the end is the day after the last one, so it comes after the start")
        return self


def read_exposure(connection: Connection) -> "pd.DataFrame":
    """All amounts, with the columns :data:`COLUMNS`, in order of their first days.

    Of amounts for the same unit, team, service and days the one loaded last stands.
    """
    import pandas as pd  # takes a while, and commands need no statistics

    from data.history import read_columns

    frame = pd.DataFrame(read_columns(connection, EXPOSURE, EXPOSURE_COLUMNS))
    return frame.sort_values(["start", "end"], kind="stable", ignore_index=True)


def remove_exposure(store: Store, unit: str) -> bool:
    """Forget all amounts of a unit; whether there were any."""
    of_unit = delete(EXPOSURE).where(EXPOSURE.c.unit == unit)
    return store.change(
        lambda connection: connection.execute(of_unit).rowcount > 0,
        tells=Entry("exposure removed", unit),
    )


def overlaps(store: Store) -> list[Problem]:
    """Where two stored amounts of one owner are of the same days, so that neither can be used."""
    with store.reading() as connection:
        rows = stored_exposure(connection)
    latest: dict[tuple[str, str | None, str | None], Exposure] = {}
    found = []
    for row in rows:
        owner = (row.unit, row.team, row.service)
        before = latest.get(owner)
        if before and row.start < before.end:
            whose = " and ".join(name for name in (row.team, row.service) if name) or "all"
            reason = (
                f"two amounts of {row.unit} of {whose} are loaded for some of the same days "
                f"({_days(before)} and {_days(row)}); neither counts there"
            )
            found.append(Problem(Place("exposure"), "", "", reason))
        if before is None or row.end > before.end:
            latest[owner] = row
    return found


def _days(amount: Exposure) -> str:
    return f"{amount.start} to {amount.end - dt.timedelta(days=1)}"


def stored_exposure(connection: Connection) -> list[Exposure]:
    """The amounts as checked rows, in order of unit and days."""
    columns = EXPOSURE.c
    order = (columns.unit, columns.start, columns.end, columns.key)
    return [
        Exposure.model_validate(
            {
                **{name: getattr(row, name) for name in ("unit", "team", "service", "amount")},
                **{name: moment_of(getattr(row, name)) for name in ("start", "end")},
            }
        )
        for row in connection.execute(select(EXPOSURE).order_by(*order))
    ]


def keep_exposure(connection: Connection, new: Iterable[Exposure]) -> bool:
    """Add amounts, replacing those for the same; whether anything changed."""
    return put(connection, EXPOSURE, map(_exposure_row, new))


def _exposure_row(amount: Exposure) -> Row:
    start, end = seconds_of_day(amount.start), seconds_of_day(amount.end)
    about = "\x1f".join(
        map(str, (amount.unit, amount.team or "", amount.service or "", start, end))
    )
    key = hashlib.blake2b(about.encode(), digest_size=KEY_BYTES).hexdigest()
    return (
        key,
        amount.unit,
        amount.team or None,
        amount.service or None,
        start,
        end,
        amount.amount,
    )


# How many of the requests of a service were good, from one time to the next, and how many should?
#
# An indicator of a service level is a row for each stretch of time. Two for the same service and
# time are one that was corrected: the one loaded last stands.

if TYPE_CHECKING:
    import pandas as pd


SERVICE_LEVEL_COLUMNS = {
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

    from data.history import read_columns

    frame = pd.DataFrame(read_columns(connection, SERVICE_LEVELS, SERVICE_LEVEL_COLUMNS))
    return frame.sort_values(["service", "time"], kind="stable", ignore_index=True)


def remove_service_levels(store: Store) -> bool:
    """Forget all that indicators said; whether there was anything."""
    return store.change(
        lambda connection: connection.execute(delete(SERVICE_LEVELS)).rowcount > 0,
        tells=Entry("service levels removed"),
    )


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
    return put(connection, SERVICE_LEVELS, map(_service_level_row, new))


def _service_level_row(level: ServiceLevel) -> Row:
    time = seconds_of(level.time)
    about = f"{level.service}\x1f{time}"
    key = hashlib.blake2b(about.encode(), digest_size=KEY_BYTES).hexdigest()
    return (key, level.service, time, level.good, level.total, level.objective)

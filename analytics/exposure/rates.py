"""Per what is a rate expressed: 30 days, 1,000 deploys, a million requests?

A rate is only as good as what it is divided by. Days are always known; each unit that the reader
loaded is another choice, and a rate always says which was taken.
"""

import datetime as dt
from dataclasses import dataclass

from analytics.answer import Answer
from analytics.exposure.amounts import DAYS
from analytics.frames import History
from analytics.recorded import records_begin
from analytics.selection import View
from analytics.statistics.rates import RATE, rate

#: Sizes that a rate may be per. By thousands, because people have words for those.
SIZES = (1.0, 1e3, 1e6, 1e9, 1e12)


@dataclass(frozen=True, slots=True)
class Per:
    """What a rate is per: ``size`` of ``unit``, such as 30 days or 1,000 deploys."""

    unit: str
    size: float


#: Always possible: a month of every length, and a number that people can picture.
PER_30_DAYS = Per(DAYS, 30.0)


def choices(history: History) -> tuple[Per, ...]:
    """What rates can be per: 30 days, and a round number of each unit that is loaded.

    The number is the same whatever the filters, so that figures of two pages can be compared: the
    smallest for which all records together have an incident or more.
    """
    loaded = history.exposure
    names = sorted(set(loaded["unit"].dropna()) - {DAYS})
    return (PER_30_DAYS, *(Per(name, _size(history, name)) for name in names))


def opened(view: View) -> dt.datetime:
    """The first moment of which records in a scope are kept: before it, none is not zero."""
    return dt.datetime.combine(records_begin(view.history, teams=view.scope.teams), dt.time())


def rate_per(count: int, amount: Answer, per: Per, *, dispersion: float = 1.0) -> Answer:
    """Incidents per :class:`Per` with the exact interval, or why there is no rate.

    Args:
        count: incidents.
        amount: the exposure of the same span, in the unit of ``per``.
        per: what the rate is per.
        dispersion: as in :func:`analytics.statistics.rates.rate`.
    """
    if not amount.estimate:
        reason = amount.reason or f"there were no {per.unit}, so there is no rate"
        return Answer(None, n=count, unit=f"per {per.unit}", method=RATE, reason=reason)
    said = f"{per.size:,.0f} {per.unit}"
    return rate(count, amount.estimate / per.size, per=said, dispersion=dispersion)


def _size(history: History, unit: str) -> float:
    rows = history.exposure[history.exposure["unit"] == unit]
    of_all = rows[rows["team"].isna() & rows["service"].isna()]
    amount = float((of_all if len(of_all) else rows)["amount"].sum())
    when = history.incidents["period_at"].to_numpy()
    inside = (when >= rows["start"].min().to_numpy()) & (when < rows["end"].max().to_numpy())
    if not inside.any():
        return SIZES[0]
    return next((size for size in SIZES if inside.sum() * size >= amount), SIZES[-1])

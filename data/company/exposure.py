"""What the company did in each month: the deploys of every service, and its requests in all.

Services with more incidents deploy more, so a rate per day tells them apart and a rate per deploy
hardly does: the difference that exposure is there to show.
"""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from data.company.labels import SERVICE_FLATNESS, book
from data.company.setting import Floats, Setting, Stream

COLUMNS = ("unit", "start", "end", "team", "service", "amount")
#: One deploy in so many ends in an incident.
DEPLOYS_AN_INCIDENT = 30
#: Requests between two incidents, and how much a month differs from the next.
REQUESTS_AN_INCIDENT, MONTHS_DIFFER = 4e6, 0.1

Row = tuple[str, dt.date, dt.date, str | None, str | None, float]


def rows(setting: Setting) -> Iterator[Row]:
    """Amounts in :data:`COLUMNS`, month by month until the end of the history."""
    rng = setting.rng(Stream.EXPOSURE)
    teams, services = book().phrases["teams"], book().phrases["services"]
    weight = 1.0 / (SERVICE_FLATNESS + np.arange(len(services)))
    edges = _months(setting)
    incidents = setting.incidents * _days(edges) / _days(edges).sum()
    deploys = rng.poisson(DEPLOYS_AN_INCIDENT * np.outer(incidents, weight / weight.sum()))
    requests = REQUESTS_AN_INCIDENT * incidents * rng.lognormal(0.0, MONTHS_DIFFER, len(incidents))
    for month, (start, end) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        for place, service in enumerate(services):
            amount = float(deploys[month, place])
            yield "deploys", start, end, teams[place // 2], service, amount
        yield "requests", start, end, None, None, round(float(requests[month]), -3)


def _months(setting: Setting) -> npt.NDArray[np.datetime64]:
    """The first day of the history, of each month in it, and the day after its last."""
    first, last = (
        np.datetime64(second, "s").astype("datetime64[D]")
        for second in (setting.start_second, setting.end_second)
    )
    months = np.arange(first.astype("datetime64[M]") + 1, last.astype("datetime64[M]") + 1)
    inside = months.astype("datetime64[D]")
    return np.unique(np.concatenate([[first], inside, [max(last, first + 1)]]))


def _days(edges: npt.NDArray[np.datetime64]) -> Floats:
    return np.diff(edges).astype(np.float64)

"""The tables that every question is asked of: their columns, their types, how an empty one looks.

Statistics need times, labels and ids; long texts stay in the store. Rows of the other tables point
at incidents by *position* (the row number in ``incidents``), so selecting is one array lookup and
never a join on strings.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

# The words of a record that statistics ask for by name, each in one place.

#: Kinds of record that are no incident, whatever their severity.
NOT_INCIDENTS = ("drill", "test", "maintenance")
#: The kind of action that keeps an incident from coming back.
PREVENT = "prevent"
#: How an action ends.
DONE, WONT_DO = "done", "wont_do"
ENDED_STATES = (DONE, WONT_DO)
#: States in which the promise of an action still stands.
OPEN_STATES = ("open", "in_progress")
#: What somebody found who checked whether an action works.
VERIFIED, FAILED = "verified", "failed"
#: Sources of detection outside the organisation: somebody was hurt before we knew.
OUTSIDE = ("customer", "partner", "social")


T = TypeVar("T")
#: Column name to dtype.
Columns = dict[str, Any]

UTC = "UTC"
TIME = "datetime64[s]"
LABEL = "category"

#: The clocks of an incident in the order in which they should strike.
CLOCKS = (
    "impact_started_at",
    "detected_at",
    "declared_at",
    "notified_at",
    "acknowledged_at",
    "mitigated_at",
    "resolved_at",
    "postmortem_published_at",
)

INCIDENTS: Columns = {
    "id": "str",
    "title": "str",
    "kind": LABEL,  # incident | drill | test | maintenance
    "status": LABEL,  # open | resolved
    "severity": LABEL,  # the label as the source has it
    "severity_rank": "float32",  # 1 worst … 5; NaN where the scheme is unknown
    "team": LABEL,
    "environment": LABEL,
    "detection_source": LABEL,
    "trigger_category": LABEL,
    "root_cause_category": LABEL,  # missing stays missing here; charts show it as "unknown"
    "needs_analysis": "bool",  # filed as "human error": the cause behind it is to be found
    "postmortem_status": LABEL,
    **dict.fromkeys(CLOCKS, TIME),
    "day_clocks": "int16",  # bit i set: clock i of CLOCKS is known to the day only
    "estimated_clocks": "int16",  # bit i set: clock i was read from words or estimated
    "future_clocks": "int16",  # bit i set: clock i cannot have struck yet, and is taken out
    "affected_users": "float64",
    "cost": "float64",
    "currency": LABEL,
    "duplicate_of": "int32",  # position of the original, NO_ROW where unknown or not a duplicate
    "is_duplicate": "bool",
    "has_postmortem": "bool",
}
SERVICES: Columns = {"incident": "int32", "service": LABEL}
FACTORS: Columns = {"incident": "int32", "factor": LABEL}
TAGS: Columns = {"incident": "int32", "tag": LABEL}
OWN: Columns = {"incident": "int32", "name": LABEL, "value": LABEL}
ACTIONS: Columns = {
    "incident": "int32",
    "id": "str",
    "title": "str",
    "kind": LABEL,  # prevent | detect | mitigate | process | documentation
    "strength": LABEL,  # stronger | intermediate | weaker
    "priority": LABEL,
    "owner": LABEL,  # a team or a role
    "status": LABEL,  # open | in_progress | done | wont_do; missing = the source does not say
    "created_on": TIME,
    "first_due_on": TIME,
    "due_on": TIME,
    "completed_on": TIME,  # when it ended: done, or given up (wont_do)
    "verification": LABEL,  # verified | failed | not_yet; missing = nobody has said
    "verified_on": TIME,
    "verified_how": "str",  # how one knows, or is to know, that it works
    "url": "str",
    "changed_here": "bool",  # somebody said something of it here, which outlives a reload
    "conflict": "bool",  # … and the source has changed its mind on the state since
}
LINKS: Columns = {
    "later": "int32",  # position of the incident that repeats
    "earlier": "int32",  # position of the one it repeats
    "relation": LABEL,  # repeat | same_event | related | different
    "origin": LABEL,  # record (declared by people) | verdict (said in the app) | suggested
    "confidence": "float64",  # of suggestions: the label-free percentile or probability
    "basis": "str",
}
EXPOSURE: Columns = {
    "start": TIME,
    "end": TIME,  # the day after the last one
    "unit": LABEL,  # deploys, requests …
    "team": LABEL,  # missing = of all teams
    "service": LABEL,  # missing = of all services
    "amount": "float64",
}
SERVICE_LEVELS: Columns = {
    "time": TIME,  # from then until the next one of the service
    "service": LABEL,
    "good": "float64",
    "total": "float64",
    "objective": "float64",  # the share that should be good; NaN where none is said
}
ACCEPTED: Columns = {
    "incident": "int32",
    "field": LABEL,  # of the record, or "barrier"
    "value": LABEL,
}
#: Stands for "points at no row" in the int32 position columns.
NO_ROW = -1
#: What a missing value is in the types that have no way to say "unknown".
WHOLE: dict[str, int | bool] = {"bool": False, "int16": 0, "int32": NO_ROW}


def conform(frame: pd.DataFrame | None, columns: Columns) -> pd.DataFrame:
    """``frame`` with exactly ``columns`` in their types; absent columns are filled with "unknown".

    Args:
        frame: any frame whose present columns can be cast; None means no rows.
        columns: column name to dtype, one of the tables above.
    """
    source = pd.DataFrame() if frame is None else frame
    rows = len(source)
    built = {
        name: _cast(source[name], dtype) if name in source else _unknown(dtype, rows)
        for name, dtype in columns.items()
    }
    return pd.DataFrame(built, index=pd.RangeIndex(rows))


def _cast(column: pd.Series, dtype: str) -> Any:
    if dtype in WHOLE and column.isna().any():  # NaN would become True, or the smallest integer
        column = column.astype(object).fillna(WHOLE[dtype])
    return column.astype(pd.api.types.pandas_dtype(dtype)).array


def _unknown(dtype: str, rows: int) -> Any:
    if dtype in WHOLE:
        return np.full(rows, WHOLE[dtype], dtype)
    return pd.Series([None] * rows, dtype=dtype).array


@dataclass(frozen=True)
class History:
    """Everything known at one revision of the store, narrow enough to be shared by all sessions.

    ``incidents`` has two columns beyond :data:`INCIDENTS`: ``began_at``, when it began in UTC (its
    impact start, else the first time it has; NaT if it has none), and ``period_at``, that moment by
    the reader's clock, which decides the period that it belongs to.

    Attributes:
        accepted: values that were suggested from texts and accepted by somebody.
        own: values of fields that only this team's records have; of those fields alone that
            somebody asks for, as there may be hundreds.
        zone: that the reader's clock is set to.
        repeats_not_here: repeats that records declare of an incident that was never loaded.
        duplicates_not_here: records said to be duplicates of one that was never loaded.
    """

    revision: int
    incidents: pd.DataFrame
    services: pd.DataFrame
    factors: pd.DataFrame
    tags: pd.DataFrame
    actions: pd.DataFrame
    links: pd.DataFrame
    exposure: pd.DataFrame
    service_levels: pd.DataFrame
    repeats_not_here: int = 0
    duplicates_not_here: int = 0
    accepted: pd.DataFrame = field(default_factory=lambda: conform(None, ACCEPTED))
    own: pd.DataFrame = field(default_factory=lambda: conform(None, OWN))
    zone: str = UTC
    _kept: dict[Callable[..., Any], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def once(self, work: Callable[["History"], T]) -> T:
        """What ``work`` makes of this history: worked out when it is first asked for, and kept.

        For what no scope changes, so that a choice of the reader does not pay for it again. Nobody
        may change the result.
        """
        if work not in self._kept:
            self._kept[work] = work(self)
        result: T = self._kept[work]
        return result

    def here(self, moment: dt.datetime) -> dt.datetime:
        """A naive moment in UTC as the reader's clock shows it."""
        return moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def absolute(self, moment: dt.datetime) -> dt.datetime:
        """The naive moment in UTC at which the reader's clock first shows ``moment``."""
        return moment.replace(tzinfo=ZoneInfo(self.zone)).astimezone(dt.UTC).replace(tzinfo=None)

    def marks(self, positions: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
        """A mark for each incident: whether its position is among ``positions``."""
        marked = np.zeros(len(self.incidents), dtype=bool)
        marked[positions] = True
        return marked

    @classmethod
    def of(
        cls,
        incidents: pd.DataFrame | None = None,
        *,
        services: pd.DataFrame | None = None,
        factors: pd.DataFrame | None = None,
        tags: pd.DataFrame | None = None,
        actions: pd.DataFrame | None = None,
        links: pd.DataFrame | None = None,
        exposure: pd.DataFrame | None = None,
        service_levels: pd.DataFrame | None = None,
        accepted: pd.DataFrame | None = None,
        revision: int = 0,
    ) -> Self:
        """A history from frames that may lack columns; missing ones are unknown."""
        conformed = conform(incidents, INCIDENTS)
        conformed["began_at"] = conformed["period_at"] = began_at(conformed)
        return cls(
            revision=revision,
            incidents=conformed,
            services=conform(services, SERVICES),
            factors=conform(factors, FACTORS),
            tags=conform(tags, TAGS),
            actions=conform(actions, ACTIONS),
            links=conform(links, LINKS),
            exposure=conform(exposure, EXPOSURE),
            service_levels=conform(service_levels, SERVICE_LEVELS),
            accepted=conform(accepted, ACCEPTED),
        )


def began_at(incidents: pd.DataFrame) -> pd.Series:
    """When each incident began: its impact start, else the first time that it has."""
    first_known = incidents[list(CLOCKS)].min(axis=1)
    return incidents["impact_started_at"].fillna(first_known).astype("datetime64[s]")


def by_time(history: History) -> npt.NDArray[np.intp]:
    """The positions of all records in order of time by the reader's clock, the undated ones last.

    For :meth:`History.once`: every choice of a reader is a part of it.
    """
    return np.argsort(history.incidents["period_at"].to_numpy(), kind="stable")

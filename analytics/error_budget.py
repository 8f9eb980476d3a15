"""How much of what the objective of a service allows was used up, by which incidents and in total?

An indicator says for each stretch of time how many requests were good. The bad share of a stretch
times its length is what it used of the error budget, in minutes; all of a stretch in which nothing
was asked is good. What an incident used is what was bad while its impact lasted on a service that
it names.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from analytics.answer import Answer, Example, Method
from analytics.clocks import Floats, Status
from analytics.exposure import seconds_of
from analytics.frames import History
from analytics.impact import impact_durations
from analytics.selection import Rows, View
from analytics.units import MINUTE

ERROR_BUDGET = Method(
    title="Minutes of the error budget",
    answers="How much of what the objective allows was used, and by which incidents?",
    formula=(
        "The bad share of each stretch times its minutes, added up. A stretch lasts until the next "
        "of its service, and no longer than twice what is usual for it. The budget is one minus "
        "the objective, times the minutes that are covered. Of an incident it is what was bad "
        "between the start of its impact and the mitigation, else the resolution; where two "
        "incidents of a service overlap, each has those minutes, and all together have them once."
    ),
    source="Google, The Site Reliability Workbook, chapters 2 and 5",
    leaves_out=(
        "Time of which no indicator is loaded; incidents without a service or of unknown impact; "
        "from the budget, services without an objective."
    ),
    example=Example(
        given=(
            "In 24 stretches of 60 minutes 1000 requests each were made; in 2 of them 400 were "
            "good, in the others all. The objective is 99 %, and an incident lasted through 1 of "
            "the two."
        ),
        inputs={
            "stretches": 24,
            "minutes": 60,
            "total": 1000,
            "bad_ones": 2,
            "good": 400,
            "objective": 0.99,
            "of_incident": 1,
        },
        gives="72 of 14.4 minutes were used, 36 of them by the incident.",
        result=(72, 14.4, 36),
    ),
)

#: A stretch lasts at most so many times as long as is usual: beyond, nothing is known.
LONGEST_STRETCH = 2.0
NOT_LOADED = "no indicator of a service level is loaded"


@dataclass(frozen=True, slots=True)
class ServiceBudget:
    """The error budget of one service.

    Attributes:
        covered: minutes of which an indicator says something.
        used: bad minutes among them.
        by_incidents: those of them in which an incident in view had its impact.
        budget: minutes that the objective allows; None where none is said.
    """

    service: str
    covered: float
    used: float
    by_incidents: float
    budget: float | None


@dataclass(frozen=True)
class ErrorBudget:
    """What was used of the error budgets of the services in view.

    Attributes:
        services: in alphabetical order.
        used: bad minutes of all of them together; n counts stretches.
        incidents: positions of the incidents that used any, those that used most first.
        minutes: what each of them used.
        unmeasured: incidents in view that name such a service and whose impact is not known.
    """

    services: tuple[ServiceBudget, ...]
    used: Answer
    incidents: Rows
    minutes: Floats
    unmeasured: int


@dataclass(frozen=True)
class _Line:
    """What was bad of one service along time; seconds since 1970."""

    starts: Floats
    ends: Floats
    bad: Floats

    def used(self, begin: Floats, end: Floats) -> Floats:
        """Bad seconds from each beginning to each end."""
        knots = np.column_stack([self.starts, self.ends]).ravel()
        sums = np.concatenate([[0.0], np.cumsum(self.bad * (self.ends - self.starts))])
        total = np.column_stack([sums[:-1], sums[1:]]).ravel()
        used: Floats = np.interp(end, knots, total) - np.interp(begin, knots, total)
        return used


def error_budget(view: View, *, as_of: dt.datetime) -> ErrorBudget:
    """The error budgets of the services of a scope, in its period.

    Args:
        as_of: naive UTC moment at which open incidents are looked at.
    """
    lines = _lines(view)
    if not lines:
        none = Answer(None, unit="min", method=ERROR_BUDGET, reason=NOT_LOADED)
        return ErrorBudget((), none, np.empty(0, np.intp), np.empty(0), 0)
    began, ended = _impacts(view, as_of)
    known = ~np.isnan(ended)
    used = np.zeros(len(view))
    budgets, unmeasured = [], np.zeros(len(view), dtype=bool)
    of_service = view.services
    for name, (line, objective) in lines.items():
        rows = of_service["incident"][of_service["service"] == name].to_numpy()
        mine = view.having(rows)
        unmeasured |= mine & ~known
        mine &= known
        used[mine] += line.used(began[mine], ended[mine])
        budgets.append(_budget(name, line, objective, began[mine], ended[mine]))
    order = np.argsort(-used, kind="stable")
    order = order[used[order] > 0]
    total = sum(each.used for each in budgets)
    return ErrorBudget(
        services=tuple(budgets),
        used=Answer(
            total,
            n=sum(len(line.starts) for line, _ in lines.values()),
            unit="min",
            method=ERROR_BUDGET,
        ),
        incidents=view.rows[order],
        minutes=used[order] / MINUTE,
        unmeasured=int(unmeasured.sum()),
    )


def is_loaded(history: History) -> bool:
    """Whether any indicator of a service level is loaded."""
    return len(history.service_levels) > 0


def _budget(
    name: str, line: _Line, objective: Floats, began: Floats, ended: Floats
) -> ServiceBudget:
    length = line.ends - line.starts
    allowed = (1.0 - objective) * length
    return ServiceBudget(
        service=name,
        covered=float(length.sum()) / MINUTE,
        used=float(line.bad @ length) / MINUTE,
        by_incidents=float(line.used(*_merged(began, ended)).sum()) / MINUTE,
        budget=None if np.isnan(allowed).all() else float(np.nansum(allowed)) / MINUTE,
    )


def _lines(view: View) -> dict[str, tuple[_Line, Floats]]:
    """What is loaded of each service in scope, cut to its period, with the objective of each."""
    levels, scope = view.history.service_levels, view.scope
    found = {}
    for name, rows in levels.groupby("service", observed=True):
        if scope.services and str(name) not in scope.services:
            continue
        starts = seconds_of(rows["time"].to_numpy())
        ends = _until_next(starts)
        first, last = _edges(view)
        inside = (ends > first) & (starts < last)
        total = rows["total"].to_numpy()
        bad = np.where(total > 0, 1.0 - rows["good"].to_numpy() / np.where(total > 0, total, 1), 0)
        line = _Line(np.maximum(starts[inside], first), np.minimum(ends[inside], last), bad[inside])
        if inside.any():
            found[str(name)] = (line, rows["objective"].to_numpy()[inside])
    return dict(sorted(found.items()))


def _until_next(starts: Floats) -> Floats:
    gaps = np.diff(starts)
    usual = float(np.median(gaps)) if len(gaps) else float(MINUTE)
    lengths = np.append(gaps, usual)
    return starts + np.where(lengths > LONGEST_STRETCH * usual, usual, lengths)


def _edges(view: View) -> tuple[float, float]:
    """The first second of the period in view and the one after its last."""

    def edge(day: dt.date | None, otherwise: float) -> float:
        if day is None:
            return otherwise
        at = view.history.absolute(dt.datetime.combine(day, dt.time()))
        return float(seconds_of([np.datetime64(at, "s")])[0])

    return edge(view.scope.start, -np.inf), edge(view.scope.end, np.inf)


def _impacts(view: View, as_of: dt.datetime) -> tuple[Floats, Floats]:
    """When each impact in view began and ended, NaN where that is not known; seconds since 1970."""
    felt = impact_durations(view.incidents, as_of=as_of)
    began = seconds_of(view.incidents["impact_started_at"].to_numpy())
    lasted = np.where(felt.status == Status.RECORDED, felt.seconds, felt.elapsed)
    return began, np.where(np.isnan(lasted), np.nan, began + lasted)


def _merged(began: Floats, ended: Floats) -> tuple[Floats, Floats]:
    """Stretches without their overlaps."""
    order = np.argsort(began, kind="stable")
    began, ended = began[order], ended[order]
    covered = (
        np.concatenate([[-np.inf], np.maximum.accumulate(ended)[:-1]]) if len(ended) else ended
    )
    starts = np.maximum(began, covered)
    return starts, np.maximum(ended, starts)

"""Which guard was missing before an incident, how often, and before how many hours of impact?

A guard stands between a fault and its users: a review, a test, a canary, an alert, a runbook, a
fallback, a guardrail. It was missing where it was absent or failed. What texts suggest counts in no
figure until somebody confirms it, and stands beside the figures under its own name.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer, Example, Method, too_few
from analytics.calendar import Every, ordinals, run, starts
from analytics.clocks import Floats
from analytics.impact import impact_hours
from analytics.recorded import on_calendar
from analytics.selection import UNKNOWN, Mask, Rows, View
from analytics.statistics.shares import WILSON, share

MISSING_GUARDS = Method(
    title="Guards that were missing",
    answers="Which guard was absent or failed most often, and before how many hours of impact?",
    formula=(
        "Incidents for which somebody confirmed that the guard was absent or failed, over all "
        "incidents for which somebody confirmed the state of any guard, with Wilson's interval "
        "from 6 of these on. Their hours of impact are added up; an incident counts for each guard "
        "that was missing, so that the hours of two guards may be the same ones."
    ),
    source=f"Barriers of the bow-tie method; {WILSON}",
    leaves_out=(
        "What texts and contributing factors suggest until somebody confirms it; incidents of "
        "which nobody has confirmed any guard; hours of incidents whose impact is not known. Its "
        "absence does not show that a guard would have stopped an incident."
    ),
    example=Example(
        given=(
            "Of 6 incidents of 2 hours each somebody looked at the guards: 3 had no alert, and the "
            "alert of the other 3 worked."
        ),
        inputs={"hours": 2, "absent": 3, "held": 3},
        gives="The alert was missing in 50 %, between 19 and 81 %, and before 6 hours of impact.",
        result=(0.5, 0.1876, 0.8124, 6),
    ),
)

FIELD = "barrier"
HELD, ABSENT, FAILED = "held", "absent", "failed"
MISSING = (ABSENT, FAILED)
#: Fewest incidents looked at for a share among them to be more than an anecdote.
FEWEST = 6
NO_HOURS = "none of these incidents has a known impact"


@dataclass(frozen=True, slots=True)
class MissingGuard:
    """One guard, over the incidents in view.

    Attributes:
        guard: its name.
        absent, failed, held: incidents for which somebody confirmed it.
        missing_in: positions of the incidents in which it was absent or failed.
        missing: of the incidents looked at, the share in which it was absent or failed.
        hours: of impact of those in which it was absent or failed.
        absent_hours: of impact of those in which it was absent.
        suggested: incidents for which it is suggested that it was missing, and nobody has said.
        suggested_hours: of their impact.
    """

    guard: str
    absent: int
    failed: int
    held: int
    missing_in: tuple[int, ...]
    missing: Answer
    hours: Answer
    absent_hours: Answer
    suggested: int
    suggested_hours: Answer

    @property
    def without(self) -> int:
        """Incidents in which it was absent or failed."""
        return len(self.missing_in)


@dataclass(frozen=True)
class MissingGuards:
    """The guards of the incidents in view.

    Attributes:
        rows: those that were missing before most hours first, then by what is suggested.
        looked_at: incidents for which somebody confirmed the state of any guard.
        suggested: incidents for which it is suggested that any guard was missing.
        n: incidents in view.
    """

    rows: tuple[MissingGuard, ...]
    looked_at: int
    suggested: int
    n: int


@dataclass(frozen=True)
class GuardsByCause:
    """How often each guard was missing, by root cause; both in the order of how many there are.

    Attributes:
        missing_in: by root cause and guard, positions of the incidents in which it was absent or
            failed.
        shares: the same among the incidents of the cause that were looked at.
        looked_at: by root cause, how many these are.
    """

    guards: tuple[str, ...]
    missing_in: dict[str, dict[str, tuple[int, ...]]]
    shares: dict[str, dict[str, Answer]]
    looked_at: dict[str, int]


@dataclass(frozen=True)
class GuardPeriods:
    """How often a guard was missing, period by period.

    Attributes:
        starts: first day of each period, in order, those without an incident included.
        shares: among the incidents of each that were looked at.
        missing_in: positions of the incidents of each in which it was missing.
    """

    starts: npt.NDArray[np.datetime64]
    shares: tuple[Answer, ...]
    missing_in: tuple[tuple[int, ...], ...]


def no_suggestions() -> pd.DataFrame:
    """A table of suggested states of guards without a row."""
    return pd.DataFrame({"incident": np.zeros(0, np.intp), "value": np.zeros(0, object)})


def costliest_first(view: View, suggested: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``suggested`` with the longest impact first, those of unknown impact last."""
    hours = impact_hours(view.history.incidents)[_positions(suggested)]
    order = np.argsort(-np.nan_to_num(hours), kind="stable")
    return suggested.iloc[order].reset_index(drop=True)


def missing_guards(view: View, suggested: pd.DataFrame) -> MissingGuards:
    """The guards of the incidents in ``view``.

    Args:
        view: the incidents asked about.
        suggested: what texts suggest and nobody has judged: columns ``incident``, a position, and
            ``value``, such as ``alert:absent``.
    """
    confirmed, proposed = _confirmed(view), _states(view.of(suggested))
    looked_at = confirmed["incident"].nunique()
    hours = impact_hours(view.history.incidents)
    names = sorted({*confirmed["guard"], *proposed.loc[_is_missing(proposed), "guard"]})
    rows = [
        _one_guard(
            name,
            confirmed[confirmed["guard"] == name],
            proposed[proposed["guard"] == name],
            looked_at=looked_at,
            hours=hours,
        )
        for name in names
    ]
    rows.sort(key=lambda row: (-(row.hours.estimate or 0.0), -row.without, -row.suggested))
    return MissingGuards(
        rows=tuple(rows),
        looked_at=looked_at,
        suggested=int(proposed.loc[_is_missing(proposed), "incident"].nunique()),
        n=len(view),
    )


def guards_by_cause(view: View) -> GuardsByCause:
    """How often each guard was missing among the incidents in ``view`` of each root cause."""
    confirmed = _confirmed(view)
    causes = view.history.incidents["root_cause_category"].astype(object)
    named = causes.where(causes.notna(), UNKNOWN).to_numpy()
    confirmed["cause"] = named[_positions(confirmed)]
    looked_at = confirmed.groupby("cause")["incident"].nunique()
    missing = confirmed[_is_missing(confirmed)].drop_duplicates(["incident", "guard"])
    pairs = missing.groupby(["cause", "guard"])["incident"].agg(tuple).to_dict()
    often = Counter(missing["guard"].tolist())
    guards = tuple(sorted(often, key=lambda name: (-often[name], name)))
    counted = {
        str(cause): int(n)
        for cause, n in sorted(looked_at.items(), key=lambda item: (-item[1], str(item[0])))
    }
    missing_in = {
        cause: {name: pairs.get((cause, name), ()) for name in guards} for cause in counted
    }
    return GuardsByCause(
        guards=guards,
        missing_in=missing_in,
        shares={
            cause: {name: _share(len(rows), counted[cause]) for name, rows in row.items()}
            for cause, row in missing_in.items()
        },
        looked_at=counted,
    )


def guard_periods(view: View, guard: str, *, every: Every) -> GuardPeriods:
    """How often ``guard`` was missing among the incidents in ``view``, period by period."""
    confirmed = _confirmed(view)
    missing = confirmed[_is_missing(confirmed) & (confirmed["guard"] == guard)]
    when = view.incidents["period_at"].to_numpy().astype("datetime64[s]")
    dated = on_calendar(view)
    numbers = ordinals(when[dated], every)
    periods = run(numbers)
    place = numbers - periods[0] if len(periods) else numbers
    seen, without = (view.having(_positions(table))[dated] for table in (confirmed, missing))
    looked_at = np.bincount(place[seen], minlength=len(periods))
    rows, at = view.rows[dated][without], place[without]
    missing_in = tuple(tuple(rows[at == number].tolist()) for number in range(len(periods)))
    return GuardPeriods(
        starts=starts(periods, every),
        shares=tuple(
            _share(len(each), int(n)) for each, n in zip(missing_in, looked_at, strict=True)
        ),
        missing_in=missing_in,
    )


def _one_guard(
    name: str, confirmed: pd.DataFrame, proposed: pd.DataFrame, *, looked_at: int, hours: Floats
) -> MissingGuard:
    without = np.unique(_positions(confirmed[_is_missing(confirmed)]))
    absent = np.unique(_positions(confirmed[confirmed["state"] == ABSENT]))
    settled = confirmed["incident"]
    only_proposed = proposed[_is_missing(proposed) & ~proposed["incident"].isin(settled)]
    suggested = np.unique(_positions(only_proposed))
    by_state = confirmed.groupby("state")["incident"].nunique()
    return MissingGuard(
        guard=name,
        absent=int(by_state.get(ABSENT, 0)),
        failed=int(by_state.get(FAILED, 0)),
        held=int(by_state.get(HELD, 0)),
        missing_in=tuple(without.tolist()),
        missing=_share(len(without), looked_at),
        hours=_together(hours[without]),
        absent_hours=_together(hours[absent]),
        suggested=len(suggested),
        suggested_hours=_together(hours[suggested]),
    )


def _confirmed(view: View) -> pd.DataFrame:
    accepted = view.of(view.history.accepted)
    return _states(accepted[accepted["field"] == FIELD])


def _states(values: pd.DataFrame) -> pd.DataFrame:
    """Position, guard and state of each value; those that name no guard are left out."""
    parts = [str(value).partition(":") for value in values["value"]]
    table = pd.DataFrame(
        {
            "incident": values["incident"].to_numpy(np.intp),
            "guard": pd.Series([guard for guard, _, _ in parts], dtype=object),
            "state": pd.Series([state for _, _, state in parts], dtype=object),
        }
    )
    known = table["state"].isin((HELD, *MISSING))
    return table[known].drop_duplicates(ignore_index=True)


def _is_missing(table: pd.DataFrame) -> Mask:
    return np.asarray(table["state"].isin(MISSING))


def _positions(table: pd.DataFrame) -> Rows:
    return table["incident"].to_numpy(np.intp)


def _share(count: int, of: int) -> Answer:
    """The share from the fewest on; below, the counts that are shown say all that there is."""
    if of >= FEWEST:
        return share(count, of, method=MISSING_GUARDS)
    reason = too_few(FEWEST, of, what="incidents looked at")
    return Answer(None, n=of, unit="share", method=MISSING_GUARDS, reason=reason)


def _together(hours: Floats) -> Answer:
    known = hours[np.isfinite(hours)]
    missing = len(hours) - len(known)
    if missing and not len(known):
        return Answer(None, n_missing=missing, unit="h", method=MISSING_GUARDS, reason=NO_HOURS)
    return Answer(
        float(known.sum()), n=len(known), n_missing=missing, unit="h", method=MISSING_GUARDS
    )

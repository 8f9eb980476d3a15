"""How fast do promised actions get done, for actions old enough to tell?

"Share of actions closed" compares a cohort of last month with one of last year and always finds the
young one lazy. The share done within so many days of the promise does not depend on when one looks.
An action given up competes with being done: it is neither done nor still on its way.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics import frames
from analytics.actions.states import days, days_past, elapsed_days, is_open, is_state
from analytics.answer import Answer, Example, Method, too_few
from analytics.calendar import Datetimes, Every, ordinals, run, starts
from analytics.clocks import Floats
from analytics.frames import DONE, WONT_DO
from analytics.selection import UNKNOWN, Mask, Rows, View, labels
from analytics.statistics.quantiles import median, percentile
from analytics.statistics.shares import share
from analytics.statistics.survival import CENSORED, Incidence, cumulative_incidence

DONE_WITHIN = Method(
    title="Done within 30, 60, 90 days",
    answers="What share of the actions is done so many days after the promise?",
    formula=(
        "Aalen-Johansen estimate at that day, in calendar days from creation to completion; "
        "giving up is an end of its own, what is open is watched until the day looked at. "
        "Where the fate of all is known by then it is a plain share with Wilson's interval, "
        "else the interval is of the log(-log) kind. A quarter gives a figure once its last "
        "day is old enough, a mixed group once 6 of its actions are."
    ),
    source=(
        "Aalen and Johansen, Scandinavian Journal of Statistics 5, 1978; variance: Marubini "
        "and Valsecchi, Analysing Survival Data, 1995"
    ),
    leaves_out=(
        "Actions of unknown state, without a date of creation, or done without a date. Where these "
        "are more than a tenth of the done ones, only the least and the most that can be done by "
        "then is said. One given up without a date is not done, whenever that was."
    ),
    example=Example(
        given=(
            "Of ten actions promised 200 days ago four were done after 10 days and two after "
            "45, one was given up after 70 and 3 are open."
        ),
        inputs={
            "done_after": (10, 10, 10, 10, 45, 45),
            "given_up_after": (70,),
            "still_open": 3,
            "age": 200,
        },
        gives="40 % were done within 30 days, between 17 and 69 %.",
        result=(0.4, 0.16818, 0.68733),
    ),
)
GIVEN_UP_BY = Method(
    title="Given up within 90 days",
    answers="What share of the actions is cancelled, or its risk accepted, after 90 days?",
    formula="As done within 90 days, for the other end.",
    source="As done within 30, 60, 90 days",
    leaves_out="As done within 30, 60, 90 days.",
    example=Example(
        given=(
            "Of ten actions promised 200 days ago four were done after 10 days and two after "
            "45, one was given up after 70 and 3 are open."
        ),
        inputs={
            "done_after": (10, 10, 10, 10, 45, 45),
            "given_up_after": (70,),
            "still_open": 3,
            "age": 200,
        },
        gives="10 % were given up within 90 days, between 2 and 40 %.",
        result=(0.1, 0.017876, 0.40415),
    ),
)

By = Literal["quarter", "kind", "strength", "severity", "team"]

ENDED_DONE, ENDED_GIVEN_UP = 1, 2
#: Days after the promise at which the share done is read off.
HORIZONS = (30, 60, 90)
#: Old actions that a share of a group of mixed ages needs: below, one action is a sixth of it.
ENOUGH_OLD = 6
#: More actions that were done or given up without a date than this, and a curve of the dated ones
#: would show too few: an undated one can neither be counted as done by then nor as not done.
MOST_UNDATED = 0.1

NO_ACTIONS = "no actions"
NO_CREATION = "no action says when it was created"
NO_STATUS = "no action with a creation date says whether it is done"


@dataclass(frozen=True)
class Fates:
    """What became of each action, and after how many days.

    Attributes:
        days: days from the promise to the end, or to ``as_of``; NaN where unusable.
        outcomes: :data:`DONE`, :data:`GIVEN_UP` or not ended.
        age: days since the promise, NaN where its day is unknown.
        undated: done on an unknown day.
        given_up_undated: given up on an unknown day, hence never done: counted from the first day.
        invalid: ended before it was promised, or promised after ``as_of``.
    """

    days: Floats
    outcomes: npt.NDArray[np.int8]
    age: Floats
    undated: Mask
    given_up_undated: Mask
    invalid: Mask

    def take(self, rows: Mask | Rows) -> "Fates":
        """The fates of some of the actions."""
        return Fates(
            self.days[rows],
            self.outcomes[rows],
            self.age[rows],
            self.undated[rows],
            self.given_up_undated[rows],
            self.invalid[rows],
        )


@dataclass(frozen=True)
class Completion:
    """How the actions of one group end.

    Attributes:
        label: name of the group; empty for all actions.
        done, given_up: the curves over the days since the promise; None where there is none.
        done_within: share done by each of :data:`HORIZONS`.
        given_up_by_last: share given up by the last of them.
        n_actions: actions of the group, usable or not.
    """

    label: str
    done: Incidence | None
    given_up: Incidence | None
    done_within: dict[int, Answer]
    given_up_by_last: Answer
    n_actions: int


def completion(view: View, *, as_of: dt.datetime) -> Completion:
    """How all actions in view end."""
    return _complete("", fates(view.actions, as_of=as_of))


def completion_by(view: View, by: By, *, as_of: dt.datetime) -> tuple[Completion, ...]:
    """How the actions of each group end.

    Quarters are those in which the actions were created, in order of time, and a figure is given
    only once the whole quarter is old enough. Severities and teams are those of the incidents, in
    alphabetical order as kinds and strengths are; "unknown" is a group, last.
    """
    actions = view.actions
    all_fates = fates(actions, as_of=as_of)
    if by == "quarter":
        return _by_quarter(actions, all_fates, as_of)
    groups = side_by_side(view, by)
    codes, names = groups.cat.codes.to_numpy(), [str(name) for name in groups.cat.categories]
    present = sorted(np.unique(codes), key=lambda code: (names[code] == UNKNOWN, names[code]))
    return tuple(_complete(names[code], all_fates.take(codes == code)) for code in present)


def fates(actions: pd.DataFrame, *, as_of: dt.datetime) -> Fates:
    """What became of each of ``actions`` by the day of ``as_of``; what ended later is open then."""
    today = np.datetime64(as_of, "D")
    created, ended = days(actions["created_on"]), days(actions["completed_on"])
    done, given_up = is_state(actions, frames.DONE), is_state(actions, frames.WONT_DO)
    given_up_undated = given_up & np.isnat(ended)
    over = ((done | given_up) & (ended <= today)) | given_up_undated
    undated = done & np.isnat(ended)
    age = elapsed_days(created, today)
    until_end = np.where(
        given_up_undated, np.where(np.isnan(age), np.nan, 0.0), elapsed_days(created, ended)
    )
    invalid = (age < 0) | (over & (until_end < 0))
    usable = ~invalid & (is_open(actions) | done | given_up) & ~undated
    outcomes = np.full(len(actions), CENSORED, np.int8)
    outcomes[over & given_up], outcomes[over & done] = ENDED_GIVEN_UP, ENDED_DONE
    return Fates(
        days=np.where(usable, np.where(over, until_end, age), np.nan),
        outcomes=outcomes,
        age=age,
        undated=undated,
        given_up_undated=given_up_undated,
        invalid=invalid,
    )


def side_by_side(view: View, by: Literal["kind", "strength", "severity", "team"]) -> pd.Series:
    """The group of each of the actions in view; "unknown" is one."""
    if by in ("severity", "team"):
        of_incidents = view.history.incidents[by].take(view.actions["incident"].to_numpy())
        return labels(of_incidents)
    return labels(view.actions[by])


def _by_quarter(
    actions: pd.DataFrame, all_fates: Fates, as_of: dt.datetime
) -> tuple[Completion, ...]:
    quarter, dated = _quarters(actions["created_on"])
    found = []
    for number in np.unique(quarter[dated]):
        first, following = starts(np.array([number, number + 1]), "quarter").tolist()
        label = _quarter_name(first)
        cohort = all_fates.take(dated & (quarter == number))
        youngest = following - dt.timedelta(days=1)
        found.append(_complete(label, cohort, youngest=youngest, today=as_of.date()))
    return tuple(found)


def quarter_names(moments: pd.Series) -> npt.NDArray[np.object_]:
    """The quarter of each moment, such as ``2026 Q1``; empty where it is unknown."""
    quarter, dated = _quarters(moments)
    names = np.full(len(quarter), "", dtype=object)
    for number in np.unique(quarter[dated]):
        (first,) = starts(np.array([number]), "quarter").tolist()
        names[dated & (quarter == number)] = _quarter_name(first)
    return names


def _quarters(moments: pd.Series) -> tuple[npt.NDArray[np.int64], Mask]:
    """The number of the quarter of each moment, and which of them are known."""
    at = days(moments)
    dated = ~np.isnat(at)
    quarter = np.zeros(len(at), dtype=np.int64)
    quarter[dated] = ordinals(at[dated], "quarter")
    return quarter, dated


def _quarter_name(first: dt.date) -> str:
    return f"{first.year} Q{(first.month + 2) // 3}"


def _complete(
    label: str, group: Fates, *, youngest: dt.date | None = None, today: dt.date = dt.date.max
) -> Completion:
    """``youngest`` is the last day on which an action can join the group, None for a mixed one."""
    reason = _unusable(group)
    usable = ~np.isnan(group.days)
    done, given_up = (
        None
        if reason or not usable.any()
        else cumulative_incidence(group.days[usable], group.outcomes[usable], outcome=outcome)
        for outcome in (ENDED_DONE, ENDED_GIVEN_UP)
    )

    def at(horizon: int, curve: Incidence | None, outcome: int, *, method: Method) -> Answer:
        why = reason or _too_young(group, horizon, youngest, today)
        why = why or _too_undated(group, horizon, outcome)
        answer = _read(curve, group, horizon, outcome) if curve and not why else None
        return replace(
            answer or Answer(None, reason=why or NO_STATUS),
            n=int(usable.sum()),
            n_missing=int((~usable & ~group.invalid).sum()),
            n_invalid=int(group.invalid.sum()),
            unit="share",
            method=method,
        )

    return Completion(
        label=label,
        done=done,
        given_up=given_up,
        done_within={days: at(days, done, ENDED_DONE, method=DONE_WITHIN) for days in HORIZONS},
        given_up_by_last=at(HORIZONS[-1], given_up, ENDED_GIVEN_UP, method=GIVEN_UP_BY),
        n_actions=len(group.days),
    )


def _unusable(group: Fates) -> str:
    if len(group.days) == 0:
        return NO_ACTIONS
    if np.all(np.isnan(group.age)):
        return NO_CREATION
    return NO_STATUS if np.all(np.isnan(group.days) & ~group.undated) else ""


def _too_undated(group: Fates, horizon: int, outcome: int) -> str:
    """In words, between what the share lies where too many ended on an unknown day."""
    undated = group.undated if outcome == ENDED_DONE else group.given_up_undated
    reached = (group.outcomes == outcome) & ~undated
    ended, unknown = int((reached | undated).sum()), int(undated.sum())
    if unknown <= MOST_UNDATED * ended:
        return ""
    old = group.age >= horizon
    least = int((old & reached & (group.days <= horizon)).sum())
    most = least + int((old & undated).sum())
    of = int((old & (group.undated | ~np.isnan(group.days))).sum())
    what = "done" if outcome == ENDED_DONE else "given up"
    return f"{least} to {most} of {of}, as {unknown} of the {ended} {what} do not say when"


def _too_young(group: Fates, horizon: int, youngest: dt.date | None, today: dt.date) -> str:
    if youngest is not None:
        known_from = youngest + dt.timedelta(days=horizon)
        return "" if known_from <= today else f"known from {known_from.isoformat()} on"
    known = ~np.isnan(group.days) | group.undated
    old = int((known & (group.age >= horizon)).sum())
    return "" if old >= ENOUGH_OLD else too_few(ENOUGH_OLD, old, what=f"actions {horizon} days old")


def _read(curve: Incidence, group: Fates, horizon: int, outcome: int) -> Answer:
    """The share at ``horizon``: exact where every fate by then is known, else from the curve."""
    usable = ~np.isnan(group.days)
    ended_by = (group.outcomes != CENSORED) & (group.days <= horizon)
    fate_known = usable & (ended_by | (group.days >= horizon))
    counted = int((ended_by & (group.outcomes == outcome)).sum())
    exact = share(counted, int(fate_known.sum()))
    if np.array_equal(fate_known, usable):
        return exact
    row = curve.place(horizon)
    if row < 0 or np.isnan(curve.low[row]):
        return replace(exact, estimate=curve.at(horizon))
    return Answer(curve.at(horizon), float(curve.low[row]), float(curve.high[row]))


# How long have the open actions waited, beside how long the done ones took?
#
# The two answer different questions and neither replaces a completion curve: what is open now is
# mostly what takes long, and what is done is mostly what went quickly.

ACTION_AGES = Method(
    title="Age of open actions and age at closing",
    answers="How long have open actions waited, and how long did done ones take?",
    formula=(
        "Calendar days since creation: median with its exact interval, p90 from 29 actions, "
        "the oldest. The open ones are mostly the slow ones and the done ones mostly the "
        "quick ones, so neither says how long an action takes; the completion curve does."
    ),
    source="Conover, Practical Nonparametric Statistics, 3.2",
    leaves_out="Actions without a date of creation, or done without a date.",
    example=Example(
        given="Three open actions were created 10, 20 and 60 days ago.",
        inputs={"days": (10, 20, 60)},
        gives="Their middle age is 20 days.",
        result=(20,),
    ),
)

#: The slow end: nine in ten are younger.
SLOW = 0.9


@dataclass(frozen=True, slots=True)
class Ages:
    """Ages of a group of actions in days.

    Attributes:
        median: the middle age with its exact interval.
        p90: nine in ten are at most this old.
        oldest: the highest age.
    """

    median: Answer
    p90: Answer
    oldest: Answer


@dataclass(frozen=True, slots=True)
class ActionAges:
    """Ages of open actions and of done ones when they were done."""

    open: Ages
    at_closing: Ages


def action_ages(view: View, *, as_of: dt.datetime) -> ActionAges:
    """Days that open actions have waited and that done ones took."""
    actions = view.actions
    created = days(actions["created_on"])
    age = days_past(created, as_of)
    took = elapsed_days(created, days(actions["completed_on"]))
    return ActionAges(
        open=_ages(age[is_open(actions)], "no open action says when it was created"),
        at_closing=_ages(
            took[is_state(actions, DONE)], "no done action says when it was created and done"
        ),
    )


def _ages(ages: Floats, nothing: str) -> Ages:
    valid = ages[ages >= 0]
    none = "" if len(valid) else nothing
    oldest = Answer(float(valid.max()) if len(valid) else None, n=len(valid), reason=none)

    def finished(answer: Answer) -> Answer:
        return replace(
            answer,
            n_missing=int(np.isnan(ages).sum()),
            n_invalid=int((ages < 0).sum()),
            unit="days",
            method=ACTION_AGES,
            reason=none or answer.reason.replace("incidents", "actions"),
        )

    return Ages(
        median=finished(median(valid)),
        p90=finished(percentile(valid, SLOW)),
        oldest=finished(oldest),
    )


# Does the pile of promised actions grow or shrink: new ones less ended ones, period by period.
#
# Give it a view over all time: a backlog is made of the promises of earlier incidents too.

BACKLOG = Method(
    title="Growth of the backlog",
    answers="Do more actions arrive than end?",
    formula="Actions created in the period less those that ended in it, done or given up.",
    source="Plain counts",
    leaves_out="Actions of unknown state, without a date of creation, or ended without a date.",
    example=Example(
        given=(
            "Actions were created on 2026-01-10, 2026-02-10 and 2026-05-10; the first two "
            "were done on 2026-03-01 and 2026-05-05."
        ),
        inputs={
            "created": ("2026-01-10", "2026-02-10", "2026-05-10"),
            "done": ("2026-03-01", "2026-05-05"),
        },
        gives=(
            "The backlog grew by 1 in the first quarter and by 0 in the second; the third, "
            "just begun, has 0 yet."
        ),
        result=(1, 0, 0),
    ),
)

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Backlog:
    """Actions that came and went in each period.

    Attributes:
        starts: first day of each period, without gaps; empty where no action has usable dates.
        new: actions created.
        done, given_up: actions ended, either way.
        open_at_end: actions still open at the end of the period, or at ``as_of``.
        n_missing: actions that are left out because their state or a date of theirs is unknown.
        n_invalid: actions that ended before they were created.
    """

    starts: Datetimes
    new: Counts
    done: Counts
    given_up: Counts
    open_at_end: Counts
    n_missing: int
    n_invalid: int

    @property
    def net(self) -> Counts:
        """Growth of the backlog in each period: new less ended, by whatever end."""
        return self.new - self.done - self.given_up


def backlog(view: View, *, every: Every, as_of: dt.datetime) -> Backlog:
    """New and ended actions in each period up to the day of ``as_of``."""
    actions = view.actions
    today = np.datetime64(as_of, "D")
    created, ended = days(actions["created_on"]), days(actions["completed_on"])
    done, given_up = is_state(actions, DONE), is_state(actions, WONT_DO)
    over = done | given_up
    dated = ~np.isnat(created) & (is_open(actions) | (over & ~np.isnat(ended)))
    invalid = dated & over & (ended < created)
    usable = dated & ~invalid & (created <= today)
    gone = usable & over & (ended <= today)
    begun = created[usable]
    periods = run(ordinals(np.append(begun, today) if len(begun) else begun, every))

    def per_period(moments: Datetimes) -> Counts:
        bins = ordinals(moments, every) - (periods[0] if len(periods) else 0)
        return np.bincount(bins, minlength=len(periods)).astype(np.int64)

    new = per_period(begun)
    ends = [per_period(ended[gone & how]) for how in (done, given_up)]
    return Backlog(
        starts=starts(periods, every),
        new=new,
        done=ends[0],
        given_up=ends[1],
        open_at_end=np.cumsum(new - ends[0] - ends[1]),
        n_missing=int((~dated).sum()),
        n_invalid=int(invalid.sum()),
    )

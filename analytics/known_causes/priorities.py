"""What to finish first: which open preventive action stands against the most expected impact?

An action is worth the hours that its cause is expected to take until the next review, if nothing
changes. Actions of one cause share its figure; among them the one that was promised first comes
first.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from analytics.answer import Example, Method
from analytics.calendar import Times
from analytics.clocks import Floats
from analytics.frames import DONE, FAILED, OPEN_STATES, PREVENT, VERIFIED, WONT_DO
from analytics.known_causes.grouping import NO_CAUSE, KnownCauses, days_between
from analytics.known_causes.overview import impact_ahead
from analytics.repeats.fixes import FixStages, action_dates, as_written, fix_stages
from analytics.selection import Mask, Rows, View
from analytics.units import DAY

# Which actions were promised after some incidents, and when did each stand open?


@dataclass(frozen=True)
class CauseActions:
    """The actions promised after incidents of one cause, by promise; arrays run parallel.

    Attributes:
        row: in ``history.actions``.
        since: when it was promised; NaT where neither it nor its incident says.
        assumed: whether that is the end of its incident, for want of a date.
        until: when it ended, the moment looked from while it is open, NaT where unknown.
        is_open: whether it is still to be done.
        given_up: whether it will not be done.
        days_open: days since the promise while it is open, NaN otherwise.
        preventive: whether it is meant to stop the cause from coming back.
        unchecked: whether it is done, and nobody has recorded whether it works.
        stages: how far the preventive ones are, together as one fix.
    """

    row: Rows
    since: Times
    assumed: Mask
    until: Times
    is_open: Mask
    given_up: Mask
    days_open: Floats
    preventive: Mask
    unchecked: Mask
    stages: FixStages

    @property
    def as_written(self) -> Mask:
        """Actions that are open only as their source said when it was written."""
        return self.is_open & self.assumed


def cause_actions(causes: KnownCauses, incidents: Rows, *, as_of: dt.datetime) -> CauseActions:
    """The actions after ``incidents``, preventive ones first, each kind by date of its promise."""
    actions = causes.repeats.history.actions
    rows = np.flatnonzero(np.isin(actions["incident"].to_numpy(), incidents))
    dates = action_dates(actions, causes.repeats.links.moments.over)
    preventive = (actions["kind"] == PREVENT).to_numpy()
    since = dates.since[rows]
    undated = np.where(np.isnat(since), np.iinfo(np.int64).max, since.astype(np.int64))
    rows = rows[np.lexsort((rows, undated, ~preventive[rows]))]
    is_open = np.asarray(dates.status.isin(OPEN_STATES))[rows]
    since, now = dates.since[rows], np.datetime64(as_of, "s")
    return CauseActions(
        row=rows,
        since=since,
        assumed=dates.assumed[rows],
        until=np.where(is_open, now, dates.ended[rows]),
        is_open=is_open,
        given_up=np.asarray(dates.status == WONT_DO)[rows],
        days_open=np.where(is_open, days_between(since, now), np.nan),
        preventive=preventive[rows],
        unchecked=np.asarray(dates.status == DONE)[rows]
        & preventive[rows]
        & ~actions["verification"].isin((VERIFIED, FAILED)).to_numpy()[rows],
        stages=fix_stages(
            actions,
            [(np.zeros(int(preventive[rows].sum()), np.intp), rows[preventive[rows]])],
            fixes=1,
            as_of=as_of,
        ),
    )


FINISH_FIRST = Method(
    title="What to finish first",
    answers="Which open preventive action stands against the most expected impact?",
    formula=(
        "Expected recurrences of its cause until the next review, times the expected hours of "
        "one of them: the mean exp(m + s² / 2) of log-normal hours, since a few long ones are "
        "most of the impact. Both are the cause's own record, moved towards that of all "
        "causes; incidents within 24 hours are one event. The interval says what 19 of 20 "
        "such periods would take: a gamma-Poisson number of events, their sum 0 or "
        "log-normal with the right mean and variance. On made-up causes about 98 % lay in it."
    ),
    source=(
        "Hauer, 1997, for the rate; DerSimonian and Laird, 1986, for the means; Fenton, 1960, "
        "for the sum of log-normal values"
    ),
    leaves_out=(
        "Actions whose status is unknown; their number is shown. Incidents of unknown impact "
        "count as lasting like the others. A cause without any known impact borrows the mean "
        "of all causes, and says so. What finishing the action would save is not known."
    ),
    example=Example(
        given=(
            "A cause struck 10 times in a year for 3 hours each, nine others struck once for "
            "one hour. Asked for are the next 90 days."
        ),
        inputs={"times": 10, "hours": 3, "days": 90},
        gives="6.8 hours are expected, between 0 and 23.8.",
        result=(6.7959, 0, 23.76),
    ),
)

NO_RATE = "no cause has come back yet, so nothing says how often one will"
NOTHING_OPEN = "no open preventive action in view"
NO_IMPACT = "no incident has a known impact"


@dataclass(frozen=True)
class Priorities:
    """Open preventive actions, the most expected impact first; the arrays run parallel.

    Attributes:
        action: row in ``history.actions``.
        cause: number of its cause; ``causes.members(cause)`` are the incidents behind it.
        incidents: how many these are.
        hours, low, high: expected hours of impact of the cause in the days ahead, with what
            95 % of such stretches of days would take; NaN without an estimate, and then
            ``reason`` says why.
        borrowed: whether the impact of one time is the mean of all causes, as this one has none
            that is known.
        as_written: how many of these are open only as sources said when they were written.
        unknown_status: preventive actions in view that may be open, but nobody knows.
    """

    action: Rows
    cause: Rows
    incidents: Rows
    hours: Floats
    low: Floats
    high: Floats
    borrowed: Mask
    as_written: int
    unknown_status: int
    reason: str

    def by_cause(self) -> tuple[Rows, ...]:
        """Indices of the actions against each cause, the causes in the order of their first."""
        _, first, which = np.unique(self.cause, return_index=True, return_inverse=True)
        place = np.argsort(np.argsort(first))[which]
        order = np.argsort(place, kind="stable")
        return (
            tuple(np.split(order, np.flatnonzero(np.diff(place[order])) + 1)) if len(order) else ()
        )


def finish_first(
    causes: KnownCauses, view: View, *, as_of: dt.datetime, next_review: dt.datetime
) -> Priorities:
    """The open preventive actions of the incidents in ``view``, ranked.

    Args:
        causes: the causes of the history; all of them give the rates.
        view: whose actions are asked for.
        as_of: naive UTC moment looked from.
        next_review: until when impact is expected.

    Raises:
        ValueError: the next review is not after ``as_of``.
    """
    ahead = (next_review - as_of).total_seconds() / DAY
    if ahead <= 0:
        raise ValueError("the next review must be after the moment looked from")
    rows, unknown = _open_actions(causes, view)
    of_action = causes.of[view.history.actions["incident"].to_numpy(np.intp)[rows]]
    asked, which = np.unique(of_action, return_inverse=True)
    expected = impact_ahead(causes, asked, as_of=as_of, days=ahead)
    order = _order(causes, view, rows, expected.hours[which])
    which = which[order]
    return Priorities(
        action=rows[order],
        cause=asked[which],
        incidents=np.diff(causes.first)[asked[which]],
        hours=expected.hours[which],
        low=expected.low[which],
        high=expected.high[which],
        borrowed=expected.borrowed[which],
        as_written=int(as_written(view.history.actions.loc[rows]).sum()),
        unknown_status=unknown,
        reason=_reason(expected.recurrences, expected.hours_each),
    )


def _open_actions(causes: KnownCauses, view: View) -> tuple[Rows, int]:
    """Rows of the open preventive actions in view, and how many more may be open."""
    actions = view.actions
    preventive = (actions["kind"] == PREVENT).to_numpy()
    is_open = actions["status"].isin(OPEN_STATES).to_numpy()
    known_cause = causes.of[actions["incident"].to_numpy(np.intp)] != NO_CAUSE
    rows = actions.index.to_numpy(np.intp)[preventive & is_open & known_cause]
    return rows, int((preventive & actions["status"].isna().to_numpy()).sum())


def _order(causes: KnownCauses, view: View, rows: Rows, hours: Floats) -> Rows:
    """The most hours first, causes without a figure last; then the oldest promise."""
    dates = action_dates(view.history.actions, causes.repeats.links.moments.over)
    since = dates.since[rows].astype(np.int64)
    return np.lexsort((rows, since, -hours))


def _reason(recurrences: Floats, hours_each: Floats) -> str:
    if not len(recurrences):
        return NOTHING_OPEN
    if np.isnan(recurrences).all():
        return NO_RATE
    return NO_IMPACT if np.isnan(hours_each).all() else ""

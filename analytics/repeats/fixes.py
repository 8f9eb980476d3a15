"""What was the state of a preventive action at the moment when a repeat began?

Statuses are of today; the question is about a moment in the past. An action that is open today was
open then. One that ended was open until it ended, so its date decides; without a date nothing is
known of that moment, and a date on the very day of the repeat does not say which came first.

A status without any date is what a post-mortem said when it was written. Such an action counts as
open, but nothing shows that it was at the moment in question, so every count of such actions says
so.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.calendar import REST_OF_DAY, Times
from analytics.clocks import Floats
from analytics.frames import DONE, FAILED, NO_ROW, OPEN_STATES, PREVENT, VERIFIED, WONT_DO, History
from analytics.pairs import is_new_event, pair_keys
from analytics.repeats.links import RepeatLinks
from analytics.selection import Mask, Rows
from analytics.units import DAY


class FixState(IntEnum):
    """State of an action at a moment in the past."""

    NOT_YET = 0  # promised only later
    OPEN = 1  # open then and open today
    DONE_BEFORE = 2
    DONE_AFTER = 3  # open then, done since
    GIVEN_UP_BEFORE = 4  # will not be done
    GIVEN_UP_AFTER = 5  # open then, given up since
    UNKNOWN = 6  # ended without a date, on that very day, or of unknown status


#: States in which the action was promised and neither done nor given up.
OPEN_THEN = (FixState.OPEN, FixState.DONE_AFTER, FixState.GIVEN_UP_AFTER)

States = npt.NDArray[np.int8]


@dataclass(frozen=True)
class ActionDates:
    """What is known of each action, by its row.

    Attributes:
        since, since_until: first and last moment at which it can have been promised.
        assumed: whether ``since`` is the end of its incident, as the source has no date.
        ended, ended_until: first and last moment at which it can have ended; NaT where unknown.
        status: open | in_progress | done | wont_do, or missing.
    """

    since: Times
    since_until: Times
    assumed: npt.NDArray[np.bool_]
    ended: Times
    ended_until: Times
    status: pd.Categorical


def action_dates(actions: pd.DataFrame, incident_over: Times) -> ActionDates:
    """The dates of ``actions``; for want of one, an action was promised when its incident was over.

    Args:
        actions: rows with the columns of :data:`analytics.frames.ACTIONS`.
        incident_over: when each incident was over, by position.
    """
    created = actions["created_on"].to_numpy().astype("datetime64[s]")
    assumed = np.isnat(created)
    since = np.where(assumed, incident_over[actions["incident"].to_numpy()], created)
    ended = actions["completed_on"].to_numpy().astype("datetime64[s]")
    return ActionDates(
        since=since,
        since_until=np.where(assumed, since, _until(created)),
        assumed=assumed,
        ended=ended,
        ended_until=_until(ended),
        status=pd.Categorical(actions["status"]),
    )


def states_at(
    dates: ActionDates, rows: npt.NDArray[np.intp], moment: Times, moment_until: Times
) -> States:
    """The state of action ``rows[k]`` at ``moment[k]``, one each.

    Args:
        dates: what is known of all actions.
        rows: the actions asked for.
        moment: the first second that each moment can have been.
        moment_until: the last one.
    """
    status = dates.status.take(rows)
    ended, ended_until = dates.ended[rows], dates.ended_until[rows]
    going = np.asarray(status.isin(OPEN_STATES))
    done, given_up = np.asarray(status == DONE), np.asarray(status == WONT_DO)
    before, after = ended_until <= moment, ended > moment_until
    return np.select(
        [
            dates.since[rows] > moment_until,
            dates.since_until[rows] > moment,
            going,
            done & before,
            done & after,
            given_up & before,
            given_up & after,
        ],
        [
            FixState.NOT_YET,
            FixState.UNKNOWN,
            FixState.OPEN,
            FixState.DONE_BEFORE,
            FixState.DONE_AFTER,
            FixState.GIVEN_UP_BEFORE,
            FixState.GIVEN_UP_AFTER,
        ],
        default=FixState.UNKNOWN,
    ).astype(np.int8)


def as_written(actions: pd.DataFrame) -> Mask:
    """Which actions are open only as somebody wrote once: undated, and not worked here since."""
    undated = actions["created_on"].isna() & ~actions["changed_here"]
    return np.asarray(actions["status"].isin(OPEN_STATES) & undated)


def _until(moments: Times) -> Times:
    """The last second that each moment can mean: a midnight sharp is a date without a time."""
    is_date = moments.astype("datetime64[D]") == moments
    return np.where(is_date, moments + REST_OF_DAY, moments)


# How far is the fix: promised, done, verified, and on which days?
#
# Done and working are two things. A fix is verified where somebody recorded a check of it; that
# nothing was seen since is evidence of another kind, and is never counted here.

Counts = npt.NDArray[np.int64]
_NEVER = np.datetime64("NaT", "s")
_LAST = np.iinfo(np.int64).max


@dataclass(frozen=True)
class FixStages:
    """The actions that make up each of several fixes; the arrays run parallel.

    Attributes:
        promised: actions promised.
        first_promised: the first day of a promise, NaT where no promise has a date of its own.
        done, last_done: of these, done ones, and the last day on which one was.
        given_up: of these, the ones that will not be done.
        verified, last_verified: of these, the ones that somebody checked and found to work.
        failed: of these, the ones that somebody checked and found not to work.
        planned: of these, neither checked nor given up, of which it is said how one would know.
    """

    promised: Counts
    first_promised: Times
    done: Counts
    last_done: Times
    given_up: Counts
    verified: Counts
    last_verified: Times
    failed: Counts
    planned: Counts


def fix_stages(
    actions: pd.DataFrame, pairs: Iterable[tuple[Rows, Rows]], *, fixes: int, as_of: dt.datetime
) -> FixStages:
    """The stages of ``fixes`` fixes.

    Args:
        actions: rows with the columns of :data:`analytics.frames.ACTIONS`.
        pairs: the number of a fix and the row of one of its actions, in several arrays of pairs.
        fixes: how many there are.
        as_of: naive UTC moment looked from; a check of a later day has not been made.
    """
    now = np.datetime64(as_of, "s")
    checked_on = actions["verified_on"].to_numpy().astype("datetime64[s]")
    is_ahead: Mask = checked_on > now
    check = actions["verification"]
    verified: Mask = (check == VERIFIED).to_numpy() & ~is_ahead
    failed: Mask = (check == FAILED).to_numpy() & ~is_ahead
    given_up: Mask = (actions["status"] == WONT_DO).to_numpy()
    done: Mask = (actions["status"] == DONE).to_numpy()
    says_how = actions["verified_how"].notna().to_numpy() | is_ahead
    marks = {
        "promised": np.ones(len(actions), dtype=bool),
        "done": done,
        "given_up": given_up,
        "verified": verified,
        "failed": failed,
        "planned": says_how & ~verified & ~failed & ~given_up,
    }
    counts = {name: np.zeros(fixes, np.int64) for name in marks}
    first = np.full(fixes, _LAST)
    last_done, last_verified = np.full(fixes, -_LAST), np.full(fixes, -_LAST)
    created = actions["created_on"].to_numpy().astype("datetime64[s]")
    ended = actions["completed_on"].to_numpy().astype("datetime64[s]")
    for which, rows in pairs:
        for name, mark in marks.items():
            counts[name] += np.bincount(which[mark[rows]], minlength=fixes)
        for ufunc, ends, days, mark in (
            (np.minimum, first, created, ~np.isnat(created)),
            (np.maximum, last_done, ended, done & ~np.isnat(ended)),
            (np.maximum, last_verified, checked_on, verified & ~np.isnat(checked_on)),
        ):
            dated = mark[rows]
            ufunc.at(ends, which[dated], days[rows[dated]].astype(np.int64))
    return FixStages(
        **counts,
        first_promised=_days(first),
        last_done=_days(last_done),
        last_verified=_days(last_verified),
    )


def _days(seconds: Counts) -> Times:
    known = np.abs(seconds) != _LAST
    return np.where(known, np.where(known, seconds, 0).astype("datetime64[s]"), _NEVER)


# Which actions should have stopped a repeat, and how did each of them stand when it began?
#
# They are the actions of every earlier incident with the same cause that was over a day before.
# The classes are those of the written definition; one open preventive action is enough for R2, and
# one whose state cannot be known is enough to say so (RU) where none is known to have been open.

#: Pairs of repeat and action looked at together; bounds memory where one cause has thousands.
_PAIRS_AT_ONCE = 1_000_000


class RepeatClass(IntEnum):
    """What had become of the fix when a confirmed repeat began."""

    R0 = 0  # no preventive action is recorded
    R1 = 1  # what had been promised was given up, at least in part
    R2 = 2  # a preventive action was still open
    R3 = 3  # every preventive action was done: the fix did not hold
    RU = 4  # the state at that moment cannot be known


@dataclass(frozen=True, slots=True)
class ActionThen:
    """An action of an earlier incident, as it stood when the repeat began.

    Attributes:
        row: its row in ``history.actions``.
        days_open: days since it was promised, None unless it was open then.
        promise_assumed: whether it counts from the end of its incident, for want of a date.
    """

    row: int
    state: FixState
    days_open: float | None
    promise_assumed: bool

    @property
    def as_written(self) -> bool:
        """Whether it counts as open only by what its source said when it was written."""
        return self.state == FixState.OPEN and self.promise_assumed


@dataclass(frozen=True, slots=True)
class Classified:
    """What had become of the fix of each repeat; the arrays run parallel.

    Attributes:
        repeat_class: a :class:`RepeatClass` each.
        open_then: preventive actions that were open when it began.
        open_by_date: of these, the ones with a date that bears it out; the others are open as
            their source said when it was written.
    """

    repeat_class: npt.NDArray[np.int8]
    open_then: npt.NDArray[np.int64]
    open_by_date: npt.NDArray[np.int64]


@dataclass(frozen=True)
class EarlierActions:
    """The actions of ``history``, looked at from the moments when incidents began."""

    history: History
    links: RepeatLinks

    def classify(self, later: Rows) -> Classified:
        """The class of each repeat, and the preventive actions that were open when it began."""
        preventive, unclear_kind = self._kinds
        tally = np.zeros((len(later), len(FixState)), np.int64)
        written = np.zeros(len(later), np.int64)
        for which, rows in self._pairs(later, preventive | unclear_kind):
            states = self._states(later[which], rows)
            # An action of unknown kind may have been the fix; so what became of it is not known.
            unclear = unclear_kind[rows] & (states != FixState.NOT_YET)
            states = np.where(unclear, FixState.UNKNOWN, states)
            cells = which * len(FixState) + states
            tally += np.bincount(cells, minlength=tally.size).reshape(tally.shape)
            no_date = (states == FixState.OPEN) & self._dates.assumed[rows]
            written += np.bincount(which[no_date], minlength=len(later))
        is_open = tally[:, OPEN_THEN].sum(axis=1)
        return Classified(_classes(tally), is_open, is_open - written)

    def deciding(self, later: Rows) -> Rows:
        """Rows of all actions on whose state the classes of these repeats rest."""
        preventive, unclear_kind = self._kinds
        found = [rows for _, rows in self._pairs(later, preventive | unclear_kind)]
        return np.unique(np.concatenate([np.zeros(0, np.intp), *found]))

    def stages(self, later: Rows, *, as_of: dt.datetime) -> FixStages:
        """How far the fix of each repeat is today: of what was promised when it began.

        Args:
            later: the incidents that repeat.
            as_of: naive UTC moment looked from.
        """

        def promised() -> Iterator[tuple[Rows, Rows]]:
            for which, rows in self._pairs(later, np.logical_or(*self._kinds)):
                by_then = self._states(later[which], rows) != FixState.NOT_YET
                yield which[by_then], rows[by_then]

        return fix_stages(self.history.actions, promised(), fixes=len(later), as_of=as_of)

    def longest_open(
        self, later: Rows, *, still: bool = False, cause: Rows | None = None
    ) -> tuple[Rows, Floats]:
        """The preventive action that had been open for longest when each repeat began.

        Its row in ``history.actions`` and its days open; :data:`NO_ROW` and NaN where none was.

        Args:
            later: the incidents that repeat.
            still: only actions that are open today as well.
            cause: of each, where it may be another than the confirmed one.
        """
        wanted = (FixState.OPEN,) if still else OPEN_THEN
        row = np.full(len(later), NO_ROW, np.intp)
        days = np.full(len(later), np.nan)
        for which, rows in self._pairs(later, self._kinds[0], cause=cause):
            is_open = np.isin(self._states(later[which], rows), wanted)
            which, rows = which[is_open], rows[is_open]
            open_days = self._days_open(later[which], rows)
            order = np.lexsort((rows, -open_days, which))
            found, first = np.unique(which[order], return_index=True)
            row[found] = rows[order[first]]
            days[found] = open_days[order[first]]
        return row, days

    def then(self, position: int, *, all_kinds: bool = False) -> tuple[ActionThen, ...]:
        """Each action that incident ``position`` should have been spared by, as it stood then.

        Args:
            position: any incident; without earlier ones of its cause there are no actions.
            all_kinds: also those that detect, mitigate or document; by default only those that
                decide the class: preventive ones, and ones of unknown kind.
        """
        preventive, unclear_kind = self._kinds
        decides = preventive | unclear_kind | all_kinds
        found = [rows for _, rows in self._pairs(np.array([position]), decides)]
        rows = np.sort(np.concatenate([np.zeros(0, np.intp), *found]))
        later = np.full(len(rows), position)
        states, days = self._states(later, rows), self._days_open(later, rows)
        return tuple(
            ActionThen(
                row=int(row),
                state=FixState(state),
                days_open=float(open_days) if state in OPEN_THEN else None,
                promise_assumed=bool(assumed),
            )
            for row, state, open_days, assumed in zip(
                rows, states, days, self._dates.assumed[rows], strict=True
            )
        )

    @cached_property
    def _dates(self) -> ActionDates:
        return action_dates(self.history.actions, self.links.moments.over)

    @cached_property
    def _by_cause(self) -> tuple[Rows, Rows, Rows]:
        """Rows of actions sorted by cause, with the incident and the cause of each."""
        incidents = self.history.actions["incident"].to_numpy(np.intp)
        rows = np.flatnonzero(incidents != NO_ROW)
        causes = self.links.cause[incidents[rows]]
        order = np.argsort(causes, kind="stable")
        return rows[order], incidents[rows[order]], causes[order]

    @cached_property
    def _kinds(self) -> tuple[Mask, Mask]:
        """Which actions are preventive, and which may be, as their kind is unknown."""
        kind = self.history.actions["kind"]
        return (kind == PREVENT).to_numpy(), kind.isna().to_numpy()

    def _states(self, later: Rows, rows: Rows) -> States:
        moments = self.links.moments
        return states_at(self._dates, rows, moments.began[later], moments.began_until[later])

    def _days_open(self, later: Rows, rows: Rows) -> Floats:
        """Days from the promise of each action to the beginning of its repeat."""
        away = self.links.moments.began[later] - self._dates.since[rows]
        days: Floats = away / np.timedelta64(1, "s") / DAY
        return days

    def _pairs(
        self, later: Rows, wanted: Mask, *, cause: Rows | None = None
    ) -> Iterator[tuple[Rows, Rows]]:
        """Chunks of (index into ``later``, row of an action of one of its earlier incidents)."""
        rows, incidents, causes = self._by_cause
        cause = self.links.cause[later] if cause is None else cause
        first = np.searchsorted(causes, cause, side="left")
        counts = np.searchsorted(causes, cause, side="right") - first
        for part in _parts(counts):
            which = np.repeat(part, counts[part])
            starts = np.cumsum(counts[part]) - counts[part]
            offset = np.arange(len(which)) - np.repeat(starts, counts[part])
            place = first[which] + offset
            place, which = place[wanted[rows[place]]], which[wanted[rows[place]]]
            counted = is_earlier(self.links, later[which], incidents[place])
            yield which[counted], rows[place[counted]]


def is_earlier(links: RepeatLinks, later: Rows, earlier: Rows) -> Mask:
    """Whether each ``earlier`` incident was over a day before ``later`` began, nobody denying it.

    Both are taken to have the same cause.
    """
    began, over = links.moments.began, links.moments.over
    before = began[earlier] < began[later]
    new_event = is_new_event(links.moments.began_until[later] - over[earlier])
    if not len(links.denied):
        return np.asarray(before & new_event)
    keys = pair_keys(later, earlier, len(links.cause))
    return np.asarray(before & new_event & ~np.isin(keys, links.denied))


def _classes(tally: npt.NDArray[np.int64]) -> npt.NDArray[np.int8]:
    planned = tally.sum(axis=1) - tally[:, FixState.NOT_YET]
    return np.select(
        [
            tally[:, OPEN_THEN].sum(axis=1) > 0,
            tally[:, FixState.UNKNOWN] > 0,
            planned == 0,
            tally[:, FixState.DONE_BEFORE] == planned,
        ],
        [RepeatClass.R2, RepeatClass.RU, RepeatClass.R0, RepeatClass.R3],
        default=RepeatClass.R1,
    ).astype(np.int8)


def _parts(counts: Rows) -> Iterator[Rows]:
    """Indices of ``counts`` in runs whose sum stays near the limit."""
    if not len(counts):
        return
    run = np.cumsum(counts) // _PAIRS_AT_ONCE
    yield from np.split(np.arange(len(counts)), np.flatnonzero(np.diff(run)) + 1)

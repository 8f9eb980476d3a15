"""Which incidents repeat a known cause, and was the fix done by then?

All history is searched, and only then are the repeats restricted to those whose later incident is
in view: an original outside the reader's period or team is found all the same. Possible repeats
that nobody has confirmed are listed apart and never counted.
"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer, Example, Method
from analytics.calendar import Every, ordinals, run, starts
from analytics.clocks import Floats
from analytics.duplicates import originals
from analytics.frames import ENDED_STATES, NO_ROW, History
from analytics.impact import impact_hours
from analytics.matcher.confidence import SEEN, STRONG
from analytics.recorded import on_calendar
from analytics.repeats.fixes import (
    ActionThen,
    EarlierActions,
    FixStages,
    RepeatClass,
    fix_stages,
    is_earlier,
)
from analytics.repeats.links import Aside, RepeatLinks, confirm
from analytics.selection import UNKNOWN, Mask, Rows, View
from analytics.statistics.shares import share
from analytics.units import DAY

WHILE_OPEN = Method(
    title="Repeats that began while the fix was open",
    answers="How many of the confirmed repeats began before the fix is known to be done?",
    formula=(
        "Repeats whose fix was still open over all confirmed repeats whose later incident is in "
        "view, with Wilson's interval. Still open: when it began, a preventive action of an "
        "earlier incident of the same cause was neither done nor given up. Did not hold: all of "
        "them were done. Not recorded: there is none. Given up: what had been promised was, at "
        "least in part. Unknown: the state at that moment cannot be known. An action that is open "
        "today without a date of its own is as its source said when it was written; where a fix "
        "rests on such actions alone, it is only not known to be done. "
        "The action is of any earlier incident of the cause, not of the latest alone: "
        "all those that people linked to the same cause, in all history, and that were over "
        "more than 24 hours before. Where an incident has no time of resolution, its last "
        "known time stands for it; an action without a creation date counts as promised when "
        "its incident was over."
    ),
    source="Our own definition; Wilson, 1927, for the interval",
    leaves_out=(
        "Suggested repeats that nobody has confirmed; links that a verdict took back; two "
        "reports of one event; incidents that began within 24 hours after the earlier one was "
        "over (cascades); drills, tests and maintenance. An action that was done without a "
        "date, on the day of the repeat, or is of unknown kind or status makes the class RU "
        "unless another one is known to have been open."
    ),
    example=Example(
        given=(
            "Incidents of one cause struck on 2026-01-05, 2026-02-05 and 2026-03-05, 2 hours "
            "each. A preventive action was promised on 2026-01-10 and done on 2026-02-20."
        ),
        inputs={
            "days": ("2026-01-05", "2026-02-05", "2026-03-05"),
            "hours": 2,
            "promised": "2026-01-10",
            "done": "2026-02-20",
        },
        gives="50 %: the first of the two repeats began while the fix was open.",
        result=(0.5,),
    ),
)
HOURS = Method(
    title="Hours of impact of repeats",
    answers="How much impact did the repeats that began while the fix was open cause together?",
    formula=(
        "The sum of impact start to mitigation, else to resolution. What is known of it is the "
        "most that finishing the fix could have avoided of it; nobody knows whether it would "
        "have worked."
    ),
    source="Our own definition",
    leaves_out="Repeats whose impact is open, missing, impossible or known to the day only.",
    example=Example(
        given=(
            "Incidents of one cause struck on 2026-01-05, 2026-02-05 and 2026-03-05, 2 hours "
            "each. A preventive action was promised on 2026-01-10 and done on 2026-02-20."
        ),
        inputs={
            "days": ("2026-01-05", "2026-02-05", "2026-03-05"),
            "hours": 2,
            "promised": "2026-01-10",
            "done": "2026-02-20",
        },
        gives="The repeat that began while the fix was open took 2 hours.",
        result=(2,),
    ),
)

NO_REPEATS = "no confirmed repeat in view"


@dataclass(frozen=True)
class Repeats:
    """Every confirmed repeat of a history, in order of time; the arrays run parallel.

    Attributes:
        later: position of the incident that repeats, each once.
        earlier: position of the latest incident that it was said to repeat.
        days_since: days from the end of ``earlier`` to the beginning of ``later``.
        repeat_class: a :class:`RepeatClass` each.
        open_then: preventive actions still open at its beginning.
        open_by_date: of these, the ones with a date that bears it out.
        hours: its hours of impact, NaN where unknown.
    """

    history: History
    links: RepeatLinks
    actions: EarlierActions
    later: Rows
    earlier: Rows
    days_since: Floats
    repeat_class: npt.NDArray[np.int8]
    open_then: npt.NDArray[np.int64]
    open_by_date: npt.NDArray[np.int64]
    hours: Floats

    @property
    def as_written(self) -> Mask:
        """Repeats of class R2 whose fix was open only as sources said when they were written."""
        return np.asarray((self.repeat_class == RepeatClass.R2) & (self.open_by_date == 0))

    def earlier_of(self, position: int) -> Rows:
        """All earlier incidents with the cause of incident ``position``, in order of time."""
        cause = self.links.cause
        same = np.flatnonzero(cause == cause[position])
        known = same[is_earlier(self.links, np.full(len(same), position), same)]
        return known[np.argsort(self.links.moments.began[known], kind="stable")]

    def later_of(self, position: int) -> Rows:
        """The repeats of the cause of incident ``position`` that came after it, in order of time.

        Those whose :meth:`earlier_of` holds it.
        """
        cause = self.links.cause
        same = self.later[cause[self.later] == cause[position]]
        again: Rows = same[is_earlier(self.links, same, np.full(len(same), position))]
        return again

    def index(self, position: int) -> int | None:
        """Where the arrays hold the repeat whose later incident is ``position``, if it is one."""
        found = np.flatnonzero(self.later == position)
        return int(found[0]) if len(found) else None

    def actions_then(self, position: int, *, all_kinds: bool = False) -> tuple[ActionThen, ...]:
        """The actions of :meth:`earlier_of` as they stood when incident ``position`` began.

        See :meth:`analytics.repeats.earlier_actions.EarlierActions.then`.
        """
        return self.actions.then(position, all_kinds=all_kinds)


@dataclass(frozen=True)
class Ledger:
    """The confirmed repeats in view, what they say together, and what was set aside.

    Attributes:
        rows: indices into the arrays of ``repeats``, in order of time.
        while_open: share of the confirmed repeats that began while the fix was open (R2); its
            ``n`` is the denominator, all confirmed repeats in view.
        hours_while_open: their hours of impact together, an upper bound on what finishing the fix
            could have avoided; ``n_missing`` of them have no known impact.
        by_class: number of repeats of each class, zeros included.
        outside: repeats whose original is not itself in view.
        aside: links that do not count, by reason, where the later incident is in view.
        set_aside: these links, indices into the ``aside`` arrays of ``repeats.links``.
        suggested: rows of ``history.links``: possible repeats that nobody has judged.
    """

    repeats: Repeats
    rows: Rows
    while_open: Answer
    hours_while_open: Answer
    by_class: dict[RepeatClass, int]
    outside: int
    aside: dict[Aside, int]
    set_aside: Rows
    suggested: Rows

    @property
    def as_written(self) -> int:
        """Repeats of class R2 whose fix was open only as sources said when they were written."""
        return int(self.repeats.as_written[self.rows].sum())

    @property
    def table(self) -> pd.DataFrame:
        """A row for each repeat in view: positions, days, class, open actions, hours."""
        found = self.repeats
        return pd.DataFrame(
            {
                "later": found.later[self.rows],
                "earlier": found.earlier[self.rows],
                "days_since": found.days_since[self.rows],
                "repeat_class": np.array([c.name for c in RepeatClass])[
                    found.repeat_class[self.rows]
                ],
                "as_written": found.as_written[self.rows],
                "open_then": found.open_then[self.rows],
                "hours": found.hours[self.rows],
            }
        )


def find_repeats(history: History) -> Repeats:
    """Every confirmed repeat in ``history`` with its class; worth keeping for a revision."""
    links = confirm(history)
    actions = EarlierActions(history, links)
    began, over = links.moments.began, links.moments.over
    # Sorted by the later incident and then by the earlier one, so the last of a run is the latest.
    pairs = np.lexsort((links.earlier, began[links.earlier], links.later))
    last = np.append(np.diff(links.later[pairs]) != 0, True)[: len(pairs)]
    latest = pairs[last]
    latest = latest[np.argsort(began[links.later[latest]], kind="stable")]
    later, earlier = links.later[latest], links.earlier[latest]
    classified = actions.classify(later)
    return Repeats(
        history=history,
        links=links,
        actions=actions,
        later=later,
        earlier=earlier,
        days_since=(began[later] - over[earlier]) / np.timedelta64(1, "s") / DAY,
        repeat_class=classified.repeat_class,
        open_then=classified.open_then,
        open_by_date=classified.open_by_date,
        hours=impact_hours(history.incidents.take(later)),
    )


def ledger(repeats: Repeats, view: View) -> Ledger:
    """The repeats whose later incident is in ``view``, with the headline of the ledger."""
    member = repeats.history.marks(view.events)
    rows = np.flatnonzero(member[repeats.later])
    classes = repeats.repeat_class[rows]
    while_open = classes == RepeatClass.R2
    counts = np.bincount(classes, minlength=len(RepeatClass))
    links = repeats.links
    original = originals(repeats.history)
    set_aside = np.flatnonzero(member[original[links.aside_later]])
    aside = np.bincount(links.aside[set_aside], minlength=len(Aside))
    suggested_later = repeats.history.links["later"].to_numpy()[links.suggested]
    return Ledger(
        repeats=repeats,
        rows=rows,
        while_open=_share_of(int(while_open.sum()), len(rows)),
        hours_while_open=_together(repeats.hours[rows[while_open]]),
        by_class={each: int(counts[each]) for each in RepeatClass},
        outside=int((~member[repeats.earlier[rows]]).sum()),
        aside={each: int(aside[each]) for each in Aside},
        set_aside=set_aside,
        suggested=links.suggested[member[suggested_later]],
    )


def _together(hours: Floats) -> Answer:
    known = hours[np.isfinite(hours)]
    missing = len(hours) - len(known)
    if missing and not len(known):
        return Answer(
            None,
            n_missing=missing,
            unit="h",
            method=HOURS,
            reason="none of these repeats has a known impact",
        )
    return Answer(float(known.sum()), n=len(known), n_missing=missing, unit="h", method=HOURS)


def _share_of(part: int, whole: int) -> Answer:
    if not whole:
        return Answer(None, unit="share", method=WHILE_OPEN, reason=NO_REPEATS)
    return share(part, whole, method=WHILE_OPEN)


# On what does the ledger rest: who said that these are repeats, and which actions have dates?
#
# An action without a date of its promise counts from the end of its incident, and one that ended
# without a date leaves its repeats unclear. A reader has to know how many there are of either, and
# how a record explains that it repeats another: the same part that broke is not the same kind of
# cause.


@dataclass(frozen=True, slots=True)
class LedgerBasis:
    """The actions that decide the classes of a ledger.

    Attributes:
        actions: how many there are.
        undated_promises: of these, without a date of their promise.
        ended: of these, done or given up.
        undated_ends: of the ended, without the date.
        unclear: of these, of unknown status.
        reasons: what the records of the repeats give as the reason that they are, with their
            number, the most frequent first; empty where no record gives any.
    """

    actions: int
    undated_promises: int
    ended: int
    undated_ends: int
    unclear: int
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def is_weak(self) -> bool:
        """Whether most of these actions have no date of their own, neither first nor last."""
        dated = (self.actions - self.undated_promises) + (self.ended - self.undated_ends)
        return 2 * dated < self.actions


def ledger_basis(book: Ledger) -> LedgerBasis:
    """What is known of the actions behind the repeats of ``book``."""
    found = book.repeats
    rows = found.actions.deciding(found.later[book.rows])
    actions = found.history.actions.take(rows)
    ended = actions["status"].isin(ENDED_STATES)
    return LedgerBasis(
        actions=len(actions),
        undated_promises=int(actions["created_on"].isna().sum()),
        ended=int(ended.sum()),
        undated_ends=int((ended & actions["completed_on"].isna()).sum()),
        unclear=int(actions["status"].isna().sum()),
        reasons=_reasons(book),
    )


def ledger_stages(book: Ledger, *, as_of: dt.datetime) -> FixStages:
    """How far the actions behind the repeats of ``book`` are, together as one fix.

    Args:
        book: the ledger.
        as_of: naive UTC moment looked from.
    """
    repeats = book.repeats
    rows = repeats.actions.deciding(repeats.later[book.rows])
    together = np.zeros(len(rows), np.intp)
    return fix_stages(repeats.history.actions, [(together, rows)], fixes=1, as_of=as_of)


def _reasons(book: Ledger) -> tuple[tuple[str, int], ...]:
    """One for each repeat: the reason of the last link that its record declares."""
    found = book.repeats
    links = found.history.links
    declared = links[
        (links["origin"] == "record")
        & (links["relation"] == "repeat")
        & links["later"].isin(found.later[book.rows])
    ]
    counts = declared.drop_duplicates("later", keep="last")["basis"].value_counts()
    return tuple((str(reason), int(count)) for reason, count in counts.items() if count)


# What share of the incidents repeat a known cause, period by period?
#
# Two denominators answer two questions. Of all incidents in view: how much of the work is
# repetition, a lower bound, since a repeat can only be recognised where a cause was found. Of the
# incidents whose cause is known: how often it had been seen before.

OF_INCIDENTS = Method(
    title="Repeats among incidents",
    answers="How much of the work is repetition?",
    formula="Confirmed repeats over incidents in view, with Wilson's interval.",
    source="Wilson, 1927",
    leaves_out=(
        "Nothing from the denominator: incidents whose cause nobody looked for stay in it, so "
        "the share is a lower bound."
    ),
    example=Example(
        given=(
            "5 incidents are confirmed repeats, among 20 whose cause was looked for and 30 "
            "whose was not."
        ),
        inputs={"repeats": 5, "examined": 20, "unexamined": 30},
        gives="10 % of all, between 4 and 21 %.",
        result=(0.1, 0.043476, 0.2136),
    ),
)
OF_EXAMINED = Method(
    title="Repeats among incidents whose cause was looked for",
    answers="When people looked for the cause, how often had it been seen before?",
    formula=(
        "Confirmed repeats over incidents with a recorded cause or a confirmed link, with "
        "Wilson's interval."
    ),
    source="Wilson, 1927",
    leaves_out="Incidents without a cause and without a link; their number is shown beside it.",
    example=Example(
        given=(
            "5 incidents are confirmed repeats, among 20 whose cause was looked for and 30 "
            "whose was not."
        ),
        inputs={"repeats": 5, "examined": 20, "unexamined": 30},
        gives="25 % of those looked at, between 11 and 47 %.",
        result=(0.25, 0.11186, 0.4687),
    ),
)


@dataclass(frozen=True)
class RepeatRate:
    """Shares of confirmed repeats among the incidents in view.

    Attributes:
        of_incidents: among all of them; ``n`` is the denominator.
        of_examined: among those whose cause is known; ``n_missing`` are the others.
        starts: first day of each period, in order, periods without an incident included.
        by_period: ``of_incidents`` in each period.
        examined_by_period: ``of_examined`` in each period.
    """

    of_incidents: Answer
    of_examined: Answer
    starts: npt.NDArray[np.datetime64]
    by_period: tuple[Answer, ...]
    examined_by_period: tuple[Answer, ...]


def repeat_rate(repeats: Repeats, view: View, *, every: Every = "quarter") -> RepeatRate:
    """How many of the incidents in ``view`` repeat a known cause, over all and by period."""
    is_repeat = view.of_events(repeats.later)
    looked = examined(repeats)
    looked = looked[view.rows] | looked[view.events]
    when = view.incidents["period_at"].to_numpy().astype("datetime64[s]")
    dated = on_calendar(view)
    numbers = ordinals(when[dated], every)
    periods = run(numbers)
    place = numbers - periods[0] if len(periods) else numbers
    tables = [
        np.bincount(place[marks[dated]], minlength=len(periods))
        for marks in (np.ones(len(view), bool), is_repeat, looked)
    ]
    return RepeatRate(
        of_incidents=share(int(is_repeat.sum()), len(view), method=OF_INCIDENTS),
        of_examined=_of_examined(int(is_repeat.sum()), int(looked.sum()), len(view)),
        starts=starts(periods, every),
        by_period=tuple(
            share(int(again), int(n), method=OF_INCIDENTS)
            for n, again, _ in zip(*tables, strict=True)
        ),
        examined_by_period=tuple(
            _of_examined(int(again), int(found), int(n))
            for n, again, found in zip(*tables, strict=True)
        ),
    )


def examined(repeats: Repeats) -> Mask:
    """Incidents whose cause was found: it is known, or people linked it to another's.

    A record that blames a person has still to be examined, unless it is linked.
    """
    incidents, links = repeats.history.incidents, repeats.links
    cause = incidents["root_cause_category"]
    recorded = cause.notna() & (cause != UNKNOWN) & ~incidents["needs_analysis"]
    linked = repeats.history.marks(np.concatenate([links.later, links.earlier]))
    return recorded.to_numpy() | linked


def _of_examined(again: int, looked: int, incidents: int) -> Answer:
    return replace(share(again, looked, method=OF_EXAMINED), n_missing=incidents - looked)


# Which causes struck again although their fix is still open today?
#
# Of all that a review can say this asks for something to be done soonest: the fix was promised, it
# is not known to be done, and the cause has shown since that it is needed.


@dataclass(frozen=True, slots=True)
class TouchedAgain:
    """A cause that came back while a preventive action stood open that is open still.

    Attributes:
        later: position of the latest repeat in view.
        times: repeats of the cause in view that began while such an action stood open.
        action: row in ``history.actions`` of the one that had been open for longest.
        days_open: how long it had been when the latest repeat began.
        promise_assumed: whether that counts from the end of its incident, for want of a date, so
            that it is open only as its source said when it was written.
    """

    later: int
    times: int
    action: int
    days_open: float
    promise_assumed: bool


def touched_again(book: Ledger) -> tuple[TouchedAgain, ...]:
    """The causes of the repeats in view whose fix is open still, the latest touched first.

    Those with a dated promise come before those that are open only as their source said once.
    """
    later = book.repeats.later[book.rows]
    return _touched(book, later, book.repeats.links.cause[later])


def perhaps_touched(book: Ledger) -> tuple[TouchedAgain, ...]:
    """The same of possible repeats that nobody has judged, as far as their texts are much alike."""
    suggested = book.repeats.history.links.iloc[book.suggested]
    alike = suggested[suggested["basis"].isin((SEEN, STRONG))]
    later = alike["later"].to_numpy(np.intp)
    order = np.argsort(book.repeats.links.moments.began[later], kind="stable")
    cause = book.repeats.links.cause[alike["earlier"].to_numpy(np.intp)]
    return _touched(book, later[order], cause[order])


def _touched(book: Ledger, later: Rows, cause: Rows) -> tuple[TouchedAgain, ...]:
    """One for each cause: ``later`` in order of time, each with the cause that it repeats."""
    repeats = book.repeats
    action, days = repeats.actions.longest_open(later, still=True, cause=cause)
    is_open = action != NO_ROW
    later, cause, action, days = (column[is_open] for column in (later, cause, action, days))
    assumed = repeats.history.actions["created_on"].isna().to_numpy()
    _, latest = np.unique(cause[::-1], return_index=True)
    touched = [
        TouchedAgain(
            later=int(later[place]),
            times=len(np.unique(later[cause == cause[place]])),
            action=int(action[place]),
            days_open=float(days[place]),
            promise_assumed=bool(assumed[action[place]]),
        )
        for place in np.sort(len(later) - 1 - latest)[::-1]
    ]
    return tuple(sorted(touched, key=lambda row: row.promise_assumed))

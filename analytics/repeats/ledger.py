"""Which incidents repeat a known cause, and was the fix done by then?

All history is searched, and only then are the repeats restricted to those whose later incident is
in view: an original outside the reader's period or team is found all the same. Possible repeats
that nobody has confirmed are listed apart and never counted.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer
from analytics.clocks import Floats
from analytics.duplicates import originals
from analytics.frames import History
from analytics.impact.minutes import impact_hours
from analytics.method import Example, Method
from analytics.repeats.earlier_actions import ActionThen, EarlierActions, RepeatClass, is_earlier
from analytics.repeats.links import Aside, RepeatLinks, confirm
from analytics.selection import Mask, Rows, View
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

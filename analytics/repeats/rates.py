"""What share of the incidents repeat a known cause, period by period?

Two denominators answer two questions. Of all incidents in view: how much of the work is repetition,
a lower bound, since a repeat can only be recognised where a cause was found. Of the incidents whose
cause is known: how often it had been seen before.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer
from analytics.method import Example, Method
from analytics.periods import Every, ordinals, run, starts
from analytics.recorded import on_calendar
from analytics.repeats.ledger import Repeats
from analytics.selection import UNKNOWN, Mask, View
from analytics.statistics.shares import share

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

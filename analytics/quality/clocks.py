"""Which recorded times should not be taken as they stand: impossible, rounded, coarse, guessed?

A clock that strikes before the one that must come first, times that sit on the quarter of an hour
more often than chance puts them there, days without an hour: none of it is an error of arithmetic,
and all of it decides what the durations are worth.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from analytics.actions.states import days, is_open
from analytics.answer import Answer
from analytics.clocks import TTD, Status, measure
from analytics.duplicates import doubted_pairs
from analytics.frames import CLOCKS
from analytics.method import Example, Method
from analytics.periods import Moments
from analytics.quality.known import plain_share
from analytics.repeats.bursts import bursts
from analytics.selection import Mask, View
from analytics.units import MINUTE

CLOCK_ORDER = Method(
    title="Impossible orders",
    answers="How often does a clock strike before one that must come first?",
    formula=(
        "Incidents with both clocks in which the end lies before its start, divided by those "
        "with both: impact and mitigation, impact and resolution, detection and "
        "acknowledgement, mitigation and resolution."
    ),
    source="Plain count",
    leaves_out=(
        "Clocks known to the day only. Detection before the impact is no error: it is counted "
        "as caught before impact."
    ),
    example=Example(
        given="Two incidents began at 10:00 and were mitigated at 09:00 and at 11:00.",
        inputs={"start": "10:00", "ends": ("09:00", "11:00")},
        gives="In 50 % the order is impossible.",
        result=(0.5,),
    ),
)
ROUND_TIMES = Method(
    title="Round times",
    answers="How many times look estimated?",
    formula=(
        "Times on a multiple of 15, 30 or 60 minutes, divided by all times of that clock. "
        "Chance alone puts 7, 3 and 2 in a hundred there; more is a sign of rounding."
    ),
    source="Plain count",
    leaves_out="Times known to the day only.",
    example=Example(
        given="Incidents began at 10:00, 10:15 and 10:07.",
        inputs={"starts": ("10:00", "10:15", "10:07")},
        gives="67 % stand on a quarter of an hour, where chance would put 7 %.",
        result=(0.66667,),
    ),
)
PRECISION = Method(
    title="Precision of the clocks",
    answers="How much of a clock is a bare day or an estimate?",
    formula="Times known to the day only, and times estimated or read from words, of all.",
    source="Plain count",
    leaves_out="Incidents without that time.",
    example=Example(
        given="The start is known to the day for 1 incident and to the minute for 3.",
        inputs={"days": 1, "times_": 3},
        gives="25 % are bare days.",
        result=(0.25,),
    ),
)
DOUBTS = Method(
    title="Doubtful records",
    answers="What is recorded and yet not to be taken as it stands?",
    formula=(
        "Counts of incidents without any time, with a time that is still to come, detected before "
        "their impact (caught in time), "
        "said to be open and yet resolved, or filed as human error (the cause behind it is "
        "still to be found); of actions that ended before they were promised or are open with "
        "an end; of all records, repeats and second reports of an incident that was never "
        "loaded."
    ),
    source="Plain count",
    leaves_out="Nothing.",
    example=Example(
        given="Two incidents began at 10:00 and were detected at 09:55 and at 10:05.",
        inputs={"start": "10:00", "detected": ("09:55", "10:05")},
        gives="1 was caught before its impact.",
        result=(1,),
    ),
)

#: Pairs of clocks of which the second cannot strike before the first. Detection before impact is
#: possible (a near miss), and so is an acknowledgement after a mitigation that nobody made.
ORDERS = (
    ("impact_started_at", "mitigated_at"),
    ("impact_started_at", "resolved_at"),
    ("detected_at", "acknowledged_at"),
    ("mitigated_at", "resolved_at"),
)
#: Minutes whose multiples people write when they do not know the time.
ROUND_MINUTES = (15, 30, 60)
#: Whether detection came first does not depend on when one looks.
_WHENEVER = dt.datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Order:
    """How often a pair of clocks is the wrong way round.

    Attributes:
        backwards: share of the ``n`` incidents in which both are known to better than a day.
    """

    first: str
    second: str
    backwards: Answer


@dataclass(frozen=True, slots=True)
class RoundTimes:
    """How often the times of one clock sit on a multiple of 15, 30 or 60 minutes.

    Attributes:
        shares: by minutes, the share of the ``n`` times known to better than a day.
        expected: by minutes, the share that chance would put there, with times to the minute.
    """

    clock: str
    shares: dict[int, Answer]
    expected: dict[int, float]


@dataclass(frozen=True, slots=True)
class Precision:
    """How well one clock is known.

    Attributes:
        to_the_day: share of its times that are a day without an hour.
        estimated: share of its times that were estimated or read from words.
    """

    clock: str
    to_the_day: Answer
    estimated: Answer


@dataclass(frozen=True, slots=True)
class Doubts:
    """Records that are there and yet doubtful.

    Attributes:
        undated: incidents in view without any time.
        undated_left_out: incidents that the period in view leaves out because they have no time.
        backwards: share of the incidents with two comparable clocks or more of which a pair is the
            wrong way round.
        in_future: incidents in view with a time that is still to come.
        in_future_left_out: those that are left out, as they have no other.
        open_with_end: incidents said to be open that have a time of resolution.
        caught_before_impact: detected before the impact began: a success, and no duration.
        needs_analysis: filed as "human error": the cause behind it is still to be found.
        actions_backwards: actions that ended before they were promised.
        actions_open_with_end: actions said to be open that have a date of completion.
        repeats_not_here: of all records, repeats declared of an incident that was never loaded.
        duplicates_not_here: of all records, those said to be second reports of one that was never
            loaded; of those that name the same one the first counts.
        duplicates_doubted: of all records, those said to be second reports of one that had been
            over for more than a day; they count.
        bursts, in_bursts: how often one alert went off again within the hour, and incidents in it.
    """

    undated: int
    undated_left_out: int
    backwards: Answer
    in_future: int
    in_future_left_out: int
    open_with_end: int
    caught_before_impact: int
    needs_analysis: int
    actions_backwards: int
    actions_open_with_end: int
    repeats_not_here: int
    duplicates_not_here: int
    duplicates_doubted: int
    bursts: int
    in_bursts: int


def orders(view: View) -> tuple[Order, ...]:
    """How often each pair of :data:`ORDERS` is the wrong way round."""
    return tuple(
        Order(first, second, plain_share(wrong, both, method=CLOCK_ORDER))
        for first, second, both, wrong in _pairs(view)
    )


def round_times(view: View) -> tuple[RoundTimes, ...]:
    """How often each clock sits on a round time; clocks that nobody recorded are left out."""
    found = []
    for clock in CLOCKS:
        moments = _exact(view, clock)
        seconds = moments[~np.isnat(moments)].astype(np.int64)
        if len(seconds):
            shares = {
                minutes: plain_share(seconds % (minutes * MINUTE) == 0, method=ROUND_TIMES)
                for minutes in ROUND_MINUTES
            }
            expected = {minutes: 1.0 / minutes for minutes in ROUND_MINUTES}
            found.append(RoundTimes(clock, shares, expected))
    return tuple(found)


def precision(view: View) -> tuple[Precision, ...]:
    """How much of each recorded clock is a bare day or an estimate."""
    incidents = view.incidents
    found = []
    for bit, clock in enumerate(CLOCKS):
        known = incidents[clock].notna().to_numpy()
        if known.any():
            to_the_day, estimated = (
                plain_share((incidents[bits].to_numpy() & (1 << bit)) != 0, known, method=PRECISION)
                for bits in ("day_clocks", "estimated_clocks")
            )
            found.append(Precision(clock, to_the_day, estimated))
    return tuple(found)


def doubts(view: View) -> Doubts:
    """What in the records in view is there and yet doubtful."""
    incidents = view.incidents
    detection = measure(incidents, TTD, as_of=_WHENEVER)
    pairs = _pairs(view)
    comparable = np.any([both for *_, both, _ in pairs], axis=0)
    backwards = np.any([wrong for *_, wrong in pairs], axis=0)
    still_open = (incidents["status"] == "open").to_numpy()
    actions = view.actions
    ended = days(actions["completed_on"])
    again = bursts(view)
    return Doubts(
        undated=int(incidents["period_at"].isna().sum()),
        undated_left_out=view.left_out.undated,
        backwards=plain_share(backwards, comparable, method=CLOCK_ORDER),
        in_future=int((incidents["future_clocks"] != 0).sum()),
        in_future_left_out=view.left_out.in_future,
        open_with_end=int((still_open & incidents["resolved_at"].notna().to_numpy()).sum()),
        caught_before_impact=detection.count(Status.NOT_APPLICABLE),
        needs_analysis=int(incidents["needs_analysis"].sum()),
        actions_backwards=int((ended < days(actions["created_on"])).sum()),
        actions_open_with_end=int((is_open(actions) & ~np.isnat(ended)).sum()),
        repeats_not_here=view.history.repeats_not_here,
        duplicates_not_here=view.history.duplicates_not_here,
        duplicates_doubted=len(doubted_pairs(view.history)[0]),
        bursts=len(again),
        in_bursts=sum(len(burst.rows) for burst in again),
    )


def _pairs(view: View) -> list[tuple[str, str, Mask, Mask]]:
    """Each pair of clocks with which incidents have both, and in which of them it is backwards."""
    found = []
    for first, second in ORDERS:
        gap = _exact(view, second) - _exact(view, first)
        found.append((first, second, ~np.isnat(gap), gap < np.timedelta64(0, "s")))
    return found


def _exact(view: View, clock: str) -> Moments:
    """The times of ``clock``, NaT where only the day is known."""
    coarse = (view.incidents["day_clocks"].to_numpy() & (1 << CLOCKS.index(clock))) != 0
    moments = view.incidents[clock].to_numpy().astype("datetime64[s]")
    return np.where(coarse, np.datetime64("NaT"), moments)

"""What is missing from the records, and which times should not be taken as they stand?"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.actions.states import days, is_open
from analytics.answer import Answer, Example, Method
from analytics.calendar import Datetimes
from analytics.clocks import TTD, Status, measure
from analytics.duplicates import doubted_pairs
from analytics.frames import CLOCKS, ENDED_STATES
from analytics.repeats.queue import bursts
from analytics.selection import UNKNOWN, Mask, View
from analytics.units import MINUTE

# What is missing from the data: every other figure rests on what is known, so how much is that?
#
# Each share is a plain count of what is there, without an interval: nothing is estimated. The
# denominator is what could have been known: an open incident owes no resolution, an open action no
# completion date.

KNOWN_SHARE = Method(
    title="Known fields",
    answers="How often is this field filled in?",
    formula=(
        "Records in which the field says something, divided by the records that could have "
        "it. The word unknown counts as missing. No interval: nothing is estimated."
    ),
    source="Plain count",
    leaves_out=(
        "Open incidents, for mitigation, resolution and publication; actions that have not "
        "ended, for the date of completion."
    ),
    example=Example(
        given="The field is filled in for 3 records and empty in 1.",
        inputs={"filled": 3, "empty": 1},
        gives="It is known for 75 %.",
        result=(0.75,),
    ),
)

#: Clocks that an open incident does not owe yet.
CLOCKS_AT_THE_END = ("mitigated_at", "resolved_at", "postmortem_published_at")
#: Labels of an incident, as the record names them.
LABELS = (
    "severity",
    "team",
    "detection_source",
    "trigger_category",
    "root_cause_category",
)
#: Labels and dates of an action that it owes whatever its state.
ACTION_FIELDS = ("kind", "strength", "owner", "status", "created_on", "due_on")

NONE_TO_COUNT = "no record in view can be counted"


@dataclass(frozen=True, slots=True)
class Known:
    """How often one field is filled in.

    Attributes:
        table: ``incidents`` or ``actions``.
        name: the column, or ``services``, ``contributing_factors``, ``postmortem``, ``actions``.
        share: known of the ``n`` records that could have it; ``n_missing`` have none.
    """

    table: str
    name: str
    share: Answer


def known_shares(view: View) -> tuple[Known, ...]:
    """How often each field of the incidents in view and of their actions is filled in."""
    return (*_of_incidents(view), *_of_actions(view.actions))


@dataclass(frozen=True, slots=True)
class Owed:
    """Incidents of which a post-mortem is owed.

    Attributes:
        n: how many there are.
        unwritten: the rows of those without one, in order of time.
    """

    n: int
    unwritten: pd.DataFrame


def owed_post_mortems(view: View, severities: Sequence[str]) -> Owed:
    """Of which incidents in view of some severities has nobody written what happened?"""
    incidents = view.incidents
    severe = incidents[incidents["severity"].isin(severities)]
    return Owed(len(severe), severe[~severe["has_postmortem"].to_numpy(bool)])


def known_share(is_known: Mask, owed: Mask | None = None) -> Answer:
    """The share of the records that owe a field in which it is filled in."""
    answer = plain_share(is_known, owed, method=KNOWN_SHARE)
    unfilled = answer.n - int((is_known if owed is None else is_known[owed]).sum())
    return replace(answer, n_missing=unfilled)


def plain_share(hits: Mask, among: Mask | None = None, *, method: Method) -> Answer:
    """The share of ``hits`` among the records that count, without an interval."""
    counted = hits if among is None else hits[among]
    n = len(counted)
    return Answer(
        float(counted.mean()) if n else None,
        n=n,
        n_missing=len(hits) - n,
        unit="share",
        method=method,
        reason="" if n else NONE_TO_COUNT,
    )


def is_filled(column: pd.Series) -> Mask:
    """Which values say something: not missing, not "unknown", not empty."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(column.notna())
    # By number: comparing the words themselves takes ten times longer.
    says_something = np.append(column.cat.categories != UNKNOWN, False)
    filled: Mask = says_something[column.cat.codes.to_numpy()]
    return filled


def _of_incidents(view: View) -> list[Known]:
    incidents = view.incidents
    ended = (incidents["status"] != "open").to_numpy()
    found = {
        clock: known_share(
            is_filled(incidents[clock]), ended if clock in CLOCKS_AT_THE_END else None
        )
        for clock in CLOCKS
    }
    found |= {label: known_share(is_filled(incidents[label])) for label in LABELS}
    for name, children, column in (
        ("services", view.services, "service"),
        ("contributing_factors", view.of(view.history.factors), "factor"),
    ):
        named = children["incident"].to_numpy()[is_filled(children[column])]
        found[name] = known_share(view.having(named))
    for name in ("affected_users", "cost"):
        found[name] = known_share(is_filled(incidents[name]))
    found["postmortem"] = known_share(incidents["has_postmortem"].to_numpy())
    found["actions"] = known_share(view.having(view.actions["incident"].to_numpy()))
    return [Known("incidents", name, answer) for name, answer in found.items()]


def _of_actions(actions: pd.DataFrame) -> list[Known]:
    found = {name: known_share(is_filled(actions[name])) for name in ACTION_FIELDS}
    ended = actions["status"].isin(ENDED_STATES).to_numpy()
    found["completed_on"] = known_share(is_filled(actions["completed_on"]), ended)
    return [Known("actions", name, answer) for name, answer in found.items()]


# Which recorded times should not be taken as they stand: impossible, rounded, coarse, guessed?
#
# A clock that strikes before the one that must come first, times that sit on the quarter of an
# hour more often than chance puts them there, days without an hour: none of it is an error of
# arithmetic, and all of it decides what the durations are worth.

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


def _exact(view: View, clock: str) -> Datetimes:
    """The times of ``clock``, NaT where only the day is known."""
    coarse = (view.incidents["day_clocks"].to_numpy() & (1 << CLOCKS.index(clock))) != 0
    moments = view.incidents[clock].to_numpy().astype("datetime64[s]")
    return np.where(coarse, np.datetime64("NaT"), moments)


# What to fill in first: the field that opens most figures and is known of too few records.
#
# The order is fixed and that of the questions people ask first. A field is worth filling in where
# it is known of fewer than half of the records that could have it: any figure made of it speaks
# for a minority.

#: Known for fewer than this share, and a figure that needs the field speaks for a minority.
MOSTLY = 0.5
#: Table and fields of which one will do, those that open most first: without a start there is no
#: trend, and without an end no time.
IN_ORDER = (
    ("incidents", ("impact_started_at", "detected_at")),
    ("incidents", ("mitigated_at", "resolved_at")),
    ("incidents", ("detected_at",)),
    ("incidents", ("root_cause_category",)),
    ("incidents", ("severity",)),
    ("incidents", ("services",)),
    ("incidents", ("actions",)),
    ("actions", ("status",)),
    ("actions", ("due_on",)),
    ("actions", ("completed_on",)),
    ("incidents", ("impact_started_at",)),
    ("incidents", ("team",)),
    ("incidents", ("acknowledged_at",)),
    ("incidents", ("detection_source",)),
)


@dataclass(frozen=True, slots=True)
class ToFillIn:
    """A field that is worth filling in.

    Attributes:
        table: ``incidents`` or ``actions``.
        name: the field.
        share: of how many of the records that could have it it is known.
    """

    table: str
    name: str
    share: Answer


def to_fill_in(shares: Sequence[Known]) -> tuple[ToFillIn, ...]:
    """The fields known of too few records, the one that opens most first.

    Args:
        shares: :func:`analytics.quality.known_shares` of the same records.
    """
    by_field = {(known.table, known.name): known.share for known in shares}
    lacking = []
    for table, names in IN_ORDER:
        estimates = [by_field[table, name].estimate for name in names]
        told = [estimate for estimate in estimates if estimate is not None]
        if told and max(told) < MOSTLY:
            lacking.append(ToFillIn(table, names[0], by_field[table, names[0]]))
    first = {(item.table, item.name): item for item in reversed(lacking)}
    return tuple(item for item in lacking if first[item.table, item.name] is item)

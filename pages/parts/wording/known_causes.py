"""Known causes in words: what they are called, how often and how soon they come back."""

import datetime as dt

import numpy as np

from analytics.answer import too_few
from analytics.known_causes.grouping import KnownCauses
from analytics.known_causes.membership import Families
from analytics.known_causes.overview import (
    NO_REPEAT,
    WITHIN_DAYS,
    CauseList,
    CommonRecurrence,
    OneCause,
    PossibleList,
    Recurring,
)
from analytics.known_causes.priorities import CauseActions
from analytics.known_causes.rates import BackWithin
from analytics.repeats.fixes import RepeatClass
from analytics.units import DAY, HOUR
from pages.parts.wording.flags import groups_alike
from pages.parts.wording.numbers import day, duration, literal, plural
from pages.parts.wording.repeats import NOT_KNOWN_DONE, while_open
from pages.parts.wording.shares import with_interval

#: Fewest ends of events behind a chance of coming back for it to be shown as a percentage.
FEWEST_TIMES = 6
#: Two-sided level below which a trend test is spoken of.
SPOKEN_BELOW = 0.05


def cause_id(causes: KnownCauses, cause: int) -> str:
    """What names a cause in addresses: the id of its earliest incident."""
    return str(causes.repeats.history.incidents["id"].iloc[causes.incidents[causes.first[cause]]])


def cause_name(causes: KnownCauses, cause: int) -> str:
    """What a cause is called: its name, else the title of its earliest incident."""
    if name := causes.names.get(cause):
        return name
    title = causes.repeats.history.incidents["title"].iloc[causes.incidents[causes.first[cause]]]
    return str(title or cause_id(causes, cause))


def family_id(families: Families, family: int) -> str:
    """What names a family in addresses: the id of its earliest incident, a confirmed one if any."""
    confirmed = families.confirmed(family)
    rows = confirmed if len(confirmed) else families.members(family)
    return families.ids(rows[:1])[0]


def family_name(families: Families, family: int) -> str:
    """What a family is called: its name, else the title of its earliest incident."""
    known = families.known[family]
    if known is not None and known.name:
        return known.name
    identity = family_id(families, family)
    incidents = families.causes.repeats.history.incidents
    title = incidents["title"].iloc[families.members(family)[0]]
    return str(title or identity)


def origin_of_name(name: str, named_by: str, named_at: dt.datetime | None) -> str:
    """Where the name of a cause comes from."""
    if not name:
        return "called after its first incident"
    if named_at is None:
        return "name proposed from its incidents"
    by = f" by {literal(named_by)}" if named_by else ""
    return f"named{by} on {day(named_at)}"


def members_words(families: Families, family: int) -> str:
    """How many of the incidents are confirmed, and how many possible."""
    confirmed, possible = len(families.confirmed(family)), len(families.possible(family))
    words = [plural(confirmed, "confirmed incident")] if confirmed else []
    if possible:
        words.append(f"{plural(possible, 'possible one' if words else 'possible incident')}")
    return " and ".join(words)


def nothing_confirmed(families: Families, family: int) -> str:
    """Why there are no figures of a cause of which nobody has confirmed anything."""
    number = len(families.possible(family))
    return (
        f"Their words suggest that these {number:,} incidents have one cause. Until somebody says "
        "so below, nothing is said of how often it comes back, how soon, at what cost, and whether "
        "a fix held: a suggestion is in no figure."
    )


def possible_finding(found: PossibleList) -> str:
    """How many groups look like one cause."""
    return f"{groups_alike(found.total, found.members)}: confirm?"


def list_finding(found: CauseList) -> str:
    """How many causes came back, and how many of them wait for their fix."""
    if not found.total:
        return "No known cause has struck more than once"
    return (
        f"{plural(found.total, 'known cause')} struck more than once; {found.with_open:,} of them "
        f"with preventive actions {NOT_KNOWN_DONE if found.as_written else 'still open'}"
    )


def cause_finding(one: OneCause) -> str:
    """How often a cause has struck."""
    times = (
        f"Struck {one.events:,} times"
        if one.events > 2
        else "Struck twice"
        if one.events == 2
        else "Struck once so far"
    )
    return (
        times if len(one.incidents) == one.events else f"{times}, in {len(one.incidents):,} records"
    )


def impact_words(one: OneCause) -> str:
    """The impact of a cause together, with what is not in the sum."""
    if one.impact.estimate is None:
        return one.impact.reason
    text = duration(one.impact.estimate * HOUR)
    if one.impact.n_missing:
        text += f", {one.impact.n_missing:,} unknown"
    return text


def recurring_finding(found: Recurring) -> str:
    """Whether a cause comes back faster and faster, as far as its record can tell."""
    shape, score = found.growth.shape, found.trend
    if shape.low is not None and shape.high is not None:
        if shape.low > 1.0:
            return "It comes back faster and faster"
        if shape.high < 1.0:
            return "It comes back more and more rarely"
        return "Not seen to come back faster or more rarely"
    if score.p_value is None or score.score.estimate is None:
        return f"Faster or more rarely: {score.score.reason}"
    if score.p_value >= SPOKEN_BELOW:
        return "Not seen to come back faster or more rarely"
    return "It came back mostly " + ("of late" if score.score.estimate > 0 else "in the beginning")


def recurring_basis(found: Recurring, common: CommonRecurrence) -> str:
    """What is counted, over which time, beside what."""
    return (
        f"{plural(len(found.days), 'recurrence')} in {duration(found.watched * DAY)} since its "
        f"first incident · beside the mean of {plural(common.causes, 'cause')} that struck at "
        "least twice, with 95 % interval"
    )


def away_finding(one: OneCause) -> str:
    """For how long a cause stays away, in the words of the middle of its waits."""
    waits = one.days_away[np.isfinite(one.days_away)]
    if not len(waits):
        return "It has not come back yet"
    shortest, longest = duration(waits.min() * DAY), duration(waits.max() * DAY)
    if len(waits) == 1:
        return f"It stayed away once, for {longest}"
    if shortest == longest:
        return f"It stayed away for about {longest} each time"
    return f"It stayed away between {shortest} and {longest}"


def back_within(one: OneCause) -> dict[str, str]:
    """How often a cause was back, by horizon."""
    return {
        f"Came back within {days} days": times_back(each) for days, each in one.back_within.items()
    }


def times_back(found: BackWithin) -> str:
    """How often a cause was back within a horizon: ``14 of 15 times``."""
    if not found.watched:
        return "not watched for so long yet"
    return f"{found.times:,} of {plural(found.watched, 'time')}"


def chance_back(found: BackWithin, *, days: float, away: float) -> str:
    """How likely a cause is to be back within ``days`` of an end, while that is still ahead.

    Two times make no chance that anybody should plan with; "100 % (34 to 100)" reads like one. A
    cause that has been away for longer has passed all of it.
    """
    if away > days:
        return f"it has been away for longer: {not_seen(away)}"
    if found.chance.n < FEWEST_TIMES and found.chance.known:
        return f"as a chance: {too_few(FEWEST_TIMES, found.chance.n, what='times')}"
    if not found.chance.known:
        return found.chance.reason
    return f"as a chance, counted from the end of an event: {with_interval(found.chance)}"


def not_seen(days: float) -> str:
    """For how long a cause has been away; empty where nobody knows when it was over."""
    return f"not seen for {duration(days * DAY)}" if days >= 0 else ""


def back_basis(one: OneCause) -> str:
    """What the chances rest on."""
    ends = next(iter(one.back_within.values())).chance.n
    text = (
        f"from {plural(ends, 'time')} that one of its events was over; a time counts once it has "
        "been watched for so many days"
    )
    if gone := not_seen(one.away):
        text = f"**{gone.capitalize()}** · {text}"
    if one.gaps_unknown:
        text += f" · {one.gaps_unknown:,} more have no known end"
    return text


def line_finding(one: OneCause | None) -> str:
    """How many of its repeats began while the fix was open."""
    if one is None:
        return "No confirmed repeat"
    repeats = int((one.repeat_class != NO_REPEAT).sum())
    if not repeats:
        return "No confirmed repeat"
    if (one.repeat_class[one.repeat_class != NO_REPEAT] == RepeatClass.R0).all():
        return f"{plural(repeats, 'confirmed repeat')}, and no preventive action on record before"
    part = int((one.repeat_class == RepeatClass.R2).sum())
    state = while_open(as_written=bool(one.as_written.any()))
    return f"{part:,} of {plural(repeats, 'confirmed repeat')} began {state}"


def line_basis(found: CauseActions, *, confirmed: bool, possible: bool, drawn: int) -> str:
    """How to read the line of time, and what is drawn by assumption."""
    text = "hollow: possible, confirmed by nobody · " if possible else ""
    if confirmed:
        text += "coloured: began before a preventive action is known to be done · "
    text += (
        "bars: actions from promise to end, preventive ones thick · arrow: not known to be done · "
        "dot: done · cross: given up · ring: nobody knows when it ended"
    )
    if len(found.row) > drawn:
        text += f" · the first {drawn:,} of {len(found.row):,} actions; all stand below"
    if found.assumed.any():
        text += (
            f" · {int(found.assumed.sum()):,} without a date of the promise are drawn from the end "
            "of their incident"
        )
    return text


def away_basis(one: OneCause) -> str:
    """How many waits there are, and how they are counted."""
    number = int(np.isfinite(one.days_away).sum())
    return (
        f"{plural(number, 'wait')}, from the end of one event to the next, drawn at its end · a "
        "new record within a day counts to the event before"
    )


def actions_finding(found: CauseActions, *, confirmed: bool) -> str:
    """How much of what was promised against a cause is still open."""
    if not len(found.row):
        return "No action against it is recorded"
    if not confirmed:
        return f"{plural(len(found.row), 'action')} recorded after its possible incidents"
    preventive = found.preventive
    if not preventive.any():
        return f"{plural(len(found.row), 'action')}, none of them said to prevent"
    state = NOT_KNOWN_DONE if (found.as_written & preventive).any() else "still open"
    return (
        f"{int((found.is_open & preventive).sum()):,} of "
        f"{plural(int(preventive.sum()), 'preventive action')} {state}"
    )


def horizon_words() -> str:
    """The horizon of the list of causes."""
    return f"Came back within {WITHIN_DAYS} days"

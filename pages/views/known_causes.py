"""Which causes keep coming back, and which groups of incidents look like one cause?"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.known_causes.grouping import KnownCauses
from analytics.known_causes.membership import Families
from analytics.known_causes.overview import WITHIN_DAYS, CauseList, FixNow, PossibleList
from analytics.known_causes.priorities import FINISH_FIRST
from analytics.known_causes.rates import RECURS_WITHIN, BackWithin
from analytics.matcher.families import FAMILIES
from analytics.units import DAY, HOUR
from pages.parts import leads
from pages.parts.card import Card, Cell, Grid, Lead, Table
from pages.parts.wording.numbers import NOT_KNOWN, day, duration, plural
from pages.views.fixes import NOT_KNOWN_DONE, cause_lead, so_far
from pages.views.look_alike import groups_alike

#: Rows listed to be read and printed; the others are shown on demand.
LISTED = 15
#: Characters of a name in a row among others.
LONGEST_NAME = 70
#: Quarters in a line of small columns: three years, and what fits a phone.
QUARTERS = 12
#: Small columns from the lowest to the highest.
COLUMNS = "▁▂▃▄▅▆▇█"
#: What has become of the fix of a cause.
FIX_NOW = {
    FixNow.NONE: "no fix planned",
    FixNow.DROPPED: "fix dropped",
    FixNow.OPEN: "fix still open",
    FixNow.DID_NOT_HOLD: "fix did not hold",
    FixNow.DONE: "fix done, not checked",
    FixNow.VERIFIED: "fix done and checked",
    FixNow.UNKNOWN: "unknown",
}


def ranked(listed: CauseList, causes: KnownCauses, when: str) -> Card:
    """The causes that struck more than once, each leading to its page and to its incidents."""
    basis = (
        f"confirmed by people; those with an incident in view ({when}), the most incidents first; "
        "counts are of all history; possible incidents are in no other figure"
    )
    if not listed.total:
        note = "Causes are known by the repeats that people confirm, in records or by verdict."
        return Card(
            "known_causes",
            title=list_finding(listed),
            basis=basis,
            notes=(note,),
            methods=(FAMILIES,),
        )
    shown = range(min(len(listed.cause), LISTED))
    table = Table(
        rows=tuple(_ranked_row(listed, row, causes) for row in shown),
        alt="Known causes that struck at least twice",
    )
    label = f"All {listed.total:,}, to be sorted" if listed.total > 1 else "More of it"
    return Card(
        key="known_causes",
        title=list_finding(listed),
        basis=f"{basis} · by quarter: the last {QUARTERS} quarters of the records",
        methods=(RECURS_WITHIN, FINISH_FIRST, FAMILIES),
        tables=(table,),
        behind={label: Card("all_causes", grids=(_all_causes(listed, causes),))},
    )


def returning(listed: CauseList, causes: KnownCauses) -> Card:
    """The first of them for the front page: how often, what became of the fix, what is to come."""
    began = causes.repeats.history.incidents["period_at"]
    rows: tuple[dict[str, Cell], ...] = tuple(
        {
            "Cause": Lead(leads.known_cause(causes.id_of(cause)), short(causes.name_of(cause))),
            "Times": Lead(leads.of_known_cause(causes.id_of(cause)), f"{listed.incidents[row]:,}×"),
            "The fix": fix_now(listed, row),
            f"Next {WITHIN_DAYS} days": hours_ahead(listed, row),
            "By quarter": columns(listed.by_quarter[row]),
            "Last": day(began.iloc[listed.latest[row]]),
        }
        for row, cause in enumerate(listed.cause.tolist())
    )
    more = listed.total - len(rows)
    return Card(
        key="returning",
        title="What keeps coming back",
        basis=f"next {WITHIN_DAYS} days: hours of impact to expect if nothing changes, in brackets "
        "what 19 of 20 such periods would take"
        + (f" · {plural(more, 'more cause')} on the page of this name" if more else ""),
        methods=(FINISH_FIRST,),
        tables=(Table(rows, alt="Causes that keep coming back, with the state of their fix"),),
    )


def short(name: str) -> str:
    """A name for a row; the page of the cause has all of it."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _ranked_row(listed: CauseList, row: int, causes: KnownCauses) -> dict[str, Cell]:
    cause = int(listed.cause[row])
    began = causes.repeats.history.incidents["period_at"]
    return {
        "Known cause": cause_lead(causes, cause),
        "Incidents": Lead(leads.of_known_cause(causes.id_of(cause)), f"{listed.incidents[row]:,}"),
        "By quarter": columns(listed.by_quarter[row]),
        "Last": day(began.iloc[listed.latest[row]]),
        "The fix": f"**{fix_now(listed, row)}** · {_fix_so_far(listed, row)}",
        f"Next {WITHIN_DAYS} days, if nothing changes": hours_ahead(listed, row),
        f"Came back within {WITHIN_DAYS} days": _back_words(listed, row),
    }


def columns(counts: npt.NDArray[np.int64]) -> str:
    """Counts of the last quarters as small columns; a quarter without any is the lowest line."""
    latest = counts[-QUARTERS:]
    highest = max(int(latest.max(initial=0)), 1)
    heights = np.ceil(latest / highest * (len(COLUMNS) - 1)).astype(int)
    return "".join(COLUMNS[height] for height in heights)


def fix_now(listed: CauseList, row: int) -> str:
    """What has become of the fix of a cause, in a few words."""
    state = FixNow(listed.fix[row])
    if state is FixNow.OPEN and listed.written[row]:
        return f"fix {NOT_KNOWN_DONE}"
    return FIX_NOW[state]


def hours_ahead(listed: CauseList, row: int) -> str:
    """The hours of impact expected of a cause, with what nineteen of twenty times would take."""
    hours, low, high = (
        float(ends[row]) for ends in (listed.ahead.hours, listed.ahead.low, listed.ahead.high)
    )
    if np.isnan(hours):
        return NOT_KNOWN
    return f"{duration(hours * HOUR)} ({duration(low * HOUR)} to {duration(high * HOUR)})"


def _fix_so_far(listed: CauseList, row: int) -> str:
    text, unclear = so_far(listed.stages, row), listed.unclear_actions[row]
    return f"{text}, and {unclear:,} of unknown state" if unclear else text


def _back_words(listed: CauseList, row: int) -> str:
    """How often a cause was back, and for how long it has not been seen since."""
    times, gone = times_back(listed.back_within[row]), not_seen(float(listed.away[row]))
    return f"{times}; {gone}" if gone else times


def _all_causes(listed: CauseList, causes: KnownCauses) -> Grid:
    """All causes that struck at least twice, to be sorted and searched."""
    rows = pd.DataFrame(
        {
            "cause": [cause_lead(causes, int(cause)) for cause in listed.cause],
            "incidents": listed.incidents,
            "confirmed": listed.repeats,
            "possible": listed.possible,
            "last": causes.repeats.history.incidents["period_at"].to_numpy()[listed.latest],
            "fix": [fix_now(listed, row) for row in range(len(listed.cause))],
            "to_do": listed.open_actions,
            "unclear": listed.unclear_actions,
            "ahead": listed.ahead.hours.round(1),
            "back": [_back_words(listed, row) for row in range(len(listed.cause))],
        }
    )
    return Grid(
        key="all_causes",
        rows=rows,
        names={
            "cause": "Known cause",
            "incidents": "Incidents",
            "confirmed": "Confirmed repeats",
            "possible": "Possible incidents",
            "last": "Last",
            "fix": "The fix",
            "to_do": "Preventive actions not known done",
            "unclear": "Of unknown state",
            "ahead": f"Hours expected in {WITHIN_DAYS} days",
            "back": f"Came back within {WITHIN_DAYS} days",
        },
        alt="All known causes that struck at least twice",
        total=listed.total,
    )


def look_alike(groups: PossibleList, known: Families) -> Card:
    """Groups of incidents whose words suggest one cause, to be confirmed on their pages."""
    every = range(len(groups.family))
    shown = Table(
        tuple(_group_row(groups, row, known) for row in every[:LISTED]),
        alt="Groups of incidents that may have one cause",
    )
    smaller = plural(groups.total - LISTED, "smaller group")
    return Card(
        key="look_alike",
        title=groups_alike(groups.total, groups.members),
        basis="proposed from their words, the most incidents first · in no figure, in no repeat",
        methods=(FAMILIES,),
        tables=(shown,),
        behind={smaller: _groups(groups, every[LISTED:], known)} if every[LISTED:] else {},
    )


def _groups(groups: PossibleList, rows: Sequence[int], known: Families) -> Card:
    table = Table(
        tuple(_group_row(groups, row, known) for row in rows),
        alt="Smaller groups of incidents that may have one cause",
    )
    left_out = groups.total - len(groups.family)
    notes = (f"{plural(left_out, 'group')} more; filter to see them.",) if left_out else ()
    return Card("smaller_groups", tables=(table,), notes=notes)


def _group_row(groups: PossibleList, row: int, known: Families) -> dict[str, Cell]:
    group = int(groups.family[row])
    began = known.causes.repeats.history.incidents["period_at"]
    identity = known.id_of(group)
    return {
        "Possible cause": Lead(leads.known_cause(identity), known.name_of(group)),
        "Possible incidents": Lead(leads.of_known_cause(identity), f"{groups.incidents[row]:,}"),
        "First": day(began.iloc[groups.earliest[row]]),
        "Last": day(began.iloc[groups.latest[row]]),
    }


def list_finding(listed: CauseList) -> str:
    """How many causes came back, and how many of them wait for their fix."""
    if not listed.total:
        return "No known cause has struck more than once"
    return (
        f"{plural(listed.total, 'known cause')} struck more than once; {listed.with_open:,} of "
        f"them with preventive actions {NOT_KNOWN_DONE if listed.as_written else 'still open'}"
    )


def times_back(back: BackWithin) -> str:
    """How often a cause was back within a horizon: ``14 of 15 times``."""
    if not back.watched:
        return "not watched for so long yet"
    return f"{back.times:,} of {plural(back.watched, 'time')}"


def not_seen(days: float) -> str:
    """For how long a cause has been away; empty where nobody knows when it was over."""
    return f"not seen for {duration(days * DAY)}" if days >= 0 else ""

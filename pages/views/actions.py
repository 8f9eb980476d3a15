"""Do we finish what we promised: what is left, what is late, how fast does it get done?"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.actions.listed import OPEN, OVERDUE
from analytics.actions.pace import (
    HORIZONS,
    ActionAges,
    Backlog,
    Completion,
)
from analytics.actions.states import (
    DONE_LATE,
    GIVEN_UP,
    IN_TIME,
    NO_DEADLINE,
    NO_NEWS,
    NOT_DONE,
    NOT_DUE,
    ON_TIME,
    SLIPS,
    STATES_OF_ACTIONS,
    OnTime,
    Overdue,
    Slips,
    StateCounts,
    days_past,
    is_open,
    overdue_since,
    waiting_since,
)
from analytics.actions.states import (
    OVERDUE as OVERDUE_ACTIONS,
)
from analytics.quality import Known
from analytics.selection import Rows, View
from analytics.units import DAY
from pages.parts import leads
from pages.parts.card import Card
from pages.parts.figures.bars import count_bars
from pages.parts.palette import Palette
from pages.parts.wording.numbers import DASH, day, duration, literal, percent, plural
from pages.parts.wording.shares import counted, in_small_print, part, plainly
from pages.views.fixes import ACTION_STATES

#: Lists that the reader may ask for without a mark.
LISTS = ("left:open", "left:overdue", "state:done", "state:wont_do", "all:")
#: What a list is of, by facet; ``{}`` is which of it.
LIST_WORDS = {
    "all": "in all",
    "late": "{} past their date",
    "deadline": "at their deadline: {}",
    "kind": "of the kind {}",
    "strength": "of strength {}",
    "given": "that are {}, say people",
    "suggested": "that are {}, by their words",
    "severity": "after incidents of severity {}",
    "team": "after incidents of {}",
    "quarter": "promised in {}",
    "done": "done in {}",
    "wont_do": "given up in {}",
}
LIST_BASIS = (
    "those past their date first, then what is due next, then the oldest · days waited count from "
    "the promise, from the incident where no promise is dated"
)
DATES = {"due_on": "Due", "created_on": "Promised", "completed_on": "Ended"}
#: What somebody recorded of a check of an action.
CHECKED = {"verified": "verified{}", "failed": "checked{}, and it did not work"}
CHECKS = ("verification", "verified_on", "verified_how")
#: Marks of actions that people worked here.
CHANGED_HERE, DISPUTED = "yes", "yes; its source says otherwise"
#: Links of issues, which say where they are.
JIRA_LINK = re.compile(r"^https://[^/]+/browse/([A-Z][A-Z0-9_]+-\d+)(?:$|[/?#])", re.ASCII)
GITHUB_LINK = re.compile(
    r"^https://github\.com/([\w.-]+/[\w.-]+)/issues/(\d+)(?:$|[/?#])", re.ASCII
)
#: States as a project of Jira calls them unless somebody renamed them.
JIRA_STATES = {"open": "To Do", "in_progress": "In Progress", "done": "Done", "wont_do": "Done"}
GITHUB_COMMANDS = {
    "open": "gh issue reopen {number} --repo {repository}",
    "in_progress": "gh issue reopen {number} --repo {repository}",
    "done": "gh issue close {number} --repo {repository} --reason completed",
    "wont_do": 'gh issue close {number} --repo {repository} --reason "not planned"',
}
#: Dates of an action as people name them.
DATE_WORDS = {
    "created_on": "when it was promised",
    "due_on": "when it is due",
    "completed_on": "when it ended",
}


class Tile(NamedTuple):
    """One number of the row on top, and the list of what it counts."""

    title: str
    value: str
    of: str
    lead: str
    label: str


def tiles(states_: StateCounts, late: Overdue, whole: Completion) -> tuple[Tile, ...]:
    """Open, overdue and done within 90 days: what is left, what is late, what gets done."""
    within = whole.done_within[HORIZONS[-1]]
    return (
        Tile(
            "Open",
            f"{states_.still_open:,}",
            f"of {plural(states_.total, 'action')}",
            leads.actions("left", OPEN),
            "Show them",
        ),
        Tile(
            "Past their date",
            f"{part(late.overdue):,}" if late.overdue.known else DASH,
            f"of {late.overdue.n:,} open with a date"
            if late.overdue.known
            else "no open one has a date",
            leads.actions("left", OVERDUE) if part(late.overdue) else "",
            "Show them",
        ),
        Tile(
            f"Done within {HORIZONS[-1]} days",
            percent(within.estimate) if within.known else DASH,
            f"of {plural(within.n, 'action')}" if within.known else "no dates to tell it by",
            leads.actions("state", "done") if states_.counts["done"] else "",
            "Show all done",
        ),
    )


def list_name(asked: str) -> str:
    """What a list of actions is of, such as "past their date", in Markdown."""
    facet, _, value = asked.partition(":")
    if facet == "left":
        return "past their date" if value == OVERDUE else "still open"
    if facet == "state":
        return ACTION_STATES.get(value, ACTION_STATES[""])
    return LIST_WORDS[facet].format(literal(value))


def list_title(asked: str, n: int) -> str:
    """How many actions a list has, and of what it is."""
    return f"{plural(n, 'action')} {list_name(asked)}"


def listing(view: View, rows: Rows, *, as_of: dt.datetime) -> pd.DataFrame:
    """Some actions in the order given: what, who, until when, and after which incident."""
    actions = view.actions.iloc[rows]
    late = overdue_since(actions, as_of=as_of)
    ids = view.history.incidents["id"].to_numpy()
    frame = pd.DataFrame(
        {
            "title": actions["title"].to_numpy(),
            "owner": ["not said" if pd.isna(owner) else owner for owner in actions["owner"]],
            "due_on": actions["due_on"].to_numpy(),
            "late": days_past(late, as_of),
            "waiting": np.where(
                is_open(actions), days_past(waiting_since(view)[rows], as_of), np.nan
            ),
            "status": [
                ACTION_STATES.get(state, ACTION_STATES[""])
                for state in actions["status"].astype(object)
            ],
            "id": ids[actions["incident"].to_numpy()],
            "kind": actions["kind"].astype(object).to_numpy(),
            "created_on": actions["created_on"].to_numpy(),
            "completed_on": actions["completed_on"].to_numpy(),
        }
    )
    if actions[list(CHECKS)].notna().any(axis=None):
        frame["verified"] = checks(actions)
    if actions["changed_here"].any():
        frame["here"] = np.select(
            [actions["conflict"], actions["changed_here"]], [DISPUTED, CHANGED_HERE], ""
        )
    return frame


def state_words(state: str) -> str:
    """What a state of an action is called; of one that nobody told, that."""
    return ACTION_STATES.get(state, ACTION_STATES[""])


def conflicts_title(number: int) -> str:
    """How many actions are told otherwise by their source than here."""
    return f"{plural(number, 'action')}: the source says otherwise than here"


def for_jira(actions: pd.DataFrame) -> pd.DataFrame:
    """Actions as Jira's importer takes them; one that has an issue of Jira by its key."""
    links = actions["url"].astype(object).where(actions["url"].notna(), "")
    return pd.DataFrame(
        {
            "Issue Key": [_part_of(JIRA_LINK, link) for link in links],
            "Summary": actions["title"].to_numpy(),
            "Status": [JIRA_STATES.get(state, "") for state in actions["status"].astype(object)],
            "Due Date": _iso_days(actions["due_on"]),
            "Labels": "post-mortem",
        }
    )


def for_github(actions: pd.DataFrame) -> pd.DataFrame:
    """The actions that are issues of GitHub, each with the command that brings it up to date."""
    rows = []
    for title, url, status in zip(
        actions["title"], actions["url"], actions["status"].astype(object), strict=True
    ):
        link = GITHUB_LINK.match(url if isinstance(url, str) else "")
        if link is None or status not in GITHUB_COMMANDS:
            continue
        repository, number = link.groups()
        command = GITHUB_COMMANDS[status].format(number=number, repository=repository)
        rows.append((repository, number, title, state_words(status), url, command))
    return pd.DataFrame(rows, columns=["repository", "number", "title", "state", "url", "command"])


def _part_of(pattern: re.Pattern[str], text: str) -> str:
    link = pattern.search(text)
    return link.group(1) if link else ""


def _iso_days(days: pd.Series) -> list[str]:
    return ["" if pd.isna(moment) else moment.date().isoformat() for moment in days]


def checks(actions: pd.DataFrame) -> list[str]:
    """What is said of a check of each action, as plain text; empty where nothing is."""
    shown, on, how = (actions[name].astype(object) for name in CHECKS)
    return [
        verification_words(*row)
        for row in zip(
            shown.where(shown.notna(), ""),
            (None if pd.isna(moment) else moment.date() for moment in on),
            how.where(how.notna(), ""),
            strict=True,
        )
    ]


def verification_words(verification: str, on: dt.date | None, how: str) -> str:
    """What a check of an action showed, when and how; empty where nobody has said anything.

    Args:
        verification: ``verified``, ``failed``, ``not_yet`` or empty.
        on: the day of the check.
        how: how one knows, or is to know, that it works, as it is to be shown.
    """
    if verification in CHECKED:
        when = "" if on is None else f" on {day(on)}"
        return CHECKED[verification].format(when) + (f": {how}" if how else "")
    if how:
        return f"not verified yet; to be known by: {how}"
    return "not verified yet" if verification == "not_yet" else ""


def not_told(known: Iterable[Known], questions: Sequence[str], *, as_written: int) -> str:
    """Which dates the sources lack, and which questions stay open for it; empty for none.

    Args:
        known: how often each date is filled in.
        questions: what cannot be told.
        as_written: actions that are open only as their source said when it was written.
    """
    if not questions:
        return ""
    dates = "; ".join(
        f"{part(date.share) or 'none'} of {plural(date.share.n, noun)} "
        f"{'says' if part(date.share) < 2 else 'say'} {DATE_WORDS[date.name]}"
        for date in known
        if date.name in DATE_WORDS and date.share.n
        for noun in ["ended action" if date.name == "completed_on" else "action"]
    )
    states = (
        f"{plural(as_written, 'action is', 'actions are')} open as the source said when it was "
        "written, and may have been done since. "
        if as_written
        else ""
    )
    dates = f"{dates[:1].upper()}{dates[1:]}."
    return f"{states}{dates} So these records cannot tell {_listed(questions)}."


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def unanswered(
    whole: Completion, kept: OnTime, late: Overdue, ages_: ActionAges, pile: Backlog
) -> list[str]:
    """The questions that the records leave open for want of dates."""
    told = {
        "how fast actions get done": whole.done is not None,
        "whether they are on time": kept.on_time.known,
        "which of them are overdue": sum(late.bands.values()) > late.as_written
        or (late.overdue.known and not late.as_written),
        "how long the open ones have waited": ages_.open.median.known,
        "whether the backlog grows": bool(len(pile.starts)),
    }
    return [question for question, is_told in told.items() if not is_told]


def _here(facet: str, values: Iterable[str]) -> list[str]:
    """For marks of the page of actions: the lists of what each counts."""
    return [leads.here(leads.actions(facet, value)) for value in values]


def states(counts: StateCounts, colours: Palette, when: str) -> Card:
    """Actions by state."""
    return Card(
        key="states",
        title=f"Done: {plainly(counts.done)}",
        basis=f"of the actions whose state is known, {plural(counts.total, 'action')} in all · "
        f"incidents of {when} · grows with their age, so it compares nothing",
        methods=(STATES_OF_ACTIONS,),
        figure=count_bars(
            [ACTION_STATES.get(name, ACTION_STATES[""]) for name in counts.counts],
            list(counts.counts.values()),
            colours=colours,
            leads_to=_here("state", counts.counts),
        ),
        alt="; ".join(
            f"{ACTION_STATES.get(name, ACTION_STATES[''])}: {count:,}"
            for name, count in counts.counts.items()
        ),
    )


def overdue(late: Overdue, colours: Palette) -> Card | None:
    """Open actions past their date, by how far; None where no open one has a date."""
    if not late.overdue.known:
        return None
    basis = (
        f"of the open actions with a due date · {late.overdue.n_missing:,} of "
        f"{plural(late.n_open, 'open action')} have none · by the first date promised"
    )
    if late.moved_ahead:
        basis += f" · {late.moved_ahead:,} of those past it had their date moved ahead again"
    return Card(
        key="overdue",
        title=overdue_title(late),
        basis=basis + in_small_print(late.overdue),
        methods=(OVERDUE_ACTIONS,),
        figure=count_bars(
            list(late.bands),
            list(late.bands.values()),
            colours=colours,
            leads_to=_here("late", late.bands),
        ),
        alt="Past the first due date by "
        + "; ".join(f"{name}: {count:,}" for name, count in late.bands.items()),
    )


def overdue_title(late: Overdue) -> str:
    """The share of dated open actions that are past their date."""
    past = part(late.overdue)
    if not late.as_written:
        return f"Past their date: {plainly(late.overdue)}"
    has, its, it = ("has", "its", "it") if late.overdue.n == 1 else ("have", "their", "them")
    which = it if late.as_written == past else f"{late.as_written:,} of them"
    return (
        f"{past:,} of {plural(late.overdue.n, 'dated open action')} {has} passed {its} date; what "
        f"became of {which} since is not recorded"
    )


def past_date_words(late: Overdue) -> str:
    """How many of the open actions are past their date, as part of a line."""
    if not late.n_open:
        return "none of them late"
    if not late.overdue.known:
        return "none of them with a due date"
    if not late.overdue.n_missing:
        return f"{part(late.overdue):,} of them past their date"
    return f"{part(late.overdue):,} of the {late.overdue.n:,} with a due date past it"


def past_due_words(due: dt.date, *, as_written: bool) -> str:
    """What follows the state of an open action whose due date has passed.

    Args:
        due: that date.
        as_written: whether it is open only as its source said when it was written.
    """
    if as_written:
        return f" when written; due {day(due)}, what became of it is not recorded"
    return f", overdue since {day(due)}"


def on_time(kept: OnTime, moved: Slips, colours: Palette, when: str) -> Card:
    """What became of the actions by their deadlines, and how dates moved."""
    basis = f"of the actions whose deadline has passed, not given up before it · {when}"
    if kept.on_time.n_missing:
        basis += f" · {kept.on_time.n_missing:,} more of unknown state or end"
    bars = {
        IN_TIME: part(kept.on_time),
        DONE_LATE: kept.done_late,
        NOT_DONE: kept.not_done,
        GIVEN_UP: kept.given_up,
        NOT_DUE: kept.not_due,
        NO_DEADLINE: kept.without_deadline,
    }
    return Card(
        key="on_time",
        title=_on_time_title(kept),
        basis=basis + in_small_print(kept.on_time),
        methods=(ON_TIME, SLIPS),
        figure=count_bars(
            list(bars), list(bars.values()), colours=colours, leads_to=_here("deadline", bars)
        ),
        alt="; ".join(f"{name}: {count:,}" for name, count in bars.items()),
        notes=(_slips_words(moved),),
    )


def _on_time_title(kept: OnTime) -> str:
    """The share done by the deadline, or that no deadline can be held against anything."""
    if not kept.on_time.known:
        no_news = kept.on_time.reason == NO_NEWS
        reason = NO_NEWS if no_news else "no action has a deadline by this rule that has passed"
        return f"On time: not known, {reason}"
    return f"On time: {plainly(kept.on_time)}"


def _slips_words(moved: Slips) -> str:
    """How often and how far due dates were moved."""
    if not moved.moved.known:
        return "Whether due dates were moved is not recorded."
    text = f"Due dates were moved to later for {counted(moved.moved)} of those with both dates"
    if moved.days.known:
        text += f", typically by {duration((moved.days.estimate or 0.0) * DAY)}"
    return f"{text}. A moved date does not make an action on time."

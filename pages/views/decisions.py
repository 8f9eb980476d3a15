"""What is there to decide today, at most five lines, and what waits for somebody?"""

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from analytics.actions.listed import OPEN, OVERDUE, listed
from analytics.actions.states import OldestOpen, Overdue
from analytics.known_causes.grouping import KnownCauses
from analytics.quality import Known, owed_post_mortems, to_fill_in
from analytics.repeats.ledger import Ledger, TouchedAgain, perhaps_touched, touched_again
from analytics.review.claims import Claim, Explains
from analytics.review.review import Review
from analytics.selection import Rows, View
from analytics.units import DAY
from pages.parts import leads
from pages.parts.card import Card, Cell, Lead, Table
from pages.parts.wording.numbers import day, duration, literal, plural
from pages.views.actions import listing
from pages.views.fixes import NOT_KNOWN_DONE
from pages.views.known_causes import short
from pages.views.quality import to_record
from pages.views.review import asked, doubt_words, severity_names, subject

MOST_LINES = 5
#: The way to the nearest earlier incidents, for whoever comes here in the middle of one.
FAILING_NOW = "Failing now? Describe what you see"

Line = tuple[Lead, str]


def decisions(
    reviewed: Review,
    book: Ledger,
    causes: KnownCauses,
    *,
    late: Overdue,
    oldest: OldestOpen,
    known: tuple[Known, ...],
) -> Card:
    """What the records ask somebody to decide, the most pressing first.

    Args:
        reviewed: the review, whose doubts and period they are.
        book: the repeats of the period, and of the days since where it is the latest.
        causes: the causes of the history.
        late, oldest: the open actions of all time.
        known: how much of each field is filled in.
    """
    lines = [
        *_came_back(book, causes),
        *(_doubted(claim, reviewed) for claim in asked(reviewed)),
        *_actions(late, oldest, reviewed),
        *_post_mortems(reviewed),
        *_to_record(known),
    ][:MOST_LINES]
    if not lines:
        return Card("decide", notes=("Nothing in the records asks for a decision today.",))
    rows: tuple[dict[str, Cell], ...] = tuple(
        {"To decide": lead, "Because": because} for lead, because in lines
    )
    return Card(
        "decide",
        title="To decide today",
        tables=(Table(rows, alt="What to decide, and why"),),
    )


def _came_back(book: Ledger, causes: KnownCauses) -> Iterator[Line]:
    """The cause that came back last while its fix is still open, else one that may have."""
    incidents = causes.repeats.history.incidents
    if again := touched_again(book):
        latest = again[0]
        cause = int(causes.of[latest.later])
        lead = leads.known_cause(causes.id_of(cause))
        name = short(causes.name_of(cause))
        yield Lead(lead, f"A fallback for “{name}”?"), came_back_words(latest, causes)
        if more := len(again) - 1:
            words = f"{plural(more, 'more cause')} came back before the fix"
            yield Lead(leads.to_page("repeats"), "Which fix first?"), words
    elif perhaps := perhaps_touched(book):
        incident = incidents.iloc[perhaps[0].later]
        lead = leads.incident(str(incident["id"]))
        yield (
            Lead(lead, f"“{short(str(incident['title']))}”: seen before?"),
            perhaps_words(perhaps[0], causes),
        )


def came_back_words(latest: TouchedAgain, causes: KnownCauses) -> str:
    """When a cause came back, and what had been promised against it."""
    again = "" if latest.times == 1 else f" {latest.times:,} times in this period, last"
    when = day(causes.repeats.history.incidents["period_at"].iloc[latest.later])
    return f"struck again{again} on {when}; {_promised(latest, causes)}"


def perhaps_words(latest: TouchedAgain, causes: KnownCauses) -> str:
    """That nobody has said whether it came back, and what had been promised."""
    return f"looks like an earlier one, nobody has said; {_promised(latest, causes)}"


def _promised(latest: TouchedAgain, causes: KnownCauses) -> str:
    title = literal(short(str(causes.repeats.history.actions["title"].iloc[latest.action])))
    at_most = "at most " if latest.promise_assumed else ""
    state = NOT_KNOWN_DONE if latest.promise_assumed else "still open"
    return f"“{title}”, promised {at_most}{duration(latest.days_open * DAY)} before, is {state}"


def _doubted(claim: Claim, reviewed: Review) -> Line:
    """A change that something else may explain."""
    span = reviewed.sides.now.period
    names = severity_names(reviewed, claim.label) if claim.key.startswith("rate:") else []
    labels = {"severity": names} if names else {}
    lead = leads.incidents(start=span.start, end=span.end, **labels)
    what = "new, or relabelled?" if _is_label(claim) else "a real change?"
    of = claim.label if names else subject(claim)
    return Lead(lead, f"{of}: {what}"), doubt_words(claim.doubt)


def _is_label(claim: Claim) -> bool:
    return claim.doubt is not None and claim.doubt.explains is Explains.LABELS


def _actions(late: Overdue, oldest: OldestOpen, reviewed: Review) -> Iterator[Line]:
    """Open actions past their day or without one, and the one that has waited longest."""
    to_actions = leads.to_page("actions")
    if overdue := sum(late.bands.values()):
        words = f"of {plural(late.n_open, 'open action')}"
        yield Lead(to_actions, f"{plural(overdue, 'action')} overdue: do or drop?"), words
    if undated := late.overdue.n_missing:
        words = f"of {late.n_open:,} open; without one, nothing is ever late"
        yield Lead(to_actions, f"A date for {plural(undated, 'open action')}?"), words
    for action in oldest.rows.head(1).to_dict("records"):
        incident = reviewed.view.history.incidents["id"].iloc[action["incident"]]
        title = short(str(action["title"]))
        words = f"preventive, open for {duration(action['age_days'] * DAY)}"
        yield Lead(leads.incident(str(incident)), f"“{title}”: still wanted?"), words


def _post_mortems(reviewed: Review) -> Iterator[Line]:
    """The worst incidents of the period of which nobody has written what happened."""
    worst = next((series for series in reviewed.counts if series.label), None)
    if worst is None:
        return
    owed = owed_post_mortems(reviewed.view, severity_names(reviewed, worst.label))
    if number := len(owed.unwritten):
        ids = owed.unwritten["id"].astype(str)
        text = f"{plural(number, 'post-mortem')} to write?"
        words = f"of {plural(owed.n, 'incident')} of severity {literal(worst.label)}"
        yield Lead(leads.some(ids, of=f"{worst.label} without a post-mortem"), text), words


def _to_record(known: tuple[Known, ...]) -> Iterator[Line]:
    """The field to fill in first, and what it opens."""
    for lacking in to_fill_in(known)[:1]:
        what, why = to_record(lacking)
        yield Lead(leads.to_page("records"), what), why


def reminders(
    always: View, book: Ledger, causes: KnownCauses, *, as_of: dt.datetime
) -> tuple[Card, ...]:
    """What waits for somebody: causes that came back before the fix, late and ownerless actions.

    Args:
        always: the incidents in scope, of all time.
        book: the repeats among them.
        causes: the causes of the history.
        as_of: the moment looked from, by the reader's clock.
    """
    late = listed(always, "left", OVERDUE, as_of=as_of)
    left = listed(always, "left", OPEN, as_of=as_of)
    nobody = left[always.actions["owner"].isna().to_numpy()[left]]
    again = [
        (short(causes.name_of(int(causes.of[latest.later]))), came_back_words(latest, causes))
        for latest in touched_again(book)
    ]
    titled = (
        ("again", f"{plural(len(again), 'cause')} struck again with the fix open", again),
        ("late", f"{plural(len(late), 'action')} past their date", _waiting(always, late, as_of)),
        (
            "nobody",
            f"{plural(len(nobody), 'open action')} without an owner",
            _waiting(always, nobody, as_of),
        ),
    )
    return tuple(
        Card(
            key,
            title=title,
            tables=(Table(tuple({"What": a, "Since": b} for a, b in rows), alt=title),),
        )
        for key, title, rows in titled
        if rows
    )


def _waiting(view: View, rows: Rows, as_of: dt.datetime) -> list[tuple[str, str]]:
    """What an action is, and whose, until when and after which incident."""
    told = []
    for row in listing(view, rows, as_of=as_of).to_dict("records"):
        days = "" if pd.isna(row["late"]) else f", {plural(int(row['late']), 'day')} late"
        due = "no date" if pd.isna(row["due_on"]) else f"due {day(row['due_on'])}{days}"
        words = f"owner {literal(str(row['owner']))}, {due}, after {literal(row['id'])}"
        told.append((literal(short(str(row["title"]))), words))
    return told

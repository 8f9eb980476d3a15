"""What happened in one incident, when, what was promised, and which others have its cause?"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.actions.states import overdue_since
from analytics.clocks import STEPS, Status, measure
from analytics.duplicates import doubted_pairs, originals
from analytics.frames import CLOCKS, History
from analytics.known_causes.grouping import NO_CAUSE, STRUCK_AGAIN
from analytics.known_causes.membership import Families
from analytics.repeats.ledger import Repeats
from analytics.repeats.links import Aside
from analytics.selection import UNKNOWN, position
from data.record import HEADINGS, INCIDENT_FIELDS, Action, Incident
from pages.parts import leads
from pages.parts.card import Card, Cell, Lead, Table, ToIncident
from pages.parts.figures.charts import figure, html_safe
from pages.parts.palette import Palette
from pages.parts.wording.importing import moment as recorded
from pages.parts.wording.links import openable, web_link
from pages.parts.wording.numbers import day, duration, literal, minute, seen, zone_name
from pages.parts.wording.response import CLOCK_WORDS, STEP_WORDS
from pages.views.actions import past_due_words, verification_words
from pages.views.fixes import ACTION_STATES, action_then, class_words
from pages.views.repeats import ASIDE_WORDS

STATUS_WORDS = {
    Status.PENDING: "still open",
    Status.MISSING: "not known",
    Status.INVALID: "impossible: ends before it starts",
    Status.NOT_APPLICABLE: "caught before impact",
    Status.TOO_COARSE: "known to the day only",
}
TEXTS, LISTS = (
    [(name, title) for name, title in HEADINGS.items() if INCIDENT_FIELDS[name].form == form]
    for form in ("text", "list")
)
#: Words longer than this are cut in the hover; the timeline has them whole.
HOVER_CHARACTERS = 160
#: Characters of a label that fit beside each other on a phone, where the line is shortest.
LINE_CHARACTERS = 38
#: Pixels: from the line to the lowest label, from label to label, and of what stands below.
FIRST_LABEL, NEXT_LABEL, BELOW = 26, 19, 100
#: Marks in the outer thirds have their labels on the inner side, so that none is cut.
OUTER = 1 / 3


class Section(NamedTuple):
    """A text of the record, plain: as Markdown it could fetch images from other machines."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """One clock.

    Attributes:
        at: by the reader's clock.
        said: the moment in words, with its zone.
        short: its hour, empty where no more than the day is known.
    """

    name: str
    at: dt.datetime
    said: str
    short: str


def facts(record: Incident, history: History) -> Card:
    """Title and labels, each of which leads to the others that have it; what holds of the record.

    Args:
        history: all records, in which this one stands.
    """
    notes = []
    if record.kind != "incident":
        notes.append(f"This is a {record.kind}; it counts in no figure.")
    if record.needs_analysis:
        notes.append(
            "The cause is filed as human or process error; what let that happen is still to be "
            "found."
        )
    reports, doubts = _second_report(record, history)
    return Card(
        key="facts",
        title=literal(record.title or record.id),
        basis=_origin(record),
        tables=(Table(_labels(record, history), alt="What the incident is filed under"), *reports),
        notes=(*notes, *doubts),
    )


def _origin(record: Incident) -> str:
    name = literal(record.id)
    if openable(record.url):
        return f"{name} · {web_link('open the source', record.url)}"
    return f"{name} · source: {literal(record.url)}" if record.url else name


def _labels(record: Incident, history: History) -> tuple[Mapping[str, Cell], ...]:
    """The labels in columns; several services below each other."""
    severity, team = record.severity, record.team
    row = position(history, record.id)
    cause = None if row is None else history.incidents["root_cause_category"].iloc[row]
    known = not (cause is None or pd.isna(cause) or cause == UNKNOWN)
    accepted = "" if record.root_cause_category == cause else " (an accepted suggestion)"
    first: dict[str, Cell] = {
        "Team": Lead(leads.incidents(team=team), team) if team else "not known",
        "Severity": Lead(leads.incidents(severity=severity), severity) if severity else "not known",
        "Cause": Lead(leads.incidents(cause=str(cause)), f"{cause}{accepted}")
        if known
        else "not known",
    }
    services: list[Cell] = [Lead(leads.incidents(service=name), name) for name in record.services]
    below: dict[str, Cell] = dict.fromkeys(first, "")
    return tuple(
        {**(below if number else first), "Service": service}
        for number, service in enumerate(services or ["not known"])
    )


def _second_report(record: Incident, history: History) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    """What holds of a record that it, or somebody here, says to be a second report."""
    row, incidents = position(history, record.id), history.incidents
    if row is None:
        return (), ()
    if incidents["is_duplicate"].iloc[row]:
        counts = incidents.iloc[originals(history)[row]]
        told: dict[str, Cell] = {
            "A second report of": ToIncident(counts["id"], counts["title"]),
            "So": "that one counts, and this one does not",
        }
        return (Table((told,), alt="The record that counts"),), ()
    if not record.duplicate_of:
        return (), ()
    why = "which was never loaded, or people have said otherwise"
    if row in doubted_pairs(history)[0]:
        why = "which had been over for more than a day: the page What keeps coming back asks"
    return (), (
        f"Said to be a second report of {literal(record.duplicate_of)}, {why}. So it counts.",
    )


def clocks(record: Incident, history: History, colours: Palette, *, as_of: dt.datetime) -> Card:
    """The clocks on one line of time, and each duration or why there is none."""
    marks = [_mark(record, clock) for clock in CLOCKS[:-1] if getattr(record, clock) is not None]
    marks.sort(key=lambda mark: mark.at)
    events = [(event.at, event.text) for event in record.timeline if event.at is not None]
    row = history.incidents.loc[history.incidents["id"] == record.id]
    steps: dict[str, Cell] = {}
    for name, step in STEPS.items():
        measured = measure(row, step, as_of=as_of)
        words = STATUS_WORDS.get(Status(measured.status[0]))
        steps[STEP_WORDS[name]] = words or duration(float(measured.seconds[0]))
    parts = [f"{CLOCK_WORDS[clock]}: {how}" for clock, how in record.clock_precision.items()]
    drawn = len(marks) > 1
    return Card(
        key="clocks",
        figure=clock_line(marks, events, colours=colours) if drawn else None,
        alt="; ".join(f"{mark.name} {mark.said}" for mark in marks),
        tables=(Table((steps,), alt="How long each step took"),),
        notes=(f"Not exact: {'; '.join(parts)}.",) if parts else (),
    )


def timeline(record: Incident) -> Card:
    """Its entries, one after another."""
    rows: list[Mapping[str, Cell]] = [
        {"When": minute(event.at), "": event.kind, "What": literal(event.text)}
        for event in record.timeline
    ]
    return Card("timeline", tables=(Table(tuple(rows), alt="Timeline of the incident"),))


def actions(record: Incident, promised: pd.DataFrame, *, as_of: dt.datetime) -> Card:
    """What was promised, and where each promise stands.

    Args:
        promised: the actions of this incident as the statistics know them.
    """
    title = f"Actions ({len(record.actions)})"
    if not record.actions:
        nothing = "No action is recorded here; some may have been promised elsewhere."
        return Card("actions", title, notes=(nothing,))
    days = overdue_since(promised, as_of=as_of).astype(object)
    since: dict[str, dt.date | None] = dict(zip(promised["id"], days, strict=True))
    here = set(promised["id"][promised["changed_here"].to_numpy()])
    rows = tuple(
        _action_row(action, since.get(action.id), changed=action.id in here)
        for action in record.actions
    )
    return Card("actions", title, tables=(Table(rows, alt="Actions"),))


def repeats(ledger: Repeats, families: Families, row: int) -> Card:
    """The earlier incidents with this cause and the state of their actions when this one began.

    Args:
        row: position of the incident.
    """
    incidents = ledger.history.incidents
    earlier, later = ledger.earlier_of(row), ledger.later_of(row)
    aside = np.flatnonzero(ledger.links.aside_later == row)
    tables = []
    notes = []
    if not len(earlier) and not len(aside):
        notes.append("Nobody has said that this repeats an earlier incident.")
    if len(aside):
        tables.append(
            Table(tuple(_aside(ledger, int(place)) for place in aside), alt="Not counted")
        )
    index = ledger.index(row) if len(earlier) else None
    if len(earlier):
        words = "" if index is None else class_words(ledger, index)
        tables.append(
            _listed(incidents.iloc[earlier], "Earlier incidents with the same cause", words)
        )
        notes += [f"• {action_then(act, ledger.history)}" for act in ledger.actions_then(row)]
    if len(later):
        tables.append(_listed(incidents.iloc[later], "It came back"))
    tables += _cause(families, row)
    return Card("repeats", "Have we seen this before?", tables=tuple(tables), notes=tuple(notes))


def texts(record: Incident) -> tuple[Section, ...]:
    """Every section that the record has."""
    written = [Section(title, (getattr(record, name),)) for name, title in TEXTS]
    listed = [
        Section(title, tuple(f"• {value}" for value in getattr(record, name)))
        for name, title in LISTS
    ]
    return tuple(section for section in (*written, *listed) if any(section.paragraphs))


def lacking(record: Incident) -> str:
    """The sections that the record does not have, in a sentence; empty where it has all."""
    names = [title.lower() for name, title in (*TEXTS, *LISTS) if not getattr(record, name)]
    return f"The record does not say: {', '.join(names)}." if names else ""


def clock_line(
    clocks: Sequence[Mark],
    events: Sequence[tuple[dt.datetime, str]],
    *,
    colours: Palette,
) -> go.Figure:
    """The clocks of one incident as labelled marks, its timeline as small dots below.

    Args:
        clocks: in order of time.
        events: moment and words of each dated timeline event.
    """
    texts = [f"{mark.name} {mark.short}".rstrip() for mark in clocks]
    places = _places([mark.at for mark in clocks])
    levels = _levels(places, texts)
    above = FIRST_LABEL + NEXT_LABEL * (max(levels) + 1)
    labelled = go.Scatter(
        x=[mark.at for mark in clocks],
        y=[0] * len(clocks),
        mode="lines+markers",
        line={"color": colours.grey, "width": 2},
        marker={"color": colours.accent, "size": 10},
        text=[f"{mark.name}<br>{mark.said}" for mark in clocks],
        hovertemplate="%{text}<extra></extra>",
    )
    small = go.Scatter(
        x=[seen(at) for at, _ in events],
        y=[-0.6] * len(events),
        mode="markers",
        marker={"color": colours.grey, "size": 6},
        text=[f"{minute(at)}<br>{html_safe(words[:HOVER_CHARACTERS])}" for at, words in events],
        hovertemplate="%{text}<extra></extra>",
    )
    notes = [
        {
            "x": mark.at,
            "y": 0,
            "text": text,
            "xanchor": _anchor(place),
            "bgcolor": colours.ground,
            "borderpad": 0,
            "showarrow": True,
            "arrowwidth": 1,
            "arrowcolor": colours.pale,
            "ax": 0,
            "ay": -FIRST_LABEL - NEXT_LABEL * level,
            "font": {"color": colours.text},
        }
        for level, place, text, mark in zip(levels, places, texts, clocks, strict=True)
    ]
    return figure(
        [labelled, *([small] if events else [])],
        colours=colours,
        height=above + BELOW,
        notes=notes,
        x={"title": f"times in {zone_name()}"},
        y={"visible": False, "range": [-1.1, above / 30]},
    )


def _places(moments: Sequence[dt.datetime]) -> list[float]:
    """Where each moment is on the line, from 0 to 1."""
    first, span = moments[0], moments[-1] - moments[0]
    return [(at - first) / span if span else 0.5 for at in moments]


def _anchor(place: float) -> str:
    """Which part of its label stands over a mark."""
    if place < OUTER:
        return "left"
    return "right" if place > 1 - OUTER else "center"


def _levels(places: Sequence[float], texts: Sequence[str]) -> list[int]:
    """For each label the lowest line on which it covers no other, on a phone too."""
    ends: list[list[tuple[float, float]]] = []
    levels = []
    for place, text in zip(places, texts, strict=True):
        width = (len(text) + 1) / LINE_CHARACTERS
        left = place - width * {"left": 0.0, "center": 0.5, "right": 1.0}[_anchor(place)]
        free = (n for n, taken in enumerate(ends) if _is_free(taken, left, left + width))
        level = next(free, len(ends))
        if level == len(ends):
            ends.append([])
        ends[level].append((left, left + width))
        levels.append(level)
    return levels


def _is_free(taken: Sequence[tuple[float, float]], left: float, right: float) -> bool:
    return all(right <= start or end <= left for start, end in taken)


def _mark(record: Incident, clock: str) -> Mark:
    """A clock on the line of time; one that is known to the day stands at its beginning."""
    at: dt.datetime = getattr(record, clock)
    is_day = (record.clock_precision.get(clock) or record.time_precision) == "day"
    local = at.replace(tzinfo=None) if is_day else seen(at)
    short = "" if is_day else f"{local:%H:%M}"
    return Mark(CLOCK_WORDS[clock], local, recorded(record, clock), short)


def _aside(ledger: Repeats, place: int) -> Mapping[str, Cell]:
    """That somebody said it repeats another one, and why that does not count."""
    named = ledger.history.incidents.iloc[ledger.links.aside_earlier[place]]
    return {
        "Said to repeat": ToIncident(named["id"], named["title"]),
        "Not counted as a repeat": ASIDE_WORDS[Aside(ledger.links.aside[place])],
    }


def _cause(families: Families, row: int) -> list[Table]:
    """The known cause that the incident belongs to, confirmed or by its words."""
    family = int(families.of[row])
    if family == NO_CAUSE or families.struck(family) < STRUCK_AGAIN:
        return []
    lead = Lead(leads.known_cause(families.id_of(family)), families.name_of(family))
    if row in families.confirmed(family):
        cells: dict[str, Cell] = {
            "Known cause": lead,
            "There": "its line of time, what was done against it, and whether the fix held",
        }
    else:
        cells = {
            "Possible cause": lead,
            "Why possible": "its words suggest it, and nobody has confirmed it",
        }
    return [Table((cells,), alt="The cause that it belongs to")]


def _listed(incidents: pd.DataFrame, heading: str, title: str = "") -> Table:
    columns = (incidents["id"], incidents["title"], incidents["period_at"])
    rows: list[Mapping[str, Cell]] = [
        {heading: ToIncident(identity, name or identity), "Began": day(when)}
        for identity, name, when in zip(*columns, strict=True)
    ]
    return Table(tuple(rows), alt=heading, title=title)


def _action_row(action: Action, overdue: dt.date | None, *, changed: bool) -> dict[str, Cell]:
    state = ACTION_STATES[action.status or ""]
    due = action.due_on or action.first_due_on
    if overdue is not None:
        state += past_due_words(overdue, as_written=action.created_on is None)
        if due and due != overdue:
            state += f"; moved to {day(due)}"
    elif action.completed_on:
        state += f" on {day(action.completed_on)}"
    elif due:
        state += f", due {day(due)}"
    how = literal(action.verified_how or "")
    if check := verification_words(action.verification or "", action.verified_on, how):
        state += f"; {check}"
    if changed:
        state += " · changed here"
    return {
        "Action": web_link(action.title, action.url),
        "Kind": action.kind or "not said",
        "State": state,
        "Owner": literal(action.owner) if action.owner else "not said",
    }

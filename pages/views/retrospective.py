"""What should the team talk about: its quarter against the one before, lessons, what is owed?"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics.actions.listed import OPEN, OVERDUE
from analytics.actions.states import OVERDUE as OVERDUE_ACTIONS
from analytics.calendar import Period, quarter
from analytics.frames import History
from analytics.impact import impact_hours
from analytics.matcher.words import Concepts
from analytics.recorded import CalendarCounts
from analytics.response.durations import StepResult
from analytics.retrospective import (
    EXPECTED_WITHIN,
    LESSON_THEMES,
    NOTHING_NAMED,
    Lesson,
    Passage,
    Question,
    Raised,
    Theme,
    Writing,
    blaming,
    learned,
    passages,
    thin,
)
from analytics.selection import Rows, View
from analytics.statistics.quantiles import MEDIAN
from analytics.units import HOUR
from data.record import Incident
from pages.parts import leads
from pages.parts.card import Card, Cell, Lead, Table, ToIncident
from pages.parts.figures.charts import period_axis
from pages.parts.figures.over_time import severity_columns
from pages.parts.palette import Palette
from pages.parts.wording.numbers import day, duration, literal, period, plural
from pages.parts.wording.response import STEP_WORDS
from pages.views.actions import listing

#: Cards of the agenda, and incidents named on each: a meeting does not get through more.
AGENDA, NAMED = 5, 4
#: Actions, themes and thin post-mortems named.
LISTED, THEMES_NAMED = 8, 6
#: Characters of a quote; the incident has all of them.
LONGEST_QUOTE = 180
#: What each question counts, and what to ask of it.
QUESTIONS = {
    Raised.REPEATED: (
        "Came back after an earlier one of the same cause",
        "What did we expect to stop it, and why did it not?",
    ),
    Raised.STILL_OPEN: ("Preventive action not known to be done", "What keeps it from us?"),
    Raised.NO_ACTION: ("No action on record", "Will we live with a recurrence?"),
    Raised.NO_PREVENTION: (
        "Actions on record, none that prevents",
        "What would make this impossible?",
    ),
    Raised.FOUND_OUTSIDE: (
        "Noticed by people outside first",
        "What would have told us earlier?",
    ),
    Raised.NEEDS_ANALYSIS: ("Human or process error as the cause", "What let it happen?"),
    Raised.NO_CAUSE: ("No recorded cause", "Is it unknown, or not written down?"),
}
#: What post-mortems tell of, in the order in which a team talks about it.
LESSONS = {
    "what_went_well": "What went well",
    "what_went_wrong": "What went badly",
    "where_we_got_lucky": "Where we got lucky",
    "what_let_it_grow": "What let it grow",
}
#: The one that asks for no action.
WELL = "what_went_well"
#: What stands under a retrospective's notes beside the questions and lessons.
OWED, WRITTEN_UP = "owed", "written up"
#: What each topic is called without its figures, as for a note of one that nothing raises any more.
TOPICS = {
    **{str(raised): title for raised, (title, _) in QUESTIONS.items()},
    **LESSONS,
    OWED: "Actions still open",
    WRITTEN_UP: "Post-mortems missing, late or thin",
}
#: Where a post-mortem tells why, and what stands over those that stop at a person.
TELL_WHY = ("root_cause", "trigger", "what_let_it_grow", "what_went_wrong", "summary")
STOPS_AT_A_PERSON = "Where the cause is a person, the next question helps"
#: The parts of a good post-mortem, and what each would tell the next reader.
GOOD_PARTS = {
    "summary": "what happened, in three sentences",
    "impact": "who was hit, how many, how long",
    "detection_source": "how it was noticed",
    "root_cause": "why it happened",
    "what_let_it_grow": "what let it grow",
    "timeline": "what was done when",
    "actions": "what will change",
    "what_went_wrong": "what made the response harder",
}


def happened(
    counts: CalendarCounts, view: View, before: View, *, team: str, now: Period, colours: Palette
) -> Card:
    """How many incidents the team had, by month and severity."""
    drawn = severity_columns(counts, colours=colours)
    drawn.update_xaxes(period_axis(counts.starts.astype("datetime64[D]").tolist()))
    for trace, label in zip(drawn.data, counts.labels, strict=True):
        trace.ids = leads.of_periods(counts.starts, "month", severity=label)
    return Card(
        key="by_month",
        title=f"{plural(len(view), 'incident')} of {literal(team)}, {len(before):,} in the "
        "period before",
        basis=f"by month and severity · {period(now.start, now.end)}",
        figure=drawn,
        alt="; ".join(
            f"{start:%b %Y}: {int(total)}"
            for start, total in zip(
                counts.starts.astype("datetime64[D]").tolist(), counts.total, strict=True
            )
        ),
    )


def durations(steps: dict[str, StepResult], before: dict[str, StepResult]) -> Card:
    """How long the incidents took, beside those of the period before."""
    rows = tuple(
        {
            "": STEP_WORDS[name],
            "Typical": _typical(result),
            "Period before": _typical(before[name]),
            "Recorded": f"{result.headline.n:,} of {len(result.durations.status):,}",
        }
        for name, result in steps.items()
    )
    return Card(
        key="durations",
        title="How long they took",
        basis="the middle one of those recorded; few of them move it far",
        methods=(MEDIAN,),
        tables=(Table(rows, alt="How long the incidents took"),),
    )


def _typical(result: StepResult) -> str:
    estimate = result.headline.estimate
    return "not recorded" if estimate is None else duration(estimate)


def agenda(questions: Sequence[Question], view: View) -> dict[str, Card]:
    """What to talk about, what cost most first, by what raises it, with the incidents that do."""
    return {
        str(question.raised): _asked(number, question, view)
        for number, question in enumerate(questions[:AGENDA], 1)
    }


def _asked(number: int, question: Question, view: View) -> Card:
    what, ask = QUESTIONS[question.raised]
    n = len(question.rows)
    known = f"{duration(question.hours * HOUR)} of impact"
    if question.n_unknown == n:
        known = "impact not recorded"
    unknown = f", unknown for {question.n_unknown:,}" if 0 < question.n_unknown < n else ""
    return Card(
        key=f"agenda_{number}",
        title=f"{what}: {n:,} of {plural(question.n, 'incident')}",
        basis=f"{known}{unknown} · period before: {question.n_before:,} of {question.of_before:,}",
        tables=(Table(_costliest(question.rows, view.history, what), alt=what, title=ask),),
    )


def _costliest(rows: Rows, history: History, what: str) -> tuple[dict[str, Cell], ...]:
    """The costliest incidents of a question, and a way to all of them."""
    incidents = history.incidents
    named = incidents.iloc[rows[:NAMED]]
    hours = impact_hours(named)
    cells: list[dict[str, Cell]] = [
        {
            "Incident": ToIncident(identity, title),
            "Began": day(began),
            "Impact": "not known" if np.isnan(lasted) else duration(float(lasted) * HOUR),
        }
        for identity, title, began, lasted in zip(
            named["id"], named["title"], named["period_at"], hours, strict=True
        )
    ]
    if len(rows) > NAMED:
        ids = incidents["id"].iloc[rows].tolist()
        text = f"All {len(ids):,}"
        if len(ids) > leads.MOST_NAMED:
            text = f"The costliest {leads.MOST_NAMED} of {len(ids):,}"
        lead = leads.some(ids[: leads.MOST_NAMED], of=what)
        cells.append({"Incident": Lead(lead, text), "Began": "", "Impact": ""})
    return tuple(cells)


def further(questions: Sequence[Question]) -> str:
    """The questions that did not make the agenda, in one line; empty for none."""
    rest = [
        f"{QUESTIONS[question.raised][0]} ({len(question.rows):,})"
        for question in questions[AGENDA:]
    ]
    return f"Besides: {'; '.join(rest)}." if rest else ""


def lessons(
    read: tuple[Sequence[Incident], Sequence[Incident]],
    always: View,
    *,
    of: int,
    concepts: Mapping[str, Concepts],
    names: Mapping[str, Mapping[str, str]],
) -> tuple[dict[str, Card], dict[str, tuple[Theme, ...]]]:
    """What post-mortems say went well, badly, by luck, and what let it grow, by theme.

    A card for each kind, and the themes that stand on it.

    Args:
        read: the records whose texts were read, and those of the period before.
        always: the incidents of all time, whose actions may answer a lesson.
        of: incidents in view, of which these may be the latest only.
        concepts: what lessons of each kind are about.
        names: what people call the themes of each kind, by their keys.
    """
    cards, shown = dict[str, Card](), dict[str, tuple[Theme, ...]]()
    for name in LESSONS:
        now, before = (_said(name, records) for records in read)
        found = learned(now, before, always, concepts[name], named=names.get(name, NOTHING_NAMED))
        cards[name] = _lesson(name, found, (now, before), len(read[0]), of=of)
        shown[name] = tuple(lesson.theme for lesson in found[:THEMES_NAMED])
    return cards, shown


def _said(name: str, records: Sequence[Incident]) -> tuple[Passage, ...]:
    return passages((record.id, getattr(record, name)) for record in records)


def _lesson(
    name: str, themes: Sequence[Lesson], told: Sequence[Sequence[Passage]], read: int, *, of: int
) -> Card:
    title = LESSONS[name]
    telling, telling_before = (len({passage.incident for passage in some}) for some in told)
    latest = "latest " if read < of else ""
    if not themes:
        return Card(key=name, title=title, basis=nobody_says(read))
    shown = themes[:THEMES_NAMED]
    more = len(themes) - len(shown)
    rows = tuple(
        _theme(one, title, telling, telling_before, answered=name != WELL) for one in shown
    )
    return Card(
        key=name,
        title=f"{title}: {literal(_cut(shown[0].theme.name))}" if len(shown) > 1 else title,
        basis=f"{telling:,} of the {latest}{plural(read, 'record')} say · themes are proposed by "
        "their words until people confirm them; a quote opens its incident",
        methods=(LESSON_THEMES,),
        tables=(Table(rows, alt=f"{title}, by theme"),),
        notes=(f"{plural(more, 'more theme')} of fewer incidents.",) if more else (),
    )


def _theme(
    lesson: Lesson, title: str, of: int, of_before: int, *, answered: bool
) -> dict[str, Cell]:
    theme = lesson.theme
    quoted = min(theme.passages, key=lambda passage: abs(len(passage.text) - LONGEST_QUOTE / 2))
    cells: dict[str, Cell] = {
        "Theme": literal(_cut(theme.name)) + (" · confirmed" if theme.confirmed else ""),
        "Incidents": Lead(
            leads.some(theme.incidents[: leads.MOST_NAMED], of=f"{title}: {_cut(theme.name)}"),
            f"{len(theme.incidents):,} of {of:,}; before {lesson.before:,} of {of_before:,}",
        ),
        "One of them says": ToIncident(quoted.incident, f"“{_cut(quoted.text)}”"),
    }
    return cells | ({"Actions on it": _answer(lesson)} if answered else {})


def _answer(lesson: Lesson) -> str:
    if lesson.followed is None:
        return "cannot tell"
    if not lesson.actions:
        return "none ever"
    after = f"after {lesson.followed:,} of {len(lesson.theme.incidents):,}"
    return f"{after}; ever {lesson.actions:,}, done {lesson.done:,}"


def _cut(text: str) -> str:
    return f"{text[:LONGEST_QUOTE]}…" if len(text) > LONGEST_QUOTE else text


def nobody_says(read: int) -> str:
    """That no record says what a list asks for, of those that were read."""
    return f"None of the latest {read:,} records says." if read > 1 else "The record does not say."


def left_to_do(view: View, rows: Rows, late: Rows, *, as_of: dt.datetime) -> Card:
    """The open actions of the team, those past their date first, with owner and date.

    Args:
        view: of all time, as promises of earlier periods count too.
        rows: positions of the open actions, as :func:`analytics.actions.listed.listed` gives them.
        late: those of them past their date.
    """
    titles = view.history.incidents.set_index("id")["title"]
    frame = listing(view, rows[:LISTED], as_of=as_of)
    cells: list[dict[str, Cell]] = [
        {
            "Action": literal(str(row["title"])),
            "Owner": literal(str(row["owner"])),
            "Due": _due(row),
            "After": ToIncident(row["id"], str(titles[row["id"]])),
        }
        for row in frame.to_dict("records")
    ]
    for count, which, text in ((len(rows), OPEN, ""), (len(late), OVERDUE, " past their date")):
        if count > LISTED or (count and which == OVERDUE):
            lead = Lead(leads.actions("left", which), f"All {count:,}{text}")
            cells.append({"Action": lead, "Owner": "", "Due": "", "After": ""})
    past = f", {len(late):,} past their date" if len(late) else ""
    return Card(
        key="left_to_do",
        title=f"{plural(len(rows), 'action')} still open{past}",
        basis="of all time, also those promised before this period",
        methods=(OVERDUE_ACTIONS,),
        tables=(Table(tuple(cells), alt="Open actions with owner and date"),) if cells else (),
    )


def last_quarter(always: View) -> str:
    """The name of the last quarter in which an incident began; empty where none is dated."""
    last = always.incidents["period_at"].max()
    return "" if pd.isna(last) else quarter(last.date()).name


def _due(row: dict[Any, Any]) -> str:
    if pd.isna(row["due_on"]):
        return "no date"
    late = row["late"]
    return day(row["due_on"]) + ("" if pd.isna(late) else f", {plural(int(late), 'day')} late")


def written_up(
    writing: Writing, records: Sequence[Incident], history: History, *, blame: Concepts
) -> Card:
    """Post-mortems that are missing, came late or leave out much of what a good one tells.

    Args:
        blame: how sentences name a person as the cause, with what to ask instead.
    """
    lacking = {record.id: lacks(record) for record in records}
    poor = thin(lacking)
    ids = history.incidents["id"]
    owed = (
        ("No post-mortem yet", ids.iloc[writing.missing].tolist()),
        (f"Post-mortem after more than {EXPECTED_WITHIN} days", ids.iloc[writing.late].tolist()),
        ("Post-mortem leaves out much", list(poor)),
    )
    counts: list[dict[str, Cell]] = [
        {
            "What": name,
            "Incidents": Lead(
                leads.some(named[-leads.MOST_NAMED :], of=f"Post-mortems: {name}"),
                f"{len(named):,}",
            ),
        }
        for name, named in owed
        if named
    ]
    titles = {record.id: record.title or record.id for record in records}
    adds: tuple[dict[str, Cell], ...] = tuple(
        {
            "Post-mortem": ToIncident(identity, titles[identity]),
            "Would help the next reader": "; ".join(GOOD_PARTS[part] for part in lacking[identity]),
        }
        for identity in poor[:NAMED]
    )
    tables = [Table(tuple(counts), alt="Post-mortems missing, late or thin")] if counts else []
    if adds:
        tables.append(Table(adds, alt="What would be added", title="What a good one would add"))
    if asks := _asked_instead(records, titles, blame):
        tables.append(Table(asks, alt="What to ask instead", title=STOPS_AT_A_PERSON))
    return Card(
        key="written_up",
        title=f"{len(writing.missing):,} of {plural(writing.n, 'incident')} without a post-mortem"
        if writing.n
        else "Post-mortems",
        basis=f"of the incidents that were over for {EXPECTED_WITHIN} days · texts of "
        f"{plural(len(records), 'record')} read · about texts, never about who wrote them",
        tables=tuple(tables),
    )


def _asked_instead(
    records: Sequence[Incident], titles: Mapping[str, str], blame: Concepts
) -> tuple[dict[str, Cell], ...]:
    """One sentence of each post-mortem that names a person as the cause, the latest ones."""
    said = passages(
        (record.id, text)
        for record in records
        for name in TELL_WHY
        for text in [getattr(record, name) or ""]
    )
    first = {one.passage.incident: one for one in reversed(blaming(said, blame))}
    return tuple(
        {
            "Post-mortem": ToIncident(name, titles[name]),
            "It says": literal(f"“{_cut(first[name].passage.text)}”"),
            "Ask instead": first[name].ask,
        }
        for name in [record.id for record in records if record.id in first][:NAMED]
    )


def lacks(record: Incident) -> tuple[str, ...]:
    """The parts of a good post-mortem that a record does not have."""
    return tuple(name for name in GOOD_PARTS if not getattr(record, name))

"""Where pages get possible repeats and suggested causes, and put what people say of them.

Texts and suggestions come from the store, reasons from the search, all of one edition.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from analytics.causes.suggesting import open_rows
from analytics.frames import History
from analytics.known_causes.membership import Families
from analytics.matcher.confidence import SEEN, Judged
from analytics.matcher.matching import Match, Reasons, explain
from analytics.matcher.nearest import Nearest, closeness, nearest
from analytics.matcher.prepared import Document
from analytics.matcher.suggesting import Matched, Progress
from analytics.repeats.queue import Queue, queue
from analytics.selection import UNKNOWN, Rows, View
from analytics.stored import background
from analytics.stored.guesses import (
    FACTORS,
    SUGGESTED_FIELDS,
    Basis,
    Suggested,
    guesses_of,
    precision_of,
    spoken,
)
from analytics.stored.guesses import suggested as suggested_by_texts
from analytics.stored.index import (
    Known,
    concepts_in_force,
    document_of,
    document_of_text,
    open_index,
)
from analytics.stored.search import judged as verdicts_on_flags
from data import added
from data import verdicts as stored
from data.added import ACCEPTED, REFUSED, WITHDRAWN, JudgedField, Judgement, State, WrongField, now
from data.barriers import GUARDS, Told, told_in_store, told_of
from data.lists import ConceptsUnreadable
from data.prepared_texts import TextsEdition, texts_edition
from data.record import Incident
from data.retrospectives import Minute, minute, minutes
from data.verdicts import RELATIONS, Relation, Suggestion, Verdict, suggested_scores, suggestions
from data.worked import Before, Key, Worked, change, settle, work_again
from pages.parts import source

__all__ = [
    "ACCEPTED",
    "FACTORS",
    "GUARDS",
    "REFUSED",
    "RELATIONS",
    "WITHDRAWN",
    "ConceptsUnreadable",
    "JudgedField",
    "Judgement",
    "Matched",
    "Minute",
    "Possible",
    "Relation",
    "State",
    "Suggested",
    "Told",
    "Verdict",
    "Worked",
    "WrongField",
    "accepted_last",
    "check_concepts",
    "described",
    "group_again",
    "guards_of",
    "guards_suggested",
    "judge",
    "judge_again",
    "judge_all",
    "judge_guards",
    "judge_suggestions",
    "judged",
    "leaves_open",
    "likeliest",
    "match_all",
    "nearest_to",
    "pair_of",
    "possible",
    "precision_of",
    "rests_on",
    "said_in",
    "said_of",
    "said_of_guards",
    "suggested_fields",
    "suggested_for",
    "suggested_in",
    "titles",
    "undo_all",
    "unjudged",
    "verdicts",
    "waiting",
]

#: The field under which people judge what is said of guards.
BARRIER: JudgedField = "barrier"
#: Seconds between two looks at how far a search is.
TOLD_EVERY_SECONDS = 0.1
#: Searches kept in memory: one is as large as all texts.
SEARCHES_KEPT = 1


@dataclass(frozen=True)
class Possible:
    """One possible repeat, ready to be judged.

    Attributes:
        later, earlier: titles; began, earlier_began: when.
        level: name of the flag.
        certainty: how rare so strong a match is, between 0 and 1.
        chance: of the same cause, from verdicts; None while there are too few.
        reasons: None where one of the texts cannot be read any more.
        actions: titles of the earlier incident's actions with their states.
        again: for what was seen before, all that says nearly the same.
    """

    later: str
    earlier: str
    began: dt.datetime | None
    earlier_began: dt.datetime | None
    level: str
    certainty: float | None
    chance: float | None
    reasons: Reasons | None
    actions: tuple[tuple[str, str], ...]
    again: Nearest | None = None


def match_all(progress: Progress) -> Matched | None:
    """Search all records that were not searched yet; None where that failed, as pages say.

    A reader who leaves meanwhile leaves it running.
    """
    job = background.start(source.store())
    while not job.wait(TOLD_EVERY_SECONDS):
        progress(job.done, job.total)
    return job.matched


def group_again(ids: Iterable[str]) -> None:
    """Let the search name and place again what people no longer hold."""
    background.start(source.store(), again=tuple(ids)).wait()


def waiting(families: Families, view: View, suggested: Rows) -> Queue:
    """What is to be looked at, the strongest first.

    Args:
        suggested: rows of the links in view that nobody has judged.
    """
    return queue(
        families,
        view,
        suggested,
        scores=source.tried(lambda: _scores(source.edition())),
        calibration=judged().calibration,
    )


def pair_of(history: History, row: int) -> tuple[str, str]:
    """The ids of the later and the earlier incident of a link."""
    ids, link = history.incidents["id"], history.links.iloc[row]
    return str(ids.iloc[link["later"]]), str(ids.iloc[link["earlier"]])


def possible(later: str, earlier: str) -> Possible | None:
    """What there is to say of a pair; None where one of the two is gone."""
    store = source.store()
    told = source.records((later, earlier))
    one, other = told.get(later), told.get(earlier)
    if one is None or other is None:
        return None
    flag = source.tried(
        lambda: next(
            (s for s in suggestions(store, later_id=later) if s.earlier_id == earlier), None
        )
    )
    new, old = document_of(one), document_of(other)
    calibration = judged().calibration
    level = flag.level if flag else ""
    if flag and calibration and level != SEEN:
        level = calibration.level(flag.score)
    return Possible(
        later=one.title or later,
        earlier=other.title or earlier,
        began=new.created if new else None,
        earlier_began=old.created if old else None,
        level=level,
        certainty=flag.confidence if flag else None,
        chance=calibration.chance(flag.score) if flag and calibration else None,
        reasons=_reasons(new, old) if new and old else None,
        actions=_actions(other),
        again=nearest(new, searched()) if new and level == SEEN else None,
    )


def nearest_to(identity: str) -> Nearest | None:
    """The earlier incidents most like a recorded one; None for what is no incident."""
    record = source.tried(lambda: source.store().incident(identity))
    document = None if record is None else document_of(record)
    return None if document is None else nearest(document, searched())


def described(text: str) -> tuple[Nearest, dict[str, Possible]]:
    """The incidents most like what somebody describes, with what there is to say of each.

    Nothing is kept of the text.
    """
    document = document_of_text(text)
    found = nearest(document, searched())
    names = [match.id for match in found.matches]
    records = source.records(names)
    return found, {
        name: Possible(
            later="",
            earlier=record.title or name,
            began=None,
            earlier_began=old.created,
            level="",
            certainty=None,
            chance=None,
            reasons=_reasons(document, old),
            actions=_actions(record),
        )
        for name, record in records.items()
        if (old := document_of(record)) is not None
    }


def searched() -> Known:
    """The search over all texts, as of the store's present revision."""
    opened = source.store()
    return source.tried(lambda: _search(opened.address, _texts(source.edition())))


def _reasons(new: Document, old: Document) -> Reasons:
    search = searched()
    return explain(new, old, index=search.index, concepts=search.concepts)


def _actions(record: Incident) -> tuple[tuple[str, str], ...]:
    return tuple((action.title, action.status or "") for action in record.actions)


def suggested_for(later: str) -> list[str]:
    """Ids of the earlier incidents suggested for one incident, the best first."""
    weakest = calibration.weakest if (calibration := judged().calibration) else -np.inf
    found = source.tried(lambda: suggestions(source.store(), later_id=later))
    return [one.earlier_id for one in found if one.score >= weakest or one.level == SEEN]


def unjudged(later: str, others: Sequence[str]) -> list[str]:
    """Those of the ``others`` that nobody has judged with an incident.

    Those that have one confirmed cause with it already are left out: nothing is left to say.
    """
    said = {verdict.pair for verdict in verdicts()}
    one_cause = source.of_one_cause(later, others)
    return [
        name for name in others if frozenset((later, name)) not in said and name not in one_cause
    ]


def likeliest(later_ids: Collection[str]) -> list[Suggestion]:
    """The best suggestion for each of these incidents, the best of all first."""
    best: dict[str, Suggestion] = {}
    for one in source.tried(lambda: suggestions(source.store())):
        if one.later_id in later_ids:
            best.setdefault(one.later_id, one)
    return list(best.values())


def titles(ids: Iterable[str]) -> dict[str, tuple[str, dt.datetime | None]]:
    """Title and beginning of incidents, by id."""
    found = source.tried(lambda: source.store().records(ids))
    return {
        name: (record.title or name, text.created if (text := document_of(record)) else None)
        for name, record in found.items()
    }


def judge(
    later: str, earlier: str, relation: Relation, *, by: str, shown: Match | None = None
) -> None:
    """Say something of a pair; ``shown`` is the match that it was shown as, flagged or not."""
    score, level = (shown.score, closeness(shown)) if shown else (None, "")
    source.tried(
        lambda: stored.judge(
            source.store(), later, earlier, relation, by=by, score=score, level=level
        )
    )


def judge_all(pairs: Iterable[tuple[str, str]], relation: Relation, *, by: str) -> None:
    """Say the same of several pairs."""
    source.tried(lambda: stored.judge_all(source.store(), pairs, relation, by=by))


def undo_all(pairs: Iterable[tuple[str, str]]) -> None:
    """Take back what was said of some pairs; what had been said before holds again."""
    source.tried(lambda: stored.undo_all(source.store(), pairs))


def guards_suggested(view: View) -> pd.DataFrame:
    """What texts of the incidents in view suggest of guards, where nobody has judged it.

    Columns ``incident``, a position, ``id``, ``value`` and ``sentence``; the latest incident first.
    """
    opened = source.store()
    texts = _texts(source.edition())
    told = source.tried(lambda: _guards_told(opened.address, texts.load))
    settled = _settled(judgements_in_force())
    incidents = view.incidents
    rows = [
        (position, identity, each.value, each.sentence)
        for position, identity in zip(view.rows[::-1], incidents["id"].iloc[::-1], strict=True)
        for each in told.get(identity, ())
        if not settled & {(identity, each.value), (identity, each.guard)}
    ]
    return pd.DataFrame(rows, columns=["incident", "id", "value", "sentence"]).astype(
        {"incident": "int64"}
    )


def guards_of(record: Incident) -> list[Told]:
    """What the text of one record suggests of guards, where nobody has judged it."""
    settled = _settled(said_of_guards(record.id))
    return [
        told
        for told in told_of(record)
        if not settled & {(record.id, told.value), (record.id, told.guard)}
    ]


def said_of_guards(identity: str) -> list[Judgement]:
    """What people said of the guards of one incident, the newest first."""
    return [row for row in said_of(identity) if row.field == BARRIER]


def judge_guards(pairs: Iterable[tuple[str, str]], state: State, *, by: str) -> list[Judgement]:
    """Say of guards, given by the id of their incident and their value, whether they were so.

    What undoes it comes back.
    """
    return judge_again(
        Judgement(record_id=identity, field=BARRIER, value=value, state=state, basis="text", by=by)
        for identity, value in pairs
    )


def suggested_in(view: View) -> dict[str, list[Suggested]]:
    """By field what the texts of the incidents in view suggest where it is open, the surest first.

    What somebody refused is not suggested again.
    """
    opened = source.store()
    texts = _texts(source.edition())
    found = source.tried(lambda: _suggested(opened.address, texts, _history=view.history))
    given = {(row.record_id, row.field, row.value) for row in judgements_in_force()}
    ids = view.history.incidents["id"]
    is_open = {
        field: set(ids.take(view.rows[open_rows(view.history, field)[view.rows]]))
        for field in SUGGESTED_FIELDS
    }
    return {
        field: [
            one
            for one in found
            if one.guess.field == field
            and one.record_id in is_open[field]
            and (one.record_id, field, one.guess.label) not in given
        ]
        for field in SUGGESTED_FIELDS
    }


def suggested_fields(record: Incident) -> list[Suggested]:
    """What the text of one record suggests for the fields that it leaves open."""
    guesses = source.tried(lambda: list(guesses_of(record)))
    return [Suggested(record.id, made) for made in guesses if leaves_open(record, made.field)]


def leaves_open(record: Incident, field: str) -> bool:
    """Whether a record says nothing of a field itself."""
    return getattr(record, field) in (None, UNKNOWN, ())


def rests_on(suggestions: Sequence[Suggested]) -> list[Basis]:
    """What each suggestion rests on."""
    records = source.tried(lambda: source.store().records(one.record_id for one in suggestions))
    return [
        spoken(records[one.record_id], one.guess) if one.record_id in records else Basis()
        for one in suggestions
    ]


def judge_suggestions(
    suggestions: Iterable[Suggested], state: State, *, by: str
) -> list[Judgement]:
    """Say something of suggestions; what undoes it comes back."""
    rows = [
        Judgement.checked(
            {
                "record_id": one.record_id,
                "field": one.guess.field,
                "value": one.guess.label,
                "state": state,
                "basis": f"words, chance {one.guess.chance:.2f}",
                "by": by,
            }
        )
        for one in suggestions
    ]
    return judge_again(rows)


def judge_again(rows: Iterable[Judgement]) -> list[Judgement]:
    """Say of values what :func:`judge_suggestions` gave to undo it, or the like.

    What undoes it comes back.
    """
    said = [row.model_copy(update={"at": now()}) for row in rows]
    return source.tried(lambda: added.judge(source.store(), said))


def judgements_in_force() -> list[Judgement]:
    """What is said of suggested values and not taken back, the newest first."""
    return source.tried(lambda: added.judgements(source.store()))


def said_in(field: JudgedField) -> list[Judgement]:
    """What is said of the values of one field, the newest first."""
    return source.tried(lambda: added.judgements(source.store(), field=field))


def accepted_last(fields: Collection[str]) -> list[Judgement]:
    """The suggestions for some fields that were accepted at one time, the latest."""
    rows = [row for row in judgements_in_force() if row.field in fields and row.state == ACCEPTED]
    return [row for row in rows if row.at == rows[0].at]


def said_of(identity: str) -> list[Judgement]:
    """What is said of the values suggested for one record, the newest first."""
    return source.tried(lambda: added.judgements(source.store(), record_id=identity))


def minutes_of(team: str, start: dt.date, end: dt.date) -> dict[str, Minute]:
    """What was written down at the retrospective of a team and period, by topic."""
    return source.tried(lambda: minutes(source.store(), team, start, end))


def write_down(values: Mapping[str, Any]) -> None:
    """Keep what was said of one topic, in place of what stood there.

    Raises:
        WrongField: a value cannot be used; nothing is changed.
    """
    row = Minute.checked(values)
    source.tried(lambda: minute(source.store(), row))


@dataclass(frozen=True, slots=True)
class Conflict:
    """An action of which its source says another state than people here.

    Attributes:
        title: of the action.
        here: what was said here.
        there: the state that the source tells now; empty where it tells none.
    """

    title: str
    here: Worked
    there: str


def conflicts(keys: Iterable[tuple[str, str]]) -> list[Conflict]:
    """What is said on both sides of actions in conflict, by incident and action."""
    worked = source.worked()
    rows = [row for key in keys if (row := worked.get(Key(*key))) is not None]
    records = source.tried(lambda: source.store().records([row.record_id for row in rows]))
    told = {
        (name, action.id): action for name, record in records.items() for action in record.actions
    }
    return [
        Conflict(action.title, row, action.status or "")
        for row in rows
        if (action := told.get(row.key)) is not None
    ]


def work_on(keys: Iterable[tuple[str, str]], given: Mapping[str, Any]) -> Before:
    """Change actions here, each given by its incident and its own id; gives what undoes it.

    Raises:
        WrongField: a value cannot be used; nothing is changed.
    """
    wanted = [Key(*key) for key in keys]
    return source.tried(lambda: change(source.store(), wanted, given))


def work_as_before(before: Before) -> None:
    """Undo a change of actions."""
    source.tried(lambda: work_again(source.store(), before))


def choose_side(conflict: Conflict, *, ours: bool, by: str) -> Before:
    """End a conflict; gives what undoes it."""
    return source.tried(lambda: settle(source.store(), [conflict.here.key], ours=ours, by=by))


def _settled(judgements: Iterable[Judgement]) -> set[tuple[str, str]]:
    """What need not be asked: values that were judged, and guards whose state was confirmed."""
    return {
        (row.record_id, what)
        for row in judgements
        if row.field == BARRIER
        for what in (row.value, *([row.value.partition(":")[0]] * (row.state == ACCEPTED)))
    }


def verdicts() -> list[Verdict]:
    """The verdicts in force, the newest first."""
    return source.tried(lambda: stored.verdicts(source.store()))


def judged() -> Judged:
    """What the verdicts say of the flags that they were given on."""
    return source.tried(lambda: _judged(source.edition()))


def check_concepts() -> None:
    """See that the list of concepts can be used.

    Raises:
        ConceptsUnreadable: it cannot; the message says why.
    """
    concepts_in_force()


@st.cache_resource(show_spinner="Reading the texts", max_entries=SEARCHES_KEPT)
def _search(address: str, texts: TextsEdition) -> Known:
    """Kept through verdicts, as one more changes no text."""
    return open_index(source.store())


@st.cache_resource(show_spinner="Reading the texts", max_entries=SEARCHES_KEPT)
def _guards_told(address: str, load: int) -> dict[str, list[Told]]:
    """Kept until records change: reading 2,000 texts takes about a second."""
    return told_in_store(source.store(), source.history().incidents["id"].tolist())


@st.cache_resource(show_spinner=False, max_entries=SEARCHES_KEPT)
def _texts(edition: source.Edition) -> TextsEdition:
    return texts_edition(source.store())


@st.cache_resource(show_spinner="Reading the texts", max_entries=SEARCHES_KEPT)
def _suggested(address: str, texts: TextsEdition, *, _history: History) -> list[Suggested]:
    """Kept through judgements: for what the records themselves leave open, accepted or not."""
    ids, accepted = _history.incidents["id"], _history.accepted
    wanted = dict[str, list[str]]()
    for field in SUGGESTED_FIELDS:
        filled = accepted.loc[accepted["field"] == field, "incident"].to_numpy()
        wanted[field] = list(ids[open_rows(_history, field) | _history.marks(filled)])
    guards = _guards_told(address, texts.load)
    return suggested_by_texts(source.store(), wanted, guards=guards)


@st.cache_resource(show_spinner=False, max_entries=SEARCHES_KEPT)
def _judged(edition: source.Edition) -> Judged:
    return verdicts_on_flags(source.store())


@st.cache_resource(show_spinner=False, max_entries=SEARCHES_KEPT)
def _scores(edition: source.Edition) -> dict[str, dict[str, float]]:
    return suggested_scores(source.store())

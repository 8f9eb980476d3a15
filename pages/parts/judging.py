"""Where pages get possible repeats and put verdicts.

Texts and suggestions come from the store, reasons from the search, all of one edition.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from analytics.frames import History
from analytics.matcher.confidence import SEEN, Judged
from analytics.matcher.matching import Match
from analytics.matcher.nearest import Nearest, closeness, nearest
from analytics.matcher.prepared import Document
from analytics.matcher.reasons import Reasons, explain
from analytics.matcher.searching import Matched, Progress, Search
from analytics.repeats.queue import Queue, queue
from analytics.selection import Rows
from analytics.stored.documents import document_of, document_of_text
from analytics.stored.search import (
    concepts_in_force,
    match_again,
    match_new,
    open_search,
)
from analytics.stored.search import judged as verdicts_on_flags
from data import verdicts as stored
from data.concepts import ConceptsUnreadable
from data.prepared_texts import TextsEdition, texts_edition
from data.record import Incident
from data.suggestions import Suggestion, suggested_scores, suggestions
from data.verdicts import RELATIONS, Relation, Verdict
from pages.parts import source

__all__ = [
    "RELATIONS",
    "ConceptsUnreadable",
    "Matched",
    "Possible",
    "Relation",
    "Verdict",
    "check_concepts",
    "described",
    "group_again",
    "judge",
    "judge_all",
    "judged",
    "likeliest",
    "match_all",
    "nearest_to",
    "pair_of",
    "possible",
    "suggested_for",
    "titles",
    "undo",
    "unjudged",
    "verdicts",
    "waiting",
]

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


def match_all(progress: Progress) -> Matched:
    """Search all records that were not searched yet."""
    return source.tried(lambda: match_new(source.store(), progress=progress))


def group_again(ids: Iterable[str]) -> None:
    """Let the search name and place again what people no longer hold."""
    source.tried(lambda: match_again(source.store(), ids))


def waiting(history: History, rows: Rows) -> Queue:
    """Of the rows of suggested links those to be looked at, the costliest first."""
    calibration = judged().calibration
    return queue(
        history,
        rows,
        scores=source.tried(lambda: _scores(source.edition())),
        weakest=None if calibration is None else calibration.weakest,
    )


def pair_of(history: History, row: int) -> tuple[str, str]:
    """The ids of the later and the earlier incident of a link."""
    ids, link = history.incidents["id"], history.links.iloc[row]
    return str(ids.iloc[link["later"]]), str(ids.iloc[link["earlier"]])


def possible(later: str, earlier: str) -> Possible | None:
    """What there is to say of a pair; None where one of the two is gone."""
    store = source.store()
    one, other = source.tried(lambda: (store.incident(later), store.incident(earlier)))
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
    records = source.tried(lambda: source.store().records(names))
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


def searched() -> Search:
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


def undo(later: str, earlier: str) -> None:
    """Take back what was said of a pair."""
    source.tried(lambda: stored.undo(source.store(), later, earlier))


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
def _search(address: str, texts: TextsEdition) -> Search:
    """Kept through verdicts: opening it reads all texts, and one more verdict changes none."""
    return open_search(source.store())


@st.cache_resource(show_spinner=False, max_entries=SEARCHES_KEPT)
def _texts(edition: source.Edition) -> TextsEdition:
    return texts_edition(source.store())


@st.cache_resource(show_spinner=False, max_entries=SEARCHES_KEPT)
def _judged(edition: source.Edition) -> Judged:
    return verdicts_on_flags(source.store())


@st.cache_resource(show_spinner=False, max_entries=SEARCHES_KEPT)
def _scores(edition: source.Edition) -> dict[str, dict[str, float]]:
    return suggested_scores(source.store())

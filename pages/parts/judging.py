"""Where pages get possible repeats and put verdicts.

Texts and suggestions come from the store, reasons from the search, all of one edition.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import streamlit as st

from analytics.__main__ import Search, document_of, match_new, open_search
from analytics.answer import Answer
from analytics.frames import History
from analytics.impact.minutes import impact_hours
from analytics.matcher.confidence import precision_of_flags
from analytics.matcher.reasons import Reasons, explain
from analytics.selection import Rows
from data import verdicts as stored
from data.store import StoreError
from data.suggestions import suggestions
from data.verdicts import Relation, Verdict
from pages.parts import source

__all__ = [
    "Possible",
    "Relation",
    "Verdict",
    "costliest_first",
    "flag_precision",
    "judge",
    "match_all",
    "pair_of",
    "possible",
    "undo",
    "unjudged_for",
    "verdicts",
]

T = TypeVar("T")

#: Searches kept in memory: one is as large as all texts.
SEARCHES_KEPT = 1
SAME_CAUSE: Relation = "repeat"


@dataclass(frozen=True)
class Possible:
    """One possible repeat, ready to be judged.

    Attributes:
        later, earlier: titles; began, earlier_began: when.
        level: name of the flag; certainty: between 0 and 1.
        reasons: None where one of the texts cannot be read any more.
        actions: titles of the earlier incident's actions with their states.
    """

    later: str
    earlier: str
    began: dt.datetime | None
    earlier_began: dt.datetime | None
    level: str
    certainty: float | None
    reasons: Reasons | None
    actions: tuple[tuple[str, str], ...]


def match_all() -> int:
    """Search all records that were not searched yet; how many these were."""
    return _try(lambda: match_new(source.store()))


def costliest_first(history: History, rows: Rows) -> Rows:
    """Rows of links, those whose later incident had the longest impact first."""
    hours = impact_hours(history.incidents.take(history.links["later"].to_numpy()[rows]))
    ordered: Rows = rows[np.argsort(-np.nan_to_num(hours), kind="stable")]
    return ordered


def pair_of(history: History, row: int) -> tuple[str, str]:
    """The ids of the later and the earlier incident of a link."""
    ids, link = history.incidents["id"], history.links.iloc[row]
    return str(ids.iloc[link["later"]]), str(ids.iloc[link["earlier"]])


def possible(later: str, earlier: str) -> Possible | None:
    """What there is to say of a pair; None where nothing is suggested for it."""
    store = source.store()
    found = _try(lambda: [s for s in suggestions(store, later_id=later) if s.earlier_id == earlier])
    one, other = _try(lambda: (store.incident(later), store.incident(earlier)))
    if not found or one is None or other is None:
        return None
    search, new, old = _search(source.edition()), document_of(one), document_of(other)
    reasons = None
    if new is not None and old is not None:
        reasons = explain(new, old, index=search.index, concepts=search.concepts)
    return Possible(
        later=one.title or later,
        earlier=other.title or earlier,
        began=new.created if new else None,
        earlier_began=old.created if old else None,
        level=found[0].level,
        certainty=found[0].confidence,
        reasons=reasons,
        actions=tuple((action.title, action.status or "") for action in other.actions),
    )


def unjudged_for(later: str) -> list[str]:
    """Ids of the earlier incidents suggested for one incident that nobody has judged with it."""
    store = source.store()
    said = {verdict.pair for verdict in _try(lambda: stored.verdicts(store))}
    found = _try(lambda: suggestions(store, later_id=later))
    return [one.earlier_id for one in found if frozenset((later, one.earlier_id)) not in said]


def judge(later: str, earlier: str, relation: Relation) -> None:
    """Say something of a pair."""
    _try(lambda: stored.judge(source.store(), later, earlier, relation))


def undo(later: str, earlier: str) -> None:
    """Take back what was said of a pair."""
    _try(lambda: stored.undo(source.store(), later, earlier))


def verdicts() -> list[Verdict]:
    """The verdicts in force, the newest first."""
    return _try(lambda: stored.verdicts(source.store()))


def flag_precision() -> tuple[int, Answer]:
    """How many of the judged flags were confirmed, and their share."""
    flagged = [one for one in verdicts() if one.level]
    confirmed = sum(one.relation == SAME_CAUSE for one in flagged)
    return confirmed, precision_of_flags(confirmed, len(flagged))


@st.cache_resource(show_spinner="Reading the texts", max_entries=SEARCHES_KEPT)
def _search(edition: source.Edition) -> Search:
    return open_search(source.store())


def _try(work: Callable[[], T]) -> T:
    try:
        return work()
    except StoreError as error:
        source.stop(error)

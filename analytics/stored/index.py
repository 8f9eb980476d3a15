"""What of the stored texts the search remembers: each text read once, and the index over them."""

import datetime as dt
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from analytics.matcher.matching import LAYOUT, Index
from analytics.matcher.prepared import Document, Prepared, version_of
from analytics.matcher.words import Concepts, compile_concepts
from analytics.pairs import is_new_event
from data import prepared_texts
from data.lists import ConceptsUnreadable, current_concepts, read_lessons
from data.record import CLOCK_FIELDS, Incident
from data.store import Store

# What of a stored record tells its cause?


def document_of(record: Incident) -> Document | None:
    """What of a record tells its cause; None for what is no incident."""
    if record.kind != "incident":
        return None
    began = _began(record)
    return Document(
        id=record.id,
        created=None if began is None else _naive(began),
        resolved=None if record.resolved_at is None else _naive(record.resolved_at),
        title=record.title,
        cause=record.root_cause,
        trigger=record.trigger or "",
        factors=record.contributing_factors,
        summary=record.summary,
        services=record.services,
        category=record.root_cause_category or "",
    )


def document_of_text(text: str) -> Document:
    """What somebody describes, to be compared with all records; a first line of its own is a title.

    Such a text is no record: it has no id and no beginning.
    """
    first, _, rest = text.strip().partition("\n")
    title, cause = (first, rest) if rest.strip() else ("", first)
    return Document(id="", created=None, title=title.lstrip("# "), cause=cause)


def is_second_report(record: Incident, original: Incident | None) -> bool:
    """Whether a record tells of the event of its original, and so of nothing to be searched for.

    Args:
        original: the record that it says to be a duplicate of; None where that is not stored.
    """
    if original is None or original.id == record.id:
        return False
    began, over = _began(record), original.resolved_at
    return began is None or over is None or not is_new_event(np.timedelta64(began - over))


def _began(record: Incident) -> dt.datetime | None:
    known = [at for name in CLOCK_FIELDS if (at := getattr(record, name)) is not None]
    return record.impact_started_at or min(known, default=None)


def _naive(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(tzinfo=None)


# The index of the search, kept with the store, so that one question needs not read every text.

#: Problems of a list of concepts that are named at once.
MOST_NAMED = 5


@dataclass(frozen=True)
class Known:
    """The index of all records that were searched, and the concepts that they were read with."""

    index: Index
    concepts: Concepts


def concepts_in_force() -> Concepts:
    """Our concepts and those of the user.

    Raises:
        ConceptsUnreadable: something is wrong with the file of the user.
    """
    compiled = compile_concepts(current_concepts())
    if compiled.problems:
        named = "; ".join(compiled.problems[:MOST_NAMED])
        more = len(compiled.problems) - MOST_NAMED
        raise ConceptsUnreadable(named + (f"; and {more:,} more" if more > 0 else ""))
    return compiled


@cache
def lesson_concepts() -> Mapping[str, Concepts]:
    """What lessons are about, by the field of the record that tells them; luck knows more."""
    usual = compile_concepts(read_lessons("concepts"))
    of_luck = compile_concepts(read_lessons("luck", "concepts"))
    fields = ("what_went_well", "what_went_wrong", "where_we_got_lucky", "what_let_it_grow")
    return {name: of_luck if name == "where_we_got_lucky" else usual for name in fields}


@cache
def blame_concepts() -> Concepts:
    """How sentences name a person as the cause; the label of each is what to ask instead."""
    return compile_concepts(read_lessons("blame"))


def open_index(store: Store) -> Known:
    """The index as the last search left it; put together from the texts where none is kept.

    Raises:
        StoreUnreachable: the database failed.
        ConceptsUnreadable: see :func:`concepts_in_force`.
    """
    concepts = concepts_in_force()
    parts = prepared_texts.kept_index(store, _version(concepts))
    if parts:
        return Known(Index.of_parts(parts), concepts)
    return Known(_from_texts(store, concepts), concepts)


def keep_index(store: Store, index: Index, concepts: Concepts) -> None:
    """Keep an index that has just the texts of the store, for the next question."""
    if not index.in_order:
        index = _from_texts(store, concepts)
    prepared_texts.keep_index(store, _version(concepts), len(index), index.parts())


def index_is_kept(store: Store, concepts: Concepts) -> bool:
    """Whether the next question needs to read no text."""
    return prepared_texts.has_index(store, _version(concepts))


def _from_texts(store: Store, concepts: Concepts) -> Index:
    payloads = prepared_texts.prepared(store, version_of(concepts))
    return Index.restore(Prepared.from_json(json.loads(payload)["text"]) for _, payload in payloads)


def _version(concepts: Concepts) -> str:
    """The mark of an index in these parts; its numbers lie in it as this machine writes them."""
    return f"{version_of(concepts)}-{LAYOUT}-{sys.byteorder}"

"""The index of the search, kept with the store, so that one question needs not read every text."""

import json
import sys
from dataclasses import dataclass

from analytics.matcher.concepts import Concepts, compile_concepts
from analytics.matcher.matching import LAYOUT, Index
from analytics.matcher.prepared import Prepared, version_of
from data import prepared_texts
from data.concepts import ConceptsUnreadable, current
from data.store import Store

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
    compiled = compile_concepts(current())
    if compiled.problems:
        named = "; ".join(compiled.problems[:MOST_NAMED])
        more = len(compiled.problems) - MOST_NAMED
        raise ConceptsUnreadable(named + (f"; and {more:,} more" if more > 0 else ""))
    return compiled


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

"""Which cause and trigger do the texts in a store tell, where its records name none?"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from analytics.causes.suggesting import CONCEPT, Guess, Learnt, features
from analytics.matcher.prepared import Prepared, prepare, version_of
from analytics.matcher.tokens import tokens
from analytics.stored.documents import document_of
from analytics.stored.kept_index import concepts_in_force
from analytics.stored.texts import texts_of
from data.judgements import SINGLE
from data.learnt import read_learnt
from data.lists import current
from data.record import Incident
from data.store import Store

#: Fields that are suggested from what was learnt.
LEARNT_FIELDS = SINGLE
#: Words with their dots and dashes, as they are written.
_WRITTEN = re.compile(r"\w+(?:[.-]\w+)*")


@dataclass(frozen=True, slots=True)
class Suggested:
    """A guess about a stored record."""

    record_id: str
    guess: Guess


@dataclass(frozen=True, slots=True)
class Basis:
    """What a guess rests on.

    Attributes:
        words: as the record writes them.
        kinds: of cause that it speaks of.
    """

    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@cache
def learnt() -> tuple[Learnt, ...]:
    """What was learnt, by field."""
    return tuple(Learnt.of(field, kept) for field, kept in read_learnt().items())


def suggested(store: Store, wanted: Mapping[str, Collection[str]]) -> list[Suggested]:
    """What the texts of stored records tell, the surest first.

    Args:
        wanted: by field the ids of the records that leave it open.

    Raises:
        ConceptsUnreadable: something is wrong with the file of the user.
    """
    version = version_of(concepts_in_force())
    of_field = {field: frozenset(ids) for field, ids in wanted.items()}
    every = sorted(frozenset[str]().union(*of_field.values()))
    found = [
        Suggested(text.id, made)
        for _, text in texts_of(store, version, every)
        for made in _guesses(text)
        if text.id in of_field.get(made.field, ())
    ]
    return sorted(found, key=lambda one: (-one.guess.chance, one.record_id))


def guesses_of(record: Incident) -> Iterator[Guess]:
    """What the text of one record tells of each field, whether the record names it or not."""
    document = document_of(record)
    if document is not None:
        yield from _guesses(prepare(document, concepts_in_force()))


def spoken(record: Incident, made: Guess) -> Basis:
    """What a guess rests on, as people say it."""
    document, labels = document_of(record), concepts_in_force().labels
    text = "" if document is None else f"{document.title}\n{document.body}"
    written = dict[str, str]()
    for word in _WRITTEN.findall(text):
        for token in tokens(word):
            written.setdefault(token, word)
    kinds = (name.removeprefix(CONCEPT) for name in made.rests_on if name.startswith(CONCEPT))
    return Basis(
        words=tuple(dict.fromkeys(written[name] for name in made.rests_on if name in written)),
        kinds=tuple(labels[name].lower() for name in kinds if name in labels),
    )


def _guesses(text: Prepared) -> Iterator[Guess]:
    said = features(text)
    for model in learnt():
        if (made := model.guess(said)) and _is_listed(made):
            yield made


def _is_listed(made: Guess) -> bool:
    """Whether the lists in force have the label: a team may keep its own."""
    return current().resolve(made.field, made.label) == made.label

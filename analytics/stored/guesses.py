"""Which cause, trigger and contributing factors do texts tell, where their records name none?

Cause and trigger come from what was learnt of words. Of contributing factors too few are labelled
anywhere to learn from (weights were right in half of the cases), and texts say them outright: that
there was no alert, or no test. So they are what the rules for guards read as absent.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from textwrap import shorten
from types import MappingProxyType

from analytics.answer import Answer
from analytics.causes.suggesting import (
    CONCEPT,
    Guess,
    Learnt,
    features,
    suggestion_precision,
)
from analytics.matcher.prepared import Prepared, prepare, version_of
from analytics.matcher.words import tokens
from analytics.stored.index import concepts_in_force, document_of
from analytics.stored.search import texts_of
from data.added import SINGLE, JudgedField
from data.barriers import Told, told_of
from data.lists import current_lists, read_learnt
from data.record import Incident
from data.store import Store

#: Fields that are suggested from what was learnt, and all that are.
LEARNT_FIELDS = SINGLE
FACTORS: JudgedField = "contributing_factors"
SUGGESTED_FIELDS: tuple[JudgedField, ...] = (*LEARNT_FIELDS, FACTORS)
#: What contributed where a guard was absent. One that failed was read wrongly too often.
FACTOR_OF = {
    "alert:absent": "monitoring gap",
    "test:absent": "test gap",
    "canary:absent": "rollout or staging gap",
    "runbook:absent": "documentation or runbook",
    "guardrail:absent": "missing validation or guardrail",
}
#: Of the sentences that these rules took for a factor in 875 public status texts and
#: post-mortems, none of which the rules were made on, so many were found right by reading them.
FACTORS_RIGHT, FACTORS_READ = 29, 33
NONE_TOLD: Mapping[str, Iterable[Told]] = MappingProxyType({})
#: Marks of a list, which are no part of a sentence that is quoted, and its length in characters.
BULLETS = "-*•· \t"
LONGEST_QUOTE = 240
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
        words: as the record writes them; of a factor the sentence.
        kinds: of cause that it speaks of.
    """

    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@cache
def learnt() -> tuple[Learnt, ...]:
    """What was learnt, by field."""
    return tuple(Learnt.of(field, kept) for field, kept in read_learnt().items())


def suggested(
    store: Store,
    wanted: Mapping[str, Collection[str]],
    *,
    guards: Mapping[str, Iterable[Told]] = NONE_TOLD,
) -> list[Suggested]:
    """What the texts of stored records tell, the surest first.

    Args:
        wanted: by field the ids of the records that leave it open.
        guards: by record what its text tells of guards, from which factors follow.

    Raises:
        ConceptsUnreadable: something is wrong with the file of the user.
    """
    version = version_of(concepts_in_force())
    of_field = {field: frozenset(ids) for field, ids in wanted.items()}
    every = sorted(frozenset[str]().union(*of_field.values()))
    found = [
        Suggested(text.id, made)
        for _, text in texts_of(store, version, every)
        for made in _learnt(text)
        if text.id in of_field.get(made.field, ())
    ]
    for name in of_field.get(FACTORS, frozenset()) & guards.keys():
        found += [Suggested(name, made) for made in _factors(guards[name])]
    listed = _listed()
    found = [one for one in found if one.guess.label in listed[one.guess.field]]
    return sorted(found, key=lambda one: (-one.guess.chance, one.record_id, one.guess.label))


def guesses_of(record: Incident) -> Iterator[Guess]:
    """What the text of one record tells of each field, whether the record names it or not."""
    document = document_of(record)
    if document is None:
        return
    listed = _listed()
    for made in (*_learnt(prepare(document, concepts_in_force())), *_factors(told_of(record))):
        if made.label in listed[made.field]:
            yield made


def spoken(record: Incident, made: Guess) -> Basis:
    """What a guess rests on, as people say it."""
    if made.field == FACTORS:
        return Basis(words=made.rests_on)
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


def precision_of(field: str) -> Answer:
    """How often a suggestion for a field was right on texts that it was not made on."""
    if field == FACTORS:
        return suggestion_precision(FACTORS_RIGHT, FACTORS_READ)
    return next(model.precision for model in learnt() if model.field == field)


def _factors(told: Iterable[Told]) -> Iterator[Guess]:
    for one in told:
        if label := FACTOR_OF.get(one.value):
            quoted = shorten(one.sentence.lstrip(BULLETS), LONGEST_QUOTE, placeholder=" …")
            yield Guess(FACTORS, label, FACTORS_RIGHT / FACTORS_READ, (quoted,))


def _learnt(text: Prepared) -> Iterator[Guess]:
    said = features(text)
    for model in learnt():
        if made := model.guess(said):
            yield made


def _listed() -> Mapping[str, frozenset[str]]:
    """The labels of each field in the lists in force: a team may keep its own."""
    return current_lists().labels

"""Why do we think that two records have one cause?

Shown are parts of the score and nothing else: concepts and words that both records hold, each with
how rare it is, the sentences of either text where most of them stand, services, categories and the
time between. What differs is shown as well, so that a reader can disagree.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from analytics.matcher.concepts import Concepts
from analytics.matcher.matching import CONCEPT_MARK, Index
from analytics.matcher.prepared import Document, prepare
from analytics.matcher.tokens import tokens, words
from analytics.units import DAY

#: As many shared words and concepts as a person reads.
MOST_SHOWN = 8
#: Rarity below which a shared word says nothing (about every second record has it).
COMMON = 0.7


@dataclass(frozen=True, slots=True)
class Shared:
    """What both records hold, as the later one writes it, with its rarity in nats."""

    text: str
    rarity: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """The evidence for one pair, in the order of its weight.

    Attributes:
        concepts, words: what both hold, the rarest first.
        later_sentence, earlier_sentence: the sentence of each that holds most of it; empty if none.
        same_services, only_later, only_earlier: services as the records name them.
        same_category: None where either category is unknown.
        days: from the start of the earlier record to that of the later; None where either is not
            known.
    """

    concepts: tuple[Shared, ...]
    words: tuple[Shared, ...]
    later_sentence: str
    earlier_sentence: str
    same_services: tuple[str, ...]
    only_later: tuple[str, ...]
    only_earlier: tuple[str, ...]
    same_category: bool | None
    days: float | None


def explain(later: Document, earlier: Document, *, index: Index, concepts: Concepts) -> Reasons:
    """The evidence that ``earlier`` has the cause of ``later``, by the rarities of ``index``."""
    new, old = prepare(later, concepts), prepare(earlier, concepts)
    named = _ranked(index, [CONCEPT_MARK + name for name in new.concepts if name in old.concepts])
    held = _ranked(index, sorted(set(new.words) & set(old.words)))
    value = {**named, **held}
    written = _as_written(later)
    ours, theirs = set(later.services), set(earlier.services)
    return Reasons(
        concepts=tuple(
            Shared(concepts.labels.get(name.removeprefix(CONCEPT_MARK), name), rarity)
            for name, rarity in list(named.items())[:MOST_SHOWN]
        ),
        words=tuple(
            Shared(written.get(word, word), rarity)
            for word, rarity in _without_parts(held, later)[:MOST_SHOWN]
        ),
        later_sentence=_best_sentence(later, value, concepts),
        earlier_sentence=_best_sentence(earlier, value, concepts),
        same_services=tuple(sorted(ours & theirs)),
        only_later=tuple(sorted(ours - theirs)),
        only_earlier=tuple(sorted(theirs - ours)),
        same_category=new.category == old.category if new.category and old.category else None,
        days=_days(later.created, earlier.created),
    )


def _days(later: dt.datetime | None, earlier: dt.datetime | None) -> float | None:
    return None if later is None or earlier is None else (later - earlier).total_seconds() / DAY


def _ranked(index: Index, items: list[str]) -> dict[str, float]:
    """``items`` that say something, the rarest first; all of them in a history of a few records."""
    rarities = index.rarity_of(items)
    kept = [item for item in items if rarities[item] >= COMMON] or items
    return {item: rarities[item] for item in sorted(kept, key=lambda item: -rarities[item])}


def _without_parts(held: Mapping[str, float], document: Document) -> list[tuple[str, float]]:
    """Shared words without those that are only parts of a shared identifier (``maxPoolSize``)."""
    parts: set[str] = set()
    for raw in _raw_words(document):
        *inside, whole = tokens(raw) or [""]
        if whole in held:
            parts.update(inside)
    return [(word, rarity) for word, rarity in held.items() if word not in parts]


def _as_written(document: Document) -> dict[str, str]:
    """Each token's first spelling in the text; an identifier as it stands there."""
    written: dict[str, str] = {}
    for raw in _raw_words(document):
        found = tokens(raw)
        if len(found) > 1:
            written.setdefault(found[-1], raw)
        for word in words(raw):
            for token in tokens(word):
                written.setdefault(token, word)
    return written


def _raw_words(document: Document) -> list[str]:
    return [raw.strip(".,;:!?()[]\"'`") for text in document.sentences for raw in text.split()]


def _best_sentence(document: Document, value: Mapping[str, float], concepts: Concepts) -> str:
    """The sentence whose shared words and concepts weigh most; the earlier one if equal."""

    def worth(sentence: str) -> float:
        held = set(tokens(sentence)) | {CONCEPT_MARK + n for n in concepts.in_sentence(sentence)}
        return sum(value.get(item, 0.0) for item in held)

    best = max(document.sentences, key=worth)
    return best if worth(best) > 0 else ""

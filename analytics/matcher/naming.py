"""What is a readable name for a known cause?

Proposed from what its incidents share and others do not, in the words that people wrote: the kinds
of cause that they speak of, then the words that are particular. Words that stand side by side in
the texts stay a phrase. Names of services say where and not why, so they stand only where nothing
more particular is shared. A name that people give always wins.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from analytics.matcher.concepts import Concepts
from analytics.matcher.matching import CONCEPT_MARK, Index
from analytics.matcher.prepared import Document, Prepared, prepare
from analytics.matcher.settling import Family
from analytics.matcher.tokens import tokens, words

#: Words in a proposed name, and the share of members that must have an item of it.
NAME_WORDS, NAME_SHARE = 2, 0.5
#: Telling words among which one looks for two that stand side by side.
LOOKED_AT = 5
#: The latest members of a family, after which it is named; more would not change the name.
NAMED_AFTER = 30
#: How many times commoner an item must be among the members than among all records.
FEWEST_TIMES = 4.0
#: Words that begin alike say the same: "overloaded" beside "Overload".
SAME_BEGINNING = 5


def propose_name(
    members: Sequence[tuple[Document, Prepared]], *, index: Index, concepts: Concepts
) -> str:
    """A name from what at least half of the members say and others do not; empty if nothing is.

    Items are ordered by rate × log(rate / background rate): the share of members that have it
    against the share of all records.

    Args:
        members: what was written of each incident, and what was read in it.
    """
    ordered = _typical([prepared for _, prepared in members], index)
    kinds = [item.removeprefix(CONCEPT_MARK) for item in ordered if item.startswith(CONCEPT_MARK)]
    title = next((concepts.labels[name] for name in kinds if name in concepts.labels), "")
    said = [*words(title), *(word for name in kinds for word in name.split("-"))]
    said += [word for _, one in members for name in one.services for word in words(name)]
    plain = [item for item in ordered if not item.startswith(CONCEPT_MARK)]
    told = [item for item in plain if not _is_said(item, said)][:LOOKED_AT]
    detail, is_phrase = _phrase(told, [document for document, _ in members])
    if not title:
        return detail[:1].upper() + detail[1:] if is_phrase else ""
    if not detail and (where := _where([document for document, _ in members])):
        return f"{title} in {where}"
    return f"{title}: {detail}" if detail else title


def named(
    families: Iterable[Family],
    before: Iterable[Family],
    texts: Callable[[str], Document | None],
    *,
    index: Index,
    concepts: Concepts,
) -> Iterator[Family]:
    """The families with their names: a new one where the members changed since ``before``.

    One whose incidents share no telling words is called after the first of them.

    Args:
        texts: gives what was written of an incident, None where it is gone.
    """
    known = {family.id: family for family in before if family.name}
    for family in families:
        old = known.get(family.id)
        if family.named:
            yield family
        elif old is not None and frozenset(old.members) == frozenset(family.members):
            yield replace(family, name=old.name)
        else:
            written = (texts(member) for member in family.members[-NAMED_AFTER:])
            members = [(one, prepare(one, concepts)) for one in written if one is not None]
            name = propose_name(members, index=index, concepts=concepts)
            yield replace(family, name=name or next((one.title for one, _ in members), ""))


def _typical(members: Sequence[Prepared], index: Index) -> list[str]:
    """The items that make these records different from the others, the most telling first."""
    counts = Counter(CONCEPT_MARK + name for one in members for name in one.concepts)
    counts.update(word for one in members for word in _of_the_cause(one))
    rates = {item: count / len(members) for item, count in counts.items()}
    typical = [item for item, rate in rates.items() if rate >= NAME_SHARE]
    background = index.share_of(typical)
    value = {
        item: rates[item] * math.log(rates[item] / background[item])
        for item in typical
        if 0 < FEWEST_TIMES * background[item] <= rates[item]
    }
    return sorted(value, key=lambda item: (-value[item], item))


def _where(members: Sequence[Document]) -> str:
    """The service that most of them hit, if at least half of them did."""
    hit = Counter(name for one in members for name in set(one.services))
    most = min(hit, key=lambda name: (-hit[name], name), default="")
    return most if hit[most] >= NAME_SHARE * len(members) else ""


def _of_the_cause(one: Prepared) -> Iterator[str]:
    """The words of what was written of the cause; those of the title where nothing was."""
    written = any(one.in_body)
    return (word for word, n in zip(one.words, one.in_body, strict=True) if n or not written)


def _is_said(word: str, said: Iterable[str]) -> bool:
    start = word[:SAME_BEGINNING]
    return any(other.startswith(start) or word.startswith(other) for other in said)


def _phrase(told: Collection[str], documents: Iterable[Document]) -> tuple[str, bool]:
    """The words as they are written most often; whether the texts have them side by side."""
    texts = [list(_written(document)) for document in documents]
    spelling = _spelling(told, texts)
    beside = Counter(pair for text in texts for pair in _beside(text, told))
    best = max(beside, key=lambda pair: (beside[pair], pair), default=None)
    if best is not None and beside[best] >= NAME_SHARE * len(texts):
        return " ".join(spelling[item] for item in best), True
    return ", ".join(spelling[item] for item in list(told)[:NAME_WORDS] if item in spelling), False


def _beside(text: Iterable[tuple[str, str]], told: Collection[str]) -> set[tuple[str, str]]:
    """Pairs of telling words that stand side by side in a text."""
    neighbours = pairwise(token for token, _ in text)
    return {(a, b) for a, b in neighbours if a != b and a in told and b in told}


def _written(document: Document) -> Iterator[tuple[str, str]]:
    """Each word of a text with its token, in order; words that carry no cause have none."""
    for word in words(f"{document.title}\n{document.body}"):
        found = tokens(word)
        yield (found[0] if found else "", word)


def _spelling(
    told: Collection[str], texts: Iterable[Iterable[tuple[str, str]]]
) -> Mapping[str, str]:
    """For each token the way it is written most often in these texts (``query`` → ``queries``)."""
    seen: dict[str, Counter[str]] = {}
    for token, word in (pair for text in texts for pair in text if pair[0] in told):
        seen.setdefault(token, Counter())[word] += 1
    return {token: min(forms, key=lambda w: (-forms[w], w)) for token, forms in seen.items()}

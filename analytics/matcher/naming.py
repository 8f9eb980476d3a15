"""What is a readable name for a known cause?

Proposed from what its incidents share and others do not, in the words that people wrote; a name
that people give always wins.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from analytics.matcher.concepts import Concepts
from analytics.matcher.matching import CONCEPT_MARK, Index
from analytics.matcher.prepared import Document, Prepared
from analytics.matcher.tokens import tokens, words

#: Words in a proposed name, and the share of members that must have an item of it.
NAME_WORDS, NAME_SHARE = 2, 0.5


def propose_name(
    members: Sequence[Prepared], *, index: Index, concepts: Concepts, written: Mapping[str, str]
) -> str:
    """A name from what at least half of the members say and others do not; empty if nothing is.

    Items are ordered by rate × log(rate / background rate): the share of members that have it
    against the share of all records.

    Args:
        written: how people write each token, from :func:`spellings`.
    """
    counts = Counter(CONCEPT_MARK + name for one in members for name in one.concepts)
    counts.update(word for one in members for word in one.words)
    rates = {item: count / len(members) for item, count in counts.items()}
    typical = [item for item, rate in rates.items() if rate >= NAME_SHARE]
    background = index.share_of(typical)
    value = {
        item: rates[item] * math.log(rates[item] / background[item])
        for item in typical
        if 0 < background[item] < rates[item]
    }
    ordered = sorted(value, key=lambda item: (-value[item], item))
    return _phrase(ordered, concepts, written)


def spellings(documents: Iterable[Document]) -> dict[str, str]:
    """For each token the way it is written most often in these texts (``query`` → ``queries``)."""
    seen: dict[str, Counter[str]] = {}
    for document in documents:
        for word in words(f"{document.title}\n{document.body}"):
            for token in tokens(word):
                seen.setdefault(token, Counter())[word] += 1
    return {token: min(forms, key=lambda w: (-forms[w], w)) for token, forms in seen.items()}


def _phrase(ordered: Sequence[str], concepts: Concepts, written: Mapping[str, str]) -> str:
    """``Slow query: replica, search``: the best concept, then words that it does not say."""
    named = [item.removeprefix(CONCEPT_MARK) for item in ordered if item.startswith(CONCEPT_MARK)]
    title = next((concepts.labels[name] for name in named if name in concepts.labels), "")
    said = set(tokens(title))
    plain = [item for item in ordered if not item.startswith(CONCEPT_MARK) and item not in said]
    detail = ", ".join(written.get(item, item) for item in plain[:NAME_WORDS])
    if not title:
        return detail[:1].upper() + detail[1:]
    return f"{title}: {detail}" if detail else title

"""How strongly is each record linked to others, for families to be made from?

A link is how much two records look alike, between 0 and 1. A record that tells no cause has none:
two of them look alike by their service and by the words of every title.
"""

from collections.abc import Iterable, Iterator, Mapping

from analytics.matcher.clustering import WEAKEST_LINK
from analytics.matcher.matching import Index, Match
from analytics.matcher.prepared import Prepared

#: Matches of each record to keep as links; fewer make families depend on which record was first.
LINKS_PER_RECORD = 30
#: Words beside the title from which a record is taken to tell a cause where no concept is spoken
#: of: "Not stated." and "The host had trouble." tell none.
FEWEST_WORDS = 3


def tells_cause(prepared: Prepared) -> bool:
    """Whether a record says anything of its cause."""
    return bool(prepared.concepts) or sum(map(bool, prepared.in_body)) >= FEWEST_WORDS


def links_of(prepared: Prepared, near: Iterable[Match]) -> dict[str, float]:
    """The links of a record to those that were found ``near`` it; none where it tells no cause."""
    if not tells_cause(prepared):
        return {}
    return {match.id: match.link for match in near if match.link >= WEAKEST_LINK}


def links_among(
    records: Iterable[Prepared], index: Index, known: Mapping[str, Mapping[str, float]]
) -> Iterator[tuple[tuple[str, str], float]]:
    """The links between ``records``, all of which stand in the ``index``.

    Args:
        known: the links of those that have been searched just now, by id.
    """
    silent = set()
    found = []
    for one in records:
        if not tells_cause(one):
            silent.add(one.id)
        elif one.id in known:
            found.append((one.id, known[one.id]))
        else:
            found.append((one.id, links_of(one, index.search(one, limit=LINKS_PER_RECORD))))
    for later, links in found:
        for earlier, link in links.items():
            if earlier not in silent:
                yield (later, earlier), link

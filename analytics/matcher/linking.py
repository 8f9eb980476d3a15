"""How strongly is each record linked to others, for families to be made from?

A link is how much two records look alike, between 0 and 1. What makes records of one cause look
alike differs between companies: in one it is the service, in the next the words. So once people
have confirmed enough, the weight of each part of the score is learned from the pairs that they
put together, against pairs that they put into different causes. A record that tells no cause has
no link: two of them look alike by their service and by the words of every title.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.matcher import ranking
from analytics.matcher.clustering import WEAKEST_LINK
from analytics.matcher.matching import Index, Match
from analytics.matcher.prepared import Prepared
from analytics.matcher.settling import Said
from analytics.statistics.logistic import Logistic, fit_logistic

#: Matches of each record to keep as links; fewer make families depend on which record was first.
LINKS_PER_RECORD = 30
#: Mean link from which groups join. Untaught, on status incidents: families were pure (pairs .70,
#: of all pairs that readers judged .85), complete (.79) and stable (.96).
CUT = 0.2
#: The same for learned links, which are chances: of .5 to .8 the best on status incidents (three of
#: five repeats declared: pairs .95 pure and complete) and on made-up companies alike. Above one
#: half, because causes that struck once, of which nobody says anything, teach nothing.
LEARNED_CUT = 0.7
#: Confirmed records to learn from, and the fewest pairs of each kind that teach anything.
TEACHERS, FEWEST_PAIRS = 400, 50


@dataclass(frozen=True, slots=True)
class Near:
    """The records that were found most alike to one.

    Attributes:
        ids: theirs, the most alike first.
        parts: a row each, what each feature added to the score.
    """

    ids: tuple[str, ...]
    parts: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LinkScale:
    """Turns the parts of a score into a link.

    Attributes:
        learned: from what people confirmed; None for the scale that needs no teaching.
    """

    learned: Logistic | None = None

    @property
    def cut(self) -> float:
        """Mean link from which groups join."""
        return CUT if self.learned is None else LEARNED_CUT

    def links(self, near: Near) -> dict[str, float]:
        """The links to the records ``near`` one, by their ids."""
        parts = near.parts.astype(np.float64)
        if self.learned is None:
            values = ranking.link(parts.sum(axis=1))
        else:
            values = self.learned.chance(parts)
        pairs = zip(near.ids, values.tolist(), strict=True)
        return {name: link for name, link in pairs if link >= WEAKEST_LINK}


def near_of(prepared: Prepared, found: Sequence[Match]) -> Near:
    """The records ``found`` most alike to one; none where it tells no cause."""
    some = found if prepared.tells_cause else ()
    parts = np.array([list(match.parts.values()) for match in some], np.float32)
    return Near(tuple(match.id for match in some), parts.reshape(-1, len(ranking.WEIGHTS)))


def nearest(prepared: Prepared, index: Index) -> Near:
    """The earlier records most alike to one."""
    return near_of(prepared, index.search(prepared, limit=LINKS_PER_RECORD))


def learn_scale(teachers: Iterable[Prepared], index: Index, said: Said) -> LinkScale:
    """The scale that what people said teaches, else the one that needs no teaching.

    Learns from pairs of confirmed records that look alike: those of one cause against those of two,
    and those that people told apart.

    Args:
        teachers: confirmed records, all in the ``index``.
    """
    parts, together = [], []
    for one in teachers:
        near = nearest(one, index)
        for name, row in zip(near.ids, near.parts, strict=True):
            if (same := _one_cause(one.id, name, said)) is not None:
                parts.append(row)
                together.append(same)
    right = sum(together)
    if min(right, len(together) - right) < FEWEST_PAIRS:
        return LinkScale()
    return LinkScale(fit_logistic(np.array(parts, np.float64), np.array(together)))


def choose_teachers(said: Said) -> list[str]:
    """Confirmed records to learn from, evenly from all of them."""
    ids = sorted(said.group_of)
    return ids[:: max(1, -(-len(ids) // TEACHERS))]


def links_among(
    records: Iterable[Prepared], index: Index, known: Mapping[str, Near], scale: LinkScale
) -> Iterator[tuple[tuple[str, str], float]]:
    """The links between ``records``, all of which stand in the ``index``.

    Args:
        known: what was found near those that have been searched just now, by id.
    """
    silent, found = set(), []
    for one in records:
        if one.tells_cause:
            near = known.get(one.id) or nearest(one, index)
            found.append((one.id, scale.links(near)))
        else:
            silent.add(one.id)
    for later, links in found:
        for earlier, link in links.items():
            if earlier not in silent:
                yield (later, earlier), link


def _one_cause(one: str, other: str, said: Said) -> bool | None:
    """Whether two have one cause, None where nobody says.

    Incidents that are in different causes have different causes.
    """
    here, there = said.group_of.get(one), said.group_of.get(other)
    if here is not None and there is not None:
        return here == there
    return False if other in said.apart_from.get(one, ()) else None

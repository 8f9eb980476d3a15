"""What should people look at, and what of it first?

A card is a group of incidents whose words suggest one cause, or one incident that looks like an
earlier one outside its group; nothing is asked twice. The strongest come first, of these the
costliest: what is surely a repeat is soon said, and what costs most is worth the doubt.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.clocks import Floats
from analytics.frames import NO_ROW
from analytics.impact.minutes import impact_hours
from analytics.known_causes.grouping import NO_CAUSE, still_to_say
from analytics.known_causes.membership import Families
from analytics.known_causes.overview import STRUCK_AGAIN
from analytics.matcher.confidence import FLAGS, POSSIBLE, SEEN, Calibration
from analytics.selection import Rows, View

#: How a group stands whose incidents are all alike, while no two of them are flagged.
UNFLAGGED = FLAGS.index(POSSIBLE)


@dataclass(frozen=True)
class Queue:
    """What waits to be judged, a card a group or incident; the arrays run parallel.

    Attributes:
        family: number of the group; :data:`NO_CAUSE` on a card of one incident.
        incident: position of the incident; :data:`NO_ROW` on a card of a group.
        strength: place of its strongest flag among :data:`FLAGS`, 0 the strongest.
        hours: impact of the incidents asked about; NaN where none is known.
        size: how many incidents may have the cause of the group, besides confirmed ones.
        new: whether nobody has confirmed anything of the group yet.
        links: rows of the links of single incidents, the strongest first; ``later`` of each.
        left_out: how many links there are besides whose chance is too small to ask for.
    """

    family: Rows
    incident: Rows
    strength: npt.NDArray[np.int64]
    hours: Floats
    size: npt.NDArray[np.int64]
    new: npt.NDArray[np.bool_]
    links: Rows
    later: Rows
    left_out: int

    def __len__(self) -> int:
        return len(self.family)

    def links_of(self, card: int) -> Rows:
        """The links of a card of one incident, the strongest first."""
        own: Rows = self.links[self.later == self.incident[card]]
        return own


def queue(
    families: Families,
    view: View,
    suggested: Rows,
    *,
    scores: Mapping[str, Mapping[str, float]],
    calibration: Calibration | None,
) -> Queue:
    """What is worth a look, the strongest first.

    Args:
        families: the known causes with their possible incidents.
        view: the incidents that the reader asks about.
        suggested: rows of the links that are suggested in view and not judged.
        scores: how alike two incidents are, by the id of the later and that of the earlier one.
        calibration: what verdicts say of scores; None while they do not tell. A pair whose chance
            is too small then is left out, unless it was seen before.
    """
    links = _links(families, scores, calibration)
    groups = _groups(families, view)
    asked = np.isin(links.rows, suggested) & ~np.isin(links.family, groups)
    single = np.flatnonzero(asked & links.is_fair)
    single = single[np.argsort(links.strength[single], kind="stable")]
    later, first = np.unique(links.later[single], return_index=True)
    sizes, costs = _possible(families)
    hours = impact_hours(families.causes.repeats.history.incidents)
    alone = np.ones(len(later), np.int64)
    strength = np.append(_of_groups(families, links)[groups], links.strength[single][first])
    cost = np.append(costs[groups], hours[later])
    size = np.append(sizes[groups], alone)
    order = np.lexsort((-size, -np.nan_to_num(cost), strength))
    return Queue(
        family=np.append(groups, NO_CAUSE * alone)[order],
        incident=np.append(np.full(len(groups), NO_ROW), later)[order],
        strength=strength[order],
        hours=cost[order],
        size=size[order],
        new=np.append(families.core[groups] == NO_CAUSE, alone == 0)[order],
        links=links.rows[single],
        later=links.later[single],
        left_out=int((asked & ~links.is_fair).sum()),
    )


@dataclass(frozen=True)
class _Links:
    """Suggested links: rows, later incidents, the family that both are in, and strengths."""

    rows: Rows
    later: Rows
    family: Rows
    strength: npt.NDArray[np.int64]
    is_fair: npt.NDArray[np.bool_]


def _links(
    families: Families,
    scores: Mapping[str, Mapping[str, float]],
    calibration: Calibration | None,
) -> _Links:
    """All links that nobody has judged, those between two incidents of one cause left out."""
    rows = still_to_say(families.causes, families.causes.repeats.links.suggested)
    history = families.causes.repeats.history
    links, ids = history.links.iloc[rows], history.incidents["id"].to_numpy()
    later, earlier = (links[side].to_numpy(np.intp) for side in ("later", "earlier"))
    levels = links["basis"].astype(object).tolist()
    if calibration is not None:
        pairs = zip(ids[later], ids[earlier], levels, strict=True)
        levels = [
            level if level == SEEN else calibration.level(scores.get(one, {}).get(other, -np.inf))
            for one, other, level in pairs
        ]
    place = {level: number for number, level in enumerate(FLAGS)}
    strength = np.array([place.get(level, len(FLAGS)) for level in levels], np.int64)
    return _Links(
        rows=rows,
        later=later,
        family=np.where(families.of[later] == families.of[earlier], families.of[later], NO_CAUSE),
        strength=np.minimum(strength, UNFLAGGED),
        is_fair=(strength < len(FLAGS)) | (calibration is None),
    )


def _groups(families: Families, view: View) -> Rows:
    """The families in view of which something is still to be confirmed."""
    asked = np.unique(families.of[view.events])
    asked = asked[asked != NO_CAUSE]
    fewest = np.where(families.core[asked] == NO_CAUSE, STRUCK_AGAIN, 1)
    groups: Rows = asked[_possible(families)[0][asked] >= fewest]
    return groups


def _possible(families: Families) -> tuple[npt.NDArray[np.int64], Floats]:
    """Of each family how many possible incidents it has, and the hours of their impact."""
    rows = families.incidents[families.is_possible]
    of, hours = families.of[rows], impact_hours(families.causes.repeats.history.incidents)[rows]
    sizes = np.bincount(of, minlength=len(families)).astype(np.int64)
    known = np.bincount(of, np.isfinite(hours), minlength=len(families))
    total = np.bincount(of, np.nan_to_num(hours), minlength=len(families))
    return sizes, np.where(known > 0, total, np.nan)


def _of_groups(families: Families, links: _Links) -> npt.NDArray[np.int64]:
    """The strongest flag inside each family."""
    strongest = np.full(len(families), UNFLAGGED)
    inside = links.family != NO_CAUSE
    np.minimum.at(strongest, links.family[inside], links.strength[inside])
    return strongest

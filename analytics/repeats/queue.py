"""What should people look at, and what of it first?

A card is a group of incidents whose words suggest one cause, or one incident that looks like an
earlier one outside its group; nothing is asked twice. The strongest come first, of these the
costliest: what is surely a repeat is soon said, and what costs most is worth the doubt.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.calendar import Times, moments_of
from analytics.clocks import Floats
from analytics.duplicates import judged_pairs
from analytics.frames import NO_ROW
from analytics.impact import impact_hours
from analytics.known_causes.grouping import NO_CAUSE, STRUCK_AGAIN, still_to_say
from analytics.known_causes.membership import Families
from analytics.matcher.confidence import FLAGS, POSSIBLE, SEEN, Calibration
from analytics.pairs import pair_keys
from analytics.selection import Mask, Rows, View

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


# Which incidents look like one alert that went off again and again?
#
# The same title on the same services, each begun within the hour after the one before: more often
# one event reported many times than many. Nobody has said so, and so nothing is merged: a burst is
# offered to be judged, and until then each of its incidents counts.

#: An alert that goes off again no later than this belongs to one burst.
WITHIN = np.timedelta64(60, "m")
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Burst:
    """One alert that went off several times.

    Attributes:
        rows: positions of its incidents, in order of time; two or more.
        seconds: from the beginning of the first to that of the last.
    """

    rows: Rows
    seconds: float


def bursts(view: View) -> tuple[Burst, ...]:
    """The bursts among the incidents in view, the latest first.

    Incidents whose beginning is known to the day only are in none, and neither are two of which
    people have said what they are to each other.
    """
    moments = moments_of(view.incidents)
    exact = moments.began == moments.began_until  # NaT is not equal to itself
    services = _services(view)
    usable = np.flatnonzero(exact)
    usable = usable[_has_a_neighbour(services[usable], moments.began[usable])]
    titles = view.incidents["title"].iloc[usable].fillna("")
    words = np.array([_same_words(title) for title in titles], dtype=object)
    usable, words = usable[words != ""], words[words != ""]
    alert = np.stack([pd.factorize(words)[0], pd.factorize(services[usable])[0]])
    order = np.lexsort((moments.began[usable], *alert))
    rows, began = view.rows[usable[order]], moments.began[usable[order]]
    same = (np.diff(alert[:, order]) == 0).all(axis=0)
    goes_on = same & (np.diff(began) <= WITHIN) & ~_judged(view, rows)
    runs = np.split(np.arange(len(rows)), np.flatnonzero(~goes_on) + 1)
    found = [run for run in runs if len(run) > 1]
    found.sort(key=lambda run: began[run[-1]], reverse=True)
    return tuple(Burst(rows[run], _seconds(began[run])) for run in found)


def _services(view: View) -> npt.NDArray[np.uint64]:
    """A number for the services of each incident in view, the same for the same ones together."""
    table = view.services
    drawn = np.random.default_rng(0).integers(
        np.iinfo(np.uint64).max, size=len(table["service"].cat.categories) + 1, dtype=np.uint64
    )
    together = np.zeros(len(view.history.incidents), np.uint64)
    np.add.at(together, table["incident"].to_numpy(), drawn[table["service"].cat.codes])
    return together[view.rows]


def _has_a_neighbour(services: npt.NDArray[np.uint64], began: Times) -> Mask:
    """Which incidents begin within the hour of another one on the same services."""
    order = np.lexsort((began, services))
    close = (np.diff(services[order]) == 0) & (np.diff(began[order]) <= WITHIN)
    beside = np.zeros(len(order), dtype=bool)
    beside[order] = np.append(close, False)[: len(order)] | np.append(False, close)[: len(order)]
    return beside


def _same_words(title: str) -> str:
    """The title without what differs from one alert of a kind to the next: numbers and ids."""
    plain = title.casefold()
    words = [word for word in WORD.findall(plain) if not any(map(str.isdigit, word))]
    return " ".join(words) or plain.strip()


def _judged(view: View, rows: Rows) -> Mask:
    """Whether people have said what each incident is to the one before it."""
    keys = pair_keys(rows[1:], rows[:-1], len(view.history.incidents))
    return np.isin(keys, judged_pairs(view.history))


def _seconds(began: Times) -> float:
    return float((began[-1] - began[0]) / np.timedelta64(1, "s"))

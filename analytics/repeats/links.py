"""Which incidents did people say repeat an earlier one, and which of these links count?

Three things look alike and are kept apart: a duplicate (one event reported twice), a cascade (one
event, several records) and a repeat (a new event with a known cause). A link is a repeat when a
person said so, nobody took it back, and the later incident began more than a day after the earlier
one was over. What does not pass is set aside with its reason, never dropped in silence.

Time decides which of the two is the original: only an earlier incident can be, so links declared
both ways are one pair and no chain of links can loop.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.frames import CLOCKS, NO_ROW, History
from analytics.new_event import is_new_event
from analytics.selection import NOT_INCIDENTS, Mask, Rows
from analytics.units import DAY

Times = npt.NDArray[np.datetime64]
Keys = npt.NDArray[np.int64]

#: A clock known to the day could have struck at any of its seconds.
REST_OF_DAY = np.timedelta64(DAY - 1, "s")
#: Who may confirm: the record itself, or a person in the app, whose word is the last.
CONFIRMING = ("verdict", "record")
#: Where one source says two things of a pair, the more cautious one is believed.
CAUTION = ("same_event", "different", "related", "repeat")


class Aside(IntEnum):
    """Why a link between two incidents is not counted as a repeat."""

    SAME_EVENT = 0  # two reports of one event
    TOO_SOON = 1  # began within a day after the earlier one was over: a cascade
    EARLIER_OPEN = 2  # the earlier one is not over yet: a cascade
    TAKEN_BACK = 3  # declared in the record, a verdict says otherwise
    ORDER_UNKNOWN = 4  # one of the two has no time, or both began at the same moment
    NO_INCIDENT = 5  # one of the two is a drill, a test or maintenance


@dataclass(frozen=True)
class Moments:
    """When each incident began and was over, by position.

    Attributes:
        began: first moment it can have begun.
        began_until: last moment it can have begun: the end of the day where only that is known.
        over: when it was resolved, else the last time it has; NaT while open and where unknown.
    """

    began: Times
    began_until: Times
    over: Times


@dataclass(frozen=True)
class RepeatLinks:
    """The confirmed repeats of a whole history as pairs of positions.

    Attributes:
        later, earlier: the pairs, each once, in order of ``later``.
        cause: for each incident a number shared by all that people said have the same cause.
        denied: sorted :func:`pair_keys` of pairs that people said have different causes.
        aside_later, aside_earlier, aside: links that do not count, and why.
        suggested: rows of ``history.links`` that nobody has judged yet.
    """

    moments: Moments
    later: Rows
    earlier: Rows
    cause: Rows
    denied: Keys
    aside_later: Rows
    aside_earlier: Rows
    aside: npt.NDArray[np.int8]
    suggested: Rows


def confirm(history: History) -> RepeatLinks:
    """The confirmed repeats among the links of ``history``, and what became of the other links."""
    links, incidents = history.links, history.incidents
    moments = moments_of(incidents)
    original = originals(incidents)
    named_later = original[links["later"].to_numpy(np.intp)]
    named_earlier = original[links["earlier"].to_numpy(np.intp)]
    later, earlier = _in_order(moments.began, named_later, named_earlier)
    keys = pair_keys(later, earlier, len(incidents))
    said = _last_word(links, keys)
    repeat, same_event = _rows(links, said, "repeat"), _rows(links, said, "same_event")
    judged = _judge(incidents, moments, later[repeat], earlier[repeat])
    counted = repeat[judged == _COUNTS]
    counted = counted[np.argsort(later[counted], kind="stable")]
    same_cause = np.concatenate([repeat, same_event])
    taken_back = _taken_back(links, keys, said)
    aside = np.concatenate([repeat[judged != _COUNTS], same_event, taken_back])
    return RepeatLinks(
        moments=moments,
        later=later[counted],
        earlier=earlier[counted],
        cause=_causes(incidents, original, later[same_cause], earlier[same_cause]),
        denied=np.unique(keys[_rows(links, said, "different", "related")]),
        aside_later=later[aside],
        aside_earlier=earlier[aside],
        aside=np.concatenate(
            [
                judged[judged != _COUNTS],
                np.full(len(same_event), Aside.SAME_EVENT, np.int8),
                np.full(len(taken_back), Aside.TAKEN_BACK, np.int8),
            ]
        ),
        suggested=_unjudged(links, keys, said),
    )


def moments_of(incidents: pd.DataFrame) -> Moments:
    """When each incident began and was over, with what is known of their precision."""
    began = _times(incidents["period_at"])
    coarse = np.zeros(len(incidents), dtype=bool)
    day_bits = incidents["day_clocks"].to_numpy()
    for bit, clock in reversed(tuple(enumerate(CLOCKS))):
        struck = _times(incidents[clock]) == began
        coarse = np.where(struck, (day_bits >> bit) & 1 != 0, coarse)
    clocks = [clock for clock in CLOCKS if clock != "postmortem_published_at"]
    last_known = _times(incidents[clocks].max(axis=1))
    resolved = _times(incidents["resolved_at"])
    over = np.where(np.isnat(resolved), last_known, resolved)
    still_open = (incidents["status"] == "open").to_numpy() & np.isnat(resolved)
    over[still_open] = np.datetime64("NaT")
    return Moments(began, np.where(coarse, began + REST_OF_DAY, began), over)


def originals(incidents: pd.DataFrame) -> Rows:
    """For each incident the position of the record that counts for its event.

    Follows ``duplicate_of`` to its end; records that name each other in a circle share the first.
    """
    named = incidents["duplicate_of"].to_numpy(np.intp)
    here = np.arange(len(named))
    target = np.where((named == NO_ROW) | (named == here), here, named)
    return _follow(target, here)


def pair_keys(one: Rows, other: Rows, incidents: int) -> Keys:
    """One number for each pair of positions, the same both ways round."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    keys: Keys = low.astype(np.int64) * incidents + high
    return keys


def components(nodes: int, one: Rows, other: Rows) -> Rows:
    """For each node the smallest node that it is connected to by the given edges."""
    root = np.arange(nodes)
    while True:
        a, b = root[one], root[other]
        if np.array_equal(a, b):
            return root
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(root, root[root]):
            root = root[root]


_COUNTS = -1


def _times(column: pd.Series) -> Times:
    return column.to_numpy().astype("datetime64[s]")


def _follow(target: Rows, here: Rows) -> Rows:
    pointing = np.flatnonzero(target != here)
    if not len(pointing):
        return target
    nearest = components(len(here), here[pointing], target[pointing])
    is_end = target == here
    end_of = nearest.copy()
    end_of[nearest[is_end]] = here[is_end]
    return end_of[nearest]


def _last_word(links: pd.DataFrame, keys: Keys) -> Rows:
    """Rows of ``links`` that say what holds of a pair: verdict before record, caution first."""
    source = pd.Index(CONFIRMING).get_indexer(pd.Index(links["origin"].astype(object)))
    caution = pd.Index(CAUTION).get_indexer(pd.Index(links["relation"].astype(object)))
    judged = np.flatnonzero((source >= 0) & (caution >= 0) & _points(links))
    order = judged[np.lexsort((caution[judged], source[judged], keys[judged]))]
    _, first = np.unique(keys[order], return_index=True)
    return order[first]


def _rows(links: pd.DataFrame, rows: Rows, *relations: str) -> Rows:
    return rows[links["relation"].isin(relations).to_numpy()[rows]]


def _in_order(began: Times, later: Rows, earlier: Rows) -> tuple[Rows, Rows]:
    swapped = began[later] < began[earlier]
    return np.where(swapped, earlier, later), np.where(swapped, later, earlier)


def _judge(
    incidents: pd.DataFrame, moments: Moments, later: Rows, earlier: Rows
) -> npt.NDArray[np.int8]:
    no_incident = incidents["kind"].isin(NOT_INCIDENTS).to_numpy()
    began, over = moments.began, moments.over
    undated = np.isnat(began[later]) | np.isnat(began[earlier])
    return np.select(
        [
            later == earlier,
            no_incident[later] | no_incident[earlier],
            undated | (began[later] == began[earlier]),
            np.isnat(over[earlier]),
            ~is_new_event(moments.began_until[later] - over[earlier]),
        ],
        [
            Aside.SAME_EVENT,
            Aside.NO_INCIDENT,
            Aside.ORDER_UNKNOWN,
            Aside.EARLIER_OPEN,
            Aside.TOO_SOON,
        ],
        default=_COUNTS,
    ).astype(np.int8)


def _causes(incidents: pd.DataFrame, original: Rows, later: Rows, earlier: Rows) -> Rows:
    """Groups of one cause; a duplicate shares the cause of its event, a drill has none."""
    no_incident = incidents["kind"].isin(NOT_INCIDENTS).to_numpy()
    real: Mask = ~no_incident[later] & ~no_incident[earlier]
    return components(len(original), later[real], earlier[real])[original]


def _taken_back(links: pd.DataFrame, keys: Keys, said: Rows) -> Rows:
    declared = links["origin"].isin(CONFIRMING) & (links["relation"] == "repeat")
    denied = _rows(links, said, "different", "related")
    return denied[np.isin(keys[denied], keys[declared.to_numpy()])]


def _unjudged(links: pd.DataFrame, keys: Keys, said: Rows) -> Rows:
    suggested = (links["origin"] == "suggested").to_numpy()
    return np.flatnonzero(suggested & _points(links) & ~np.isin(keys, keys[said]))


def _points(links: pd.DataFrame) -> Mask:
    return ((links["later"] != NO_ROW) & (links["earlier"] != NO_ROW)).to_numpy()

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

from analytics.calendar import Moments, Times, moments_of
from analytics.duplicates import originals
from analytics.frames import NO_ROW, NOT_INCIDENTS, History
from analytics.pairs import Keys, components, is_new_event, pair_keys
from analytics.selection import Mask, Rows

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
    original = originals(history)
    ends = links[["later", "earlier"]].to_numpy(np.intp)
    one_event = original[ends[:, 0]] == original[ends[:, 1]]
    # Two reports of one event stay two, so that what is set aside names both.
    ends = np.where(one_event[:, np.newaxis], ends, original[ends])
    later, earlier = _in_order(moments.began, ends[:, 0], ends[:, 1])
    keys = pair_keys(later, earlier, len(incidents))
    said = _last_word(links, keys)
    repeat, same_event = _rows(links, said, "repeat"), _rows(links, said, "same_event")
    judged = _judge(incidents, moments, later[repeat], earlier[repeat])
    judged[one_event[repeat]] = Aside.SAME_EVENT
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
        suggested=_unjudged(links, keys, said, ~one_event),
    )


_COUNTS = -1


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
            no_incident[later] | no_incident[earlier],
            undated | (began[later] == began[earlier]),
            np.isnat(over[earlier]),
            ~is_new_event(moments.began_until[later] - over[earlier]),
        ],
        [
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


def _taken_back(links: pd.DataFrame, keys: Keys, judged: Rows) -> Rows:
    declared = links["origin"].isin(CONFIRMING) & (links["relation"] == "repeat")
    denied = _rows(links, judged, "different", "related")
    return denied[np.isin(keys[denied], keys[declared.to_numpy()])]


def _unjudged(links: pd.DataFrame, keys: Keys, judged: Rows, of_two: Mask) -> Rows:
    suggested = (links["origin"] == "suggested").to_numpy() & of_two
    return np.flatnonzero(suggested & _points(links) & ~np.isin(keys, keys[judged]))


def _points(links: pd.DataFrame) -> Mask:
    return ((links["later"] != NO_ROW) & (links["earlier"] != NO_ROW)).to_numpy()

"""Which records are second reports of an event that is counted once?

A record may say so itself, and people may say so of two records here; their word is the last. One
thing is doubted: a record that begins more than a day after its original was resolved tells of
another event, more often one that came back. It counts, and the pair is offered to be judged.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Example, Method
from analytics.calendar import REST_OF_DAY, Times, moments_of
from analytics.frames import CLOCKS, LINKS, NO_ROW, NOT_INCIDENTS, History, conform
from analytics.pairs import Keys, PairRows, components, is_new_event, pair_keys

ONE_EVENT = Method(
    title="One event or several",
    answers="Which records may tell of an event that another record tells of?",
    formula=(
        "A record that says to be a second report counts only through its original, unless "
        "that was never loaded or lies outside the filters: then the first report in view "
        "stands for it. One that begins more than 24 hours after its original was resolved is "
        "doubted. A burst is two incidents or more with the same services and the same title, "
        "numbers and marks aside, each begun within 60 minutes after the one before. Both are "
        "counted and offered; by the verdict “same event” the record that began first counts."
    ),
    source="Our own definition",
    leaves_out=(
        "From bursts: incidents without a title, or whose beginning is known to the day only; "
        "pairs that were judged already. Nothing is merged without a verdict."
    ),
    example=Example(
        given="“Disk full” struck the same service at 10:00, 10:40, 11:30 and 15:00.",
        inputs={"title": "Disk full", "at": ("10:00", "10:40", "11:30", "15:00")},
        gives="The first 3 are 1 burst; the last began more than an hour later.",
        result=(1, 3),
    ),
)

Mask = npt.NDArray[np.bool_]

#: Origin of a link between a doubted second report and its original: nobody has judged it yet.
DOUBTED = "doubted"
#: What people say of two records of one event.
SAME_EVENT = "same_event"
#: Origins of links that people gave: in the record, and here.
RECORD, VERDICT = GIVEN = ("record", "verdict")


def settled(history: History) -> History:
    """The history with the records that are second reports by all that was said of them.

    ``duplicate_of`` then leads to the record that counts, and doubted ones are links of their own.
    Actions belong to the event: those of second reports are of the record that counts, and what
    several reports of an event promise with the same words and kind is one action.
    """
    return _with_actions_of_events(_settled(history))


def _settled(history: History) -> History:
    incidents, links = history.incidents, history.links
    original = originals(history).copy()
    verdicts = _of_origin(links, VERDICT)
    said = np.flatnonzero(incidents["is_duplicate"].to_numpy() & (original != _here(original)))
    keys = pair_keys(said, original[said], len(original))
    one_event = verdicts.loc[verdicts["relation"] == SAME_EVENT]
    confirmed = np.isin(keys, _keys(one_event, len(original)))
    denied = np.isin(keys, _keys(verdicts, len(original))) & ~confirmed
    doubted = ~confirmed & ~denied & _began_later(incidents, said, original[said])
    if not (len(one_event) or denied.any() or doubted.any()):
        return history
    alone = said[denied | doubted]
    original[alone] = alone
    original = _joined(history, original, one_event)
    offered = said[doubted & ~np.isin(keys, _keys(_of_origin(links, *GIVEN), len(original)))]
    is_duplicate = incidents["is_duplicate"].to_numpy() & ~history.marks(alone)
    changed = original != _here(original)
    return replace(
        history,
        incidents=incidents.assign(
            duplicate_of=np.where(changed, original, NO_ROW).astype(np.int32),
            is_duplicate=is_duplicate | changed,
        ),
        links=_with_doubted(links, offered, originals(history)[offered]),
    )


def _with_actions_of_events(history: History) -> History:
    actions = history.actions
    told_by = actions["incident"].to_numpy(np.intp)
    known = told_by != NO_ROW
    event = np.where(known, originals(history)[told_by], NO_ROW).astype(np.int32)
    again = np.flatnonzero(event != told_by)
    if not len(again):
        return history
    words = actions["title"].str.casefold().str.split().str.join(" ")
    same = pd.MultiIndex.from_arrays([event, words, actions["kind"].astype(object)])
    # The record that counts comes first, then the other reports in their order.
    order = np.lexsort((np.arange(len(event)), told_by, event != told_by))
    reports = pd.DataFrame({"promise": pd.factorize(same)[0], "told_by": told_by})
    first = reports.iloc[order].groupby("promise")["told_by"].transform("first").sort_index()
    copied = (first.to_numpy() != told_by) & (words.fillna("") != "").to_numpy() & known
    kept = actions.assign(incident=event).loc[~copied]
    return replace(history, actions=kept.reset_index(drop=True))


def originals(history: History) -> PairRows:
    """For each incident the position of the record that counts for its event.

    Follows ``duplicate_of`` to its end; records that name each other in a circle share the first.
    """
    return history.once(_originals)


def _originals(history: History) -> PairRows:
    named = history.incidents["duplicate_of"].to_numpy(np.intp)
    here = np.arange(len(named))
    target = np.where((named == NO_ROW) | (named == here), here, named)
    return _follow(target, here)


def not_incidents(history: History) -> Mask:
    """Which records are drills, tests or maintenance: they never count."""
    return history.once(_not_incidents)


def _not_incidents(history: History) -> Mask:
    return history.incidents["kind"].isin(NOT_INCIDENTS).to_numpy()


def standing_in(history: History, inside: Mask) -> Mask:
    """Second reports that stand for their event, as the record that counts is not ``inside``.

    Of several the one that began first. A second report of a drill stands for nothing.
    """
    original, no_incident = originals(history), not_incidents(history)
    rows = np.flatnonzero(history.incidents["is_duplicate"].to_numpy())
    rows = rows[inside[rows] & ~no_incident[rows]]
    rows = rows[~inside[original[rows]] & ~no_incident[original[rows]]]
    stands = np.zeros(len(original), dtype=bool)
    stands[_first_of_each(history, rows, original[rows])] = True
    return stands


def doubted_pairs(history: History) -> tuple[PairRows, PairRows]:
    """Second reports that are doubted, and their originals, in order of the records."""
    links = history.links
    rows = links.loc[(links["origin"] == DOUBTED).to_numpy()]
    return rows["later"].to_numpy(np.intp), rows["earlier"].to_numpy(np.intp)


def judged_pairs(history: History) -> Keys:
    """Keys of the pairs of which people have said here what they are to each other."""
    return _keys(_of_origin(history.links, VERDICT), len(history.incidents))


def _began_later(incidents: pd.DataFrame, later: PairRows, earlier: PairRows) -> Mask:
    """Whether a new event began after the other was resolved, however coarse both times are."""
    resolved = incidents["resolved_at"].to_numpy().astype("datetime64[s]")
    bit = 1 << CLOCKS.index("resolved_at")
    coarse = (incidents["day_clocks"].to_numpy() & bit) != 0
    over: Times = np.where(coarse, resolved + REST_OF_DAY, resolved)
    return is_new_event(moments_of(incidents).began[later] - over[earlier])


def _joined(history: History, original: PairRows, one_event: pd.DataFrame) -> PairRows:
    """The records that count when people have said of more of them that they are one event."""
    later = original[one_event["later"].to_numpy(np.intp)]
    earlier = original[one_event["earlier"].to_numpy(np.intp)]
    group = components(len(original), later, earlier)
    counting = np.flatnonzero(original == _here(original))
    first = _first_of_each(history, counting, group[counting])
    counts = np.arange(len(original))
    counts[group[first]] = first
    joined: PairRows = counts[group[original]]
    return joined


def _first_of_each(history: History, rows: PairRows, group: PairRows) -> PairRows:
    """Of ``rows``, the one of each group that began first; incidents before drills."""
    began = history.incidents["began_at"].to_numpy()[rows].astype("datetime64[s]")
    no_incident = not_incidents(history)[rows]
    undated = np.isnat(began)
    order = np.lexsort((rows, began.astype(np.int64), undated, no_incident, group))
    _, first = np.unique(group[order], return_index=True)
    return rows[order[first]]


def _of_origin(links: pd.DataFrame, *origins: str) -> pd.DataFrame:
    points = (links["later"] != NO_ROW) & (links["earlier"] != NO_ROW)
    return links.loc[(links["origin"].isin(origins) & points).to_numpy()]


def _keys(links: pd.DataFrame, incidents: int) -> Keys:
    later, earlier = (links[side].to_numpy(np.intp) for side in ("later", "earlier"))
    return pair_keys(later, earlier, incidents)


def _here(rows: PairRows) -> PairRows:
    return np.arange(len(rows))


def _with_doubted(links: pd.DataFrame, later: PairRows, earlier: PairRows) -> pd.DataFrame:
    doubted = pd.DataFrame(
        {"later": later, "earlier": earlier, "relation": "repeat", "origin": DOUBTED}
    )
    both = pd.concat([links.astype({"relation": str, "origin": str}), doubted], ignore_index=True)
    return conform(both, LINKS)


def _follow(target: PairRows, here: PairRows) -> PairRows:
    pointing = np.flatnonzero(target != here)
    if not len(pointing):
        return target
    nearest = components(len(here), here[pointing], target[pointing])
    is_end = target == here
    end_of = nearest.copy()
    end_of[nearest[is_end]] = here[is_end]
    return end_of[nearest]

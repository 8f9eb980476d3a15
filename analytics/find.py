"""Which incident does the reader mean? Looks for words in ids and titles, the latest first."""

from collections.abc import Iterable

import numpy as np

from analytics.frames import History
from analytics.selection import Rows


def find(history: History, words: str, *, most: int) -> Rows:
    """Positions of incidents whose id or title holds all ``words``, the latest first.

    Args:
        words: separated by spaces, in any order and case; none finds the latest incidents.
        most: positions given at most.
    """
    incidents = history.incidents
    found = np.ones(len(incidents), dtype=bool)
    for word in words.split():
        in_title = incidents["title"].str.contains(word, case=False, regex=False, na=False)
        in_id = incidents["id"].str.contains(word, case=False, regex=False, na=False)
        found &= (in_title | in_id).to_numpy(dtype=bool)
    rows = np.flatnonzero(found)
    when = incidents["period_at"].to_numpy()[rows]
    # In reverse, so that undated ones must sort before all others to come last.
    latest: Rows = rows[np.lexsort((when, ~np.isnat(when)))][::-1][:most]
    return latest


def position(history: History, identity: str) -> int | None:
    """The position of the incident with this id, None if there is none."""
    rows = np.flatnonzero((history.incidents["id"] == identity).to_numpy())
    return int(rows[0]) if len(rows) else None


def positions(history: History, identities: Iterable[str]) -> Rows:
    """The positions of the incidents with these ids, in order; unknown ones are left out."""
    is_named = history.incidents["id"].isin(list(identities))
    return np.flatnonzero(is_named.to_numpy(dtype=bool))

"""Which possible repeats should people look at, and which of them first?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analytics.clocks import Floats
from analytics.frames import History
from analytics.impact.minutes import impact_hours
from analytics.matcher.confidence import SEEN
from analytics.selection import Rows


@dataclass(frozen=True)
class Queue:
    """Possible repeats that nobody has judged, those of the longest impact first.

    Attributes:
        rows: of the links of the history.
        hours: impact of the later incident of each; NaN where it is not known.
        left_out: how many more there are whose chance is too small to ask for.
    """

    rows: Rows
    hours: Floats
    left_out: int


def queue(
    history: History,
    rows: Rows,
    *,
    scores: Mapping[str, Mapping[str, float]],
    weakest: float | None,
) -> Queue:
    """The possible repeats that are worth a look, the costliest first.

    Args:
        rows: of the links that are suggested and not judged.
        scores: how alike two incidents are, by the id of the later and that of the earlier one.
        weakest: the score from which on verdicts leave a fair chance; None while they do not tell.
            What was seen before is kept whatever its score.
    """
    links, ids = history.links.iloc[rows], history.incidents["id"].to_numpy()
    pairs = zip(ids[links["later"]], ids[links["earlier"]], strict=True)
    strengths = [scores.get(later, {}).get(earlier, -np.inf) for later, earlier in pairs]
    is_fair = np.array(strengths) >= (-np.inf if weakest is None else weakest)
    is_fair |= (links["basis"] == SEEN).to_numpy()  # the text says it, whatever verdicts say
    kept: Rows = rows[is_fair]
    hours = impact_hours(history.incidents.take(links["later"].to_numpy()[is_fair]))
    order = np.argsort(-np.nan_to_num(hours), kind="stable")
    return Queue(kept[order], hours[order], left_out=len(rows) - len(kept))

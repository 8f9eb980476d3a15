"""Which incidents belong to which team, service or cause, so that groups can be set side by side.

Groups stand in alphabetical order and are never ranked: the worst of twenty identical ones
"improves" 19 times in 20.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from analytics.selection import UNKNOWN, Rows, View

By = Literal["team", "service", "root_cause_category"]
#: With fewer there is nothing to set side by side.
FEWEST_GROUPS = 2


@dataclass(frozen=True)
class Members:
    """The groups of the incidents in view, those of unknown group left out.

    Attributes:
        names: in alphabetical order.
        codes, rows: for each pair of group and incident the place of the name, and the position of
            the incident; one that names two services is a member of both.
        n_unknown: incidents of no known group.
    """

    names: tuple[str, ...]
    codes: npt.NDArray[np.int64]
    rows: Rows
    n_unknown: int


def members(view: View, by: By) -> Members | None:
    """The groups of the incidents in view; None where fewer than two have an incident."""
    if by == "service":
        column, rows = view.services["service"], view.services["incident"].to_numpy(np.intp)
    else:
        column, rows = view.history.incidents[by].take(view.rows), view.rows
    labels = column.cat.categories.astype(str)
    known = (column.notna() & (column != UNKNOWN)).to_numpy()
    codes, rows = column.cat.codes.to_numpy()[known].astype(np.int64), rows[known]
    # A record may name a service twice; numbers are compared, as names would take ten times longer.
    rows, codes = np.divmod(np.unique(rows * len(labels) + codes), max(len(labels), 1))
    present = np.flatnonzero(np.bincount(codes, minlength=len(labels)))
    if len(present) < FEWEST_GROUPS:
        return None
    names = labels[present]
    place = np.empty(len(labels), np.int64)
    place[present[np.argsort(names)]] = np.arange(len(present))
    return Members(
        names=tuple(sorted(names)),
        codes=place[codes],
        rows=rows,
        n_unknown=len(view) - distinct(rows),
    )


def distinct(rows: Rows) -> int:
    """How many incidents there are among some positions."""
    seen = np.zeros(rows.max(initial=-1) + 1, dtype=bool)
    seen[rows] = True
    return int(seen.sum())

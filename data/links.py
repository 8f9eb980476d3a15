"""What is said of pairs of incidents, and by whom: the record, a person here, or the search?

One frame with a row for everything said, so that statistics can weigh one against the other. A pair
may stand in it once for each origin.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from data import tables
from data.columns import read_columns
from data.kinds import Kind
from data.verdicts import RELATIONS, in_force, stored_verdicts

Positions = npt.NDArray[np.int32]
#: Stands for "points at no row".
NO_ROW = -1
#: Who says it: the record itself, somebody who judged the pair here, or the search for repeats.
RECORD, VERDICT, SUGGESTED = ORIGINS = ("record", "verdict", "suggested")
REPEAT = "repeat"

REPEATS = {"incident": Kind.NUMBER, "earlier": Kind.TEXT, "basis": Kind.TEXT}
SUGGESTIONS = {
    "later_id": Kind.TEXT,
    "earlier_id": Kind.TEXT,
    "confidence": Kind.FLOAT,
    "level": Kind.TEXT,
}


def read_links(connection: Connection, keys: pd.Index, ids: pd.Index) -> tuple[pd.DataFrame, int]:
    """All links between incidents that are in the store, and declared repeats of one that is not.

    The column ``basis`` holds the reason that a record gives, who gave a verdict, or the level of
    a suggestion.

    Args:
        keys: the key of each incident, by position.
        ids: the id of each incident, by position.
    """
    declared, not_here = _declared(connection, keys, ids)
    said = [declared, _judged(connection, ids), _suggested(connection, ids)]
    links = pd.concat(said, ignore_index=True)
    links["basis"] = links["basis"].where(links["basis"] != "")
    return links, not_here


def positions(index: pd.Index, wanted: Any) -> Positions:
    """Where each of ``wanted`` stands in ``index``, NO_ROW where it does not."""
    return index.get_indexer(wanted).astype(np.int32)


def _declared(connection: Connection, keys: pd.Index, ids: pd.Index) -> tuple[pd.DataFrame, int]:
    found = read_columns(connection, tables.REPEATS, REPEATS)
    later, earlier = positions(keys, found["incident"]), positions(ids, found["earlier"])
    links = _frame(later, earlier, origin=RECORD, basis=found["basis"])
    not_here = earlier == NO_ROW
    shared = _of_one_not_here(later[not_here], found["earlier"][not_here])
    said = pd.concat([links, shared], ignore_index=True)
    once = said.drop_duplicates(["later", "earlier"], ignore_index=True)
    return once, int(not_here.sum())


def _of_one_not_here(later: Positions, earlier: Any) -> pd.DataFrame:
    """Incidents said to repeat the same one that is not here repeat the first of them."""
    named = pd.Series(earlier, dtype="str")
    first = pd.Series(later).groupby(named).transform("min").to_numpy(np.int32)
    again = later != first
    reasons = pd.array(
        [f"both repeat {one}, which is not here" for one in named[again]], dtype="str"
    )
    return _frame(later[again], first[again], origin=RECORD, basis=reasons)


def _judged(connection: Connection, ids: pd.Index) -> pd.DataFrame:
    verdicts = in_force(stored_verdicts(connection))
    return _frame(
        positions(ids, [verdict.later_id for verdict in verdicts]),
        positions(ids, [verdict.earlier_id for verdict in verdicts]),
        origin=VERDICT,
        relation=[verdict.relation for verdict in verdicts],
        basis=pd.array([verdict.by for verdict in verdicts], dtype="str"),
    )


def _suggested(connection: Connection, ids: pd.Index) -> pd.DataFrame:
    found = read_columns(connection, tables.SUGGESTIONS, SUGGESTIONS)
    return _frame(
        positions(ids, found["later_id"]),
        positions(ids, found["earlier_id"]),
        origin=SUGGESTED,
        basis=found["level"],
        confidence=found["confidence"],
    )


def _frame(
    later: Positions,
    earlier: Positions,
    *,
    origin: str,
    basis: Any,
    relation: Sequence[str] = (),
    confidence: Any = np.nan,
) -> pd.DataFrame:
    """Links of one origin, those that lead nowhere left out."""
    rows = len(later)
    links = pd.DataFrame(
        {
            "later": later,
            "earlier": earlier,
            "relation": _labels(relation or [REPEAT], rows, RELATIONS),
            "origin": _labels([origin], rows, ORIGINS),
            "confidence": np.full(rows, confidence, np.float64),
            "basis": basis,
        }
    )
    here: pd.DataFrame = links[(later != NO_ROW) & (earlier != NO_ROW)]
    return here


def _labels(labels: Sequence[str], rows: int, categories: Sequence[str]) -> Any:
    """A label for each row, or one for all of them."""
    codes = np.array([categories.index(label) for label in labels], np.int8)
    return pd.Categorical.from_codes(
        np.broadcast_to(codes, rows), dtype=pd.CategoricalDtype(list(categories))
    )

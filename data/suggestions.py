"""Which earlier incidents did the search find for an incident, and how sure is it of each?

Suggestions are found when records are loaded and stand here until the search is done again for
their later incident. They are never counted as repeats; that takes a verdict.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import Field
from sqlalchemy import Connection, select

from data.added import AddedRow, Moment, now
from data.bulk import Row, batches
from data.engine import fetch
from data.keyed_rows import put_all
from data.record import Identifier, Label
from data.rows import moment_of, seconds_of
from data.store import Store
from data.tables import SUGGESTIONS


class Suggestion(AddedRow):
    """An earlier incident that may have the same cause.

    Attributes:
        score: of the match; the higher the likelier, on a scale of the search's own.
        confidence: between 0 and 1; None where it cannot be told.
        level: the name of that confidence, such as "likely"; empty if there is no flag.
    """

    later_id: Identifier
    earlier_id: Identifier
    score: float = Field(allow_inf_nan=False)
    confidence: float | None = Field(default=None, ge=0, le=1)
    level: Label = ""
    made_at: Moment = Field(default_factory=now)


def suggestions(store: Store, *, later_id: str | None = None) -> list[Suggestion]:
    """What is suggested for one incident, or for all of them; the best first.

    Those that were judged are among them, as it is the verdict that says so.
    """
    columns = SUGGESTIONS.c
    best_first = select(SUGGESTIONS).order_by(columns.score.desc(), *SUGGESTIONS.primary_key)
    if later_id is not None:
        best_first = best_first.where(columns.later_id == later_id)
    with store.reading() as connection:
        return [_suggestion(row) for row in connection.execute(best_first)]


def suggested_scores(store: Store) -> dict[str, dict[str, float]]:
    """By later incident, the earlier ones suggested for it and the scores of these matches."""
    columns = SUGGESTIONS.c
    found: dict[str, dict[str, float]] = {}
    with store.reading() as connection:
        rows = fetch(connection, select(columns.later_id, columns.earlier_id, columns.score))
    for later, earlier, score in rows:
        found.setdefault(later, {})[earlier] = score
    return found


def suggest(store: Store, found: Iterable[Suggestion], *, searched: Iterable[str]) -> bool:
    """Replace what is suggested for some incidents.

    Args:
        found: what is suggested for them now.
        searched: the ids of the later incidents; those without any in ``found`` lose theirs.

    Returns:
        Whether any suggestion changed.
    """
    by_later: dict[str, list[Suggestion]] = {incident_id: [] for incident_id in searched}
    for one in found:
        by_later.setdefault(one.later_id, []).append(one)

    def write(connection: Connection) -> bool:
        changed = False
        for ids in batches(by_later):
            mine = [one for incident_id in ids for one in by_later[incident_id]]
            changed |= _replace(connection, ids, mine)
        return changed

    return store.change(write)


def _replace(connection: Connection, ids: Sequence[str], found: Iterable[Suggestion]) -> bool:
    of_these = SUGGESTIONS.c.later_id.in_(ids)
    there = {
        tuple(row[:-1]): row for row in connection.execute(select(SUGGESTIONS).where(of_these))
    }
    # Found again just so, it was made when it was found first.
    rows = [tuple(there.get(row[:-1], row)) for row in map(_row, found)]
    return put_all(connection, SUGGESTIONS, rows, among=of_these)


def _row(one: Suggestion) -> Row:
    made_at = seconds_of(one.made_at)
    return (one.later_id, one.earlier_id, one.score, one.confidence, one.level, made_at)


def _suggestion(row: Any) -> Suggestion:
    return Suggestion.model_validate({**row._mapping, "made_at": moment_of(row.made_at)})

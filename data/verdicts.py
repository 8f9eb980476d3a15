"""What did people say of two incidents: same cause, related, different, or one and the same event?

Verdicts name incidents by their public ids and so outlive every reload of the records. Of a pair
the newest verdict that was not taken back is in force; the older ones stay, so undoing a verdict
brings back what was said before. A pair is the same whichever of the two is named first.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal, Self, get_args

from pydantic import Field, model_validator
from sqlalchemy import Connection, and_, or_, select

from data.added import AddedRow, Moment, now
from data.engine import Row, batches, fetch, put, put_all
from data.record import Identifier, Label
from data.rows import moment_of, seconds_of
from data.store import Store
from data.tables import SUGGESTIONS, VERDICTS
from data.trail import Entry, named

#: ``repeat`` says: the later one has the same cause as the earlier one.
Relation = Literal["repeat", "related", "different", "same_event"]
RELATIONS: tuple[Relation, ...] = get_args(Relation)
#: Ids of the later and the earlier incident.
Pair = tuple[str, str]


class Verdict(AddedRow):
    """What somebody said of a pair.

    Attributes:
        by: who, as they like to be called; may be empty.
        undone_at: when it was taken back; None while it stands.
        score: of the match that was judged; None where it is not known.
        level: of the suggestion that was judged, else how near the two were shown to be; empty
            where neither is known.
    """

    later_id: Identifier
    earlier_id: Identifier
    relation: Relation
    by: Label = ""
    at: Moment = Field(default_factory=now)
    undone_at: Moment | None = None
    score: float | None = Field(default=None, allow_inf_nan=False)
    level: Label = ""

    @model_validator(mode="after")
    def _of_two(self) -> Self:
        if self.later_id == self.earlier_id:
            raise ValueError("a verdict is about two incidents, and these are one")
        return self

    @property
    def pair(self) -> frozenset[str]:
        """The two incidents, whichever is named first."""
        return frozenset((self.later_id, self.earlier_id))


def verdicts(store: Store) -> list[Verdict]:
    """The verdicts in force, the newest first."""
    with store.reading() as connection:
        return in_force(stored_verdicts(connection))


def judge(
    store: Store,
    later_id: str,
    earlier_id: str,
    relation: Relation,
    *,
    by: str = "",
    score: float | None = None,
    level: str = "",
) -> Verdict:
    """Say something of a pair; saying the same again changes nothing.

    Args:
        score, level: of the match that was shown; of a suggestion its own are kept instead.

    Returns:
        The verdict that is in force now.

    Raises:
        ValueError: there is no such relation, or the two are one.
    """
    said = Verdict.checked(
        {
            "later_id": later_id,
            "earlier_id": earlier_id,
            "relation": relation,
            "by": by,
            "at": now(),
            "score": score,
            "level": level,
        }
    )
    given: list[Verdict] = []

    def write(connection: Connection) -> bool:
        verdict, is_new = _give(connection, said)
        given.append(verdict)
        return is_new

    store.change(write, tells=Entry("verdict", _of_pairs([(later_id, earlier_id)]), by=by))
    return given[0]


def judge_all(store: Store, pairs: Iterable[Pair], relation: Relation, *, by: str = "") -> bool:
    """Say the same of several pairs, of all or of none; whether that changed anything.

    Raises:
        ValueError: there is no such relation, or two of a pair are one.
    """
    new = spoken(pairs, relation, by=by)
    about = _of_pairs((verdict.later_id, verdict.earlier_id) for verdict in new)
    return store.change(
        lambda connection: give_all(connection, new),
        tells=Entry("verdict", about, len(new), by=by),
    )


def undo(store: Store, later_id: str, earlier_id: str) -> bool:
    """Take back the verdict in force; what had been said before holds again.

    Returns:
        Whether there was one.
    """
    return undo_all(store, [(later_id, earlier_id)])


def undo_all(store: Store, pairs: Iterable[Pair]) -> bool:
    """Take back the verdicts in force on several pairs, all at once; whether there were any."""
    listed = list(pairs)

    def write(connection: Connection) -> bool:
        taken = [
            _take_back(connection, in_force(_of_pair(connection, later, earlier)))
            for later, earlier in listed
        ]
        return any(taken)

    return store.change(write, tells=Entry("verdict taken back", _of_pairs(listed), len(listed)))


def _of_pairs(pairs: Iterable[Pair]) -> str:
    return named(f"{later} and {earlier}" for later, earlier in pairs)


def spoken(pairs: Iterable[Pair], relation: Relation, *, by: str) -> list[Verdict]:
    """Checked verdicts that say the same of several pairs now.

    Raises:
        ValueError: there is no such relation, or two of a pair are one.
    """
    at = now()
    return [
        Verdict.checked(
            {"later_id": later, "earlier_id": earlier, "relation": relation, "by": by, "at": at}
        )
        for later, earlier in pairs
    ]


def give_all(connection: Connection, new: Iterable[Verdict]) -> bool:
    """Give verdicts within a change; whether that changed anything."""
    given = [_give(connection, said) for said in new]
    return any(is_new for _, is_new in given)


def take_back_between(
    connection: Connection,
    some: Iterable[str],
    others: Iterable[str],
    *,
    relations: Collection[Relation],
) -> bool:
    """Take back what is said of pairs between two groups of incidents; whether anything was.

    Args:
        relations: what to take back until something else is in force, or nothing.
    """
    here, there = frozenset(some), frozenset(others)

    def crossing() -> list[Verdict]:
        standing = in_force(stored_verdicts(connection)) if here and there else []
        return [
            one
            for one in standing
            if one.relation in relations and one.pair & here and one.pair & there
        ]

    changed = False
    while found := crossing():
        changed |= _take_back(connection, found)
    return changed


def in_force(given: Iterable[Verdict]) -> list[Verdict]:
    """Of each pair the newest verdict that was not taken back, the newest first."""
    newest: dict[frozenset[str], Verdict] = {}
    for one in sorted(given, key=lambda verdict: verdict.at):
        if one.undone_at is None:
            newest[one.pair] = one
    return sorted(newest.values(), key=lambda verdict: verdict.at, reverse=True)


def stored_verdicts(connection: Connection) -> list[Verdict]:
    """All verdicts ever given, those taken back among them, in order of time."""
    columns = VERDICTS.c
    by_time = select(VERDICTS).order_by(columns.at, columns.later_id, columns.earlier_id)
    return [_verdict(row) for row in connection.execute(by_time)]


def keep_verdicts(connection: Connection, new: Iterable[Verdict]) -> bool:
    """Add verdicts given elsewhere; whether any was new.

    What was taken back once stays so. One without a time says nothing new where the same is in
    force already.
    """
    past = stored_verdicts(connection)
    taken_back = {_key(one) for one in past if one.undone_at}
    standing = {(one.pair, one.relation) for one in in_force(past)}
    rows = [
        _verdict_row(one)
        for one in new
        if _key(one) not in taken_back
        and ("at" in one.model_fields_set or (one.pair, one.relation) not in standing)
    ]
    return put(connection, VERDICTS, rows)


def _give(connection: Connection, verdict: Verdict) -> tuple[Verdict, bool]:
    """The verdict that is in force now, and whether that changed anything."""
    past = _of_pair(connection, verdict.later_id, verdict.earlier_id)
    before = in_force(past)
    if before and (before[0].relation, before[0].by) == (verdict.relation, verdict.by):
        return before[0], False
    given = _with_suggestion(connection, _after(past, verdict))
    return given, put(connection, VERDICTS, [_verdict_row(given)])


def _take_back(connection: Connection, given: Iterable[Verdict]) -> bool:
    undone_at = now()
    gone = [one.model_copy(update={"undone_at": undone_at}) for one in given]
    return put(connection, VERDICTS, map(_verdict_row, gone))


def _of_pair(connection: Connection, identity: str, other: str) -> list[Verdict]:
    columns = VERDICTS.c
    this_way = and_(columns.later_id == identity, columns.earlier_id == other)
    that_way = and_(columns.later_id == other, columns.earlier_id == identity)
    rows = connection.execute(select(VERDICTS).where(or_(this_way, that_way)))
    return [_verdict(row) for row in rows]


def _after(past: Iterable[Verdict], new: Verdict) -> Verdict:
    """``new``, a second after the last one where the clock says that they are simultaneous."""
    last = max((one.at for one in past), default=None)
    if last is None or last < new.at:
        return new
    return new.model_copy(update={"at": last + dt.timedelta(seconds=1)})


def _with_suggestion(connection: Connection, new: Verdict) -> Verdict:
    columns = SUGGESTIONS.c
    judged = and_(columns.later_id == new.later_id, columns.earlier_id == new.earlier_id)
    found = connection.execute(select(columns.score, columns.level).where(judged)).one_or_none()
    if found is None:
        return new
    return new.model_copy(update={"score": found.score, "level": found.level})


def _key(verdict: Verdict) -> Row:
    return (verdict.later_id, verdict.earlier_id, verdict.at)


def _verdict_row(verdict: Verdict) -> Row:
    return (
        verdict.later_id,
        verdict.earlier_id,
        seconds_of(verdict.at),
        verdict.relation,
        verdict.by,
        seconds_of(verdict.undone_at),
        verdict.score,
        verdict.level,
    )


def _verdict(row: Any) -> Verdict:
    times = {"at": moment_of(row.at), "undone_at": moment_of(row.undone_at)}
    return Verdict.model_validate({**row._mapping, **times})


# Which earlier incidents did the search find for an incident, and how sure is it of each?
#
# Suggestions are found when records are loaded and stand here until the search is done again for
# their later incident. They are never counted as repeats; that takes a verdict.


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


def suggest(store: Store, suggested: Iterable[Suggestion], *, searched: Iterable[str]) -> bool:
    """Replace what is suggested for some incidents.

    Args:
        suggested: what is suggested for them now.
        searched: the ids of the later incidents; those without any in ``suggested`` lose theirs.

    Returns:
        Whether any suggestion changed.
    """
    listed, ids = list(suggested), list(searched)
    return store.change(lambda connection: replace_suggestions(connection, listed, searched=ids))


def replace_suggestions(
    connection: Connection, suggested: Iterable[Suggestion], *, searched: Iterable[str]
) -> bool:
    """Like :func:`suggest`, within a change."""
    by_later: dict[str, list[Suggestion]] = {incident_id: [] for incident_id in searched}
    for one in suggested:
        by_later.setdefault(one.later_id, []).append(one)

    changed = False
    for ids in batches(by_later):
        mine = [one for incident_id in ids for one in by_later[incident_id]]
        changed |= _replace(connection, ids, mine)
    return changed


def _replace(connection: Connection, ids: Sequence[str], suggested: Iterable[Suggestion]) -> bool:
    of_these = SUGGESTIONS.c.later_id.in_(ids)
    there = {
        tuple(row[:-1]): row for row in connection.execute(select(SUGGESTIONS).where(of_these))
    }
    # Found again just so, it was made when it was found first.
    rows = [tuple(there.get(row[:-1], row)) for row in map(_suggestion_row, suggested)]
    return put_all(connection, SUGGESTIONS, rows, among=of_these)


def _suggestion_row(suggestion: Suggestion) -> Row:
    made_at = seconds_of(suggestion.made_at)
    return (
        suggestion.later_id,
        suggestion.earlier_id,
        suggestion.score,
        suggestion.confidence,
        suggestion.level,
        made_at,
    )


def _suggestion(row: Any) -> Suggestion:
    return Suggestion.model_validate({**row._mapping, "made_at": moment_of(row.made_at)})

"""What do the statistics see of the store: its narrow columns as frames, at one revision.

Everything that statistics need is read in one go, so that it can be kept and shared until the
revision changes. Rows point at incidents by position, and so do links and duplicates; what records
name may never have been loaded, which is counted and not hidden.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Connection, Integer, Table, Text, cast, func, select

from data import tables
from data.added import ACCEPTED, SINGLE
from data.engine import fetch
from data.exposure import read_exposure, read_service_levels
from data.record import ACTION_FIELDS, INCIDENT_FIELDS, Kind, kinds_of
from data.store import Store
from data.tables import INCIDENTS, OWN_FIELDS
from data.verdicts import RELATIONS, in_force, stored_verdicts
from data.worked import stored_work, with_work

# How do a hundred thousand rows become columns without a Python object for each value?
#
# The database itself joins each column to one text, and NumPy and Arrow take the texts apart: a
# third of the time of fetching rows. All columns of a table come from one statement, so that each
# text has the rows in the same order.

#: Stands for "no value" in columns of whole numbers. Times begin in 1970, so it is none of them.
NO_NUMBER = -1
NO_FLOAT = "nan"
#: Stands in no checked text, which holds no control characters but line ends and tabs.
SEPARATOR = "\x1f"

Integers = npt.NDArray[np.int64]
#: A column as the database hands it over; no text at all stands for no rows.
Joined = str | None


def read_columns(connection: Connection, table: Table, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    """The columns of ``table`` that ``kinds`` names, in order of its primary key.

    Numbers are int64, flags bool, floats float64 (NaN unknown; 15 digits, as SQLite writes them),
    times datetime64[s] (NaT unknown), labels a category (missing where unknown or empty), texts
    ``str`` (empty where unknown).
    """
    found = _read(connection, table, kinds)
    if len({len(column) for column in found.values()}) > 1:
        # A text that was stored before texts were cleaned holds the separator. Looking for it in
        # every text of every reading would take a third longer.
        found = _read(connection, table, kinds, cleaned=True)
    return found


def _read(
    connection: Connection, table: Table, kinds: Mapping[str, Kind], *, cleaned: bool = False
) -> dict[str, Any]:
    rows = select(*(table.c[name] for name in kinds)).order_by(*table.primary_key).subquery()
    joined = [_joined(rows.c[name], kind, cleaned=cleaned) for name, kind in kinds.items()]
    found = connection.execute(select(*joined)).one()
    return {
        name: _READERS[kind](column)
        for (name, kind), column in zip(kinds.items(), found, strict=True)
    }


def _joined(column: ColumnElement[Any], kind: Kind, *, cleaned: bool) -> ColumnElement[str]:
    if kind in (Kind.LABEL, Kind.TEXT):
        text = func.coalesce(column, "")
        return func.aggregate_strings(
            func.replace(text, SEPARATOR, "") if cleaned else text, SEPARATOR
        )
    if kind is Kind.FLOAT:
        return func.aggregate_strings(func.coalesce(cast(column, Text), NO_FLOAT), ",")
    number = cast(column, Integer) if kind is Kind.FLAG else func.coalesce(column, NO_NUMBER)
    return func.aggregate_strings(cast(number, Text), ",")


def _numbers(joined: Joined) -> Integers:
    return np.fromstring(joined or "", dtype=np.int64, sep=",")


def _floats(joined: Joined) -> npt.NDArray[np.float64]:
    return np.fromstring(joined or "", dtype=np.float64, sep=",")


def _times(joined: Joined) -> npt.NDArray[np.datetime64]:
    seconds = _numbers(joined)
    return np.where(seconds == NO_NUMBER, np.datetime64("NaT", "s"), seconds.astype("M8[s]"))


def _split(joined: Joined) -> pa.StringArray:
    if joined is None:
        return pa.array([], pa.string())
    return pc.split_pattern(pa.array([joined]), SEPARATOR).flatten()


def _labels(joined: Joined) -> pd.Categorical:
    coded = _split(joined).dictionary_encode()
    found = pd.Index(coded.dictionary.to_pylist(), dtype="str")
    order = found.sort_values()
    labels = order[order != ""]
    codes = labels.get_indexer(found)[coded.indices.to_numpy()]
    return pd.Categorical.from_codes(codes, categories=labels)


def _texts(joined: Joined) -> Any:
    return pd.array(_split(joined), dtype="str")


_READERS: dict[Kind, Callable[[Joined], Any]] = {
    Kind.NUMBER: _numbers,
    Kind.FLAG: lambda joined: _numbers(joined).astype(bool),
    Kind.FLOAT: _floats,
    Kind.TIME: _times,
    Kind.LABEL: _labels,
    Kind.TEXT: _texts,
}


# What is said of pairs of incidents, and by whom: the record, a person here, or the search?
#
# One frame with a row for everything said, so that statistics can weigh one against the other. A
# pair may stand in it once for each origin.

Positions = npt.NDArray[np.int32]
#: Stands for "points at no row".
NO_ROW = -1
#: Who says it: the record itself, somebody who judged the pair here, or the search for repeats.
RECORD, VERDICT, SUGGESTED = ORIGINS = ("record", "verdict", "suggested")
REPEAT = "repeat"

REPEATS = {"incident": Kind.NUMBER, "earlier": Kind.TEXT, "basis": Kind.TEXT}
SUGGESTION_COLUMNS = {
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
    found = read_columns(connection, tables.SUGGESTIONS, SUGGESTION_COLUMNS)
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
            "relation": _links_labels(relation or [REPEAT], rows, RELATIONS),
            "origin": _links_labels([origin], rows, ORIGINS),
            "confidence": np.full(rows, confidence, np.float64),
            "basis": basis,
        }
    )
    here: pd.DataFrame = links[(later != NO_ROW) & (earlier != NO_ROW)]
    return here


def _links_labels(labels: Sequence[str], rows: int, categories: Sequence[str]) -> Any:
    """A label for each row, or one for all of them."""
    codes = np.array([categories.index(label) for label in labels], np.int8)
    return pd.Categorical.from_codes(
        np.broadcast_to(codes, rows), dtype=pd.CategoricalDtype(list(categories))
    )


# Which fields do only this team's records have, and which of their values can be chosen by?
#
# A field of which nearly every record has another value is no choice, and is offered as a column
# alone.

#: Different values of a field that can be chosen by, and names in all.
MOST_VALUES, MOST_NAMES = 200, 300


@dataclass(frozen=True)
class OwnFields:
    """The own fields of a store.

    Attributes:
        names: of all fields, in alphabetical order.
        choices: name and value of those that can be chosen by, in the same order.
    """

    names: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]


def own_fields(store: Store) -> OwnFields:
    """The own fields of all records, and what can be chosen by.

    Raises:
        StoreUnreachable: the database failed.
    """
    name, value = OWN_FIELDS.c.name, OWN_FIELDS.c.value
    sizes = select(name, func.count(value.distinct())).group_by(name).order_by(name)
    with store.reading() as connection:
        sized = [(str(row[0]), int(row[1])) for row in connection.execute(sizes)][:MOST_NAMES]
        few = [field for field, values in sized if values <= MOST_VALUES]
        pairs = select(name, value).distinct().where(name.in_(few)).order_by(name, value)
        choices = tuple((str(row[0]), str(row[1])) for row in connection.execute(pairs))
    return OwnFields(tuple(field for field, _ in sized), choices)


def own_values(store: Store, names: Iterable[str]) -> pd.DataFrame:
    """Id of the incident, name and value of some own fields, in the order of the records.

    Raises:
        StoreUnreachable: the database failed.
    """
    theirs = (
        select(INCIDENTS.c.id, OWN_FIELDS.c.name, OWN_FIELDS.c.value)
        .join(INCIDENTS, INCIDENTS.c.key == OWN_FIELDS.c.incident)
        .where(OWN_FIELDS.c.name.in_(list(names)))
        .order_by(OWN_FIELDS.c.incident, OWN_FIELDS.c.position)
    )
    with store.reading() as connection:
        rows = fetch(connection, theirs)
    return pd.DataFrame(rows, columns=["id", "name", "value"], dtype="str")


INCIDENT_FRAME = {
    "key": Kind.NUMBER,
    "id": Kind.TEXT,
    **kinds_of(INCIDENT_FIELDS),
    "day_clocks": Kind.NUMBER,
    "estimated_clocks": Kind.NUMBER,
    "has_postmortem": Kind.FLAG,
}
#: Whole numbers of an incident that may be unknown.
WHOLE = [name for name, kind in kinds_of(INCIDENT_FIELDS).items() if kind is Kind.NUMBER]
ACTIONS = {"incident": Kind.NUMBER, **kinds_of(ACTION_FIELDS)}
SERVICES = {"incident": Kind.NUMBER, "service": Kind.LABEL}
FACTORS = {"incident": Kind.NUMBER, "factor": Kind.LABEL}
TAGS = {"incident": Kind.NUMBER, "tag": Kind.LABEL}
JUDGEMENTS = {
    "record_id": Kind.TEXT,
    "field": Kind.LABEL,
    "value": Kind.LABEL,
    "state": Kind.LABEL,
    "at": Kind.NUMBER,
}


@dataclass(frozen=True)
class StoredHistory:
    """The frames at one revision; positions are row numbers of ``incidents``.

    Attributes:
        accepted: suggested values that people accepted for fields of incidents in the store,
            whatever the records say of these fields themselves.
        links: what is said of pairs of incidents that are both in the store.
        repeats_not_here: declared repeats of an incident that was never loaded.
        duplicates_not_here: records said to be duplicates of one that was never loaded. The first
            of those that name the same one stands for it, so that the event is counted.
    """

    revision: int
    incidents: pd.DataFrame
    services: pd.DataFrame
    factors: pd.DataFrame
    tags: pd.DataFrame
    actions: pd.DataFrame
    links: pd.DataFrame
    exposure: pd.DataFrame
    service_levels: pd.DataFrame
    accepted: pd.DataFrame
    repeats_not_here: int
    duplicates_not_here: int

    def tables(self) -> dict[str, pd.DataFrame]:
        """The frames by name."""
        names = (
            "incidents",
            "services",
            "factors",
            "tags",
            "actions",
            "links",
            "exposure",
            "service_levels",
            "accepted",
        )
        return {name: getattr(self, name) for name in names}


def read_history(store: Store) -> StoredHistory:
    """Everything that statistics need, as of the store's present revision.

    Raises:
        StoreUnreachable: the database failed.
    """
    with store.reading() as connection:
        revision = int(connection.execute(select(tables.STORE.c.revision)).scalar_one())
        columns = read_columns(connection, tables.INCIDENTS, INCIDENT_FRAME)
        keys = pd.Index(columns.pop("key"))
        ids = pd.Index(columns["id"])
        incidents, duplicates_not_here = _incidents(columns, ids)
        links, repeats_not_here = read_links(connection, keys, ids)
        return StoredHistory(
            revision=revision,
            incidents=incidents,
            services=_history_labels(connection, keys, tables.SERVICES, SERVICES),
            factors=_history_labels(connection, keys, tables.FACTORS, FACTORS),
            tags=_history_labels(connection, keys, tables.TAGS, TAGS),
            actions=with_work(_actions(connection, keys), ids, stored_work(connection)),
            links=links,
            exposure=read_exposure(connection),
            service_levels=read_service_levels(connection),
            accepted=_accepted(connection, ids),
            repeats_not_here=repeats_not_here,
            duplicates_not_here=duplicates_not_here,
        )


def _incidents(columns: dict[str, Any], ids: pd.Index) -> tuple[pd.DataFrame, int]:
    for name in WHOLE:
        numbers = columns[name]
        columns[name] = np.where(numbers != NO_NUMBER, numbers, np.nan).astype(np.float32)
    for bits in ("day_clocks", "estimated_clocks"):
        columns[bits] = columns[bits].astype(np.int16)
    named = columns["duplicate_of"]
    said = np.asarray(named != "", dtype=bool)
    original = np.full(len(ids), NO_ROW, np.int32)
    original[said] = ids.get_indexer(named[said])
    not_here = np.flatnonzero(said & (original == NO_ROW))
    original[not_here] = _first_to_name(named[not_here], not_here)
    original[_first_of_each_loop(original)] = NO_ROW
    columns["duplicate_of"] = original
    columns["is_duplicate"] = original != NO_ROW
    return pd.DataFrame(columns), len(not_here)


def _first_to_name(named: Any, rows: npt.NDArray[np.intp]) -> Positions:
    """For each of ``rows`` the first of them that names the same original, which is not here.

    That one points at itself, as a ring of one.
    """
    by_name = pd.Series(rows).groupby(pd.Series(named, dtype="str"))
    return by_name.transform("min").to_numpy(np.int32)


def _first_of_each_loop(original: Positions) -> Positions:
    """Of records that are said to be duplicates of each other in a ring, the one loaded first.

    It is taken for the original: an event whose every record is a second report would vanish.
    Each pass doubles the distance that ``ahead`` looks along the chain and keeps in ``lowest`` the
    lowest position met; after it has outrun the longest chain, only rings are still going.
    """
    nowhere = len(original)
    ahead = np.append(np.where(original == NO_ROW, nowhere, original), nowhere)
    lowest = np.arange(nowhere + 1)
    for _ in range(nowhere.bit_length()):
        lowest = np.minimum(lowest, lowest[ahead])
        ahead = ahead[ahead]
    in_rings = np.unique(ahead[ahead != nowhere])
    firsts: Positions = in_rings[lowest[in_rings] == in_rings]
    return firsts


def _history_labels(
    connection: Connection, keys: pd.Index, table: Table, kinds: dict[str, Kind]
) -> pd.DataFrame:
    """The labels of incidents, each named once an incident however often the record names it."""
    frame = pd.DataFrame(_placed(read_columns(connection, table, kinds), keys))
    return frame.dropna().drop_duplicates(ignore_index=True)


def _accepted(connection: Connection, ids: pd.Index) -> pd.DataFrame:
    """The accepted values of incidents: all of a field, or the newest where it has only one."""
    said = pd.DataFrame(read_columns(connection, tables.JUDGEMENTS, JUDGEMENTS))
    said["incident"] = positions(ids, said.pop("record_id"))
    said = said[(said["state"] == ACCEPTED) & (said["incident"] != NO_ROW)]
    said = said.sort_values(["at", "incident"], kind="stable")
    superseded = said["field"].isin(SINGLE) & said.duplicated(["incident", "field"], keep="last")
    return said.loc[~superseded, ["incident", "field", "value"]].reset_index(drop=True)


def _actions(connection: Connection, keys: pd.Index) -> pd.DataFrame:
    actions = pd.DataFrame(_placed(read_columns(connection, tables.ACTIONS, ACTIONS), keys))
    for name in ("url", "verified_how"):
        actions[name] = actions[name].where(actions[name] != "")
    return actions


def _placed(columns: dict[str, Any], keys: pd.Index) -> dict[str, Any]:
    """The columns of a part, pointing at incidents by position instead of by key."""
    return columns | {"incident": positions(keys, columns["incident"])}

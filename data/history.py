"""What do the statistics see of the store: its narrow columns as frames, at one revision.

Everything that statistics need is read in one go, so that it can be kept and shared until the
revision changes. Rows point at incidents by position, and so do links and duplicates; what records
name may never have been loaded, which is counted and not hidden.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, Table, select

from data import tables
from data.columns import NO_NUMBER, read_columns
from data.exposure import read_exposure
from data.fields import ACTION_FIELDS, INCIDENT_FIELDS, kinds_of
from data.judgements import ACCEPTED, SINGLE
from data.kinds import Kind
from data.links import NO_ROW, Positions, positions, read_links
from data.service_levels import read_service_levels
from data.store import Store

INCIDENTS = {
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
        columns = read_columns(connection, tables.INCIDENTS, INCIDENTS)
        keys = pd.Index(columns.pop("key"))
        ids = pd.Index(columns["id"])
        incidents, duplicates_not_here = _incidents(columns, ids)
        links, repeats_not_here = read_links(connection, keys, ids)
        return StoredHistory(
            revision=revision,
            incidents=incidents,
            services=_labels(connection, keys, tables.SERVICES, SERVICES),
            factors=_labels(connection, keys, tables.FACTORS, FACTORS),
            tags=_labels(connection, keys, tables.TAGS, TAGS),
            actions=_actions(connection, keys),
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


def _labels(
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

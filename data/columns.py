"""How do a hundred thousand rows become columns without a Python object for each value?

The database itself joins each column to one text, and NumPy and Arrow take the texts apart: a third
of the time of fetching rows. All columns of a table come from one statement, so that each text
has the rows in the same order.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Connection, Integer, Table, Text, cast, func, select

from data.kinds import Kind

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

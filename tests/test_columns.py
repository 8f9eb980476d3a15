"""Does each kind of column come back from the database in its type, unknown values as unknown?"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    insert,
)

from data.history import SEPARATOR, read_columns
from data.record import Kind

THINGS = Table(
    "things",
    MetaData(),
    Column("key", Integer, primary_key=True),
    Column("flag", Boolean),
    Column("amount", Double),
    Column("at", BigInteger),
    Column("label", String(300)),
    Column("text", Text),
)
#: SQLite writes a number with 15 digits.
SQLITE_DIGITS = 1e-14
KINDS = {
    "key": Kind.NUMBER,
    "flag": Kind.FLAG,
    "amount": Kind.FLOAT,
    "at": Kind.TIME,
    "label": Kind.LABEL,
    "text": Kind.TEXT,
}


@pytest.fixture
def connection(store_url: str) -> Iterator[Connection]:
    engine = create_engine(store_url)
    with engine.connect() as opened:
        THINGS.metadata.create_all(opened)
        yield opened
    engine.dispose()


def columns_of(connection: Connection, *rows: dict[str, Any]) -> dict[str, Any]:
    """The columns of these rows, which are numbered in the order given."""
    connection.execute(delete(THINGS))
    blank = dict.fromkeys(KINDS)
    filled = [blank | {"flag": False} | row | {"key": key} for key, row in enumerate(rows)]
    if filled:
        connection.execute(insert(THINGS), filled)
    return read_columns(connection, THINGS, KINDS)


def test_a_table_without_rows_has_columns_of_the_right_types(connection: Connection) -> None:
    found = columns_of(connection)
    types = {name: str(column.dtype) for name, column in found.items()}
    assert types == {
        "key": "int64",
        "flag": "bool",
        "amount": "float64",
        "at": "datetime64[s]",
        "label": "category",
        "text": "str",
    }
    assert {len(column) for column in found.values()} == {0}


def test_unknown_values_stay_unknown_and_are_no_zeros(connection: Connection) -> None:
    known = {"flag": True, "amount": 0.0, "at": 0, "label": "a", "text": "b"}
    found = columns_of(connection, {}, known)
    assert found["flag"].tolist() == [False, True]
    assert np.isnan(found["amount"]).tolist() == [True, False]
    assert np.isnat(found["at"]).tolist() == [True, False]
    assert found["at"][1] == np.datetime64("1970-01-01T00:00:00")
    assert pd.isna(pd.Series(found["label"])).tolist() == [True, False]
    assert list(found["text"]) == ["", "b"]


def test_labels_are_sorted_once_each_and_an_empty_one_is_none(connection: Connection) -> None:
    found = columns_of(connection, *({"label": label} for label in ("z", "", "a", "z")))
    assert found["label"].categories.tolist() == ["a", "z"]
    assert found["label"].codes.tolist() == [1, -1, 0, 1]


def test_a_single_row_whose_text_is_empty_is_a_row(connection: Connection) -> None:
    assert list(columns_of(connection, {"text": ""})["text"]) == [""]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "text": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
                "label": st.sampled_from(["", f"x{SEPARATOR}", SEPARATOR, "y", None]),
                "amount": st.none() | st.floats(-1e300, 1e300),
                "at": st.none() | st.integers(0, 7_258_118_400),
            }
        ),
        max_size=4,
    )
)
def test_any_rows_come_back_each_in_its_place(
    connection: Connection, rows: list[dict[str, Any]]
) -> None:
    found = columns_of(connection, *rows)
    assert found["key"].tolist() == list(range(len(rows)))
    whole = not any(SEPARATOR in (row[name] or "") for row in rows for name in ("text", "label"))
    texts = [row["text"] if whole else row["text"].replace(SEPARATOR, "") for row in rows]
    assert list(found["text"]) == texts
    labels = [(row["label"] or "").replace(SEPARATOR, "") or None for row in rows]
    assert [None if pd.isna(one) else one for one in found["label"]] == labels
    amounts = [np.nan if row["amount"] is None else row["amount"] for row in rows]
    wanted = np.array(amounts, dtype=float)
    assert np.allclose(found["amount"], wanted, rtol=SQLITE_DIGITS, atol=0, equal_nan=True)
    times = [None if np.isnat(at) else int(at.astype(int)) for at in found["at"]]
    assert times == [row["at"] for row in rows]

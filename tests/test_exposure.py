"""Exposure: amounts over days, each counted once however often it is loaded."""

from typing import Any

import pandas as pd
import pytest

from data.exposure import Exposure, keep_exposure, overlaps, remove_exposure
from data.history import read_history
from data.record import Incident
from data.store import Store


def amount(of: float, **values: Any) -> Exposure:
    return Exposure.model_validate(
        {"unit": "deploys", "start": "2024-05-01", "end": "2024-06-01", "amount": of, **values}
    )


def keep(store: Store, *rows: Exposure) -> bool:
    return store.change(lambda connection: keep_exposure(connection, rows))


def test_an_empty_store_has_all_columns_in_their_types(store: Store) -> None:
    types = {str(name): str(dtype) for name, dtype in read_history(store).exposure.dtypes.items()}
    assert types == {
        "start": "datetime64[s]",
        "end": "datetime64[s]",
        "unit": "category",
        "team": "category",
        "service": "category",
        "amount": "float64",
    }


def test_amounts_come_in_order_of_days_with_whom_they_are_of(store: Store) -> None:
    keep(
        store,
        amount(12.5, start="2024-06-01", end="2024-07-01"),
        amount(7, team="payments", service="checkout"),
    )
    frame = read_history(store).exposure
    assert frame["start"].tolist() == [pd.Timestamp(2024, 5, 1), pd.Timestamp(2024, 6, 1)]
    assert frame["amount"].tolist() == [7.0, 12.5]
    assert frame["team"].isna().tolist() == [False, True]
    assert frame["service"].tolist()[0] == "checkout"


def test_the_same_amounts_again_change_nothing(store: Store) -> None:
    rows = [amount(7), amount(8, team="payments"), amount(9, service="payments")]
    assert keep(store, *rows)
    assert not keep(store, *rows)
    assert (len(read_history(store).exposure), store.revision()) == (3, 1)


def test_another_amount_for_the_same_replaces_the_old_one(store: Store) -> None:
    keep(store, amount(7), amount(1, unit="requests"))
    assert keep(store, amount(8))
    frame = read_history(store).exposure
    assert sorted(zip(frame["unit"], frame["amount"], strict=True)) == [
        ("deploys", 8.0),
        ("requests", 1.0),
    ]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"end": "2024-05-01"}, "after the start"),
        ({"amount": -1}, "amount"),
        ({"amount": "many"}, "amount"),
        ({"amount": float("inf")}, "amount"),
        ({"amount": float("nan")}, "amount"),
        ({"amount": 1e308}, "amount"),
        ({"start": "May"}, "ISO 8601"),
        ({"unit": ""}, "unit"),
    ],
)
def test_what_cannot_be_is_refused_in_words(wrong: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        amount(1, **wrong)


def test_amounts_of_one_owner_for_the_same_days_are_told(store: Store) -> None:
    keep(
        store,
        amount(7),
        amount(2, start="2024-05-31", end="2024-07-01"),
        amount(3, start="2024-06-02", end="2024-06-03"),
        amount(4, start="2024-06-01", end="2024-07-01", team="payments"),
    )
    assert [problem.reason for problem in overlaps(store)] == [
        "two amounts of deploys of all are loaded for some of the same days "
        "(2024-05-01 to 2024-05-31 and 2024-05-31 to 2024-06-30); neither counts there",
        "two amounts of deploys of all are loaded for some of the same days "
        "(2024-05-31 to 2024-06-30 and 2024-06-02 to 2024-06-02); neither counts there",
    ]


def test_nothing_in_a_month_is_an_amount_too(store: Store) -> None:
    keep(store, amount(0))
    assert read_history(store).exposure["amount"].tolist() == [0.0]


def test_a_unit_can_be_forgotten(store: Store) -> None:
    keep(store, amount(7), amount(1, unit="requests"))
    assert remove_exposure(store, "deploys")
    assert read_history(store).exposure["unit"].tolist() == ["requests"]
    assert not remove_exposure(store, "deploys")


def test_amounts_stay_when_records_are_forgotten(store: Store) -> None:
    store.load([Incident(id="a")], source="test")
    keep(store, amount(7))
    store.clear()
    assert read_history(store).exposure["amount"].tolist() == [7.0]

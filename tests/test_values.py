"""Are values understood as people write them, and is nothing taken for something?"""

from typing import Any

import pytest
from hypothesis import given

from data import lists, words
from data.values import amount_of, names_in, without_nothing
from tests.support.records import TEXTS

LISTS = lists.read(lists.SHIPPED)
WORDS = words.current()


def settled(name: str, value: Any) -> Any:
    return without_nothing({name: value}, words=WORDS, lists=LISTS)[name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("team", "-"),
        ("detected_at", "N/A"),
        ("severity", "n/a"),
        ("status", "unknown"),
        ("root_cause", "TBD"),
        ("resolved_at", "—"),
        ("environment", "keine"),
        ("cost", "?"),
        ("owner", " desconocido "),
        ("summary", "不明"),
        ("Own column", "None"),
        ("resolved_at", "ongoing"),
        ("mitigated_at", "En curso"),
    ],
)
def test_a_value_that_says_nothing_is_empty(name: str, value: str) -> None:
    assert settled(name, value) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("root_cause_category", "unknown"),
        ("trigger_category", "none found"),
        ("detection_source", "unknown"),
        ("severity", "none"),
        ("environment", "NA"),
        ("title", "Unknown"),
        ("id", "-"),
        ("summary", "None of the jobs ran."),
        ("team", "Payments"),
        ("team", ""),
        ("affected_users", 0),
        ("extra", {"a": "-"}),
    ],
)
def test_a_value_that_says_something_stays(name: str, value: Any) -> None:
    assert settled(name, value) == value


def test_of_a_list_only_what_says_nothing_goes() -> None:
    assert settled("services", ["-", "cart", "n/a"]) == ["cart"]
    assert settled("what_went_well", ["-"]) == ["-"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("checkout-api", ["checkout-api"]),
        ("checkout-api, cart", ["checkout-api", " cart"]),
        ("checkout-api;cart", ["checkout-api", "cart"]),
        ("a, b; c", ["a", " b", " c"]),
        ("a\nb", ["a", "b"]),
        ('"Orders, EU", cart', ["Orders, EU", "cart"]),
        ('["Orders, EU", "cart"]', ["Orders, EU", "cart"]),
        ('"Orders, EU', ['"Orders', " EU"]),
        ("[draft] cart", ["[draft] cart"]),
        ("", []),
    ],
)
def test_several_names_in_one_text_are_several(text: str, names: list[str]) -> None:
    assert names_in(text) == names


@given(TEXTS)
def test_any_text_has_names(text: str) -> None:
    assert all(isinstance(name, str) for name in names_in(text))


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1234", 1234, ""),
        ("1,234", 1234, ""),
        ("1,234.50", 1234.5, ""),
        ("1.234,50", 1234.5, ""),
        ("1.234.567", 1234567, ""),
        ("12,5", 12.5, ""),
        ("12 000", 12000, ""),
        ("~2k users", 2000, ""),
        ("1.5M", 1_500_000, ""),
        ("approx. 300 customers", 300, ""),
        ("$1,200", 1200, ""),
        ("€ 900", 900, "EUR"),
        ("900 EUR", 900, "EUR"),
        ("GBP 12.50", 12.5, "GBP"),
    ],
)
def test_an_amount_is_read_with_its_groups_and_currency(
    text: str, amount: float, currency: str
) -> None:
    assert amount_of(text) == (amount, currency)


@pytest.mark.parametrize(
    "text", ["", "many", "10-20", "5 %", "1,23,4", "1.2.3", "-5", "3 of 4", "9" * 100]
)
def test_what_is_no_single_amount_is_none(text: str) -> None:
    assert amount_of(text) is None

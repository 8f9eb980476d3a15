"""Is whatever comes from outside safe to store and show, with nothing lost that means something?"""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given

from data.record import DEEPEST, LONGEST_TEXT, MOST_ITEMS, as_list, cleaned, plain, printable
from tests.support.records import PLAIN, TEXTS

CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\n\t"]


def texts_in(value: Any) -> list[str]:
    """All texts in a plain value, keys among them."""
    if isinstance(value, dict):
        return [text for item in [*value, *value.values()] for text in texts_in(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts_in(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("control", CONTROLS)
def test_no_control_character_is_kept_but_line_ends_and_tabs(control: str) -> None:
    assert printable(f"a{control}b\n\tc") == "ab\n\tc"
    assert plain({f"k{control}": [f"a{control}b\n\tc"]}) == {"k": ["ab\n\tc"]}


@given(PLAIN)
def test_a_plain_value_is_json_that_comes_back_and_holds_no_control_character(value: Any) -> None:
    made = plain(value)
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert not [text for text in texts_in(made) if any(sign in text for sign in CONTROLS)]
    assert plain(made) == made


@given(TEXTS)
def test_a_printable_text_stays_as_it_is(text: str) -> None:
    assert printable(printable(text)) == printable(text)
    assert cleaned(text) == (printable(text) or None)


@pytest.mark.parametrize(
    ("value", "made"),
    [
        (None, None),
        (True, True),
        (10**40, 10**40),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        ("half a pair: \ud83d", "half a pair: ?"),
        ("😀 ü", "😀 ü"),
        (" spaces stay ", " spaces stay "),
        (dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC), "2024-05-01T12:00:00+00:00"),
        (dt.date(2024, 5, 1), "2024-05-01"),
        (dt.time(12, 30), "12:30:00"),
        ((1, "a"), [1, "a"]),
        (frozenset({1}), [1]),
        ({1: 2}, {"1": 2}),
        (1 + 2j, "(1+2j)"),
    ],
)
def test_every_kind_of_value_becomes_one_that_json_knows(value: Any, made: Any) -> None:
    assert plain(value) == made


def test_what_is_too_deep_too_many_or_too_long_is_cut() -> None:
    nested: Any = "bottom"
    for _ in range(DEEPEST + 1):
        nested = [nested]
    assert texts_in(plain(nested)) == [f"(nested deeper than {DEEPEST} levels, left out)"]
    assert len(plain(list(range(MOST_ITEMS + 5)))) == MOST_ITEMS
    assert len(plain({n: n for n in range(MOST_ITEMS + 5)})) == MOST_ITEMS
    assert len(plain("x" * (LONGEST_TEXT + 5))) == LONGEST_TEXT


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("a", ["a"]),
        (None, []),
        (" \x00 ", []),
        (["a", "", None, " b ", 0], ["a", "b", 0]),
        (("a",), ["a"]),
        ({"k": 1}, [{"k": 1}]),
    ],
)
def test_a_list_is_taken_as_given_without_its_empty_items(value: Any, items: list[Any]) -> None:
    assert as_list(value) == items

"""Do values come back from a cell as they went in, and does none run as a formula?"""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.values import cell_of, reader_for

#: What a spreadsheet program takes for a formula, wherever it may end a cell before.
RUNS = re.compile(r"(?:^|[;|\t\r\n])\s*[=+\-@]")
#: Texts of the signs that matter here, and any others.
TEXTS = st.text("a;|=+-@' \t\r\n", min_size=1) | st.text(min_size=1)


@given(TEXTS)
@example("web;=1+1")
@example("a\n'=1")
def test_any_text_comes_back_and_no_part_of_it_is_a_formula(text: str) -> None:
    cell = cell_of(text)
    assert RUNS.search(cell) is None
    assert reader_for("title", is_list=False)(cell) == text


@pytest.mark.parametrize("field", ["tags", "contributing_factors", "what_went_well"])
@given(items=st.lists(st.text("ab;[]\"'=,\\\n\x85 ", min_size=1), min_size=1))
def test_any_list_comes_back_even_with_semicolons_in_its_items(
    field: str, items: list[str]
) -> None:
    cell = cell_of(items, name=field)
    assert RUNS.search(cell) is None
    assert reader_for(field, is_list=True)(cell) == items


def test_names_are_taken_apart_at_commas_and_sentences_are_not() -> None:
    assert reader_for("services", is_list=True)("cart,orders") == ["cart", "orders"]
    assert reader_for("what_went_well", is_list=True)("We saw, and won;b") == [
        "We saw, and won",
        "b",
    ]
    assert reader_for("contributing_factors", is_list=True)("test gap, alert quality") == [
        "test gap",
        " alert quality",
    ]
    sentence = "Nobody had asked for a limit, as none was needed"
    assert reader_for("contributing_factors", is_list=True)(sentence) == [sentence]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("", ""),
        ([], ""),
        ({}, ""),
        (False, ""),
        (True, "true"),
        (3.5, "3.5"),
        (["a", "b"], "a;b"),
        (["a;b"], '["a;b"]'),
        ({"a": 1}, '{"a": 1}'),
        ("=1", "'=1"),
    ],
)
def test_cells_are_what_a_person_would_write(value: object, cell: str) -> None:
    assert cell_of(value) == cell


def test_a_structure_that_is_no_json_stays_text() -> None:
    assert reader_for("timeline", is_list=False)("at noon") == "at noon"

"""Do values come back from a cell as they went in, and does none run as a formula?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.cells import cell_of, reader_for

#: What a spreadsheet program takes for the start of a formula.
FORMULA_STARTS = ("=", "+", "-", "@")


@given(st.text(min_size=1))
def test_any_text_comes_back_and_never_begins_a_formula(text: str) -> None:
    cell = cell_of(text)
    assert not cell.startswith(FORMULA_STARTS)
    assert reader_for("title", is_list=False)(cell) == text


@given(st.lists(st.text("ab;[]\"'=,\\ ", min_size=1), min_size=1))
def test_any_list_comes_back_even_with_semicolons_in_its_items(items: list[str]) -> None:
    cell = cell_of(items)
    assert not cell.startswith(FORMULA_STARTS)
    assert reader_for("tags", is_list=True)(cell) == items


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

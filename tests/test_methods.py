"""Has every figure, in ``analytics`` and on the pages, a written definition that says enough?"""

import ast
from importlib import import_module

import pytest

from analytics.answer import Method
from analytics.matcher.confidence import FLAG_LEVEL, LEVELS_BY_CHANCE, LEVELS_BY_RARITY
from tests.support.docs import METHODS
from tests.support.sources import ROOT, python_files


def named_in(source: str) -> set[Method]:
    """The definitions that a module imports."""
    taken = [
        getattr(import_module(node.module), word.name, None)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analytics.")
        for word in node.names
    ]
    return {each for each in taken if isinstance(each, Method)}


def test_every_definition_can_be_opened_from_some_page() -> None:
    pages = [*python_files(ROOT, "pages"), ROOT / "dashboard.py"]
    named = {method for file in pages for method in named_in(file.read_text(encoding="utf-8"))}
    assert [name for name, method in METHODS.items() if method not in named] == []


def test_no_two_definitions_have_the_same_title() -> None:
    assert len({method.title for method in METHODS.values()}) == len(METHODS) > 80


@pytest.mark.parametrize("name", METHODS)
def test_a_definition_says_all_it_has_to(name: str) -> None:
    method = METHODS[name]
    assert method.title[0].isupper()
    assert method.answers.endswith("?")
    assert method.formula.endswith(".")
    assert method.source
    assert method.leaves_out.endswith(".")


@pytest.mark.parametrize(
    ("levels", "word"), [(LEVELS_BY_RARITY, "up to"), (LEVELS_BY_CHANCE, "from")]
)
def test_the_levels_of_flags_are_written_down_as_they_are(
    levels: tuple[tuple[float, str], ...], word: str
) -> None:
    for share, name in levels:
        assert f"{name} {word} {round(100 * share)} %" in FLAG_LEVEL.formula

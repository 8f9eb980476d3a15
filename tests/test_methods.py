"""Has every figure, in ``analytics`` and on the pages, a written definition that says enough?"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.matcher.confidence import LEVELS_BY_CHANCE, LEVELS_BY_RARITY
from analytics.methods import METHODS, TOPICS
from analytics.methods.definition import Method
from pages.parts import show
from tests.support.sources import ROOT, python_files

FILES = [file for file in python_files(ROOT, "analytics", "pages") if file.name != "conftest.py"]
#: Functions of ``show`` whose arguments are names of definitions.
SHOWN_BY = {"how", "explain"}


def constants(tree: ast.Module) -> dict[str, ast.expr]:
    """What a module gives a name to, as far as it is a text or a row of them."""
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant | ast.List | ast.Tuple)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def texts(node: ast.expr, named: dict[str, ast.expr]) -> Iterator[str]:
    """The names of definitions that an expression can stand for; those passed on are skipped."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name) and node.id in named:
        yield from texts(named[node.id], named)
    elif isinstance(node, ast.Starred):
        yield from texts(node.value, named)
    elif isinstance(node, ast.List | ast.Tuple):
        for item in node.elts:
            yield from texts(item, named)
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body, named)
        yield from texts(node.orelse, named)


def methods_named_in(source: str) -> set[str]:
    tree = ast.parse(source)
    named, found = constants(tree), set[str]()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        for word in node.keywords:
            if word.arg in ("method", "methods"):
                found |= set(texts(word.value, named))
        if isinstance(node.func, ast.Attribute) and node.func.attr in SHOWN_BY:
            for argument in node.args:
                found |= set(texts(argument, named))
    return found - {""}


def test_every_definition_can_be_opened_from_some_page() -> None:
    pages = [file for file in FILES if not file.is_relative_to(ROOT / "analytics")]
    pages.append(ROOT / "dashboard.py")
    named = {name for file in pages for name in methods_named_in(file.read_text(encoding="utf-8"))}
    assert set(METHODS) - named == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_method_that_a_module_or_page_names_is_written_down(file: Path) -> None:
    assert methods_named_in(file.read_text(encoding="utf-8")) <= set(METHODS)


def test_names_are_found_however_they_are_given() -> None:
    source = (
        'RULE = "e"\n'
        'share(1, 2, method="a")\n'
        'show.finding("t", basis="", methods=["b", "c" if x == "no" else "d"])\n'
        'share(1, 2, method=RULE)\nshow.how("f")\nshare(1, 2, method=method)\n'
        'ALL = ("g", RULE)\nshow.how(*ALL)'
    )
    assert methods_named_in(source) == {"a", "b", "c", "d", "e", "f", "g"}


def test_no_two_topics_define_the_same_name() -> None:
    assert len(METHODS) == sum(len(topic) for topic in TOPICS)


@pytest.mark.parametrize("name", METHODS)
def test_a_definition_says_all_it_has_to(name: str) -> None:
    method: Method = METHODS[name]
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
        assert f"{name} {word} {round(100 * share)} %" in METHODS["flag_level"].formula


def test_a_figure_without_a_written_definition_cannot_be_shown() -> None:
    with pytest.raises(KeyError):
        show.explain("felt_improvement")

"""Files of settings: read where people wrote them, refused where they were built to do harm."""

from pathlib import Path

import pytest

from data import lists
from data.settings import LARGEST_FILE, SettingsUnreadable, read_settings

ALIASES = "a: &a [x]\nb: [*a, *a]\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(text)
    return path


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, "# nothing yet\n")).values is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ALIASES, "own.yaml, line 2: YAML aliases are not read"),
        ("[" * 500, "own.yaml, line 1: nested deeper than 20 levels"),
        ("- " * 3_000, "own.yaml, line 1: nested deeper than 20 levels"),
        ("[" * 3_000, "own.yaml cannot be read as YAML: while increasing flow level"),
        ("name: 2026-99-99", "own.yaml cannot be read as YAML: "),
        (f"n: {'9' * 5_000}", "own.yaml cannot be read as YAML: "),
        ("n: !!int x", "own.yaml cannot be read as YAML: "),
        ("a: [", "own.yaml cannot be read as YAML: "),
        (" " * (LARGEST_FILE + 1), "own.yaml is larger than 1,000,000 bytes"),
    ],
)
def test_what_cannot_be_used_is_said_with_file_and_reason(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(SettingsUnreadable, match=f"^{said.replace('.', '[.]')}"):
        read_settings(written(tmp_path, text))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsUnreadable, match="cannot be opened: "):
        read_settings(tmp_path / "none.yaml")


@pytest.mark.parametrize("name", ["/dev/zero", "."])
def test_what_is_no_file_is_not_read(name: str) -> None:
    with pytest.raises(SettingsUnreadable, match="is no file"):
        read_settings(Path(name))


def test_concepts_and_lists_refuse_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, ALIASES)
    monkeypatch.setenv(lists.CONCEPTS_ENVIRONMENT, str(path))
    with pytest.raises(lists.ConceptsUnreadable, match="aliases"):
        lists.current_concepts()
    with pytest.raises(lists.ListsUnreadable, match="aliases"):
        lists.read(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it needs lists by name"),
        ("5", "it needs lists by name"),
        ("trigger_category: [a]", "there is no list root_cause_category, contributing_factors"),
    ],
)
def test_a_file_of_lists_says_what_it_lacks(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(lists.ListsUnreadable, match=said):
        lists.read(written(tmp_path, text))


def test_a_file_of_lists_that_is_edited_counts_from_the_next_load_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = lists.SHIPPED.read_text(encoding="utf-8")
    path = written(tmp_path, shipped)
    monkeypatch.setenv(lists.LISTS_ENVIRONMENT, str(path))
    assert lists.current_lists().resolve("trigger_category", "moon phase") is None
    written(tmp_path, shipped.replace("  - expiry\n", "  - expiry\n  - moon phase\n", 1))
    assert lists.current_lists().resolve("trigger_category", "moon phase") == "moon phase"

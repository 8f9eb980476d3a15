"""Is a mapping read back as it was written, and a wrong one refused with its line?"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.mapping import (
    FIELDS,
    PARTS,
    ColumnMapping,
    MappingUnreadable,
    is_target,
    parse_mapping,
    read_mapping,
    written_mapping,
)
from data.notations import DayOrder

words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
mappings = st.builds(
    ColumnMapping,
    columns=st.dictionaries(words, st.sampled_from(["", "-", "title", "action 2.owner", "date"])),
    values=st.dictionaries(
        st.sampled_from(["severity", "status"]),
        st.dictionaries(words, words, min_size=1),
    ),
    day_order=st.none() | st.sampled_from(DayOrder),
    zone=st.sampled_from(["", "Europe/Berlin", "+02:00"]),
    rows=st.sampled_from(["", "incidents", "actions"]),
    name=words,
    tool=words,
    recognise=st.frozensets(words),
)


@given(mappings)
def test_a_written_mapping_reads_back_equal(mapping: ColumnMapping) -> None:
    assert parse_mapping(written_mapping(mapping)) == mapping


def test_a_mapping_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(
        "columns:\n  Opened: detected_at\n  Title: title, action.title\n  Notes:\n"
        "values:\n  severity: {1: SEV1}\nday_order: DAY\nzone: Europe/Berlin\n",
        encoding="utf-8",
    )
    mapping = read_mapping(path)
    assert mapping.targets("Opened") == ["detected_at"]
    assert mapping.targets("Title") == ["title", "action.title"]
    assert mapping.targets("Notes") == mapping.targets("nowhere") == []
    assert mapping.values == {"severity": {"1": "SEV1"}}
    assert mapping.day_order is DayOrder.DAY
    assert mapping.zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns:\n  A: title\n  B: nonsense\n", "m, line 3: 'nonsense', said of column 'B'"),
        ("columns: [a]\n", "m, line 1: 'columns' needs a name and a meaning"),
        ("columns: {A: [title]}\n", "m, line 1: 'columns' needs one text for 'A'"),
        ("fields: {}\n", "m, line 1: 'fields' is none of name, tool"),
        ("day_order: first\n", "m, line 1: 'day_order' is 'first'; it may be year, month, day"),
        ("rows: lines\n", "m, line 1: 'rows' is 'lines'"),
        ("values: {severty: {a: b}}\n", "m, line 1: 'severty' is no field"),
        ("values: 3\n", "m, line 1: 'values' needs fields"),
        ("zone: [UTC]\n", "m, line 1: 'zone' needs a text"),
        ("recognise: Key\n", "m, line 1: 'recognise' needs a list"),
        ("- a\n", "m is no mapping"),
        ("a: *b\n", "m, line 1: YAML aliases are not read"),
        ("a: [", "m cannot be read as YAML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(MappingUnreadable) as refused:
        parse_mapping(text, name="m")
    assert str(refused.value).startswith(said)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingUnreadable, match=r"none\.yaml cannot be opened"):
        read_mapping(tmp_path / "none.yaml")


def test_a_column_may_be_any_field_part_or_field_of_an_action() -> None:
    assert all(map(is_target, [*FIELDS, *PARTS, "", "-", "action.owner", "action 12.due_on"]))
    assert not any(map(is_target, ["extras", "action.nothing", "action x.title", "Title"]))


def test_a_tool_is_known_by_its_headers() -> None:
    mapping = ColumnMapping(recognise=frozenset({"Issue key", "Created"}))
    assert mapping.fits(frozenset({"issue key", "created", "summary"}))
    assert not mapping.fits(frozenset({"issue key"}))
    assert not ColumnMapping().fits(frozenset({"issue key"}))

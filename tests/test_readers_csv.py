"""Is any CSV read row by row, with what is odd about it said rather than dropped?"""

import codecs
import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.problems import Problem
from data.readers import is_action_table, read
from data.readers.csv_text import BAD_QUOTES, LONGEST_CELL
from data.readers.source import Assumption, Item, RawAction, RawIncident, Recognised, from_bytes

PLAIN = "id,title,services\nw-1,Gate shut,gate;yard\n"


def items(content: bytes | str, name: str = "records.csv") -> list[Item]:
    content = content.encode() if isinstance(content, str) else content
    return list(read(from_bytes(name, content)))


def incidents(content: bytes | str) -> list[dict[str, Any]]:
    return [dict(item.values) for item in items(content) if isinstance(item, RawIncident)]


def problems(content: bytes | str) -> list[str]:
    return [str(item) for item in items(content) if isinstance(item, Problem)]


def test_lists_come_apart_at_semicolons_and_unknown_columns_stay() -> None:
    content = "id,tags,Weather\nw-1,a; b,calm\n"
    assert incidents(content) == [{"id": "w-1", "tags": ["a", " b"], "Weather": "calm"}]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        codecs.BOM_UTF8 + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", "\t").encode(),
        b'id;title;services\nw-1;Gate shut;"gate;yard"\n',
        b"ID,Title,Services\nw-1,Gate shut,gate;yard\n\n,,\n",
        b"id,title,services\nw-1,Gate shut,gate;yard,,\n",
    ],
)
def test_the_same_table_reads_the_same_however_it_is_written(content: bytes) -> None:
    expected = {"id": "w-1", "title": "Gate shut", "services": ["gate", "yard"]}
    assert incidents(content) == [expected]
    assert problems(content) == []


def test_windows_text_is_read_and_said_to_be_so() -> None:
    found = items("id,title\nw-1,Fähre fällt aus\n".encode("cp1252"))
    assert Assumption("records.csv is not UTF-8, read as Windows-1252") in found
    assert isinstance(found[-1], RawIncident)
    assert found[-1].values["title"] == "Fähre fällt aus"


def test_a_cell_may_hold_line_ends_and_rows_count_as_in_a_spreadsheet() -> None:
    content = 'id,summary\nw-1,"first\nsecond"\n\nw-2,x\n'
    found = items(content)
    assert [str(item.place) for item in found if isinstance(item, RawIncident)] == [
        "records.csv, row 2",
        "records.csv, row 4",
    ]
    assert incidents(content)[0]["summary"] == "first\nsecond"


def test_a_row_of_another_length_is_a_problem_and_still_read() -> None:
    content = "id,title,team\nw-1,Gate\nw-2,Gate,yard,surplus\n"
    assert problems(content) == [
        "records.csv, row 2: has 2 cells where the header has 3; the missing ones are unknown",
        "records.csv, row 3: has 4 cells where the header has 3; those beyond it are kept beside "
        "the record",
    ]
    assert incidents(content)[1]["cells_beyond_header"] == ["surplus"]


def test_a_column_named_twice_is_kept_under_a_name_of_its_own() -> None:
    content = "id,Weather,Weather\nw-1,a,b\n"
    assert incidents(content) == [{"id": "w-1", "Weather": "a", "Weather (2)": "b"}]


def written(rows: list[list[str]], *, delimiter: str, quoting: int, line_end: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=line_end).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize(
    "above", ["", "\n\n", "Incidents of the first quarter\nprinted on Monday\n\n"]
)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_reads_the_same_under_every_delimiter_and_quoting(
    delimiter: str, quoting: int, line_end: str, mark: str, above: str
) -> None:
    rows = [
        ["id", "title", "summary"],
        ["w-1", "Gate, yard; quay", 'a "b" | c'],
        ["w-2", "x\ty", "first\nsecond"],
    ]
    table = written(rows, delimiter=delimiter, quoting=quoting, line_end=line_end)
    content = mark + above.replace("\n", line_end) + table
    assert incidents(content) == [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert problems(content) == []


def test_the_line_that_tells_excel_the_delimiter_is_no_row() -> None:
    content = "sep=;\r\nid;title;team\r\nw-1;a,b,c,d;x\r\n"
    assert incidents(content) == [{"id": "w-1", "title": "a,b,c,d", "team": "x"}]
    assert [str(item.place) for item in items(content) if isinstance(item, RawIncident)] == [
        "records.csv, row 3"
    ]


def test_a_list_may_stand_in_several_columns_of_one_name() -> None:
    content = "id,tags,tags,tags\nw-1,a;b,,c\n"
    assert incidents(content) == [{"id": "w-1", "tags": ["a", "b", "c"]}]
    assert problems(content) == []


def test_a_text_below_that_names_a_field_does_not_make_its_row_the_header() -> None:
    content = "id,Notes\nw-1,title\nw-2,status\n"
    assert [values["id"] for values in incidents(content)] == ["w-1", "w-2"]


def test_an_actions_table_is_known_by_its_column_not_its_name() -> None:
    content = b"incident_id,title\nw-1,Grease it\n"
    assert is_action_table(from_bytes("whatever.csv", content))
    assert [type(item) for item in items(content)] == [Recognised, RawAction]
    assert not is_action_table(from_bytes("actions.csv", PLAIN.encode()))


@pytest.mark.parametrize(
    "bad",
    [
        'w-2,"left open',
        'w-2,"closed" too early',
        f'w-2,"{"x" * (LONGEST_CELL + 10)}',
        'w-2,"left open"" again',
    ],
)
@pytest.mark.parametrize("last", ["w-4,fine", 'w-4,"fine"', 'w-4,"f\nine"', 'w-4,""'])
def test_a_bad_quotation_mark_costs_its_row_and_no_other(bad: str, last: str) -> None:
    content = f"id,title\nw-1,fine\n{bad}\nw-3,fine\n{last}\n"
    assert [values["id"] for values in incidents(content)] == ["w-1", "w-3", "w-4"]
    assert problems(content) == [f"records.csv, row 3: {BAD_QUOTES}"]


def test_text_in_quotes_may_hold_line_ends_and_doubled_marks() -> None:
    content = 'id,title\nw-1,"one\ntwo ""three"""\nw-2,5" disk\n'
    titles = [values["title"] for values in incidents(content)]
    assert titles == ['one\ntwo "three"', '5" disk']
    assert problems(content) == []


def test_every_second_row_broken_takes_no_longer_than_its_lines() -> None:
    content = "id,title\n" + "".join(f'w,"open\nw-{n},fine\n' for n in range(20_000))
    assert len(incidents(content)) == 20_000


def test_a_long_text_is_read_whole() -> None:
    assert len(incidents(f"id,summary\nw-1,{'x' * 190_000}\n")[0]["summary"]) == 190_000


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"PK\x03\x04rest", "spreadsheet"), (b"\x1f\x8brest", "compressed"), (b"%PDF-1.7", "PDF")],
)
def test_what_is_no_text_is_refused_with_what_to_do(content: bytes, word: str) -> None:
    assert word in problems(content)[0]


def test_an_empty_file_holds_nothing() -> None:
    assert items(b"") == items(b"\n\n") == items(b"id,title\n") == []


@given(st.binary(max_size=300) | st.text('"\n\r,;\tid=\x00ü', max_size=80).map(str.encode))
def test_no_bytes_at_all_break_the_reader(content: bytes) -> None:
    for item in items(content):
        if isinstance(item, Problem):
            assert item.reason
            assert item.place.source == "records.csv"

"""Is a file read in the same encoding by every reader, and one that is no text refused by all?"""

import pytest

from data.problems import Problem
from data.readers import read
from data.readers.source import (
    Assumption,
    Item,
    LeftOut,
    RawIncident,
    Unreadable,
    from_bytes,
    whole_text,
)

#: One record with one title in each form.
FORMS = {
    "x.csv": "id,title\r\na,Zugführer\r\n",
    "x.json": '{"id": "a", "title": "Zugführer"}',
    "x.jsonl": '{"id": "a", "title": "Zugführer"}\n',
    "x.md": "---\nid: a\ntitle: Zugführer\n---\n",
}


def items(name: str, content: bytes) -> list[Item]:
    return list(read(from_bytes(name, content)))


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_every_reader_knows_every_encoding(name: str, encoding: str) -> None:
    (found,) = [i for i in items(name, FORMS[name].encode(encoding)) if isinstance(i, RawIncident)]
    assert (found.values["id"], found.values["title"]) == ("a", "Zugführer")


@pytest.mark.parametrize("name", FORMS)
def test_every_reader_says_that_a_text_was_taken_for_windows_1252(name: str) -> None:
    found = items(name, FORMS[name].encode("cp1252"))
    said = [item.text for item in found if isinstance(item, Assumption)]
    assert said == [f"{name} is not UTF-8, read as Windows-1252"]
    assert not [i for i in items(name, FORMS[name].encode()) if isinstance(i, Assumption)]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04abc", "is a spreadsheet or an archive"),
        (b"SQLite format 3\x00", "is an SQLite database"),
        (b"\x1f\x8b\x08", "is compressed"),
    ],
)
def test_every_reader_refuses_what_is_no_text_with_the_same_reason(
    name: str, content: bytes, reason: str
) -> None:
    (found,) = items(name, content)
    assert isinstance(found, Problem)
    assert found.rejected
    assert found.reason.startswith(reason)


def test_bytes_that_mean_nothing_become_marks_and_a_text_too_long_is_refused() -> None:
    assert whole_text(from_bytes("x", b"a\x81"), at_most=2) == ("a\ufffd", "cp1252")
    with pytest.raises(Unreadable, match="is larger than"):
        whole_text(from_bytes("x", b"abc"), at_most=2)


@pytest.mark.parametrize("name", ["outage.py", "app.JS", "deploy.sh", "main.go"])
def test_the_source_of_a_program_is_left_out_by_its_name(name: str) -> None:
    text = "# Outage\n\n- Start: 2026-03-02 09:14 UTC\n\n## Root cause\n\nA limit.\n"
    (item,) = items(name, text.encode())
    assert isinstance(item, LeftOut)
    assert item.reason == "is the source of a program by its name"

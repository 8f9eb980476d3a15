"""Does a file that was built to do harm cost more than itself, whatever its format?"""

import io
import resource
import time
import zipfile

import pytest

from data import readers
from data.gathering import Reading
from data.lists import current_lists
from data.problems import Problem
from data.readers.source import MEGABYTE, Item, RawIncident, Source, from_bytes
from tests.benchmarks import mutants
from tests.support.files import paragraph, pdf, word, workbook, zipped

MOST_SECONDS = 2.0
#: A neighbour on the machine can double what a file costs once, and seldom thrice.
TRIES = 3
MOST_BYTES = 500 * MEGABYTE
ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(8)
)
SECTIONS = "\n\n## Summary\n\nx\n\n## Root cause\n\ny\n"
ENTITIES = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def with_part(content: bytes, name: str, part: str) -> bytes:
    """An archive with one of its members replaced."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        members = {member: old.read(member) for member in old.namelist()}
    return zipped({**members, name: part})


def items(content: bytes, name: str) -> list[Item]:
    return list(readers.read(from_bytes(name, content)))


HOSTILE: dict[str, bytes] = {
    "aliases.md": f"---\n{ALIASES}---{SECTIONS}".encode(),
    "deep.md": f"---\na: {'[' * 50_000}\n---{SECTIONS}".encode(),
    "flow.md": f"---\na: {'{a: ' * 20_000}\n---{SECTIONS}".encode(),
    "quotes.md": ("> " * 100_000).encode(),
    "lists.md": "\n".join("  " * i + "- x" for i in range(2_000)).encode(),
    "pipes.md": f"{'|' * 20_000}\n{'|-' * 10_000}\n{'|x' * 10_000}\n".encode(),
    "rows.md": ("| a | b |\n|---|---|\n" + "| x | y |\n" * 40_000).encode(),
    "links.md": ("[" * 50_000 + "](" * 50_000).encode(),
    "emphasis.md": ("*a _b_ **" * 40_000).encode(),
    "comments.md": ("<!--" * 100_000).encode(),
    "times.md": (f"## Timeline\n\n{'- 10:00 alert ' * 20_000}{SECTIONS}").encode(),
    "shortcodes.md": ("{{< " * 50_000 + "{% " * 50_000).encode(),
    "ruby.erb": ("<% " * 100_000).encode(),
    "components.mdx": ("<A b={" * 50_000).encode(),
    "underlines.txt": ("Summary\n-------\n" * 20_000).encode(),
    "sections.rst": ("=\nA\n=\n\n" * 20_000).encode(),
    "marks.rst": ("|a| `b`_ *c " * 8_000).encode(),
    "tables.rst": ("=== " * 500 + "\n" + "a " * 900 + "\n" + "=== " * 500 + "\n").encode(),
    "deep.html": b"<div>" * 200_000,
    "open.html": b"<p><b><table><tr><td>" * 20_000,
    "attributes.html": b"<a " + b"x=' y=\" " * 100_000 + b">",
    "entities.html": b"&" * 500_000,
    "deep.json": b"[" * 200_000,
    "deep_objects.json": b'{"a":' * 100_000,
    "number.json": b'[{"id": "a", "title": ' + b"9" * 100_000 + b"}]",
    "keys.json": b"[{" + b",".join(b'"k%d": 1' % i for i in range(50_000)) + b"}]",
    "surrogates.json": b'[{"id": "a", "title": "\\ud800\\udfff\\u0000"}]',
    "deep.jsonl": b'{"a":' * 100_000 + b"\n",
    "quotes.csv": b'id,title\n"' + b'a,""' * 100_000,
    "columns.csv": b"id," * 50_000 + b"\n1\n",
    "cells.csv": b"id,title\n" + b"," * 500_000 + b"\n",
    "entities.docx": word(paragraph("&c;"), before=ENTITIES),
    "deep.docx": word("<w:sdt><w:sdtContent>" * 20_000),
    "rows.docx": word("<w:tbl>" * 3_000),
    "entities.xlsx": with_part(
        workbook({"A": [["id", "title"], ["1", "x"]]}),
        "xl/worksheets/sheet1.xml",
        f'{ENTITIES}{SHEET}<sheetData><row><c t="inlineStr"><is><t>&c;</t></is></c></row>'
        "</sheetData></worksheet>",
    ),
    "cells.xlsx": with_part(
        workbook({"A": [["id", "title"], ["1", "x"]]}),
        "xl/worksheets/sheet1.xml",
        f'{SHEET}<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576">'
        '<c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>',
    ),
    "zeros.xlsx": zipped({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": b"0" * 60_000_000}),
    "zeros.zip": zipped({"a.md": b"0" * 90_000_000}),
    "nested.zip": zipped({"a.zip": zipped({"a.zip": zipped({"a.md": b"x"})})}),
    "operations.pdf": pdf([(1, 1, 1, "F1", "x")] * 40_000),
    "pages.pdf": pdf(*[[(1, 1, 1, "F1", "x")]] * 200),
    "loop.pdf": pdf([(1, 1, 1, "F1", "x")]).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]"),
    "parts.mht": b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n"
    + b"--a\nContent-Type: multipart/related; boundary=a\n\n" * 5_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_built_to_do_harm_costs_little(name: str) -> None:
    before, costs = _most_memory(), []
    for _ in range(TRIES):
        began = time.process_time()
        found = items(HOSTILE[name], name)
        costs.append(time.process_time() - began)
        if costs[-1] < MOST_SECONDS:
            break
    assert min(costs) < MOST_SECONDS
    assert _most_memory() - before < MOST_BYTES
    assert not [item for item in found if isinstance(item, Problem) and _is_ours(item)]


def _most_memory() -> int:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _is_ours(problem: Problem) -> bool:
    return "could not be read: unexpected" in problem.reason


class _Endless(io.RawIOBase):
    """Bytes without an end that nobody has to keep."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        count = min(len(buffer), self._left)
        buffer[:count] = b"x" * count
        self._left -= count
        return count


@pytest.mark.parametrize("suffix", sorted({*readers.suffixes(), ""}))
def test_two_hundred_megabytes_are_refused_before_they_are_read(suffix: str) -> None:
    size = 200 * MEGABYTE
    source = Source(f"a{suffix}", size=size, opener=lambda: io.BufferedReader(_Endless(size)))
    before = _most_memory()
    (problem,) = [item for item in readers.read(source) if isinstance(item, Problem)]
    assert problem.rejected
    assert _most_memory() - before < MOST_BYTES


TEXT = "# Gate\n\n- Date: 2026-03-02\n\n## Summary\n\n{}\n\n## Root cause\n\nA hinge broke.\n"


def summary_of(content: bytes, name: str = "a.md") -> str:
    (record,) = [item for item in items(content, name) if isinstance(item, RawIncident)]
    return str(record.values["summary"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252"])
def test_documents_are_read_in_the_encodings_that_programs_write(encoding: str) -> None:
    for name in ("a.md", "a.txt", "a"):
        assert summary_of(TEXT.format("Tür öffnet nicht.").encode(encoding), name) == (
            "Tür öffnet nicht."
        )


def test_what_a_spreadsheet_or_a_page_would_run_stays_text() -> None:
    for text in (
        "=HYPERLINK(1)",
        "@SUM(A1)",
        "<script>alert(1)</script>",
        "![x](http://tracker.example/x.png)",
        "A gate <img src=x onerror=alert(1)> fell.",
    ):
        reading = Reading([from_bytes("a.md", TEXT.format(text).encode())], lists=current_lists())
        (incident,) = reading.incidents()
        assert incident.summary == text  # the page makes it inert where it is shown
    page = "<h1>Gate</h1><h2>Summary</h2><p>a<script>alert(1)</script><img src=x onerror=y>b</p>"
    assert summary_of(page.encode(), "a.html") == "ab"


def test_characters_that_nothing_can_show_are_left_out() -> None:
    reading = Reading(
        [from_bytes("a.md", TEXT.format("a\x00b\x1bc").encode())], lists=current_lists()
    )
    (incident,) = reading.incidents()
    assert incident.summary == "abc"


def test_damaged_files_of_every_format_cost_no_more_than_themselves() -> None:
    outcomes = list(mutants.run(300, seed=20).values())
    assert [fault for outcome in outcomes for fault in outcome.faults] == []
    assert max(outcome.slowest for outcome in outcomes) < MOST_SECONDS
    assert all(outcome.files for outcome in outcomes)

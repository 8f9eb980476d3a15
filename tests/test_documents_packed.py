"""Are Word documents, PDFs, saved pages and archives read, and harmless whatever is in them?"""

import io
import zipfile
from pathlib import Path

import pytest

from data.gathering import Reading
from data.lists import current_lists
from data.problems import Problem
from data.readers import archive, read, unpacked
from data.readers.documents import from_pdf, to_markdown
from data.readers.source import LeftOut, RawIncident, Source, from_bytes, from_file
from tests.support.files import paragraph, pdf, table, word, zipped
from tests.test_documents import CONFLUENCE, POST_MORTEM, is_the_post_mortem, items, record

SALES = word(
    paragraph("Ferry tickets sold twice", "Title"),
    table([["Severity", "SEV2"], ["Start", "2026-03-02 09:14 UTC"]]),
    paragraph("Summary", "Heading1"),
    paragraph("Tickets were sold twice."),
    paragraph("Root cause", "Heading1"),
    paragraph("A lock was released early."),
    paragraph("Action items", "Heading1"),
    table([["Action", "Owner", "Due"], ["Alert on double sales", "Quay", "2026-04-01"]]),
)
PAGE = [
    (50, 740, 20, "F2", "Ferry tickets sold twice"),
    (50, 710, 10, "F2", "Severity"),
    (120, 710, 10, "F1", "SEV2"),
    (50, 690, 14, "F2", "Summary"),
    (50, 670, 10, "F1", "Tickets were sold twice."),
    (50, 640, 14, "F2", "Root cause"),
    (50, 620, 10, "F1", "A lock was"),
    (102, 620, 10, "F1", "released early."),
    (50, 590, 14, "F2", "Action items"),
    (90, 570, 10, "F2", "Action"),
    (300, 570, 10, "F2", "Owner"),
    (400, 570, 10, "F2", "Due"),
    (50, 550, 10, "F1", "Alert on"),
    (50, 538, 10, "F1", "double sales"),
    (290, 544, 10, "F1", "Quay"),
    (390, 550, 10, "F1", "2026-"),
    (390, 538, 10, "F1", "04-01"),
    (50, 515, 10, "F1", "Test the lock"),
    (290, 515, 10, "F1", "Deck"),
    (300, 30, 8, "F1", "Page 1 of 1"),
]


def test_a_word_document_has_its_title_facts_sections_and_tables() -> None:
    values = record(SALES, "sales.docx")
    assert is_the_post_mortem(values)
    assert values["severity"] == "SEV2"
    assert values["impact_started_at"] == "2026-03-02T09:14:00+00:00"
    assert values["actions"][0]["owner"] == "Quay"
    assert is_the_post_mortem(record(SALES, "sales"))  # known by what is in it


def test_a_pdf_has_headings_by_size_and_tables_by_place() -> None:
    assert from_pdf.to_markdown(pdf(PAGE)) == (
        "# Ferry tickets sold twice\n\n\n- Severity: SEV2\n\n\n## Summary\n\n\n"
        "Tickets were sold twice.\n\n\n## Root cause\n\n\nA lock was released early.\n\n\n"
        "## Action items\n\n\n| Action | Owner | Due |\n| --- | --- | --- |\n"
        "| Alert on double sales | Quay | 2026-04-01 |\n| Test the lock | Deck |  |\n"
    )
    values = record(pdf(PAGE), "sales.pdf")
    assert values["title"] == "Ferry tickets sold twice"
    assert [action["owner"] for action in values["actions"]] == ["Quay", "Deck"]


def test_a_line_that_ran_to_the_margin_goes_on_and_others_do_not() -> None:
    long = "The lock of the counter was released before the sale was written down,"
    page = [
        (50, 740, 10, "F1", long),
        (50, 728, 10, "F1", "so another counter sold it."),
        (50, 716, 10, "F1", "09:14 - sales stop"),
        (70, 704, 10, "F1", "• first"),
        (70, 692, 10, "F1", "second"),
    ]
    assert from_pdf.to_markdown(pdf(page, [(50, 740, 10, "F1", "Next page")])) == (
        f"{long} so another counter sold it.\n09:14 - sales stop\n- first\n- second\nNext page\n"
    )


def test_a_pdf_of_pictures_says_so() -> None:
    (problem,) = items(pdf([]), "scan.pdf")
    assert isinstance(problem, Problem)
    assert problem.reason.startswith("holds no text")


def test_a_page_saved_as_one_message_is_read_whatever_it_is_called() -> None:
    message = (
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=xyz\r\n\r\n--xyz\r\n"
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{CONFLUENCE}\r\n--xyz--\r\n"
    )
    for name in ("page.doc", "page.mht"):
        assert record(message, name)["severity"] == "SEV2"


def test_members_of_an_archive_are_sources_named_below_it(tmp_path: Path) -> None:
    path = tmp_path / "wiki.zip"
    path.write_bytes(
        zipped(
            {
                "space/ferry.md": POST_MORTEM,
                "space/sales.docx": SALES,
                "picture.png": b"x",
                "__MACOSX/._ferry.md": b"x",
                ".hidden/a.md": POST_MORTEM,
                "more.zip": zipped({"a.md": POST_MORTEM}),
                "../../out.md": POST_MORTEM,
            }
        )
    )
    sources, aside = unpacked([from_file(path, name="wiki.zip"), from_bytes("a.md", b"# A")])
    names = ["wiki.zip/space/ferry.md", "wiki.zip/space/sales.docx", "wiki.zip/out.md", "a.md"]
    assert [source.name for source in sources] == names
    assert [source.folder for source in sources] == ["wiki.zip", "wiki.zip", "wiki.zip", ""]
    assert {str(left.place): left.reason for left in aside if isinstance(left, LeftOut)} == {
        "wiki.zip/picture.png": "ends in .png, which is no format that is read here",
        "wiki.zip/.hidden/a.md": "is hidden",
        "wiki.zip/more.zip": "is an archive inside an archive; unpack it first",
    }
    for source in sources[:2]:
        (incident,) = [item for item in read(source) if isinstance(item, RawIncident)]
        assert is_the_post_mortem(dict(incident.values))
        assert sources[0].content(at_most=100_000) == POST_MORTEM.encode()


def test_tables_of_actions_in_an_archive_find_their_incidents() -> None:
    pair = zipped(
        {"incidents.csv": "id,title\nf-1,Ferry\n", "todo.csv": "incident_id,title\nf-1,Mend\n"}
    )
    reading = Reading([from_bytes("export.zip", pair)], lists=current_lists())
    (incident,) = reading.incidents()
    assert [action.title for action in incident.actions] == ["Mend"]
    (raw,) = [i for i in read(from_bytes("export.zip", pair)) if isinstance(i, RawIncident)]
    assert raw.values["id"] == "f-1"


def test_members_that_are_not_read_are_left_out_of_a_load_by_name() -> None:
    content = zipped({"ferry.md": POST_MORTEM, "picture.png": b"x"})
    reading = Reading(
        [from_bytes("a.zip", content), from_bytes("b.zip", b"PK\x03\x04")], lists=current_lists()
    )
    assert [incident.title for incident in reading.incidents()] == ["Ferry tickets sold twice"]
    assert [str(left_out.place) for left_out in reading.findings.left_out] == ["a.zip/picture.png"]
    assert [problem.place.source for problem in reading.findings.problems] == ["b.zip"]


def bomb(size: int, *, name: str = "a.md", count: int = 1) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            archive.writestr(f"{number}{name}", b"0" * size)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bomb(80_000_000), "unpacks to far more"),
        (bomb(1, count=archive.MOST_MEMBERS + 1), "holds over"),
        (b"PK\x03\x04 and no more", "damaged"),
        (zipped({"a.md": POST_MORTEM})[:-30], "damaged"),
    ],
    ids=["shrunk", "many", "no archive", "cut off"],
)
def test_an_archive_built_to_do_harm_stays_packed(content: bytes, reason: str) -> None:
    sources, (problem,) = unpacked([from_bytes("a.zip", content)])
    assert not sources
    assert isinstance(problem, Problem)
    assert reason in problem.reason


def test_a_damaged_or_locked_member_costs_itself_alone() -> None:
    content = bytearray(zipped({"a.md": POST_MORTEM, "b.md": POST_MORTEM}))
    content[60:70] = b"0123456789"
    sources, _ = unpacked([from_bytes("a.zip", bytes(content))])
    (problem,) = read(sources[0])
    assert isinstance(problem, Problem)
    assert "damaged" in problem.reason
    assert any(isinstance(item, RawIncident) for item in read(sources[1]))
    locked = bytearray(zipped({"a.md": POST_MORTEM}))
    locked[6] |= 1
    locked[locked.find(b"PK\x01\x02") + 8] |= 1
    _, (left_out,) = unpacked([from_bytes("a.zip", bytes(locked))])
    assert isinstance(left_out, LeftOut)
    assert "password" in left_out.reason


def test_a_member_that_is_longer_than_it_says_is_damaged() -> None:
    content = zipped({"a.md": POST_MORTEM})
    lying = content.replace(len(POST_MORTEM).to_bytes(4, "little"), (20).to_bytes(4, "little"))
    sources, _ = unpacked([from_bytes("a.zip", lying)])
    (problem,) = read(sources[0])
    assert isinstance(problem, Problem)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "document",
    [
        word(paragraph("&b;"), before=ENTITIES),
        word('<w:p><w:r><w:t>&#65;</w:t></w:r></w:p><x:y xmlns:x="http://a.example"/>' * 3, "<w"),
        zipped({"word/document.xml": ENTITIES.encode("utf-16"), "[Content_Types].xml": ""}),
        zipped({"word/document.xml": "<w:document>" * 10_000, "[Content_Types].xml": ""}),
        zipped({"word/other.xml": ""}),
        word(paragraph("x" * 2_000_000)),
        bomb(60_000_000, name="word/document.xml"),
    ],
    ids=["entities", "unclosed", "in UTF-16", "deep", "no text", "long", "bomb"],
)
def test_a_word_document_built_to_do_harm_ends_in_a_reason(document: bytes) -> None:
    (problem,) = items(document, "a.docx")
    assert isinstance(problem, Problem)
    assert "unexpected" not in problem.reason


def test_an_open_archive_is_closed_when_no_member_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.md": POST_MORTEM}))
    opened: list[io.BufferedReader] = []

    def opener() -> io.BufferedReader:
        opened.append(path.open("rb"))
        return opened[-1]

    sources, _ = unpacked([Source("a.zip", size=1, opener=opener)])
    assert not opened[-1].closed
    del sources
    assert opened[-1].closed


def test_what_says_how_a_word_looks_is_left_out_before_it_is_converted() -> None:
    assert to_markdown.LOOKS.sub("", '<w:p w:rsidR="0AB1"><w:rFonts w:ascii="A"/><w:t>x</w:t>') == (
        "<w:p><w:t>x</w:t>"
    )
    assert to_markdown.LOOKS.sub("", '<w:t>y</w:t><w:tab/><w:br w:type="page"/>') == (
        '<w:t>y</w:t><w:tab/><w:br w:type="page"/>'
    )

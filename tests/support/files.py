"""Small made-up files of kinds that are no text."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

import openpyxl

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
    'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"'
    "/></Types>"
)
RELATIONSHIPS = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="http://schemas.'
    'openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
STYLES = f'<w:styles xmlns:w="{MAIN}">' + "".join(
    f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
    for key, name in (("Title", "Title"), ("Heading1", "heading 1"))
)


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """An archive of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def paragraph(text: str, style: str = "") -> str:
    """A paragraph of a Word document."""
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = f'<w:r w:rsidR="00AB12CD"><w:rPr><w:lang w:val="en"/></w:rPr><w:t>{text}</w:t></w:r>'
    return f"<w:p>{look}{run}</w:p>"


def table(rows: Iterable[Sequence[str]]) -> str:
    """A table of a Word document."""
    cells = ["".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def word(*blocks: str, before: str = "") -> bytes:
    """A Word document of these blocks."""
    body = f'<w:document xmlns:w="{MAIN}"><w:body>{"".join(blocks)}</w:body></w:document>'
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELATIONSHIPS,
            "word/document.xml": f'<?xml version="1.0"?>{before}{body}',
            "word/styles.xml": f"{STYLES}</w:styles>",
        }
    )


def pdf(*pages: Iterable[tuple[int, int, int, str, str]]) -> bytes:
    """A PDF of these pages: from the left, from the bottom, size, font (F1 or bold F2), text."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    numbers = [5 + 2 * index for index in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    for name in ("Helvetica", "Helvetica-Bold"):
        look = f"/Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding"
        objects.append(f"<< /Type /Font {look} >>".encode())
    for number, page in zip(numbers, pages, strict=True):
        drawn = "\n".join(
            f"BT /{font} {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET"
            for x, y, size, font, text in page
        ).encode("cp1252")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    written = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table_at = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n" % (len(objects) + 1)
    return written + b"%d\n%%%%EOF\n" % table_at


def workbook(sheets: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """A workbook of these sheets."""
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()

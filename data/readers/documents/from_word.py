"""A Word document as Markdown, by way of HTML.

Only the text and what gives it its shape is handed to the library: pictures, comments and fonts are
left in the archive, which keeps a thesis-long document within a second.
"""

import io
import re
import zipfile

from data.readers import archive as archives
from data.readers.documents.from_html import markdown_of
from data.readers.source import MEGABYTE, Unreadable

TEXT = "word/document.xml"
#: Without these the text is still read, with fewer headings and lists.
SHAPES = (
    "[Content_Types].xml",
    "_rels/.rels",
    "word/_rels/document.xml.rels",
    "word/styles.xml",
    "word/numbering.xml",
)
#: As Word writes it, with a dozen attributes for each word.
LARGEST_PART = 30 * MEGABYTE
#: What is left of it; converting it takes a second.
LONGEST = 600_000
#: How text looks and who changed it when; nothing of it is text.
LOOKS = re.compile(
    r"<w:(?:rFonts|lang|sz|szCs|color|kern|spacing|proofErr|ind|jc|bCs|iCs|noProof|tcW|tblW|tblLook"
    r"|tcBorders|shd|bookmarkStart|bookmarkEnd|lastRenderedPageBreak|contextualSpacing|keepNext"
    r"|keepLines|rtl|tblInd|gridCol|top|left|bottom|right|start|end|insideH|insideV|vAlign"
    r"|widowControl|pageBreakBefore|highlight|cs|w|position|effect|bdr|snapToGrid)(?:\s[^<>]{0,500})?/>"
    r"|\sw:rsid\w{0,10}=\"[^\"<>]{0,20}\"|\sw14:(?:paraId|textId)=\"[^\"<>]{0,20}\""
)
EMPTY = re.compile(r"<w:(rPr|pPr|tcPr|tblPr|tblBorders|tblGrid|tcMar|tblCellMar)></w:\1>")
#: No office program writes these; a parser could be made to run away by them.
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
STYLE_MAP = "p[style-name='Title'] => p.title:fresh\np[style-name='Subtitle'] => p:fresh"


def to_markdown(content: bytes) -> str:
    """A Word document as Markdown.

    Raises:
        Unreadable: it is no Word document, damaged, or longer than any post-mortem.
    """
    # It takes a while to import, and few sources need it.
    import mammoth

    slim = _slimmed(content)
    try:
        html = mammoth.convert_to_html(
            io.BytesIO(slim), style_map=STYLE_MAP, include_embedded_style_map=False
        ).value
    except Exception as error:  # whatever stops a parser of that size
        raise Unreadable(f"is no Word document that can be read: {type(error).__name__}") from error
    return markdown_of(html)


def _slimmed(content: bytes) -> bytes:
    """The document with its text and shapes alone."""
    full = archives.opened(io.BytesIO(content))
    if TEXT not in full.namelist():
        raise Unreadable("is no Word document: it has no part for its text")
    text = _decoded(archives.part(full, TEXT, at_most=LARGEST_PART))
    text = LOOKS.sub("", text)
    for _ in range(2):
        text = EMPTY.sub("", text)
    if len(text) > LONGEST:
        raise Unreadable(f"is longer than {LONGEST:,} characters, so it is no post-mortem")
    slim = io.BytesIO()
    with zipfile.ZipFile(slim, "w") as written:
        written.writestr(TEXT, text.encode())
        for name in SHAPES:
            if name in full.namelist():
                part = archives.part(full, name, at_most=MEGABYTE)
                written.writestr(name, _decoded(part).encode())
    return slim.getvalue()


def _decoded(part: bytes) -> str:
    """A part as text that declares nothing."""
    bare = part.replace(b"\x00", b"")
    if any(mark in bare for mark in DECLARATIONS):
        raise Unreadable("declares entities, which no Word document does")
    encoding = "utf-16" if part[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = part.decode(encoding, "replace")
    return re.sub(r"\A<\?xml[^>]{0,200}\?>", "", text)

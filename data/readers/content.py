"""What is a source by its first bytes, where its name does not say or says something else?"""

import re

from data import words
from data.readers.source import HEAD_BYTES

ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
#: A member of an archive: its marks, then its name.
WORD_PART = re.compile(rb"PK\x03\x04.{26}word/", re.DOTALL)
WORKBOOK_PART = re.compile(rb"PK\x03\x04.{26}xl/", re.DOTALL)
HTML_START = re.compile(
    r"(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
MARKDOWN_HEADING = re.compile(r"^#{1,3} \S", re.MULTILINE)
DELIMITERS = (",", ";", "\t")
#: Rows that are compared to tell a table from text.
LOOKED_AT = 20
#: What stands in no text.
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
#: How a text is encoded, by the mark that it begins with.
MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

#: "[post-mortem] Database down", a title that begins as a list in JSON does.
NAMED_IN_BRACKETS = re.compile(r"\[[^\W\d][^\]\[{}\",\n]{0,60}\][ \t(]*\S")


def text_of(head: bytes) -> str:
    """The first bytes as text, as far as they are any."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "ignore").lstrip()
    if head.count(0) * 4 > len(head):  # every other byte of Western text in UTF-16 is NUL
        encoding = "utf-16-be" if head[:1] == b"\x00" else "utf-16-le"
        return head.decode(encoding, "ignore").lstrip()
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip()


def is_pdf(head: bytes) -> bool:
    """A PDF; some writers put a few bytes before it."""
    return b"%PDF-" in head[:1024]


def is_word(head: bytes) -> bool:
    """A Word document: an archive with a part for its text."""
    return head.startswith(ZIPPED) and WORD_PART.search(head) is not None


def is_workbook(head: bytes) -> bool:
    """A workbook of Excel: an archive with parts for its sheets."""
    return head.startswith(ZIPPED) and WORKBOOK_PART.search(head) is not None


def is_archive(head: bytes) -> bool:
    """A zip archive of whatever."""
    return head.startswith(ZIPPED)


def is_html(head: bytes) -> bool:
    """A page that begins as pages do."""
    return HTML_START.match(text_of(head[:4096])) is not None


def is_saved_page(head: bytes) -> bool:
    """A page saved with its pictures as one message (MHTML)."""
    start = head[:4096].lower()
    return b"mime-version:" in start and b"multipart/related" in start


def is_json(head: bytes) -> bool:
    """A JSON document."""
    text = text_of(head)
    return text.startswith(("{", "[")) and not NAMED_IN_BRACKETS.match(text)


def is_json_lines(head: bytes) -> bool:
    """A JSON object on each line."""
    first, _, rest = text_of(head).partition("\n")
    return first.startswith("{") and first.rstrip().endswith("}") and bool(rest.strip())


def is_markdown(head: bytes) -> bool:
    """Front matter, or text with headings."""
    text = text_of(head)
    return text.startswith(("---\n", "---\r\n")) or MARKDOWN_HEADING.search(text) is not None


def is_table(head: bytes) -> bool:
    """Rows of as many cells below names of columns that we know."""
    text = text_of(head)
    lines = [line for line in text.splitlines()[:LOOKED_AT] if line.strip()]
    if len(text) >= HEAD_BYTES // 2 and len(lines) > 1:
        lines.pop()
    return any(_are_rows(lines, delimiter) for delimiter in DELIMITERS)


def is_text(head: bytes) -> bool:
    """Text, rather than what only programs read."""
    return CONTROL.search(text_of(head)) is None


def _are_rows(lines: list[str], delimiter: str) -> bool:
    if len(lines) < 2:
        return False
    names = [name.strip().strip('"') for name in lines[0].split(delimiter)]
    alike = sum(line.count(delimiter) >= len(names) - 1 for line in lines[1:])
    told = "id" in map(str.lower, names) or sum(map(_is_name, names)) > 1
    return told and alike * 2 >= len(lines) - 1


def _is_name(name: str) -> bool:
    known = words.current()
    return bool(known.field(name) or known.action_field(name))

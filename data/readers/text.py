"""Which encoding is a text in? Marks first, then UTF-8, then what Windows programs write.

The answer must be certain before the first record is handed out, so a file is looked through once
from end to end; that costs a fraction of reading its records.
"""

import codecs
import io

from data.readers.source import HEAD_BYTES, Source, Unreadable

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What a Western Windows program writes when it does not write UTF-8.
FALLBACK = "cp1252"
#: First bytes of files that are no text, with what to say about them.
NO_TEXT = (
    (b"PK\x03\x04", "is a spreadsheet or an archive, not text; save it as CSV first"),
    (b"\xd0\xcf\x11\xe0", "is an old Office document, not text; save it as CSV first"),
    (b"\x1f\x8b", "is compressed; unpack it first"),
    (b"SQLite format 3\x00", "is an SQLite database, not text"),
)


def encoding_of(source: Source) -> str:
    """The encoding of ``source``.

    Raises:
        Unreadable: it is no text.
    """
    head = source.head()
    for mark, what in NO_TEXT:
        if head.startswith(mark):
            raise Unreadable(what)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    if head.count(0) * 4 > len(head):  # every other byte of Western text in UTF-16 is NUL
        return "utf-16-be" if head[:1] == b"\x00" else "utf-16-le"
    return "utf-8" if _is_utf8(source) else FALLBACK


def whole_text(source: Source, *, at_most: int) -> tuple[str, str]:
    """All of ``source`` as text, and its encoding; bytes that mean nothing become U+FFFD.

    Raises:
        Unreadable: it is no text, or larger than ``at_most`` bytes.
    """
    encoding = encoding_of(source)
    return source.content(at_most=at_most).decode(encoding, "replace"), encoding


def opened(source: Source, *, encoding: str) -> io.TextIOWrapper:
    """``source`` as lines of text with their line ends as they are."""
    return io.TextIOWrapper(source.open(), encoding=encoding, errors="replace", newline="")


def fallback_said(source: Source) -> str:
    """What to tell the user about a text that is not UTF-8."""
    return f"{source.name} is not UTF-8, read as Windows-1252"


def _is_utf8(source: Source) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with source.open() as stream:
            while piece := stream.read(HEAD_BYTES):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True

"""The text of a PDF as Markdown, as far as it holds text; nothing is recognised in pictures."""

import io
import logging
from typing import Any

from data.readers.documents.pdf_layout import Fragment, markdown_of
from data.readers.source import Unreadable

#: The longest post-mortems have thirty pages.
MOST_PAGES = 80
MOST_FRAGMENTS = 40_000
MOST_OPERATIONS = 200_000
#: How much of a PDF may be unpacked, against ones that are built to fill memory.
LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": 20_000_000,
    "lzw_maximum_output_length": 5_000_000,
    "run_length_maximum_output_length": 5_000_000,
    "array_based_stream_maximum_output_length": 20_000_000,
    "stream_decoding_work_maximum_length": 40_000_000,
    "stream_parsing_work_maximum_count": 300_000,
    "xform_maximum_invocations_per_extraction": 200,
    "page_tree_maximum_entries": 2_000,
    "jbig2dec_binary": None,
}
NO_TEXT = "holds no text: its pages are pictures; export it as text, HTML or Word"
BOLD = ("bold", "black", "heavy")


def to_markdown(content: bytes) -> str:
    """The text of a PDF as Markdown.

    Raises:
        Unreadable: it is damaged, locked, too long for a post-mortem, or holds no text.
    """
    # It takes a while to import, and few sources need it.
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it mends is no news to a user
    pages = _Pages()
    try:
        with pypdf.apply_configuration(**LIMITS):
            pages.read(pypdf.PdfReader(io.BytesIO(content), strict=False))
    except Unreadable:
        raise
    except Exception as error:  # whatever stops a parser of that size
        raise Unreadable(f"is no PDF that can be read: {type(error).__name__}") from error
    markdown = markdown_of(pages.fragments)
    if not markdown:
        raise Unreadable(NO_TEXT)
    return markdown


class _Pages:
    """Gathers the fragments of all pages."""

    def __init__(self) -> None:
        self.fragments: list[Fragment] = []
        self._operations = 0
        self._page = 0
        self._top = 0.0

    def read(self, reader: Any) -> None:
        """Take the text of all pages.

        Raises:
            Unreadable: it is locked or too long.
        """
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("is locked with a password")
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable(f"has over {MOST_PAGES} pages, so it is no post-mortem")
        for number, page in enumerate(reader.pages):
            self._page, self._top = number, float(page.mediabox.top)
            page.extract_text(visitor_text=self._take, visitor_operand_before=self._count_operation)

    def _count_operation(self, *_: Any) -> None:
        self._operations += 1
        if self._operations > MOST_OPERATIONS:
            raise Unreadable("draws far more than a post-mortem does")

    def _take(self, text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        text = " ".join(text.split())
        if not text:
            return
        if len(self.fragments) >= MOST_FRAGMENTS:
            raise Unreadable("holds far more text than a post-mortem does")
        down = self._top - float(tm[4] * cm[1] + tm[5] * cm[3] + cm[5])
        self.fragments.append(
            Fragment(
                x=float(tm[4] * cm[0] + tm[5] * cm[2] + cm[4]),
                y=down,
                size=abs(float(size) * _height(tm) * _height(cm)) or 1.0,
                bold=any(mark in _name(font) for mark in BOLD),
                text=text,
                page=self._page,
            )
        )


def _height(matrix: Any) -> float:
    return float(max(abs(matrix[3]), abs(matrix[1])))


def _name(font: Any) -> str:
    return str(font.get("/BaseFont", "")).lower() if isinstance(font, dict) else ""

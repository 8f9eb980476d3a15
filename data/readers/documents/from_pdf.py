"""The text of a PDF as Markdown, as far as it holds text; nothing is recognised in pictures."""

import io
import itertools
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from data import words
from data.readers.documents.to_markdown import BULLET, ITEM
from data.readers.source import Unreadable

# From where letters stand on a page to Markdown.
#
# A PDF knows no headings, lists or tables. So larger letters make a heading, a line that ran to
# the margin goes on in the next one, and below the names of columns cells are told apart by where
# they begin.

#: Letters this much larger than those of the text make a heading.
LARGER = 1.12
#: A letter is about half as wide as it is high.
WIDTH = 0.5
#: A line that fills this share of the longest one ran to the margin.
FULL = 0.85
LONGEST_HEADING = 150
PAGE_NUMBER = re.compile(r"(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
BEGINS_ANEW = re.compile(r"\W{0,3}(?:\d{1,2}[:.h]\d{2}|\d{4}-\d{2})")
#: A line at the same height of this many pages is no text of theirs.
REPEATED = 3


@dataclass(frozen=True, slots=True)
class Fragment:
    """Some letters in a row.

    Attributes:
        x: where they begin, from the left.
        y: where they stand, from the top of their page.
        size: the height of the letters.
    """

    x: float
    y: float
    size: float
    bold: bool
    text: str
    page: int = 0

    @property
    def end(self) -> float:
        """About where they end."""
        return self.x + len(self.text) * self.size * WIDTH


@dataclass
class Line:
    """Fragments beside each other."""

    fragments: list[Fragment] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(" ".join(f.text for f in self.fragments).split())

    @property
    def first(self) -> Fragment:
        """Where it begins."""
        return self.fragments[0]

    @property
    def bold(self) -> bool:
        """Whether all of it is."""
        return all(fragment.bold for fragment in self.fragments)

    def cells(self) -> list[Fragment]:
        """Its fragments where none touches the next."""
        pairs = zip(self.fragments, self.fragments[1:], strict=False)
        apart = all(after.x - before.end > before.size for before, after in pairs)
        return self.fragments if apart and len(self.fragments) > 1 else []


def markdown_of(fragments: Sequence[Fragment]) -> str:
    """The Markdown that the fragments of all pages make, in the order in which they are drawn."""
    lines = list(_without_margins(list(_lines(fragments))))
    if not lines:
        return ""
    return "\n".join(_Writer(lines).written()).strip() + "\n"


def _lines(fragments: Sequence[Fragment]) -> Iterator[Line]:
    line = Line()
    for fragment in fragments:
        beside = line.fragments and abs(line.fragments[-1].y - fragment.y) < fragment.size * WIDTH
        if line.fragments and not (beside and fragment.x >= line.fragments[-1].x):
            yield line
            line = Line()
        line.fragments.append(fragment)
    if line.fragments:
        yield line


def _without_margins(lines: list[Line]) -> Iterator[Line]:
    """The lines without numbers of pages and what stands above or below every page."""
    places = Counter((line.text, round(line.first.y)) for line in lines)
    ends: dict[int, tuple[float, float]] = {}
    for line in lines:
        top, bottom = ends.get(line.first.page, (line.first.y, line.first.y))
        ends[line.first.page] = (min(top, line.first.y), max(bottom, line.first.y))
    for line in lines:
        repeated = places[line.text, round(line.first.y)] >= REPEATED
        outermost = line.first.y in ends[line.first.page]
        if not repeated and not (outermost and PAGE_NUMBER.fullmatch(line.text)):
            yield line


class _Writer:
    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[_rounded(line.first.size)] += len(line.text)
        self._body = sizes.most_common(1)[0][0]
        large = sorted((s for s in sizes if s > self._body * LARGER), reverse=True)
        self._levels = {size: min(level, 6) for level, size in enumerate(large, start=1)}
        body = [line for line in lines if _rounded(line.first.size) == self._body]
        self._margin = min(line.first.x for line in body)
        self._longest = max(self._reach(line) for line in body)

    def written(self) -> Iterator[str]:
        """The lines of Markdown."""
        paragraph = ""
        previous: Line | None = None
        position = 0
        while position < len(self._lines):
            line = self._lines[position]
            if previous is not None and self._goes_on(previous, line):
                paragraph += f" {line.text}"
                previous, position = line, position + 1
                continue
            if paragraph:
                yield paragraph
            paragraph, previous = "", None
            if len(names := _column_names(line)) > 1:
                table = _Table(names)
                position = table.read(self._lines, position + 1)
                yield from ("", *table.written(), "")
                continue
            if previous is None and position and self._is_below(self._lines[position - 1], line):
                yield ""
            position += 1
            if heading := self._heading(line):
                yield from ("", heading, "")
            else:
                paragraph, previous = self._paragraph(line), line
        if paragraph:
            yield paragraph

    def _paragraph(self, line: Line) -> str:
        first, rest = line.first, line.fragments[1:]
        if rest and first.bold and not rest[0].bold and _is_name(first.text):
            return f"- {first.text.rstrip(':')}: {Line(rest).text}"
        text = BULLET.sub(r"\1- ", line.text)
        indented = line.first.x - self._margin > self._body
        if indented and not ITEM.match(text):
            return f"- {text}"
        return text

    def _heading(self, line: Line) -> str:
        text = line.text
        if len(text) > LONGEST_HEADING:
            return ""
        if level := self._levels.get(_rounded(line.first.size)):
            return f"{'#' * level} {text}"
        if words.current().part(text) and not ITEM.match(text):
            return f"{'#' * min(len(self._levels) + 1, 6)} {text}"
        return f"**{text}**" if line.bold and not BEGINS_ANEW.match(text) else ""

    def _goes_on(self, line: Line, following: Line) -> bool:
        """Whether a line ran to the margin, so that its sentence goes on in the next."""
        text = following.text
        if self._heading(following) or BULLET.match(text) or ITEM.match(text):
            return False
        if BEGINS_ANEW.match(text) or self._is_below(line, following):
            return False
        first_word = text.split(" ", 1)[0]
        return self._reach(line) + len(first_word) + 1 > self._longest * FULL

    def _reach(self, line: Line) -> float:
        """How many letters of the text's size lie between the margin and the end of a line."""
        return (line.first.x - self._margin) / (self._body * WIDTH) + len(line.text)

    def _is_below(self, line: Line, following: Line) -> bool:
        """Whether there is a gap between two lines of a page."""
        down = following.first.y - line.first.y
        return following.first.page == line.first.page and not 0 <= down < self._body * 1.7


class _Table:
    """A table below the names of its columns."""

    def __init__(self, names: list[Fragment]) -> None:
        self._names = names
        self._rows: list[list[str]] = []
        self._starts = [fragment.x for fragment in names]

    def read(self, lines: list[Line], position: int) -> int:
        """Take the lines that belong to it; the position of the first that does not."""
        start = position
        size = self._names[0].size * LARGER
        below = itertools.takewhile(lambda line: line.first.size <= size, lines[position:])
        self._find_starts([f for line in below for f in line.fragments])
        before = self._names[0]
        column = len(self._starts)
        while position < len(lines):
            line = lines[position]
            if self._ends(line, before, first=position == start):
                break
            for fragment in line.fragments:
                at = self._column(fragment)
                if at < column or not self._rows:
                    self._rows.append([""] * len(self._starts))
                column = at
                self._rows[-1][at] = _joined(self._rows[-1][at], fragment.text.strip())
                before = fragment
            position += 1
        return position

    def written(self) -> Iterator[str]:
        """The table in Markdown."""
        header = [fragment.text.strip() for fragment in self._names]
        for row in (header, ["---"] * len(header), *self._rows):
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"

    def _ends(self, line: Line, before: Fragment, *, first: bool) -> bool:
        fragment = line.first
        if fragment.size > before.size * LARGER or words.current().part(line.text):
            return True
        starts_row = self._column(fragment) == 0 and not first
        if starts_row and fragment.x - self._starts[0] > fragment.size:
            return True
        down = fragment.y - before.y
        return fragment.page == before.page and down > before.size * 4

    def _find_starts(self, fragments: list[Fragment]) -> None:
        """Where columns begin: their names may stand in their middle."""
        if fragments:
            self._starts[0] = min(self._starts[0], fragments[0].x)
        seen = Counter(round(fragment.x) for fragment in fragments)
        for index, name in enumerate(self._names[1:], start=1):
            after = self._names[index - 1].end
            own = {x: count for x, count in seen.items() if after < x <= name.x + 1 and count > 1}
            self._starts[index] = float(max(own, key=lambda x: own[x])) if own else name.x

    def _column(self, fragment: Fragment) -> int:
        at = [i for i, start in enumerate(self._starts) if fragment.x >= start - 2]
        return at[-1] if at else 0


def _column_names(line: Line) -> list[Fragment]:
    """The fragments of a line that names columns; none if it does not."""
    cells = line.cells()
    known = words.current()
    names = sum(bool(known.action_field(c.text) or known.fact(c.text)) for c in cells)
    if len(cells) == 2 and any(any(map(str.isdigit, cell.text)) for cell in cells):
        return []
    return cells if names * 2 >= len(cells) and all(len(c.text) < 40 for c in cells) else []


def _is_name(text: str) -> bool:
    known = words.current()
    return bool(known.field(text) or known.fact(text))


def _joined(before: str, text: str) -> str:
    glue = "" if not before or before.endswith("-") else " "
    return f"{before}{glue}{text}"


def _rounded(size: float) -> float:
    return round(size * 2) / 2


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

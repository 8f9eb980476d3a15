"""The lines of one section as the blocks that matter in post-mortems: items, table rows, text.

Sections are found by a Markdown parser; inside a section a single pass over the lines is enough and
cannot be made slow by odd input.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])\s(.*)")
HEADING = re.compile(r" {0,3}#{1,6}\s(.*)")
BOLD_LINE = re.compile(r"(?:\*\*([^*]+)\*\*|__([^_]+)__):?")
FENCES = ("```", "~~~")
LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\(([^()\s]{1,2000})(?: \"[^\"]{0,200}\")?\)")
#: Emphasis and code; an underscore inside a word is part of a name.
MARKS = re.compile(r"\*{1,3}|`|~~|(?<!\w)_{1,3}|_{1,3}(?!\w)")
#: Wider rows are drawings, not tables.
MOST_CELLS = 50


@dataclass
class Block:
    """One block of a section.

    Attributes:
        kind: ``heading``, ``item``, ``row`` or ``text``.
        lines: without the marker of the item.
        cells: of a row, by the header of its column.
    """

    kind: str
    lines: list[str]
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def blocks(text: str) -> Iterator[Block]:
    """The blocks of ``text`` in order."""
    reader = _Reader()
    lines = text.split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if finished := reader.finished_by(line, following):
            yield finished
    if reader.current is not None:
        yield reader.current


def listed(text: str) -> list[str]:
    """The items, rows and paragraphs of a section; what headings divide is one list here."""
    return [block.text for block in blocks(text) if block.kind != "heading"]


def unmarked(text: str) -> str:
    """``text`` without emphasis, code marks and the targets of links."""
    return MARKS.sub("", LINK.sub(r"\1", text)).strip()


class _Reader:
    """Takes one line after the other and knows which block is being read."""

    def __init__(self) -> None:
        self.current: Block | None = None
        self._header: list[str] | None = None
        self._fenced = False
        self._blank = False

    def finished_by(self, line: str, following: str) -> Block | None:
        """The block that ends because ``line`` opens another one."""
        if line.lstrip().startswith(FENCES):
            self._fenced = not self._fenced
            self._append(line)
            return None
        opened = None if self._fenced else self._opened(line, following)
        if opened is None:
            return self._continued(line)
        self._blank = False
        if opened.kind == "header":
            self._header = list(opened.cells)
            return None
        if opened.kind != "row":
            self._header = None
        return self._replaced(opened)

    def _continued(self, line: str) -> Block | None:
        if not line.strip():
            self._blank = True
            self._header = self._header if self._fenced else None
            return None
        if self._header is not None and _is_separator(line):
            return None
        current, blank, self._blank = self.current, self._blank, False
        inside = line.startswith(("  ", "\t"))
        kind = "none" if current is None else current.kind
        after_a_blank = blank and not self._fenced and not (kind == "item" and inside)
        if kind in ("none", "heading", "row") or after_a_blank:
            return self._replaced(Block("text", [line.strip()]))
        self._append(line)
        return None

    def _append(self, line: str) -> None:
        if self.current is None:
            self.current = Block("text", [])
        self.current.lines.append(line.strip())

    def _replaced(self, block: Block) -> Block | None:
        finished, self.current = self.current, block
        return finished

    def _opened(self, line: str, following: str) -> Block | None:
        """The block that starts with this line, if one does."""
        stripped = line.strip()
        if heading := HEADING.match(line):
            return Block("heading", [heading.group(1).strip().rstrip("#").strip()])
        if bold := BOLD_LINE.fullmatch(stripped):
            return Block("heading", [(bold.group(1) or bold.group(2)).strip()])
        if "|" in line and not _is_separator(line):
            cells = _cells(stripped)
            if self._header is not None:
                return Block("row", [stripped], dict(zip(self._header, cells, strict=False)))
            if "|" in following and _is_separator(following) and len(cells) <= MOST_CELLS:
                names = [unmarked(cell) or f"column {i}" for i, cell in enumerate(cells)]
                return Block("header", [], dict.fromkeys(names, ""))
        if item := ITEM.match(line):
            return Block("item", [item.group(1).strip()])
        return None


def _is_separator(line: str) -> bool:
    """Whether a line is the rule under the header of a table."""
    return "-" in line and not line.strip("|:- \t\r")


def _cells(line: str) -> list[str]:
    inner = line.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    cells = re.split(r"(?<!\\)\|", inner, maxsplit=MOST_CELLS)
    return [cell.strip().replace("\\|", "|") for cell in cells]

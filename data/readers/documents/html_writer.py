"""Markdown from a page whose elements are ordinary ones, by a library, with tables of our own.

A table becomes one that every reader of Markdown understands: a header, as many cells in each row,
cells on one line. Facts stand as ``- Severity: SEV1``.
"""

import re
from collections import Counter

from bs4 import BeautifulSoup, Tag
from markdownify import ATX, MarkdownConverter

from data import words

#: Wider tables are drawings.
MOST_COLUMNS = 50
#: Text that cells over several rows may add by standing in each of them.
MOST_COPIED = 200_000
LINE_BREAK = "<br>"
BREAKS = re.compile(r"\s*(?:<br>\s*)+")
#: Left where something between two words was taken out.
SPACES = re.compile(r"(?<=\S) {2,}(?=\S)")
NEUTRAL_HEADER = ("Field", "Value")
ADDRESS = re.compile(r"(?:https?://|mailto:|[./?]|[\w-]+(?:[./?]|$))", re.IGNORECASE)

Row = list[str]


def written(soup: BeautifulSoup) -> str:
    """The text of ``soup`` as Markdown."""
    text: str = _Converter().convert_soup(soup)
    return text.strip() + "\n"


class _Converter(MarkdownConverter):
    class Options:
        heading_style = ATX
        bullets = "-"
        # What stands on the page is text and kept as it is.
        escape_asterisks = False
        escape_underscores = False
        # A line of the source is no line of the page.
        wrap = True
        wrap_width = None

    def __init__(self) -> None:
        super().__init__()
        self._cells: dict[int, str] = {}
        self._numbers: Counter[int] = Counter()

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Keep the text of a cell for its table."""
        cell = BREAKS.sub(LINE_BREAK, " ".join(text.split())).strip()
        while cell.endswith(LINE_BREAK) or cell.startswith(LINE_BREAK):
            cell = cell.removesuffix(LINE_BREAK).removeprefix(LINE_BREAK)
        self._cells[id(el)] = cell
        return ""

    convert_th = convert_td

    def convert_tr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Leave rows to their table."""
        return text

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A table as Markdown, after whatever stands in it outside cells."""
        rows = [row for row in el.find_all("tr") if row.find_parent("table") is el]
        grid = self._grid(rows)
        if not grid:
            return text
        header, body = _header_and_body(rows, grid)
        lines = [header, ["---"] * len(header), *body]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"\n\n{text.strip()}\n\n{table}\n\n"

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A new line, marked as one inside a cell."""
        return f"{LINE_BREAK}{text}" if "_inline" in parent_tags else f"\n{text}"

    def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A paragraph; a line inside a cell."""
        text = SPACES.sub(" ", text.strip())
        if "_inline" in parent_tags:
            return f"{LINE_BREAK}{text}{LINE_BREAK}" if _in_cell(parent_tags) else f" {text} "
        return f"\n\n{text}\n\n" if text else ""

    convert_div = convert_p

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """An item; a line inside a cell."""
        text = text.strip()
        if _in_cell(parent_tags):
            return f"{LINE_BREAK}{text}{LINE_BREAK}"
        parent = el.parent
        bullet = "- "
        if parent is not None and parent.name == "ol":
            self._numbers[id(parent)] += 1
            bullet = f"{self._numbers[id(parent)]}. "
        first, *others = SPACES.sub(" ", text).split("\n")
        indented = [f"{' ' * len(bullet)}{line}" if line.strip() else "" for line in others]
        return "\n".join([bullet + first, *indented]) + "\n" if text else "\n"

    def convert_dt(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """The name of a fact."""
        name = " ".join(text.split()).rstrip(":")
        return f"\n- {name}:" if name else "\n"

    def convert_dd(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """The fact after its name; further ones after commas."""
        before = el.find_previous_sibling(["dt", "dd"])
        lines = [line for line in text.strip().split("\n") if line.strip()]
        mark = ", " if isinstance(before, Tag) and before.name == "dd" else " "
        return mark + "\n  ".join(lines) if lines else ""

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A link; what leads nowhere outside the page is its text alone."""
        href = "".join(str(el.get("href") or "").split())
        bare = text.strip()
        if "_noformat" in parent_tags or bare == href or not ADDRESS.match(href):
            return text
        if not bare or any(mark in href for mark in "()<>"):
            return text
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{before}[{bare}]({href}){after}"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Nothing: pictures are not read."""
        return ""

    convert_video = convert_img

    def _grid(self, rows: list[Tag]) -> list[Row]:
        """The texts of all cells; one that spans several places stands in each of them."""
        grid: list[Row] = []
        below: dict[int, tuple[int, str]] = {}
        copied = 0
        for row in rows:
            line: Row = []
            for cell in row.find_all(["td", "th"], recursive=False):
                _take_from_above(line, below)
                text = self._cells.get(id(cell), "").replace("|", "\\|")
                wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
                for _ in range(min(wide, MOST_COLUMNS - len(line))):
                    if high > 1 and copied < MOST_COPIED:
                        copied += len(text) * min(high, len(rows))
                        below[len(line)] = (high - 1, text)
                    line.append(text)
            _take_from_above(line, below)
            if line:
                grid.append(line)
        width = max(map(len, grid), default=0)
        return [line + [""] * (width - len(line)) for line in grid]


def _in_cell(parent_tags: set[str]) -> bool:
    return "td" in parent_tags or "th" in parent_tags


def _take_from_above(line: Row, below: dict[int, tuple[int, str]]) -> None:
    while len(line) in below:
        left, text = below.pop(len(line))
        if left > 1:
            below[len(line)] = (left - 1, text)
        line.append(text)


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1").strip()
    return max(1, min(int(value), 1000)) if value.isdecimal() and len(value) < 5 else 1


def _header_and_body(rows: list[Tag], grid: list[Row]) -> tuple[Row, list[Row]]:
    """The row that names the columns, a neutral one where none does, and the other rows."""
    first = rows[0].find_all(["td", "th"], recursive=False)
    if all(cell.name == "th" for cell in first) or _is_header(grid):
        return grid[0], grid[1:]
    width = len(grid[0])
    neutral = [*NEUTRAL_HEADER, *(f"Column {i}" for i in range(3, width + 1))][:width]
    return neutral, grid


def _is_header(grid: list[Row]) -> bool:
    """Whether the first row names columns though no element says so."""
    first, body = grid[0], grid[1:]
    if not body:
        return False
    names = [cell for cell in first if cell]
    if sum(_is_name(row[0]) for row in grid) * 2 > len(grid):
        return False  # facts, each beside its name
    if names and all(map(_is_name, names)):
        return True
    if all(_is_bold(cell) for cell in names) and not all(
        _is_bold(cell) for cell in body[0] if cell
    ):
        return True
    # Words above a column of times or dates.
    return not any(map(_has_digit, first)) and any(
        all(_has_digit(row[column]) for row in body) for column in range(len(first))
    )


def _is_name(cell: str) -> bool:
    known = words.current()
    return bool(known.field(cell) or known.action_field(cell))


def _is_bold(cell: str) -> bool:
    return len(cell) > 4 and cell.startswith("**") and cell.endswith("**")


def _has_digit(cell: str) -> bool:
    return any(character.isdigit() for character in cell)

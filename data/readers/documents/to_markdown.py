"""Markdown from a page whose elements are ordinary ones, by a library, with tables of our own.

A table becomes one that every reader of Markdown understands: a header, as many cells in each row,
cells on one line. Facts stand as ``- Severity: SEV1``.
"""

import email
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from email.policy import compat32

from bs4 import BeautifulSoup, Tag
from markdownify import ATX, MarkdownConverter

from data import words
from data.readers import archive as archives
from data.readers.documents.blocks import front_matter_end
from data.readers.documents.html import styles_in, tidied
from data.readers.source import FALLBACK, MEGABYTE, Unreadable, encoding_of, from_bytes

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


# A saved page, or what a wiki or an office exports as HTML, as Markdown.
#
# Tags are put in order first, then what is particular to a tool is turned into ordinary elements,
# and then a library writes Markdown. Nothing that a page names is fetched.

#: Ten times the longest post-mortem that we know of, with its tags; converting it takes a second.
LONGEST_HTML = 400_000
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)


def html_to_markdown(content: bytes) -> str:
    """A page in HTML as Markdown.

    Raises:
        Unreadable: it is longer than any post-mortem.
    """
    return html_markdown(decoded(content))


def html_markdown(page: str) -> str:
    """The text of a page in HTML as Markdown.

    Raises:
        Unreadable: it is longer than any post-mortem.
    """
    # These take a while to import, and few sources are pages.
    from bs4 import BeautifulSoup

    from data.readers.documents.html import make_ordinary

    end = front_matter_end(page)
    front, page = page[:end], page[end:]
    tidy = tidied(page)
    if len(tidy) > LONGEST_HTML:
        raise Unreadable(f"is longer than {LONGEST_HTML:,} characters, so it is no post-mortem")
    soup = BeautifulSoup(tidy, "html.parser")
    make_ordinary(soup, styles=styles_in(page))
    return "\n\n".join(filter(None, (front, written(soup))))


def decoded(content: bytes) -> str:
    """The text of a page: by its mark, else UTF-8, else as the page says of itself."""
    encoding = encoding_of(from_bytes("", content))
    if encoding == FALLBACK and (named := CHARSET.search(content[:4096])):
        try:
            return content.decode(named.group(1).decode("ascii"), "replace")
        except (LookupError, ValueError):
            pass  # no encoding of text that is known here
    return content.decode(encoding, "replace")


# A page saved or exported as one message (MHTML), which Word's name is sometimes given to.


def saved_page_to_markdown(content: bytes) -> str:
    """The page inside a message as Markdown.

    Raises:
        Unreadable: there is none, or it is longer than any post-mortem.
    """
    try:
        message = email.message_from_bytes(content, policy=compat32)
        pages = (part for part in message.walk() if part.get_content_type() == "text/html")
        page = next(pages, None)
        inner = page.get_payload(decode=True) if page is not None else None
        charset = page.get_content_charset() if page is not None else None
    except Exception as error:  # whatever stops the parser
        raise Unreadable(f"is no saved page: {type(error).__name__}") from error
    if not isinstance(inner, bytes):
        raise Unreadable("is no saved page: it holds no HTML")
    try:
        text = inner.decode(charset or "utf-8")
    except (LookupError, ValueError):
        text = decoded(inner)
    return html_markdown(text)


# reStructuredText as Markdown, by way of HTML; it can include no file and write no raw output.

#: Several times the longest post-mortem that we know of; the parser takes a second for it.
LONGEST_RST = 40_000
#: Directives of documentation tools that stand for a list of pages or an index.
MISSING = re.compile(
    r"^\.\. (?:toctree|index|contents|only|tags)::.*\n(?:[ \t]+.*\n|[ \t]*\n)*", re.M
)
ROLE = re.compile(r":[a-z:+-]{1,40}:`([^`<>]{1,500}?)(?:\s*<[^`<>]{1,500}>)?`")
SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "_disable_config": True,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "doctitle_xform": True,
    "docinfo_xform": True,
    "sectsubtitle_xform": False,
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "line_length_limit": 10_000,
    "dump_settings": False,
    "dump_internals": False,
    "dump_transforms": False,
}


def rst_markdown(text: str) -> str:
    """The text of a source in reStructuredText as Markdown.

    Raises:
        Unreadable: it is longer than any post-mortem, or the parser gives it up.
    """
    # It takes a while to import, and few sources need it.
    from docutils.core import publish_parts

    if len(text) > LONGEST_RST:
        raise Unreadable(f"is longer than {LONGEST_RST:,} characters, so it is no post-mortem")
    text = ROLE.sub(r"\1", MISSING.sub("", text + "\n"))
    try:
        parts = publish_parts(text, writer="html5", settings_overrides=SETTINGS)
    except (Exception, SystemExit) as error:  # whatever stops a parser of that size
        raise Unreadable(f"is no reStructuredText: {type(error).__name__}") from error
    return html_markdown(parts["html_body"])


# A Word document as Markdown, by way of HTML.
#
# Only the text and what gives it its shape is handed to the library: pictures, comments and fonts
# are left in the archive, which keeps a thesis-long document within a second.

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
LONGEST_WORD = 600_000
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


def word_to_markdown(content: bytes) -> str:
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
    return html_markdown(html)


def _slimmed(content: bytes) -> bytes:
    """The document with its text and shapes alone."""
    full = archives.opened(io.BytesIO(content))
    if TEXT not in full.namelist():
        raise Unreadable("is no Word document: it has no part for its text")
    text = _decoded(archives.part(full, TEXT, at_most=LARGEST_PART))
    text = LOOKS.sub("", text)
    for _ in range(2):
        text = EMPTY.sub("", text)
    if len(text) > LONGEST_WORD:
        raise Unreadable(f"is longer than {LONGEST_WORD:,} characters, so it is no post-mortem")
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


# Plain text as Markdown: what stands for a heading by its words or its underline becomes one.

#: Longer lines are sentences.
LONGEST_HEADING = 80
#: The signs with which people underline.
UNDERLINE = re.compile(r"([=\-~^*+_])\1{2,199}")
BULLET = re.compile(r"(\s*)[•·◦▪●○‣–—]\s+(?=\S)")
ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s")
MARKDOWN_HEADING = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)
SENTENCE = re.compile(r"[.;,!?]$")


def text_markdown(text: str) -> str:
    """``text`` with headings as Markdown has them; text that has some is left as it is."""
    if MARKDOWN_HEADING.search(text) or text.startswith(("---\n", "---\r\n", "+++\n")):
        return text
    lines = [BULLET.sub(r"\1- ", line.rstrip()) for line in text.expandtabs(4).splitlines()]
    return "\n".join(_lines(lines)) + "\n"


def _lines(lines: list[str]) -> Iterator[str]:
    titled = in_list = False
    skip = False
    for index, line in enumerate(lines):
        if skip:
            skip = False
            continue
        following = lines[index + 1] if index + 1 < len(lines) else ""
        begins_part = _is_heading(following) and bool(words.current().part(following))
        alone = (begins_part or not following.strip()) and (
            index == 0 or not lines[index - 1].strip()
        )
        skip = _is_underlined(line, following)
        if skip or (words.current().part(line) and _is_heading(line)):
            level = "##" if titled or words.current().part(line) else "#"
            yield from ("", f"{level} {line.strip()}", "")
            titled, in_list = True, False
        elif not titled and alone and _is_heading(line):
            yield f"# {line.strip()}"
            titled = True
        else:
            in_list = bool(ITEM.match(line)) or (in_list and bool(line.strip()))
            titled = titled or bool(line.strip())
            # Text moved to the right is no code here, but may belong to the item above.
            yield line if in_list else line.lstrip()


def _is_underlined(line: str, following: str) -> bool:
    mark = UNDERLINE.fullmatch(following.strip())
    return bool(mark and _is_heading(line) and abs(len(following.strip()) - len(line.strip())) < 12)


def _is_heading(line: str) -> bool:
    stripped = line.strip()
    if not stripped or len(stripped) > LONGEST_HEADING or SENTENCE.search(stripped):
        return False
    return not stripped.startswith(("- ", "* ", "+ ", "|", ">", "```"))

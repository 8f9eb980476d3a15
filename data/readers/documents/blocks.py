"""The one document model: headings, paragraphs, items with what stands under them, tables.

A Markdown parser finds the blocks, so that a heading in a code block is none and a table is one in
whatever way it was typed. What stands inside a line is left as it is; :func:`unmarked` takes the
marks off.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from data import words
from data.readers.source import Unreadable
from data.record import CLOCK_FIELDS
from data.times import moments_in

# Markdown as site generators take it, without what they would have put in its place.
#
# Tags of ERB, Liquid, Hugo and Quarto, components and imports of MDX, code that a notebook runs:
# none of it says anything about an incident, and where it stands it breaks lists and headings.
# Code that is shown and the front matter stay as they are.

FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})[ ]*(\{?)")
#: Code between single marks is left alone; what stands after a bar is taken out.
INLINE = re.compile(
    r"(`[^`\n]{1,500}`)"
    r"|\{\{[<%]?[^{}\n]{0,1000}\}\}"  # Liquid, Hugo
    r"|\{%[^{}\n]{0,1000}%\}"
    r"|\{[:#.][^{}\n]{0,200}\}"  # attributes of Kramdown, Pandoc and Quarto
)
#: "`r nrow(x)`", "`{python} x`"
CHUNK = re.compile(r"[ ]?`(?:r |\{[a-z]{1,12}\} )[^`\n]{1,300}`")
COMPONENT = re.compile(
    r"(`[^`\n]{1,500}`)|</?[A-Z][\w.]{0,60}(?:\s[^<>\n]{0,1000})?/?>|\{/\*[^\n]{0,1000}?\*/\}"
)
COMPONENT_EXPRESSION = re.compile(r"(`[^`\n]{1,500}`)|\{[^{}\n]{0,500}\}")
MODULE_LINE = re.compile(r"(?:import|export)\s+(?:[\w{*]|default\b)")
HTML_LINE = re.compile(
    r"\s*</?(?:h[1-6]|p|div|ul|ol|li|table|tr|td|th|hr|b|strong|em|section)\b", re.I
)
#: Fewer lines with tags are an ornament.
FEWEST_TAGS = 5
DIV = re.compile(r"[ ]{0,3}:{3,}.*")
FRONT = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\r?\n")


def without_site_markup(text: str) -> str:
    """Markdown without the tags of site generators."""
    return _changed(text, components=False)


def without_chunks(text: str) -> str:
    """A notebook in Markdown without the code that it runs, in lines too."""
    return CHUNK.sub("", without_site_markup(text))


def without_components(text: str) -> str:
    """MDX without imports, components and expressions."""
    return _changed(text, components=True)


def without_ruby(text: str) -> str:
    """A page of ERB without its Ruby; an open tag takes nothing along."""
    kept: list[str] = []
    position = 0
    while (start := text.find("<%", position)) >= 0:
        end = text.find("%>", start + 2)
        if end < 0:
            break
        kept.append(text[position:start])
        position = end + 2
    return "".join(kept) + text[position:]


def is_written_in_html(text: str) -> bool:
    """Whether most lines of what calls itself Markdown begin with a tag of HTML."""
    lines = [line for line in text[front_matter_end(text) :].split("\n") if line.strip()]
    tagged = sum(HTML_LINE.match(line) is not None for line in lines)
    return tagged >= FEWEST_TAGS and tagged * 2 > len(lines)


def _changed(text: str, *, components: bool) -> str:
    end = front_matter_end(text)
    return text[:end] + "\n".join(_lines(text[end:].split("\n"), components=components))


def front_matter_end(text: str) -> int:
    """Where the front matter of a page ends; 0 where it has none."""
    opening = FRONT.match(text)
    if opening is None:
        return 0
    closing = text.find(f"\n{opening.group(1)}", opening.end() - 1)
    return max(closing, 0) and closing + 4


def _lines(lines: list[str], *, components: bool) -> Iterator[str]:
    fence = ""
    is_run = False
    for line in lines:
        mark = FENCE.match(line)
        if fence:
            if not is_run:
                yield line
            if mark and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        if mark:
            fence, is_run = mark.group(1), bool(mark.group(2))
            if not is_run:
                yield line
        elif not DIV.fullmatch(line) and not (components and MODULE_LINE.match(line)):
            yield _without_tags(line, components=components)


def _without_tags(line: str, *, components: bool) -> str:
    if "{" not in line and not components:
        return line
    line = INLINE.sub(_code_kept, line)
    if components:
        line = COMPONENT.sub(_code_kept, line)
    return line.rstrip() if line.strip() else ""


def _code_kept(match: re.Match[str]) -> str:
    return match.group(1) or ""


#: A line in bold that stands for a heading is below every real one.
BOLD_LEVEL = 7
BOLD_LINE = re.compile(r"(?:\*\*([^*\n]+)\*\*|__([^_\n]+)__)\s?:?")
UNDERLINES = ("-", "=")
LABEL = re.compile(r"[*_]{0,3}[^\W\d][^:*_\n]{0,60}[*_]{0,3}:")
LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\(([^()\s]{1,2000})(?: \"[^\"]{0,200}\")?\)")
#: A link to itself, or to a note at the end of the page.
#: A sign behind or before a heading that links to the heading itself.
PERMALINK = re.compile(r"\[[#¶§🔗]\]\([^()\s]{1,2000}\)")
AUTOLINK = re.compile(r"<(https?://[^<>\s]{1,2000})>|\[\^?\w{1,20}\](?!\()(?=[\s.,;:)\[]|$)")
#: "[status]: https://…", to which links elsewhere refer.
DEFINITION = re.compile(
    r"^ {0,3}\[[^\[\]\n]{1,200}\]:[ \t]*<?(?:[#./]|[^\s/<>]{0,200}/)[^\s<>]{0,2000}>?"
    r"(?:[ \t]+[\"'(][^\n]{0,500})?[ \t]*(?:\n|$)",
    re.M,
)
#: Emphasis and code; an underscore inside a word is part of a name.
MARKS = re.compile(r"(?<!\\)(?:\*{1,3}|`+|~~|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w))")
BREAK = re.compile(r"<br\s{0,3}/?>", re.I)
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~<>])")
#: Ten times the longest post-mortem that we know of; parsing it takes a second at the very worst.
LONGEST = 400_000
MOST_LINES = 10_000
MOST_TABLE_CELLS = 60_000
#: Wider rows are drawings, not tables.
MOST_CELLS = 50

Kind = Literal["heading", "text", "item", "table", "code"]
#: Blocks whose inside stands among the others.
NESTED = frozenset(("bullet_list_open", "ordered_list_open", "blockquote_open"))
VERBATIM: dict[str, Kind] = {"fence": "code", "code_block": "code", "html_block": "text"}
#: Lines that are set in are code by the rules; people set in other things, too.
SET_IN = 1


@dataclass(slots=True)
class Block:
    """A block of a document.

    Attributes:
        kind: what it is.
        text: the Markdown inside it, without the marks of the block; of an item what stands before
            anything under it.
        level: of a heading from 1, in bold alone :data:`BOLD_LEVEL`; of an item how deep it lies,
            from 0; of code that is set in rather than fenced :data:`SET_IN`.
        children: what stands under an item.
        header: the cells above the rows of a table.
        rows: the rows of a table below its header.
        start: its first line in the body, from 0.
        end: the line after its last.
    """

    kind: Kind
    text: str = ""
    level: int = 0
    start: int = 0
    end: int = 0
    children: list["Block"] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    @property
    def is_heading(self) -> bool:
        """Whether it divides the document."""
        return self.kind == "heading"


def read_blocks(body: str) -> list[Block]:
    """The blocks of a document in order; items of lists stand among them, nested ones in them.

    Raises:
        Unreadable: it is too long to be a post-mortem.
    """
    lines = body.count("\n") + 1
    if len(body) > LONGEST or lines > MOST_LINES:
        size = f"{LONGEST:,} characters or {MOST_LINES:,} lines"
        raise Unreadable(f"is longer than {size}, so it is no post-mortem")
    return _Reader(_parser_for(body).parse(body)).blocks()


def every(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks and all that stands under them, in order."""
    for block in blocks:
        yield block
        yield from every(block.children)


def unmarked(text: str) -> str:
    """``text`` without emphasis, code marks, tags and the targets of links."""
    if "<" in text:
        text = TAG.sub("", BREAK.sub("\n", AUTOLINK.sub(r"\1", text)))
    if "[" in text:
        text = AUTOLINK.sub(r"\1", LINK.sub(r"\1", PERMALINK.sub("", text)))
    text = MARKS.sub("", text)
    return (ESCAPED.sub(r"\1", text) if "\\" in text else text).strip()


def source_of(body_lines: list[str], blocks: list[Block]) -> str:
    """The Markdown of neighbouring blocks as it was written."""
    if not blocks:
        return ""
    return "\n".join(body_lines[blocks[0].start : blocks[-1].end]).strip()


def _parser_for(body: str) -> MarkdownIt:
    """The parser, without tables where filling up their rows would take for ever."""
    widest = max((line.count("|") for line in body.split("\n")), default=0)
    return PARSER if widest * body.count("\n") <= MOST_TABLE_CELLS else PLAIN_PARSER


def _parser(*rules: str) -> MarkdownIt:
    """A parser of blocks alone; what stands inside a line is ours to read."""
    parser = MarkdownIt("commonmark").enable(list(rules))
    parser.core.ruler.disable("inline")
    parser.disable("reference")
    return parser


PARSER = _parser("table")
PLAIN_PARSER = _parser()


class _Reader:
    """Turns the parser's tokens into blocks."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._position = 0

    def blocks(self, until: str = "", depth: int = 0) -> list[Block]:
        """The blocks up to a closing token."""
        found: list[Block] = []
        while self._position < len(self._tokens):
            token = self._next()
            if token.type == until:
                break
            found.extend(self._of(token, depth))
        return found

    def _of(self, token: Token, depth: int) -> list[Block]:
        start, end = token.map or (0, 0)
        if token.type in NESTED:
            return self.blocks(token.type.replace("open", "close"), depth)
        if token.type == "list_item_open":
            inside = self.blocks("list_item_close", depth + 1)
            if inside and _is_date(token.info, inside[0]):
                inside[0].text = f"{token.info}. {inside[0].text}"
                return inside
            return [_item(inside, depth, start, end)]
        if token.type == "heading_open":
            return [_heading(token, self._inside("heading_close"), start, end)]
        if token.type == "paragraph_open":
            return [_paragraph(self._inside("paragraph_close"), start, end)]
        if token.type == "table_open":
            return [self._table(start, end)]
        kind = VERBATIM.get(token.type)
        level = SET_IN if token.type == "code_block" else 0
        return [Block(kind, token.content.strip("\n"), level, start, end)] if kind else []

    def _next(self) -> Token:
        token = self._tokens[self._position]
        self._position += 1
        return token

    def _inside(self, until: str) -> str:
        text = ""
        while (token := self._next()).type != until:
            text = token.content.strip() if token.type == "inline" else text
        return text

    def _table(self, start: int, end: int) -> Block:
        rows: list[list[str]] = []
        while (token := self._next()).type != "table_close":
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline" and len(rows[-1]) < MOST_CELLS:
                rows[-1].append(token.content.strip())
        return Block("table", "", 0, start, end, header=rows[0] if rows else [], rows=rows[1:])


def _is_fact(text: str) -> bool:
    """Whether a line is a fact such as "Status: resolved"."""
    label = LABEL.match(text)
    known = words.current()
    return label is not None and bool(known.field(label[0]) or known.fact(label[0]))


def _is_date(number: str, first: Block) -> bool:
    """Whether what looks like a numbered item is a date: "16. September 2026"."""
    if not number or first.kind != "text":
        return False
    word = first.text.split(" ", 1)[0]
    return word[:1].isupper() and words.current().month(word) > 0


def _heading(token: Token, text: str, start: int, end: int) -> Block:
    if token.markup in UNDERLINES and ("\n" in text or _is_fact(text)):
        return Block("text", text, 0, start, end)  # a rule right below a paragraph
    return Block("heading", text, int(token.tag[1]), start, end)


def _paragraph(text: str, start: int, end: int) -> Block:
    text = DEFINITION.sub("", text).strip() if text.startswith("[") or "\n[" in text else text
    bold = BOLD_LINE.fullmatch(text)
    if bold:
        return Block("heading", (bold[1] or bold[2]).strip(), BOLD_LEVEL, start, end)
    return Block("text", text, 0, start, end)


def _item(inside: list[Block], depth: int, start: int, end: int) -> Block:
    item = Block("item", "", depth, start, end)
    if inside and (inside[0].kind == "text" or inside[0].level == BOLD_LEVEL):
        first = inside.pop(0)
        item.text = f"**{first.text}**" if first.is_heading else first.text
    item.children = inside
    return item


# Labels and what they say: "Severity: SEV2" as a line, an item, a row or a heading.
#
# A label counts only if it is a known word for a field, a fact or a part of a post-mortem; any
# other text with a colon is a text.

DIGIT = re.compile(r"\d")
LONGEST_LABEL = 80
#: What stands below the heading of an issue form is an answer, not a section.
LONGEST_FACT = 300
LABELLED = re.compile(
    r"[^\w(]{0,12}(?P<label>[^:：\n|]{1,80}?)[\s*_`]{0,6}(?:(?<!\d)[:：]|[:：](?!\d))(?!//)[*_`]{0,3}"
    r"(?:[ \t]+|(?=\S)|$)(?P<value>.*)",
    re.S,
)
#: "**Impact** One order in three".
BOLD = re.compile(
    r"\W{0,6}(?:\*\*|__)(?P<label>[^*_\n]{1,80})(?:\*\*|__)\s{0,3}[-–—]?\s(?P<value>.*)", re.S
)
AFTER_LABEL = re.compile(r"[\s:–—=-]+(?:at|on|um|am|à|le|el|a las)?\s*$", re.I)
#: Fields that hold a text of their own, for which a label is a heading.
TEXTS = frozenset(
    (
        "summary",
        "impact",
        "root_cause",
        "trigger",
        "what_let_it_grow",
        "contributing_factors",
        "what_went_well",
        "what_went_wrong",
        "where_we_got_lucky",
    )
)
STRUCTURED = frozenset(("timeline", "actions", "extra", "clock_precision", "clock_sources"))
#: What stands between facts in one line.
BESIDE = re.compile(r"\s+[·•|]\s+|\s{3,}")
#: Wider tables list things.
MOST_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Label:
    """A label with what it says.

    Attributes:
        name: the field or the fact that it means; empty if it is only a heading.
        part: the part of a post-mortem that it introduces; empty if it is only a fact.
        label: the author's word.
        value: the Markdown behind it.
        below: what stands under it, if it is an item.
        heading: what it stands under.
    """

    name: str
    part: str
    label: str
    value: str
    below: tuple[Block, ...] = ()
    heading: str = ""


def meaning(label: str) -> tuple[str, str]:
    """The field or fact, and the part, that a label means."""
    return _meaning(words.current(), label)


@lru_cache(maxsize=8_192)
def _meaning(known: words.Words, label: str) -> tuple[str, str]:
    name, part = known.meaning(label)
    return ("" if name in STRUCTURED else name), part


def is_short_fact(heading: str) -> bool:
    """Whether a heading names a fact rather than a section."""
    name, part = meaning(unmarked(heading))
    return bool(name) and name not in TEXTS and (not part or name in ("services", "affected_users"))


def label_of(text: str, *, below: tuple[Block, ...] = ()) -> Label | None:
    """The label that a line, paragraph or item begins with; None if it begins with none."""
    for pattern in (LABELLED, BOLD):
        match = pattern.match(text)
        if match is None:
            continue
        label = unmarked(match["label"])
        name, part = meaning(label)
        if name == "team" and moments_in(match["value"]):
            name = "window"  # "Time: 15:30 UTC"; a team is called so in Portuguese
        if name or part:
            return Label(name, part, label, match["value"].strip(), below)
    if below and len(text) <= LONGEST_LABEL:
        name, part = meaning(unmarked(text))
        if name or part:
            return Label(name, part, unmarked(text), "", below)
    return _clock_label(text)


def _clock_label(text: str) -> Label | None:
    """A clock named in front of its time without a colon: "First detected 2026-03-02 09:19"."""
    plain = unmarked(text)
    if len(plain) > LONGEST_FACT or not DIGIT.search(plain):
        return None
    moments = moments_in(plain)
    if not moments or moments[0].start > LONGEST_LABEL:
        return None
    label = AFTER_LABEL.sub("", plain[: moments[0].start] + " ").strip(" \t*-–—:")
    name, _ = meaning(label) if label else ("", "")
    if name not in CLOCK_FIELDS:
        return None
    return Label(name, "", label, plain[moments[0].start :])


def labels_in_line(line: str) -> list[Label]:
    """The labels of a line, which may hold several: "Status: Resolved · Severity: SEV3"."""
    pieces = BESIDE.split(line)
    if len(pieces) > 1:
        labels = [label for piece in pieces if (label := label_of(piece))]
        if len(labels) == len(pieces):
            return labels
    label = label_of(line)
    return [label] if label else []


def labels_in_table(table: Block) -> list[Label]:
    """The facts of a table: word and fact side by side, or facts under their words."""
    if not 1 < len(table.header) <= MOST_COLUMNS:
        return []
    return _beside(table) or _under(table)


def _beside(table: Block) -> list[Label]:
    rows = [_cell_label(row[0], row[1:]) for row in table.rows if any(row)]
    labels = [label for label in rows if label is not None]
    if not labels or (len(labels) * 2 < len(rows) and not _tell_of_times(labels)):
        return []
    first = _cell_label(table.header[0], table.header[1:])
    if first is not None and len(table.header) > 2 and len(table.rows) > 1:
        return []  # "| Severity | Date | Title |" above a list of incidents
    return [*([first] if first else []), *labels]


def _tell_of_times(labels: list[Label]) -> bool:
    """Whether some facts tell of two times at least, so that those beside them are facts too."""
    times = [label.value for label in labels if label.name in CLOCK_FIELDS]
    return sum(any(map(str.isdigit, value)) for value in times) > 1


def _under(table: Block) -> list[Label]:
    if len(table.rows) != 1:
        return []
    pairs = zip(table.header, table.rows[0], strict=False)
    labels = [label for word, cell in pairs if (label := _cell_label(word, [cell]))]
    return labels if len(labels) * 2 >= len(table.header) else []


def _cell_label(word: str, cells: list[str]) -> Label | None:
    name, part = meaning(unmarked(word))
    value = next((cell for cell in cells if cell.strip()), "")
    return Label(name, part, unmarked(word).rstrip(":： "), value) if (name or part) else None

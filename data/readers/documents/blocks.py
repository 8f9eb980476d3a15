"""The one document model: headings, paragraphs, items with what stands under them, tables.

A Markdown parser finds the blocks, so that a heading in a code block is none and a table is one in
whatever way it was typed. What stands inside a line is left as it is; :func:`unmarked` takes the
marks off.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from data import words
from data.readers.source import Unreadable

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

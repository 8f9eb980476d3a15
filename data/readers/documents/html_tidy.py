"""HTML as people's tools write it, made harmless and regular before a parser sees it.

The parser of the standard library takes time that grows with the square of what is left open, and
leaves paragraphs and cells without an end inside each other. So tags are put in order here, in one
pass: comments, scripts and styles go, every tag is closed, nesting is bounded, and only attributes
that say something about a post-mortem are kept.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator

#: Pages of wikis nest some thirty deep.
DEEPEST = 80
#: Longer values are data of the page's program.
LONGEST_VALUE = 2_000
#: Tables inside each other; pages are laid out in three or four at most.
MOST_TABLES = 8
OF_TABLES = frozenset("table thead tbody tfoot tr td th".split())
MOST_STYLES = 20
NAME = re.compile(r"(/?)([A-Za-z][A-Za-z0-9:_-]{0,60})(?=[\s/>])")
ATTRIBUTE = re.compile(r"""([^\s=>"'/]{1,100})(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?""")
LOOSE_AMPERSAND = re.compile(r"&(?!#?[A-Za-z0-9]{1,32};)")
#: Elements whose text is no text of the page, and that hold no other elements.
RAW = re.compile(r"<(script|style|textarea|xmp|noembed|noframes)(?=[\s/>])", re.IGNORECASE)
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
KEPT_ATTRIBUTES = frozenset(
    "href class id checked type datetime colspan rowspan style role hidden aria-hidden "
    "data-inline-task-id data-checked ac:name".split()
)
#: Elements that end a paragraph left open.
BLOCKS = frozenset(
    "address article aside blockquote dd details div dl dt fieldset figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
#: What a start tag ends if it was left open, and where looking for it stops.
ENDS: dict[str, tuple[str, str]] = {
    "li": ("li", "ul ol menu"),
    "dt": ("dt dd", "dl"),
    "dd": ("dt dd", "dl"),
    "tr": ("tr", "table"),
    "td": ("td th", "tr table"),
    "th": ("td th", "tr table"),
    "tbody": ("thead tbody tfoot", "table"),
    "tfoot": ("thead tbody tfoot", "table"),
}


def tidied(text: str) -> str:
    """``text`` with every tag closed and nothing in it that could run or be fetched."""
    text = _data_escaped(_without(text.replace("\x00", ""), "<!--", "-->"))
    kept: list[str] = []
    position = 0
    for start, _, end in _raw_elements(text):
        kept.append(text[position:start])
        position = end
    kept.append(text[position:])
    first, *pieces = "".join(kept).split("<")
    writer = _Writer()
    writer.add_text(first)
    for piece in pieces:
        writer.add(piece)
    return writer.finished()


def styles_in(text: str) -> str:
    """The style sheets inside ``text``, which say what is bold or struck out on some pages."""
    found: list[str] = []
    for start, content, _ in _raw_elements(text):
        if text[start + 1 : start + 6].lower() == "style":
            found.append(content)
        if len(found) == MOST_STYLES:
            break
    return "\n".join(found)


def _raw_elements(text: str) -> Iterator[tuple[int, str, int]]:
    """Scripts, styles and the like: where each starts, what it holds, where it ends."""
    position = 0
    while opening := RAW.search(text, position):
        closing = re.compile(f"</{opening.group(1)}", re.IGNORECASE).search(text, opening.end())
        inner_end = closing.start() if closing else len(text)
        inner = text[opening.end() : inner_end].partition(">")[2]
        after = text.find(">", inner_end) if closing else -1
        position = after + 1 if after >= 0 else len(text)
        yield opening.start(), inner, position


def _without(text: str, start: str, end: str) -> str:
    """``text`` without what stands between two marks; an open mark takes nothing along."""
    kept: list[str] = []
    position = 0
    while (opening := text.find(start, position)) >= 0:
        closing = text.find(end, opening + len(start))
        if closing < 0:
            break
        kept.append(text[position:opening])
        position = closing + len(end)
    return "".join(kept) + text[position:]


def _data_escaped(text: str) -> str:
    """``text`` with marked sections of data as ordinary text."""
    opening, *sections = text.split("<![CDATA[")
    written = [opening]
    for section in sections:
        data, closed, after = section.partition("]]>")
        written.append(html.escape(data, quote=False) + after if closed else data)
    return "".join(written)


class _Writer:
    """Takes tags and text in order and writes them well formed."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._open: list[str] = []
        self._counts: Counter[str] = Counter()
        self._too_deep: Counter[str] = Counter()

    def add(self, piece: str) -> None:
        """Take what stands between two opening angle brackets."""
        name = NAME.match(piece) if ">" in piece else None
        if name is None:
            if piece[:1] in ("!", "?") and ">" in piece:
                self.add_text(piece.partition(">")[2])
            else:
                self._written.append("&lt;")
                self.add_text(piece)
            return
        attributes, end = _attributes(piece, name.end())
        if name.group(1):
            self._close(name.group(2).lower())
        else:
            self._start(name.group(2).lower(), attributes, closed=piece[end - 2 : end] == "/>")
        self.add_text(piece[end:])

    def add_text(self, text: str) -> None:
        """Take text without tags."""
        self._written.append(LOOSE_AMPERSAND.sub("&amp;", text))

    def finished(self) -> str:
        """All that was taken, every tag closed."""
        while self._open:
            self._pop()
        return "".join(self._written)

    def _start(self, name: str, attributes: str, *, closed: bool) -> None:
        if name in BLOCKS and self._open and self._open[-1] == "p":
            self._pop()
        if name in ENDS:
            self._end_left_open(*ENDS[name])
        if name in VOID:
            self._written.append(f"<{name}{attributes}/>")
        elif closed and ":" in name:
            self._written.append(f"<{name}{attributes}></{name}>")
        elif len(self._open) >= DEEPEST or self._is_nested_table(name):
            self._too_deep[name] += 1
        else:
            self._written.append(f"<{name}{attributes}>")
            self._open.append(name)
            self._counts[name] += 1

    def _is_nested_table(self, name: str) -> bool:
        return name in OF_TABLES and self._counts["table"] >= MOST_TABLES + (name != "table")

    def _end_left_open(self, ended: str, within: str) -> None:
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth] in within.split():
                return
            if self._open[depth] in ended.split():
                while len(self._open) > depth:
                    self._pop()
                return

    def _close(self, name: str) -> None:
        if self._too_deep[name]:
            self._too_deep[name] -= 1
        elif self._counts[name]:
            while self._open[-1] != name:
                self._pop()
            self._pop()

    def _pop(self) -> None:
        name = self._open.pop()
        self._counts[name] -= 1
        self._written.append(f"</{name}>")


def _attributes(piece: str, position: int) -> tuple[str, int]:
    """The kept attributes of a tag as text, and where the tag ends."""
    kept: list[str] = []
    while position < len(piece) and piece[position] != ">":
        match = ATTRIBUTE.match(piece, position)
        if match is None:
            position += 1
            continue
        position = match.end()
        name, value = match.group(1).lower(), match.group(2) or ""
        if name in KEPT_ATTRIBUTES and len(value) <= LONGEST_VALUE:
            bare = value[1:-1] if value[:1] in ("'", '"') and len(value) > 1 else value
            kept.append(f' {name}="{html.escape(html.unescape(bare))}"')
    return "".join(kept), min(position + 1, len(piece))

"""HTML as people's tools write it, made harmless and regular before a parser sees it.

The parser of the standard library takes time that grows with the square of what is left open, and
leaves paragraphs and cells without an end inside each other. So tags are put in order here, in one
pass: comments, scripts and styles go, every tag is closed, nesting is bounded, and only attributes
that say something about a post-mortem are kept.
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup, Tag

from data import words

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


# What wikis and office programs write in ways of their own, as ordinary elements.
#
# Confluence (pages saved, exported and in its own markup), Google Docs, Notion and what other
# tools have in common: titles outside the text, tasks, states as coloured labels, times, bold by
# style sheet. What is no text of the page goes, and so do the names of people who are mentioned.

#: The text of a page, where its frame says which part that is; the first that is there counts.
CONTENT_IDS = ("main-content", "mw-content-text")
CONTENT_CLASSES = frozenset({"wiki-content", "page-body", "markdown-body"})
CONTENT_NAMES = ("article", "main")
NOISE_NAMES = frozenset(
    "nav footer iframe object embed svg template noscript canvas audio video select button dialog "
    "ri:user ac:image ac:emoticon ac:placeholder ac:task-id ac:task-uuid".split()
)
NOISE_MARKS = frozenset(
    "breadcrumbs breadcrumb-section page-metadata footer-body likes-section comments-section "
    "likes-and-labels-container toc-macro table_of_contents table-of-contents toc greybox sidebar "
    "navbar headerlink anchor-link system-message problematic user-mention user-hover "
    "confluence-userlink userlink property-icon expand-control mw-editsection mw-jump-link "
    "catlinks page-header-icon printfooter noprint sr-only visually-hidden".split()
)
HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
STRUCK = re.compile(r"text-decoration[a-z-]*\s*:\s*[^;]{0,40}line-through", re.IGNORECASE)
CLASS_NAME = re.compile(r"\.([\w-]{1,60})")
LIST_LEVEL = re.compile(r"lst-kix_\S{1,60}-([1-8])$")
#: What a browser's title says of the tool, after the title of the page.
TOOL_SAID = re.compile(
    r"\s[-|–—]\s(?:[^-|–—]{0,60}\s)?"
    r"(?:Confluence|Google Docs|Notion|Wiki|GitHub|GitLab|SharePoint)\b.{0,60}$"
)
REDIRECT = re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,6}/url\?", re.IGNORECASE)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: Confluence's pictures for its own signs.
SIGNS = {"tick": "✅", "cross": "❌"}


def make_ordinary(soup: BeautifulSoup, *, styles: str) -> None:
    """Change ``soup`` into headings, paragraphs, lists, tables and emphasis.

    Args:
        styles: the style sheets of the page.
    """
    title = _title(soup)
    _cut_to_content(soup)
    bold, struck = _styled_classes(styles)
    for tag in soup.find_all(True):
        if not tag.decomposed:
            _change(tag, bold=bold, struck=struck)
    _nest_lists(soup)
    for table in soup.find_all("table"):
        if _is_layout(table):
            _unwrap_table(table)
    if title:
        _put_title(soup, title)


def _title(soup: BeautifulSoup) -> str:
    """The title of the page, where it stands beside its text; empty where a heading has it."""
    for name, marks in (("span", "title-text"), ("h1", "title-text"), ("h1", "page-title")):
        tag = soup.find(name, id=marks) or soup.find(name, class_=marks)
        if isinstance(tag, Tag) and (text := _text(tag)):
            # An exported page has the name of its space before its own.
            exported = soup.find(id="breadcrumbs") is not None and " : " in text
            return text.partition(" : ")[2].strip() if exported else text
    styled = soup.find("p", class_="title")
    if isinstance(styled, Tag) and (text := _text(styled)):
        styled.decompose()
        return text
    first = soup.find(HEADINGS)
    if (
        isinstance(first, Tag)
        and first.name in ("h1", "h2")
        and not words.current().part(_text(first))
    ):
        return ""
    named = soup.find("title")
    return TOOL_SAID.sub("", _text(named)) if isinstance(named, Tag) else ""


def _put_title(soup: BeautifulSoup, title: str) -> None:
    """Puts the title above all; what has its level stands one lower."""
    first = soup.find(HEADINGS)
    if isinstance(first, Tag) and _text(first) == title:
        first.decompose()
    if soup.find("h1") is not None:
        for heading in soup.find_all(HEADINGS[:5]):
            heading.name = f"h{int(heading.name[1]) + 1}"
    heading = soup.new_tag("h1")
    heading.string = title
    soup.insert(0, heading)


def _cut_to_content(soup: BeautifulSoup) -> None:
    """Leaves the part that is the text of the page, if its frame says which one that is."""
    content = _content(soup)
    if content is not None:
        content.extract()
        soup.clear()
        soup.append(content)
        return
    for name in ("head", "title"):
        for tag in soup.find_all(name):
            tag.decompose()


def _content(soup: BeautifulSoup) -> Tag | None:
    for mark in CONTENT_IDS:
        if isinstance(tag := soup.find(id=mark), Tag):
            return tag
    for name in CONTENT_NAMES:
        tags = soup.find_all(name)
        if len(tags) == 1 and isinstance(tags[0], Tag):
            return tags[0]
    tags = soup.find_all(class_=lambda name: name in CONTENT_CLASSES)
    return tags[0] if len(tags) == 1 and isinstance(tags[0], Tag) else None


def _styled_classes(styles: str) -> tuple[set[str], set[str]]:
    """The classes that a style sheet makes bold, and those that it strikes out."""
    bold: set[str] = set()
    struck: set[str] = set()
    for rule in styles.split("}"):
        selector, _, rules = rule.rpartition("{")
        names = CLASS_NAME.findall(selector)
        if BOLD.search(rules):
            bold.update(names)
        if STRUCK.search(rules):
            struck.update(names)
    return bold, struck


def _change(tag: Tag, *, bold: set[str], struck: set[str]) -> None:
    classes = _classes(tag)
    if _is_noise(tag, classes):
        tag.decompose()
    elif change := CHANGES.get(tag.name):
        change(tag)
    elif tag.name == "div" and classes & {"checkbox-on", "checkbox-off"}:
        tag.replace_with(_box(done="checkbox-on" in classes))
    elif tag.name == "span":
        style = str(tag.get("style") or "")
        if classes & struck or STRUCK.search(style):
            tag.name = "del"
        elif (classes & bold or BOLD.search(style)) and not tag.find_parent([*HEADINGS, "th"]):
            tag.name = "strong"


def _is_noise(tag: Tag, classes: set[str]) -> bool:
    if tag.name in NOISE_NAMES or "hidden" in tag.attrs or tag.get("role") == "navigation":
        return True
    if tag.name == "header" and tag.find(HEADINGS) is None and tag.find("table") is None:
        return True
    marks = {mark.lower() for mark in (*classes, str(tag.get("id") or ""))}
    if marks & NOISE_MARKS or (tag.name == "span" and "user" in classes):
        return True
    return bool(HIDDEN.search(str(tag.get("style") or "")))


def _change_item(tag: Tag) -> None:
    """An item of a list of tasks, whose box is no element of its own."""
    parent = tag.parent
    above = _classes(parent) if isinstance(parent, Tag) else set()
    data = str(parent.get("data-checked") or "") if isinstance(parent, Tag) else ""
    if "inline-task-list" in above or "data-inline-task-id" in tag.attrs or data:
        done = "checked" in _classes(tag) or data == "true"
        tag.insert(0, _box(done=done))


def _change_input(tag: Tag) -> None:
    if str(tag.get("type") or "").lower() != "checkbox":
        tag.decompose()
        return
    inside = tag.find_parent(["li", "td", "th"]) is not None
    tag.replace_with(("" if inside else "- ") + _box(done="checked" in tag.attrs))


def _change_image(tag: Tag) -> None:
    sign = next(
        (SIGNS[part] for name in _classes(tag) if (part := name.rpartition("-")[2]) in SIGNS), ""
    )
    if sign:
        tag.replace_with(sign)
    else:
        tag.decompose()


def _change_time(tag: Tag) -> None:
    """A time as the page's program has it, unless that says less than its text."""
    exact = str(tag.get("datetime") or "").strip()
    text = _text(tag)
    if ISO_DAY.match(exact) and (len(exact) > 10 or ":" not in text):
        tag.string = exact
    tag.unwrap()


def _change_link(tag: Tag) -> None:
    href = str(tag.get("href") or "")
    if REDIRECT.match(href):
        aims = parse_qs(urlsplit(href).query).get("q", [])
        if aims and aims[0].startswith("http"):
            tag["href"] = aims[0]


def _change_task(tag: Tag) -> None:
    status = tag.find("ac:task-status")
    done = isinstance(status, Tag) and _text(status) == "complete"
    if isinstance(status, Tag):
        status.decompose()
    tag.name = "li"
    tag.insert(0, _box(done=done))


def _change_macro(tag: Tag) -> None:
    """What Confluence draws: a state and a ticket are their text, a frame is what stands in it."""
    kind = str(tag.get("ac:name") or "")
    parameters = {
        str(p.get("ac:name") or ""): p for p in tag.find_all("ac:parameter", recursive=False)
    }
    shown = {"status": "title", "jira": "key"}.get(kind)
    if shown is not None:
        tag.replace_with(_text(parameters[shown]) if shown in parameters else "")
        return
    for parameter in parameters.values():
        parameter.decompose()
    code = tag.find("ac:plain-text-body", recursive=False)
    if isinstance(code, Tag):
        code.name = "pre"
    tag.name = "div"


def _renamed(name: str) -> Callable[[Tag], None]:
    def rename(tag: Tag) -> None:
        tag.name = name

    return rename


CHANGES: dict[str, Callable[[Tag], None]] = {
    "li": _change_item,
    "input": _change_input,
    "img": _change_image,
    "time": _change_time,
    "a": _change_link,
    "ac:task-list": _renamed("ul"),
    "ac:task": _change_task,
    "ac:structured-macro": _change_macro,
    "ac:macro": _change_macro,
    "summary": _renamed("p"),
    "details": _renamed("div"),
    "main": _renamed("div"),
    "figure": _renamed("div"),
    "center": _renamed("div"),
}


def _nest_lists(soup: BeautifulSoup) -> None:
    """Puts lists whose class names a deeper level into the item above (Google Docs)."""
    for deeper in soup.find_all(["ul", "ol"]):
        level = next((int(m[1]) for c in _classes(deeper) if (m := LIST_LEVEL.search(c))), 0)
        above = deeper.find_previous_sibling()
        if not level or not isinstance(above, Tag) or above.name not in ("ul", "ol"):
            continue
        for item in _last_items(above, depth=level):
            item.append(deeper)


def _last_items(above: Tag, *, depth: int) -> Iterator[Tag]:
    """The last item of a list, at most ``depth`` levels deep; nothing for an empty list."""
    last: Tag | None = None
    for _ in range(depth):
        items = above.find_all("li", recursive=False)
        if not items:
            break
        last = items[-1]
        lists = last.find_all(["ul", "ol"], recursive=False)
        if not lists:
            break
        above = lists[-1]
    if last is not None:
        yield last


def _is_layout(table: Tag) -> bool:
    """Whether a table only says where parts of the page stand."""
    if table.find([*HEADINGS, "table"]) is not None:
        return True
    rows = table.find_all("tr")
    return all(len(row.find_all(["td", "th"], recursive=False)) <= 1 for row in rows)


def _unwrap_table(table: Tag) -> None:
    for tag in table.find_all(["tbody", "thead", "tfoot", "tr", "td", "th"]):
        if tag.find_parent("table") is table:
            tag.name = "div"
    table.name = "div"


def _box(*, done: bool) -> str:
    return "[x] " if done else "[ ] "


def _classes(tag: Tag) -> set[str]:
    names: Any = tag.get("class") or []
    return set(names.split() if isinstance(names, str) else names)


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())

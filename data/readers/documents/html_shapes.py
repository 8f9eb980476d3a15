"""What wikis and office programs write in ways of their own, as ordinary elements.

Confluence (pages saved, exported and in its own markup), Google Docs, Notion and what other tools
have in common: titles outside the text, tasks, states as coloured labels, times, bold by style
sheet. What is no text of the page goes, and so do the names of people who are mentioned.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup, Tag

from data import words

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

"""Texts as people wrote them in a tool, without the markup of the tool.

Three kinds are met with: HTML, the document format of Atlassian's cloud (a tree of nodes), and the
wiki markup of Jira's older versions. Markdown stays, since that is what our own texts are in.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

LONGEST = 1_000_000
DEEPEST = 40
#: An element that people use in texts; a "<" alone is a sign of its own.
TAG = re.compile(
    r"</?(?:p|br|div|span|ul|ol|li|a|b|i|u|strong|em|h[1-6]|table|tr|td|th|pre|code)\b"
)
BLOCKS = frozenset("p br div ul ol li h1 h2 h3 h4 h5 h6 table tr pre blockquote hr".split())
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
#: An element or a comment, in a piece of text without another "<".
ELEMENT = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20}|!--)[^<>]{0,5000}>")
UNREAD = frozenset(("script", "style", "head", "title"))
#: Nodes of Atlassian's format that stand on lines of their own.
ADF_BLOCKS = frozenset(
    (
        "paragraph",
        "heading",
        "listItem",
        "taskItem",
        "tableRow",
        "codeBlock",
        "blockquote",
        "rule",
        "panel",
    )
)
WIKI = re.compile(
    r"^(?:h[1-6]\. |bq\. )|\{(?:code|noformat|quote|panel|color)[^{}\n]{0,100}\}", re.M
)
WIKI_HEADING = re.compile(r"^h([1-6])\. ", re.M)
WIKI_MACRO = re.compile(r"\{(?:code|noformat|quote|panel|color)[^{}\n]{0,100}\}")
WIKI_LINK = re.compile(r"\[([^\[\]|\n]{1,300})\|(https?://[^\s\[\]|]{1,2000})[^\[\]\n]{0,100}\]")
WIKI_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,300})(?<=\S)\*(?![\w*])")


def plain_text(value: Any) -> str:
    """``value`` as text; what is no text and no tree of texts is none."""
    if isinstance(value, Mapping):
        wrapped = value.get("value")
        return plain_text(wrapped) if isinstance(wrapped, str) else document_text(value)
    if isinstance(value, list):
        return "\n".join(line for item in value if (line := plain_text(item)))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    written = str(value)[:LONGEST]
    if TAG.search(written):
        written = html_text(written)
    elif WIKI.search(written):
        written = markdown_of_wiki(written)
    return _tidy(written)


def document_text(node: Mapping[str, Any]) -> str:
    """The text of a document in Atlassian's format as Markdown; empty if it is none."""
    if not isinstance(node.get("content"), list):
        return ""
    return _tidy("".join(_of_node(node, 0)))


def html_text(written: str) -> str:
    """The text of a piece of HTML as Markdown; no script, no address, no picture comes along.

    Marks are taken off one by one: a parser takes hours over what is built for that.
    """
    pieces: list[str] = []
    position = 0
    small = written.lower()
    while match := ELEMENT.search(written, position):
        pieces.append(written[position : match.start()])
        position = match.end()
        closing, name = match[1], match[2].lower()
        if name in UNREAD and not closing:
            end = small.find(f"</{name}", position)
            position = len(written) if end < 0 else end
        pieces.append(_sign(name, closing=bool(closing)))
    return html.unescape("".join([*pieces, written[position:]]))


def _sign(name: str, *, closing: bool) -> str:
    """What stands for the beginning or the end of an element."""
    if name in HEADINGS and not closing:
        return "\n\n" + "#" * int(name[1]) + " "
    if name == "li":
        return "" if closing else "\n- "
    if name in BLOCKS:
        return "\n"
    return " " if name in ("td", "th") else ""


def markdown_of_wiki(written: str) -> str:
    """Jira's wiki markup as Markdown: headings, links, bold; macros are taken off."""
    written = WIKI_HEADING.sub(lambda match: "#" * int(match[1]) + " ", written)
    written = WIKI_LINK.sub(r"[\1](\2)", WIKI_MACRO.sub("", written))
    return WIKI_BOLD.sub(r"**\1**", written)


def _of_node(node: Any, depth: int) -> Iterator[str]:
    if not isinstance(node, Mapping) or depth > DEEPEST:
        return
    kind = str(node.get("type"))
    attributes = node.get("attrs")
    yield _before(kind, node, attributes if isinstance(attributes, Mapping) else {})
    content = node.get("content")
    for inner in content if isinstance(content, list) else ():
        yield from _of_node(inner, depth + 1)
    if kind in ADF_BLOCKS:
        yield "\n"
    elif kind in ("tableCell", "tableHeader"):
        yield " | "


def _before(kind: str, node: Mapping[str, Any], attributes: Mapping[str, Any]) -> str:
    """What a node says itself, before its content."""
    if kind == "text":
        return str(node.get("text", ""))
    if kind == "hardBreak":
        return "\n"
    if kind == "heading":
        level = attributes.get("level")
        return "#" * (level if isinstance(level, int) and 0 < level < 7 else 2) + " "
    if kind == "taskItem":
        return "- [x] " if attributes.get("state") == "DONE" else "- [ ] "
    if kind in ("mention", "emoji", "status", "inlineCard"):
        return str(attributes.get("text") or attributes.get("url") or "")
    return "- " if kind == "listItem" else ""


def _tidy(written: str) -> str:
    """Without spaces at the ends of lines and without more than one empty line in a row."""
    lines = [line.rstrip() for line in written.replace("\r", "").split("\n")]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()

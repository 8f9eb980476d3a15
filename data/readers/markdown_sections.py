"""Which parts does a Markdown post-mortem have, whatever its template calls them?

Only headings decide. A heading that no template uses stays with the section that it stands under,
or becomes a section of its own, whose text is kept as it is.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt

from data import words

#: Parts that fill no field yet.
UNREAD = ("detection", "resolution")
#: A line in bold that stands for a heading is below every real one.
BOLD_LEVEL = 7
BOLD_PARAGRAPH = re.compile(r"(?:\*\*([^*\n]+)\*\*|__([^_\n]+)__):?")


@dataclass
class Section:
    """A part of the document.

    Attributes:
        part: what it is to a record; empty if no template names it so.
        heading: as the author wrote it; empty before the first heading.
        level: 1 for the topmost.
        text: the Markdown below the heading.
    """

    part: str
    heading: str
    level: int
    text: str = ""


@dataclass(frozen=True)
class _Heading:
    text: str
    level: int
    start: int
    end: int


def _parser() -> MarkdownIt:
    """A parser of blocks alone; what stands inside a line plays no role for headings."""
    parser = MarkdownIt("commonmark")
    parser.core.ruler.disable("inline")
    parser.disable("reference")
    return parser


PARSER = _parser()


def sections_of(body: str) -> tuple[str, list[Section]]:
    """The title of a document and its sections; the first is what stands before any heading."""
    lines = body.split("\n")
    title = ""
    running = Section("", "", 0)
    found = [running]
    start = 0
    for index, heading in enumerate(_headings(body)):
        part = part_of(heading.text)
        is_title = index == 0 and not part and heading.level <= 2
        inside = bool(running.heading) and heading.level > running.level
        if not part and not is_title and (inside or heading.level == BOLD_LEVEL):
            continue
        running.text += "\n".join(lines[start : heading.start])
        start = heading.end
        if is_title:
            title = heading.text
            running.text += "\n"
        else:
            running = Section(part, heading.text, heading.level)
            found.append(running)
    running.text += "\n".join(lines[start:])
    for section in found:
        section.text = section.text.strip()
    return title, found


def without_comments(text: str) -> str:
    """``text`` without HTML comments, such as the hints of a template."""
    kept: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        kept.append(text[position:start])
        position = end + 3
    return "".join(kept) + text[position:]


def part_of(heading: str) -> str:
    """The part of a record that a heading introduces; empty if it is none that we know."""
    part = words.current().part(heading)
    return "" if part in UNREAD else part


def _headings(body: str) -> list[_Heading]:
    found: list[_Heading] = []
    tokens = PARSER.parse(body)
    for token, inside in pairwise(tokens):
        if token.level or token.map is None or inside.type != "inline":
            continue
        first, last = token.map
        if token.type == "heading_open":
            found.append(_Heading(inside.content.strip(), int(token.tag[1]), first, last))
        elif token.type == "paragraph_open":
            bold = BOLD_PARAGRAPH.fullmatch(inside.content.strip())
            if bold:
                text = (bold.group(1) or bold.group(2)).strip()
                found.append(_Heading(text, BOLD_LEVEL, first, last))
    return found

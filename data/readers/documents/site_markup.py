"""Markdown as site generators take it, without what they would have put in its place.

Tags of ERB, Liquid, Hugo and Quarto, components and imports of MDX, code that a notebook runs:
none of it says anything about an incident, and where it stands it breaks lists and headings.
Code that is shown and the front matter stay as they are.
"""

import re
from collections.abc import Iterator

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

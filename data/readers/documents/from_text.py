"""Plain text as Markdown: what stands for a heading by its words or its underline becomes one."""

import re
from collections.abc import Iterator

from data import words

#: Longer lines are sentences.
LONGEST_HEADING = 80
#: The signs with which people underline.
UNDERLINE = re.compile(r"([=\-~^*+_])\1{2,199}")
BULLET = re.compile(r"(\s*)[•·◦▪●○‣–—]\s+(?=\S)")
ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s")
MARKDOWN_HEADING = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)
SENTENCE = re.compile(r"[.;,!?]$")


def markdown_of(text: str) -> str:
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
        alone = not following.strip() and (index == 0 or not lines[index - 1].strip())
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

"""A post-mortem as a record: front matter first, then facts, sections, timeline and actions.

Whatever is not understood is kept as text under ``sections`` in ``extra``; no clock is guessed. A
page that is no post-mortem, or that nobody filled in, is left out with its reason.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from data import words
from data.problems import Place, Problem, shown
from data.readers.documents.blocks import Block, read_blocks
from data.readers.documents.document import Document
from data.readers.documents.from_text import markdown_of
from data.readers.documents.incidents import documents_of
from data.readers.documents.recognising import why_left_out
from data.readers.documents.record import record_of
from data.readers.documents.sections import outline_of
from data.readers.front_matter import FrontMatter, read_front_matter
from data.readers.source import Item, LeftOut, RawIncident, Recognised, Source, Unreadable

#: File names that say nothing about the incident; the folder's name is added.
GENERIC_NAMES = frozenset(
    ("readme", "index", "postmortem", "post-mortem", "post_mortem", "incident", "report")
)
#: What a name may end in beside its last suffix: "gate.html.md.erb".
SUFFIXES = re.compile(r"(?:\.(?:html?|md|markdown|mdx|txt|erb|rst))+$", re.I)
ONLY_DATE = re.compile(r"[\d\W_]+")
#: A document without headings has to name so many parts to be divided by them.
FEWEST_NAMES = 2
LEVEL = re.compile(r"(#{1,6})[ \t]")
ABOVE_LIST = re.compile(r"[^\W\d_][^#|>:\n]{2,40}:?[ \t]*$")
LIST = re.compile(r"(?:[-*+]|\d{1,2}[.)])[ \t]")
#: Headings and keys that are told as the reason why a page was taken for a post-mortem.
MOST_TOLD = 5


def read_document(source: Source, text: str, *, shape: str) -> Iterator[Item]:
    """The post-mortem in ``text``, which is Markdown or was turned into it.

    Args:
        source: what the text comes from.
        shape: the kind of file, in words.

    Raises:
        Unreadable: it is too long or no post-mortem, or its front matter is unusable.
    """
    yield from read_parsed(source, document_of(source, text), shape=shape)


def document_of(source: Source, text: str) -> Document:
    """A page by its headings, facts and tables.

    Raises:
        Unreadable: it is too long, or its front matter is unusable.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = read_front_matter(text)
    body, blocks = _divided(without_comments(text[front.end :]))
    title, sections = outline_of(blocks, body)
    return Document(source.name, front, title, sections, body, source.options.day_order)


def _divided(body: str) -> tuple[str, list[Block]]:
    """A body in which the name of a part alone in a line is a heading, and its blocks.

    Without any heading, underlined and bold ones included, they are the only ones; beside others,
    a name right above a list is one.
    """
    blocks = read_blocks(body)
    if any(block.is_heading for block in blocks):
        divided = _with_names_above_lists(body)
    else:
        names = sum(bool(words.current().part(line)) for line in body.split("\n") if line.strip())
        divided = markdown_of(body) if names >= FEWEST_NAMES else body
    return divided, blocks if divided == body else read_blocks(divided)


def _with_names_above_lists(body: str) -> str:
    lines = body.split("\n")
    level = "#"
    for index, line in enumerate(lines[:-1]):
        if match := LEVEL.match(line):
            level = match[1]
        elif LIST.match(lines[index + 1]) and not lines[index - 1].strip() and _names_actions(line):
            lines[index] = f"{level} {line.strip()}"
    return "\n".join(lines)


def _names_actions(line: str) -> bool:
    return bool(ABOVE_LIST.match(line)) and words.current().part(line) == "actions"


def read_parsed(source: Source, whole: Document, *, shape: str) -> Iterator[Item]:
    """The post-mortem in a page that was taken apart; see :func:`read_document`."""
    if reason := why_left_out(whole, asked_for=source.asked_for):
        if source.asked_for:
            raise Unreadable(reason)
        yield LeftOut(Place(source.name), reason)
        return
    yield from _told_twice(whole.front, source.name)
    yield Recognised(source.name, f"post-mortem in {shape}", _why(whole))
    documents = documents_of(whole)
    for document, suffix in zip(documents, _suffixes(documents), strict=True):
        yield from _ambiguous(document)
        values = record_of(document)
        values.setdefault("id", stable_id(source.name, folder=source.folder))
        values["id"] = f"{values['id']}{suffix}"
        yield RawIncident(Place(source.name), values, whole=True, lines=whole.front.lines)


def stable_id(name: str, *, folder: str = "") -> str:
    """An identity from a file's name, the same wherever the folder of post-mortems lies.

    Args:
        name: its path.
        folder: the folder that the user named, which tells nothing of the incident.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    stem = SUFFIXES.sub("", path.stem) or path.stem
    above = path.parent.name
    if above in ("", ".", "..") or path.parent == PurePosixPath(folder.replace("\\", "/")):
        return stem
    if stem.lower() in GENERIC_NAMES or (folder and ONLY_DATE.fullmatch(stem)):
        return f"{above}-{stem}"
    return stem


def _suffixes(documents: list[Document]) -> list[str]:
    """What tells the incidents of one page apart: their days, which stay as more are added."""
    if len(documents) == 1:
        return [""]
    days = [str(document.day_in_title or "") for document in documents]
    if all(days) and len({*days}) == len(days):
        return [f"-{day}" for day in days]
    return [f"-{number}" for number, _ in enumerate(documents, start=1)]


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


def _told_twice(front: FrontMatter, name: str) -> Iterator[Problem]:
    for field, line in front.repeated.items():
        place = Place(name, f"line {line}")
        yield Problem(place, field, "", "stands twice in the front matter; the first one counts")


def _ambiguous(document: Document) -> Iterator[Problem]:
    """Dates that may be read in two ways, told once for a document."""
    if document.open_dates:
        dates = shown(", ".join(dict.fromkeys(document.open_dates)))
        reason = "may begin with the day or the month, and nothing in the document decides"
        yield Problem(Place(document.name), "", dates, reason)


def _why(document: Document) -> str:
    """What a page was taken for a post-mortem by."""
    headings = [section.heading for section in document.sections if section.part][:MOST_TOLD]
    facts = [label.label for label in (*document.front_labels, *document.labels)][:MOST_TOLD]
    said = [("headings", headings), ("facts", facts)]
    return "; ".join(f"{what} {', '.join(names)}" for what, names in said if names)

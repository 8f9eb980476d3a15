"""A post-mortem as a record: front matter first, then facts, sections, timeline and actions.

Whatever is not understood is kept as text under ``sections`` in ``extra``; no clock is guessed. A
page that is no post-mortem, or that nobody filled in, is left out with its reason.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import PurePosixPath

from data import words
from data.problems import Place, Problem, shown
from data.readers.documents.blocks import Block, every, meaning, read_blocks, unmarked
from data.readers.documents.document import MOST_KEYS, Document, first_day
from data.readers.documents.events import Context, said_in
from data.readers.documents.facts import gather
from data.readers.documents.record import record_of
from data.readers.documents.sections import (
    Section,
    names_full_day,
    names_incident,
    outline_of,
    tells_of_many,
)
from data.readers.documents.timeline import is_timeline, read_timeline
from data.readers.documents.to_markdown import text_markdown
from data.readers.documents.updates import with_updates_listed
from data.readers.front_matter import FrontMatter, read_front_matter
from data.readers.source import Item, LeftOut, RawIncident, Recognised, Source, Unreadable
from data.record import CLOCK_FIELDS, Incident
from data.times import moments_in

# Is a document a post-mortem at all, or a template, an index, a page on something else?
#
# A file that the user names is meant to be one; a file in a folder has to look like one.

#: Fields in the front matter that pages on anything have, too.
OF_ANY_PAGE = frozenset(
    (
        "id",
        "title",
        "summary",
        "url",
        "tags",
        "kind",
        "status",
        "team",
        "environment",
        "postmortem_published_at",
        "postmortem_status",
        "source",
        "timeline",
        "actions",
        "extra",
    )
)
#: Written by our own export beside every record.
OF_EXPORT = ("id", "source")
#: Parts that only post-mortems have.
OF_INCIDENTS = frozenset(
    (
        "impact",
        "root_cause",
        "timeline",
        "trigger",
        "detection",
        "resolution",
        "what_let_it_grow",
        "what_went_well",
        "what_went_wrong",
        "where_we_got_lucky",
    )
)
#: Of those, the parts that a look back at any project has, too.
LOOKING_BACK = frozenset(("what_went_well", "what_went_wrong", "where_we_got_lucky"))
#: What the events of an incident begin with, and end with.
BEGINNINGS = ("started", "detected")
ENDINGS = ("mitigated", "repaired", "resolved")
PLACEHOLDER = re.compile(
    r"\{\{[^{}\n]{1,100}\}\}"
    r"|\[[A-ZÁÉÍÓÚÄÖÜ][^\[\]\n(]{2,80}\](?![(\[:])"
    r"|<[A-Za-z][^<>\n/=\"]{0,20}[ _|-][^<>\n/=\"]{1,60}>|<[A-Z][A-Z ]{2,30}>"
    r"|\b(?:YYYY|yyyy|AAAA|JJJJ)[-/.](?:MM|mm)[-/.](?:DD|dd|TT|JJ)\b|\b(?:HH|hh):(?:MM|mm)\b|\bXX:XX\b"
)
MOST_PLACEHOLDERS = 2
TEMPLATE_NAME = re.compile(
    r"(?:^|[-_. ])(?:template|plantilla|vorlage|modele|modelo|boilerplate)s?(?:$|[-_. ])", re.I
)
#: What a page says that sets the task of writing one.
INSTRUCTION = re.compile(
    r"\bwrit(?:e|ing) (?:a|your|the) post-?\s?mortem\b|\bmust (?:contain|include)\s?:", re.I
)
TEMPLATE = "is a template that nobody filled in"
INDEX = "is an index of other pages"
NOTHING = (
    "is no post-mortem: it has neither facts of an incident nor headings such as 'Impact' and "
    "'Root cause'"
)
#: A list of fewer links is none of pages.
FEWEST_LINKS = 3


def why_left_out(document: Document, *, asked_for: bool) -> str:
    """Why a document makes no record; empty if it does."""
    if all(key in document.front.values for key in OF_EXPORT):
        return ""
    if _is_template(document, asked_for=asked_for):
        return TEMPLATE
    if not asked_for and is_index(document):
        return INDEX
    return "" if _looks_like_one(document, asked_for=asked_for) else NOTHING


def _looks_like_one(document: Document, *, asked_for: bool) -> bool:
    if not asked_for and INSTRUCTION.search(document.body) and not _has_told_clock(document):
        return False
    parts = {section.part for section in document.sections if section.part and section.text}
    if asked_for:
        fields = any(meaning(key)[0] for key in islice(document.front.values, MOST_KEYS))
        return len(_days(document)) > 1 or bool(
            fields or parts or _has_facts(document) or _is_named_so(document)
        )
    if _has_fields(document) or len(_days(document)) > 1:
        return True
    if not (_tells_time(document) or _has_facts(document) or parts & OF_INCIDENTS - LOOKING_BACK):
        return False
    whole = parts & OF_INCIDENTS and (len(parts) > 1 or _has_facts(document))
    if whole or _tells_course(document):
        return True
    if not _is_named_so(document):
        return False
    if _has_facts(document) or parts & OF_INCIDENTS or _tells_time(document):
        return True
    return bool(parts) and not _is_guide(document)


def _has_fields(document: Document) -> bool:
    """Whether the front matter has fields that only incidents have."""
    fields = {meaning(key)[0] for key in islice(document.front.values, MOST_KEYS)}
    return bool(fields - OF_ANY_PAGE - {"", "date", "kept"})


def _has_facts(document: Document) -> bool:
    """Whether facts tell of an incident: a clock, a length, a severity."""
    wanted = {*CLOCK_FIELDS, "severity", "window", "duration", "services", "detection_source"}
    return any(label.name in wanted and label.value for label in document.labels)


def _tells_course(document: Document) -> bool:
    """Whether a timeline tells that something failed, or was noticed, and how it ended."""
    lines = chain.from_iterable(
        read_timeline(section, document.context).lines for section in document.parts("timeline")
    )
    kinds = {said.kind for line in lines if line.is_timed for said in line.said}
    return not (kinds.isdisjoint(BEGINNINGS) or kinds.isdisjoint(ENDINGS))


def _is_named_so(document: Document) -> bool:
    """Whether the title or the file is called an incident, or says that something broke."""
    breaks = any(said.kind == "started" for said in said_in(document.title))
    return breaks or words.current().phrases["incident_names"].are_in(_names(document))


def _is_guide(document: Document) -> bool:
    """Whether a page tells how incidents are handled."""
    return words.current().phrases["guide_names"].are_in(_names(document))


def _names(document: Document) -> str:
    title = document.title or str(document.front.values.get("title") or "")
    path = PurePosixPath(document.name.replace("\\", "/"))
    stem = path.parent.name if path.stem.lower() in ("readme", "index") else path.stem
    return words.fold(f"{title} | {stem} | {re.sub(r'[-_.]', ' ', stem)}")


def _tells_time(document: Document) -> bool:
    """Whether a day is told, by the name of the file or by its text."""
    if not document.body.strip():
        return False
    return (
        next(document.days_told(), None) is not None
        or any(document.parts("timeline"))
        or any(map(moments_in, document.telling_texts))
    )


def is_index(document: Document) -> bool:
    """Whether a page has no parts of a post-mortem, and most of its items and rows are links."""
    if _has_fields(document) or any(s.part in OF_INCIDENTS for s in document.sections):
        return False
    entries = [
        text
        for section in document.outline
        for block in every(section.blocks)
        for text in ([block.text] if block.kind == "item" else [" ".join(r) for r in block.rows])
    ]
    links = sum("](" in text or "<http" in text for text in entries)
    return links >= FEWEST_LINKS and links * 2 > len(entries)


def _is_template(document: Document, *, asked_for: bool) -> bool:
    path = PurePosixPath(document.name.replace("\\", "/"))
    stem = path.name.split(".", 1)[0]
    named = bool(TEMPLATE_NAME.search(stem)) or (
        not asked_for and bool(TEMPLATE_NAME.search(path.parent.name))
    )
    if _says_nothing(document):
        return bool(document.front.values or document.outline[1:])
    if _has_told_clock(document):
        return named and bool(PLACEHOLDER.search(document.body))
    title = document.title or str(document.front.values.get("title") or "")
    left = len(PLACEHOLDER.findall(document.body))
    return named or left > MOST_PLACEHOLDERS or bool(PLACEHOLDER.search(title))


def _has_told_clock(document: Document) -> bool:
    """Whether any fact or timeline has a real time."""
    texts = [label.value for label in (*document.front_labels, *document.labels)]
    texts += [section.text for section in document.parts("timeline")]
    texts += [str(document.front.values.get(clock) or "") for clock in CLOCK_FIELDS]
    return any(moment.day for text in texts for moment in moments_in(unmarked(text)))


def _says_nothing(document: Document) -> bool:
    """Whether neither front matter nor body says anything but the names of fields."""
    known = words.current()
    filled = {
        key: value
        for key, value in document.front.values.items()
        if value not in (None, "", []) and (key in Incident.model_fields or meaning(key)[0])
    }
    if filled or document.title or as_filled(document.before):
        return False
    labels = any(
        not known.is_nothing(unmarked(label.value)) or label.below for label in document.labels
    )
    return not labels and not any(as_filled(section.blocks) for section in document.sections)


def as_filled(blocks: list[Block]) -> bool:
    """Whether blocks hold any text of their own."""
    for block in every(blocks):
        if block.kind in ("item", "text", "code") and block.text.strip():
            return True
        if any(cell.strip() for row in block.rows for cell in row):
            return True
    return False


# Does a page tell of one incident or of several, each under a heading of its own?

#: Parts that an incident has once.
ONCE = frozenset(
    ("timeline", "impact", "root_cause", "summary", "trigger", "detection", "metadata")
)
MOST_INCIDENTS = 100
#: So many times of day under a day are a timeline.
FEWEST_OF_DAY = 2
NO_INCIDENTS = re.compile(
    r"\W*no (?:incidents?|outages?|issues?)(?: were)?(?: reported)?[^\n]{0,20}\W*"
)
WORD = re.compile(r"[^\W\d_]{2,}")
MOST_WORDS_OF_NUMBER = 2


def documents_of(whole: Document) -> list[Document]:
    """The document, or one for each incident that it tells of.

    What stands under none of their headings belongs to all of them.
    """
    by_parts = _heads(list(whole.outline))
    heads = by_parts or _days(whole)
    if len(heads) < 2:
        return [whole]
    outline = list(whole.outline)
    ends = [*heads[1:], len(outline)]
    inside = {
        index
        for head, end in zip(heads, ends, strict=True)
        for index in range(head, _last(outline, head, end))
    }
    # Beside days there is nothing but what was on other days.
    shared = [s for index, s in enumerate(outline) if by_parts and index not in inside]
    return [
        _part(whole, outline[head : _last(outline, head, end)], shared)
        for head, end in zip(heads[:MOST_INCIDENTS], ends, strict=False)
    ]


def _part(whole: Document, own: list[Section], shared: list[Section]) -> Document:
    head = own[0]
    title = head.heading
    if whole.title and not words.current().part(whole.title) and _says_little(head.heading):
        title = f"{whole.title}: {head.heading}"
    top = replace(head, part="", heading="", level=0)
    if names_full_day(head.heading) and is_timeline(top, Context(), fewest=FEWEST_OF_DAY):
        top.part = "timeline"
    front = replace(
        whole.front,
        values={
            key: value for key, value in whole.front.values.items() if key not in ("title", "date")
        },
    )
    return Document(
        whole.name,
        front,
        title,
        [top, *own[1:], *_without_doubles(own, shared)],
        "\n\n".join(section.text for section in (*own, *shared)),
        whole.day_order,
    )


def _says_little(heading: str) -> bool:
    """Whether a heading is a number or a day and says not what happened: "Incident 1"."""
    return len(WORD.findall(heading)) <= MOST_WORDS_OF_NUMBER


def _without_doubles(own: list[Section], shared: list[Section]) -> list[Section]:
    """The shared sections whose part an incident has not itself."""
    parts = {section.part for section in own if section.part}
    return [section for section in shared if section.heading and section.part not in parts]


def _heads(outline: list[Section]) -> list[int]:
    """The headings of incidents: alike in level, each with the same parts below."""
    for level in sorted({section.level for section in outline if section.level}):
        candidates = [
            index
            for index, section in enumerate(outline)
            if section.level == level and not section.part and _names_incident(section.heading)
        ]
        parts = Counter(part for index in candidates for part in _parts_below(outline, index))
        if len(candidates) > 1 and any(parts[part] > 1 for part in ONCE):
            return [index for index in candidates if _parts_below(outline, index)]
    return []


def _days(whole: Document) -> list[int]:
    """The headings that are days, on a page of many incidents: "Cloud status", "June 25, 2020".

    A page with parts of its own tells of one incident that took days.
    """
    outline = list(whole.outline)
    if not tells_of_many(_names(whole)):
        return []
    if any(section.part in ONCE - {"metadata"} and not section.above for section in outline):
        return []
    days = [i for i, section in enumerate(outline) if names_full_day(section.heading)]
    level = min((outline[index].level for index in days), default=0)
    return [i for i in days if outline[i].level == level and _tells(outline, i)]


def _tells(outline: list[Section], head: int) -> bool:
    """Whether anything but "no incidents reported" stands under a heading."""
    below = outline[head : _last(outline, head, len(outline))]
    text = words.fold("\n".join(section.text for section in below))
    return bool(text.strip()) and not NO_INCIDENTS.fullmatch(text)


def _names_incident(heading: str) -> bool:
    """Whether a heading has a day, or a number beside a word for an incident."""
    return first_day(heading, Context()) is not None or names_incident(heading)


def _last(outline: list[Section], head: int, end: int) -> int:
    """Where the sections of an incident end: at the next heading that is not below its own."""
    for index in range(head + 1, end):
        if outline[index].level <= outline[head].level:
            return index
    return end


def _parts_below(outline: list[Section], head: int) -> set[str]:
    """The parts of an incident under a heading, as headings or as labels."""
    below = outline[head + 1 : _last(outline, head, len(outline))]
    parts = {section.part for section in below}
    if parts.isdisjoint(ONCE):
        found = gather(outline[head].blocks)
        parts |= {section.part for section in found.sections}
        parts |= {"timeline" for label in found.labels if label.name in CLOCK_FIELDS}
    return parts & ONCE


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
DAY_LINE = re.compile(r"[*_]{0,2}\w[\w ,./-]{5,40}[*_]{0,2}\s*$")
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
    body, blocks = _divided(with_updates_listed(without_comments(text[front.end :])))
    title, sections = outline_of(blocks, body)
    return Document(source.name, front, title, sections, body, source.options.day_order)


def _divided(body: str) -> tuple[str, list[Block]]:
    """A body in which the name of a part alone in a line is a heading, and its blocks.

    Without any heading, underlined and bold ones included, they are the only ones; beside others,
    a name right above a list is one.
    """
    blocks = read_blocks(body)
    if any(block.is_heading for block in blocks):
        divided = _with_days_as_headings(_with_names_above_lists(body), blocks)
    else:
        names = sum(bool(words.current().part(line)) for line in body.split("\n") if line.strip())
        divided = text_markdown(body) if names >= FEWEST_NAMES else body
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


def _with_days_as_headings(body: str, blocks: list[Block]) -> str:
    """A page of many incidents whose days stand alone in a line, as headings of their own."""
    first = next((block.text for block in blocks if block.is_heading), "")
    if not tells_of_many(first):
        return body
    lines = body.split("\n")
    level = "#"
    for index, line in enumerate(lines):
        if match := LEVEL.match(line):
            level = match[1]
        elif DAY_LINE.match(line) and names_full_day(line.strip(" *_")):
            lines[index] = f"\n{level[:5]}# {line.strip(' *_')}\n"
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

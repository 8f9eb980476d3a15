"""Is a document a post-mortem at all, or a template, an index, a page on something else?

A file that the user names is meant to be one; a file in a folder has to look like one.
"""

import re
from itertools import islice
from pathlib import PurePosixPath

from data import words
from data.readers.documents.blocks import Block, every, unmarked
from data.readers.documents.document import MOST_KEYS, Document
from data.readers.documents.labels import meaning
from data.record import CLOCK_FIELDS, Incident
from data.times import moments_in

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
        return bool(fields or parts or _has_facts(document) or _is_named_so(document))
    if _has_fields(document):
        return True
    if not _tells_time(document) and not parts & OF_INCIDENTS - LOOKING_BACK:
        return False
    if parts & OF_INCIDENTS and (len(parts) > 1 or _has_facts(document)):
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


def _is_named_so(document: Document) -> bool:
    """Whether the title or the file is called an incident."""
    return words.current().phrases["incident_names"].are_in(_names(document))


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

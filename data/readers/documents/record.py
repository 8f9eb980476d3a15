"""From a document to the fields of a record."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from data import words
from data.readers.documents.action_text import Setting
from data.readers.documents.actions import links_in, read_actions
from data.readers.documents.blocks import DIGIT, TEXTS, Label, unmarked
from data.readers.documents.document import LONGEST_TEXT, Document, as_text
from data.readers.documents.events import Clocks, as_values
from data.readers.documents.facts import LENGTHS, Lengths, begins_with_length, text_of
from data.readers.documents.sections import Section
from data.readers.documents.telling import (
    sentences_of,
    tell_days,
    tell_ends,
    tell_sentences,
    tell_stated,
    tell_timeline,
)
from data.readers.documents.timeline import Line, read_timeline
from data.record import CLOCK_FIELDS, Incident
from data.values import amount_of

# What was the cause, where a post-mortem has no part that is called so?
#
# A section that explains it under another name, else the sentence that says what caused it.

#: Sections that do not tell of this incident's cause.
ELSEWHERE = frozenset(
    ("actions", "lessons", "timeline", "what_went_well", "what_went_wrong", "where_we_got_lucky")
)
UNKNOWN = ("unknown", "not known", "unclear", "not clear", "investigat", "desconoc", "unbekannt")
REGRETS = ("apolog", "inconvenience", "disculpa", "entschuldig", "desculpa", "excuses")
#: How far from a phrase for the cause it may be taken back.
NEARBY = 50
SHORTEST = 20


def cause_of(document: Document) -> tuple[str, str]:
    """The heading of the section that explains the cause, if one does, and the text."""
    explained = [section for section in document.parts("explanation") if section.text]
    if explained:
        return explained[0].heading, explained[0].text
    for strength in ("stated", "hinted"):
        for sentence in _sentences(document, only_telling=strength == "hinted"):
            if _says(strength, sentence):
                return "", sentence
    factors = [section for section in document.parts("what_let_it_grow") if section.text]
    return ("", factors[0].text) if factors else ("", "")


def _sentences(document: Document, *, only_telling: bool) -> Iterator[str]:
    texts = list(document.telling_texts)
    if not only_telling:
        texts += [
            unmarked(section.text[:LONGEST_TEXT])
            for section in document.sections
            if section.part not in ELSEWHERE
        ]
    for text in texts:
        for sentence in sentences_of(text):
            if len(sentence) >= SHORTEST:
                yield sentence.strip()


def _says(strength: str, sentence: str) -> bool:
    folded = words.fold(sentence)
    if any(word in folded for word in REGRETS):
        return False  # "we apologize for any inconvenience caused by this"
    return any(
        hit.meaning == strength and not _is_unknown(folded, hit)
        for hit in words.current().phrases["cause_phrases"].hits(folded)
    )


def _is_unknown(folded: str, hit: words.Hit) -> bool:
    """Whether the words around say that the cause is not known: "is still under investigation"."""
    around = folded[max(0, hit.start - NEARBY) : hit.end + NEARBY]
    return any(word in around for word in UNKNOWN)


TEXT_PARTS = ("summary", "impact", "root_cause", "what_let_it_grow", "trigger")
LIST_PARTS = ("what_went_well", "what_went_wrong", "where_we_got_lucky")
#: A contributing factor this short is a label; a longer one is a sentence.
LONGEST_FACTOR = 60
#: An identity is one word, or a word and a number.
LONGEST_ID = 40
#: The keys in ``extra`` for text that belongs to no field, and for texts of the body whose field
#: the front matter fills with another.
SECTIONS = "sections"
ALSO_SAID = "also_said"
ABOUT_CLOCKS = ("clock_precision", "clock_sources")
LABEL_LISTS = ("services", "tags", "contributing_factors", "repeats")
AMOUNTS = ("affected_users", "cost")
#: So many texts of an incident are more than a note.
FEWEST_TOLD = 2
YES, NO = ("true", "yes", "si", "ja", "oui", "sim"), ("false", "no", "nein", "non", "nao")


def record_of(document: Document) -> dict[str, Any]:
    """All that a document says, by field; the front matter has the first word."""
    return _Record(document).values


class _Record:
    """Fills the fields in the order in which their sources are trusted."""

    def __init__(self, document: Document) -> None:
        front = {k: v for k, v in document.front.values.items() if v not in (None, "", [])}
        self.values: dict[str, Any] = {k: v for k, v in front.items() if k in Incident.model_fields}
        self._document = document
        self._known = words.current()
        self._extra: dict[str, Any] = {}
        self._body: dict[str, Any] = {}
        self._others: dict[str, str] = {}
        self._clocks, self._lengths = Clocks(), Lengths()
        self._setting = Setting(
            day=document.context.day,
            day_order=document.context.day_order,
            links=links_in(document.body),
        )
        self._read(front)

    def _read(self, front: dict[str, Any]) -> None:
        silent = tell_stated(self._document, self._clocks, self._lengths)
        understood = {label.label for label in self._document.front_labels}
        unknown = {k: v for k, v in front.items() if k not in self.values and k not in understood}
        for label in self._document.labels:
            if label.name in LENGTHS:
                self._keep(label)
        for label in silent:
            self._fact(label)
        self._extra = {**self._extra, **unknown}
        if "date" in front and "impact_started_at" not in front:
            self._extra.setdefault("date", front["date"])
        self._sections()
        self._fill_clocks()
        self._finish()

    def _keep(self, label: Label) -> None:
        if text := text_of(label):
            self._extra.setdefault(label.label, text)

    def _fact(self, label: Label) -> None:
        text = text_of(label)
        if not text or self._known.is_nothing(text):
            return
        name = label.name
        if name in TEXTS and name not in self.values:
            self._body.setdefault(name, label.value)
        elif name not in Incident.model_fields or name in self.values:
            self._keep(label)
        elif name in CLOCK_FIELDS:
            self._unread_clock(label, text)
        else:
            self._plain(label, text)

    def _unread_clock(self, label: Label, text: str) -> None:
        """A clock whose text is no time: a yes or no, a remark, or a problem for the check."""
        answer = words.fold(text)
        if label.name == "resolved_at" and answer in (*YES, *NO):
            self.values.setdefault("status", "resolved" if answer in YES else "open")
        elif DIGIT.search(text) and len(text) <= LONGEST_FACTOR and not begins_with_length(text):
            self._body.setdefault(label.name, text)
        else:
            self._keep(label)

    def _plain(self, label: Label, text: str) -> None:
        name, value = label.name, text
        if name == "detection_source":
            value = self._known.detection_source(text)
            if words.fold(text) != value:
                self._keep(label)
        elif name == "status":
            name = self._whose_status(text)
        elif name == "id" and (len(text) > LONGEST_ID or len(text.split()) > 2):
            name = "title"
        elif name in AMOUNTS and amount_of(text) is None:
            value = ""
        if not value:
            self._keep(label)
        elif name in LABEL_LISTS and label.below and not label.value:
            self.values.setdefault(name, [unmarked(block.text) for block in label.below])
        else:
            self.values.setdefault(name, value)

    def _whose_status(self, text: str) -> str:
        """A status of the document ("draft", "complete") is none of the incident."""
        first = text.split(",", 1)[0]
        if self._known.document_status(first) or not self._known.status(first):
            return "postmortem_status"
        return "status"

    def _sections(self) -> None:
        self._lines: list[Line] = []
        for section in self._document.sections:
            self._section(section)
        before = as_text(self._document.before)
        if before and "summary" in self._body:
            self._keep_text("Before", before)
        elif before:
            self._body["summary"] = before

    def _section(self, section: Section) -> None:
        part, text = section.part, section.text
        if self._known.is_nothing(unmarked(text)):
            return
        if part == "what_let_it_grow" and (factors := _labels(section)):
            self._extend("contributing_factors", factors)
        elif part in TEXT_PARTS:
            before = self._body.get(part)
            self._body[part] = f"{before}\n\n{text}" if before else text
        elif part in LIST_PARTS:
            self._extend(part, _listed(section))
        elif part == "timeline":
            self._timeline(section)
        elif part == "actions":
            found = read_actions(section.blocks, heading=section.heading, setting=self._setting)
            self._extend("actions", found.actions)
            self._keep_text(section.heading, as_text(found.rest))
        else:
            self._keep_text(section.heading, text)

    def _timeline(self, section: Section) -> None:
        start = self._clocks.best("impact_started_at")
        context = self._document.context
        if start is not None and not start.is_day:
            context = replace(context, start=start.at)
        timeline = read_timeline(section, context)
        self._lines.extend(timeline.lines)
        self._extend("timeline", timeline.events())
        self._keep_text(section.heading, "\n\n".join(timeline.rest))

    def _extend(self, name: str, items: list[Any]) -> None:
        if items:
            self._body.setdefault(name, []).extend(items)

    def _keep_text(self, heading: str, text: str) -> None:
        if text:
            self._others[heading] = f"{self._others.get(heading, '')}\n\n{text}".strip()

    def _fill_clocks(self) -> None:
        document, clocks = self._document, self._clocks
        tell_timeline(self._lines, clocks)
        tell_sentences(document, clocks, self._lengths)
        self._lengths.tell(clocks, {line.at for line in self._lines if line.is_timed})
        tell_ends(self._lines, clocks, self._lengths)
        tell_days(document, clocks)
        denied = document.front.denied
        chosen = {clock: told for clock, told in clocks.chosen().items() if clock not in denied}
        for name, value in as_values(chosen):
            if name in ABOUT_CLOCKS:
                self.values[name] = {**value, **_mapping(self.values, name)}
            else:
                self.values[name] = value

    def _finish(self) -> None:
        self._cause()
        title = self._document.title or _only_title(self._document)
        if not title and self._told_without_time():
            title = _name_as_title(self._document.name)
        if title:
            self.values.setdefault("title", title)
        self._detection()
        self._kind()
        also: dict[str, Any] = {}
        for name, value in self._body.items():
            if name not in self.values:
                self.values[name] = value
            elif name in TEXT_PARTS and value != self.values[name]:
                also[name] = value
        for name in self._document.front.denied:
            self.values.pop(name, None)
        extra = {**self._extra, **_mapping(self.values, "extra")}
        extra |= {SECTIONS: self._others} if self._others else {}
        extra |= {ALSO_SAID: also} if also else {}
        self.values.pop("extra", None)
        if extra:
            self.values["extra"] = extra

    def _told_without_time(self) -> bool:
        """Whether an incident is told at length though nothing tells when it was."""
        told = sum(bool(self._body.get(part)) for part in (*TEXT_PARTS, "timeline", "actions"))
        return told >= FEWEST_TOLD and not any(self.values.get(clock) for clock in CLOCK_FIELDS)

    def _cause(self) -> None:
        if "root_cause" not in self.values and "root_cause" not in self._body:
            heading, text = cause_of(self._document)
            if text:
                self._body["root_cause"] = text
                self._others.pop(heading, None)

    def _detection(self) -> None:
        if "detection_source" in self.values:
            return
        texts = [unmarked(section.text) for section in self._document.parts("detection")]
        told = self._clocks.best("detected_at")
        texts += [told.source] if told and told.estimated else []
        source = next(filter(None, map(self._known.detection_source, texts)), "")
        if source:
            self.values["detection_source"] = source

    def _kind(self) -> None:
        """Planned work is no incident, where the title or the page's section says so."""
        section = str(self._document.front.values.get("section") or "")
        kind = self._known.kind(section) or self._known.kind_in(str(self.values.get("title") or ""))
        if kind:
            self.values.setdefault("kind", kind)


def _name_as_title(name: str) -> str:
    """The name of a file in words, where it is called an incident: "incident april 11"."""
    stem = re.sub(r"[-_.]+", " ", PurePosixPath(name.replace("\\", "/")).stem)
    named = words.current().phrases["incident_names"].are_in(words.fold(stem))
    return stem if named else ""


def _only_title(document: Document) -> str:
    """The title in the front matter under another name of ours is a fact already."""
    return "" if document.title else str(document.front.values.get("title") or "")


def _mapping(values: dict[str, Any], name: str) -> dict[str, Any]:
    """What a field holds that should be a mapping; a person may have written a text there."""
    stated = values.get(name)
    return stated if isinstance(stated, dict) else {} if stated is None else {name: stated}


def _labels(section: Section) -> list[str]:
    """The items of a section that is nothing but a list of labels; else nothing."""
    labels = all(
        block.kind == "item"
        and not block.children
        and "\n" not in block.text
        and len(block.text) <= LONGEST_FACTOR
        for block in section.blocks
    )
    return [block.text for block in section.blocks] if labels else []


def _listed(section: Section) -> list[str]:
    """The items and paragraphs of a section; what headings divide is one list here."""
    texts = [as_text([block]) for block in section.blocks if not block.is_heading]
    return [text.removeprefix("- ") for text in texts if text]

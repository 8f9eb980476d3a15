"""The words by which sources are understood: names of fields, headings, statuses, kinds.

They are data, in ``words.yaml``, so that a team can add its own without a line of code. Words are
compared without regard to case, accents, marks of emphasis, numbers and remarks in brackets.
"""

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from data.record import Action, Incident
from data.settings import LOADER, SettingsUnreadable, read_settings

SHIPPED = Path(__file__).with_name("words.yaml")
#: Names a file of the same shape that adds to the shipped words.
ENVIRONMENT = "AFTERMATH_WORDS"
SECTIONS = (
    "fields",
    "facts",
    "columns",
    "around_clocks",
    "parts",
    "action_fields",
    "statuses",
    "document_statuses",
    "action_statuses",
    "action_kinds",
    "verifications",
    "priorities",
    "intentions",
    "detection_sources",
    "events",
    "denials",
    "hearsay",
    "day_first",
    "given_names",
    "response",
    "not_yet",
    "takebacks",
    "good_news",
    "afterwards",
    "preparations",
    "effects",
    "following",
    "requests",
    "unfinished",
    "event_labels",
    "update_states",
    "timeline_columns",
    "cause_phrases",
    "lasted",
    "from_detection",
    "incident_names",
    "collection_names",
    "guide_names",
    "kinds",
    "nothing",
    "sums",
    "team_words",
    "months",
    "units",
    "numbers",
    "before_times",
    "before_days",
    "until",
    "between",
    "and",
    "about",
    "weekdays",
)
#: Sections whose words are looked for inside sentences.
PHRASES = frozenset(
    (
        "detection_sources",
        "events",
        "denials",
        "hearsay",
        "response",
        "not_yet",
        "takebacks",
        "good_news",
        "afterwards",
        "preparations",
        "effects",
        "following",
        "requests",
        "unfinished",
        "cause_phrases",
        "lasted",
        "from_detection",
        "incident_names",
        "collection_names",
        "intentions",
        "guide_names",
    )
)
#: Sections of names of fields, which people write with or without the small words.
NAMES = ("fields", "facts", "action_fields", "columns")
SMALL = frozenset(
    "a al am at d da das de del dell della der des di die do dos du el en for il im in l la las le "
    "les los no of on o s the um und vom von y zum zur".split()
)
#: The fields that may be meant, by section.
MODELS = {
    "fields": frozenset(Incident.model_fields),
    "action_fields": frozenset(Action.model_fields),
}
#: Of so many words of a text, one is a small word of its language at least.
FEW_SMALL = 12
#: A longer text is a sentence, not a name or heading.
LONGEST_NAME = 200
LONGEST_REMEMBERED = 60
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
MARKS = re.compile(r"[*`#~|]|(?<!\w)_+|_+(?!\w)")
ACCENTS = re.compile("[\u0300-\u036f]")
EDGES = re.compile(r"^[^\w(]+|[^\w)]+$")
NUMBERING = re.compile(r"^(?:\(?\d{1,3}(?:\.\d{1,3}){0,3}[.)]?|[ivx]{1,4}[.)]|[a-h][.)])\s+")
REMARK = re.compile(
    r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|\s[-–—/&|]\s.*|[:–—].*|,\s(?:in|by)\s.*"
    r"|\s(?:of|for|in|during) (?:the |this )?"
    r"(?:outage|incident|issue|event|problem|failure|downtime)s?)$"
)
#: "Impact and mitigation", "Recommandations et suivi"
JOINED = re.compile(r"\s(?:and|und|et|y|e)\s", re.I)
LONGEST_JOINED = 60
LAST_BRACKET = re.compile(r"\(([^()]{3,40})\)\s*$")
WORD = re.compile(r"\w+")
#: Kinds that the words of a label may give, the one that says most first.
KINDS_OF_LABELS = ("drill", "test", "maintenance")
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


class WordsUnreadable(SettingsUnreadable):
    """A file of words cannot be used; the message says which, where and why."""


class Hit(NamedTuple):
    """A phrase in a text: what it means, where it stands, and whether other words stand in it."""

    start: int
    end: int
    meaning: str
    has_gap: bool = False


class Phrases:
    """Phrases to look for in folded text, found by the word that they begin with."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self._by_word: dict[str, list[tuple[re.Pattern[str], str, bool]]] = {}
        self._anywhere: list[tuple[re.Pattern[str], str, bool]] = []
        for phrase, meaning in meanings.items():
            entry = (re.compile(_pattern(phrase)), meaning, ".." in phrase)
            first_words = _first_words(phrase)
            for word in first_words:
                self._by_word.setdefault(word, []).append(entry)
            if not first_words:
                self._anywhere.append(entry)

    def hits(self, folded: str) -> list[Hit]:
        """Every place where a phrase begins, in order."""
        found = [
            Hit(match.start(), match.end(), meaning, has_gap)
            for word in WORD.finditer(folded)
            for pattern, meaning, has_gap in self._by_word.get(word[0], ())
            if (match := pattern.match(folded, word.start()))
        ]
        found += [
            Hit(match.start(), match.end(), meaning, has_gap)
            for pattern, meaning, has_gap in self._anywhere
            for match in pattern.finditer(folded)
        ]
        return sorted(found)

    def are_in(self, folded: str) -> bool:
        """Whether a text holds any of them."""
        return bool(self.hits(folded))


@dataclass(frozen=True, eq=False)
class Words:
    """Every word by what it means.

    Attributes:
        tables: the meaning of each word, by section; words are folded.
        phrases: what is looked for inside sentences, by section.
        bare: the meaning of names of several words without the small ones between them.
    """

    tables: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, Phrases] = field(default_factory=dict)
    bare: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def field(self, label: str) -> str:
        """The field of a record that a name of a fact, key or column means; empty if none."""
        return self._named("fields", label)

    def fact(self, label: str) -> str:
        """What a name means that fills no field by itself, such as ``duration``; empty if none."""
        return self._named("facts", label)

    def column(self, header: str) -> str:
        """What a column holds whose header means nothing, or another thing, in a text."""
        return self.tables["columns"].get(fold(header)) or self._named("columns", header)

    def meaning(self, label: str) -> tuple[str, str]:
        """The field or fact, and the part, that a label means; each empty if none."""
        if len(label) > LONGEST_NAME:
            return "", ""
        names = list(forms(label))
        found = (
            next((self.tables[section][name] for name in names if name in self.tables[section]), "")
            for section in ("fields", "facts", "parts")
        )
        field, fact, part = found
        return field or fact, part

    def action_field(self, label: str) -> str:
        """The field of an action that a column or label means; empty if none."""
        return self._named("action_fields", label)

    def part(self, heading: str) -> str:
        """The part of a post-mortem that a heading introduces; empty if none that we know.

        Of a heading that names several, the first counts, else what stands in brackets.
        """
        if part := self._named("parts", heading):
            return part
        if len(heading) > LONGEST_JOINED:
            return ""
        first, *others = JOINED.split(heading, maxsplit=1)
        if others and (part := self._named("parts", first)):
            return part
        bracket = LAST_BRACKET.search(heading)
        return self._named("parts", bracket[1]) if bracket else ""

    def status(self, word: str) -> str:
        """``open`` or ``resolved``; empty if a word says neither."""
        return self._looked_up("statuses", word)

    def document_status(self, word: str) -> bool:
        """Whether a word says how the document stands rather than the incident."""
        return bool(self._looked_up("document_statuses", word))

    def action_status(self, word: str) -> str:
        """The status of an action; empty if a word says none."""
        return self._looked_up("action_statuses", word)

    def action_kind(self, word: str) -> str:
        """The kind of an action; empty if a word says none."""
        return self._looked_up("action_kinds", word)

    def verification(self, word: str) -> str:
        """``verified``, ``failed`` or ``not_yet``, of a check of a fix; empty for another word."""
        said = self._looked_up("verifications", word)
        return "verified" if said == "yes" else said

    def says_verified(self, status: str) -> bool:
        """Whether a status says that somebody checked it, more than that it is done."""
        return self._looked_up("verifications", status) == "verified"

    def priority(self, word: str) -> str:
        """How urgent a word says that something is; empty if a word says nothing of it."""
        return self._looked_up("priorities", word)

    def is_intention(self, text: str) -> bool:
        """Whether a sentence says that something is to be done."""
        return self.phrases["intentions"].are_in(fold(text))

    def detection_source(self, text: str) -> str:
        """What noticed an incident first, by the first such word of a text; empty if none."""
        return next((hit.meaning for hit in self.phrases["detection_sources"].hits(fold(text))), "")

    def kind(self, word: str) -> str:
        """``maintenance``, ``drill`` or ``test``; empty for a word that says none of them."""
        return self._looked_up("kinds", word)

    def kind_in(self, title: str) -> str:
        """The kind that a title names: "Maintenance of the database", "Game day in May"."""
        folded = EDGES.sub("", fold(title))
        for word, kind in self.tables["kinds"].items():
            at_edge = folded.startswith(f"{word} ") or folded.endswith(f" {word}")
            if folded == word or (at_edge and (" " in word or kind == "maintenance")):
                return kind
        return ""

    def kind_of_label(self, label: str) -> str:
        """The kind that a label gives: "Game-day", "planned failover test", "Production incident".

        Empty for one that says none. A drill of a maintenance is a drill.
        """
        folded = fold(label)
        parted = f" {' '.join(WORD.findall(folded))} "
        said = {kind for word, kind in self.tables["kinds"].items() if f" {word} " in parted}
        if kind := next((kind for kind in KINDS_OF_LABELS if kind in said), ""):
            return kind
        return "incident" if self.phrases["incident_names"].are_in(folded) else ""

    def is_nothing(self, text: str) -> bool:
        """Whether a cell or value says that there is nothing, or nothing known."""
        return _is_nothing(self, text) if len(text) <= LONGEST_REMEMBERED else _nothing(self, text)

    def is_sum(self, text: str) -> bool:
        """Whether the first cell of a row says that it adds up others: ``Total:``."""
        return bool(self._looked_up("sums", text))

    def team_word(self, word: str) -> bool:
        """Whether teams, roles or what they look after are called by a word, and people are not."""
        folded = fold(word)
        table = self.tables["team_words"]
        return folded in table or folded.removesuffix("s") in table or folded.endswith("ops")

    def given_name(self, word: str) -> bool:
        """Whether a word is a given name, and no word by which teams are called."""
        return fold(word) in self.tables["given_names"] and not self.team_word(word)

    def puts_day_first(self, text: str) -> bool:
        """Whether a text is in a language in which the day stands before the month."""
        table = self.tables["day_first"]
        found = [word for word in WORD.findall(fold(text)) if not word.isdigit()]
        return sum(word in table for word in found) * FEW_SMALL > len(found) > FEW_SMALL

    def month(self, name: str) -> int:
        """The number of a month, 0 for a word that is none."""
        return int(self.tables["months"].get(fold(name).rstrip("."), 0))

    def alternatives(self, section: str) -> str:
        """All words of a section as alternatives of a pattern over folded text, longest first."""
        return _alternatives(self, section)

    def _looked_up(self, section: str, word: str) -> str:
        if len(word) > LONGEST_NAME:  # a pattern for edges takes ever longer
            return ""
        table = self.tables[section]
        folded = fold(word)
        return table.get(folded) or table.get(EDGES.sub("", folded), "")

    def _named(self, section: str, label: str) -> str:
        if len(label) > LONGEST_NAME:
            return ""
        table = self.tables[section]
        named = next((table[form] for form in _forms(label) if form in table), "")
        if named or section not in self.bare:
            return named
        bare = self.bare[section]
        return next((bare[form] for form in _bare_forms(label) if form in bare), "")


def _nothing(words: Words, text: str) -> bool:
    folded = fold(text)
    return not folded or folded in words.tables["nothing"]


#: Cells say the same over and over.
_is_nothing = lru_cache(maxsize=50_000)(_nothing)


@lru_cache(maxsize=64)
def _alternatives(words: Words, section: str) -> str:
    ordered = sorted(words.tables[section], key=lambda word: (-len(word), word))
    return "|".join(re.escape(word) for word in ordered)


def current() -> Words:
    """The words in force: the shipped ones and those of the file that the environment names.

    Raises:
        WordsUnreadable: that file cannot be used.
    """
    named = os.environ.get(ENVIRONMENT)
    if not named:
        return _shipped()
    path = Path(named)
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _with_own(path, changed)


def read(path: Path) -> Words:
    """The shipped words and those in ``path``, whose meanings count where both give one.

    Raises:
        WordsUnreadable: it cannot be opened, is no YAML or has another shape.
    """
    try:
        settings = read_settings(path)
    except SettingsUnreadable as error:
        raise WordsUnreadable(str(error)) from error
    shipped = _shipped_entries()
    allowed = {
        section: {*shipped[section].values(), *MODELS.get(section, ())} for section in shipped
    }
    added = _checked(path.name, settings.values or {}, settings.node, allowed=allowed)
    return _words({name: {**shipped[name], **added.get(name, {})} for name in SECTIONS})


def fold(text: str) -> str:
    """``text`` in the form in which words are compared: no case, accents or doubled spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    # Wide forms become ordinary ones; marks that make another Japanese sound stay.
    bare = ACCENTS.sub("", unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text)))
    return " ".join(unicodedata.normalize("NFC", bare).casefold().replace("’", "'").split())


@lru_cache(maxsize=4_096)
def _forms(label: str) -> tuple[str, ...]:
    """The forms of a name, which is looked up in many sections."""
    return tuple(forms(label))


@lru_cache(maxsize=4_096)
def _bare_forms(label: str) -> tuple[str, ...]:
    return tuple(map(_bare, _forms(label)))


def forms(label: str) -> Iterator[str]:
    """A name folded, then without numbers, decoration and remarks, ever shorter."""
    spaced = CAMEL.sub(" ", label) if " " not in label else label
    plain = fold(MARKS.sub("", spaced))
    yield plain
    if "_" in plain:
        plain = " ".join(plain.replace("_", " ").split())
        yield plain
    if "-" in plain:
        yield HYPHEN.sub(" ", plain)
    plain = NUMBERING.sub("", EDGES.sub("", plain))
    plain = EDGES.sub("", plain)
    while plain:
        yield plain
        shorter = EDGES.sub("", REMARK.sub("", plain)).strip()
        if shorter == plain:
            break
        plain = shorter
    before, bracket, _ = plain.partition(" (")
    if bracket:
        yield before


@lru_cache(maxsize=1)
def _shipped() -> Words:
    return _words(_shipped_entries())


@lru_cache(maxsize=1)
def _shipped_entries() -> dict[str, dict[str, str]]:
    # Ours, so read without the guards for files of others, which take a while.
    content = yaml.load(SHIPPED.read_text(encoding="utf-8"), Loader=LOADER)
    return _checked(SHIPPED.name, content, None)


@lru_cache(maxsize=4)
def _with_own(path: Path, changed: int) -> Words:
    """The words with a user's own, read again when its time of change is another."""
    return read(path)


def _checked(
    name: str, content: Any, node: Any, *, allowed: Mapping[str, set[str]] | None = None
) -> dict[str, dict[str, str]]:
    """Words by section, folded, each with its meaning.

    Args:
        allowed: the meanings that there are, by section; None takes whatever stands there.
    """
    if not isinstance(content, Mapping):
        raise WordsUnreadable(f"{name} has not the shape of {SHIPPED.name}: it needs sections")
    lines = _lines(node)
    entries: dict[str, dict[str, str]] = {}
    for section, meanings in content.items():
        place = f"{name}, line {lines[section]}" if section in lines else name
        if section not in SECTIONS:
            raise WordsUnreadable(f"{place}: {section!r} is no section; they are {SECTIONS}")
        if not isinstance(meanings, Mapping):
            raise WordsUnreadable(f"{place}: {section!r} needs meanings, each with its words")
        table = entries.setdefault(section, {})
        for meaning, by_language in meanings.items():
            if allowed and str(meaning) not in allowed[section]:
                raise WordsUnreadable(f"{place}: {meaning!r} is no meaning of {section!r}")
            for word in _listed(by_language, f"{place}: {meaning!r}"):
                table.setdefault(word if section in PHRASES else fold(word), str(meaning))
    return entries


def _lines(node: Any) -> dict[str, int]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): key.start_mark.line + 1 for key, _ in node.value}


def _listed(by_language: Any, place: str) -> Iterator[str]:
    """The words of all languages, from texts with commas or lists."""
    if isinstance(by_language, str | list):
        by_language = {"": by_language}
    if not isinstance(by_language, Mapping):
        raise WordsUnreadable(f"{place} needs words: a text with commas or a list")
    for words in by_language.values():
        parts = words.split(",") if isinstance(words, str) else words
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise WordsUnreadable(f"{place} needs words: a text with commas or a list of texts")
        yield from (stripped for part in parts if (stripped := part.strip().strip('"').strip()))


def _words(entries: Mapping[str, Mapping[str, str]]) -> Words:
    tables = {section: dict(entries[section]) for section in SECTIONS if section not in PHRASES}
    for section, own in MODELS.items():
        names = dict(zip(own, own, strict=True))
        spaced = {name.replace("_", " "): name for name in names}
        # A field's own name means itself whatever else it is called.
        tables[section] = {**tables[section], **spaced, **names}
    phrases = {section: Phrases(entries[section]) for section in sorted(PHRASES)}
    bare = {section: _without_small_words(tables[section]) for section in NAMES}
    return Words(tables=tables, phrases=phrases, bare=bare)


def _bare(name: str) -> str:
    """A folded name of several words without the small ones between them."""
    words = [word for word in name.split() if word not in SMALL]
    return " ".join(words) if len(words) > 1 else ""


def _without_small_words(table: Mapping[str, str]) -> dict[str, str]:
    """The names that mean one thing without their small words: "fecha inicio"."""
    meanings: dict[str, set[str]] = {}
    for name, meaning in table.items():
        if bare := _bare(name):
            meanings.setdefault(bare, set()).add(meaning)
    return {bare: meant.pop() for bare, meant in meanings.items() if len(meant) == 1}


def _first_words(phrase: str) -> set[str]:
    """What a phrase may begin with; nothing where that is open, or where words have no edges."""
    first = fold(phrase).split()[0]
    if JAPANESE.search(phrase) or "*" in first or first.endswith("?"):
        return set()
    spelled = {
        form
        for choice in first.split("/")
        for form in (re.sub(r"\([^()]*\)", "", choice), re.sub(r"[()]", "", choice))
    }
    runs = {form: WORD.match(form) for form in spelled}
    return {run[0] for run in runs.values() if run} if all(runs.values()) else set()


def _pattern(phrase: str) -> str:
    words = fold(phrase).split()
    joined = ""
    for index, word in enumerate(words):
        last = index == len(words) - 1
        if word == "..":
            joined += r"(?:\S{1,40} ){0,4}?"
        elif word.endswith("?"):
            joined += f"(?:{' ' if last else ''}{_word(word[:-1])}{'' if last else ' '})?"
        else:
            # What may be left out brings its own space along.
            tail = last or (index == len(words) - 2 and words[-1].endswith("?"))
            joined += _word(word) + ("" if tail else " ")
    # Japanese is written without spaces, so its words have no edges.
    return joined if JAPANESE.search(phrase) else rf"(?<!\w){joined}(?!\w)"


def _word(word: str) -> str:
    """A word of a phrase as a pattern: ``a/b``, ``job(s)``, ``alarm*``."""
    choices = []
    for choice in word.split("/"):
        escaped = re.sub(r"\\\(([^()]*)\\\)", r"(?:\1)?", re.escape(choice))
        choices.append(escaped.replace(r"\*", r"\w{0,30}"))
    return choices[0] if len(choices) == 1 else f"(?:{'|'.join(choices)})"

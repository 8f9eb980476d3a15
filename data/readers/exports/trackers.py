"""Issue trackers: which issues are incidents, which are actions of one, and which are neither?

Trackers hold everything. Their users tell an incident by a type or a label and link its tasks to
it, one way or the other. What belongs to no incident of the export is left out by name.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from data import lists, words
from data.readers.exports.paths import ABSENT, Clock, Record, is_empty, letters
from data.readers.exports.rules import Arranged, LeftAside, Rule, as_number, label
from data.readers.exports.texts import plain_text
from data.record import CLOCK_FIELDS, cleaned
from data.values import is_person

# Fields that the users of a tool made up themselves: told apart by their names.
#
# A field called "Root cause" or "Impact started" is what it says, in any of the languages of
# :mod:`data.words`; one whose name means nothing to us is kept beside the record under that name.

#: What the tool itself says better than any field that is made up.
NEVER = frozenset(
    ("id", "title", "url", "kind", "status", "source", "timeline", "actions", "extra")
)
#: Fields whose name may have words before it: "Bug Root Cause". A clock may not: the target of a
#: start is no start.
WITH_MORE_WORDS = frozenset(("root_cause", "root_cause_category", "services", "affected_users"))
#: What the tool itself says in full.
ONLY_WHERE_EMPTY = frozenset(("summary",))
LISTS = frozenset(("services", "tags", "contributing_factors"))
TEXTS = frozenset(("summary", "root_cause", "impact", "trigger", "what_let_it_grow"))
LONG_LISTS = frozenset(("what_went_well", "what_went_wrong", "where_we_got_lucky"))
LONGEST_NAME = 100
BETWEEN = re.compile(r"[;,\n]")


def with_own_fields(
    values: Mapping[str, Any], pairs: Iterable[tuple[str, Any]], *, ours: frozenset[str]
) -> dict[str, Any]:
    """``values`` with what users' own fields add to them.

    A field that users made up for it counts before what stands in for it in the tool: a severity
    of their own before a priority.

    Args:
        values: what the tool itself says, its clocks not read yet.
        pairs: names and values of the users' own fields.
        ours: fields for which the tool itself has a place, so that its word counts.
    """
    filled = dict(values)
    added: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for name, value in pairs:
        field = field_of(name)
        understood = None if field in ours else _understood(field, name, value)
        if is_empty(value):
            continue
        taken = field in added or (field in ONLY_WHERE_EMPTY and not is_empty(values.get(field)))
        if understood is None or taken:
            if not _names_people(value):
                kept[_free(name, kept)] = plain_text(value) or value
        else:
            added[field] = understood
    filled.update(added)
    if kept:
        filled["extra"] = {**(filled.get("extra") or {}), **kept}
    return filled


def field_of(name: str) -> str:
    """The field of a record that a name of a user's own means; empty if none."""
    named = words.current().field(name)
    if named:
        return "" if named in NEVER else named
    tail = name.split()
    while len(tail) > 2:
        tail = tail[1:]
        named = words.current().field(" ".join(tail))
        if named in WITH_MORE_WORDS:
            return named
    return ""


def _names_people(value: Any) -> bool:
    """Whether a value is the name of a person; who led or wrote is not kept."""
    shown = plain_text(value)
    return len(shown) < LONGEST_NAME and is_person(shown, words.current())


def _understood(field: str, name: str, value: Any) -> Any:
    """``value`` in the form of ``field``; None if it is no such thing."""
    if not field or is_empty(value):
        return None
    if field in CLOCK_FIELDS:
        one = value[0] if isinstance(value, list) else value
        is_time = isinstance(one, str | int | float) and not isinstance(one, bool)
        return Clock(one, f"field '{name[:100]}'") if is_time else None
    if field in LISTS:
        return _listed(value)
    if field in LONG_LISTS:
        return [line for line in plain_text(value).splitlines() if line.strip()] or None
    if field in ("affected_users", "cost"):
        return as_number(value[0] if isinstance(value, list) and value else value)
    text = plain_text(value)
    if words.current().is_nothing(text):
        return None
    if field == "detection_source":
        return words.current().detection_source(text) or None
    return text if field in TEXTS else text.splitlines()[0].strip()


def _listed(value: Any) -> list[str] | None:
    items = value if isinstance(value, list) else BETWEEN.split(plain_text(value))
    texts = [cleaned(plain_text(item)) for item in items]
    kept = [text for text in texts if text and not words.current().is_nothing(text)]
    return list(dict.fromkeys(kept)) or None


def _free(name: str, kept: Mapping[str, Any]) -> str:
    """``name``, with a number where it is taken."""
    number = 2
    free = name
    while free in kept:
        free, number = f"{name} ({number})", number + 1
    return free


# Labels that say something: ``severity:sev1``, ``Service::API``, ``team/payments``, ``P1``.
#
# Tools without fields of their own are given them by labels. A label whose key is the name of a
# field fills it; every other label stays a tag.

BETWEEN_PARTS = re.compile(r"\s*(?:::|[:=/])\s*")
#: A severity that stands alone: "SEV-2", "P1", "s3".
BARE_SEVERITY = re.compile(r"(?:sev(?:erity)?|p|s)[-_ ]?[0-5]", re.IGNORECASE)
BY_LABELS = frozenset(
    ("severity", "services", "team", "environment", "root_cause", "root_cause_category")
)
CAUSES = ("root_cause", "root_cause_category")
#: Which key of a label tells the severity best; a priority says less.
BEST_FIRST = ("severity", "sev", "", "priority")


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a record.

    Attributes:
        whole: as it is shown.
        key: before its separator; empty where it has none.
        value: behind it.
        field: that it fills; empty for a tag.
    """

    whole: str
    key: str
    value: str
    field: str


def labels_of(record: Record, *paths: str, split: str = "") -> list[Label] | None:
    """The labels of ``record``; None where it does not speak of any.

    Args:
        record: that bears them.
        paths: where they may stand.
        split: what separates them where they stand in one text.
    """
    keyed = [entry for entry in record.records(*paths) if entry.has("key") and entry.has("label")]
    if keyed:
        return [_label(label("label")(e) or "", key=label("key")(e) or "") for e in keyed]
    names = record.names(*paths)
    if names is None:
        return None
    parts = [part for name in names for part in (name.split(split) if split else [name])]
    return [_label(part.strip()) for part in parts if part.strip()]


def said_by_labels(*paths: str, split: str = "") -> Callable[[Record], Iterator[tuple[str, Any]]]:
    """Names and values that labels give, in the form of fields that users made up."""

    def pairs(record: Record) -> Iterator[tuple[str, Any]]:
        labels = labels_of(record, *paths, split=split) or []
        severities = [entry for entry in labels if entry.field == "severity"]
        if severities:
            yield "severity", min(severities, key=_how_well).value
        if services := [entry.value for entry in labels if entry.field == "services"]:
            yield "services", services
        for entry in labels:
            if entry.field in CAUSES:
                yield _cause(entry.value)
            elif entry.field and entry.field not in ("severity", "services"):
                yield entry.key, entry.value

    return pairs


def tags(*paths: str, split: str = "") -> Rule:
    """The labels that fill no field."""

    def rule(record: Record) -> Any:
        labels = labels_of(record, *paths, split=split)
        if labels is None:
            return ABSENT
        return list(dict.fromkeys(entry.whole for entry in labels if not entry.field))

    return rule


def has_label(record: Record, *paths: str, of: frozenset[str], split: str = "") -> bool:
    """Whether one of the labels, or the value of one, is among ``of`` (without their spelling)."""
    labels = labels_of(record, *paths, split=split) or []
    return any(letters(name) in of for entry in labels for name in (entry.whole, entry.value))


def _cause(value: str) -> tuple[str, str]:
    """A cause on a label is a category where a list has it, else a text."""
    path = lists.in_force()
    in_force = _lists(path, path.stat().st_mtime_ns if path.exists() else 0)
    category = in_force.resolve("root_cause_category", re.sub(r"[-_]", " ", value))
    return ("root cause category", category) if category else ("root cause", value)


@lru_cache(maxsize=2)
def _lists(path: Path, changed: int) -> lists.Lists:
    """The lists in a file, read again when its time of change is another."""
    return lists.read(path)


def _label(whole: str, *, key: str = "") -> Label:
    before, value = "", whole
    parts = BETWEEN_PARTS.split(whole[:300], maxsplit=1)
    if len(parts) == 2 and all(parts):
        before, value = parts
    if BARE_SEVERITY.fullmatch(whole):
        return Label(whole, "", whole, "severity")
    key = key or before
    if key != before:
        value = whole if letters(before) != letters(key) else value
    field = field_of(letter_words(key)) if key else ""
    if letters(key) == "sev":
        field = "severity"
    return Label(whole, key, value, field if field in BY_LABELS else "")


def letter_words(key: str) -> str:
    """A key as words: ``service_name`` is a service."""
    return " ".join(re.split(r"[-_.\s]+", key)).lower().removesuffix(" name")


def _how_well(entry: Label) -> int:
    key = letters(entry.key)
    return BEST_FIRST.index(key) if key in BEST_FIRST else len(BEST_FIRST)


INCIDENT_NAMES = re.compile(
    r"incident|outage|post-?\s?mortem|retrospective|downtime|degradation|störung|vorfall|incidente"
    r"|障害|インシデント|\bsev(?:erity)?[-_ :/]*[0-5]\b",
    re.IGNORECASE,
)
ACTION_NAMES = re.compile(
    r"action|follow-?\s?up|remediation|corrective|preventi(?:ve|on)|to-?do|\btasks?\b|improvement"
    r"|maßnahme|acción|ação",
    re.IGNORECASE,
)
LONGEST_TRACKER = 200
#: A number in a text that names another issue: "Part of #41".
MENTION = re.compile(r"(?<![\w/&])#(\d{1,10})\b")
MOST_TEXT = 200_000


class Role(Enum):
    """What an issue is to us."""

    INCIDENT = "incident"
    ACTION = "action"
    OPEN = "not said"


def role_of(names: Iterable[str]) -> Role:
    """What the names of a type or of labels say; an action of an incident names both."""
    roles = set()
    for name in names:
        if ACTION_NAMES.search(name[:LONGEST_TRACKER]):
            return Role.ACTION
        if INCIDENT_NAMES.search(name[:LONGEST_TRACKER]):
            roles.add(Role.INCIDENT)
    return Role.INCIDENT if roles else Role.OPEN


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a tracker tells its issues apart: by numbers that each project has of its own.

    Attributes:
        address: of the page of an issue: its project and its number.
        urls: where an issue names its address.
        number: where it names its number.
        body: where it may name other issues.
    """

    address: re.Pattern[str]
    urls: tuple[str, ...]
    number: tuple[str, ...]
    body: tuple[str, ...]

    def identity(self, record: Record) -> str:
        """``project#41``; the number alone where no project is named."""
        for _, value in record.filled(*self.urls):
            if match := self.address.match(str(value)):
                return f"{match[1]}#{match[2]}"
        return str(next((value for _, value in record.filled(*self.number)), ""))

    def mentions(self, record: Record) -> list[str]:
        """The issues that the text of one names."""
        text = str(next((value for _, value in record.filled(*self.body)), ""))[:MOST_TEXT]
        project, between, _ = self.identity(record).rpartition("#")
        numbers = [f"{project}{between}{number}" for number in MENTION.findall(text)]
        return [f"{name}#{number}" for name, number in self.address.findall(text)] + numbers


def arranged(
    records: Sequence[Record],
    *,
    key: Callable[[Record], str],
    role: Callable[[Record], Role],
    links: Callable[[Record], Iterable[str]],
) -> Iterator[Arranged]:
    """Incidents with their linked issues; the others with the reason why they are left out.

    Where no issue is said to be an incident, those that are no actions were meant.

    Args:
        records: all issues of an export.
        key: by which others link to an issue.
        role: what an issue is.
        links: the keys of issues that an issue is linked with.
    """
    roles = {id(record): role(record) for record in records}
    if Role.INCIDENT not in roles.values():
        roles = {name: Role.INCIDENT if said is Role.OPEN else said for name, said in roles.items()}
    incidents = {key(record): record for record in records if roles[id(record)] is Role.INCIDENT}
    owner: dict[str, Record] = {}
    for incident in incidents.values():
        for linked in links(incident):
            owner.setdefault(linked, incident)
    for record in records:
        if roles[id(record)] is Role.INCIDENT:
            continue
        mine = next((incidents[name] for name in links(record) if name in incidents), None)
        if whose := mine or owner.get(key(record)):
            whose.linked = (*whose.linked, record)
        else:
            yield LeftAside(record, "is linked with no incident here and is none by its type")
    yield from (record for record in records if roles[id(record)] is Role.INCIDENT)

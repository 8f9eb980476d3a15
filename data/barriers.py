"""What do texts tell of guards: which was there and worked, which failed, which was absent?

A guard is what should stand between a fault and its users: a review, a test, a canary, an alert, a
runbook, a fallback, a guardrail. What is read here is a suggestion, with the sentence that it rests
on. The words are data, in ``barriers.yaml``. In a sentence that names a guard, the nearest word
that tells of its state decides, and a word that denies turns it: "the alert fired" and "did not
fire", "the tests did not cover it".
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast, get_args

from sqlalchemy import select

from data.engine import batches
from data.record import LONG_LISTS, Incident
from data.settings import read_settings
from data.store import Store
from data.tables import FACTORS, INCIDENTS, TEXTS
from data.words import Hit, Phrases, fold

Guard = Literal["alert", "test", "canary", "review", "runbook", "fallback", "guardrail"]
GUARDS: tuple[Guard, ...] = get_args(Guard)
State = Literal["held", "absent", "failed"]
STATES: tuple[State, ...] = get_args(State)
SHIPPED = Path(__file__).with_name("barriers.yaml")
#: Sections of a record that may tell of guards; what was promised afterwards is none of them.
SECTIONS = (
    *("summary", "root_cause", "what_let_it_grow", "trigger"),
    *("what_went_wrong", "what_went_well", "where_we_got_lucky"),
)
#: What noticed an incident that had an alert.
NOTICED_BY_ALERT = ("monitoring", "synthetic")
#: A longer sentence is a list or a log, in which the nearest word says nothing.
LONGEST_SENTENCE = 600
#: Of a longer text only the beginning is read.
LONGEST_TEXT = 40_000
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+|(?<=[。！？])|;\s+")
#: Where a sentence takes another turn.
TURN = re.compile(
    r"[,:–—()「」、]|"
    r"\s(?:but|although|though|because|yet|while|whereas|aber|weil|mais|pero|mas|porque)\s"
)
#: What denies behind its verb.
DENIED_BEHIND = frozenset(("nicht", "pas", "nie", "jamais", "niemals"))
#: A test that fails has found something; it does not tell that the guard failed.
FOUND_BY_TEST = frozenset(("fail", "fails", "failed", "failing", "failure", "broke", "broken"))
#: What a word behind a guard says of it, by what it means: as it stands, and where it is denied.
AS_IT_STANDS = {
    "absent": "absent",
    "fails": "failed",
    "late": "failed",
    "works": "held",
    "carries": "held",
}
WHERE_DENIED = {"covers": "absent", "works": "failed", "carries": "failed"}
#: Guards that carry, restore or guide, where others find something or refuse it.
TAKING_OVER = ("fallback", "runbook")
WORD = re.compile(r"\w+")
#: Words between "no" and the guard that it denies, and between a verb and what denies behind it.
NEAR, NEAR_BEHIND = 3, 4


class Told(NamedTuple):
    """What a sentence tells of a guard."""

    guard: Guard
    state: State
    sentence: str

    @property
    def value(self) -> str:
        """As it is kept where people judge it: ``alert:absent``."""
        return f"{self.guard}:{self.state}"


@dataclass(frozen=True, eq=False)
class _Words:
    """The words of ``barriers.yaml``, to be looked for in folded sentences."""

    guards: Phrases
    others: Phrases
    cues: Phrases
    denials: Phrases
    plans: Phrases
    direct: Phrases
    factors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A folded sentence with what was found in it."""

    text: str
    guards: tuple[Hit, ...]
    cues: tuple[Hit, ...]
    denials: tuple[Hit, ...]
    turns: tuple[int, ...]

    def part(self, position: int) -> int:
        """The number of the part between two turns that holds a position."""
        return sum(turn <= position for turn in self.turns)

    def words(self, start: int, end: int) -> int:
        """Words between two positions."""
        return len(WORD.findall(self.text, start, end))

    def denied(self, start: int, cue: Hit) -> bool:
        """Whether a word from ``start`` to the cue, or one close behind it, denies it."""
        return any(
            (denial.start >= start and denial.end <= cue.start)
            or (cue.has_gap and cue.start < denial.start < cue.end)
            or (
                cue.end <= denial.start
                and self.text[denial.start : denial.end] in DENIED_BEHIND
                and self.words(cue.end, denial.start) < NEAR_BEHIND
            )
            for denial in self.denials
        )


def told_in(text: str) -> list[Told]:
    """What a text tells of guards, each guard and state once, with the first sentence that does."""
    return _once(
        told
        for sentence in SENTENCE_END.split(text[:LONGEST_TEXT])
        if 0 < len(sentence) <= LONGEST_SENTENCE
        for told in _told_by(sentence.strip())
    )


def told_of(record: Incident) -> list[Told]:
    """What the sections and the contributing factors of a record tell of guards."""
    texts = [text for name in SECTIONS for text in _texts(getattr(record, name))]
    return told_in_parts(texts, record.contributing_factors, noticed_by=record.detection_source)


def told_in_parts(
    texts: Iterable[str], factors: Sequence[str], *, noticed_by: str | None = None
) -> list[Told]:
    """What texts and contributing factors tell of guards.

    A factor of the controlled list is a hint in general: it says nothing of a guard of which a
    sentence tells, and not that there was no alert where one noticed the incident.

    Args:
        noticed_by: what noticed the incident first, if that is recorded.
    """
    labels = _words().factors
    listed = [factor for factor in factors if fold(factor) in labels]
    sentences = [*texts, *(factor for factor in factors if factor not in listed)]
    told = [told for text in sentences for told in told_in(text)]
    known = {each.guard for each in told}
    if noticed_by in NOTICED_BY_ALERT:
        known.add("alert")
    hints = (_of_value(labels[fold(factor)], factor) for factor in listed)
    return _once([*told, *(hint for hint in hints if hint.guard not in known)])


def _once(told: Iterable[Told]) -> list[Told]:
    """Each guard and state once, by the first that tells of it."""
    first: dict[str, Told] = {}
    for each in told:
        first.setdefault(each.value, each)
    return list(first.values())


def told_in_store(store: Store, ids: Iterable[str]) -> dict[str, list[Told]]:
    """What the records with these ids tell of guards; those that tell nothing are left out."""
    found: dict[str, list[Told]] = {}
    with store.reading() as connection:
        for some in batches(ids):
            rows = connection.execute(_sections.where(INCIDENTS.c.id.in_(some))).mappings().all()
            keys = [row["key"] for row in rows]
            factors: dict[int, list[str]] = {key: [] for key in keys}
            for key, factor in connection.execute(_factors.where(FACTORS.c.incident.in_(keys))):
                factors[key].append(factor)
            for row in rows:
                texts = [text for name in SECTIONS for text in _stored(name, row[name])]
                noticed_by = row["detection_source"]
                if told := told_in_parts(texts, factors[row["key"]], noticed_by=noticed_by):
                    found[row["id"]] = told
    return found


_sections = select(
    *(INCIDENTS.c[name] for name in ("id", "key", "detection_source")),
    *(TEXTS.c[name] for name in SECTIONS),
).join(TEXTS, TEXTS.c.incident == INCIDENTS.c.key)
_factors = select(FACTORS.c.incident, FACTORS.c.factor).order_by(
    FACTORS.c.incident, FACTORS.c.position
)


def _stored(name: str, text: str | None) -> list[str]:
    """The texts of a section as they are stored: a list of them as JSON."""
    if name in LONG_LISTS:
        listed: list[str] = json.loads(text or "[]")
        return listed
    return [text or ""]


def _texts(section: Any) -> tuple[str, ...]:
    return section if isinstance(section, tuple) else (section or "",)


def _told_by(sentence: str) -> Iterator[Told]:
    known, text = _words(), fold(sentence)
    direct = known.direct.hits(text)
    guards = known.guards.hits(text)
    if not (guards or direct) or known.plans.are_in(text):
        return
    for hit in direct:
        yield _of_value(hit.meaning, sentence)
    taken = [*known.others.hits(text), *direct]
    read = _Sentence(
        text,
        guards=tuple(_apart(hit for hit in guards if not _inside(hit, taken))),
        # Of two that begin together the longer one says more: "raised no" and "raised".
        cues=tuple(sorted(known.cues.hits(text), key=lambda hit: (hit.start, -hit.end))),
        denials=tuple(known.denials.hits(text)),
        turns=tuple(match.start() for match in TURN.finditer(text)),
    )
    for hit in read.guards:
        if state := _state(read, hit):
            yield _of_value(f"{hit.meaning}:{state}", sentence)


def _state(read: _Sentence, guard: Hit) -> str:
    """The state of a guard by the nearest word that tells of it; empty where none does."""
    before = _before(read, guard)
    if before:
        return before
    part = read.part(guard.start)
    behind = [cue for cue in read.cues if cue.start >= guard.end]
    for offset in (0, 1):
        for cue in behind:
            if read.part(cue.start) != part + offset or cue.meaning in ("none", "by", "past"):
                continue
            if not _speaks_of(read, guard, cue):
                continue
            if state := _by_cue(cue, is_denied=read.denied(guard.end, cue)):
                return "failed" if _too_late(read, cue) else state
    return ""


def _before(read: _Sentence, guard: Hit) -> str:
    """The state that words in front of a guard give it."""
    part = read.part(guard.start)
    near = [
        cue
        for cue in read.cues
        if cue.end <= guard.start
        and read.part(cue.start) == part
        and read.words(cue.end, guard.start) <= NEAR
        and not any(cue.end <= other.start and other.end <= guard.start for other in read.guards)
    ]
    for cue in sorted(near, key=lambda cue: (cue.end, cue.end - cue.start), reverse=True):
        if cue.meaning == "none":
            return _none_of(read, guard, cue)
        if cue.meaning == "by":
            return "failed" if read.denied(0, cue) else "held"
        if cue.meaning == "past":
            return "failed"
    return ""


def _none_of(read: _Sentence, guard: Hit, cue: Hit) -> str:
    """No alert fired: there was one, or nobody knows. No alert, or a lack of alerts: absent."""
    denies = any(cue.start <= denial.start < cue.end for denial in read.denials)
    part = read.part(guard.start)
    verbs = [
        later
        for later in read.cues
        if later.start >= guard.end
        and read.part(later.start) == part
        and later.meaning in ("works", "carries", "covers")
    ]
    fired = denies and verbs and verbs[0].meaning != "covers"
    return "failed" if fired else "absent"


def _speaks_of(read: _Sentence, guard: Hit, cue: Hit) -> bool:
    """Whether a word can tell of the state of this guard, whatever it says of others."""
    if cue.meaning == "carries":
        return guard.meaning in TAKING_OVER
    return guard.meaning != "test" or read.text[cue.start : cue.end] not in FOUND_BY_TEST


def _too_late(read: _Sentence, cue: Hit) -> bool:
    """Whether what a guard did came too late: "fired only after forty minutes"."""
    return any(
        late.meaning == "late"
        and late.start - cue.end >= 0
        and read.words(cue.end, late.start) <= NEAR
        for late in read.cues
    )


def _by_cue(cue: Hit, *, is_denied: bool) -> str:
    """What a word behind a guard says of it, as it stands and where it is denied."""
    return (WHERE_DENIED if is_denied else AS_IT_STANDS).get(cue.meaning, "")


def _apart(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Of words for guards that overlap the longest: a smoke test is a test once."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: hit.start - hit.end):
        if not any(hit.start < other.end and other.start < hit.end for other in kept):
            kept.append(hit)
    yield from sorted(kept)


def _inside(hit: Hit, others: Iterable[Hit]) -> bool:
    return any(hit.start < other.end and other.start < hit.end for other in others)


def _of_value(value: str, sentence: str) -> Told:
    guard, _, state = value.partition(":")
    return Told(cast(Guard, guard), cast(State, state), sentence)


@cache
def _words() -> _Words:
    """The shipped words."""
    content = read_settings(SHIPPED).values
    sections = {name: _phrases(content[name]) for name in ("guards", "others", "cues")}
    more = {name: _phrases(content[name]) for name in ("denials", "plans", "direct")}
    factors = {
        fold(label): value for value, labels in content["factors"].items() for label in labels
    }
    return _Words(**sections, **more, factors=factors)


def _phrases(meanings: Mapping[str, Mapping[str, str]]) -> Phrases:
    """The phrases of all languages by what they mean; of two meanings the first counts."""
    table: dict[str, str] = {}
    for meaning, by_language in meanings.items():
        for listed in by_language.values():
            for phrase in listed.split(","):
                if phrase.strip():
                    table.setdefault(phrase.strip(), meaning)
    return Phrases(table)

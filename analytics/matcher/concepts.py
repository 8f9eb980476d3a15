"""Which known kinds of cause does a text speak of, whatever its words?

"The TLS cert lapsed" and "el certificado había caducado" share no word. A concept is a named list
of patterns, written by people in one readable file that a user can extend, so a pattern is
untrusted text. It is therefore no regular expression but a small language compiled here, whose
matching is linear in the text:

- ``disk full``: these words, next to each other, accents and capitals ignored;
- ``expir*``: any word that begins so; ``tls/ssl``: either word;
- ``failed ... backup``: up to :data:`GAP` other words in between;
- ``certificate* ~ expir*``: both within :data:`NEAR` words of each other, in either order.

A pattern never reaches across the end of a sentence.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from analytics.matcher.tokens import fold, words

#: Words that ``...`` may stand for.
GAP = 4
#: Distance in words between the two sides of ``~``; about one clause.
NEAR = 6
#: Bounds on what a user's file may ask for, so that no file can make loading slow.
MOST_CONCEPTS, MOST_PATTERNS, MOST_WORDS, MOST_ALTERNATIVES = 1_000, 200, 12, 20
#: A shorter prefix (``a*``) would match half of all words.
SHORTEST_PREFIX = 2

_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|\n\s*\n|\n\s*[-*•]\s+|[。！？]")
_ATOM = re.compile(r"[^\W_]+\*?")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class BadConceptError(ValueError):
    """A concept or pattern that cannot be used; the message says which and why, for a person."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One word of a pattern: which words it accepts and how many others may stand before it."""

    item: int
    gap: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    concept: str
    sides: tuple[int, ...]


@dataclass(slots=True)
class Concepts:
    """A compiled list of concepts.

    Attributes:
        labels: readable label by concept name, in the order of the file.
        problems: what was left out and why, one sentence each; empty for a clean file.
        version: changes whenever the list changes, so that stored concepts can be told to be stale.
    """

    labels: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    version: str = ""
    _exact: dict[str, list[int]] = field(default_factory=dict)
    _prefix: dict[str, list[int]] = field(default_factory=dict)
    _items: dict[str, int] = field(default_factory=dict)
    _sides: list[tuple[_Step, ...]] = field(default_factory=list)
    _starts: dict[int, list[int]] = field(default_factory=dict)
    _patterns: list[_Pattern] = field(default_factory=list)
    _uses: dict[int, list[int]] = field(default_factory=dict)
    _known: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def find(self, text: str) -> dict[str, int]:
        """Concept name to the number of sentences of ``text`` that speak of it."""
        counts: dict[str, int] = {}
        for sentence in sentences(text):
            for name in self.in_sentence(sentence):
                counts[name] = counts.get(name, 0) + 1
        return counts

    def in_sentence(self, sentence: str) -> set[str]:
        """The concepts that one sentence speaks of."""
        items = [self._items_of(word) for word in words(sentence)]
        spans: dict[int, list[tuple[int, int]]] = {}
        for at, here in enumerate(items):
            for item in here:
                for side in self._starts.get(item, ()):
                    end = self._follow(self._sides[side], items, at)
                    if end is not None:
                        spans.setdefault(side, []).append((at, end))
        touched = {number for side in spans for number in self._uses[side]}
        return {self._patterns[number].concept for number in touched if self._holds(number, spans)}

    def _items_of(self, word: str) -> tuple[int, ...]:
        known = self._known.get(word)
        if known is None:
            found = list(self._exact.get(word, ()))
            for length in range(SHORTEST_PREFIX, len(word) + 1):
                found.extend(self._prefix.get(word[:length], ()))
            known = tuple(sorted(set(found)))
            if len(self._known) > 100_000:  # a bound on memory; the words that matter come back
                self._known.clear()
            self._known[word] = known
        return known

    @staticmethod
    def _follow(steps: tuple[_Step, ...], items: list[tuple[int, ...]], at: int) -> int | None:
        """Where the side that begins at ``at`` ends; None if it does not hold there."""
        for step in steps[1:]:
            reach = range(at + 1, min(at + 2 + step.gap, len(items)))
            following = next((i for i in reach if step.item in items[i]), None)
            if following is None:
                return None
            at = following
        return at

    def _holds(self, number: int, spans: dict[int, list[tuple[int, int]]]) -> bool:
        sides = self._patterns[number].sides
        if len(sides) == 1:
            return True
        left, right = (spans.get(side, []) for side in sides)
        return any(0 < max(c - b, a - d) <= NEAR for a, b in left for c, d in right)

    def _add(self, name: str, pattern: str) -> None:
        parts = [part.split() for part in pattern.split("~")]
        if len(parts) > 2:
            raise BadConceptError("has more than one ~")
        compiled = [self._compile(part) for part in parts]
        number = len(self._patterns)
        self._patterns.append(_Pattern(name, tuple(self._side(steps) for steps in compiled)))
        for side in self._patterns[-1].sides:
            self._uses.setdefault(side, []).append(number)

    def _compile(self, part: Sequence[str]) -> tuple[_Step, ...]:
        steps: list[_Step] = []
        gap = 0
        for word in part:
            if word == "...":
                gap = GAP
                continue
            steps.append(_Step(self._item(word), gap))
            gap = 0
        if not steps or len(steps) > MOST_WORDS or gap or part[0] == "...":
            raise BadConceptError(f"needs 1 to {MOST_WORDS} words, and a word on both sides of ...")
        return tuple(steps)

    def _item(self, word: str) -> int:
        alternatives = fold(word).split("/")
        if len(alternatives) > MOST_ALTERNATIVES:
            raise BadConceptError(f"has more than {MOST_ALTERNATIVES} alternatives in {word!r}")
        for atom in alternatives:
            if not _ATOM.fullmatch(atom) or (atom.endswith("*") and len(atom) <= SHORTEST_PREFIX):
                raise BadConceptError(
                    f"has {atom!r}, which is neither a word nor a beginning like expir*"
                )
        if word not in self._items:
            self._items[word] = len(self._items)
            for atom in alternatives:
                table = self._prefix if atom.endswith("*") else self._exact
                table.setdefault(atom.rstrip("*"), []).append(self._items[word])
        return self._items[word]

    def _side(self, steps: tuple[_Step, ...]) -> int:
        self._sides.append(steps)
        self._starts.setdefault(steps[0].item, []).append(len(self._sides) - 1)
        return len(self._sides) - 1


def sentences(text: str) -> list[str]:
    """``text`` cut at sentence ends, blank lines and bullets; empty pieces left out."""
    return [piece for piece in map(str.strip, _SENTENCE_END.split(text)) if piece]


def compile_concepts(listed: object) -> Concepts:
    """The concepts of a parsed file; what is wrong with it is told in ``problems``, not raised.

    Args:
        listed: ``{"concepts": [{"name": …, "label": …, "patterns": {"en": […], "es": […]}}, …]}``;
            ``patterns`` may also be one plain list. A name given twice adds its patterns. A list
            ``places`` beside ``concepts`` says of each where it stands, for people.
    """
    compiled = Concepts()
    entries = listed.get("concepts") if isinstance(listed, Mapping) else None
    if not isinstance(entries, list):
        compiled.problems.append("the file needs a list named 'concepts'")
        entries = []
    places = listed.get("places") if isinstance(listed, Mapping) else None
    for number, entry in enumerate(entries[:MOST_CONCEPTS]):
        where, it = (f"{places[number]}: ", "it") if places else ("", f"concept {number + 1}")
        compiled.problems += [where + said for said in _read_entry(compiled, entry, it)]
    if len(entries) > MOST_CONCEPTS:
        compiled.problems.append(f"only the first {MOST_CONCEPTS} concepts were read")
    accepted = json.dumps([entries[:MOST_CONCEPTS], GAP, NEAR], sort_keys=True, default=str)
    compiled.version = hashlib.sha256(accepted.encode()).hexdigest()[:12]
    return compiled


def _read_entry(compiled: Concepts, entry: object, it: str) -> Iterator[str]:
    """Adds one concept; what is wrong with it comes back."""
    name = entry.get("name") if isinstance(entry, Mapping) else None
    if not isinstance(entry, Mapping) or not isinstance(name, str) or not _NAME.fullmatch(name):
        yield f"{it} needs a name in small letters, like disk-full"
        return
    label = entry.get("label")
    readable = label if isinstance(label, str) else name.replace("-", " ").capitalize()
    compiled.labels.setdefault(name, readable)
    groups = _groups_of(entry.get("patterns"))
    if not any(groups):
        yield f"{name}: needs a list of patterns"
    for group in groups:
        if len(group) > MOST_PATTERNS:
            yield f"{name}: only the first {MOST_PATTERNS} patterns of a list were read"
        for pattern in group[:MOST_PATTERNS]:
            try:
                if not isinstance(pattern, str):
                    raise BadConceptError("is not text")
                compiled._add(name, pattern)
            except BadConceptError as problem:
                yield f"{name}: the pattern {pattern!r} {problem}"


def _groups_of(listed: object) -> list[list[object]]:
    """The lists of patterns, one a language; what is no list is left out."""
    groups = listed.values() if isinstance(listed, Mapping) else [listed]
    return [group for group in groups if isinstance(group, list)]

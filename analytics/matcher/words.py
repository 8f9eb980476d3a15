"""Which words of a text can carry a cause?

Records of one cause share technical words, not dates, durations or percentages; those are taken out
first, because they make strangers look alike; what a server answered (``HTTP 503``) stays.
Identifiers are kept whole and in their parts, so that ``maxPoolSize`` meets "pool size", and dotted
names level by level, so that ``jms.BrokerService`` meets ``BrokerService``. Endings are cut lightly
(plurals alone): a heavier stem merges words that matter here. Text in any script gives tokens;
scripts without spaces give pairs of characters. Stop words are English and Spanish; other languages
rely on rarity alone.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

#: Words longer than this are hashes, keys or base64, which no other record repeats.
LONGEST_WORD = 40

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july"
    r"|august|september|october|november|december|enero|febrero|marzo|abril|mayo|junio|julio|agosto"
    r"|septiembre|setiembre|octubre|noviembre|diciembre)"
)
_COUNT = r"\d+(?:[.,]\d+)*"
_UNIT = (
    r"(?:%|percent|per cent|por ciento|ms|milliseconds?|secs?|seconds?|mins?|minutes?|hrs?|hours?"
    r"|days?|weeks?|months?|years?|milisegundos?|segundos?|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?"
    r"|a[ñn]os?|utc|gmt|am|pm|[ap]\.m\.|[kmgt]b|[kmgt]ib|[smhdk])"
)
_NOISE = re.compile(
    r"(?:https?://\S+)"
    r"|\b\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?z?)?\b"
    r"|\b\d{1,4}[/.]\d{1,2}[/.]\d{2,4}\b"
    rf"|\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:de\s+|of\s+)?{_MONTH}(?:\s+(?:de\s+)?\d{{4}})?\b"
    r"|\b\d{1,2}:\d{2}(?::\d{2})?(?:\s*(?:utc|gmt|am|pm))?\b"
    rf"|(?<![\w.]){_COUNT}\s*{_UNIT}(?!\w)"
    rf"|(?<![\w.]){_COUNT}(?![\w]|\.\w)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+(?:[.]\w+)*")
_PART = re.compile(r"[_.]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z](?!s(?![a-z]))[a-z])")
#: ``APIs`` and ``VMs``: the plural of what is written in capitals.
_ACRONYMS = re.compile(r"[A-Z]{2,}s")
#: What a server answered is a number that tells a cause, where it is said to be that. 400 and 500
#: are what every server says of anything.
_CODE = r"((?!400|500)[45]\d\d)"
_STATUS = re.compile(
    rf"\b(?:(?:https?|status|codes?|errors?|return(?:s|ed|ing)?)[\s:/]{{1,3}}){{1,3}}{_CODE}\b"
    rf"|\b{_CODE}(?:s\b|(?=\s+(?:errors?|responses?|status|bad|gateway|internal)\b))",
    re.IGNORECASE,
)
#: ``time-out``, ``timed out`` and ``timeout`` are one word, as are ``fail-over`` and ``failover``.
_TIMEOUT = re.compile(r"\btim(?:e|es|ed|ing)[\s-]outs?\b", re.IGNORECASE)
_COMPOUND = re.compile(r"\b([a-z]{3,20})-(out|over|back|off|up|down)(s?)\b", re.IGNORECASE)
#: Han, kana, Thai, Lao and Khmer, written without spaces between words. Hangul has them.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_MARKS = re.compile(r"[\u0300-\u036f]")

STOP_WORDS = frozenset(
    """
    a about above after again all also although am an and any are as at be because been before being
    below between both but by can cannot could did do does doing done down during each either else
    etc even every few for from further get gets getting got had has have having he her here hers
    him his how however i if in into is it its itself just let like made make makes many may me
    might more most much must my near neither no nor not now of off on once one only or other others
    our ours out over own per please same several shall she should since so some still such than
    that the their theirs them then there therefore these they this those though through thus to
    today too two under until up upon us very via was we well were what when where whether which
    while who whom whose why will with within without would yet you your yours utc gmt pst pdt est
    edt cet issue issues problem problems incident incidents impact impacted affected affecting
    experienced experiencing approximately total result resulted resulting caused cause causing due
    led minute minutes hour hours second seconds day days week weeks
    al algo alguna algunas alguno algunos ante antes aquel aquella asi aun aunque bajo bien cada
    casi como con contra cual cuales cualquier cuando cuanto de del desde despues donde dos durante
    e el ella ellas ellos en entre era eran es esa esas ese eso esos esta estaba estaban estado
    estamos estan estar estas este esto estos fue fueron ha habia habian han hasta hay hemos hizo
    hubo la las le les lo los mas me mi mientras mis mismo misma mucho muchos muy nada ni nos
    nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros para pero poco por porque
    pudo pueden puede pues que quien quienes se sea sean ser si sido siempre siendo sin sino sobre
    solo son su sus tal tambien tampoco tan tanto te tenia tenian tiene tienen toda todas todo todos
    tras tu tus un una unas uno unos ya y
    incidente incidentes problema problemas impacto afectado afectada afectados afectadas causa
    causado causada debido aproximadamente minuto minutos hora horas segundo segundos dia dias
    """.split()
)


def fold(text: str) -> str:
    """``text`` in lower case without accents: ``Conexión`` and ``conexion`` are one word.

    Only the combining accents of European scripts are dropped; signs that make another letter
    elsewhere (Japanese voicing, Indic vowels) stay.
    """
    if text.isascii():
        return text.lower()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFKC", bare).casefold()


def without_noise(text: str, mark: str | Callable[[re.Match[str]], str] = " ") -> str:
    """``text`` with a ``mark`` for each date, clock time, duration, percentage, count and link."""
    return _NOISE.sub(mark, text)


def words(text: str) -> list[str]:
    """The folded words of ``text`` in order, none left out: what patterns are read on."""
    return [fold(part) for whole in _WORD.findall(text) for part in _parts(whole)]


def tokens(text: str) -> list[str]:
    """The words of ``text`` that can carry a cause, stemmed; compounds whole and in parts."""
    text = _STATUS.sub(lambda code: f" http{code[1] or code[2]} ", text)
    text = _COMPOUND.sub(r"\1\2\3", _TIMEOUT.sub("timeout", text))
    found: list[str] = []
    for whole in _WORD.findall(without_noise(text)):
        found.extend(_tokens_of(whole))
    return found


@lru_cache(maxsize=65_536)
def _tokens_of(whole: str) -> tuple[str, ...]:
    """The tokens of one word; cached because a text repeats few thousand words over and over."""
    if _UNSPACED.search(whole):
        return tuple(_pairs_of_characters(whole))
    return tuple(stem(word) for word in map(fold, _levels(whole)) if _carries(word))


def _levels(whole: str) -> list[str]:
    """The parts of each name between dots, the name itself, and all of it last."""
    found: list[str] = []
    names = whole.split(".")
    for name in names:
        parts = _parts(name)
        found += [*parts, name] if len(parts) > 1 else parts
    return [*found, whole] if len(names) > 1 else found


def _parts(whole: str) -> list[str]:
    if whole.islower() and whole.isalpha():
        return [whole]
    parts = (part for part in _PART.split(whole) if part)
    return [part[:-1] if _ACRONYMS.fullmatch(part) else part for part in parts]


def _carries(word: str) -> bool:
    return 1 < len(word) <= LONGEST_WORD and not word.isdigit() and word not in STOP_WORDS


def _pairs_of_characters(whole: str) -> list[str]:
    """Overlapping pairs: the usual unit of search where a word has no visible end."""
    found: list[str] = []
    for run in _UNSPACED.findall(whole):
        found.extend([run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)])
    rest = fold(_UNSPACED.sub(" ", whole)).split()
    return found + [stem(word) for word in rest if _carries(word)]


def stem(word: str) -> str:
    """``word`` without its plural ending, English or Spanish (``queries`` → ``query``).

    A last ``e`` goes too, so that ``errores`` meets ``error`` and ``stores`` meets ``store``.
    """
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


# Which known kinds of cause does a text speak of, whatever its words?
#
# "The TLS cert lapsed" and "el certificado había caducado" share no word. A concept is a named
# list of patterns, written by people in one readable file that a user can extend, so a pattern is
# untrusted text. It is therefore no regular expression but a small language compiled here, whose
# matching is linear in the text:
#
# - ``disk full``: these words, next to each other, accents and capitals ignored;
# - ``expir*``: any word that begins so; ``tls/ssl``: either word;
# - ``failed ... backup``: up to :data:`GAP` other words in between;
# - ``certificate* ~ expir*``: both within :data:`NEAR` words of each other, in either order.
#
# A pattern never reaches across the end of a sentence.

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


# Which sentences of a record tell why it happened?
#
# A post-mortem spends most words on who was hit, for how long, and what will be done; those are
# alike in strangers. Sentences that say why (due to, because, root cause) count double, sentences
# about impact and outlook half. Cues are English and Spanish; without any cue every sentence
# counts the same.

#: How much a sentence counts, in halves, so that counts stay small integers.
WHY, PLAIN, ASIDE = 4, 2, 1

_WHY = re.compile(
    r"\b(?:due to|caus(?:e|ed|ing)|because|root cause|result(?:ed)? (?:of|from)|trigger(?:ed|ing)?"
    r"|led to|introduced|stem(?:s|med|ming) from|attribut(?:ed|able) to|traced|reason|determined"
    r"|identified|originat(?:ed|ing)"
    r"|debido a|causad[oa]s?|causa|causo|porque|provoc(?:o|ado|ada|aron)|origin(?:o|ado|ada)"
    r"|desencaden(?:o|ado|ada)|a raiz de|motivo)\b"
)
_ASIDE = re.compile(
    r"\b(?:we will|to prevent|in the future|going forward|apologi[sz]e|sorry|we have since|will be"
    r"|follow up|similar incidents?|is (?:now|currently) resolved"
    r"|we are (?:working|investing|implementing|improving|adding|taking|reviewing|continuing)"
    r"|(?:users?|customers?) (?:may|were|experienced|saw)|error rate|experienced|affected|impacted"
    r"|on average|peaked|approximately"
    r"|vamos a|para evitar|en el futuro|pedimos disculpas|lamentamos|sentimos"
    r"|estamos (?:trabajando|mejorando)"
    r"|(?:usuarios|clientes) (?:pudieron|vieron|experimentaron|sufrieron)|tasa de errores?"
    r"|afectad[oa]s?|en promedio|de media|aproximadamente)\b"
)


def weight_of_sentence(sentence: str) -> int:
    """:data:`WHY`, :data:`PLAIN` or :data:`ASIDE`; a sentence with both kinds of cue tells why."""
    folded = fold(sentence)
    if _WHY.search(folded):
        return WHY
    return ASIDE if _ASIDE.search(folded) else PLAIN

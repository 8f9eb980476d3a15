"""What is a readable name for a known cause?

Proposed from what its incidents share and others do not, in the words that people wrote: a phrase
of their titles, or one that stands in the texts of half of them, spelled as it is spelled there.
Names of services say where and not why: none is the name of a cause, and one that only some of the
incidents hit is left out at either end. The name of a kind of cause serves where people tell of one
cause in many words. A name that people give always wins.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from analytics.matcher.families import Family
from analytics.matcher.matching import CONCEPT_MARK, Index
from analytics.matcher.prepared import Document, Prepared, prepare
from analytics.matcher.words import Concepts, tokens, without_noise, words

#: The share of members that must say what a name says.
NAME_SHARE = 0.5
#: The latest members of a family, after which it is named; more would not change the name.
NAMED_AFTER = 20
#: How many times commoner a word must be among the members than among other records, and from how
#: many times on it is no better for being rarer still; what it is worth if it is as common there.
FEWEST_TIMES, MOST_TIMES, COMMON_WORD = 3.0, 50.0, 0.1
#: Words of a phrase, those that carry nothing too; the first words of a body that are read.
MOST_WORDS, READ_OF_BODY = 7, 40
#: What each further telling word of a phrase is worth beside the one before: two say more than
#: one, and a sixth hardly anything; and how much of its worth a word keeps that stands alone.
NEXT_WORD, ALONE = 0.7, 0.2
#: What a word costs that few of the members have, and what a title is worth that all of them have,
#: however common its words are.
STRANGE_WORD, SAME_TITLE = 1.0, 1.5
#: How much of its worth a phrase keeps that stands in no title, one that is always cut out of the
#: middle of a longer one, and one with the name of a service at an end that not all of them hit.
OUTSIDE_TITLES, CUT_OUT, OF_SERVICE = 0.35, 0.4, 0.5
#: The same for one whose words some of the members have, but not side by side.
APART = 0.7
#: The same for a kind of cause that is called otherwise than the members call it, or by two names.
OTHER_WORDS, TWO_NAMES = 0.2, 0.2
#: Letters of a word to which another adds no more than an ending.
SHORTEST_STEM = 4
#: Words of the name of a service, at most, that are looked for at the ends of a phrase.
OF_ONE_NAME = 4

#: A word with what joins its parts, or a mark that ends a phrase.
_UNIT = re.compile(r"(?:\*\.)?\w+(?:[-./&'’·+]\w+)*|[^\w\s]")
#: A word that may be given a capital; and what French puts before one.
_PLAIN_WORD = re.compile(r"[^\W\d_A-Z]+(?:[-'’][^\W\d_A-Z]+)*")
_ELIDED = re.compile(r"^(?:[ldnsjmtc]|qu)['’](?=\w)", re.IGNORECASE)
#: What may follow a word to say which one is meant.
_NUMBERED = re.compile(r"\d{1,3}|[A-Z]")
#: Stands for a date or count, which is no part of a name.
_LEFT_OUT = "~"
#: Words that carry nothing alone and belong to the one behind them, or to the one before.
_BELONGS = frozenset(
    "no not cannot too without sin sans ohne nicht kein keine issue problem incident".split()
)
_PARTICLES = frozenset(("out", "down", "off", "up", "away"))
#: Words that carry nothing in languages whose stop words the search does not know.
_GLUE = frozenset(
    """
    le la les un une des du de au aux et ou en dans sur pour par avec sans pendant depuis après
    avant ne est sont était été lors chez sous entre
    der die das den dem des ein eine einem einer und oder im am an auf aus bei beim mit nach von vom
    zu zum zur für über unter wegen während ist sind war waren wird wurde wurden nicht kein keine
    ohne os as um uma do da dos das na nos nas em por com sem para il lo gli del della dei con per
    het een van op met voor
    avait avaient ont había habían fue fueron era eran tinha tinham foi foram hatte hatten
    """.split()
)
#: Words that begin another clause, which tells of something else.
_CLAUSES = frozenset("that which who because whenever since although que qui dass weil".split())
#: Whoever is spoken of begins another clause too, in titles as well.
_PRONOUNS = frozenset("i it he she they we you wir sie nous vous ils elles nosotros".split())
#: What stands before a noun: behind a verb it begins what the verb is about.
_DETERMINERS = frozenset("an any every its my our the their these this those your".split())
#: Words that tell of the noun behind them and are none, and those that need a "to" and a verb.
_ADJECTIVES = frozenset(
    """
    additional certain different excessive external high incorrect intermittent internal
    invalid large long low missing multiple new old other recent same several short single slow
    some specific unexpected various wrong
    """.split()
)
_NEED_A_VERB = frozenset("able attempting fail failed failing fails refused trying unable".split())
#: No phrase begins or ends with one of these, though they are rare enough to tell: prepositions,
#: and verbs that say nothing without what they speak of.
_LEADING_ON = frozenset(
    """
    across against along among around behind beyond inside onto
    cause causes causing depend depends experiencing need needs provide provides reduces related
    require requires seeing using
    """.split()
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it is written, in small letters, with its tokens, and as names are compared."""

    text: str
    small: str
    tokens: tuple[str, ...]
    plain: str


_Run = tuple[_Word, ...]


@dataclass(slots=True)
class _Phrase:
    """A phrase of some tokens: which members say it, which of them in the title, and how.

    Attributes:
        seen: how often it stands in the texts.
        ends: how many of the ends of all its occurrences are ends of a phrase.
    """

    members: set[int] = field(default_factory=set)
    titles: set[int] = field(default_factory=set)
    written: Counter[str] = field(default_factory=Counter)
    seen: int = 0
    ends: int = 0

    @property
    def spelling(self) -> str:
        """As it is written most often; with a number if that is the same each time."""
        return min(
            self.written,
            key=lambda one: (-self.written[one], not one[-1:].isdigit(), len(one), one),
        )


@dataclass(frozen=True)
class _Group:
    """What the members of a family have in common.

    Attributes:
        size: how many they are.
        worth: of each word and concept that at least half of them have.
        services: words of the names of those services that not all of them hit.
        names: these names; ``all_names`` those of all services.
        has: the words that each of them has.
    """

    size: int
    worth: Mapping[str, float]
    services: Collection[str]
    names: Collection[str]
    all_names: Collection[str]
    has: Sequence[frozenset[str]]

    def of_words(self, words: Iterable[str]) -> float:
        """What a phrase of these words is worth."""
        listed = set(words).difference(self.services)
        shared = sorted((self.worth[one] for one in listed if one in self.worth), reverse=True)
        strange = len(listed) - len(shared)
        return sum(v * NEXT_WORD**n for n, v in enumerate(shared)) - STRANGE_WORD * strange

    def says(self, words: Iterable[str]) -> bool:
        """Whether at least half of the members have each of these words."""
        listed = set(words).difference(self.services)
        return bool(listed) and all(self.worth.get(word) for word in listed)

    def is_telling(self, word: _Word) -> bool:
        """Whether a phrase may begin or end with this word."""
        is_worth = any(self.worth.get(token, 0.0) > COMMON_WORD for token in word.tokens)
        return is_worth and word.small not in _LEADING_ON


def propose_name(
    members: Sequence[tuple[Document, Prepared]],
    *,
    index: Index,
    concepts: Concepts,
    before: str = "",
    taken: Collection[str] = (),
) -> str:
    """A name from what at least half of the members say and others do not; empty if nothing is.

    A word is worth rate × log(rate / rate elsewhere): the share of members that have it against
    the share of the other records. A phrase is worth what its words are, the more the more titles
    and members have it.

    Args:
        members: what was written of each incident, and what was read in it.
        before: what these were called, or some of them; kept while half of them say all of it.
        taken: names of other causes.
    """
    group = _group_of([prepared for _, prepared in members], index)
    if before and group.says(tokens(before)):
        return before
    titles = [list(_runs(document.title, ends=_PRONOUNS)) for document, _ in members]
    bodies = [
        list(_first(_runs(document.body, ends=_CLAUSES | _PRONOUNS))) for document, _ in members
    ]
    found = [*_titles(titles, group), *_phrases(titles, bodies, group), *_kinds(group, concepts)]
    worthy = sorted((-value, len(name), name) for value, name in found if value > COMMON_WORD)
    names = (_capitalised(name, index) for *_, name in worthy if _may_be(name, group, index))
    return next((name for name in names if name not in taken), "")


def _may_be(name: str, group: _Group, index: Index) -> bool:
    """Whether it is not the name of a service or of a host."""
    is_service = _plain(name) in group.all_names or index.is_service(name)
    is_host = "." in name and " " not in name
    return not is_service and not is_host


def named(
    families: Sequence[Family],
    before: Iterable[Family],
    texts: Callable[[str], Document | None],
    *,
    index: Index,
    concepts: Concepts,
) -> Iterator[Family]:
    """The families with their names: a new one where the name of ``before`` fits no more.

    One whose incidents share no telling words is called after the first of them. No two get one
    name.

    Args:
        texts: gives what was written of an incident, None where it is gone.
    """
    known = {family.id: family for family in before if family.name}
    kept = {family.id: _kept_name(family, known.get(family.id)) for family in families}
    taken = {name for name in kept.values() if name}
    for family in families:
        if not (name := kept[family.id]):
            written = (texts(member) for member in family.members[-NAMED_AFTER:])
            members = [(one, prepare(one, concepts)) for one in written if one is not None]
            old = known[family.id].name if family.id in known else ""
            name = propose_name(members, index=index, concepts=concepts, before=old, taken=taken)
            name = name or next((one.title for one, _ in members), "")
            taken.add(name)
        yield replace(family, name=name)


def _kept_name(family: Family, old: Family | None) -> str:
    """The name that people gave, or the one of a family that did not change."""
    same = old is not None and frozenset(old.members) == frozenset(family.members)
    return family.name if family.named else old.name if old is not None and same else ""


def _group_of(members: Sequence[Prepared], index: Index) -> _Group:
    size, others = len(members), max(len(index) - len(members), 1)
    counts = Counter(word for one in members for word in one.words)
    counts.update(CONCEPT_MARK + name for one in members for name in one.concepts)
    shared = {item: count for item, count in counts.items() if count >= NAME_SHARE * size}
    worth = {}
    for item, share in index.share_of(shared).items():
        rate = shared[item] / size
        elsewhere = max(share * len(index) - shared[item], 0.5) / others
        times = min(rate / elsewhere, MOST_TIMES)
        worth[item] = rate * (math.log(times) if times >= FEWEST_TIMES else COMMON_WORD)
        if shared[item] == 1:
            worth[item] = 0.0  # of two incidents one has it: neither shared nor strange
    hit = Counter(name for one in members for name in set(one.services))
    apart = [name for name, count in hit.items() if count < size]
    worth.update({word: COMMON_WORD for name in hit for word in tokens(name) if word in worth})
    return _Group(
        size=size,
        worth=worth,
        services={token for name in apart for token in tokens(name)},
        names={_plain(name) for name in apart},
        all_names={_plain(name) for name in hit},
        has=[frozenset(one.words) for one in members],
    )


def _titles(titles: Sequence[Sequence[_Run]], group: _Group) -> Iterator[tuple[float, str]]:
    """Titles, or what stands in them between two marks, as a name for all."""
    same = Counter(_spelled(runs[0]).lower() for runs in titles if len(runs) == 1)
    for run in {run for runs in titles for run in runs}:
        whole = same[_spelled(run).lower()]
        for part, kept in ((run, OF_SERVICE), (_of_no_service(run, group), 1.0)):
            spoken = {token for word in part for token in word.tokens}.difference(group.services)
            if spoken and len(part) <= MOST_WORDS + 2 and _LEFT_OUT not in spoken:
                said = sum(len(spoken & has) for has in group.has) / len(spoken) / group.size
                value = group.of_words(spoken) * said * (1.0 if len(part) > 1 else ALONE)
                value += SAME_TITLE * whole / group.size if whole > 1 else 0.0
                yield value * kept, _spelled(part)


def _phrases(
    titles: Sequence[Iterable[_Run]], bodies: Sequence[Iterable[_Run]], group: _Group
) -> Iterator[tuple[float, str]]:
    """Phrases that half of the members say."""
    found: dict[frozenset[str], _Phrase] = defaultdict(_Phrase)
    for texts, in_title in ((titles, True), (bodies, False)):
        for number, runs in enumerate(texts):
            for run in runs:
                _collect(_of_no_service(run, group), number, group, found, in_title=in_title)
    for spoken, phrase in found.items():
        told = spoken.difference(group.services)
        said = sum(told <= has for has in group.has) / group.size
        if said >= NAME_SHARE and said * group.size > 1 and _LEFT_OUT not in spoken:
            in_titles = len(phrase.titles) / group.size
            whole = phrase.ends / (2 * phrase.seen)
            written = phrase.spelling
            value = group.of_words(spoken) * (1.0 if " " in written else ALONE)
            value *= said * (APART + (1 - APART) * len(phrase.members) / group.size)
            value *= OUTSIDE_TITLES + (1 - OUTSIDE_TITLES) * min(in_titles / NAME_SHARE, 1.0)
            yield value * (CUT_OUT + (1 - CUT_OUT) * whole), written


def _collect(
    run: _Run,
    number: int,
    group: _Group,
    phrases: dict[frozenset[str], _Phrase],
    *,
    in_title: bool,
) -> None:
    """The phrases of one run of words that begin and end with a telling word."""
    telling = [place for place, word in enumerate(run) if group.is_telling(word)]
    for nth, begin in enumerate(telling):
        if _is_predicate(run, begin):
            continue
        for end in telling[nth:]:
            if end >= begin + MOST_WORDS:
                break
            if _goes_on(run, end):
                continue
            part = _with_particles(run, begin, end)
            phrase = phrases[frozenset([token for word in part for token in word.tokens])]
            phrase.members.add(number)
            if in_title:
                phrase.titles.add(number)
            phrase.seen += 1
            phrase.written[_spelled(part)] += 1
            if end + 1 < len(run) and _NUMBERED.fullmatch(run[end + 1].text):
                phrase.written[f"{_spelled(part)} {run[end + 1].text}"] += 1
            phrase.ends += _is_end(run[:begin][::-1], group) + _is_end(run[end + 1 :], group)


def _is_end(beyond: _Run, group: _Group) -> bool:
    """Whether nothing that belongs to a phrase stands beyond its end, behind an "of" at most."""
    if not beyond:
        return True
    return not beyond[0].tokens and not (len(beyond) > 1 and group.is_telling(beyond[1]))


def _is_predicate(run: _Run, place: int) -> bool:
    """Whether the word says what was done to something else: "managed by", "improve our"."""
    if place == len(run) - 1 or run[place + 1].tokens:
        return False
    done = run[place].small.endswith(("ed", "ing"))
    return done or run[place + 1].small == "by" or run[place + 1].small in _DETERMINERS


def _goes_on(run: Sequence[_Word], place: int) -> bool:
    """Whether a phrase cannot end with the word, as it tells of what stands behind it.

    "Service reduced | capacity", "timeout was shorter | than", "runner failed | to start".
    """
    if place == len(run) - 1:
        return False
    before = run[place - 1].small if place else ""
    word, behind = run[place].small, run[place + 1]
    describes = word in _ADJECTIVES or word.endswith("ed")
    if behind.small == "to":
        return word in _NEED_A_VERB
    if behind.small in _DETERMINERS:
        return word.endswith(("ed", "ing"))
    if behind.small == "than" or word == "half" or (describes and before in _DETERMINERS):
        return True
    tells_of_it = describes or before.endswith("ly")
    return bool(behind.tokens) and behind.small not in _PARTICLES and tells_of_it


def _with_particles(run: _Run, begin: int, end: int) -> _Run:
    """A phrase with the "no", "too" or "out of" before it and the "out" or "down" behind it."""
    if begin > 1 and (run[begin - 2].small, run[begin - 1].small) == ("out", "of"):
        begin -= 2
    else:
        first = begin
        while first and not run[first - 1].tokens:
            first -= 1
        begin = next((n for n in range(first, begin) if run[n].small in _BELONGS), begin)
    if end + 1 < len(run) and run[end + 1].small in _PARTICLES:
        end += 1
    return run[begin : end + 1]


def _kinds(group: _Group, concepts: Concepts) -> Iterator[tuple[float, str]]:
    """The kinds of cause that the members speak of."""
    said = {item for item in group.worth if not item.startswith(CONCEPT_MARK)}
    for item, worth in group.worth.items():
        label = concepts.labels.get(item.removeprefix(CONCEPT_MARK), "")
        if item.startswith(CONCEPT_MARK) and label:
            own = tokens(label)
            shared = sum(any(_alike(one, other) for other in said) for one in own)
            value = worth * (1 + NEXT_WORD if len(own) > 1 else ALONE)
            value *= 1.0 if shared == len(own) else OTHER_WORDS
            yield value * (TWO_NAMES if " or " in label else 1.0), label


def _alike(word: str, other: str) -> bool:
    """Whether one is the other with an ending: "overload" and "overloaded"."""
    shorter, longer = sorted((word, other), key=len)
    return shorter == longer or (len(shorter) >= SHORTEST_STEM and longer.startswith(shorter))


def _runs(text: str, *, ends: Collection[str] = ()) -> Iterator[_Run]:
    """The words between two marks, without those at either end that carry nothing.

    Args:
        ends: words that end a phrase as a mark does.
    """
    run: list[_Word] = []
    for unit in [*_UNIT.findall(without_noise(text, _mark)), "."]:
        if (unit[-1].isalnum() or unit[-1] in "_~") and unit.lower() not in ends:
            run.append(_word(unit))
            continue
        if kept := _bare(run):
            yield kept
        run = []


def _mark(noise: re.Match[str]) -> str:
    """A small number that stands alone may be a part of a name, as in "Terminal 2"."""
    alone = noise.string[noise.start() - 1 : noise.start()].isspace()
    return noise[0] if alone and _NUMBERED.fullmatch(noise[0]) else f" {_LEFT_OUT} "


def _bare(run: Sequence[_Word]) -> _Run:
    """Without what carries nothing at either end, or tells of what was there: not "half a day"."""
    kept = [
        n
        for n, word in enumerate(run)
        if word.tokens and word.text != _LEFT_OUT and word.small not in _LEADING_ON
    ]
    if not kept:
        return ()
    while len(kept) > 1 and run[kept[-1]].small != "half" and _goes_on(run, kept[-1]):
        kept.pop()
    last = len(run) - 1 if run[kept[-1]].small == "half" else kept[-1]
    last += last + 1 < len(run) and _NUMBERED.fullmatch(run[last + 1].text) is not None
    return _with_particles(tuple(run), kept[0], last)


def _of_no_service(run: _Run, group: _Group) -> _Run:
    """Without names of services at either end, and the verb that stood beside one."""
    kept = run
    while length := _name_length(kept, group):
        kept = _bare(kept[length:])
    if len(kept) > 1 and kept is not run and _is_verb(kept):
        kept = _bare(kept[1:])
    while length := _name_length(kept, group, at_end=True):
        kept = _bare(kept[:-length])
    return kept


def _name_length(run: _Run, group: _Group, *, at_end: bool = False) -> int:
    """Of how many words the name of a service is that stands at one end; 0 without one."""
    for length in range(min(OF_ONE_NAME, len(run)), 0, -1):
        part = run[-length:] if at_end else run[:length]
        if " ".join([word.plain for word in part]) in group.names:
            return length
    return 0


def _is_verb(run: _Run) -> bool:
    """Whether a run that stood behind the name of a service begins with what the service did."""
    first, second = run[0].small, run[1].small
    return first.endswith("s") and not first.endswith("ss") and not second.endswith("ed")


def _first(runs: Iterable[_Run]) -> Iterator[_Run]:
    left = READ_OF_BODY
    for run in runs:
        if left <= 0:
            return
        last = min(left, len(run)) - 1
        yield run[: last + (not _goes_on(run, last))]
        left -= len(run)


@lru_cache(maxsize=65_536)
def _word(unit: str) -> _Word:
    """Cached, as texts repeat few thousand words over and over."""
    carries = (_LEFT_OUT,) if unit == _LEFT_OUT else tuple(tokens(unit))
    return _Word(unit, unit.lower(), () if unit.lower() in _GLUE else carries, _plain(unit))


def _plain(name: str) -> str:
    """``stock-totals``, ``stock_totals`` and ``StockTotals`` are one name."""
    return " ".join(words(name))


def _spelled(run: Iterable[_Word]) -> str:
    return " ".join([word.text for word in run])


def _capitalised(name: str, index: Index) -> str:
    """With a capital, unless it begins with an identifier, whose spelling counts."""
    name = _ELIDED.sub("", name)
    first = name.split(" ", 1)[0]
    is_identifier = "-" in first and index.is_service(first)
    is_plain = _PLAIN_WORD.fullmatch(first) and not is_identifier
    return name[:1].upper() + name[1:] if is_plain else name

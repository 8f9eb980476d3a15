"""Which earlier records have the same cause as this one?

An index that is searched exactly and grows by one record at a time: BM25F over postings finds the
hundred likeliest, :mod:`~analytics.matcher.ranking` orders them. Rarity and average lengths are
counted at the moment of the search, so nothing is ever rebuilt. Only records that began strictly
earlier can be the original; one that is loaded late is searched in both directions (``later=True``
finds the records that it may be the original of). Records of one event are told apart from repeats
by their times.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from analytics.matcher import ranking
from analytics.matcher.prepared import (
    UNDATED,
    UNKNOWN,
    Document,
    Entries,
    GrowingArray,
    Postings,
    Prepared,
    Remembered,
    Rows,
    packed,
    prepare,
    unpack,
)
from analytics.matcher.ranking import Lengths, Pairs, Terms, relation_of
from analytics.matcher.words import PLAIN, Concepts, fold, tokens, words
from analytics.units import DAY

#: Candidates that the first step hands to the second: the true one is among them nearly always.
CANDIDATES = 100
#: Share of the text of either record, found in the other, from which they say nearly the same. In
#: made-up companies of 120 to 600 incidents 95 of 100 of such pairs have one cause. Where both name
#: services and none in common it is 1 in 5 (another part broke in the same way), and 9 in 10 only
#: from more text on; from :data:`ELSEWHERE` on it is nearly every second.
SEEN_FROM, SEEN_ELSEWHERE, ELSEWHERE = 0.6, 0.75, 0.65
#: The same where titles and services are the same and both tell a cause: a status page calls most
#: of its incidents by one title.
SEEN_BY_TITLE = 0.4
#: Share of the text of either record in the other from which they are quite, rather, a bit alike.
ALIKE, RATHER_ALIKE, BIT_ALIKE = 0.45, 0.35, 0.25
#: Of the records with the same title and services as many of the latest are looked at besides.
TWINS = 30
#: In a large index the first step does not read words that more than this share of the records
#: have: their lists are the longest and tell the least. The second step counts every word. A text
#: of a few words, as somebody describes what they see, is read whole.
FREQUENT, LARGE, FEWEST_READ = 0.1, 10_000, 8
#: Raise when an index is kept in other parts than before, or dropped at other moments.
LAYOUT = 2
#: Marks a concept among the words of the vocabulary; no word has a colon.
CONCEPT_MARK = ":"

Scores = NDArray[np.float32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Match:
    """One record that looks like the one that was asked about.

    Attributes:
        id: the other record.
        score: sum of ``parts``, less where services differ; what confidence is computed from.
        place: sum of ``parts`` and nearness in time; what orders the matches of one record.
        link: the score between 0 and 1, as families use it; not a probability.
        relation: ``repeat`` if the later one began more than 24 h after the earlier one ended;
            ``same_event`` or ``cascade`` if not. Where the end is unknown the start stands in for
            it, so a long incident without an end can pass for ended.
        days: from the start of the earlier one to the start of the later one; None where that is
            not known.
        shared: the share of the text that either has of the other, the smaller of the two.
        parts: what each feature of :data:`analytics.matcher.ranking.WEIGHTS` adds to the score.
        seen: whether the two say nearly the same.
        apart: whether both name services, and none in common.
    """

    id: str
    score: float
    place: float
    link: float
    relation: str
    days: float | None
    shared: float
    parts: dict[str, float]
    seen: bool
    apart: bool

    @property
    def evident(self) -> bool:
        """Whether the text says enough, however rare that is."""
        return self.seen or (self.apart and self.shared >= ELSEWHERE)

    @property
    def covered(self) -> float:
        """The share of the text of the one that was asked about that the other one has."""
        return self.parts["text_of_new"] / ranking.WEIGHTS["text_of_new"]


class Index:
    """All records that can be found."""

    def __init__(self) -> None:
        self._vocabulary: dict[str, int] = {}
        self._concept = GrowingArray(np.bool_)
        self._in_titles = GrowingArray(np.int32)
        self._postings = Postings()
        self._records = Remembered()

    @classmethod
    def restore(cls, kept: Iterable[Prepared]) -> Self:
        """The index of records that the store kept, far quicker than adding them one by one."""
        index = cls()
        for prepared in kept:
            index._records.add(prepared, index._entries(prepared, learn=True))
        rows, terms, title, body = index._records.all_entries()
        known = len(index._vocabulary)
        index._postings.load(rows, terms, title, body, vocabulary=known)
        index._in_titles.extend(np.bincount(terms[title > 0], minlength=known))
        return index

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """All of it in bytes, by name, for :meth:`of_parts`."""
        yield "vocabulary", "\n".join(self._vocabulary).encode()
        known = len(self._vocabulary)
        postings = Postings()
        postings.load(*self._records.all_entries(), vocabulary=known)
        for named, some in (
            ("", packed(self)),
            ("postings", packed(postings)),
            ("records", self._records.parts()),
        ):
            yield from ((named + name, payload) for name, payload in some)

    @classmethod
    def of_parts(cls, parts: Mapping[str, bytes]) -> Self:
        """The index that gave these :meth:`parts`, to be searched; nothing can be added to it.

        Raises:
            KeyError: something is missing.
        """
        index = cls()
        words = parts["vocabulary"].decode().split("\n")
        index._vocabulary = {word: term for term, word in enumerate(words) if word}
        index._records = Remembered.of_parts(parts, named="records")
        unpack(index, parts, named="")
        unpack(index._postings, parts, named="postings")
        return index

    @property
    def in_order(self) -> bool:
        """Whether records stand in order of time and none was replaced."""
        created = self._records.created
        return bool((np.diff(created) >= 0).all()) and UNKNOWN not in created[:1]

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, record: str) -> bool:
        return record in self._records

    def add(self, prepared: Prepared) -> None:
        """Make one more record findable; one with a known id replaces the earlier version."""
        entries = self._entries(prepared, learn=True)
        known = len(self._vocabulary)
        row = self._records.add(prepared, entries)
        self._postings.add(row, entries.terms, entries.title, entries.body, vocabulary=known)
        self._in_titles.reserve(known - len(self._in_titles))
        self._in_titles.view[entries.terms[entries.title > 0]] += 1

    def began(self, record: str) -> int:
        """When a record began: see :class:`~analytics.matcher.prepared.Prepared`."""
        return int(self._records.created[self._records.row(record)])

    def search(
        self,
        prepared: Prepared,
        *,
        limit: int = 10,
        later: bool = False,
        twins: int = TWINS,
        least: int = 0,
    ) -> list[Match]:
        """The records most like ``prepared``, best first, the index itself unchanged.

        Args:
            prepared: a record, in the index or not.
            limit: how many at most (of up to :data:`CANDIDATES` and the twins).
            later: look for records that began after this one instead of before it.
            twins: as many of the latest with the same title and services are looked at in any case.
            least: as many are given where there are, the latest ones for want of shared words.
        """
        if not len(self):
            return []
        entries = self._entries(prepared, learn=False)
        title_length, body_length = entries.lengths
        new = self._terms(entries, np.float64(title_length), np.float64(body_length))
        eligible = self._eligible(prepared, later=later)
        same = self._records.twins(prepared)
        same = same[eligible[same]]
        rows = np.union1d(self._candidates(entries, new, eligible), same[-twins:])
        if len(rows) < least:
            rows = np.union1d(rows, np.flatnonzero(eligible)[-least:])
        columns = ranking.features(self._pairs(prepared, entries, new, rows))
        if later:
            columns = columns[:, ranking.MIRRORED]
        apart = self._records.other_services(rows, prepared.services)
        seen = self._seen(prepared, rows, same, columns, apart)
        parts = ranking.parts(columns)
        away = self._records.created[rows] - prepared.created
        near = np.where(apart, ranking.NEARNESS_APART, 1.0) * ranking.nearness(away)
        places = parts.sum(axis=1) + near
        return [
            self._match(
                prepared,
                int(rows[i]),
                parts[i],
                place=float(places[i]),
                seen=bool(seen[i]),
                apart=bool(apart[i]),
                later=later,
            )
            for i in np.lexsort((-rows, -places))[:limit]
        ]

    def is_service(self, name: str) -> bool:
        """Whether a record names a service so, capitals and accents aside."""
        return self._records.is_service(fold(name).strip())

    def share_of(self, items: Iterable[str]) -> dict[str, float]:
        """The share of records that have each word or (with :data:`CONCEPT_MARK`) concept."""
        listed = list(items)
        counts = self._counts(self._postings.counts, self._known(listed))
        return dict(zip(listed, (counts / max(len(self), 1)).tolist(), strict=True))

    def rarity_of(self, words: Iterable[str]) -> dict[str, float]:
        """How rare each word or (with :data:`CONCEPT_MARK`) concept is, in nats."""
        listed = list(words)
        values = self._rarity(self._postings.counts, self._known(listed))
        return dict(zip(listed, values.tolist(), strict=True))

    def having(self, words: Iterable[str]) -> int:
        """How many records have all of some words, at least one."""
        terms = self._known(list(words))
        if -1 in terms:
            return 0
        rows = [self._postings.of(int(term))[0] for term in terms]
        rows.sort(key=len)
        both = rows[0]
        for more in rows[1:]:
            both = np.intersect1d(both, more)
        return len(both)

    def _rarity(self, counts: NDArray[np.int32], terms: NDArray[np.int32]) -> Floats:
        records = max(len(self), ranking.FEWEST_COUNTED)
        return ranking.rarity(self._counts(counts, terms), records)

    def _known(self, items: list[str]) -> NDArray[np.int32]:
        return np.array([self._vocabulary.get(item, -1) for item in items], np.int32)

    def _entries(self, prepared: Prepared, *, learn: bool) -> Entries:
        known = self._vocabulary
        words = prepared.words
        concepts = [CONCEPT_MARK + name for name in prepared.concepts]
        if learn:
            terms = [known.setdefault(word, len(known)) for word in words]
            self._concept.reserve(len(known) - len(self._concept))
            terms += [known.setdefault(name, len(known)) for name in concepts]
            self._concept.extend([True] * (len(known) - len(self._concept)))
        else:
            terms = [known.get(word, -1) for word in (*words, *concepts)]
        return Entries(
            terms=np.array(terms, np.int32),
            title=np.frombuffer(prepared.in_title + bytes(len(concepts)), np.uint8),
            body=np.frombuffer(prepared.in_body + bytes(prepared.concepts.values()), np.uint8),
            concept=np.arange(len(terms)) >= len(words),
        )

    def _terms(self, entries: Entries, title_length: Lengths, body_length: Lengths) -> Terms:
        title_norm, body_norm = self._norms(title_length, body_length)
        return Terms(
            title=entries.title.astype(np.float64),
            body=entries.body / PLAIN,
            concept=entries.concept,
            rarity=self._rarity(self._postings.counts, entries.terms),
            title_rarity=self._rarity(self._in_titles.view, entries.terms),
            title_norm=title_norm,
            body_norm=body_norm,
        )

    @staticmethod
    def _counts(counts: NDArray[np.int32], terms: NDArray[np.int32]) -> NDArray[np.int32]:
        """``counts`` at ``terms``; 0 for -1, a term never seen."""
        if not len(counts):
            return np.zeros(len(terms), np.int32)
        return np.where(terms >= 0, counts[np.maximum(terms, 0)], 0)

    def _norms(self, title: Lengths, body: Lengths) -> tuple[Floats, Floats]:
        mean_title, mean_body = self._records.average_lengths
        return (
            ranking.length_discount(title, mean_title),
            ranking.length_discount(body, mean_body),
        )

    def _eligible(self, prepared: Prepared, *, later: bool) -> NDArray[np.bool_]:
        created = self._records.created
        in_time = created > prepared.created if later else created < prepared.created
        if prepared.created == UNDATED:
            # Of two undated records the one that was loaded first is taken for the earlier one.
            rows = np.arange(len(created))
            in_time |= (created == UNDATED) & (rows < self._records.row(prepared.id))
        return np.asarray(in_time & (created != UNKNOWN), dtype=np.bool_)

    def _seen(
        self, prepared: Prepared, rows: Rows, twins: Rows, columns: Floats, apart: Flags
    ) -> Flags:
        """Which of ``rows`` say nearly the same as a record."""
        if not prepared.tells_apart:
            return np.zeros(len(rows), np.bool_)
        shared = columns[:, :2].min(axis=1)
        both_tell = self._records.tells_cause[rows] & prepared.tells_cause
        titled = np.isin(rows, twins) & (~both_tell | (shared >= SEEN_BY_TITLE))
        alike = shared >= np.where(apart, SEEN_ELSEWHERE, SEEN_FROM)
        return np.asarray(titled | (alike & (~apart | both_tell)))

    def _candidates(self, entries: Entries, new: Terms, eligible: NDArray[np.bool_]) -> Rows:
        """The rows with the highest BM25F for ``new``."""
        title_norm, body_norm = self._norms(*self._records.lengths)
        per_title = (ranking.TITLE_WEIGHT * title_norm).astype(np.float32)
        per_body = (ranking.BODY_WEIGHT / PLAIN * body_norm).astype(np.float32)
        per_concept = np.float32(ranking.CONCEPT_WEIGHT / PLAIN)
        worth = (new.rarity * new.asking() * (ranking.K1 + 1.0)).astype(np.float32)
        total = np.zeros(len(self), np.float32)
        for at in np.flatnonzero(self._worth_reading(entries.terms)):
            rows, title, body = self._postings.of(int(entries.terms[at]))
            if entries.concept[at]:
                found = body * per_concept
            else:
                found = title * per_title[rows] + body * per_body[rows]
            total[rows] += worth[at] * found / (found + np.float32(ranking.K1))
        total[~eligible] = 0.0
        return _highest(total)

    def _worth_reading(self, terms: NDArray[np.int32]) -> NDArray[np.bool_]:
        counts = self._counts(self._postings.counts, terms)
        rare = (counts > 0) & (counts <= FREQUENT * len(self))
        if len(self) < LARGE or rare.sum() < FEWEST_READ:
            return np.asarray(counts > 0, dtype=np.bool_)
        return np.asarray(rare, dtype=np.bool_)

    def _pairs(self, prepared: Prepared, entries: Entries, new: Terms, rows: Rows) -> Pairs:
        owner, places = self._records.entries_of(rows)
        terms, title, body = self._records.at(places)
        them = Entries(terms, title, body, self._concept.view[terms])
        title_length, body_length = self._records.lengths
        earlier = self._terms(them, title_length[rows][owner], body_length[rows][owner])
        found = Terms(
            title=self._lookup(entries.terms, new.title, terms),
            body=self._lookup(entries.terms, new.body, terms),
            concept=earlier.concept,
            rarity=earlier.rarity,
            title_rarity=earlier.title_rarity,
            title_norm=new.title_norm,
            body_norm=new.body_norm,
        )
        return Pairs(
            new=new,
            found=found,
            earlier=earlier,
            owner=owner,
            count=len(rows),
            records=max(len(self), ranking.FEWEST_COUNTED),
            services=self._records.same_services(rows, prepared.services),
            category=self._records.same_category(rows, prepared.category),
        )

    @staticmethod
    def _lookup(
        terms: NDArray[np.int32], values: NDArray[np.float64], wanted: NDArray[np.int32]
    ) -> NDArray[np.float64]:
        """``values`` of ``terms`` at each of ``wanted``; 0 for those that are not among them."""
        if not len(terms):  # signs alone, without any word
            return np.zeros(len(wanted))
        order = np.argsort(terms)
        place = np.minimum(np.searchsorted(terms, wanted, sorter=order), len(terms) - 1)
        hit = order[place]
        return np.where(terms[hit] == wanted, values[hit], 0.0)

    def _match(
        self,
        prepared: Prepared,
        row: int,
        parts: Floats,
        *,
        place: float,
        seen: bool,
        apart: bool,
        later: bool,
    ) -> Match:
        alike = float(parts.sum())
        mine = (prepared.created, prepared.resolved)
        end = int(self._records.resolved[row])
        other = (int(self._records.created[row]), None if end == UNKNOWN else end)
        earlier, new = (mine, other) if later else (other, mine)
        named = dict(zip(ranking.WEIGHTS, parts.tolist(), strict=True))
        shared = [named[side] / ranking.WEIGHTS[side] for side in ranking.TEXT]
        return Match(
            id=self._records.ids[row],
            score=alike - ranking.APART * apart,
            place=place,
            link=float(ranking.link(alike)),
            relation=relation_of(new[0], *earlier, shared_text=sum(shared) / 2),
            days=None if new[0] == UNDATED else (new[0] - earlier[0]) / DAY,
            shared=min(shared),
            parts=named,
            seen=seen,
            apart=apart,
        )


def _highest(total: Scores) -> Rows:
    """Rows of the :data:`CANDIDATES` highest totals above 0."""
    rows = np.flatnonzero(total)
    if len(rows) > CANDIDATES:
        rows = rows[np.argpartition(total[rows], len(rows) - CANDIDATES)[-CANDIDATES:]]
    return np.sort(rows)


# Why do we think that two records have one cause?
#
# Shown are parts of the score and nothing else: concepts and words that both records hold, each
# with how rare it is, the sentences of either text where most of them stand, services, categories
# and the time between. What differs is shown as well, so that a reader can disagree.

#: As many shared words and concepts as a person reads.
MOST_SHOWN = 8
#: Rarity below which a shared word says nothing (about every second record has it).
COMMON = 0.7


@dataclass(frozen=True, slots=True)
class Shared:
    """What both records hold, as the later one writes it, with its rarity in nats."""

    text: str
    rarity: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """The evidence for one pair, in the order of its weight.

    Attributes:
        concepts, words: what both hold, the rarest first.
        later_sentence, earlier_sentence: the sentence of each that holds most of it; empty if none.
        same_services, only_later, only_earlier: services as the records name them.
        same_category: None where either category is unknown.
        days: from the start of the earlier record to that of the later; None where either is not
            known.
    """

    concepts: tuple[Shared, ...]
    words: tuple[Shared, ...]
    later_sentence: str
    earlier_sentence: str
    same_services: tuple[str, ...]
    only_later: tuple[str, ...]
    only_earlier: tuple[str, ...]
    same_category: bool | None
    days: float | None


def explain(later: Document, earlier: Document, *, index: Index, concepts: Concepts) -> Reasons:
    """The evidence that ``earlier`` has the cause of ``later``, by the rarities of ``index``."""
    new, old = prepare(later, concepts), prepare(earlier, concepts)
    named = _ranked(index, [CONCEPT_MARK + name for name in new.concepts if name in old.concepts])
    held = _ranked(index, sorted(set(new.words) & set(old.words)))
    value = {**named, **held}
    written = _as_written(later)
    ours, theirs = set(later.services), set(earlier.services)
    return Reasons(
        concepts=tuple(
            Shared(concepts.labels.get(name.removeprefix(CONCEPT_MARK), name), rarity)
            for name, rarity in list(named.items())[:MOST_SHOWN]
        ),
        words=tuple(
            Shared(written.get(word, word), rarity)
            for word, rarity in _without_parts(held, later)[:MOST_SHOWN]
        ),
        later_sentence=_best_sentence(later, value, concepts),
        earlier_sentence=_best_sentence(earlier, value, concepts),
        same_services=tuple(sorted(ours & theirs)),
        only_later=tuple(sorted(ours - theirs)),
        only_earlier=tuple(sorted(theirs - ours)),
        same_category=new.category == old.category if new.category and old.category else None,
        days=_days(later.created, earlier.created),
    )


def _days(later: dt.datetime | None, earlier: dt.datetime | None) -> float | None:
    return None if later is None or earlier is None else (later - earlier).total_seconds() / DAY


def _ranked(index: Index, items: list[str]) -> dict[str, float]:
    """``items`` that say something, the rarest first; all of them in a history of a few records."""
    rarities = index.rarity_of(items)
    kept = [item for item in items if rarities[item] >= COMMON] or items
    return {item: rarities[item] for item in sorted(kept, key=lambda item: -rarities[item])}


def _without_parts(held: Mapping[str, float], document: Document) -> list[tuple[str, float]]:
    """Shared words without those that are only parts of a shared identifier (``maxPoolSize``)."""
    parts: set[str] = set()
    for raw in _raw_words(document):
        *inside, whole = tokens(raw) or [""]
        if whole in held:
            parts.update(inside)
    return [(word, rarity) for word, rarity in held.items() if word not in parts]


def _as_written(document: Document) -> dict[str, str]:
    """Each token's first spelling in the text; an identifier as it stands there."""
    written: dict[str, str] = {}
    for raw in _raw_words(document):
        found = tokens(raw)
        if len(found) > 1:
            written.setdefault(found[-1], raw)
        for word in words(raw):
            for token in tokens(word):
                written.setdefault(token, word)
    return written


def _raw_words(document: Document) -> list[str]:
    return [raw.strip(".,;:!?()[]\"'`") for text in document.sentences for raw in text.split()]


def _best_sentence(document: Document, value: Mapping[str, float], concepts: Concepts) -> str:
    """The sentence whose shared words and concepts weigh most; the earlier one if equal."""

    def worth(sentence: str) -> float:
        held = set(tokens(sentence)) | {CONCEPT_MARK + n for n in concepts.in_sentence(sentence)}
        return sum(value.get(item, 0.0) for item in held)

    best = max(document.sentences, key=worth)
    return best if worth(best) > 0 else ""

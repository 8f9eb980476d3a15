"""What does the matcher remember of a record, so that its text is read only once?

Cutting a text into tokens and concepts is three quarters of the work, so the store keeps the result
with the record: small, JSON, and marked with the version of the concept list and of this reading.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from analytics.matcher.words import (
    ASIDE,
    PLAIN,
    Concepts,
    fold,
    sentences,
    tokens,
    weight_of_sentence,
)

# How can the millionth record be added as cheaply as the first?
#
# Arrays here keep spare room and grow by half when it runs out, so adding costs the same on
# average however much there is, and reading is a plain numpy view. Postings (for each term, the
# records that have it) live in one shared pool: a list that is full moves to the end of it with
# twice its room.

#: Room of an array that nothing was added to yet.
FIRST_ROOM = 1_024
#: How much an array grows when it is full; less than doubling, to stay within the memory budget.
GROWTH = 1.5

RowNumbers = NDArray[np.int32]
Counts = NDArray[np.uint8]


class GrowingArray:
    """A one-dimensional numpy array that can be appended to."""

    def __init__(self, dtype: Any) -> None:
        self._data = np.zeros(FIRST_ROOM, dtype=dtype)
        self._used = 0

    @classmethod
    def of(cls, values: NDArray[Any]) -> Self:
        """One that holds ``values`` and no spare room; it takes them over."""
        array = cls.__new__(cls)
        array._data, array._used = values, len(values)
        return array

    def __len__(self) -> int:
        return self._used

    @property
    def view(self) -> NDArray[Any]:
        """What has been added, without a copy; valid until the next addition."""
        return self._data[: self._used]

    def extend(self, values: NDArray[Any] | Sequence[float]) -> None:
        """Append ``values``."""
        start = self.reserve(len(values))
        self._data[start : self._used] = values

    def reserve(self, count: int) -> int:
        """Append ``count`` zeros and return where they begin."""
        start, self._used = self._used, self._used + count
        if self._used > len(self._data):
            larger = np.zeros(max(self._used, int(len(self._data) * GROWTH)), self._data.dtype)
            larger[:start] = self._data[:start]
            self._data = larger
        return start


def packed(owner: object) -> Iterator[tuple[str, bytes]]:
    """The arrays of an object by name, one at a time, as they are in memory."""
    for name, array in vars(owner).items():
        if isinstance(array, GrowingArray):
            yield name, array.view.tobytes()


def unpack(owner: object, parts: Mapping[str, bytes], *, named: str) -> None:
    """Give an object the arrays that :func:`packed` made, ``named`` in front of their names.

    They are not copied, so they cannot be written to.

    Raises:
        KeyError: one is missing.
    """
    for name, array in list(vars(owner).items()):
        if isinstance(array, GrowingArray):
            values = np.frombuffer(parts[named + name], array.view.dtype)
            setattr(owner, name, GrowingArray.of(values))


class Postings:
    """For each term the rows that have it, with its counts in title and body, as added."""

    def __init__(self) -> None:
        self._start = GrowingArray(np.int64)
        self._used = GrowingArray(np.int32)
        self._room = GrowingArray(np.int32)
        self._rows = GrowingArray(np.int32)
        self._title = GrowingArray(np.uint8)
        self._body = GrowingArray(np.uint8)

    @property
    def counts(self) -> NDArray[np.int32]:
        """How many rows have each term."""
        return self._used.view

    def add(
        self, row: int, terms: RowNumbers, title: Counts, body: Counts, *, vocabulary: int
    ) -> None:
        """Note that ``row`` has ``terms`` (each once); ``vocabulary`` terms are known by now."""
        self._know(vocabulary)
        used, room = self._used.view, self._room.view
        for term in terms[used[terms] == room[terms]]:
            self._move(int(term))
        places = self._start.view[terms] + used[terms]
        self._rows.view[places] = row
        self._title.view[places] = title
        self._body.view[places] = body
        used[terms] += 1

    def load(
        self, rows: RowNumbers, terms: RowNumbers, title: Counts, body: Counts, *, vocabulary: int
    ) -> None:
        """Fill empty postings at once; ``rows`` must ascend.

        Raises:
            ValueError: something was added before.
        """
        if len(self._rows):
            raise ValueError("postings can be loaded once, before anything is added")
        self._know(vocabulary)
        counts = np.bincount(terms, minlength=vocabulary)
        self._start.view[:] = np.cumsum(counts) - counts
        self._used.view[:] = counts
        self._room.view[:] = counts
        order = np.argsort(terms, kind="stable")
        for pool, values in ((self._rows, rows), (self._title, title), (self._body, body)):
            pool.extend(values[order])

    def of(self, term: int) -> tuple[RowNumbers, Counts, Counts]:
        """The rows that have ``term``, and how often in title and body."""
        start = int(self._start.view[term])
        here = slice(start, start + int(self._used.view[term]))
        return self._rows.view[here], self._title.view[here], self._body.view[here]

    def _know(self, vocabulary: int) -> None:
        missing = vocabulary - len(self._used)
        if missing > 0:
            for array in (self._start, self._used, self._room):
                array.reserve(missing)

    def _move(self, term: int) -> None:
        start, used = int(self._start.view[term]), int(self._used.view[term])
        room = max(1, 2 * used)
        for pool in (self._rows, self._title, self._body):
            there = pool.reserve(room)
            pool.view[there : there + used] = pool.view[start : start + used]
        self._start.view[term] = there
        self._room.view[term] = room


#: Raise when tokens are cut or counted differently, so that what the store keeps is prepared anew.
READING = 5
#: Stands for a beginning that nobody recorded: such a record may repeat any other, so it comes
#: after all of them.
UNDATED = 2**62
#: Words beside the title from which a record is taken to tell a cause where no concept is spoken
#: of: "Not stated." and "The host had trouble." tell none.
FEWEST_WORDS = 3
#: Words beside the name of a service that say no more than that something was wrong with it.
_TEMPLATE = frozenset(tokens("service services trouble"))
#: A word counted oftener says nothing more, and a count fits into one byte.
MOST_COUNTED = 120
#: Characters of a field that are read; what follows in a longer one is logs.
LONGEST_FIELD = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The fields of a record that tell its cause.

    Attributes:
        created: when the incident began (naive UTC); only strictly earlier ones can be its
            original. None where nobody recorded it.
        resolved: when it ended; None if unknown.
    """

    id: str
    created: dt.datetime | None
    resolved: dt.datetime | None = None
    title: str = ""
    cause: str = ""
    trigger: str = ""
    factors: tuple[str, ...] = ()
    summary: str = ""
    services: tuple[str, ...] = ()
    category: str = ""

    @property
    def body(self) -> str:
        """Everything but the title, one paragraph a field."""
        return _paragraphs(self.cause, self.trigger, *self.factors, self.summary)

    @property
    def sentences(self) -> list[str]:
        """The title and the sentences of the body, in order."""
        return [self.title[:LONGEST_FIELD], *sentences(self.body)]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record as the index takes it.

    Attributes:
        created, resolved: seconds since 1970 (UTC); ``created`` is :data:`UNDATED` and
            ``resolved`` None if unknown.
        words: distinct tokens; ``in_title`` and ``in_body`` count each of them in a byte, in the
            body by what the sentence is worth (:mod:`analytics.matcher.words`).
        concepts: concept name to the worth of the sentences that speak of it.
        version: of the reading and the concept list; see :func:`version_of`.
    """

    id: str
    created: int
    resolved: int | None
    words: tuple[str, ...]
    in_title: bytes
    in_body: bytes
    concepts: Mapping[str, int]
    services: tuple[str, ...]
    category: str
    version: str

    @property
    def tells_cause(self) -> bool:
        """Whether the record says anything of its cause."""
        return bool(self.concepts) or sum(map(bool, self.in_body)) >= FEWEST_WORDS

    @property
    def tells_apart(self) -> bool:
        """Whether the record says anything that not every other one of its service says.

        "Search: service trouble" and "Incident with search" do not.
        """
        if self.tells_cause:
            return True
        services = {word for name in self.services for word in tokens(name)}
        return not services.union(_TEMPLATE).issuperset(self.words)

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``; short strings are small and quick to read."""
        return {
            "id": self.id,
            "created": self.created,
            "resolved": self.resolved,
            "words": " ".join(self.words),
            "title": self.in_title.hex(),
            "body": self.in_body.hex(),
            "concepts": dict(self.concepts),
            "services": list(self.services),
            "category": self.category,
            "version": self.version,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What :meth:`to_json` gave.

        Raises:
            KeyError: something is missing.
        """
        return cls(
            id=kept["id"],
            created=kept["created"],
            resolved=kept["resolved"],
            words=tuple(kept["words"].split()),
            in_title=bytes.fromhex(kept["title"]),
            in_body=bytes.fromhex(kept["body"]),
            concepts=kept["concepts"],
            services=tuple(kept["services"]),
            category=kept["category"],
            version=kept["version"],
        )


def version_of(concepts: Concepts) -> str:
    """The mark of records prepared now; a stored one with another mark must be prepared anew."""
    return f"{READING}-{concepts.version}"


def prepare(document: Document, concepts: Concepts) -> Prepared:
    """``document`` cut into tokens and concepts, once and for all."""
    title = document.title[:LONGEST_FIELD]
    in_title = Counter(tokens(title))
    in_body: Counter[str] = Counter()
    spoken: Counter[str] = Counter(dict.fromkeys(sorted(concepts.in_sentence(title)), PLAIN))
    for sentence, worth in _weighed(document):
        for found, counts in (
            (tokens(sentence), in_body),
            (concepts.in_sentence(sentence), spoken),
        ):
            for item in sorted(found):
                counts[item] += worth
    known = tuple(in_title | in_body)
    return Prepared(
        id=document.id,
        created=UNDATED if document.created is None else _seconds(document.created),
        resolved=None if document.resolved is None else _seconds(document.resolved),
        words=known,
        in_title=bytes(min(in_title[word], MOST_COUNTED) for word in known),
        in_body=bytes(min(in_body[word], MOST_COUNTED) for word in known),
        concepts={name: min(worth, MOST_COUNTED) for name, worth in spoken.items()},
        services=tuple(sorted({fold(service).strip() for service in document.services} - {""})),
        category=fold(document.category).strip(),
        version=version_of(concepts),
    )


def _weighed(document: Document) -> Iterator[tuple[str, int]]:
    """The sentences of the body with what each is worth.

    Beside a cause that is told the summary is an aside, so that a long one does not drown it.
    """
    told = sentences(_paragraphs(document.cause, document.trigger, *document.factors))
    for sentence in told:
        yield sentence, weight_of_sentence(sentence)
    tells = len({word for sentence in told for word in tokens(sentence)}) >= FEWEST_WORDS
    for sentence in sentences(_paragraphs(document.summary)):
        yield sentence, ASIDE if tells else weight_of_sentence(sentence)


def _paragraphs(*fields: str) -> str:
    return "\n\n".join(text[:LONGEST_FIELD] for text in fields if text)


def _seconds(moment: dt.datetime) -> int:
    """Seconds since 1970 of a naive UTC moment, before 1970 too."""
    return int((moment - dt.datetime(1970, 1, 1)).total_seconds())


# What did each record say, so that a pair can be compared without its texts?
#
# The other side of the postings: for each record its terms with their counts, its times, services
# and category, in flat arrays. A record that is replaced keeps its row and is never found again.

#: Stands for a moment that is not known; a row with this start has been replaced.
UNKNOWN = int(np.iinfo(np.int64).min)

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Entries:
    """The terms of one record with their counts as stored: bytes, concepts in ``body``."""

    terms: NDArray[np.int32]
    title: NDArray[np.uint8]
    body: NDArray[np.uint8]
    concept: NDArray[np.bool_]

    @property
    def lengths(self) -> tuple[float, float]:
        """Words in the title and in the body, the latter in plain sentences' worth."""
        return float(self.title.sum()), float(self.body[~self.concept].sum()) / PLAIN


class Remembered:
    """All records in the order of adding, one row each."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._row: dict[str, int] = {}
        self._labels: dict[str, int] = {"": 0}
        self._created = GrowingArray(np.int64)
        self._resolved = GrowingArray(np.int64)
        self._category = GrowingArray(np.int32)
        self._title_length = GrowingArray(np.float32)
        self._body_length = GrowingArray(np.float32)
        self._terms = GrowingArray(np.int32)
        self._title = GrowingArray(np.uint8)
        self._body = GrowingArray(np.uint8)
        self._services = GrowingArray(np.int32)
        self._ends = GrowingArray(np.int64)
        self._service_ends = GrowingArray(np.int64)
        self._tells_cause = GrowingArray(np.bool_)
        self._headlines = GrowingArray(np.int64)
        self._title_sum = self._body_sum = 0.0

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """All of it in bytes, by name, for :meth:`of_parts`."""
        yield "ids", json.dumps(self.ids).encode()
        yield "labels", json.dumps(self._labels).encode()
        yield from packed(self)

    @classmethod
    def of_parts(cls, parts: Mapping[str, bytes], *, named: str) -> Self:
        """What :meth:`parts` gave, ``named`` in front of the names.

        Raises:
            KeyError: something is missing.
        """
        records = cls()
        records.ids = json.loads(parts[f"{named}ids"])
        records._row = {name: row for row, name in enumerate(records.ids)}
        records._labels = json.loads(parts[f"{named}labels"])
        unpack(records, parts, named=named)
        records._title_sum = float(records._title_length.view.sum(dtype=np.float64))
        records._body_sum = float(records._body_length.view.sum(dtype=np.float64))
        return records

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, record: str) -> bool:
        return record in self._row

    @property
    def created(self) -> NDArray[np.int64]:
        """When each began; :data:`UNKNOWN` once replaced."""
        return self._created.view

    @property
    def resolved(self) -> NDArray[np.int64]:
        """When each ended, or :data:`UNKNOWN`."""
        return self._resolved.view

    @property
    def lengths(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Words in title and body of each."""
        return self._title_length.view, self._body_length.view

    @property
    def average_lengths(self) -> tuple[float, float]:
        """Mean words in title and body; 0 while there is no record."""
        records = max(len(self), 1)
        return self._title_sum / records, self._body_sum / records

    def add(self, prepared: Prepared, entries: Entries) -> int:
        """Remember one more record, in place of an earlier one with its id; gives its row."""
        row = len(self.ids)
        if prepared.id in self._row:
            self._created.view[self._row[prepared.id]] = UNKNOWN
        self._row[prepared.id] = row
        self.ids.append(prepared.id)
        self._created.extend([prepared.created])
        self._resolved.extend([UNKNOWN if prepared.resolved is None else prepared.resolved])
        self._category.extend([self._label("category", prepared.category)])
        self._services.extend([self._label("service", name) for name in prepared.services])
        self._service_ends.extend([len(self._services)])
        self._tells_cause.extend([prepared.tells_cause])
        self._headlines.extend([_headline(prepared)])
        self._terms.extend(entries.terms)
        self._title.extend(entries.title)
        self._body.extend(entries.body)
        self._ends.extend([len(self._terms)])
        self._measure(*entries.lengths)
        return row

    @property
    def tells_cause(self) -> NDArray[np.bool_]:
        """Whether each says anything of its cause."""
        return self._tells_cause.view

    def row(self, record: str) -> int:
        """The row of a record; that of the next one to come where it is not here."""
        return self._row.get(record, len(self))

    def twins(self, prepared: Prepared) -> Rows:
        """Records with the title and the services of this one, as added."""
        if not any(prepared.in_title):
            return np.zeros(0, np.intp)
        return np.flatnonzero(self._headlines.view == _headline(prepared))

    def all_entries(
        self,
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8], NDArray[np.uint8]]:
        """Row, term and the two counts of every entry, rows ascending."""
        sizes = np.diff(self._ends.view, prepend=0)
        rows = np.repeat(np.arange(len(self), dtype=np.int32), sizes)
        return rows, self._terms.view, self._title.view, self._body.view

    def entries_of(self, rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each entry of ``rows`` which of them owns it, and its place in the flat arrays."""
        return _spread(self._ends.view, rows)

    def at(
        self, places: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.uint8]]:
        """Terms and counts at these places."""
        return self._terms.view[places], self._title.view[places], self._body.view[places]

    def is_service(self, name: str) -> bool:
        """Whether any record names this service, in the form of a prepared one."""
        return f"service:{name}" in self._labels

    def same_services(self, rows: Rows, services: tuple[str, ...]) -> NDArray[np.float64]:
        """Services in common over services of either; 0 where one side has none."""
        owner, places = _spread(self._service_ends.view, rows)
        wanted = [self._labels.get(f"service:{name}", -1) for name in services]
        shared = np.isin(self._services.view[places], wanted)
        common = np.bincount(owner, weights=shared, minlength=len(rows))
        either = np.bincount(owner, minlength=len(rows)) + len(services) - common
        return np.asarray(common / np.maximum(either, 1), dtype=np.float64)

    def other_services(self, rows: Rows, services: tuple[str, ...]) -> NDArray[np.bool_]:
        """Whether both sides name services, and none in common."""
        known = np.diff(self._service_ends.view, prepend=0)[rows] > 0
        apart = known & (self.same_services(rows, services) == 0)
        return np.asarray(apart & bool(services), dtype=np.bool_)

    def same_category(self, rows: Rows, category: str) -> NDArray[np.float64]:
        """1 where the category is known and the same."""
        wanted = self._labels.get(f"category:{category}", -1)
        return np.asarray(self._category.view[rows] == wanted, dtype=np.float64)

    def _label(self, kind: str, name: str) -> int:
        return self._labels.setdefault(f"{kind}:{name}", len(self._labels)) if name else 0

    def _measure(self, title: float, body: float) -> None:
        self._title_length.extend([title])
        self._body_length.extend([body])
        self._title_sum += title
        self._body_sum += body


def _headline(prepared: Prepared) -> int:
    """A number shared by records of the same title and services, the same in every process."""
    title = sorted(word for word, n in zip(prepared.words, prepared.in_title, strict=True) if n)
    told = "\n".join((*title, "", *prepared.services))
    return int.from_bytes(blake2b(told.encode(), digest_size=8).digest(), signed=True)


def _spread(ends: NDArray[np.int64], rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Owners and places of the stretches of ``rows`` in a flat array cut at ``ends``."""
    starts = np.where(rows > 0, ends[rows - 1], 0)
    sizes = ends[rows] - starts
    owner = np.repeat(np.arange(len(rows), dtype=np.int64), sizes)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return owner, starts[owner] + within

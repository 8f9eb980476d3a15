"""What did each record say, so that a pair can be compared without its texts?

The other side of the postings: for each record its terms with their counts, its times, services and
category, in flat arrays. A record that is replaced keeps its row and is never found again.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

import numpy as np
from numpy.typing import NDArray

from analytics.matcher.growing import GrowingArray, packed, unpack
from analytics.matcher.prepared import Prepared
from analytics.matcher.roles import PLAIN

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

"""How can the millionth record be added as cheaply as the first?

Arrays here keep spare room and grow by half when it runs out, so adding costs the same on average
however much there is, and reading is a plain numpy view. Postings (for each term, the records that
have it) live in one shared pool: a list that is full moves to the end of it with twice its room.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

#: Room of an array that nothing was added to yet.
FIRST_ROOM = 1_024
#: How much an array grows when it is full; less than doubling, to stay within the memory budget.
GROWTH = 1.5

Rows = NDArray[np.int32]
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

    def add(self, row: int, terms: Rows, title: Counts, body: Counts, *, vocabulary: int) -> None:
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
        self, rows: Rows, terms: Rows, title: Counts, body: Counts, *, vocabulary: int
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

    def of(self, term: int) -> tuple[Rows, Counts, Counts]:
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

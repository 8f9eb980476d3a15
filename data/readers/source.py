"""What readers are given and what they give back.

A reader turns one named source of bytes into a stream of items, so that a file of a million records
never stands in memory as a whole. It knows shapes, not meaning: values stay as they were found and
are judged by :mod:`data.check`.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from data.problems import Place, Problem

#: Enough to tell a format, an encoding and a header by.
HEAD_BYTES = 65_536
MEGABYTE = 1024 * 1024


class Unreadable(Exception):
    """A source cannot be read any further; the message says why, in words.

    Args:
        position: where reading stopped; empty for the source as a whole.
    """

    def __init__(self, reason: str, *, position: str = "") -> None:
        super().__init__(reason)
        self.position = position


@dataclass(frozen=True, slots=True)
class RawIncident:
    """An incident by our field names, unchecked.

    Attributes:
        tells_actions: whether its format holds actions beside the incident, so that none there
            means that there are none.
        lines: where fields stand that have a line of their own, from 1.
    """

    place: Place
    values: Mapping[str, Any]
    tells_actions: bool = True
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawAction:
    """An action that stands apart from its incident and names it by ``incident_id``, unchecked."""

    place: Place
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RawAdded:
    """Something that people added to the records, unchecked.

    Attributes:
        kind: one of :data:`data.added.REQUIRED`.
    """

    kind: str
    place: Place
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something a reader took for granted, in words."""

    text: str


Item = RawIncident | RawAction | RawAdded | Problem | Assumption


class Source:
    """Named bytes that can be read from the start as often as needed.

    Attributes:
        name: as the user knows it; problems and records carry it.
        size: in bytes.
        asked_for: whether the user named it, rather than a folder that holds it.
        consumed: bytes read by the latest reading, for a progress bar.
    """

    def __init__(
        self, name: str, *, size: int, opener: Callable[[], BinaryIO], asked_for: bool = True
    ) -> None:
        self.name = name
        self.size = size
        self.asked_for = asked_for
        self.consumed = 0
        self._opener = opener

    def open(self) -> BinaryIO:
        """The bytes from the start.

        Raises:
            Unreadable: the file is gone, locked or forbidden.
        """
        self.consumed = 0
        try:
            return io.BufferedReader(_Counted(self._opener(), self), buffer_size=HEAD_BYTES)
        except OSError as error:
            raise Unreadable(f"cannot be opened: {error.strerror or error}") from error

    def head(self) -> bytes:
        """The first bytes, to tell the format by."""
        with self.open() as stream:
            return stream.read(HEAD_BYTES)

    def content(self, *, at_most: int) -> bytes:
        """All bytes.

        Raises:
            Unreadable: there are more than ``at_most``.
        """
        with self.open() as stream:
            content = stream.read(at_most + 1)
        if len(content) > at_most:
            raise Unreadable(f"is larger than {at_most // MEGABYTE} MB")
        return content


def from_file(path: Path, *, name: str, asked_for: bool = True) -> Source:
    """A file as a source."""
    size = path.stat().st_size
    return Source(name, size=size, opener=lambda: path.open("rb"), asked_for=asked_for)


def from_bytes(name: str, content: bytes) -> Source:
    """An upload as a source."""
    return Source(name, size=len(content), opener=lambda: io.BytesIO(content))


Reader = Callable[[Source], Iterator[Item]]


class _Counted(io.RawIOBase):
    """A stream that tells its source how far it was read."""

    def __init__(self, stream: BinaryIO, source: Source) -> None:
        self._stream = stream
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        self._source.consumed += len(piece)
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()

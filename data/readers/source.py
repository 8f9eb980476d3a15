"""What readers are given and what they give back.

A reader turns one named source of bytes into a stream of items, so that a file of a million records
never stands in memory as a whole. It knows shapes, not meaning: values stay as they were found and
are judged by :mod:`data.check`.
"""

import codecs
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from data.notations import DayOrder as DayOrder
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
class Options:
    """What whoever loads says about the files.

    Attributes:
        source: the name that records are known by together with their id; empty takes that of
            the folder or tool they come from.
        zone: the zone of times that name none; None means UTC.
        day_order: for dates that their own column or document leaves open; None asks.
        mapping: which column is which field; None leaves it to names and contents.
    """

    source: str = ""
    zone: dt.tzinfo | None = None
    day_order: DayOrder | None = None
    mapping: Any = None


@dataclass(frozen=True, slots=True)
class RawIncident:
    """An incident by our field names, unchecked.

    A field that is not among ``values`` is not spoken of; one that is there as None or as an empty
    text or list is said to be empty.

    Attributes:
        whole: whether this is all that its source says of the incident (a document), so that what
            it said before and says no more is meant to be gone.
        tool: what wrote it, where that was recognised, such as ``PagerDuty``.
        tells_actions: whether its format holds actions beside the incident, so that none there
            means that there are none.
        lines: where fields stand that have a line of their own, from 1.
    """

    place: Place
    values: Mapping[str, Any]
    tells_actions: bool = True
    whole: bool = False
    tool: str = ""
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


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file, page or row that holds no record and is meant to be left out, by name.

    Attributes:
        reason: why, as the end of a sentence: "is a template".
    """

    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a source was taken for.

    Attributes:
        shape: the format or tool, such as ``Jira CSV`` or ``post-mortem in Markdown``.
        why: what it was known by, such as ``columns Issue key, Created, Resolved``.
        columns: what each of its columns was taken for, where it has any: header to field; an
            empty field is kept beside the record.
        examples: the first values of each column, for people to know it by.
    """

    source: str
    shape: str
    why: str
    columns: Mapping[str, str] = field(default_factory=dict)
    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)


Item = RawIncident | RawAction | RawAdded | Problem | Assumption | LeftOut | Recognised


class Source:
    """Named bytes that can be read from the start as often as needed.

    Attributes:
        name: as the user knows it; problems and records carry it.
        size: in bytes.
        asked_for: whether the user named it, rather than a folder that holds it.
        folder: the folder that the user named and that holds it; empty for a file of its own.
        location: where it is on this machine, in full; empty for what is no file here.
        changes: whether it holds what was changed alone, so that what it does not hold is not gone.
        options: what the user says about it.
        consumed: bytes read by the latest reading, for a progress bar.
    """

    def __init__(
        self,
        name: str,
        *,
        size: int,
        opener: Callable[[], BinaryIO],
        asked_for: bool = True,
        folder: str = "",
        location: str = "",
        changes: bool = False,
        options: Options | None = None,
    ) -> None:
        self.name = name
        self.size = size
        self.asked_for = asked_for
        self.folder = folder
        self.location = location
        self.changes = changes
        self.options = options or Options()
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

    def seekable(self) -> BinaryIO:
        """The bytes as a stream that can be read from any place, to be closed by the caller.

        Raises:
            Unreadable: as :meth:`open`.
        """
        try:
            stream = self._opener()
            if stream.seekable():
                return stream
            with stream:
                return io.BytesIO(stream.read())
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


def from_file(
    path: Path,
    *,
    name: str,
    asked_for: bool = True,
    folder: str = "",
    options: Options | None = None,
) -> Source:
    """A file as a source."""
    return Source(
        name,
        size=path.stat().st_size,
        opener=lambda: path.open("rb"),
        asked_for=asked_for,
        folder=folder,
        location=str(path.resolve()),
        options=options,
    )


def from_bytes(
    name: str,
    content: bytes,
    *,
    asked_for: bool = True,
    folder: str = "",
    changes: bool = False,
    options: Options | None = None,
) -> Source:
    """An upload, a member of an archive or an answer of a server as a source."""
    return Source(
        name,
        size=len(content),
        opener=lambda: io.BytesIO(content),
        asked_for=asked_for,
        folder=folder,
        changes=changes,
        options=options,
    )


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


# Which encoding is a text in? Marks first, then UTF-8, then what Windows programs write.
#
# The answer must be certain before the first record is handed out, so a file is looked through
# once from end to end; that costs a fraction of reading its records.

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What a Western Windows program writes when it does not write UTF-8.
FALLBACK = "cp1252"
#: First bytes of files that are no text, with what to say about them.
NO_TEXT = (
    (b"PK\x03\x04", "is a spreadsheet or an archive, not text; save it as CSV first"),
    (b"\xd0\xcf\x11\xe0", "is an old Office document, not text; save it as CSV first"),
    (b"\x1f\x8b", "is compressed; unpack it first"),
    (b"SQLite format 3\x00", "is an SQLite database, not text"),
)


def encoding_of(source: Source) -> str:
    """The encoding of ``source``.

    Raises:
        Unreadable: it is no text.
    """
    head = source.head()
    for mark, what in NO_TEXT:
        if head.startswith(mark):
            raise Unreadable(what)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    if head.count(0) * 4 > len(head):  # every other byte of Western text in UTF-16 is NUL
        return "utf-16-be" if head[:1] == b"\x00" else "utf-16-le"
    return "utf-8" if _is_utf8(source) else FALLBACK


def whole_text(source: Source, *, at_most: int) -> tuple[str, str]:
    """All of ``source`` as text, and its encoding; bytes that mean nothing become U+FFFD.

    Raises:
        Unreadable: it is no text, or larger than ``at_most`` bytes.
    """
    encoding = encoding_of(source)
    return source.content(at_most=at_most).decode(encoding, "replace"), encoding


def opened(source: Source, *, encoding: str) -> io.TextIOWrapper:
    """``source`` as lines of text with their line ends as they are."""
    return io.TextIOWrapper(source.open(), encoding=encoding, errors="replace", newline="")


def fallback_said(source: Source) -> str:
    """What to tell the user about a text that is not UTF-8."""
    return f"{source.name} is not UTF-8, read as Windows-1252"


def _is_utf8(source: Source) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with source.open() as stream:
            while piece := stream.read(HEAD_BYTES):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True

"""Zip archives: their members are sources of their own, and none of them can fill the memory.

An archive is only listed before anything of it is unpacked: how many members it has, how large
they say they are, and how much smaller they are packed. Members are unpacked as they are read.
"""

import io
import lzma
import struct
import weakref
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from data.problems import Place
from data.readers.source import MEGABYTE, LeftOut, Source, Unreadable
from data.record import printable

MOST_MEMBERS = 20_000
#: A list of so many members is longer than any of ours.
LARGEST_LIST = 8 * MEGABYTE
LARGEST_TOTAL = 2048 * MEGABYTE
#: Text shrinks to a tenth, tables of repeated words to a fiftieth; below the size it costs nothing.
MOST_SHRUNK = 150
SMALL_TOTAL = 50 * MEGABYTE
#: Where the end of an archive says how long its list is.
END_MARK = b"PK\x05\x06"
LONGEST_END = 65_557
ENCRYPTED = 0x1
ARCHIVES = frozenset({".zip", ".jar", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar"})
#: What unpacking a member may end in.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
#: What macOS adds beside every file.
OF_THE_SYSTEM = "__MACOSX/"
INSIDE = "is an archive inside an archive; unpack it first"


def opened(stream: BinaryIO) -> zipfile.ZipFile:
    """The archive in ``stream``.

    Raises:
        Unreadable: it is no archive, or built to fill memory.
    """
    try:
        _refuse_long_list(stream)
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable("is no archive that can be opened: it is damaged") from error
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise Unreadable(f"holds over {MOST_MEMBERS:,} files; unpack it and name a part of it")
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if total > LARGEST_TOTAL:
        raise Unreadable(f"unpacks to over {LARGEST_TOTAL // MEGABYTE:,} MB")
    if total > max(SMALL_TOTAL, MOST_SHRUNK * packed):
        raise Unreadable("unpacks to far more than records would, so it is left packed")
    return archive


def part(archive: zipfile.ZipFile, name: str, *, at_most: int) -> bytes:
    """The bytes of a member by its name.

    Raises:
        Unreadable: there is none, it is larger than ``at_most``, or damaged.
    """
    try:
        member = archive.getinfo(name)
    except KeyError as error:
        raise Unreadable(f"lacks its part {name}") from error
    with io.BufferedReader(_Member(archive, member)) as stream:
        content = stream.read(at_most + 1)
    if len(content) > at_most:
        raise Unreadable(f"holds over {at_most // MEGABYTE} MB of text")
    return content


def members(source: Source, *, why_not: Callable[[str], str]) -> Iterator[Source | LeftOut]:
    """The members of an archive as sources, named below it; what is not read comes by name.

    Args:
        why_not: says of a name why no reader takes it; empty if one does.

    Raises:
        Unreadable: it is no archive, or built to fill memory.
    """
    archive = _Open(source.seekable())
    for member in archive.members:
        if member.is_dir() or member.filename.startswith(OF_THE_SYSTEM):
            continue
        name = f"{source.name}/{_clean(member.filename)}"
        if reason := _why_packed(member) or why_not(member.filename):
            yield LeftOut(Place(name), reason)
            continue
        yield Source(
            name,
            size=member.file_size,
            opener=partial(archive.member, member),
            asked_for=False,
            folder=source.folder or source.name,
            options=source.options,
        )


class _Open:
    """An archive that is closed when nobody knows a member of it any more."""

    def __init__(self, stream: BinaryIO) -> None:
        weakref.finalize(self, stream.close)
        self._archive = opened(stream)
        self.members = self._archive.infolist()

    def member(self, member: zipfile.ZipInfo) -> BinaryIO:
        """The bytes of a member as a stream."""
        return io.BufferedReader(_Member(self._archive, member))


class _Member(io.RawIOBase):
    """A member as it is unpacked; damage is a reason, and it never gives more than it said."""

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        try:
            self._stream = archive.open(member)
        except DAMAGE as error:
            raise Unreadable(f"cannot be unpacked: {_words(error)}") from error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            piece = self._stream.read(len(buffer))
        except DAMAGE as error:
            raise Unreadable(f"cannot be unpacked: {_words(error)}") from error
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed and hasattr(self, "_stream"):
            self._stream.close()
        super().close()


def _words(error: Exception) -> str:
    if isinstance(error, NotImplementedError):
        return "it is packed in a way that is not known here"
    return "it is damaged"


def _why_packed(member: zipfile.ZipInfo) -> str:
    path = PurePosixPath(_clean(member.filename))
    if any(part.startswith(".") for part in path.parts):
        return "is hidden"
    if member.flag_bits & ENCRYPTED:
        return "is protected by a password"
    return INSIDE if path.suffix.lower() in ARCHIVES else ""


def _clean(name: str) -> str:
    """The name of a member without a way out of its archive."""
    parts = (part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))
    return printable("/".join(parts))


def _refuse_long_list(stream: BinaryIO) -> None:
    """Refuses an archive by the size of its list, which would be read as a whole."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - LONGEST_END))
    end = stream.read()
    start = end.rfind(END_MARK)
    stream.seek(0)
    if start >= 0 and len(end) >= start + 16:
        (length,) = struct.unpack("<I", end[start + 12 : start + 16])
        if length > LARGEST_LIST:
            raise Unreadable(f"holds over {MOST_MEMBERS:,} files; unpack it and name a part of it")

"""Which files were loaded before, and which of those of a load need not be read again?

A file is known by where it is on its machine, or by its source and its path in the folder that was
named. One whose content did not change, read in the same manner, says what it said, so it is not
read. A file that is no longer where it was may have been moved: it is told by its content.
"""

import glob
import hashlib
import itertools
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, case, func, select, update

from data import readers, tables
from data.engine import Row, batches, fetch, insert_rows
from data.findings import Findings
from data.identity import UPLOAD
from data.lists import Lists
from data.options import DIGEST_BYTES, manner_of
from data.problems import Place, Problem
from data.readers.source import MEGABYTE, LeftOut, Options, Source, Unreadable, from_file
from data.words import fold

# Which files does a user mean? Files, folders with all that is below them, and patterns.
#
# Nothing in a folder is passed over in silence: what is no post-mortem by its name is left out by
# name, so that nobody takes a folder for read of which half was not.

#: A folder with more files than this is no folder of post-mortems.
MOST_FILES = 200_000
HIDDEN = "is hidden, as its name begins with a dot"
LINK = "is a link, which is not followed"
NO_FILE = "is no file that can be read"


@dataclass(frozen=True, slots=True)
class Walked:
    """A folder of which every file that is read was met with."""

    folder: str


#: A file, or why there is none.
Sourced = Source | Problem | LeftOut | Walked


def sources_of(
    paths: Iterable[str | Path], *, options: Options | None = None
) -> tuple[list[Source], Findings]:
    """The files that ``paths`` mean, each once and in a stable order; what is not among them.

    Args:
        paths: files, folders (all files of known formats below; links that lead elsewhere are not
            followed) and patterns such as ``reports/*.md``.
        options: what is said about all of them.
    """
    sources: dict[str, Source] = {}
    findings = Findings()
    for path in paths:
        if not str(path).strip():  # an unset variable of a shell, and not the current folder
            findings.add([_missing("''", "names no file")])
            continue
        for met in _of(Path(path), options):
            if isinstance(met, Problem):
                findings.add([met])
            elif isinstance(met, LeftOut):
                findings.leave_out(met)
            elif isinstance(met, Walked):
                findings.walked.append(met.folder)
            else:
                sources.setdefault(met.location, met)
    return list(sources.values()), findings


def _of(path: Path, options: Options | None, *, folder: str = "") -> Iterator[Sourced]:
    """The files that one path means.

    Args:
        folder: where a pattern begins that means it.
    """
    name = str(path)
    try:
        if path.is_dir():
            yield from _below(path, options, named=folder)
        elif path.is_file():
            yield from_file(path, name=_shown(path), folder=folder, options=options)
        elif path.exists():
            yield _missing(name, "is neither a file nor a folder")
        elif glob.has_magic(name):
            matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - absolute ones too
            if not matches:
                yield _missing(name, "matches no file")
            for match in matches:
                yield from _of(Path(match), options, folder=_beginning(path))
        else:
            yield _missing(name, "does not exist")
    except (OSError, ValueError) as error:
        yield _missing(name, f"cannot be opened: {getattr(error, 'strerror', None) or error}")


def _beginning(pattern: Path) -> str:
    """The folder in which everything lies that a pattern means."""
    plain = itertools.takewhile(lambda part: not glob.has_magic(part), pattern.parts)
    return _shown(Path(*plain))


def _below(folder: Path, options: Options | None, *, named: str) -> Iterator[Sourced]:
    """The files of known formats in ``folder`` and its subfolders; the others are left out."""
    count = known = 0
    named = named or _shown(folder)
    for path in _walked(folder):
        count += 1
        if count > MOST_FILES:
            yield _missing(str(folder), f"holds over {MOST_FILES:,} files; name a part of it")
            return
        if reason := _why_not(path):
            yield LeftOut(Place(_shown(path)), reason)
            continue
        known += 1
        yield from_file(path, name=_shown(path), asked_for=False, folder=named, options=options)
    if known:
        yield Walked(str(folder.resolve()))
    else:
        yield _missing(str(folder), "holds no file in a format that is read here")


def _walked(folder: Path) -> Iterator[Path]:
    """All files below ``folder``; a hidden or linked folder comes as itself."""
    for parent, folders, names in os.walk(folder, followlinks=False):
        closed = {name for name in folders if _why_closed(Path(parent, name))}
        folders[:] = sorted(set(folders) - closed)
        yield from (Path(parent, name) for name in sorted(closed.union(names)))


def _why_closed(path: Path) -> str:
    """Why nobody looks at what is at ``path``; empty where one does."""
    if path.name.startswith("."):
        return HIDDEN
    return LINK if path.is_symlink() else ""


def _why_not(path: Path) -> str:
    """Why ``path`` is not read; empty where it is."""
    if reason := _why_closed(path):
        return reason
    if not path.is_file():
        return NO_FILE
    return readers.why_not(path.name)


def _shown(path: Path) -> str:
    """A name that stays the same whether the path was given in full or from where the user is."""
    absolute = path.absolute()
    here = Path.cwd()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else absolute).as_posix()


def _missing(name: str, reason: str) -> Problem:
    return Problem(Place(name), "", "", reason, rejected=True)


#: Longer reports are not kept: such a file is read again instead.
LONGEST_REPORT = 100_000
NARROW = (
    "key",
    "source_name",
    "path",
    "location",
    "digest",
    "manner",
    "revision",
    "gone",
    "records",
)
_REPORT = TypeAdapter(Findings)


@dataclass(frozen=True, slots=True)
class Known:
    """A file that was loaded before; the columns of ``files``."""

    key: int
    source_name: str
    path: str
    location: str
    digest: bytes
    manner: bytes
    revision: int
    gone: bool
    records: int

    @property
    def is_away(self) -> bool:
        """Whether it is no longer where it was."""
        return self.gone or bool(self.location and not Path(self.location).exists())


@dataclass(slots=True)
class Met:
    """A source of this load, as a file among those that were loaded before.

    Attributes:
        number: its place among the sources of the load.
        source_name: empty where nothing but its content can tell.
        known: what was known of it before; None for a new one.
        as_before: whether it says what it said and need not be read.
        findings: what reading it met with.
        whole: whether it was read to its end and all of it could be used.
        depends: whether what it says was judged by what else was there, so that it may mean more
            or less another time.
        waits: whether something in it waits for what comes in other files.
        closed: whether nothing more can come of it.
    """

    source: Source
    number: int
    key: int
    source_name: str
    path: str
    digest: bytes = b""
    manner: bytes = b""
    known: Known | None = None
    as_before: bool = False
    findings: Findings = field(default_factory=Findings)
    whole: bool = True
    depends: bool = False
    waits: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Titled:
    """A stored record that was looked for by its title."""

    id: str
    source_name: str | None
    source_id: str | None

    def name_in(self, source_name: str) -> str:
        """What a file of this source calls it."""
        theirs = self.source_id if self.source_name == source_name else None
        return theirs or self.id


class Files:
    """The files of one load, within its transaction."""

    def __init__(self, connection: Connection, *, revision: int) -> None:
        self._connection = connection
        self.revision = revision
        columns = [tables.FILES.c[name] for name in NARROW]
        rows = fetch(connection, select(*columns).order_by(tables.FILES.c.key))
        self.known = {row[0]: Known(*_plain(row)) for row in rows}
        self.first_key = self._next_key = 1 + max(self.known, default=0)
        self.met: list[Met] = []
        self._here: set[int] = set()

    def meet(self, sources: Sequence[Source], lists: Lists) -> list[Met]:
        """The sources as files, in the same order."""
        by_location = {file.location: file for file in self.known.values() if file.location}
        by_path = {(file.source_name, file.path): file for file in self.known.values()}
        manners: dict[tuple[Any, ...], bytes] = {}
        for source in sources:
            met = self._met(source, by_location, by_path)
            options = source.options
            said = (options.zone, options.day_order, id(options.mapping))
            if said not in manners:
                manners[said] = manner_of(options, lists)
            met.manner = manners[said]
            self._here.add(met.key)
            self.met.append(met)
        self._recognise()
        return self.met

    def _met(
        self,
        source: Source,
        by_location: dict[str, Known],
        by_path: dict[tuple[str, str], Known],
    ) -> Met:
        known = by_location.get(source.location)
        name = source.options.source or (known.source_name if known else name_of(source))
        path = known.path if known and not source.folder else path_of(source)
        digest = _digest(source)
        if known is None:
            known = by_path.get((name or UPLOAD, path))
            if known and not _may_be(known, source, digest):
                known = None
        if known and known.key in self._here:
            known = None
        key = known.key if known else self._next_key
        self._next_key += known is None
        return Met(source, len(self.met), key, name, path, digest=digest, known=known)

    def _recognise(self) -> None:
        """Marks those that need not be read again, with what reading them met with."""
        same = {
            met.key: met
            for met in self.met
            if met.known
            and met.digest
            and (met.digest, met.manner) == (met.known.digest, met.known.manner)
            and (met.source_name or UPLOAD) == met.known.source_name
            and not met.known.gone
        }
        for keys in batches(same):
            columns = tables.FILES.c
            rows = select(columns.key, columns.records, columns.findings)
            told = {row.key: row for row in self._connection.execute(_states(keys))}
            for key, records, report in fetch(self._connection, rows.where(columns.key.in_(keys))):
                state = told.get(key)
                if report and (state.records if state else 0) == records:
                    self._take(same[key], report, state)

    def _take(self, met: Met, report: str, state: Any) -> None:
        known = met.known
        if known is None or (state and state.gone):
            return
        if state and met.source.asked_for and state.revision > known.revision:
            return  # somebody else changed its records since, and the user names it once more
        try:
            met.findings = _REPORT.validate_json(report)
        except ValidationError:
            return
        met.as_before = True

    def titled(self, titles: Collection[str]) -> dict[str, Titled]:
        """The stored records with these titles, folded; of several the first that was loaded."""
        columns = tables.INCIDENTS.c
        query = select(columns.title, columns.id, columns.source_name, columns.source_id)
        stored: dict[str, Titled] = {}
        for title, *names in fetch(self._connection, query.order_by(columns.gone, columns.key)):
            if title and (folded := fold(title)) in titles:
                stored.setdefault(folded, Titled(*names))
        return stored

    def are_there(self, keys: Collection[int]) -> bool:
        """Whether any of these files is where it was, as far as can be told."""
        known = (self.known.get(key) for key in keys if key not in self._here)
        return any(key in self._here for key in keys) or any(
            file is not None and not file.is_away for file in known
        )

    def away(self) -> list[Known]:
        """Files of the sources of this load that are no longer where they were."""
        names = {met.source_name or UPLOAD for met in self.met}
        unmet = (file for key, file in self.known.items() if key not in self._here)
        return [file for file in unmet if file.source_name in names and file.is_away]

    def lose(self, keys: Iterable[int]) -> None:
        """Note that these are no longer where they were."""
        for key in keys:
            self.known[key] = replace(self.known[key], gone=True)

    def has(self, key: int) -> bool:
        """Whether the file with this key is one of this load, or not known to be gone."""
        return key in self._here or (key in self.known and not self.known[key].gone)

    def finish(self, keep: Callable[[Iterable[Row]], None]) -> bool:
        """Keep what is known of the files now; whether anything of it is news.

        Args:
            keep: told of the rows that are replaced.
        """
        read = [met for met in self.met if not met.as_before]
        counts = self._counts([met.key for met in read])
        rows = [self._row(met, counts.get(met.key, 0)) for met in read]
        stored = self._stored([row[0] for row in rows])
        same = {key: _without_revision(row) for key, row in stored.items()}
        news = [row for row in rows if same.get(row[0]) != _without_revision(row)]
        keep(stored[row[0]] for row in news if row[0] in stored)
        self._delete([row[0] for row in news])
        insert_rows(self._connection, tables.FILES, news)
        return bool(news)

    def note_revision(self, revision: int) -> None:
        """Note the revision of the store at which all files of this load were met with."""
        for keys in batches(met.key for met in self.met):
            theirs = update(tables.FILES).where(tables.FILES.c.key.in_(keys))
            self._connection.execute(theirs.values(revision=revision))

    def _counts(self, keys: Sequence[int]) -> dict[int, int]:
        """Of how many records each file speaks."""
        told = tables.TOLD.c
        counts: dict[int, int] = {}
        for some in batches(keys):
            query = select(told.file, func.count()).where(told.file.in_(some))
            counts |= dict(fetch(self._connection, query.group_by(told.file)))
        return counts

    def _row(self, met: Met, records: int) -> Row:
        report = _REPORT.dump_json(met.findings).decode() if met.digest and not met.depends else ""
        return (
            met.key,
            met.source_name or UPLOAD,
            met.path,
            met.source.location,
            met.digest,
            met.manner,
            self.revision,
            False,
            records,
            report if len(report) <= LONGEST_REPORT else "",
        )

    def _stored(self, keys: Sequence[int]) -> dict[int, Row]:
        rows: dict[int, Row] = {}
        for some in batches(keys):
            theirs = select(tables.FILES).where(tables.FILES.c.key.in_(some))
            for row in fetch(self._connection, theirs):
                rows[row[0]] = tuple(_plain(row))
        return rows

    def _delete(self, keys: Sequence[int]) -> None:
        for some in batches(keys):
            self._connection.execute(tables.FILES.delete().where(tables.FILES.c.key.in_(some)))


def met_now(sources: Iterable[Source]) -> list[Met]:
    """Sources as files of which nothing is known."""
    return [
        Met(source, number, 0, name_of(source), path_of(source))
        for number, source in enumerate(sources)
    ]


def name_of(source: Source) -> str:
    """The name of where a source comes from: that of a folder, or nothing for an upload."""
    if source.options.source:
        return source.options.source
    if source.folder:
        return PurePath(_resolved(source.folder, Path.cwd())).name
    return PurePath(source.location).parent.name if source.location else ""


def path_of(source: Source) -> str:
    """Where a source is within the folder that was named."""
    if not source.location:
        return source.name.removeprefix(f"{source.folder}/") if source.folder else source.name
    location = PurePath(source.location)
    folder = _resolved(source.folder, Path.cwd()) if source.folder else str(location.parent)
    inside = source.location.removeprefix(folder.rstrip(os.sep) + os.sep)
    return inside.replace(os.sep, "/")


@lru_cache(maxsize=1_000)
def _resolved(folder: str, here: Path) -> str:
    return str(Path(here, folder).resolve())


def _may_be(known: Known, source: Source, digest: bytes) -> bool:
    """Whether ``source`` may be a file that was known by the same path in another folder."""
    there = source.location and known.location and Path(known.location).exists()
    return not there or known.digest == digest


def _digest(source: Source) -> bytes:
    """A digest of the content; empty where it cannot be read."""
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    try:
        with source.open() as stream:
            while piece := stream.read(MEGABYTE):
                digest.update(piece)
    except (Unreadable, OSError):
        return b""
    return digest.digest()


def _states(keys: Sequence[int]) -> Any:
    """What became of the records that files speak of, since they were read."""
    told, incidents = tables.TOLD.c, tables.INCIDENTS.c
    return (
        select(
            told.file.label("key"),
            func.count().label("records"),
            func.max(incidents.revision).label("revision"),
            func.max(case((incidents.gone & told.holds, 1), else_=0)).label("gone"),
        )
        .join_from(tables.TOLD, tables.INCIDENTS, told.incident == incidents.key)
        .where(told.file.in_(keys))
        .group_by(told.file)
    )


def _plain(row: Iterable[Any]) -> Iterator[Any]:
    """Values of a row; PostgreSQL gives digests in a type of its own."""
    return (bytes(value) if isinstance(value, memoryview) else value for value in row)


def _without_revision(row: Iterable[Any]) -> Row:
    values = tuple(row)
    return values[:6] + values[7:]

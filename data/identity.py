"""Which stored record does a statement speak of, and by what id is a new one known?

A record is known by its source and its id there. The same id of another source is another record,
unless it is evidently the same one. What a file said before it is taken to say of the same record
again, also when the file was moved.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, or_, select

from data import tables
from data.engine import batches, fetch
from data.record import LONGEST_LABEL, Incident
from data.rows import DAY_SECONDS, seconds_of
from data.statement import Statement
from data.told import Told, read_told

if TYPE_CHECKING:
    from data.files import Files, Met

#: The name of what was uploaded, where neither its reader nor the tool that wrote it says another.
UPLOAD = "upload"
#: The source of records that were loaded before sources had names.
EARLIER = "earlier"
NO_SOURCE = (None, EARLIER)


@dataclass(slots=True)
class Stored:
    """A record of the store as far as it must be known to tell records apart.

    Attributes:
        digest: of what is stored; empty for one that is not written yet.
        holder: the file of this load that brought it, if it is new.
    """

    key: int
    id: str
    source_name: str | None
    source_id: str | None
    digest: bytes
    revision: int
    gone: bool
    title: str
    started: int | None
    holder: "Met | None" = None


COLUMNS = [
    tables.INCIDENTS.c[name]
    for name in (
        "key", "id", "source_name", "source_id", "digest", "revision", "gone", "title",
        "impact_started_at",
    )
]  # fmt: skip


class Identities:
    """Finds the records that the statements of one load speak of, and names new ones.

    Args:
        note: told in words of what is not evident.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        files: "Files",
        next_key: int,
        revision: int,
        note: Callable[[str], None],
    ) -> None:
        self._connection = connection
        self._files = files
        self._revision = revision
        self._note = note
        self.next_key = next_key
        #: By source and id there, the public id where that is another one.
        self._public: dict[tuple[str, str], str] | None = None
        #: Those of them that came with this load.
        self.parted: dict[tuple[str, str], str] = {}
        self._moved: _Moved | None = None
        self._earlier: dict[str, list[Stored]] | None = None
        self._noted: set[str] = set()
        # Files of which something was written in this load.
        self._spoken: set[int] = set()
        self.told: dict[tuple[int, str], Told] = {}
        self._by_key: dict[int, Stored] = {}
        self._by_id: dict[str, Stored] = {}
        self._by_name: dict[str, list[Stored]] = {}

    def resolve(self, records: Sequence[Incident | Statement]) -> list[Stored | None]:
        """The record that each speaks of, stored or new; None where there is none to be had."""
        self._read(records)
        return [self._of(record) for record in records]

    def _read(self, records: Sequence[Incident | Statement]) -> None:
        statements = [record for record in records if isinstance(record, Statement)]
        files = {s.file.key: s.file for s in statements if s.file}
        old = {key for key, file in files.items() if file.known or key in self._spoken}
        self._spoken.update(files)
        told_as = {s.told_as for s in statements if s.file and s.file.key in old}
        self.told = read_told(self._connection, old, told_as) if old else {}
        names = {s.name for s in statements}
        names |= {r.incident.id if isinstance(r, Statement) else r.id for r in records}
        self._by_key, self._by_id, self._by_name = {}, {}, {}
        columns = tables.INCIDENTS.c
        for some in batches(names):
            self._take(or_(columns.id.in_(some), columns.source_id.in_(some)))
        missing = {row.incident for row in self.told.values()} - self._by_key.keys()
        for keys in batches(missing):
            self._take(columns.key.in_(keys))

    def _take(self, where: Any) -> None:
        for row in fetch(self._connection, select(*COLUMNS).where(where)):
            stored = Stored(*row)
            stored.digest = bytes(stored.digest)
            self._add(stored)

    def _add(self, stored: Stored) -> None:
        self._by_key[stored.key] = self._by_id[stored.id] = stored
        if stored.source_id is not None:
            self._by_name.setdefault(stored.source_id, []).append(stored)

    def _of(self, record: Incident | Statement) -> Stored | None:
        if isinstance(record, Incident):
            return self._by_id.get(record.id) or self._new(record, record.id, source=None)
        stored = (
            self._told_before(record)
            or self._where_moved(record)
            or self._of_source(record)
            or self._elsewhere(record)
        )
        if stored is not None or record.is_lost:
            return stored
        return self._parted(record)

    def _parted(self, statement: Statement) -> Stored:
        """A new record by an id that no other one has."""
        public, name = self._free_name(statement)
        stored = self._new(statement.incident, public, source=(statement.source_name, name))
        stored.holder = statement.file
        if public != name:
            self._publish(statement.source_name, name, public)
        return stored

    def _new(self, incident: Incident, name: str, *, source: tuple[str, str] | None) -> Stored:
        source_name, source_id = source or (incident.source_name, incident.source_id)
        stored = Stored(
            key=self.next_key,
            id=name,
            source_name=source_name,
            source_id=source_id,
            digest=b"",
            revision=self._revision,
            gone=False,
            title=incident.title,
            started=seconds_of(incident.impact_started_at),
        )
        self.next_key += 1
        self._add(stored)
        return stored

    def _told_before(self, statement: Statement) -> Stored | None:
        """The record that the same file spoke of by the same id."""
        if statement.file is None:
            return None
        row = self.told.get((statement.file.key, statement.told_as))
        return self._by_key.get(row.incident) if row else None

    def _of_source(self, statement: Statement) -> Stored | None:
        """The record of the same source and id."""
        for name in dict.fromkeys((statement.name, statement.incident.id)):
            for stored in self._by_name.get(name, ()):
                if stored.source_name != statement.source_name:
                    continue
                if not (statement.by_path and self._is_another(stored, statement)):
                    return stored
        return None

    def _is_another(self, stored: Stored, statement: Statement) -> bool:
        """Whether files of the same name in two folders tell of two incidents."""
        if agree(stored, statement.incident, strictly=True):
            return False
        if stored.holder is not None:
            return stored.holder is not statement.file
        return self._files.are_there(self._holders(stored.key))

    def _holders(self, key: int) -> list[int]:
        told = tables.TOLD.c
        query = select(told.file).where(told.incident == key, told.holds)
        return [row[0] for row in fetch(self._connection, query)]

    def _where_moved(self, statement: Statement) -> Stored | None:
        """The record of a file that is no longer where it was, if this is that file."""
        file = statement.file
        if file is None or file.known is not None or statement.is_lost:
            return None
        if self._moved is None:
            self._moved = _Moved(self._connection, self._files)
        key, path = self._moved.record(statement, file)
        if not key:
            return None
        if key not in self._by_key:
            self._take(tables.INCIDENTS.c.key == key)
        stored = self._by_key.get(key)
        if stored is not None:
            self._note(f"{statement.place.source} was {path} before; its record is {stored.id}")
        return stored

    def _elsewhere(self, statement: Statement) -> Stored | None:
        """The record of another source that is evidently the same."""
        others = self._others(statement)
        unnamed = [s for s in others if s.source_name in NO_SOURCE]
        for stored in unnamed:
            if stored.id == statement.incident.id:
                return stored
        if (there := self._by_place(statement)) is not None:
            return there
        if statement.is_lost:
            return self._corrected(statement, others)
        strictly = statement.by_path
        same = [s for s in others if agree(s, statement.incident, strictly=strictly)]
        if len(same) != 1:
            return None
        self._note(
            f"{statement.place.source}: {statement.name} is the record {same[0].id} of "
            f"{same[0].source_name or UPLOAD}, as title and start are the same; it was updated"
        )
        return same[0]

    def _others(self, statement: Statement) -> list[Stored]:
        names = dict.fromkeys((statement.incident.id, statement.name))
        by_id = [self._by_id[name] for name in names if name in self._by_id]
        by_name = [stored for name in names for stored in self._by_name.get(name, ())]
        others = {stored.key: stored for stored in (*by_id, *by_name)}
        return [s for s in others.values() if s.source_name != statement.source_name]

    def _corrected(self, statement: Statement, others: Sequence[Stored]) -> Stored | None:
        """The one record that a statement corrects that is not a record itself."""
        if len(others) != 1:
            if others:
                sources = ", ".join(sorted(str(stored.source_name) for stored in others))
                self._note_once(
                    f"{statement.place}: {statement.name} is an id of several sources ({sources}); "
                    "name the one that is meant as the source of these rows"
                )
            return None
        source = others[0].source_name
        self._note_once(f"{statement.place.source} tells more of records of {source or UPLOAD}")
        return others[0]

    def _note_once(self, words: str) -> None:
        if words not in self._noted:
            self._noted.add(words)
            self._note(words)

    def _by_place(self, statement: Statement) -> Stored | None:
        """A record of a time without names of sources that was read at the same place."""
        if statement.is_lost:
            return None
        if self._earlier is None:
            self._earlier = self._read_earlier()
        here = self._earlier.get(statement.place.source, ())
        for stored in here:
            if agree(stored, statement.incident, strictly=True):
                known = self._by_key.get(stored.key, stored)
                if known.source_name == EARLIER:
                    self._add(known)
                    return known
        return None

    def _read_earlier(self) -> dict[str, list[Stored]]:
        """Records of a time without names of sources, by where they were read."""
        incidents, texts = tables.INCIDENTS.c, tables.TEXTS.c
        query = select(texts.source, *COLUMNS).join_from(
            tables.INCIDENTS, tables.TEXTS, texts.incident == incidents.key
        )
        earlier: dict[str, list[Stored]] = {}
        for source, *row in fetch(self._connection, query.where(incidents.source_name == EARLIER)):
            stored = Stored(*row)
            stored.digest = bytes(stored.digest)
            earlier.setdefault(source, []).append(stored)
        return earlier

    def _free_name(self, statement: Statement) -> tuple[str, str]:
        """The public id of a new record, and its id at its source."""
        wanted = statement.incident.id
        if wanted not in self._by_id:
            return wanted, wanted if statement.by_path else statement.name
        here = any(
            stored.source_name == statement.source_name
            for stored in self._by_name.get(statement.name, ())
        )
        if here and statement.by_path and statement.file:
            path = statement.file.source.location or statement.file.path
            name = self._first_free(beside(statement.name, path))
            return name, name
        name = self._first_free(
            shortened(f"{statement.source_name or UPLOAD}/{wanted}{again}") for again in _again()
        )
        self._note(
            f"{statement.place}: {wanted} is the id of another record of "
            f"{self._by_id[wanted].source_name or UPLOAD}; this one is kept apart as {name}"
        )
        return name, statement.name

    def _first_free(self, names: Iterable[str]) -> str:
        columns = tables.INCIDENTS.c
        for name in names:
            if name in self._by_id:
                continue
            if not fetch(self._connection, select(columns.key).where(columns.id == name)):
                return name
        raise AssertionError("names never end")

    def _publish(self, source: str, name: str, public: str) -> None:
        if self._public is not None:
            self._public[source, name] = public
        self.parted[source, name] = public

    def public(self, incident: Incident, source: str) -> Incident:
        """A record whose references to others of its source bear their public ids."""
        if not (incident.repeats or incident.duplicate_of):
            return incident
        if self._public is None:
            columns = tables.INCIDENTS.c
            parted = select(columns.source_name, columns.source_id, columns.id)
            rows = fetch(self._connection, parted.where(columns.id != columns.source_id))
            self._public = {(row[0], row[1]): row[2] for row in rows} | self.parted
        return referring(incident, source, self._public)


def referring(incident: Incident, source: str, public: dict[tuple[str, str], str]) -> Incident:
    """``incident`` with the ids of others of its source as they are publicly known."""
    repeats = tuple(public.get((source, name), name) for name in incident.repeats)
    original = incident.duplicate_of
    original = public.get((source, original), original) if original else None
    if (repeats, original) == (incident.repeats, incident.duplicate_of):
        return incident
    return incident.model_copy(update={"repeats": repeats, "duplicate_of": original})


def doubled(connection: Connection, first: int) -> list[tuple[str, str]]:
    """Records that have the title and the start of another one, and do not say to be its double.

    Args:
        first: the key from which on records are new; of two old ones nothing is said.

    Returns:
        Of each new one its id, and that of the record that came before it.
    """
    columns = tables.INCIDENTS.c
    about = columns.title, columns.impact_started_at
    new = select(func.min(about[1]), func.max(about[1])).where(columns.key >= first)
    earliest, latest = connection.execute(new).one()
    if earliest is None:
        return []
    alone = columns.duplicate_of.is_(None)
    several = (
        select(*about)
        .where(alone, columns.title != "", about[1].between(earliest, latest))
        .group_by(*about)
        .having(func.count() > 1, func.max(columns.key) >= first)
        .subquery()
    )
    same = (columns.title == several.c.title) & (about[1] == several.c.impact_started_at)
    query = select(*about, columns.key, columns.id).join_from(tables.INCIDENTS, several, same)
    rows = fetch(connection, query.where(alone).order_by(columns.key))
    originals: dict[tuple[str, int], str] = {}
    for title, started, _, name in rows:
        originals.setdefault((title, started), name)
    return [
        (name, originals[title, started])
        for title, started, key, name in rows
        if key >= first and originals[title, started] != name
    ]


class _Moved:
    """The records of files that are no longer where they were."""

    def __init__(self, connection: Connection, files: "Files") -> None:
        self._connection = connection
        self._away = {file.key: file for file in files.away()}
        self._by_digest = {file.digest: file.key for file in self._away.values()}
        self._by_look: dict[tuple[str, int], tuple[int, int]] | None = None
        self._taken: set[int] = set()

    def record(self, statement: Statement, file: "Met") -> tuple[int, str]:
        """The key of the record and the path at which it was; nothing if there is none."""
        key, old = self._by_content(statement, file)
        if not key:
            key, old = self._look(statement)
        if not key or key in self._taken:
            return 0, ""
        self._taken.add(key)
        return key, self._away[old].path

    def _by_content(self, statement: Statement, file: "Met") -> tuple[int, int]:
        old = self._by_digest.get(file.digest, 0) if file.digest else 0
        if not old:
            return 0, 0
        told = tables.TOLD.c
        rows = fetch(
            self._connection, select(told.name, told.incident).where(told.file == old).limit(2)
        )
        return (rows[0][1], old) if len(rows) == 1 else (0, 0)

    def _look(self, statement: Statement) -> tuple[int, int]:
        """By title and start."""
        if self._by_look is None:
            self._by_look = {}
            told, incidents = tables.TOLD.c, tables.INCIDENTS.c
            columns = (incidents.title, incidents.impact_started_at, incidents.key, told.file)
            query = select(*columns).join_from(
                tables.TOLD, tables.INCIDENTS, told.incident == incidents.key
            )
            for keys in batches(self._away):
                theirs = query.where(told.file.in_(keys), told.holds)
                for title, started, key, old in fetch(self._connection, theirs):
                    self._by_look[_folded(title), started] = key, old
        started = seconds_of(statement.incident.impact_started_at)
        if started is None:
            return 0, 0
        return self._by_look.get((_folded(statement.incident.title), started), (0, 0))


def agree(stored: Stored, incident: Incident, *, strictly: bool = False) -> bool:
    """Whether two records of one id are evidently one: what both know of title and start is alike.

    Args:
        strictly: whether the start must be known, because the id is little more than a file's name.
    """
    titles = _folded(stored.title), _folded(incident.title)
    starts = stored.started, seconds_of(incident.impact_started_at)
    if all(titles) and titles[0] != titles[1]:
        return False
    known = None not in starts
    if known and not _same_start(*starts):
        return False
    return known or (all(titles) and not strictly)


def _same_start(first: int | None, second: int | None) -> bool:
    if first == second or first is None or second is None:
        return first == second
    only_days = first % DAY_SECONDS == 0 or second % DAY_SECONDS == 0
    return only_days and first // DAY_SECONDS == second // DAY_SECONDS


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())


def beside(name: str, path: str) -> Iterable[str]:
    """Names for a record whose file bears the same name as one in another folder."""
    parents = [part for part in PurePosixPath(path.replace("\\", "/")).parent.parts if part != "/"]
    for count in range(1, len(parents) + 1):
        yield shortened("/".join((*parents[-count:], name)))
    yield from (shortened(f"{name}{again}") for again in _again())


def _again() -> Iterable[str]:
    yield ""
    number = 1
    while True:
        number += 1
        yield f"-{number}"


def shortened(name: str) -> str:
    """A name as long as an id may be; its end tells more than its start."""
    return name[-LONGEST_LABEL:]

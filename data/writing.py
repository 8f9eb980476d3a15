"""How are records written, and which of them are new, changed or the same?

A record whose digest is stored already is not touched. A changed one is deleted and written again
under the same key, which is why nothing may hang on that key but the record and what was made from
it. What a file says as it did before is not even compared.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import ColumnElement, Connection, Table, case, delete, exists, func, or_, select

from data import engine, tables, text_index
from data.engine import Row, batches, fetch, insert_rows
from data.identity import NO_SOURCE, Identities, Stored, doubled, referring
from data.record import CLOCK_FIELDS, Incident
from data.rows import own_rows, records_of, rows_of
from data.statement import Statement, emptied, merged
from data.told import (
    Before,
    Told,
    by_key,
    delete_records,
    digest_of,
    mark_gone,
    put_told,
    read_told_of,
    settle,
    told_now,
    withdrawing,
)

# Of how many stored records is each thing known that a load tells of?
#
# Records that need not be read again are counted where they are stored; :data:`data.findings.TOLD`
# says the same of a record at hand.

_incident, _texts = tables.INCIDENTS.c, tables.TEXTS.c
_promised = select(func.count()).where(tables.ACTIONS.c.incident == _incident.key).scalar_subquery()
SAYS: dict[str, ColumnElement[bool]] = {
    "timed": or_(*(_incident[clock].is_not(None) for clock in CLOCK_FIELDS)),
    "start": _incident.impact_started_at.is_not(None),
    "detection": _incident.detected_at.is_not(None),
    "end": _incident.resolved_at.is_not(None),
    "title": _incident.title != "",
    "cause": or_(_texts.root_cause != "", func.coalesce(_incident.root_cause_category, "") != ""),
    "severity": or_(
        func.coalesce(_incident.severity, "") != "", func.coalesce(_incident.severity_rank, 0) > 0
    ),
    "services": exists().where(tables.SERVICES.c.incident == _incident.key),
    "actions": exists().where(tables.ACTIONS.c.incident == _incident.key),
}


def known_counts(
    connection: Connection, keys: Collection[int]
) -> tuple[Counter[str], Counter[str]]:
    """What is known of records, and their severities that no list ranks.

    Returns:
        How many ``incidents`` these are, what is ``promised``, and how many say each thing; and how
        often each unranked severity stands there.
    """
    sums = [func.sum(case((says, 1), else_=0)).label(what) for what, says in SAYS.items()]
    query = select(
        func.count().label("incidents"), func.sum(_promised).label("promised"), *sums
    ).join_from(tables.INCIDENTS, tables.TEXTS, _texts.incident == _incident.key)
    unranked = select(_incident.severity, func.count()).group_by(_incident.severity)
    unranked = unranked.where(_incident.severity != "", _incident.severity_rank.is_(None))
    counts: Counter[str] = Counter()
    severities: Counter[str] = Counter()
    for some in batches(keys):
        here = _incident.key.in_(some)
        row = connection.execute(query.where(here)).mappings().one()
        counts.update({name: int(number or 0) for name, number in row.items()})
        severities.update(dict(fetch(connection, unranked.where(here))))
    return counts, severities


if TYPE_CHECKING:
    from data.files import Files

#: What a load is made of.
Record = Incident | Statement
#: The tables that a record is written into.
WRITTEN = (tables.INCIDENTS, *tables.PARTS, tables.OWN_FIELDS)
#: Statements that may speak of a record that comes later in the same load; more are lost.
MOST_PUT_OFF = 10_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load found, counted by record.

    Attributes:
        cleared_fields: fields that held something and hold nothing now.
        cleared_records: records that such fields belong to.
        gone: records that are no longer at their source, and were at the last load.
        doubled: new records that have the title and the start of another one.
    """

    new: int
    updated: int
    unchanged: int
    cleared_fields: int = 0
    cleared_records: int = 0
    gone: int = 0
    doubled: int = 0


class Report(Protocol):
    """Who is told what a load meets with."""

    def refuse(self, statement: Statement) -> None:
        """A statement is of no record that is there, and makes none."""

    def count(self, record: Incident, before: Incident | None) -> None:
        """Statements made or changed a record; what it was when it was told before."""

    def count_stored(self, counts: Mapping[str, int], unranked: Mapping[str, int]) -> None:
        """Records were not read again; what is known of them, see :mod:`data.writing`."""

    def note(self, words: str) -> None:
        """Something about a record was decided, in a sentence."""


class Silence:
    """For who loads whole records, about which there is nothing to tell."""

    def refuse(self, statement: Statement) -> None:
        """Nobody is told."""

    def count(self, record: Incident, before: Incident | None) -> None:
        """Nobody is told."""

    def count_stored(self, counts: Mapping[str, int], unranked: Mapping[str, int]) -> None:
        """Nobody is told."""

    def note(self, words: str) -> None:
        """Nobody is told."""


@dataclass(slots=True)
class _Batch:
    """The records that are written at once, by their keys."""

    before: dict[int, Incident] = field(default_factory=dict)
    now: dict[int, Incident] = field(default_factory=dict)
    stored: dict[int, Stored] = field(default_factory=dict)
    spoken_of: set[int] = field(default_factory=set)
    told: dict[tuple[int, str], Told] = field(default_factory=dict)


class Writer:
    """Writes the records of one load.

    Args:
        files: those of the load.
        makes_way: whether what the store holds is deleted when the first record comes.
        keep: whether the load stays and can be undone.
        report: told of what it meets with.
    """

    def __init__(
        self, connection: Connection, *, files: "Files", makes_way: bool, keep: bool, report: Report
    ) -> None:
        self._connection = connection
        self._files = files
        self._makes_way = makes_way
        self._report = report
        self._keep = keep
        self._waiting: list[Record] = []
        self._put_off: list[Statement] = []
        self.first_key = 1 + self._last_key()
        self._identities = Identities(
            connection,
            files=files,
            next_key=self.first_key,
            revision=files.revision,
            note=report.note,
        )
        self.before = Before(connection, kept=keep)
        # By key, of the records that were there before: what they held then and hold now.
        self._digests: dict[int, bytes] = {}
        self._now: dict[int, bytes] = {}
        # Those whose files say what they said, and those that were counted.
        self._still: set[int] = set()
        self._counted: set[int] = set()
        self._met: dict[int, set[int]] = {}
        self._cleared: Counter[int] = Counter()
        self._gone = 0
        self._back = False
        self.made_way = False

    @property
    def changed(self) -> bool:
        """Whether anything in the store changed."""
        new = self._identities.next_key > self.first_key
        return self.made_way or new or self._digests != self._now or bool(self._gone or self._back)

    def add(self, record: Record) -> None:
        """Take a whole record, or what is said of one."""
        empty = self._makes_way and not self.made_way
        if empty and isinstance(record, Statement) and record.is_lost:
            self._lose(record)  # and delete nothing for it
            return
        self.make_way()
        self._waiting.append(record)
        if len(self._waiting) >= engine.BATCH:
            self._write()

    def make_way(self) -> None:
        """Delete the sample once, before the first write of other records."""
        if self._makes_way and not self.made_way:
            columns = tables.INCIDENTS.c
            self.before.records(row[0] for row in fetch(self._connection, select(columns.key)))
            there = {table: by_key(self._connection, table) for table in tables.ADDED}
            delete_all(self._connection, with_added=True)
            self.before.added(there)
            self.made_way = True

    def finish(self, *, covers: Sequence[str] = (), complete: Collection[str] = ()) -> Loaded:
        """Write what still waits, mark what is gone, and count.

        Args:
            covers: folders of which every file is among those of the load.
            complete: names of sources of which everything is.
        """
        self._write()
        self._write_put_off()
        self._settle_references()
        gone = settle(
            self._connection,
            files=self._files,
            met=self._met,
            covers=covers,
            complete=complete,
            before=self.before,
        )
        self._gone = len(gone)
        still = self._still_there()
        self._report.count_stored(*known_counts(self._connection, still - self._counted))
        unchanged = sum(self._now[key] == digest for key, digest in self._digests.items())
        return Loaded(
            new=self._identities.next_key - self.first_key,
            updated=len(self._digests) - unchanged,
            unchanged=unchanged + sum(key < self.first_key for key in still - self._digests.keys()),
            cleared_fields=self._cleared.total(),
            cleared_records=len(self._cleared),
            gone=self._gone,
            doubled=self._note_doubled(),
        )

    def _note_doubled(self) -> int:
        """Tell of new records that another one seems to tell of too; how many there are."""
        if self._identities.next_key == self.first_key:
            return 0
        pairs = doubled(self._connection, self.first_key)
        for name, earlier in pairs:
            self._report.note(
                f"{name} has the title and the start of {earlier}; if they tell of one event, say "
                "so on the page Repeats"
            )
        return len(pairs)

    def _last_key(self) -> int:
        newest = select(func.coalesce(func.max(tables.INCIDENTS.c.key), 0))
        return int(self._connection.execute(newest).scalar_one())

    def _lose(self, statement: Statement) -> None:
        """Put off a statement whose record is not there; it may come later."""
        if len(self._put_off) < MOST_PUT_OFF:
            self._put_off.append(statement)
        else:
            self._report.refuse(statement)

    def _write_put_off(self) -> None:
        late, self._put_off = self._put_off, []
        if self._makes_way and not self.made_way:
            late, self._put_off = [], late
        for some in batches(late):
            self._waiting = [*some]
            self._write()
        for statement in self._put_off:
            self._report.refuse(statement)

    def _write(self) -> None:
        records, self._waiting = self._waiting, []
        targets = self._identities.resolve(records)
        batch = _Batch(told=self._identities.told)
        pairs: list[tuple[Record, Stored]] = []
        for record, stored in zip(records, targets, strict=True):
            if stored is None:
                if isinstance(record, Statement):
                    self._lose(record)
            elif not self._is_as_before(record, stored, batch):
                pairs.append((record, stored))
        self._read(pairs, batch)
        others = self._said_of(pairs)
        told: dict[tuple[int, str], Told] = {}
        for record, stored in pairs:
            batch.stored[stored.key] = stored
            if isinstance(record, Incident):
                batch.now[stored.key] = _with_source(record, stored)
            else:
                row = self._apply(record, stored, batch, others)
                if row is not None:
                    told[row.key] = row
        self._put(batch)
        self._put_told(told, batch)

    def _is_as_before(self, record: Record, stored: Stored, batch: _Batch) -> bool:
        """Whether a file says of a record what it said, and nobody has changed it since."""
        if isinstance(record, Incident) or record.file is None:
            return False
        file = record.file
        if file.known:
            self._met.setdefault(file.key, set()).add(hash(record.told_as))
        row = batch.told.get((file.key, record.told_as))
        if row is None or file.known is None or row.incident != stored.key:
            return False
        touched = stored.revision > file.known.revision and file.source.asked_for
        is_back = stored.gone and record.holds
        if touched or is_back or _source_changes(record, stored):
            return False
        if row.digest != digest_of(record):
            return False
        self._still.add(stored.key)
        return True

    def _read(self, pairs: Sequence[tuple[Record, Stored]], batch: _Batch) -> None:
        """The stored records that statements are about."""
        keys = {
            stored.key
            for record, stored in pairs
            if stored.digest and isinstance(record, Statement)
        }
        for some in batches(keys):
            theirs = select(tables.INCIDENTS).where(tables.INCIDENTS.c.key.in_(some))
            rows = self._connection.execute(theirs).mappings().all()
            records = records_of(self._connection, rows)
            batch.before |= {row["key"]: r for row, r in zip(rows, records, strict=True)}

    def _said_of(self, pairs: Sequence[tuple[Record, Stored]]) -> dict[int, list[Told]]:
        """What was said before of the records that whole documents speak of."""
        keys = {
            stored.key
            for record, stored in pairs
            if stored.digest and isinstance(record, Statement) and record.whole
        }
        return read_told_of(self._connection, keys)

    def _apply(
        self, record: Statement, stored: Stored, batch: _Batch, others: dict[int, list[Told]]
    ) -> Told | None:
        """Merge a statement with the record; what its file has said of it now."""
        key = stored.key
        batch.spoken_of.add(key)
        said = others.setdefault(key, [])
        mine = (record.file.key if record.file else 0, record.told_as)
        before = next((row for row in said if row.key == mine), batch.told.get(mine))
        row = told_now(record, key, before) if record.file else None
        there = batch.now.get(key) or batch.before.get(key)
        changed = withdrawing(record, before, [one for one in said if one.key != mine])
        changed = changed.renamed(stored.id)
        incident = changed.incident if there is None else merged(there, changed)
        if not record.public:
            incident = self._identities.public(incident, record.source_name)
        _take_over(record, stored)
        batch.now[key] = _with_source(incident, stored)
        if stored.gone and record.holds:
            self._bring_back(stored)
        if row is not None:
            others[key] = [*(one for one in said if one.key != mine), row]
        return row

    def _bring_back(self, stored: Stored) -> None:
        self.before.records([stored.key])
        mark_gone(self._connection, [stored.key], False)
        stored.gone, self._back = False, True

    def _put(self, batch: _Batch) -> None:
        """Write the records that changed."""
        rows: dict[Table, list[Row]] = {table: [] for table in WRITTEN}
        outdated: list[int] = []
        written: list[tuple[int, Incident]] = []
        for key, incident in batch.now.items():
            stored = batch.stored[key]
            digest, narrow, parts = rows_of(incident)
            if key < self.first_key:
                self._digests.setdefault(key, stored.digest)
                self._now[key] = digest
            self._report_on(key, incident, batch)
            if digest == stored.digest:
                continue
            if stored.digest:
                outdated.append(key)
            # What people change by hand is no reason to read its files again.
            revision = self._files.revision if key in batch.spoken_of else stored.revision
            noted = (revision, stored.gone)
            written.append((key, incident))
            rows[tables.INCIDENTS].append((key, incident.id, digest, *narrow, *noted))
            for table, part in zip(tables.PARTS, parts, strict=True):
                rows[table].extend([(key, *row) for row in part])
            rows[tables.OWN_FIELDS].extend((key, *row) for row in own_rows(incident.extra))
        self._replace(outdated, rows, written)

    def _replace(
        self,
        outdated: Sequence[int],
        rows: Mapping[Table, Sequence[Row]],
        written: Sequence[tuple[int, Incident]],
    ) -> None:
        """Put rows, and the records that they are of, in the place of what is outdated."""
        self.before.records(key for key in outdated if key < self.first_key)
        if outdated:
            delete_records(self._connection, outdated)
        for table, its_rows in rows.items():
            insert_rows(self._connection, table, its_rows)
        if self._keep:
            text_index.write(self._connection, written)

    def _report_on(self, key: int, incident: Incident, batch: _Batch) -> None:
        """Count what was emptied, and tell of the record."""
        if key not in batch.spoken_of:
            return
        earlier = batch.before.get(key)
        if earlier and (count := emptied(earlier, incident)):
            self._cleared[key] += count
        self._report.count(incident, earlier if key in self._counted else None)
        self._counted.add(key)

    def _put_told(self, told: Mapping[tuple[int, str], Told], batch: _Batch) -> None:
        news = [row for key, row in told.items() if batch.told.get(key) != row]
        replaced = [batch.told[row.key] for row in news if row.key in batch.told]
        old = [row.key for row in news if row.file < self._files.first_key]
        self.before.told(old, replaced)
        put_told(self._connection, news, replaced)

    def _still_there(self) -> set[int]:
        """The records of files that were not read, and those of which was said the same again."""
        still = set(self._still)
        told = tables.TOLD.c
        for keys in batches(file.key for file in self._files.met if file.as_before):
            theirs = select(told.incident).distinct().where(told.file.in_(keys))
            still.update(row[0] for row in fetch(self._connection, theirs))
        return still

    def _settle_references(self) -> None:
        """Let records that came before those they name by an id kept apart name them rightly."""
        parted = self._identities.parted
        for some in batches(parted.items()):
            for source in {source for (source, _), _ in some}:
                public = {key: name for key, name in some if key[0] == source}
                self._refer(source, public)

    def _refer(self, source: str, public: dict[tuple[str, str], str]) -> None:
        names = [name for _, name in public]
        columns, repeats = tables.INCIDENTS.c, tables.REPEATS.c
        naming = select(repeats.incident).where(repeats.earlier.in_(names))
        query = select(columns.key).where(
            columns.source_name == source,
            or_(columns.duplicate_of.in_(names), columns.key.in_(naming)),
        )
        keys = [row[0] for row in fetch(self._connection, query)]
        for some in batches(keys):
            theirs = select(tables.INCIDENTS).where(columns.key.in_(some))
            rows = self._connection.execute(theirs).mappings().all()
            batch = _Batch()
            for row, record in zip(rows, records_of(self._connection, rows), strict=True):
                batch.now[row["key"]] = referring(record, source, public)
                batch.stored[row["key"]] = Stored(
                    row["key"],
                    row["id"],
                    row["source_name"],
                    row["source_id"],
                    bytes(row["digest"]),
                    row["revision"],
                    row["gone"],
                    row["title"],
                    row["impact_started_at"],
                )
            self._put(batch)


def _source_changes(statement: Statement, stored: Stored) -> bool:
    """Whether a record had no named source, or its file comes under another name now."""
    if statement.is_lost or not statement.source_name:
        return False
    if stored.source_name in NO_SOURCE:
        return True
    known = statement.file.known if statement.file else None
    renamed = known is not None and known.source_name == stored.source_name
    return renamed and statement.source_name != stored.source_name


def _take_over(statement: Statement, stored: Stored) -> None:
    if not _source_changes(statement, stored):
        return
    if stored.source_name in NO_SOURCE:
        stored.source_id = statement.name
    stored.source_name = statement.source_name


def _with_source(incident: Incident, stored: Stored) -> Incident:
    """``incident`` under the id and source by which it is known."""
    known = {"id": stored.id, "source_name": stored.source_name, "source_id": stored.source_id}
    if all(getattr(incident, name) == value for name, value in known.items()):
        return incident
    return incident.model_copy(update=known)


def delete_all(connection: Connection, *, with_added: bool) -> None:
    """Delete every record, what was found by comparing them, and what is known of their files.

    Args:
        with_added: whether what people added is deleted too.
    """
    text_index.drop_all(connection)
    added = tables.ADDED if with_added else ()
    files = (tables.TOLD, tables.FILES)
    for table in (
        tables.SUGGESTIONS,
        tables.SEARCH_INDEX,
        *tables.HANGING,
        tables.INCIDENTS,
        *files,
        *added,
    ):
        connection.execute(delete(table))

"""Where does each part of a record stand in the database?

What statistics need (times, labels, ids) stands in narrow tables that are read whole; long texts
stand apart in ``texts`` and are read when one record is opened. Every moment and day is a count of
seconds since 1970 in UTC: the same on every database, no zone to mistake, and the quickest to read.
Lists and mappings that nobody filters by are JSON in text columns.

The tables of a record hang on ``incidents.key``, a number of this store. What people add here
refers to the public ``id`` instead, so that a changed record can be replaced beneath it, and even
be away for a while. In these tables the columns of the primary key come first.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

from data.record import (
    ACTION_FIELDS,
    INCIDENT_FIELDS,
    LONG_LISTS,
    LONG_MAPPINGS,
    LONG_TEXTS,
    LONGEST_LABEL,
    Kind,
    RecordField,
    listed,
    narrow,
)

#: The version of these tables: the newest script in ``data/migrations/versions``.
SCHEMA = "0015"

METADATA = MetaData()
LABEL = String(LONGEST_LABEL)
TYPES: dict[Kind, Any] = {
    Kind.NUMBER: SmallInteger,
    Kind.FLAG: Boolean,
    Kind.FLOAT: Double,
    Kind.TIME: BigInteger,
    Kind.LABEL: LABEL,
    Kind.TEXT: Text,
}


def _part(name: str, *columns: "Column[int] | Column[str]") -> Table:
    """A table of numbered rows that belong to an incident."""
    return Table(
        name,
        METADATA,
        Column("incident", Integer, ForeignKey("incidents.key"), primary_key=True),
        Column("position", Integer, primary_key=True),
        *columns,
        # SQLite then keeps the rows of an incident together, and no second index beside them.
        sqlite_with_rowid=False,
    )


def _narrow(fields: dict[str, RecordField]) -> Iterator["Column[Any]"]:
    """The columns of fields that statistics read."""
    for field, kept in narrow(fields):
        type_ = LABEL if kept.short else TYPES[kept.kind]
        # Only the id of an action has to be there and has no default.
        yield Column(field.name, type_, nullable=field.is_optional and field.name != "id")


def _text(field: RecordField) -> "Column[str]":
    """The column of a field that is read when a record is opened."""
    is_label = field.name == "time_precision"
    return Column(field.name, LABEL if is_label else Text, nullable=field.is_optional)


#: One row: what is true of the store as a whole.
STORE = Table(
    "store",
    METADATA,
    Column("only", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("holds_sample", Boolean, nullable=False),
)
LOADS = Table(
    "loads",
    METADATA,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("new", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("cleared_fields", Integer, nullable=False),
    Column("cleared_records", Integer, nullable=False),
)
INCIDENTS = Table(
    "incidents",
    METADATA,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("id", LABEL, nullable=False, unique=True),
    Column("digest", LargeBinary, nullable=False),
    *_narrow(INCIDENT_FIELDS),
    # Bit i stands for clock i.
    Column("day_clocks", SmallInteger, nullable=False),
    Column("estimated_clocks", SmallInteger, nullable=False),
    Column("has_postmortem", Boolean, nullable=False),
    # The store's revision at which a file last changed the record.
    Column("revision", Integer, nullable=False),
    # Whether its source was read without meeting it again.
    Column("gone", Boolean, nullable=False),
    Index("incidents_by_source_id", "source_id"),
)
TEXTS = Table(
    "texts",
    METADATA,
    Column("incident", Integer, ForeignKey("incidents.key"), primary_key=True, autoincrement=False),
    *(_text(INCIDENT_FIELDS[name]) for name in LONG_TEXTS),
    *(Column(name, Text, nullable=False) for name in (*LONG_LISTS, *LONG_MAPPINGS)),
)
#: The tables of lists of labels, in the order of their fields.
LISTS = tuple(_part(kept.table, Column(kept.column, LABEL, nullable=False)) for _, kept in listed())
SERVICES, TAGS, FACTORS = (METADATA.tables[name] for name in ("services", "tags", "factors"))
REPEATS = _part(
    "repeats",
    # The earlier incident by its public id: it may be loaded later, or never.
    Column("earlier", LABEL, nullable=False),
    Column("basis", Text),
)
EVENTS = _part(
    "events",
    Column("at", BigInteger),
    Column("kind", LABEL, nullable=False),
    Column("text", Text, nullable=False),
)
ACTIONS = _part("actions", *_narrow(ACTION_FIELDS), Column("extra", Text, nullable=False))
#: The tables that hang on an incident; together with it they are the record.
PARTS = (TEXTS, *LISTS, REPEATS, EVENTS, ACTIONS)

FILES = Table(
    "files",
    METADATA,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("source_name", LABEL, nullable=False),
    # Within the folder that was named, and on the machine that loaded it (empty for an upload).
    Column("path", Text, nullable=False),
    Column("location", Text, nullable=False),
    # Of what it holds, and of how that was read: both the same, and it need not be read again.
    Column("digest", LargeBinary, nullable=False),
    Column("manner", LargeBinary, nullable=False),
    # The store's revision when it was last met with.
    Column("revision", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
    # How many rows of ``told`` it has, and what reading it met with; empty if it is to be read
    # again.
    Column("records", Integer, nullable=False),
    Column("findings", Text, nullable=False),
)
#: What each file said of each record.
TOLD = Table(
    "told",
    METADATA,
    Column("file", Integer, primary_key=True, autoincrement=False),
    # The id of the record in that file.
    Column("name", LABEL, primary_key=True),
    Column("incident", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    # Whether the record comes from there, and is not merely corrected.
    Column("holds", Boolean, nullable=False),
    # The names of fields, and of those of actions by their ids, as JSON.
    Column("fields", Text, nullable=False),
    Column("actions", Text, nullable=False),
    Index("told_by_incident", "incident"),
    sqlite_with_rowid=False,
)
#: One row: the last load, as long as it can be undone.
UNDO = Table(
    "undo",
    METADATA,
    Column("only", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    # Incidents and files from these keys on are new with that load.
    Column("first_incident", Integer, nullable=False),
    Column("first_file", Integer, nullable=False),
    Column("held_sample", Boolean, nullable=False),
    Column("why_not", Text, nullable=False),
)
#: What it changed, as it was before.
UNDO_ROWS = Table(
    "undo_rows",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", LABEL, nullable=False),
    Column("key", Text, nullable=False),
    Column("before", Text, nullable=False),
)
#: Who changed what; the database refuses to change or delete a row of it.
TRAIL = Table(
    "trail",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("by", LABEL, nullable=False),
    Column("what", String(40), nullable=False),
    Column("about", LABEL, nullable=False),
    Column("count", Integer, nullable=False),
)
SETTINGS = Table(
    "settings",
    METADATA,
    Column("name", LABEL, primary_key=True),
    Column("value", Text, nullable=False),
)

#: What values mean, by field and by the value folded.
NAMES = Table(
    "names",
    METADATA,
    Column("field", LABEL, primary_key=True),
    Column("key", LABEL, primary_key=True),
    Column("written", LABEL, nullable=False),
    Column("ours", LABEL, nullable=False),
    Column("said_at", BigInteger, nullable=False),
)

BREAKS = Table(
    "breaks",
    METADATA,
    Column("id", LABEL, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("added_by", LABEL, nullable=False),
    Column("added_at", BigInteger, nullable=False),
)
VERDICTS = Table(
    "verdicts",
    METADATA,
    Column("later_id", LABEL, primary_key=True),
    Column("earlier_id", LABEL, primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("relation", LABEL, nullable=False),
    Column("by", LABEL, nullable=False),
    Column("undone_at", BigInteger),
    # What had been suggested when the verdict was given, so that suggestions can be judged by it.
    Column("score", Double),
    Column("level", LABEL, nullable=False),
)
SUGGESTIONS = Table(
    "suggestions",
    METADATA,
    Column("later_id", LABEL, primary_key=True),
    Column("earlier_id", LABEL, primary_key=True),
    Column("score", Double, nullable=False),
    Column("confidence", Double),
    Column("level", LABEL, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)
JUDGEMENTS = Table(
    "judgements",
    METADATA,
    Column("record_id", LABEL, primary_key=True),
    # Short, so that the three together are no longer than a key may be.
    Column("field", String(40), primary_key=True),
    Column("value", LABEL, primary_key=True),
    Column("state", LABEL, nullable=False),
    Column("basis", LABEL, nullable=False),
    Column("by", LABEL, nullable=False),
    Column("at", BigInteger, nullable=False),
)
WORKED = Table(
    "worked",
    METADATA,
    Column("record_id", LABEL, primary_key=True),
    Column("action_id", LABEL, primary_key=True),
    Column("status", LABEL, nullable=False),
    Column("owner", LABEL, nullable=False),
    Column("due_on", BigInteger),
    Column("completed_on", BigInteger),
    Column("url", LABEL, nullable=False),
    Column("reason", LABEL, nullable=False),
    Column("verification", LABEL, nullable=False),
    Column("verified_how", LABEL, nullable=False),
    Column("verified_on", BigInteger),
    Column("told", LABEL, nullable=False),
    Column("by", LABEL, nullable=False),
    Column("at", BigInteger, nullable=False),
)
MINUTES = Table(
    "minutes",
    METADATA,
    Column("team", LABEL, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("end", BigInteger, primary_key=True, autoincrement=False),
    # Short, as of judgements.
    Column("topic", String(40), primary_key=True),
    Column("ticked", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("by", LABEL, nullable=False),
    Column("at", BigInteger, nullable=False),
)
EXPOSURE = Table(
    "exposure",
    METADATA,
    # A digest of what the row is about: as columns of a key they would be too long together.
    Column("key", LABEL, primary_key=True),
    Column("unit", LABEL, nullable=False),
    Column("team", LABEL),
    Column("service", LABEL),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("amount", Double, nullable=False),
)
SERVICE_LEVELS = Table(
    "service_levels",
    METADATA,
    # A digest of the service and the time, as of exposure.
    Column("key", LABEL, primary_key=True),
    Column("service", LABEL, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("good", Double, nullable=False),
    Column("total", Double, nullable=False),
    Column("objective", Double),
)
KNOWN_CAUSES = Table(
    "known_causes",
    METADATA,
    Column("id", LABEL, primary_key=True),
    Column("name", LABEL, nullable=False),
    Column("named_by", LABEL, nullable=False),
    # Empty while the name is only proposed.
    Column("named_at", BigInteger),
)
CAUSE_MEMBERS = Table(
    "cause_members",
    METADATA,
    # Alone the key: an incident belongs to one known cause at most.
    Column("incident_id", LABEL, primary_key=True),
    Column("cause", LABEL, nullable=False),
    Column("position", Integer, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
)
PREPARED_TEXTS = Table(
    "prepared_texts",
    METADATA,
    Column("incident", Integer, ForeignKey("incidents.key"), primary_key=True, autoincrement=False),
    Column("version", LABEL, nullable=False),
    Column("payload", Text, nullable=False),
    # Whether known causes were built with it: a search that was cut off goes on from there.
    Column("grouped", Boolean, nullable=False),
)
#: What :data:`PREPARED_TEXTS` come to when put together, so that they need not be read.
SEARCH_INDEX = Table(
    "search_index",
    METADATA,
    Column("part", LABEL, primary_key=True),
    Column("version", LABEL, nullable=False),
    Column("records", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
#: Short values of ``texts.extra``: once more, and narrow, to choose records by.
OWN_FIELDS = _part(
    "own_fields", Column("name", LABEL, nullable=False), Column("value", LABEL, nullable=False)
)
#: What goes when its record changes.
HANGING = (*PARTS, OWN_FIELDS, PREPARED_TEXTS)
#: What people add.
ADDED = (
    BREAKS,
    VERDICTS,
    JUDGEMENTS,
    WORKED,
    MINUTES,
    EXPOSURE,
    SERVICE_LEVELS,
    CAUSE_MEMBERS,
    KNOWN_CAUSES,
    NAMES,
)

"""What does one source say of one record?

A source speaks of some fields and not of others, so it cannot replace a stored record; it is merged
with it (:mod:`data.statement`).
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from data.check import EXTRA, UNUSED, CheckedAction
from data.problems import Place
from data.record import CLOCK_FIELDS, Action, Incident
from data.words import fold

if TYPE_CHECKING:
    from data.files import Met


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says of one record, checked.

    Attributes:
        incident: the record as if there were no other source.
        place: where it stands.
        told: fields that are given a usable value; see :class:`data.check.Checked`.
        cleared: fields that are said to be empty.
        actions: what is said of actions.
        all_actions: whether those are all that there are.
        withdrawn: ids of actions that the source spoke of before and speaks of no more.
        whole: whether this is all that its source says, so that what it said before and says no
            more is meant to be gone.
        apart: whether it speaks of nothing but some actions.
        seen: the names under which its source has values, where none of them was understood as a
            title or a time.
        file: where it was read.
        source_name: the name of the source.
        name: the id of the record at its source.
        by_path: whether that id was made from the name of the file.
        public: whether the ids in it are those of a store, from which it was written out.
    """

    incident: Incident
    place: Place
    told: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()
    actions: tuple[CheckedAction, ...] = ()
    all_actions: bool = False
    withdrawn: frozenset[str] = frozenset()
    whole: bool = False
    apart: bool = False
    seen: tuple[str, ...] = ()
    file: "Met | None" = None
    source_name: str = ""
    name: str = ""
    by_path: bool = False
    public: bool = False

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be made of it where its record is not stored already."""
        return self.apart or is_blank(self.incident)

    @property
    def holds(self) -> bool:
        """Whether its source has the record itself, and not merely a correction of it."""
        return "title" in self.told and not self.apart

    @property
    def told_as(self) -> str:
        """What tells it apart from all else that its file says."""
        if not self.apart:
            return self.name
        names = "\x1f".join((self.name, *(checked.action.id for checked in self.actions)))
        return f"actions {hashlib.blake2b(names.encode(), digest_size=16).hexdigest()}"

    def renamed(self, name: str) -> "Statement":
        """The same of a record of another id."""
        if name == self.incident.id:
            return self
        actions = tuple(_renamed(checked, self.incident.id, name) for checked in self.actions)
        listed = tuple(checked.action for checked in actions) if self.incident.actions else ()
        changes = {"id": name, "actions": listed}
        incident = self.incident.model_copy(update=changes)
        return replace(self, incident=incident, actions=actions)


def _renamed(checked: CheckedAction, old: str, new: str) -> CheckedAction:
    """An action whose id was made from that of its incident, with one made from the new id."""
    if "id" in checked.told or not checked.action.id.startswith(f"{old}#"):
        return checked
    name = f"{new}{checked.action.id.removeprefix(old)}"
    return replace(checked, action=checked.action.model_copy(update={"id": name}))


def is_blank(record: Incident) -> bool:
    """Whether a record has neither a title nor any time, so that nobody understood its source."""
    timed = any(getattr(record, clock) for clock in CLOCK_FIELDS)
    return not (record.title or timed or any(event.at for event in record.timeline))


# What becomes of a stored record when a source says something of it?
#
# What the source tells is taken, what it says to be empty is emptied, and what it does not speak
# of stays. The same statement a second time changes nothing.

#: Fields that are no field's own value: they are merged entry by entry.
ABOUT_CLOCKS = ("clock_precision", "clock_sources")
#: What identifies a record is not merged either; it is settled by :mod:`data.identity`.
MERGED_APART = frozenset(("id", "source_name", "source_id", "actions", "extra", *ABOUT_CLOCKS))
INEXACT = ("day", "estimated")
NOTHING = (None, "", ())


def merged(stored: Incident, statement: Statement) -> Incident:
    """The ``stored`` record with what the statement says of it."""
    changes = _fields(Incident, statement.incident, statement.told, statement.cleared)
    changes |= _clocks(stored, statement)
    changes["extra"] = _extra(
        stored.extra, statement.incident.extra, statement.told, statement.cleared
    )
    changes["actions"] = tuple(_actions(stored.actions, statement))
    return stored.model_copy(update=changes)


def emptied(before: Incident, after: Incident) -> int:
    """How many fields of a record and its actions held something and hold nothing now."""
    kept = {action.id: action for action in after.actions}
    count = _emptied(before, after, skip="actions")
    for action in before.actions:
        count += _emptied(action, kept[action.id]) if action.id in kept else 1
    return count


def _emptied(before: Incident | Action, after: Incident | Action, *, skip: str = "") -> int:
    count = 0
    for name, value in vars(before).items():
        now = getattr(after, name)
        if name == skip or value is now or value == now:
            continue
        if name == "extra":
            count += len(value.keys() - now.keys() - {UNUSED})
        elif name not in ABOUT_CLOCKS:
            count += now in NOTHING
    return count


def _defaults(model: type[Incident] | type[Action]) -> dict[str, Any]:
    fields = model.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields}


EMPTY: dict[type, dict[str, Any]] = {model: _defaults(model) for model in (Incident, Action)}


def _fields(
    model: type, source: Incident | Action, told: frozenset[str], cleared: frozenset[str]
) -> dict[str, Any]:
    """The plain fields that change, by name."""
    plain = EMPTY[model].keys() - MERGED_APART
    changes = {name: EMPTY[model][name] for name in cleared & plain}
    return changes | {name: getattr(source, name) for name in told & plain}


def _clocks(stored: Incident, statement: Statement) -> dict[str, Any]:
    """How exactly clocks are known and where they were read: for the clocks spoken of, anew."""
    spoken_of = (statement.told | statement.cleared).intersection(CLOCK_FIELDS)
    changes: dict[str, Any] = {}
    precision: dict[str, Any] = {**stored.clock_precision}
    overall = stored.time_precision
    overall_said = "time_precision" in statement.told | statement.cleared
    if spoken_of and overall in INEXACT and not overall_said:
        # What was said of all clocks goes on to hold for those that are not spoken of.
        precision = {clock: overall for clock in CLOCK_FIELDS if getattr(stored, clock)} | precision
        changes["time_precision"] = None
    for name, there in (("clock_precision", precision), ("clock_sources", stored.clock_sources)):
        kept = {} if name in statement.cleared else there
        kept = {clock: value for clock, value in kept.items() if clock not in spoken_of}
        changes[name] = kept | getattr(statement.incident, name)
    return changes


def _extra(
    stored: Mapping[str, Any],
    told_extra: Mapping[str, Any],
    told: frozenset[str],
    cleared: frozenset[str],
) -> dict[str, Any]:
    """What is kept beside a record, key by key."""
    kept = {} if "extra" in cleared else {**stored}
    if "timeline" in told or "timeline" in cleared:
        kept = {key: value for key, value in kept.items() if not key.startswith("timeline[")}
    unused = kept.pop(UNUSED, {})
    kept = {key: value for key, value in kept.items() if f"{EXTRA}{key}" not in cleared}
    kept |= {key: value for key, value in told_extra.items() if key != UNUSED}
    if isinstance(unused, Mapping):  # a value that could not be used, until there is a better one
        unused = {name: value for name, value in unused.items() if name not in told | cleared}
        unused |= told_extra.get(UNUSED, {})
    return kept | ({UNUSED: unused} if unused else {})


def _actions(stored: tuple[Action, ...], statement: Statement) -> Iterable[Action]:
    """The stored actions and those spoken of, matched by id; equal ids in the order they stand."""
    actions = [] if statement.all_actions else [*stored]
    there: dict[str, list[tuple[int, Action]]] = {}
    for place, action in enumerate(stored):
        there.setdefault(action.id, []).append((place, action))
    for checked in statement.actions:
        same = there.get(checked.action.id)
        if not same:
            actions += [checked.action] if checked.told else []
            continue
        place, action = same.pop(0)
        if statement.all_actions:
            actions.append(_merged_action(action, checked))
        else:
            actions[place] = _merged_action(action, checked)
    return [action for action in actions if action.id not in statement.withdrawn]


def _merged_action(stored: Action, checked: CheckedAction) -> Action:
    """A stored action with what is said of it."""
    title_told = checked.action.title if "title" in checked.told else stored.title
    if "id" not in checked.told and title_told != stored.title:
        return checked.action  # numbered by its place in a list, where another one stands now
    told, cleared = checked.told - {"id"}, checked.cleared
    changes = _fields(Action, checked.action, told, cleared)
    changes["extra"] = _extra(stored.extra, checked.action.extra, told, cleared)
    return stored.model_copy(update=changes)


# Actions that stand apart from their incidents, kept until their incident comes by.
#
# Kept in a private temporary database, which holds little in memory and the rest on disk, because
# two files may each hold millions of rows and nothing promises that they are in the same order.

TABLES = """
    CREATE TABLE action (
        incident_id TEXT NOT NULL, source TEXT NOT NULL, position TEXT NOT NULL,
        found TEXT NOT NULL, file INTEGER NOT NULL
    );
    CREATE TABLE seen (
        id TEXT PRIMARY KEY, source TEXT NOT NULL, position TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE given (id TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
"""
#: Before the title of an incident that stands for its id; no id holds it.
OF_TITLE = "\x1f"
#: Rows added at once.
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class WaitingAction:
    """An action as it was found, with the id of its incident.

    Attributes:
        file: the number of its file among those of the load.
    """

    incident_id: str
    place: Place
    values: Mapping[str, Any]
    file: int = 0


class Waiting:
    """The actions of one load that wait for their incidents, and the incidents that came by."""

    def __init__(self) -> None:
        # The name "" is SQLite's for a database on disk that vanishes when it is closed. The
        # generator that owns it may be resumed by another thread of a web server.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + TABLES)
        self._added: list[tuple[str, str, str, str, int]] = []
        self._indexed = False
        self._by_title = False
        self.any = False

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def add(self, action: WaitingAction) -> None:
        """Keep an action."""
        place, found = action.place, json.dumps(action.values, default=str)
        self._added.append((action.incident_id, place.source, place.position, found, action.file))
        self.any = True
        if len(self._added) >= BATCH:
            self._write()

    def add_for_title(self, title: str, action: WaitingAction) -> None:
        """Keep an action that names its incident by its title, folded."""
        self._by_title = True
        self.add(replace(action, incident_id=f"{OF_TITLE}{title}"))

    def of_title(self, title: str) -> list[WaitingAction]:
        """The actions of the incident with this title; the first that comes by takes them."""
        if not self._by_title:
            return []
        key = f"{OF_TITLE}{fold(title)}"
        actions = self.of(key)
        self._database.execute("DELETE FROM action WHERE incident_id = ?", (key,))
        return actions

    def see(self, incident_id: str, place: Place) -> Place | None:
        """Note that an incident came by; where it did before, if it did."""
        row = (incident_id, place.source, place.position)
        added = self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", row)
        return None if added.rowcount else self.seen_at(incident_id)

    def in_file(self, file: int) -> "GivenInFile":
        """Counts the ids made for actions of one file that come alone."""
        return GivenInFile(self, file)

    def times_given(self, action_id: str) -> int:
        """Note that an id was made for an action that came alone; how often it was by now."""
        counted = self._database.execute(
            "INSERT INTO given VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1 "
            "RETURNING times",
            (action_id,),
        )
        return int(counted.fetchone()[0])

    def seen_at(self, incident_id: str) -> Place | None:
        """Where an incident was first read; None if it was not yet."""
        query = "SELECT source, position FROM seen WHERE id = ?"
        found = self._database.execute(query, (incident_id,)).fetchone()
        return Place(*found) if found else None

    def of(self, incident_id: str) -> list[WaitingAction]:
        """The actions of one incident in the order they were found."""
        if not self.any:
            return []
        self._write()
        if not self._indexed:
            self._database.execute("CREATE INDEX by_incident ON action (incident_id)")
            self._indexed = True
        found = self._database.execute(
            "SELECT * FROM action WHERE incident_id = ? ORDER BY rowid", (incident_id,)
        )
        return [_waiting_action(row) for row in found]

    def left_over(self) -> Iterator[WaitingAction]:
        """The actions whose incident never came by, those of one incident together."""
        self._write()
        yield from map(
            _waiting_action,
            self._database.execute(
                "SELECT * FROM action WHERE incident_id NOT IN (SELECT id FROM seen)"
                " ORDER BY incident_id, rowid"
            ),
        )

    def _write(self) -> None:
        if self._added:
            self._database.execute("BEGIN")
            self._database.executemany("INSERT INTO action VALUES (?, ?, ?, ?, ?)", self._added)
            self._database.execute("COMMIT")
            self._added.clear()


@dataclass(frozen=True, slots=True)
class GivenInFile:
    """The ids that were given to actions of one file."""

    waiting: Waiting
    file: int

    def times_given(self, action_id: str) -> int:
        """Note that an id is given; how often it was by now."""
        return self.waiting.times_given(f"{self.file} {action_id}")


def _waiting_action(row: tuple[str, str, str, str, int]) -> WaitingAction:
    incident_id, source, position, found, file = row
    return WaitingAction(incident_id, Place(source, position), json.loads(found), file)

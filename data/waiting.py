"""Actions that stand apart from their incidents, kept until their incident comes by.

Kept in a private temporary database, which holds little in memory and the rest on disk, because
two files may each hold millions of rows and nothing promises that they are in the same order.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from data.problems import Place
from data.words import fold

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
        return [_action(row) for row in found]

    def left_over(self) -> Iterator[WaitingAction]:
        """The actions whose incident never came by, those of one incident together."""
        self._write()
        yield from map(
            _action,
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


def _action(row: tuple[str, str, str, str, int]) -> WaitingAction:
    incident_id, source, position, found, file = row
    return WaitingAction(incident_id, Place(source, position), json.loads(found), file)

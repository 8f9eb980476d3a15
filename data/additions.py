"""Everything that people add, as one: what an export carries beside records and a load restores.

To add another kind, write its module with a checked row, a way in and a way out, and name it here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from data.added import (
    AddedRow,
    Break,
    Judgement,
    WrongField,
    keep_breaks,
    keep_judgements,
    stored_breaks,
    stored_judgements,
)
from data.exposure import (
    Exposure,
    ServiceLevel,
    keep_exposure,
    keep_service_levels,
    stored_exposure,
    stored_service_levels,
)
from data.kept_settings import Setting, keep_settings, kept_back, stored_settings
from data.known_causes import CauseRow, keep_cause_rows, stored_cause_rows
from data.names import Name, keep_names, stored_names
from data.problems import Place, Problem, shown
from data.record import cleaned
from data.retrospectives import Minute, keep_minutes, stored_minutes
from data.store import Store
from data.verdicts import Verdict, keep_verdicts, stored_verdicts
from data.worked import Worked, keep_work, stored_work


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rows.

    Attributes:
        keep: adds rows and says whether that changed anything.
        stored: all rows that are there.
    """

    row: type[AddedRow]
    keep: Callable[[Connection, Iterable[Any]], bool]
    stored: Callable[[Connection], list[Any]]

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields of a row, which are its columns and keys."""
        return tuple(self.row.model_fields)


#: By the names of files and JSON keys.
KINDS = {
    "breaks": Kind(Break, keep_breaks, stored_breaks),
    "exposure": Kind(Exposure, keep_exposure, stored_exposure),
    "judgements": Kind(Judgement, keep_judgements, stored_judgements),
    "known_causes": Kind(CauseRow, keep_cause_rows, stored_cause_rows),
    "minutes": Kind(Minute, keep_minutes, stored_minutes),
    "service_levels": Kind(ServiceLevel, keep_service_levels, stored_service_levels),
    "settings": Kind(Setting, keep_settings, stored_settings),
    "names": Kind(Name, keep_names, stored_names),
    "verdicts": Kind(Verdict, keep_verdicts, stored_verdicts),
    "worked": Kind(Worked, keep_work, stored_work),
}


class Additions:
    """The rows that a load found beside the records.

    Attributes:
        rows: those that can be used, by kind.
        kept_back: names of settings that are set otherwise in the store, and stay so.
    """

    def __init__(self) -> None:
        self.rows: dict[str, list[AddedRow]] = {}
        self.kept_back: list[str] = []

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))

    def counts(self) -> Counter[str]:
        """How many rows of each kind there are."""
        return Counter({kind: len(rows) for kind, rows in self.rows.items()})

    def take(self, kind: str, values: Mapping[str, Any], *, place: Place) -> Iterator[Problem]:
        """Check a row and take it; what is wrong with it comes back."""
        filled = {name: kept for name, v in values.items() if (kept := cleaned(v)) is not None}
        unknown = [name for name in filled if name not in KINDS[kind].columns]
        for name in unknown:
            reason = f"is no column of {kind.replace('_', ' ')}, so it is left out"
            yield Problem(place, name, shown(filled.pop(name)), reason)
        try:
            row = KINDS[kind].row.checked(filled)
        except WrongField as error:
            value = shown(filled.get(error.field, ""))
            yield Problem(place, error.field, value, error.reason, rejected=True)
        else:
            self.rows.setdefault(kind, []).append(row)

    def add(self, kind: str, rows: Iterable[AddedRow]) -> None:
        """Take checked rows."""
        if taken := list(rows):
            self.rows.setdefault(kind, []).extend(taken)

    def write(self, connection: Connection) -> bool:
        """Keep all rows; whether that changed anything."""
        settings = [row for row in self.rows.get("settings", ()) if isinstance(row, Setting)]
        self.kept_back = kept_back(connection, settings)
        changed = [KINDS[kind].keep(connection, rows) for kind, rows in self.rows.items()]
        return any(changed)


def additions_of(store: Store) -> dict[str, list[dict[str, Any]]]:
    """What people added, by kind, each row as its filled fields; kinds without any are left out."""
    with store.reading() as connection:
        found = {name: kind.stored(connection) for name, kind in KINDS.items()}
    return {name: [filled_fields(row) for row in rows] for name, rows in found.items() if rows}


def filled_fields(row: AddedRow) -> dict[str, Any]:
    """The filled fields of a row as JSON knows them."""
    fields = row.model_dump(mode="json")
    return {k: v for k, v in fields.items() if v is not None and v != "" and v is not False}

"""The fields of a record as one table, from which all else that knows them follows.

That is the tables of the store, its rows, the columns of statistics, the template and the words for
people.

To add a field: define it in :mod:`data.record`, write a migration, name its synonyms in
``data/words.yaml``, and where statistics are to have it, its column in ``analytics/frames.py``.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from data.kinds import Kept, Kind, Listed, Long, Narrow
from data.record import Action, Incident


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        kept: where it is kept, and what people call it.
        default: what it is where nothing is said.
        form: ``text``, ``list``, ``mapping`` or ``day``: what its value is made of, where that
            makes a difference to how it is written down.
    """

    name: str
    kept: Kept
    default: Any
    form: str

    @property
    def label(self) -> str:
        """What people call it in a sentence."""
        return self.kept.label or self.name.replace("_", " ")

    @property
    def is_optional(self) -> bool:
        """Whether nothing may stand in its column."""
        return self.default is None


def _form(annotation: Any) -> str:
    options = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    if dt.date in options:
        return "day"
    origins = {get_origin(option) for option in options}
    return "list" if tuple in origins else "mapping" if dict in origins else "text"


def _field(name: str, info: FieldInfo) -> Field:
    kept = next(item for item in info.metadata if isinstance(item, Kept))
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    return Field(name, kept, default, _form(info.annotation))


def _fields(model: type[BaseModel]) -> dict[str, Field]:
    return {name: _field(name, info) for name, info in model.model_fields.items()}


INCIDENT_FIELDS = _fields(Incident)
ACTION_FIELDS = _fields(Action)


def narrow(fields: dict[str, Field]) -> Iterator[tuple[Field, Narrow]]:
    """Those with a column of a narrow table; times last, as they are stored in another form."""
    columns = [(field, field.kept) for field in fields.values()]
    some = [(field, kept) for field, kept in columns if isinstance(kept, Narrow)]
    yield from sorted(some, key=lambda pair: pair[1].kind is Kind.TIME)


def listed() -> Iterator[tuple[Field, Listed]]:
    """Those of an incident that are lists of labels with a table of their own."""
    for field in INCIDENT_FIELDS.values():
        if isinstance(field.kept, Listed):
            yield field, field.kept


#: Fields of an incident that are read when one is opened, in three forms.
LONG_TEXTS, LONG_LISTS, LONG_MAPPINGS = (
    tuple(
        field.name
        for field in INCIDENT_FIELDS.values()
        if isinstance(field.kept, Long) and field.form == form
    )
    for form in ("text", "list", "mapping")
)
#: Fields of an action that are days.
DAY_FIELDS = tuple(field.name for field in ACTION_FIELDS.values() if field.form == "day")
#: Fields of an incident that are lists of texts.
LIST_FIELDS = tuple(
    field.name
    for field in INCIDENT_FIELDS.values()
    if field.form == "list" and field.name not in ("timeline", "actions")
)
#: Those of them that are labels.
LABELS = frozenset(field.name for field, _ in listed())
#: Fields with a structure of their own.
STRUCTURES = (
    "timeline",
    "actions",
    *(field.name for field in INCIDENT_FIELDS.values() if field.form == "mapping"),
)
#: The headings of the fields that are sections, in their order.
HEADINGS = {
    field.name: field.kept.heading for field in INCIDENT_FIELDS.values() if field.kept.heading
}


def kinds_of(fields: dict[str, Field]) -> dict[str, Kind]:
    """The columns of a narrow table that statistics get, and how they travel."""
    return {field.name: kept.kind for field, kept in narrow(fields) if kept.counted}

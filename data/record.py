"""The record: one post-mortem is one incident with its causes, timeline and promised actions.

Field names are also the CSV columns and JSON keys; what each means stands in its description, from
which the published JSON Schema is made. A record is immutable and already checked: times are UTC,
labels are from the controlled lists, texts hold no control characters.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

# What is a field of a record to those who store it, read it and show it?
#
# Said once, where the record is defined; tables, rows, frames and words for people follow from it
# (:mod:`data.record`).


class Kind(Enum):
    """What a column holds, and so how it travels."""

    NUMBER = "whole numbers"
    FLAG = "yes or no"
    FLOAT = "numbers, some unknown"
    TIME = "seconds since 1970"
    LABEL = "few different texts"
    TEXT = "many different texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a field is kept, and what people call it.

    Attributes:
        label: in a sentence; empty if it is the name of the field with spaces.
        heading: over it where it is a section of its own; empty if it is none.
        hint: what the template says beside it; None if the template does not ask for it.
    """

    label: str = ""
    heading: str = ""
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow(Kept):
    """A field with a column in the narrow table, which statistics and lists read whole.

    Attributes:
        short: whether it is no longer than a label, though it may be another one in each record.
        counted: whether statistics get it.
    """

    kind: Kind
    short: bool = False
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Long(Kept):
    """A field that is read when one record is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Kept):
    """A list of labels with a table of its own.

    Attributes:
        table: its name.
        column: what one of them is called there.
    """

    table: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested(Kept):
    """A field with a table that is written by hand, as it holds more than labels."""


# Values from outside made plain: JSON-like, of bounded depth and size, safe to store and show.

#: Deeper nesting has no meaning in a record and is how hostile input exhausts a stack.
DEEPEST = 8
#: Items of one list or mapping that are kept in ``extra``; more is data, not a field.
MOST_ITEMS = 1_000
LONGEST_TEXT = 200_000
#: All but the end of a line and the tabulator.
CONTROLS = {code: None for code in range(32) if chr(code) not in "\n\t"}


def plain(value: Any, *, depth: int = 0) -> Any:
    """``value`` as JSON can hold it; what is too deep, too long or foreign becomes text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)  # JSON has no NaN and no infinity
    if isinstance(value, str):
        return _storable(value[:LONGEST_TEXT])
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if depth >= DEEPEST:
        return f"(nested deeper than {DEEPEST} levels, left out)"
    if isinstance(value, Mapping):
        items = list(value.items())[:MOST_ITEMS]
        return {_storable(str(k)[:LONGEST_TEXT]): plain(v, depth=depth + 1) for k, v in items}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item, depth=depth + 1) for item in list(value)[:MOST_ITEMS]]
    return _storable(str(value)[:LONGEST_TEXT])


def encodable(text: str) -> str:
    """With a sign in place of each half of a character, which no encoding can write."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def printable(text: str) -> str:
    """Without spaces around it, control characters and lone surrogates."""
    return _storable(text).strip()


def cleaned(value: Any) -> Any:
    """A text made printable, None if nothing of it is left; any other value as it is."""
    return (printable(value) or None) if isinstance(value, str) else value


def is_empty(value: Any) -> bool:
    """Whether nothing is in ``value``: no text, no item, no entry."""
    if isinstance(value, str):
        return not value[:1].isalnum() and cleaned(value) is None
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(is_empty, value))
    return not value if isinstance(value, Mapping) else value is None


def as_list(value: Any) -> list[Any]:
    """A list as given without its empty items, a single value as a list of one."""
    items = value if isinstance(value, list | tuple) else [value]
    return [kept for item in items if (kept := cleaned(item)) is not None]


def _storable(text: str) -> str:
    """Without control characters (databases refuse NUL) and lone surrogates (UTF-8 does)."""
    text = encodable(text)
    return text if text.isprintable() else text.translate(CONTROLS)


LONGEST_LABEL = 300

CLOCK_FIELDS = (
    "impact_started_at",
    "detected_at",
    "declared_at",
    "notified_at",
    "acknowledged_at",
    "mitigated_at",
    "resolved_at",
    "postmortem_published_at",
)


#: More people than there are, and more than any currency's largest budget: whoever says more means
#: something else, and sums of such numbers are none.
MOST_PEOPLE, HIGHEST_COST = 1e10, 1e18
Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(printable)]
Label = Annotated[str, Field(max_length=LONGEST_LABEL), AfterValidator(printable)]
#: Names of one field of one record: nobody reads more, and every page would list them.
MOST_LABELS = 1_000
Labels = Annotated[tuple[Label, ...], Field(max_length=MOST_LABELS)]
Identifier = Annotated[
    str, Field(max_length=LONGEST_LABEL), AfterValidator(printable), Field(min_length=1)
]
Precision = Literal["day", "estimated"]
#: The commonest ways in which fields are kept.
LABEL, TEXT, TIME = (Narrow(kind=kind) for kind in (Kind.LABEL, Kind.TEXT, Kind.TIME))
SHORT = Narrow(kind=Kind.TEXT, short=True)
#: What noticed an incident first.
DetectionSource = Literal[
    "monitoring", "synthetic", "employee", "customer", "partner", "social", "chance", "unknown"
]


class _Checked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class Event(_Checked):
    """Something that happened during the incident."""

    at: dt.datetime | None = Field(None, description="When, UTC; empty if only the order is known.")
    kind: Literal[
        "started", "detected", "notified", "acknowledged", "mitigated", "resolved", "other"
    ] = "other"
    text: Text = Field("", description="What happened.")


class Action(_Checked):
    """Something promised so that it does not happen again."""

    id: Annotated[Identifier, SHORT] = Field(description="Unique among all actions.")
    title: Annotated[Text, TEXT] = ""
    kind: Annotated[
        Literal["prevent", "detect", "mitigate", "process", "documentation"] | None, LABEL
    ] = None
    strength: Annotated[Literal["stronger", "intermediate", "weaker"] | None, LABEL] = Field(
        None, description="How far it depends on people remembering it (action hierarchy of RCA2)."
    )
    priority: Annotated[Label | None, LABEL] = None
    owner: Annotated[Label | None, LABEL] = Field(
        None, description="A team or a role, never a person."
    )
    status: Annotated[
        Literal["open", "in_progress", "done", "wont_do"] | None,
        Narrow(kind=Kind.LABEL, label="state"),
    ] = Field(None, description="Empty where the source does not say.")
    created_on: Annotated[dt.date | None, Narrow(kind=Kind.TIME, label="day of the promise")] = None
    first_due_on: Annotated[dt.date | None, Narrow(kind=Kind.TIME, label="first due date")] = Field(
        None, description="The first date promised."
    )
    due_on: Annotated[dt.date | None, Narrow(kind=Kind.TIME, label="due date")] = Field(
        None, description="The date promised now."
    )
    completed_on: Annotated[dt.date | None, Narrow(kind=Kind.TIME, label="day it ended")] = Field(
        None, description="When it ended, done or given up."
    )
    verification: Annotated[
        Literal["verified", "failed", "not_yet"] | None,
        Narrow(kind=Kind.LABEL, label="what a check of the fix showed"),
    ] = Field(None, description="Whether somebody has checked that it works; empty if not said.")
    verified_on: Annotated[dt.date | None, Narrow(kind=Kind.TIME, label="day of that check")] = (
        Field(None, description="When it was checked.")
    )
    verified_how: Annotated[Text | None, Narrow(kind=Kind.TEXT, label="how one knows it works")] = (
        Field(
            None,
            description="How one knows, or is to know, that it works: a test, a drill, an alert.",
        )
    )
    url: Annotated[Text | None, TEXT] = None
    extra: Annotated[dict[str, Any], Long()] = Field(default_factory=dict)


class Incident(_Checked):
    """One post-mortem: what happened, when, why, whom it hit, and what was promised.

    What a field is to the store and to people stands beside its type (:mod:`data.record`).
    """

    id: Annotated[Identifier, Nested(hint="")] = Field(
        description="Unique among all incidents; loading it again updates it."
    )
    title: Annotated[Text, Narrow(kind=Kind.TEXT, hint="")] = ""
    summary: Annotated[Text, Long(heading="Summary")] = ""
    url: Annotated[Text | None, Long()] = Field(None, description="The post-mortem document.")
    kind: Annotated[Literal["incident", "drill", "test", "maintenance"], LABEL] = "incident"
    status: Annotated[Literal["open", "resolved"] | None, LABEL] = None
    severity: Annotated[
        Label | None, Narrow(kind=Kind.LABEL, hint="as you call it, such as SEV2")
    ] = Field(None, description="The label as the source has it.")
    severity_rank: Annotated[Annotated[int, Field(ge=1, le=5)] | None, Narrow(kind=Kind.NUMBER)] = (
        Field(None, description="1 worst … 5; taken from the label where it is known.")
    )
    services: Annotated[Labels, Listed(table="services", column="service", hint="")] = ()
    team: Annotated[Label | None, Narrow(kind=Kind.LABEL, hint="")] = None
    environment: Annotated[Label | None, Narrow(kind=Kind.LABEL, hint="")] = None
    tags: Annotated[Labels, Listed(table="tags", column="tag")] = ()
    impact_started_at: Annotated[
        dt.datetime | None,
        Narrow(
            kind=Kind.TIME,
            hint="when users or systems first felt it, which may be long before you knew",
        ),
    ] = None
    detected_at: Annotated[
        dt.datetime | None, Narrow(kind=Kind.TIME, hint="when you first knew, by whatever way")
    ] = None
    declared_at: Annotated[dt.datetime | None, TIME] = None
    notified_at: Annotated[dt.datetime | None, TIME] = None
    acknowledged_at: Annotated[
        dt.datetime | None, Narrow(kind=Kind.TIME, hint="when somebody took it on")
    ] = None
    mitigated_at: Annotated[
        dt.datetime | None, Narrow(kind=Kind.TIME, hint="when users no longer felt it")
    ] = None
    resolved_at: Annotated[
        dt.datetime | None, Narrow(kind=Kind.TIME, hint="when it was over for you too")
    ] = None
    postmortem_published_at: Annotated[dt.datetime | None, TIME] = None
    postmortem_status: Annotated[Label | None, LABEL] = None
    time_precision: Annotated[Literal["exact", "day", "estimated"] | None, Long()] = Field(
        None, description="How exactly all clocks of this record are known."
    )
    clock_precision: Annotated[dict[str, Precision], Long()] = Field(
        default_factory=dict, description="Clocks known less exactly than the others."
    )
    clock_sources: Annotated[dict[str, Label], Long()] = Field(
        default_factory=dict, description="Where a clock was read from, if not from its own field."
    )
    impact: Annotated[Text, Long(heading="Impact")] = ""
    detection_source: Annotated[
        DetectionSource | None,
        Narrow(
            kind=Kind.LABEL,
            label="source of detection",
            hint="monitoring, synthetic, employee, customer, partner, social, chance",
        ),
    ] = None
    trigger: Annotated[Text | None, Long(heading="Trigger")] = Field(
        None, description="What set it off, in the words of the source."
    )
    trigger_category: Annotated[
        Label | None,
        Narrow(
            kind=Kind.LABEL,
            label="trigger",
            hint="what set it off, such as: config or flag push",
        ),
    ] = Field(None, description="From the controlled list.")
    root_cause_category: Annotated[
        Label | None,
        Narrow(
            kind=Kind.LABEL,
            label="root cause",
            hint="such as: code bug, config change, capacity/overload, process",
        ),
    ] = Field(None, description="From the controlled list.")
    needs_analysis: Annotated[bool, Narrow(kind=Kind.FLAG)] = Field(
        False, description="Filed as human error; what let that happen is still to be found."
    )
    root_cause: Annotated[Text, Long(heading="Root cause")] = ""
    contributing_factors: Annotated[
        Labels,
        Listed(
            table="factors",
            column="factor",
            heading="Contributing factors",
            hint="such as: test gap, monitoring gap",
        ),
    ] = ()
    what_let_it_grow: Annotated[Text, Long(heading="What let it grow")] = ""
    affected_users: Annotated[
        Annotated[float, Field(ge=0, le=MOST_PEOPLE, allow_inf_nan=False)] | None,
        Narrow(kind=Kind.FLOAT, hint=""),
    ] = None
    cost: Annotated[
        Annotated[float, Field(ge=0, le=HIGHEST_COST, allow_inf_nan=False)] | None,
        Narrow(kind=Kind.FLOAT),
    ] = None
    currency: Annotated[Label | None, LABEL] = None
    what_went_well: Annotated[tuple[Text, ...], Long(heading="What went well")] = ()
    what_went_wrong: Annotated[tuple[Text, ...], Long(heading="What went wrong")] = ()
    where_we_got_lucky: Annotated[tuple[Text, ...], Long(heading="Where we got lucky")] = ()
    repeats: Annotated[
        tuple[Identifier, ...], Nested(hint="ids of earlier incidents with the same cause")
    ] = Field((), description="Earlier incidents of the same cause.")
    duplicate_of: Annotated[Identifier | None, SHORT] = Field(
        None, description="The record of the same event."
    )
    source: Annotated[Text | None, Long()] = Field(
        None, description="Where the facts were read: a path or address."
    )
    source_name: Annotated[Label | None, Narrow(kind=Kind.LABEL, counted=False)] = Field(
        None, description="The folder or tool it comes from, or a name that was given to that."
    )
    source_id: Annotated[Identifier | None, Narrow(kind=Kind.TEXT, short=True, counted=False)] = (
        Field(None, description="Its id there, which another source may use for another incident.")
    )
    timeline: Annotated[tuple[Event, ...], Nested()] = ()
    actions: Annotated[tuple[Action, ...], Nested()] = ()
    extra: Annotated[dict[str, Any], Long()] = Field(
        default_factory=dict, description="What the source says beyond these fields, kept as it is."
    )


# The fields of a record as one table, from which all else that knows them follows.
#
# That is the tables of the store, its rows, the columns of statistics, the template and the words
# for people.
#
# To add a field: define it in :mod:`data.record`, write a migration, name its synonyms in
# ``data/words.yaml``, and where statistics are to have it, its column in ``analytics/frames.py``.


@dataclass(frozen=True, slots=True)
class RecordField:
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


def _field(name: str, info: FieldInfo) -> RecordField:
    kept = next(item for item in info.metadata if isinstance(item, Kept))
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    return RecordField(name, kept, default, _form(info.annotation))


def _fields(model: type[BaseModel]) -> dict[str, RecordField]:
    return {name: _field(name, info) for name, info in model.model_fields.items()}


INCIDENT_FIELDS = _fields(Incident)
ACTION_FIELDS = _fields(Action)


def narrow(fields: dict[str, RecordField]) -> Iterator[tuple[RecordField, Narrow]]:
    """Those with a column of a narrow table; times last, as they are stored in another form."""
    columns = [(field, field.kept) for field in fields.values()]
    some = [(field, kept) for field, kept in columns if isinstance(kept, Narrow)]
    yield from sorted(some, key=lambda pair: pair[1].kind is Kind.TIME)


def listed() -> Iterator[tuple[RecordField, Listed]]:
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


def kinds_of(fields: dict[str, RecordField]) -> dict[str, Kind]:
    """The columns of a narrow table that statistics get, and how they travel."""
    return {field.name: kept.kind for field, kept in narrow(fields) if kept.counted}

"""The record: one post-mortem is one incident with its causes, timeline and promised actions.

Field names are also the CSV columns and JSON keys; what each means stands in its description, from
which the published JSON Schema is made. A record is immutable and already checked: times are UTC,
labels are from the controlled lists, texts hold no control characters.
"""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from data.plain import printable

#: One field of one record; the longest post-mortem section we know is under a tenth of it.
LONGEST_TEXT = 200_000
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


Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(printable)]
Label = Annotated[str, Field(max_length=LONGEST_LABEL), AfterValidator(printable)]
Identifier = Annotated[
    str, Field(max_length=LONGEST_LABEL), AfterValidator(printable), Field(min_length=1)
]
Precision = Literal["day", "estimated"]
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

    id: Identifier = Field(description="Unique among all actions.")
    title: Text = ""
    kind: Literal["prevent", "detect", "mitigate", "process", "documentation"] | None = None
    strength: Literal["stronger", "intermediate", "weaker"] | None = Field(
        None, description="How far it depends on people remembering it (action hierarchy of RCA2)."
    )
    priority: Label | None = None
    owner: Label | None = Field(None, description="A team or a role, never a person.")
    status: Literal["open", "in_progress", "done", "wont_do"] | None = Field(
        None, description="Empty where the source does not say."
    )
    created_on: dt.date | None = None
    first_due_on: dt.date | None = Field(None, description="The first date promised.")
    due_on: dt.date | None = Field(None, description="The date promised now.")
    completed_on: dt.date | None = Field(None, description="When it ended, done or given up.")
    url: Text | None = None
    extra: dict[str, Any] = Field(default_factory=dict)


class Incident(_Checked):
    """One post-mortem: what happened, when, why, whom it hit, and what was promised."""

    id: Identifier = Field(description="Unique among all incidents; loading it again updates it.")
    title: Text = ""
    summary: Text = ""
    url: Text | None = Field(None, description="The post-mortem document.")
    kind: Literal["incident", "drill", "test", "maintenance"] = "incident"
    status: Literal["open", "resolved"] | None = None
    severity: Label | None = Field(None, description="The label as the source has it.")
    severity_rank: Annotated[int, Field(ge=1, le=5)] | None = Field(
        None, description="1 worst … 5; taken from the label where it is known."
    )
    services: tuple[Label, ...] = ()
    team: Label | None = None
    environment: Label | None = None
    tags: tuple[Label, ...] = ()
    impact_started_at: dt.datetime | None = None
    detected_at: dt.datetime | None = None
    declared_at: dt.datetime | None = None
    notified_at: dt.datetime | None = None
    acknowledged_at: dt.datetime | None = None
    mitigated_at: dt.datetime | None = None
    resolved_at: dt.datetime | None = None
    postmortem_published_at: dt.datetime | None = None
    postmortem_status: Label | None = None
    time_precision: Literal["exact", "day", "estimated"] | None = Field(
        None, description="How exactly all clocks of this record are known."
    )
    clock_precision: dict[str, Precision] = Field(
        default_factory=dict, description="Clocks known less exactly than the others."
    )
    clock_sources: dict[str, Label] = Field(
        default_factory=dict, description="Where a clock was read from, if not from its own field."
    )
    detection_source: DetectionSource | None = None
    trigger: Text | None = Field(None, description="What set it off, in the words of the source.")
    trigger_category: Label | None = Field(None, description="From the controlled list.")
    root_cause_category: Label | None = Field(None, description="From the controlled list.")
    needs_analysis: bool = Field(
        False, description="Filed as human error; what let that happen is still to be found."
    )
    root_cause: Text = ""
    contributing_factors: tuple[Label, ...] = ()
    what_let_it_grow: Text = ""
    impact: Text = ""
    affected_users: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    cost: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    currency: Label | None = None
    what_went_well: tuple[Text, ...] = ()
    what_went_wrong: tuple[Text, ...] = ()
    where_we_got_lucky: tuple[Text, ...] = ()
    repeats: tuple[Identifier, ...] = Field((), description="Earlier incidents of the same cause.")
    duplicate_of: Identifier | None = Field(None, description="The record of the same event.")
    source: Text | None = Field(None, description="Where the facts were read: a path or address.")
    source_name: Label | None = Field(
        None, description="The folder or tool it comes from, or a name that was given to that."
    )
    source_id: Identifier | None = Field(
        None, description="Its id there, which another source may use for another incident."
    )
    timeline: tuple[Event, ...] = ()
    actions: tuple[Action, ...] = ()
    extra: dict[str, Any] = Field(
        default_factory=dict, description="What the source says beyond these fields, kept as it is."
    )

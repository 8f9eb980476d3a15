"""The record: one post-mortem is one incident with its causes, timeline and promised actions.

Field names are also the CSV columns and JSON keys; what each means stands in its description, from
which the published JSON Schema is made. A record is immutable and already checked: times are UTC,
labels are from the controlled lists, texts hold no control characters.
"""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from data.kinds import Kind, Listed, Long, Narrow, Nested
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

    What a field is to the store and to people stands beside its type (:mod:`data.kinds`).
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
    services: Annotated[tuple[Label, ...], Listed(table="services", column="service", hint="")] = ()
    team: Annotated[Label | None, Narrow(kind=Kind.LABEL, hint="")] = None
    environment: Annotated[Label | None, Narrow(kind=Kind.LABEL, hint="")] = None
    tags: Annotated[tuple[Label, ...], Listed(table="tags", column="tag")] = ()
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
        tuple[Label, ...],
        Listed(
            table="factors",
            column="factor",
            heading="Contributing factors",
            hint="such as: test gap, monitoring gap",
        ),
    ] = ()
    what_let_it_grow: Annotated[Text, Long(heading="What let it grow")] = ""
    affected_users: Annotated[
        Annotated[float, Field(ge=0, allow_inf_nan=False)] | None,
        Narrow(kind=Kind.FLOAT, hint=""),
    ] = None
    cost: Annotated[
        Annotated[float, Field(ge=0, allow_inf_nan=False)] | None, Narrow(kind=Kind.FLOAT)
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

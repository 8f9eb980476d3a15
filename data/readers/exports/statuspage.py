"""Statuspage: incidents and maintenance as they were told to the public.

All its times are those of public posts. It knows no detection, and its begin is often nothing but
the first post: then it is marked as estimated.
"""

from dataclasses import replace
from typing import Any

from data.readers.exports.paths import ABSENT, Clock, Record, letters, written_time
from data.readers.exports.rules import (
    Known,
    Shape,
    clock,
    event_time,
    events,
    first_of,
    label,
    labels,
    state,
    text,
)

TOOL = "Statuspage"
UPDATES = ("incident_updates", "updates", "status_updates")
AT = ("display_at", "created_at", "at", "posted_at", "update_timestamp")
STATE = ("status", "update_title", "name")
WHAT = ("body", "message", "update_body", "text")
POSTED = "as posted to the public"
FIRST_POST = "the first public post"
#: A shorter post is "This incident has been resolved."
TELLING = 150
POSTS = {
    "investigating": "acknowledged",
    "monitoring": "mitigated",
    "resolved": "resolved",
    "completed": "resolved",
    "in progress": "started",
}
#: The sentence under an incident on a status page.
AFFECTED = "this incident affected:"


def _posted(*states: str, last: bool = False) -> Any:
    return event_time(*UPDATES, at=AT, state=STATE, of=states, text=POSTED, last=last)


IMPACT = label("impact", "incident_impact")
SCHEDULED = label("scheduled_for")
PLANNED = _posted("scheduled", "in progress", "verifying")


def _is_planned(record: Record) -> bool:
    impact = IMPACT(record)
    planned = SCHEDULED(record) or PLANNED(record)
    return bool(planned) or letters(str(impact or "")).removeprefix("impact") == "maintenance"


def _unplanned(rule: Any) -> Any:
    return lambda record: ABSENT if _is_planned(record) else rule(record)


def _planned(rule: Any) -> Any:
    return lambda record: rule(record) if _is_planned(record) else ABSENT


POST = clock(*AT, text=FIRST_POST)
CREATED = clock("created_at", text=FIRST_POST)
TOLD_START = clock("impact_window.start_at", "downtime_start", "started_at")


def _started(record: Record) -> Any:
    """The begin that was written in; estimated where it is only the time of the first post."""
    posts = [POST(event) for event in record.records(*UPDATES)]
    posts.append(CREATED(record))
    known = [post for post in posts if isinstance(post, Clock)]
    told = TOLD_START(record)
    if isinstance(told, Clock) and known:
        only_post = written_time(told) in map(written_time, known)
        return replace(told, said=FIRST_POST, estimated=True) if only_post else told
    if isinstance(told, Clock) or not known:
        return told
    return replace(min(known, key=lambda post: str(written_time(post))), estimated=True)


WHOLE = text("postmortem_body")
STATE_OF, TEXT_OF = label(*STATE), text(*WHAT)
OVER = _posted("resolved", "completed")
COMPONENTS = labels("components", "affected_components", "service")


def _told(record: Record) -> Any:
    """The post-mortem, else what the end was posted with, where that tells anything."""
    whole = WHOLE(record)
    if whole:
        return whole
    told = {}
    for post in record.records(*UPDATES):
        told[letters(str(STATE_OF(post) or ""))] = TEXT_OF(post) or ""
    longest = max((told.get(name, "") for name in ("postmortem", "resolved")), key=len)
    return longest if len(longest) >= TELLING else ABSENT


def _over(record: Record) -> Any:
    """Whether it is over, where only its posts say so."""
    return ABSENT if record.has("status") or not OVER(record) else "resolved"


def _services(record: Record) -> Any:
    """The components; a page tells them in a sentence."""
    named = COMPONENTS(record)
    if not isinstance(named, list):
        return named
    services = []
    for name in named:
        if name.lower().startswith(AFFECTED):
            rest = name[len(AFFECTED) :].strip().rstrip(".").replace(", and ", ", ")
            services += [part.strip() for part in rest.replace(" and ", ", ").split(", ")]
        else:
            services.append(name)
    return list(dict.fromkeys(filter(None, services)))


def _id_of_page(record: Record) -> Any:
    """The end of the address of an incident, which is its id."""
    address = label("incident_link", "url", "link", "shortlink")(record)
    return address.rstrip("/").rpartition("/")[2] or ABSENT if address else ABSENT


def _severity(record: Record) -> Any:
    impact = label("impact", "impact_override", "incident_impact")(record)
    if not isinstance(impact, str):
        return impact
    plain = impact.removeprefix("impact-")
    return None if plain in ("maintenance",) else plain


INCIDENTS = Shape(
    tool=TOOL,
    what="incidents",
    known=Known(
        needs=(
            "name|title|incident_title",
            "incident_updates|incident_link|shortlink|monitoring_at|status_sequence",
        ),
        some=(
            "incident_updates",
            "updates",
            "impact",
            "incident_impact",
            "components",
            "shortlink",
            "incident_link",
            "monitoring_at",
            "page_id",
            "scheduled_for",
            "status_sequence",
            "postmortem_body",
            "backfilled",
        ),
        least=3,
        never=("sequential_id", "public_id", "external_desc", "incident_id", "attributes"),
    ),
    fields={
        "id": first_of(label("id"), _id_of_page),
        "title": text("name", "title", "incident_title"),
        "url": label("shortlink", "url", "link", "incident_link"),
        "kind": lambda record: "maintenance" if _is_planned(record) else ABSENT,
        "status": first_of(
            state(
                "status",
                meanings={"postmortem": "resolved", "scheduled": "open", "verifying": "open"},
            ),
            _over,
        ),
        "severity": _severity,
        "services": _services,
        "impact_started_at": first_of(
            _planned(first_of(_posted("in progress"), clock("scheduled_for", text="as planned"))),
            _unplanned(_started),
        ),
        "acknowledged_at": _unplanned(_posted("investigating")),
        "mitigated_at": _unplanned(
            first_of(
                clock("impact_window.end_at"),
                clock("monitoring_at", text=POSTED),
                _posted("monitoring"),
            )
        ),
        "resolved_at": first_of(
            clock("resolved_at", text=POSTED),
            _posted("resolved", "completed"),
        ),
        "postmortem_published_at": clock("postmortem_published_at"),
        "timeline": events(*UPDATES, at=AT, what=WHAT, state=STATE, kinds=POSTS),
    },
    body=_told,
)

SHAPES = (INCIDENTS,)

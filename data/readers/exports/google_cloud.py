"""Google Cloud's public incidents: ``incidents.json`` of its status pages.

The last post is often a whole report with headings; it is read as one.
"""

from typing import Any

from data.readers.exports.paths import Record
from data.readers.exports.rules import Known, Shape, clock, events, label, labels, text

TOOL = "Google Cloud"
PAGE = "https://status.cloud.google.com/"


def _address(record: Record) -> Any:
    uri = label("uri")(record)
    return f"{PAGE}{uri.lstrip('/')}" if isinstance(uri, str) and "://" not in uri else uri


INCIDENTS = Shape(
    tool=TOOL,
    what="incidents",
    known=Known(
        needs=("begin", "external_desc|most_recent_update"),
        some=(
            "end",
            "number",
            "service_key",
            "service_name",
            "affected_products",
            "status_impact",
            "uri",
            "updates",
        ),
        least=3,
    ),
    fields={
        "id": label("id", "number"),
        "title": text("external_desc"),
        "url": _address,
        "status": lambda record: "resolved" if clock("end")(record) else "open",
        "severity": label("severity"),
        "services": labels("affected_products", "service_name"),
        "environment": label("currently_affected_locations", "previously_affected_locations"),
        "impact_started_at": clock("begin"),
        "declared_at": clock("created", text="when it was entered"),
        "resolved_at": clock("end"),
        "timeline": events(
            "updates",
            at=("when", "created"),
            what=("text",),
            state=("status",),
            kinds={"AVAILABLE": "resolved"},
        ),
    },
    body=text("most_recent_update.text", "updates.text"),
)

SHAPES = (INCIDENTS,)

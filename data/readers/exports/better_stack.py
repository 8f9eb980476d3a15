"""Better Stack: incidents of its uptime monitoring, JSON:API and CSV.

An incident begins there with the first failed check; its cause is what the check saw.
"""

from data.readers.exports.rules import Known, Shape, clock, constant, label, labels, state, text

TOOL = "Better Stack"

INCIDENTS = Shape(
    tool=TOOL,
    what="incidents",
    known=Known(
        needs=(
            "name|monitor|monitor_name",
            "cause",
            "started_at",
            "http_method|acknowledged_by|resolved_by|incident_group_id|regions|response_content"
            "|screenshot_url|origin_url|team_name",
        ),
        some=(
            "acknowledged_at",
            "acknowledged_by",
            "resolved_at",
            "resolved_by",
            "http_method",
            "incident_group_id",
            "team_name",
            "regions",
            "response_content",
            "screenshot_url",
            "origin_url",
            "escalation_policy_id",
        ),
        least=2,
        never=("sequential_id", "root_cause"),
    ),
    fields={
        "id": label("id"),
        "title": text("name", "monitor_name", "monitor"),
        "url": label("origin_url"),
        "status": state(
            "status",
            meanings={
                "unconfirmed": "open",
                "started": "open",
                "acknowledged": "open",
                "validating": "open",
            },
        ),
        "severity": label("severity", "priority"),
        "team": label("team_name", "team"),
        "services": labels("monitor_name", "service"),
        "root_cause": text("cause"),
        "detection_source": constant("monitoring"),
        "impact_started_at": clock("started_at", text="the first failed check"),
        "acknowledged_at": clock("acknowledged_at"),
        "resolved_at": clock("resolved_at"),
    },
)

SHAPES = (INCIDENTS,)

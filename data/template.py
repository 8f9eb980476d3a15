"""An empty post-mortem to fill in: six sections, and the facts that the dashboard needs on top.

It asks what happened and what let it happen, never who. Left as it is, nothing in it is read as a
fact: hints are comments, and empty fields are unknown.
"""

from data.fields import INCIDENT_FIELDS, Field

#: The column at which hints begin.
HINTS_AT = 25

FORM = """\
---
# Times are like 2024-05-01T14:03:00Z; a date alone is known to the day.
# Leave empty what is unknown.
{facts}---

## Summary

<!-- Three sentences for someone who was not there: what broke, for whom, how it ended. -->

## Impact

<!-- What users could not do, how many of them, for how long; money and promises if they count. -->

## Timeline

<!-- One line an event, in UTC, with what was known at that moment:
- 2024-05-01 14:03 UTC - first alert -->

## Root cause

<!-- The conditions in the system that had to come together. If the answer is a person, ask on:
what made that step look right, and what would have caught it? -->

### Trigger

<!-- The event that turned those conditions into an incident. -->

### What let it grow

<!-- Why it was not caught earlier or stayed so long. -->

## Action items

<!-- What will be different. Owners are teams or roles; every action has a date. -->

| Action | Kind | Owner | Status | Due | Ticket |
|---|---|---|---|---|---|
| | | | | | |

## Lessons learned

### What went well

### What went wrong

### Where we got lucky
"""

#: A table to start from, with made-up incidents: what a spreadsheet of post-mortems may look like.
EXAMPLE_TABLE = """\
id,title,severity,services,team,impact_started_at,detected_at,mitigated_at,resolved_at,\
root_cause_category,root_cause
INC-101,Checkout refused cards,SEV1,checkout;payments,Payments,2026-03-02T09:14:00Z,\
2026-03-02T09:31:00Z,2026-03-02T10:05:00Z,2026-03-02T11:20:00Z,certificate/expiry,\
The certificate of the card gateway ran out and nothing watched its date.
INC-102,Search answered slowly,SEV3,search,Search,2026-04-17T13:40:00Z,2026-04-17T13:52:00Z,\
2026-04-17T15:10:00Z,2026-04-17T15:10:00Z,capacity/overload,\
A rebuild of the index took the memory that queries needed.
INC-103,Orders were sent twice,SEV2,orders,Orders,2026-05-28,,2026-05-28T18:00:00Z,,,
"""


def _facts() -> str:
    """A line for each fact that is asked for, with what is meant by it."""
    asked = [field for field in INCIDENT_FIELDS.values() if field.kept.hint is not None]
    return "".join(f"{_line(field)}\n" for field in asked)


def _line(field: Field) -> str:
    start = f"{field.name}: []" if field.form == "list" else f"{field.name}:"
    hint = field.kept.hint
    return f"{start:<{HINTS_AT}}# {hint}" if hint else start


TEMPLATE = FORM.replace("{facts}", _facts())

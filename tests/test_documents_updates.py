"""The updates of status pages, in the layouts in which they are published or copied."""

import datetime as dt
from typing import Any

import pytest

from data.readers import read
from data.readers.documents.updates import with_updates_listed
from data.readers.source import RawIncident, from_bytes
from data.times import moments_in

CLOCKS = {
    "impact_started_at": "2024-05-03T14:36:00+00:00",
    "acknowledged_at": "2024-05-03T14:36:00+00:00",
    "mitigated_at": "2024-05-03T15:10:00+00:00",
    "resolved_at": "2024-05-03T15:25:00+00:00",
}
LABEL_AND_TIME = """# Search is slow

- investigating May 3, 2024, 02:36 PM UTC
We are looking into slow searches.
- monitoring May 3, 2024, 03:10 PM UTC
A workaround is in place.
- resolved May 3, 2024, 03:25 PM UTC
Searches are fast again.
"""
TIME_BELOW = """# Search is slow on 3 May 2024

**Resolved** - Searches are fast again.
May 3, 15:25 UTC

**Monitoring** - A workaround is in place.
May 3, 15:10 UTC

**Investigating** - We are looking into slow searches.
May 3, 14:36 UTC
"""
POSTED = """# Search is slow

Resolved
Searches are fast again.

Posted 3 years ago. May 03, 2024 - 15:25 UTC
Monitoring
A workaround is in place.

We keep an eye on it.
Posted 3 years ago. May 03, 2024 - 15:10 UTC
Investigating
We are looking into slow searches.
Posted 3 years ago. May 03, 2024 - 14:36 UTC
"""
TIME_ABOVE = """# Search is slow

May 3, 2024 at 2:36 PM UTC
Investigating
We are looking into slow searches.

May 3, 2024 at 3:10 PM UTC
Monitoring
A workaround is in place.

May 3, 2024 at 3:25 PM UTC
Resolved
Searches are fast again.
"""


def _records(text: str, name: str) -> list[dict[str, Any]]:
    met = read(from_bytes(name, text.encode(), asked_for=False))
    return [dict(item.values) for item in met if isinstance(item, RawIncident)]


def _record(text: str, name: str = "outage-of-search.md") -> dict[str, Any]:
    (values,) = _records(text, name)
    return values


def _clocks(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values.get(name) for name in CLOCKS}


@pytest.mark.parametrize("text", [LABEL_AND_TIME, TIME_BELOW, POSTED, TIME_ABOVE])
def test_each_layout_of_a_status_page_tells_the_same_clocks(text: str) -> None:
    assert _clocks(_record(text)) == CLOCKS


def test_an_update_that_identifies_the_cause_is_no_detection() -> None:
    text = LABEL_AND_TIME.replace(
        "- monitoring",
        "- identified May 3, 2024, 02:50 PM UTC\nThe issue has been identified.\n- monitoring",
    )
    assert "detected_at" not in _record(text)


def test_a_post_mortem_below_the_updates_is_no_event() -> None:
    later = "- postmortem May 4, 2024, 10:00 AM UTC\nThe root cause was a lost index.\n"
    text = f"{LABEL_AND_TIME}{later}"
    values = _record(text)
    assert values["root_cause"] == "The root cause was a lost index."
    assert values["resolved_at"] == CLOCKS["resolved_at"]
    assert len(values["timeline"]) == 3


def test_facts_that_are_called_like_states_stay_facts() -> None:
    text = "# Slow search\n\nIdentified: 2024-05-03 14:36 UTC\nResolved: 2024-05-03 15:25 UTC\n"
    assert with_updates_listed(text) == text


def test_updates_in_code_stay_code() -> None:
    text = f"# Slow search\n\n```\n{LABEL_AND_TIME}```\n"
    assert with_updates_listed(text) == text


def test_a_beginning_by_a_rounded_length_is_the_event_itself() -> None:
    text = LABEL_AND_TIME.replace("\n\n", "\n\nThe outage lasted 50 minutes.\n\n", 1)
    assert _record(text)["impact_started_at"] == CLOCKS["impact_started_at"]


def test_a_length_counted_from_the_detection_tells_no_beginning() -> None:
    text = (
        "# Outage of the gate\n\n- **Resolved:** 2024-05-03 12:46 UTC\n"
        "- **MTTR (detection to fix):** 6 minutes\n\n## Impact\n\nNo logins.\n"
    )
    assert "impact_started_at" not in _record(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("May 26 - 27th, 2018", dt.date(2018, 5, 26)),
        ("2026-09-06 / 09-07", dt.date(2026, 9, 6)),
        ("September 30 to October 1, 2020", dt.date(2020, 9, 30)),
    ],
)
def test_days_that_share_their_year_begin_with_the_first(text: str, day: dt.date) -> None:
    moments = moments_in(text)
    assert [moment.day for moment in moments] == [day]


HISTORY = """# Status page

## Past incidents

### September 11, 2018

(13:20 - 13:50 UTC) Signing in failed because of a slow migration.

### May 26 - 27th, 2018

(7:30 UTC) Services operate normally, the logins are restored.

(1:00 UTC) The database refuses connections.

### April 2, 2018

No incidents reported.
"""


def test_a_page_of_incidents_under_their_days_becomes_one_record_for_each() -> None:
    first, second = _records(HISTORY, "cloud-status.md")
    assert first["impact_started_at"] == "2018-09-11T13:20:00+00:00"
    assert first["resolved_at"] == "2018-09-11T13:50:00+00:00"
    assert second["impact_started_at"] == "2018-05-26T01:00:00+00:00"
    assert second["mitigated_at"] == "2018-05-26T07:30:00+00:00"


def test_bare_days_on_a_page_of_incidents_divide_it_too() -> None:
    text = HISTORY.replace("### ", "").replace("# Status page", "# Incident reports")
    assert len(_records(text, "reports.md")) == 2


def test_days_of_one_incident_do_not_divide_it() -> None:
    text = HISTORY.replace("# Status page", "# Outage of the gate\n\n## Impact\n\nNo logins.")
    assert len(_records(text, "outage.md")) == 1


def test_an_incident_told_without_title_and_time_is_named_after_its_file() -> None:
    text = "Impact: nobody could pay.\nCause: a release did not fit the old ledger.\n"
    values = _record(text, "incident-of-the-ledger.txt")
    assert values["title"] == "incident of the ledger"
    assert values["root_cause"] == "a release did not fit the old ledger."


def test_an_apology_is_no_cause() -> None:
    text = (
        "# Outage of 3 May 2024\n\nThe root cause was a fault at our provider, whom we ask to"
        " look further into it so that we may investigate.\n\n"
        "We apologize for any inconvenience caused by this.\n"
    )
    assert str(_record(text)["root_cause"]).startswith("The root cause was a fault")


def test_a_title_in_brackets_makes_no_json_of_a_text() -> None:
    text = "[post-mortem] Search down\n\nSummary\nSearch was down.\n\nRoot cause\nA lost index.\n"
    assert _record(text, "2024-05-03-post-mortem.txt")["root_cause"] == "A lost index."


def test_a_midnight_that_a_tool_wrote_is_a_day() -> None:
    text = (
        "---\ndate: '2024-05-03T00:00:00.000Z'\nseverity: High\n---\n# Search down\n\n"
        "## Timeline\n\n"
        "- 14:32 Monitoring alert: search failed\n- 14:35 On-call engineer acknowledged\n"
        "- 15:00 Search works again\n"
    )
    values = _record(text, "search-down.md")
    assert values["detected_at"] == "2024-05-03T14:32:00"
    assert values.get("impact_started_at") != "2024-05-03T00:00:00.000Z"


def test_a_sentence_that_ends_with_restoring_all_tells_the_return() -> None:
    text = (
        "# Outage of search on 3 May 2024\n\nAlerts fired at 14:32 UTC, so we rerouted to a backup,"
        " restoring full functionality at 15:10 UTC.\n"
    )
    assert _record(text)["mitigated_at"] == "2024-05-03T15:10:00+00:00"

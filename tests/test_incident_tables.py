"""Is a page that lists incidents in a table read row by row, and no other table?"""

from typing import Any

from data import lists
from data.exporting import plain_fields
from data.gathering import Reading
from data.readers.source import from_bytes

LOG = """
# Incidents of the booking team

We write every incident down here.

| No. | Incident | Severity | Started | Resolved | Root cause |
| --- | -------- | -------- | ------- | -------- | ---------- |
| 7 | [Seats gone](https://w.example/7) | SEV2 | 2026-02-03 10:00Z | 2026-02-03 11:30Z | A lock |
| 8 | Mails **late** | SEV3 | 2026-02-09 08:00 UTC | 2026-02-09 08:40 UTC | A full queue |
"""
POST_MORTEM = """
# Seats sold twice

## Impact

Forty seats were sold twice.

## Timeline

| Time | Event | Severity |
| ---- | ----- | -------- |
| 2026-02-03 10:00 UTC | Sales begin | SEV2 |
| 2026-02-03 11:30 UTC | resolved | SEV2 |
"""
INDEX = """
# Post-mortems

| Date | Incident | Severity |
| ---- | -------- | -------- |
| 2026-02-03 | [Seats sold twice](2026-02-03.md) | SEV2 |
| 2026-02-09 | [Mails late](2026-02-09.md) | SEV3 |
| 2026-02-11 | [No tickets](2026-02-11.md) | SEV1 |
"""
PROMISES = """
# Promises

| Action | Owner | Due | Status |
| ------ | ----- | --- | ------ |
| Limit the lock | Bookings | 2026-03-01 | open |
| Watch the queue | Bookings | 2026-03-01 | done |
"""


def read(
    text: str, *, name: str = "log.md", asked_for: bool = False
) -> tuple[list[dict[str, Any]], Reading]:
    source = from_bytes(name, text.encode(), asked_for=asked_for)
    reading = Reading([source], lists=lists.read(lists.SHIPPED))
    return [plain_fields(incident) for incident in reading.incidents()], reading


def test_a_log_in_a_wiki_is_read_row_by_row() -> None:
    records, reading = read(LOG)
    assert [(r["title"], r["severity"], r["root_cause"]) for r in records] == [
        ("Seats gone", "SEV2", "A lock"),
        ("Mails late", "SEV3", "A full queue"),
    ]
    assert records[0]["impact_started_at"] == "2026-02-03T10:00:00Z"
    assert records[1]["resolved_at"] == "2026-02-09T08:40:00Z"
    assert records[0]["url"] == "https://w.example/7"
    assert [item.shape for item in reading.findings.recognised] == ["table of incidents"]


def test_the_same_log_as_a_page_of_html_is_read_row_by_row() -> None:
    rows = "".join(
        f"<tr><td>{title}</td><td>{severity}</td><td>2026-02-0{day} 10:00Z</td><td>Rain</td></tr>"
        for title, severity, day in (("Gates stuck", "SEV1", 3), ("Lamps dark", "SEV2", 4))
    )
    page = (
        "<html><body><h1>Log</h1><table><tr><th>Title</th><th>Severity</th><th>Detected</th>"
        f"<th>Root cause</th></tr>{rows}</table></body></html>"
    )
    records, _ = read(page, name="log.html", asked_for=True)
    assert [(r["severity"], r["detected_at"][:10]) for r in records] == [
        ("SEV1", "2026-02-03"),
        ("SEV2", "2026-02-04"),
    ]


def test_a_table_inside_a_post_mortem_is_part_of_it() -> None:
    records, _ = read(POST_MORTEM)
    assert [record["title"] for record in records] == ["Seats sold twice"]


def test_a_list_of_links_is_an_index_of_pages_that_are_read_themselves() -> None:
    records, reading = read(INDEX)
    assert records == []
    assert [item.reason for item in reading.findings.left_out] == ["is an index of other pages"]


def test_a_table_of_promises_holds_no_incidents() -> None:
    records, _ = read(PROMISES)
    assert records == []

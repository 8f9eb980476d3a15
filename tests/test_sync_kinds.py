"""Sources of each kind, from servers on this machine shaped like the public descriptions."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.loading import gone
from data.store import Store, open_store
from data.sync import http
from data.sync.http import Failed
from data.sync.kinds import KINDS, pagerduty
from tests.support.stub import Asked, Reply, serving
from tests.support.syncing import DATE, Syncing, counts, own


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACKOFF", 0.0)


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    opened = open_store(sqlite_url)
    yield opened
    opened.close()


def issue(number: int, title: str = "Checkout down", **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "title": title,
        "state": "closed",
        "state_reason": "completed",
        "body": "## Root cause\n\nA certificate expired.\n",
        "labels": [{"name": "incident"}, {"name": "severity:SEV2"}],
        "created_at": "2026-05-01T10:00:00Z",
        "updated_at": "2026-05-02T10:00:00Z",
        "closed_at": "2026-05-01T11:00:00Z",
        "html_url": f"https://github.com/example/incidents/issues/{number}",
        "url": f"https://api.github.com/repos/example/incidents/issues/{number}",
        **more,
    }


def test_issues_of_github_come_page_by_page_and_then_only_changed_ones(
    store: Store, tmp_path: Path
) -> None:
    def answer(asked: Asked) -> Reply:
        assert asked.headers["Authorization"] == "Bearer t0ken"
        assert asked.path == "/repos/example/incidents/issues"
        if asked.value("since"):
            return Reply([issue(2, "Search slow for hours")], headers=DATE)
        number = int(asked.value("page") or 1)
        following = f'<http://{asked.headers["Host"]}{asked.path}?page={number + 1}>; rel="next"'
        pages = {1: [issue(1), issue(7, pull_request={"url": "x"})], 2: [issue(2, "Search slow")]}
        return Reply(pages[number], headers=DATE | ({"Link": following} if number < 2 else {}))

    with serving(answer) as stub:
        said = {"repository": "example/incidents", "labels": ["incident"], "token": "TOKEN"}
        sync = Syncing(store, tmp_path, "github", address=stub.address, **said)
        assert counts(sync()) == (2, 0, 0)
        assert stub.asked[0].value("state") == "all"
        assert stub.asked[0].value("labels") == "incident"
        assert sync.state["since"] == "2026-06-01T11:45:00+00:00"
        assert counts(sync()) == (0, 1, 0)
        assert stub.asked[-1].value("since") == "2026-06-01T11:45:00Z"
    titles = sorted(record.title for record in store.incidents())
    assert titles == ["Checkout down", "Search slow for hours"]
    # The second answer held what was changed alone.
    assert gone(store) == []
    assert "t0ken" not in json.dumps(sync.kept)


def test_the_first_day_that_is_asked_for_may_be_said(store: Store, tmp_path: Path) -> None:
    with serving(lambda asked: Reply([], headers=DATE)) as stub:
        said = {"repository": "a/b", "token": "TOKEN", "since": dt.date(2025, 3, 1)}
        sync = Syncing(store, tmp_path, "github", address=stub.address, **said)
        outcome = sync()
        assert stub.asked[0].value("since") == "2025-03-01T00:00:00Z"
    assert (outcome.summary, outcome.failed) == (None, "")


def incident_io(identity: str, name: str) -> dict[str, Any]:
    return {
        "id": identity,
        "reference": f"INC-{identity}",
        "name": name,
        "summary": "Payments failed",
        "mode": "standard",
        "severity": {"name": "Major", "rank": 2},
        "incident_status": {"name": "Closed", "category": "closed"},
        "incident_type": {"name": "Default"},
        "created_at": "2026-05-01T10:10:00Z",
        "updated_at": "2026-05-01T12:00:00Z",
        "permalink": f"https://app.incident.io/incidents/{identity}",
        "incident_timestamp_values": [
            {
                "incident_timestamp": {"name": "Impact started"},
                "value": {"value": "2026-05-01T10:00:00Z"},
            },
            {
                "incident_timestamp": {"name": "Resolved"},
                "value": {"value": "2026-05-01T11:00:00Z"},
            },
        ],
        "custom_field_entries": [],
    }


def test_incidents_of_incident_io_come_with_their_follow_ups(store: Store, tmp_path: Path) -> None:
    follow_up = {
        "id": "f1",
        "incident_id": "01A",
        "title": "Alert before the certificate ends",
        "status": "outstanding",
        "created_at": "2026-05-02T10:00:00Z",
        "updated_at": "2026-05-02T10:00:00Z",
        "assignee": {"id": "U1", "name": "On call"},
        "priority": {"name": "High"},
    }

    def answer(asked: Asked) -> Reply:
        if asked.path == "/v2/follow_ups":
            return Reply({"follow_ups": [follow_up]}, headers=DATE)
        assert asked.path == "/v2/incidents"
        if asked.value("updated_at[gte]"):
            return Reply({"incidents": []}, headers=DATE)
        if asked.value("after") == "01A":
            return Reply(
                {"incidents": [incident_io("01B", "Second")], "pagination_meta": {"after": None}}
            )
        page = {"incidents": [incident_io("01A", "First")], "pagination_meta": {"after": "01A"}}
        return Reply(page, headers=DATE)

    with serving(answer) as stub:
        sync = Syncing(store, tmp_path, "incident.io", address=stub.address, token="TOKEN")
        assert counts(sync()) == (2, 0, 0)
        sync()
        assert stub.asked[-2].value("updated_at[gte]") == "2026-06-01T11:45:00Z"
    first = next(record for record in store.incidents() if record.title == "First")
    assert [action.title for action in first.actions] == ["Alert before the certificate ends"]


def jira_issue(key: str, summary: str) -> dict[str, Any]:
    return {
        "key": key,
        "self": f"https://example.atlassian.net/rest/api/3/issue/{key}",
        "fields": {
            "summary": summary,
            "issuetype": {"name": "Incident"},
            "status": {"name": "Done", "statusCategory": {"key": "done"}},
            "priority": {"name": "High"},
            "created": "2026-05-01T12:00:00.000+0200",
            "resolutiondate": "2026-05-01T13:30:00.000+0200",
            "customfield_10050": {"value": "Expired certificate"},
            "issuelinks": [],
            "labels": ["checkout"],
        },
    }


def test_issues_of_jira_in_the_cloud_come_by_tokens_of_pages(store: Store, tmp_path: Path) -> None:
    names = {"customfield_10050": "Root cause"}

    def answer(asked: Asked) -> Reply:
        assert asked.path == "/rest/api/3/search/jql"
        assert asked.headers["Authorization"] == "Basic am9AZXhhbXBsZS5jb206dDBrZW4="
        if "updated" in (asked.value("jql") or "").partition("ORDER")[0]:
            return Reply({"issues": [], "isLast": True}, headers=DATE)
        if asked.value("nextPageToken") == "n2":
            page = {"issues": [jira_issue("OPS-2", "Second")], "isLast": True, "names": names}
            return Reply(page)
        page = {"issues": [jira_issue("OPS-1", "First")], "nextPageToken": "n2", "names": names}
        return Reply(page, headers=DATE)

    with serving(answer) as stub:
        said = {"query": "project = OPS", "user": "USER", "token": "TOKEN"}
        sync = Syncing(store, tmp_path, "jira", address=stub.address, **said)
        assert counts(sync()) == (2, 0, 0)
        assert stub.asked[0].value("jql") == "project = OPS ORDER BY updated ASC"
        assert stub.asked[0].value("fields") == "*all"
        assert counts(sync()) == (0, 0, 0)
        # From 11:45, by the clock of the server, to 13:00, by ours.
        changed = '(project = OPS) AND updated >= "-75m" ORDER BY updated ASC'
        assert stub.asked[-1].value("jql") == changed
    record = next(record for record in store.incidents() if record.title == "First")
    assert record.resolved_at == dt.datetime(2026, 5, 1, 11, 30, tzinfo=dt.UTC)
    assert "certificate" in f"{record.root_cause} {record.extra}".lower()


def test_issues_of_a_server_of_jira_come_by_their_number(store: Store, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Reply:
        assert asked.path == "/rest/api/2/search"
        assert asked.headers["Authorization"] == "Bearer t0ken"
        start = int(asked.value("startAt") or 0)
        issues = [jira_issue(f"OPS-{start + n}", f"Issue {start + n}") for n in range(2)]
        return Reply({"startAt": start, "total": 4, "maxResults": 2, "issues": issues})

    with serving(answer) as stub:
        said = {"query": "project = OPS", "token": "TOKEN", "server": True}
        sync = Syncing(store, tmp_path, "jira", address=stub.address, **said)
        assert counts(sync()) == (4, 0, 0)
        assert [asked.value("startAt") for asked in stub.asked] == [None, "2"]


def alert(number: int, created: str, *, status: str = "resolved") -> dict[str, Any]:
    return {
        "id": f"P{number}",
        "incident_number": number,
        "title": f"Alert {number}",
        "created_at": created,
        "last_status_change_at": "2026-05-20T11:00:00Z",
        "status": status,
        "urgency": "high",
        "incident_key": f"k{number}",
        "service": {"id": "S1", "summary": "checkout"},
        "teams": [{"summary": "Payments"}],
        "acknowledgements": [],
        "assignments": [],
        "html_url": f"https://example.pagerduty.com/incidents/P{number}",
    }


def test_incidents_of_pagerduty_come_in_stretches_with_what_their_log_says(
    store: Store, tmp_path: Path
) -> None:
    incidents = [
        alert(1, "2026-05-20T10:00:00Z"),
        alert(2, "2026-05-03T10:00:00Z", status="triggered"),
        alert(3, "2026-05-22T10:00:00Z"),
    ]
    log = [
        {
            "id": "L1",
            "type": "acknowledge_log_entry",
            "created_at": "2026-05-20T10:04:00Z",
            "incident": {"id": "P1"},
        }
    ]

    def between(asked: Asked, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        since, until = asked.value("since") or "", asked.value("until") or ""
        return [item for item in items if since <= item["created_at"] < until]

    def answer(asked: Asked) -> Reply:
        assert asked.headers["Authorization"] == "Token token=t0ken"
        what = asked.path.removeprefix("/")
        everything = between(asked, incidents if what == "incidents" else log)
        offset = int(asked.value("offset") or 0)
        page = everything[offset : offset + 2] if offset < 100 else everything[2:]
        return Reply({what: page, "more": offset < 100 and len(everything) > 2}, headers=DATE)

    with serving(answer) as stub:
        said = {"token": "TOKEN", "since": dt.date(2026, 4, 1), "teams": ["T1"]}
        sync = Syncing(store, tmp_path, "pagerduty", address=stub.address, **said)
        assert counts(sync()) == (3, 0, 0)
        asked = [one for one in stub.asked if one.path == "/incidents"]
        assert [one.value("since") for one in asked] == [
            "2026-04-01T00:00:00Z",
            "2026-05-01T00:00:00Z",
            "2026-05-01T00:00:00Z",
            "2026-05-31T00:00:00Z",
        ]
        assert [one.value("offset") for one in asked] == ["0", "0", "100", "0"]
        assert {tuple(one.query["team_ids[]"]) for one in stub.asked} == {("T1",)}
        assert sync.state["open_since"] == "2026-05-03T10:00:00Z"
        stub.asked.clear()
        incidents[1] = alert(2, "2026-05-03T10:00:00Z")
        assert counts(sync()) == (0, 1, 2)
        assert stub.asked[0].value("since") == "2026-05-03T10:00:00Z"
        stub.asked.clear()
        assert counts(sync()) == (0, 0, 2)
        # Two weeks before the sync before.
        assert stub.asked[0].value("since") == "2026-05-18T13:00:00Z"
    first = next(record for record in store.incidents() if record.title == "Alert 1")
    assert first.acknowledged_at == dt.datetime(2026, 5, 20, 10, 4, tzinfo=dt.UTC)


def test_a_stretch_of_time_that_holds_too_much_is_taken_in_halves(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagerduty, "MOST_LISTED", 200)
    moments = [f"2026-05-{day:02}T10:00:00Z" for day in range(1, 29)]
    incidents = [alert(number, moment) for number, moment in enumerate(moments)]

    def answer(asked: Asked) -> Reply:
        if asked.path == "/log_entries":
            return Reply({"log_entries": [], "more": False})
        since, until = asked.value("since") or "", asked.value("until") or ""
        inside = [one for one in incidents if since <= one["created_at"] < until]
        offset = int(asked.value("offset") or 0) // 100
        page = inside[10 * offset : 10 * offset + 10]
        return Reply({"incidents": page, "more": len(inside) > 10 * offset + 10})

    with serving(answer) as stub:
        said = {"token": "TOKEN", "since": dt.date(2026, 5, 1)}
        sync = Syncing(store, tmp_path, "pagerduty", address=stub.address, **said)
        assert counts(sync()) == (28, 0, 0)


def status_incident(identity: str, updated: str, name: str = "Errors") -> dict[str, Any]:
    return {
        "id": identity,
        "name": name,
        "status": "resolved",
        "impact": "major",
        "created_at": "2026-05-01T10:05:00Z",
        "started_at": "2026-05-01T10:00:00Z",
        "monitoring_at": "2026-05-01T10:40:00Z",
        "resolved_at": "2026-05-01T11:00:00Z",
        "updated_at": updated,
        "shortlink": f"https://stspg.io/{identity}",
        "components": [{"name": "API"}],
        "incident_updates": [
            {"status": "investigating", "body": "Looking", "created_at": "2026-05-01T10:05:00Z"}
        ],
    }


def test_a_public_status_page_is_not_sent_again_as_it_was(store: Store, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Reply:
        assert asked.path == "/api/v2/incidents.json"
        assert "Authorization" not in asked.headers
        if asked.headers.get("If-None-Match") == 'W/"a"':
            return Reply("", status=304)
        page = {"page": {"id": "x"}, "incidents": [status_incident("s1", "2026-05-01T11:00:00Z")]}
        return Reply(page, headers={"ETag": 'W/"a"'})

    with serving(answer) as stub:
        sync = Syncing(store, tmp_path, "statuspage", address=stub.address)
        assert counts(sync()) == (1, 0, 0)
        again = sync()
        assert (again.summary, again.failed) == (None, "")


def test_all_pages_of_a_status_page_are_looked_through_for_what_was_changed(
    store: Store, tmp_path: Path
) -> None:
    old = [status_incident(f"s{n}", "2026-05-01T11:00:00Z", f"Errors {n}") for n in range(150)]

    def answer(asked: Asked) -> Reply:
        assert asked.path == "/v1/pages/abc123/incidents"
        assert asked.headers["Authorization"] == "OAuth t0ken"
        number = int(asked.value("page") or 1)
        return Reply(old[100 * (number - 1) : 100 * number], headers=DATE)

    with serving(answer) as stub:
        said = {"page": "abc123", "token": "TOKEN"}
        sync = Syncing(store, tmp_path, "statuspage", address=stub.address, **said)
        assert counts(sync()) == (150, 0, 0)
        old[120] = status_incident("s120", "2026-06-01T11:59:00Z", "Errors with a post-mortem")
        assert counts(sync()) == (0, 1, 0)
        assert [asked.value("page") for asked in stub.asked] == ["1", "2", "1", "2"]


def test_any_address_is_read_as_it_answers(store: Store, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Reply:
        assert asked.headers["X-Api-Key"] == "key t0ken"
        assert asked.value("team") == "ops"
        if asked.headers.get("If-Modified-Since"):
            return Reply("", status=304)
        headers = {"Last-Modified": "Fri, 01 May 2026 10:00:00 GMT"}
        return Reply({"incidents": [own(1), own(2)]}, headers=headers)

    with serving(answer) as stub:
        said = {"headers": {"X-Api-Key": "key ${TOKEN}"}, "parameters": {"team": "ops"}}
        sync = Syncing(store, tmp_path, "json", address=f"{stub.address}/api", **said)
        assert counts(sync()) == (2, 0, 0)
        assert sync().summary is None


@pytest.mark.parametrize(
    ("pages", "asked_for"),
    [
        ({"cursor": "meta.after", "parameter": "after"}, ["", "c1", "c2"]),
        ({"next": "meta.next"}, ["", "c1", "c2"]),
        ({"count": "pages", "parameter": "after", "size": 2}, ["1", "2", "3"]),
        ({"count": "records", "parameter": "after", "size": 2}, ["0", "2", "4"]),
        ({"count": "pages", "parameter": "after", "first": 0}, ["0", "1", "2", "3"]),
    ],
)
def test_pages_are_asked_for_as_an_interface_wants_it(
    store: Store, tmp_path: Path, pages: dict[str, Any], asked_for: list[str]
) -> None:
    records = [[own(1), own(2)], [own(3), own(4)], [own(5)], []]
    seen: list[str] = []

    def answer(asked: Asked) -> Reply:
        seen.append(asked.value("after") or "")
        number = len(seen)
        more = f"c{number}" if number < 3 else None
        following = f"/api?after={more}" if more else None
        meta = {"after": more, "next": following}
        return Reply({"data": {"rows": records[number - 1]}, "meta": meta})

    with serving(answer) as stub:
        said = {"items": "data.rows", "pages": pages}
        sync = Syncing(store, tmp_path, "json", address=f"{stub.address}/api", **said)
        assert counts(sync()) == (5, 0, 0)
    assert seen == asked_for


def test_an_address_may_be_asked_for_what_was_changed(store: Store, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Reply:
        changed = asked.value("changed_after")
        return Reply({"rows": [own(1, "Queue full again")] if changed else [own(1), own(2)]})

    with serving(answer) as stub:
        said = {"items": "rows", "updated_since": "changed_after"}
        sync = Syncing(store, tmp_path, "json", address=stub.address, **said)
        assert counts(sync()) == (2, 0, 0)
        assert counts(sync()) == (0, 1, 0)
        assert (stub.asked[-1].value("changed_after") or "").endswith("Z")
    assert store.counts().incidents == 2


def test_pages_by_a_cursor_that_leads_back_end(store: Store, tmp_path: Path) -> None:
    with serving(lambda asked: Reply({"rows": [own(1)], "after": "same"})) as stub:
        said = {"items": "rows", "pages": {"cursor": "after", "parameter": "after"}}
        outcome = Syncing(store, tmp_path, "json", address=stub.address, **said)()
    assert outcome.failed.endswith("names pages without an end")


def test_an_answer_without_the_list_says_so(store: Store, tmp_path: Path) -> None:
    with serving(lambda asked: Reply({"rows": None})) as stub:
        outcome = Syncing(store, tmp_path, "json", address=f"{stub.address}/api", items="rows")()
    assert outcome.failed == "127.0.0.1/api answered with no list under rows"


def test_files_are_found_from_where_they_are_named(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "one.json").write_text(json.dumps([own(1), own(2)]), encoding="utf-8")
    sync = Syncing(store, tmp_path, "files", paths=["reports", "missing.csv"])
    outcome = sync()
    assert counts(outcome) == (2, 0, 0)
    assert outcome.has_problems
    assert counts(sync())[:2] == (0, 0)


def test_files_that_are_away_leave_records_that_are_marked(store: Store, tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.json").write_text(json.dumps([own(number)]), encoding="utf-8")
    sync = Syncing(store, tmp_path, "files", paths=["*.json"])
    assert counts(sync()) == (2, 0, 0)
    (tmp_path / "2.json").unlink()
    sync()
    assert [one.id for one in gone(store)] == ["T-2"]


def test_records_are_known_by_the_name_of_their_source(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([own(1)]), encoding="utf-8")
    first, second = (Syncing(store, tmp_path, "files", paths=["a.json"]) for _ in range(2))
    second.entry = second.entry.model_copy(update={"name": "theirs"})
    assert counts(first()) == (1, 0, 0)
    (tmp_path / "b.json").write_text(json.dumps([own(1, "Another")]), encoding="utf-8")
    second.entry = second.entry.model_copy(update={"paths": ("b.json",)})
    assert counts(second()) == (1, 0, 0)
    assert sorted(record.title for record in store.incidents()) == ["Another", "Queue full"]


def test_a_token_that_is_not_there_fails_its_source_alone(store: Store, tmp_path: Path) -> None:
    outcome = Syncing(store, tmp_path, "pagerduty", token="OTHER")()
    assert outcome.failed == "the environment variable OTHER is not set"


def test_a_failure_is_no_memory(store: Store, tmp_path: Path) -> None:
    with serving(lambda asked: Reply(status=401)) as stub:
        sync = Syncing(store, tmp_path, "incident.io", address=stub.address, token="TOKEN")
        assert "401" in sync().failed
    assert sync.kept == {}


def test_another_setting_reads_a_source_from_the_beginning(store: Store, tmp_path: Path) -> None:
    with serving(lambda asked: Reply([], headers=DATE)) as stub:
        said = {"repository": "a/b", "token": "TOKEN", "address": stub.address}
        sync = Syncing(store, tmp_path, "github", **said)
        sync()
        other = {"name": "ours", "kind": "github", **said, "repository": "a/c"}
        sync.entry = KINDS["github"].entry.model_validate(other)
        sync()
        assert [asked.value("since") for asked in stub.asked] == [None, None]


def test_a_fault_of_ours_costs_one_source(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*args: object) -> None:
        raise TypeError("t0ken")

    monkeypatch.setattr("data.sync.run.load_sources", fault)
    with serving(lambda asked: Reply([issue(1)])) as stub:
        said = {"repository": "a/b", "token": "TOKEN", "address": stub.address}
        assert Syncing(store, tmp_path, "github", **said)().failed == (
            "unexpected TypeError; please report this"
        )


def test_what_cannot_be_reached_fails(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"127\.0\.0\.1/x cannot be reached"):
        http.Client("http://127.0.0.1:1", headers={}).get("http://127.0.0.1:1/x")

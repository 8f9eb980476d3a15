"""``sources.yaml``: what it may hold, and where and why it cannot be used."""

import datetime as dt
from pathlib import Path

import pytest

from data.notations import DayOrder
from data.settings import SettingsUnreadable
from data.sync.entry import Surroundings
from data.sync.http import Failed
from data.sync.kinds import KINDS
from data.sync.run import read_sources
from tests.support.sources import ROOT

WHOLE = """\
sources:
  - name: post-mortems
    kind: files
    paths: [../reports, "more/*.md"]
    zone: Europe/Berlin
    day_order: day
  - name: issues
    kind: github
    repository: example/incidents
    labels: [incident]
    token: GITHUB_TOKEN
    since: 2025-01-01
  - {name: pages, kind: pagerduty, token: PAGERDUTY_TOKEN}
  - {name: incidents, kind: incident.io, token: INCIDENT_IO_TOKEN}
  - name: tickets
    kind: jira
    address: https://example.atlassian.net/
    query: project = OPS AND type = Incident
    user: JIRA_USER
    token: JIRA_TOKEN
  - {name: status, kind: statuspage, address: "https://status.example.com"}
  - name: warehouse
    kind: database
    url: ${WAREHOUSE_URL}
    query: SELECT * FROM incidents WHERE updated_at >= :since;
  - name: own tool
    kind: json
    address: https://tool.example.com/api/incidents
    headers: {X-Api-Key: "${TOOL_KEY}"}
    items: data.incidents
    pages: {cursor: meta.after, parameter: after}
    updated_since: changed_after
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(SettingsUnreadable) as unreadable:
        read_sources(written(tmp_path, text))
    return str(unreadable.value).splitlines()


def test_every_kind_of_source_can_be_named(tmp_path: Path) -> None:
    entries = read_sources(written(tmp_path, WHOLE))
    assert [entry.kind for entry in entries] == [
        "files",
        "github",
        "pagerduty",
        "incident.io",
        "jira",
        "statuspage",
        "database",
        "json",
    ]
    assert {entry.kind for entry in entries} == set(KINDS)


def test_the_example_of_the_documentation_can_be_used(tmp_path: Path) -> None:
    page = (ROOT / "docs/sync.md").read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    assert {entry.kind for entry in read_sources(written(tmp_path, example))} == set(KINDS)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([""], "line 1: needs a list under the name sources"),
        (["sources: none"], "line 1: needs a list under the name sources"),
        (["sources:", "  - text"], "line 2: a source is written as `name: …`, `kind: …`"),
        (
            ["sources:", "  - name: a", "    kind: gitlub"],
            "line 2: gitlub is no kind of source; there are files, database, github, incident.io, "
            "jira, pagerduty, statuspage, json",
        ),
        (["sources:", "  - name: a"], "line 2: kind is missing; there are files, database, github, "
            "incident.io, jira, pagerduty, statuspage, json"),
        (["sources:", "  - name: a", "    kind: files"], "line 2: paths is missing"),
        (
            ["sources:", "  - name: a", "    kind: files", "    paths: [x]", "    path: y"],
            "line 5: path is no setting here; there are name, kind, zone, day_order, mapping, "
            "paths",
        ),
        (
            ["sources:", "  - name: a", "    kind: files", "    paths: [x]", "    zone: Mars"],
            "line 5: zone is no zone that is known; write it like Europe/Berlin",
        ),
        (
            ["sources:", "  - {name: a, kind: pagerduty, token: ghp_abc123}"],
            "line 2: token names an environment variable in capitals, such as GITHUB_TOKEN; the "
            "token itself does not belong into this file",
        ),
        (
            ["sources:", "  - name: a", "    kind: json", "    address: example.com"],
            "line 4: address is no address; write it like https://example.com",
        ),
        (
            [
                "sources:",
                "  - {name: a, kind: files, paths: [x]}",
                "  - {name: A, kind: files, paths: [y]}",
            ],
            "line 3: the name A stands in line 2 too",
        ),
        (
            ["sources:", "  - {name: a, kind: statuspage}"],
            "line 2: it needs a page and a token, or the address of a public page",
        ),
        (
            ["sources:", "  - name: a", "    kind: jira", "    address: https://x.example",
             "    token: T", "    query: type = Bug order  by key"],
            "line 6: query is asked for in our own order; leave ORDER BY out",
        ),
        (
            ["sources:", "  - name: a", "    kind: json", "    address: https://x.example",
             "    pages: {cursor: a}"],
            "line 5: pages needs the parameter of the query that asks for a page",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, lines: list[str], said: str) -> None:
    assert faults(tmp_path, "\n".join(lines) + "\n") == [f"sources.yaml, {said}"]


def test_all_that_is_wrong_is_said_together(tmp_path: Path) -> None:
    lines = ["sources:", *(f"  - {{name: s{n}, kind: odd}}" for n in range(12))]
    said = faults(tmp_path, "\n".join(lines))
    assert len(said) == 11
    assert said[-1] == "and 2 more"


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM incidents",
        "SELECT 1; DROP TABLE incidents",
        "WITH gone AS (DELETE FROM incidents RETURNING *) SELECT * FROM gone",
        "SELECT * INTO copied FROM incidents",
        "PRAGMA writable_schema = 1",
        "EXPLAIN SELECT 1",
        "-- SELECT",
        "",
    ],
)
def test_a_query_that_is_not_one_select_is_refused(tmp_path: Path, query: str) -> None:
    text = (
        f'sources:\n  - name: a\n    kind: database\n    url: sqlite:///x\n    query: "{query}"\n'
    )
    assert faults(tmp_path, text)[0].startswith("sources.yaml, line 5: query ")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 'a; delete' AS title, \"update\" FROM t -- drop it; all",
        "with recent as (select 1) select * from recent ;",
        "SELECT id, updated_at, created_at /* insert; */ FROM t",
    ],
)
def test_texts_names_and_remarks_of_a_query_may_say_anything(tmp_path: Path, query: str) -> None:
    text = (
        "sources:\n  - name: a\n    kind: database\n    url: sqlite:///x\n    query: |\n"
        f"      {query}\n"
    )
    assert read_sources(written(tmp_path, text))[0].kind == "database"


def test_what_is_said_of_a_source_goes_to_its_readers(tmp_path: Path) -> None:
    (tmp_path / "columns.yaml").write_text("columns: {Opened: detected_at}\n")
    text = WHOLE.replace("    day_order: day\n", "    day_order: day\n    mapping: columns.yaml\n")
    entry = read_sources(written(tmp_path, text))[0]
    options = Surroundings(folder=tmp_path).options(entry)
    assert (options.source, options.day_order) == ("post-mortems", DayOrder.DAY)
    assert options.zone is not None
    assert options.zone.utcoffset(dt.datetime(2026, 7, 1)) == dt.timedelta(hours=2)
    assert options.mapping.columns == {"Opened": "detected_at"}


def test_a_secret_is_taken_from_the_environment_alone(tmp_path: Path) -> None:
    around = Surroundings(folder=tmp_path, environment={"KEY": " abc ", "EMPTY": " "})
    assert around.filled("Bearer ${KEY}") == "Bearer abc"
    for name in ("EMPTY", "OTHER"):
        with pytest.raises(Failed, match=f"the environment variable {name} is not set"):
            around.secret(name)

"""``python -m data sync``: what it says, how it ends, and that it can be run by cron."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from data.store import open_store
from tests.support.sources import ROOT
from tests.support.stub import Asked, Reply, serving

RECORDS = "id,title,impact_started_at\nA-1,Disk full,2026-05-01T10:00Z\n"


def sync(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "data", "sync", "--file", str(folder / "sources.yaml"), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={
            "PATH": "",
            "PYTHONPATH": str(ROOT),
            "AFTERMATH_DATABASE": f"sqlite:///{folder / 'store.db'}",
            **environment,
        },
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/incidents.csv").write_text(RECORDS, encoding="utf-8")
    return tmp_path


def name_sources(folder: Path, *entries: dict[str, Any]) -> None:
    # JSON is YAML, too.
    (folder / "sources.yaml").write_text(json.dumps({"sources": entries}), encoding="utf-8")


FILES = {"name": "reports", "kind": "files", "paths": ["reports"]}


def test_what_changed_is_said_for_each_source_and_one_failure_stops_no_other(
    folder: Path,
) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(status=401)

    with serving(answer) as stub:
        github = {
            "name": "issues",
            "kind": "github",
            "repository": "a/b",
            "token": "THE_TOKEN",
            "address": stub.address,
        }
        name_sources(folder, github, FILES)
        first = sync(folder, THE_TOKEN="ghp_s3cret")
        again = sync(folder, THE_TOKEN="ghp_s3cret")
    assert (first.returncode, again.returncode) == (1, 1)
    assert "reports (files): 1 new, 0 updated, 0 unchanged." in first.stdout
    assert "issues (github): failed: 127.0.0.1/repos/a/b/issues answered 401" in first.stderr
    assert "reports (files): 0 new, 0 updated, 1 unchanged." in again.stdout
    assert "ghp_s3cret" not in first.stdout + first.stderr + again.stdout + again.stderr
    assert b"ghp_s3cret" not in (folder / "store.db").read_bytes()


def test_all_is_well_where_every_source_was_read(folder: Path) -> None:
    name_sources(folder, FILES)
    assert sync(folder).returncode == 0


def test_nothing_could_be_done_where_every_source_failed(folder: Path) -> None:
    name_sources(folder, {"name": "pages", "kind": "pagerduty", "token": "NOT_SET"})
    ended = sync(folder)
    assert ended.returncode == 2
    assert ended.stderr == (
        "pages (pagerduty): failed: the environment variable NOT_SET is not set.\n"
    )


def test_one_source_alone_can_be_asked_for(folder: Path) -> None:
    name_sources(folder, FILES, {"name": "pages", "kind": "pagerduty", "token": "NOT_SET"})
    assert sync(folder, "--only", "reports").returncode == 0
    unknown = sync(folder, "--only", "report")
    assert unknown.returncode == 2
    assert unknown.stderr == "sources.yaml names no source report; there are reports, pages\n"


def test_scripts_get_one_object(folder: Path) -> None:
    name_sources(folder, FILES, {"name": "pages", "kind": "pagerduty", "token": "NOT_SET"})
    said = json.loads(sync(folder, "--json").stdout)
    assert [(one["name"], one["new"], bool(one["failed"])) for one in said["sources"]] == [
        ("reports", 1, False),
        ("pages", 0, True),
    ]
    assert said["sources"][0]["fields"]["title"] == {"known": 1, "of": 1}


def test_a_file_that_cannot_be_used_ends_in_its_reason(folder: Path) -> None:
    missing = sync(folder)
    assert missing.returncode == 2
    assert "sources.yaml cannot be opened" in missing.stderr
    name_sources(folder, {"name": "pages", "kind": "pager"})
    wrong = sync(folder)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("sources.yaml, line 1: pager is no kind of source")
    assert "Traceback" not in wrong.stderr


def test_a_second_sync_ends_at_once_while_the_first_is_running(folder: Path) -> None:
    name_sources(folder, FILES)
    store = open_store(f"sqlite:///{folder / 'store.db'}")
    with store.turn("sync"):
        ended = sync(folder)
    store.close()
    assert ended.returncode == 2
    assert "is running; this one does nothing" in ended.stderr


def test_what_is_remembered_is_kept_with_the_store(folder: Path) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.headers.get("If-None-Match"):
            return Reply("", status=304)
        record = {"id": "T-1", "title": "Queue full", "impact_started_at": "2026-05-01T10:00Z"}
        return Reply([record], headers={"ETag": '"1"'})

    with serving(answer) as stub:
        name_sources(folder, {"name": "tool", "kind": "json", "address": stub.address})
        assert "tool (json): 1 new" in sync(folder).stdout
        assert sync(folder).stdout == "tool (json): nothing changed.\n"
    assert len(stub.asked) == 2

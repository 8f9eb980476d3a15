"""Have we seen this before? The nearest incidents to one, or to what somebody describes."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from analytics.matcher.nearest import CLOSE, NEAREST, WEAK, closeness, nearest
from analytics.matcher.prepared import Document
from analytics.stored.change import read_change, told_in_words, touched
from analytics.stored.index import document_of, document_of_text
from analytics.stored.search import judged, match_new, open_search
from analytics.stored.seen import draft, in_words, seen_before
from data.record import Action, Incident
from data.store import Store, open_store
from data.verdicts import verdicts
from data.worked import Key, change
from tests.benchmarks.seen import company_store, flagged, named_parts
from tests.support.pages import run_page, words
from tests.support.sources import ROOT

START = dt.datetime(2026, 1, 14, 10, tzinfo=dt.UTC)
PAGE = "pages/incident.py"


def incident(number: int, title: str, cause: str, **fields: Any) -> Incident:
    """An incident of an hour, so many months after the first."""
    at = START + dt.timedelta(days=30 * number)
    return Incident(
        id=f"s-{number}",
        title=title,
        root_cause=cause,
        impact_started_at=at,
        resolved_at=at + dt.timedelta(hours=1),
        **fields,
    )


PROMISED = Action(id="a", title="Renew certificates without a person", status="open")
FIRST = incident(
    0,
    "Checkout fails as the TLS certificate of payments-gateway expired",
    "The certificate of payments-gateway was renewed by hand and nobody did it.",
    services=("payments-gateway",),
    actions=(PROMISED,),
)
AGAIN = incident(
    5,
    "Payments refused: expired TLS certificate on payments-gateway again",
    "The certificate of payments-gateway expired again, as renewal is still done by hand.",
    services=("payments-gateway",),
)
OTHERS = [
    incident(1, "Search is slow", "The rebuild job took all threads of the search nodes."),
    incident(2, "Mail delayed", "The delivery queue filled as workers leaked connections."),
    incident(3, "Login down", "A release removed a column that the old version still read."),
    incident(4, "Reports empty", "A flag hid all rows."),
]


@pytest.fixture
def store(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    return open_store(sqlite_url)


def filled(store: Store, records: Sequence[Incident]) -> Store:
    store.load(records, source="test")
    match_new(store)
    return store


def document(record: Incident) -> Document:
    found = document_of(record)
    assert found is not None
    return found


def test_a_handful_of_records_gives_the_nearest_ones_and_how_near(store: Store) -> None:
    search = open_search(filled(store, [FIRST, *OTHERS, AGAIN]))
    found = nearest(document(AGAIN), search)
    assert found.matches[0].id == "s-0"
    assert [closeness(match) for match in found.matches] == [CLOSE, *[WEAK] * (NEAREST - 1)]
    assert (found.times, found.since, found.compared) == (2, START.replace(tzinfo=None), 5)


def test_only_earlier_incidents_are_near_a_recorded_one(store: Store) -> None:
    search = open_search(filled(store, [FIRST, *OTHERS, AGAIN]))
    found = nearest(document(FIRST), search)
    assert (found.matches, found.times, found.since) == ((), 1, None)


def test_the_how_manieth_time_counts_all_of_one_title_and_no_more_than_are_shown_are_near(
    store: Store,
) -> None:
    daily = [
        Incident(id=f"d{n:03}", title="Volume of the ledger is full", impact_started_at=at)
        for n in range(150)
        for at in [START + dt.timedelta(days=2 * n)]
    ]
    search = open_search(filled(store, [*OTHERS, *daily]))
    found = nearest(document(daily[-1]), search)
    assert (found.times, found.since) == (150, START.replace(tzinfo=None))
    assert len(found.matches) == NEAREST


def test_what_is_described_is_found_by_its_words_and_nothing_is_stored(store: Store) -> None:
    filled(store, [FIRST, *OTHERS])
    before = store.revision()
    answer = seen_before(store, draft("the TLS certificate of the payments gateway has expired"))
    best = answer["nearest"][0]
    assert (best["id"], best["began"]) == ("s-0", "2026-01-14T10:00:00Z")
    assert (best["closeness"], answer["nearest"][1]["closeness"]) == (CLOSE, WEAK)
    assert best["actions"] == [{"title": PROMISED.title, "status": "open"}]
    assert "certificate" in best["words"]
    assert (answer["searched"], store.revision()) == (5, before)
    assert len(list(store.incidents())) == 5


def test_a_draft_is_read_as_a_load_would_read_it(store: Store, tmp_path: Path) -> None:
    filled(store, [FIRST, *OTHERS, AGAIN])
    file = tmp_path / "draft.md"
    file.write_text(
        "# Payments refused\n\n- Impact started: 2026-12-01 10:00 UTC\n\n## Root cause\n\n"
        f"{AGAIN.root_cause}\n"
    )
    told = draft(str(file))
    assert (told.title, told.cause) == ("Payments refused", AGAIN.root_cause)
    answer = seen_before(store, told)
    assert (answer["nearest"][0]["id"], answer["times"]) == ("s-5", 3)


def test_a_file_without_any_record_is_taken_for_a_description(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("disk full\nthe ledger cannot write")
    assert draft(str(file)) == document_of_text("disk full\nthe ledger cannot write")
    assert draft("disk full").cause == "disk full"


def test_a_long_description_in_one_line_is_no_name_of_a_file() -> None:
    text = "the disk of the ledger is full " * 40
    assert draft(text) == document_of_text(text)


def test_a_file_that_is_not_there_or_holds_no_text_is_no_description(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="There is no file"):
        draft(str(tmp_path / "draft.md"))
    with pytest.raises(OSError, match="is a folder"):
        draft(str(tmp_path))
    file = tmp_path / "picture.bin"
    file.write_bytes(b"\x89PNG\0\0\1\2")
    with pytest.raises(OSError, match="holds no text"):
        draft(str(file))
    assert draft("error while reading draft.md").cause == "error while reading draft.md"


@pytest.mark.parametrize("text", ["🔥🔥🔥", "…?!", "لا شيء", "<b></b>"])
def test_signs_without_a_known_word_are_like_nothing_and_the_latest_are_shown(
    store: Store, text: str
) -> None:
    filled(store, [FIRST, *OTHERS])
    answer = seen_before(store, document_of_text(text))
    assert [one["shared_text"] for one in answer["nearest"]] == [0.0] * 5
    assert next(in_words(answer)) == "Nothing like it among 5 records; these are the latest."
    app = run_page(PAGE)
    box = next(one for one in app.text_area if one.label == "Describe what you see")
    box.set_value(text).run()
    assert not app.exception
    assert "Nothing like it among 5 incidents; these are the latest." in words(app)


def test_the_state_of_what_was_promised_is_said_in_words(store: Store) -> None:
    given_up = Action(id="b", title="Renew earlier", status="wont_do")
    filled(store, [FIRST.model_copy(update={"actions": (given_up,)})])
    said = "\n".join(in_words(seen_before(store, draft("certificate expired"))))
    assert "Renew earlier (will not be done)" in said


def test_what_was_worked_here_of_an_action_is_its_state(store: Store) -> None:
    filled(store, [FIRST])
    change(store, [Key(FIRST.id, PROMISED.id)], {"status": "done"})
    answer = seen_before(store, document_of_text("TLS certificate of payments-gateway expired"))
    told = next(one for one in answer["nearest"] if one["id"] == FIRST.id)
    assert told["actions"] == [{"title": PROMISED.title, "status": "done"}]


def test_what_is_piped_in_is_a_text_whatever_file_has_its_name(
    store: Store, sqlite_url: str
) -> None:
    filled(store, [FIRST, *OTHERS])
    said = run("-", "--json", "--database", sqlite_url, given="README.md")
    assert json.loads(said.stdout) == seen_before(store, document_of_text("README.md"))


def test_a_search_says_as_json_what_it_searched_and_why_nothing_can_be_told(
    store: Store, sqlite_url: str
) -> None:
    store.load([FIRST], source="test")
    options = ("--database", sqlite_url, "--json")
    searched = json.loads(run(*options, command="match").stdout)
    assert searched == {"records": 1, "alike": [], "later": [], "compared": 1}
    failed = run("is there anything", "--database", f"{sqlite_url}x", "--json")
    assert failed.returncode == 2
    assert json.loads(failed.stdout)["error"].startswith("There is no such database")


def run(
    *arguments: str, given: str = "", command: str = "seen"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analytics", command, *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100"},
        input=given,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.usefixtures("store")
def test_the_command_line_says_it_in_words_and_as_json(store: Store, sqlite_url: str) -> None:
    filled(store, [FIRST, *OTHERS, AGAIN])
    text = f"{AGAIN.title}\n{AGAIN.root_cause}"
    said = run("-", "--database", sqlite_url, given=text)
    assert said.returncode == 0
    first, second, why, promised = said.stdout.splitlines()[:4]
    assert first == "Seen before, 2 times, first on 2026-01-14."
    assert second == f"1. close: {AGAIN.title} (2026-06-13) [s-5]"
    assert why.startswith("   100 % of the text is shared; both speak of ")
    assert promised == "   promised then: nothing that is recorded"
    as_json = json.loads(run("-", "--json", "--database", sqlite_url, given=text).stdout)
    assert as_json == seen_before(store, document_of_text(text))


DIFF = """From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: Ada Lovelace <ada@example.org>
Subject: [PATCH] Renewal by hand is enough

Certificates are few.
---
 payments-gateway/tls/renewal.py | 2 +-

diff --git a/payments-gateway/tls/renewal.py b/payments-gateway/tls/renewal.py
index 1234567..89abcde 100644
--- a/payments-gateway/tls/renewal.py
+++ b/payments-gateway/tls/renewal.py
@@ -1,4 +1,4 @@ def renew_all
 unchanged_neighbour = 1
-renew(certificate)
+--- counted down
 # unchanged too
"""


def test_of_a_diff_the_paths_the_message_and_what_changed_count_and_nobody_by_name() -> None:
    change = read_change(DIFF)
    assert change.paths == ("payments-gateway/tls/renewal.py",)
    said = " ".join(change.lines)
    for counted in ("Renewal by hand", "few.", "def renew_all", "renew(certificate)", "-- counted"):
        assert counted in said
    for left_out in ("Ada", "Lovelace", "unchanged", "89abcde"):
        assert left_out not in said


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("api/pool.py\nREADME.md\n", ("api/pool.py", "README.md")),
        ("M\tapi/pool.py\nA  web/a-b.ts\n", ("api/pool.py", "web/a-b.ts")),
        (
            "--- a/x/y.c\n+++ b/x/y.c\n@@ -1 +1 @@\n-a\n+b\n--- a/z.c\n+++ /dev/null\n"
            "@@ -1 +0,0 @@\n-c\n",
            ("x/y.c", "z.c"),
        ),
        (
            "diff --git a/old.py b/new.py\nsimilarity index 100%\nrename from old.py\n"
            "rename to new.py\n",
            ("old.py", "new.py"),
        ),
        ("raise the pool size", ()),
    ],
)
def test_paths_are_read_from_lists_states_and_plain_or_renaming_diffs(
    text: str, paths: tuple[str, ...]
) -> None:
    assert read_change(text).paths == paths


def test_a_change_touches_a_cause_whose_fix_is_open_and_says_why_and_whose_it_is(
    store: Store,
) -> None:
    filled(store, [FIRST.model_copy(update={"team": "Payments"}), *OTHERS])
    assert touched(store, read_change(DIFF))["causes"] == []  # nothing is known to prevent it
    owed = PROMISED.model_copy(update={"kind": "prevent", "due_on": dt.date(2026, 3, 1)})
    store.load([FIRST.model_copy(update={"team": "Payments", "actions": (owed,)})], source="test")
    match_new(store)
    answer = touched(store, read_change(DIFF))
    (cause,) = answer["causes"]
    assert (answer["touched"], answer["with_open_fix"], answer["searched"]) == (1, 1, 5)
    assert cause["incidents"] == [
        {"id": "s-0", "title": FIRST.title, "began": "2026-01-14", "confirmed": True}
    ]
    assert cause["actions"] == [
        {
            "title": PROMISED.title,
            "status": "open",
            "owner": "Payments",
            "promised": None,
            "due": "2026-03-01",
            "url": None,
        }
    ]
    assert cause["because"]["services"] == ["payments-gateway"]
    assert {"Certificates", "hand", "tls"} <= set(cause["because"]["words"])
    assert list(told_in_words(answer)) == [
        "Known causes with an open fix: 1. The change touches 1 of them.",
        f"1. {cause['cause']} [s-0], struck once, last on 2026-01-14",
        f"   because in payments-gateway; both say {', '.join(cause['because']['words'])}",
        f"   promised: {PROMISED.title} (open, due 2026-03-01; Payments)",
    ]
    change(store, [Key(FIRST.id, PROMISED.id)], {"status": "done"})
    assert touched(store, read_change(DIFF))["with_open_fix"] == 0


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("src/ledgerRebuild.ts", ["ledgerRebuild"]),
        ("+ start(get_ledger_rebuild())", ["get_ledger_rebuild"]),
        ("jobs/ledger-rebuild.yaml", ["ledger-rebuild"]),
        ("a ledger, and a rebuild of it", []),
        ("search/rebuild.py", []),
    ],
)
def test_a_part_is_known_by_its_name_however_that_is_spelt(
    store: Store, change: str, names: list[str]
) -> None:
    owed = Action(id="b", title="Limit the threads of the rebuild", kind="prevent", status="open")
    told = incident(6, "Search slow", "The ledger rebuild took all threads.", actions=(owed,))
    filled(store, [FIRST, *OTHERS[1:], told])
    said = touched(store, read_change(change))["causes"]
    assert [one["because"]["names"] for one in said] == ([names] if names else [])


def test_few_changes_that_have_nothing_to_do_with_it_touch_the_made_up_company(
    tmp_path: Path,
) -> None:
    store = company_store(tmp_path / "company.db", incidents=400, seed=3)
    parts = list(named_parts(store))
    said = [touched(store, read_change(path)) for _, path in parts]
    hits = [
        name in {one["id"] for cause in each["causes"] for one in cause["incidents"]}
        for (name, _), each in zip(parts, said, strict=True)
    ]
    assert len(flagged(store)) <= 1
    assert len(hits) >= 5
    assert sum(hits) >= 0.9 * len(hits)
    store.close()


@pytest.mark.parametrize("line", ["diff --git" + " a/ b/" * 400_000, "@@ -1 +1 @@" + "-x" * 10**6])
def test_a_hostile_line_is_cut_and_read_at_once(line: str) -> None:
    change = read_change(f"{line}\n+++ b/web/ui.ts\n\ufffd\0\n")
    assert "web/ui.ts" in change.paths
    assert sum(map(len, (*change.paths, *change.lines))) < 10_000


def test_a_change_of_another_encoding_is_read_all_the_same(
    store: Store, sqlite_url: str, tmp_path: Path
) -> None:
    filled(store, [FIRST, *OTHERS])
    file = tmp_path / "change.diff"
    file.write_bytes(b"\xff\xfe caf\xe9 na\xefve\n")
    assert run("--change", str(file), "--database", sqlite_url).returncode == 0


@pytest.mark.usefixtures("store")
def test_a_check_of_a_change_ends_with_a_code_that_says_what_it_found(
    store: Store, sqlite_url: str, tmp_path: Path
) -> None:
    owed = PROMISED.model_copy(update={"kind": "prevent"})
    filled(store, [FIRST.model_copy(update={"actions": (owed,)}), *OTHERS])
    file = tmp_path / "change.diff"
    file.write_text(DIFF)
    said = run("--change", str(file), "--database", sqlite_url)
    assert (said.returncode, "promised: Renew certificates" in said.stdout) == (1, True)
    said = run("--change", "-", "--json", "--database", sqlite_url, given=DIFF)
    assert said.returncode == 1
    assert json.loads(said.stdout) == touched(store, read_change(DIFF))
    said = run("--change", "-", "--database", sqlite_url, given="web/button.css")
    assert said.returncode == 0
    assert said.stdout == "Known causes with an open fix: 1. The change touches none of them.\n"
    words = "renew the certificate by hand"
    assert run("--change", "-", "--database", sqlite_url, given=words).returncode == 0
    where = ("--service", "payments-gateway")
    assert run("--change", "-", *where, "--database", sqlite_url, given=words).returncode == 1
    for given in ("", " \n"):
        assert run("--change", "-", "--database", sqlite_url, given=given).returncode == 2
    nowhere = f"sqlite:///{tmp_path / 'none.db'}"
    said = run("--change", str(file), "--database", nowhere)
    assert (said.returncode, "no such database" in said.stderr) == (2, True)
    assert run("--change", str(tmp_path / "none"), "--database", sqlite_url).returncode == 2


def test_without_a_database_or_a_description_the_reason_is_said(tmp_path: Path) -> None:
    nowhere = f"sqlite:///{tmp_path / 'none.db'}"
    said = run("disk full", "--database", nowhere)
    assert (said.returncode, "no such database" in said.stderr) == (2, True)
    assert not (tmp_path / "none.db").exists()
    assert run("-", "--database", nowhere, given=" \n").returncode == 2


def test_the_page_of_an_incident_shows_the_nearest_with_what_was_promised_then(
    store: Store,
) -> None:
    filled(store, [FIRST, *OTHERS, AGAIN])
    said = words(run_page(PAGE, id="s-5"))
    assert "**Seen before, for the 2nd time since 14 Jan 2026.**" in said
    assert "**Close:** [Checkout fails" in said
    assert "**Weak:** " in said
    assert "Renew certificates without a person (open" in said


def test_incidents_that_say_nearly_the_same_wait_together_with_all_their_times(
    store: Store,
) -> None:
    third = AGAIN.model_copy(
        update={
            "id": "s-9",
            "impact_started_at": START + dt.timedelta(days=300),
            "resolved_at": START + dt.timedelta(days=300, hours=1),
        }
    )
    filled(store, [FIRST, *OTHERS, AGAIN, third])
    said = words(run_page("pages/repeats.py"))
    assert "1 group looks alike, 3 incidents: confirm?" in said
    assert "**Nearly the same words:** [" in said
    assert "3 possible incidents · 14 Jan 2026 to 10 Nov 2026" in said
    app = run_page(PAGE, id="s-9")
    assert "**Seen before, for the 3rd time since 14 Jan 2026.**" in words(app)


@pytest.mark.parametrize("script", [PAGE, "pages/repeats.py", "pages/causes.py", "dashboard.py"])
def test_records_without_any_time_are_near_others_on_every_page(store: Store, script: str) -> None:
    undated = [
        AGAIN.model_copy(update={"id": name, "impact_started_at": None, "resolved_at": None})
        for name in ("u-1", "u-2")
    ]
    filled(store, [FIRST, *OTHERS, *undated])
    said = words(run_page(script, **({"id": "u-2"} if script == PAGE else {})))
    if script == PAGE:
        assert "**Seen before, for the 3rd time since 14 Jan 2026.**" in said
        assert "**Close:** [Payments refused" in said


def test_with_three_records_a_page_says_why_nothing_is_flagged(store: Store) -> None:
    filled(store, OTHERS[:3])
    said = words(run_page(PAGE, id="s-3"))
    assert "to tell a rare match needs 40 incidents, has 3." in said
    assert said.count("not flagged") == 2
    said = words(run_page("pages/repeats.py"))
    assert "Nothing waits to be looked at" in said
    assert "to tell a rare match needs 40 incidents, has 3." in said


def test_a_box_finds_what_somebody_describes(store: Store) -> None:
    filled(store, [FIRST, *OTHERS])
    app = run_page(PAGE)
    box = next(one for one in app.text_area if one.label == "Describe what you see")
    box.set_value("an expired TLS certificate on the payments gateway").run()
    assert not app.exception
    said = words(app)
    assert f"(incident?id={FIRST.id})" in said
    assert "Renew certificates without a person (open" in said
    assert len(list(store.incidents())) == 5


def test_the_front_page_leads_to_the_box(store: Store) -> None:
    filled(store, [FIRST, *OTHERS])
    link = next(
        link.proto for link in run_page().get("page_link") if "Describe what" in link.proto.label
    )
    assert link.page == "incident"


def test_a_verdict_on_a_near_pair_that_was_never_flagged_counts_for_the_chance(
    store: Store,
) -> None:
    filled(store, [FIRST, *OTHERS])
    app = run_page(PAGE, id="s-4")
    near = nearest(document(OTHERS[-1]), open_search(store)).matches[0]
    app.button(f"different_s-4_{near.id}").click().run()
    assert not app.exception
    (said,) = verdicts(store)
    assert (said.score, said.level) == (pytest.approx(near.score), WEAK)
    assert judged(store).reason.startswith("1 verdict so far")
    assert judged(store).precision.n == 0


def test_a_question_waits_for_no_frames_and_no_distributions() -> None:
    code = "import sys, analytics.stored.seen; print({'pandas', 'scipy'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "set()"

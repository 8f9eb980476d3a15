"""Does the command line say what happened, in words or as JSON, and end with the right code?"""

import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from data.__main__ import main
from data.record import Incident
from data.store import open_store
from tests.support.docs import commands
from tests.support.sources import ROOT

GOOD = "id,title,impact_started_at\na,Gate shut,2026-05-01T10:00:00Z\n"
BAD = "id,title,impact_started_at,detected_at\na,Gate shut,2026-05-01T10:00:00Z,soon\n"
SEARCHED = (
    "Records: 1 searched, none like an earlier one. "
    "To tell a rare match needs 40 incidents, has 1.\n"
)
KNOWN = (
    "Known: start 1 of 1, detection 0 of 1, end 0 of 1, title 1 of 1, cause 0 of 1, "
    "severity 0 of 1, services 0 of 1, actions 0 of 1.\n"
    "Taken for: table of incidents (1).\n"
)


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command in this process: a new one would spend its time on imports."""
    said, told, code = StringIO(), StringIO(), 0
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(said),
        redirect_stderr(told),
    ):
        patch.chdir(folder)
        patch.setenv("COLUMNS", "100")
        patch.setattr(sys, "argv", ["python -m data", *arguments])
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return subprocess.CompletedProcess(arguments, code, said.getvalue(), told.getvalue())


def result(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert len(done.stdout.splitlines()) == 1
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_a_load_adds_then_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "records.csv").write_text(GOOD)
    database = ("--database", f"sqlite:///{tmp_path / 'own.db'}")
    first = run("load", "records.csv", *database, folder=tmp_path)
    assert (first.returncode, first.stdout) == (
        0,
        SEARCHED + "1 new, 0 updated, 0 unchanged.\n" + KNOWN,
    )
    again = run("load", "records.csv", *database, "--json", folder=tmp_path)
    assert again.returncode == 0
    known = ("start", "title")
    asked = ("start", "detection", "end", "title", "cause", "severity", "services", "actions")
    assert result(again) == {
        "new": 0,
        "updated": 0,
        "unchanged": 1,
        "cleared_fields": 0,
        "cleared_records": 0,
        "gone": 0,
        "doubled": 0,
        "added": {},
        "rejected": 0,
        "fields": {what: {"known": int(what in known), "of": 1} for what in asked},
        "timed": 1,
        "actions": 0,
        "problems": [],
        "problem_count": 0,
        "left_out": [],
        "left_out_count": 0,
        "recognised": [
            {
                "file": "records.csv",
                "shape": "table of incidents",
                "why": "columns id, title, impact_started_at",
                "columns": {name: name for name in ("id", "title", "impact_started_at")},
            }
        ],
        "ahead": [],
        "assumptions": {},
        "kept": {},
        "notes": [],
        "note_count": 0,
    }


def test_what_is_gone_is_listed_and_removed_and_a_load_is_undone(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.json").write_text(f'{{"id": "{name}", "title": "Gate {name}"}}')
    run("load", "in", folder=tmp_path)
    (folder / "b.json").unlink()
    said = run("load", "in", folder=tmp_path).stdout
    assert "1 record is no longer at the source, and kept" in said
    listed = run("gone", folder=tmp_path).stdout.splitlines()
    assert listed == ["b  Gate b  (in/b.json)", "1 record is no longer at the source."]
    assert json.loads(run("gone", "--json", folder=tmp_path).stdout)[0]["source_name"] == "in"
    assert result(run("undo", "--json", folder=tmp_path))["undone"].startswith("The load of in")
    assert run("undo", folder=tmp_path).returncode == 2
    run("load", "in", folder=tmp_path)
    assert run("remove", folder=tmp_path).returncode == 2
    assert run("remove", "--gone", folder=tmp_path).stdout == "Removed 1 record.\n"


def test_exposure_alone_is_something_to_load(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("unit,start,end,amount\ndeploys,2024-05-01,2024-06-01,7\n")
    done = run("load", "x.csv", folder=tmp_path)
    assert (done.returncode, done.stdout) == (
        0,
        "0 new, 0 updated, 0 unchanged.\nBeside records: exposure (1).\n",
    )


def test_problems_are_listed_and_end_with_code_1(tmp_path: Path) -> None:
    (tmp_path / "records.csv").write_text(BAD)
    words = run("load", "records.csv", folder=tmp_path)
    assert words.returncode == 1
    assert "records.csv, row 2: detected_at = 'soon'" in words.stderr
    assert words.stdout == SEARCHED + "1 new, 0 updated, 0 unchanged.\n" + KNOWN
    as_json = run("load", "records.csv", "--json", folder=tmp_path)
    assert as_json.returncode == 1
    (problem,) = result(as_json)["problems"]
    assert (problem["file"], problem["position"], problem["field"], problem["value"]) == (
        "records.csv",
        "row 2",
        "detected_at",
        "soon",
    )
    assert problem["reason"]


def test_a_check_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "records.csv").write_text(GOOD)
    done = run("check", "records.csv", "--json", folder=tmp_path)
    assert done.returncode == 0
    assert result(done)["readable"] == 1
    assert result(done)["records_not_listed"] == 0
    assert result(done)["records"] == [
        {
            "id": "a",
            "title": "Gate shut",
            "impact_started_at": "2026-05-01T10:00:00Z",
            "source": "records.csv",
        }
    ]
    assert [file.name for file in tmp_path.iterdir()] == ["records.csv"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("load", "nowhere.csv"), "does not exist"),
        (("load",), "Missing argument"),
        (("load", "x.csv", "--database", "nonsense"), "cannot be understood"),
        (("load", "x.csv", "--database", "sqlite:////nowhere/at/all.db"), "nowhere"),
        (("check", "--colour"), "No such option"),
        (("load", "x.csv", "--zone", "Atlantis"), "is no zone that is known here"),
        (("check", "x.csv", "--day-order", "first"), "is no order of day and month"),
        (("check", "x.csv", "--mapping", "nowhere.yaml"), "nowhere.yaml cannot be opened"),
        (("export", "out.xlsx"), "ending"),
        (("export", "out", "--format", "xlsx"), "markdown"),
        (("company",), "--out"),
        (("company", "--incidents", "-5", "--out", "x"), "Error"),
        (("dance",), "No such command"),
    ],
)
def test_what_cannot_be_done_ends_with_code_2_and_a_sentence(
    arguments: tuple[str, ...], word: str, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text(GOOD)
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_json_is_one_object_even_where_nothing_could_be_done(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(GOOD)
    done = run("load", "x.csv", "--database", "nonsense", "--json", folder=tmp_path)
    assert done.returncode == 2
    assert result(done)["error"]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("ready", {"ready": True, "revision": 3, "incidents": 1}),
        ("zone", {"zone": "UTC"}),
        ("zone Europe/Berlin", {"zone": "Europe/Berlin"}),
        ("mapping", {"names": []}),
        ("mapping ours.yaml --keep ours", {"kept": "ours"}),
        ("mapping own.csv", {"mappings": [{"columns": {"What": "title", "Day": "date"}}]}),
        ("export out.json", {"written": ["out.json"]}),
        ("gone", []),
        ("remove --gone", {"removed": 0}),
        ("remove --gone --source x", {"removed": 0}),
        ("company --out co --incidents 5 --years 1", {"written": ["co"], "incidents": 5}),
    ],
)
def test_what_is_said_in_words_is_said_as_json(
    command: str, answer: object, tmp_path: Path
) -> None:
    (tmp_path / "records.csv").write_text(GOOD)
    (tmp_path / "own.csv").write_text("What,Day\nGate shut,2026-03-02\n")
    (tmp_path / "ours.yaml").write_text("columns:\n  What: title\n")
    run("load", "records.csv", folder=tmp_path)
    done = run(*command.split(), "--json", folder=tmp_path)
    assert (done.returncode, json.loads(done.stdout)) == (0, answer)


@pytest.mark.parametrize("command", ["ready", "undo", "mapping none.csv", "zone Nowhere/Else"])
def test_what_cannot_be_done_is_said_as_json_with_the_same_reason(
    command: str, tmp_path: Path
) -> None:
    done = run(*command.split(), "--json", folder=tmp_path)
    assert (done.returncode, result(done)["error"] + "\n") == (2, done.stderr)


def test_every_command_that_answers_can_do_so_as_json() -> None:
    documents = {"python -m data template", "python -m data schema"}
    speaks_nothing_else = {"python -m pages assistant"}
    without = {
        name
        for name, each in commands().items()
        if "--json" not in {option for part in each.params for option in part.opts}
    }
    assert without == documents | speaks_nothing_else


def test_an_export_is_written_and_loads_again(tmp_path: Path) -> None:
    open_store(os.environ["AFTERMATH_DATABASE"]).load([Incident(id="a", source="x")], source="test")
    done = run("export", "out", "--format", "markdown", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Wrote out.\n")
    again = run("load", "out", "--json", folder=tmp_path)
    assert result(again)["unchanged"] == 1


def test_the_template_and_the_schema_are_printed(tmp_path: Path) -> None:
    template = run("template", folder=tmp_path)
    assert template.stdout.startswith("---\n")
    filled = template.stdout.replace("impact_started_at:", "impact_started_at: 2026-05-01", 1)
    (tmp_path / "gate-shut.md").write_text(filled)
    assert run("check", "gate-shut.md", folder=tmp_path).returncode == 0
    schema = json.loads(run("schema", folder=tmp_path).stdout)
    assert schema["$schema"].endswith("2020-12/schema")


def test_help_names_every_command_and_the_exit_codes(tmp_path: Path) -> None:
    done = run("--help", folder=tmp_path)
    assert done.returncode == 0
    for word in ("load", "check", "export", "template", "schema", "company", "Exit codes"):
        assert word in done.stdout


def test_a_made_up_company_is_written(tmp_path: Path) -> None:
    arguments = ("--incidents", "50", "--years", "1", "--seed", "3", "--out", "co")
    assert run("company", *arguments, folder=tmp_path).returncode == 0
    assert result(run("check", "co", "--json", folder=tmp_path))["readable"] == 50


def test_concepts_that_cannot_be_used_stop_a_load_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.yaml").write_text("concepts:\n- name: Left Pad\n")
    (tmp_path / "records.csv").write_text(GOOD)
    monkeypatch.setenv("AFTERMATH_CONCEPTS", "mine.yaml")
    done = run("load", "records.csv", "--database", "sqlite:///own.db", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("mine.yaml, line 2: it needs a name")
    assert not (tmp_path / "own.db").exists()


def test_a_dry_run_says_what_a_load_would_do_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "records.csv").write_text(GOOD)
    database = ("--database", f"sqlite:///{tmp_path / 'own.db'}")
    done = run("load", "records.csv", *database, "--dry-run", folder=tmp_path)
    would = "A load would add 1, change 0 and leave 0 as they are; nothing was written.\n"
    assert (done.returncode, done.stdout) == (0, "1 readable.\n" + would + KNOWN)
    assert [file.name for file in tmp_path.iterdir()] == ["records.csv"]
    assert run("load", "records.csv", *database, folder=tmp_path).returncode == 0
    again = result(run("load", "records.csv", *database, "--dry-run", "--json", folder=tmp_path))
    assert (again["new"], again["unchanged"], again["dry_run"]) == (0, 1, True)


def test_what_would_be_emptied_is_said_before_a_load_and_after_it(tmp_path: Path) -> None:
    (tmp_path / "records.csv").write_text(GOOD)
    (tmp_path / "more.csv").write_text("id,title,impact_started_at,team\na,,,Payments\n")
    database = ("--database", f"sqlite:///{tmp_path / 'own.db'}")
    run("load", "records.csv", *database, folder=tmp_path)
    said = run("check", "more.csv", *database, folder=tmp_path)
    assert "2 fields of 1 record that held something would be emptied.\n" in said.stdout
    counts = result(run("check", "more.csv", *database, "--json", folder=tmp_path))
    assert (counts["updated"], counts["cleared_fields"], counts["cleared_records"]) == (1, 2, 1)
    done = run("load", "more.csv", *database, folder=tmp_path)
    assert "2 fields of 1 record that held something were emptied.\n" in done.stdout


def test_the_zone_and_the_order_of_a_load_are_taken_from_its_options(tmp_path: Path) -> None:
    row = "id,title,impact_started_at\na,Gate shut,02/03/2026 09:14\n"
    (tmp_path / "records.csv").write_text(row)
    options = ("--zone", "Europe/Madrid", "--day-order", "day")
    told = result(run("check", "records.csv", *options, "--json", folder=tmp_path))
    assert told["records"][0]["impact_started_at"] == "2026-03-02T08:14:00Z"
    assert told["assumptions"] == {"times without a zone, taken as Europe/Madrid": 1}


def test_a_load_that_understood_nothing_ends_with_code_2(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('[{"id": "a", "wave": "Gate"}]')
    done = run("load", "x.json", folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == "0 new, 0 updated, 0 unchanged, 1 rejected.\n"
    assert "It holds wave; say which is which with --mapping" in done.stderr
    assert "No record was found." in done.stderr


def test_records_without_any_time_end_with_code_1(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("id,title\na,Gate\n")
    done = run("load", "x.csv", folder=tmp_path)
    assert done.returncode == 1
    assert "No record has any time" in done.stdout


def test_every_file_that_is_left_out_is_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/records.csv").write_text(GOOD)
    (tmp_path / "in/map.png").write_bytes(b"\x89PNG")
    done = run("check", "in", folder=tmp_path)
    assert done.returncode == 0
    assert done.stdout == "1 readable, 1 left out.\n" + KNOWN
    assert done.stderr == (
        "Left out: in/map.png: ends in .png, which is no format that is read here\n"
    )
    assert result(run("check", "in", "--json", folder=tmp_path))["left_out"] == [
        {
            "file": "in/map.png",
            "position": "",
            "reason": "ends in .png, which is no format that is read here",
        }
    ]


def test_a_mapping_is_printed_kept_and_used_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("What,Grade,Day\nGate shut,A,2026-03-02\n")
    database = ("--database", f"sqlite:///{tmp_path / 'own.db'}")
    printed = run("mapping", "t.csv", folder=tmp_path)
    assert printed.stdout == "columns:\n  What: title\n  Grade: ''\n  Day: date\n"
    (tmp_path / "ours.yaml").write_text(printed.stdout.replace("''", "severity"))
    kept = run("mapping", "ours.yaml", "--keep", "monthly", *database, folder=tmp_path)
    assert kept.stdout == "Kept as monthly.\n"
    assert run("mapping", *database, folder=tmp_path).stdout == "monthly\n"
    loaded = run("load", "t.csv", "--mapping", "monthly", "--json", *database, folder=tmp_path)
    assert result(loaded)["fields"]["severity"] == {"known": 1, "of": 1}


def test_a_quick_command_waits_for_no_statistics() -> None:
    code = "import sys, data.__main__ as door; print({'pandas', 'scipy'} & set(sys.modules), door)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.startswith("set()")


def test_settings_are_written_to_a_file_and_taken_from_one(tmp_path: Path) -> None:
    database = ("--database", f"sqlite:///{tmp_path / 'own.db'}")
    (tmp_path / "own.yaml").write_text("zone: Europe/Berlin\n")
    taken = run("settings", "import", "own.yaml", *database, "--json", folder=tmp_path)
    assert result(taken) == {"changed": ["zone"]}
    again = run("settings", "import", "own.yaml", *database, folder=tmp_path)
    assert (again.stdout, again.returncode) == ("Nothing changed.\n", 0)
    done = run("settings", "export", "all.yaml", *database, folder=tmp_path)
    assert (done.stdout, done.returncode) == ("Wrote all.yaml.\n", 0)
    assert "zone: Europe/Berlin\n" in (tmp_path / "all.yaml").read_text()
    (tmp_path / "own.yaml").write_text("colour: red\n")
    wrong = run("settings", "import", "own.yaml", *database, folder=tmp_path)
    assert wrong.returncode != 0
    assert "own.yaml, line 1: colour: there is no such setting" in wrong.stderr

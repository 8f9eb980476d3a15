"""Does reading find what is meant, join what belongs together, and say what it could not use?"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data import findings, lists, readers
from data.files import sources_of
from data.gathering import Reading, read_paths
from data.loading import load
from data.problems import Place
from data.readers import Format
from data.readers.source import (
    Item,
    Options,
    RawIncident,
    Recognised,
    Source,
    from_bytes,
)
from data.record import Incident
from data.report import in_words
from data.store import Store

LISTS = lists.read(lists.SHIPPED)
INCIDENTS = "id,title,services\nw-1,Gate shut,gate\nw-2,Crane stuck,crane\n"
ACTIONS = "incident_id,id,title,status\nw-1,a-1,Grease it,open\nw-1,,Paint it,open\n"


def read_all(*paths: str | Path) -> tuple[list[Incident], Reading]:
    reading = read_paths(paths, lists=LISTS)
    return list(reading.incidents()), reading


def test_actions_are_joined_whichever_file_comes_first(
    write: Callable[[str, str], Path],
) -> None:
    first, second = write("incidents.csv", INCIDENTS), write("zz.csv", ACTIONS)
    for order in ((first, second), (second, first)):
        incidents, reading = read_all(*order)
        assert [a.id for a in incidents[0].actions] == ["a-1", "w-1#paint-it"]
        assert incidents[1].actions == ()
        assert reading.findings.problems == []


def test_problems_come_in_the_order_of_the_file(write: Callable[[str, str], Path]) -> None:
    lines = [
        '{"id": "a", "title": "x", "status": "odd"}',
        "{",
        '{"id": "b", "status": "odd"}',
        "[]",
    ]
    _, reading = read_all(write("x.jsonl", "\n".join(lines)))
    places = [problem.place.position for problem in reading.findings.problems]
    assert places == [f"line {n}" for n in (1, 2, 3, 4, 3)]


def test_a_bad_value_is_a_problem_with_place_field_value_and_reason(
    write: Callable[[str, str], Path],
) -> None:
    path = write("x.csv", "id,title,detected_at\nw-1,Gate,soon\n")
    (incident,), reading = read_all(path)
    (problem,) = reading.findings.problems
    assert (str(problem.place), problem.field, problem.value) == (
        "x.csv, row 2",
        "detected_at",
        "soon",
    )
    assert "ISO 8601" in problem.reason
    assert not problem.rejected
    assert (incident.title, incident.detected_at) == ("Gate", None)


def test_a_bad_value_in_front_matter_is_given_with_its_line(
    write: Callable[[str, str], Path],
) -> None:
    path = write("x.md", "---\nid: a\ndetected_at: soon\n---\n")
    _, reading = read_all(path)
    assert str(reading.findings.problems[0].place) == "x.md, line 3"


def test_an_identity_read_twice_is_a_problem_that_names_both_places(
    write: Callable[[str, str], Path],
) -> None:
    path = write("x.csv", "id,title\na,one\na,two\n")
    incidents, reading = read_all(path)
    assert reading.findings.incidents == 1
    assert "x.csv, row 2" in reading.findings.problems[0].reason
    assert str(reading.findings.problems[0].place) == "x.csv, row 3"
    assert incidents[-1].title == "two"


def test_two_documents_that_claim_one_id_are_a_problem_that_names_both_files(
    write: Callable[[str, str], Path],
) -> None:
    body = "# Gate\n\n## Impact\n\nQueues\n\n## Root cause\n\nA lock\n"
    write("posts/gate.md", f"---\nid: INC-3\n---\n{body}")
    write("posts/crane.md", f"---\nid: INC-3\n---\n{body}")
    _, reading = read_all("posts")
    (problem,) = reading.findings.problems
    assert str(problem.place) == "posts/gate.md"
    assert "posts/crane.md" in problem.reason


def test_documents_that_claim_one_id_but_tell_of_two_days_are_two_records(
    write: Callable[[str, str], Path],
) -> None:
    for name, day in (("gate", "2026-05-04"), ("crane", "2026-06-08")):
        text = f"---\nid: INC-3\n---\n# The {name}\n\n## Impact\n\n{day}: no {name}\n"
        write(f"posts/{day}-{name}.md", f"{text}\n## Root cause\n\nA lock\n")
    incidents, reading = read_all("posts")
    assert sorted(incident.id for incident in incidents) == ["INC-3", "posts/INC-3"]
    (problem,) = reading.findings.problems
    assert "kept apart" in problem.reason


def test_folders_patterns_and_files_are_found_once_each(
    write: Callable[[str, str], Path],
) -> None:
    write("posts/2024/a.md", "# Gate\n\n## Summary\n\nx\n\n## Impact\n\ny\n")
    write("posts/b.json", '{"id": "b", "title": "Crane"}')
    write("posts/.hidden/c.json", '{"id": "c"}')
    write("posts/picture.png", "no text")
    write("posts/README.md", "# How to\n")
    incidents, reading = read_all("posts", "posts/*.json", Path("posts/b.json").absolute())
    assert sorted(incident.id for incident in incidents) == ["a", "b"]
    assert reading.findings.problems == []
    left_out = {item.place.source: item.reason for item in reading.findings.left_out}
    assert sorted(left_out) == ["posts/.hidden", "posts/README.md", "posts/picture.png"]
    assert left_out["posts/.hidden"] == "is hidden, as its name begins with a dot"
    assert left_out["posts/picture.png"] == "ends in .png, which is no format that is read here"
    assert left_out["posts/README.md"].startswith("is no post-mortem")


def test_links_inside_a_folder_are_not_followed(
    write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    secret = write("elsewhere/secret.json", '{"id": "secret"}')
    write("posts/a.json", '{"id": "a", "title": "Gate"}')
    (tmp_path / "posts/link.json").symlink_to(secret)
    (tmp_path / "posts/folder").symlink_to(secret.parent, target_is_directory=True)
    incidents, reading = read_all("posts")
    assert [incident.id for incident in incidents] == ["a"]
    assert [(item.place.source, item.reason) for item in reading.findings.left_out] == [
        ("posts/folder", "is a link, which is not followed"),
        ("posts/link.json", "is a link, which is not followed"),
    ]


def test_a_file_knows_the_folder_that_was_named_and_what_was_said_of_it(
    write: Callable[[str, str], Path],
) -> None:
    write("posts/2024/a.json", "{}")
    write("b.json", "{}")
    options = Options(source="wiki")
    sources, _ = sources_of(["posts", "b.json"], options=options)
    assert [(s.name, s.folder, s.asked_for, s.options) for s in sources] == [
        ("posts/2024/a.json", "posts", False, options),
        ("b.json", "", True, options),
    ]


@pytest.mark.parametrize("path", ["nowhere", "*.nothing", "empty", "a\0b", "x" * 5_000])
def test_a_path_without_records_is_a_problem(path: str, write: Callable[[str, str], Path]) -> None:
    write("empty/notes.png", "x")
    incidents, reading = read_all(path)
    assert incidents == []
    assert reading.findings.rejected == 1
    assert reading.findings.problems[0].reason


def test_progress_ends_at_all_of_the_bytes() -> None:
    seen: list[tuple[int, int]] = []
    rows = "".join(f"w-{number},Gate\n" for number in range(3_000))
    source = from_bytes("x.csv", f"id,title\n{rows}".encode())
    reading = Reading(
        [source], lists=LISTS, progress=lambda done, total: seen.append((done, total))
    )
    assert len(list(reading.incidents())) == 3_000
    assert seen == sorted(seen)
    assert seen[-1] == (source.size, source.size)


def test_problems_beyond_what_anybody_reads_are_counted_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(findings, "MOST_LISTED", 3)
    lines = b"nonsense\n" * 10
    reading = Reading([from_bytes("x.jsonl", lines)], lists=LISTS)
    assert list(reading.incidents()) == []
    assert (reading.findings.problem_count, len(reading.findings.problems)) == (10, 3)


# What others get wrong.


def only(values: dict[str, str]) -> Incident:
    reading = Reading(
        [from_bytes("x.json", json.dumps({"id": "a", **values}).encode())], lists=LISTS
    )
    (incident,) = reading.incidents()
    return incident


def test_fault_1_a_missing_start_stays_missing() -> None:
    incident = only({"detected_at": "2024-05-01T14:03:00Z"})
    assert incident.impact_started_at is None


def test_fault_2_a_detection_before_the_start_is_kept_as_it_is_for_all_to_see() -> None:
    incident = only(
        {"impact_started_at": "2024-05-01T14:03:00Z", "detected_at": "2024-05-01T14:00:00Z"}
    )
    assert incident.impact_started_at is not None
    assert incident.detected_at is not None
    assert incident.detected_at < incident.impact_started_at


def test_fault_3_a_date_without_a_time_is_known_to_the_day_only() -> None:
    incident = only({"impact_started_at": "2024-05-01", "detected_at": "2024-05-01T00:00:00Z"})
    assert incident.clock_precision == {"impact_started_at": "day"}


def test_fault_6_a_missing_end_stays_missing() -> None:
    incident = only({"impact_started_at": "2024-05-01T14:03:00Z", "status": "resolved"})
    assert incident.resolved_at is None
    assert incident.mitigated_at is None


def test_a_file_without_a_record_is_named(write: Callable[[str, str], Path]) -> None:
    _, reading = read_all(write("empty.csv", ""), write("incidents.csv", INCIDENTS))
    assert dict(reading.findings.assumptions) == {"empty.csv holds no record": 1}


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ("2026-02-30T10:00:00Z", "names no time that there is: day"),
        ("2026-13-01", "names no time that there is: month"),
        ("soon", "is not an ISO 8601 time such as 2024-05-01T14:03:00Z"),
    ],
)
def test_a_time_that_cannot_be_is_told_apart_from_no_time(
    write: Callable[[str, str], Path], stated: str, reason: str
) -> None:
    _, reading = read_all(write("incidents.csv", f"id,title,detected_at\nw-1,Gate,{stated}\n"))
    (problem,) = reading.findings.problems
    assert problem.reason.startswith(reason)


def test_fields_that_no_figure_knows_are_named_with_what_they_may_mean(
    write: Callable[[str, str], Path],
) -> None:
    rows = (
        "id,title,severty,impact_startet_at,Weather,severity\n"
        "w-1,Gate,SEV1,early,calm,SEV2\nw-2,Crane,SEV1,,,\n"
    )
    _, reading = read_all(write("incidents.csv", rows))
    assert dict(reading.findings.kept) == {"severty": 2, "impact_startet_at": 1, "Weather": 1}
    said = in_words({}, reading.findings)
    assert "severty (2; severity?), impact_startet_at (1; impact_started_at?), Weather (1)" in said


def test_a_path_without_a_name_is_not_the_current_folder(write: Callable[[str, str], Path]) -> None:
    write("incidents.csv", INCIDENTS)
    incidents, reading = read_all("")
    assert incidents == []
    assert [str(problem) for problem in reading.findings.problems] == ["'': names no file"]


def test_a_fault_of_a_reader_costs_its_own_file_and_no_other(
    write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(source: Source) -> Iterator[Item]:
        yield RawIncident(Place(source.name), {"id": "a", "title": "Gate"})
        raise KeyError("hinge")

    monkeypatch.setitem(readers.BY_SUFFIX, ".json", Format("JSON", (".json",), broken))
    incidents, reading = read_all(write("a.json", "{}"), write("b.csv", "id,title\nb,Crane\n"))
    assert [incident.id for incident in incidents] == ["a", "b"]
    (problem,) = reading.findings.problems
    assert str(problem) == (
        "a.json: could not be read: unexpected KeyError: 'hinge'; please report it"
    )
    assert problem.rejected


@pytest.mark.parametrize(
    "name", ["Extra", "extra", "Clock precision", "clock_sources", "Timeline", "actions"]
)
@pytest.mark.parametrize(
    "text",
    [
        "# Outage\n\n- {}: day\n- Start: 2026-05-01 10:00 UTC\n\n## Summary\n\nx\n\n## Impact\ny",
        "# Outage\n\n**{}**: day\n\n## Summary\n\nx\n\n## Impact\n\ny\n",
        "---\ntitle: Outage\n{}: day\n---\n\n- Extra: a\n\n## Summary\n\nx\n\n## Impact\n\ny\n",
        "---\ntitle: Outage\n{}: [1, x]\n---\n- Start: 2026-05-01 10:00 UTC\n## Summary\n\nx\n",
    ],
)
def test_a_text_where_a_mapping_is_meant_stops_no_load(
    name: str, text: str, write: Callable[[str, str], Path]
) -> None:
    (incident,), reading = read_all(write("x.md", text.format(name)))
    assert incident.title == "Outage"
    assert not any(problem.rejected for problem in reading.findings.problems)


# What nobody understood.


def test_a_record_without_a_title_and_a_time_is_refused_with_what_to_do(
    write: Callable[[str, str], Path],
) -> None:
    path = write("x.json", '[{"id": "a", "gist": "Gate", "when": "noon"}, {"id": "b"}]')
    incidents, reading = read_all(path)
    assert incidents == []
    assert [str(problem) for problem in reading.findings.problems] == [
        "x.json, [0]: has neither a title nor any time, so it makes no record. It holds gist, "
        "when; say which is which with --mapping, or on the page Records",
        "x.json, [1]: has neither a title nor any time, so it makes no record",
    ]
    assert (reading.findings.rejected, reading.findings.incidents) == (2, 0)


def test_a_list_of_something_else_is_told_with_what_it_holds() -> None:
    text = '{"id": "a", "result": [{"headline": "Gate", "sev": 1}, {}], "total": 2, "next": null}'
    reading = Reading([from_bytes("x.json", text.encode())], lists=LISTS)
    assert list(reading.incidents()) == []
    assert "It holds result (a list of 2 with headline, sev), total;" in str(
        reading.findings.problems[0]
    )


def test_a_recognised_format_is_named_where_nothing_came_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(source: Source) -> Iterator[Item]:
        yield Recognised(source.name, "Jira CSV", "its columns")
        yield RawIncident(Place(source.name), {"id": "a", **{f"c{n}": n for n in range(15)}})

    monkeypatch.setitem(readers.BY_SUFFIX, ".json", Format("JSON", (".json",), read))
    reading = Reading([from_bytes("x.json", b"{}")], lists=LISTS)
    assert list(reading.incidents()) == []
    reason = reading.findings.problems[0].reason
    assert "It was taken for Jira CSV. It holds c0, c1, " in reason
    assert "c11, 3 more; say which is which" in reason


def test_a_time_of_the_timeline_alone_makes_a_record(write: Callable[[str, str], Path]) -> None:
    path = write("x.json", '{"id": "a", "timeline": [{"at": "2026-05-01T10:00Z", "text": "x"}]}')
    incidents, _ = read_all(path)
    assert [incident.id for incident in incidents] == ["a"]


def test_a_record_without_an_id_is_told_with_what_it_holds() -> None:
    text = '{"result": [{"headline": "Gate", "sev": 1}, {}], "total": 2, "next": null}'
    reading = Reading([from_bytes("x.json", text.encode())], lists=LISTS)
    assert list(reading.incidents()) == []
    assert "headline" in str(reading.findings.problems[0])
    assert (reading.findings.rejected, dict(reading.findings.kept)) == (1, {})


def test_a_correction_is_called_one_and_told_what_it_needs(
    write: Callable[[str, str], Path], store: Store
) -> None:
    patch = write("patch.csv", "id,severity\nA-1,SEV2\n")
    _, reading = read_all(patch)
    (problem,) = reading.findings.problems
    assert "so it can only correct a record loaded before" in problem.reason
    assert "check it with --database, or together with the file that has it" in problem.reason
    summary = load(store, [patch], lists=LISTS)
    assert "and none with its id is stored or read" in summary.findings.problems[0].reason


def test_an_action_finds_a_stored_record_by_its_title(
    write: Callable[[str, str], Path], store: Store
) -> None:
    incidents = write("incidents.csv", "Title,Start\nGate shut,2026-03-02\nCrane,2026-03-03\n")
    actions = "Action,Incident title,Owner,Due\n{},GATE shut,Yard,2026-04-01\n"
    path = write("actions.csv", actions.format("Grease it"))
    load(store, [incidents, path], lists=LISTS)
    write("actions.csv", actions.format("Oil it"))
    for paths in ([incidents, path], [path]):
        summary = load(store, paths, lists=LISTS)
        assert summary.findings.problems == []
    (record,) = [record for record in store.incidents() if record.title == "Gate shut"]
    assert "Oil it" in [action.title for action in record.actions]
    write("actions.csv", actions.format("Oil it").replace("GATE shut", "Door"))
    (problem,) = load(store, [path], lists=LISTS).findings.problems
    assert problem.reason == "is the title of no incident that was read or is stored"

"""Tests of the measure of repeats: which folders it reads, and what it makes of odd ones."""

import csv
import datetime as dt
import gzip
import re
from pathlib import Path

import pytest

from analytics.matcher.matching import Index
from analytics.matcher.nearest import nearest
from analytics.matcher.prepared import prepare
from analytics.matcher.suggesting import IN_ORDER
from analytics.stored.index import Known, document_of, document_of_text
from tests.benchmarks.families import company
from tests.benchmarks.repeats import (
    FIRST_MOMENT,
    by_single_words,
    levels,
    made_up,
    main,
    measure,
    moment_of,
    public_incidents,
    read_set,
    run,
    sets_in,
)
from tests.support.causes import CONCEPTS, document

CAUSES = ("dns", "disk", "kafka", "query")


def write_set(folder: Path, name: str, *, columns: tuple[str, ...], size: int = 60) -> None:
    """A labelled set of ``size`` records; each repeats those four, eight, … before."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}_docs.csv").open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *columns, "colour"])
        for number in range(size):
            told = document(number, CAUSES[number % 4])
            known = {
                "title": told.title,
                "text": told.cause,
                "created": f"{told.created:%Y-%m-%dT%H:%M:%S.000+0000}",
            }
            writer.writerow([told.id, *(known.get(column, "") for column in columns), "red"])
    with (folder / f"{name}_links.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["later", "earlier"])
        writer.writerows([f"i{n}", f"i{m}"] for n in range(size) for m in range(n % 4, n, 4))


@pytest.mark.parametrize(
    "columns",
    [
        ("created", "title", "text"),
        ("text",),
        ("title", "text", "service", "category", "created"),
    ],
)
def test_a_set_with_few_columns_is_measured(tmp_path: Path, columns: tuple[str, ...]) -> None:
    write_set(tmp_path, "odd", columns=columns)
    labelled = read_set(tmp_path, "odd", {})
    scores = measure(labelled, dict(run(labelled)))
    assert scores.queries == 21
    assert scores.recall[2] > 0.9


def test_times_that_are_missing_follow_the_order_of_the_file(tmp_path: Path) -> None:
    write_set(tmp_path, "odd", columns=("text",))
    created = [one.created for one in read_set(tmp_path, "odd", {}).prepared]
    assert created == sorted(set(created))


def test_without_a_description_every_set_of_a_folder_or_of_those_below_is_taken(
    tmp_path: Path,
) -> None:
    write_set(tmp_path / "a", "one", columns=("text",))
    write_set(tmp_path / "b", "two", columns=("text",))
    packed = tmp_path / "b" / "three_docs.csv.gz"
    packed.write_bytes(gzip.compress((tmp_path / "b" / "two_docs.csv").read_bytes()))
    assert [name for _, name, _ in sets_in(tmp_path)] == ["one", "three", "two"]
    assert [name for _, name, _ in sets_in(tmp_path / "a")] == ["one"]


def test_a_described_folder_gives_the_sets_that_are_described(tmp_path: Path) -> None:
    write_set(tmp_path, "one", columns=("text",))
    write_set(tmp_path, "two", columns=("text",))
    (tmp_path / "sets.json").write_text('{"two": {"cal_from": 0.0, "retrieval_on": "all"}}')
    ((_, name, settings),) = sets_in(tmp_path)
    assert name == "two"
    assert read_set(tmp_path, name, settings).retrieval_on_all


def test_predictions_name_only_earlier_records_and_come_in_order(tmp_path: Path) -> None:
    write_set(tmp_path, "odd", columns=("created", "text"))
    out = tmp_path / "predictions.csv"
    assert main(["--data", str(tmp_path), "--out", str(out)]) == 0
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert {row["set"] for row in rows} == {"odd"}
    for row in rows:
        assert int(row["candidate_id"][1:]) < int(row["query_id"][1:])
        assert 0 <= float(row["confidence"]) <= 1


def test_an_empty_set_has_no_figures_and_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "none_docs.csv").write_text("id,title\n")
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "out.csv")]) == 0
    assert "none: no labelled repeat to look for" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("stated", "moment"),
    [
        ("2014-01-02T03:04:05Z", dt.datetime(2014, 1, 2, 3, 4, 5)),
        ("2014-01-02T03:04:05.000+0200", dt.datetime(2014, 1, 2, 1, 4, 5)),
        ("2014-01-02 03:04:05 UTC", dt.datetime(2014, 1, 2, 3, 4, 5)),
        ("Thu, 02 Jan 2014 03:04:05 GMT", dt.datetime(2014, 1, 2, 3, 4, 5)),
        ("02/Jan/14 03:04", dt.datetime(2014, 1, 2, 3, 4)),
        ("1388631845", dt.datetime(2014, 1, 2, 3, 4, 5)),
        ("1388631845000", dt.datetime(2014, 1, 2, 3, 4, 5)),
        ("some day", FIRST_MOMENT),
        ("", FIRST_MOMENT),
    ],
)
def test_times_are_read_in_the_notations_of_trackers(stated: str, moment: dt.datetime) -> None:
    assert moment_of(stated) == moment


def test_repeats_among_public_incidents_are_found_at_least_as_often_as_by_single_words() -> None:
    hits, asked = 0.0, 0
    for labelled in public_incidents():
        ours = measure(labelled, dict(run(labelled)))
        words = measure(labelled, by_single_words(labelled, list(labelled.truth)))
        assert ours.queries == words.queries == len(labelled.truth)
        assert ours.recall[1] >= words.recall[1]
        hits, asked = hits + ours.recall[1] * ours.queries, asked + ours.queries
    assert hits / asked >= 0.78


def test_single_words_find_what_shares_them(tmp_path: Path) -> None:
    write_set(tmp_path, "odd", columns=("title", "text"))
    labelled = read_set(tmp_path, "odd", {})
    words = measure(labelled, by_single_words(labelled, list(labelled.truth)))
    assert words.recall[2] > 0.9


def test_in_a_made_up_company_most_repeats_carry_a_right_flag() -> None:
    """At 120 incidents, with nothing declared: what the flags promise, and how far they reach."""
    said = levels(made_up(incidents=120, seed=1))
    right, asked = map(int, re.findall(r"(\d+) of (\d+) repeats", said)[0])
    flagged = sum(int(n) for n in re.findall(r"\w+ \d+ of (\d+)[,;]", said))
    assert right / asked >= 0.6
    assert right / flagged >= 0.9


#: What somebody may say while it lasts, and a word of the cause that it should lead to.
DESCRIBED = {
    "our https cert for the public site lapsed over the weekend and browsers refuse": "cert",
    "nobody can look up host names, the resolvers do not answer": "resol",
    "the postgres volume is full, inserts are rejected with no space left": "space",
    "pages take ten seconds because a select scans a whole table, there is no index": "scanned",
    "read replica is hours behind the primary and people see old data": "repl",
    "processes get killed again and again, their memory has kept growing": "memory",
    "clients all try again at once after a blip and the backend never recovers": "retr",
    "the card processor we use is down, so payments cannot be authorised": "provider",
}


def test_what_somebody_describes_leads_to_incidents_of_that_mechanism() -> None:
    known = company(incidents=2_000, years=3, seed=5)
    told = {one.id: one for one in filter(None, map(document_of, known.records))}
    prepared = [prepare(one, CONCEPTS) for one in told.values()]
    search = Known(Index.restore(sorted(prepared, key=IN_ORDER)), CONCEPTS)
    first = 0
    for text, word in DESCRIBED.items():
        found = nearest(document_of_text(text), search).matches
        tell = [word in f"{told[one.id].title} {told[one.id].body}".lower() for one in found]
        assert any(tell), text
        first += tell[0]
    assert first >= 6

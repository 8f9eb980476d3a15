"""How well and how fast are repeats found?

    python -m tests.benchmarks.repeats --data DIR --out FILE     quality on every labelled set in
    DIR python -m tests.benchmarks.repeats --speed 100000            time and memory on made-up
    records

A labelled set NAME is ``NAME_docs.csv`` (or ``.csv.gz``; in time order, columns ``id`` and any of
title, cause, text, service, category, created, …, ambiguous) with ``NAME_links.csv`` (later,
earlier).
``sets.json`` says from which share of the records on thresholds are set (``cal_from``) and measured
(``test_from``). Every record is matched against all earlier ones, then added, as in use.
"""

import argparse
import csv
import datetime as dt
import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from analytics.matcher.concepts import compile_concepts
from analytics.matcher.matching import CANDIDATES, Index, Match
from analytics.matcher.prepared import Document, Prepared, prepare
from data.concepts import read_concepts
from tests.benchmarks.scores import Asked, Scores, score
from tests.benchmarks.speed import measure_speed

FIRST_MOMENT = dt.datetime(2000, 1, 1)
csv.field_size_limit(10**8)


@dataclass(frozen=True)
class LabelledSet:
    """One set: its records in time order, which earlier ones are true, which are left out."""

    name: str
    prepared: list[Prepared]
    truth: dict[str, set[str]]
    ambiguous: set[str]
    calibrate_from: float = 0.5
    test_from: float = 0.65
    retrieval_on_all: bool = False
    both_ways: bool = False


def read_set(folder: Path, name: str, settings: dict[str, object]) -> LabelledSet:
    """The set ``name`` of ``folder``, its texts cut into tokens and concepts."""
    concepts = compile_concepts(read_concepts())
    rows = list(_rows(folder / f"{name}_docs.csv"))
    both_ways = bool(settings.get("loo", False))
    truth: dict[str, set[str]] = {}
    for link in _rows(folder / f"{name}_links.csv"):
        truth.setdefault(link["later"], set()).add(link["earlier"])
        if both_ways:
            truth.setdefault(link["earlier"], set()).add(link["later"])
    prepared = [prepare(_document(row), concepts) for row in rows]
    return LabelledSet(
        name=name,
        prepared=_in_file_order(prepared),
        truth=truth,
        ambiguous={row["id"] for row in rows if row.get("ambiguous") in ("1", "1.0", "True")},
        calibrate_from=float(str(settings.get("cal_from", 0.5))),
        test_from=float(str(settings.get("test_from", 0.65))),
        retrieval_on_all=settings.get("retrieval_on") == "all",
        both_ways=both_ways,
    )


def run(labelled: LabelledSet) -> Iterator[tuple[str, list[Match]]]:
    """Each record that is asked about with its matches, over a history that grows as it did."""
    asked_from = int(len(labelled.prepared) * labelled.calibrate_from)
    index = Index.restore(labelled.prepared) if labelled.both_ways else Index()
    for position, prepared in enumerate(labelled.prepared):
        if position >= asked_from and prepared.id not in labelled.ambiguous:
            found = index.search(prepared, limit=CANDIDATES)
            if labelled.both_ways:
                found += index.search(prepared, limit=CANDIDATES, later=True)
                found = sorted(found, key=lambda match: -match.score)[:CANDIDATES]
            yield prepared.id, found
        if not labelled.both_ways:
            index.add(prepared)


def measure(labelled: LabelledSet, found: dict[str, list[Match]]) -> Scores:
    """The scores of one set."""
    test_from = int(len(labelled.prepared) * labelled.test_from)
    asked = []
    for position, prepared in enumerate(labelled.prepared):
        if prepared.id in found:
            true = labelled.truth.get(prepared.id, set())
            matches = found[prepared.id]
            ranks = [place for place, match in enumerate(matches, 1) if match.id in true]
            asked.append(
                Asked(
                    strength=matches[0].score if matches else float("-inf"),
                    has_truth=bool(true),
                    rank=ranks[0] if ranks else None,
                    tested=position >= test_from,
                )
            )
    return score(asked, retrieval_on_all=labelled.retrieval_on_all)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    packed = path.with_name(path.name + ".gz")
    opener = open if path.exists() else gzip.open
    with opener(path if path.exists() else packed, "rt", newline="", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def _document(row: dict[str, str]) -> Document:
    def text(*columns: str) -> str:
        return "\n\n".join(row[column] for column in columns if row.get(column))

    return Document(
        id=row["id"],
        created=_moment(text("created") or text("started_at")),
        title=text("title"),
        cause=text("cause", "root_cause", "text", "description"),
        trigger=text("trigger"),
        factors=tuple(filter(None, [text("factors", "contributing_factors")])),
        summary=text("summary", "impact"),
        services=tuple(text("service", "services").replace(";", "|").split("|")),
        category=text("category", "root_cause_category"),
    )


def _moment(stated: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(stated.strip())
    except ValueError:
        return FIRST_MOMENT
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _in_file_order(prepared: list[Prepared]) -> list[Prepared]:
    """File order is time order by definition: equal or missing times are made to rise."""
    rising: list[Prepared] = []
    for one in prepared:
        earliest = rising[-1].created + 1 if rising else one.created
        rising.append(replace(one, created=max(one.created, earliest)))
    return rising


def _measure_folder(folder: Path, out: Path) -> None:
    settings = json.loads((folder / "sets.json").read_text(encoding="utf-8"))
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["set", "query_id", "candidate_id", "score", "confidence"])
        for name in settings:
            labelled = read_set(folder, name, settings[name])
            found = dict(run(labelled))
            for query, matches in found.items():
                for match in matches:
                    row = (name, query, match.id, f"{match.score:.6f}", f"{match.link:.8f}")
                    writer.writerow(row)
            print(f"{name}: {measure(labelled, found)}", flush=True)


def main(arguments: list[str]) -> int:
    """The command line; see the head of this module."""
    parser = argparse.ArgumentParser(description="Measure how well and how fast repeats are found.")
    parser.add_argument("--data", type=Path, help="folder of labelled sets")
    parser.add_argument("--out", type=Path, help="file for the predictions")
    parser.add_argument("--speed", type=int, help="how many made-up records to time")
    options = parser.parse_args(arguments)
    if options.speed:
        for size in sorted({min(10_000, options.speed), options.speed}):
            print(measure_speed(size), flush=True)
    if options.data and options.out:
        _measure_folder(options.data, options.out)
    elif not options.speed:
        parser.error("give --data with --out, or --speed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

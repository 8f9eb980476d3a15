"""How well and how fast are repeats found?

    python -m tests.benchmarks.repeats --data DIR --out FILE   quality on every labelled set in DIR
    python -m tests.benchmarks.repeats --companies 120 --seeds 5   flags in made-up companies
    python -m tests.benchmarks.repeats --speed 100000          time and memory on made-up records

    python -m tests.benchmarks.repeats --incidents   quality on public incidents, kept here

Beside ours stands what single words weighed by TF-IDF find (cosine over the whole text).

A labelled set NAME is ``NAME_docs.csv`` (or ``.csv.gz``; in time order, an ``id`` and any of the
columns of :data:`COLUMNS`) with ``NAME_links.csv`` (later, earlier). ``sets.json`` says from which
share of the records on thresholds are set (``cal_from``) and measured (``test_from``); without it
every set in the folder is taken, or in the folders below. Every record is matched against all
earlier ones, then added, as in use.
"""

import argparse
import csv
import datetime as dt
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import yaml
from scipy import sparse

from analytics.matcher.confidence import FEWEST_RECORDS, LIKELY, POSSIBLE, SEEN, STRONG
from analytics.matcher.matching import CANDIDATES, Index, Match
from analytics.matcher.prepared import Document, Prepared, prepare
from analytics.matcher.suggesting import IN_ORDER, suggest_earlier
from analytics.matcher.words import compile_concepts
from analytics.stored.index import document_of
from data.lists import read_concepts
from tests.benchmarks.families import company
from tests.benchmarks.scores import Asked, Scores, score
from tests.benchmarks.speed import measure_speed

#: Stands for a time that is missing; the order of the file then tells what came first.
FIRST_MOMENT = dt.datetime(1970, 1, 1)
#: Numbers above this are milliseconds since 1970, not seconds.
MOST_SECONDS = 1e11
#: Records without a repeat in which false alarms are counted: the history of a few years.
MOST_ALONE = 1_000
#: Over which a made-up company has its incidents.
YEARS = 3
#: What trackers and incident lists call the fields of a record; several are read one after another.
COLUMNS = {
    "created": ("created", "started_at", "impact_started_at", "created_at", "opened", "date"),
    "title": ("title", "name", "short_description"),
    "cause": ("cause", "root_cause", "text", "description", "body"),
    "trigger": ("trigger",),
    "factors": ("factors", "contributing_factors"),
    "summary": ("summary", "impact"),
    "services": ("service", "services", "component", "components"),
    "category": ("category", "root_cause_category"),
}
#: No length of a text without words is shorter, so that nothing is divided by none.
SMALLEST = 1e-9
YES = ("1", "1.0", "true", "yes")
csv.field_size_limit(10**8)


class Ranked(NamedTuple):
    """One record that was found, and how much it is alike."""

    id: str
    score: float


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
    texts: tuple[str, ...] = ()


def read_set(folder: Path, name: str, settings: dict[str, object]) -> LabelledSet:
    """The set ``name`` of ``folder``, its texts cut into tokens and concepts."""
    concepts = compile_concepts(read_concepts())
    rows = [row for row in _rows(folder / f"{name}_docs.csv") if row.get("id")]
    both_ways = bool(settings.get("loo", False))
    truth: dict[str, set[str]] = {}
    for link in _rows(folder / f"{name}_links.csv"):
        truth.setdefault(link["later"], set()).add(link["earlier"])
        if both_ways:
            truth.setdefault(link["earlier"], set()).add(link["later"])
    documents = [_document(row) for row in rows]
    prepared = [prepare(document, concepts) for document in documents]
    return LabelledSet(
        name=name,
        prepared=_in_file_order(prepared),
        truth=truth,
        ambiguous={row["id"] for row in rows if _one(row, "ambiguous").lower() in YES},
        calibrate_from=float(str(settings.get("cal_from", 0.5))),
        test_from=float(str(settings.get("test_from", 0.65))),
        retrieval_on_all=settings.get("retrieval_on") == "all",
        both_ways=both_ways,
        texts=tuple(f"{document.title} {document.body}" for document in documents),
    )


def public_incidents() -> Iterator[LabelledSet]:
    """The incidents of ``incidents.yaml``: those of one family, and no others, have one cause."""
    concepts = compile_concepts(read_concepts())
    told = yaml.safe_load(Path(__file__).with_name("incidents.yaml").read_text(encoding="utf-8"))
    for name, rows in told.items():
        documents = [
            Document(
                id=f"{name}-{number}",
                created=moment_of(str(row["date"])),
                title=row["title"],
                cause=row["cause"],
                services=tuple(filter(None, [row.get("service")])),
            )
            for number, row in enumerate(rows)
        ]
        families = [row.get("family") for row in rows]
        truth = {
            one.id: {documents[at].id for at in range(number) if families[at] == family}
            for number, (one, family) in enumerate(zip(documents, families, strict=True))
            if family and family in families[:number]
        }
        yield LabelledSet(
            name=name,
            prepared=_in_file_order([prepare(one, concepts) for one in documents]),
            truth=truth,
            ambiguous=set(),
            calibrate_from=0.0,
            test_from=0.0,
            retrieval_on_all=True,
            texts=tuple(f"{one.title} {one.body}" for one in documents),
        )


def by_single_words(labelled: LabelledSet, asked: Collection[str]) -> dict[str, list[Ranked]]:
    """For each record those most like it by the cosine of TF-IDF, the best first."""
    known: dict[str, int] = {}
    rows, columns = list[int](), list[int]()
    for row, text in enumerate(labelled.texts):
        for word in re.findall(r"\w\w+", text.lower()):
            rows.append(row)
            columns.append(known.setdefault(word, len(known)))
    counts = sparse.csr_array((np.ones(len(rows)), (rows, columns)))
    size = counts.shape[0]
    weighed = counts * (np.log((1 + size) / (1 + (counts > 0).sum(axis=0))) + 1)
    lengths = np.maximum(np.sqrt((weighed * weighed).sum(axis=1)), SMALLEST)
    found = {}
    for row, one in enumerate(labelled.prepared):
        if one.id in asked:
            alike = (weighed @ weighed[[row]].T).toarray().ravel() / lengths
            alike[row] = -1.0
            best = np.argsort(-alike[: None if labelled.both_ways else row], kind="stable")
            found[one.id] = [
                Ranked(labelled.prepared[at].id, float(alike[at])) for at in best[:CANDIDATES]
            ]
    return found


def run(labelled: LabelledSet) -> Iterator[tuple[str, list[Match]]]:
    """Each record that is asked about with its matches, over a history that grows as it did."""
    asked_from = int(len(labelled.prepared) * labelled.calibrate_from)
    index = Index.restore(labelled.prepared) if labelled.both_ways else Index()
    for position, prepared in enumerate(labelled.prepared):
        if position >= asked_from and prepared.id not in labelled.ambiguous:
            found = index.search(prepared, limit=CANDIDATES)
            if labelled.both_ways:
                found += index.search(prepared, limit=CANDIDATES, later=True)
                found = sorted(found, key=lambda match: -match.place)[:CANDIDATES]
            yield prepared.id, found
        if not labelled.both_ways:
            index.add(prepared)


def measure(
    labelled: LabelledSet, found: Mapping[str, Sequence[Match]] | Mapping[str, Sequence[Ranked]]
) -> Scores:
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
                    strength=max((match.score for match in matches), default=float("-inf")),
                    has_truth=bool(true),
                    rank=ranks[0] if ranks else None,
                    tested=position >= test_from,
                )
            )
    return score(asked, retrieval_on_all=labelled.retrieval_on_all)


def false_alarms(labelled: LabelledSet) -> str:
    """How many of the records without any earlier one are flagged, with no repeats among them."""
    alone = [one for one in labelled.prepared if one.id not in labelled.truth][:MOST_ALONE]
    found = list(suggest_earlier(alone, index=Index()))[FEWEST_RECORDS:]
    if not found:
        return f"needs {FEWEST_RECORDS + 1} records without a repeat, has {len(alone)}"
    levels = Counter(one.flagged[0].level for one in found if one.flagged)
    strong, likely = levels[STRONG] / len(found), (levels[STRONG] + levels[LIKELY]) / len(found)
    return f"strong {strong:.3f}, strong or likely {likely:.3f} (n={len(found)})"


def levels(labelled: LabelledSet) -> str:
    """How many of the first flags of each name are right, in order of time, and what they reach.

    A flag on a pair of which readers could not tell is neither right nor wrong.
    """
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    untold = 0
    for one in suggest_earlier(labelled.prepared, index=Index()):
        for flag in one.flagged[:1]:
            true = flag.id in labelled.truth.get(one.prepared.id, ())
            if not true and not labelled.ambiguous.isdisjoint((one.prepared.id, flag.id)):
                untold += 1
            else:
                (right if true else wrong)[flag.level] += 1
    names = (SEEN, STRONG, LIKELY, POSSIBLE)
    said = [f"{name} {right[name]} of {right[name] + wrong[name]}" for name in names]
    asked = sum(one.id in labelled.truth for one in labelled.prepared)
    return (
        f"{', '.join(said)}; {untold} that nobody could tell; "
        f"{right.total()} of {asked} repeats carry a right flag"
    )


def made_up(*, incidents: int, seed: int) -> LabelledSet:
    """A made-up company, whose truth is known, with its declared repeats taken out."""
    known = company(incidents=incidents, years=YEARS, seed=seed)
    concepts = compile_concepts(read_concepts())
    told = filter(None, (document_of(one) for one in known.records if not one.duplicate_of))
    prepared = sorted((prepare(one, concepts) for one in told), key=IN_ORDER)
    truth: dict[str, set[str]] = {}
    members: dict[int, set[str]] = {}
    for one in prepared:
        if (family := known.family.get(one.id)) is not None:
            if earlier := members.setdefault(family, set()):
                truth[one.id] = set(earlier)
            members[family].add(one.id)
    return LabelledSet(f"company of {incidents}, seed {seed}", prepared, truth, set())


def sets_in(folder: Path) -> list[tuple[Path, str, dict[str, object]]]:
    """The folder, name and settings of each set: those of ``sets.json``, else all there are."""
    described = folder / "sets.json"
    if described.exists():
        settings = json.loads(described.read_text(encoding="utf-8"))
        return [(folder, name, settings[name] or {}) for name in settings]
    names = {path.name.split("_docs.csv")[0] for path in folder.glob("*_docs.csv*")}
    if names:
        return [(folder, name, {}) for name in sorted(names)]
    below = sorted(path for path in folder.iterdir() if path.is_dir())
    return [found for path in below for found in sets_in(path)]


def moment_of(stated: str) -> dt.datetime:
    """A time in any usual notation, as naive UTC; :data:`FIRST_MOMENT` where it tells none."""
    if re.fullmatch(r"\d{9,13}(\.\d+)?", stated):
        seconds = float(stated) / (1e3 if float(stated) > MOST_SECONDS else 1.0)
        return FIRST_MOMENT + dt.timedelta(seconds=seconds)
    try:
        moment = dt.datetime.fromisoformat(stated)
    except ValueError:
        read = pd.to_datetime([stated], utc=True, errors="coerce", format="mixed")[0]
        return FIRST_MOMENT if pd.isna(read) else read.to_pydatetime().replace(tzinfo=None)
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file, packed or not; none where there is no such file."""
    packed = path.with_name(path.name + ".gz")
    if not path.exists() and not packed.exists():
        return
    opener = open if path.exists() else gzip.open
    with opener(path if path.exists() else packed, "rt", newline="", encoding="utf-8-sig") as lines:
        yield from csv.DictReader(lines)


def _one(row: dict[str, str], column: str) -> str:
    return (row.get(column) or "").strip()


def _document(row: dict[str, str]) -> Document:
    def text(field: str) -> str:
        return "\n\n".join(filter(None, (_one(row, column) for column in COLUMNS[field])))

    began = next(filter(None, (_one(row, column) for column in COLUMNS["created"])), "")
    return Document(
        id=row["id"],
        created=moment_of(began),
        title=text("title"),
        cause=text("cause"),
        trigger=text("trigger"),
        factors=tuple(filter(None, [text("factors")])),
        summary=text("summary"),
        services=tuple(re.split(r"[|;\n]+", text("services"))),
        category=text("category"),
    )


def _in_file_order(prepared: list[Prepared]) -> list[Prepared]:
    """File order is time order by definition: equal or missing times are made to rise."""
    rising: list[Prepared] = []
    for one in prepared:
        earliest = rising[-1].created + 1 if rising else one.created
        rising.append(replace(one, created=max(one.created, earliest)))
    return rising


def _measure_folder(folder: Path, out: Path) -> None:
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["set", "query_id", "candidate_id", "score", "confidence"])
        for where, name, settings in sets_in(folder):
            labelled = read_set(where, name, settings)
            found = dict(run(labelled))
            for query, matches in found.items():
                for match in matches:
                    row = (name, query, match.id, f"{match.place:.6f}", f"{match.link:.8f}")
                    writer.writerow(row)
            _tell(labelled, found)


def _tell(labelled: LabelledSet, found: Mapping[str, Sequence[Match]]) -> None:
    print(f"{labelled.name}: {measure(labelled, found)}", flush=True)
    if asked := [name for name in found if name in labelled.truth]:
        words = measure(labelled, by_single_words(labelled, asked))
        print(f"  single words: {words.of_retrieval}", flush=True)
    if labelled.retrieval_on_all:
        print(f"  right flags: {levels(labelled)}", flush=True)
    print(f"  flags without repeats: {false_alarms(labelled)}", flush=True)


def main(arguments: list[str]) -> int:
    """The command line; see the head of this module."""
    parser = argparse.ArgumentParser(description="Measure how well and how fast repeats are found.")
    parser.add_argument("--data", type=Path, help="folder of labelled sets")
    parser.add_argument("--out", type=Path, help="file for the predictions")
    parser.add_argument("--incidents", action="store_true", help="public incidents, kept here")
    parser.add_argument("--companies", type=int, help="incidents of each made-up company")
    parser.add_argument("--seeds", type=int, default=3, help="made-up companies")
    parser.add_argument("--speed", type=int, help="how many made-up records to time")
    options = parser.parse_args(arguments)
    if options.speed:
        for size in sorted({min(10_000, options.speed), options.speed}):
            print(measure_speed(size), flush=True)
    for labelled in public_incidents() if options.incidents else ():
        _tell(labelled, dict(run(labelled)))
    for seed in range(1, options.seeds + 1 if options.companies else 1):
        made = made_up(incidents=options.companies, seed=seed)
        print(f"{made.name}: {levels(made)}", flush=True)
    if options.data and options.out:
        _measure_folder(options.data, options.out)
    elif not (options.speed or options.companies or options.incidents):
        parser.error("give --data with --out, --incidents, --companies, or --speed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

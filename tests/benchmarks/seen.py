"""What does one question cost, whether something was seen before?

    python -m tests.benchmarks.seen [--incidents 100000] [--changes]

Processor time of the whole command over a store of that many made-up incidents, over one of 1,000,
and of importing the libraries that it cannot do without: the ratios say the same on a fast machine
and on a slow one. Then the time of one answer in a process that holds the index, as the page does.
The texts are read and the index is kept, but nothing is searched for when the stores are made.

With ``--changes`` instead: of the changes of ``changes.yaml``, which have nothing to do with any
incident of the made-up company, how many are said to touch an open fix; and of as many changes as
there are causes with an open fix, each of a file named after the part that one of them is about,
how many are said to touch that one.
"""

import argparse
import json
import math
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import yaml

from analytics.matcher.nearest import nearest
from analytics.matcher.prepared import prepare, version_of
from analytics.stored.change import read_change, touched
from analytics.stored.index import concepts_in_force, document_of_text, keep_index, open_index
from analytics.stored.search import match_new, waiting
from data.company import write_company
from data.gathering import read_paths
from data.lists import current_lists
from data.prepared_texts import keep_prepared
from data.store import Store, open_store
from tests.benchmarks.load import made_up

QUESTION = "connections to the database ran out after a deploy"
LIBRARIES = "import numpy, pydantic, sqlalchemy, typer, yaml"
FEW, TRIES = 1_000, 5
CHANGES = Path(__file__).with_name("changes.yaml")
#: A part as the made-up company spells most of them.
PART = re.compile(r"[A-Z][a-z]+[A-Z][a-z]+|\b[a-z]+[_-][a-z]+\b")


def filled(path: Path, incidents: int) -> Store:
    """A store whose records wait for nothing but the search for repeats."""
    store = open_store(f"sqlite:///{path}")
    store.load(made_up(incidents), source="made up")
    concepts = concepts_in_force()
    version = version_of(concepts)
    documents, digests = waiting(store, version)
    texts = (
        (one.id, digests[one.id], {"text": prepare(one, concepts).to_json(), "best": None})
        for one in documents
    )
    kept = ((name, digest, json.dumps(text)) for name, digest, text in texts)
    keep_prepared(store, version, kept)
    keep_index(store, open_index(store).index, concepts)
    return store


def processor_time(*arguments: str) -> float:
    """Median seconds of processor time of a whole process of Python."""
    taken = []
    for _ in range(TRIES):
        before = _of_children()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        taken.append(_of_children() - before)
    return median(taken)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def question(path: Path) -> Sequence[str]:
    """The command that asks a store."""
    return ("-m", "analytics", "seen", QUESTION, "--database", f"sqlite:///{path}")


def answered(store: Store) -> float:
    """Median seconds of processor time of one answer, the index being at hand."""
    known, document = open_index(store), document_of_text(QUESTION)
    taken = []
    for _ in range(TRIES):
        begun = time.process_time()
        nearest(document, known)
        taken.append(time.process_time() - begun)
    return median(taken)


def company_store(path: Path, *, incidents: int, seed: int) -> Store:
    """A made-up company of three years, loaded and searched."""
    with tempfile.TemporaryDirectory() as folder:
        write_company(Path(folder), incidents=incidents, years=3.0, seed=seed)
        records = read_paths([Path(folder)], lists=current_lists()).incidents()
        store = open_store(f"sqlite:///{path}")
        store.load(records, source="made up")
    match_new(store)
    return store


def patch(path: str, message: str, line: str) -> str:
    """A change of one line of one file, as ``git format-patch`` writes it."""
    return (
        f"From: Somebody <somebody@example.org>\nSubject: [PATCH] {message}\n\n"
        f"diff --git a/{path} b/{path}\nindex 1234567..89abcde 100644\n--- a/{path}\n"
        f"+++ b/{path}\n@@ -10,2 +10,3 @@\n unchanged\n+{line}\n unchanged\n"
    )


def flagged(store: Store) -> list[str]:
    """The paths of the changes that have nothing to do with it, and are said to touch a cause."""
    rows = yaml.safe_load(CHANGES.read_text(encoding="utf-8"))
    return [row[0] for row in rows if touched(store, read_change(patch(*row)))["touched"]]


def named_parts(store: Store) -> Iterator[tuple[str, str]]:
    """The id of each cause with an open fix, and a path named after the part that it is about."""
    for incident in store.incidents():
        for action in incident.actions:
            is_open = action.kind == "prevent" and action.status in ("open", "in_progress")
            part = PART.search(action.title)
            if is_open and part and incident.services:
                name = "_".join(re.findall("[A-Z]?[a-z]+", part[0])).lower()
                yield incident.id, f"{incident.services[0]}/src/{name}.py"


def changes() -> None:
    """Measure false alarms and hits, and print them."""
    with tempfile.TemporaryDirectory() as folder:
        for seed in (1, 7):
            store = company_store(Path(folder) / f"{seed}.db", incidents=1_200, seed=seed)
            false = flagged(store)
            parts = list(named_parts(store))
            hits = [
                any(name in {one["id"] for one in cause["incidents"]} for cause in said["causes"])
                for name, path in parts
                for said in [touched(store, read_change(path))]
            ]
            print(
                f"seed {seed}: {len(false)} of 50 unrelated changes flagged {false or ''}; "
                f"{sum(hits)} of {len(hits)} that change a part with an open fix"
            )
            store.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=100_000)
    parser.add_argument("--changes", action="store_true")
    chosen = parser.parse_args()
    if chosen.changes:
        changes()
        return
    many: int = chosen.incidents
    libraries = processor_time("-c", LIBRARIES)
    print(f"importing the libraries: {libraries:.2f} s of processor time")
    few = math.nan
    with tempfile.TemporaryDirectory() as folder:
        for incidents in (FEW, many):
            path = Path(folder) / f"{incidents}.db"
            store = filled(path, incidents)
            command, answer = processor_time(*question(path)), answered(store)
            store.close()
            few = command if incidents == FEW else few
            print(
                f"{incidents:>9,} incidents: command {command:.2f} s, "
                f"{command / libraries:.2f} times the libraries, {command / few:.2f} times that "
                f"over {FEW:,}; one answer {1000 * answer:.1f} ms"
            )


if __name__ == "__main__":
    main()

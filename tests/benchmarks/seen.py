"""What does one question cost, whether something was seen before?

    python -m tests.benchmarks.seen [--incidents 100000]

Processor time of the whole command over a store of that many made-up incidents, over one of 1,000,
and of importing the libraries that it cannot do without: the ratios say the same on a fast machine
and on a slow one. Then the time of one answer in a process that holds the index, as the page does.
The texts are read and the index is kept, but nothing is searched for when the stores are made.
"""

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from analytics.matcher.nearest import nearest
from analytics.matcher.prepared import prepare, version_of
from analytics.stored.index import concepts_in_force, document_of_text, keep_index, open_index
from analytics.stored.search import waiting
from data.prepared_texts import keep_prepared
from data.store import Store, open_store
from tests.benchmarks.load import made_up

QUESTION = "connections to the database ran out after a deploy"
LIBRARIES = "import numpy, pydantic, sqlalchemy, typer, yaml"
FEW, TRIES = 1_000, 5


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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=100_000)
    many: int = parser.parse_args().incidents
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

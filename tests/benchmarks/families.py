"""Are the known causes that a load builds the true ones, and do they stay?

    python -m tests.benchmarks.families [--incidents 2000] [--years 3] [--seeds 3]

Loads made-up companies, whose truth is known, and the sample into stores of their own and lets the
search group them as it does at the end of every load: from texts and declared repeats. Pairs of
incidents in one family are counted as in ``data/company/records.py``; what stands alone is in no
pair. Stable is measured by loading again without a tenth of the records: once with everything that
people had said of the others kept, once with what went with the records themselves lost, which
takes a chain of repeats apart.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from analytics.stored.search import match_new, stored_families
from data import lists
from data.check import check_incident
from data.company import generate
from data.company.events import UNKNOWN
from data.loading import sample_records
from data.problems import Place
from data.record import Incident
from data.store import open_store
from data.verdicts import judge_all
from tests.support.groupings import adjusted_rand, connected, group_of, pair_scores

#: The bars that the project holds itself to.
LEAST_PRECISION, LEAST_RECALL, LEAST_STABLE = 0.8, 0.8, 0.9
#: Every so many-th record is taken away; loads that bring a company bit by bit.
TAKEN_AWAY, LOADS = 10, 12


@dataclass(frozen=True)
class Company:
    """The records of a made-up company in order of time, and the true family of those in one."""

    records: list[Incident]
    family: dict[str, int]


def company(*, incidents: int, years: float, seed: int) -> Company:
    """The company of this seed."""
    made = generate(incidents=incidents, years=years, seed=seed)
    place, known = Place("made-up", "record"), lists.current_lists()
    checked = (check_incident(raw, place=place, lists=known) for raw in made.records())
    records = [found.incident for found in checked if found.incident]
    family = {
        record.id: int(number)
        for record, number in zip(records, made.truth.family, strict=True)
        if number != UNKNOWN and not record.duplicate_of
    }
    return Company(records, family)


def grouped(*loads: Sequence[Incident], said: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
    """The family of each incident after these loads into an empty store.

    Args:
        said: pairs that a verdict says have one cause.
    """
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'families.db'}")
        judge_all(store, said, "repeat")
        for records in loads:
            store.load(records, source="benchmark")
            match_new(store)
        families = stored_families(store)
        store.close()
    return group_of(families)


def stability(
    records: Sequence[Incident], whole: dict[str, str], *, seed: int
) -> tuple[float, float]:
    """How alike the families are when a tenth of the records was never there.

    With what people said of the other records kept, and without what went with those gone.
    """
    gone = set(random.Random(seed).sample(range(len(records)), len(records) // TAKEN_AWAY))
    left = [record for n, record in enumerate(records) if n not in gone]
    ids = [record.id for record in left]
    here = set(ids)
    links = ((one.id, other) for one in records for other in one.repeats)
    groups = ([name for name in group if name in here] for group in connected(links))
    kept = [pair for group in groups for pair in pairwise(group)]
    return (
        adjusted_rand(whole, grouped(left, said=kept), ids),
        adjusted_rand(whole, grouped(left), ids),
    )


def in_portions(records: Sequence[Incident]) -> list[Sequence[Incident]]:
    """The records as that many loads bring them, in order of time."""
    size = -(-len(records) // LOADS)
    return [records[start : start + size] for start in range(0, len(records), size)]


def _both(stable: tuple[float, float]) -> str:
    kept, lost = stable
    return f"{kept:.3f} (bar {LEAST_STABLE}), what was said of the gone lost too {lost:.3f}"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=2_000)
    parser.add_argument("--years", type=float, default=3.0)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    began = time.perf_counter()
    for seed in range(1, options.seeds + 1):
        made = company(incidents=options.incidents, years=options.years, seed=seed)
        whole, ids = grouped(made.records), [record.id for record in made.records]
        precision, recall, pairs = pair_scores(whole, made.family)
        bit_by_bit = grouped(*in_portions(made.records))
        theirs = pair_scores(bit_by_bit, made.family)
        print(
            f"company {seed}: pair precision {precision:.3f} (bar {LEAST_PRECISION}), recall "
            f"{recall:.3f} (bar {LEAST_RECALL}) over {pairs:,} pairs; in {LOADS} loads "
            f"{theirs[0]:.3f} and {theirs[1]:.3f}, rand index to all at once "
            f"{adjusted_rand(whole, bit_by_bit, ids):.3f}; without a tenth "
            f"{_both(stability(made.records, whole, seed=seed))}",
            flush=True,
        )
    records = list(sample_records())
    whole = grouped(records)
    stable = [stability(records, whole, seed=seed) for seed in range(1, options.seeds + 1)]
    print(f"sample without a tenth: {', '.join(map(_both, stable))}")
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()

"""How many records a second does a load write, and how near is that to the database itself?

``python -m tests.benchmarks.load --incidents 100000`` loads a made-up company into an empty SQLite
store, loads it again, and then writes the very same rows with nothing but the driver's
``executemany``, all in one run: the ratio holds on any machine, the seconds only on this one.
A CSV pair and a folder of documents are loaded as files, and again without a change.
"""

import argparse
import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from data import lists, tables
from data.check import check_incident
from data.company import generate, write_company
from data.engine import BATCH, connect
from data.exporting import write
from data.history import read_history
from data.loading import load
from data.problems import Place
from data.record import Incident
from data.rows import rows_of
from data.store import open_store


def made_up(incidents: int) -> Iterator[Incident]:
    """Checked records of a made-up company."""
    company = generate(incidents=incidents, years=5, seed=1)
    place, in_force = Place("made up"), lists.current_lists()
    for raw in company.records():
        found = check_incident(raw, place=place, lists=in_force)
        if found.incident is not None:
            yield found.incident


@dataclass
class Taken:
    """Seconds by the clock on the wall, and seconds of processor, which others cannot slow down."""

    wall: float = 0.0
    processor: float = 0.0

    @contextmanager
    def more(self) -> Iterator[None]:
        """Adds what the block takes."""
        wall, processor = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - wall
        self.processor += time.process_time() - processor

    def line(self, what: str, records: int) -> str:
        """One line of the report."""
        speed = records / self.wall
        return f"{what:<22}{self.wall:8.2f} s{self.processor:8.2f} s{speed:10.0f} records/s"


def taken_by(work: Callable[[], object]) -> Taken:
    """How long ``work`` takes."""
    taken = Taken()
    with taken.more():
        work()
    return taken


def row_batches(records: list[Incident]) -> Iterator[tuple[Table, list[tuple[Any, ...]]]]:
    """The rows that a load of ``records`` writes, in the same order and batches."""
    for begin in range(0, len(records), BATCH):
        rows: dict[Table, list[tuple[Any, ...]]] = {
            table: [] for table in (tables.INCIDENTS, *tables.PARTS)
        }
        for key, record in enumerate(records[begin : begin + BATCH], start=begin + 1):
            digest, narrow, parts = rows_of(record)
            rows[tables.INCIDENTS].append((key, record.id, digest, *narrow, 1, False))
            for table, part in zip(tables.PARTS, parts, strict=True):
                rows[table].extend((key, *row) for row in part)
        yield from rows.items()


def bare(url: str, records: list[Incident]) -> tuple[Taken, int]:
    """What ``executemany`` alone takes, with the store's own settings, and the rows it wrote."""
    open_store(url).close()
    engine = connect(url)
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    taken, written = Taken(), 0
    driver.execute("BEGIN IMMEDIATE")
    for table, rows in row_batches(records):
        names = ", ".join(table.columns.keys())
        marks = ", ".join("?" * len(table.columns))
        with taken.more():
            driver.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)
        written += len(rows)
    with taken.more():
        driver.execute("COMMIT")
    pooled.close()
    engine.dispose()
    return taken, written


def halves(folder: Path, incidents: int) -> Iterator[tuple[str, Taken]]:
    """What loading a stored CSV pair again takes: both files, and each of them alone."""
    write_company(folder, incidents=incidents, years=5, seed=1)
    pair = [folder / "incidents.csv", folder / "actions.csv"]
    store = open_store(f"sqlite:///{folder}/pair.db")
    yield "first, both", taken_by(lambda: load(store, pair, lists=lists.current_lists()))
    for what, files in (("both", pair), ("incidents.csv", pair[:1]), ("actions.csv", pair[1:])):
        taken = Taken()
        with taken.more():
            load(store, files, lists=lists.current_lists())
        yield f"again, {what}", taken
    store.close()


def documents(folder: Path, records: list[Incident]) -> Iterator[tuple[str, Taken]]:
    """What loading a folder of documents takes, and loading it again without a change."""
    write(records, folder / "documents", form="markdown")
    store = open_store(f"sqlite:///{folder}/documents.db")
    for what in ("documents, first", "documents, again"):
        yield (
            what,
            taken_by(lambda: load(store, [folder / "documents"], lists=lists.current_lists())),
        )
    store.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=100_000)
    parser.add_argument("--documents", type=int, default=2_000)
    said = parser.parse_args()
    wanted: int = said.incidents
    records: list[Incident] = []
    checking = taken_by(lambda: records.extend(made_up(wanted)))
    gc.freeze()  # a real load streams its records and never holds them all for the collector
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/aftermath.db")
        loading = taken_by(lambda: store.load(records, source="first"))
        again = taken_by(lambda: store.load(records, source="again"))
        reading = taken_by(lambda: read_history(store))
        store.close()
        at_best, rows = bare(f"sqlite:///{folder}/bare.db", records)
        again_by_half = dict(halves(Path(folder), wanted))
        kept = records[: said.documents]
        by_document = dict(documents(Path(folder), kept))
    n = len(records)
    print(f"{n} records, {rows} rows            wall  processor")
    print(checking.line("make and check", n))
    print(loading.line("load", n))
    print(at_best.line("bare executemany", n))
    ratios = (loading.wall / at_best.wall, loading.processor / at_best.processor)
    print(f"{'load / bare':<22}{ratios[0]:8.2f}  {ratios[1]:8.2f}")
    print(again.line("load, all unchanged", n))
    print(reading.line("read the history", n))
    for first, measured, count in (
        ("first, both", again_by_half, n),
        ("documents, first", by_document, len(kept)),
    ):
        for what, taken in measured.items():
            ratio = taken.processor / measured[first].processor
            print(f"{taken.line(what, count)}{ratio:8.2f} x {first}")


if __name__ == "__main__":
    main()

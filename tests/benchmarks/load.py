"""How many records a second does a load write, and how near is that to the database itself?

``python -m tests.benchmarks.load --incidents 100000`` loads a made-up company into an empty SQLite
store, loads it again, and then writes the very same rows with nothing but the driver's
``executemany``, all in one run: the ratio holds on any machine, the seconds only on this one.
"""

import argparse
import gc
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from data import lists, tables
from data.check import check_incident
from data.company import generate
from data.history import read_history
from data.problems import Place
from data.record import Incident
from data.rows import rows_of
from data.store import open_store
from data.writing import BATCH

#: What the store sets on its connections, so that both sides pay for the same safety.
PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -65536",
)


def made_up(incidents: int) -> Iterator[Incident]:
    """Checked records of a made-up company."""
    company = generate(incidents=incidents, years=5, seed=1)
    place, in_force = Place("made up"), lists.current()
    for raw in company.records():
        found = check_incident(raw, place=place, lists=in_force)
        if found.incident is not None:
            yield found.incident


def seconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def row_batches(records: list[Incident]) -> Iterator[tuple[Table, list[tuple[Any, ...]]]]:
    """The rows that a load of ``records`` writes, in the same order and batches."""
    for begin in range(0, len(records), BATCH):
        rows: dict[Table, list[tuple[Any, ...]]] = {
            table: [] for table in (tables.INCIDENTS, *tables.PARTS)
        }
        for key, record in enumerate(records[begin : begin + BATCH], start=begin + 1):
            digest, narrow, parts = rows_of(record)
            rows[tables.INCIDENTS].append((key, record.id, digest, *narrow))
            for table, part in zip(tables.PARTS, parts, strict=True):
                rows[table].extend((key, *row) for row in part)
        yield from rows.items()


def bare(path: Path, records: list[Incident]) -> tuple[float, int]:
    """Seconds of ``executemany`` alone, and how many rows it wrote."""
    open_store(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    taken, written = 0.0, 0
    connection.execute("BEGIN IMMEDIATE")
    for table, rows in row_batches(records):
        marks = ", ".join("?" * len(table.columns))
        statement = f"INSERT INTO {table.name} VALUES ({marks})"
        begin = time.perf_counter()
        connection.executemany(statement, rows)
        taken += time.perf_counter() - begin
        written += len(rows)
    taken += seconds(lambda: connection.execute("COMMIT"))
    connection.close()
    return taken, written


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=100_000)
    wanted: int = parser.parse_args().incidents
    records: list[Incident] = []
    checking = seconds(lambda: records.extend(made_up(wanted)))
    gc.freeze()  # a real load streams its records and never holds them all for the collector
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/aftermath.db")
        loading = seconds(lambda: store.load(records, source="first"))
        again = seconds(lambda: store.load(records, source="again"))
        reading = seconds(lambda: read_history(store))
        store.close()
        at_best, rows = bare(Path(folder) / "bare.db", records)
    n = len(records)
    print(f"{n} records, {rows} rows")
    print(f"made and checked    {checking:7.2f} s  {n / checking:9.0f} records/s")
    print(f"load                {loading:7.2f} s  {n / loading:9.0f} records/s")
    print(f"bare executemany    {at_best:7.2f} s  {n / at_best:9.0f} records/s")
    print(f"load / bare         {loading / at_best:7.2f}")
    print(f"load, all unchanged {again:7.2f} s  {n / again:9.0f} records/s")
    print(f"read the history    {reading:7.2f} s")


if __name__ == "__main__":
    main()

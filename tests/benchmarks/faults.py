"""What is lost when a load or the search is killed in the middle?

``python -m tests.benchmarks.faults --kills 100`` lets processes load made-up records into a store,
load by load with the search after each, and kills each of them (SIGKILL) at a random moment. After
every kill the store is opened and compared with what was reported done; the next process goes on.
Every ten kills the whole is compared with a store into which the same was loaded undisturbed.
``--postgres`` does so with a store on PostgreSQL.
"""

import argparse
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

import psycopg

from analytics.stored.search import match_new, stored_families, unfinished_search
from data.record import Incident
from data.store import Store, open_store
from data.verdicts import suggestions
from tests.benchmarks.load import made_up
from tests.support.postgres import postgres

#: Records of one load: a load and its search then take about as long as each other.
A_LOAD = 60
LOADS = 30
#: Kills of one store, before it is compared with an undisturbed one.
OF_ONE_STORE = 10
#: Seconds after the beginning of a load or a search at which it is killed, at most: about as long
#: as each takes here.
LATEST = {"load": 0.03, "search": 0.8}
#: What a process says before a load, after it, and after the search; each begins what comes next.
BEGINS, LOADED, SEARCHED = "load begins", "search begins", "all done"


@dataclass
class Table:
    """What was tried, and what came of it.

    Attributes:
        tried: kills by what was killed.
        broken: stores that could not be opened or are inconsistent.
        lost: loads that were reported done and are not there.
        half: loads of which a part is there, or the trail and the loads tell another number.
        unfinished: searches that could not be ended afterwards.
        other: stores in which other repeats are suggested than in an undisturbed one.
        causes: stores in which other known causes are proposed, which depend on what was searched
            together; no record is without one for that.
        stores: that were compared with an undisturbed one.
    """

    tried: Counter[str] = field(default_factory=Counter)
    broken: int = 0
    lost: int = 0
    half: int = 0
    unfinished: int = 0
    other: int = 0
    causes: int = 0
    stores: int = 0

    @property
    def faults(self) -> int:
        """All that went wrong."""
        return self.broken + self.lost + self.half + self.unfinished + self.other

    def __str__(self) -> str:
        tried = ", ".join(f"{number} in a {what}" for what, number in sorted(self.tried.items()))
        rows = {
            f"killed ({tried})": sum(self.tried.values()),
            "stores that could not be opened, or inconsistent": self.broken,
            "loads reported done and lost": self.lost,
            "loads there in part, or told otherwise by the trail": self.half,
            "searches that could not be ended afterwards": self.unfinished,
            f"of {self.stores} stores, with other suggested repeats than undisturbed": self.other,
            f"of {self.stores} stores, with other proposed causes than undisturbed": self.causes,
        }
        return "\n".join(f"| {what} | {number} |" for what, number in rows.items())


@cache
def loads() -> list[list[Incident]]:
    """The same in every process."""
    records = list(made_up(A_LOAD * LOADS))
    return [records[at : at + A_LOAD] for at in range(0, len(records), A_LOAD)]


def go_on(url: str, first: int) -> None:
    """What is killed: load after load, each with its search, each reported when it is done."""
    ahead = loads()
    store = open_store(url)
    if first:
        print(LOADED, flush=True)
        match_new(store)  # it goes on where it was
    for number in range(first, len(ahead)):
        print(BEGINS, flush=True)
        store.load(ahead[number], source=f"{number}")
        print(LOADED, number, flush=True)
        match_new(store)
        print(SEARCHED, flush=True)


def killed(url: str, first: int, *, what: str, after: float) -> tuple[str, int]:
    """Kill a process that goes on with a load.

    Args:
        what: the first load or the first search that it begins.
        after: seconds from then.

    Returns:
        What was killed, and how many loads were reported done in all.
    """
    command = [sys.executable, "-m", "tests.benchmarks.faults", "--child", url, f"{first}"]
    lines = list[str]()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if line.startswith(what):
                break
        else:
            raise RuntimeError("the process that was to be killed did not begin")
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout
    done = sum(line.startswith(LOADED) and line.strip() != LOADED for line in lines)
    return ("search" if lines[-1].startswith(LOADED) else "load"), first + done


def look(url: str, reported: int, table: Table) -> int:
    """Compare a store with what was reported done; gives how many loads it holds.

    The load that was being written may be there or not, as a whole: it may have been killed
    between its end and the report.
    """
    try:
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
                (told,) = connection.execute("PRAGMA integrity_check").fetchone()
            table.broken += told != "ok"
        with closing(open_store(url)) as store:
            past = sorted(int(load.source) for load in store.loads())
            told_of = sum(event.what == "load" for event in store.trail()[0])
            ahead = loads()
            wanted = {record.id for number in past for record in ahead[number]}
            there = {record.id for record in store.incidents()}
    except Exception as error:  # counted, and said
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        table.broken += 1
        return reported
    table.lost += past[:reported] != list(range(reported))
    table.half += there != wanted or told_of != len(past) or len(past) > reported + 1
    return len(past)


def suggested(store: Store) -> set[tuple[object, ...]]:
    """The repeats that the search suggests."""
    return {(s.later_id, s.earlier_id, s.level, round(s.score, 6)) for s in suggestions(store)}


def proposed(store: Store) -> set[frozenset[str]]:
    """The known causes that it proposes."""
    return {frozenset(family.members) for family in stored_families(store)}


def tried(url: str, undisturbed: str, *, kills: int, drawn: random.Random, table: Table) -> None:
    """Kill so many processes that go on with one store, and compare it with an undisturbed one."""
    done = 0
    for _ in range(kills):
        what = drawn.choice(sorted(LATEST))
        after = drawn.uniform(0, LATEST[what])
        what, reported = killed(url, done, what=f"{what} begins", after=after)
        table.tried[what] += 1
        done = look(url, reported, table)
    with closing(open_store(url)) as store, closing(open_store(undisturbed)) as straight:
        match_new(store)
        table.unfinished += bool(unfinished_search(store))
        for number, records in enumerate(loads()[:done]):
            straight.load(records, source=f"{number}")
            match_new(straight)
        table.stores += 1
        table.other += suggested(store) != suggested(straight)
        table.causes += proposed(store) != proposed(straight)


@contextmanager
def places(*, on_postgres: bool) -> Iterator[Iterator[str]]:
    """Addresses of empty stores."""
    with tempfile.TemporaryDirectory() as folder:
        if not on_postgres:
            yield (f"sqlite:///{Path(folder, f'{number}.db').as_posix()}" for number in count())
            return
        with postgres() as server, psycopg.connect(server.conninfo, autocommit=True) as connection:

            def made_there() -> Iterator[str]:
                for number in count():
                    connection.execute(f"CREATE DATABASE faults{number}".encode())
                    yield server.url(f"faults{number}")

            yield made_there()


def measured(kills: int, *, seed: int = 1, on_postgres: bool = False) -> Table:
    """The table of so many kills."""
    table, drawn = Table(), random.Random(seed)
    with places(on_postgres=on_postgres) as addresses:
        for left in range(kills, 0, -OF_ONE_STORE):
            url, undisturbed = next(addresses), next(addresses)
            tried(url, undisturbed, kills=min(left, OF_ONE_STORE), drawn=drawn, table=table)
            print(f"{sum(table.tried.values())} killed, {table.faults} faults", file=sys.stderr)
    return table


def main() -> None:
    """Print the table; ends with 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.child:
        go_on(said.child[0], int(said.child[1]))
        return
    table = measured(said.kills, seed=said.seed, on_postgres=said.postgres)
    print(table)
    sys.exit(bool(table.faults))


if __name__ == "__main__":
    main()

"""A process that is killed in a load or a search loses nothing that it reported done."""

from tests.benchmarks import faults


def test_what_was_reported_done_outlives_kills_and_the_search_goes_on() -> None:
    """At three moments that the seed draws; ``python -m tests.benchmarks.faults`` tries more."""
    table = faults.measured(3, seed=5)
    assert (sum(table.tried.values()), table.stores, table.faults) == (3, 1, 0)


def test_a_lost_load_and_one_that_is_there_in_part_are_seen(sqlite_url: str) -> None:
    table = faults.Table()
    with faults.closing(faults.open_store(sqlite_url)) as store:
        store.load(faults.loads()[0][:-1], source="0")
    assert faults.look(sqlite_url, 2, table) == 1
    assert (table.lost, table.half, table.broken, table.faults) == (1, 1, 0, 2)

"""One sync of a store at a time, whatever became of the one before."""

import subprocess
import sys

import pytest

from data.store import StoreBusy, open_store
from tests.support.sources import ROOT

HOLDS_AND_DIES = """
import os, sys
from data.store import open_store
turn = open_store(sys.argv[1]).turn("sync")
turn.__enter__()
os._exit(0)
"""


def test_the_second_waits_for_nobody_and_says_so(store_url: str) -> None:
    store, other = open_store(store_url), open_store(store_url)
    busy = pytest.raises(StoreBusy, match="is running; this one does nothing")
    with store.turn("sync"), busy, other.turn("sync"):
        pass
    with other.turn("sync"):
        assert other.counts().incidents == 0
    store.close()
    other.close()


def test_records_can_be_read_and_loaded_during_a_turn(store_url: str) -> None:
    store = open_store(store_url)
    with store.turn("sync"):
        assert store.load([], source="test").new == 0
        assert store.counts().incidents == 0
    store.close()


def test_a_turn_ends_with_the_process_that_held_it(store_url: str) -> None:
    store = open_store(store_url)
    subprocess.run([sys.executable, "-c", HOLDS_AND_DIES, store_url], cwd=ROOT, check=True)
    with store.turn("sync"):
        pass
    store.close()


def test_a_store_in_the_memory_is_nobody_elses() -> None:
    store = open_store("sqlite://")
    with store.turn("sync"):
        pass
    store.close()

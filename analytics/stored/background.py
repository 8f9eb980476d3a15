"""The search for repeats as a job of the server: it goes on when whoever asked for it has left.

What it has done stands in the store, portion by portion, so it may end at any moment: the next
load, ``python -m analytics match`` or the next job goes on from there.
"""

import os
import threading
import time
from dataclasses import dataclass, field

from analytics.matcher.suggesting import Matched
from analytics.stored.search import match_again, match_new
from data.lists import ConceptsUnreadable
from data.problems import shown
from data.store import Store, StoreError

#: Set to ``off`` where pages are to start no search of their own, as a worker does it.
ENVIRONMENT = "AFTERMATH_SEARCH"
#: Seconds after which a job is tried again; what was wrong seldom mends itself at once.
TRY_AGAIN_SECONDS = 60


@dataclass
class Job:
    """One search, in a thread of its own.

    Attributes:
        done, total: records searched so far, of how many; 0 of 0 until that is known.
        matched: what came of it; None while it runs or where it failed.
        failed: why it could not be done, in words; empty while it can.
    """

    done: int = 0
    total: int = 0
    matched: Matched | None = None
    failed: str = ""
    ended_at: float = 0.0
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def runs(self) -> bool:
        """Whether it has not ended yet."""
        return not self._ended.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end; whether it has ended."""
        return self._ended.wait(seconds)

    def run(self, store: Store, again: tuple[str, ...]) -> None:
        """Search, and note what came of it."""
        try:
            if again:
                self.matched = match_again(store, again)
            else:
                self.matched = match_new(store, progress=self._told)
        except (StoreError, ConceptsUnreadable) as error:
            self.failed = str(error)
        except Exception as error:  # of a thread nobody would hear of it
            self.failed = f"unexpected {type(error).__name__}: {shown(error)}"
        finally:
            self.ended_at = time.monotonic()
            self._ended.set()

    def _told(self, done: int, total: int) -> None:
        self.done, self.total = done, total


_JOBS: dict[str, Job] = {}
_LOCK = threading.Lock()


def start(store: Store, *, again: tuple[str, ...] = ()) -> Job:
    """A new job over a store, after the one that runs; see :func:`match_new`, `match_again`.

    Args:
        again: ids of records that are searched as if they were new.
    """
    with _LOCK:
        return _begin(store, again)


def resumed(store: Store) -> Job | None:
    """The job that runs, or has just ended; else a new one, where the server may start one.

    One that has just ended is not followed at once by another: what it left undone would be left
    again, at every turn of every page.
    """
    with _LOCK:
        job = _JOBS.get(store.address)
        if job is not None and (job.runs or time.monotonic() - job.ended_at < TRY_AGAIN_SECONDS):
            return job
        return None if os.environ.get(ENVIRONMENT) == "off" else _begin(store)


def _begin(store: Store, again: tuple[str, ...] = ()) -> Job:
    job = _JOBS[store.address] = Job()
    thread = threading.Thread(target=job.run, args=(store, again), name="search", daemon=True)
    thread.start()
    return job

"""How do time and memory grow with the number of records?

Made-up records in the shape of real ones: a title of six words, 110 words of text drawn by Zipf's
law from a vocabulary that keeps growing, a few phrases that concepts know. Memory is the growth of
the peak of the process while reopening.
"""

import datetime as dt
import json
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from analytics.matcher.matching import Index
from analytics.matcher.prepared import Document, Prepared, prepare
from analytics.matcher.words import compile_concepts
from data.lists import read_concepts

TITLE_WORDS, BODY_WORDS, VOCABULARY, TRIALS = 6, 110, 400_000, 300
PHRASES = (
    "an expired certificate", "connection pool exhaustion", "a slow query", "a retry storm",
    "the disk was full", "a bad deploy was rolled back", "DNS resolution failed", "memory leak",
)  # fmt: skip
START = dt.datetime(2015, 1, 1)
CONCEPTS = compile_concepts(read_concepts())


@dataclass(frozen=True)
class Speed:
    """Times in milliseconds unless said, memory in megabytes."""

    records: int
    query: float
    prepare: float
    add: float
    restore_seconds: float
    memory: float

    def __str__(self) -> str:
        return (
            f"{self.records:>9,} records: query {self.query:.2f} ms, "
            f"prepare {self.prepare:.2f} ms, add {self.add:.3f} ms (medians of {TRIALS}), "
            f"reopened in {self.restore_seconds:.1f} s "
            f"(JSON read included), peak memory {self.memory:.0f} MB"
        )


def made_up(size: int, *, seed: int = 7) -> Iterator[Document]:
    """``size`` records in time order."""
    random = np.random.default_rng(seed)
    for number in range(size):
        drawn = random.zipf(1.25, TITLE_WORDS + BODY_WORDS) % VOCABULARY
        words = [f"w{_letters(int(word))}" for word in drawn]
        words.insert(60, f"because of {PHRASES[int(random.integers(len(PHRASES)))]}.")
        yield Document(
            id=f"r{number}",
            created=START + dt.timedelta(minutes=30 * number),
            title=" ".join(words[:TITLE_WORDS]),
            cause=" ".join(words[TITLE_WORDS:]),
            services=(f"service {int(random.integers(40))}",),
        )


def measure_speed(size: int) -> Speed:
    """Time one query, one preparation, one addition and the reopening at ``size`` records."""
    before = _peak()
    lines = (json.dumps(prepare(one, CONCEPTS).to_json()) for one in made_up(size))
    index, seconds = _restore(lines)
    memory = _peak() - before
    new = list(made_up(TRIALS, seed=11))
    prepared = [prepare(one, CONCEPTS) for one in new]
    late = [_moved(one, size + place) for place, one in enumerate(prepared)]
    return Speed(
        records=size,
        query=_median(lambda place: index.search(late[place])),
        prepare=_median(lambda place: prepare(new[place], CONCEPTS)),
        add=_median(lambda place: index.add(late[place])),
        restore_seconds=seconds,
        memory=memory,
    )


def _restore(lines: Iterator[str]) -> tuple[Index, float]:
    """The index and the seconds it took, the time of making the lines up left out."""
    making = 0.0

    def read() -> Iterator[Prepared]:
        nonlocal making
        while True:
            begun = time.perf_counter()
            line = next(lines, None)
            making += time.perf_counter() - begun
            if line is None:
                return
            yield Prepared.from_json(json.loads(line))

    begun = time.perf_counter()
    index = Index.restore(read())
    return index, time.perf_counter() - begun - making


def _median(timed: Callable[[int], object]) -> float:
    taken = []
    for place in range(TRIALS):
        begun = time.perf_counter()
        timed(place)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1e3


def _moved(prepared: Prepared, place: int) -> Prepared:
    created = int((START + dt.timedelta(minutes=30 * place)).timestamp())
    return replace(prepared, id=f"late{place}", created=created)


def _peak() -> float:
    """Most memory that this process has held, in megabytes (Linux counts in kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def _letters(number: int) -> str:
    """A word for a number: letters, because numbers are left out of texts."""
    letters = ""
    while True:
        number, rest = divmod(number, 26)
        letters += chr(97 + rest)
        if not number:
            return letters

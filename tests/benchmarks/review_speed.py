"""How long do a whole review and its scorecard take, and how many group-by medians is that?

    python -m tests.benchmarks.review_speed [--incidents 100000] [--json]

The ratio to one ``groupby("team").median()`` over the same frame in the same run says the same on a
fast machine and on a slow one. Confirmed repeats are found once for a revision of the store, so
they are timed apart; so is the first review of a revision, which measures the times that all later
ones read.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median

from analytics.clocks import TTM, measure
from analytics.frames import History
from analytics.repeats.ledger import find_repeats
from analytics.review.review import review
from analytics.scorecard import scorecard
from analytics.selection import Scope
from data.company import generate
from data.company.events import END

INCIDENTS, YEARS, SEED = 100_000, 4.0, 1
#: Odd, so that the median is one of them.
TRIES = 15
#: Of what is done once for a revision.
FIRST_TRIES = 3


def timed(work: Callable[[], object], *, tries: int = TRIES) -> float:
    """Median seconds of processor time of one call, after one that warms up."""
    work()
    seconds = []
    for _ in range(tries):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return median(seconds)


def figures(incidents: int) -> dict[str, float]:
    """Milliseconds of each, and the ratio."""
    tables = generate(incidents=incidents, years=YEARS, seed=SEED).frames()
    history = History.of(
        tables["incidents"],
        services=tables["services"],
        factors=tables["factors"],
        tags=tables["tags"],
        actions=tables["actions"],
        links=tables["links"],
    )
    frame = history.incidents[["team"]].copy()
    frame["seconds"] = measure(history.incidents, TTM, as_of=END).seconds
    repeats = find_repeats(history)
    whole = timed(lambda: review(history, Scope(), as_of=END, repeats=repeats))
    found = review(history, Scope(), as_of=END, repeats=repeats)
    tiles = timed(lambda: scorecard(found))
    first = timed(
        lambda: review(replace(history), Scope(), as_of=END, repeats=repeats), tries=FIRST_TRIES
    )
    one = timed(lambda: frame.groupby("team", observed=True)["seconds"].median())
    return {
        "incidents": float(incidents),
        "review_ms": whole * 1000.0,
        "first_review_ms": first * 1000.0,
        "scorecard_ms": tiles * 1000.0,
        "groupby_median_ms": one * 1000.0,
        "ratio": whole / one,
        "find_repeats_ms": timed(lambda: find_repeats(history), tries=FIRST_TRIES) * 1000.0,
    }


def main() -> None:
    """Print the figures, as a sentence or as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=INCIDENTS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = figures(options.incidents)
    if options.json:
        print(json.dumps(found))
        return
    print(
        f"Review of {options.incidents:,} incidents: {found['review_ms']:.0f} ms, "
        f"the first of a revision {found['first_review_ms']:.0f} ms, "
        f"its scorecard {found['scorecard_ms']:.0f} ms; the review is "
        f"{found['ratio']:.0f} times one group-by median ({found['groupby_median_ms']:.1f} ms); "
        f"finding the repeats, once a revision: {found['find_repeats_ms']:.0f} ms"
    )


if __name__ == "__main__":
    main()

"""Are fixes that hold told from those that do not, and do the intervals hold the truth?

    python -m tests.benchmarks.fixes [--seeds 100] [--incidents 2000] [--years 3]

Every seed is a made-up company in which some fixes leave a fifth of the rate of their cause and the
others all of it. The function that the pages call judges them, once with the causes as they truly
are, once as the records declare them, where two of five repeats are declared by nobody. Both kinds
of fixes are compared over causes that had come back before their fix: which of the others could
have come back at all, only the truth knows, and a study that used it would expect too little.
"""

import argparse
import time
from dataclasses import dataclass

import numpy as np

from analytics.answer import Answer
from analytics.frames import History
from analytics.known_causes.fixes import FixHeld, fix_held
from analytics.known_causes.grouping import KnownCauses, known_causes
from analytics.repeats.ledger import find_repeats
from analytics.selection import Rows
from analytics.statistics.shares import share
from data.company import Company, generate
from data.company.events import RATE_LEFT, UNKNOWN, Flags

#: The bar that the project holds itself to, for each of the intervals.
LEAST_COVERED = 0.9


@dataclass(frozen=True)
class Seed:
    """What was said of one company.

    Attributes:
        held, useless: the ratio over the fixes that hold and over those that do not, of causes
            that had come back before.
        every: the ratio over all fixes, as the page shows it, and ``truth``: what it truly is.
        of_causes: whether the interval of each cause that can come back holds its own truth.
    """

    held: Answer
    useless: Answer
    every: Answer
    truth: float
    of_causes: Flags

    @property
    def covered(self) -> tuple[bool, bool, bool]:
        """Whether the interval holds the truth: fixes that hold, that do not, all."""
        return (
            contains(self.held, RATE_LEFT),
            contains(self.useless, 1.0),
            contains(self.every, self.truth),
        )

    @property
    def told_apart(self) -> bool:
        """Whether the intervals of the two kinds do not overlap, the better one lower."""
        high, low = self.held.high, self.useless.low
        return high is not None and low is not None and high < low


def contains(answer: Answer, truth: float) -> bool:
    """Whether the interval of an answer holds ``truth``; an open end holds everything."""
    low = -np.inf if answer.low is None else answer.low
    high = np.inf if answer.high is None else answer.high
    return answer.known and bool(low <= truth <= high)


def judged(seed: int, *, incidents: int, years: float, declared: bool) -> Seed:
    """One company and what is said of its fixes.

    Args:
        declared: whether causes are known by what records declare, else as they truly are.
    """
    made = generate(incidents=incidents, years=years, seed=seed)
    history = History.of(**made.frames())
    repeats = find_repeats(history)
    causes = known_causes(repeats, None if declared else made.truth.family)
    every = _held(made, causes, None)
    family = made.truth.family[causes.incidents[causes.first[every.cause]]]
    known = family != UNKNOWN
    holds = known & made.families.holds[np.maximum(family, 0)]
    truth = np.where(holds, RATE_LEFT, 1.0)
    rate = np.where(known, made.families.rate[np.maximum(family, 0)], 0.0)
    expected = rate * every.days_after
    again = known & _came_back(causes, every)
    return Seed(
        held=_held(made, causes, every.cause[holds & again]).overall,
        useless=_held(made, causes, every.cause[~holds & again]).overall,
        every=every.overall,
        truth=float((expected * truth).sum() / expected.sum()),
        of_causes=((every.low <= truth) & (truth <= every.high))[known],
    )


def _came_back(causes: KnownCauses, found: FixHeld) -> Flags:
    """Whether each cause had struck at least twice before its fix."""
    began = causes.repeats.links.moments.began
    pairs = zip(found.cause, found.done, strict=True)
    struck = [int((began[causes.members(int(cause))] <= done).sum()) for cause, done in pairs]
    return np.array(struck) > 1


def _held(made: Company, causes: KnownCauses, chosen: Rows | None) -> FixHeld:
    end = np.datetime64(made.setting.end_second, "s").item()
    return fix_held(causes, as_of=end, chosen=chosen)


def summary(found: list[Seed]) -> dict[str, Answer]:
    """Coverage by kind, over the seeds, and how often the two kinds are told apart."""
    kinds = zip(*(one.covered for one in found), strict=True)
    names = ("fixes that hold", "fixes that do not", "all fixes together")
    shares = {name: share(sum(kind), len(found)) for name, kind in zip(names, kinds, strict=True)}
    each = np.concatenate([one.of_causes for one in found])
    shares["each cause by itself"] = share(int(each.sum()), len(each))
    shares["told apart"] = share(sum(one.told_apart for one in found), len(found))
    return shares


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--incidents", type=int, default=2_000)
    parser.add_argument("--years", type=float, default=3.0)
    options = parser.parse_args()
    size = {"incidents": options.incidents, "years": options.years}
    began = time.perf_counter()
    for declared in (False, True):
        found = [judged(seed, declared=declared, **size) for seed in range(1, options.seeds + 1)]
        print("Causes as " + ("the records declare them" if declared else "they truly are"))
        for name, answer in summary(found).items():
            assert answer.estimate is not None
            bar = "" if name == "told apart" else f" (bar {LEAST_COVERED:.0%})"
            print(
                f"  {name}: {answer.estimate:.1%} ({answer.low:.1%} to {answer.high:.1%}) of "
                f"{answer.n:,}{bar}",
                flush=True,
            )
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()

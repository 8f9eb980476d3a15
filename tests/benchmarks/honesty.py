"""Does the trend review cry wolf, and does it see a wolf when there is one?

    python -m tests.benchmarks.honesty --worlds 300 [--seed 1] [--json] [--only WORDS] [--tour]

Runs the function that the review page calls on made-up companies: some in which nothing changes,
some in which every incident of the last quarter takes half as long, some in which its SEV2 rate has
doubled. The main figure of the last kind is that of Poisson counts; the clustered ones are printed
beside it, because they are harder. Then come the rough ones of
:mod:`tests.benchmarks.rough_worlds`, a figure for each kind. Last, changes of exactly the size that
the review says is likely to show, which it should find about 4 times in 5. With ``--tour`` it goes
through every title of the front page, Response times and Causes instead, in rough companies in
which nothing changes, and counts those in which any title claims something.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from analytics.answer import Answer
from analytics.frames import History
from analytics.repeats.ledger import find_repeats
from analytics.review.claims import Claim, Verdict
from analytics.review.review import Review, review
from analytics.selection import Scope
from analytics.statistics.shares import share
from tests.benchmarks import rough_worlds
from tests.benchmarks.tour import claims, tour
from tests.benchmarks.worlds import (
    AS_OF,
    PERIOD,
    PERIOD_MONTHS,
    World,
    build,
    doubled_world,
    halved_world,
    null_world,
)

WORLDS, SEED = 300, 1
#: The bars that the project holds itself to.
MOST_NULL_CLAIMS, LEAST_HALVED, LEAST_DOUBLED = 0.10, 0.95, 0.85
#: Variance over mean of a month's incidents in the harder worlds with a doubled rate: what the
#: worlds in which nothing changes have on average.
CLUSTERED = 2.0

#: Numbers of kinds of worlds, so that each has seeds of its own.
FIRST_ROUGH, FIRST_CHANGED = 10, 50
#: The questions of which one must say that it rose, for each kind of changed company.
TOLD_BY = {
    "durations grow 3 % a month": ("time:TTM", "time:TTR"),
    "incidents grow 3 % a month": ("rate",),
    "detection takes three times as long": ("time:TTD",),
    "one cause strikes 24 times instead of 8": ("cause:cause 0",),
    "slow ones grow, typical ones do not": ("tail", "hours"),
    "three quarters more than the year before": ("rate",),
}

#: Questions and directions of which the size that is likely to show is tried.
LIKELY = {
    "likely to show: more incidents": ("rate", Verdict.ROSE),
    "likely to show: fewer incidents": ("rate", Verdict.FELL),
    "likely to show: longer times": ("time:TTM", Verdict.ROSE),
    "likely to show: shorter times": ("time:TTM", Verdict.FELL),
}
FIRST_LIKELY = 90

Design = Callable[[np.random.Generator], World | rough_worlds.Company]
Hit = Callable[[Review], bool]


@dataclass(frozen=True)
class Outcome:
    """What the review said in many worlds of one kind.

    Attributes:
        hits: share of worlds in which it said what was looked for.
        claims: worlds by claim and verdict, of all claims of a change.
    """

    hits: Answer
    claims: Counter[str]


def run(design: Design, hit: Hit, *, worlds: int, seed: int, kind: int) -> Outcome:
    """Review ``worlds`` companies of one kind; each has a seed of its own."""
    hits, claims = 0, Counter[str]()
    for number in range(worlds):
        found = reviewed(design, seed=(seed, kind, number))
        hits += hit(found)
        claims.update(f"{claim.key} {claim.verdict}" for claim in found.changed)
    return Outcome(share(hits, worlds), claims)


def reviewed(design: Design, *, seed: tuple[int, ...]) -> Review:
    """The review of one company."""
    rng = np.random.default_rng(seed)
    company = design(rng)
    rough = isinstance(company, rough_worlds.Company)
    return _review(rough_worlds.build(company, rng) if rough else build(company, rng))


def _review(history: History) -> Review:
    repeats = find_repeats(history)
    return review(history, Scope(), as_of=AS_OF, repeats=repeats, period=PERIOD)


def null_claims(*, worlds: int, seed: int) -> Outcome:
    """How often anything on the page says that something changed, where nothing did."""
    return run(null_world, lambda found: found.says_changed, worlds=worlds, seed=seed, kind=0)


def halved_caught(*, worlds: int, seed: int) -> Outcome:
    """How often durations are said to have fallen, where they were halved."""
    return run(halved_world, _says("time", Verdict.FELL), worlds=worlds, seed=seed, kind=1)


def doubled_caught(*, worlds: int, seed: int, dispersion: float = 1.0) -> Outcome:
    """How often the SEV2 rate is said to have risen, where it had doubled."""

    def design(rng: np.random.Generator) -> World:
        return doubled_world(rng, dispersion=dispersion)

    return run(design, _says("rate:2", Verdict.ROSE), worlds=worlds, seed=seed, kind=2)


def unchanged_claims(kind: str, *, worlds: int, seed: int) -> Outcome:
    """How often a change is claimed in rough companies of a kind in which nothing changes."""
    number = FIRST_ROUGH + list(rough_worlds.UNCHANGED).index(kind)
    design = rough_worlds.UNCHANGED[kind]
    return run(design, lambda found: found.says_changed, worlds=worlds, seed=seed, kind=number)


def changed_caught(kind: str, *, worlds: int, seed: int) -> Outcome:
    """How often the change of a kind of rough companies is said."""
    number = FIRST_CHANGED + list(rough_worlds.CHANGED).index(kind)
    design, keys = rough_worlds.CHANGED[kind], TOLD_BY[kind]
    return run(design, _says_any(keys), worlds=worlds, seed=seed, kind=number)


def likely_found(key: str, verdict: Verdict, *, worlds: int, seed: int) -> Outcome:
    """How often a change shows that is as large as the review says is likely to show.

    It shows where it is claimed, or asked: a fall of the latest weeks may be a late recording.
    Each company is reviewed as it is, for the size that its review names, and once more with
    incidents of its own after a change of that size in the period.
    """
    hits, n, claims = 0, 0, Counter[str]()
    number = FIRST_LIKELY + list(LIKELY.values()).index((key, verdict))
    for world in range(worlds):
        drawn = (seed, number, world)
        company = null_world(np.random.default_rng(drawn))
        usual = _review(build(company, np.random.default_rng((*drawn, 0)))).claim(key)
        size = usual.smallest_rise if verdict is Verdict.ROSE else usual.smallest_fall
        if size.estimate is None:
            continue
        changed = _by(company, size.estimate, durations=key.startswith("time"))
        found = _review(build(changed, np.random.default_rng((*drawn, 1))))
        n += 1
        hits += _shows(found.claim(key), verdict)
        claims.update(f"{claim.key} {claim.verdict}" for claim in found.changed)
    return Outcome(share(hits, n), claims)


def _shows(claim: Claim, verdict: Verdict) -> bool:
    """Whether a change is claimed, or asked because something else could explain it."""
    if claim.verdict is not Verdict.ASKED:
        return claim.verdict is verdict
    return ((claim.change.estimate or 0.0) > 1.0) == (verdict is Verdict.ROSE)


def _by(company: World, ratio: float, *, durations: bool) -> World:
    """A company in whose last period times, or incidents, are so many times what they were."""
    if durations:
        return replace(company, duration_factor=ratio)
    means = company.means.copy()
    means[-PERIOD_MONTHS:] *= ratio
    return replace(company, means=means)


def tour_claims(kind: str, *, worlds: int, seed: int) -> Outcome:
    """How often any title of three pages claims a change, where nothing changed."""
    number = FIRST_ROUGH + list(rough_worlds.UNCHANGED).index(kind)
    hits, titles = 0, Counter[str]()
    for world in range(worlds):
        rng = np.random.default_rng((seed, number, world))
        history = rough_worlds.build(rough_worlds.UNCHANGED[kind](rng), rng)
        told = claims(tour(history, find_repeats(history), as_of=AS_OF, period=PERIOD))
        hits += bool(told)
        titles.update(told)
    return Outcome(share(hits, worlds), titles)


def toured(outcomes: Iterable[Outcome]) -> Outcome:
    """All kinds together."""
    kinds = list(outcomes)
    counted = [round((kind.hits.estimate or 0.0) * kind.hits.n) for kind in kinds]
    titles = Counter[str]()
    for kind in kinds:
        titles.update(kind.claims)
    return Outcome(share(sum(counted), sum(kind.hits.n for kind in kinds)), titles)


def _says(key: str, verdict: Verdict) -> Hit:
    return lambda found: found.claim(key).verdict is verdict


def _says_any(keys: tuple[str, ...]) -> Hit:
    return lambda found: any(
        claim.verdict is Verdict.ROSE and claim.key in keys for claim in found.claims
    )


def _line(title: str, outcome: Outcome) -> str:
    found = outcome.hits
    assert found.estimate is not None
    assert found.low is not None
    assert found.high is not None
    claims = ", ".join(f"{name} {count}" for name, count in outcome.claims.most_common())
    return (
        f"{title}: {found.estimate:.1%} ({found.low:.1%} to {found.high:.1%}) "
        f"of {found.n} worlds\n    claims: {claims or 'none'}"
    )


def main() -> None:
    """Print the figures, as sentences or as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--tour", action="store_true", help="every title of three pages")
    parser.add_argument("--only", default="", help="kinds whose names hold one of these words")
    options = parser.parse_args()
    began = time.perf_counter()
    size = {"worlds": options.worlds, "seed": options.seed}
    words = [word.strip() for word in options.only.split(",")]
    kinds = _toured() if options.tour else _asked()
    outcomes = {
        name: ask(**size) for name, ask in kinds.items() if any(word in name for word in words)
    }
    if options.tour:
        outcomes["all titles"] = toured(outcomes.values())
    if options.json:
        fields = ("estimate", "low", "high", "n")
        found = {name: outcome.hits for name, outcome in outcomes.items()}
        print(json.dumps({k: {f: getattr(v, f) for f in fields} for k, v in found.items()}))
        return
    for name, outcome in outcomes.items():
        print(_line(name, outcome))
    print(f"seed {options.seed}, {time.perf_counter() - began:.0f} s")


def _toured() -> dict[str, Callable[..., Outcome]]:
    """Every kind of company in which nothing changes, for a tour of the titles."""
    return {f"titles: {kind}": partial(tour_claims, kind) for kind in rough_worlds.UNCHANGED}


def _asked() -> dict[str, Callable[..., Outcome]]:
    """Every kind of company by name, the ones that the bars are set for first."""
    return {
        "null_claims": null_claims,
        "halved_caught": halved_caught,
        "doubled_caught": doubled_caught,
        "doubled_clustered_caught": partial(doubled_caught, dispersion=CLUSTERED),
        **{f"unchanged: {k}": partial(unchanged_claims, k) for k in rough_worlds.UNCHANGED},
        **{f"changed: {k}": partial(changed_caught, k) for k in rough_worlds.CHANGED},
        **{name: partial(likely_found, *asked) for name, asked in LIKELY.items()},
    }


if __name__ == "__main__":
    main()

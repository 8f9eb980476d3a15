"""How sure may we be that a match is a repeat?

Evidence comes first: what says nearly the same, or bears the same title at the same service, was
seen before, however often that happens. Of the rest a raw score means something else in every
company. Until people have judged thirty others we compare a match with the best ones of
past records and need no labels: how many of those were as strong? What was seen before is no
part of that comparison, or a company whose alerts come back daily would never see a rare match.
From then on the judged flags say it (Platt scaling), and a reliability table shows whether they
can be believed. Rare is not alike: without enough shared text no match has a name.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.answer import Answer, Example, Method
from analytics.matcher.matching import (
    ALIKE,
    BIT_ALIKE,
    ELSEWHERE,
    RATHER_ALIKE,
    SEEN_ELSEWHERE,
    SEEN_FROM,
)
from analytics.statistics.shares import WILSON, share

SEEN, STRONG, LIKELY, POSSIBLE, NONE = "seen", "strong", "likely", "possible", ""
FLAGS = (SEEN, STRONG, LIKELY, POSSIBLE)
#: Share of past records with as strong a match, up to which a flag has each name. Without any
#: repeat this is the share of records that would be flagged in error. We promise 5 % and 10 %; both
#: levels are lower, because strengths drift a little. Chosen on the first thousand records without
#: a repeat of eight sets: .03 flags at most 4.5 % of any, .07 at most 9.7 %; the levels that the
#: promises name would flag up to 7 and 13 %.
LEVELS_BY_RARITY = ((0.03, STRONG), (0.07, LIKELY), (0.20, POSSIBLE))
#: The same for likely where as much text is shared as strong takes, which false matches hardly do.
RARE_IF_ALIKE = 0.10
#: Calibrated probability from which a flag has each name: what the names promise.
LEVELS_BY_CHANCE = ((0.9, STRONG), (0.75, LIKELY), (0.4, POSSIBLE))
#: The least text that both records share, either way, for each name: what is rare need not be
#: alike.
LEAST_SHARED = {STRONG: ALIKE, LIKELY: RATHER_ALIKE, POSSIBLE: BIT_ALIKE}
#: Records to compare with; with fewer, "one of the strongest" means nothing. The first ones are
#: compared with those that came after them.
FEWEST_RECORDS = 40
#: Records left out of the comparison, as the first ones have hardly anything to match; and the
#: number added before the logarithm so that they do not bend it.
UNSETTLED, OFFSET = 5, 10
#: A spread of moments below this is that of one moment, and there is no trend.
SMALLEST = 1e-9
#: Judged flags before calibration, and the fewest of each outcome among them.
FEWEST_VERDICTS, FEWEST_OF_EACH = 30, 10
#: What is taken for the curve before anything was judged, with how far it may be from that: the
#: rise of the log odds with the score, and the log odds at a score of :data:`MIDDLE`. Status
#: incidents and made-up companies of 120 to 1,200 incidents all have a rise of .6 to .75. Judged
#: are flags alone, the strongest matches; fitted to them with nothing held, the curve is so flat
#: that in such companies one in five strong flags is right.
RISE, RISE_SPREAD, MIDDLE, ODDS_SPREAD = 0.65, 0.1, 10.0, 3.0
#: Bins of the reliability table and folds in which it is predicted.
BINS, FOLDS = 5, 5

Floats = NDArray[np.float64]


def _levels(levels: tuple[tuple[float, str], ...], word: str) -> str:
    return ", ".join(f"{name} {word} {100 * share:.0f} %" for share, name in levels)


FLAG_LEVEL = Method(
    title="Seen before, strong, likely and possible",
    answers="How sure may we be that two incidents have the same cause?",
    formula=(
        "Seen before: the same title, but for dates and numbers, at the same services, or at least "
        f"{100 * SEEN_FROM:.0f} % of the text of either in the other, rare words counting more "
        f"({100 * SEEN_ELSEWHERE:.0f} % where the services differ). "
        "The rest by percentile: of all incidents before that were not seen before, the share p "
        "whose best match was as strong, "
        f"each compared with the trend of its moment; {_levels(LEVELS_BY_RARITY, 'up to')}. "
        "Without any repeat that share would be flagged in error. Of the text of either at least "
        "this much must be shared: "
        f"{_levels(tuple((least, name) for name, least in LEAST_SHARED.items()), 'from')}; with as "
        f"much as strong takes, likely up to {100 * RARE_IF_ALIKE:.0f} %. Where the services "
        "differ a match scores less and is no more than possible, and that only if it would be "
        f"strong or shares {100 * ELSEWHERE:.0f} %. From {FEWEST_VERDICTS} verdicts on, with at "
        f"least {FEWEST_OF_EACH} of each kind, by "
        "chance: the probability of the same cause fitted to them (Platt scaling, held to the rise "
        "that is usual elsewhere; what was seen before is left out); "
        f"{_levels(LEVELS_BY_CHANCE, 'from')}, down to the weakest match that was judged."
    ),
    source=(
        "Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005; Platt, "
        "Advances in Large Margin Classifiers, 1999"
    ),
    leaves_out=(
        f"Histories of fewer than {FEWEST_RECORDS} incidents, in which only what was seen before "
        "is flagged; what tells nothing of its own. "
        "Few matches that were not flagged have a verdict, so the chance speaks of flags; and as "
        "the costliest are looked at first, it speaks of those more than of small incidents."
    ),
    example=Example(
        given=(
            "Two incidents share half of their text. Of 99 incidents before, 98 had a weaker best "
            "match and 1 a stronger one."
        ),
        inputs={"weaker": 98, "stronger": 1},
        gives="The share that was as strong is 2.1 %, which is below 3 %: strong.",
        result=(0.021053,),
    ),
)
FLAG_PRECISION = Method(
    title="Precision of possible repeats",
    answers="How many of the possible repeats that people judged were real ones?",
    formula=(
        "Those judged to be the same cause divided by all that were judged, with Wilson's "
        "interval. Related, different and same event all count as not confirmed."
    ),
    source=WILSON,
    leaves_out="Possible repeats that nobody has judged yet; the costliest are judged first.",
    example=Example(
        given="People judged 40 flags and confirmed 30.",
        inputs={"confirmed": 30, "judged": 40},
        gives="75 %, between 60 and 86 %.",
        result=(0.75, 0.59806, 0.85813),
    ),
)
RELIABILITY = Method(
    title="Reliability of the stated chance",
    answers="Of the possible repeats said to be 70 % likely, do people confirm 70 %?",
    formula=(
        "Judged ones in groups of similar stated chance: the mean chance of each group beside "
        "the share that people confirmed, with Wilson's interval. Each chance comes from a "
        "fit that has not seen the verdict on it."
    ),
    source=f"Platt, Advances in Large Margin Classifiers, 1999; {WILSON}",
    leaves_out=(
        "What nobody has judged, and what was seen before: verdicts come in the order in which "
        "people looked at them. Too few verdicts give no figure."
    ),
    example=Example(
        given=("Of the 100 weaker flags people confirmed 20, of the 100 stronger ones 80."),
        inputs={"weak": 100, "weak_confirmed": 20, "strong": 100, "strong_confirmed": 80},
        gives=("The weakest fifth was given a chance of 15 %, and 22.5 % of it were confirmed."),
        result=(0.14805, 0.225),
    ),
)


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure we are of one flag.

    Attributes:
        level: ``seen``, ``strong``, ``likely``, ``possible``, or empty for no flag.
        rarity: share of past records whose best match was as strong; None below the fewest records.
        chance: calibrated probability of the same cause; None before calibration.
    """

    level: str
    rarity: float | None
    chance: float | None

    @property
    def certainty(self) -> float | None:
        """Between 0 and 1: the calibrated chance, else how rare so strong a match is."""
        if self.chance is not None:
            return self.chance
        return None if self.rarity is None else 1.0 - min(self.rarity, 1.0)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling: probability = 1 / (1 + exp(-(slope * strength + intercept))).

    Attributes:
        n: verdicts that it was fitted to.
        least: the weakest match that was judged; of weaker ones the verdicts say nothing.
    """

    slope: float
    intercept: float
    n: int
    least: float = -math.inf

    def chance(self, strength: float) -> float:
        """Probability that a flag of this strength is the same cause."""
        return float(_sigmoid(np.array(self.slope * strength + self.intercept)))

    @property
    def weakest(self) -> float:
        """The strength below which nothing is flagged."""
        least = LEVELS_BY_CHANCE[-1][0]
        return max(self.least, (math.log(least / (1.0 - least)) - self.intercept) / self.slope)

    def level(self, strength: float) -> str:
        """The name of a flag of this strength; empty where it is hardly ever right."""
        if strength < self.least:
            return NONE
        chance = self.chance(strength)
        return next((name for least, name in LEVELS_BY_CHANCE if chance >= least), NONE)


@dataclass(frozen=True, slots=True)
class Bin:
    """One row of the reliability table: flags of similar predicted probability."""

    n: int
    predicted: float
    observed: float
    low: float
    high: float


class JudgedPair(NamedTuple):
    """What somebody said of a match: its score, whether it is the same cause, and its flag.

    ``level`` is empty where it was never flagged.
    """

    score: float
    confirmed: bool
    level: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What people's verdicts say of flags.

    Attributes:
        confirmed: how many of the judged flags were the same cause.
        precision: their share, with its interval.
        calibration: None where flags are named by rarity; then ``reason`` says why.
        table: of reliability, the least likely first; empty without a calibration.
    """

    confirmed: int
    precision: Answer
    calibration: Calibration | None
    reason: str
    table: tuple[Bin, ...]


class BestMatches:
    """The best matches of records that were not seen before, in order of time.

    The best of many is higher than the best of few, so strengths rise with the logarithm of the
    history even when nothing repeats. Each is compared with the trend of its own moment.
    """

    def __init__(self, strengths: Sequence[float] | Floats) -> None:
        """Take the score of the best match of each record then (-inf if it had none)."""
        self._values = np.asarray(strengths, dtype=np.float64)
        self._moments = np.log(np.arange(len(self._values)) + OFFSET)
        settled = (np.arange(len(self._values)) >= UNSETTLED) & np.isfinite(self._values)
        y, x = np.where(settled, self._values, 0.0), np.where(settled, self._moments, 0.0)
        self._sums = np.cumsum([settled, x, y, x * x, x * y], axis=1, dtype=np.float64)

    def __len__(self) -> int:
        return len(self._values)

    def rarities(self, scores: Sequence[float], *, before: int, own: bool) -> list[float] | None:
        """For each score p = (1 + records whose best match was as strong) / (n + 1).

        A conformal p-value. Compared with are the records before, and for the first
        :data:`FEWEST_RECORDS` those among which each of them is one.

        Args:
            before: how many of the best matches came before.
            own: whether the next one after them is that of the record itself.

        Returns:
            None where there are too few to compare with.
        """
        size = before if before >= FEWEST_RECORDS else FEWEST_RECORDS + own
        past, moments = self._values[:size], self._moments[:size]
        if before < FEWEST_RECORDS and own:
            past, moments = np.delete(past, before), np.delete(moments, before)
        if len(past) < FEWEST_RECORDS:
            return None
        slope = self._slope(size)
        above = past[UNSETTLED:] - slope * moments[UNSETTLED:]
        least = np.asarray(scores) - slope * math.log(before + OFFSET)
        return [(1 + int((above >= one).sum())) / (len(above) + 1) for one in least]

    def _slope(self, size: int) -> float:
        """Least-squares slope of the first ``size``, not below 0."""
        n, x, y, xx, xy = self._sums[:, size - 1].tolist()
        spread = xx - x * x / n if n > 1 else 0.0
        return max(0.0, (xy - x * y / n) / spread) if spread > SMALLEST else 0.0


def name_match(
    score: float,
    *,
    shared: float,
    seen: bool = False,
    apart: bool = False,
    rarity: float | None,
    calibration: Calibration | None = None,
) -> Confidence:
    """How sure we are of one match.

    Args:
        score: of the match.
        shared: the share of the text that either has of the other, the smaller of the two.
        seen: whether the two say nearly the same.
        apart: whether both name services and none in common; another part that breaks in the same
            way is one cause far less often.
        rarity: see :meth:`BestMatches.rarities`; None while it cannot be told.
    """
    chance = None
    if calibration is not None and score >= calibration.least:
        chance = calibration.chance(score)
    if seen:
        return Confidence(SEEN, rarity, chance)
    if chance is not None:
        level = next((name for least, name in LEVELS_BY_CHANCE if chance >= least), NONE)
        most = LIKELY if level == STRONG and shared < LEAST_SHARED[STRONG] else level
        return Confidence(most, rarity, chance)
    level = _level_by_rarity(1.0 if rarity is None else rarity, shared)
    if apart:
        level = POSSIBLE if level == STRONG or shared >= ELSEWHERE else NONE
    return Confidence(level, rarity, None)


def _level_by_rarity(rarity: float, shared: float) -> str:
    """The name of a match that is so rare and shares so much text."""
    allowed = (name for most, name in LEVELS_BY_RARITY if rarity <= most)
    level = next((name for name in allowed if shared >= LEAST_SHARED[name]), NONE)
    alike = rarity <= RARE_IF_ALIKE and shared >= LEAST_SHARED[STRONG]
    return LIKELY if alike and level == POSSIBLE else level


def why_uncalibrated(strengths: Sequence[float], confirmed: Sequence[bool]) -> str:
    """In words, what verdicts lack for :func:`calibrate`; empty where nothing is lacking."""
    right = sum(confirmed)
    wrong = len(confirmed) - right
    if right + wrong < FEWEST_VERDICTS:
        return (
            f"{_verdicts(right + wrong)} so far on what was not seen before, "
            f"{FEWEST_VERDICTS} are needed"
        )
    if right < FEWEST_OF_EACH:
        return f"{_verdicts(right)} so far that confirm a flag, {FEWEST_OF_EACH} are needed"
    if wrong < FEWEST_OF_EACH:
        return f"{_verdicts(wrong)} so far that confirm no flag, {FEWEST_OF_EACH} are needed"
    if np.cov(strengths, confirmed)[0, 1] <= 0:
        return f"in {right + wrong} verdicts stronger matches were not confirmed more often"
    return ""


def calibrate(strengths: Sequence[float], confirmed: Sequence[bool]) -> Calibration | None:
    """Platt scaling of judged flags; None where :func:`why_uncalibrated` has a reason.

    Targets are smoothed as in Platt (1999). Where stronger matches are confirmed less often the
    score explains nothing.
    """
    if why_uncalibrated(strengths, confirmed):
        return None
    fitted = _fit(np.asarray(strengths, np.float64), np.asarray(confirmed, bool))
    return Calibration(*fitted, len(confirmed), min(strengths))


def reliability(strengths: Sequence[float], confirmed: Sequence[bool]) -> list[Bin]:
    """Predicted against observed, each flag by a fit that has not seen it; [] if uncalibrated."""
    if why_uncalibrated(strengths, confirmed):
        return []
    x, y = np.asarray(strengths, dtype=np.float64), np.asarray(confirmed, dtype=bool)
    fold = np.arange(len(y)) % FOLDS
    predicted = np.empty(len(y))
    for number in range(FOLDS):
        slope, intercept = _fit(x[fold != number], y[fold != number])
        predicted[fold == number] = _sigmoid(slope * x[fold == number] + intercept)
    groups = np.array_split(np.argsort(predicted, kind="stable"), BINS)
    return [_bin(predicted[group], y[group]) for group in groups]


def judged_flags(given: Iterable[JudgedPair]) -> Judged:
    """What verdicts say of flags, and of matches that were never flagged."""
    pairs = list(given)
    flags = [one.confirmed for one in pairs if one.level]
    others = [one for one in pairs if one.level != SEEN]
    strengths, confirmed = [one.score for one in others], [one.confirmed for one in others]
    return Judged(
        confirmed=sum(flags),
        precision=precision_of_flags(sum(flags), len(flags)),
        calibration=calibrate(strengths, confirmed),
        reason=why_uncalibrated(strengths, confirmed),
        table=tuple(reliability(strengths, confirmed)),
    )


def precision_of_flags(confirmed: int, judged: int) -> Answer:
    """Share of judged flags that people confirmed, with its Wilson interval."""
    return share(confirmed, judged, method=FLAG_PRECISION)


def _bin(predicted: Floats, confirmed: NDArray[np.bool_]) -> Bin:
    n, hits = len(confirmed), int(confirmed.sum())
    observed = share(hits, n, method=RELIABILITY)
    return Bin(n, float(predicted.mean()), hits / n, observed.low or 0.0, observed.high or 1.0)


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -500, 500))), dtype=np.float64)


def _verdicts(number: int) -> str:
    return f"{number or 'no'} verdict{'' if number == 1 else 's'}"


def _fit(x: Floats, y: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and intercept by Newton's method, held to what is known of other companies."""
    right, wrong = int(y.sum()), int((~y).sum())
    target = np.where(y, (right + 1) / (right + 2), 1 / (wrong + 2))
    design = np.column_stack((x - MIDDLE, np.ones(len(x))))
    expected, spread = np.array([RISE, 0.0]), np.array([RISE_SPREAD, ODDS_SPREAD])
    held = np.diag(spread**-2.0)
    weights = expected
    for _ in range(200):
        p = _sigmoid(design @ weights)
        hessian = design.T @ (design * (p * (1 - p))[:, None]) + held
        step = np.linalg.solve(hessian, design.T @ (target - p) - held @ (weights - expected))
        step = np.clip(step, -spread, spread)  # a longer one may go beyond the top and never settle
        weights = weights + step
        if float(np.abs(step).max()) < 1e-9:
            break
    slope = float(weights[0])
    return slope, float(weights[1]) - slope * MIDDLE

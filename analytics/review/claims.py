"""What may a review claim: a family of questions, fixed beforehand and judged together.

A question about a rate or a time takes three looks at it: the period against the year before, the
last twelve months against the twelve before, and the line through the last three years. They become
one p-value (Liu and Xie 2020), and those of all questions are adjusted together (Benjamini and
Hochberg), so that a page on which nothing changed hardly ever claims something. How often incidents
happen and how long they take is what a review is opened for: these questions count three times. Of
the false claims that are risked of rates, most may say that there are more incidents: this is what
must not be missed.

What passes is still held against what bends records without anything having changed: teams that
joined, labels that moved, incidents not recorded yet, short ones recorded for the first time. A
change that one of these explains is asked and not claimed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple, Protocol

import numpy as np

from analytics.answer import Answer, Example, Method
from analytics.review.periods import Side, Sides
from analytics.statistics.groups import adjust
from analytics.statistics.serial import combined

REVIEW_CLAIM = Method(
    title="What the review may claim",
    answers="Did something change in this period, or is it what luck does?",
    formula=(
        "A fixed family of questions: how often incidents happen, in all and by severity; how "
        "long detection, acknowledgement, mitigation and resolution take; how many last long, "
        "and the hours of impact; whether the mix of causes moved, and each cause; how many "
        "repeat, how many others found first, how many actions are done within the promise. Each "
        "holds the period against the 12 months before it. Rates and times are also held year "
        "against year and along a line through three years, and these looks become one "
        "p-value by the Cauchy combination. The p-values of all questions are adjusted "
        "together (Benjamini-Hochberg; how often and how long count three times; of the false "
        "claims of a rate three in four may be rises), and a change passes where the adjusted "
        "one is at most 11 %. What passes is then held "
        "against what bends records: like for like by team and service, without the shortest "
        "quarter, without the last 60 days for a fall, with severities that lost what one "
        "gained. A change that is gone then is asked and not claimed."
    ),
    source=(
        "Benjamini and Hochberg, 1995; weights: Genovese, Roeder and Wasserman, 2006; looks: "
        "Liu and Xie, Journal of the American Statistical Association 115, 2020"
    ),
    leaves_out=(
        "Nothing is tested across a break that a reader has marked, nor with fewer than 180 "
        "days of records before the period. A signal of a control chart is no claim: it is "
        "coloured only where the question about the same thing claims the same."
    ),
    example=Example(
        given=(
            "A question that weighs 3 has the p-value 0.02, two that weigh 1 have 0.06 and 0.5."
        ),
        inputs={"chances": (0.02, 0.06, 0.5), "weights": (3, 1, 1)},
        gives=(
            "Judged together they are 0.033, 0.15 and 0.83: at 11 % only the first may be claimed."
        ),
        result=(0.033333, 0.15, 0.83333),
    ),
)

RATIO, SHARE = "ratio", "share"
#: How much the questions weigh that a review is opened for, and the others.
FIRST, ALSO = 3.0, 1.0
#: What a change is when nothing changed, by its unit.
UNCHANGED = {RATIO: 1.0, SHARE: 0.0}
#: The expected share of false claims that the family is judged at.
FALSE_CLAIMS = 0.11
#: The share of the false claims of a rate that may say that it rose: more incidents must not be
#: missed, while fewer can wait until that is surer. Of other figures either is as good to know.
RISES, EITHER = 0.75, 0.5
#: Two years differ by more than luck below this p-value, were their level steady.
BEYOND_LUCK = 0.01
#: A look that sees nothing takes no more away from the others than this p-value does: of a test
#: with two sides most of those close to 1 say only that the sides are even.
NOTHING = 0.9


class Verdict(StrEnum):
    """What a review says of one question."""

    ROSE = "rose"
    FELL = "fell"
    CHANGED = "changed"  # of a mix, which has no direction
    ASKED = "to be asked"  # it changed in the records, and something else may explain that
    NO_SIGNAL = "no signal"
    CANNOT_TELL = "cannot tell"

    @property
    def is_claim(self) -> bool:
        """Whether it says that something changed."""
        return self in (Verdict.ROSE, Verdict.FELL, Verdict.CHANGED)


class Look(StrEnum):
    """Over which stretch of time a question looks for a change."""

    PERIOD = "period"  # the period under review against the twelve months before it
    YEAR = "year"  # the last twelve months against the twelve before
    LINE = "line"  # the straight line through the last three years


class Weights(NamedTuple):
    """How much the looks of one question matter; only their proportions count.

    Attributes:
        rises: the share of its false claims that may be rises.
    """

    period: float
    year: float
    line: float
    rises: float = EITHER

    def of(self, look: Look) -> float:
        """The weight of one look."""
        return {Look.PERIOD: self.period, Look.YEAR: self.year, Look.LINE: self.line}[look]


#: A change of the period is what a review is opened for; rates wander, so that a line through them
#: says less than a line through times, which drift.
OF_RATES, OF_TIMES = Weights(3.0, 0.75, 1.25, RISES), Weights(3.0, 1.0, 4.0)
#: A single severity drifts with all of them, which is asked already; of its own it jumps.
OF_SEVERITY = Weights(4.0, 0.4, 0.4, RISES)


class Explains(StrEnum):
    """What else may explain a change in the records."""

    LABELS = "labels"  # severities are called otherwise
    TEAMS = "teams"  # teams or services joined or stopped recording
    LATE = "late"  # the latest incidents may not be recorded yet
    SHORT = "short"  # short incidents are recorded that were not before
    ALL = "all"  # everything rose or fell, and this no more than the rest
    OPEN = "open"  # only with those still open, or only without them
    EMPTY = "empty"  # nothing at all is recorded of the period


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a change is asked and not claimed.

    Attributes:
        detail: the labels, teams or numbers that it is about, in words.
    """

    explains: Explains
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """The period under review compared with one other.

    Attributes:
        change: now / then where the unit is ``ratio``, points of share where it is ``share``.
        p_value: two-sided, of this comparison alone; None where there is no test.
    """

    change: Answer
    p_value: float | None


@dataclass(frozen=True, slots=True)
class Longer:
    """A change over more than the period under review.

    Attributes:
        change: the later against the earlier year, or the end against the beginning of the line.
        counts: incidents of the later and the earlier year, where that is what was looked at.
        steady: the p-value if the level stood still within each year; ``p_value`` allows for it to
            wander.
    """

    look: Look
    change: Answer
    p_value: float
    counts: tuple[int, int] | None = None
    steady: float | None = None

    @property
    def beyond_luck(self) -> bool:
        """Whether two years differ by more than luck, if by no more than they wander."""
        return self.steady is not None and self.steady <= BEYOND_LUCK


@dataclass(frozen=True, slots=True)
class Beside:
    """The figure of another stretch of time, and how the period under review differs from it."""

    figure: Answer
    versus: Change


@dataclass(frozen=True, slots=True)
class Claim:
    """One question and its answer.

    Attributes:
        key: stable name: ``rate``, ``rate:2`` (severity rank), ``time:TTR``, ``causes``,
            ``cause:<label>``, ``repeats``, ``outside``, ``done``, ``tail``, ``hours``.
        label: what it is about where the key does not say: a severity label, a threshold.
        weight: how much it matters, fixed by the question and never by its answer.
        now: the figure of the period under review.
        reference: the figure that it is held against, and how it differs.
        previous, year_ago: the figures of two more stretches, which nothing is held against.
        longer: the looks over more than the period.
        p_value: of all looks together, rises and falls weighed; None without a test.
        adjusted: the same among all questions of the review.
        look: the one that says most, which a claim is told by.
        smallest_rise, smallest_fall: the change of the period that this review would have claimed
            4 times in 5, in the unit of the change.
        doubt: what else explains the change, where the verdict is ``to be asked``.
        reason: in words, why it cannot be told; empty otherwise.
    """

    key: str
    label: str
    weight: float
    now: Answer
    reference: Beside
    previous: Answer
    year_ago: Answer
    longer: tuple[Longer, ...]
    p_value: float | None
    adjusted: float | None
    look: Look
    smallest_rise: Answer
    smallest_fall: Answer
    verdict: Verdict
    reason: str
    doubt: Doubt | None = None

    @property
    def change(self) -> Answer:
        """The change over the stretch that says most."""
        chosen = (each.change for each in self.longer if each.look is self.look)
        return next(chosen, self.reference.versus.change)


class Measure(Protocol):
    """What a question needs to know of stretches of time.

    Attributes:
        weights: how much its looks matter.
    """

    @property
    def weights(self) -> Weights:
        """How much its looks matter."""

    def figure(self, side: Side) -> Answer:
        """The figure of one stretch that has records."""

    def compare(self, now: Side, then: Side) -> Change:
        """Two stretches that may be compared."""

    def longer(self, now: Side) -> tuple[Longer, ...]:
        """The looks over more than the period."""

    def smallest(self, now: Side, then: Side, *, level: float) -> tuple[Answer, Answer]:
        """The rise and the fall that a two-sided test at ``level`` finds 4 times in 5."""


#: Says what else explains a claim, None where nothing does.
Explain = Callable[[Claim], Doubt | None]


def unexplained(_: Claim) -> Doubt | None:
    """Nothing else is known to bend such a figure."""
    return None


@dataclass(frozen=True)
class Question:
    """A claim that is not yet judged, with what it was measured by."""

    claim: Claim
    measure: Measure
    sides: Sides
    explain: Explain = field(default=unexplained)


def ask(
    key: str,
    measure: Measure,
    sides: Sides,
    *,
    label: str = "",
    weight: float = ALSO,
    explain: Explain = unexplained,
) -> Question:
    """One question with its figures and tests, not yet judged among the others."""
    then = sides.reference
    why_not = sides.now.no_figure or then.no_comparison or then.no_figure
    reference = Beside(
        figure=_figure(measure, then),
        versus=untested(why_not) if why_not else measure.compare(sides.now, then),
    )
    longer = () if sides.now.no_figure else measure.longer(sides.now)
    p_value, look = _together(reference.versus, longer, measure.weights)
    unknown = Answer(None, method=REVIEW_CLAIM, reason="no comparison")
    claim = Claim(
        key=key,
        label=label,
        weight=weight,
        now=_figure(measure, sides.now),
        reference=reference,
        previous=_figure(measure, sides.previous),
        year_ago=_figure(measure, sides.year_ago),
        longer=longer,
        p_value=p_value,
        adjusted=None,
        look=look,
        smallest_rise=unknown,
        smallest_fall=unknown,
        verdict=Verdict.CANNOT_TELL,
        reason=reference.versus.change.reason if p_value is None else "",
    )
    return Question(claim, measure, sides, explain)


def judge(asked: Sequence[Question]) -> tuple[Claim, ...]:
    """The claims with their verdicts, all p-values adjusted together.

    A change that something else explains is no evidence for the others: it is judged again as if
    nothing had been found, until no claim is left that is explained.
    """
    doubts: dict[str, Doubt] = {}
    while True:
        claims = _judged(asked, doubts)
        found = {
            claim.key: doubt
            for question, claim in zip(asked, claims, strict=True)
            if claim.verdict.is_claim and (doubt := question.explain(claim)) is not None
        }
        if not found:
            return tuple(
                _with_smallest(question, claim, claims)
                for question, claim in zip(asked, claims, strict=True)
            )
        doubts |= found


def untested(reason: str) -> Change:
    """No comparison, and why."""
    return Change(change=Answer(None, method=REVIEW_CLAIM, reason=reason), p_value=None)


def smallest(
    rise: float | None, fall: float | None, *, unit: str, n: int, method: Method
) -> tuple[Answer, Answer]:
    """The smallest changes that would have been found; None where no size would have been."""
    none = "no change of any size would have been found"
    return (
        Answer(rise, n=n, unit=unit, method=method, reason=none if rise is None else ""),
        Answer(fall, n=n, unit=unit, method=method, reason=none if fall is None else ""),
    )


def _together(
    period: Change, longer: Sequence[Longer], weights: Weights
) -> tuple[float | None, Look]:
    """One p-value of all looks, and the look that says most."""
    tested = {Look.PERIOD: (period.change, period.p_value)} | {
        each.look: (each.change, each.p_value) for each in longer
    }
    known = {
        look: min(_by_direction(change, p_value, weights.rises), NOTHING)
        for look, (change, p_value) in tested.items()
        if p_value is not None
    }
    if not known:
        return None, Look.PERIOD
    p_value = combined(list(known.values()), [weights.of(look) for look in known])
    return p_value, min(known, key=lambda look: known[look] / weights.of(look))


def _by_direction(change: Answer, p_value: float, rises: float) -> float:
    """The p-value with rises and falls each against their share of the false claims."""
    if change.unit != RATIO:
        return p_value
    rose = change.estimate is None or change.estimate > UNCHANGED[RATIO]
    return p_value / 2.0 / (rises if rose else 1.0 - rises)


def _judged(asked: Sequence[Question], doubts: dict[str, Doubt]) -> list[Claim]:
    claims = [question.claim for question in asked]
    adjusted = adjust(
        [1.0 if claim.key in doubts else claim.p_value for claim in claims],
        weights=[claim.weight for claim in claims],
    )
    return [
        _with_verdict(claim, float(p), doubts) for claim, p in zip(claims, adjusted, strict=True)
    ]


def _with_verdict(claim: Claim, adjusted: float, doubts: dict[str, Doubt]) -> Claim:
    if np.isnan(adjusted):
        return claim
    if claim.key in doubts:
        return replace(claim, adjusted=adjusted, verdict=Verdict.ASKED, doubt=doubts[claim.key])
    return replace(claim, adjusted=adjusted, verdict=_verdict(claim, adjusted))


def _verdict(claim: Claim, adjusted: float) -> Verdict:
    change = claim.change
    if adjusted > FALSE_CLAIMS:
        return Verdict.NO_SIGNAL
    if change.unit not in UNCHANGED:
        return Verdict.CHANGED
    # Without an estimate there was nothing to divide by: it began in this period.
    rose = change.estimate is None or change.estimate > UNCHANGED[change.unit]
    return Verdict.ROSE if rose else Verdict.FELL


def _with_smallest(question: Question, claim: Claim, claims: Sequence[Claim]) -> Claim:
    """The claim with what it would take alone: its share of the family's false claims."""
    if claim.reference.versus.p_value is None:
        return claim
    tested = [each for each in claims if each.adjusted is not None]
    of_family = claim.weight / sum(each.weight for each in tested)
    looks, weights = [Look.PERIOD, *(each.look for each in claim.longer)], question.measure.weights
    of_looks = weights.period / sum(weights.of(look) for look in looks)
    level = FALSE_CLAIMS * of_family * of_looks
    sides = question.sides

    def at(share: float) -> tuple[Answer, Answer]:
        of_side = share if claim.reference.versus.change.unit == RATIO else EITHER
        return question.measure.smallest(
            sides.now, sides.reference, level=min(2.0 * of_side * level, 1.0)
        )

    rise, fall = at(weights.rises)
    if weights.rises != EITHER:
        _, fall = at(1.0 - weights.rises)
    return replace(claim, smallest_rise=rise, smallest_fall=fall)


def _figure(measure: Measure, side: Side) -> Answer:
    if side.no_figure:
        return Answer(None, method=REVIEW_CLAIM, reason=side.no_figure)
    return measure.figure(side)

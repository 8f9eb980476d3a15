"""The figures that a leader asks for first, each with what it was before and one judged word.

Incidents, the four times, hours of impact, repeats, who noticed, promises kept, post-mortems
written: of the period under review, the one before, a year ago, and twelve months against twelve.
Every figure is that of the page which asks about it, by the same function. A value is given as soon
as it is known, be it of a single incident; only the comparison may be refused.

The word comes from the review, which judges all its questions together; nothing is tested here.
Where the review asks nothing, the usual range of a figure says whether it is about as usual.
"""

import datetime as dt
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from analytics.answer import Answer, Example, Method, is_too_few
from analytics.calendar import MONTHS_A_YEAR, Datetimes, add_months, start_of_the_one_before
from analytics.clocks import STATUS_COLUMNS, Durations, Floats, Mask, Status, Step, measure
from analytics.impact import added_up
from analytics.quality import plain_share
from analytics.response.durations import headline, summarise
from analytics.review.charts import months_back
from analytics.review.claims import Claim, Verdict
from analytics.review.periods import Side, Timeline, stretch
from analytics.review.review import ALL, DONE, OUTSIDE, REPEATS, TIME, Review
from analytics.statistics.rates import Scale, Usual, usual_range
from analytics.targets import Target, marks
from analytics.units import DAY, MINUTE

SCORECARD = Method(
    title="Tiles and their usual range",
    answers="How are we doing, and is that better or worse than before?",
    formula=(
        "Each value is that of the page which asks about it. The word beside it is the verdict of "
        "the review on the same question, which judges all of its questions together. The usual "
        "range is the interval in which nine of ten periods as long lie, by the last eight: mean "
        "and standard deviation s of their values, and t(0.95; k - 1) times s times the root of "
        "1 + 1/k to both sides. Counts enter by their roots, times by their logs, shares by the "
        "arcsine of their roots; s is never less than luck alone, or the unit of a clock, makes "
        "it. Only where the review has no question does the range decide the word. A running "
        "period is held against as many days of those before, young post-mortems against others "
        "when those were as young."
    ),
    source="Hahn and Meeker, Statistical Intervals, 1991, on prediction intervals",
    leaves_out=(
        "Periods before the records, or before a break; fewer than four give no range. A value "
        "is given all the same."
    ),
    example=Example(
        given="The four quarters before had 4, 9, 4 and 9 incidents.",
        inputs={"counts": (4, 9, 4, 9)},
        gives="The roots are 2, 3, 2 and 3; nine in ten such quarters have 0.96 to 16.15.",
        result=(0.96218, 16.15317),
    ),
)
INCIDENT_COUNT = Method(
    title="Number of incidents",
    answers="How many incidents were there?",
    formula="Incidents that began in the period; severe ones are those of the worst severity.",
    source="A count, without an interval",
    leaves_out="Drills, tests, maintenance and second reports of the same event.",
    example=Example(
        given="Incidents began on 2026-03-31, 2026-04-01 and 2026-06-30.",
        inputs={"began": ("2026-03-31", "2026-04-01", "2026-06-30")},
        gives="The second quarter has 2 of them.",
        result=(2,),
    ),
)
POSTMORTEM_COVERAGE = Method(
    title="Post-mortems written",
    answers="Of how many incidents is there a post-mortem, or a written cause?",
    formula="Incidents of the period that have one, divided by all of them.",
    source="A count of what is there, without an interval",
    leaves_out="Nothing: one that is still to be written counts as not written.",
    example=Example(
        given="Of 3 incidents 2 have a post-mortem.",
        inputs={"written": 2, "incidents": 3},
        gives="The share is 67 %.",
        result=(2 / 3,),
    ),
)
TIME_TO_PUBLISH = Method(
    title="Time to publish",
    answers="How long after the end of an incident is its post-mortem published?",
    formula="Whole days from the day of the resolution to that of the publication; their median.",
    source="Conover, Practical Nonparametric Statistics, 3rd edition, section 3.2",
    leaves_out="Post-mortems that are not published, or before the end of their incident.",
    example=Example(
        given=(
            "Incidents were resolved on 2026-06-01, 2026-06-05 and 2026-06-10; their post-mortems "
            "were published on 2026-06-03, 2026-06-12 and 2026-06-14."
        ),
        inputs={
            "resolved": ("2026-06-01", "2026-06-05", "2026-06-10"),
            "published": ("2026-06-03", "2026-06-12", "2026-06-14"),
        },
        gives="After 2, 7 and 4 days: the median is 4 days.",
        result=(4,),
    ),
)
#: Months of the line that stands in a tile.
MONTHS_SHOWN = 24
#: Earlier stretches as long as the period that tell what is usual: two years of quarters.
STRETCHES = 8
INCIDENTS, SEVERE, HOURS = "incidents", "severe", "hours"
COVERAGE, PUBLISH = "coverage", "publish"
#: From the end of an incident until everybody can read about it, and what that is measured by.
TO_PUBLICATION = Step(PUBLISH, "resolved_at", "postmortem_published_at", anchored=False)
PUBLISH_COLUMNS = (TO_PUBLICATION.start, TO_PUBLICATION.end, *STATUS_COLUMNS)


class Word(StrEnum):
    """What is said of a figure in one word."""

    BETTER = "better"
    WORSE = "worse"
    MORE = "more"
    FEWER = "fewer"
    AS_USUAL = "about as usual"
    UNUSUAL = "outside its usual range"
    ASKED = "to be asked"  # it changed in the records, and something else may explain that
    TOO_FEW = "too few to compare"
    NOT_COMPARED = "not compared"  # a break lies between, or records begin too late
    NOT_RECORDED = "not recorded"


#: What a claim says of a figure, where more is neither good nor bad, where it is bad, and good.
NEUTRAL = {Verdict.ROSE: Word.MORE, Verdict.FELL: Word.FEWER}
LESS_IS_BETTER = {Verdict.ROSE: Word.WORSE, Verdict.FELL: Word.BETTER}
MORE_IS_BETTER = {Verdict.ROSE: Word.BETTER, Verdict.FELL: Word.WORSE}


@dataclass(frozen=True)
class Tile:
    """One figure.

    Attributes:
        key: ``incidents``, ``severe``, ``TTD`` to ``TTR``, ``hours``, ``repeats``, ``outside``,
            ``done``, ``coverage`` or ``publish``.
        label: the severity that ``severe`` is about; empty otherwise.
        now, previous, year_ago: of the period, the one before and the same a year ago.
        reference: of the year before the period; what adds up is given for as many days as it has.
        year, year_before: of the twelve months to the end of the period and the twelve before;
            where records begin within the year, of what there is.
        usual: what such stretches usually bring.
        months: first day of each month shown, and its value; NaN where there is none.
        word: the judged word.
        reason: in words, why nothing is compared; empty where it is.
        claim: the question of the review that the word comes from; None where it asks none.
        mean: of a time, the arithmetic mean, as most tools report it.
        within: share of the period within target; None without a target.
    """

    key: str
    label: str
    now: Answer
    reference: Answer
    previous: Answer
    year_ago: Answer
    year: Answer
    year_before: Answer
    usual: Usual
    months: Datetimes
    values: Floats
    word: Word
    reason: str
    claim: Claim | None
    mean: Answer | None = None
    within: Answer | None = None


@dataclass(frozen=True)
class Scorecard:
    """The tiles of one period in a fixed order."""

    tiles: tuple[Tile, ...]

    def tile(self, key: str) -> Tile:
        """The tile of one figure.

        Raises:
            KeyError: there is none.
        """
        found = next((tile for tile in self.tiles if tile.key == key), None)
        if found is None:
            raise KeyError(key)
        return found


Figure = Callable[[Side], Answer]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One figure: how it is computed and what judges it.

    Attributes:
        as_young: the same as it was when a stretch was as long ago as the period is now; None where
            a figure does not grow with time.
        resolution: of the clocks that a time is between, in seconds.
        adds_up: whether twice the days have twice of it.
    """

    key: str
    figure: Figure
    scale: Scale
    question: str = ""
    words: dict[Verdict, Word] | None = None
    label: str = ""
    durations: Durations | None = None
    as_young: Figure | None = None
    resolution: float = MINUTE
    adds_up: bool = False


@dataclass(frozen=True)
class _Stretches:
    """The stretches of time that every figure is given for."""

    now: Side
    reference: Side
    previous: Side
    year_ago: Side
    year: Side
    year_before: Side
    earlier: tuple[Side, ...]
    months: tuple[Side, ...]


def scorecard(reviewed: Review, *, targets: Sequence[Target] = ()) -> Scorecard:
    """The figures of the period that was reviewed.

    Args:
        reviewed: the review, whose scope, period, moment and verdicts they are.
        targets: what was promised of times.
    """
    over = _stretches(reviewed)
    incidents = _columns(reviewed.line)
    return Scorecard(
        tuple(
            _tile(asked, over, reviewed, _within(asked, incidents, targets, over.now))
            for asked in _asked(reviewed, incidents)
        )
    )


def days_to_publish(incidents: pd.DataFrame, *, as_of: dt.datetime) -> Durations:
    """Whole days from the resolution of each incident to the publication of its post-mortem.

    In seconds, as every duration. Both clocks may be known to the day only: nobody counts the hours
    of it. A post-mortem that is not published has no duration, as it may not be owed.
    """
    measured = measure(incidents, TO_PUBLICATION, as_of=as_of)
    first, last = (
        incidents[clock].to_numpy() for clock in (TO_PUBLICATION.start, TO_PUBLICATION.end)
    )
    days = last.astype("datetime64[D]") - first.astype("datetime64[D]")
    known = ~np.isnat(days)
    seconds = np.where(known, days.astype(np.float64) * DAY, np.nan)
    in_order = known & (seconds >= 0)
    status = np.where(known, np.where(in_order, Status.RECORDED, Status.INVALID), measured.status)
    return Durations(
        step=TO_PUBLICATION,
        seconds=np.where(in_order, seconds, np.nan),
        status=status.astype(np.int8),
        elapsed=measured.elapsed,
        give=np.ones(len(seconds)),
    )


def _columns(line: Timeline) -> pd.DataFrame:
    """The few columns that the figures need, of the incidents of a timeline."""
    incidents = line.view.history.incidents
    needed = ("severity", "severity_rank", "has_postmortem", *PUBLISH_COLUMNS)
    return pd.DataFrame({name: incidents[name].array.take(line.rows) for name in needed})


def _asked(reviewed: Review, incidents: pd.DataFrame) -> list[_Asked]:
    line, shares = reviewed.line, reviewed.shares
    everyone = np.ones(len(incidents), dtype=bool)
    return [
        _Asked(INCIDENTS, _counting(everyone), Scale.COUNT, ALL, NEUTRAL, adds_up=True),
        _severe(reviewed, incidents),
        *(_of_step(each) for each in line.times.values()),
        _Asked(HOURS, _summed(line.felt), Scale.TIME, HOURS, LESS_IS_BETTER, adds_up=True),
        _Asked(REPEATS, shares[REPEATS].figure, Scale.SHARE, REPEATS, NEUTRAL),
        _Asked(OUTSIDE, shares[OUTSIDE].figure, Scale.SHARE, OUTSIDE, LESS_IS_BETTER),
        _Asked(DONE, shares[DONE].figure, Scale.SHARE, DONE, MORE_IS_BETTER),
        *_of_postmortems(line, reviewed.sides.now, incidents),
    ]


def _of_step(durations: Durations) -> _Asked:
    name = durations.step.name
    return _Asked(
        name,
        _typical(durations),
        Scale.TIME,
        f"{TIME}:{name}",
        LESS_IS_BETTER,
        durations=durations,
    )


def _of_postmortems(line: Timeline, now: Side, incidents: pd.DataFrame) -> list[_Asked]:
    """How many are written and how soon; of young incidents, few are and those soon."""
    written = incidents["has_postmortem"].to_numpy()
    taken = days_to_publish(incidents, as_of=line.as_of)
    published = incidents["postmortem_published_at"].to_numpy()
    age = max(line.here - dt.datetime.combine(now.end, dt.time()), dt.timedelta())

    def by_then(side: Side) -> Mask:
        seen = dt.datetime.combine(side.end, dt.time()) + age
        later: Mask = published[side.span] > np.datetime64(seen, "s")
        return ~later

    def covered(side: Side) -> Answer:
        return plain_share(written[side.span], method=POSTMORTEM_COVERAGE)

    def covered_by_then(side: Side) -> Answer:
        return plain_share(written[side.span] & by_then(side), method=POSTMORTEM_COVERAGE)

    def taken_by_then(side: Side) -> Answer:
        return headline(taken.part(side.span).part(by_then(side)))

    return [
        _Asked(COVERAGE, covered, Scale.SHARE, as_young=covered_by_then),
        _Asked(
            PUBLISH,
            _typical(taken),
            Scale.TIME,
            durations=taken,
            as_young=taken_by_then,
            resolution=DAY,
        ),
    ]


def _severe(reviewed: Review, incidents: pd.DataFrame) -> _Asked:
    """The worst severity in use; where all incidents have one, its question is that of all."""
    ranks = incidents["severity_rank"].to_numpy()
    worst = next((each for each in reviewed.counts if each.key != ALL), None)
    if worst is not None:
        members = ranks == float(worst.key.partition(":")[2])
        return _Asked(
            SEVERE,
            _counting(members),
            Scale.COUNT,
            worst.key,
            NEUTRAL,
            label=worst.label,
            adds_up=True,
        )
    if np.isnan(ranks).all():
        return _Asked(SEVERE, _no_severity, Scale.COUNT)
    return _Asked(SEVERE, _counting(~np.isnan(ranks)), Scale.COUNT, ALL, NEUTRAL, adds_up=True)


def _no_severity(_: Side) -> Answer:
    return Answer(None, unit="count", method=INCIDENT_COUNT, reason="no severity is recorded")


def _counting(members: Mask) -> Figure:
    up_to = np.concatenate([[0], np.cumsum(members)])

    def figure(side: Side) -> Answer:
        n = int(up_to[side.span.stop] - up_to[side.span.start])
        return Answer(float(n), n=n, unit="count", method=INCIDENT_COUNT)

    return figure


def _typical(durations: Durations) -> Figure:
    return lambda side: headline(durations.part(side.span))


def _summed(felt: Durations) -> Figure:
    return lambda side: added_up(felt.part(side.span))


def _stretches(reviewed: Review) -> _Stretches:
    """The stretches, a running period and its like cut to what has passed of it."""
    line, beside = reviewed.line, reviewed.sides
    tomorrow = line.here.date() + dt.timedelta(days=1)
    end = min(beside.now.end, max(tomorrow, beside.now.start))
    passed = end - beside.now.start
    running = end < beside.now.end
    year = add_months(end, -MONTHS_A_YEAR)
    earlier: list[Side] = []
    start, stop = beside.now.start, beside.now.end
    for _ in range(STRETCHES if passed else 0):
        start, stop = start_of_the_one_before(start, stop), start
        if start < line.level_since:
            break
        earlier.append(stretch(line, start, min(start + passed, stop) if running else stop))
    edges = [edge for edge in months_back(end, MONTHS_SHOWN) if edge >= line.opened]
    return _Stretches(
        now=beside.now,
        reference=beside.reference,
        previous=beside.previous,
        year_ago=beside.year_ago,
        year=stretch(line, min(max(year, line.opened), end), end),
        year_before=stretch(line, add_months(year, -MONTHS_A_YEAR), year),
        earlier=tuple(earlier),
        months=tuple(stretch(line, a, b) for a, b in itertools.pairwise(edges)),
    )


def _tile(asked: _Asked, over: _Stretches, reviewed: Review, within: Answer | None) -> Tile:
    now, year, year_before = (
        _figure(asked, side) for side in (over.now, over.year, over.year_before)
    )
    then = asked.as_young or asked.figure
    usual = _usual([then(side) for side in over.earlier], asked, now.n)
    claim = reviewed.claim(asked.question) if asked.question else None
    recorded = any(answer.n for answer in (now, year, year_before))
    counted = any(answer.known for answer in (now, year, year_before))
    if not (recorded or (counted and asked.scale is Scale.COUNT)):
        word, reason = Word.NOT_RECORDED, now.reason
    elif claim is not None:
        word, reason = _judged(claim, asked.words or {})
    else:
        word, reason = _placed(now, usual)
    values = [asked.figure(side).estimate for side in over.months]
    return Tile(
        key=asked.key,
        label=asked.label,
        now=now,
        reference=_as_long(asked, over),
        previous=_figure(asked, over.previous),
        year_ago=_figure(asked, over.year_ago),
        year=year,
        year_before=year_before,
        usual=usual,
        months=np.array([side.start for side in over.months], "datetime64[D]"),
        values=np.array([math.nan if value is None else value for value in values]),
        word=word,
        reason=reason,
        claim=claim,
        mean=_mean(asked, over.now),
        within=within,
    )


def _figure(asked: _Asked, side: Side) -> Answer:
    if side.no_figure:
        return Answer(None, method=SCORECARD, reason=side.no_figure)
    return asked.figure(side)


def _as_long(asked: _Asked, over: _Stretches) -> Answer:
    """The figure of the year before, of as many days as the period where it adds up."""
    figure, days = _figure(asked, over.reference), over.reference.days
    if not asked.adds_up or figure.estimate is None or not days:
        return figure
    return figure.map(lambda value: value * over.now.days / days, unit=figure.unit)


def _mean(asked: _Asked, now: Side) -> Answer | None:
    if asked.durations is None or now.no_figure:
        return None
    return summarise(asked.durations.part(now.span)).mean


def _judged(claim: Claim, words: dict[Verdict, Word]) -> tuple[Word, str]:
    """The word that the review's verdict is, and why it is none."""
    if claim.verdict is Verdict.CANNOT_TELL:
        return _refused(claim.reason), claim.reason
    if claim.verdict is Verdict.ASKED:
        return Word.ASKED, ""
    return words.get(claim.verdict, Word.AS_USUAL), ""


def _placed(now: Answer, usual: Usual) -> tuple[Word, str]:
    """Where a figure lies that the review does not ask about."""
    if now.estimate is None:
        return _refused(now.reason), now.reason
    inside = usual.holds(now.estimate)
    if inside is None:
        return Word.TOO_FEW, usual.reason
    return (Word.AS_USUAL if inside else Word.UNUSUAL), ""


def _refused(reason: str) -> Word:
    return Word.TOO_FEW if is_too_few(reason) else Word.NOT_COMPARED


def _usual(before: Sequence[Answer], asked: _Asked, of: int) -> Usual:
    """What the stretches before make usual."""
    values = np.array([answer.estimate for answer in before if answer.known], np.float64)
    return usual_range(
        values, asked.scale, of=of, resolution=asked.resolution, what="earlier periods as long"
    )


def _within(
    asked: _Asked, incidents: pd.DataFrame, targets: Sequence[Target], now: Side
) -> Answer | None:
    """The share of the period within target; None where no target is set for the figure."""
    if asked.durations is None or now.no_figure:
        return None
    if all(target.step != asked.durations.step.name for target in targets):
        return None
    return marks(incidents, asked.durations, targets).share(now.span)

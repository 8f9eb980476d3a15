"""What changed, what did not, and what cannot be told: the review in one sentence and in several.

The headline is for everybody. Every sentence of :func:`sentences` carries both figures, the size of
the change with its interval, n, and the change that would have stayed unseen. "About as usual" is
an answer like any other, and never "no change".
"""

import datetime as dt
from collections.abc import Sequence

from analytics.answer import Answer
from analytics.calendar import Period, last_full_quarter
from analytics.repeats.fixes import RepeatClass
from analytics.repeats.ledger import Ledger
from analytics.review.claims import FIRST, RATIO, Claim, Doubt, Explains, Longer, Look, Verdict
from analytics.review.periods import Sides
from analytics.review.review import ALL, TIME, Review, claimed_causes
from pages.parts.wording.numbers import (
    NOT_KNOWN,
    count,
    day,
    duration,
    literal,
    percent,
    period,
    plural,
)
from pages.parts.wording.response import STEP_WORDS

#: Sentences of a review: what a meeting remembers.
MOST_SENTENCES = 5
#: A reference of a year and a day less or more in a leap year.
WHOLE_YEAR = 364
#: Rates are per thirty days: a month of every length.
RATE_DAYS = 30
MOVES_NAMED = 2
#: From here on it is not worth a word how much of a period is recorded.
NEARLY_ALL = 0.95
#: Records that stand apart, as many as are named.
STRAYS_NAMED = 3
#: From here on a rise is easier to grasp as a multiple than in per cent.
TOLD_IN_TIMES = 3.0
#: In place of a review over the sample's mix of organisations.
MIXED = (
    "The sample holds incidents of several organisations, collected over different years. A trend "
    "over all of them would show who was collected when. Choose one under Team; the other pages "
    "show them together."
)
#: The steps of a response in a word.
RECOVERY = {"TTD": "detection", "TTA": "acknowledgement", "TTM": "recovery", "TTR": "recovery"}
USUAL = "about as usual"
VERDICTS = {
    Verdict.ROSE: "rose",
    Verdict.FELL: "fell",
    Verdict.CHANGED: "changed",
    Verdict.ASKED: "to be asked",
    Verdict.NO_SIGNAL: USUAL,
    Verdict.CANNOT_TELL: "not compared yet",
}


#: Changes of a headline; the others stand in small print below the charts.
MOST_CHANGES = 2
#: What a rise and a fall are called, by the kind of question.
WAYS = {
    "rate": ("more", "fewer"),
    "time": ("longer", "shorter"),
    "cause": ("more often", "less often"),
    "causes": ("shifted", "shifted"),
    "tail": ("more", "fewer"),
    "hours": ("more", "fewer"),
    "repeats": ("more", "fewer"),
    "outside": ("more often", "less often"),
    "done": ("more", "fewer"),
}
#: A change is told over the stretch of time that shows it best.
OVER = {
    Look.PERIOD: "than in the 12 months before",
    Look.YEAR: "in the last 12 months than in the 12 before",
    Look.LINE: "along a line through three years",
}
#: What else may explain a change, as a question to whoever knows.
DOUBTS = {
    Explains.LABELS: "Are these incidents new, or are severities called otherwise?",
    Explains.TEAMS: "Like for like it is not borne out.",
    Explains.LATE: "Without the last {detail} days, of which some may not be recorded yet, it is "
    "not borne out.",
    Explains.SHORT: "Among the longer incidents it is not borne out: are short ones recorded that "
    "were not before?",
    Explains.ALL: "It changed no more than all incidents did.",
    Explains.OPEN: "It rests on incidents that are still open.",
    Explains.EMPTY: "Nothing is recorded of the period: was anything loaded?",
}


def subject(claim: Claim) -> str:
    """What a question is about, as the beginning of a sentence."""
    key, _, detail = claim.key.partition(":")
    if key == "rate":
        return f"Incidents of severity {literal(claim.label)}" if detail else "Incidents"
    return {
        "time": STEP_WORDS.get(claim.label, ""),
        "cause": f"Cause {literal(claim.label)}",
        "tail": f"Incidents over {claim.label} h",
        "hours": "Hours of impact",
        "causes": "The kinds of cause",
        "repeats": "Repeats of a known cause",
        "outside": "Found by people outside first",
        "done": f"Actions done within {literal(claim.label)}",
    }[key]


def reference_words(sides: Sides) -> str:
    """What the period is held against: a year, or as much of it as there are records."""
    if not sides.reference.days:
        return "nothing, as no records lie before it"
    return f"the {reference_title(sides)}"


def reference_title(sides: Sides) -> str:
    """The same as the head of a column."""
    days = sides.reference.days
    if not days:
        return "Before (no records)"
    return "12 months before" if days >= WHOLE_YEAR else f"{days:.0f} recorded days before"


def headline(reviewed: Review, book: Ledger) -> str:
    """What a leader takes away: what changed, what did not, and what came back before its fix.

    Args:
        reviewed: the review.
        book: the repeats of the same period.
    """
    if not len(reviewed.view) and (reason := reviewed.sides.now.no_figure):
        return f"**Nothing is known of this period: {reason}.**"
    told = _changes(reviewed)[:MOST_CHANGES]
    if told:
        quiet = _quiet(reviewed)
        told += [f"{' and '.join(quiet)} as usual"] if quiet else []
    elif any(claim.verdict is Verdict.NO_SIGNAL for claim in reviewed.claims):
        told = [f"{USUAL.capitalize()}: {_values(reviewed)}"]
    else:
        told = [f"{_values(reviewed)}, too few to compare yet"]
    if late := book.by_class[RepeatClass.R2]:
        fix = "no fix known to be done" if book.as_written else "an open fix"
        told.append(f"{late:,} of {plural(len(book.rows), 'repeat')} with {fix}")
    return f"**{'; '.join(told)}.**"


def further_changes(reviewed: Review) -> str:
    """The changes that the headline has no room for."""
    more = _changes(reviewed)[MOST_CHANGES:]
    return f"Also changed: {'; '.join(more)}." if more else ""


def _changes(reviewed: Review) -> list[str]:
    changed = sorted(reviewed.changed, key=lambda claim: -claim.weight)
    return [_changed(claim, reviewed.sides) for claim in changed]


def _quiet(reviewed: Review) -> list[str]:
    """What a review is opened for, how many and how long, as far as it is as usual."""
    both = {
        "incidents": reviewed.claim(ALL),
        RECOVERY[reviewed.times.step.name]: reviewed.claim(TIME),
    }
    return [name for name, claim in both.items() if claim.verdict is Verdict.NO_SIGNAL]


def _values(reviewed: Review) -> str:
    """How many incidents there were, and how long they typically took: known of few as of many."""
    text = plural(len(reviewed.view), "incident")
    typical = reviewed.times.medians["now"].estimate
    if typical is None:
        return text
    return f"{text}, typically {duration(typical)}"


def asked(reviewed: Review) -> list[Claim]:
    """Questions to put to whoever knows; that all incidents changed as much leaves none open."""
    return [
        claim
        for claim in reviewed.claims
        if claim.doubt is not None and claim.doubt.explains is not Explains.ALL
    ]


def _changed(claim: Claim, sides: Sides) -> str:
    """A change with its two values over the stretch that shows it best."""
    rose, fell = WAYS[claim.key.partition(":")[0]]
    way = {Verdict.ROSE: rose, Verdict.FELL: fell}.get(claim.verdict, "changed")
    what = f"{subject(claim)}: {way}"
    if claim.look is Look.LINE:
        return f"{what} over three years"
    if claim.look is Look.YEAR:
        counts = [longer.counts for longer in claim.longer if longer.look is Look.YEAR]
        values = "{:,}, {:,} in".format(*counts[0]) if counts and counts[0] else "than in"
        return f"{what} in 12 months ({values} the 12 before)"
    now, then = claim.now, claim.reference.figure
    if claim.key == "causes" or now.estimate is None or then.estimate is None:
        return what
    days = sides.now.days
    return f"{what} ({_plain(claim, now.estimate, days)}, was {_plain(claim, then.estimate, days)})"


def _plain(claim: Claim, value: float, days: float) -> str:
    """A value; what is counted by the day, for as many days as the period has."""
    kind = claim.key.partition(":")[0]
    if kind == "time":
        return duration(value)
    if kind == "rate":
        return count(round(value * days))
    return f"{count(round(value * days))} h" if kind == "hours" else percent(value)


def severity_names(reviewed: Review, label: str) -> list[str]:
    """The severities, as the source has them, that one label of the review stands for."""
    ranks = [float(s.key.partition(":")[2]) for s in reviewed.counts if s.label == label != ""]
    incidents = reviewed.line.view.incidents
    of_rank = incidents["severity"][incidents["severity_rank"].isin(ranks)]
    return sorted(str(name) for name in of_rank.unique())


def sentences(reviewed: Review) -> list[str]:
    """Three to five sentences: changes first, then what is asked, no signals, what is not known."""
    changed = [claim for claim in reviewed.claims if claim.verdict.is_claim]
    changed += [claim for claim in reviewed.claims if claim.verdict is Verdict.ASKED]
    quiet = [claim for claim in reviewed.claims if claim.verdict is Verdict.NO_SIGNAL]
    # What the review is opened for is told before what is asked in passing.
    quiet.sort(key=lambda claim: claim.weight < FIRST)
    unknown = [claim for claim in reviewed.claims if claim.verdict is Verdict.CANNOT_TELL]
    said = [sentence(claim, reviewed) for claim in [*changed, *quiet]]
    room = MOST_SENTENCES - bool(unknown)
    if not changed and quiet:
        said.insert(0, nothing_changed(len(quiet), untold=len(unknown)))
    return [*said[:room], *([cannot_tell(unknown)] if unknown else [])]


def nothing_changed(asked: int, *, untold: int) -> str:
    """The first sentence of a review in which no question found a change."""
    more = f" ({untold:,} more cannot be told)" if untold else ""
    return (
        f"**No change can be claimed**: {plural(asked, 'question')} asked{more}, none with a "
        "signal. They are judged together, so one interval that leaves out 1× is not enough."
    )


def sentence(claim: Claim, reviewed: Review) -> str:
    """One question and its answer in words."""
    say = {"rate": _rate, "causes": _causes}.get(claim.key.partition(":")[0], _figures)
    answer = say(claim, reviewed)
    parts = (answer, over_longer(claim), doubt_words(claim.doubt), likely_to_show(claim))
    return f"**{subject(claim)}: {VERDICTS[claim.verdict]}.** {' '.join(filter(None, parts))}"


def over_longer(claim: Claim) -> str:
    """The change over more than the period, where that is what a claim is told by.

    Else a year that had more or fewer incidents than luck explains: that is so, and no more than
    the number has wandered before.
    """
    if not (claim.verdict.is_claim or claim.doubt):
        return "".join(_years(longer) for longer in claim.longer)
    if claim.look is Look.PERIOD:
        return ""
    over = {
        Look.YEAR: "Over the last 12 months against the 12 before",
        Look.LINE: "Along a line through the last three years, as far as recorded",
    }[claim.look]
    return f"{over}: {size(claim.change)}."


def _years(longer: Longer) -> str:
    if longer.counts is None or not longer.beyond_luck:
        return ""
    later, earlier = longer.counts
    return (
        f"{'More' if later > earlier else 'Fewer'} incidents in twelve months than in the twelve "
        f"before: {later:,} against {earlier:,}, though the number has wandered as far before."
    )


def titled(what: str, claim: Claim | None, *, rose: str = "more", fell: str = "fewer") -> str:
    """A title that says of its subject what the review says, and nothing where it has no question.

    Args:
        what: the subject.
        claim: the question of the review about the same thing; None where it asks none.
        rose, fell: what a rise and a fall of it are called.
    """
    return what if claim is None else f"{what}: {verdict_words(claim, rose=rose, fell=fell)}"


def verdict_words(claim: Claim, *, rose: str = "more", fell: str = "fewer") -> str:
    """What the review says of a question, and over which stretch of time."""
    if claim.verdict is Verdict.CANNOT_TELL:
        return f"not compared ({literal(claim.reason)})"
    if claim.verdict is Verdict.ASKED:
        return "to be asked (see the trend review)"
    if not claim.verdict.is_claim:
        return USUAL
    word = {Verdict.ROSE: rose, Verdict.FELL: fell}.get(claim.verdict, "changed")
    return f"{word} {OVER[claim.look]}"


def doubt_words(doubt: Doubt | None) -> str:
    """What else may explain a change, as a question or a reason not to claim it."""
    if doubt is None:
        return ""
    words = DOUBTS[doubt.explains].format(detail=literal(doubt.detail))
    if doubt.explains is Explains.TEAMS:
        return f"{literal(doubt.detail[:1].upper() + doubt.detail[1:])}. {words}"
    named = doubt.explains is Explains.LABELS and doubt.detail
    return f"{words} In or out of use: {literal(doubt.detail)}." if named else words


def _rate(claim: Claim, reviewed: Review) -> str:
    now, then, sides = claim.now, claim.reference.figure, reviewed.sides
    return (
        f"{now.n:,} in {plural(round(sides.now.days), 'day')} against {then.n:,} in "
        f"{reference_words(sides)}: {_in_30_days(now)} against {_in_30_days(then)} in {RATE_DAYS} "
        f"days ({size(claim.reference.versus.change)}). "
        f"{'' if claim.label else new_teams(reviewed)}"
    ).rstrip()


def new_teams(reviewed: Review) -> str:
    """How much of a rise comes from teams of which nothing is recorded before the period."""
    came = reviewed.newcomers
    if not came.teams or not came.rise > 0:
        return ""
    rise = max(round(came.rise), 1)
    number = len(came.teams)
    who = "a new team" if number == 1 else f"{number:,} new teams"
    named = ", ".join(literal(team) for team in came.teams[:MOVES_NAMED])
    more = " …" if number > MOVES_NAMED else ""
    return f"Of the rise of {rise:,}, {min(came.incidents, rise):,} from {who} ({named}{more})."


def _figures(claim: Claim, reviewed: Review) -> str:
    now, then = figure(claim.now, claim), figure(claim.reference.figure, claim)
    kind = "Typical time (geometric mean) " if claim.key.startswith("time:") else ""
    text = (
        f"{kind}{now} against {then} in {reference_words(reviewed.sides)} "
        f"({size(claim.reference.versus.change)})."
    )
    if claim.key == "repeats" and claim.verdict is Verdict.ROSE:
        text += " Longer records hold more to repeat, so this alone is no worsening."
    return text


def _causes(claim: Claim, reviewed: Review) -> str:
    assert reviewed.drift is not None  # without it the question has no answer
    rows = reviewed.drift.rows
    counted = (
        f"{plural(rows[0].after.n, 'incident')} of known cause against {rows[0].before.n:,} in "
        f"{reference_words(reviewed.sides)}"
    )
    if not claim.verdict.is_claim:
        return f"{counted}."
    largest = sorted(rows, key=lambda row: -abs(row.change.estimate or 0.0))[:MOVES_NAMED]
    moves = ", ".join(
        f"{literal(row.label)} {percent(row.before.estimate)} → {percent(row.after.estimate)}"
        for row in largest
    )
    sure = [literal(label) for label in sorted(claimed_causes(reviewed))]
    which = f"sure of {', '.join(sure)}" if sure else "of no single one can it be told"
    return f"Largest moves: {moves}; {which} ({counted})."


def cannot_tell(claims: Sequence[Claim]) -> str:
    """All questions that have no answer, by the reason."""
    by_reason: dict[str, list[str]] = {}
    for claim in claims:
        by_reason.setdefault(claim.reason, []).append(_lower(subject(claim)))
    parts = [f"{', '.join(asked)} ({literal(reason)})" for reason, asked in by_reason.items()]
    return f"**Cannot tell:** {'; '.join(parts)}."


def figure(answer: Answer, claim: Claim) -> str:
    """One figure of a question in its own unit, with its n."""
    if answer.estimate is None:
        return literal(answer.reason)
    key = claim.key.partition(":")[0]
    if key == "rate":
        return f"{_in_30_days(answer)} in {RATE_DAYS} days (n = {answer.n:,})"
    if key == "causes":
        return f"cause known for {percent(answer.estimate)} of {answer.n:,}"
    if key == "time":
        return f"{duration(answer.estimate)} (n = {answer.n:,})"
    if key == "hours":
        hours = count(round(answer.estimate * RATE_DAYS, 1))
        return f"{hours} h in {RATE_DAYS} days (n = {answer.n:,})"
    return f"{percent(answer.estimate)} of {answer.n:,}"


def size(change: Answer) -> str:
    """How large a change is, with its interval, or why that cannot be said."""
    if change.estimate is None:
        return literal(change.reason)
    say = _times if change.unit == RATIO else _points
    text = say(change.estimate)
    if change.low is not None and change.high is not None:
        text += f", 95 % interval {say(change.low)} to {say(change.high)}"
    return f"{text}, n = {change.n:,}"


def likely_to_show(claim: Claim) -> str:
    """The smallest changes of the period that this review would have claimed 4 times in 5."""
    rise, fall = claim.smallest_rise.estimate, claim.smallest_fall.estimate
    if rise is None and fall is None:
        return ""
    by_ratio = claim.smallest_rise.unit == RATIO
    up, down = "no rise", "no fall"
    if rise is not None:
        up = f"rises {risen(rise) if by_ratio else f'of {_points(rise)}'}"
    if fall is not None:
        down = f"falls of {percent(1 - fall) if by_ratio else _points(abs(fall))}"
    return f"Likely to show{_commonest(claim)}: {up}, {down}."


def _commonest(claim: Claim) -> str:
    words = claim.smallest_rise.reason
    return f" {words}" if claim.key == "causes" and words else ""


def _in_30_days(rate: Answer) -> str:
    return NOT_KNOWN if rate.estimate is None else count(round(rate.estimate * RATE_DAYS, 1))


def change_words(rise: float | None, fall: float | None) -> str:
    """What would show: ``+63 % or −45 %``; a rise beyond twice as a multiple."""
    up = "no rise" if rise is None else f"+{percent(rise - 1)}" if rise < 2 else _times(rise)
    down = "no fall" if fall is None else f"−{percent(1 - fall)}"
    return f"{up} or {down}"


def quarters_words(quarters: int | None) -> str:
    """``7 quarters``; None as longer than anybody waits."""
    return "over 10 years" if quarters is None else plural(quarters, "quarter")


def risen(ratio: float) -> str:
    """A rise in per cent, or as a multiple where that is easier to grasp."""
    return f"of {percent(ratio - 1)}" if ratio < TOLD_IN_TIMES else f"to {_times(ratio)}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _times(ratio: float) -> str:
    return f"{ratio:.2f}×" if ratio < 10 else f"{ratio:.0f}×"


def _points(share: float) -> str:
    return (
        f"{100 * share:+.0f} points".replace("-", "−") if share < 0 else f"{100 * share:.0f} points"
    )


def scope_words(
    reviewed: Review, *, today: dt.date, is_latest: bool, loaded: dt.date | None = None
) -> str:
    """Whose period is under review, against which: one line.

    Args:
        today: the present day.
        is_latest: whether the reader chose none, so that the latest full quarter is taken.
        loaded: the day of the last load.
    """
    now, teams = reviewed.sides.now.period, reviewed.view.scope.teams
    named = f"**{now.name}** ({_span(now)})" if is_latest else f"**{_span(now)}**"
    if is_latest and now != last_full_quarter(today):
        named = f"Latest on record: {named}"
    whose = f"{literal(teams[0])} · " if len(teams) == 1 else ""
    against = (
        f", against the {reference_title(reviewed.sides)}" if reviewed.sides.reference.days else ""
    )
    until = _not_loaded(reviewed.sides.now.end, today=today, loaded=loaded)
    return f"{whose}{named}{so_far(reviewed, today=today)}{against}{until}"


def _span(now: Period) -> str:
    """Whole months by their names, any other days by themselves."""
    if now.start is None or now.end is None or now.start.day != 1 or now.end.day != 1:
        return period(now.start, now.end)
    last = now.end - dt.timedelta(days=1)
    if now.start.year != last.year:
        return f"{now.start:%b %Y} to {last:%b %Y}"
    first = "" if now.start.month == last.month else f"{now.start:%b} to "
    return f"{first}{last:%b %Y}"


def title_words(reviewed: Review, *, today: dt.date, is_latest: bool = False) -> str:
    """Which period is under review, against which others, and what stands apart.

    Args:
        today: the present day.
        is_latest: whether the reader chose none, so that the latest quarter is taken.
    """
    sides = reviewed.sides
    now = sides.now.period
    named = f"**{now.name}**"
    if is_latest:
        full = now == last_full_quarter(today)
        named += f", the latest {'full quarter' if full else 'quarter on record'}"
    others = (sides.previous, sides.year_ago)
    beside = {
        side.period.name: None
        for side in others
        if not side.no_figure and side.start != sides.reference.start
    }
    text = f"{named} ({period(now.start, now.end)}) against {reference_words(sides)}"
    if beside:
        text += f"; beside it {' and '.join(beside)}"
    text += f" · {plural(len(reviewed.view), 'incident')}"
    if reviewed.events < len(reviewed.view):
        text += f" in {plural(reviewed.events, 'event')}"
    text += so_far(reviewed, today=today)
    if not len(reviewed.view) and sides.now.start <= today:
        text += ": was anything loaded for these days?"
    return text + _standing_apart(reviewed)


def _not_loaded(end: dt.date, *, today: dt.date, loaded: dt.date | None) -> str:
    """How many days of the period lie after the last load."""
    if loaded is None:
        return ""
    days = (min(end - dt.timedelta(days=1), today) - loaded).days
    if days <= 0:
        return ""
    return (
        f" · nothing was loaded since {day(loaded)}, so {plural(days, 'day')} of the period can "
        "have no incident here"
    )


def _standing_apart(reviewed: Review) -> str:
    """Which records are too far before all others for the records to begin with them."""
    if not len(reviewed.strays):
        return ""
    apart = reviewed.view.history.incidents.iloc[reviewed.strays]
    named = [
        f"{literal(str(record['id']))}, {day(record['period_at'].date())}"
        for record in apart.head(STRAYS_NAMED).to_dict("records")
    ]
    more = " …" if len(apart) > STRAYS_NAMED else ""
    verb = "stands" if len(apart) == 1 else "stand"
    return (
        f" · {plural(len(apart), 'record')} {verb} apart long before all others "
        f"({'; '.join(named)}{more}): the records begin after {'it' if len(apart) == 1 else 'them'}"
    )


def so_far(reviewed: Review, *, today: dt.date) -> str:
    """How much of the period has passed or is recorded, where that is not all of it."""
    now = reviewed.sides.now
    whole, known = (now.end - now.start).days, round(now.days)
    if known >= whole * NEARLY_ALL:
        return ""
    if today < now.end:
        return f" so far, in {known:,} of {whole} days"
    return f" in {known:,} recorded days of {whole}"


def rates_finding(claims: Sequence[Claim]) -> str:
    """How often: all incidents, and each severity of which a change is claimed."""
    every, *severities = (claim for claim in claims if claim.key.partition(":")[0] == "rate")
    told = [
        f"; {literal(claim.label)}: {verdict_words(claim)}"
        for claim in severities
        if claim.verdict.is_claim
    ]
    return f"Incidents by month{_as_told(every)}{''.join(told)}"


def times_finding(reviewed: Review) -> str:
    """How long: the duration that is shown first."""
    claim = reviewed.claim(TIME)
    return f"{STEP_WORDS[reviewed.times.step.name]} by month{_as_told(claim, 'longer', 'shorter')}"


def _as_told(claim: Claim, rose: str = "more", fell: str = "fewer") -> str:
    """What a title adds of a comparison, nothing where none could be made."""
    if claim.verdict is Verdict.CANNOT_TELL:
        return ""
    return f": {verdict_words(claim, rose=rose, fell=fell)}"


def causes_finding(reviewed: Review) -> str:
    """The mix of causes, and each cause of which a change is claimed."""
    single = (claim for claim in reviewed.claims if claim.key.startswith("cause:"))
    told = [
        f"; {literal(claim.label)} {verdict_words(claim, rose='more often', fell='less often')}"
        for claim in single
        if claim.verdict.is_claim
    ]
    return f"Kinds of cause{_as_told(reviewed.claim('causes'))}{''.join(told)}"

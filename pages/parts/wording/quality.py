"""What is missing from the data, in words."""

from collections.abc import Sequence

from analytics.quality import MOSTLY, Doubts, Known, Order, Precision, RoundTimes, ToFillIn
from data.record import ACTION_FIELDS, INCIDENT_FIELDS
from pages.parts.wording.numbers import percent, plural
from pages.parts.wording.response import CLOCK_WORDS
from pages.parts.wording.shares import counted, part

#: Fields as people name them, and what else is known or not; clocks have their own words.
FIELD_WORDS = {
    **{name: field.label for name, field in (INCIDENT_FIELDS | ACTION_FIELDS).items()},
    **CLOCK_WORDS,
    "postmortem": "post-mortem or written cause",
    "actions": "any action",
}
#: The page that a field opens a figure on, and the figure.
OPENS = {
    ("incidents", "impact_started_at"): ("pages/response.py", "time to detect and to mitigate"),
    ("incidents", "mitigated_at"): ("pages/response.py", "time to recover"),
    ("incidents", "detected_at"): ("pages/response.py", "time to detect"),
    ("incidents", "root_cause_category"): ("pages/causes.py", "what keeps breaking"),
    ("incidents", "severity"): ("dashboard.py", "the worst incidents by themselves"),
    ("incidents", "services"): ("pages/causes.py", "where it breaks"),
    ("incidents", "actions"): ("pages/actions.py", "whether promises are kept"),
    ("actions", "status"): ("pages/actions.py", "what is still open"),
    ("actions", "due_on"): ("pages/actions.py", "what is overdue"),
    ("actions", "completed_on"): ("pages/actions.py", "how fast actions get done"),
    ("incidents", "team"): ("pages/response.py", "teams side by side"),
    ("incidents", "acknowledged_at"): ("pages/response.py", "time to acknowledge"),
    ("incidents", "detection_source"): ("pages/response.py", "who noticed first"),
}


def known_finding(found: Sequence[Known], noun: str) -> str:
    """How many fields are known for less than half of the records."""
    told = [each for each in found if each.share.known]
    rare = [each for each in told if (each.share.estimate or 0.0) < MOSTLY]
    if not told:
        return f"There is no {noun} in view"
    if not rare:
        return f"Each field is known for at least half of the {noun}s"
    verb = "is" if len(rare) == 1 else "are"
    return f"{len(rare):,} of {len(told):,} fields {verb} known for fewer than half of the {noun}s"


def filled_in(found: Sequence[Known]) -> str:
    """Which fields are never, sometimes and always filled in, in one line."""
    told = [(FIELD_WORDS[each.name], each.share) for each in found if each.share.known]
    never = [name for name, share in told if not share.estimate]
    partly = [
        f"{name} {percent(share.estimate)}"
        for name, share in told
        if 0 < (share.estimate or 0.0) < 1
    ]
    always = [name for name, share in told if share.estimate == 1]
    groups = {"Never filled in": never, "Partly": partly, "Always": always}
    return " ".join(f"**{name}:** {', '.join(words)}." for name, words in groups.items() if words)


def opens(lacking: ToFillIn) -> tuple[str, str]:
    """The page on which a field opens a figure, and what to fill in for which figure."""
    script, figure = OPENS[lacking.table, lacking.name]
    share = lacking.share
    field = FIELD_WORDS[lacking.name]
    known = f"known of {part(share):,} of {share.n:,} {lacking.table}"
    return script, f"Fill in first: {field} ({known}); it opens {figure}"


def doubt_lines(found: Doubts) -> list[str]:
    """What is recorded and yet not to be taken as it stands; only what occurs."""
    counts = (
        (found.undated, "incident", "without any time"),
        (found.undated_left_out, "incident", "without any time, left out by the period"),
        (
            found.in_future,
            "incident",
            "with a time that is still to come: that time is in no figure",
        ),
        (
            found.in_future_left_out,
            "incident",
            "of which every time is still to come: left out, as if not recorded",
        ),
        (found.open_with_end, "incident", "said to be open that have a time of resolution"),
        (
            found.needs_analysis,
            "incident",
            "recorded as human or process error: the cause behind it is to be found",
        ),
        (found.actions_backwards, "action", "that ended before they were promised"),
        (found.actions_open_with_end, "action", "said to be open that have a day of completion"),
        (
            found.repeats_not_here,
            "repeat",
            "declared of an incident that was never loaded (of all records)",
        ),
        (
            found.duplicates_not_here,
            "incident",
            "said to be a second report of one that was never loaded: the first that names it "
            "counts as the incident (of all records)",
        ),
        (
            found.duplicates_doubted,
            "incident",
            "said to be a second report of one that had been over for more than a day: counted, "
            "and offered as a possible repeat on the page What keeps coming back (of all records)",
        ),
        (
            found.in_bursts,
            "incident",
            f"in {plural(found.bursts, 'burst')} of one alert within the hour: each is counted, "
            "and the page What keeps coming back offers to make them one event",
        ),
        (found.caught_before_impact, "incident", "detected before their impact: caught in time"),
    )
    return [f"{plural(number, noun)} {words}" for number, noun, words in counts if number]


def doubts_finding(found: Doubts) -> str:
    """How often the clocks contradict each other."""
    if not found.backwards.known:
        return "No two clocks can be compared"
    return f"Clocks in an impossible order: {counted(found.backwards)}"


def order_lines(found: Sequence[Order]) -> list[str]:
    """Each pair of clocks that is ever the wrong way round."""
    return [
        f"{CLOCK_WORDS[each.second]} before {CLOCK_WORDS[each.first]}: {counted(each.backwards)}"
        for each in found
        if each.backwards.estimate
    ]


def round_rows(times: Sequence[RoundTimes], precise: Sequence[Precision]) -> list[dict[str, str]]:
    """A row a clock: how often it sits on a round time, and how well it is known."""
    rounds = {each.clock: each for each in times}
    rows = []
    for each in precise:
        shares = rounds[each.clock].shares if each.clock in rounds else {}
        rows.append(
            {
                "Clock": CLOCK_WORDS[each.clock],
                "Times": f"{each.to_the_day.n:,}",
                **{
                    f"On {minutes} min": percent(shares[minutes].estimate) if shares else "–"
                    for minutes in (15, 30, 60)
                },
                "Day only": percent(each.to_the_day.estimate),
                "Estimated": percent(each.estimated.estimate),
            }
        )
    return rows


def round_basis(times: Sequence[RoundTimes]) -> str:
    """What chance alone would put on round times."""
    if not times:
        return "no clock is recorded to better than a day"
    chance = ", ".join(
        f"{percent(share)} on {minutes} min" for minutes, share in times[0].expected.items()
    )
    return (
        f"share of the times of each clock on a multiple of so many minutes · chance alone: "
        f"{chance} · more is a sign of rounding"
    )


def round_finding(times: Sequence[RoundTimes]) -> str:
    """The clock that most often sits on a quarter of an hour."""
    if not times:
        return "Round times: not known"
    worst = max(times, key=lambda each: each.shares[15].estimate or 0.0)
    share = worst.shares[15]
    return (
        f"Round times: {part(share):,} of {share.n:,} recorded for {CLOCK_WORDS[worst.clock]} lie "
        "on a quarter of an hour"
    )

"""What is missing from the records, and which times should not be taken as they stand?"""

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.quality import (
    CLOCK_ORDER,
    DOUBTS,
    KNOWN_SHARE,
    MOSTLY,
    PRECISION,
    ROUND_TIMES,
    Doubts,
    Known,
    Order,
    Precision,
    RoundTimes,
    ToFillIn,
)
from analytics.selection import UNKNOWN
from pages.parts import leads
from pages.parts.card import Card, Table
from pages.parts.figures.bars import AXIS_HEIGHT, LETTER_WIDTH, ROW_HEIGHT
from pages.parts.figures.charts import figure, html_safe, names_axis
from pages.parts.palette import Palette
from pages.parts.wording.importing import FIELD_WORDS
from pages.parts.wording.numbers import percent, plural
from pages.parts.wording.response import CLOCK_WORDS
from pages.parts.wording.shares import counted, part

#: By what a list of incidents is asked for those without a field.
ASKED_BY = {
    "severity": "severity",
    "team": "team",
    "services": "service",
    "root_cause_category": "cause",
    "trigger_category": "trigger",
    "detection_source": "detection",
    "contributing_factors": "factor",
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


def known(shares: Sequence[Known], table: str, when: str, colours: Palette) -> Card:
    """How often each field of one table is filled in.

    Args:
        shares: of the fields of all tables.
        table: ``incidents`` or ``actions``.
    """
    mine = [field for field in shares if field.table == table]
    told = [field for field in mine if field.share.known]
    noun = table.removesuffix("s")
    return Card(
        key=f"known_{table}",
        title=known_finding(mine, noun),
        basis=f"share of the {table} in view that could have the field · {when} · a plain count, "
        "nothing is estimated",
        methods=(KNOWN_SHARE,),
        figure=_known_bars(told, colours=colours) if told else None,
        alt=f"Known fields of {plural(told[0].share.n, noun)}" if told else "",
    )


def _known_bars(fields: Sequence[Known], *, colours: Palette) -> go.Figure:
    """The known part of each field dark, the missing part pale, with the counts beside.

    The missing part leads to the incidents without the field, where a list can be asked for them.
    """
    rows = [html_safe(FIELD_WORDS[field.name]) for field in fields]
    answers = [field.share for field in fields]
    lists = [_without(field) for field in fields]
    known = [answer.estimate or 0.0 for answer in answers]
    bars = [
        go.Bar(
            x=lengths,
            y=rows,
            ids=ids,
            orientation="h",
            name=name,
            marker={"color": colour},
            customdata=[counted(answer) for answer in answers],
            hovertemplate="%{y}: %{customdata}<extra></extra>",
        )
        for name, lengths, colour, ids in (
            ("known", known, colours.grey, None),
            ("missing", [1.0 - share for share in known], colours.grid, lists),
        )
    ]
    words = [counted(answer) for answer in answers]
    return figure(
        bars,
        colours=colours,
        height=ROW_HEIGHT * len(rows) + AXIS_HEIGHT,
        x={"tickformat": ".0%", "range": [0, 1], "nticks": 3, "tickangle": 0},
        y=names_axis(dtick=1, tickfont={"size": 12}),
        notes=[
            {
                "xref": "paper",
                "x": 1,
                "y": row,
                "text": word,
                "xanchor": "left",
                "xshift": 6,
                "font": {"color": colours.faint, "size": 12},
            }
            for row, word in zip(rows, words, strict=True)
        ],
        barmode="stack",
        bargap=0.3,
        margin={"l": 8, "r": 12 + LETTER_WIDTH * max(map(len, words), default=0), "t": 8, "b": 8},
    )


def _without(field: Known) -> str:
    """The list of the incidents without a field."""
    label = ASKED_BY.get(field.name) if field.table == "incidents" else None
    return leads.labelled({label: UNKNOWN}) if label and field.share.n_missing else ""


def known_finding(fields: Sequence[Known], noun: str) -> str:
    """How many fields are known for less than half of the records."""
    told = [field for field in fields if field.share.known]
    rare = [field for field in told if (field.share.estimate or 0.0) < MOSTLY]
    if not told:
        return f"There is no {noun} in view"
    if not rare:
        return f"Each field is known for at least half of the {noun}s"
    verb = "is" if len(rare) == 1 else "are"
    return f"{len(rare):,} of {len(told):,} fields {verb} known for fewer than half of the {noun}s"


def filled_in(fields: Sequence[Known]) -> str:
    """Which fields are never, sometimes and always filled in, in one line."""
    told = [(FIELD_WORDS[field.name], field.share) for field in fields if field.share.known]
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
    field = FIELD_WORDS[lacking.name]
    return script, f"Fill in first: {field} ({_known(lacking)}); it opens {figure}"


def to_record(lacking: ToFillIn) -> tuple[str, str]:
    """The same as a question, and why."""
    _, figure = OPENS[lacking.table, lacking.name]
    return f"Record {FIELD_WORDS[lacking.name]}?", f"{_known(lacking)}; it opens {figure}"


def _known(lacking: ToFillIn) -> str:
    share = lacking.share
    return f"known of {part(share):,} of {share.n:,} {lacking.table}"


def doubtful(doubts: Doubts, orders: Sequence[Order]) -> Card:
    """Records that contradict themselves."""
    lines = [*order_lines(orders), *doubt_lines(doubts)]
    return Card(
        key="doubts",
        title=doubts_finding(doubts),
        basis="of the incidents with two clocks or more that are known to better than a day · "
        "the duration between two such clocks enters no figure; others of the record do",
        methods=(CLOCK_ORDER, DOUBTS),
        notes=tuple(lines) or ("Nothing else is doubtful.",),
    )


def doubt_lines(doubts: Doubts) -> list[str]:
    """What is recorded and yet not to be taken as it stands; only what occurs."""
    counts = (
        (doubts.undated, "incident", "without any time"),
        (doubts.undated_left_out, "incident", "without any time, left out by the period"),
        (
            doubts.in_future,
            "incident",
            "with a time that is still to come: that time is in no figure",
        ),
        (
            doubts.in_future_left_out,
            "incident",
            "of which every time is still to come: left out, as if not recorded",
        ),
        (doubts.open_with_end, "incident", "said to be open that have a time of resolution"),
        (
            doubts.needs_analysis,
            "incident",
            "recorded as human or process error: the cause behind it is to be doubts",
        ),
        (doubts.actions_backwards, "action", "that ended before they were promised"),
        (doubts.actions_open_with_end, "action", "said to be open that have a day of completion"),
        (
            doubts.repeats_not_here,
            "repeat",
            "declared of an incident that was never loaded (of all records)",
        ),
        (
            doubts.duplicates_not_here,
            "incident",
            "said to be a second report of one that was never loaded: the first that names it "
            "counts as the incident (of all records)",
        ),
        (
            doubts.duplicates_doubted,
            "incident",
            "said to be a second report of one that had been over for more than a day: counted, "
            "and offered as a possible repeat on the page What keeps coming back (of all records)",
        ),
        (
            doubts.in_bursts,
            "incident",
            f"in {plural(doubts.bursts, 'burst')} of one alert within the hour: each is counted, "
            "and the page What keeps coming back offers to make them one event",
        ),
        (doubts.caught_before_impact, "incident", "detected before their impact: caught in time"),
    )
    return [f"{plural(number, noun)} {words}" for number, noun, words in counts if number]


def doubts_finding(doubts: Doubts) -> str:
    """How often the clocks contradict each other."""
    if not doubts.backwards.known:
        return "No two clocks can be compared"
    return f"Clocks in an impossible order: {counted(doubts.backwards)}"


def order_lines(orders: Sequence[Order]) -> list[str]:
    """Each pair of clocks that is ever the wrong way round."""
    return [
        f"{CLOCK_WORDS[order.second]} before {CLOCK_WORDS[order.first]}: {counted(order.backwards)}"
        for order in orders
        if order.backwards.estimate
    ]


def times(rounds: Sequence[RoundTimes], precise: Sequence[Precision]) -> Card:
    """How far the times of each clock can be trusted to the minute."""
    rows = tuple(round_rows(rounds, precise))
    return Card(
        key="round_times",
        title=round_finding(rounds),
        basis=round_basis(rounds),
        methods=(ROUND_TIMES, PRECISION),
        tables=(Table(rows, alt="Round and coarse times by clock"),) if rows else (),
    )


def round_rows(times: Sequence[RoundTimes], precise: Sequence[Precision]) -> list[dict[str, str]]:
    """A row a clock: how often it sits on a round time, and how well it is known."""
    rounds = {row.clock: row for row in times}
    rows = []
    for clock in precise:
        shares = rounds[clock.clock].shares if clock.clock in rounds else {}
        rows.append(
            {
                "Clock": CLOCK_WORDS[clock.clock],
                "Times": f"{clock.to_the_day.n:,}",
                **{
                    f"On {minutes} min": percent(shares[minutes].estimate) if shares else "–"
                    for minutes in (15, 30, 60)
                },
                "Day only": percent(clock.to_the_day.estimate),
                "Estimated": percent(clock.estimated.estimate),
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
    worst = max(times, key=lambda clock: clock.shares[15].estimate or 0.0)
    share = worst.shares[15]
    return (
        f"Round times: {part(share):,} of {share.n:,} recorded for {CLOCK_WORDS[worst.clock]} lie "
        "on a quarter of an hour"
    )

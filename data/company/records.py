"""The words of each record: title, summary, and the sections of its post-mortem.

Sentences are composed from the phrase book by chance, so that incidents of one cause say the same
in different words, and incidents that have nothing in common still share everyday vocabulary.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from data.company.details import KINDS as ACTION_KINDS
from data.company.details import OPEN_STATES, SOURCES, STATUSES, Actions, Book, Labels, book
from data.company.events import (
    BY_DAY,
    DAY,
    DAYS,
    KINDS,
    MARK,
    NAME,
    PUBLISHED,
    STRENGTHS,
    UNKNOWN,
    Families,
    Flags,
    Integers,
    Log,
    Recorded,
    Setting,
    Stream,
)
from data.record import CLOCK_FIELDS

TEXT_COLUMNS = (
    "title",
    "summary",
    "trigger",
    "root_cause",
    "what_let_it_grow",
    "impact",
    "what_went_well",
    "what_went_wrong",
    "where_we_got_lucky",
)
#: Independent choices that one record needs.
CHOICES = 16
#: One post-mortem in so many does not say what the cause was.
SILENT = 20
#: Of ten causes and of ten summaries, those that name the cluster.
PLACED_CAUSES, PLACED_SUMMARIES = 7, 5


def object_name(words: Book, code: int, style: int) -> str:
    """An object in one of the four ways in which people write a name of two words."""
    seconds = words.phrases["object_second"]
    first = words.phrases["object_first"][code // len(seconds)]
    second = seconds[code % len(seconds)]
    return (
        f"{first}-{second}",
        f"{first}_{second}",
        f"{first} {second}",
        f"{first.title()}{second.title()}",
    )[style % 4]


def cluster_name(words: Book, code: int) -> str:
    """The name of a cluster, three syllables."""
    syllables = words.phrases["syllables"]
    n = len(syllables)
    return f"{syllables[code // n // n]}{syllables[code // n % n]}{syllables[code % n]}"


def names(words: Book, *, service: int, object_code: int, style: int) -> dict[str, str]:
    """What stands for the placeholders of a phrase."""
    return {
        "service": words.phrases["services"][service],
        "object": object_name(words, object_code, style),
        "team": words.phrases["teams"][service // 2],
    }


def compose(
    rng: np.random.Generator,
    labels: Labels,
    *,
    kind: list[int],
    written: Flags,
    begin: int,
) -> list[tuple[Any, ...]]:
    """The texts of some records, in the order of :data:`TEXT_COLUMNS`; lists for the last three.

    Args:
        rng: the stream of these rows.
        labels: the labels of all records.
        kind: positions in :data:`data.company.events.KINDS`, of these rows.
        written: whether there is a post-mortem, of these rows.
        begin: the first row.
    """
    words, stop = book(), begin + len(kind)
    picks = rng.integers(0, 1 << 30, (len(kind), CHOICES)).tolist()
    rows = zip(
        kind,
        written.tolist(),
        labels.mechanism[begin:stop].tolist(),
        labels.object_code[begin:stop].tolist(),
        labels.cluster[begin:stop].tolist(),
        labels.service[begin:stop].tolist(),
        labels.trigger[begin:stop].tolist(),
        labels.factors[begin:stop].tolist(),
        picks,
        strict=True,
    )
    composed = []
    for kind_code, has_sections, mechanism, thing, cluster, service, trigger, factors, pick in rows:
        named = names(words, service=service, object_code=thing, style=pick[0])
        if kind_code:
            composed.append(_no_incident(words, KINDS[kind_code], named, pick))
            continue
        named["cluster"] = cluster_name(words, cluster)
        title, summary, began, cause = _head(
            words, words.mechanisms[mechanism], named, trigger, pick
        )
        tail = _sections(words, factors, pick) if has_sections else ("", [], [], [])
        impact = _one(words.phrases["impacts"], pick[1]).format(share=1 + pick[2] % 60, **named)
        known_cause = cause if has_sections and pick[8] % SILENT else ""
        composed.append((title, summary, began, known_cause, tail[0], impact, *tail[1:]))
    return composed


def _head(
    words: Book, mechanism: dict[str, Any], named: dict[str, str], trigger: int, pick: list[int]
) -> tuple[str, str, str, str]:
    """Title, summary, trigger and cause."""
    place = " " + _one(words.phrases["places"], pick[14]).format(**named)
    cause = _one(mechanism["causes"], pick[3]).format(**named)
    cause += place if pick[15] % 10 < PLACED_CAUSES else ""
    retold = _one(mechanism["causes"], pick[4]).format(**named)
    retold += place if pick[15] // 10 % 10 < PLACED_SUMMARIES else ""
    began = ""
    if trigger != UNKNOWN:
        began = _one(words.phrases["triggers"][words.triggers[trigger]], pick[5]).format(**named)
    return (
        _one(mechanism["titles"], pick[6]).format(**named),
        _one(words.phrases["summaries"], pick[7]).format(cause=retold, **named),
        began,
        cause,
    )


def _sections(
    words: Book, factors: list[int], pick: list[int]
) -> tuple[str, list[str], list[str], list[str]]:
    """What let it grow, what went well and wrong, where luck helped."""
    grow = " ".join(
        _one(words.phrases["grow"][words.factors[factor]], pick[9] + factor)
        for factor in factors
        if factor != UNKNOWN
    )
    return (
        grow,
        _some(words.phrases["well"], pick[10]),
        _some(words.phrases["wrong"], pick[11]),
        _some(words.phrases["lucky"], pick[12])[pick[13] % 2 :],
    )


def _no_incident(words: Book, kind: str, named: dict[str, str], pick: list[int]) -> tuple[Any, ...]:
    title = _one(words.phrases["other"][kind], pick[6]).format(**named)
    return (title, f"This record is no incident. {title}.", "", "", "", "", [], [], [])


def _one(phrases: list[str], pick: int) -> str:
    return phrases[pick % len(phrases)]


def _some(lessons: dict[str, list[str]], pick: int) -> list[str]:
    """One or two different lessons, each in one of its wordings."""
    wordings = list(lessons.values())
    first, second = pick % len(wordings), pick // 64 % len(wordings)
    chosen = [first] if first == second else [first, second]
    return [_one(wordings[lesson], pick // 4096) for lesson in chosen]


# What is really so, told apart from what the records say: repeats, their classes, the families.
#
# The classes are worked out here from the company's own log by counting days, on purpose in
# another way than the statistics that they are there to test.
#
# A repeat is declared in the records or not, by chance. Whoever declares one names every earlier
# incident of the cause, so "the earlier ones" are the same whether taken from the declaration,
# from its closure or from the family.

#: Of all repeats, those that a person declared in the record.
DECLARED_SHARE = 0.6
CLASSES = ("", "R0", "R1", "R2", "R3", "RU")
NOT_A_REPEAT, NOTHING_PLANNED, OTHERWISE, STILL_OPEN, DID_NOT_HOLD, CANNOT_KNOW = range(6)


@dataclass(frozen=True)
class Truth:
    """One row for each record.

    Attributes:
        family: number of its family, ``UNKNOWN`` for a cause that cannot strike again.
        earlier: how many incidents of the family came before; 0 for the first and for second
            reports of an event, which are no repeats.
        declared: whether the record itself says that it repeats earlier ones.
        state: position in :data:`CLASSES`: the state of the fix when a repeat began. Known for
            repeats that nobody declared, too.
        members: rows of all family incidents, family by family in the order of time.
        first: where in ``members`` each family begins.
    """

    family: Integers
    earlier: Integers
    declared: Flags
    state: npt.NDArray[np.int8]
    members: Integers
    first: Integers

    def repeated_by(self, row: int) -> Integers:
        """The rows of all earlier incidents of the same family."""
        begin = int(self.first[self.family[row]]) if self.family[row] != UNKNOWN else 0
        return self.members[begin : begin + int(self.earlier[row])]


def tell(setting: Setting, families: Families, log: Log, actions: Actions) -> Truth:
    """The truth about every record."""
    family = np.where(log.cause < len(families), log.cause, UNKNOWN)
    member = (family != UNKNOWN) & (log.original == UNKNOWN)
    rows = np.flatnonzero(member)
    members = rows[np.argsort(family[rows], kind="stable")]  # rows are in the order of time
    counts = np.bincount(family[rows], minlength=len(families))
    first = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(families) else counts
    earlier = np.zeros(len(log), np.int64)
    earlier[members] = np.arange(len(members)) - first[family[members]]
    declared = setting.rng(Stream.DECLARED).random(len(log)) < DECLARED_SHARE
    state = np.where(
        earlier > 0,
        states(family, log.start // DAY, actions, action_family=family[actions.incident]),
        0,
    )
    return Truth(
        family=family,
        earlier=earlier,
        declared=declared & (earlier > 0),
        state=state.astype(np.int8),
        members=members,
        first=first,
    )


def states(
    family: Integers, day: Integers, actions: Actions, *, action_family: Integers
) -> npt.NDArray[np.int64]:
    """What had become of a family's preventive actions when its incident began on ``day``.

    Actions agreed on after that day had not been planned yet. One that was certainly open decides;
    else one of which the records cannot say whether it was over.
    """
    relevant = actions.is_preventive & (action_family != UNKNOWN)
    status, created = actions.status, actions.created_on
    ended = actions.recorded_completed_on
    over = np.isin(status, (STATUSES.index("done"), STATUSES.index("wont_do")))
    dated = relevant & over & (ended != UNKNOWN)
    vague = relevant & ~dated & ~np.isin(status, OPEN_STATES)

    def before(which: Flags, on: Integers) -> Integers:
        keys = np.sort(action_family[which] * DAYS + on[which])
        begin = np.searchsorted(keys, family * DAYS)
        return np.searchsorted(keys, family * DAYS + day) - begin

    planned = before(relevant, created)
    done = before(dated & (status == STATUSES.index("done")), ended)
    given_up = before(dated & (status == STATUSES.index("wont_do")), ended)
    cannot_know = before(vague, created)
    return np.select(
        [
            planned - done - given_up - cannot_know > 0,
            cannot_know > 0,
            planned == 0,
            planned == done,
        ],
        [STILL_OPEN, CANNOT_KNOW, NOTHING_PLANNED, DID_NOT_HOLD],
        default=OTHERWISE,
    )


# From the log to records: plain values by field name, a chunk at a time.
#
# The values are what a reader would hand over: times as ISO 8601 texts, lists as lists, an empty
# text where the record says nothing. Making them in chunks keeps a company of a million incidents
# in bounded memory; the chunk is part of what a seed means, because each has its own random
# numbers.

CHUNK = 10_000
PRECISIONS = ("exact", "day", "estimated")
INCIDENT_COLUMNS = (
    "id",
    "kind",
    "status",
    "severity",
    "severity_rank",
    "services",
    "team",
    "environment",
    "tags",
    *CLOCK_FIELDS,
    "postmortem_status",
    "time_precision",
    "detection_source",
    "trigger_category",
    "root_cause_category",
    "contributing_factors",
    "affected_users",
    "cost",
    "currency",
    "repeats",
    "duplicate_of",
    "source",
    *TEXT_COLUMNS,
)
ACTION_COLUMNS = (
    "id",
    "incident_id",
    "title",
    "kind",
    "strength",
    "priority",
    "owner",
    "status",
    "created_on",
    "first_due_on",
    "due_on",
    "completed_on",
    "url",
)
Row = tuple[Any, ...]


def incident_id(row: int) -> str:
    """The id of the record in ``row``."""
    return f"{MARK}-{row + 1:07d}"


def chunks(rows: int) -> Iterator[tuple[int, int]]:
    """Begin and stop of each chunk of ``rows`` records."""
    return ((begin, min(begin + CHUNK, rows)) for begin in range(0, rows, CHUNK))


def incident_rows(
    setting: Setting,
    log: Log,
    labels: Labels,
    recorded: Recorded,
    truth: Truth,
    *,
    begin: int,
    stop: int,
) -> Iterator[Row]:
    """The records ``begin`` to ``stop`` (without the latter), in :data:`INCIDENT_COLUMNS`."""
    words, part = book(), slice(begin, stop)
    kind = log.kind[part].tolist()
    written = recorded.at[part, PUBLISHED] != UNKNOWN
    n = len(kind)
    texts = compose(
        setting.rng(Stream.TEXTS, begin // CHUNK), labels, kind=kind, written=written, begin=begin
    )
    rank = log.rank[part].tolist()
    original = log.original[part].tolist()
    source = f"{MARK} company {NAME}, seed {setting.seed}"
    columns: list[Any] = [
        [incident_id(row) for row in range(begin, stop)],
        [KINDS[code] for code in kind],
        np.where(recorded.is_open[part], "open", "resolved").tolist(),
        [f"SEV{r}" for r in rank],
        rank,
        _services(labels, part),
        _named(words.phrases["teams"], labels.team[part]),
        [f"production ({MARK})"] * n,
        [[MARK]] * n,
        *_times(recorded, part),
        _postmortem_status(recorded, log, part),
        [PRECISIONS[code] for code in recorded.precision[part].tolist()],
        [SOURCES[code] for code in labels.source[part].tolist()],
        _named(words.triggers, labels.trigger[part]),
        _named(words.categories, labels.cause_category[part]),
        [[words.factors[f] for f in row if f != UNKNOWN] for row in labels.factors[part].tolist()],
        _numbers(labels.users[part]),
        _numbers(labels.cost[part]),
        ["" if np.isnan(cost) else "EUR" for cost in labels.cost[part].tolist()],
        _repeats(truth, begin, stop),
        ["" if row == UNKNOWN else incident_id(row) for row in original],
        [source] * n,
        *zip(*texts, strict=True),
    ]
    return zip(*columns, strict=True)


def action_rows(
    setting: Setting, labels: Labels, actions: Actions, *, begin: int, stop: int
) -> Iterator[Row]:
    """The actions of the records ``begin`` to ``stop``, in :data:`ACTION_COLUMNS`."""
    words = book()
    first = int(np.searchsorted(actions.incident, begin))
    some = actions.of_incidents(begin, stop)
    rng = setting.rng(Stream.ACTION_TEXTS, begin // CHUNK)
    incident = some.incident.tolist()
    number = range(first + 1, first + 1 + len(some))
    columns: list[Any] = [
        [f"{MARK}-A{k:07d}" for k in number],
        [incident_id(row) for row in incident],
        _action_titles(rng, labels, some),
        _named(ACTION_KINDS, some.kind),
        _named(STRENGTHS, some.strength),
        [f"P{rank}" for rank in some.rank.tolist()],
        _named(words.phrases["teams"], some.owner),
        _named(STATUSES, some.status),
        *(
            _days(day)
            for day in (
                some.created_on,
                some.first_due_on,
                some.due_on,
                some.recorded_completed_on,
            )
        ),
        [f"https://tracker.{NAME.lower()}.example/{MARK}/{k}" for k in number],
    ]
    return zip(*columns, strict=True)


def _services(labels: Labels, part: slice) -> list[list[str]]:
    known = book().phrases["services"]
    pairs = zip(labels.service[part].tolist(), labels.second_service[part].tolist(), strict=True)
    return [[known[a]] if b == UNKNOWN else [known[a], known[b]] for a, b in pairs]


def _named(labels: Any, codes: Any) -> list[str]:
    """The label of each code, nothing for an unknown one (which is −1, thus the last)."""
    with_unknown = [*labels, ""]
    return [with_unknown[code] for code in codes.tolist()]


def _times(recorded: Recorded, part: slice) -> list[list[str]]:
    at = recorded.at[part]
    written = np.datetime_as_string(at.astype("datetime64[s]"), timezone="UTC")
    by_day = (recorded.precision[part] == BY_DAY)[:, None]
    written = np.where(by_day, written.astype("U10"), written)
    columns: list[list[str]] = np.where(at == UNKNOWN, "", written).T.tolist()
    return columns


def _postmortem_status(recorded: Recorded, log: Log, part: slice) -> list[str]:
    published = recorded.at[part, PUBLISHED] != UNKNOWN
    in_draft = ~np.isnan(log.offsets[part, PUBLISHED]) & ~recorded.is_open[part]
    status: list[str] = np.select(
        [published, in_draft], ["published", "draft"], default="none"
    ).tolist()
    return status


def _numbers(values: Any) -> list[Any]:
    return ["" if np.isnan(value) else int(value) for value in values.tolist()]


def _repeats(truth: Truth, begin: int, stop: int) -> list[list[str]]:
    declared = truth.declared[begin:stop].tolist()
    return [
        [incident_id(earlier) for earlier in truth.repeated_by(row).tolist()] if said else []
        for row, said in zip(range(begin, stop), declared, strict=True)
    ]


def _days(day: Integers) -> list[str]:
    written = np.datetime_as_string(day.astype("datetime64[D]"))
    days: list[str] = np.where(day == UNKNOWN, "", written).tolist()
    return days


def _action_titles(rng: np.random.Generator, labels: Labels, actions: Actions) -> list[str]:
    words = book()
    picks = rng.integers(0, 1 << 30, (len(actions), 2)).tolist()
    titles = []
    for incident, kind, (style, pick) in zip(
        actions.incident.tolist(), actions.kind.tolist(), picks, strict=True
    ):
        mechanism = words.mechanisms[labels.mechanism[incident]]
        phrases = mechanism["fixes"] if kind == 0 else words.phrases["actions"][ACTION_KINDS[kind]]
        named = names(
            words,
            service=int(labels.service[incident]),
            object_code=int(labels.object_code[incident]),
            style=style,
        )
        titles.append(phrases[pick % len(phrases)].format(**named))
    return titles

"""From the log to records: plain values by field name, a chunk at a time.

The values are what a reader would hand over: times as ISO 8601 texts, lists as lists, an empty text
where the record says nothing. Making them in chunks keeps a company of a million incidents in
bounded memory; the chunk is part of what a seed means, because each has its own random numbers.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from data.company.actions import KINDS as ACTION_KINDS
from data.company.actions import STATUSES, Actions
from data.company.clocks import BY_DAY, PUBLISHED, Recorded
from data.company.labels import SOURCES, Labels, book
from data.company.log import KINDS, Log
from data.company.prevention import STRENGTHS
from data.company.setting import MARK, NAME, UNKNOWN, Integers, Setting, Stream
from data.company.texts import TEXT_COLUMNS, compose, names
from data.company.truth import Truth
from data.record import CLOCK_FIELDS

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

"""Records out of answers, and answers put together as one document for the readers."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from data.readers.source import Source, from_bytes
from data.sync.entry import Entry, Surroundings
from data.sync.fetched import Failed, State
from data.sync.http import Answer, shown

#: Asked for once more, as clocks differ and a list may be read while it changes.
OVERLAP = dt.timedelta(minutes=5)
SINCE = "since"
#: How far back a source is read at first where the user does not say.
FIRST_TIME = dt.timedelta(days=3 * 365)


def value_at(document: Any, path: str) -> Any:
    """What stands in ``document`` under ``a.b.c``; None where there is nothing."""
    for key in path.split("."):
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def items_of(answer: Answer, path: str = "") -> list[Any]:
    """The list that an answer is, or that stands in it under ``path``.

    Raises:
        Failed: there is no list.
    """
    found = value_at(answer.document, path) if path else answer.document
    if not isinstance(found, list):
        where = f"no list under {path}" if path else "no list"
        raise Failed(f"{shown(answer.address)} answered with {where}")
    return found


def as_source(entry: Entry, document: Any, around: Surroundings) -> Source:
    """What was changed, as a reader takes it, under the name of its source."""
    content = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    options = around.options(entry)
    return from_bytes(f"{entry.name}.json", content, changes=True, options=options)


def asked_before(state: State) -> dt.datetime | None:
    """From when on a source is asked for changes; None for the first time."""
    try:
        return dt.datetime.fromisoformat(state[SINCE])
    except (KeyError, TypeError, ValueError):
        return None


def asked_at(told: str, around: Surroundings) -> str:
    """From when on to ask the next time: shortly before the first answer, by the server's clock.

    Args:
        told: when it was given; empty where the server does not say.
    """
    moment = dt.datetime.fromisoformat(told) if told else around.now()
    return (moment - OVERLAP).astimezone(dt.UTC).isoformat(timespec="seconds")


def zulu(moment: dt.datetime) -> str:
    """A moment as interfaces write it: ``2026-05-01T10:00:00Z``."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def first_moment(since: dt.date | None, around: Surroundings) -> dt.datetime:
    """From when on a source is read that was never read before."""
    day = since or (around.now() - FIRST_TIME).date()
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)

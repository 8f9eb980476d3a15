"""What every source of ``sources.yaml`` says of itself, whatever its kind."""

import datetime as dt
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from data.mapping import read_mapping
from data.notations import DayOrder
from data.readers.source import Options, Source, from_bytes
from data.settings import SettingsUnreadable
from data.sync.http import Answer, Failed, State, shown
from data.times import zone_of

#: ``${NAME}`` stands for an environment variable.
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
LONGEST_NAME = 100


def _is_a_zone(text: str) -> str:
    if zone_of(text) is None:
        raise ValueError("is no zone that is known; write it like Europe/Berlin")
    return text


def _names_a_variable(text: str) -> str:
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", text):
        raise ValueError(
            "names an environment variable in capitals, such as GITHUB_TOKEN; "
            "the token itself does not belong into this file"
        )
    return text


def _is_an_address(text: str) -> str:
    if not re.match(r"https?://[^/\s@]+", text):
        raise ValueError("is no address; write it like https://example.com")
    return text.rstrip("/")


#: The name of an environment variable that holds a secret.
Variable = Annotated[str, AfterValidator(_names_a_variable)]
Address = Annotated[str, AfterValidator(_is_an_address)]


class Entry(BaseModel):
    """One source.

    Attributes:
        name: what its records are known by together with their ids.
        zone: of times that name none.
        mapping: a file that says which column is which field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=r"^\w[\w .-]*$")
    kind: str
    zone: Annotated[str, AfterValidator(_is_a_zone)] | None = None
    day_order: Literal["day", "month"] | None = None
    mapping: str | None = None


class Remote(Entry):
    """A source that is asked over the network with a token.

    Attributes:
        since: the day from which records are asked for at first.
    """

    token: Variable
    since: date | None = None


@dataclass(frozen=True)
class Surroundings:
    """Where a sync runs.

    Attributes:
        folder: of the file that names the sources; paths in it are relative to that.
        environment: the variables that secrets stand in.
        now: the present moment.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def secret(self, name: str) -> str:
        """The value of an environment variable.

        Raises:
            Failed: it is not set.
        """
        value = self.environment.get(name, "").strip()
        if not value:
            raise Failed(f"the environment variable {name} is not set")
        return value

    def filled(self, text: str) -> str:
        """``text`` with each ``${NAME}`` in it replaced.

        Raises:
            Failed: a variable is not set.
        """
        return VARIABLE.sub(lambda match: self.secret(match[1]), text)

    def options(self, entry: Entry) -> Options:
        """What ``entry`` says of what it gives.

        Raises:
            Failed: its mapping cannot be used.
        """
        try:
            mapping = read_mapping(self.folder / entry.mapping) if entry.mapping else None
        except SettingsUnreadable as error:
            raise Failed(str(error)) from error
        return Options(
            source=entry.name,
            zone=zone_of(entry.zone) if entry.zone else None,
            day_order=DayOrder(entry.day_order) if entry.day_order else None,
            mapping=mapping,
        )


# Records out of answers, and answers put together as one document for the readers.

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

"""Any address that answers with JSON, page by page if it must be."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from data.readers.source import from_bytes
from data.sync.entry import (
    SINCE,
    VARIABLE,
    Address,
    Entry,
    Surroundings,
    asked_at,
    asked_before,
    items_of,
    value_at,
    zulu,
)
from data.sync.http import MOST_PAGES, Answer, Client, Failed, Fetched, State, shown

CONDITIONS = "conditions"
Parameter = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Pages(BaseModel):
    """How the next page is asked for, where no ``Link`` header names it.

    Attributes:
        next: where the whole address of the next page stands in an answer.
        cursor: where what is sent as ``parameter`` stands in an answer.
        parameter: of the query: of the cursor, the number of the page, or how many to pass over.
        count: what ``parameter`` counts.
        first: its first value.
        size: records on a page, by which the last one is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    next: Parameter | None = None
    cursor: Parameter | None = None
    parameter: Parameter | None = None
    count: Literal["pages", "records"] | None = None
    first: int = 1
    size: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.next, self.cursor, self.count]
        if sum(way is not None for way in ways) != 1:
            raise ValueError("needs one of next, cursor and count")
        if self.next is None and self.parameter is None:
            raise ValueError("needs the parameter of the query that asks for a page")
        return self

    @property
    def start(self) -> int:
        """What the first page is asked for by, where pages or records are counted."""
        return self.first if self.count == "pages" else 0

    def after(self, document: Any, *, size: int, seen: int, count: int) -> Any:
        """What the next page is asked for by; None after the last.

        Args:
            document: the page just read.
            size: records on it.
            seen: records so far.
            count: pages so far.
        """
        if path := self.next or self.cursor:
            return value_at(document, path) or None
        if not size or (self.size and size < self.size):
            return None
        return self.first + count if self.count == "pages" else seen


class JsonAddress(Entry):
    """An address.

    Attributes:
        headers: ``${NAME}`` in a value stands for an environment variable.
        parameters: of the query.
        items: where the list of records stands in an answer, such as ``data.incidents``; left out,
            an answer of one page is read as it is.
        updated_since: the parameter by which only what was changed is asked for.
    """

    kind: Literal["json"]
    address: Address
    headers: dict[str, str] = Field(default_factory=dict)
    parameters: dict[str, str | int | bool] = Field(default_factory=dict)
    items: str | None = None
    pages: Pages | None = None
    updated_since: Parameter | None = None

    @model_validator(mode="after")
    def _lists(self) -> Self:
        if self.pages and not self.items:
            raise ValueError("pages need items: where the list stands in an answer")
        return self


def fetch(entry: JsonAddress, state: State, around: Surroundings) -> Fetched:
    """What the address answers, nothing where it says that nothing changed."""
    headers = {name: around.filled(value) for name, value in entry.headers.items()}
    named = [name for value in entry.headers.values() for name in VARIABLE.findall(value)]
    secrets = tuple(around.secret(name) for name in named)
    asked, conditions = _asked(entry, state), {}
    if not entry.updated_since:
        conditions = state.get(CONDITIONS, {})
    with Client(entry.address, headers=headers, secrets=secrets) as client:
        if entry.items is None:
            answers = [client.get(entry.address, params=asked, conditions=conditions)]
            content = answers[0].body
        else:
            answers, content = _together(entry, _pages(entry, client, asked, conditions))
    if not answers[0].changed:
        return Fetched((), state)
    kept: dict[str, Any] = {SINCE: asked_at(answers[0].at, around)}
    if len(answers) == 1:  # of several pages the first alone may be as it was
        kept[CONDITIONS] = answers[0].validators
    # Without a word on pages, an answer may hold no more than the latest records.
    changes = entry.pages is None or entry.updated_since is not None
    options = around.options(entry)
    source = from_bytes(f"{entry.name}.json", content, changes=changes, options=options)
    return Fetched((source,), kept)


def _asked(entry: JsonAddress, state: State) -> dict[str, Any]:
    since = asked_before(state)
    changed = {entry.updated_since: zulu(since)} if since and entry.updated_since else {}
    return {**entry.parameters, **changed}


def _together(entry: JsonAddress, pages: Iterator[Answer]) -> tuple[list[Answer], bytes]:
    """All pages, and their records as one list."""
    answers = []
    items: list[Any] = []
    for answer in pages:
        answers.append(replace(answer, body=b""))
        if answer.changed:
            items += items_of(answer, entry.items or "")
    return answers, json.dumps(items, ensure_ascii=False).encode("utf-8", "replace")


def _pages(
    entry: JsonAddress, client: Client, asked: Mapping[str, Any], conditions: Mapping[str, str]
) -> Iterator[Answer]:
    pages = entry.pages
    if pages is None:
        yield from client.pages(entry.address, params=asked, conditions=conditions)
        return
    first = {pages.parameter: pages.start} if pages.count and pages.parameter else {}
    answer = client.get(entry.address, params={**asked, **first}, conditions=conditions)
    seen = count = 0
    steps: set[str] = set()
    while True:
        yield answer
        if not answer.changed:
            return
        size = len(items_of(answer, entry.items or ""))
        seen, count = seen + size, count + 1
        step = pages.after(answer.document, size=size, seen=seen, count=count)
        if step is None:
            return
        if str(step) in steps or count >= MOST_PAGES:
            raise Failed(f"{shown(entry.address)} names pages without an end")
        steps.add(str(step))
        if pages.next:
            answer = client.get_next(answer, str(step))
        else:
            answer = client.get(entry.address, params={**asked, str(pages.parameter): step})

"""Incidents and follow-ups of incident.io."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Literal

from data.sync.entry import (
    SINCE,
    Address,
    Remote,
    Surroundings,
    as_source,
    asked_at,
    asked_before,
    items_of,
    value_at,
    zulu,
)
from data.sync.http import MOST_PAGES, Answer, Client, Failed, Fetched, State, shown

PER_PAGE = 250
CURSOR = "pagination_meta.after"


class IncidentIo(Remote):
    """An organization on incident.io.

    Attributes:
        address: of the interface.
    """

    kind: Literal["incident.io"]
    address: Address = "https://api.incident.io"


def fetch(entry: IncidentIo, state: State, around: Surroundings) -> Fetched:
    """The incidents that were changed since the last time, and all follow-ups."""
    token = around.secret(entry.token)
    since = asked_before(state)
    if since is None and entry.since:
        since = dt.datetime.combine(entry.since, dt.time(), tzinfo=dt.UTC)
    changed = {"updated_at[gte]": zulu(since)} if since else {}
    headers = {"Authorization": f"Bearer {token}"}
    with Client(entry.address, headers=headers, secrets=(token,)) as client:
        address = f"{entry.address}/v2"
        incidents, began = _listed(client, f"{address}/incidents", "incidents", changed)
        follow_ups, _ = _listed(client, f"{address}/follow_ups", "follow_ups", {})
    document = {"incidents": incidents, "follow_ups": follow_ups}
    sources = (as_source(entry, document, around),) if incidents or follow_ups else ()
    return Fetched(sources, {SINCE: asked_at(began, around)})


def _listed(client: Client, address: str, key: str, asked: dict[str, Any]) -> tuple[list[Any], str]:
    """All records of a kind, and when the first answer was given."""
    items: list[Any] = []
    began = ""
    for answer in _pages(client, address, {"page_size": PER_PAGE, **asked}):
        began = began or answer.at
        items += items_of(answer, key)
    return items, began


def _pages(client: Client, address: str, asked: dict[str, Any]) -> Iterator[Answer]:
    after: Any = None
    for _ in range(MOST_PAGES):
        answer = client.get(address, params={**asked, "after": after} if after else asked)
        yield answer
        before, after = after, value_at(answer.document, CURSOR)
        if not after or after == before:
            return
    raise Failed(f"{shown(address)} names pages without an end")

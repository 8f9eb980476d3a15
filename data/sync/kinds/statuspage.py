"""Incidents of a page on Statuspage: all of them with a token, the latest ones without."""

import datetime as dt
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from data.sync.entry import (
    SINCE,
    Address,
    Entry,
    Surroundings,
    Variable,
    as_source,
    asked_at,
    asked_before,
    items_of,
)
from data.sync.http import MOST_PAGES, Client, Fetched, State

PER_PAGE = 100
INTERFACE = "https://api.statuspage.io"
CONDITIONS = "conditions"


class Statuspage(Entry):
    """A status page.

    Attributes:
        page: its id, for the interface that asks for a token.
        address: of the page itself, for its public list; or of the interface.
    """

    kind: Literal["statuspage"]
    page: str | None = Field(default=None, pattern=r"^\w+$")
    token: Variable | None = None
    address: Address | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.page) != bool(self.token):
            raise ValueError("page and token belong together")
        if not self.page and not self.address:
            raise ValueError("needs a page and a token, or the address of a public page")
        return self


def fetch(entry: Statuspage, state: State, around: Surroundings) -> Fetched:
    """The incidents that were changed since the last time."""
    if entry.page and entry.token:
        return _of_interface(entry, state, around, around.secret(entry.token))
    address = str(entry.address)
    with Client(address, headers={}) as client:
        answer = client.get(f"{address}/api/v2/incidents.json", conditions=state.get(CONDITIONS))
    if not answer.changed:
        return Fetched((), state)
    kept = {CONDITIONS: answer.validators}
    incidents = items_of(answer, "incidents")
    # The public list ends after some fifty incidents; older ones are not gone.
    sources = (as_source(entry, {"incidents": incidents}, around),) if incidents else ()
    return Fetched(sources, kept)


def _of_interface(entry: Statuspage, state: State, around: Surroundings, token: str) -> Fetched:
    """It tells what was changed and cannot be asked for it, so all pages are looked through."""
    address = entry.address or INTERFACE
    since = asked_before(state)
    incidents: list[Any] = []
    began = ""
    headers = {"Authorization": f"OAuth {token}"}
    with Client(address, headers=headers, secrets=(token,)) as client:
        for number in range(1, MOST_PAGES + 1):
            answer = client.get(
                f"{address}/v1/pages/{entry.page}/incidents",
                params={"limit": PER_PAGE, "page": number},
            )
            began = began or answer.at
            items = items_of(answer)
            incidents += [item for item in items if _is_changed(item, since)]
            if len(items) < PER_PAGE:
                break
    sources = (as_source(entry, incidents, around),) if incidents else ()
    return Fetched(sources, {SINCE: asked_at(began, around)})


def _is_changed(incident: Any, since: dt.datetime | None) -> bool:
    if since is None or not isinstance(incident, dict):
        return True
    changed = asked_before({SINCE: incident.get("updated_at")})
    return changed is None or changed >= since

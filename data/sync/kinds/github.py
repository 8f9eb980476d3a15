"""Issues of a GitHub repository, or of one on a server of one's own."""

import datetime as dt
from typing import Any, Literal

from pydantic import Field

from data.sync.entry import (
    SINCE,
    Address,
    Remote,
    Surroundings,
    as_source,
    asked_at,
    asked_before,
    items_of,
    zulu,
)
from data.sync.http import Client, Fetched, State

PER_PAGE = 100


class GitHub(Remote):
    """A repository whose issues tell of incidents.

    Attributes:
        repository: ``owner/name``.
        labels: only issues that have all of these.
        address: of the interface.
    """

    kind: Literal["github"]
    repository: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")
    labels: tuple[str, ...] = ()
    address: Address = "https://api.github.com"


def fetch(entry: GitHub, state: State, around: Surroundings) -> Fetched:
    """The issues that were changed since the last time; pull requests are none."""
    token = around.secret(entry.token)
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {token}",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    address = f"{entry.address}/repos/{entry.repository}/issues"
    issues: list[Any] = []
    began = ""
    with Client(entry.address, headers=headers, secrets=(token,)) as client:
        for answer in client.pages(address, params=_asked(entry, state)):
            began = began or answer.at
            issues += [issue for issue in items_of(answer) if "pull_request" not in issue]
    sources = (as_source(entry, issues, around),) if issues else ()
    return Fetched(sources, {SINCE: asked_at(began, around)})


def _asked(entry: GitHub, state: State) -> dict[str, Any]:
    asked = {"state": "all", "sort": "updated", "direction": "asc", "per_page": PER_PAGE}
    since = asked_before(state)
    if since is None and entry.since:
        since = dt.datetime.combine(entry.since, dt.time(), tzinfo=dt.UTC)
    if since:
        asked["since"] = zulu(since)
    if entry.labels:
        asked["labels"] = ",".join(entry.labels)
    return asked

"""Issues of Jira and Jira Service Management, in the cloud or on a server of one's own."""

import math
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from data.sync.entry import (
    SINCE,
    Address,
    Remote,
    Surroundings,
    Variable,
    as_source,
    asked_at,
    asked_before,
    items_of,
)
from data.sync.http import MOST_PAGES, Answer, Client, Failed, Fetched, State, shown

PER_PAGE = 100
ORDER = re.compile(r"\border\s+by\b", re.IGNORECASE)


def _is_unordered(query: str) -> str:
    if ORDER.search(query):
        raise ValueError("is asked for in our own order; leave ORDER BY out")
    return query


class Jira(Remote):
    """A site of Jira.

    Attributes:
        address: of the site.
        query: in JQL, which issues are incidents and actions.
        user: the variable that holds the address of mail which a token of the cloud belongs to;
            a token of a server needs none.
        server: whether it is a server of one's own, and not in the cloud.
    """

    kind: Literal["jira"]
    address: Address
    query: Annotated[str, AfterValidator(_is_unordered)]
    user: Variable | None = None
    server: bool = False


def fetch(entry: Jira, state: State, around: Surroundings) -> Fetched:
    """The issues that were changed since the last time."""
    token = around.secret(entry.token)
    asked = {
        "jql": _query(entry, state, around),
        "maxResults": PER_PAGE,
        "fields": "*all",
        "expand": "names",
    }
    issues: list[Any] = []
    names: dict[str, Any] = {}
    began = ""
    headers = _headers(entry, token, around)
    with Client(entry.address, headers=headers, secrets=(token,)) as client:
        for answer in _pages(client, entry, asked):
            began = began or answer.at
            issues += items_of(answer, "issues")
            names |= answer.document.get("names") or {}
    document = {"issues": issues, "names": names}
    sources = (as_source(entry, document, around),) if issues else ()
    return Fetched(sources, {SINCE: asked_at(began, around)})


def _query(entry: Jira, state: State, around: Surroundings) -> str:
    """The query with what was changed since; in minutes from now, which no zone can shift."""
    since = asked_before(state)
    if since is not None:
        minutes = max(math.ceil((around.now() - since).total_seconds() / 60), 1)
        return f'({entry.query}) AND updated >= "-{minutes}m" ORDER BY updated ASC'
    if entry.since is not None:
        return f'({entry.query}) AND updated >= "{entry.since:%Y-%m-%d}" ORDER BY updated ASC'
    return f"{entry.query} ORDER BY updated ASC"


def _headers(entry: Jira, token: str, around: Surroundings) -> dict[str, str]:
    if entry.user is None:
        return {"Authorization": f"Bearer {token}"}
    pair = f"{around.secret(entry.user)}:{token}".encode()
    return {"Authorization": f"Basic {b64encode(pair).decode()}"}


def _pages(client: Client, entry: Jira, asked: dict[str, Any]) -> Iterator[Answer]:
    path = "/rest/api/2/search" if entry.server else "/rest/api/3/search/jql"
    address = f"{entry.address}{path}"
    step: dict[str, Any] = {}
    for _ in range(MOST_PAGES):
        answer = client.get(address, params={**asked, **step})
        yield answer
        following = _next(answer.document, step)
        if following is None:
            return
        step = following
    raise Failed(f"{shown(address)} names pages without an end")


def _next(page: Any, before: dict[str, Any]) -> dict[str, Any] | None:
    """What to ask for the page after this one; None after the last."""
    if token := page.get("nextPageToken"):
        return None if token == before.get("nextPageToken") else {"nextPageToken": token}
    start, issues = page.get("startAt"), page.get("issues")
    if not isinstance(start, int) or not isinstance(issues, list) or not issues:
        return None
    seen = start + len(issues)
    return {"startAt": seen} if seen < int(page.get("total") or 0) else None

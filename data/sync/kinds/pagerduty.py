"""Incidents of PagerDuty with what their log says of acknowledgement and resolution.

Its interface tells when an incident was created and not when it was changed, so those are asked for
again that were open the last time, and those of the last two weeks.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Literal

from data.sync.entry import (
    SINCE,
    Address,
    Remote,
    Surroundings,
    as_source,
    asked_before,
    first_moment,
    items_of,
    zulu,
)
from data.sync.http import Client, Fetched, State

PER_PAGE = 100
#: The interface lists no more of one stretch of time than this.
MOST_LISTED = 10_000
#: Asked for at once; the interface allows half a year.
STRETCH = dt.timedelta(days=30)
SHORTEST = dt.timedelta(minutes=5)
#: Titles and priorities are mended in the days after an incident.
MENDED = dt.timedelta(days=14)
OPEN_SINCE = "open_since"


class PagerDuty(Remote):
    """An account on PagerDuty.

    Attributes:
        address: of the interface; that of the European region differs.
        teams, services: ids; only incidents of these.
    """

    kind: Literal["pagerduty"]
    address: Address = "https://api.pagerduty.com"
    teams: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


def fetch(entry: PagerDuty, state: State, around: Surroundings) -> Fetched:
    """The incidents of the last days, of longer ago where they were open, at first of all time."""
    token = around.secret(entry.token)
    headers = {
        "Accept": "application/vnd.pagerduty+json;version=2",
        "Authorization": f"Token token={token}",
    }
    incidents: dict[str, Any] = {}
    now = around.now()
    with Client(entry.address, headers=headers, secrets=(token,)) as client:
        for incident in _listed(client, entry, "incidents", _start(entry, state, around), now):
            incidents[str(incident.get("id"))] = incident | {"log_entries": []}
        begun = [moment for one in incidents.values() if (moment := _created(one))]
        # An acknowledgement is gone from an incident that is resolved; the log keeps it.
        for line in _listed(client, entry, "log_entries", min(begun, default=now), now):
            incident = incidents.get(str((line.get("incident") or {}).get("id")))
            if incident is not None:
                incident["log_entries"].append(line)
    document = {"incidents": [*incidents.values()]}
    sources = (as_source(entry, document, around),) if incidents else ()
    return Fetched(sources, _state(incidents, now))


def _start(entry: PagerDuty, state: State, around: Surroundings) -> dt.datetime:
    since = asked_before(state)
    if since is None:
        return first_moment(entry.since, around)
    still_open = asked_before({SINCE: state.get(OPEN_SINCE)})
    return min(since - MENDED, still_open or since)


def _state(incidents: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    still_open = [
        str(incident["created_at"])
        for incident in incidents.values()
        if incident.get("status") != "resolved" and incident.get("created_at")
    ]
    state = {SINCE: zulu(now)}
    return state | {OPEN_SINCE: min(still_open)} if still_open else state


def _created(incident: Any) -> dt.datetime | None:
    return asked_before({SINCE: incident.get("created_at")})


def _listed(
    client: Client, entry: PagerDuty, what: str, start: dt.datetime, until: dt.datetime
) -> Iterator[Any]:
    """What lies between two moments, the earliest first."""
    while start < until:
        end = min(start + STRETCH, until)
        yield from _in_stretch(client, entry, what, start, end)
        start = end


def _in_stretch(
    client: Client, entry: PagerDuty, what: str, start: dt.datetime, end: dt.datetime
) -> Iterator[Any]:
    """What lies in a stretch of time; one that holds too much is taken in halves."""
    for offset in range(0, MOST_LISTED, PER_PAGE):
        asked = _asked(entry, what, start, end) | {"offset": offset}
        answer = client.get(f"{entry.address}/{what}", params=asked)
        items = items_of(answer, what)
        yield from (item for item in items if isinstance(item, dict))
        if not items or not answer.document.get("more"):
            return
    if end - start > SHORTEST:
        middle = start + (end - start) / 2
        yield from _in_stretch(client, entry, what, start, middle)
        yield from _in_stretch(client, entry, what, middle, end)


def _asked(entry: PagerDuty, what: str, start: dt.datetime, end: dt.datetime) -> dict[str, Any]:
    asked: dict[str, Any] = {"since": zulu(start), "until": zulu(end), "limit": PER_PAGE}
    if what == "log_entries":
        asked["is_overview"] = "true"
    elif entry.services:
        asked["service_ids[]"] = list(entry.services)
    if entry.teams:
        asked["team_ids[]"] = list(entry.teams)
    return asked

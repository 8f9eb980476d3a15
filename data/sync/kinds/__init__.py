"""The kinds of sources, one small module each: what a user says of it, and how it is read.

To add one, write a module with a model of its settings and a function that fetches, and name both
in :data:`KINDS`, which is one line.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from data.sync.entry import Entry, Surroundings
from data.sync.http import Fetched, State
from data.sync.kinds import (
    database,
    files,
    github,
    incident_io,
    jira,
    json_address,
    pagerduty,
    statuspage,
)


@dataclass(frozen=True)
class Kind:
    """A kind of source.

    Attributes:
        entry: what the user says of it.
        fetch: reads it, given what was remembered of the time before.
    """

    entry: type[Entry]
    fetch: Callable[[Any, State, Surroundings], Fetched]


KINDS: Mapping[str, Kind] = {
    "files": Kind(files.Files, files.fetch),
    "database": Kind(database.Database, database.fetch),
    "github": Kind(github.GitHub, github.fetch),
    "incident.io": Kind(incident_io.IncidentIo, incident_io.fetch),
    "jira": Kind(jira.Jira, jira.fetch),
    "pagerduty": Kind(pagerduty.PagerDuty, pagerduty.fetch),
    "statuspage": Kind(statuspage.Statuspage, statuspage.fetch),
    "json": Kind(json_address.JsonAddress, json_address.fetch),
}

"""Issue trackers: which issues are incidents, which are actions of one, and which are neither?

Trackers hold everything. Their users tell an incident by a type or a label and link its tasks to
it, one way or the other. What belongs to no incident of the export is left out by name.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from data.readers.exports.paths import Record
from data.readers.exports.shape import Arranged, LeftAside

INCIDENT_NAMES = re.compile(
    r"incident|outage|post-?\s?mortem|retrospective|downtime|degradation|störung|vorfall|incidente"
    r"|障害|インシデント|\bsev(?:erity)?[-_ :/]*[0-5]\b",
    re.IGNORECASE,
)
ACTION_NAMES = re.compile(
    r"action|follow-?\s?up|remediation|corrective|preventi(?:ve|on)|to-?do|\btasks?\b|improvement"
    r"|maßnahme|acción|ação",
    re.IGNORECASE,
)
LONGEST_NAME = 200
#: A number in a text that names another issue: "Part of #41".
MENTION = re.compile(r"(?<![\w/&])#(\d{1,10})\b")
MOST_TEXT = 200_000


class Role(Enum):
    """What an issue is to us."""

    INCIDENT = "incident"
    ACTION = "action"
    OPEN = "not said"


def role_of(names: Iterable[str]) -> Role:
    """What the names of a type or of labels say; an action of an incident names both."""
    roles = set()
    for name in names:
        if ACTION_NAMES.search(name[:LONGEST_NAME]):
            return Role.ACTION
        if INCIDENT_NAMES.search(name[:LONGEST_NAME]):
            roles.add(Role.INCIDENT)
    return Role.INCIDENT if roles else Role.OPEN


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a tracker tells its issues apart: by numbers that each project has of its own.

    Attributes:
        address: of the page of an issue: its project and its number.
        urls: where an issue names its address.
        number: where it names its number.
        body: where it may name other issues.
    """

    address: re.Pattern[str]
    urls: tuple[str, ...]
    number: tuple[str, ...]
    body: tuple[str, ...]

    def identity(self, record: Record) -> str:
        """``project#41``; the number alone where no project is named."""
        for _, value in record.filled(*self.urls):
            if match := self.address.match(str(value)):
                return f"{match[1]}#{match[2]}"
        return str(next((value for _, value in record.filled(*self.number)), ""))

    def mentions(self, record: Record) -> list[str]:
        """The issues that the text of one names."""
        text = str(next((value for _, value in record.filled(*self.body)), ""))[:MOST_TEXT]
        project, between, _ = self.identity(record).rpartition("#")
        numbers = [f"{project}{between}{number}" for number in MENTION.findall(text)]
        return [f"{name}#{number}" for name, number in self.address.findall(text)] + numbers


def arranged(
    records: Sequence[Record],
    *,
    key: Callable[[Record], str],
    role: Callable[[Record], Role],
    links: Callable[[Record], Iterable[str]],
) -> Iterator[Arranged]:
    """Incidents with their linked issues; the others with the reason why they are left out.

    Where no issue is said to be an incident, those that are no actions were meant.

    Args:
        records: all issues of an export.
        key: by which others link to an issue.
        role: what an issue is.
        links: the keys of issues that an issue is linked with.
    """
    roles = {id(record): role(record) for record in records}
    if Role.INCIDENT not in roles.values():
        roles = {name: Role.INCIDENT if said is Role.OPEN else said for name, said in roles.items()}
    incidents = {key(record): record for record in records if roles[id(record)] is Role.INCIDENT}
    owner: dict[str, Record] = {}
    for incident in incidents.values():
        for linked in links(incident):
            owner.setdefault(linked, incident)
    for record in records:
        if roles[id(record)] is Role.INCIDENT:
            continue
        mine = next((incidents[name] for name in links(record) if name in incidents), None)
        if whose := mine or owner.get(key(record)):
            whose.linked = (*whose.linked, record)
        else:
            yield LeftAside(record, "is linked with no incident here and is none by its type")
    yield from (record for record in records if roles[id(record)] is Role.INCIDENT)

"""Does a change touch what broke before, while the fix promised then is still open?

For a check of a change before it is merged. A change says little and most changes touch nothing,
so evidence is strict, and it is told: the change names a part that the record of the cause names
and hardly any other does, or it is in a service of the cause and shares several rare words with it.
Nothing is stored.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from analytics.actions.states import is_open
from analytics.frames import PREVENT
from analytics.known_causes.grouping import known_causes
from analytics.known_causes.membership import Families, families_of
from analytics.matcher.matching import Index
from analytics.matcher.words import fold, tokens
from analytics.repeats.ledger import find_repeats
from analytics.selection import Rows
from analytics.stored.index import open_index
from analytics.stored.search import stored_families, stored_history
from analytics.stored.seen import STATES
from data.record import Incident
from data.store import Store

#: Bytes of a change, and characters of a line of it, that are read: more is what a machine wrote.
LONGEST_CHANGE, LONGEST_LINE = 2_000_000, 2_000
#: Share of all records, and their number, that may speak of the parts of a name beside those of the
#: cause: what more of them speak of ("connection pool") is a kind of thing and no thing.
ELSEWHERE, ELSEWHERE_AT_MOST = 0.005, 2
#: Rare words to share in a service of the cause, and the share of all records that may have each.
FEWEST_SHARED, RARE = 3, 1 / 12
#: Incidents of a cause whose texts are read, the latest ones.
MOST_READ = 20
#: Words of the languages themselves, which no change chooses.
KEYWORDS = frozenset(
    tokens(
        "import from return def class const let var function func public private protected static "
        "void int float double str string bool boolean true false null none nil undefined self "
        "this super new delete try catch except finally raise throw throws if elif else endif for "
        "foreach while do done switch case break continue pass yield await async lambda with as "
        "assert in not and or is end begin then fi esac module package require include export "
        "default interface struct enum type impl trait extends implements override final abstract "
        "select insert update where join table alter create drop index on values into set get put "
        "print println echo log logger info debug error warn test tests spec src lib main init "
        "app utils util common index file files path name value key id data list map dict array "
        "object args kwargs param params result results request response config"
    )
)

_HEADER = re.compile(r"^(?:diff --git |--- |\+\+\+ |rename (?:from|to) |copy (?:from|to) )")
_SKIPPED = re.compile(
    r"^(?:index [0-9a-f]+\.\.|(?:new|deleted|old) (?:file )?mode |(?:dis)?similarity index "
    r"|Binary files |GIT binary patch|\\ No newline|From [0-9a-f]{40}|commit [0-9a-f]{7,}"
    r"|(?:From|Author|Commit|Date|AuthorDate|CommitDate|Merge|Signed-off-by|Co-authored-by"
    r"|Reviewed-by|Message-Id): )",
    re.IGNORECASE,
)
_HUNK = re.compile(r"^@@+ -\d\S*(?: -\d\S*)* \+\d\S* @@+(.*)$")
_PATH = re.compile(r"^(?:[AMDTRCU?! ]{1,2}\d{0,3}\s+)?((?:[\w@.+-]+/)*[\w@.+-]+)$")
_NAME = re.compile(r"[^\W\d_]\w*(?:-[^\W_]\w*)*")
_SPELT = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Change:
    """What a change says.

    Attributes:
        paths: of the files that it changes, each once.
        lines: the message, and what was added, taken out, or stands over a changed place.
    """

    paths: tuple[str, ...]
    lines: tuple[str, ...]


def read_change(text: str) -> Change:
    """A diff or patch, with or without its message; a list of changed paths; or a text.

    Of a diff the unchanged lines around a change count for nothing. People are left out.
    """
    paths, lines = dict[str, None](), list[str]()
    rows = [row[:LONGEST_LINE] for row in text.splitlines()]
    is_diff = any(_HUNK.match(row) or row.startswith("diff --git ") for row in rows)
    in_hunk = False
    for row in rows:
        if hunk := _HUNK.match(row):
            in_hunk = True
            lines.append(hunk[1])
        elif in_hunk and row[:1] in ("+", "-", " ") and not _is_heading(row):
            if row[:1] != " ":
                lines.append(row[1:])
        elif is_diff and _HEADER.match(row):
            in_hunk = False
            paths.update(dict.fromkeys(_paths_of_header(row)))
        elif _SKIPPED.match(row):
            in_hunk = False
        elif (path := _PATH.match(row)) and ("/" in path[1] or "." in path[1]):
            paths[path[1]] = None
        else:
            in_hunk = False
            lines.append(row)
    return Change(tuple(paths), tuple(line for line in lines if line.strip()))


def _is_heading(row: str) -> bool:
    """Whether a line after a hunk opens the next file of a diff without ``diff --git``."""
    return bool(re.match(r"^(?:--- |\+\+\+ )(?:[ab]/|/dev/null)", row))


def _paths_of_header(row: str) -> Iterator[str]:
    """The names in one line over a file; that of nothing left out."""
    if row.startswith("diff --git "):
        named = re.findall(r"(?:^|\s)\"?[ab]/(.+?)\"?(?=\s+\"?b/|$)", row[len("diff --git") :])
    else:
        named = [row.split(" ", 2 if row.startswith(("rename", "copy")) else 1)[-1].split("\t")[0]]
    for name in named:
        plain = name.strip().strip('"')
        if plain and plain != "/dev/null":
            yield re.sub(r"^[ab]/", "", plain)


@dataclass(frozen=True, slots=True)
class Named:
    """What a change can be known by.

    Attributes:
        names: two or three parts of a name, by the parts written together; as spelt.
        words: tokens, but for keywords, as spelt.
        places: parts of its paths, folded and with hyphens.
    """

    names: Mapping[str, tuple[str, Sequence[str]]]
    words: Mapping[str, str]
    places: frozenset[str]

    @classmethod
    def of(cls, change: Change, services: Iterable[str] = ()) -> "Named":
        """What a change names.

        Args:
            services: those that it is known to be in, whatever its paths.
        """
        names, said = dict[str, tuple[str, Sequence[str]]](), dict[str, str]()
        places = {_place(name) for name in services}
        for path in change.paths:
            segments = PurePosixPath(path).parts
            places.update(map(_place, segments))
            places.update(_place(PurePosixPath(part).stem) for part in segments)
        folders = (re.sub(r"\.\w{1,5}$", "", path).replace("/", " ") for path in change.paths)
        for line in (*folders, *change.lines):
            for spelt in _NAME.findall(line):
                places.add(_place(spelt))
                for parts in _runs(_parts(spelt)):
                    names.setdefault("".join(parts), (spelt, parts))
                for token in tokens(spelt):
                    said.setdefault(token, spelt)
        words = {token: spelt for token, spelt in said.items() if token not in KEYWORDS}
        return cls(names, words, frozenset(places))


def _place(name: str) -> str:
    """``Checkout_API`` and ``checkout-api`` are one name of a service."""
    return re.sub(r"[\W_]+", "-", fold(name)).strip("-")


def _parts(spelt: str) -> list[str]:
    """The parts of a name: ``getOrderSync`` is ``get``, ``order`` and ``sync``."""
    whole = tokens(spelt.replace("-", "_"))
    return whole[:-1] if len(whole) > 1 else whole


def _runs(parts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Two or three parts that stand beside each other, not all of them keywords."""
    for size in (2, 3):
        for place in range(len(parts) - size + 1):
            some = parts[place : place + size]
            if all(some) and not KEYWORDS.issuperset(some):
                yield some


@dataclass(frozen=True, slots=True)
class _Told:
    """What the incidents of a cause and its open fixes say, as far as it tells of the cause."""

    words: frozenset[str]
    joined: frozenset[str]
    services: frozenset[str]


def _told(records: Sequence[Incident], titles: Iterable[str]) -> _Told:
    """Words that at least half of the incidents or a fix say, and neighbours written together."""
    texts = [f"{record.title}\n{record.root_cause or record.summary}" for record in records]
    said = [set(tokens(text)) for text in texts]
    promised = "\n".join(titles)
    often = {
        word for word in set().union(*said) if 2 * sum(word in one for one in said) >= len(said)
    }
    return _Told(
        words=frozenset(often | set(tokens(promised))),
        joined=frozenset(joined for text in (*texts, promised) for joined in _neighbours(text)),
        services=frozenset(_place(name) for record in records for name in record.services),
    )


def _neighbours(text: str) -> Iterator[str]:
    """Parts that stand beside each other in a text, written together."""
    parts = [part for spelt in _SPELT.findall(text) for part in _parts(spelt) or ("",)]
    return map("".join, _runs(parts))


def touched(
    store: Store, change: Change, *, services: Sequence[str] = (), most: int = 20
) -> dict[str, Any]:
    """The causes with an open fix that a change touches, as plain values.

    A cause is a group of incidents, or an incident that stands alone, after which an action to
    prevent it was promised and is still open. ``causes`` has those that the change touches, with
    why, their incidents and what is open; ``with_open_fix`` says of how many; ``searched`` of how
    many records.

    Args:
        services: that the change is known to be in, whatever its paths.
        most: causes given at most, those of most evidence first.

    Raises:
        StoreUnreachable: the database failed.
        ConceptsUnreadable: the list of concepts cannot be used.
    """
    index = open_index(store).index
    families = families_of(
        known_causes(find_repeats(stored_history(store))), stored_families(store)
    )
    named, open_of = Named.of(change, services), _open_fixes(families)
    read = {family: families.ids(families.members(family)[-MOST_READ:]) for family in open_of}
    records = store.records({name for names in read.values() for name in names})
    found = []
    for family, rows in open_of.items():
        actions = families.causes.repeats.history.actions.iloc[rows]
        told = _told(
            [records[name] for name in read[family] if name in records], actions["title"].fillna("")
        )
        because = _because(named, told, index, incidents=len(families.members(family)))
        if because:
            found.append((because, family, rows))
    found.sort(key=lambda one: (-len(one[0]["names"]), -len(one[0]["words"]), one[1]))
    return {
        "causes": [
            _cause(families, family, rows, because) for because, family, rows in found[:most]
        ],
        "touched": len(found),
        "with_open_fix": len(open_of),
        "searched": len(index),
        "paths": len(change.paths),
    }


def _open_fixes(families: Families) -> dict[int, Rows]:
    """Rows of the open preventive actions of each family that has any."""
    actions = families.causes.repeats.history.actions
    open_ = np.flatnonzero((actions["kind"] == PREVENT).to_numpy() & is_open(actions))
    incidents = actions["incident"].to_numpy(np.intp)
    found: dict[int, list[int]] = {}
    for row in open_.tolist():
        if incidents[row] >= 0 and (family := int(families.of[incidents[row]])) >= 0:
            found.setdefault(family, []).append(row)
    return {family: np.array(rows, np.intp) for family, rows in found.items()}


def _because(named: Named, told: _Told, index: Index, *, incidents: int) -> dict[str, list[str]]:
    """Why a change touches a cause; empty where it does not."""
    services = sorted(told.services & named.places)
    allowed = incidents + max(ELSEWHERE_AT_MOST, int(ELSEWHERE * len(index)))
    names = [
        spelt
        for joined, (spelt, parts) in named.names.items()
        if joined in told.joined
        and _place(spelt) not in told.services
        and index.having(parts) <= allowed
    ]
    of_services = {part for name in told.services for part in tokens(name)}
    shared = sorted((told.words & named.words.keys()) - of_services)
    counts = {word: index.having([word]) for word in shared}
    most = max(allowed, RARE * len(index))
    rare = sorted((word for word in shared if counts[word] <= most), key=counts.__getitem__)
    enough = bool(services) and len(rare) >= FEWEST_SHARED
    if not names and not enough:
        return {}
    words = dict.fromkeys(named.words[word] for word in rare)
    return {
        "services": services,
        "names": list(dict.fromkeys(names)),
        "words": [word for word in words if word not in names],
    }


def _cause(
    families: Families, family: int, rows: Rows, because: dict[str, list[str]]
) -> dict[str, Any]:
    history = families.causes.repeats.history
    incidents, members = history.incidents, families.members(family)
    confirmed = families.confirmed(family)
    teams = incidents["team"].astype(object)
    return {
        "cause": families.name_of(family),
        "id": families.id_of(family),
        "because": because,
        "incidents": [
            {
                "id": str(incidents["id"].iloc[row]),
                "title": _text(incidents["title"].iloc[row]),
                "began": _day(incidents["began_at"].iloc[row]),
                "confirmed": row in confirmed,
            }
            for row in members.tolist()
        ],
        "actions": [
            {
                "title": _text(action["title"]),
                "status": action["status"],
                "owner": _text(action["owner"]) or _text(teams.iloc[action["incident"]]),
                "promised": _day(action["created_on"]),
                "due": _day(action["due_on"]),
                "url": _text(action["url"]),
            }
            for action in history.actions.iloc[rows].astype(object).to_dict("records")
        ],
    }


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str) and value else None


def _day(value: Any) -> str | None:
    return value.date().isoformat() if isinstance(value, dt.datetime) and value == value else None


def told_in_words(answer: Mapping[str, Any]) -> Iterator[str]:
    """The same as lines for a person."""
    touches = f"{answer['touched']:,}" if answer["touched"] else "none"
    of = f"{answer['with_open_fix']:,}"
    yield f"Known causes with an open fix: {of}. The change touches {touches} of them."
    for place, one in enumerate(answer["causes"], 1):
        yield f"{place}. {one['cause']} [{one['id']}], {_struck(one['incidents'])}"
        why = one["because"]
        said = [
            f"{word} {', '.join(why[key])}"
            for key, word in (("names", "it names"), ("services", "in"), ("words", "both say"))
            if why[key]
        ]
        yield f"   because {'; '.join(said)}"
        for action in one["actions"]:
            state = STATES.get(action["status"], action["status"])
            due = f", due {action['due']}" if action["due"] else ""
            owner = action["owner"] or "no owner"
            yield f"   promised: {action['title']} ({state}{due}; {owner})"


def _struck(incidents: Sequence[Mapping[str, Any]]) -> str:
    sure = sum(one["confirmed"] for one in incidents)
    last = max((one["began"] or "" for one in incidents), default="")
    times = (
        ("struck once" if sure == 1 else f"struck {sure:,} times")
        if sure
        else f"{len(incidents):,} incidents look alike"
    )
    more = f", {len(incidents) - sure:,} more look like it" if 0 < sure < len(incidents) else ""
    return times + more + (f", last on {last}" if last else "")

"""The command line for statistics over a store; ``python -m analytics --help`` says what there is.

It brings the two rooms together: texts come from the store, the search for earlier incidents of the
same cause is made here, and what it finds goes back into the store. A load ends with it.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from analytics.frames import History
from analytics.known_causes.grouping import known_causes as group_by_cause
from analytics.known_causes.membership import said_of
from analytics.matcher.concepts import Concepts, compile_concepts
from analytics.matcher.grouping import Basis, group_all, group_new
from analytics.matcher.linking import choose_teachers, learn_scale, tells_cause
from analytics.matcher.matching import Index
from analytics.matcher.naming import named
from analytics.matcher.prepared import Document, Prepared, prepare, version_of
from analytics.matcher.settling import Family
from analytics.matcher.suggesting import Found, suggest_earlier
from analytics.repeats.ledger import find_repeats
from data.cause_tables import KnownCause, Member
from data.concepts import read_concepts
from data.history import read_history
from data.known_causes import known_causes, propose
from data.prepared_texts import keep_prepared, unprepared
from data.prepared_texts import prepared as kept_texts
from data.record import CLOCK_FIELDS, LONGEST_LABEL, Incident
from data.store import Store, StoreError, open_store
from data.suggestions import Suggestion, suggest

app = typer.Typer(
    help="Statistics over stored records.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@dataclass(frozen=True)
class Search:
    """The search for earlier incidents of the same cause, as far as a store has been read.

    Attributes:
        past: for each record in order of time, the score of its best match then.
        silent: ids of records that tell no cause.
    """

    concepts: Concepts
    index: Index
    past: list[float]
    silent: set[str]


@app.callback()
def main() -> None:
    """Statistics over stored records."""


@app.command()
def match(
    database: Annotated[str | None, typer.Option(help="An SQLAlchemy URL.")] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Group all records into known causes anew.")
    ] = False,
) -> None:
    """Find earlier incidents of the same cause for records that were not searched yet."""
    try:
        number = match_new(open_store(database), regroup=all_)
        typer.echo(f"{number:,} records searched for earlier causes.")
    except StoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def open_search(store: Store) -> Search:
    """The search over all records that the store has prepared texts of."""
    concepts = compile_concepts(read_concepts())
    kept = [json.loads(payload) for _, payload in kept_texts(store, version_of(concepts))]
    texts = [Prepared.from_json(one["text"]) for one in kept]
    return Search(
        concepts=concepts,
        index=Index.restore(texts),
        past=[one["best"] for one in kept],
        silent={text.id for text in texts if not tells_cause(text)},
    )


def match_new(
    store: Store,
    *,
    regroup: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Search for the causes of all records that were not searched yet; returns how many.

    Args:
        regroup: group all records into known causes anew instead of adding the new ones.
        progress: told how many are searched, of how many.
    """
    search = open_search(store)
    version = version_of(search.concepts)
    waiting = {
        record.id: (digest, document)
        for digest, record in unprepared(store, version)
        if (document := document_of(record)) is not None
    }
    new = [prepare(document, search.concepts) for _, document in waiting.values()]
    found: list[Found] = []
    for number, one in enumerate(suggest_earlier(new, index=search.index, past=search.past), 1):
        found.append(one)
        if progress:
            progress(number, len(new))
    if found:
        suggest(store, _suggestions(found), searched=[one.prepared.id for one in found])
        texts = ((f.prepared.id, waiting[f.prepared.id][0], _payload(f)) for f in found)
        keep_prepared(store, version, texts)

    def text_of(name: str) -> Document | None:
        if name in waiting:
            return waiting[name][1]
        record = store.incident(name)
        return None if record is None else document_of(record)

    _group(store, search, found, text_of, anew=regroup)
    return len(found)


def document_of(record: Incident) -> Document | None:
    """What of a record tells its cause; None for what is no incident of its own or has no time."""
    known = [at for name in CLOCK_FIELDS if (at := getattr(record, name)) is not None]
    began = record.impact_started_at or min(known, default=None)
    if began is None or record.kind != "incident" or record.duplicate_of:
        return None
    return Document(
        id=record.id,
        created=_naive(began),
        resolved=None if record.resolved_at is None else _naive(record.resolved_at),
        title=record.title,
        cause=record.root_cause,
        trigger=record.trigger or "",
        factors=record.contributing_factors,
        summary=record.summary,
        services=record.services,
        category=record.root_cause_category or "",
    )


def stored_families(store: Store) -> list[Family]:
    """The known causes as the search knows them."""
    return [
        Family(
            id=cause.id,
            members=tuple(member.incident_id for member in cause.members),
            pinned=frozenset(one.incident_id for one in cause.members if one.pinned),
            name=cause.name,
            named=cause.named_at is not None,
        )
        for cause in known_causes(store)
    ]


def _group(
    store: Store,
    search: Search,
    found: Sequence[Found],
    texts: Callable[[str], Document | None],
    *,
    anew: bool,
) -> None:
    """Let new records join the known causes, or build these where that costs no more."""
    stored = read_history(store)
    history = History.of(**stored.tables(), revision=stored.revision)
    causes = group_by_cause(find_repeats(history))
    said, before = said_of(causes), stored_families(store)

    def prepared(name: str) -> Prepared | None:
        text = texts(name)
        return None if text is None else prepare(text, search.concepts)

    teachers = (one for name in choose_teachers(said) if (one := prepared(name)) is not None)
    basis = Basis(
        index=search.index,
        scale=learn_scale(teachers, search.index, said),
        said=said,
        near={one.prepared.id: one.near for one in found},
    )
    if anew or 2 * len(found) >= len(search.index):
        kept = kept_texts(store, version_of(search.concepts))
        everything = [Prepared.from_json(json.loads(payload)["text"]) for _, payload in kept]
        families = group_all(everything, basis, known=before)
    else:
        families = group_new(before, basis, prepared=prepared, silent=search.silent)
    proposed = named(families, before, texts, index=search.index, concepts=search.concepts)
    propose(store, map(_known_cause, proposed))


def _known_cause(family: Family) -> KnownCause:
    return KnownCause(family.id, tuple(map(Member, family.members)), family.name[:LONGEST_LABEL])


def _naive(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(tzinfo=None)


def _payload(found: Found) -> str:
    return json.dumps({"text": found.prepared.to_json(), "best": found.strength})


def _suggestions(found: Iterable[Found]) -> list[Suggestion]:
    return [
        Suggestion(
            later_id=one.prepared.id,
            earlier_id=match.id,
            score=match.score,
            confidence=one.confidence.certainty,
            level=one.confidence.level,
        )
        for one in found
        for match in one.flagged
    ]


if __name__ == "__main__":
    app()

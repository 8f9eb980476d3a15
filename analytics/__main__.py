"""The command line for statistics over a store; ``python -m analytics --help`` says what there is.

It brings the two rooms together: texts come from the store, the search for earlier incidents of the
same cause is made here, and what it finds goes back into the store. A load ends with it.
"""

import datetime as dt
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import merge
from typing import Annotated

import typer

from analytics.frames import History
from analytics.known_causes.grouping import known_causes as group_by_cause
from analytics.known_causes.membership import said_of
from analytics.matcher.concepts import Concepts, compile_concepts
from analytics.matcher.confidence import Judged, judged_flags
from analytics.matcher.grouping import Basis, group_all, group_new
from analytics.matcher.linking import choose_teachers, learn_scale
from analytics.matcher.naming import named
from analytics.matcher.prepared import Document, Prepared, prepare, version_of
from analytics.matcher.searching import IN_ORDER, Kept, Matched, Progress, Search, restored, told
from analytics.matcher.settling import Family
from analytics.matcher.suggesting import Found, suggest_earlier
from analytics.repeats.ledger import find_repeats
from data.cause_tables import KnownCause, Member
from data.concepts import ConceptsUnreadable, current
from data.history import read_history
from data.known_causes import known_causes, propose
from data.prepared_texts import keep_prepared, prepared_of, unprepared
from data.prepared_texts import prepared as kept_texts
from data.record import CLOCK_FIELDS, LONGEST_LABEL, Incident
from data.report import RECORDS
from data.report import Progress as Bar
from data.store import Store, StoreError, open_store
from data.suggestions import Suggestion, suggest, suggested_scores
from data.verdicts import Relation, verdicts

app = typer.Typer(
    help="Statistics over stored records.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


#: What people say of a flag that was right.
SAME_CAUSE: Relation = "repeat"
#: Problems of a list of concepts that are named at once.
MOST_NAMED = 5


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
        with Bar("Searching", shown=True, of=RECORDS) as progress:
            found = match_new(open_store(database), regroup=all_, progress=progress)
    except (StoreError, ConceptsUnreadable) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(found.words)


def concepts_in_force() -> Concepts:
    """Our concepts and those of the user.

    Raises:
        ConceptsUnreadable: something is wrong with the file of the user.
    """
    compiled = compile_concepts(current())
    if compiled.problems:
        named = "; ".join(compiled.problems[:MOST_NAMED])
        more = len(compiled.problems) - MOST_NAMED
        raise ConceptsUnreadable(named + (f"; and {more:,} more" if more > 0 else ""))
    return compiled


def open_search(store: Store, *, since: float = math.inf) -> Search:
    """The search over all records that the store has prepared texts of.

    Args:
        since: seconds since 1970; records from then on are left out, to be searched again, unless
            they are too many.

    Raises:
        ConceptsUnreadable: see :func:`concepts_in_force`.
    """
    concepts = concepts_in_force()
    texts = (json.loads(payload) for _, payload in kept_texts(store, version_of(concepts)))
    kept = (Kept(Prepared.from_json(one["text"]), one["best"]) for one in texts)
    return restored(kept, concepts=concepts, since=since)


def judged(store: Store) -> Judged:
    """What the verdicts in force say of the flags that they were given on.

    A pair counts with the score that it has now, else with the one that was judged.
    """
    scores = {
        frozenset((later, earlier)): score
        for later, found in suggested_scores(store).items()
        for earlier, score in found.items()
    }
    given = [(scores.get(one.pair, one.score), one.relation) for one in verdicts(store)]
    flags = [(score, relation == SAME_CAUSE) for score, relation in given if score is not None]
    return judged_flags([score for score, _ in flags], [confirmed for _, confirmed in flags])


def match_new(store: Store, *, regroup: bool = False, progress: Progress | None = None) -> Matched:
    """Search for the causes of all records that were not searched yet.

    Records searched before are searched again where one that began earlier may change what is
    suggested for them; what people said of a pair stays.

    Args:
        regroup: group all records into known causes anew instead of adding the new ones.
        progress: told how many are searched, of how many.

    Raises:
        ConceptsUnreadable: see :func:`concepts_in_force`.
    """
    concepts = concepts_in_force()
    version = version_of(concepts)
    waiting, digests = _waiting(store, version)
    if not waiting and not regroup:
        return Matched()
    first = prepare(waiting[0], concepts).created if waiting else math.inf
    search = open_search(store, since=first)

    def again(ids: Iterable[str]) -> Iterator[Prepared]:
        for digest, payload in prepared_of(store, version, ids):
            prepared = Prepared.from_json(json.loads(payload)["text"])
            digests[prepared.id] = digest
            yield prepared

    fresh = (prepare(document, concepts) for document in waiting)
    later = sorted(again(search.later), key=IN_ORDER)
    new = told(merge(fresh, later, key=IN_ORDER), len(waiting) + len(later), progress)
    past = replace(search.past, suggested=suggested_scores(store), prepared_of=again)
    calibration = judged(store).calibration
    found = list(suggest_earlier(new, index=search.index, past=past, calibration=calibration))
    suggest(store, _suggestions(found), searched=[one.prepared.id for one in found])
    texts = ((one.prepared.id, digests[one.prepared.id], _payload(one)) for one in found)
    keep_prepared(store, version, texts)
    _group(store, search, found, {one.id: one for one in waiting}, anew=regroup)
    return Matched.of(found, new={document.id for document in waiting})


def settle_known_causes(store: Store) -> None:
    """Settle the known causes by what people say of pairs, without a new record.

    Raises:
        ConceptsUnreadable: see :func:`concepts_in_force`.
    """
    _group(store, open_search(store), [], {}, anew=False)


def _waiting(store: Store, version: str) -> tuple[list[Document], dict[str, bytes]]:
    """What was not searched yet, in order of time, and the digest of each record by its id."""
    waiting, digests = list[Document](), dict[str, bytes]()
    for digest, record in unprepared(store, version):
        if (document := document_of(record)) is not None:
            waiting.append(document)
            digests[document.id] = digest
    return sorted(waiting, key=IN_ORDER), digests


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
    waiting: Mapping[str, Document],
    *,
    anew: bool,
) -> None:
    """Let new records join the known causes, or build these where that costs no more."""
    stored = read_history(store)
    history = History.of(**stored.tables(), revision=stored.revision)
    causes = group_by_cause(find_repeats(history))
    said, before = said_of(causes), stored_families(store)

    def texts(name: str) -> Document | None:
        if name in waiting:
            return waiting[name]
        record = store.incident(name)
        return None if record is None else document_of(record)

    def prepared(name: str) -> Prepared | None:
        text = texts(name)
        return None if text is None else prepare(text, search.concepts)

    chosen = choose_teachers(said) if found or anew else ()
    teachers = (one for name in chosen if (one := prepared(name)) is not None)
    basis = Basis(
        index=search.index,
        scale=learn_scale(teachers, search.index, said),
        said=said,
        near={one.prepared.id: one.near for one in found},
    )
    if anew or 2 * len(waiting) >= len(search.index):
        kept = kept_texts(store, version_of(search.concepts))
        everything = [Prepared.from_json(json.loads(payload)["text"]) for _, payload in kept]
        families = group_all(everything, basis, known=before)
    else:
        families = group_new(
            before, basis, new=waiting.keys(), prepared=prepared, silent=search.silent
        )
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
            earlier_id=flag.id,
            score=flag.score,
            confidence=flag.certainty,
            level=flag.level,
        )
        for one in found
        for flag in one.flagged
    ]


if __name__ == "__main__":
    app()

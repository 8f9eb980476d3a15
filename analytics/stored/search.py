"""Which stored incidents look like an earlier one? Each is searched for once, when it is new."""

import datetime as dt
import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import merge

from analytics.causes.suggesting import with_accepted
from analytics.duplicates import settled
from analytics.frames import History
from analytics.known_causes.grouping import known_causes as group_by_cause
from analytics.known_causes.membership import said_of
from analytics.matcher.confidence import (
    FEWEST_RECORDS,
    FLAGS,
    NONE,
    Judged,
    JudgedPair,
    judged_flags,
)
from analytics.matcher.families import Family, choose_teachers, learn_scale, nearest
from analytics.matcher.naming import named
from analytics.matcher.prepared import Document, Prepared, prepare, version_of
from analytics.matcher.suggesting import (
    IN_ORDER,
    NOT_COMPARED,
    Basis,
    Found,
    Kept,
    Matched,
    Progress,
    Search,
    group_all,
    group_new,
    restored,
    suggest_earlier,
    told,
)
from analytics.matcher.words import Concepts
from analytics.repeats.ledger import find_repeats
from analytics.stored.index import (
    concepts_in_force,
    document_of,
    index_is_kept,
    is_second_report,
    keep_index,
)
from data import prepared_texts
from data.history import read_history
from data.known_causes import KnownCause, Member, known_causes, propose
from data.prepared_texts import (
    Unfinished,
    forget_prepared,
    note_grouped,
    unfinished,
    ungrouped,
)
from data.record import LONGEST_LABEL, Incident
from data.store import Store
from data.verdicts import Relation, Suggestion, suggested_scores, verdicts

# The history of a store, as every question is asked of it.


def stored_history(store: Store) -> History:
    """Everything recorded as of the store's present revision.

    Second reports are settled, and what records leave open is filled with accepted suggestions.

    Raises:
        StoreUnreachable: the database failed.
    """
    stored = read_history(store)
    history = with_accepted(History.of(**stored.tables(), revision=stored.revision))
    return settled(
        replace(
            history,
            repeats_not_here=stored.repeats_not_here,
            duplicates_not_here=stored.duplicates_not_here,
        )
    )


# What was read in each stored text, kept with the store so that no text is read twice.


def kept_texts(store: Store, version: str) -> Iterator[Kept]:
    """Every record that was searched, in order of time."""
    for _, payload in prepared_texts.prepared(store, version):
        one = json.loads(payload)
        best = NOT_COMPARED if one["best"] is None else one["best"]
        yield Kept(Prepared.from_json(one["text"]), best)


def texts_of(store: Store, version: str, ids: Iterable[str]) -> Iterator[tuple[bytes, Prepared]]:
    """Digest and text of those of some records that were searched."""
    for digest, payload in prepared_texts.prepared_of(store, version, ids):
        yield digest, Prepared.from_json(json.loads(payload)["text"])


def keep_found(
    store: Store, version: str, searched: Sequence[Found], digests: Mapping[str, bytes]
) -> None:
    """Keep what is suggested for some records, what was read in them, and the best score of each.

    Args:
        digests: of the records that the texts were read in, by id.
    """
    texts = [
        (
            one.prepared.id,
            digests[one.prepared.id],
            json.dumps(
                {
                    "text": one.prepared.to_json(),
                    "best": None if math.isnan(one.strength) else one.strength,
                }
            ),
        )
        for one in searched
    ]
    prepared_texts.keep_searched(store, version, texts, _suggestions(searched))


def waiting(store: Store, version: str) -> tuple[list[Document], dict[str, bytes]]:
    """What was not searched yet, in order of time, and the digest of each record by its id."""
    documents, digests = list[Document](), dict[str, bytes]()
    reports = dict[str, Incident]()
    for digest, record in prepared_texts.unprepared(store, version):
        if (document := document_of(record)) is not None:
            documents.append(document)
            digests[document.id] = digest
            if record.duplicate_of:
                reports[record.id] = record
    second = _second_reports(store, reports)
    return sorted((one for one in documents if one.id not in second), key=_in_order), digests


def _in_order(document: Document) -> tuple[dt.datetime, str]:
    """Undated ones come last, as :data:`~analytics.matcher.suggesting.IN_ORDER` has them."""
    return document.created or dt.datetime.max, document.id


def _second_reports(store: Store, reports: Mapping[str, Incident]) -> set[str]:
    """Those of the records that say to be a duplicate whose event another record tells of."""
    originals = store.records({one.duplicate_of for one in reports.values() if one.duplicate_of})
    return {
        name
        for name, record in reports.items()
        if is_second_report(record, originals.get(record.duplicate_of or ""))
    }


# Which stored incidents have one cause? New records join the known causes when they are loaded.


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


def group(
    store: Store,
    search: Search,
    searched: Sequence[Found],
    waiting: Mapping[str, Document],
    *,
    left: Collection[str] = (),
    anew: bool,
) -> None:
    """Let new records join the known causes, or build these where that costs no more.

    Args:
        left: ids of records that an earlier search found and did not group.
    """
    version = version_of(search.concepts)
    causes = group_by_cause(find_repeats(stored_history(store)))
    said, before = said_of(causes), stored_families(store)

    def texts(name: str) -> Document | None:
        if name in waiting:
            return waiting[name]
        record = store.incident(name)
        return None if record is None else document_of(record)

    def prepared(name: str) -> Prepared | None:
        text = texts(name)
        return None if text is None else prepare(text, search.concepts)

    new = waiting.keys() | left
    chosen = choose_teachers(said) if searched or left or anew else ()
    teachers = (one for name in chosen if (one := prepared(name)) is not None)
    of_before = (one for _, one in texts_of(store, version, left))
    basis = Basis(
        index=search.index,
        scale=learn_scale(teachers, search.index, said),
        said=said,
        near={one.id: nearest(one, search.index) for one in of_before}
        | {one.prepared.id: one.near for one in searched},
    )
    if anew or 2 * len(new) >= len(search.index):
        everything = [kept.prepared for kept in kept_texts(store, version)]
        families = group_all(everything, basis, known=before)
    else:
        new &= basis.near.keys()
        families = group_new(before, basis, new=new, prepared=prepared, silent=search.silent)
    named_ = named(families, before, texts, index=search.index, concepts=search.concepts)
    propose(store, map(_known_cause, named_), note=lambda change: note_grouped(change, version))


def _known_cause(family: Family) -> KnownCause:
    return KnownCause(family.id, tuple(map(Member, family.members)), family.name[:LONGEST_LABEL])


#: Seconds to wait for another search of the store, which may be its first and long.
TURN_SECONDS = 600
#: Records kept at once: what a search that is cut off has to do again, at most; half a minute.
PORTION = 2_000
#: What people say of a flag that was right.
SAME_CAUSE: Relation = "repeat"


def open_search(store: Store, *, since: float = math.inf) -> Search:
    """The search over all records that the store has prepared texts of.

    Args:
        since: seconds since 1970; records from then on are left out, to be searched again, unless
            they are too many.

    Raises:
        ConceptsUnreadable: see :func:`~analytics.stored.index.concepts_in_force`.
    """
    concepts = concepts_in_force()
    kept = kept_texts(store, version_of(concepts))
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
    given = [(one, scores.get(one.pair, one.score)) for one in verdicts(store)]
    return judged_flags(
        JudgedPair(score, one.relation == SAME_CAUSE, one.level if one.level in FLAGS else NONE)
        for one, score in given
        if score is not None
    )


def match_new(store: Store, *, regroup: bool = False, progress: Progress | None = None) -> Matched:
    """Search for the causes of all records that were not searched yet, and group them.

    What a search that was cut off left undone is done too. Records searched before are searched
    again where one that began earlier may change what is suggested for them, and once there are
    enough to judge them by; what people said of a pair stays. One search of a store runs at a time.

    Args:
        regroup: group all records into known causes anew instead of adding the new ones.
        progress: told how many are searched, of how many.

    Raises:
        ConceptsUnreadable: see :func:`~analytics.stored.index.concepts_in_force`.
        StoreBusy: another search did not end within :data:`TURN_SECONDS`.
    """
    concepts = concepts_in_force()
    with store.turn("search", wait=TURN_SECONDS):
        return _match_new(store, concepts, regroup=regroup, progress=progress)


def unfinished_search(store: Store) -> Unfinished:
    """What the search has left to do.

    Raises:
        ConceptsUnreadable: see :func:`~analytics.stored.index.concepts_in_force`.
    """
    return unfinished(store, version_of(concepts_in_force()))


def _match_new(
    store: Store, concepts: Concepts, *, regroup: bool, progress: Progress | None
) -> Matched:
    version = version_of(concepts)
    new, digests = waiting(store, version)
    left = ungrouped(store, version)
    if not (new or left or regroup):
        if not index_is_kept(store, concepts):
            keep_index(store, open_search(store).index, concepts)
        return Matched()
    search, found = _search_all(store, concepts, new, digests, progress)
    keep_index(store, search.index, concepts)
    group(store, search, found, {one.id: one for one in new}, left=left, anew=regroup)
    return Matched.of(found, new={document.id for document in new}, compared=len(search.index))


def _search_all(
    store: Store,
    concepts: Concepts,
    new: Sequence[Document],
    digests: dict[str, bytes],
    progress: Progress | None,
) -> tuple[Search, list[Found]]:
    """What is found for new records, kept portion by portion; and the search over all records."""
    version = version_of(concepts)

    def again(ids: Iterable[str]) -> Iterator[Prepared]:
        for digest, prepared in texts_of(store, version, ids):
            digests[prepared.id] = digest
            yield prepared

    calibration = judged(store).calibration
    search, found, place = _before(store, concepts, new), list[Found](), 0
    while place < len(new):
        first = prepare(new[place], concepts).created
        # Where others are searched again because of them, all that is kept at once.
        all_ = search.later or first < search.past.latest
        portion = new[place:] if all_ else new[place : place + PORTION]
        fresh = (prepare(one, concepts) for one in portion)
        later = sorted(again(search.later), key=IN_ORDER)
        total = len(new) + len(later)
        texts = told(merge(fresh, later, key=IN_ORDER), total, progress, before=place)
        past = replace(search.past, suggested=suggested_scores(store), prepared_of=again)
        part = list(suggest_earlier(texts, index=search.index, past=past, calibration=calibration))
        keep_found(store, version, part, digests)
        found += part
        place += len(portion)
        search = search.after(part)
        if place < len(new) and search.past.compared < FEWEST_RECORDS:
            search = _before(store, concepts, new[place:])
    return search, found


def _before(store: Store, concepts: Concepts, new: Sequence[Document]) -> Search:
    """The search over all that need not be searched again when these come."""
    first = prepare(new[0], concepts).created if new else math.inf
    search = open_search(store, since=first)
    if search.past.compared < FEWEST_RECORDS <= search.past.compared + len(new):
        # There may be enough to judge the first ones by now.
        search = open_search(store, since=-math.inf)
    return search


def match_again(store: Store, ids: Iterable[str]) -> Matched:
    """Search for the causes of some records as if they were new, and group them anew.

    Raises:
        ConceptsUnreadable: see :func:`~analytics.stored.index.concepts_in_force`.
    """
    forget_prepared(store, ids)
    return match_new(store)


def _suggestions(searched: Iterable[Found]) -> list[Suggestion]:
    return [
        Suggestion(
            later_id=one.prepared.id,
            earlier_id=flag.id,
            score=flag.score,
            confidence=flag.certainty,
            level=flag.level,
        )
        for one in searched
        for flag in one.flagged
    ]

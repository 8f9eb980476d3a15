"""Which stored incidents look like an earlier one? Each is searched for once, when it is new."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from heapq import merge

from analytics.matcher.confidence import (
    FEWEST_RECORDS,
    FLAGS,
    NONE,
    Judged,
    JudgedPair,
    judged_flags,
)
from analytics.matcher.prepared import Prepared, prepare, version_of
from analytics.matcher.searching import IN_ORDER, Matched, Progress, Search, restored, told
from analytics.matcher.suggesting import Found, suggest_earlier
from analytics.stored.grouping import group
from analytics.stored.kept_index import concepts_in_force, index_is_kept, keep_index
from analytics.stored.texts import keep_texts, kept_texts, texts_of, waiting
from data.prepared_texts import forget_prepared
from data.store import Store
from data.suggestions import Suggestion, suggest, suggested_scores
from data.verdicts import Relation, verdicts

#: What people say of a flag that was right.
SAME_CAUSE: Relation = "repeat"


def open_search(store: Store, *, since: float = math.inf) -> Search:
    """The search over all records that the store has prepared texts of.

    Args:
        since: seconds since 1970; records from then on are left out, to be searched again, unless
            they are too many.

    Raises:
        ConceptsUnreadable: see :func:`~analytics.stored.kept_index.concepts_in_force`.
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
    """Search for the causes of all records that were not searched yet.

    Records searched before are searched again where one that began earlier may change what is
    suggested for them, and once there are enough to judge them by; what people said of a pair
    stays.

    Args:
        regroup: group all records into known causes anew instead of adding the new ones.
        progress: told how many are searched, of how many.

    Raises:
        ConceptsUnreadable: see :func:`~analytics.stored.kept_index.concepts_in_force`.
    """
    concepts = concepts_in_force()
    version = version_of(concepts)
    new, digests = waiting(store, version)
    if not new and not regroup:
        if not index_is_kept(store, concepts):
            keep_index(store, open_search(store).index, concepts)
        return Matched()
    first = prepare(new[0], concepts).created if new else math.inf
    search = open_search(store, since=first)
    if search.past.compared < FEWEST_RECORDS <= search.past.compared + len(new):
        # There may be enough to judge the first ones by now.
        search = open_search(store, since=-math.inf)

    def again(ids: Iterable[str]) -> Iterator[Prepared]:
        for digest, prepared in texts_of(store, version, ids):
            digests[prepared.id] = digest
            yield prepared

    fresh = (prepare(document, concepts) for document in new)
    later = sorted(again(search.later), key=IN_ORDER)
    texts = told(merge(fresh, later, key=IN_ORDER), len(new) + len(later), progress)
    past = replace(search.past, suggested=suggested_scores(store), prepared_of=again)
    calibration = judged(store).calibration
    found = list(suggest_earlier(texts, index=search.index, past=past, calibration=calibration))
    suggest(store, _suggestions(found), searched=[one.prepared.id for one in found])
    keep_texts(store, version, found, digests)
    keep_index(store, search.index, concepts)
    group(store, search, found, {one.id: one for one in new}, anew=regroup)
    return Matched.of(found, new={document.id for document in new}, compared=len(search.index))


def match_again(store: Store, ids: Iterable[str]) -> Matched:
    """Search for the causes of some records as if they were new, and group them anew.

    Raises:
        ConceptsUnreadable: see :func:`~analytics.stored.kept_index.concepts_in_force`.
    """
    forget_prepared(store, ids)
    return match_new(store)


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

"""Which stored incidents have one cause? New records join the known causes when they are loaded."""

from collections.abc import Mapping, Sequence

from analytics.known_causes.grouping import known_causes as group_by_cause
from analytics.known_causes.membership import said_of
from analytics.matcher.grouping import Basis, group_all, group_new
from analytics.matcher.linking import choose_teachers, learn_scale
from analytics.matcher.naming import named
from analytics.matcher.prepared import Document, Prepared, prepare, version_of
from analytics.matcher.searching import Search
from analytics.matcher.settling import Family
from analytics.matcher.suggesting import Found
from analytics.repeats.ledger import find_repeats
from analytics.stored.documents import document_of
from analytics.stored.history import stored_history
from analytics.stored.texts import kept_texts
from data.cause_tables import KnownCause, Member
from data.known_causes import known_causes, propose
from data.record import LONGEST_LABEL
from data.store import Store


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
    found: Sequence[Found],
    waiting: Mapping[str, Document],
    *,
    anew: bool,
) -> None:
    """Let new records join the known causes, or build these where that costs no more."""
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

    chosen = choose_teachers(said) if found or anew else ()
    teachers = (one for name in chosen if (one := prepared(name)) is not None)
    basis = Basis(
        index=search.index,
        scale=learn_scale(teachers, search.index, said),
        said=said,
        near={one.prepared.id: one.near for one in found},
    )
    if anew or 2 * len(waiting) >= len(search.index):
        everything = [kept.prepared for kept in kept_texts(store, version_of(search.concepts))]
        families = group_all(everything, basis, known=before)
    else:
        families = group_new(
            before, basis, new=waiting.keys(), prepared=prepared, silent=search.silent
        )
    proposed = named(families, before, texts, index=search.index, concepts=search.concepts)
    propose(store, map(_known_cause, proposed))


def _known_cause(family: Family) -> KnownCause:
    return KnownCause(family.id, tuple(map(Member, family.members)), family.name[:LONGEST_LABEL])

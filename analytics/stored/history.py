"""The history of a store, as every question is asked of it."""

from dataclasses import replace

from analytics.causes.accepted import with_accepted
from analytics.duplicates import settled
from analytics.frames import History
from data.history import read_history
from data.store import Store


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

"""The history of a store, as every question is asked of it."""

from dataclasses import replace

from analytics.duplicates import settled
from analytics.frames import History
from data.history import read_history
from data.store import Store


def stored_history(store: Store) -> History:
    """Everything recorded as of the store's present revision, second reports settled.

    Raises:
        StoreUnreachable: the database failed.
    """
    stored = read_history(store)
    history = History.of(**stored.tables(), revision=stored.revision)
    return settled(
        replace(
            history,
            repeats_not_here=stored.repeats_not_here,
            duplicates_not_here=stored.duplicates_not_here,
        )
    )

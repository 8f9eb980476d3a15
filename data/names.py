"""What people here call a service, a team or a severity, whatever their sources call it.

Sources write "checkout-api", "Checkout API" and "CHK" for one service, and "Kritisch" for a
severity that no list knows. What such a name means is said once, kept in the store, and holds for
every load that follows; the records that are there already are renamed with it.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from data.lists import Lists
from data.words import fold

#: Field to what its values mean: as written to ours.
Names = Mapping[str, Mapping[str, str]]
NONE: Names = MappingProxyType({})
#: Fields of which a value that nobody knows may be given a meaning while it is loaded.
ASKED_FOR = ("severity", "status", "root_cause_category", "trigger_category", "detection_source")


def with_names(lists: Lists, names: Names) -> Lists:
    """The lists with what the values of some fields mean."""
    folded = {
        field: {fold(written): ours for written, ours in meanings.items() if ours.strip()}
        for field, meanings in names.items()
    }
    kept = {field: {**lists.names.get(field, {}), **meanings} for field, meanings in folded.items()}
    return replace(lists, names={**lists.names, **kept})

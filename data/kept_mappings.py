"""Mappings of columns that a person confirmed, kept in the store by name to be used again."""

from data.mapping import ColumnMapping, parse_mapping, written_mapping
from data.store import Store

#: Before the names of settings that hold one.
PREFIX = "mapping:"
LONGEST_NAME = 100


class UnfitName(ValueError):
    """A mapping cannot be kept under this name; the message says why."""


def fit_name(name: str) -> str:
    """The name of a mapping as it is kept.

    Raises:
        UnfitName: the name is empty, too long or holds signs that are none.
    """
    name = name.strip()
    if not name or not name.isprintable():
        raise UnfitName("A mapping needs a name, in letters and signs that can be seen.")
    if len(name) > LONGEST_NAME:
        raise UnfitName(f"The name of a mapping may have {LONGEST_NAME} signs.")
    return name


def keep_mapping(store: Store, name: str, mapping: ColumnMapping) -> None:
    """Keep a mapping under a name; one that is there under it is replaced.

    Raises:
        UnfitName: see :func:`fit_name`.
        StoreError: the store cannot be written to.
    """
    store.set_setting(PREFIX + fit_name(name), written_mapping(mapping))


def kept_mapping(store: Store, name: str) -> ColumnMapping | None:
    """The mapping that is kept under a name, None if there is none.

    Raises:
        MappingUnreadable: another version kept it, in a form that is not known here.
    """
    text = store.setting(PREFIX + name.strip())
    return parse_mapping(text, name=name.strip()) if isinstance(text, str) else None


def names_of_mappings(store: Store) -> list[str]:
    """The names under which mappings are kept."""
    return sorted(name.removeprefix(PREFIX) for name in store.settings(PREFIX))


def forget_mapping(store: Store, name: str) -> None:
    """Keep no mapping under a name any more."""
    store.set_setting(PREFIX + name.strip(), None)

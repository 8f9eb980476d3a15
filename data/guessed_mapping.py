"""The mapping by which a table is read when nobody says anything, to begin one's own with."""

from data import readers
from data.mapping import ColumnMapping, MappingUnreadable
from data.readers.source import Recognised, Source


def guessed_mapping(source: Source) -> ColumnMapping:
    """What the columns of ``source`` are taken for; those of all its tables together.

    Raises:
        MappingUnreadable: it holds no table that is read by its columns.
    """
    columns: dict[str, str] = {}
    for item in readers.read(source):
        if isinstance(item, Recognised):
            columns |= {k: v for k, v in item.columns.items() if v or k not in columns}
    if not columns:
        raise MappingUnreadable(f"{source.name} holds no table that is read by its columns")
    return ColumnMapping(columns=columns)

"""Which fields do only this team's records have, and which of their values can be chosen by?

A field of which nearly every record has another value is no choice, and is offered as a column
alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import func, select

from data.engine import fetch
from data.store import Store
from data.tables import INCIDENTS, OWN_FIELDS

#: Different values of a field that can be chosen by, and names in all.
MOST_VALUES, MOST_NAMES = 200, 300


@dataclass(frozen=True)
class OwnFields:
    """The own fields of a store.

    Attributes:
        names: of all fields, in alphabetical order.
        choices: name and value of those that can be chosen by, in the same order.
    """

    names: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]


def own_fields(store: Store) -> OwnFields:
    """The own fields of all records, and what can be chosen by.

    Raises:
        StoreUnreachable: the database failed.
    """
    name, value = OWN_FIELDS.c.name, OWN_FIELDS.c.value
    sizes = select(name, func.count(value.distinct())).group_by(name).order_by(name)
    with store.reading() as connection:
        sized = [(str(row[0]), int(row[1])) for row in connection.execute(sizes)][:MOST_NAMES]
        few = [field for field, values in sized if values <= MOST_VALUES]
        pairs = select(name, value).distinct().where(name.in_(few)).order_by(name, value)
        choices = tuple((str(row[0]), str(row[1])) for row in connection.execute(pairs))
    return OwnFields(tuple(field for field, _ in sized), choices)


def own_values(store: Store, names: Iterable[str]) -> pd.DataFrame:
    """Id of the incident, name and value of some own fields, in the order of the records.

    Raises:
        StoreUnreachable: the database failed.
    """
    theirs = (
        select(INCIDENTS.c.id, OWN_FIELDS.c.name, OWN_FIELDS.c.value)
        .join(INCIDENTS, INCIDENTS.c.key == OWN_FIELDS.c.incident)
        .where(OWN_FIELDS.c.name.in_(list(names)))
        .order_by(OWN_FIELDS.c.incident, OWN_FIELDS.c.position)
    )
    with store.reading() as connection:
        rows = fetch(connection, theirs)
    return pd.DataFrame(rows, columns=["id", "name", "value"], dtype="str")

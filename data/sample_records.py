"""What is there to see before anybody has loaded a record: real incidents of public organisations.

``data/sample/README.md`` says where each fact comes from. The files are in Aftermath's own CSV
format and take the way of any record, so the sample also shows what that format looks like.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from data import lists
from data.check import check_incident
from data.readers.source import Item, RawAction, RawIncident, from_file
from data.readers.tables.csv_files import read_csv
from data.record import Incident
from data.store import Loaded, Store

FOLDER = Path(__file__).with_name("sample")
SOURCE = "sample records"


def load_sample(store: Store) -> Loaded:
    """Put the sample into ``store``, which then knows that it holds it.

    Raises:
        StoreBusy, StoreUnreachable: the store cannot be written to. Nothing was changed.
    """
    return store.load(sample_records(), source=SOURCE, as_sample=True)


def sample_records() -> Iterator[Incident]:
    """The sample, record by record."""
    shipped = lists.read(lists.SHIPPED)  # a user's own lists need not hold the sample's labels
    actions: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for item in _items("actions.csv"):
        if isinstance(item, RawAction):
            actions[item.values["incident_id"]].append(item.values)
    for item in _items("incidents.csv"):
        if isinstance(item, RawIncident):
            raw = {**item.values, "actions": actions[item.values["id"]]}
            checked = check_incident(raw, place=item.place, lists=shipped)
            if checked.incident is not None:
                yield checked.incident


def _items(name: str) -> Iterator[Item]:
    return read_csv(from_file(FOLDER / name, name=name))

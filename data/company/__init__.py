"""A made-up company whose truth is known: for trying Aftermath out, and for testing it.

Public sources never say when an action was done or whether two incidents really had one cause. So
this company is invented, from a seed, in every part: teams, services, incidents, clocks, actions
and words. It is marked as made up in every record. What is really so (which incidents belong
together, which fixes hold, the state of the fix when a repeat began) is kept beside the records.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from data.company import details, events, files, records
from data.company.events import END, Setting
from data.company.records import Row, Truth


@dataclass(frozen=True)
class Company:
    """Everything about one made-up company, as arrays with one row for each record.

    Attributes:
        setting: what it was made from.
        families: the true rates of each family of causes and what became of its fix.
        log: what really happened.
        labels: services, causes, sizes.
        recorded: the clocks as the records have them.
        actions: what was promised, one row for each action.
        truth: families, repeats and their classes.
    """

    setting: Setting
    families: events.Families
    log: events.Log
    labels: details.Labels
    recorded: events.Recorded
    actions: details.Actions
    truth: Truth

    def records(self) -> Iterator[dict[str, Any]]:
        """Each record with its actions, in the field names of the record, as a reader gives it."""
        for begin, stop in records.chunks(len(self.log)):
            by_incident: dict[str, list[dict[str, Any]]] = {}
            for row in self.action_rows(begin, stop):
                action = dict(zip(records.ACTION_COLUMNS, row, strict=True))
                by_incident.setdefault(action.pop("incident_id"), []).append(action)
            for row in self.incident_rows(begin, stop):
                record = dict(zip(records.INCIDENT_COLUMNS, row, strict=True))
                yield record | {"actions": by_incident.get(record["id"], [])}

    def incident_rows(self, begin: int, stop: int) -> Iterator[Row]:
        """Records in :data:`data.company.records.INCIDENT_COLUMNS`, from a chunk's begin."""
        return records.incident_rows(
            self.setting,
            self.log,
            self.labels,
            self.recorded,
            self.truth,
            begin=begin,
            stop=stop,
        )

    def action_rows(self, begin: int, stop: int) -> Iterator[Row]:
        """The actions of these records in :data:`data.company.records.ACTION_COLUMNS`."""
        return records.action_rows(self.setting, self.labels, self.actions, begin=begin, stop=stop)

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables of a history by name, without files, store and long texts.

        They are incidents, services, factors, tags, actions, links and exposure, made in seconds
        even for a million records.
        """
        known = files.build(self.log, self.labels, self.recorded, self.actions, self.truth)
        return known | {"exposure": files.exposed(self.setting)}

    def true_class(self, row: int) -> str:
        """``R0``, ``R1``, ``R2``, ``R3`` or ``RU``; empty where the record is no repeat."""
        return records.CLASSES[self.truth.state[row]]


def generate(*, incidents: int, years: float, seed: int, end: dt.datetime = END) -> Company:
    """The made-up company of this seed; the same on any day and machine.

    Args:
        incidents: records to make, with drills and second reports among them.
        years: length of the history that stops at ``end``.
        seed: any number from 0 up.
        end: naive UTC moment at which the company is looked at.

    Raises:
        ValueError: a size, length or seed that makes no company.
    """
    setting = Setting(incidents, years, seed, end)
    families, log = events.happen(setting)
    named = details.put(setting, log)
    recorded = events.record(
        setting, start=log.start, offsets=log.offsets, repeatable=log.cause < len(families)
    )
    actions = details.promise(setting, log, named)
    told = records.tell(setting, families, log, actions)
    return Company(setting, families, log, named, recorded, actions, told)


def write_company(
    out: Path, *, incidents: int, years: float, seed: int, end: dt.datetime = END
) -> None:
    """Write ``incidents``, ``actions`` and ``exposure`` as CSV, and the truth beside them.

    Raises:
        ValueError: a size, length or seed that makes no company.
        OSError: ``out`` cannot be made or written to.
    """
    company = generate(incidents=incidents, years=years, seed=seed, end=end)
    out.mkdir(parents=True, exist_ok=True)
    files.write_records(out, company)
    files.write_exposure(out, company)
    files.write_truth(out, company)

"""The made-up company as files: CSV tables that load like a user's, and the truth beside them.

CSV and not JSON Lines because the ``csv`` module is the faster writer. The truth is compressed: its
files are read by tests only, and no reader of a folder takes them for records.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data.company import columns, exposure, prevention
from data.company.actions import OTHER_MEAN_DAYS_TO_DONE
from data.company.families import RATE_LEFT
from data.company.setting import MARK, NAME, UNKNOWN
from data.company.truth import CLASSES, DECLARED_SHARE

if TYPE_CHECKING:
    from data.company import Company

TRUTH_COLUMNS = ("id", "family", "mechanism", "earlier", "declared", "class")


def write_records(out: Path, company: "Company") -> None:
    """``incidents.csv`` and ``actions.csv``; lists are separated by semicolons."""
    with (
        (out / "incidents.csv").open("w", encoding="utf-8", newline="") as incidents,
        (out / "actions.csv").open("w", encoding="utf-8", newline="") as actions,
    ):
        incident_table, action_table = csv.writer(incidents), csv.writer(actions)
        incident_table.writerow(columns.INCIDENT_COLUMNS)
        action_table.writerow(columns.ACTION_COLUMNS)
        for begin, stop in columns.chunks(len(company.log)):
            incident_table.writerows(map(_flat, company.incident_rows(begin, stop)))
            action_table.writerows(company.action_rows(begin, stop))


def write_exposure(out: Path, company: "Company") -> None:
    """``exposure.csv``: the deploys of each service and all requests, month by month."""
    with (out / "exposure.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(exposure.COLUMNS)
        table.writerows(exposure.rows(company.setting))


def write_truth(out: Path, company: "Company") -> None:
    """``truth.csv.gz``, a row for each record, and ``truth.json.gz``, an entry for each family."""
    with _compressed(out / "truth.csv.gz") as file:
        table = csv.writer(file)
        table.writerow(TRUTH_COLUMNS)
        table.writerows(_truth_rows(company))
    with _compressed(out / "truth.json.gz") as file:
        json.dump(truth_of(company), file, indent=1)


def truth_of(company: "Company") -> dict[str, Any]:
    """What the company was made from and what is true of its families."""
    setting = company.setting
    finish, give_up = prevention.hazards()
    return {
        "company": f"{NAME} ({MARK})",
        "incidents": setting.incidents,
        "years": setting.years,
        "seed": setting.seed,
        "end": setting.end.isoformat(),
        "declared_share": DECLARED_SHARE,
        "rate_left_where_a_fix_holds": RATE_LEFT,
        "days_to_done_of_preventive_actions": dict(
            zip(prevention.STRENGTHS, (1 / finish).tolist(), strict=True)
        ),
        "days_to_done_of_other_actions": OTHER_MEAN_DAYS_TO_DONE,
        "days_to_given_up": 1 / give_up,
        "families": list(_families(company)),
    }


def _compressed(path: Path) -> io.TextIOWrapper:
    """Opened for writing; without a time inside, so that equal content gives equal files."""
    raw = gzip.GzipFile(path, "wb", compresslevel=6, mtime=0)
    return io.TextIOWrapper(raw, encoding="utf-8", newline="")


def _flat(row: columns.Row) -> list[Any]:
    return [";".join(value) if isinstance(value, list) else value for value in row]


def _truth_rows(company: "Company") -> Iterable[tuple[Any, ...]]:
    truth = company.truth
    return zip(
        (columns.incident_id(row) for row in range(len(company.log))),
        ("" if family == UNKNOWN else family for family in truth.family.tolist()),
        company.labels.mechanism.tolist(),
        truth.earlier.tolist(),
        ("yes" if said else "no" for said in truth.declared.tolist()),
        (CLASSES[state] for state in truth.state.tolist()),
        strict=True,
    )


def _families(company: "Company") -> Iterable[dict[str, Any]]:
    families, truth = company.families, company.truth
    counts = np.diff(np.append(truth.first, len(truth.members)))
    for number in np.flatnonzero(counts).tolist():
        fixed_on = int(families.fixed_on[number])
        yield {
            "family": number,
            "members": int(counts[number]),
            "active_from": str(families.active_from[number].astype("datetime64[s]")),
            "process": "bursts" if families.bursts[number] else "even",
            "rate_a_year": round(float(families.rate[number]), 4),
            "fix_done_on": None if fixed_on == UNKNOWN else str(np.datetime64(fixed_on, "D")),
            "holds": None if fixed_on == UNKNOWN else bool(families.holds[number]),
            "rate_a_year_after": None
            if fixed_on == UNKNOWN
            else round(float(families.rate_after[number]), 4),
        }

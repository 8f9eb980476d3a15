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
import numpy.typing as npt
import pandas as pd

from data.company import details, events, records
from data.company.details import KINDS as ACTION_KINDS
from data.company.details import OTHER_MEAN_DAYS_TO_DONE, SOURCES, STATUSES, Actions, Labels, book
from data.company.events import (
    BY_DAY,
    DAY,
    ESTIMATED,
    KINDS,
    MARK,
    NAME,
    PUBLISHED,
    RATE_LEFT,
    STRENGTHS,
    UNKNOWN,
    Integers,
    Log,
    Recorded,
    Setting,
)
from data.company.records import CLASSES, DECLARED_SHARE, Truth, incident_id
from data.record import CLOCK_FIELDS

# The made-up company as the tables that statistics ask, without files, store and long texts.
#
# Column names are those of a history; ``data`` does not know ``analytics``, so a test holds the
# two together.

SEVERITIES = ("SEV1", "SEV2", "SEV3", "SEV4")


def build(
    log: Log, labels: Labels, recorded: Recorded, actions: Actions, truth: Truth
) -> dict[str, pd.DataFrame]:
    """The tables by name; positions are row numbers in ``incidents``."""
    n, words = len(log), book()
    rows = np.arange(n)
    more = np.flatnonzero(labels.second_service != UNKNOWN)
    service = np.concatenate([labels.service, labels.second_service[more]])
    factor_rows, factor_columns = np.nonzero(labels.factors != UNKNOWN)
    return {
        "incidents": _incidents(log, labels, recorded),
        "services": _pairs(
            np.concatenate([rows, more]), "service", words.phrases["services"], service
        ),
        "factors": _pairs(
            factor_rows, "factor", words.factors, labels.factors[factor_rows, factor_columns]
        ),
        "tags": _pairs(rows, "tag", [MARK], np.zeros(n, np.int64)),
        "actions": _actions(actions),
        "links": _links(truth),
    }


def exposed(setting: Setting) -> pd.DataFrame:
    """Deploys and requests, month by month."""
    frame = pd.DataFrame(details.exposure_rows(setting), columns=list(details.EXPOSURE_COLUMNS))
    times = {name: frame[name].astype("datetime64[s]") for name in ("start", "end")}
    labels = {name: frame[name].astype("category") for name in ("unit", "team", "service")}
    return frame.assign(**times, **labels)


def _incidents(log: Log, labels: Labels, recorded: Recorded) -> pd.DataFrame:
    n, words = len(log), book()
    present = ((recorded.at != UNKNOWN) * (1 << np.arange(len(CLOCK_FIELDS)))).sum(axis=1)
    published = recorded.at[:, PUBLISHED] != UNKNOWN
    columns: dict[str, Any] = {
        "id": [incident_id(row) for row in range(n)],
        "title": _titles(labels),
        "kind": _category(KINDS, log.kind),
        "status": _category(("open", "resolved"), np.where(recorded.is_open, 0, 1)),
        "severity": _category(SEVERITIES, log.rank - 1),
        "severity_rank": log.rank.astype(np.float32),
        "team": _category(words.phrases["teams"], labels.team),
        "environment": _category([f"production ({MARK})"], np.zeros(n, np.int8)),
        "detection_source": _category(SOURCES, labels.source),
        "trigger_category": _category(words.triggers, labels.trigger),
        "root_cause_category": _category(words.categories, labels.cause_category),
        "postmortem_status": _category(("none", "published"), published.astype(np.int8)),
        **{clock: _seconds(recorded.at[:, i]) for i, clock in enumerate(CLOCK_FIELDS)},
        "day_clocks": np.where(recorded.precision == BY_DAY, present, 0).astype(np.int16),
        "estimated_clocks": np.where(recorded.precision == ESTIMATED, present, 0).astype(np.int16),
        "affected_users": labels.users,
        "cost": labels.cost,
        "currency": _category(["EUR"], np.where(np.isnan(labels.cost), UNKNOWN, 0)),
        "duplicate_of": log.original.astype(np.int32),
        "is_duplicate": log.original != UNKNOWN,
        "has_postmortem": published,
    }
    return pd.DataFrame(columns)


def _actions(actions: Actions) -> pd.DataFrame:
    priorities = [f"P{rank}" for rank in range(1, 5)]
    return pd.DataFrame(
        {
            "incident": actions.incident.astype(np.int32),
            "id": [f"{MARK}-A{k:07d}" for k in range(1, len(actions) + 1)],
            "kind": _category(ACTION_KINDS, actions.kind),
            "strength": _category(STRENGTHS, actions.strength),
            "priority": _category(priorities, actions.rank - 1),
            "owner": _category(book().phrases["teams"], actions.owner),
            "status": _category(STATUSES, actions.status),
            "created_on": _day_seconds(actions.created_on),
            "first_due_on": _day_seconds(actions.first_due_on),
            "due_on": _day_seconds(actions.due_on),
            "completed_on": _day_seconds(actions.recorded_completed_on),
        }
    )


def _links(truth: Truth) -> pd.DataFrame:
    """Each declared repeat with each earlier incident that it names."""
    later = np.flatnonzero(truth.declared)
    named = truth.earlier[later]
    nth = np.arange(named.sum()) - np.repeat(np.cumsum(named) - named, named)
    earlier = truth.members[np.repeat(truth.first[truth.family[later]], named) + nth]
    n = len(nth)
    return pd.DataFrame(
        {
            "later": np.repeat(later, named).astype(np.int32),
            "earlier": earlier.astype(np.int32),
            "relation": _category(["repeat"], np.zeros(n, np.int8)),
            "origin": _category(["record"], np.zeros(n, np.int8)),
            "confidence": np.full(n, np.nan),
        }
    )


def _titles(labels: Labels) -> list[str]:
    """One title a mechanism: enough to tell records apart in a table."""
    words = book()
    known = np.array(
        [
            [m["titles"][0].format(service=s, object="a part") for s in words.phrases["services"]]
            for m in words.mechanisms
        ],
        dtype=object,
    )
    titles: list[str] = known[labels.mechanism, labels.service].tolist()
    return titles


def _pairs(rows: Integers, name: str, known: Any, codes: Integers) -> pd.DataFrame:
    return pd.DataFrame({"incident": rows.astype(np.int32), name: _category(known, codes)})


def _category(known: Any, codes: npt.NDArray[Any]) -> Any:
    return pd.Categorical.from_codes(codes.astype(np.int64), categories=pd.Index(list(known)))


def _seconds(at: Integers) -> npt.NDArray[np.datetime64]:
    times = at.astype("datetime64[s]")
    times[at == UNKNOWN] = np.datetime64("NaT")
    return times


def _day_seconds(day: Integers) -> npt.NDArray[np.datetime64]:
    return _seconds(np.where(day == UNKNOWN, UNKNOWN, day * DAY))


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
        incident_table.writerow(records.INCIDENT_COLUMNS)
        action_table.writerow(records.ACTION_COLUMNS)
        for begin, stop in records.chunks(len(company.log)):
            incident_table.writerows(map(_flat, company.incident_rows(begin, stop)))
            action_table.writerows(company.action_rows(begin, stop))


def write_exposure(out: Path, company: "Company") -> None:
    """``exposure.csv``: the deploys of each service and all requests, month by month."""
    with (out / "exposure.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(details.EXPOSURE_COLUMNS)
        table.writerows(details.exposure_rows(company.setting))


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
    finish, give_up = events.hazards()
    return {
        "company": f"{NAME} ({MARK})",
        "incidents": setting.incidents,
        "years": setting.years,
        "seed": setting.seed,
        "end": setting.end.isoformat(),
        "declared_share": DECLARED_SHARE,
        "rate_left_where_a_fix_holds": RATE_LEFT,
        "days_to_done_of_preventive_actions": dict(
            zip(events.STRENGTHS, (1 / finish).tolist(), strict=True)
        ),
        "days_to_done_of_other_actions": OTHER_MEAN_DAYS_TO_DONE,
        "days_to_given_up": 1 / give_up,
        "families": list(_families(company)),
    }


def _compressed(path: Path) -> io.TextIOWrapper:
    """Opened for writing; without a time inside, so that equal content gives equal files."""
    raw = gzip.GzipFile(path, "wb", compresslevel=6, mtime=0)
    return io.TextIOWrapper(raw, encoding="utf-8", newline="")


def _flat(row: records.Row) -> list[Any]:
    return [";".join(value) if isinstance(value, list) else value for value in row]


def _truth_rows(company: "Company") -> Iterable[tuple[Any, ...]]:
    truth = company.truth
    return zip(
        (records.incident_id(row) for row in range(len(company.log))),
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

"""The made-up company as the tables that statistics ask, without files, store and long texts.

Column names are those of a history; ``data`` does not know ``analytics``, so a test holds the two
together.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.company import exposure
from data.company.actions import KINDS as ACTION_KINDS
from data.company.actions import STATUSES, Actions
from data.company.clocks import BY_DAY, ESTIMATED, PUBLISHED, Recorded
from data.company.columns import incident_id
from data.company.labels import SOURCES, Labels, book
from data.company.log import KINDS, Log
from data.company.prevention import STRENGTHS
from data.company.setting import DAY, MARK, UNKNOWN, Integers, Setting
from data.company.truth import Truth
from data.record import CLOCK_FIELDS

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
    frame = pd.DataFrame(exposure.rows(setting), columns=list(exposure.COLUMNS))
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

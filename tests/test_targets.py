"""Which times were promised, and were they kept?"""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from analytics.clocks import TTR, measure
from analytics.selection import Scope, View, select
from analytics.targets import NO_TARGET, NONE_OWED, Target, marks, within_target
from analytics.units import HOUR
from data import preferences as stored
from data.store import Store
from tests.support.histories import history

AS_OF = dt.datetime(2026, 7, 1)
#: Hours of incidents in the first two quarters of 2026; None for one that is still open.
HOURS = {
    "SEV1": [("2026-01-05", 0.5), ("2026-05-05", 2.0), ("2026-06-30T20:00", None)],
    "SEV2": [("2026-02-05", 1.0), ("2026-05-06", 3.0)],
    None: [("2026-05-07", 4.0)],
}


def view() -> View:
    rows: list[dict[str, Any]] = []
    for severity, cases in HOURS.items():
        for day, hours in cases:
            start = dt.datetime.fromisoformat(day)
            end = None if hours is None else start + dt.timedelta(hours=hours)
            status = "open" if hours is None else "resolved"
            rows.append(
                {
                    "severity": severity,
                    "impact_started_at": start,
                    "resolved_at": end,
                    "status": status,
                }
            )
    return select(history(rows), Scope())


def durations(shown: View) -> Any:
    return measure(shown.incidents, TTR, as_of=AS_OF)


def test_each_severity_is_held_to_its_own_target_and_the_others_to_that_of_all() -> None:
    shown = view()
    targets = [Target("TTR", HOUR, "SEV1", 0.9), Target("TTR", 3 * HOUR), Target("TTM", 60.0)]
    found = within_target(shown, durations(shown), targets)
    # SEV1: 30 min kept, 2 h and the open one of 4 h did not. Others: 1 h and 3 h kept, 4 h did not.
    assert (found.overall.estimate, found.overall.n, found.overall.n_missing) == (0.5, 6, 0)
    kept = {target.severity: (share.estimate, share.n) for target, share in found.targets}
    assert kept == {"SEV1": (pytest.approx(1 / 3), 3), "": (pytest.approx(2 / 3), 3)}
    assert found.starts.tolist() == [dt.date(2026, 1, 1), dt.date(2026, 4, 1)]
    assert [(share.estimate, share.n) for share in found.by_period] == [(1.0, 2), (0.25, 4)]


def test_an_open_incident_within_its_time_is_not_known_yet() -> None:
    shown = view()
    found = within_target(shown, durations(shown), [Target("TTR", 5 * HOUR, "SEV1")])
    assert (found.overall.estimate, found.overall.n, found.overall.n_missing) == (1.0, 2, 1)


def test_a_severity_without_a_target_is_not_counted() -> None:
    shown = view()
    marked = marks(shown.incidents, durations(shown), [Target("TTR", HOUR, "SEV2")])
    assert np.flatnonzero(marked.target >= 0).tolist() == [1, 3]
    assert marked.share(marked.target < 0).reason == NONE_OWED


def test_without_a_target_there_is_no_share_and_it_says_so() -> None:
    shown = view()
    found = within_target(shown, durations(shown), [Target("TTM", HOUR)])
    assert (found.overall.estimate, found.overall.reason) == (None, NO_TARGET)
    assert found.by_period == ()


def test_targets_are_kept_by_step_and_severity(store: Store) -> None:
    hour = stored.Target("TTR", HOUR, "SEV1", 0.9)
    assert stored.set_target(store, hour)
    assert not stored.set_target(store, hour)
    assert stored.set_target(store, stored.Target("TTD", 300.0))
    assert stored.set_target(store, hour._replace(seconds=2 * HOUR))
    kept = (stored.Target("TTD", 300.0), hour._replace(seconds=2 * HOUR))
    assert stored.targets(store) == kept
    assert stored.remove_target(store, hour)
    assert stored.targets(store) == kept[:1]


@pytest.mark.parametrize(
    "target",
    [
        stored.Target("MTBF", HOUR),
        stored.Target("TTR", 0.0),
        stored.Target("TTR", float("nan")),
        stored.Target("TTR", 1e12),
        stored.Target("TTR", HOUR, wanted=0.0),
        stored.Target("TTR", HOUR, wanted=1.5),
        stored.Target("TTR", HOUR, severity="x" * 300),
        stored.Target("TTR", HOUR, severity="a\nb"),
    ],
)
def test_a_target_that_cannot_be_kept_is_refused(store: Store, target: stored.Target) -> None:
    with pytest.raises(stored.UnfitTarget):
        stored.set_target(store, target)
    assert stored.targets(store) == ()


@pytest.mark.parametrize(
    "value", [7, "1 h", {}, {"seconds": "60"}, {"seconds": True}, {"seconds": 60, "wanted": "x"}]
)
def test_what_another_version_kept_otherwise_is_left_out(store: Store, value: Any) -> None:
    store.set_setting("target:TTR:SEV1", value)
    store.set_setting("target:odd:", {"seconds": 60})
    assert stored.targets(store) == ()

"""A change of a duration taken apart: what changed within severities and services, what did not."""

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.calendar import Break, Period, PeriodPair
from analytics.clocks import TTM, TTR
from analytics.response.mix import OTHERS, SEVERAL, DurationMix, MixOf, duration_mix
from analytics.selection import UNKNOWN, Scope, select
from tests.support.histories import history

AS_OF = dt.datetime(2026, 7, 1)
PAIR = PeriodPair(
    before=Period("before", dt.date(2025, 7, 1), dt.date(2026, 1, 1)),
    after=Period("after", dt.date(2026, 1, 1), dt.date(2026, 7, 1)),
)
HOUR = 60.0


def incidents(month: str, minutes: list[float], **fields: Any) -> list[dict[str, Any]]:
    start = dt.datetime.fromisoformat(f"{month}-01T00:00")
    rows = []
    for number, length in enumerate(minutes):
        began = start + dt.timedelta(hours=number)
        ended = began + dt.timedelta(minutes=length)
        rows.append(
            {
                "impact_started_at": began.isoformat(),
                "mitigated_at": ended.isoformat(timespec="seconds"),
                **fields,
            }
        )
    return rows


def taken_apart(rows: list[dict[str, Any]], by: MixOf = "severity", **options: Any) -> DurationMix:
    records = history(rows)
    after, before = (
        select(records, Scope(start=side.start, end=side.end)) for side in (PAIR.after, PAIR.before)
    )
    step = options.pop("step", TTM)
    return duration_mix(after, before, step, by, pair=PAIR, as_of=AS_OF, **options)


def severities(before: dict[str, list[float]], after: dict[str, list[float]]) -> DurationMix:
    rows = []
    for month, sizes in (("2025-08", before), ("2026-02", after)):
        for rank, (name, minutes) in enumerate(sizes.items()):
            rows += incidents(month, minutes, severity=name, severity_rank=rank + 1)
    return taken_apart(rows)


def test_more_small_incidents_change_the_mix_and_nothing_within() -> None:
    slow, fast = [100.0, 400.0], [5.0, 20.0]  # geometric means of 200 and 10 minutes
    found = severities({"SEV1": slow * 4, "SEV2": fast * 2}, {"SEV1": slow * 2, "SEV2": fast * 4})
    # Shares of the slow ones: 8 of 12 before, 4 of 12 after, so the log falls by ln(20) / 3.
    assert found.total.estimate == pytest.approx(20 ** (-1 / 3))
    assert found.within.estimate == pytest.approx(1.0)
    assert found.mix.estimate == pytest.approx(20 ** (-1 / 3))
    assert not found.within_is_clear
    assert [(c.group, c.n_before, c.n_after) for c in found.cells] == [
        ("SEV1", 8, 4),
        ("SEV2", 4, 8),
    ]
    assert [c.before for c in found.cells] == pytest.approx([200 * 60, 10 * 60])


def test_an_average_that_improves_while_every_severity_worsens_is_called_misleading() -> None:
    rng = np.random.default_rng(3)
    slow, fast = (list(np.exp(rng.normal(math.log(m), 0.1, 20))) for m in (300.0, 10.0))
    longer = [1.4 * m for m in slow], [1.4 * m for m in fast]
    found = severities({"SEV1": slow, "SEV2": fast[:6]}, {"SEV1": longer[0][:6], "SEV2": longer[1]})
    assert found.total.estimate is not None
    assert found.within.estimate is not None
    assert found.total.estimate < 1.0 < found.within.estimate
    assert found.misleading
    assert found.within_is_clear


def test_the_parts_multiply_to_the_whole_and_the_cells_to_their_parts() -> None:
    rng = np.random.default_rng(5)
    draw = {name: list(rng.lognormal(3, 1, 30)) for name in ("SEV1", "SEV2", "SEV3")}
    found = severities(
        {name: m[:n] for (name, m), n in zip(draw.items(), (4, 9, 20), strict=True)},
        {name: m[n:] for (name, m), n in zip(draw.items(), (15, 12, 22), strict=True)},
    )
    assert found.total.estimate is not None
    assert found.within.estimate is not None
    assert found.mix.estimate is not None
    assert found.total.estimate == pytest.approx(found.within.estimate * found.mix.estimate)
    assert math.prod(c.within for c in found.cells) == pytest.approx(found.within.estimate)
    assert math.prod(c.mix for c in found.cells) == pytest.approx(found.mix.estimate)
    assert sum(c.share_after for c in found.cells) == pytest.approx(1.0)


def test_groups_with_too_few_durations_stand_together_and_are_named() -> None:
    found = severities(
        {"SEV1": [60.0, 90.0] * 5, "SEV2": [10.0, 20.0], "SEV3": [5.0, 7.0, 9.0]},
        {"SEV1": [60.0, 90.0] * 5, "SEV2": [10.0, 20.0, 30.0], "SEV3": [8.0]},
    )
    assert found.pooled == ("SEV2", "SEV3")
    assert [(c.group, c.n_before, c.n_after) for c in found.cells] == [
        ("SEV1", 10, 10),
        (OTHERS, 5, 4),
    ]


def test_a_lone_small_group_takes_the_next_smallest_in() -> None:
    found = severities(
        {"SEV1": [60.0] * 9, "SEV2": [10.0, 30.0] * 2, "SEV3": [5.0]},
        {"SEV1": [60.0, 70.0] * 5, "SEV2": [10.0] * 5},
    )
    assert found.pooled == ("SEV2", "SEV3")
    assert [(c.group, c.n_before, c.n_after) for c in found.cells][1] == (OTHERS, 5, 5)


def test_one_group_alone_has_no_mix_and_a_reason() -> None:
    found = severities({"SEV1": [60.0, 90.0] * 5}, {"SEV1": [60.0, 90.0] * 5})
    assert found.reason == "needs 2 groups with enough durations in both periods, has 1"
    assert found.within.estimate is None


def test_too_few_durations_in_a_period_are_no_zero_change() -> None:
    found = severities({"SEV1": [60.0, 90.0] * 5}, {"SEV1": [60.0], "SEV2": [5.0]})
    assert found.total.estimate is None
    assert "needs 6 incidents in each period" in found.reason


def test_nothing_is_taken_apart_across_a_break() -> None:
    rows = [
        *incidents("2025-08", [60.0, 90.0] * 5, severity="SEV1"),
        *incidents("2026-02", [60.0, 90.0] * 5, severity="SEV1"),
    ]
    scheme = Break(dt.date(2026, 1, 15), "new scheme")
    assert taken_apart(rows, breaks=[scheme]).reason == "new scheme (2026-01-15)"


def test_an_incident_of_several_services_is_a_group_of_its_own_and_counts_once() -> None:
    rows = []
    for month in ("2025-08", "2026-02"):
        rows += incidents(month, [60.0, 70.0] * 3, services=["b"])
        rows += incidents(month, [30.0, 40.0] * 3, services=["A"])
        rows += incidents(month, [10.0, 20.0] * 3, services=["A", "b"])
        rows += incidents(month, [5.0, 6.0] * 3, services=[])
    found = taken_apart(rows, by="service")
    assert [c.group for c in found.cells] == ["A", "b", UNKNOWN, SEVERAL]
    assert sum(c.n_after for c in found.cells) == 24


def test_the_chosen_step_is_the_one_taken_apart() -> None:
    rows = incidents("2025-08", [60.0] * 8, severity="SEV1")
    assert "has 0" in taken_apart(rows, step=TTR).reason


minutes = st.lists(st.floats(1, 1e4), min_size=3, max_size=8)


@given(st.lists(st.tuples(minutes, minutes), min_size=2, max_size=4), st.integers(0, 3))
def test_the_intervals_hold_their_estimates_and_incidents_without_a_clock_change_nothing(
    sizes: list[tuple[list[float], list[float]]], unrecorded: int
) -> None:
    rows: list[dict[str, Any]] = []
    for rank, (before, after) in enumerate(sizes):
        rows += incidents("2025-08", before, severity=f"SEV{rank}")
        rows += incidents("2026-02", after, severity=f"SEV{rank}")
    found = taken_apart(rows)
    assume(found.cells)  # equal durations have no interval, and a reason
    for part in (found.within, found.mix):
        assert part.low is not None
        assert part.high is not None
        assert part.estimate is not None
        assert part.low <= part.estimate <= part.high
    without = [{"impact_started_at": "2026-02-03T00:00", "severity": "SEV0"}] * unrecorded
    again = taken_apart([*rows, *without])
    assert again.within.estimate == found.within.estimate
    assert again.within.n_missing == found.within.n_missing + unrecorded

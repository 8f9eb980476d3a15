"""Which possible repeats people are asked about, and which first."""

import numpy as np

from analytics.frames import History
from analytics.matcher.confidence import SEEN
from analytics.repeats.queue import queue
from tests.support.histories import history
from tests.support.repeating import incident, link

LASTED = [2, 5, 1, 9]
SCORES = {"i1": {"i0": 0.4}, "i2": {"i0": 0.9}, "i3": {"i0": 0.6}}


def suggested() -> History:
    """Three that look like the first; of the last nobody knows how long it lasted."""
    rows = [incident(f"2026-0{n + 1}-01", hours=hours) for n, hours in enumerate(LASTED)]
    del rows[3]["mitigated_at"], rows[3]["resolved_at"]
    return history(rows, links=[link(n, 0, origin="suggested") for n in (1, 2, 3)])


def test_the_costliest_come_first_and_those_of_unknown_cost_last() -> None:
    found = queue(suggested(), np.arange(3), scores=SCORES, weakest=None)
    assert found.rows.tolist() == [0, 1, 2]
    assert found.hours.tolist()[:2] == [5.0, 1.0]
    assert np.isnan(found.hours[2])
    assert found.left_out == 0


def test_those_of_too_small_a_chance_are_left_out_and_counted() -> None:
    found = queue(suggested(), np.arange(3), scores=SCORES, weakest=0.5)
    assert found.rows.tolist() == [1, 2]
    assert found.left_out == 1


def test_a_pair_that_the_search_does_not_know_is_asked_only_while_verdicts_do_not_tell() -> None:
    rows = np.arange(3)
    assert len(queue(suggested(), rows, scores={}, weakest=None).rows) == 3
    assert len(queue(suggested(), rows, scores={}, weakest=0.5).rows) == 0


def test_what_was_seen_before_is_asked_whatever_verdicts_say() -> None:
    records = suggested()
    records.links.loc[0, "basis"] = SEEN
    found = queue(records, np.arange(3), scores=SCORES, weakest=0.95)
    assert (found.rows.tolist(), found.left_out) == ([0], 2)


def test_an_empty_queue_is_empty() -> None:
    assert len(queue(suggested(), np.arange(0), scores=SCORES, weakest=0.5).rows) == 0

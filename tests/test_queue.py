"""What people are asked about, and what of it first."""

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np

from analytics.frames import NO_ROW, History
from analytics.known_causes.grouping import NO_CAUSE, known_causes
from analytics.known_causes.membership import families_of
from analytics.known_causes.overview import possible_list
from analytics.matcher.confidence import FLAGS, LIKELY, POSSIBLE, SEEN, STRONG, Calibration
from analytics.matcher.families import Family
from analytics.repeats.ledger import find_repeats, ledger
from analytics.repeats.queue import Queue, queue
from analytics.selection import Scope, select
from tests.support.histories import history
from tests.support.repeating import Row, incident, link

#: Hours of impact of nine incidents, a month apart; of the last nobody knows it.
LASTED = (2, 5, 1, 9, 3, 4, 1, 2, 8)


def records(links: Sequence[Row]) -> History:
    rows = [incident(f"2026-0{n + 1}-01", hours=hours) for n, hours in enumerate(LASTED)]
    del rows[8]["mitigated_at"], rows[8]["resolved_at"]
    return history(rows, links=links)


def flagged(later: int, earlier: int, basis: str) -> Row:
    return {**link(later, earlier, origin="suggested"), "basis": basis}


def waiting(
    links: Sequence[Row],
    *groups: Sequence[str],
    scores: Mapping[str, Mapping[str, float]] | None = None,
    calibration: Calibration | None = None,
    only: int | None = None,
) -> Queue:
    """The queue over nine incidents with these links and these proposed groups.

    Args:
        only: the one incident in view; None for all.
    """
    causes = known_causes(find_repeats(records(links)))
    families = families_of(causes, [Family(one[0], tuple(one)) for one in groups])
    month = None if only is None else dt.date(2026, only + 1, 1)
    after = None if only is None else dt.date(2026, only + 2, 1)
    view = select(causes.repeats.history, Scope(start=month, end=after))
    suggested = ledger(causes.repeats, view).suggested
    found = queue(families, view, suggested, scores=scores or {}, calibration=calibration)
    listed = possible_list(families, view, most=99)
    assert (listed.total, listed.members) == (
        int(found.new.sum()),
        int(found.size[found.new].sum()),
    )
    return found


def test_the_strongest_come_first_and_of_these_the_costliest() -> None:
    found = waiting(
        [
            flagged(3, 0, LIKELY),
            flagged(4, 0, SEEN),
            flagged(1, 0, SEEN),
            flagged(8, 0, SEEN),
            flagged(2, 0, STRONG),
        ]
    )
    assert found.incident.tolist() == [1, 4, 8, 2, 3]
    assert [FLAGS[place] for place in found.strength] == [SEEN, SEEN, SEEN, STRONG, LIKELY]
    assert found.hours.tolist()[:2] == [5.0, 3.0]
    assert np.isnan(found.hours[2])


def test_an_incident_is_one_card_however_many_it_looks_like() -> None:
    found = waiting([flagged(3, 0, POSSIBLE), flagged(3, 1, SEEN), flagged(3, 2, LIKELY)])
    assert (len(found), found.incident.tolist(), FLAGS[found.strength[0]]) == (1, [3], SEEN)
    assert found.links_of(0).tolist() == [1, 2, 0]


def test_what_a_group_asks_is_not_asked_of_its_incidents_again() -> None:
    links = [flagged(3, 0, STRONG), flagged(4, 0, LIKELY), flagged(5, 1, STRONG)]
    found = waiting(links, ["i0", "i3", "i4"])
    assert found.incident.tolist() == [NO_ROW, 5]
    assert (found.family[1], found.size.tolist()) == (NO_CAUSE, [3, 1])
    assert found.hours.tolist() == [14.0, 4.0]
    assert found.new.tolist() == [True, False]


def test_a_group_without_a_flag_inside_comes_last() -> None:
    found = waiting([flagged(5, 1, STRONG)], ["i0", "i3"])
    assert found.incident.tolist() == [5, NO_ROW]


def test_incidents_that_may_have_a_known_cause_are_a_card_and_no_new_group() -> None:
    found = waiting([link(1, 0)], ["i0", "i1", "i2"])
    assert (found.incident.tolist(), found.size.tolist(), found.new.tolist()) == (
        [NO_ROW],
        [1],
        [False],
    )


def test_only_what_is_in_view_is_asked() -> None:
    links = [flagged(3, 0, SEEN), flagged(5, 1, SEEN)]
    assert waiting(links, ["i6", "i7"], only=3).incident.tolist() == [3]
    assert waiting(links, ["i6", "i7"], only=6).incident.tolist() == [NO_ROW]


def test_those_of_too_small_a_chance_are_left_out_and_counted_unless_seen_before() -> None:
    calibration = Calibration(slope=1.0, intercept=0.0, n=100)
    links = [flagged(3, 0, STRONG), flagged(4, 0, STRONG), flagged(5, 0, SEEN), flagged(6, 0, "")]
    scores = {"i3": {"i0": 5.0}, "i4": {"i0": -5.0}, "i5": {"i0": -5.0}}
    found = waiting(links, scores=scores, calibration=calibration)
    assert found.incident.tolist() == [5, 3]
    assert found.left_out == 2
    assert waiting(links, scores=scores).left_out == 0


def test_a_pair_that_has_one_cause_already_is_not_asked() -> None:
    assert len(waiting([link(1, 0), link(2, 1), flagged(2, 0, SEEN)])) == 0


def test_an_empty_queue_is_empty() -> None:
    found = waiting([])
    assert (len(found), found.left_out, found.new.any()) == (0, 0, False)

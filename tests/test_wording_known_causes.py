"""Known causes in words, where they struck once or twice, and as far as fixes are known."""

import datetime as dt

import numpy as np
import pytest

from analytics.known_causes.grouping import KnownCauses, known_causes
from analytics.known_causes.membership import families_of
from analytics.known_causes.overview import CauseHistory, cause_history, cause_list
from analytics.known_causes.priorities import cause_actions
from analytics.repeats.ledger import find_repeats
from analytics.selection import Scope, select
from pages.views.cause_history import (
    actions_finding,
    away_finding,
    back_basis,
    cause_finding,
    chance_back,
)
from pages.views.cause_line import line_finding
from pages.views.known_causes import not_seen, times_back
from tests.support.repeating import Row, action, history_of, incident, link

AS_OF = dt.datetime(2025, 12, 31)


def struck(times: int, *actions: Row) -> tuple[CauseHistory, str]:
    """A cause that struck so often, and what is said of the actions against it."""
    rows = [incident(f"2025-{month:02}-01") for month in range(1, times + 1)]
    links = [link(later, later - 1) for later in range(1, times)]
    causes = known_causes(find_repeats(history_of(rows, links, list(actions))))
    said = actions_finding(cause_actions(causes, 0, as_of=AS_OF), confirmed=True)
    return cause_history(causes, 0, as_of=AS_OF), said


@pytest.mark.parametrize(
    ("times", "said", "away"),
    [
        (1, "Struck once so far", "It has not come back yet"),
        (2, "Struck twice", "It stayed away once, for 30 d 21 h"),
        (3, "Struck 3 times", "It stayed away between 27 d 21 h and 30 d 21 h"),
    ],
)
def test_once_and_twice(times: int, said: str, away: str) -> None:
    one, _ = struck(times)
    assert (cause_finding(one), away_finding(one)) == (said, away)


def test_how_often_it_was_back_is_said_and_two_times_make_no_percentage() -> None:
    few, _ = struck(2)
    assert times_back(few.back_within[90]) == "1 of 2 times"
    lately = few.back_within[90]
    assert chance_back(lately, days=90, away=5.0) == "as a chance: needs 6 times, has 2"
    many, _ = struck(9)
    assert times_back(many.back_within[90]) == "8 of 9 times"
    assert "89 % (61 to 99)" in chance_back(many.back_within[90], days=90, away=5.0)


@pytest.mark.parametrize(
    ("actions", "said", "line"),
    [
        (
            [],
            "No action against it is recorded",
            "1 confirmed repeat, and no preventive action on record before",
        ),
        (
            [action(0, "open")],
            "1 of 1 preventive action not known to be done",
            "1 of 1 confirmed repeat began with the fix not known to be done",
        ),
        (
            [action(0, "open", created_on=np.datetime64("2025-01-02"))],
            "1 of 1 preventive action still open",
            "1 of 1 confirmed repeat began while the fix was still open",
        ),
        (
            [{**action(0, "open"), "kind": "detect"}],
            "1 action, none of them said to prevent",
            "1 confirmed repeat, and no preventive action on record before",
        ),
    ],
)
def test_what_is_open_is_said_as_far_as_it_is_known(
    actions: list[Row], said: str, line: str
) -> None:
    one, of_actions = struck(2, *actions)
    assert of_actions == said
    assert line_finding(one).startswith(line)


def test_a_cause_that_stayed_away_for_longer_has_no_chance_of_its_first_days() -> None:
    often, _ = struck(9)
    assert "Not seen for 17 weeks" in back_basis(often)  # since 1 September
    assert often.away == pytest.approx(120.875)
    within = often.back_within
    said = chance_back(within[90], days=90, away=often.away)
    assert said == "it has been away for longer: not seen for 17 weeks"
    ahead = chance_back(within[180], days=180, away=often.away)
    assert ahead == "no incident has been watched for 180 days"
    lately = cause_history(often_causes(), 0, as_of=dt.datetime(2025, 10, 1))
    assert "Not seen for 29 d" in back_basis(lately)
    assert "%" in chance_back(lately.back_within[90], days=90, away=lately.away)


def test_an_end_that_nobody_knows_says_no_silence() -> None:
    assert not_seen(float("nan")) == ""


def often_causes() -> KnownCauses:
    rows = [incident(f"2025-{month:02}-01") for month in range(1, 10)]
    links = [link(later, later - 1) for later in range(1, 9)]
    return known_causes(find_repeats(history_of(rows, links)))


def test_the_list_gives_the_chance_of_the_page_of_the_cause() -> None:
    causes = often_causes()
    view = select(causes.repeats.history, Scope())
    found = cause_list(families_of(causes, ()), view, as_of=AS_OF, most=5)
    one = cause_history(causes, 0, as_of=AS_OF)
    assert found.back_within[0] == one.back_within[90]
    assert float(found.away[0]) == one.away

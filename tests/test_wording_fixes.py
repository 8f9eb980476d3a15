"""What to finish first, in words."""

import datetime as dt

import numpy as np

from analytics.known_causes.grouping import known_causes
from analytics.known_causes.priorities import Priorities, finish_first
from analytics.repeats.ledger import find_repeats
from analytics.selection import Scope, select
from pages.parts.wording.fixes import expected_words, first_basis, first_finding
from tests.support.repeating import Row, action, history_of, incident, link

AS_OF = dt.datetime(2025, 12, 31)


def first(*actions: Row) -> Priorities:
    rows = [incident(f"2025-{month:02}-01") for month in range(1, 11)]
    history = history_of(rows, [link(k, k - 1) for k in range(1, 10)], list(actions))
    return finish_first(
        known_causes(find_repeats(history)),
        select(history, Scope()),
        as_of=AS_OF,
        next_review=AS_OF + dt.timedelta(days=90),
    )


def test_what_to_finish_first_says_what_it_knows_of_each_action() -> None:
    dated = first(action(0, "open", created_on=np.datetime64("2025-01-02")))
    written = first(action(0, "open"), action(1, "open"))
    assert first_finding(dated, until=AS_OF).startswith("First: 1 open action against a cause")
    assert first_finding(written, until=AS_OF).startswith("First: 2 actions not known to be done")
    assert "written" not in first_basis(dated, until=AS_OF)
    assert "all open as their post said when it was written" in first_basis(written, until=AS_OF)
    assert expected_words(dated, 0).endswith(")")
    assert " to " in expected_words(dated, 0)

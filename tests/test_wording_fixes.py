"""What to finish first, in words."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analytics.known_causes.fixes import fix_held
from analytics.known_causes.grouping import known_causes
from analytics.known_causes.priorities import Priorities, cause_actions, finish_first
from analytics.repeats.ledger import find_repeats
from analytics.selection import Scope, select
from pages.parts.wording.numbers import DASH
from pages.views.fixes import (
    done_words,
    expected_words,
    first_basis,
    first_finding,
    held_words,
    promised_words,
    so_far,
    stages_words,
    verified_words,
)
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
    nothing = first(action(0, "done"))
    assert "0 open" not in first_basis(nothing, until=AS_OF)
    assert expected_words(dated, 0).endswith(")")
    assert " to " in expected_words(dated, 0)


def held(before: list[str], after: list[str]) -> str:
    """What is said of a fix that was done on 15 June, promised after the last one before."""
    rows = [incident(began) for began in [*before, *after]]
    done = action(
        len(before) - 1,
        "done",
        created_on=pd.Timestamp(before[-1]),
        completed_on=pd.Timestamp("2025-06-15"),
    )
    links = [link(later, later - 1) for later in range(1, len(rows))]
    causes = known_causes(find_repeats(history_of(rows, links, [done])))
    return plain(held_words(fix_held(causes, as_of=AS_OF)))


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_silence_after_a_fix_is_evidence_with_how_sure_it_is() -> None:
    often = [f"2025-{month:02}-{day:02}" for month in range(1, 6) for day in (1, 11, 21)]
    assert held(often, []).startswith(
        "In place since 15 Jun 2025; **not seen since, for 28 weeks**; before, 13 times in 22 "
        "weeks, about once in 12 d. About 17.8 were to be expected by now without the fix"
    )
    assert held(often, []).endswith("So few are hard to explain by chance: the fix seems to hold.")
    rarely = held(["2025-01-01", "2025-03-01", "2025-05-01"], [])
    assert "before, once in 15 weeks" in rarely
    assert rarely.endswith("That may be chance: it cannot be told yet whether the fix holds.")
    assert "verified" not in rarely


def test_what_came_back_after_a_fix_is_counted() -> None:
    text = held(["2025-01-01", "2025-03-01"], ["2025-07-01", "2025-08-01"])
    assert "**seen twice since, in 28 weeks**; before, it had not come back apart from" in text


DONE = action(
    0, "done", created_on=pd.Timestamp("2025-01-10"), completed_on=pd.Timestamp("2025-02-10")
)
CHECKED = {"verification": "verified", "verified_on": pd.Timestamp("2025-05-01")}


@pytest.mark.parametrize(
    ("actions", "promised", "done", "verified", "together"),
    [
        ([], DASH, DASH, DASH, "none promised"),
        (
            [action(0, "open")],
            "no date",
            "not known to be done",
            "not recorded",
            "1 promised, none done, none verified",
        ),
        (
            [{**DONE, **CHECKED}],
            "10 Jan 2025",
            "10 Feb 2025",
            "1 May 2025",
            "1 promised, 1 done, 1 verified",
        ),
        (
            [{**DONE, **CHECKED}, action(0, "open", verified_how="a drill")],
            "10 Jan 2025 (first of 2)",
            "1 of 2, last 10 Feb 2025",
            "1 of 2, last 1 May 2025",
            "2 promised, 1 done, 1 verified",
        ),
        (
            [{**DONE, "verification": "failed"}],
            "10 Jan 2025",
            "10 Feb 2025",
            "checked: did not work",
            "1 promised, 1 done, none verified, 1 did not work",
        ),
        (
            [action(0, "wont_do", verified_how="a drill")],
            "no date",
            "given up",
            "not recorded",
            "1 promised, none done, none verified",
        ),
        (
            [{**DONE, "verified_how": "a drill"}],
            "10 Jan 2025",
            "10 Feb 2025",
            "not yet; how is said",
            "1 promised, 1 done, none verified",
        ),
    ],
)
def test_the_three_stages_of_a_fix_have_their_days_as_far_as_they_are_known(
    actions: list[Row], promised: str, done: str, verified: str, together: str
) -> None:
    causes = known_causes(find_repeats(history_of([incident("2025-01-01")], [], actions)))
    stages = cause_actions(causes, np.array([0]), as_of=AS_OF).stages
    words = (promised_words(stages, 0), done_words(stages, 0), verified_words(stages, 0))
    assert tuple(map(plain, words)) == (promised, done, verified)
    assert so_far(stages, 0) == together
    assert ("verified" in stages_words(stages)) == bool(actions)


def test_of_all_actions_it_is_said_how_many_somebody_checked() -> None:
    actions = [DONE, {**DONE, **CHECKED}, {**DONE, "verification": "failed"}]
    causes = known_causes(find_repeats(history_of([incident("2025-01-01")], [], actions)))
    stages = cause_actions(causes, np.array([0]), as_of=AS_OF).stages
    assert stages_words(stages) == (
        "Of 3 actions promised against these causes 3 are done and **1 verified**; 1 checked, and "
        "found not to work."
    )

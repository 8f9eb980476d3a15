"""Do titles claim only what the review claims, on every page that a reader goes through?"""

import datetime as dt

import numpy as np
import pytest

from analytics.calendar import quarter
from analytics.repeats.ledger import find_repeats
from analytics.review.review import review
from analytics.selection import Scope
from tests.benchmarks import honesty, rough_worlds
from tests.benchmarks.tour import claims, tour
from tests.benchmarks.worlds import AS_OF as END
from tests.benchmarks.worlds import PERIOD, build, halved_world
from tests.support.pages import opened, run_page
from tests.support.pages_stores import AS_OF, company_history

#: Each page with the tabs that draw their titles when they are opened; the front page has none.
PAGES: dict[str, list[dict[str, str]]] = {
    "dashboard.py": [],
    "pages/response.py": [
        {"tab": tab}
        for tab in (
            "Trend",
            "Where the time goes",
            "How often",
            "Services and teams",
            "How sure",
        )
    ],
    "pages/causes.py": [
        {"tab": tab} for tab in ("Is it changing", "Where, and how found", "What let it happen")
    ],
}


def titles_of(seed: int, kind: str) -> tuple[list[str], bool]:
    """The titles that claim something in one unchanged company, and whether its review does."""
    rng = np.random.default_rng(seed)
    history = rough_worlds.build(rough_worlds.UNCHANGED[kind](rng), rng)
    repeats = find_repeats(history)
    reviewed = review(history, Scope(), as_of=END, repeats=repeats, period=PERIOD)
    told = claims(tour(history, repeats, as_of=END, period=PERIOD))
    return told, bool(reviewed.changed)


@pytest.mark.parametrize("kind", rough_worlds.UNCHANGED)
def test_no_title_claims_anything_that_the_review_does_not(kind: str) -> None:
    told, changed = titles_of(4, kind)
    assert bool(told) is changed


def test_what_the_review_claims_is_said_by_the_titles_of_its_pages() -> None:
    rng = np.random.default_rng(5)
    history = build(halved_world(rng), rng)
    told = claims(tour(history, find_repeats(history), as_of=END, period=PERIOD))
    for title in (
        "Time to mitigate: better: was",
        "Time to mitigate: fell",
        "Time to mitigate month by month: shorter than in the 12 months before",
        "Time to mitigate within severities: shorter",
    ):
        assert any(one.startswith(title) for one in told), title
    assert not any(
        one.startswith(("Incidents:", "Incidents per", "Kinds of cause")) for one in told
    )


@pytest.mark.usefixtures("company_store")
@pytest.mark.parametrize("script", PAGES)
def test_every_title_of_a_page_is_toured_or_claims_nothing(script: str) -> None:
    history = company_history()
    period = quarter(dt.date(2026, 4, 1))
    toured = set(tour(history, find_repeats(history), as_of=AS_OF, period=period))
    drawn = [run_page(script, **tab) for tab in PAGES[script]]
    if script == "dashboard.py":
        drawn = [opened("hurts")]
    shown = [title.value for app in drawn for title in app.header]
    assert len(shown) > 5
    assert claims(title for title in shown if title not in toured) == []
    # The titles that could claim something stand on the page as they are toured.
    assert len(toured.intersection(shown)) >= 3


def test_a_tour_is_counted_over_all_kinds() -> None:
    kinds = ["plain", "few incidents"]
    found = honesty.toured(honesty.tour_claims(kind, worlds=2, seed=3) for kind in kinds)
    assert found.hits.n == 4
    assert honesty.toured([found, found]).hits.n == 8

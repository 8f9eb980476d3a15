"""Targets are set on the page of records and kept in sight on that of response times."""

import shutil
from pathlib import Path

import pytest

from analytics.clocks import TTR
from analytics.response.durations import step_result
from analytics.scorecard import days_to_publish
from analytics.targets import Target, WithinTarget, within_target
from data import preferences as stored
from data.store import open_store
from pages.parts import source
from pages.parts.wording.response import target_words
from pages.views.durations import kept_by_target, targets_finding
from pages.views.scorecard import within
from tests.support.pages import chart, opened, run_page, words
from tests.support.pages_stores import AS_OF, company_view

PAGE = "pages/response.py"
HOUR = 3600.0
TARGETS = (stored.Target("TTR", 4 * HOUR), stored.Target("TTR", HOUR, "SEV1", 0.9))


@pytest.fixture
def url(tmp_path: Path, company_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A copy of the company's store, which a test may change."""
    copy = tmp_path / "targets.db"
    shutil.copy(company_url.removeprefix("sqlite:///"), copy)
    monkeypatch.setenv("AFTERMATH_DATABASE", f"sqlite:///{copy}")
    monkeypatch.setattr(source, "now", lambda: AS_OF)
    return f"sqlite:///{copy}"


def set_all(url: str) -> None:
    store = open_store(url)
    for target in TARGETS:
        stored.set_target(store, target)
    store.close()


def kept() -> WithinTarget:
    view = company_view()
    durations = step_result(view, TTR, as_of=AS_OF).durations
    return within_target(view, durations, [Target(*target) for target in TARGETS])


@pytest.mark.usefixtures("company_store")
def test_without_a_target_the_page_says_where_to_set_one() -> None:
    app = run_page(PAGE)
    assert "No target is set for the time to mitigate." in words(app)
    with pytest.raises(AssertionError, match="no chart 'within_target_TTM'"):
        chart(app, "within_target_TTM")


def test_the_share_within_target_stands_beside_its_time_with_its_denominators(url: str) -> None:
    set_all(url)
    app = run_page(PAGE)
    next(one for one in app.segmented_control if one.key == "step").set_value("TTR").run()
    found = kept()
    said = words(app)
    assert targets_finding(found, "TTR") in said
    assert f"of {found.overall.n:,} incidents" in targets_finding(found, "TTR")
    assert kept_by_target(found) in said
    drawn = chart(app, "within_target_TTR")["data"][0]
    assert drawn["y"] == [each.estimate for each in found.by_period if each.known]


def test_the_tile_of_the_front_page_holds_the_share_within_target(url: str) -> None:
    set_all(url)
    tile = next(one for one in opened("more").metric if one.label == "Time to resolve")
    found = kept()
    reviewed = found.by_period[[str(day) for day in found.starts].index("2026-04-01")]
    assert reviewed.n > 20
    assert f"Within target: {within(reviewed)}" in tile.help


def test_the_tile_of_promised_actions_counts_within_the_days_that_are_set(url: str) -> None:
    before = {tile.label: tile for tile in opened("more").metric}
    assert "done within 30 days." in before["Done in 30 days"].help
    store = open_store(url)
    stored.set_target(store, stored.Target("done", 7 * 24 * HOUR))
    store.close()
    within_a_week = next(tile for tile in opened("more").metric if tile.label == "Done in 7 days")
    assert "Share of promised actions done within 7 days." in within_a_week.help
    assert within_a_week.value != before["Done in 30 days"].value
    store = open_store(url)
    stored.set_target(store, stored.Target("done", 14 * 24 * HOUR, "SEV1"))
    store.close()
    mixed = next(tile for tile in opened("more").metric if tile.label == "Done in time")
    assert "done within 7 days \\(SEV1 14\\)." in mixed.help


def test_a_target_is_set_and_taken_away_on_the_page_of_records(url: str) -> None:
    app = run_page("pages/records.py")
    choices = {one.label: one for one in app.selectbox}
    choices["Time"].set_value("TTR")
    choices["Severity"].set_value("SEV1")
    numbers = {one.label: one for one in app.number_input}
    numbers["Within"].set_value(2)
    numbers["Wanted (%)"].set_value(90)
    next(one for one in app.button if one.label == "Set it").click().run()
    assert not app.exception
    store = open_store(url)
    target = stored.Target("TTR", 2 * HOUR, "SEV1", 0.9)
    assert stored.targets(store) == (target,)
    assert "Time to resolve: SEV1 within 2 h, 90 % of them" in words(app)
    next(one for one in app.button if one.key == f"drop_{target.name}").click().run()
    assert stored.targets(store) == ()
    store.close()


def test_a_target_is_said_with_its_severity_and_share() -> None:
    assert target_words(HOUR, "", None) == "all others within 1 h"
    assert target_words(HOUR, "a*b", 0.5) == "a\\*b within 1 h, 50 % of them"


def test_days_to_publish_are_kept_in_sight_where_they_were_promised(url: str) -> None:
    store = open_store(url)
    stored.set_target(store, stored.Target("publish", 5 * 24 * HOUR, "", 0.9))
    store.close()
    app = run_page(PAGE)
    taken = days_to_publish(company_view().incidents, as_of=AS_OF)
    found = within_target(company_view(), taken, [Target("publish", 5 * 24 * HOUR, "", 0.9)])
    assert 0.0 < (found.overall.estimate or 0.0) < 1.0
    assert targets_finding(found, "publish") in words(app)
    drawn = chart(app, "within_target_publish")["data"][0]
    assert drawn["y"] == [each.estimate for each in found.by_period if each.known]
    tile = next(one for one in opened("more").metric if one.label == "Time to publish")
    assert "Within target: " in tile.help

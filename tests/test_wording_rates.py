"""Rates in words: what they are per, what cannot be told, and names as they are written."""

import datetime as dt

import pytest

from analytics.calendar import Period, PeriodPair
from analytics.exposure import PER_30_DAYS, Per
from analytics.response.groups import members, rates_by_group
from analytics.response.rates import deployments, how_often, monthly_rates
from analytics.review.claims import Look, Verdict
from analytics.selection import Scope, View, select
from analytics.statistics.rates import compare
from pages.views import groups as group_words
from pages.views import rates as words
from tests.support.claims import judged
from tests.support.exposed import exposed

START, END = dt.date(2026, 1, 1), dt.date(2026, 4, 1)
PAIR = PeriodPair(Period("before", dt.date(2025, 1, 1), START), Period("after", START, END))
AS_OF = dt.datetime(2026, 4, 1)


@pytest.mark.parametrize(
    ("per", "said"),
    [
        (PER_30_DAYS, "30 days"),
        (Per("deploys", 1.0), "deploys"),
        (Per("deploys", 1e3), "1,000 deploys"),
        (Per("requests", 1e6), "million requests"),
        (Per("page_views", 1e9), r"billion page\_views"),
    ],
)
def test_what_a_rate_is_per(per: Per, said: str) -> None:
    assert words.per_words(per) == said


@pytest.mark.parametrize(
    ("rate", "said"),
    [(None, "not known"), (0.0, "0"), (0.03456, "0.0346"), (54.321, "54.3"), (1204.4, "1,204")],
)
def test_a_rate_has_three_digits(rate: float | None, said: str) -> None:
    assert words.rate_text(rate) == said


def view_of(counts: dict[str, int], *rows: tuple[object, ...]) -> View:
    hours = 24 * (END - PAIR.before.start).days  # type: ignore[operator]
    incidents = [
        {
            "impact_started_at": (
                dt.datetime(2025, 1, 1) + dt.timedelta(hours=k * hours / count)
            ).isoformat(),
            "team": team,
        }
        for team, count in counts.items()
        for k in range(count)
    ]
    return select(exposed(incidents, *rows), Scope())


def test_a_comparison_says_both_denominators_and_that_no_change_can_be_told() -> None:
    found = how_often(view_of({"a": 91}), PAIR, PER_30_DAYS, as_of=AS_OF)
    usual = judged(Verdict.NO_SIGNAL)
    assert words.how_often_finding(found, usual) == "Incidents per 30 days: about as usual"
    assert words.how_often_finding(found, None) == "Incidents per 30 days"
    said = words.how_often_basis(found)
    assert said.startswith("6 (18 incidents, 90 days) in after against 6 (73 incidents, 365 days)")
    assert "95 % interval" in said


def test_a_missing_amount_is_said_in_words_and_never_as_markdown() -> None:
    rows = [
        ("deploys", "2025-01-01", "2026-04-01", 9.0, "a"),
        ("deploys", "2025-01-01", "2026-01-01", 9.0, "![x](y)"),
    ]
    view = view_of({"a": 91}, *rows)
    found = how_often(view, PAIR, Per("deploys", 1.0), as_of=AS_OF)
    title = words.how_often_finding(found, None)
    assert title.startswith("Incidents per deploys: cannot be compared (no amount of deploys of ")
    assert "![" not in title
    assert "no rate (18 incidents) in after" in words.how_often_basis(found)
    months = monthly_rates(view, Per("deploys", 1.0), as_of=AS_OF)
    assert "3 months left out: no amount" in words.months_basis(months, Per("deploys", 1.0))
    assert "![" not in words.months_basis(months, Per("deploys", 1.0))


def test_what_is_likely_to_show_and_what_clusters_do() -> None:
    plain, wide = compare(40, 90, 160, 365), compare(40, 90, 160, 365, dispersion=2.0)
    assert "cluster" not in words.likely_to_show(plain)
    assert "the variance of their counts is 2.0 times" in words.likely_to_show(wide)
    assert words.likely_to_show(compare(1, 90, 1, 365)).endswith("rises to 17×, no fall.")


def test_groups_say_each_denominator_and_who_is_outside() -> None:
    rows = [
        ("deploys", "2025-01-01", "2026-04-01", 1_000.0, name) for name in ("a", "b", "c", "d_e")
    ]
    view = view_of({"a": 45, "b": 45, "c": 45, "d_e": 100}, *rows)
    found = members(view, "team")
    assert found is not None
    per = Per("deploys", 1e3)
    rates = rates_by_group(view, found, "team", per, as_of=AS_OF)
    assert rates.rates is not None
    assert group_words.groups_finding(rates, "team") == "Incidents per 1,000 deploys by team"
    assert group_words.apart_words(rates.rates.groups) == "They differ by more than luck explains."
    basis = group_words.groups_basis(rates, "team")
    assert basis.startswith("4 teams in alphabetical order · 235 incidents, 1,000 deploys each · ")
    said = group_words.outside_words(rates.rates, "team")
    assert said.startswith("1 of 4 outside the 95 % limits and 1 outside the 99.8 % ones; ")
    assert "of 4 equal ones at most 0.2 and 0.008 would be by luck" in said
    assert said.endswith(r"Outside 99.8 %: d\_e (above).")


def test_failed_deploys_are_told_with_what_they_rest_on() -> None:
    rows = [
        {"impact_started_at": f"2026-01-{day:02}", "trigger_category": trigger}
        for day, trigger in enumerate(["binary deploy", "binary deploy", None], start=1)
    ]
    records = exposed(rows, ("deploys", START, END, 40))
    found = deployments(select(records, Scope()), as_of=AS_OF)
    assert words.deploys_finding(found) == "2 of 40 deploys failed"
    assert words.deploys_basis(found) == (
        "5.0 % (1.4 to 16.5) set off an incident · at most 7.5 %, were the unknown triggers "
        "of 1 incident deploys too · 1 Jan 2026 to 31 Mar 2026"
    )


@pytest.mark.parametrize(
    ("verdict", "look", "said"),
    [
        (Verdict.ROSE, Look.PERIOD, ": more than in the 12 months before"),
        (Verdict.FELL, Look.YEAR, ": fewer in the last 12 months than in the 12 before"),
        (Verdict.ROSE, Look.LINE, ": more along a line through three years"),
        (Verdict.NO_SIGNAL, Look.PERIOD, ": about as usual"),
        (Verdict.ASKED, Look.PERIOD, ": to be asked (see the trend review)"),
    ],
)
def test_titles_of_rates_say_the_verdict_of_the_review(
    verdict: Verdict, look: Look, said: str
) -> None:
    claim = judged(verdict, look=look)
    assert (
        words.months_finding(PER_30_DAYS, claim) == f"Incidents per 30 days, month by month{said}"
    )


def test_a_refused_comparison_says_what_it_needs_at_the_two_periods_and_once() -> None:
    claim = judged(Verdict.CANNOT_TELL, reason="needs 6 incidents, has 4")
    found = how_often(view_of({"a": 91}), PAIR, PER_30_DAYS, as_of=AS_OF)
    said = "Incidents per 30 days: not compared (needs 6 incidents, has 4)"
    assert words.how_often_finding(found, claim) == said
    assert words.months_finding(PER_30_DAYS, claim) == "Incidents per 30 days, month by month"


def test_the_review_asks_for_rates_per_day_and_no_others() -> None:
    assert words.rate_claim(None, PER_30_DAYS) is None
    assert (
        words.months_finding(Per("deploys", 1e3), None)
        == "Incidents per 1,000 deploys, month by month"
    )

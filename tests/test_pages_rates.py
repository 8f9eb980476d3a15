"""What the page of response times displays of rates, of groups and of mix."""

import pytest

from analytics.calendar import last_full_quarter, period_pair
from analytics.clocks import IMPACT, TTM
from analytics.exposure import PER_30_DAYS, Per
from analytics.response.groups import members, rates_by_group
from analytics.response.mix import duration_mix
from analytics.response.rates import deployments, how_often, monthly_rates
from analytics.selection import Scope
from pages.parts.wording.numbers import literal
from pages.views.groups import factor_words
from pages.views.rates import deploys_finding, per_words, rate_text, rate_words
from tests.support.pages import chart, run_page, words
from tests.support.pages_stores import AS_OF, company_view

PAGE = "pages/response.py"
OFTEN, WHO = {"tab": "How often"}, {"tab": "Services and teams"}
DEPLOYS = Per("deploys", 1e3)
PAIR = period_pair(last_full_quarter(AS_OF.date()))


def tables(app: object) -> str:
    return "\n".join(table.value.to_string() for table in app.table)  # type: ignore[attr-defined]


@pytest.mark.usefixtures("sample_store")
def test_without_exposure_rates_are_per_day_and_there_is_no_choice() -> None:
    app = run_page(PAGE, **OFTEN)
    assert "Incidents per" not in [choice.label for choice in app.segmented_control]
    assert "Incidents per 30 days" in words(app)


@pytest.mark.usefixtures("company_store")
def test_exposure_brings_a_choice_of_what_rates_are_per() -> None:
    (choice,) = [c for c in run_page(PAGE, **OFTEN).segmented_control if c.label == "Incidents per"]
    assert choice.options == ["30 days", "1,000 deploys", "billion requests"]
    assert choice.value == "days"


@pytest.mark.usefixtures("company_store")
@pytest.mark.parametrize("per", [PER_30_DAYS, DEPLOYS], ids=per_words)
def test_two_periods_stand_side_by_side_with_their_denominators(per: Per) -> None:
    app = run_page(PAGE, **OFTEN, per=per_words(per))
    found = how_often(company_view(), PAIR, per, as_of=AS_OF)
    marks = chart(app, "how_often")["data"]
    assert [mark["x"][0] for mark in marks] == pytest.approx(
        [found.before.rate.estimate, found.after.rate.estimate]
    )
    assert f"{found.after.n:,} incidents" in words(app)
    assert rate_words(found.after) in tables(app)
    assert f"{rate_text(found.after.rate.estimate)} (" in words(app)


@pytest.mark.usefixtures("company_store")
def test_months_are_charted_on_what_was_chosen() -> None:
    app = run_page(PAGE, **OFTEN, per=per_words(DEPLOYS))
    found = monthly_rates(company_view(), DEPLOYS, as_of=AS_OF, reviewed=PAIR.after)
    drawn = chart(app, "monthly_rates")["data"]
    assert drawn[-1]["y"] == pytest.approx(found.found.chart.values.tolist())
    assert drawn[0]["y"] == pytest.approx(found.found.chart.centre.tolist(), nan_ok=True)
    assert f"in {len(found.starts)} months" in words(app)


@pytest.mark.usefixtures("company_store")
def test_the_funnel_holds_each_service_against_its_deploys() -> None:
    app = run_page(PAGE, **WHO, per=per_words(DEPLOYS))
    view = company_view()
    grouped = members(view, "service")
    assert grouped is not None
    found = rates_by_group(view, grouped, "service", DEPLOYS, as_of=AS_OF).rates
    assert found is not None
    assert found.curve is not None
    figure = chart(app, "funnel")
    *limits, points = figure["data"]
    assert points["x"] == pytest.approx(found.exposure.tolist())
    assert points["y"] == pytest.approx(found.funnel.rate.tolist())
    assert limits[3]["y"] == pytest.approx(found.curve.high998.tolist())
    assert figure["layout"]["shapes"][0]["y0"] == pytest.approx(found.funnel.centre)
    assert f"({int(found.counts.sum()):,} times, once for each service named)" in words(app)
    assert literal(found.names[0]) in tables(app)


@pytest.mark.usefixtures("company_store")
def test_per_day_all_services_stand_in_rows_of_the_alphabet() -> None:
    points = chart(run_page(PAGE, **WHO), "funnel")["data"][-1]
    assert points["y"] == sorted(points["y"])


@pytest.mark.usefixtures("company_store")
def test_a_unit_that_no_service_has_is_said_and_not_replaced_by_days() -> None:
    app = run_page(PAGE, **WHO, per="billion requests")
    assert "Incidents per billion requests by service: needs 2 groups" in words(app)
    with pytest.raises(AssertionError, match="no chart"):
        chart(app, "funnel")


@pytest.mark.usefixtures("company_store")
@pytest.mark.parametrize("by", ["severity", "service"])
def test_the_change_of_the_average_is_taken_apart(by: str) -> None:
    app = run_page(PAGE, **WHO)
    control = next(c for c in app.segmented_control if c.label == "Taken apart by")
    control.set_value(by).run()
    after, before = (
        company_view(Scope(start=side.start, end=side.end)) for side in (PAIR.after, PAIR.before)
    )
    found = duration_mix(
        after,
        before,
        TTM,
        "severity" if by == "severity" else "service",
        pair=PAIR,
        as_of=AS_OF,
        anchor=IMPACT,
    )
    marks = chart(app, "mix_shift")["data"][0]
    parts = (found.total, found.within, found.mix)
    assert marks["x"] == pytest.approx([part.estimate for part in parts])
    for part in parts:
        assert factor_words(part) in words(app)
    assert literal(f"n = {found.cells[0].n_before:,}") in tables(app)


@pytest.mark.usefixtures("company_store")
def test_a_period_before_the_first_record_is_not_compared_and_says_why() -> None:
    app = run_page(PAGE, **OFTEN, period="2023")
    assert "Incidents per 30 days: not compared (needs 180 days of records before" in words(app)


@pytest.mark.usefixtures("company_store")
def test_failed_deploys_stand_on_the_page_where_deploys_are_loaded() -> None:
    found = deployments(company_view(Scope()), as_of=AS_OF)
    assert found.failed.known
    assert deploys_finding(found) in words(run_page(PAGE, **OFTEN))

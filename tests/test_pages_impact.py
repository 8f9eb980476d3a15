"""What the page of impact displays, over the sample and over a made-up company."""

import pytest

from analytics.impact import affected_users, cost, impact_by_period, impact_total, service_impact
from tests.support.pages import chart, run_page, words
from tests.support.pages_stores import AS_OF, company_view

PAGE = "pages/impact.py"


@pytest.mark.usefixtures("company_store")
def test_the_sum_is_of_incidents_and_says_how_many_are_not_in_it() -> None:
    found = impact_total(company_view(), as_of=AS_OF)
    said = words(run_page(PAGE))
    assert found.total.n_missing
    assert found.total.estimate is not None
    hours = f"{found.total.estimate / 3600:,.0f} hours"
    assert f"Impact of {found.total.n:,} incidents added up: at least {hours}; " in said
    assert (
        f"; {found.n_open:,} not over, {found.total.n_missing - found.n_open:,} not known" in said
    )
    assert f"{found.total.estimate / 60:,.0f} impact minutes" in said


@pytest.mark.usefixtures("sample_store")
def test_an_unknown_impact_is_not_printed_as_0_minutes() -> None:
    said = words(run_page(PAGE, team="Jenkins infrastructure"))
    assert "Impact time: no incident has a usable start and end" in said
    assert "0 impact minutes" not in said


@pytest.mark.usefixtures("sample_store")
def test_a_quarter_that_is_not_over_is_called_so_far_and_a_single_one_is_named() -> None:
    assert "Impact of 2026 Q3 so far: " in words(run_page(PAGE))
    app = run_page(PAGE, period="2026 Q1")
    assert "Impact of 2026 Q1: " in words(app)
    assert chart(app, "impact_by_period")["layout"]["xaxis"]["ticktext"] == ["Jan 2026"]


@pytest.mark.usefixtures("sample_store")
def test_services_that_were_not_struck_are_not_counted_as_struck() -> None:
    said = words(run_page(PAGE, period="2026 Q1"))
    assert "Time under impact by quarter: 13 of 17 services struck" in said


@pytest.mark.usefixtures("company_store")
def test_the_three_longest_are_named_and_lead_to_their_records() -> None:
    found = impact_total(company_view(), as_of=AS_OF)
    app = run_page(PAGE)
    assert f"The three longest are {100 * found.concentration.estimate:.0f} %" in words(app)
    table = next(t.value for t in app.table if "Lasted" in t.value.columns)
    ids = company_view().history.incidents["id"].iloc[found.longest]
    assert [
        f"incident?id={identity}" in cell
        for identity, cell in zip(ids, table["The longest"], strict=True)
    ] == [True] * 3


@pytest.mark.usefixtures("company_store")
def test_columns_are_hours_of_the_incidents_that_began_in_each_period() -> None:
    found = impact_by_period(company_view(), every="quarter", as_of=AS_OF)
    hours, known, unknown = chart(run_page(PAGE), "impact_by_period")["data"]
    assert hours["y"] == pytest.approx((found.seconds / 3600).tolist())
    assert (known["y"], unknown["y"]) == (found.n.tolist(), found.n_unknown.tolist())


@pytest.mark.usefixtures("sample_store")
def test_a_period_of_unknown_impact_has_a_question_mark_and_no_column() -> None:
    figure = chart(run_page(PAGE), "impact_by_period")
    hours, known, unknown = figure["data"]
    blind = [not k and u > 0 for k, u in zip(known["y"], unknown["y"], strict=True)]
    assert any(blind)
    assert [value != value for value in hours["y"]] == blind
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["?"] * sum(blind)


@pytest.mark.usefixtures("company_store")
def test_an_availability_is_shown_with_its_assumption_and_only_where_it_can_be_told() -> None:
    impact = service_impact(company_view(), every="quarter", as_of=AS_OF)
    app = run_page(PAGE)
    app.button_group(key="impact_shown").set_value("implied availability").run()
    cells = chart(app, "service_impact")["data"][0]
    first = len(impact.starts) - len(cells["x"])
    for name, row in zip(cells["y"], cells["text"], strict=True):
        for period, text in enumerate(row, start=first):
            answer = impact.availability(impact.services.index(name), period)
            if answer.estimate is None:
                assert text == "?"
            elif text:
                assert float(text) == pytest.approx(100 * answer.estimate, abs=0.005)
            else:
                assert answer.estimate == 1.0
    hours = [impact.down[impact.services.index(name), first:].sum() for name in cells["y"]]
    assert hours == sorted(hours, reverse=True)
    assert "assumes the service was wholly down during every recorded impact" in words(app)


@pytest.mark.usefixtures("company_store")
def test_users_and_money_stand_with_the_number_of_incidents_that_tell() -> None:
    users, money = affected_users(company_view()), cost(company_view())
    said = words(run_page(PAGE))
    assert f"sum over {users.n} of 3" in said
    assert all(f"{currency}: {answer.n} incidents" in said for currency, answer in money.items())


@pytest.mark.usefixtures("sample_store")
def test_an_unknown_cost_is_said_and_is_not_zero() -> None:
    assert "Cost: no incident in view gives an amount." in words(run_page(PAGE))

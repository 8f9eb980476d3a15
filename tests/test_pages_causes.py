"""What the page of causes displays, over the sample and over a made-up company."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from analytics.calendar import Period, period_pair, quarter
from analytics.causes.labels import (
    GOOGLE_CAUSES,
    beside,
    cause_shares,
    factor_pairs,
    trigger_shares,
)
from analytics.causes.tables import CauseDrift, cause_drift, cause_table, causes_by_period
from analytics.repeats.ledger import find_repeats
from analytics.review.claims import Verdict
from analytics.review.review import Review, claimed_causes, review
from analytics.selection import UNKNOWN, Scope
from pages.parts import leads
from pages.parts.palette import LIGHT
from pages.parts.wording.numbers import literal, percent
from pages.views.causes import drift_finding, drift_marks, most_frequent
from tests.support.claims import judged
from tests.support.pages import chart, opened, run_page, words
from tests.support.pages_stores import AS_OF, company_history, company_view

PAGE = "pages/causes.py"
WHERE, WHY = {"tab": "Where, and how found"}, {"tab": "What let it happen"}


@pytest.mark.usefixtures("company_store")
def test_both_denominators_are_shown() -> None:
    shares = cause_shares(company_view())
    app = run_page(PAGE)
    bars = chart(app, "causes")["data"][0]
    assert shares.n_labels < shares.n_incidents
    assert bars["x"][:-1] == pytest.approx([row.of_incidents.estimate for row in shares.rows])
    rows = next(t.value for t in app.table if "Of the known ones" in t.value.columns)
    for column, values in (
        ("Of the known ones", [row.of_labels.estimate for row in shares.rows]),
        ("With those above", [row.cumulative for row in shares.rows]),
    ):
        assert list(rows[column][:-1]) == [percent(value) for value in values]
    assert f"share of {shares.n_incidents} incidents" in words(app)
    assert f"of the {shares.n_labels} incidents whose cause is known" in words(app)


@pytest.mark.usefixtures("company_store")
def test_each_bar_leads_to_its_incidents_and_each_column_to_those_of_its_quarter() -> None:
    bars, columns = chart(run_page(PAGE), "causes")["data"]
    assert bars["ids"] == [
        leads.incidents(cause=row.label) for row in cause_shares(company_view()).rows
    ] + [leads.incidents(cause=UNKNOWN)]
    by_quarter = causes_by_period(company_view(), every="quarter")
    last = by_quarter.counts[:, -12:]
    assert len(columns["ids"]) == int((last > 0).sum())
    first = by_quarter.starts[-12:].tolist()[columns["x"][0]]
    page, asked = leads.parted(columns["ids"][0])
    assert (page, asked["cause"], asked["from"]) == (
        "incidents",
        [by_quarter.causes[0]],
        [f"{first:%Y-%m-%d}"],
    )
    count = last[0, columns["x"][0]]
    assert f"{count} incident" in columns["customdata"][0]


@pytest.mark.usefixtures("company_store")
def test_the_counts_stand_beside_each_bar() -> None:
    notes = chart(run_page(PAGE), "causes")["layout"]["annotations"]
    first = cause_shares(company_view()).rows[0]
    assert notes[0]["text"].startswith(f"{first.count} (")


@pytest.mark.usefixtures("company_store")
def test_the_share_of_unknown_causes_is_followed_over_time() -> None:
    found = causes_by_period(company_view(), every="quarter")
    marks = chart(run_page(PAGE), "unknown")["data"][0]
    assert marks["y"] == pytest.approx([a.estimate for a in found.unknown if a.known])
    assert len(marks["error_y"]["array"]) == len(marks["y"])


@pytest.mark.usefixtures("company_store")
def test_cells_count_incidents_of_a_cause_and_a_service() -> None:
    app = run_page(PAGE, **WHERE)
    for key, against, most in (("by_service", "service", 10), ("by_detection", None, None)):
        table = cause_table(company_view(), against or "detection_source", most=most)
        cells, marks = chart(app, key)["data"]
        assert np.array_equal(np.array(cells["z"]), table.counts)
        assert (tuple(cells["x"]), tuple(cells["y"])) == (table.columns, table.causes)
        _, asked = leads.parted(marks["ids"][1])
        label = against or "detection"
        assert asked == {"cause": [table.causes[0]], label: [table.columns[1]]}


def two_periods(reviewed: Period) -> CauseDrift:
    pair = period_pair(reviewed)
    after, before = (
        company_view(Scope(start=side.start, end=side.end)) for side in (pair.after, pair.before)
    )
    return cause_drift(after, before)


def judged_company(reviewed: Period) -> Review:
    records = company_history()
    return review(records, Scope(), as_of=AS_OF, repeats=find_repeats(records), period=reviewed)


@pytest.mark.usefixtures("company_store")
@pytest.mark.parametrize(
    ("chosen", "told"),
    [("", "capacity/overload more than in the 12 months before"), ("2026 Q1", "about as usual")],
)
def test_the_drift_is_of_the_chosen_period_else_of_the_last_full_quarter(
    chosen: str, told: str
) -> None:
    app = run_page(PAGE, **({"period": chosen} if chosen else {}))
    reviewed = quarter(dt.date(2026, 1 if chosen else 4, 1))
    found = two_periods(reviewed)
    marks = chart(app, "drift")["data"][0]
    assert marks["y"] == [*(row.label for row in found.rows), UNKNOWN]
    assert marks["x"] == pytest.approx(
        [row.change.estimate for row in (*found.rows, found.unknown)]
    )
    assert leads.parted(marks["ids"][0])[1]["from"] == [f"{reviewed.start}"]
    said = drift_finding(found, judged_company(reviewed))
    assert said == f"Kinds of cause: {told}"
    assert said in words(app)


def test_a_cause_is_named_and_coloured_only_where_the_review_claims_it() -> None:
    reviewed = quarter(dt.date(2026, 4, 1))
    found, told = two_periods(reviewed), judged_company(reviewed)
    label = found.rows[0].label
    cause = judged(Verdict.ROSE, key=f"cause:{label}", label=label)
    others = tuple(claim for claim in told.claims if claim.key != cause.key)
    claimed = replace(told, claims=(*others, cause))
    more = f"Kinds of cause: {literal(label)} more than in the 12 months before"
    assert drift_finding(found, claimed) == more
    marks = drift_marks(found.rows, reviewed, claimed_causes(claimed), colours=LIGHT).data[0]
    assert [colour == LIGHT.signal for colour in marks.marker.color] == [
        row.label == label for row in found.rows
    ]
    view = company_view()
    card = most_frequent(
        cause_shares(view),
        causes_by_period(view, every="quarter"),
        Scope(),
        claimed,
        reviewed,
        LIGHT,
    )
    assert card.figure is not None
    arrows = [note.y for note in card.figure.layout.annotations if "▲" in note.text]
    assert arrows == [label]
    assert "▲ clearly more" in card.notes[1]


def test_a_mix_that_shifted_without_one_cause_says_so_and_none_over_several_organisations() -> None:
    reviewed = quarter(dt.date(2026, 4, 1))
    found, told = two_periods(reviewed), judged_company(reviewed)
    shifted = replace(told, claims=(judged(Verdict.CHANGED, key="causes"),))
    assert drift_finding(found, shifted) == (
        "Kinds of cause: they shifted; no single one stands out"
    )
    assert drift_finding(found, None) == "Kinds of cause in two periods"


@pytest.mark.usefixtures("company_store")
def test_pairs_of_factors_stand_beside_what_chance_would_bring() -> None:
    first = factor_pairs(company_view()).pairs()[0]
    table = next(t.value for t in run_page(PAGE, **WHY).table if "Expected" in t.value.columns)
    assert table["Together"].iloc[0].startswith(f"[{first.together}](incidents?factor=")
    assert float(table["Expected"].iloc[0]) == pytest.approx(first.expected, abs=0.05)


@pytest.mark.usefixtures("company_store")
def test_published_shares_stand_beside_ours_with_their_source() -> None:
    app = run_page(PAGE, tab="Elsewhere")
    published, ours = chart(app, "published")["data"]
    rows = beside(GOOGLE_CAUSES, cause_shares(company_view()))
    assert published["x"] == [row.published for row in rows]
    assert ours["x"] == pytest.approx([row.ours.estimate for row in rows if row.ours])
    assert GOOGLE_CAUSES.source in words(app)


@pytest.mark.usefixtures("sample_store")
def test_what_no_incident_says_is_one_line_and_no_empty_figure() -> None:
    where, why = run_page(PAGE, **WHERE), run_page(PAGE, **WHY)
    lacking = "Not recorded for any incident in view:"
    assert f"{lacking} how they were detected." in words(where)
    assert f"{lacking} what let them happen or grow." in words(why)
    assert not [title.value for title in where.header if "detected" in title.value]


@pytest.mark.usefixtures("company_store")
def test_triggers_are_counted_apart_from_causes() -> None:
    found = trigger_shares(company_view())
    app = run_page(PAGE, **WHY)
    bars = chart(app, "triggers")["data"][0]
    assert bars["y"][0] == found.rows[0].label
    named = found.n_incidents - found.n_unknown
    assert f"most often “{found.rows[0].label}”, {found.rows[0].count} of the {named}" in words(app)


@pytest.mark.usefixtures("sample_store")
def test_five_triggers_in_789_incidents_lead_to_nothing() -> None:
    app = run_page(PAGE, **WHY)
    said = words(app)
    assert "What set them off: recorded for 5 of 789, too few to say what leads" in said
    assert "trigger unknown for 99 % of them" in said
    assert "Factors that come together" not in said
    with pytest.raises(AssertionError, match="no chart 'triggers'"):
        chart(app, "triggers")


@pytest.mark.usefixtures("sample_store")
def test_the_causes_of_two_periods_are_told_as_on_the_front_page() -> None:
    assert "Kinds of cause: about as usual" in words(run_page(PAGE))
    assert "Kinds of cause: about as usual" in words(opened("hurts"))


@pytest.mark.usefixtures("company_store")
def test_earlier_periods_that_are_not_drawn_are_counted() -> None:
    every = causes_by_period(company_view(), every="quarter")
    app = run_page(PAGE)
    drawn = chart(app, "by_period")["data"][0]["x"]
    assert len(drawn) == min(8, len(every.starts))
    left_out = len(every.starts) - len(drawn)
    assert (f"{left_out} earlier quarter" in words(app)) is bool(left_out)

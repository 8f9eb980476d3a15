"""What the page of actions displays, over the sample and over a made-up company."""

import re
from typing import Any

import numpy as np
import pytest

from analytics.actions.pace import backlog, completion, completion_by
from analytics.actions.states import on_time, overdue
from pages.parts.leads import parted
from pages.parts.tables import MOST_ROWS
from tests.support.pages import chart, run_page, words
from tests.support.pages_stores import AS_OF, company_view

DATES = "States and dates"


def is_dotted(trace: dict[str, Any]) -> bool:
    return bool(trace["line"].get("dash") == "dot")


@pytest.mark.usefixtures("sample_store")
def test_over_the_sample_one_sentence_says_which_dates_are_missing() -> None:
    said = words(run_page("pages/actions.py"))
    assert "304 actions are open as the source said when it was written" in said
    assert "None of 641 actions says when it was promised" in said
    assert "none of 337 ended actions says when it ended" in said
    assert "cannot tell how fast actions get done" in said


@pytest.mark.usefixtures("sample_store")
def test_over_the_sample_no_card_stands_empty() -> None:
    def titles(**chosen: str) -> list[str]:
        return [element.value for element in run_page("pages/actions.py", **chosen).header]

    left = "304 actions still open"
    assert titles() == [left, "Done: 337 of 641 (53 %)"]
    assert titles(tab="What was promised") == [
        left,
        "No preventive action on record: 302 of 493 (61 %)",
        "Meant to prevent: 205 of 641 (32 %)",
        "Would they hold? 94 of 272 depend on somebody remembering or looking",
    ]


@pytest.mark.usefixtures("sample_store")
def test_what_is_left_what_is_late_and_what_gets_done_stand_on_top() -> None:
    assert [(t.label, t.value, t.delta) for t in run_page("pages/actions.py").metric] == [
        ("Open", "304", "of 641 actions"),
        ("Past their date", "–", "no open one has a date"),
        ("Done within 90 days", "–", "no dates to tell it by"),
    ]


@pytest.mark.usefixtures("sample_store")
def test_strengths_that_words_suggest_stay_apart_from_those_that_people_gave() -> None:
    series = chart(run_page("pages/actions.py", tab="What was promised"), "strength")["data"]
    assert [each["name"] for each in series] == ["suggested by the words"]


@pytest.mark.usefixtures("sample_store")
def test_due_dates_alone_are_enough_to_say_what_is_overdue() -> None:
    app = run_page("pages/actions.py", team="Microsoft Azure")
    assert (
        "79 of 79 dated open actions have passed their date; what became of them since is not "
        "recorded" in [element.value for element in app.header]
    )


@pytest.mark.usefixtures("company_store")
def test_the_share_done_within_90_days_is_that_of_the_curve() -> None:
    view = company_view()
    expected = completion(view, as_of=AS_OF).done_within[90].estimate
    app = run_page("pages/actions.py")
    assert expected is not None
    assert f"{100 * expected:.0f} % of the actions are done within 90 days" in words(app)
    curve = next(t for t in chart(app, "completion")["data"] if t.get("name") == "all actions")
    before = [y for x, y in zip(curve["x"], curve["y"], strict=True) if x <= 90]
    assert before[-1] == pytest.approx(expected)


@pytest.mark.usefixtures("company_store")
def test_a_quarter_without_a_figure_is_dotted_and_says_why() -> None:
    app = run_page("pages/actions.py")
    without = {
        group.label: group.done_within[90].reason
        for group in completion_by(company_view(), "quarter", as_of=AS_OF)
        if not group.done_within[90].known
    }
    dotted = {t.get("name") for t in chart(app, "completion")["data"] if is_dotted(t)}
    notes = [note["text"] for note in chart(app, "done_within")["layout"]["annotations"]]
    assert without
    assert dotted <= set(without)
    assert notes == list(without.values())


@pytest.mark.usefixtures("company_store")
def test_actions_by_their_deadline_add_up_to_all_of_them() -> None:
    view = company_view()
    kept = on_time(view, as_of=AS_OF)
    bars = chart(run_page("pages/actions.py", tab=DATES), "on_time")["data"][0]
    shown = dict(zip(bars["y"], bars["x"], strict=True))
    assert shown["done late"] == kept.done_late
    assert shown["done in time"] / kept.on_time.n == pytest.approx(kept.on_time.estimate)
    assert sum(shown.values()) + kept.on_time.n_missing == len(view.actions)


@pytest.mark.usefixtures("company_store")
def test_the_overdue_bands_are_those_of_the_day_looked_from() -> None:
    bars = chart(run_page("pages/actions.py", tab=DATES), "overdue")["data"][0]
    assert (
        dict(zip(bars["y"], bars["x"], strict=True)) == overdue(company_view(), as_of=AS_OF).bands
    )


@pytest.mark.usefixtures("company_store")
def test_the_backlog_is_of_all_time_whatever_the_period() -> None:
    pile = backlog(company_view(), every="quarter", as_of=AS_OF)
    series = {
        t["name"]: t["y"] for t in chart(run_page("pages/actions.py", tab=DATES), "backlog")["data"]
    }
    narrow = run_page("pages/actions.py", tab=DATES, period="2026 Q1")
    assert series["open at the end"] == pile.open_at_end.tolist()
    assert np.negative(series["done"]).tolist() == pile.done.tolist()
    assert chart(narrow, "backlog")["data"][-1]["y"] == pile.open_at_end.tolist()


@pytest.mark.usefixtures("company_store")
def test_the_reader_switches_the_groups_and_the_day() -> None:
    app = run_page("pages/actions.py", by="kind")
    marks = chart(app, "done_within")["data"][0]
    assert set(marks["y"]) == {"detect", "documentation", "mitigate", "prevent", "process"}


def listed_on_page(**asked: str) -> int:
    """Actions in the list of the page that is opened by a link."""
    grids = run_page("pages/actions.py", **asked).dataframe
    return len(grids[0].value) if grids else 0


@pytest.mark.usefixtures("company_store")
@pytest.mark.parametrize(
    ("tab", "key"),
    [
        (DATES, "states"),
        (DATES, "overdue"),
        (DATES, "on_time"),
        ("What was promised", "kinds"),
        ("What was promised", "strength"),
    ],
)
def test_a_bar_leads_to_as_many_actions_as_it_counts(tab: str, key: str) -> None:
    bars = chart(run_page("pages/actions.py", tab=tab), key)["data"][0]
    texts = bars["text"]
    for lead, text in zip(bars["ids"], texts, strict=True):
        page, asked = parted(lead)
        counted = int(re.split(r"[ (]", text.strip())[0].replace(",", ""))
        rows = listed_on_page(**{name: values[0] for name, values in asked.items()})
        assert (page, rows) == ("", min(counted, MOST_ROWS))


@pytest.mark.usefixtures("sample_store")
def test_a_bar_of_records_leads_to_their_latest_incidents() -> None:
    leads = chart(run_page("pages/actions.py", tab="What was promised"), "prevention")["data"][0]
    page, asked = parted(leads["ids"][3])
    assert page == "incidents"
    assert asked["of"][0].startswith("Preventive action: none that would hold (the latest 60 of ")


@pytest.mark.usefixtures("company_store")
def test_each_number_on_top_is_that_of_its_list() -> None:
    app = run_page("pages/actions.py")
    still_open, late, _ = (tile.value for tile in app.metric)
    assert int(still_open) == listed_on_page(list="left:open")
    assert int(late) == listed_on_page(list="left:overdue")

"""The front page: read in a minute, and every mark leads to its incidents."""

import datetime as dt
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import leads
from tests.support.pages import chart, opened, run_page, words

#: What may stand above the first chart and its own heading: titles, captions, sentences, links,
#: tables and tiles, in the order of the page. Help and the sidebar are looked at on demand.
MOST_WORDS, MOST_NUMBERS = 60, 25
SAMPLE = {"team": "GitHub"}
LINK = re.compile(r"\[((?:[^\]\\]|\\.)*)\]\([^)]*\)")


def above_the_first_chart(app: AppTest) -> str:
    """Everything that is read before the first chart."""
    elements = _in_order(app.main)
    chart = next((n for n, e in enumerate(elements) if e.type == "plotly_chart"), len(elements))
    heading = max((n for n, e in enumerate(elements[:chart]) if e.type == "header"), default=chart)
    read: list[str] = []
    for element in elements[:heading]:
        if element.type == "metric":
            read += [element.label, element.value, element.delta]
        elif element.type == "page_link":
            read.append(element.proto.label)
        elif element.type in ("title", "header", "subheader", "caption", "markdown", "info"):
            read.append(element.value)
        elif element.type in ("arrow_table", "table"):
            read.append(element.value.to_string())
    return LINK.sub(r"\1", "\n".join(filter(None, read)))


def _in_order(block: Any) -> list[Any]:
    """The elements of a part of the page; what a popover or an expander holds is hidden."""
    found: list[Any] = []
    for child in block.children.values():
        if not hasattr(child, "children"):
            found.append(child)
        elif child.type not in ("popover", "expander", "expandable"):
            found += _in_order(child)
    return found


def counted(text: str) -> tuple[int, int]:
    """Words of at least two letters, and numbers."""
    return len(re.findall(r"[^\W\d_]{2,}", text)), len(re.findall(r"\d[\d,.]*", text))


def test_words_and_numbers_are_counted_apart() -> None:
    assert counted("72 incidents, typically 1 h 53 min") == (3, 3)


@pytest.mark.usefixtures("sample_store")
def test_the_front_page_over_the_sample_is_read_in_a_minute() -> None:
    text = above_the_first_chart(run_page(**SAMPLE))
    words, numbers = counted(text)
    assert (words <= MOST_WORDS, numbers <= MOST_NUMBERS) == (True, True), (words, numbers, text)


@pytest.mark.usefixtures("company_store")
def test_the_front_page_over_the_company_is_read_in_a_minute() -> None:
    text = above_the_first_chart(run_page())
    words, numbers = counted(text)
    assert (words <= MOST_WORDS, numbers <= MOST_NUMBERS) == (True, True), (words, numbers, text)


@pytest.mark.usefixtures("company_store")
def test_two_charts_are_drawn_at_once_and_every_mark_leads_to_its_incidents() -> None:
    app = run_page()
    assert len(app.get("plotly_chart")) == 2
    *columns, year_before = chart(app, "counts")["data"]
    assert year_before["mode"] == "lines"
    for column in columns:
        assert len(column["ids"]) == len(column["x"]) == 13
        page, asked = leads.parted(column["ids"][-1])
        assert page == "incidents"
        assert asked["severity"] == [column["name"]]
        assert (asked["from"], asked["to"]) == (["2026-06-01"], ["2026-06-30"])
    dots, by_month = chart(app, "times")["data"]
    assert {leads.parted(lead)[0] for lead in dots["ids"]} == {"incident"}
    assert leads.parted(by_month["ids"][-1])[1]["from"] == ["2026-06-01"]


@pytest.mark.usefixtures("company_store")
def test_every_tile_leads_to_its_incidents() -> None:
    captions = [LINK.search(each.value) for each in run_page().caption]
    links = [str(match.group(0)) for match in captions if match is not None]
    assert len(links) == 6
    pages = [link.partition("](")[2].partition("?")[0] for link in links]
    assert pages == ["incidents"] * 4 + ["repeats", "actions"]
    assert "severity=SEV1" in links[1]
    assert all("from=2026-04-01&to=2026-06-30" in link for link in links[:4])


@pytest.mark.usefixtures("company_store")
def test_what_keeps_coming_back_leads_to_the_cause_and_to_its_incidents() -> None:
    back = next(each.value for each in run_page().table if "The fix" in each.value.columns)
    assert len(back) == 5
    assert all("](known_cause?known=" in cell for cell in back["Cause"])
    assert all("×](incidents?known=" in cell for cell in back["Times"])
    assert all(re.search(r"\d+ (min|h|d)", cell) for cell in back["Next 90 days"])


@pytest.mark.usefixtures("company_store")
def test_what_is_to_decide_takes_at_most_five_lines_each_with_its_way() -> None:
    decide = next(each.value for each in run_page().table if "To decide" in each.value.columns)
    assert 0 < len(decide) <= 5
    assert all(LINK.match(cell) for cell in decide["To decide"])
    assert decide["To decide"].str.contains("actions overdue").any()


@pytest.mark.usefixtures("company_store")
def test_the_marks_of_causes_lead_to_the_incidents_of_the_period() -> None:
    marks = chart(opened("hurts"), "causes")["data"][0]
    asked = [leads.parted(lead)[1] for lead in marks["ids"]]
    assert [each["cause"] for each in asked] == [[name] for name in marks["y"]]
    assert {each["from"][0] for each in asked} == {"2026-04-01"}


@pytest.mark.usefixtures("sample_store")
def test_a_period_of_the_reader_is_reviewed_as_it_is() -> None:
    app = run_page(**SAMPLE, **{"period": "Between two days", "from": "2026-01-01"})
    first = next(each.value for each in app.caption)
    assert first.startswith("GitHub · **1 Jan 2026 to 20 Aug 2026**")
    assert dt.date(2026, 8, 20).isoformat() not in first


@pytest.mark.usefixtures("sample_store")
def test_a_year_with_more_incidents_is_told_where_no_change_is_claimed() -> None:
    text = words(run_page(team="GitHub"))
    told = "More incidents in twelve months than in the twelve before: 259 against 161"
    assert told in text

"""Cards as files: one HTML page that fetches nothing, Markdown, and a message."""

import re

import pandas as pd
import plotly.graph_objects as go
import pytest
from playwright.sync_api import Page, expect

from pages.parts.card import Card, Grid, Lead, Table, Tile, ToIncident
from pages.parts.palette import LIGHT
from pages.parts.report import as_html, as_markdown, summary

EVIL = '</script><img src="https://example.org/x.png" onerror="alert(1)">'
CARDS = [
    Card(
        key="months",
        title="**3** incidents in May",
        basis="of 8 · UTC",
        figure=go.Figure(go.Bar(x=["May", EVIL], y=[3, 1], ids=["incidents?a", "incidents?b"])),
        alt='Incidents by month: most in "May"',
        tables=(
            Table(
                rows=(
                    {"Incident": ToIncident("a-1", EVIL), "Team": "[Web](https://example.org)"},
                    {"Incident": Lead("incidents?team=a", "3 of *a* | b"), "Team": "x"},
                ),
                alt="The longest",
                title="The longest",
            ),
        ),
        notes=("Nothing else.",),
    ),
    Card(key="quiet", notes=("A note alone.",)),
    Card(
        key="all",
        title="Everything",
        lines=("What it **means**.",),
        tiles=(Tile(label="Repeats", value="24 %", beside="of 67"),),
        grids=(
            Grid(
                key="list",
                rows=pd.DataFrame(
                    {
                        "cause": [Lead("known_cause?known=a", "DNS | lookups")],
                        "last": pd.to_datetime(["2026-05-04"]),
                        "hours": [2.5],
                    }
                ),
                names={"cause": "Cause"},
                alt="Causes",
                total=7,
            ),
        ),
        behind={"More": Card(key="more", title="Behind a click")},
    ),
]
ABOUT = {"Period": "May 2026", "Teams": "Web & <Apps>"}


def test_markdown_holds_findings_bases_tables_and_what_figures_show() -> None:
    text = as_markdown("Review", ABOUT, CARDS)
    assert text.startswith("# Review\n\nPeriod: May 2026 · Teams: Web & \\<Apps\\>\n")
    assert "## **3** incidents in May\n_of 8 · UTC_" in text
    assert 'Figure: Incidents by month: most in "May"' in text
    assert r"| 3 of \*a\* \| b | x |" in text
    assert "https://example.org)" not in text


def test_no_part_of_a_card_is_missing_in_a_file() -> None:
    text = as_markdown("Review", ABOUT, CARDS)
    assert "What it **means**." in text
    assert "| Repeats | 24 % | of 67 |" in text
    assert r"| DNS \| lookups | 4 May 2026 | 2.5 |" in text
    assert "_the first 1 of 7_" in text
    assert "## Behind a click" in text
    page = as_html("Review", ABOUT, CARDS, colours=LIGHT)
    for part in ("<strong>means</strong>", "24 %", "<td>DNS | lookups</td>", "Behind a click"):
        assert part in page


def test_a_message_is_the_findings_a_line_each() -> None:
    assert summary(CARDS) == "• 3 incidents in May\n• Everything"


@pytest.mark.parametrize("quoted", [EVIL, "<img", 'onerror="', "href="])
def test_nothing_of_a_record_is_markup_in_the_page(quoted: str) -> None:
    page = as_html("Review", ABOUT, CARDS, colours=LIGHT)
    body = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert quoted not in body
    assert len(re.findall(r"</script>", page)) == 3


def test_the_page_draws_its_figures_without_any_request_and_fits_into_a_mail(
    page: Page, tmp_path: object
) -> None:
    text = as_html("Review", ABOUT, CARDS, colours=LIGHT)
    assert len(text.encode()) < 2_500_000
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(text)
    expect(page.locator("[data-figure] .bars .point")).to_have_count(2)
    expect(page.get_by_role("img", name='Incidents by month: most in "May"')).to_be_visible()
    assert [url for url in asked if not url.startswith(("data:", "blob:", "about:"))] == []

"""What a page lets one take along: the numbers behind figures, whole lists, and no formulas."""

import io
import zipfile

import openpyxl
import pandas as pd
import plotly.graph_objects as go
import pytest

from pages.parts.downloads import Sheet, as_csv, as_csv_files, as_workbook, plain, rows_of, safe

BARS = go.Figure(
    [
        go.Bar(x=["Jan", "Feb"], y=[3, 5], name="critical"),
        go.Scatter(
            x=[1.0, 2.0],
            y=["a", "b"],
            name="share",
            error_x={"array": [0.5, 0.25], "arrayminus": [0.5, 1.0]},
        ),
    ]
)
LIST = pd.DataFrame({"id": ["a-1", "=cmd()"], "minutes": [-3.5, 12.0]})


def test_each_mark_of_a_figure_is_a_row_with_its_series_and_its_interval() -> None:
    rows = rows_of(BARS)
    assert rows["series"].tolist() == ["critical", "critical", "share", "share"]
    assert rows["y"].tolist() == [3, 5, "a", "b"]
    assert rows["low"].tolist()[2:] == [0.5, 1.0]
    assert rows["high"].tolist()[2:] == [1.5, 2.25]


def test_a_heat_map_gives_each_cell_with_its_column_its_row_and_its_value() -> None:
    rows = rows_of(go.Figure(go.Heatmap(x=["q1", "q2"], y=["web"], z=[[1.0, 4.0]])))
    assert rows.to_dict("list") == {"x": ["q1", "q2"], "y": ["web", "web"], "value": [1.0, 4.0]}


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ("a;=1+1", "a;'=1+1"),
        ("a\n@sum", "a\n'@sum"),
        ("\tx", "'\tx"),
        ("-3.5", "-3.5"),
        ("+12 %", "+12 %"),
        ("-x", "'-x"),
        ("well-known; fine", "well-known; fine"),
    ],
)
def test_what_a_spreadsheet_would_run_is_guarded_and_a_number_is_not(
    text: str, guarded: str
) -> None:
    assert safe(text) == guarded


def test_a_workbook_says_on_its_first_sheet_what_the_others_are() -> None:
    sheets = [Sheet("over/time", "**3** in May", "of 8", BARS), Sheet("list", "All", "", LIST)]
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(sheets, {"Page": "Impact"})))
    assert book.sheetnames == ["About", "over time", "list"]
    about = [[cell.value for cell in row] for row in book["About"].iter_rows()]
    assert about[0][:2] == ["Page", "Impact"]
    assert about[2] == ["over time", "3 in May", "of 8"]
    rows = [[cell.value for cell in row] for row in book["list"].iter_rows()]
    assert rows == [["id", "minutes"], ["a-1", -3.5], ["'=cmd()", 12]]


def test_sheets_of_one_name_are_told_apart() -> None:
    sheets = [Sheet("x" * 40, "", "", LIST), Sheet("x" * 40, "", "", LIST)]
    with zipfile.ZipFile(io.BytesIO(as_csv_files(sheets, {}))) as archive:
        assert archive.namelist() == ["About.txt", f"{'x' * 31}.csv", f"{'x' * 28} 2.csv"]


def test_a_csv_holds_all_rows() -> None:
    assert as_csv(Sheet("list", "", "", LIST).rows) == "id,minutes\na-1,-3.5\n'=cmd(),12.0\n"


def test_markdown_becomes_the_words_that_it_shows() -> None:
    assert plain(r"**3** of [a \[b\]](incident?id=1) \- done") == "3 of a [b] - done"

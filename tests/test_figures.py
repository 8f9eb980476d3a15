"""Figures put marks and intervals where the results say."""

import datetime as dt
import math
import re
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from analytics.answer import Answer
from analytics.calendar import Break, Every
from analytics.response.durations import Trend, response
from analytics.selection import Scope, select
from pages.parts import leads
from pages.parts.figures.bars import heat_map
from pages.parts.figures.charts import (
    SHORTEST_DRAWN,
    error_bar,
    line_at,
    period_axis,
    share_axis,
)
from pages.parts.figures.over_time import course, shares_by_period
from pages.parts.figures.stats import ranges
from pages.parts.palette import LIGHT
from pages.views.durations import over_time, step_over_time
from pages.views.incident import Mark, clock_line
from tests.support.histories import history
from tests.test_response import AS_OF

START = dt.datetime(2020, 1, 1)
TEN_MINUTES = Answer(600.0, 0.0, 3600.0, n=9)


def test_an_end_of_zero_has_an_arm_and_an_unknown_end_has_none() -> None:
    bar = error_bar([0.2, 0.2, 0.2], [0.0, None, math.nan], [0.5, None, 0.1], colour="grey")
    assert bar["arrayminus"] == [0.2, 0.0, 0.0]
    assert bar["array"] == [0.3, 0.0, 0.0]


def test_an_axis_of_shares_ends_above_the_highest_known_one() -> None:
    assert share_axis([0.5, None, 0.25])["range"] == [0, pytest.approx(0.54)]
    assert share_axis([None])["range"] == [0, 1.03]


def test_a_line_runs_through_the_whole_figure() -> None:
    across = line_at(3.0, "grey", across="y")
    assert (across["y0"], across["y1"]) == (3.0, 3.0)
    assert (across["xref"], across["x0"], across["x1"]) == ("paper", 0, 1)


def test_a_median_that_may_be_zero_is_drawn_down_to_the_shortest_duration() -> None:
    marks = ranges(["a"], [TEN_MINUTES], colours=LIGHT).data[0]
    assert marks.error_x.arrayminus == (600.0 - SHORTEST_DRAWN,)
    assert marks.error_x.array == (3000.0,)


def test_the_day_of_a_single_duration_is_named_and_no_part_of_its_seconds() -> None:
    incident = {"impact_started_at": "2026-08-12T16:03:00", "mitigated_at": "2026-08-12T16:29:00"}
    view = select(history([incident]), Scope())
    result = response(view, as_of=dt.datetime(2026, 9, 1))["TTM"]
    axis = step_over_time(result, view.incidents, "quarter", colours=LIGHT).layout.xaxis
    assert axis.ticktext == ("12 Aug 2026",)


def medians_of(*starts: str, every: Every = "quarter") -> go.Scatter:
    """The drawn medians of incidents that began then and took ten minutes."""
    begun = [dt.datetime.fromisoformat(start) for start in starts]
    rows = [
        {
            "impact_started_at": start.isoformat(),
            "mitigated_at": (start + dt.timedelta(minutes=10)).isoformat(),
        }
        for start in begun
    ]
    view = select(history(rows), Scope())
    result = response(view, as_of=AS_OF, every=every)["TTM"]
    return step_over_time(result, view.incidents, every, colours=LIGHT).data[1]


def test_a_typical_time_is_drawn_in_the_middle_of_its_incidents_not_before_them() -> None:
    march = [f"2023-03-{day:02}T12:00" for day in (20, 21, 22, 23, 24, 25, 26)]
    may = [f"2023-05-{day:02}T12:00" for day in (1, 2, 3, 4, 5, 30)]
    drawn = medians_of(*march, *may)
    assert [str(at)[:10] for at in drawn.x] == ["2023-03-23", "2023-05-04"]
    assert drawn.x[0] > np.datetime64(march[0])


def test_a_typical_time_leads_to_the_incidents_of_its_period() -> None:
    (lead,) = medians_of(*[f"2023-03-{day:02}T12:00" for day in range(1, 8)]).ids
    _, asked = leads.parted(lead)
    assert (asked["from"], asked["to"]) == (["2023-01-01"], ["2023-03-31"])


def test_a_note_stands_where_the_times_are_drawn() -> None:
    view = select(history([{"impact_started_at": "2026-08-12T16:03:00"}]), Scope())
    result = response(view, as_of=dt.datetime(2026, 9, 1))["TTM"]
    marked = [Break(dt.date(2026, 5, 1), "other records")]
    drawn = step_over_time(result, view.incidents, "quarter", colours=LIGHT, breaks=marked)
    assert [note.text for note in drawn.layout.annotations] == ["other records"]
    assert drawn.layout.shapes[0].x0 == dt.date(2026, 5, 1)


def test_an_interval_that_reaches_zero_is_told_by_the_pointer() -> None:
    view = select(history([{}]), Scope())
    day = np.array(["2023-01-01"], "datetime64[D]")
    trend = Trend(day, day + 31, day + 15, (TEN_MINUTES,))
    result = replace(response(view, as_of=AS_OF)["TTM"], trend=trend)
    medians = step_over_time(result, view.incidents, "month", colours=LIGHT).data[1]
    assert "95 %: 0 min to 1 h" in medians.text[0]
    assert medians.error_y.arrayminus == (600.0 - SHORTEST_DRAWN,)


def test_a_share_of_none_has_its_interval() -> None:
    at = np.array(["2024-01-01"], "datetime64[D]")
    marks = shares_by_period(at, [Answer(0.0, 0.0, 0.28, n=10)], colours=LIGHT).data[0]
    assert marks.error_y.array == (0.28,)


def test_a_period_without_a_share_takes_its_lead_with_it() -> None:
    at = np.array(["2024-01-01", "2024-04-01", "2024-07-01"], "datetime64[D]")
    shares = [Answer(0.5, n=10), Answer(None, n=0, reason="none"), Answer(0.2, n=5)]
    marks = shares_by_period(at, shares, colours=LIGHT, leads_to=["a", "b", "c"]).data[0]
    assert (marks.ids, marks.y) == (("a", "c"), (0.5, 0.2))


def test_each_cell_of_a_table_of_counts_leads_to_its_incidents_row_by_row() -> None:
    counts = np.array([[3, 0], [0, 2]])
    drawn = heat_map(
        ["dns", "power"], ["api", "web"], counts, colours=LIGHT, leads_to=[["a", ""], ["", "d"]]
    )
    marks = list(zip(drawn.data[1].y, drawn.data[1].x, drawn.data[1].ids, strict=True))
    assert [(down, across, leads.bare(lead)) for down, across, lead in marks] == [
        ("dns", "api", "a"),
        ("dns", "web", ""),
        ("power", "api", ""),
        ("power", "web", "d"),
    ]
    assert len(heat_map(["dns"], ["api"], counts[:1, :1], colours=LIGHT).data) == 1


def test_few_periods_are_named_where_they_begin_and_many_by_the_chart() -> None:
    quarters = [dt.date(2026, 7, 1), dt.date(2026, 10, 1)]
    axis = period_axis(quarters)
    assert (axis["tickvals"], axis["ticktext"]) == (quarters, ["Jul 2026", "Oct 2026"])
    assert period_axis([dt.date(2026, month, 1) for month in range(1, 13)]) == {}


def test_clocks_that_crowd_have_their_labels_above_each_other_and_inside_the_figure() -> None:
    minutes = {"start of impact": 0, "detection": 9, "declaration": 14, "notification": 14}
    minutes |= {"acknowledgement": 15, "mitigation": 28, "resolution": 32}
    marks = [
        Mark(name, dt.datetime(2026, 6, 17, 19) + dt.timedelta(minutes=n), "", f"19:{n:02}")
        for name, n in minutes.items()
    ]
    figure = clock_line(marks, [], colours=LIGHT)
    notes = figure.layout.annotations
    assert [note.text for note in notes][:2] == ["start of impact 19:00", "detection 19:09"]
    assert [note.xanchor for note in notes] == ["left"] * 2 + ["center"] * 3 + ["right"] * 2
    crowded = [note.ay for note in notes if 9 <= minutes[note.text[:-6]] <= 15]
    assert len(set(crowded)) == 4
    assert -min(note.ay for note in notes) < figure.layout.height - 100


def test_clocks_at_one_moment_are_drawn_in_the_middle() -> None:
    at = dt.datetime(2026, 6, 17)
    figure = clock_line([Mark("detection", at, "", ""), Mark("end", at, "", "")], [], colours=LIGHT)
    assert [note.xanchor for note in figure.layout.annotations] == ["center", "center"]
    assert len({note.ay for note in figure.layout.annotations}) == 2


def test_of_very_many_incidents_the_longest_and_an_even_part_of_the_others_are_drawn() -> None:
    rows = [
        {
            "id": f"made-up-{k}",
            "impact_started_at": (START + dt.timedelta(hours=8 * k)).isoformat(),
            "resolved_at": (START + dt.timedelta(hours=8 * k, minutes=1 + k)).isoformat(),
        }
        for k in range(4_000)
    ]
    view = select(history(rows), Scope())
    result = response(view, as_of=dt.datetime(2026, 9, 1))["TTR"]
    drawn = over_time(result, view.incidents, Scope(), "quarter", LIGHT)
    assert drawn.figure is not None
    dots_of = [int(lead.rpartition("-")[2]) for lead in drawn.figure.data[0].ids]
    assert (len(dots_of), dots_of[-200:]) == (1_500, list(range(3_800, 4_000)))
    assert 2 <= np.diff(dots_of[:1_300]).min() <= np.diff(dots_of[:1_300]).max() <= 3
    assert drawn.basis.endswith("1,500 of 4,000 drawn as dots, the 200 longest among them")


def test_the_course_of_a_number_rises_from_zero_as_bars_and_fills_its_height_as_a_line() -> None:
    bars = course((2.0, 4.0), bars=True, colour="#123456")
    assert re.findall(r'y="([\d.]+)"', bars) == ["12.00", "1.50"]
    line = course((2.0, 4.0, 2.0), bars=False, colour="#123456")
    assert 'points="0.00,22.50 50.00,1.50 100.00,22.50"' in line
    level = course((3.0, 3.0), bars=False, colour="#123456")
    assert 'points="0.00,22.50 100.00,22.50"' in level

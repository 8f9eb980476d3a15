"""Is what a person says of a load understood, or refused with what may be said?"""

import datetime as dt
from pathlib import Path

import pytest

from data.mapping import ColumnMapping, written_mapping
from data.notations import DayOrder
from data.options import NotUnderstood, options_said, zone_said
from data.readers.source import Options

SUMMER, WINTER = dt.datetime(2026, 7, 1, 12), dt.datetime(2026, 1, 1, 12)


@pytest.mark.parametrize(
    ("text", "summer", "winter"),
    [
        ("Europe/Madrid", 2, 1),
        ("europe/madrid", 2, 1),
        ("UTC", 0, 0),
        ("+02:00", 2, 2),
        ("-0700", -7, -7),
        ("UTC+2", 2, 2),
        ("CET", 2, 1),
        ("CEST", 2, 2),
        ("BST", 1, 1),
        ("PT", -7, -8),
        ("Pacific Time", -7, -8),
    ],
)
def test_a_zone_is_known_by_place_offset_or_name(text: str, summer: int, winter: int) -> None:
    zone = zone_said(text)
    hours = [zone.utcoffset(at) for at in (SUMMER, WINTER)]
    assert hours == [dt.timedelta(hours=summer), dt.timedelta(hours=winter)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Atlantis", "'Atlantis' is no zone"),
        ("../etc", "is no zone"),
        ("", "is no zone"),
        ("UTC or so", "is no zone"),
        ("IST", "'IST' means several zones"),
    ],
)
def test_what_names_no_single_zone_is_refused_with_what_may_be_said(text: str, reason: str) -> None:
    with pytest.raises(NotUnderstood, match=f"{reason}.*Europe/Madrid"):
        zone_said(text)


def test_nothing_said_leaves_everything_open() -> None:
    assert options_said() == Options()


def test_what_is_said_counts_more_than_what_a_mapping_was_kept_with(tmp_path: Path) -> None:
    mapping = ColumnMapping({"Opened": "detected_at"}, day_order=DayOrder.DAY, zone="+01:00")
    path = tmp_path / "jira.yaml"
    path.write_text(written_mapping(mapping), encoding="utf-8")
    options = options_said(source=" jira ", mapping=str(path))
    assert (options.source, options.day_order, options.mapping) == ("jira", DayOrder.DAY, mapping)
    assert options.zone is not None
    assert options.zone.utcoffset(SUMMER) == dt.timedelta(hours=1)
    options = options_said(mapping=str(path), zone="UTC", day_order="Month")
    assert options.day_order is DayOrder.MONTH
    assert options.zone is not None
    assert options.zone.utcoffset(SUMMER) == dt.timedelta(0)


def test_an_order_that_is_none_is_refused() -> None:
    with pytest.raises(NotUnderstood, match=r"'first' is no order of day and month; .*month"):
        options_said(day_order="first")

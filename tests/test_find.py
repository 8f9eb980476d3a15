"""Finding the incident that the reader means."""

from analytics.selection import find, position
from tests.support.histories import history

RECORDS = history(
    [
        {"title": "DNS records lost", "impact_started_at": "2024-01-01T00:00"},
        {"title": "Lost dns again", "impact_started_at": "2024-02-01T00:00"},
        {"title": None},
        {"title": "Disk (full)", "impact_started_at": "2023-01-01T00:00"},
    ]
)


def test_all_words_must_be_there_in_any_order_and_case_latest_first() -> None:
    assert find(RECORDS, "LOST dns", most=9).tolist() == [1, 0]


def test_words_are_no_patterns() -> None:
    assert find(RECORDS, "(full)", most=9).tolist() == [3]
    assert find(RECORDS, ".*", most=9).tolist() == []


def test_no_words_find_the_latest_with_undated_ones_last() -> None:
    assert find(RECORDS, "", most=9).tolist() == [1, 0, 3, 2]
    assert find(RECORDS, "", most=1).tolist() == [1]


def test_an_id_has_one_position_or_none() -> None:
    assert position(RECORDS, "i3") == 3
    assert position(RECORDS, "i4") is None


def test_of_very_many_words_only_the_first_are_looked_for() -> None:
    many = " ".join(["lost", "dns", *(f"dns{n}" for n in range(50_000))])
    assert find(RECORDS, many, most=9).tolist() == []
    assert (
        find(RECORDS, "lost " * 32 + "nowhere", most=9).tolist()
        == find(RECORDS, "lost", most=9).tolist()
    )

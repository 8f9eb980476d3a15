"""Do the published tables hold what was published, and stand beside ours only where they may?"""

import pytest

from analytics.causes.labels import (
    CLOUD_CAUSES,
    GOOGLE_CAUSES,
    GOOGLE_TRIGGERS,
    GUNAWI_LABELS,
    TABLES,
    TEAMS_CAUSES,
    PublishedTable,
    beside,
    cause_shares,
)
from tests.support.columns import empty, view


@pytest.mark.parametrize(
    ("table", "total"), [(GOOGLE_TRIGGERS, 1.0), (TEAMS_CAUSES, 1.0), (CLOUD_CAUSES, 1.0)]
)
def test_a_whole_table_adds_up_to_all(table: PublishedTable, total: float) -> None:
    assert sum(row.share for row in table.rows) == pytest.approx(total, abs=0.002)


def test_upgrades_are_16_percent_of_the_causes_named_and_9_percent_of_the_outages() -> None:
    upgrade = CLOUD_CAUSES.rows[0]
    assert (GUNAWI_LABELS, round(upgrade.share, 3)) == (340, 0.159)
    assert round(upgrade.share * GUNAWI_LABELS / 597, 2) == 0.09


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_table_is_without_a_source_and_no_share_above_one(table: PublishedTable) -> None:
    assert table.source
    assert table.of
    assert sum(row.share for row in table.rows) <= 1.002


def test_ours_is_a_share_of_known_causes_and_two_categories_add_up() -> None:
    ours = cause_shares(
        view({"root_cause_category": ["dns", "network", "code bug", "code bug", None]})
    )
    found = {row.label: row.ours for row in beside(TEAMS_CAUSES, ours)}
    mixed, bug = found["database or network"], found["code bug"]
    assert mixed is not None
    assert bug is not None
    assert (mixed.estimate, mixed.n, bug.estimate) == (0.5, 4, 0.5)
    assert found["authentication"] is None


def test_a_category_that_ours_do_not_know_is_none_and_not_zero() -> None:
    rows = {row.label: row.ours for row in beside(GOOGLE_CAUSES, cause_shares(empty()))}
    assert rows["complex system behaviours"] is None
    assert rows["software"] is not None
    assert rows["software"].estimate is None

"""Triggers and factors in words: nothing leads where hardly any record names one."""

import pytest

from analytics.causes.labels import trigger_shares
from pages.views.labels import is_told, label_finding
from tests.support.columns import view


@pytest.mark.parametrize(
    ("triggers", "said", "told"),
    [
        (["a"] * 5, "What: recorded for 5 of 6, too few to say what leads", False),
        (
            ["a", "b", "c", "d", "e", "f"],
            "What: recorded for 6 of 7, each of them only once",
            False,
        ),
        (["a"] * 4 + ["b"] * 2, "What: most often “a”, 4 of the 6 that say", True),
        (["a"] * 3 + ["b"] * 3, "What: most often “a” and “b”, each 3 of the 6 that say", True),
    ],
)
def test_a_label_leads_only_where_enough_records_name_any(
    triggers: list[str], said: str, told: bool
) -> None:
    shares = trigger_shares(view({"trigger_category": [*triggers, None]}))
    assert label_finding(shares, subject="What") == said
    assert is_told(shares) is told

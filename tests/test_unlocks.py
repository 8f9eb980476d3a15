"""Which field is worth filling in first?"""

from analytics.quality import known_shares, to_fill_in
from tests.support.columns import times, view, with_actions

STARTED = {"impact_started_at": times("2026-01-01", "2026-01-02", "2026-01-03")}


def test_a_start_comes_before_everything_else() -> None:
    lacking = to_fill_in(known_shares(view({"impact_started_at": times(None, None, "2026-01-03")})))
    assert lacking[0].name == "impact_started_at"
    assert (lacking[0].share.n, lacking[0].share.n_missing) == (3, 2)


def test_a_detection_stands_in_for_the_start_until_more_is_filled_in() -> None:
    found = view({"detected_at": times("2026-01-01", "2026-01-02", None)})
    names = [item.name for item in to_fill_in(known_shares(found))]
    assert names[0] == "mitigated_at"
    assert names.index("impact_started_at") > names.index("actions")


def test_one_of_two_ends_is_enough() -> None:
    found = view({**STARTED, "resolved_at": times("2026-01-01", "2026-01-02", None)})
    assert to_fill_in(known_shares(found))[0].name == "detected_at"


def test_a_field_known_of_half_the_records_is_not_asked_for() -> None:
    found = view({**STARTED, "severity": ["SEV1", "SEV2", None]})
    assert "severity" not in {item.name for item in to_fill_in(known_shares(found))}


def test_fields_of_actions_are_asked_for_only_where_there_are_actions() -> None:
    assert {item.table for item in to_fill_in(known_shares(view(STARTED)))} == {"incidents"}
    seen = with_actions(status=["open", "done"], due_on=times(None, None))
    assert ("actions", "due_on") in {
        (item.table, item.name) for item in to_fill_in(known_shares(seen))
    }

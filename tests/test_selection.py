"""What is in view, and what was left out and why."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from analytics.exposure import meter
from analytics.frames import History
from analytics.selection import UNKNOWN, Labels, Scope, labelled, select, with_own
from tests.support.columns import view
from tests.support.histories import history

RECORDS = history(
    [
        {
            "impact_started_at": "2024-03-10T10:00",
            "team": "web",
            "severity": "major",
            "root_cause_category": "network",
            "services": ["api", "site"],
        },
        {"impact_started_at": "2024-01-05T08:00", "team": "web", "services": ["site"]},
        {"impact_started_at": "2024-02-01T00:00", "team": "db", "kind": "drill"},
        {"impact_started_at": "2024-02-02T00:00", "team": "db", "kind": "maintenance"},
        {"impact_started_at": "2024-03-10T10:05", "team": "web", "is_duplicate": True},
        {"team": "db"},
    ]
)


def ids(scope: Scope) -> list[str]:
    return select(RECORDS, scope).incidents["id"].tolist()


def test_incidents_in_view_come_in_order_of_time_with_undated_ones_last() -> None:
    assert ids(Scope()) == ["i1", "i0", "i5"]


def test_drills_maintenance_and_second_reports_never_count_and_are_counted_apart() -> None:
    left_out = select(RECORDS, Scope()).left_out
    assert (left_out.not_incidents, left_out.duplicates) == (2, 1)


def test_a_period_contains_its_first_day_and_not_the_day_after_its_last() -> None:
    january = Scope(start=dt.date(2024, 1, 5), end=dt.date(2024, 3, 10))
    assert ids(january) == ["i1"]


def test_a_record_without_any_time_is_in_no_period_and_said_so() -> None:
    view = select(RECORDS, Scope(start=dt.date(2020, 1, 1)))
    assert "i5" not in view.incidents["id"].tolist()
    assert view.left_out.undated == 1


def test_unknown_is_a_label_that_can_be_asked_for() -> None:
    assert ids(Scope(causes=(UNKNOWN,))) == ["i1", "i5"]
    assert ids(Scope(services=(UNKNOWN,))) == ["i5"]
    assert ids(Scope(severities=("major", UNKNOWN))) == ["i1", "i0", "i5"]


def test_an_incident_with_two_services_is_found_by_either_and_counted_once() -> None:
    assert ids(Scope(services=("api", "site"))) == ["i1", "i0"]


def test_what_is_left_out_by_a_label_leaves_those_without_the_label_in() -> None:
    assert ids(Scope(without=Labels(teams=("web",)))) == ["i5"]
    assert ids(Scope(without=Labels(services=("api",)))) == ["i1", "i5"]
    assert ids(Scope(without=Labels(severities=(UNKNOWN,)))) == ["i0"]
    assert ids(Scope(teams=("web",), without=Labels(causes=("network",)))) == ["i1"]


def test_any_of_the_labels_left_out_is_enough() -> None:
    assert ids(Scope(without=Labels(services=("api",), teams=("db",)))) == ["i1"]


def test_an_incident_is_found_by_any_of_its_tags() -> None:
    tags = pd.DataFrame({"incident": [0, 0, 1], "tag": ["noise", "eu", "eu"]})
    records = History.of(RECORDS.incidents, services=RECORDS.services, tags=tags)

    def tagged(scope: Scope) -> list[str]:
        return select(records, scope).incidents["id"].tolist()

    assert tagged(Scope(tags=("eu",))) == ["i1", "i0"]
    assert tagged(Scope(tags=("noise",), teams=("web",))) == ["i0"]
    assert tagged(Scope(tags=(UNKNOWN,))) == ["i5"]
    assert tagged(Scope(without=Labels(tags=("noise",)))) == ["i1", "i5"]


def test_own_fields_are_chosen_by_any_value_of_each() -> None:
    values = pd.DataFrame(
        [
            ("i0", "tier", "gold"),
            ("i1", "tier", "silver"),
            ("i1", "region", "eu"),
            ("i5", "region", "eu"),
            ("gone", "tier", "gold"),
        ],
        columns=["id", "name", "value"],
    )
    records = with_own(RECORDS, values)

    def own(*pairs: tuple[str, str]) -> list[str]:
        return select(records, Scope(own=pairs)).incidents["id"].tolist()

    assert own(("tier", "gold"), ("tier", "silver")) == ["i1", "i0"]
    assert own(("tier", "silver"), ("region", "eu")) == ["i1"]
    assert own(("tier", "gold"), ("region", "eu")) == []
    assert own(("tier", UNKNOWN)) == ["i5"]
    scope = Scope(without=Labels(own=(("region", "eu"),)))
    assert select(records, scope).incidents["id"].tolist() == ["i0"]
    assert scope.own_fields == ("region",)


def test_nobody_knows_whose_deploys_those_of_the_others_are() -> None:
    exposure = pd.DataFrame(
        {
            "start": ["2024-01-01"],
            "end": ["2024-02-01"],
            "unit": ["deploys"],
            "team": ["web"],
            "amount": [3.0],
        }
    )
    records = History.of(RECORDS.incidents, exposure=exposure)
    others = meter(records, "deploys", Scope(without=Labels(teams=("db",))))
    assert others.reason == "whose deploys are left out with some teams or services is unsaid"
    both = Scope(teams=("web", "db"), without=Labels(teams=("db",)))
    january = (dt.datetime(2024, 1, 1), dt.datetime(2024, 2, 1))
    assert meter(records, "deploys", both).amount(*january).estimate == 3.0


def test_one_cause_of_a_scope_is_asked_for_though_it_is_left_out() -> None:
    scope = Scope(without=Labels(causes=("network",), teams=("db",))).only_cause("network")
    assert ids(scope) == ["i0"]


def test_the_total_counts_every_record_whatever_its_kind() -> None:
    assert select(RECORDS, Scope(teams=("db",))).total == 6


def test_an_empty_store_gives_an_empty_view() -> None:
    view = select(History.of(), Scope(teams=("web",), start=dt.date(2024, 1, 1)))
    assert (len(view), view.total) == (0, 0)
    assert view.actions.empty


@pytest.mark.parametrize("names", [("nobody",), ("nobody", "web")])
def test_a_name_that_does_not_exist_matches_nothing(names: tuple[str, ...]) -> None:
    assert len(select(RECORDS, Scope(teams=names))) == (2 if "web" in names else 0)


def test_what_no_scope_changes_is_worked_out_once_for_a_history() -> None:
    asked: list[str] = []

    def how_many(records: History) -> int:
        asked.append(records.zone)
        return len(records.incidents)

    assert [RECORDS.once(how_many), RECORDS.once(how_many)] == [6, 6]
    assert replace(RECORDS, zone="Europe/Madrid").once(how_many) == 6
    assert asked == ["UTC", "Europe/Madrid"]


def test_incidents_are_found_by_labels_that_no_scope_asks_for_and_by_having_none() -> None:
    records = view(
        {
            "trigger_category": ["push", None, "unknown"],
            "detection_source": ["alert", "user", None],
        },
        factors={"incident": [0, 0, 2], "factor": ["test gap", "toil", "toil"]},
    ).history
    assert labelled(records, "trigger", ["push"]).tolist() == [0]
    assert labelled(records, "trigger", [UNKNOWN]).tolist() == [1, 2]
    assert labelled(records, "detection", ["user"]).tolist() == [1]
    assert labelled(records, "factor", ["toil"]).tolist() == [0, 2]
    assert labelled(records, "factor", [UNKNOWN]).tolist() == [1]
    assert labelled(records, "factor", ["toil", "test gap"]).tolist() == [0]
    assert labelled(records, "detection", ["alert", "user"]).tolist() == [0, 1]

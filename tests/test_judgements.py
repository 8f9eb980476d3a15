"""Suggested values that people accept: do they count only then, and does a source always win?"""

import datetime as dt
from typing import Any

import pytest

from analytics.causes.labels import cause_shares, factor_shares, trigger_shares
from analytics.causes.suggesting import accepted_in
from analytics.selection import Scope, View, select
from analytics.stored.search import stored_history
from data.added import Judgement, WrongField, judge, judgements, keep_judgements, stored_judgements
from data.record import Incident
from data.store import Store, open_store
from pages.views.labels import shares_basis

NOON = dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)
RECORDS = [
    Incident(id="a", root_cause_category="dns", contributing_factors=("test gap",)),
    Incident(id="b"),
    Incident(id="c", root_cause_category="unknown"),
]


@pytest.fixture
def store(store: Store) -> Store:
    store.load(RECORDS, source="test")
    return store


def said(record: str, value: str, *, state: str = "accepted", **values: Any) -> Judgement:
    row = {"record_id": record, "field": "root_cause_category", "value": value, "state": state}
    return Judgement.checked(row | values)


def view(store: Store) -> View:
    return select(stored_history(store), Scope())


def causes(store: Store) -> dict[str, int]:
    return {row.label: row.count for row in cause_shares(view(store)).rows}


def test_an_accepted_cause_counts_and_a_note_says_of_how_many(store: Store) -> None:
    assert causes(store) == {"dns": 1}
    judge(store, [said("b", "network"), said("c", "dns", by="SRE", basis="words")])
    assert causes(store) == {"dns": 2, "network": 1}
    shares = cause_shares(view(store))
    assert (shares.n_accepted, shares.n_unknown) == (2, 0)
    assert "2 of the 3 known ones are accepted suggestions" in shares_basis(shares, Scope())


def test_a_refused_one_never_counts(store: Store) -> None:
    judge(store, [said("b", "network", state="refused")])
    assert causes(store) == {"dns": 1}
    assert "suggestion" not in shares_basis(cause_shares(view(store)), Scope())
    assert [row.state for row in judgements(store, record_id="b")] == ["refused"]


def test_what_is_judged_in_bulk_is_undone_in_bulk(store: Store) -> None:
    judge(store, [said("b", "network", state="refused", by="SRE")])
    standing = judgements(store)
    undoing = judge(store, [said("b", "network"), said("c", "network")])
    assert causes(store) == {"dns": 1, "network": 2}
    judge(store, undoing)
    assert causes(store) == {"dns": 1}
    assert [(row.key, row.state, row.by) for row in judgements(store)] == [
        (row.key, "refused", "SRE") for row in standing
    ]


def test_an_incident_has_one_accepted_cause_and_undo_brings_back_the_one_before(
    store: Store,
) -> None:
    judge(store, [said("b", "network")])
    undoing = judge(store, [said("b", "hardware")])
    assert causes(store) == {"dns": 1, "hardware": 1}
    assert [row.value for row in judgements(store)] == ["hardware"]
    judge(store, undoing)
    assert causes(store) == {"dns": 1, "network": 1}


def test_saying_the_same_again_changes_nothing(store: Store) -> None:
    judge(store, [said("b", "network")])
    revision = store.revision()
    assert judge(store, [said("b", "network"), said("c", "dns", state="withdrawn")]) == []
    assert store.revision() == revision


def test_factors_and_triggers_are_filled_where_a_record_names_none(store: Store) -> None:
    factor, trigger = {"field": "contributing_factors"}, {"field": "trigger_category"}
    rows = [
        said("a", "tooling or ui", **factor),
        said("b", "tooling or ui", **factor),
        said("b", "alert quality", **factor),
        said("b", "expiry", **trigger),
        said("b", "alert: absent", field="barrier"),
    ]
    judge(store, rows)
    factors = factor_shares(view(store))
    named = [(row.label, row.count) for row in factors.rows]
    assert named == [("alert quality", 1), ("test gap", 1), ("tooling or ui", 1)]
    assert factors.n_accepted == 1
    assert [row.label for row in trigger_shares(view(store)).rows] == ["expiry"]
    assert causes(store) == {"dns": 1}
    assert accepted_in(view(store), "barrier") == 1


def test_what_a_source_says_later_wins_and_comes_back_when_it_says_nothing(store: Store) -> None:
    judge(store, [said("b", "network")])
    store.load([Incident(id="b", root_cause_category="hardware")], source="test")
    assert causes(store) == {"dns": 1, "hardware": 1}
    assert cause_shares(view(store)).n_accepted == 0
    assert store.records(["b"])["b"].root_cause_category == "hardware"
    store.load([Incident(id="b")], source="test")
    assert causes(store) == {"dns": 1, "network": 1}
    assert store.records(["b"])["b"].root_cause_category is None


def test_judgements_outlive_the_store_being_opened_and_records_loaded_again(
    store: Store, store_url: str
) -> None:
    judge(store, [said("b", "network"), said("not loaded", "dns")])
    standing = judgements(store)
    store.clear()
    other = open_store(store_url)
    other.load(RECORDS, source="test")
    assert judgements(other) == standing
    assert causes(other) == {"dns": 1, "network": 1}
    other.close()


def test_only_what_is_newer_is_taken_from_elsewhere(store: Store) -> None:
    hour = dt.timedelta(hours=1)
    judge(store, [said("b", "network", at=NOON)])

    def kept(row: Judgement) -> bool:
        return store.change(lambda connection: keep_judgements(connection, [row]))

    assert not kept(said("b", "network", state="refused", at=NOON - hour))
    assert not kept(said("b", "network"))
    assert kept(said("b", "network", state="withdrawn", at=NOON + hour))
    assert not kept(said("b", "network", at=NOON))
    with store.reading() as connection:
        assert [row.state for row in stored_judgements(connection)] == ["withdrawn"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"value": "moon phase"}, "value"),
        ({"value": ""}, "value"),
        ({"field": "severity"}, "field"),
        ({"state": "maybe"}, "state"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_field(values: dict[str, str], field: str) -> None:
    row = {"record_id": "b", "field": "root_cause_category", "value": "dns", "state": "accepted"}
    with pytest.raises(WrongField) as error:
        Judgement.checked(row | values)
    assert error.value.field == field


def test_a_category_is_kept_as_the_list_spells_it() -> None:
    assert said("b", "Third party").value == "dependency/third party"

"""Fields that only one team's records have: kept narrow, chosen by, upgraded into old stores."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from data import engine as database
from data.history import OwnFields, own_fields, own_values
from data.migrations import bring_up_to_date
from data.record import Incident
from data.rows import LONGEST, MOST_FIELDS, own_rows
from data.store import Store, open_store


@pytest.fixture
def store(store_url: str) -> Any:
    opened = open_store(store_url)
    yield opened
    opened.close()


def kept(store: Store, *records: Incident) -> OwnFields:
    store.load(records, source="test")
    return own_fields(store)


def test_only_short_values_at_the_top_level_are_kept() -> None:
    extra = {
        "tier": " gold\n card ",
        "paid": True,
        "seats": 12,
        "share": 0.5,
        "nothing": None,
        "empty": " ",
        "list": ["a"],
        "deep": {"a": 1},
        "long": "x" * (LONGEST + 1),
        "huge": 10**5000,
        "repeat_basis": "the same certificate",
        "x" * (LONGEST + 1): "long name",
    }
    assert list(own_rows(extra)) == [
        (0, "tier", "gold card"),
        (1, "paid", "yes"),
        (2, "seats", "12"),
        (3, "share", "0.5"),
    ]


def test_no_record_brings_more_fields_than_anybody_looks_at() -> None:
    assert len(list(own_rows({f"f{n}": n for n in range(500)}))) == MOST_FIELDS


def test_names_and_choices_come_in_alphabetical_order(store: Store) -> None:
    found = kept(
        store,
        Incident(id="a", extra={"tier": "silver", "region": "eu"}),
        Incident(id="b", extra={"tier": "gold"}),
        Incident(id="c", extra={"tier": "gold", "region": "eu"}),
    )
    assert found.names == ("region", "tier")
    assert found.choices == (("region", "eu"), ("tier", "gold"), ("tier", "silver"))


def test_a_field_of_which_every_record_has_another_value_is_a_column_and_no_choice(
    store: Store,
) -> None:
    records = [Incident(id=f"i{n}", extra={"ticket": f"T-{n}", "tier": "x"}) for n in range(201)]
    found = kept(store, *records)
    assert found.names == ("ticket", "tier")
    assert found.choices == (("tier", "x"),)
    assert own_values(store, ["ticket"])["value"].tolist()[:2] == ["T-0", "T-1"]


def test_values_follow_their_record(store: Store) -> None:
    kept(store, Incident(id="a", extra={"tier": "gold"}), Incident(id="b", extra={"tier": "x"}))
    found = kept(store, Incident(id="a", extra={"tier": "silver"}), Incident(id="b"))
    assert found.choices == (("tier", "silver"),)
    assert own_values(store, ["tier", "other"]).to_numpy().tolist() == [["a", "tier", "silver"]]
    store.clear()
    assert own_fields(store) == OwnFields((), ())


def test_a_store_without_own_fields_has_none(store: Store) -> None:
    assert kept(store, Incident(id="a")) == OwnFields((), ())
    assert own_values(store, []).empty


def test_an_older_store_gets_its_own_fields(store_url: str) -> None:
    engine = database.connect(store_url)
    bring_up_to_date(engine, schema="0002")
    extra = {"tier": "gold", "seats": 3, "odd": ["x"], "repeat_basis": "said"}
    texts = dict.fromkeys(
        ("summary", "root_cause", "what_let_it_grow", "impact", "what_went_well"), ""
    ) | dict.fromkeys(("what_went_wrong", "where_we_got_lucky"), "[]")
    texts |= {"what_went_well": "[]", "clock_precision": "{}", "clock_sources": "{}"}
    with database.writing(engine) as connection:
        for key, name in ((1, "a"), (2, "b")):
            connection.execute(
                text(
                    "INSERT INTO incidents (key, id, digest, title, kind, needs_analysis, "
                    "day_clocks, estimated_clocks, has_postmortem) VALUES "
                    "(:key, :name, :digest, '', 'incident', :no, 0, 0, :no)"
                ),
                {"key": key, "name": name, "digest": name.encode(), "no": False},
            )
            row = texts | {"incident": key, "extra": json.dumps(extra if key == 2 else {})}
            columns = ", ".join(row)
            values = ", ".join(f":{column}" for column in row)
            connection.execute(text(f"INSERT INTO texts ({columns}) VALUES ({values})"), row)
    engine.dispose()
    store = open_store(store_url)
    assert own_fields(store).choices == (("seats", "3"), ("tier", "gold"))
    assert own_values(store, ["tier"])["id"].tolist() == ["b"]
    store.close()

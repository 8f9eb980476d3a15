"""The frames that statistics get: complete, in their types, pointing at the right rows."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from analytics import frames
from analytics.frames import CLOCKS, NO_ROW, History
from data import lists, tables
from data.check import check_incident
from data.history import StoredHistory, read_history
from data.problems import Place
from data.record import CLOCK_FIELDS, Action, Incident
from data.store import Store
from tests.support.records import RAW, TEXTS

MOMENT = dt.datetime(2024, 5, 1, 14, 3, tzinfo=dt.UTC)
#: What is still to come depends on when one looks, so no store knows it.
OF_THE_MOMENT = {"future_clocks"}
COLUMNS = {
    "incidents": {n: kind for n, kind in frames.INCIDENTS.items() if n not in OF_THE_MOMENT},
    "services": frames.SERVICES,
    "factors": frames.FACTORS,
    "tags": frames.TAGS,
    "actions": frames.ACTIONS,
    "links": frames.LINKS,
    "exposure": frames.EXPOSURE,
    "service_levels": frames.SERVICE_LEVELS,
    "accepted": frames.ACCEPTED,
}


def incident(name: str, **values: Any) -> Incident:
    return Incident(id=name, **values)


def history_of(store: Store, *records: Incident) -> StoredHistory:
    store.load(records, source="test")
    return read_history(store)


def types(frame: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(dtype) for name, dtype in frame.dtypes.items()}


def assert_types(history: StoredHistory) -> None:
    for name, frame in history.tables().items():
        assert types(frame) == COLUMNS[name], name


def test_the_clocks_of_records_and_of_statistics_are_the_same_in_the_same_order() -> None:
    assert CLOCK_FIELDS == CLOCKS


def test_an_empty_store_has_all_columns_in_their_types(store: Store) -> None:
    history = read_history(store)
    assert_types(history)
    assert all(frame.empty for frame in history.tables().values())


def test_columns_that_are_all_unknown_keep_their_types(store: Store) -> None:
    history = history_of(
        store, incident("a", actions=(Action(id="1"),), repeats=("b",)), incident("b")
    )
    assert_types(history)
    assert history.incidents["team"].isna().all()
    assert history.actions["url"].isna().all()
    assert history.links["basis"].isna().all()


def test_statistics_take_the_frames_as_they_are(store: Store) -> None:
    stored = history_of(store, incident("a", impact_started_at=MOMENT), incident("b"))
    history = History.of(**stored.tables(), revision=stored.revision)
    for name, frame in stored.tables().items():
        taken = getattr(history, name).drop(columns="period_at", errors="ignore")
        pd.testing.assert_frame_equal(taken[frame.columns], frame)
    assert history.revision == 1


def test_unknown_is_missing_and_never_zero(store: Store) -> None:
    row = history_of(store, incident("a")).incidents.iloc[0]
    for name in ("severity_rank", "affected_users", "cost", "severity", *CLOCKS):
        assert pd.isna(row[name]), name
    assert row["duplicate_of"] == NO_ROW


def test_values_stand_beside_their_incident(store: Store) -> None:
    records = [
        incident(
            f"i{n}",
            title=f"title {n}" if n % 3 else "",
            team=None if n % 4 == 0 else f"team {n % 5}",
            severity_rank=None if n % 2 else n % 5 + 1,
            affected_users=n / 8 if n % 7 else None,
            needs_analysis=n % 6 == 0,
            resolved_at=MOMENT + dt.timedelta(seconds=n) if n % 9 else None,
            services=[f"s{k}" for k in range(n % 3)],
        )
        for n in range(50)
    ]
    history = history_of(store, *records)
    for record, row in zip(records, history.incidents.itertuples(), strict=True):
        assert (row.id, row.title) == (record.id, record.title)
        assert row.needs_analysis == record.needs_analysis
        for name in ("team", "severity_rank", "affected_users"):
            found, wanted = getattr(row, name), getattr(record, name)
            assert pd.isna(found) if wanted is None else found == wanted
        resolved = record.resolved_at and record.resolved_at.replace(tzinfo=None)
        assert (None if pd.isna(row.resolved_at) else row.resolved_at) == resolved
    by_row = history.services.groupby("incident", observed=True)["service"].agg(list).to_dict()
    assert by_row == {n: list(r.services) for n, r in enumerate(records) if r.services}


def test_the_first_second_of_1970_is_a_time(store: Store) -> None:
    start = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    row = history_of(store, incident("a", impact_started_at=start)).incidents.iloc[0]
    assert row["impact_started_at"] == pd.Timestamp(0)


def test_a_blank_label_is_missing(store: Store) -> None:
    history = history_of(store, incident("a", team="", services=("", "api")))
    assert history.incidents["team"].isna().all()
    assert history.services["service"].tolist() == ["api"]


def test_a_label_named_twice_counts_once(store: Store) -> None:
    history = history_of(store, incident("a", services=("api", "api"), tags=("x", "x")))
    assert len(history.services) == len(history.tags) == 1


def test_the_precision_of_each_clock_is_one_bit(store: Store) -> None:
    both = {"impact_started_at": MOMENT, "resolved_at": MOMENT}
    history = history_of(
        store,
        incident("exact", **both),
        incident("day", **both, time_precision="day"),
        incident("one", **both, clock_precision={"resolved_at": "day"}),
        incident(
            "mixed", **both, time_precision="estimated", clock_precision={"resolved_at": "day"}
        ),
        incident("absent", clock_precision={"resolved_at": "day"}),
    )
    start, end = (1 << CLOCKS.index(name) for name in both)
    assert history.incidents["day_clocks"].tolist() == [0, start | end, end, end, 0]
    assert history.incidents["estimated_clocks"].tolist() == [0, 0, 0, start, 0]


def test_a_document_a_publication_or_a_written_cause_is_a_postmortem(store: Store) -> None:
    history = history_of(
        store,
        incident("none", title="t", summary="s"),
        incident("document", url="https://example.org"),
        incident("published", postmortem_published_at=MOMENT),
        incident("cause", root_cause="a loop"),
    )
    assert history.incidents["has_postmortem"].tolist() == [False, True, True, True]


def test_actions_point_at_the_row_of_their_incident(store: Store) -> None:
    due = dt.date(2024, 6, 1)
    history = history_of(
        store,
        incident("a"),
        incident("b", actions=(Action(id="1", due_on=due, url="u"), Action(id="2"))),
    )
    assert history.actions["incident"].tolist() == [1, 1]
    assert history.actions["due_on"].tolist() == [pd.Timestamp(due), pd.NaT]
    assert history.actions["url"].fillna("none").tolist() == ["u", "none"]


def test_rows_stay_right_when_an_earlier_record_was_replaced_or_gone(store: Store) -> None:
    store.load([incident("gone")], source="test", as_sample=True)
    store.load([incident("a", services=("x",)), incident("b", services=("y",))], source="test")
    history = history_of(store, incident("a", services=("z",)), incident("c", services=("w",)))
    assert history.incidents["id"].tolist() == ["a", "b", "c"]
    assert history.services["incident"].tolist() == [0, 1, 2]
    assert history.services["service"].tolist() == ["z", "y", "w"]


def test_declared_repeats_become_links_with_what_they_rest_on(store: Store) -> None:
    history = history_of(
        store,
        incident("later", repeats=("earlier",), extra={"repeat_basis": "source says"}),
        incident("earlier"),
    )
    link = history.links.iloc[0]
    assert (link["later"], link["earlier"]) == (0, 1)
    assert (link["relation"], link["origin"]) == ("repeat", "record")
    assert link["basis"] == "source says"
    assert np.isnan(link["confidence"])


def test_a_repeat_of_what_was_never_loaded_is_counted_apart(store: Store) -> None:
    history = history_of(store, incident("a", repeats=("never", "b")), incident("b"))
    assert len(history.links) == 1
    assert history.repeats_not_here == 1


def test_the_link_appears_once_the_earlier_record_is_loaded(store: Store) -> None:
    assert history_of(store, incident("later", repeats=("earlier",))).links.empty
    history = history_of(store, incident("earlier"))
    assert history.links[["later", "earlier"]].to_numpy().tolist() == [[0, 1]]
    assert history.repeats_not_here == 0


def test_repeats_that_name_each_other_stay_as_they_were_said(store: Store) -> None:
    history = history_of(store, incident("a", repeats=("b",)), incident("b", repeats=("a",)))
    assert history.links[["later", "earlier"]].to_numpy().tolist() == [[0, 1], [1, 0]]


def test_a_duplicate_points_at_its_original(store: Store) -> None:
    history = history_of(store, incident("second", duplicate_of="first"), incident("first"))
    assert history.incidents["duplicate_of"].tolist() == [1, NO_ROW]
    assert history.incidents["is_duplicate"].tolist() == [True, False]


def test_the_first_duplicate_of_what_was_never_loaded_stands_for_its_event(store: Store) -> None:
    history = history_of(
        store,
        incident("alone", duplicate_of="never"),
        incident("second", duplicate_of="lost"),
        incident("third", duplicate_of="lost"),
        incident("of the third", duplicate_of="third"),
    )
    assert history.incidents["is_duplicate"].tolist() == [False, False, True, True]
    assert history.incidents["duplicate_of"].tolist() == [NO_ROW, NO_ROW, 1, 2]
    assert history.duplicates_not_here == 3


def test_a_duplicate_gives_way_once_its_original_is_loaded(store: Store) -> None:
    alone = history_of(store, incident("second", duplicate_of="first"))
    assert alone.incidents["is_duplicate"].tolist() == [False]
    history = history_of(store, incident("first"))
    assert history.incidents["is_duplicate"].tolist() == [True, False]
    assert history.duplicates_not_here == 0


def test_of_duplicates_in_a_ring_one_still_counts(store: Store) -> None:
    history = history_of(
        store,
        incident("outside", duplicate_of="c"),
        incident("a", duplicate_of="b"),
        incident("b", duplicate_of="c"),
        incident("c", duplicate_of="a"),
        incident("self", duplicate_of="self"),
    )
    assert history.incidents["is_duplicate"].tolist() == [True, False, True, True, False]
    assert history.incidents["duplicate_of"].tolist() == [3, NO_ROW, 3, 1, NO_ROW]


def test_long_texts_stay_in_the_store(store: Store) -> None:
    history = history_of(store, incident("a", summary="s" * 1000, root_cause="r" * 1000))
    cells = history.incidents.to_numpy(dtype=object).ravel()
    assert max(len(str(cell)) for cell in cells) < 100


#: Raw records that repeat one another, so that each column of the store gets its share.
LINKED = st.builds(
    lambda raw, repeats, basis: raw | {"repeats": repeats, "extra": {"repeat_basis": basis}},
    RAW,
    st.lists(st.sampled_from("abc"), max_size=2),
    TEXTS,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINKED, min_size=1, max_size=3))
def test_any_record_that_loads_reads_back_as_a_history(
    store: Store, found: list[dict[str, Any]]
) -> None:
    shipped = lists.read(lists.SHIPPED)
    checked = [check_incident(raw, place=Place("x"), lists=shipped).incident for raw in found]
    history = history_of(store, *(record for record in checked if record is not None))
    held = store.counts()
    assert (len(history.incidents), len(history.actions)) == (held.incidents, held.actions)


def test_a_reason_for_a_repeat_with_the_separator_of_columns_in_it_is_read(store: Store) -> None:
    history = history_of(
        store,
        incident("a"),
        incident("b", repeats=("a", "c"), extra={"repeat_basis": "same\x1fcause"}),
        incident("c"),
    )
    assert history.links["basis"].tolist() == ["samecause", "samecause"]


def test_a_store_that_holds_the_separator_of_columns_already_is_read(store: Store) -> None:
    store.load(
        [incident("a"), incident("b", repeats=("a",)), incident("c", team="t")], source="test"
    )

    def spoil(connection: Connection) -> bool:
        connection.execute(update(tables.REPEATS).values(basis="same\x1fcause"))
        connection.execute(update(tables.INCIDENTS).values(severity="SEV\x1f1"))
        return True

    store.change(spoil)
    history = read_history(store)
    assert history.links["basis"].tolist() == ["samecause"]
    assert history.incidents["severity"].tolist() == ["SEV1"] * 3
    assert history.incidents["team"].tolist()[2] == "t"

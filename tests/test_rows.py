"""Records and rows: whatever was checked comes back from the database as it was."""

import datetime as dt
import sqlite3

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.record import CLOCK_FIELDS, MOST_PEOPLE, Action, Event, Incident
from data.store import Store, open_store

MOMENT = dt.datetime(2024, 5, 1, 14, 3, 0, tzinfo=dt.UTC)


def full(name: str = "inc-1") -> Incident:
    """A record with something in every field."""
    return Incident(
        id=name,
        title="Checkout down",
        summary="Nobody could pay.\nFor two hours.",
        url="https://example.org/pm/1",
        kind="drill",
        status="resolved",
        severity="SEV1",
        severity_rank=1,
        services=("checkout", "basket"),
        team="payments",
        environment="production",
        tags=("q2", "peak"),
        **{clock: MOMENT + i * dt.timedelta(minutes=7) for i, clock in enumerate(CLOCK_FIELDS)},
        postmortem_status="published",
        time_precision="estimated",
        clock_precision={"detected_at": "day"},
        clock_sources={"detected_at": "timeline"},
        detection_source="customer",
        trigger="a flag was pushed",
        trigger_category="config or flag push",
        root_cause_category="process",
        needs_analysis=True,
        root_cause="The flag had no owner.",
        contributing_factors=("monitoring gap", "test gap"),
        what_let_it_grow="no alert",
        impact="1,000 orders lost",
        affected_users=1000.5,
        cost=0.1 + 0.2,
        currency="EUR",
        what_went_well=("rollback was quick",),
        what_went_wrong=("paged the wrong team", "no runbook"),
        where_we_got_lucky=("night time",),
        repeats=("inc-0", "inc-00"),
        duplicate_of="inc-000",
        source="postmortems/1.md",
        timeline=(
            Event(at=MOMENT, kind="detected", text="alert"),
            Event(text="somebody noticed"),
        ),
        actions=(
            Action(
                id="a-1",
                title="Give flags owners",
                kind="process",
                strength="stronger",
                priority="P1",
                owner="platform",
                status="done",
                created_on=dt.date(2024, 5, 2),
                first_due_on=dt.date(2024, 5, 9),
                due_on=dt.date(2024, 6, 9),
                completed_on=dt.date(2024, 6, 1),
                url="https://example.org/t/1",
                extra={"points": 3},
            ),
            Action(id="a-2"),
        ),
        extra={"region": ["eu", {"zone": None}], "ünïcode": "✓"},
    )


def test_a_record_with_everything_comes_back_unchanged(store: Store) -> None:
    store.load([full()], source="test")
    assert store.incident("inc-1") == full()


def test_a_record_with_nothing_comes_back_unchanged(store: Store) -> None:
    store.load([Incident(id="bare")], source="test")
    assert store.incident("bare") == Incident(id="bare")


TEXTS = st.text(max_size=20)
LABELS = st.none() | TEXTS
IDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
MOMENTS = st.none() | st.datetimes(
    dt.datetime(1970, 1, 1), dt.datetime(2199, 12, 31), timezones=st.just(dt.UTC)
).map(lambda at: at.replace(microsecond=0))
DAYS = st.none() | st.dates(dt.date(1970, 1, 1), dt.date(2199, 12, 31))
AMOUNTS = st.none() | st.floats(min_value=0, max_value=MOST_PEOPLE)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
EXTRA = st.dictionaries(TEXTS, PLAIN, max_size=3)
ACTIONS = st.builds(
    Action, id=IDS, title=TEXTS, owner=LABELS, created_on=DAYS, due_on=DAYS, extra=EXTRA
)
EVENTS = st.builds(Event, at=MOMENTS, text=TEXTS)
INCIDENTS = st.builds(
    Incident,
    id=IDS,
    title=TEXTS,
    team=LABELS,
    severity_rank=st.none() | st.integers(1, 5),
    services=st.lists(TEXTS, max_size=3),
    needs_analysis=st.booleans(),
    affected_users=AMOUNTS,
    cost=AMOUNTS,
    what_went_wrong=st.lists(TEXTS, max_size=2),
    clock_precision=st.dictionaries(
        st.sampled_from(CLOCK_FIELDS), st.sampled_from(["day", "estimated"]), max_size=2
    ),
    repeats=st.lists(IDS, max_size=2),
    timeline=st.lists(EVENTS, max_size=3),
    actions=st.lists(ACTIONS, max_size=3),
    extra=EXTRA,
    **dict.fromkeys(CLOCK_FIELDS, MOMENTS),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(INCIDENTS)
def test_any_checked_record_survives_the_store(store: Store, record: Incident) -> None:
    store.load([record], source="test")
    assert store.incident(record.id) == record


def test_no_column_holds_a_time_with_a_zone_to_mistake(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    store.load([full()], source="test")
    store.close()
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    (seconds,) = connection.execute("SELECT impact_started_at FROM incidents").fetchone()
    connection.close()
    assert seconds == int(MOMENT.timestamp())

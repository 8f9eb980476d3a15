"""Does everything that knows the fields of a record follow from the one place that defines them?"""

from sqlalchemy import Boolean

from data import tables
from data.exporting import ACTION_COLUMNS, INCIDENT_COLUMNS, TEMPLATE
from data.history import INCIDENT_FRAME
from data.record import (
    ACTION_FIELDS,
    CLOCK_FIELDS,
    DAY_FIELDS,
    HEADINGS,
    INCIDENT_FIELDS,
    LIST_FIELDS,
    LONG_MAPPINGS,
    Action,
    Incident,
    Kind,
    narrow,
)


def test_every_field_says_where_it_is_kept() -> None:
    assert list(INCIDENT_FIELDS) == list(Incident.model_fields)
    assert list(ACTION_FIELDS) == list(Action.model_fields)


def test_each_field_has_a_column_in_one_table_and_no_other() -> None:
    columns = set(tables.INCIDENTS.c.keys()) & set(INCIDENT_FIELDS)
    texts = set(tables.TEXTS.c.keys()) - {"incident"}
    assert columns & texts == set()
    apart = {"services", "tags", "contributing_factors", "repeats", "timeline", "actions"}
    assert columns | texts | apart == set(INCIDENT_FIELDS)
    assert {"incident", "position", *ACTION_FIELDS} == set(tables.ACTIONS.c.keys())


def test_a_column_may_be_empty_where_the_field_may() -> None:
    columns = tables.INCIDENTS.c
    assert [columns[name].nullable for name in ("title", "kind", "team", "source_id")] == [
        False,
        False,
        True,
        True,
    ]
    assert isinstance(columns["needs_analysis"].type, Boolean)
    assert not tables.ACTIONS.c["id"].nullable


def test_the_clocks_are_the_times_of_an_incident_in_their_order() -> None:
    times = [field.name for field, kept in narrow(INCIDENT_FIELDS) if kept.kind is Kind.TIME]
    assert tuple(times) == CLOCK_FIELDS


def test_lists_days_and_mappings_are_known_by_their_types() -> None:
    assert DAY_FIELDS == ("created_on", "first_due_on", "due_on", "completed_on", "verified_on")
    assert LONG_MAPPINGS == ("clock_precision", "clock_sources", "extra")
    assert set(LIST_FIELDS) == {
        "services",
        "tags",
        "contributing_factors",
        "what_went_well",
        "what_went_wrong",
        "where_we_got_lucky",
        "repeats",
    }


def test_statistics_get_no_column_that_is_not_meant_for_them() -> None:
    assert INCIDENT_FRAME["severity_rank"] is Kind.NUMBER
    assert not {"source_name", "source_id", "summary", "revision"} & INCIDENT_FRAME.keys()


def test_an_export_has_every_field() -> None:
    assert set(INCIDENT_COLUMNS) == set(Incident.model_fields) - {"actions"}
    assert set(ACTION_COLUMNS) == {"incident_id", *Action.model_fields}


def test_the_template_asks_for_what_has_a_hint_and_people_call_fields_by_words() -> None:
    assert "severity:                # as you call it, such as SEV2\nservices: []\n" in TEMPLATE
    assert "declared_at" not in TEMPLATE
    assert INCIDENT_FIELDS["detection_source"].label == "source of detection"
    assert INCIDENT_FIELDS["affected_users"].label == "affected users"
    assert list(HEADINGS)[:3] == ["summary", "impact", "trigger"]

"""Is a record understood as its source means it, with what cannot be used named and kept?"""

import datetime as dt
import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from data import check, lists
from data.check import (
    NO_ADDRESS,
    PEOPLE,
    UNKNOWN,
    Checked,
    CheckedAction,
    Habits,
    check_action,
    check_incident,
)
from data.notations import DayOrder
from data.problems import Place
from data.record import Action, Incident

LISTS = lists.read(lists.SHIPPED)
PLACE = Place("x.json", "[0]")
BERLIN = Habits(zone=ZoneInfo("Europe/Berlin"))


def checked(habits: Habits = UNKNOWN, /, **values: Any) -> Checked:
    return check_incident({"id": "a", **values}, place=PLACE, lists=LISTS, habits=habits)


def only(habits: Habits = UNKNOWN, /, **values: Any) -> Incident:
    outcome = checked(habits, **values)
    assert outcome.problems == []
    assert outcome.incident is not None
    return outcome.incident


def action(**values: Any) -> tuple[CheckedAction, Checked]:
    outcome = Checked()
    made = check_action(values, place=PLACE, default_id="a#1", checked=outcome, lists=LISTS)
    assert made is not None
    return made, outcome


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("Resolved", "resolved"),
        ("CLOSED", "resolved"),
        ("Done", "resolved"),
        ("Fixed", "resolved"),
        ("postmortem", "resolved"),
        ("Resuelto", "resolved"),
        ("Geschlossen", "resolved"),
        ("Résolu", "resolved"),
        ("Encerrado", "resolved"),
        ("解決済み", "resolved"),
        ("In progress", "open"),
        ("Investigating", "open"),
        ("En curso", "open"),
        ("Offen", "open"),
        ("En cours", "open"),
        ("open", "open"),
    ],
)
def test_a_status_is_understood_in_any_case_and_language(written: str, status: str) -> None:
    assert only(status=written).status == status


def test_the_status_of_a_document_is_not_that_of_the_incident() -> None:
    outcome = checked(status="Draft")
    assert outcome.incident is not None
    assert (outcome.incident.status, outcome.incident.postmortem_status) == (None, "Draft")
    assert "postmortem_status" in outcome.told
    assert "status" not in outcome.told | outcome.cleared
    assert outcome.problems == []


def test_a_status_that_nobody_knows_is_a_problem_and_kept() -> None:
    outcome = checked(status="Purple")
    assert outcome.incident is not None
    assert outcome.incident.extra == {"as_given": {"status": "Purple"}}
    assert [problem.field for problem in outcome.problems] == ["status"]


def test_a_severity_keeps_its_label_and_tells_its_rank() -> None:
    record = only(severity="1 - Critical")
    assert (record.severity, record.severity_rank) == ("1 - Critical", 1)
    assert only(severity="Prioridad 2", severity_rank=4).severity_rank == 4


def test_an_empty_value_clears_and_an_absent_one_says_nothing() -> None:
    outcome = checked(title="Gate", team="-", detected_at="N/A", services=["n/a"], impact="")
    assert outcome.told == {"id", "title"}
    assert outcome.cleared == {"team", "detected_at", "services", "impact"}
    assert outcome.problems == []


def test_a_cleared_severity_takes_its_rank_along() -> None:
    assert checked(severity="n/a").cleared == {"severity", "severity_rank"}


@pytest.mark.parametrize(
    ("field", "written", "names"),
    [
        ("services", "checkout-api, cart", ("checkout-api", "cart")),
        ("services", "checkout-api; cart", ("checkout-api", "cart")),
        ("services", '"Orders, EU", cart', ("Orders, EU", "cart")),
        ("services", ["Orders, EU", "cart"], ("Orders, EU", "cart")),
        ("tags", "db,eu", ("db", "eu")),
        ("repeats", "i-1, i-2", ("i-1", "i-2")),
        ("contributing_factors", "test gap, alert quality", ("test gap", "alert quality")),
        (
            "contributing_factors",
            "Nobody had set a limit, as none was needed",
            ("Nobody had set a limit, as none was needed",),
        ),
        ("what_went_well", "We saw it, and at once", ("We saw it, and at once",)),
    ],
)
def test_several_names_in_one_text_are_several(
    field: str, written: Any, names: tuple[str, ...]
) -> None:
    assert getattr(only(**{field: written}), field) == names


@pytest.mark.parametrize(
    ("written", "source", "kept"),
    [
        ("monitoring", "monitoring", {}),
        ("Customer", "customer", {}),
        ("PagerDuty alert", "monitoring", {"detection_source": "PagerDuty alert"}),
        ("Cliente", "customer", {"detection_source": "Cliente"}),
        ("unknown", "unknown", {}),
    ],
)
def test_what_noticed_it_is_understood_and_its_word_is_kept(
    written: str, source: str, kept: dict[str, str]
) -> None:
    record = only(detection_source=written)
    assert (record.detection_source, record.extra) == (source, kept)


def test_amounts_are_read_with_their_groups_and_currency() -> None:
    record = only(affected_users="~2,500 users", cost="€ 1.234,50")
    assert (record.affected_users, record.cost, record.currency) == (2500, 1234.5, "EUR")
    assert only(cost="900 EUR", currency="CHF").currency == "CHF"
    assert [problem.field for problem in checked(affected_users="many").problems] == [
        "affected_users"
    ]


# Times.


def test_times_without_a_zone_are_in_that_of_the_load_and_are_counted() -> None:
    values = {"detected_at": "2026-07-01T09:14", "timeline": [{"at": "2026-07-01 09:14"}]}
    outcome = checked(BERLIN, **values)
    assert outcome.incident is not None
    at = dt.datetime(2026, 7, 1, 7, 14, tzinfo=dt.UTC)
    assert (outcome.incident.detected_at, outcome.incident.timeline[0].at) == (at, at)
    assert outcome.assumptions == {"times without a zone, taken as Europe/Berlin": 2}
    assert checked(**values).assumptions == {"times without a zone, taken as UTC": 2}


def test_a_time_in_the_night_of_a_clock_change_is_said() -> None:
    outcome = checked(BERLIN, detected_at="2026-10-25T02:30", resolved_at="2026-03-29T02:30")
    assert sorted(outcome.assumptions) == [
        "2026-03-29T02:30 is skipped in the night of a clock change; it is taken as if clocks "
        "had not changed",
        "2026-10-25T02:30 stands on the clock twice in the night of a clock change; the first is "
        "taken",
        "times without a zone, taken as Europe/Berlin",
    ]


def test_an_end_in_the_hour_that_clocks_show_twice_is_not_before_its_start() -> None:
    outcome = checked(
        BERLIN,
        impact_started_at="2026-10-25T02:50",
        detected_at="2026-10-25T02:55",
        mitigated_at="2026-10-25T02:10",
        resolved_at="2026-10-25T02:30",
    )
    incident = outcome.incident
    assert incident is not None
    assert incident.impact_started_at is not None
    clocks = (incident.detected_at, incident.mitigated_at, incident.resolved_at)
    minutes = [(at - incident.impact_started_at).seconds // 60 for at in clocks if at]
    assert minutes == [5, 20, 40]
    assert sum("the second is taken" in words for words in outcome.assumptions) == 2


def test_the_order_of_day_and_month_is_taken_from_the_load_or_asked_for() -> None:
    outcome = checked(detected_at="02/03/2026 09:14")
    assert "day or month first" in outcome.problems[0].reason
    day_first = Habits(day_order=DayOrder.DAY)
    assert only(day_first, detected_at="02/03/2026 09:14").detected_at == dt.datetime(
        2026, 3, 2, 9, 14, tzinfo=dt.UTC
    )


def test_precision_is_said_of_clocks_alone() -> None:
    record = only(
        detected_at="2026-07-01T09:14Z",
        clock_precision={"detected_at": "estimated", "resolved_at": "exact"},
    )
    assert record.clock_precision == {"detected_at": "estimated"}
    for stated in ({"lunch": "day"}, "day"):
        outcome = checked(clock_precision=stated)
        assert outcome.incident is not None
        assert outcome.incident.clock_precision == {}
        assert [problem.field for problem in outcome.problems] == ["clock_precision"]


# Actions.


@pytest.mark.parametrize(
    ("written", "status", "kept"),
    [
        ("Open", "open", {}),
        ("TODO", "open", {}),
        ("In Progress", "in_progress", {}),
        ("Completed", "done", {}),
        ("✅", "done", {}),
        ("Erledigt", "done", {}),
        ("not doing", "wont_do", {"status": "not doing"}),
        ("Risk Accepted", "wont_do", {"status": "Risk Accepted"}),
        ("cancelled", "wont_do", {"status": "cancelled"}),
        ("wontfix", "wont_do", {"status": "wontfix"}),
        ("wont_do", "wont_do", {}),
    ],
)
def test_the_status_of_an_action_is_understood_and_a_reason_to_give_up_is_kept(
    written: str, status: str, kept: dict[str, str]
) -> None:
    made, outcome = action(title="Alert on pool use", status=written)
    assert (made.action.status, made.action.extra) == (status, kept)
    assert outcome.problems == []


@pytest.mark.parametrize(
    ("written", "verification", "verified_on", "how"),
    [
        ("yes", "verified", None, None),
        (True, "verified", None, None),
        (False, "not_yet", None, None),
        ("Verifiziert", "verified", None, None),
        ("2026-04-01", "verified", "2026-04-01", None),
        ("yes (2026-04-01)", "verified", "2026-04-01", None),
        ("passed on 2026-04-01", "verified", "2026-04-01", None),
        ("yes, drill with the provider blocked", "verified", None,
         "drill with the provider blocked"),
        ("Failed: the queue filled up again", "failed", None, "the queue filled up again"),
        ("not yet, 2026-04-01", "not_yet", None, "2026-04-01"),
        ("no alert for 30 days", None, None, "no alert for 30 days"),
        ("load test", None, None, "load test"),
        ("検証済み", "verified", None, None),
    ],
)  # fmt: skip
def test_what_is_said_of_a_check_is_an_answer_a_day_or_how_one_knows(
    written: Any, verification: str | None, verified_on: str | None, how: str | None
) -> None:
    made, outcome = action(title="Cap the queue", verification=written)
    day = dt.date.fromisoformat(verified_on) if verified_on else None
    fields = made.action.verification, made.action.verified_on, made.action.verified_how
    assert fields == (verification, day, how)
    assert outcome.problems == []
    named = {"verification": verification, "verified_on": day, "verified_how": how}
    assert made.told == {"title", *(name for name, value in named.items() if value)}


def test_a_day_of_a_check_tells_that_it_was_made_and_a_status_may_tell_it_too() -> None:
    dated, _ = action(title="Cap the queue", status="open", verified_on="2026-04-01")
    assert (dated.action.verification, dated.action.status) == ("verified", "open")
    failed, _ = action(title="Cap the queue", verification="failed", verified_on="2026-04-01")
    assert failed.action.verification == "failed"
    told, _ = action(title="Cap the queue", status="Verified")
    assert (told.action.verification, told.action.status) == ("verified", "done")
    done, _ = action(title="Cap the queue", status="yes")
    assert (done.action.verification, done.action.status) == (None, "done")


def test_a_link_where_a_status_is_meant_is_the_link() -> None:
    made, outcome = action(title="x", status="https://w.example/62")
    assert (made.action.url, made.action.status) == ("https://w.example/62", None)
    assert made.told == {"title", "url"}
    assert outcome.problems == []


def test_the_kind_of_an_action_is_understood() -> None:
    assert action(title="x", kind="Preventive")[0].action.kind == "prevent"


def test_a_person_is_neither_an_owner_nor_a_team_and_stands_nowhere() -> None:
    made, outcome = action(title="x", owner="Jane Doe")
    assert (made.action.owner, made.action.extra) == (None, {})
    assert "owner" not in made.told | made.cleared
    assert outcome.assumptions == {PEOPLE: 1}
    assert action(title="x", owner="Payments, Jane Doe")[0].action.owner == "Payments"
    assert only(team="jane.doe@w.example").team is None
    assert only(team="Red Falcons").team == "Red Falcons"


def test_no_person_is_kept_beside_a_record_as_its_owner() -> None:
    outcome = checked(title="x", Owner="Jane Doe", lead="Payments, Jane Doe", weather="Jane Doe")
    assert outcome.incident is not None
    assert outcome.incident.extra == {"lead": "Payments", "weather": "Jane Doe"}
    assert outcome.assumptions == {PEOPLE: 2}
    made, _ = action(title="x", assignee="Jane Doe")
    assert made.action.extra == {}


def test_an_empty_owner_clears_the_owner() -> None:
    made, _ = action(title="x", owner="unassigned", due_on="TBD")
    assert made.cleared == {"owner", "due_on"}


@pytest.mark.parametrize("written", ["1 April 2026", "2026-04-01", "April 1, 2026"])
def test_a_due_date_is_read_as_people_write_it(written: str) -> None:
    assert action(title="x", due_on=written)[0].action.due_on == dt.date(2026, 4, 1)


# Links.


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://w.example/a\n\n![z](http://z.example/z.png)"]
)
def test_an_address_that_nobody_should_open_is_a_problem_and_kept_apart(url: str) -> None:
    outcome = checked(url=url)
    assert outcome.incident is not None
    assert outcome.incident.url is None
    assert outcome.incident.extra == {"as_given": {"url": url}}
    assert [problem.field for problem in outcome.problems] == ["url"]


def test_what_is_no_address_at_all_is_kept_beside_the_action() -> None:
    made, outcome = action(title="x", url="PAY-7")
    assert (made.action.url, made.action.extra) == (None, {"url": "PAY-7"})
    assert outcome.problems == []
    assert outcome.assumptions == {NO_ADDRESS: 1}
    assert action(title="x", url="https://w.example/7")[0].action.url == "https://w.example/7"


# Whatever comes.


@pytest.mark.parametrize("value", [3, 2.5, True, "day", ["a", 1], {"a": [1]}, [{"b": None}]])
def test_any_value_in_any_field_gives_a_record_or_a_problem(value: Any) -> None:
    for name in (*Incident.model_fields, "weather"):
        outcome = check_incident({"id": "a", name: value}, place=PLACE, lists=LISTS)
        assert outcome.incident is not None or outcome.problems[0].rejected


def test_a_fault_of_ours_costs_one_record(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("hinge")

    monkeypatch.setattr(check, "_read_clocks", broken)
    outcome = checked(title="Gate")
    assert outcome.incident is None
    assert str(outcome.problems[0]) == (
        "x.json, [0]: could not be read: unexpected KeyError: 'hinge'; please report it"
    )


@pytest.mark.parametrize("text", ["a" + "-" * 60_000 + "a", "a, " * 60_000, "(" * 100_000])
def test_a_long_text_in_any_field_is_checked_at_once(text: str) -> None:
    began = time.process_time()
    for name in Incident.model_fields:
        check_incident({"id": "a", "title": "x", name: text}, place=PLACE, lists=LISTS)
    for name in Action.model_fields:
        check_action({name: text}, place=PLACE, default_id="a#1", checked=Checked(), lists=LISTS)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Game-Day", "drill"),
        ("game days", "drill"),
        ("Chaos experiment", "drill"),
        ("planned failover test", "test"),
        ("Maintenance window", "maintenance"),
        ("Übung", "drill"),
        ("Production incident", "incident"),
        ("Outage", "incident"),
        ("latest incident", "incident"),
    ],
)
def test_drills_are_known_by_whatever_word(said: str, kind: str) -> None:
    assert only(kind=said).kind == kind

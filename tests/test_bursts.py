"""Which incidents are offered as one alert that went off again and again."""

from analytics.frames import History
from analytics.repeats.queue import bursts
from analytics.selection import Scope, select
from tests.support.histories import history


def alert(began: str, title: str = "Queue depth high", *services: str) -> dict[str, object]:
    return {"impact_started_at": began, "title": title, "services": list(services or ("mail",))}


def of(*rows: dict[str, object], **more: list[dict[str, object]]) -> History:
    return history(list(rows), **more)


def found(records: History, scope: Scope | None = None) -> list[list[int]]:
    return [burst.rows.tolist() for burst in bursts(select(records, scope or Scope()))]


def test_each_within_the_hour_after_the_one_before_is_one_burst() -> None:
    records = of(
        alert("2026-02-03T10:00"),
        alert("2026-02-03T12:00"),
        alert("2026-02-03T11:00"),
        alert("2026-02-03T13:00:01"),
    )
    assert found(records) == [[0, 2, 1]]
    assert bursts(select(records, Scope()))[0].seconds == 7200


def test_numbers_marks_and_case_do_not_make_another_alert() -> None:
    records = of(
        alert("2026-02-03T10:00", "[FIRING:1] Queue depth high (worker-07)"),
        alert("2026-02-03T10:20", "firing: queue depth HIGH, worker-12"),
        alert("2026-02-03T10:30", "[FIRING:2] Queue depth high (disk-01)"),
    )
    assert found(records) == [[0, 1]]


def test_titles_of_nothing_but_numbers_are_compared_as_they_are() -> None:
    at = ("2026-02-03T10:00", "2026-02-03T10:10", "2026-02-03T10:20")
    assert found(of(*map(alert, at, ("502", "502 ", "503")))) == [[0, 1]]


def test_another_service_or_no_title_is_no_burst() -> None:
    assert found(of(alert("2026-02-03T10:00"), alert("2026-02-03T10:10", "", "mail"))) == []
    other = alert("2026-02-03T10:10", "Queue depth high", "search")
    assert found(of(alert("2026-02-03T10:00"), other)) == []
    untitled = alert("2026-02-03T10:00", "")
    assert found(of(untitled, untitled)) == []


def test_the_same_services_in_another_order_are_the_same() -> None:
    one = alert("2026-02-03T10:00", "Slow", "mail", "search")
    assert found(of(one, alert("2026-02-03T10:10", "Slow", "search", "mail"))) == [[0, 1]]


def test_a_beginning_known_to_the_day_is_in_no_burst() -> None:
    day = {**alert("2026-02-03"), "day_clocks": 1}
    assert found(of({**day}, {**day})) == []


def test_the_latest_burst_comes_first() -> None:
    at = ("2026-02-03T10:00", "2026-02-03T10:10", "2026-05-03T10:00", "2026-05-03T10:10")
    assert found(of(*map(alert, at))) == [[2, 3], [0, 1]]


def test_what_people_have_said_is_not_asked_again() -> None:
    at = ("2026-02-03T10:00", "2026-02-03T10:10", "2026-02-03T10:20")
    verdict = {"later": 1, "earlier": 0, "relation": "different", "origin": "verdict"}
    assert found(of(*map(alert, at), links=[verdict])) == [[1, 2]]


def test_only_incidents_in_view_are_offered() -> None:
    rows = [alert("2026-02-03T10:00"), alert("2026-02-03T10:10"), alert("2026-02-03T10:20")]
    rows[1]["kind"] = "drill"
    assert found(of(*rows)) == [[0, 2]]
    assert found(of(*rows), Scope(teams=("nobody",))) == []


def test_an_empty_history_has_no_burst() -> None:
    assert bursts(select(History.of(), Scope())) == ()

"""Do actions keep their ids when their list changes around them?"""

from data.check import check_incident
from data.lists import current_lists
from data.problems import Place
from data.values import ActionIds


def ids(*titles: str) -> list[str]:
    values = {"id": "f-1", "actions": [{"title": title} for title in titles]}
    checked = check_incident(values, place=Place("a.md"), lists=current_lists())
    assert checked.incident is not None
    return [action.id for action in checked.incident.actions]


def test_an_id_is_made_of_the_incident_and_what_is_promised() -> None:
    assert ids("Oil **the crane**.", "Prüfe das Schloß") == [
        "f-1#oil-the-crane",
        "f-1#prufe-das-schloss",
    ]
    assert ids("") == ["f-1#action"]


def test_a_list_in_another_order_keeps_its_ids() -> None:
    first = ids("Oil the crane", "Test the lock")
    assert ids("Test the lock", "Paint it", "OIL THE CRANE")[::2] == first[::-1]


def test_a_second_promise_of_the_same_is_numbered() -> None:
    assert ids("Oil it", "Test it", "Oil it") == ["f-1#oil-it", "f-1#test-it", "f-1#oil-it-2"]


def test_long_names_are_cut_and_stay_apart() -> None:
    long = "oil the crane and " * 20
    first, second = ids(f"{long}paint it", f"{long}test it")
    assert first != second
    assert max(map(len, (first, second))) < 100
    names = {ActionIds(f"{'a' * 290}{number}").next("Oil it") for number in range(3)}
    assert len(names) == 3
    assert max(map(len, names)) <= 300

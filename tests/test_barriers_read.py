"""Is it read from sentences which guard was there, failed or was absent, and nothing else?"""

from typing import get_args

import pytest
from hypothesis import given

from data.barriers import (
    GUARDS,
    SHIPPED,
    STATES,
    Guard,
    told_in,
    told_in_parts,
    told_in_store,
    told_of,
)
from data.record import Incident
from data.settings import read_settings
from data.store import Store
from tests.benchmarks.barriers import UNSEEN, score, sentences
from tests.support.records import TEXTS


def read(text: str) -> list[str]:
    return [told.value for told in told_in(text)]


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("There was no alert.", "alert:absent"),
        ("The alert did not fire.", "alert:failed"),
        ("No alert fired.", "alert:failed"),
        ("The alert fired.", "alert:held"),
        ("The alert fired only after forty minutes.", "alert:failed"),
        ("An alert should have fired.", "alert:failed"),
        ("An alert would have caught it.", "alert:absent"),
        ("The test suite did not cover it.", "test:absent"),
        ("The tests cover it.", ""),
        ("The tests failed to catch it.", "test:failed"),
        ("The tests failed.", ""),
        ("It was not caught by the tests.", "test:failed"),
        ("Caught by the tests.", "test:held"),
        ("The canary caught it.", "canary:held"),
        ("We will add an alert.", ""),
        ("We are working to improve our alerting to detect this.", ""),
        ("To prevent recurrence we expanded our test coverage.", ""),
        ("A gap in our alerting hid it.", "alert:absent"),
        ("Pull request reviews failed for some users.", ""),
        ("The test environment was not used.", ""),
        ("Der Alarm schlug nicht an.", "alert:failed"),
        ("Der Alarm schlug an.", "alert:held"),
        ("アラートが発報した。", "alert:held"),
        ("アラートが発報されなかった。", "alert:failed"),
    ],
)
def test_a_word_that_denies_turns_what_is_told(sentence: str, value: str) -> None:
    assert read(sentence) == ([value] if value else [])


def test_each_guard_and_state_is_told_once_with_its_first_sentence() -> None:
    text = "There was no alert. The canary caught it; still no runbook existed. No alert again."
    told = told_in(text)
    assert [each.value for each in told] == ["alert:absent", "canary:held", "runbook:absent"]
    assert told[0].sentence == "There was no alert."


def test_factors_of_the_list_tell_what_no_sentence_does() -> None:
    factors = ("monitoring gap", "test gap", "no runbook for this")
    told = told_in_parts(["There was no alert on the queue."], factors)
    assert [(each.value, each.sentence) for each in told] == [
        ("alert:absent", "There was no alert on the queue."),
        ("runbook:absent", "no runbook for this"),
        ("test:absent", "test gap"),
    ]


@pytest.mark.parametrize(
    ("text", "factor", "values"),
    [
        ("The alert fired only after forty minutes.", "monitoring gap", ["alert:failed"]),
        ("The alert fired within a minute.", "monitoring gap", ["alert:held"]),
        ("There was no alert on the queue.", "alert quality", ["alert:absent"]),
        ("The tests failed to catch it.", "test gap", ["test:failed"]),
        ("The tests failed to catch it.", "monitoring gap", ["test:failed", "alert:absent"]),
    ],
)
def test_what_a_sentence_tells_of_a_guard_outweighs_the_hint_of_a_factor(
    text: str, factor: str, values: list[str]
) -> None:
    assert [each.value for each in told_in_parts([text], [factor])] == values


@pytest.mark.parametrize(
    ("noticed_by", "values"),
    [
        ("monitoring", []),
        ("synthetic", []),
        ("customer", ["alert:absent"]),
        (None, ["alert:absent"]),
    ],
)
def test_a_factor_hints_at_no_missing_alert_where_an_alert_noticed_the_incident(
    noticed_by: str | None, values: list[str], store: Store
) -> None:
    record = Incident.model_validate(
        {"id": "a", "detection_source": noticed_by, "contributing_factors": ["monitoring gap"]}
    )
    store.load([record], source="test")
    assert [each.value for each in told_of(record)] == values
    assert told_in_store(store, ["a"]).get("a", []) == told_of(record)


def test_a_sentence_tells_of_a_missing_alert_whatever_noticed_the_incident() -> None:
    told = told_in_parts(["There was no alert on the queue."], [], noticed_by="monitoring")
    assert [each.value for each in told] == ["alert:absent"]


def test_sections_of_a_record_are_read_and_promises_are_not() -> None:
    record = Incident.model_validate(
        {
            "id": "a",
            "root_cause": "The tests did not cover it.",
            "what_went_well": ["The alert fired at once."],
            "actions": [{"id": "b", "title": "There is no runbook; write one"}],
        }
    )
    assert [told.value for told in told_of(record)] == ["test:absent", "alert:held"]


def test_records_in_a_store_are_read_as_they_are(store: Store) -> None:
    records = [
        Incident(
            id="a", what_let_it_grow="There was no alert.", what_went_well=("Caught in review",)
        ),
        Incident(id="b", contributing_factors=("test gap",)),
        Incident(id="c", summary="The disk was full."),
    ]
    store.load(records, source="test")
    told = told_in_store(store, ["a", "b", "c", "nowhere"])
    assert told == {record.id: told_of(record) for record in records[:2]}
    assert [each.value for each in told["a"]] == ["alert:absent", "review:held"]
    assert told_in_store(store, []) == {}


def test_made_up_sentences_that_the_rules_never_saw_are_read_rightly_in_most_cases() -> None:
    unseen = score(UNSEEN)
    assert unseen.sentences == 90
    assert (unseen.precision.estimate or 0.0) >= 0.9
    assert (unseen.recall.estimate or 0.0) >= 0.7


def test_the_sentences_speak_of_every_guard_and_state_and_of_none() -> None:
    values = [value for _, _, said in sentences() for value in said]
    assert set(values) == {f"{guard}:{state}" for guard in GUARDS for state in STATES}
    assert sum(not said for _, _, said in sentences()) >= 40


def test_every_word_of_the_file_belongs_to_a_guard_a_state_or_a_kind_of_cue() -> None:
    content = read_settings(SHIPPED).values
    assert set(content["guards"]) == set(get_args(Guard))
    values = {*content["direct"], *content["factors"]}
    assert values <= {f"{guard}:{state}" for guard in GUARDS for state in STATES}


@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    assert all(told.guard in GUARDS and told.state in STATES for told in told_in(text))


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    assert read("no alert " * 10_000) == []
    assert read("There was no alert. " * 10_000) == ["alert:absent"]

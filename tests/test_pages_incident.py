"""What the page of one incident displays, over the sample and over a made-up company."""

import pytest

from tests.support.pages import run_page, words

PAGE = "pages/incident.py"


@pytest.mark.usefixtures("sample_store")
@pytest.mark.parametrize(
    ("identity", "earlier", "reason"),
    [
        ("gh-28429325", "gh-28427396", "within a day after the earlier one was over"),
        ("k8s-2019-02-08", "k8s-2019-02-05", "the order of the two is not known"),
    ],
)
def test_a_declared_repeat_that_does_not_count_is_named_with_its_reason(
    identity: str, earlier: str, reason: str
) -> None:
    said = words(run_page(PAGE, id=identity))
    assert f"(incident?id={earlier}); not counted as a repeat: {reason}" in said
    assert "Nobody has said" not in said


@pytest.mark.usefixtures("sample_store")
def test_of_an_incident_that_nobody_called_a_repeat_that_is_said() -> None:
    assert "Nobody has said that this repeats" in words(run_page(PAGE, id="gh-28771344"))


@pytest.mark.usefixtures("sample_store")
def test_an_error_of_a_process_is_not_called_that_of_a_person() -> None:
    said = words(run_page(PAGE, id="gh-28771344"))
    assert "The cause is filed as human or process error" in said
    assert "person" not in said


@pytest.mark.usefixtures("sample_store")
def test_an_action_past_its_date_is_not_called_overdue_by_a_post_from_before() -> None:
    app = run_page(PAGE, id="az-QNBQ-5W8")
    states = next(t.value for t in app.table if "State" in t.value.columns)["State"]
    assert states.str.contains("what became of it is not recorded").any()
    assert not states.str.contains("overdue").any()


@pytest.mark.usefixtures("sample_store")
def test_what_is_not_recorded_is_not_called_missing_in_the_world() -> None:
    said = words(run_page(PAGE, id="gh-28771344"))
    assert "No action is recorded here; some may have been promised elsewhere." in said


@pytest.mark.usefixtures("sample_store")
def test_a_repeat_by_a_post_is_not_said_to_have_begun_while_a_fix_was_open() -> None:
    said = words(run_page(PAGE, id="gh-31199495"))
    assert "not known to be done" in said
    assert "open still" not in said

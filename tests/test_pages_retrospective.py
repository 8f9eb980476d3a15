"""What a team is asked at its retrospective, over the sample."""

import pytest

from pages.parts.panels.retrospective import nobody_says
from tests.support.pages import run_page, words


@pytest.mark.usefixtures("sample_store")
def test_questions_speak_of_the_record_and_of_no_person() -> None:
    said = words(run_page("pages/retrospective.py", team="GitHub"))
    assert "**14 of 789** have human or process error as their cause." in said
    assert "**148 of 789** have a preventive action not known to be done." in said
    assert "**387 of 789** have no action on record." in said
    assert "person" not in said
    assert "None of the latest 40 records says." in said


def test_how_many_records_say_nothing() -> None:
    assert nobody_says(40) == "None of the latest 40 records says."
    assert nobody_says(1) == "The record does not say."

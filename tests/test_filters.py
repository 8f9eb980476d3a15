"""The filters of every page: what a link asks for, and what is said of the rest."""

import pytest

from tests.support.pages import run_page


@pytest.mark.usefixtures("sample_store")
def test_a_link_that_asks_for_an_unknown_team_says_so_and_applies_the_rest() -> None:
    app = run_page("pages/retrospective.py", team=["Nobody **at** all", "GitHub"])
    assert [warning.value for warning in app.warning] == [
        "The link asks for what is not known here: Team Nobody \\*\\*at\\*\\* all. Not applied."
    ]
    assert app.session_state["team"] == ["GitHub"]


@pytest.mark.usefixtures("sample_store")
def test_a_link_to_what_exists_is_taken_without_a_word() -> None:
    assert not run_page("pages/retrospective.py", team="GitHub").warning

"""What there is to decide today: the words of each line, and where it leads."""

from analytics.known_causes.grouping import known_causes
from analytics.repeats.ledger import TouchedAgain, find_repeats
from pages.parts.wording.numbers import literal
from pages.views.decisions import came_back_words, perhaps_words
from pages.views.known_causes import LONGEST_NAME, short
from tests.support.repeating import action, history_of, incident, link

HISTORY = history_of(
    [incident("2026-01-05"), incident("2026-03-05"), incident("2026-05-03")],
    [link(1, 0), link(2, 0)],
    [action(0, "open", title="Oil [it]")],
)
CAUSES = known_causes(find_repeats(HISTORY))


def test_a_cause_that_is_touched_again_is_told_with_what_was_promised() -> None:
    latest = TouchedAgain(later=2, times=2, action=0, days_open=30.0, promise_assumed=False)
    assert came_back_words(latest, CAUSES) == (
        f"struck again 2 times in this period, last on 3 May 2026; “{literal('Oil [it]')}”, "
        "promised 30 d before, is still open"
    )
    written = TouchedAgain(later=2, times=1, action=0, days_open=30.0, promise_assumed=True)
    told = came_back_words(written, CAUSES)
    assert told.startswith("struck again on 3 May 2026; ")
    assert told.endswith("promised at most 30 d before, is not known to be done")


def test_what_nobody_has_confirmed_is_said_to_be_a_possibility() -> None:
    latest = TouchedAgain(later=2, times=1, action=0, days_open=30.0, promise_assumed=False)
    assert perhaps_words(latest, CAUSES).startswith("looks like an earlier one, nobody has said; ")


def test_a_long_name_is_cut() -> None:
    assert len(short("x" * 200)) == LONGEST_NAME
    assert short("x") == "x"

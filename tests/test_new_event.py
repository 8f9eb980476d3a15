"""One rule says when a new event begins, for the search and for the count of repeats."""

import numpy as np
import pandas as pd
import pytest

from analytics.matcher.ranking import CASCADE, REPEAT, relation_of
from analytics.pairs import is_new_event
from analytics.repeats.ledger import find_repeats
from tests.support.repeating import history_of, incident, link

DAY = 24 * 3600


@pytest.mark.parametrize(
    ("seconds", "anew"), [(-DAY, False), (DAY - 1, False), (DAY, False), (DAY + 1, True)]
)
def test_the_search_and_the_ledger_agree_to_the_second(seconds: int, *, anew: bool) -> None:
    assert bool(is_new_event(np.timedelta64(seconds, "s"))) is anew
    relation = relation_of(10 * DAY + seconds, 0, 10 * DAY, shared_text=0.0)
    assert relation == (REPEAT if anew else CASCADE)
    over = pd.Timestamp("2025-01-10")
    rows = [
        {**incident("2025-01-01"), "resolved_at": over},
        incident(str(over + pd.Timedelta(seconds=seconds))),
    ]
    assert len(find_repeats(history_of(rows, [link(1, 0)])).later) == anew


def test_while_the_other_goes_on_nothing_is_new() -> None:
    assert is_new_event(np.array(["NaT", 3 * DAY], "timedelta64[s]")).tolist() == [False, True]

"""Every figure of the ledger is defined in words."""

import numpy as np

from analytics.known_causes import fix_held
from analytics.known_causes.intensity import laplace, power_law, recurs_within
from analytics.methods.repeats import DEFINITIONS
from analytics.repeats import ledger, rates


def test_every_method_named_by_an_answer_is_defined() -> None:
    named = {
        ledger.WHILE_OPEN,
        ledger.HOURS,
        rates.OF_INCIDENTS,
        rates.OF_EXAMINED,
        fix_held.FIX_HELD,
        fix_held.PREVENTED,
        power_law([], watched=1.0).shape.method,
        laplace([], watched=1.0).score.method,
        recurs_within(np.empty(0), np.empty(0, bool), days=30).method,
    }
    assert named <= DEFINITIONS.keys()


def test_every_definition_says_all_that_it_has_to() -> None:
    for method in DEFINITIONS.values():
        assert method.title
        assert method.answers.endswith("?")
        assert method.formula
        assert method.source
        assert method.leaves_out

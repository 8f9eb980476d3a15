"""The trend review as a whole, on companies whose truth is known and at its edges."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.answer import Answer, Method
from analytics.calendar import Break, Period
from analytics.frames import History
from analytics.repeats.ledger import find_repeats
from analytics.review.claims import Claim, Verdict
from analytics.review.review import Review, review
from analytics.selection import Scope
from pages.views.questions import ASKED
from pages.views.review import title_words
from tests.benchmarks.worlds import AS_OF, PERIOD, build, doubled_world, halved_world
from tests.support.histories import history

ALL = Scope()
KEYS = [
    "rate",
    *(f"rate:{rank}" for rank in range(1, 5)),
    *("time:TTD", "time:TTA", "time:TTM", "time:TTR", "tail", "hours", "causes"),
    # Causes that struck less than six times in both stretches are not asked about.
    *(f"cause:cause {number}" for number in range(12)),
    *("repeats", "outside", "done"),
]


@pytest.fixture(scope="module")
def records() -> History:
    rng = np.random.default_rng(5)
    return build(halved_world(rng), rng)


def _review(records: History, scope: Scope = ALL, **options: Any) -> Review:
    asked = {"as_of": AS_OF, "period": PERIOD, **options}
    return review(records, scope, repeats=find_repeats(records), **asked)


def _told(found: Review) -> list[tuple[str, Verdict, float | None]]:
    return [(each.key, each.verdict, each.adjusted) for each in found.claims]


def test_the_questions_are_the_same_for_every_company(records: History) -> None:
    asked = [each.key for each in _review(records).claims]
    assert asked == [key for key in KEYS if key in asked]
    assert {key for key in KEYS if key not in asked} <= {key for key in KEYS if "cause:" in key}


def test_halved_durations_are_claimed_and_nothing_else(records: History) -> None:
    found = _review(records)
    told = [(each.key, each.verdict) for each in found.changed]
    assert told == [(key, Verdict.FELL) for key in ("time:TTM", "time:TTR", "tail")]
    change = found.claim("time").reference.versus.change
    assert change.low is not None
    assert change.high is not None
    assert change.low < 0.5 < change.high
    assert found.claim("time").now.n == 100


def test_a_doubled_rate_is_claimed_of_that_severity() -> None:
    rng = np.random.default_rng(3)
    found = _review(build(doubled_world(rng), rng))
    claim = found.claim("rate:2")
    assert (claim.verdict, claim.label) == (Verdict.ROSE, "SEV2")
    assert claim.reference.versus.change.estimate == pytest.approx(2.0, rel=0.3)


def test_the_last_full_quarter_is_reviewed_by_default(records: History) -> None:
    assert _review(records, period=None).sides.now.period.name == "2026 Q4"


def test_the_order_of_the_records_changes_nothing(records: History) -> None:
    order = np.random.default_rng(1).permutation(len(records.incidents))
    place = np.argsort(order)
    shuffled = replace(
        records,
        incidents=records.incidents.iloc[order].reset_index(drop=True),
        actions=records.actions.assign(incident=place[records.actions["incident"]]),
        links=records.links.assign(
            later=place[records.links["later"]], earlier=place[records.links["earlier"]]
        ),
    )
    plain, other = _told(_review(records)), _told(_review(shuffled))
    assert [each[:2] for each in other] == [each[:2] for each in plain]
    assert [each[2] for each in other] == pytest.approx([each[2] for each in plain])


def test_nothing_is_tested_across_a_break(records: History) -> None:
    found = _review(records, breaks=[Break(dt.date(2026, 5, 1), "new policy")])
    assert {each.verdict for each in found.claims} == {Verdict.CANNOT_TELL}
    assert {each.reason for each in found.claims} == {"new policy (2026-05-01)"}
    # The made-up companies record no detection; what they record is shown all the same.
    unknown = {each.key for each in found.claims if not each.now.known}
    assert unknown == {"time:TTD", "time:TTA"}
    assert found.drift is None
    assert not found.says_changed


def test_a_break_before_the_reference_takes_nothing_away(records: History) -> None:
    found = _review(records, breaks=[Break(dt.date(2025, 10, 1), "new policy")])
    assert found.claim("time").verdict is Verdict.FELL


def test_a_scope_is_held_against_its_own_past(records: History) -> None:
    found = _review(records, Scope(severities=("SEV3",)))
    assert [each.key for each in found.claims][:2] == ["rate", "time:TTD"]
    assert found.claim("rate").now.n == _review(records).claim("rate:3").now.n


def test_the_period_of_the_scope_is_left_aside(records: History) -> None:
    narrow = Scope(start=PERIOD.start, end=PERIOD.end)
    assert _told(_review(records, narrow)) == _told(_review(records))


@pytest.mark.parametrize(
    "incidents",
    [[], [{}], [{"impact_started_at": "2026-11-01"}], [{"impact_started_at": "2020-11-01"}]],
)
def test_next_to_no_records_claim_nothing_and_say_why(incidents: list[dict[str, Any]]) -> None:
    found = _review(history(incidents) if incidents else History.of())
    assert not found.says_changed
    assert {each.verdict for each in found.claims} == {Verdict.CANNOT_TELL}
    assert all(each.reason for each in found.claims)


def test_a_period_that_has_not_begun_tells_nothing(records: History) -> None:
    ahead = Period("2027 Q3", dt.date(2027, 7, 1), dt.date(2027, 10, 1))
    found = _review(records, period=ahead)
    assert {each.reason for each in found.claims} == {"the period has not begun"}


def test_a_period_needs_both_ends(records: History) -> None:
    with pytest.raises(ValueError, match="a beginning and an end"):
        _review(records, period=Period("All time", None, None))


def test_a_claim_that_does_not_exist_is_an_error(records: History) -> None:
    with pytest.raises(KeyError):
        _review(records).claim("rate:5")


def test_every_figure_of_a_claim_has_a_written_definition(records: History) -> None:
    claims = _review(records).claims
    assert all(isinstance(a.method, Method) for each in claims for a in _answers(each))


def test_every_comparison_that_is_tested_says_what_it_could_have_seen(records: History) -> None:
    for each in _review(records).claims:
        if each.key in ("time:TTD", "time:TTA"):
            assert each.reason == "needs 6 incidents in each period, has 0"
            continue
        assert each.reference.versus.p_value is not None
        assert each.smallest_rise.known or each.smallest_rise.reason
        assert each.smallest_fall.known or each.smallest_fall.reason
        assert each.now.n > 0


def test_a_severity_that_went_out_of_use_long_ago_is_not_asked_about() -> None:
    rows = [
        {"impact_started_at": "2020-11-01", "severity": "P5", "severity_rank": 5.0},
        {"impact_started_at": "2026-11-01", "severity": "P1", "severity_rank": 1.0},
        {"impact_started_at": "2026-11-01", "severity": "P2", "severity_rank": 2.0},
    ]
    keys = [each.key for each in _review(history(rows)).claims]
    assert keys[:4] == ["rate", "rate:1", "rate:2", "time:TTD"]


def test_incidents_of_one_severity_are_asked_about_once() -> None:
    rows = [{"impact_started_at": "2026-11-01", "severity": "P1", "severity_rank": 1.0}] * 2
    keys = [each.key for each in _review(history(rows)).claims]
    assert keys[:2] == ["rate", "time:TTD"]
    unranked = _review(history([*rows, {"impact_started_at": "2026-11-01"}]))
    assert [each.key for each in unranked.claims][:3] == ["rate", "rate:1", "time:TTD"]


def test_two_names_of_one_rank_are_both_its_label() -> None:
    rows = [
        {"impact_started_at": "2026-11-01", "severity": name, "severity_rank": 2.0}
        for name in ("P2", "SEV2")
    ]
    rows.append({"impact_started_at": "2026-11-01", "severity": "P3", "severity_rank": 3.0})
    assert _review(history(rows)).claim("rate:2").label == "P2 / SEV2"


def _answers(claim: Claim) -> list[Answer]:
    return [
        claim.now,
        claim.reference.figure,
        claim.reference.versus.change,
        claim.previous,
        claim.year_ago,
        *(longer.change for longer in claim.longer),
        claim.smallest_rise,
        claim.smallest_fall,
    ]


def test_every_figure_of_a_claim_is_defined_below_the_questions(records: History) -> None:
    named = {answer.method for claim in _review(records).claims for answer in _answers(claim)}
    assert named <= set(ASKED)


def test_what_was_left_out_is_counted_in_the_period(records: History) -> None:
    drills = records.incidents.copy()
    drills["kind"] = pd.Categorical(["drill"] * len(drills))
    found = _review(replace(records, incidents=drills))
    assert (len(found.view), found.view.left_out.not_incidents) == (0, 100)


def test_incidents_of_one_storm_are_told_as_one_event() -> None:
    began = [dt.datetime(2026, 8, 3) + dt.timedelta(hours=9 * n) for n in range(5)]
    began += [dt.datetime(2026, 9, 20)]
    rows = [{"impact_started_at": at.isoformat(), "root_cause_category": "network"} for at in began]
    records = history(rows)
    found = review(records, Scope(), as_of=dt.datetime(2026, 10, 5), repeats=find_repeats(records))
    assert (len(found.view), found.events) == (6, 2)
    assert "6 incidents in 2 events" in title_words(found, today=dt.date(2026, 10, 5))

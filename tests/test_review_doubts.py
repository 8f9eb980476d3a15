"""A change that the records explain by themselves is asked, and a true one stays a claim."""

import datetime as dt
from typing import Any

from analytics.calendar import Period
from analytics.repeats.ledger import find_repeats
from analytics.review.claims import Claim, Doubt, Explains, Verdict
from analytics.review.review import Review, review
from analytics.selection import Scope
from tests.support.histories import history

Rows = list[dict[str, Any]]

BEGIN, START, END = dt.datetime(2024, 1, 1), dt.datetime(2026, 10, 1), dt.datetime(2027, 1, 1)
PERIOD = Period("2026 Q4", START.date(), END.date())
#: Long enough after the period for everything to be recorded, and the day after it.
LATER, AT_ONCE = dt.datetime(2027, 6, 1), END
SEV2 = {"severity": "SEV2", "severity_rank": 2}
SEV3 = {"severity": "SEV3", "severity_rank": 3}


def _every(
    days: float, since: dt.datetime, until: dt.datetime, *, hours: float = 4.0, **fields: Any
) -> Rows:
    step = dt.timedelta(days=days)
    began = [since + step * k for k in range(round((until - since) / step))]
    return [
        {
            "impact_started_at": each.isoformat(),
            "resolved_at": (each + dt.timedelta(hours=hours)).isoformat(),
            "mitigated_at": (each + dt.timedelta(hours=hours)).isoformat(),
            **fields,
        }
        for each in began
    ]


def _review(*rows: Rows, as_of: dt.datetime = LATER) -> Review:
    records = history([row for each in rows for row in each])
    repeats = find_repeats(records)
    return review(records, Scope(), as_of=as_of, repeats=repeats, period=PERIOD)


def _rate(*rows: Rows, as_of: dt.datetime = LATER) -> Claim:
    return _review(*rows, as_of=as_of).claim("rate")


def _is_asked(claim: Claim, explains: Explains, detail: str = "") -> bool:
    return (claim.verdict, claim.doubt) == (Verdict.ASKED, Doubt(explains, detail))


def _is_claimed(claim: Claim, verdict: Verdict) -> bool:
    return (claim.verdict, claim.doubt) == (verdict, None)


def test_a_true_doubling_stays_a_claim() -> None:
    found = _review(_every(2, BEGIN, START), _every(1, START, END))
    assert _is_claimed(found.claim("rate"), Verdict.ROSE)
    assert [each.key for each in found.changed] == ["rate", "hours"]


def test_nothing_is_asked_where_nothing_changed() -> None:
    found = _review(_every(2, BEGIN, END, team="a"))
    assert not found.changed
    assert all(each.doubt is None for each in found.claims)


# ---- teams and services


def test_a_rise_that_a_new_team_brings_is_asked() -> None:
    old, new = _every(2, BEGIN, END, team="a"), _every(2, START, END, team="b")
    words = "46 of 92 are of teams that joined or left"
    found = _review(old, new)
    assert _is_asked(found.claim("rate"), Explains.TEAMS, words)
    assert _is_asked(found.claim("hours"), Explains.TEAMS, words)
    assert not found.changed


def test_a_rise_that_a_new_service_brings_is_asked() -> None:
    old = _every(2, BEGIN, END, services=["web"])
    claim = _rate(old, _every(2, START, END, services=["mail"]))
    assert _is_asked(claim, Explains.TEAMS, "46 of 92 are of services that joined or left")


def test_a_fall_that_a_team_leaves_behind_is_asked() -> None:
    claim = _rate(_every(2, BEGIN, END, team="a"), _every(2, BEGIN, START, team="b"))
    assert _is_asked(claim, Explains.TEAMS, "0 of 46 are of teams that joined or left")


def test_a_rise_of_those_who_recorded_all_the_time_is_claimed_beside_a_new_team() -> None:
    old = [_every(2, BEGIN, START, team="a"), _every(0.5, START, END, team="a")]
    assert _is_claimed(_rate(*old, _every(4, START, END, team="b")), Verdict.ROSE)


def test_teams_that_ended_before_the_compared_year_change_nothing() -> None:
    """They are no part of what is compared, however many they were."""
    long_ago = [_every(40, BEGIN, BEGIN + dt.timedelta(days=300), team=name) for name in "xyz"]
    found = _rate(_every(2, BEGIN, START, team="a"), _every(1, START, END, team="a"), *long_ago)
    assert _is_claimed(found, Verdict.ROSE)


def test_a_team_with_another_name_is_no_new_team() -> None:
    before, now = _every(2, BEGIN, START, team="a"), _every(1, START, END, team="b")
    assert _is_claimed(_rate(before, now), Verdict.ROSE)


def test_times_of_a_new_team_are_no_change_of_the_others() -> None:
    old = _every(2, BEGIN, END, team="a")
    found = _review(old, _every(2, START, END, team="b", hours=40.0))
    claim = found.claim("time")
    assert _is_asked(claim, Explains.TEAMS, "46 of 92 are of teams that joined or left")


# ---- severities


def test_a_severity_that_gained_what_another_lost_is_asked() -> None:
    found = _review(
        *(_every(4, BEGIN, START, **SEV2), _every(1, BEGIN, START, **SEV3)),
        *(_every(1.5, START, END, **SEV2), _every(1.7, START, END, **SEV3)),
    )
    assert _is_asked(found.claim("rate:2"), Explains.LABELS)
    assert not found.claim("rate").verdict.is_claim
    assert not found.claim("rate:3").verdict.is_claim


def test_a_severity_that_was_hardly_used_before_is_asked_where_all_are_as_many() -> None:
    sev1 = {"severity": "SEV1", "severity_rank": 1}
    found = _review(
        *(_every(4, BEGIN, START, **SEV2), _every(4, BEGIN, START, **SEV3)),
        *(_every(5, START, END, **SEV2), _every(5, START, END, **SEV3)),
        *(_every(120, BEGIN, START, **sev1), _every(9, START, END, **sev1)),
    )
    assert _is_asked(found.claim("rate:1"), Explains.LABELS)
    assert not found.claim("rate").verdict.is_claim


def test_a_severity_that_rose_beside_another_that_did_not_is_claimed() -> None:
    found = _review(
        _every(2, BEGIN, END, **SEV3),
        *(_every(4, BEGIN, START, **SEV2), _every(1, START, END, **SEV2)),
    )
    assert _is_claimed(found.claim("rate:2"), Verdict.ROSE)


def test_a_severity_that_came_into_use_is_asked() -> None:
    new = {"severity": "SEV1", "severity_rank": 1}
    found = _review(_every(2, BEGIN, END, **SEV2), _every(2, START, END, **new))
    assert _is_asked(found.claim("rate:1"), Explains.LABELS, "SEV1")


# ---- recorded late, or not before


def test_a_fall_of_the_last_weeks_is_asked_at_once_and_claimed_later() -> None:
    until_november = _every(1, BEGIN, dt.datetime(2026, 11, 1))
    rest = _every(15, dt.datetime(2026, 11, 1), END)
    assert _is_asked(_rate(until_november, rest, as_of=AT_ONCE), Explains.LATE, "60")
    assert _is_claimed(_rate(until_november, rest), Verdict.FELL)


def test_a_fall_since_the_first_day_is_claimed_at_once() -> None:
    claim = _rate(_every(1, BEGIN, START), _every(10, START, END), as_of=AT_ONCE)
    assert _is_claimed(claim, Verdict.FELL)


def test_short_incidents_that_were_not_recorded_before_are_asked_about() -> None:
    found = _review(_every(2, BEGIN, END), _every(2, START, END, hours=0.1))
    assert _is_asked(found.claim("rate"), Explains.SHORT)
    assert _is_asked(found.claim("time"), Explains.SHORT)
    assert not found.changed


def test_incidents_that_became_shorter_without_becoming_more_are_claimed() -> None:
    found = _review(_every(1, BEGIN, START), _every(1, START, END, hours=1.0))
    claim = found.claim("time")
    assert _is_claimed(claim, Verdict.FELL)


# ---- causes and what is still open


def test_a_cause_that_rose_with_everything_else_is_asked() -> None:
    def both(days: float, since: dt.datetime, until: dt.datetime) -> Rows:
        rows = _every(days, since, until)
        causes = ("network", "software")
        return [{**row, "root_cause_category": causes[n % 2]} for n, row in enumerate(rows)]

    found = _review(both(4, BEGIN, START), both(1, START, END))
    assert _is_claimed(found.claim("rate"), Verdict.ROSE)
    for name in ("network", "software"):
        assert not found.claim(f"cause:{name}").verdict.is_claim


def test_a_tail_of_open_incidents_alone_is_asked() -> None:
    still_open = [
        {"impact_started_at": row["impact_started_at"], "status": "open"}
        for row in _every(3, START, END)
    ]
    long = _every(20, BEGIN, END, hours=8.0)
    claim = _review(_every(2, BEGIN, END, hours=2.0), long, still_open).claim("tail")
    assert _is_asked(claim, Explains.OPEN)


def test_a_fall_to_nothing_at_all_is_asked() -> None:
    claim = _rate(_every(3, BEGIN, START), _every(3, END, END + dt.timedelta(days=90)))
    assert _is_asked(claim, Explains.EMPTY)


def test_a_rise_beside_a_new_team_names_the_team_and_its_incidents() -> None:
    found = _review(_every(2, BEGIN, END, team="a"), _every(2, START, END, team="b")).newcomers
    assert (found.teams, found.incidents, round(found.rise)) == (("b",), 46, 46)
    nobody = _review(_every(2, BEGIN, END, team="a")).newcomers
    assert (nobody.teams, nobody.incidents, round(nobody.rise)) == ((), 0, 0)

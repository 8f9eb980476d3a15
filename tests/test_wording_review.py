"""The review in sentences: each says both figures, the change, and what would have shown."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.answer import Answer
from analytics.calendar import Period
from analytics.repeats.ledger import find_repeats, ledger
from analytics.review.claims import RATIO, Claim, Verdict
from analytics.review.review import Review, review
from analytics.selection import Scope, select
from analytics.statistics.survival import LogRank
from pages.parts.palette import LIGHT
from pages.views.months import drift_marks
from pages.views.questions import second_opinion
from pages.views.review import (
    change_words,
    headline,
    likely_to_show,
    over_longer,
    quarters_words,
    rates_finding,
    reference_title,
    reference_words,
    scope_words,
    sentences,
    title_words,
)
from tests.benchmarks.worlds import AS_OF, PERIOD, build, doubled_world, halved_world
from tests.support.histories import history
from tests.support.repeating import action, history_of, incident, link

YEAR = Period("2026", dt.date(2026, 1, 1), dt.date(2027, 1, 1))


def _reviewed(
    incidents: list[dict[str, Any]], *, scope: Scope | None = None, period: Period | None = None
) -> Review:
    records = history(incidents)
    return review(
        records,
        scope or Scope(),
        as_of=dt.datetime(2027, 1, 1),
        repeats=find_repeats(records),
        period=period or YEAR,
    )


def _world(make: Any, seed: int) -> Review:
    rng = np.random.default_rng(seed)
    records = build(make(rng), rng)
    return review(records, Scope(), as_of=AS_OF, repeats=find_repeats(records), period=PERIOD)


def _ratio(rise: float | None, fall: float | None) -> Claim:
    up, down = (Answer(value, unit=RATIO, reason="" if value else "none") for value in (rise, fall))
    claim = _reviewed([{"impact_started_at": "2026-11-01"}]).claim("rate")
    return replace(claim, smallest_rise=up, smallest_fall=down)


def test_a_rate_is_said_in_counts_and_days_before_it_is_said_in_thirty_days() -> None:
    told = next(one for one in sentences(_world(doubled_world, 3)) if "SEV2" in one)
    assert told.startswith("**Incidents of severity SEV2: rose.** ")
    assert " in 92 days against " in told
    assert " in the 12 months before: " in told
    assert "95 % interval" in told
    assert "Likely to show: rises of " in told


def test_a_year_of_more_incidents_is_told_though_the_number_wanders_so() -> None:
    counts = [11, 17, 20, 7, 8, 10, 9, 8, 8, 18, 11, 8, 19, 12, 10, 4, 7, 8, 13, 16, 17, 17, 19, 19]
    counts += [16, 11, 15, 22, 18, 16, 24, 34, 31, 26, 22, 24]
    months = pd.date_range("2024-01-01", periods=36, freq="MS")
    days = [
        str((month + pd.Timedelta(days=27 * k / count)).date())
        for month, count in zip(months, counts, strict=True)
        for k in range(count)
    ]
    quarter = Period("2026 Q4", dt.date(2026, 10, 1), dt.date(2027, 1, 1))
    found = _reviewed([{"impact_started_at": day} for day in days], period=quarter)
    unclaimed = replace(found.claim("rate"), verdict=Verdict.NO_SIGNAL)
    assert over_longer(unclaimed) == (
        "More incidents in twelve months than in the twelve before: 259 against 161, though the "
        "number has wandered as far before."
    )


def test_a_figure_of_less_than_a_year_says_so_wherever_it_stands() -> None:
    days = pd.date_range("2026-03-01", "2026-12-31", periods=120)
    causes = ["bug", "config"]
    found = _reviewed(
        [
            {"impact_started_at": str(day), "root_cause_category": causes[n % 2]}
            for n, day in enumerate(days)
        ],
        period=Period("autumn", dt.date(2026, 10, 1), dt.date(2027, 1, 1)),
    )
    assert found.drift is not None
    words = reference_words(found.sides)
    assert words == "the 214 recorded days before"
    _, before = drift_marks(found.drift, before=words, claimed=(), colours=LIGHT).data
    assert before.name == words
    assert before.hovertemplate == f"%{{y}}: %{{text}} in {words}<extra></extra>"
    assert reference_title(found.sides) == "214 recorded days before"


def test_the_second_opinion_on_a_time_counts_those_still_open() -> None:
    found = _world(halved_world, 5)
    assert found.times.comparison is not None
    assert "by ranks, p under 0.001" in second_opinion(found)
    assert "log-rank" not in second_opinion(found)
    still_open = replace(found.times.comparison, with_open=LogRank(9.0, 0.003, slower=True))
    found = replace(found, times=replace(found.times, comparison=still_open))
    assert second_opinion(found).endswith("with those still open (log-rank), slower, p = 0.003.")


def test_a_time_says_which_mean_it_is() -> None:
    told = next(one for one in sentences(_world(halved_world, 5)) if "Time to mitigate" in one)
    assert "fell.** Typical time (geometric mean) " in told


def test_without_a_change_the_first_sentence_says_how_much_was_asked() -> None:
    days = [f"{year}-{month:02}-10" for year in (2025, 2026) for month in range(1, 13)]
    first, *_, last = sentences(_reviewed([{"impact_started_at": day} for day in days]))
    assert first.startswith(
        "**No change can be claimed**: 1 question asked (10 more cannot be told)"
    )
    assert last.startswith("**Cannot tell:** time to detect, time to acknowledge, ")


def test_the_headline_says_what_changed_or_that_nothing_stands_out_or_is_too_early() -> None:
    told = _headline(_world(doubled_world, 3))
    values = re.search(r"Incidents of severity SEV2: more \((.*), was (.*)\); ", told)
    assert values is not None
    now, then = map(float, values.groups())
    assert now == pytest.approx(2 * then, rel=0.4)
    assert told.endswith("recovery as usual.**")
    days = [f"{year}-{month:02}-10" for year in (2025, 2026) for month in range(1, 13)]
    quiet = _headline(_reviewed([{"impact_started_at": day} for day in days]))
    assert quiet == "**About as usual: 12 incidents.**"
    early = _headline(_reviewed([{"impact_started_at": "2026-03-01"}]))
    assert early == "**1 incident, too few to compare yet.**"
    before = Period("2020 Q1", dt.date(2020, 1, 1), dt.date(2020, 4, 1))
    unknown = _headline(_reviewed([{"impact_started_at": "2026-03-01"}], period=before))
    assert unknown == "**Nothing is known of this period: records begin on 2026-03-01.**"


def test_the_headline_says_how_many_repeats_came_before_their_fix() -> None:
    records = history_of(
        [incident(f"2026-0{month}-01") for month in (1, 3, 5)],
        [link(1, 0), link(2, 0)],
        [action(0, "open"), {**action(0, "open"), "created_on": "2026-01-02"}],
    )
    repeats = find_repeats(records)
    quarter = Period("2026 Q2", dt.date(2026, 4, 1), dt.date(2026, 7, 1))
    found = review(records, Scope(), as_of=dt.datetime(2026, 9, 1), repeats=repeats, period=quarter)
    assert "1 of 1 repeat with " in headline(found, ledger(repeats, found.view))


def _headline(reviewed: Review) -> str:
    """That of a period without a confirmed repeat."""
    return headline(reviewed, ledger(find_repeats(history([])), select(history([]), Scope())))


def test_the_line_of_the_scope_names_whole_months_and_what_they_are_held_against() -> None:
    days = [f"{year}-{month:02}-10" for year in (2025, 2026) for month in range(1, 13)]
    quarter = Period("2026 Q4", dt.date(2026, 10, 1), dt.date(2027, 1, 1))
    found = _reviewed([{"impact_started_at": day} for day in days], period=quarter)
    told = scope_words(found, today=dt.date(2027, 1, 1), is_latest=True)
    assert told == "**2026 Q4** (Oct to Dec 2026), against the 12 months before"
    found = _reviewed([{"impact_started_at": day} for day in days])
    told = scope_words(found, today=dt.date(2027, 1, 1), is_latest=False)
    assert told.startswith("**Jan to Dec 2026**")


def test_questions_that_fail_for_one_reason_share_it() -> None:
    (told,) = sentences(_reviewed([{"impact_started_at": "2026-03-01"}]))
    assert told.count("needs 180 days of records before, has 0") == 1


def test_a_period_without_records_before_it_is_held_against_nothing() -> None:
    found = _reviewed([{"impact_started_at": "2026-03-01"}])
    words = title_words(found, today=dt.date(2027, 1, 1))
    assert (
        "against nothing, as no records lie before it · 1 incident in 306 recorded days of" in words
    )


def test_a_label_that_came_into_use_is_doubted_before_the_incidents() -> None:
    rows = [{"impact_started_at": f"2026-0{m}-0{d}"} for m in range(1, 10) for d in range(1, 5)]
    new = [{**row, "severity": "P1", "severity_rank": 1.0} for row in rows]
    old = [
        {"impact_started_at": f"{y}-{m:02}-02", "severity": "P2", "severity_rank": 2.0}
        for y in range(2023, 2027)
        for m in range(1, 13)
    ]
    told = [one for one in sentences(_reviewed([*new, *old])) if "called otherwise" in one]
    assert len(told) == 1
    assert told[0].startswith("**Incidents of severity P1: to be asked.**")


@pytest.mark.parametrize(
    ("rise", "fall", "words"),
    [
        (1.71, 0.48, "Likely to show: rises of 71 %, falls of 52 %."),
        (17.0, None, "Likely to show: rises to 17×, no fall."),
        (None, 0.2, "Likely to show: no rise, falls of 80 %."),
        (None, None, ""),
    ],
)
def test_what_no_size_would_show_is_not_said_to_have_shown(
    rise: float | None, fall: float | None, words: str
) -> None:
    assert likely_to_show(_ratio(rise, fall)) == words


def test_a_title_over_all_incidents_names_the_severity_that_changed() -> None:
    told = rates_finding(_world(doubled_world, 3).claims)
    assert told.endswith("; SEV2: more than in the 12 months before")


def test_days_of_the_period_after_the_last_load_are_said() -> None:
    found = _reviewed([{"impact_started_at": "2026-03-01"}])
    end = found.sides.now.end

    def said(loaded: dt.date | None) -> str:
        return scope_words(found, today=dt.date(2027, 3, 1), is_latest=True, loaded=loaded)

    assert "so 9 days of the period can have no incident here" in said(end - dt.timedelta(days=10))
    for known in (None, end - dt.timedelta(days=1), end, dt.date(2027, 2, 1)):
        assert "loaded since" not in said(known)


def test_what_would_show_is_told_in_few_words() -> None:
    assert change_words(1.63, 0.55) == "+63 % or −45 %"
    assert change_words(2.4, None) == "2.40× or no fall"
    assert [quarters_words(each) for each in (1, 7, None)] == [
        "1 quarter",
        "7 quarters",
        "over 10 years",
    ]

"""The examples of the definitions, computed: figures that are counted from records."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analytics import error_budget, impact, quality, retrospective
from analytics import exposure as exposure_exposure
from analytics.answer import Method
from analytics.causes import barriers, labels, suggesting, tables
from analytics.clocks import TTR, measure
from analytics.frames import History
from analytics.response import durations, other_clocks, rates
from analytics.selection import Scope, View, select
from analytics.stored.index import lesson_concepts
from analytics.units import HOUR, MINUTE
from tests.support.columns import times, view
from tests.support.exposed import exposed
from tests.support.histories import history
from tests.support.worked_statistics import Numbers, one, three

AS_OF = dt.datetime(2026, 7, 1)
BEGAN = pd.Timestamp("2026-06-01")


# ---- small records made of the numbers of an example


def spelled(counts: Mapping[str, int]) -> list[str]:
    """Each name as often as it is counted."""
    return [name for name, count in counts.items() for _ in range(count)]


def of_column(column: str, counts: Mapping[str, int]) -> View:
    return view({column: spelled(counts)})


def lasting(hours: Numbers) -> View:
    """Incidents of so many hours, all begun at once."""
    ended = [str(BEGAN + pd.Timedelta(hours=each)) for each in hours]
    return view(
        {"impact_started_at": times(*[str(BEGAN)] * len(hours)), "mitigated_at": times(*ended)}
    )


# ---- response and exposure


def hours_of_the_week(**begun: int) -> Numbers:
    at = {"Saturday": "2026-06-06T12:00", "Monday": "2026-06-01T23:00"}
    at["Tuesdays"] = "2026-06-02T12:00"
    week = rates.hours_of_the_week(
        view({"impact_started_at": times(*spelled({at[day]: n for day, n in begun.items()}))})
    )
    return [one(week.weekend), one(week.night)]


def time_in_phases(*, detected: Numbers, acknowledged: Numbers, mitigated: Numbers) -> Numbers:
    after = {"detected_at": detected, "acknowledged_at": acknowledged, "mitigated_at": mitigated}
    columns = {
        name: times(*[str(BEGAN + pd.Timedelta(minutes=each)) for each in column])
        for name, column in {"impact_started_at": [0] * 3, **after}.items()
    }
    columns["notified_at"] = columns["detected_at"]
    parts = {part.step.name: part for part in durations.phases(view(columns), as_of=AS_OF)}
    return [one(parts[name].typical) / MINUTE for name in ("detection", "reply", "mitigation")]


def detection_share(**sources: int) -> Numbers:
    row = durations.who_noticed(of_column("detection_source", sources)).sources.rows[0]
    return one(row.of_incidents), one(row.of_labels)


def found_outside(**sources: int) -> Numbers:
    return three(durations.who_noticed(of_column("detection_source", sources)).outside)


def arithmetic_mean(*, minutes: Numbers) -> Numbers:
    ended = [str(BEGAN + pd.Timedelta(minutes=each)) for each in minutes]
    columns = {"impact_started_at": times(*[str(BEGAN)] * len(ended)), "resolved_at": times(*ended)}
    told = measure(view(columns).incidents, TTR, as_of=AS_OF)
    return [one(durations.summarise(told).mean) / MINUTE]


def exposure(*, amount: int, first: str, last: str, until: str) -> Numbers:
    end = pd.Timestamp(last) + pd.Timedelta(days=1)
    records = exposed([{"impact_started_at": first}], ("deploys", first, str(end), amount))
    meter = exposure_exposure.meter(records, "deploys", Scope())
    stop = pd.Timestamp(until) + pd.Timedelta(days=1)
    return [one(meter.amount(pd.Timestamp(first).to_pydatetime(), stop.to_pydatetime()))]


def vendor_mean(*, seconds: Numbers) -> Numbers:
    ended = [str(BEGAN + pd.Timedelta(seconds=each)) for each in seconds]
    seen = view({"detected_at": times(*[str(BEGAN)] * len(ended)), "resolved_at": times(*ended)})
    told = other_clocks.vendor_means(seen, other_clocks.VENDORS[0], as_of=AS_OF)
    to_resolve = next(each for each in told if "resolve" in each.clock.name)
    return one(to_resolve.mean), one(to_resolve.median)


def change_failures(*, deploys: int, failed: int, others: int, unknown: int) -> Numbers:
    triggers = ["binary deploy"] * failed + ["manual operation"] * others + [None] * unknown
    rows = [
        {"impact_started_at": str(BEGAN + pd.Timedelta(days=k)), "trigger_category": trigger}
        for k, trigger in enumerate(triggers)
    ]
    records = exposed(rows, ("deploys", BEGAN, BEGAN + pd.Timedelta(days=30), deploys))
    told = rates.deployments(select(records, Scope()), as_of=AS_OF)
    return *three(told.failed), one(told.at_most)


def recovery_from_deploys(*, minutes: Numbers) -> Numbers:
    rows = [
        {
            "impact_started_at": str(BEGAN + pd.Timedelta(days=k)),
            "mitigated_at": str(BEGAN + pd.Timedelta(days=k, minutes=each)),
            "trigger_category": "binary deploy",
        }
        for k, each in enumerate(minutes)
    ]
    records = exposed(rows, ("deploys", BEGAN, BEGAN + pd.Timedelta(days=30), 100))
    told = rates.deployments(select(records, Scope()), as_of=AS_OF)
    return [each / MINUTE for each in three(told.recovery)]


def in_working_hours(
    *, opens: int, closes: int, began: str, at: str, ended: str, until: str
) -> Numbers:
    seen = view(
        {
            "impact_started_at": times(f"{began} {at}"),
            "resolved_at": times(f"{ended} {until}"),
        }
    )
    plain = measure(seen.incidents, TTR, as_of=AS_OF)
    hours = other_clocks.WorkingHours(opens * HOUR, closes * HOUR, (0, 1, 2, 3, 4))
    worked = other_clocks.in_working_hours(seen, plain, hours)
    return one(other_clocks.working_median(worked)) / HOUR, plain.seconds[0] / HOUR


# ---- impact and quality


def impact_time(*, hours: Numbers) -> Numbers:
    return [one(impact.impact_total(lasting(hours), as_of=AS_OF).total) / HOUR]


def budget(
    *,
    stretches: int,
    minutes: float,
    total: float,
    bad_ones: int,
    good: float,
    objective: float,
    of_incident: int,
) -> Numbers:
    at = [BEGAN + pd.Timedelta(minutes=minutes * k) for k in range(stretches)]
    levels = pd.DataFrame(
        {
            "time": pd.Series(at).astype("datetime64[s]"),
            "service": "web",
            "good": [good] * bad_ones + [total] * (stretches - bad_ones),
            "total": total,
            "objective": objective,
        }
    )
    known = history([{"impact_started_at": str(at[0]), "mitigated_at": str(at[of_incident]),
                      "services": ["web"]}])  # fmt: skip
    records = History.of(known.incidents, services=known.services, service_levels=levels)
    told = error_budget.error_budget(select(records, Scope()), as_of=AS_OF)
    allowed = told.services[0].budget
    assert allowed is not None
    return one(told.used), allowed, told.minutes[0]


def impact_concentration(*, hours: Numbers, longest: int) -> Numbers:
    return [one(impact.impact_total(lasting(hours), as_of=AS_OF, named=longest).concentration)]


def availability_of(*, hours: float) -> Numbers:
    chosen = select(
        history(
            [
                {
                    "impact_started_at": str(BEGAN),
                    "mitigated_at": str(BEGAN + pd.Timedelta(hours=hours)),
                    "services": ["web"],
                }
            ]
        ),
        Scope(start=dt.date(2026, 6, 1), end=dt.date(2026, 7, 1)),
    )
    told = impact.service_impact(chosen, every="month", as_of=AS_OF)
    return [one(told.availability(0, 0))]


def affected_users(*, users: Sequence[int | None]) -> Numbers:
    return [one(impact.affected_users(view({"affected_users": users})))]


def cost(*, amounts: Numbers, currency: str) -> Numbers:
    seen = view({"cost": amounts, "currency": [currency] * len(amounts)})
    return [one(impact.cost(seen)[currency])]


def clock_order(*, start: str, ends: Sequence[str]) -> Numbers:
    seen = view(
        {
            "impact_started_at": times(*[f"2026-06-01 {start}"] * len(ends)),
            "mitigated_at": times(*[f"2026-06-01 {each}" for each in ends]),
        }
    )
    first = next(row for row in quality.orders(seen) if row.second == "mitigated_at")
    return [one(first.backwards)]


def round_times(*, starts: Sequence[str]) -> Numbers:
    seen = view({"impact_started_at": times(*[f"2026-06-01 {each}" for each in starts])})
    return [one(quality.round_times(seen)[0].shares[15])]


def precision(*, days: int, times_: int) -> Numbers:
    starts = times(*["2026-06-01"] * days, *["2026-06-01 10:07"] * times_)
    seen = view({"impact_started_at": starts, "day_clocks": [1] * days + [0] * times_})
    return [one(quality.precision(seen)[0].to_the_day)]


def doubts(*, start: str, detected: Sequence[str]) -> Numbers:
    seen = view(
        {
            "impact_started_at": times(*[f"2026-06-01 {start}"] * len(detected)),
            "detected_at": times(*[f"2026-06-01 {each}" for each in detected]),
        }
    )
    return [quality.doubts(seen).caught_before_impact]


def known_share(*, filled: int, empty: int) -> Numbers:
    return [one(quality.known_share(np.arange(filled + empty) < filled))]


# ---- causes


def cause_share(counts: Mapping[str, int]) -> Numbers:
    row = labels.cause_shares(of_column("root_cause_category", counts)).rows[0]
    return one(row.of_incidents), one(row.of_labels)


def trigger_share(counts: Mapping[str, int]) -> Numbers:
    row = labels.trigger_shares(of_column("trigger_category", counts)).rows[0]
    return one(row.of_incidents), one(row.of_labels)


def with_factors(named: Sequence[Sequence[str]]) -> View:
    return select(history([{"factors": list(each)} for each in named]), Scope())


def factor_share(*, factors: Sequence[Sequence[str]]) -> Numbers:
    row = labels.factor_shares(with_factors(factors)).rows[0]
    return one(row.of_incidents), one(row.of_labels)


def factor_pairs(*, factors: Sequence[Sequence[str]]) -> Numbers:
    pair = labels.factor_pairs(with_factors(factors)).pairs()[0]
    return pair.together, pair.expected


def missing_guards(*, hours: float, absent: int, held: int) -> Numbers:
    began = {"impact_started_at": BEGAN, "mitigated_at": BEGAN + pd.Timedelta(hours=hours)}
    values = ["alert:absent"] * absent + ["alert:held"] * held
    confirmed = {"incident": range(len(values)), "field": "barrier", "value": values}
    looked_at = replace(history([began] * len(values)), accepted=pd.DataFrame(confirmed))
    alert = barriers.missing_guards(select(looked_at, Scope()), barriers.no_suggestions()).rows[0]
    return *three(alert.missing), one(alert.hours)


def cause_tables(*, cause: str, services: Sequence[Sequence[str]]) -> Numbers:
    rows = [{"root_cause_category": cause, "services": list(each)} for each in services]
    told = tables.cause_table(select(history(rows), Scope()), "service")
    return [*told.counts[0].tolist(), told.n]


def cause_drift(*, now: Mapping[str, int], then: Mapping[str, int]) -> Numbers:
    told = tables.cause_drift(
        of_column("root_cause_category", now), of_column("root_cause_category", then)
    )
    row = told.rows[0]
    assert row.p_value is not None
    return *three(row.change), row.p_value


def published_tables(*, counts: Mapping[str, int]) -> Numbers:
    ours = labels.trigger_shares(of_column("trigger_category", counts))
    row = labels.beside(labels.GOOGLE_TRIGGERS, ours)[0]
    assert row.ours is not None
    return row.published, one(row.ours)


#: How the example of each definition is computed from what it gives.
def lesson_themes(**said: str) -> Numbers:
    told = [retrospective.Passage(name, text) for name, text in said.items()]
    made = retrospective.themes(told, lesson_concepts()["what_went_wrong"])
    assert [theme.name for theme in made] == ["The way back", "Telling others"]
    return [len(theme.incidents) for theme in made]


OF_RECORDS: dict[Method, Callable[..., Numbers]] = {
    durations.TIME_IN_PHASES: time_in_phases,
    rates.HOURS_OF_THE_WEEK: hours_of_the_week,
    durations.DETECTION_SHARE: detection_share,
    durations.FOUND_OUTSIDE: found_outside,
    durations.ARITHMETIC_MEAN: arithmetic_mean,
    other_clocks.VENDOR_MEAN: vendor_mean,
    rates.CHANGE_FAILURES: change_failures,
    rates.RECOVERY_FROM_DEPLOYS: recovery_from_deploys,
    other_clocks.IN_WORKING_HOURS: in_working_hours,
    exposure_exposure.EXPOSURE: exposure,
    impact.TIME_OF_IMPACT: impact_time,
    error_budget.ERROR_BUDGET: budget,
    retrospective.LESSON_THEMES: lesson_themes,
    impact.IMPACT_CONCENTRATION: impact_concentration,
    impact.AVAILABILITY: availability_of,
    impact.AFFECTED_USERS: lambda users: [
        one(impact.affected_users(view({"affected_users": users})))
    ],
    impact.COST: cost,
    quality.KNOWN_SHARE: known_share,
    quality.CLOCK_ORDER: clock_order,
    quality.ROUND_TIMES: round_times,
    quality.PRECISION: precision,
    quality.DOUBTS: doubts,
    suggesting.SUGGESTED_CAUSE: lambda right, suggested: [
        one(suggesting.suggestion_precision(right, suggested))
    ],
    labels.CAUSE_SHARE: lambda counts: cause_share(counts),
    labels.TRIGGER_SHARE: lambda counts: trigger_share(counts),
    labels.FACTOR_SHARE: factor_share,
    tables.CAUSE_TABLES: cause_tables,
    barriers.MISSING_GUARDS: missing_guards,
    labels.FACTOR_PAIRS: factor_pairs,
    tables.CAUSE_DRIFT: cause_drift,
    labels.PUBLISHED_TABLES: published_tables,
}

"""The examples of the definitions, computed: repeats, known causes and promised actions."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics.actions import mix, pace, states
from analytics.actions import states as actions_due
from analytics.answer import Method
from analytics.duplicates import ONE_EVENT
from analytics.known_causes import fixes, priorities, rates
from analytics.known_causes.grouping import known_causes
from analytics.matcher import confidence, families
from analytics.repeats import ledger
from analytics.repeats import ledger as repeat_rates
from analytics.repeats.queue import bursts
from analytics.selection import Scope, View, select
from tests.support.columns import times, view, with_actions
from tests.support.histories import history
from tests.support.repeating import Row, action, history_of, incident, link
from tests.support.worked_statistics import Numbers, array, one, three

AS_OF = dt.datetime(2026, 7, 1)
BEGAN = pd.Timestamp("2026-06-01")


# ---- repeats and known causes


def repeated(*, days: Sequence[str], hours: float, promised: str, done: str) -> ledger.Repeats:
    """Incidents of one cause, and one preventive action after the first."""
    return ledger.find_repeats(
        history_of(
            [incident(day, hours=hours) for day in days],
            [link(later, later - 1) for later in range(1, len(days))],
            [action(0, "done", created_on=pd.Timestamp(promised), completed_on=pd.Timestamp(done))],
        )
    )


def while_open(**given: Any) -> Numbers:
    repeats = repeated(**given)
    return [one(ledger.ledger(repeats, select(repeats.history, Scope())).while_open)]


def repeat_hours(**given: Any) -> Numbers:
    repeats = repeated(**given)
    return [one(ledger.ledger(repeats, select(repeats.history, Scope())).hours_while_open)]


def one_event(*, title: str, at: Sequence[str]) -> Numbers:
    rows = [
        {"title": title, "services": ["web"], "impact_started_at": f"2026-06-01 {each}"}
        for each in at
    ]
    told = bursts(select(history(rows), Scope()))
    return len(told), len(told[0].rows)


def repeat_shares(*, repeats: int, examined: int, unexamined: int) -> repeat_rates.RepeatRate:
    day = pd.Timestamp("2026-01-01")
    rows = [
        incident(
            str(day + pd.Timedelta(days=3 * k)),
            root_cause_category="dns" if k < examined else None,
        )
        for k in range(examined + unexamined)
    ]
    found = ledger.find_repeats(history_of(rows, [link(k + 1, k) for k in range(repeats)]))
    return repeat_rates.repeat_rate(found, select(found.history, Scope()))


def of_incidents(**given: int) -> Numbers:
    return three(repeat_shares(**given).of_incidents)


def of_examined(**given: int) -> Numbers:
    return three(repeat_shares(**given).of_examined)


def families_of(*, first_second: float, first_third: float, second_third: float) -> Numbers:
    links = {("a", "b"): first_second, ("a", "c"): first_third, ("b", "c"): second_third}
    made = families.build(["a", "b", "c"], links, cut=0.2)
    return sorted((len(each.members) for each in made), reverse=True)


def mean_cumulative(*, times: Sequence[Numbers], watched: Numbers, at: float) -> Numbers:
    causes = np.repeat(np.arange(len(times)), [len(each) for each in times])
    told = rates.mean_cumulative(np.concatenate(times), causes, watched)
    return [told.mean[told.times <= at][-1]]


def power_law(*, days: Numbers, watched: float) -> Numbers:
    return three(rates.power_law(days, watched=watched).shape)


def laplace(*, days: Numbers, watched: float) -> Numbers:
    told = rates.laplace(days, watched=watched)
    assert told.p_value is not None
    return one(told.score), told.p_value


def recurs_within(*, back: Numbers, away: Numbers, days: float) -> Numbers:
    came_back = np.arange(len(back) + len(away)) < len(back)
    return [one(rates.recurs_within(array([*back, *away]), came_back, days=days))]


def fix_ratio(*, seen: float, expected: float, variance: float) -> Numbers:
    told = fixes.before_after(array([seen]), array([expected]), array([expected**2 / variance]))
    return [float(each[0]) for each in told]


def prevented(*, causes: int, before: int, after: int, days: int) -> Numbers:
    """Causes that strike every so many days, are fixed by an action and struck fewer times."""
    first = pd.Timestamp("2020-01-01")
    rows: list[Row] = []
    links: list[Row] = []
    actions: list[Row] = []
    for cause in range(causes):
        start = first + pd.Timedelta(days=cause)
        at = [start + pd.Timedelta(days=days * k) for k in range(before + 1)]
        fixed = at[-1] + pd.Timedelta(days=10)
        at += [fixed + pd.Timedelta(days=days * (k + 1)) for k in range(after)]
        of = len(rows)
        rows += [incident(str(each)) for each in at]
        links += [link(of + k, of + k - 1) for k in range(1, len(at))]
        actions.append(action(of + before, "done", created_on=at[before], completed_on=fixed))
    found = known_causes(ledger.find_repeats(history_of(rows, links, actions)))
    return three(fixes.fix_held(found, as_of=dt.datetime(2024, 1, 1)).prevented)


def finish_first(*, times: int, hours: float, days: int) -> Numbers:
    day = pd.Timestamp("2025-01-01")
    rows = [incident(str(day + pd.Timedelta(days=30 * k)), hours=hours) for k in range(times)]
    rows += [incident(str(day + pd.Timedelta(days=40 * k)), hours=1) for k in range(9)]
    records = history_of(rows, [link(k, k - 1) for k in range(1, times)], [action(0, "open")])
    as_of = dt.datetime(2025, 12, 31)
    told = priorities.finish_first(
        known_causes(ledger.find_repeats(records)),
        select(records, Scope()),
        as_of=as_of,
        next_review=as_of + dt.timedelta(days=days),
    )
    return told.hours[0], told.low[0], told.high[0]


def flag_level(*, weaker: int, stronger: int) -> Numbers:
    best = confidence.BestMatches([1.0] * weaker + [9.0] * stronger)
    return best.rarities([5.0], before=len(best), own=False) or []


def reliability(*, weak: int, weak_confirmed: int, strong: int, strong_confirmed: int) -> Numbers:
    said = [k * 7 % weak < weak_confirmed for k in range(weak)]
    said += [k * 7 % strong < strong_confirmed for k in range(strong)]
    told = confidence.reliability(np.linspace(1.0, 9.0, weak + strong).tolist(), said)
    return told[0].predicted, told[0].observed


# ---- actions


def dated(**columns: Sequence[str | None]) -> View:
    status = list(columns.pop("status"))
    return with_actions(status=status, **{name: times(*values) for name, values in columns.items()})


def states_of_actions(*, done: int, open: int, given_up: int, unknown: int) -> Numbers:
    status = ["done"] * done + ["open"] * open + ["wont_do"] * given_up + [None] * unknown
    return three(states.action_states(with_actions(status=status)).done)


def overdue(*, due: Sequence[str], today: str) -> Numbers:
    seen = dated(status=["open"] * len(due), first_due_on=due)
    return [one(states.overdue(seen, as_of=dt.datetime.fromisoformat(today)).overdue)]


def oldest_open(*, created: Sequence[str], today: str) -> Numbers:
    seen = with_actions(
        status=["open"] * len(created), kind=["prevent"] * len(created), created_on=times(*created)
    )
    told = states.oldest_open(seen, as_of=dt.datetime.fromisoformat(today))
    return told.rows["age_days"].tolist()


def completed(
    *, done_after: Numbers, given_up_after: Numbers, still_open: int, age: int
) -> pace.Completion:
    today = np.datetime64(AS_OF, "D")
    ended = [*done_after, *given_up_after]
    gone = len(done_after) * ["done"] + len(given_up_after) * ["wont_do"] + still_open * ["open"]
    return pace.completion(
        dated(
            status=gone,
            created_on=[str(today - age)] * len(gone),
            completed_on=[str(today - age + int(each)) for each in ended] + [None] * still_open,
        ),
        as_of=AS_OF,
    )


def done_within(**given: Any) -> Numbers:
    return three(completed(**given).done_within[30])


def given_up_by(**given: Any) -> Numbers:
    return three(completed(**given).given_up_by_last)


def on_time(*, due: Sequence[str], done: Sequence[str | None], today: str) -> Numbers:
    status = ["open" if each is None else "done" for each in done]
    seen = dated(status=status, first_due_on=due, completed_on=done)
    return three(actions_due.on_time(seen, as_of=dt.datetime.fromisoformat(today)).on_time)


def slips(*, first: Sequence[str], now: Sequence[str]) -> Numbers:
    told = actions_due.slips(dated(status=["open"] * len(first), first_due_on=first, due_on=now))
    return one(told.moved), one(told.days)


def action_ages(*, days: Numbers) -> Numbers:
    created = [str(np.datetime64(AS_OF, "D") - int(each)) for each in days]
    seen = dated(status=["open"] * len(created), created_on=created)
    return [one(pace.action_ages(seen, as_of=AS_OF).open.median)]


def backlog_of(*, created: Sequence[str], done: Sequence[str]) -> Numbers:
    ended = [*done, *[None] * (len(created) - len(done))]
    status = ["open" if each is None else "done" for each in ended]
    seen = dated(status=status, created_on=created, completed_on=ended)
    return list(pace.backlog(seen, every="quarter", as_of=AS_OF).net)


def action_mix(*, prevent: int, mitigate: int) -> Numbers:
    kinds = ["prevent"] * prevent + ["mitigate"] * mitigate
    told = mix.action_mix(with_actions(kind=kinds))
    return [one(told.kinds[0].share)]


def preventions(*, none: int, weaker: int, stronger: int) -> mix.Prevention:
    kinds = ["mitigate"] * none + ["prevent"] * (weaker + stronger)
    strengths = [None] * none + ["weaker"] * weaker + ["stronger"] * stronger
    columns = {
        "incident": range(len(kinds)), "kind": kinds, "strength": strengths,
        "status": ["open"] * len(kinds),
    }  # fmt: skip
    return mix.prevention(view({"id": [f"i{k}" for k in range(len(kinds))]}, actions=columns))


def no_prevention(**given: int) -> Numbers:
    return three(preventions(**given).without_any)


def no_strong_prevention(**given: int) -> Numbers:
    return three(preventions(**given).without_strong)


#: How the example of each definition is computed from what it gives.
OF_PROMISES: dict[Method, Callable[..., Numbers]] = {
    ledger.WHILE_OPEN: while_open,
    ledger.HOURS: repeat_hours,
    ONE_EVENT: one_event,
    repeat_rates.OF_INCIDENTS: of_incidents,
    repeat_rates.OF_EXAMINED: of_examined,
    families.FAMILIES: families_of,
    rates.MEAN_CUMULATIVE: mean_cumulative,
    rates.POWER_LAW: power_law,
    rates.LAPLACE: laplace,
    rates.RECURS_WITHIN: recurs_within,
    fixes.FIX_HELD: fix_ratio,
    fixes.PREVENTED: prevented,
    priorities.FINISH_FIRST: finish_first,
    confidence.FLAG_LEVEL: flag_level,
    confidence.FLAG_PRECISION: lambda confirmed, judged: three(
        confidence.precision_of_flags(confirmed, judged)
    ),
    confidence.RELIABILITY: reliability,
    states.STATES_OF_ACTIONS: states_of_actions,
    states.OVERDUE: overdue,
    states.OLDEST_OPEN: oldest_open,
    pace.DONE_WITHIN: done_within,
    pace.GIVEN_UP_BY: given_up_by,
    actions_due.ON_TIME: on_time,
    actions_due.SLIPS: slips,
    pace.ACTION_AGES: action_ages,
    pace.BACKLOG: backlog_of,
    mix.ACTION_MIX: action_mix,
    mix.NO_PREVENTION: no_prevention,
    mix.NO_STRONG_PREVENTION: no_strong_prevention,
}

"""Do incidents of some teams, services or causes take longer, or is it luck?

Each figure is shrunk towards all of them by as much as its own records leave in doubt, and where
the groups cannot be told apart one number stands for all.
"""

import datetime as dt
from dataclasses import dataclass

from analytics.clocks import TTM, TTR, Status, Step, measure
from analytics.method import Example, Method
from analytics.response.members import Members, distinct
from analytics.selection import View
from analytics.statistics.groups import Groups, group_durations

GROUP_DURATIONS = Method(
    title="Durations of groups",
    answers="How long do incidents of each group take, allowing for luck?",
    formula=(
        "Each group's mean of logs is drawn towards that of all, by as much as its spread and "
        "number make it uncertain; taken back to time. Equal means are tested by the F ratio; "
        "where it is not rejected at 5 % one number stands for all."
    ),
    source="Efron and Morris, 1975; DerSimonian and Laird, 1986",
    leaves_out="Incidents without a usable duration, and those still open.",
    example=Example(
        given=(
            "Incidents of three services took 10 and 20 minutes; 30, 40, 50 and 60; 90, 120, "
            "150, 180 and 240."
        ),
        inputs={"minutes": ((10, 20), (30, 40, 50, 60), (90, 120, 150, 180, 240))},
        gives=(
            "Their typical times are 14.1, 43.6 and 147.6 minutes, moved the more towards all"
            " the fewer there are."
        ),
        result=(14.142, 43.559, 147.57),
    ),
)


@dataclass(frozen=True)
class GroupDurations:
    """The durations of groups.

    Attributes:
        names: in alphabetical order.
        durations: in seconds.
        step: time to mitigate, or to resolve where that is hardly recorded.
        n_timed: incidents of a known group whose duration is recorded.
        n_timed_unknown: incidents of no known group whose duration is.
    """

    names: tuple[str, ...]
    durations: Groups
    step: Step
    n_timed: int
    n_timed_unknown: int


def durations_by_group(view: View, found: Members, *, as_of: dt.datetime) -> GroupDurations:
    """The durations of the groups in view, side by side."""
    step = _better_recorded(view, as_of)
    measured = measure(view.history.incidents.take(found.rows), step, as_of=as_of)
    recorded = measured.status == Status.RECORDED
    n_timed = distinct(found.rows[recorded])
    in_view = measure(view.incidents, step, as_of=as_of).count(Status.RECORDED)
    return GroupDurations(
        names=found.names,
        durations=group_durations(
            measured.seconds[recorded], found.codes[recorded], groups=len(found.names)
        ),
        step=step,
        n_timed=n_timed,
        n_timed_unknown=in_view - n_timed,
    )


def _better_recorded(view: View, as_of: dt.datetime) -> Step:
    recorded = [
        measure(view.incidents, step, as_of=as_of).count(Status.RECORDED) for step in (TTM, TTR)
    ]
    return TTM if 2 * recorded[0] >= recorded[1] else TTR

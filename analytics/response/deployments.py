"""How many deploys fail, and how long it takes to recover from one: two of the keys of DORA.

A deploy has failed where an incident says that one set it off. Records that do not say what set
them off may be of deploys too, so the share is a lower bound and the upper one stands beside it.
"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from analytics.answer import Answer
from analytics.clocks import Mask
from analytics.events import events
from analytics.exposure.owners import known_days, meter
from analytics.frames import History
from analytics.impact.minutes import impact_durations
from analytics.method import Example, Method
from analytics.response.durations import headline
from analytics.selection import View, labels, select
from analytics.statistics.shares import WILSON, share

CHANGE_FAILURES = Method(
    title="Change-failure share",
    answers="How many of the deploys set off an incident?",
    formula=(
        "Events that a deploy set off, divided by the deploys of the same days, with Wilson's "
        "interval. Incidents of one storm are one event, as one deploy has failed."
    ),
    source=f"DORA, Accelerate State of DevOps Report; {WILSON}",
    leaves_out=(
        "Incidents of unknown trigger: were all of them of deploys, the share would be the upper "
        "one that stands beside it. Pushes of configuration, data and infrastructure are counted "
        "apart, as few count them as deploys. Failed deploys that nobody recorded as an incident."
    ),
    example=Example(
        given=(
            "200 deploys in a month; 6 incidents were set off by one, 3 by something else, and of "
            "2 the trigger is unknown."
        ),
        inputs={"deploys": 200, "failed": 6, "others": 3, "unknown": 2},
        gives="3 % of the deploys failed, between 1.4 and 6.4 %, and 4 % if the unknown did too.",
        result=(0.03, 0.01382, 0.063895, 0.04),
    ),
)
RECOVERY_FROM_DEPLOYS = Method(
    title="Failed-deployment recovery time",
    answers="How long does it take to recover from a deploy that failed?",
    formula=(
        "The median time from the start of the impact to its mitigation, else to the resolution, "
        "of the incidents that a deploy set off, with its exact interval."
    ),
    source="DORA, Accelerate State of DevOps Report",
    leaves_out="As the median; incidents of which nobody says that a deploy set them off.",
    example=Example(
        given=(
            "Six incidents that a deploy set off were mitigated after 10, 20, 30, 40, 50 and 60 "
            "minutes."
        ),
        inputs={"minutes": (10, 20, 30, 40, 50, 60)},
        gives="It takes 35 minutes, between 10 and 60.",
        result=(35, 10, 60),
    ),
)

#: What a unit of exposure is called that counts deploys.
UNITS = ("deploys", "deployments", "deploy", "deployment", "releases")
DEPLOY = "binary deploy"
#: Changes of our own that are seldom counted as deploys.
OTHER_CHANGES = ("config or flag push", "data or schema change", "infrastructure change")
NO_DEPLOYS = "no deploys are loaded"
NO_TRIGGERS = "no incident of these days says what set it off"


@dataclass(frozen=True, slots=True)
class Deployments:
    """What became of the deploys.

    Attributes:
        first, last: the days that are counted; None where no deploys are loaded.
        deploys: how many there were.
        failed: share that set off an incident; missing are the incidents of unknown trigger.
        at_most: the same share if all of those were set off by deploys.
        other_changes: incidents that other changes of our own set off.
        recovery: typical time to recover from a failed one, in seconds.
    """

    first: dt.date | None
    last: dt.date | None
    deploys: Answer
    failed: Answer
    at_most: Answer
    other_changes: int
    recovery: Answer


def unit_of_deploys(history: History) -> str | None:
    """The loaded unit of exposure that counts deploys."""
    loaded = {str(name).lower(): str(name) for name in history.exposure["unit"].dropna().unique()}
    return next((loaded[name] for name in UNITS if name in loaded), None)


def deployments(view: View, *, as_of: dt.datetime) -> Deployments:
    """The deploys of the days in view for which they are loaded, and which of them failed.

    Args:
        as_of: naive UTC moment at which open incidents are looked at.
    """
    history, scope = view.history, view.scope
    unit = unit_of_deploys(history)
    known = known_days(history, unit) if unit else None
    if unit is None or known is None:
        return _none(NO_DEPLOYS)
    start = max(filter(None, (scope.start, known[0].date())))
    end = min(filter(None, (scope.end, known[1].date())))
    if start >= end:
        return _none(f"{NO_DEPLOYS} for these days")
    inside = select(history, scope.during(start, end))
    midnight = dt.time()
    deploys = meter(history, unit, scope).amount(
        dt.datetime.combine(start, midnight), dt.datetime.combine(end, midnight)
    )
    trigger = labels(inside.incidents["trigger_category"]).astype(str).to_numpy()
    by_deploy, unknown = trigger == DEPLOY, trigger == "unknown"
    told = "" if len(trigger) == 0 or not unknown.all() else NO_TRIGGERS
    of = events(history)[inside.rows]
    n_failed, n_at_most = (len(np.unique(of[each])) for each in (by_deploy, by_deploy | unknown))
    return Deployments(
        first=start,
        last=end - dt.timedelta(days=1),
        deploys=deploys,
        failed=replace(_share(n_failed, deploys, told), n_missing=int(unknown.sum())),
        at_most=_share(n_at_most, deploys, ""),
        other_changes=int(np.isin(trigger, OTHER_CHANGES).sum()),
        recovery=_recovery(inside, by_deploy, as_of=as_of),
    )


def _share(failed: int, deploys: Answer, reason: str) -> Answer:
    if not reason and not deploys.estimate:
        reason = deploys.reason or "there were no deploys"
    of = round(deploys.estimate or 0)
    if not reason and failed > of:
        reason = f"{failed} incidents were set off by deploys, of which only {of} are loaded"
    if reason:
        return Answer(None, unit="share", method=CHANGE_FAILURES, reason=reason)
    return share(failed, of, method=CHANGE_FAILURES)


def _recovery(inside: View, by_deploy: Mask, *, as_of: dt.datetime) -> Answer:
    answer = headline(impact_durations(inside.incidents[by_deploy], as_of=as_of))
    return replace(answer, method=RECOVERY_FROM_DEPLOYS)


def _none(reason: str) -> Deployments:
    untold = Answer(None, unit="share", method=CHANGE_FAILURES, reason=reason)
    recovery = Answer(None, unit="s", method=RECOVERY_FROM_DEPLOYS, reason=reason)
    return Deployments(None, None, untold, untold, untold, 0, recovery)

"""Which times were promised: settings of the store, so that all readers see the same.

A target is a time for one step, of one severity or of all that have none of their own, and may say
which share is to keep it. Each is kept by itself, so that two people may set two at once.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from data.record import LONGEST_LABEL
from data.store import Store

#: Before the names of settings that hold one.
PREFIX = "target:"
#: Steps that a target may be set for, in the order of the response.
STEPS = ("TTD", "TTA", "TTM", "TTR", "publish")
#: A clock shows minutes, and nobody promises what takes longer than a year.
SHORTEST, LONGEST = 60.0, 366.0 * 86_400.0
#: The name of a setting is a label too, of which the step takes its part.
LONGEST_SEVERITY = LONGEST_LABEL - 20


class UnfitTarget(ValueError):
    """A target cannot be set; the message says why."""


class Target(NamedTuple):
    """What was promised of one step.

    Attributes:
        step: one of :data:`STEPS`.
        seconds: the time it is to stay within.
        severity: the label that it is for; empty for every severity without a target of its own.
        wanted: the share that is to keep it, above 0; None where none was said.
    """

    step: str
    seconds: float
    severity: str = ""
    wanted: float | None = None

    @property
    def name(self) -> str:
        """The name of its setting."""
        return f"{PREFIX}{self.step}:{self.severity}"


def targets(store: Store) -> tuple[Target, ...]:
    """All targets, by step and then by severity; what another version kept otherwise is left out.

    Raises:
        StoreError: the database failed.
    """
    kept = (_target(name, value) for name, value in store.settings(PREFIX).items())
    known = [target for target in kept if target is not None]
    return tuple(sorted(known, key=lambda target: (STEPS.index(target.step), target.severity)))


def set_target(store: Store, target: Target) -> bool:
    """Set a target in place of the one for the same step and severity; whether that is news.

    Raises:
        UnfitTarget: there is no such step, or the time or the share is none that can be kept.
        StoreError: the database failed.
    """
    checked = target._replace(severity=target.severity.strip())
    if reason := _unfit(checked):
        raise UnfitTarget(reason)
    return store.set_setting(checked.name, {"seconds": checked.seconds, "wanted": checked.wanted})


def remove_target(store: Store, target: Target) -> bool:
    """Take a target away; whether it was there."""
    return store.set_setting(target.name, None)


def _unfit(target: Target) -> str:
    if target.step not in STEPS:
        return f"There is no step {target.step!r}; a target is for one of {', '.join(STEPS)}."
    if not SHORTEST <= target.seconds <= LONGEST:
        return "A target is a time from a minute to a year."
    if target.wanted is not None and not 0.0 < target.wanted <= 1.0:
        return "The share that is to keep a target is above 0 and at most 100 %."
    if len(target.severity) > LONGEST_SEVERITY or not (target.severity + " ").isprintable():
        return f"A severity has at most {LONGEST_SEVERITY} signs, all of which can be seen."
    return ""


def _target(name: str, value: Any) -> Target | None:
    step, _, severity = name.removeprefix(PREFIX).partition(":")
    if not isinstance(value, Mapping):
        return None
    seconds, wanted = _number(value.get("seconds")), _number(value.get("wanted"))
    if seconds is None or (wanted is None and value.get("wanted") is not None):
        return None
    target = Target(step, seconds, severity, wanted)
    return None if _unfit(target) else target


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None

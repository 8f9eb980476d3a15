"""The preventive actions: which incidents lead to one, and when it ends, done or given up.

They are drawn with the events and not with the other actions, because a fix that holds changes
what happens afterwards. Both ends compete at constant hazards, so the true completion curve is
known: done by day t = (h / (h + g)) · (1 − exp(−(h + g) · t)) for the hazards h of doing it and g
of giving it up.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from data.company.setting import DAY, Codes, Flags, Floats, Integers

STRENGTHS = ("stronger", "intermediate", "weaker")
STRENGTH_SHARES = (0.25, 0.5, 0.25)
#: The stronger the fix, the longer it takes: mean days to done if it could not be given up.
MEAN_DAYS_TO_DONE = np.array([300.0, 180.0, 90.0])
MEAN_DAYS_TO_GIVEN_UP = 600.0
#: Post-mortems that promise a preventive action: of the first of its cause, of a later one (where
#: people refer to the action that there is already).
FIRST_SHARE = 0.6
LATER_SHARE = 0.3
#: Larger than any day number in a history: turns a pair (owner, day) into one number.
DAYS = 100_000


@dataclass(frozen=True)
class Prevention:
    """One row for each incident; all days count from 1970.

    Attributes:
        planned: whether there is one at all; the other columns mean nothing where not.
        strength: position in :data:`STRENGTHS`.
        created_on: the day of the post-mortem.
        ended_on: the day on which it is done or given up, which may lie after the history.
        done: whether that end is "done".
    """

    planned: Flags
    strength: Codes
    created_on: Integers
    ended_on: Integers
    done: Flags

    def take(self, rows: Integers | Flags) -> Self:
        """These rows."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def clear_of(self, *, owner: Integers, days: Integers) -> Self:
        """Moved by a day where one begins or ends on a day on which its owner has an incident.

        Records know actions to the day only: on the same day nobody could tell which was first.
        """
        taken = np.unique(owner * DAYS + days)

        def moved(day: Integers) -> Integers:
            return day + _among(owner * DAYS + day, taken)

        created_on = moved(self.created_on)
        ended_on = moved(np.maximum(self.ended_on, created_on))
        return type(self)(self.planned, self.strength, created_on, ended_on, self.done)


def hazards() -> tuple[Floats, float]:
    """A day: of being done, by strength, and of being given up."""
    return 1.0 / MEAN_DAYS_TO_DONE, 1.0 / MEAN_DAYS_TO_GIVEN_UP


def plan(
    rng: np.random.Generator, *, start: Integers, published_after: Floats, first: Flags
) -> Prevention:
    """The preventive actions after incidents.

    Args:
        start: impact start in seconds since 1970.
        published_after: seconds from there to the post-mortem, NaN where there is none.
        first: whether an incident is the first of its cause.
    """
    n = len(start)
    written = ~np.isnan(published_after)
    planned = written & (rng.random(n) < np.where(first, FIRST_SHARE, LATER_SHARE))
    strength = rng.choice(len(STRENGTHS), size=n, p=STRENGTH_SHARES).astype(np.int8)
    finish, give_up = hazards()
    either = finish[strength] + give_up
    # Rounded up, so that "within t days" means the same in whole days as in the formula above.
    days = np.ceil(rng.exponential(1.0, n) / either).astype(np.int64)
    created_on = (start + np.where(written, published_after, 0.0).astype(np.int64)) // DAY
    done = rng.random(n) < finish[strength] / either
    return Prevention(planned, strength, created_on, created_on + days, done)


def _among(keys: Integers, taken: Integers) -> Flags:
    place = np.minimum(np.searchsorted(taken, keys), len(taken) - 1)
    return np.asarray(taken[place] == keys) if len(taken) else np.zeros(len(keys), np.bool_)

"""What is really so, told apart from what the records say: repeats, their classes, the families.

The classes are worked out here from the company's own log by counting days, on purpose in another
way than the statistics that they are there to test.

A repeat is declared in the records or not, by chance. Whoever declares one names every earlier
incident of the cause, so "the earlier ones" are the same whether taken from the declaration, from
its closure or from the family.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.company.actions import OPEN_STATES, STATUSES, Actions
from data.company.families import Families
from data.company.log import Log
from data.company.prevention import DAYS
from data.company.setting import DAY, UNKNOWN, Flags, Integers, Setting, Stream

#: Of all repeats, those that a person declared in the record.
DECLARED_SHARE = 0.6
CLASSES = ("", "R0", "R1", "R2", "R3", "RU")
NOT_A_REPEAT, NOTHING_PLANNED, OTHERWISE, STILL_OPEN, DID_NOT_HOLD, CANNOT_KNOW = range(6)


@dataclass(frozen=True)
class Truth:
    """One row for each record.

    Attributes:
        family: number of its family, ``UNKNOWN`` for a cause that cannot strike again.
        earlier: how many incidents of the family came before; 0 for the first and for second
            reports of an event, which are no repeats.
        declared: whether the record itself says that it repeats earlier ones.
        state: position in :data:`CLASSES`: the state of the fix when a repeat began. Known for
            repeats that nobody declared, too.
        members: rows of all family incidents, family by family in the order of time.
        first: where in ``members`` each family begins.
    """

    family: Integers
    earlier: Integers
    declared: Flags
    state: npt.NDArray[np.int8]
    members: Integers
    first: Integers

    def repeated_by(self, row: int) -> Integers:
        """The rows of all earlier incidents of the same family."""
        begin = int(self.first[self.family[row]]) if self.family[row] != UNKNOWN else 0
        return self.members[begin : begin + int(self.earlier[row])]


def tell(setting: Setting, families: Families, log: Log, actions: Actions) -> Truth:
    """The truth about every record."""
    family = np.where(log.cause < len(families), log.cause, UNKNOWN)
    member = (family != UNKNOWN) & (log.original == UNKNOWN)
    rows = np.flatnonzero(member)
    members = rows[np.argsort(family[rows], kind="stable")]  # rows are in the order of time
    counts = np.bincount(family[rows], minlength=len(families))
    first = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(families) else counts
    earlier = np.zeros(len(log), np.int64)
    earlier[members] = np.arange(len(members)) - first[family[members]]
    declared = setting.rng(Stream.DECLARED).random(len(log)) < DECLARED_SHARE
    state = np.where(
        earlier > 0,
        states(family, log.start // DAY, actions, action_family=family[actions.incident]),
        0,
    )
    return Truth(
        family=family,
        earlier=earlier,
        declared=declared & (earlier > 0),
        state=state.astype(np.int8),
        members=members,
        first=first,
    )


def states(
    family: Integers, day: Integers, actions: Actions, *, action_family: Integers
) -> npt.NDArray[np.int64]:
    """What had become of a family's preventive actions when its incident began on ``day``.

    Actions agreed on after that day had not been planned yet. One that was certainly open decides;
    else one of which the records cannot say whether it was over.
    """
    relevant = actions.is_preventive & (action_family != UNKNOWN)
    status, created = actions.status, actions.created_on
    ended = actions.recorded_completed_on
    over = np.isin(status, (STATUSES.index("done"), STATUSES.index("wont_do")))
    dated = relevant & over & (ended != UNKNOWN)
    vague = relevant & ~dated & ~np.isin(status, OPEN_STATES)

    def before(which: Flags, on: Integers) -> Integers:
        keys = np.sort(action_family[which] * DAYS + on[which])
        begin = np.searchsorted(keys, family * DAYS)
        return np.searchsorted(keys, family * DAYS + day) - begin

    planned = before(relevant, created)
    done = before(dated & (status == STATUSES.index("done")), ended)
    given_up = before(dated & (status == STATUSES.index("wont_do")), ended)
    cannot_know = before(vague, created)
    return np.select(
        [
            planned - done - given_up - cannot_know > 0,
            cannot_know > 0,
            planned == 0,
            planned == done,
        ],
        [STILL_OPEN, CANNOT_KNOW, NOTHING_PLANNED, DID_NOT_HOLD],
        default=OTHERWISE,
    )

"""What else may explain a change: is it the company that changed, or only its records?

A change that passes the tests is looked at again like for like: without the teams and services that
joined or stopped recording, without the short incidents, without the last weeks of which not all
may be recorded, with the severities that share a border taken together. Where it is gone then, the
review asks instead of claiming. These looks are taken at changes that were found, so they need no
share in the family: they can only take claims away.
"""

import datetime as dt
import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.calendar import MONTHS_A_YEAR, add_months
from analytics.clocks import Floats, Mask
from analytics.review.causes import CauseMeasure
from analytics.review.claims import Claim, Doubt, Explains, Look, Verdict
from analytics.review.periods import Side, Sides, Timeline
from analytics.review.rates import RateMeasure, rate_measure
from analytics.review.shares import of_places
from analytics.review.time import TimeMeasure

#: A look like for like bears a change out below this p-value; it was found already.
BORNE_OUT = 0.05
#: The same where only a part is left to see it by.
LIKELY = 0.2
#: The same where what is left is bent in the same direction, only less.
SURE = 0.01
#: Under this chance, a group that recorded all the time would have had no record for so long.
UNBELIEVABLE = 0.001
#: Incidents of a group, below which it has no pace to be missed by.
FEWEST_OF_A_GROUP = 5
#: Share of the incidents before that must belong to groups recorded throughout: with fewer the
#: groups were renamed or hardly recorded, and say nothing about who joined.
ENOUGH_THROUGHOUT = 0.5
#: Points of share that groups which came or went may gain or lose without moving the whole.
MOVED_BY_GROUPS = 0.05
#: Days within which an incident is mostly recorded; of later ones some may be missing.
RECORDED_WITHIN = 60
#: The share of durations before that count as short.
SHORT = 0.25
#: What one severity gained must have been lost by another to this share, for its label to be asked
#: about: closer to all of it, as a label that moved would have it, than to nothing.
LOST_BY_OTHERS = 0.5
#: A label that is used so many times as often while all incidents are as many as before may well
#: mean something else now.
HARDLY_USED = 4.0
#: A label came or went where it was first or last used within so many months, by such a share of
#: incidents while it was used, and so many of it would have been expected before or after.
LABEL_MONTHS, LABEL_SHARE, LABEL_MISSED = 36, 0.1, 7.0


@dataclass(frozen=True)
class LikeForLike:
    """The incidents of a review, as they can be held against each other.

    Attributes:
        line: the timeline.
        sides: what is compared.
        durations: those of the step that is shown first, by place; NaN where unknown.
        ranks: severity rank by place; NaN where unknown.
    """

    line: Timeline
    sides: Sides
    durations: Floats
    ranks: Floats

    def explain_rate(self, claim: Claim, members: Mask) -> Doubt | None:
        """What else explains that some incidents rose or fell in number."""
        if claim.verdict is Verdict.FELL and not self._any_in_period:
            return Doubt(Explains.EMPTY)
        if claim.verdict is Verdict.FELL and (late := self._late(claim, members)):
            return late
        if doubt := self._teams(claim, members):
            return doubt
        if claim.verdict is Verdict.ROSE and (short := self._short(claim, members)):
            return short
        return self._labels(claim) if ":" in claim.key else None

    def explain_time(self, claim: Claim, measured: TimeMeasure) -> Doubt | None:
        """What else explains that a step became slower or faster."""
        for kind in self._groups:
            throughout = self._recorded_throughout(kind, claim.look)
            if throughout is None:
                continue
            like = measured.only(throughout)
            if not _same_way(claim, *_looked(claim.look, like, self.sides)):
                return self._of_groups(kind, throughout)
        if claim.verdict is Verdict.FELL and self._more_short_ones(claim):
            return Doubt(Explains.SHORT)
        return None

    def explain_hours(self, claim: Claim) -> Doubt | None:
        """What else explains that the hours of impact rose or fell."""
        if not self._any_in_period:
            return Doubt(Explains.EMPTY)
        if claim.verdict is Verdict.FELL and self._near_the_end:
            return Doubt(Explains.LATE, str(RECORDED_WITHIN))
        return self._moved_by_groups(claim)

    def explain_tail(self, claim: Claim, measured: TimeMeasure, limit: float) -> Doubt | None:
        """What else explains that more or fewer incidents lasted beyond a limit."""
        if np.isnan(measured.durations.elapsed[self.sides.now.span]).all():
            return None
        recorded = measured.durations.seconds
        ended = of_places(recorded > limit, ~np.isnan(recorded), measured.events, method=None)
        found = ended.compare(self.sides.now, self.sides.reference)
        borne_out = found.p_value is not None and found.p_value <= BORNE_OUT
        return None if borne_out else Doubt(Explains.OPEN)

    def explain_cause(self, claim: Claim, measured: CauseMeasure) -> Doubt | None:
        """What else explains that a cause changed: that everything did, or who records."""
        rose, p_value = measured.among_all(self.sides.now)
        if p_value > BORNE_OUT or rose != (claim.verdict is Verdict.ROSE):
            return Doubt(Explains.ALL)
        return self.explain_mix(claim)

    def explain_mix(self, claim: Claim) -> Doubt | None:
        """What else explains that the mix of causes changed: other teams' incidents."""
        return self._moved_by_groups(claim)

    # ---- who recorded throughout

    @cached_property
    def _groups(self) -> dict[str, npt.NDArray[np.integer]]:
        """The team and the first service of each incident, by code; -1 where none is named."""
        history = self.line.view.history
        services = history.services
        first = np.full(len(history.incidents), -1, np.int64)
        first[services["incident"].to_numpy()[::-1]] = services["service"].cat.codes[::-1]
        team = history.incidents["team"].cat.codes.to_numpy()
        return {"team": team[self.line.rows], "service": first[self.line.rows]}

    def _recorded_throughout(self, kind: str, look: Look) -> Mask | None:
        """The incidents of groups that recorded all the time, and of none.

        None where all did, or where those that did have too few incidents to go by. A group with
        few incidents has no pace to be missed by; it counts where it has some in both stretches.
        """
        groups = self._groups[kind]
        late, _, early, _ = self._stretches(look)
        start = self.line.when[early.start] if early.stop > early.start else None
        end = min(np.datetime64(self.sides.now.end, "s"), np.datetime64(self.line.here, "s"))
        if start is None:
            return None
        compared = slice(early.start, late.stop)
        named = groups[compared]
        size = int(groups.max(initial=-1)) + 1
        numbers = np.bincount(named[named >= 0], minlength=size)
        in_both = np.isin(np.arange(size), groups[early]) & np.isin(np.arange(size), groups[late])
        came = np.zeros(size + 1, dtype=bool)
        for group in np.flatnonzero(numbers):
            when = self.line.when[compared][named == group]
            few = numbers[group] < FEWEST_OF_A_GROUP
            came[group] = not in_both[group] if few else _came_or_went(when, start, end)
        kept: Mask = ~came[groups]
        if kept[compared].all() or kept[early].mean() < ENOUGH_THROUGHOUT:
            return None
        return kept

    def _teams(self, claim: Claim, members: Mask) -> Doubt | None:
        """A change that is gone among the groups that recorded throughout."""
        for kind in self._groups:
            throughout = self._recorded_throughout(kind, claim.look)
            if throughout is not None and not self._borne_out(
                claim, members & throughout, level=SURE
            ):
                return self._of_groups(kind, throughout)
        return None

    def _moved_by_groups(self, claim: Claim) -> Doubt | None:
        """Whether groups that came or went make up another share than before."""
        late, _, early, _ = self._stretches(claim.look)
        for kind in self._groups:
            throughout = self._recorded_throughout(kind, claim.look)
            if throughout is None:
                continue
            moved = abs(float(throughout[late].mean()) - float(throughout[early].mean()))
            if moved > MOVED_BY_GROUPS:
                return self._of_groups(kind, throughout)
        return None

    def _of_groups(self, kind: str, throughout: Mask) -> Doubt:
        now = self.sides.now.span
        of = int((~throughout[now]).sum())
        words = f"{of} of {now.stop - now.start} are of {kind}s that joined or left"
        return Doubt(Explains.TEAMS, words)

    # ---- recorded late, or recorded at all

    @property
    def _any_in_period(self) -> bool:
        span = self.sides.now.span
        return bool(span.stop > span.start)

    @property
    def _near_the_end(self) -> bool:
        return (self.line.here.date() - self.sides.now.end).days < RECORDED_WITHIN

    def _late(self, claim: Claim, members: Mask) -> Doubt | None:
        """A fall that is gone without the latest weeks."""
        last = self.line.here.date() - dt.timedelta(days=RECORDED_WITHIN)
        if self.sides.now.end <= last:
            return None
        doubt = Doubt(Explains.LATE, str(RECORDED_WITHIN))
        if last <= self.sides.now.start:
            return doubt
        earlier = replace(self.line, here=dt.datetime.combine(last, dt.time()))
        now = _cut(self.sides.now, earlier)
        shorter = replace(self, line=earlier, sides=replace(self.sides, now=now))
        return None if shorter._borne_out(claim, members, level=SURE) else doubt

    @cached_property
    def _short_limit(self) -> float | None:
        before = self.durations[self.sides.reference.span]
        known = before[~np.isnan(before)]
        return float(np.quantile(known, SHORT)) if len(known) >= FEWEST_OF_A_GROUP else None

    def _short(self, claim: Claim, members: Mask) -> Doubt | None:
        """A rise that is gone among those that are not short."""
        if self._short_limit is None:
            return None
        with np.errstate(invalid="ignore"):
            longer = np.isnan(self.durations) | (self.durations >= self._short_limit)
        borne_out = self._borne_out(claim, members & longer, level=LIKELY)
        return None if borne_out else Doubt(Explains.SHORT)

    def _more_short_ones(self, claim: Claim) -> bool:
        """Whether the long ones are as many as before and only the short ones more."""
        before = self.durations[self.sides.reference.span]
        known = before[~np.isnan(before)]
        if len(known) < FEWEST_OF_A_GROUP:
            return False
        with np.errstate(invalid="ignore"):
            long = self.durations >= np.median(known)
            short = self.durations < np.median(known)
        longer, shorter = (self._change(claim.look, members) for members in (long, short))
        if longer is None or shorter is None:  # none before: any that there are now are more
            return longer is None or longer > 0.85
        return longer > 0.85 and shorter > longer * 1.15

    # ---- severities

    def _labels(self, claim: Claim) -> Doubt | None:
        """Whether labels moved: what one severity gained the others lost, or one is new in use."""
        if new := self._new_labels:
            return Doubt(Explains.LABELS, ", ".join(new))
        rank = float(claim.key.partition(":")[2])
        mine, others = self.ranks == rank, ~np.isnan(self.ranks) & (self.ranks != rank)
        gained = self._difference(claim.look, mine)
        if gained == 0.0 or not others.any():
            return None
        lost = max(
            -self._difference(claim.look, self.ranks == other) / gained
            for other in np.unique(self.ranks[others])
        )
        hardly_used = claim.verdict is Verdict.ROSE and not (
            (self._change(claim.look, mine) or math.inf) < HARDLY_USED
        )
        moved = lost >= LOST_BY_OTHERS or (hardly_used and self._still(claim.look))
        return Doubt(Explains.LABELS) if moved else None

    def _still(self, look: Look) -> bool:
        """Whether the number of all incidents shows nothing."""
        everybody = np.ones(len(self.line.when), dtype=bool)
        _, p_value = _looked(look, rate_measure(self.line, everybody, self.sides.now), self.sides)
        return p_value is None or p_value > LIKELY

    @cached_property
    def _new_labels(self) -> list[str]:
        """Labels that came into use or went out of it within the months that are looked at.

        As common as they were while they were used, they would have been seen before or after.
        """
        severity = self.line.view.history.incidents["severity"]
        codes = severity.cat.codes.to_numpy()[self.line.rows]
        since = np.datetime64(add_months(self.sides.now.end, -LABEL_MONTHS), "s")
        ends = min(self.sides.now.span.stop, len(codes))
        changed = []
        for code in np.unique(codes[:ends][codes[:ends] >= 0]):
            places = np.flatnonzero(codes[:ends] == code)
            first, last = int(places[0]), int(places[-1])
            share = len(places) / (last + 1 - first)
            unused = [first] if self.line.when[first] >= since else []
            unused += [ends - 1 - last] if self.line.when[last] >= since else []
            if share >= LABEL_SHARE and share * max(unused, default=0) > LABEL_MISSED:
                changed.append(str(severity.cat.categories[code]))
        return changed

    # ---- looking again

    def _borne_out(self, claim: Claim, members: Mask, *, level: float = BORNE_OUT) -> bool:
        """Whether the change that a claim is told by is found among some of the incidents too."""
        measured = rate_measure(self.line, members, self.sides.now)
        return _same_way(claim, *_looked(claim.look, measured, self.sides), level=level)

    def _stretches(self, look: Look) -> tuple[slice, float, slice, float]:
        """The later and the earlier stretch that a look compares, each with its days."""
        now = self.sides.now
        if look is Look.PERIOD:
            then = self.sides.reference
            return now.span, now.days, then.span, then.days
        edges = self.line.months(now.end)
        middle = edges[-1 - MONTHS_A_YEAR] if look is Look.YEAR else edges[len(edges) // 2]
        first = edges[-1 - 2 * MONTHS_A_YEAR] if look is Look.YEAR else edges[0]
        return (
            self.line.span(middle, now.end),
            self.line.days(middle, now.end),
            self.line.span(first, middle),
            self.line.days(first, middle),
        )

    def _change(self, look: Look, members: Mask) -> float | None:
        """The ratio of two rates; None where there was none before."""
        late, late_days, early, early_days = self._stretches(look)
        before = members[early].sum() / max(early_days, 1.0)
        return float(members[late].sum() / max(late_days, 1.0) / before) if before else None

    def _difference(self, look: Look, members: Mask) -> float:
        """Incidents a day more than before."""
        late, late_days, early, early_days = self._stretches(look)
        after = members[late].sum() / max(late_days, 1.0)
        return float(after - members[early].sum() / max(early_days, 1.0))


def _came_or_went(
    when: npt.NDArray[np.datetime64], start: np.datetime64, end: np.datetime64
) -> bool:
    """Whether a group was silent at the beginning or the end for longer than its pace explains."""
    first, last = when.min(), when.max()
    active = max((last - first) / np.timedelta64(1, "D"), 1.0)
    pace = (len(when) - 1) / active
    silences = ((first - start) / np.timedelta64(1, "D"), (end - last) / np.timedelta64(1, "D"))
    gaps = np.diff(np.sort(when)) / np.timedelta64(1, "D")
    longest = float(gaps.max(initial=0.0))
    return any(
        math.exp(-pace * silence) < UNBELIEVABLE and silence > 2.0 * longest for silence in silences
    )


def _cut(now: Side, line: Timeline) -> Side:
    return replace(now, days=line.days(now.start, now.end), span=line.span(now.start, now.end))


def _looked(
    look: Look, measured: RateMeasure | TimeMeasure, sides: Sides
) -> tuple[float | None, float | None]:
    """The change and the p-value of one look."""
    if look is Look.PERIOD:
        found = measured.compare(sides.now, sides.reference)
        return found.change.estimate, found.p_value
    longer = (each for each in measured.longer(sides.now) if each.look is look)
    return next(((each.change.estimate, each.p_value) for each in longer), (None, None))


def _same_way(
    claim: Claim, estimate: float | None, p_value: float | None, *, level: float = BORNE_OUT
) -> bool:
    if p_value is None or p_value > level:
        return False
    rose = estimate is None or estimate > 1.0
    return rose == (claim.verdict is Verdict.ROSE)


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Teams of which nothing is recorded before the period under review.

    Attributes:
        teams: their names.
        incidents: those that they had in the period.
        rise: by how many the incidents of the period are more than the year before it would make
            them; negative where they are fewer.
    """

    teams: tuple[str, ...]
    incidents: int
    rise: float


def newcomers(line: Timeline, sides: Sides) -> Newcomers:
    """Who of those that had incidents in the period had none on record before."""
    team = line.view.history.incidents["team"].cat
    codes = team.codes.to_numpy()[line.rows]
    now, then = sides.now, sides.reference
    # A place more, as the code of a missing team is -1.
    mine, earlier = (
        np.bincount(codes[part] + 1, minlength=len(team.categories) + 1)[1:]
        for part in (now.span, slice(now.span.start))
    )
    new = np.flatnonzero((mine > 0) & (earlier == 0))
    expected = (then.span.stop - then.span.start) * now.days / then.days if then.days else math.nan
    return Newcomers(
        teams=tuple(str(name) for name in team.categories[new]),
        incidents=int(mine[new].sum()),
        rise=now.span.stop - now.span.start - expected,
    )


def ranks_of(line: Timeline) -> Floats:
    """The severity rank of each incident of a timeline."""
    column: pd.Series = line.view.history.incidents["severity_rank"]
    return column.to_numpy()[line.rows].astype(np.float64)

"""The history of the company: incidents of families, incidents of single causes, and the rest."""

from dataclasses import replace

import numpy as np

from data.company import clocks
from data.company.families import Families, strike
from data.company.log import Log, joined
from data.company.prevention import plan
from data.company.setting import DAY, UNKNOWN, Setting, Stream

#: Of all records: those that are no incident, second reports, and members of families.
OTHER_SHARE = 0.03
COPY_SHARE = 0.015
FAMILY_SHARE = 0.55
#: One single incident in so many, and always one, is still open at the end.
OPEN_ONE_IN = 250
#: How far beyond the end of the history those go on.
OPEN_LONGER = 30 * DAY


def happen(setting: Setting) -> tuple[Families, Log]:
    """The whole history of the company, and the truth about its families."""
    total = setting.incidents
    copies = round(COPY_SHARE * total)
    others = round(OTHER_SHARE * total)
    families, repeating = strike(setting, target=round(FAMILY_SHARE * (total - copies - others)))
    singles = _singles(
        setting, total - copies - len(repeating), others=others, first_cause=len(families)
    )
    known = joined([repeating, singles])
    log = joined([known, _copies(setting, known, copies)])
    order = np.argsort(log.start, kind="stable")
    place = np.empty(total, np.int64)
    place[order] = np.arange(total)
    log = log.take(order)
    moved = np.where(log.original == UNKNOWN, UNKNOWN, place[log.original])
    return families, replace(log, original=moved)


def _singles(setting: Setting, n: int, *, others: int, first_cause: int) -> Log:
    """Incidents whose cause strikes once, and what is no incident (the first ``others`` rows)."""
    rng = setting.rng(Stream.SINGLES)
    last = max(setting.end_second - DAY, setting.start_second + 1)
    start = rng.integers(setting.start_second, last, n)
    rank = clocks.draw_ranks(rng, n)
    offsets = clocks.draw_offsets(rng, rank)
    recent = others + np.argsort(start[others:])[-(1 + n // OPEN_ONE_IN) :]
    to_end = setting.end_second - start[recent]
    offsets[recent, clocks.MITIGATED :] += (to_end + OPEN_LONGER)[:, None]
    kind = np.zeros(n, np.int8)
    kind[:others] = 1 + rng.choice(3, size=others, p=(0.5, 0.15, 0.35))
    offsets[:others, clocks.PUBLISHED] = np.nan
    return Log(
        start=start,
        offsets=offsets,
        rank=rank,
        kind=kind,
        cause=first_cause + np.arange(n),
        original=np.full(n, UNKNOWN),
        prevention=plan(
            rng,
            start=start,
            published_after=offsets[:, clocks.PUBLISHED],
            first=np.ones(n, np.bool_),
        ),
    )


def _copies(setting: Setting, known: Log, n: int) -> Log:
    """Second reports of ``n`` of the incidents: the same event minutes later, nothing promised."""
    rng = setting.rng(Stream.COPIES)
    rows = rng.choice(np.flatnonzero(known.kind == 0), size=n, replace=False)
    copy = known.take(rows)
    offsets = copy.offsets.copy()
    offsets[:, clocks.PUBLISHED] = np.nan
    nothing = replace(copy.prevention, planned=np.zeros(n, np.bool_))
    start = copy.start + rng.integers(1, 600, n)
    return replace(copy, start=start, offsets=offsets, original=rows, prevention=nothing)

"""Which incidents look like one alert that went off again and again?

The same title on the same services, each begun within the hour after the one before: more often
one event reported many times than many. Nobody has said so, and so nothing is merged: a burst is
offered to be judged, and until then each of its incidents counts.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.duplicates import judged_pairs
from analytics.moments import Times, moments_of
from analytics.pairs import pair_keys
from analytics.selection import Mask, Rows, View

#: An alert that goes off again no later than this belongs to one burst.
WITHIN = np.timedelta64(60, "m")
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Burst:
    """One alert that went off several times.

    Attributes:
        rows: positions of its incidents, in order of time; two or more.
        seconds: from the beginning of the first to that of the last.
    """

    rows: Rows
    seconds: float


def bursts(view: View) -> tuple[Burst, ...]:
    """The bursts among the incidents in view, the latest first.

    Incidents whose beginning is known to the day only are in none, and neither are two of which
    people have said what they are to each other.
    """
    moments = moments_of(view.incidents)
    exact = moments.began == moments.began_until  # NaT is not equal to itself
    services = _services(view)
    usable = np.flatnonzero(exact)
    usable = usable[_has_a_neighbour(services[usable], moments.began[usable])]
    titles = view.incidents["title"].iloc[usable].fillna("")
    words = np.array([_same_words(title) for title in titles], dtype=object)
    usable, words = usable[words != ""], words[words != ""]
    alert = np.stack([pd.factorize(words)[0], pd.factorize(services[usable])[0]])
    order = np.lexsort((moments.began[usable], *alert))
    rows, began = view.rows[usable[order]], moments.began[usable[order]]
    same = (np.diff(alert[:, order]) == 0).all(axis=0)
    goes_on = same & (np.diff(began) <= WITHIN) & ~_judged(view, rows)
    runs = np.split(np.arange(len(rows)), np.flatnonzero(~goes_on) + 1)
    found = [run for run in runs if len(run) > 1]
    found.sort(key=lambda run: began[run[-1]], reverse=True)
    return tuple(Burst(rows[run], _seconds(began[run])) for run in found)


def _services(view: View) -> npt.NDArray[np.uint64]:
    """A number for the services of each incident in view, the same for the same ones together."""
    table = view.services
    drawn = np.random.default_rng(0).integers(
        np.iinfo(np.uint64).max, size=len(table["service"].cat.categories) + 1, dtype=np.uint64
    )
    together = np.zeros(len(view.history.incidents), np.uint64)
    np.add.at(together, table["incident"].to_numpy(), drawn[table["service"].cat.codes])
    return together[view.rows]


def _has_a_neighbour(services: npt.NDArray[np.uint64], began: Times) -> Mask:
    """Which incidents begin within the hour of another one on the same services."""
    order = np.lexsort((began, services))
    close = (np.diff(services[order]) == 0) & (np.diff(began[order]) <= WITHIN)
    beside = np.zeros(len(order), dtype=bool)
    beside[order] = np.append(close, False)[: len(order)] | np.append(False, close)[: len(order)]
    return beside


def _same_words(title: str) -> str:
    """The title without what differs from one alert of a kind to the next: numbers and ids."""
    plain = title.casefold()
    words = [word for word in WORD.findall(plain) if not any(map(str.isdigit, word))]
    return " ".join(words) or plain.strip()


def _judged(view: View, rows: Rows) -> Mask:
    """Whether people have said what each incident is to the one before it."""
    keys = pair_keys(rows[1:], rows[:-1], len(view.history.incidents))
    return np.isin(keys, judged_pairs(view.history))


def _seconds(began: Times) -> float:
    return float((began[-1] - began[0]) / np.timedelta64(1, "s"))

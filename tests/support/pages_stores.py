"""Stores that pages are tested over: the sample, and a made-up company whose dates are known."""

import datetime as dt
from functools import cache
from pathlib import Path

from analytics.frames import History
from analytics.selection import Scope, View, select
from data.company import generate, write_company
from data.lists import current_lists
from data.loading import load, load_sample
from data.store import open_store

#: The moment at which the company is looked at; tests set the clock of the pages to it.
AS_OF = dt.datetime(2026, 7, 1)
INCIDENTS, YEARS, SEED = 400, 3.0, 7


def make_sample(folder: Path) -> str:
    """A store with the sample records; its URL."""
    url = f"sqlite:///{folder / 'sample.db'}"
    store = open_store(url)
    load_sample(store)
    store.close()
    return url


def make_company(folder: Path) -> str:
    """A store with a made-up company, loaded from its files as a reader would; its URL."""
    write_company(folder / "company", incidents=INCIDENTS, years=YEARS, seed=SEED)
    url = f"sqlite:///{folder / 'company.db'}"
    store = open_store(url)
    files = [
        str(folder / "company" / name) for name in ("incidents.csv", "actions.csv", "exposure.csv")
    ]
    load(store, files, lists=current_lists())
    store.close()
    return url


@cache
def company_history() -> History:
    """The same company without files and store."""
    company = generate(incidents=INCIDENTS, years=YEARS, seed=SEED)
    return History.of(**company.frames(), revision=0)


def company_view(scope: Scope | None = None) -> View:
    """Its incidents in ``scope``, all of them by default."""
    return select(company_history(), scope or Scope())

"""What did the incidents cost, in users affected and in money, as far as anybody wrote it down?

Few records say so, and those that do are the large ones; a sum is therefore printed with its n and
is never extended to the others. Amounts in different currencies are never added.
"""

import numpy as np
import pandas as pd

from analytics.answer import Answer
from analytics.method import Example, Method
from analytics.selection import UNKNOWN, View, labels

AFFECTED_USERS = Method(
    title="Affected users",
    answers="How many users were affected, as far as anybody wrote it down?",
    formula="Sum over the incidents that give a number; a user hit twice counts twice.",
    source="Plain sum",
    leaves_out="Incidents that give no number; the sum is never extended to them.",
    example=Example(
        given=("Two incidents say that 100 and 250 users were affected, a third says nothing."),
        inputs={"users": (100, 250, None)},
        gives="At least 350 users.",
        result=(350,),
    ),
)
COST = Method(
    title="Cost",
    answers="What did the incidents cost, as far as anybody wrote it down?",
    formula="Sum for each currency over the incidents that give an amount; no conversion.",
    source="Plain sum",
    leaves_out="Incidents that give no amount; the sum is never extended to them.",
    example=Example(
        given=("Two incidents say that they cost 1000 and 2500 EUR, a third says nothing."),
        inputs={"amounts": (1000, 2500, None), "currency": "EUR"},
        gives="At least 3500 EUR.",
        result=(3500,),
    ),
)


def affected_users(view: View) -> Answer:
    """Users affected, summed over the incidents that say so; one hit twice counts twice."""
    return _sum(view.incidents["affected_users"], unit="users", method=AFFECTED_USERS)


def cost(view: View) -> dict[str, Answer]:
    """Cost by currency in alphabetical order, "unknown" last; empty where none is given.

    Missing in each are the incidents without any cost: what their currency would be is unknown.
    """
    given = view.incidents["cost"]
    without = int(given.isna().sum())
    amounts = given.dropna()
    currencies = labels(view.incidents["currency"]).take(np.flatnonzero(given.notna()))
    by_currency = {
        str(currency): _sum(group, unit=str(currency), method=COST, n_missing=without)
        for currency, group in amounts.groupby(currencies, observed=True)
    }
    return dict(sorted(by_currency.items(), key=lambda item: (item[0] == UNKNOWN, item[0])))


def _sum(values: pd.Series, *, unit: str, method: Method, n_missing: int = 0) -> Answer:
    valid = values[values >= 0]
    return Answer(
        float(valid.sum()) if len(valid) else None,
        n=len(valid),
        n_missing=n_missing + int(values.isna().sum()),
        n_invalid=int((values < 0).sum()),
        unit=unit,
        method=method,
        reason="" if len(valid) else "no incident in view says so",
    )

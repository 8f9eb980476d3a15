"""Rates in words: what they are per, how two periods compare, which groups stand out.

Units, teams and services are the reader's own words, so they stand in Markdown as they are.
"""

import datetime as dt
from collections.abc import Sequence

from analytics.answer import Answer
from analytics.exposure import DAYS, PER_30_DAYS, Per
from analytics.response.groups import GroupRates, Rates
from analytics.response.rates import Deployments, HowOften, MonthlyRates, Stretch
from analytics.review.claims import Claim
from analytics.review.review import ALL, Review, claim_of
from analytics.statistics.groups import ALARM, WARNING, Groups
from analytics.statistics.rates import RateComparison
from pages.parts.wording.numbers import count, duration, literal, percent, period, plural
from pages.parts.wording.response import duration_or_few
from pages.parts.wording.review import risen, size, titled
from pages.parts.wording.shares import part

#: Sizes that people have a word for; in place of the number.
SIZE_WORDS = {1.0: "", 1e6: "million ", 1e9: "billion ", 1e12: "trillion "}
#: Names said in a sentence; more are in the rows.
MOST_NAMES = 6


def per_words(per: Per) -> str:
    """``30 days``, ``1,000 deploys``, ``million requests``, for Markdown."""
    return literal(per_text(per))


def per_text(per: Per) -> str:
    """The same as plain text."""
    return f"{SIZE_WORDS.get(per.size, f'{per.size:,.0f} ')}{per.unit}"


def number(rate: float | None) -> str:
    """A rate to three digits: ``0.972``, ``54.3``, ``1,204``."""
    if rate is None:
        return "not known"
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def rate_words(stretch: Stretch) -> str:
    """The rate of a period with its interval, or why there is none."""
    rate = stretch.rate
    if rate.estimate is None:
        return literal(rate.reason)
    return f"{number(rate.estimate)} ({number(rate.low)} to {number(rate.high)})"


def rate_claim(reviewed: Review | None, per: Per) -> Claim | None:
    """The question of the review about all incidents; it asks for rates per day and no other."""
    return claim_of(reviewed, ALL) if per == PER_30_DAYS else None


def how_often_finding(found: HowOften, claim: Claim | None) -> str:
    """What the review says of how often incidents happen, as the title of two periods.

    Args:
        claim: the question of the review; None where it has none, as of incidents per deploy.
    """
    what = f"Incidents per {per_words(found.per)}"
    if found.change is None and claim is None:
        return f"{what}: cannot be compared ({literal(found.reason)})"
    return titled(what, claim)


def how_often_basis(found: HowOften) -> str:
    """Both rates, their n and denominators, and the size of the change."""
    after, before = found.after, found.before
    text = (
        f"{_in_period(after, found.per)} in {after.period.name} against "
        f"{_in_period(before, found.per)} in {before.period.name}"
    )
    return text if found.change is None else f"{text} · {size(found.change.ratio)}"


def likely_to_show(change: RateComparison) -> str:
    """The smallest changes found 4 times in 5 by this comparison, and what clusters do to it."""
    rise, fall = change.detectable_rise, change.detectable_fall
    parts = [f"rises {risen(rise)}" if rise else "no rise"]
    parts.append(f"falls of {percent(1.0 - fall)}" if fall else "no fall")
    text = f"Likely to show: {', '.join(parts)}."
    if change.dispersion > 1.0:
        text += (
            f" Incidents cluster: the variance of their counts is {change.dispersion:.1f} times "
            "what chance makes it, and the intervals allow for it."
        )
    return text


def months_finding(per: Per, claim: Claim | None) -> str:
    """What the review says of how often incidents happen, as the title of the months."""
    return titled(f"Month by month per {per_words(per)}", claim)


def months_words(found: MonthlyRates) -> str:
    """What the rules of the control chart say, in small print: it locates and claims nothing."""
    short = [part.reason for part in found.found.chart.segments if part.reason]
    if len(short) == len(found.found.chart.segments):
        return f"No limits yet: {short[0]}."
    if not found.found.chart.signals:
        return "No rule of the chart fired."
    latest = found.found.chart.signals[-1]
    month = found.starts[min(latest.index, len(found.starts) - 1)].astype(object)
    return f"Latest rule of the chart: {latest.words} ({month:%b %Y})."


def months_basis(found: MonthlyRates, per: Per) -> str:
    """n, denominator, and how often such a chart cries wolf."""
    total = float(found.exposure.sum())
    parts = [
        f"{plural(int(found.counts.sum()), 'incident')} in {plural(len(found.starts), 'month')}",
        f"{count(round(total))} {literal(per.unit)}",
    ]
    widened = max(found.found.widened, default=1.0)
    if widened > 1.0:
        parts.append(f"limits {widened:.1f} times as wide as chance makes them (Laney)")
    if found.false_alarms.known:
        share = percent(found.false_alarms.estimate)
        parts.append(f"in {share} of stable series like this some rule fires by chance")
    if found.n_unknown:
        months = plural(found.n_unknown, "month")
        parts.append(f"{months} left out: {literal(found.reason)}")
    return " · ".join(parts)


def groups_finding(found: GroupRates, word: str) -> str:
    """How often each group has incidents, as the title of the figure; the review does not ask."""
    what = f"Incidents per {per_words(found.per)} by {word}"
    return what if found.rates is not None else f"{what}: {literal(found.reason)}"


def apart_words(groups: Groups) -> str:
    """Whether groups can be told apart, in small print: the test is one of its own."""
    return "They differ by more than luck explains." if groups.apart else f"{groups.reason}."


def groups_basis(found: GroupRates, word: str) -> str:
    """n, denominator, period, and who is left out."""
    last = found.end - dt.timedelta(seconds=1)
    parts = [period(found.start.date(), last.date() + dt.timedelta(days=1))]
    if found.rates is not None:
        rates = found.rates
        overall = rates.groups.overall
        equal = rates.curve is None
        amount, each = (rates.exposure[0], " each") if equal else (rates.exposure.sum(), "")
        parts = [
            f"{plural(len(rates.names), word)} in alphabetical order",
            f"{plural(rates.n, 'incident')}{_more_than_once(rates, word)}, "
            f"{count(round(amount))} {literal(found.per.unit)}{each}",
            f"{number(overall.estimate)} per {per_words(found.per)} over all "
            f"({number(overall.low)} to {number(overall.high)})",
            *parts,
        ]
    if found.per.unit == DAYS:
        parts.append(f"whether or not a {word} was there from the first day")
    if found.n_unknown:
        parts.append(f"{plural(found.n_unknown, 'incident')} of no known {word} left out")
    return " · ".join(parts)


def outside_words(rates: Rates, word: str) -> str:
    """How many groups lie outside the limits, how many would by luck, and which."""
    outside = rates.funnel.outside
    beyond = [abs(outside) >= 100.0 * level for level in (WARNING, ALARM)]
    n = len(rates.names)
    text = (
        f"{int(beyond[0].sum())} of {n} outside the 95 % limits and {int(beyond[1].sum())} outside "
        f"the 99.8 % ones; of {n} equal ones at most {number(n * (1 - WARNING))} and "
        f"{number(n * (1 - ALARM))} would be by luck."
    )
    named = [
        f"{literal(name)} ({'above' if outside[k] > 0 else 'below'})"
        for k, name in enumerate(rates.names)
        if beyond[1][k]
    ]
    return f"{text} {_listed(named)}" if named else text


def _more_than_once(rates: Rates, word: str) -> str:
    counted = int(rates.counts.sum())
    return f" ({counted:,} times, once for each {word} named)" if counted > rates.n else ""


def _listed(named: Sequence[str]) -> str:
    more = f" and {len(named) - MOST_NAMES} more in the rows" if len(named) > MOST_NAMES else ""
    return f"Outside 99.8 %: {', '.join(named[:MOST_NAMES])}{more}."


def _in_period(stretch: Stretch, per: Per) -> str:
    if stretch.rate.estimate is None:
        return f"no rate ({plural(stretch.n, 'incident')})"
    amount = f"{count(round(stretch.exposure.estimate or 0.0, 1))} {literal(per.unit)}"
    return f"{number(stretch.rate.estimate)} ({plural(stretch.n, 'incident')}, {amount})"


def deploys_finding(found: Deployments) -> str:
    """How many deploys failed, and how long recovery takes, as a title."""
    if found.failed.estimate is None:
        return f"Failed deploys: {found.failed.reason}"
    failed = f"{part(found.failed):,} of {plural(found.failed.n, 'deploy')} failed"
    if not found.recovery.known or not part(found.failed):
        return failed
    return f"{failed}; recovery took {duration(found.recovery.estimate)}"


def deploys_basis(found: Deployments) -> str:
    """The shares with their intervals, what is not known, and the days."""
    parts = []
    if found.failed.known:
        parts.append(f"{_fine(found.failed)} set off an incident")
    if found.failed.n_missing and found.at_most.known:
        unknown = plural(found.failed.n_missing, "incident")
        parts.append(
            f"at most {_percent(found.at_most.estimate)}, were the unknown triggers of {unknown} "
            "deploys too"
        )
    if found.other_changes:
        changes = plural(found.other_changes, "incident")
        parts.append(f"{changes} set off by pushes of configuration, data or infrastructure")
    if found.recovery.n:
        parts.append(f"recovery of {found.recovery.n:,}: {duration_or_few(found.recovery)}")
    if found.first and found.last:
        parts.append(period(found.first, found.last + dt.timedelta(days=1)))
    return " · ".join(parts)


def _fine(answer: Answer) -> str:
    """A share of deploys, which is small: ``0.5 % (0.4 to 0.7)``."""
    low, high = answer.low or 0.0, answer.high or 0.0
    return f"{_percent(answer.estimate)} ({100 * low:.1f} to {100 * high:.1f})"


def _percent(share: float | None) -> str:
    return f"{100 * (share or 0.0):.1f} %"

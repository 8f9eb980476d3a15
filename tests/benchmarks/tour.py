"""Every title of the front page, of Response times and of Causes that could claim something.

A reader goes through dozens of titles. The pages build each by a function; here these are called on
a history, for every choice that a page offers, so that the benchmark of honesty can count companies
in which nothing changes and yet some title claims that something did. A test holds the pages
against it: a title that is not built here claims nothing.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from analytics.calendar import Period, period_pair
from analytics.causes.labels import cause_shares, trigger_shares
from analytics.causes.tables import cause_drift, cause_table, causes_by_period
from analytics.exposure import choices
from analytics.frames import History
from analytics.impact import impact_total
from analytics.repeats.ledger import Repeats, ledger
from analytics.response.durations import response
from analytics.response.groups import members, rates_by_group
from analytics.response.mix import duration_mix
from analytics.response.rates import how_often
from analytics.review.review import Review, claim_of_step, review
from analytics.scorecard import scorecard
from analytics.selection import Scope, View, select
from pages.views import causes as of_causes
from pages.views import groups, rates
from pages.views import labels as of_labels
from pages.views import review as of_review
from pages.views.durations import headline as of_step
from pages.views.impact import total_title
from pages.views.repeats import headline as of_repeats
from pages.views.scorecard import metric
from pages.views.stability import stability_finding

#: The words by which a title says that something changed, or is not as usual or as others are.
CLAIMS = re.compile(
    r"\b(rose|fell|changed|shifted|longer|shorter|slower|faster|better|worse|more|fewer|higher|"
    r"lower|above|below|nearer|differ|in a row)\b"
)
#: What a sentence of the review begins with says what it claims.
LEAD = re.compile(r"\*\*(.*?)\*\*")


def claims(titles: Iterable[str]) -> list[str]:
    """The titles that claim something; a question is none."""
    return [title for title in titles if CLAIMS.search(title)]


def tour(
    history: History, repeats: Repeats, *, as_of: dt.datetime, period: Period
) -> Iterator[str]:
    """All titles of the three pages that could claim something."""
    reviewed = review(history, Scope(), as_of=as_of, repeats=repeats, period=period)
    always = select(history, Scope())
    yield from front(reviewed, repeats, as_of=as_of)
    yield from response_times(reviewed, always, period, as_of=as_of)
    yield from causes(reviewed, always, period, as_of=as_of)


def front(reviewed: Review, repeats: Repeats, *, as_of: dt.datetime) -> Iterator[str]:
    """The tiles, the sentences and the titles of the front page."""
    for tile in scorecard(reviewed).tiles:
        yield f"{metric(tile).label}: {metric(tile).beside}"
    yield of_review.headline(reviewed, ledger(repeats, reviewed.view))
    yield of_review.further_changes(reviewed)
    for sentence in of_review.sentences(reviewed):
        yield from LEAD.findall(sentence)
    yield of_review.rates_finding(reviewed.claims)
    yield of_review.times_finding(reviewed)
    yield of_review.causes_finding(reviewed)
    yield total_title(impact_total(reviewed.view, as_of=as_of))
    yield of_repeats(ledger(repeats, reviewed.view))


def response_times(
    reviewed: Review, view: View, period: Period, *, as_of: dt.datetime
) -> Iterator[str]:
    """The titles of Response times, with each step, group and exposure chosen in turn."""
    pair, here = period_pair(period), view.history.here(as_of)
    after, before = (
        select(view.history, Scope(start=side.start, end=side.end))
        for side in (pair.after, pair.before)
    )
    for name, result in response(view, as_of=as_of).items():
        claim = claim_of_step(reviewed, result.step)
        yield of_step(result)
        yield stability_finding(name, claim)
        for by in groups.PLURALS:
            found = duration_mix(after, before, result.step, by, pair=pair, as_of=as_of)
            yield groups.mix_finding(found, by, claim)
    for per in choices(view.history):
        claim = rates.rate_claim(reviewed, per)
        yield rates.how_often_finding(how_often(view, pair, per, as_of=here), claim)
        yield rates.months_finding(per, claim)
        for group, word in groups.GROUP_WORDS.items():
            if (grouped := members(view, group)) is not None:
                told = rates_by_group(view, grouped, group, per, as_of=here)
                yield groups.groups_finding(told, word)


def causes(reviewed: Review, view: View, period: Period, *, as_of: dt.datetime) -> Iterator[str]:
    """The titles of Causes."""
    pair, shares, triggers = period_pair(period), cause_shares(view), trigger_shares(view)
    after, before = (
        select(view.history, Scope(start=side.start, end=side.end))
        for side in (pair.after, pair.before)
    )
    yield of_causes.causes_finding(shares)
    yield of_causes.drift_finding(cause_drift(after, before), reviewed)
    here = view.history.here(as_of)
    yield of_causes.unknown_finding(causes_by_period(view, every="quarter"), "quarter", as_of=here)
    services, detection = cause_table(view, "service"), cause_table(view, "detection_source")
    yield of_causes.strikes_finding(services, title=of_causes.SERVICES.title)
    yield of_causes.strikes_finding(detection, title=of_causes.DETECTION.title)
    if triggers.rows:
        yield of_labels.label_finding(triggers, subject=of_labels.TRIGGERS.subject)

"""What incidents cost the people outside, in words: time, users, money, and how much is unknown."""

from collections.abc import Mapping

from analytics.answer import Answer
from analytics.impact.availability import ASSUMPTION, ServiceImpact
from analytics.impact.error_budget import ErrorBudget
from analytics.impact.minutes import NAMED, ImpactPeriods, ImpactTotal
from analytics.units import HOUR, MINUTE
from pages.parts.wording.numbers import count, duration, literal, percent, plural

#: Hours below which the minutes are told: half an hour is not "0 hours".
FINE_BELOW = 10


def total_finding(found: ImpactTotal) -> str:
    """How long incidents lasted for users, added up, and how many are not in it."""
    total = found.total
    if total.estimate is None:
        return f"Impact time: {total.reason}"
    beside = not_in_sum(total, n_open=found.n_open)
    text = f"Impact of {plural(total.n, 'incident')} added up: "
    return f"{text}{'at least ' if beside else ''}{in_hours(total.estimate)}{_more(beside)}"


def not_in_sum(total: Answer, *, n_open: int) -> list[str]:
    """How many incidents a sum leaves out, for each reason; what does not occur is not said.

    Args:
        n_open: of those that are missing, the ones whose impact has not ended.
    """
    counts = (
        (n_open, "not over"),
        (total.n_missing - n_open, "not known"),
        (total.n_invalid, "impossible"),
    )
    return [f"{number:,} {why}" for number, why in counts if number]


def total_basis(found: ImpactTotal, when: str) -> str:
    """Of how many incidents, and why the others are not in the sum."""
    total = found.total
    everything = total.n + total.n_missing + total.n_invalid
    parts = [
        f"{total.n:,} of {plural(everything, 'incident')} with a usable start and end",
        f"{when}, by the start of the impact",
    ]
    if total.estimate is not None:
        minutes = f"{total.estimate / MINUTE:,.0f} impact minutes"
        parts = [minutes, *parts, "two at the same time count twice"]
    if total.n_invalid:
        parts.append(
            f"impossible: {total.n_invalid:,} with an end before the start or still to come"
        )
    return " · ".join(parts)


def concentration_finding(found: ImpactTotal) -> str:
    """How much of the impact a few incidents make up."""
    if not found.concentration.known:
        return "The longest incidents"
    share = percent(found.concentration.estimate)
    return f"The {_spelled(NAMED)} longest are {share} of all impact time"


def concentration_basis(found: ImpactTotal) -> str:
    """The denominator of the share."""
    return (
        f"of {in_hours(found.total.estimate or 0.0)} in "
        f"{plural(found.concentration.n, 'incident')} · "
        "a total moves with them more than with anything else"
    )


def periods_finding(found: ImpactPeriods, latest: str) -> str:
    """The latest period with its sum, or that it cannot be known.

    Args:
        found: the impact by period.
        latest: name of the last of them.
    """
    known, unknown = int(found.n[-1]), int(found.n_unknown[-1])
    if not known:
        return f"Impact of {latest}: not known"
    least = "at least " if unknown else ""
    text = f"Impact of {latest}: {least}{in_hours(float(found.seconds[-1]))} in "
    text += plural(known, "incident")
    return f"{text}; {unknown:,} more not known" if unknown else text


def services_finding(found: ServiceImpact, *, implied: bool, every: str) -> str:
    """What the table of services says, and how many of them were struck at all."""
    struck = int(((found.began > 0) | (found.down > 0)).any(axis=1).sum())
    what = "Implied availability" if implied else "Time under impact"
    return f"{what} by {every}: {struck:,} of {plural(len(found.services), 'service')} struck"


def services_basis(found: ServiceImpact, when: str, *, implied: bool, left_out: int) -> str:
    """What a cell is, with the assumption behind an availability."""
    parts = [when]
    if implied:
        parts += [ASSUMPTION, "? = more than a tenth of the incidents have no usable times"]
    else:
        parts += [
            "impacts at the same time are united, so they count once",
            "* = more, for incidents without usable times are not in it",
        ]
    if found.n_without_service:
        parts.append(f"{plural(found.n_without_service, 'incident')} without a service in no row")
    if left_out:
        parts.append(f"{plural(left_out, 'earlier period')} not drawn")
    return " · ".join(parts)


def users_finding(answer: Answer) -> str:
    """How many users were affected, as far as records say so."""
    if not answer.known:
        return "Affected users: no incident in view says how many"
    return f"{count(answer.estimate)} users affected, as far as records say"


def users_basis(answer: Answer) -> str:
    """How many incidents the sum rests on."""
    total = answer.n + answer.n_missing + answer.n_invalid
    return (
        f"sum over {answer.n:,} of {plural(total, 'incident')} with a number, never extended "
        "to the others · a user hit twice counts twice"
    )


def cost_finding(found: Mapping[str, Answer]) -> str:
    """What was lost, by currency."""
    if not found:
        return "Cost: no incident in view gives an amount"
    amounts = [
        f"{count(answer.estimate)} {literal(currency)}" for currency, answer in found.items()
    ]
    return f"Cost: {' and '.join(amounts)}, as far as records say"


def cost_basis(found: Mapping[str, Answer]) -> str:
    """How many incidents each sum rests on."""
    parts = [
        f"{literal(currency)}: {plural(answer.n, 'incident gives', 'incidents give')} an amount, "
        f"{answer.n_missing:,} without any"
        for currency, answer in found.items()
    ]
    return " · ".join([*parts, "currencies are never added, amounts never extended to others"])


def in_hours(seconds: float) -> str:
    """``2,116 hours``: sums are compared with each other, so all of them have one unit."""
    hours = seconds / HOUR
    if 0 < hours < FINE_BELOW:
        return duration(seconds)
    return plural(round(hours), "hour")


def _more(beside: list[str]) -> str:
    return f"; {', '.join(beside)}" if beside else ""


def _spelled(number: int) -> str:
    return {3: "three"}.get(number, f"{number:,}")


def budget_finding(found: ErrorBudget) -> str:
    """How much of the error budget was used, and how much of that in incidents."""
    if found.used.estimate is None:
        return f"Error budget: {found.used.reason}"
    allowed = [each.budget for each in found.services if each.budget is not None]
    # What no objective allows or forbids would make the others look worse.
    counted = [each for each in found.services if each.budget is not None] or found.services
    used, in_incidents = (
        sum(getattr(each, name) for each in counted) for name in ("used", "by_incidents")
    )
    of = f" of the {minutes(sum(allowed))} that objectives allow" if allowed else ""
    return f"{minutes(used)} bad{of}; {minutes(in_incidents)} of them in incidents"


def budget_basis(found: ErrorBudget, when: str) -> str:
    """What the figure covers, and what has no objective or no known impact."""
    covered = sum(each.covered for each in found.services)
    services = plural(len(found.services), "service")
    parts = [f"{services}, {duration(covered * MINUTE)} covered", when]
    without = [each.used for each in found.services if each.budget is None]
    if without and len(without) < len(found.services):
        services = plural(len(without), "service")
        parts.append(f"{minutes(sum(without))} more of {services} without an objective")
    if found.unmeasured:
        parts.append(f"{plural(found.unmeasured, 'incident')} of unknown impact")
    return " · ".join(parts)


def minutes(number: float) -> str:
    """Minutes of a budget: small ones to a tenth, as a month allows four of them at 99.99 %."""
    return f"{number:,.1f} min" if number < FINE_BELOW else f"{number:,.0f} min"

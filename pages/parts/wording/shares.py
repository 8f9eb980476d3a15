"""Shares of counted things in words, where a result gives the share and its denominator."""

from analytics.answer import Answer
from pages.parts.wording.numbers import percent, share_of


def counted(answer: Answer) -> str:
    """A plain share with its counts: ``7 of 31 (23 %, 11 to 40)``, or why there is none.

    Only for shares that are counts divided by ``n``; a share read off a curve has no such count.
    """
    return share_of(part(answer), answer)


def plainly(answer: Answer) -> str:
    """A plain share for a title: ``7 of 31 (23 %)``, or why there is none."""
    if answer.estimate is None:
        return answer.reason
    return f"{part(answer):,} of {answer.n:,} ({percent(answer.estimate)})"


def in_small_print(answer: Answer) -> str:
    """What goes on after the basis of a plain share: its interval, where it has one."""
    if answer.low is None or answer.high is None:
        return ""
    return f" · 95 % interval {100 * answer.low:.0f} to {100 * answer.high:.0f} %"


def part(answer: Answer) -> int:
    """The number of records that a plain share stands for; 0 where there is no share."""
    return round((answer.estimate or 0.0) * answer.n)


def with_interval(answer: Answer) -> str:
    """A share read off a curve: ``55 % (50 to 59)``, or why there is none."""
    if answer.estimate is None:
        return answer.reason
    if answer.low is None or answer.high is None:
        return percent(answer.estimate)
    return f"{percent(answer.estimate)} ({100 * answer.low:.0f} to {100 * answer.high:.0f})"


def short_share(count: int, answer: Answer) -> str:
    """A share whose denominator stands elsewhere: ``62 (16 %, 13 to 20)``, or the reason."""
    if answer.estimate is None:
        return answer.reason
    text = f"{count:,} ({percent(answer.estimate)}"
    if answer.low is not None and answer.high is not None:
        text += f", {100 * answer.low:.0f} to {100 * answer.high:.0f}"
    return text + ")"

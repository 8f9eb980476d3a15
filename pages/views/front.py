"""The front page as values, and the pack that is made of it: files to send on before a review.

Both are cards of the same records, so the pack says what the pages say. It leaves out what stands
behind a click; its workbook has all of that.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analytics.actions.listed import OPEN, OVERDUE, listed
from analytics.actions.states import oldest_open, overdue
from analytics.calendar import Period
from analytics.impact import impact_total
from analytics.known_causes.membership import Families
from analytics.known_causes.overview import CauseList, possible_list
from analytics.known_causes.priorities import finish_first
from analytics.quality import known_shares
from analytics.repeats.ledger import Repeats, ledger, ledger_basis, ledger_stages
from analytics.review.review import Review
from analytics.scorecard import Scorecard
from analytics.selection import View
from pages.parts.card import Card, Grid, Table
from pages.parts.palette import Palette
from pages.parts.wording.numbers import period
from pages.views import decisions, fixes, known_causes, months, questions, retrospective, scorecard
from pages.views import impact as impacts
from pages.views import repeats as repeat_cards
from pages.views import review as words

#: Until the next review: most teams review by quarter.
NEXT_REVIEW = dt.timedelta(days=90)
#: Up to so many records are listed one by one: a chart of them would say less.
FEW = 40
#: Groups that look alike, as many as are looked through at once.
GROUPS = 5
#: Rows of a list of the pack: with more of them it would be longer than anybody reads on paper.
PACK_ROWS = 10
#: Columns of a list that a sheet of paper holds, where it has more.
ON_PAPER = {"ledger": ("began", "title", "fix", "action", "impact", "cause")}


@dataclass(frozen=True)
class Front:
    """What the front page is made from.

    Attributes:
        reviewed: the review of the chosen period, else of the latest quarter.
        figures: its scorecard.
        repeats: every confirmed repeat of the history.
        known: the known causes, with what is suggested.
        back: what keeps coming back, of all time.
        view: the incidents in the reader's scope.
        always: the same over all time.
        up_to_now: the same of the reviewed period and, of the latest, of the days since.
        chosen: the period that the reader chose; None for the latest quarter.
        as_of: the moment looked from, naive UTC.
        today: the present day by the reader's clock.
        loaded: the day of the last load; None for the sample.
        colours: what figures are drawn with.
    """

    reviewed: Review
    figures: Scorecard
    repeats: Repeats
    known: Families
    back: CauseList
    view: View
    always: View
    up_to_now: View
    chosen: Period | None
    as_of: dt.datetime
    today: dt.date
    loaded: dt.date | None
    colours: Palette

    @property
    def here(self) -> dt.datetime:
        """The moment looked from, by the reader's clock."""
        return self.view.history.here(self.as_of)

    @property
    def has_few(self) -> bool:
        """Whether the records are so few that they are listed one by one."""
        return len(self.always) <= FEW

    def scope_words(self) -> str:
        """Whose period is under review, against which."""
        return words.scope_words(
            self.reviewed, today=self.today, is_latest=self.chosen is None, loaded=self.loaded
        )

    def headline(self) -> str:
        """What changed, what did not, and what came back before its fix."""
        return words.headline(self.reviewed, ledger(self.repeats, self.reviewed.view))

    def tiles(self) -> Card:
        """What a leader asks for first."""
        return scorecard.first_tiles(self.figures, self.reviewed)

    def drawn(self) -> tuple[Card, Card]:
        """How many incidents and how long they took, by month."""
        return (
            months.incidents(self.reviewed, self.colours),
            months.times(self.reviewed, self.figures, self.colours),
        )

    def decisions(self) -> Card:
        """What is there to decide today."""
        return decisions.decisions(
            self.reviewed,
            ledger(self.repeats, self.up_to_now),
            self.known.causes,
            late=overdue(self.always, as_of=self.here),
            oldest=oldest_open(self.always, as_of=self.here, most=1),
            known=known_shares(self.reviewed.view),
        )

    def to_know(self, in_view: str, *, is_drawn: bool) -> Card:
        """What qualifies the figures.

        Args:
            in_view: what counts of all records, in words.
            is_drawn: whether there are months enough to draw.
        """
        return questions.to_know(
            self.reviewed,
            self.figures,
            in_view,
            today=self.today,
            is_latest=self.chosen is None,
            is_drawn=is_drawn,
        )

    def coming_back(self) -> tuple[Card, ...]:
        """What keeps coming back, else what looks alike; none where nothing does."""
        if self.back.total:
            return (known_causes.returning(self.back, self.known.causes),)
        groups = possible_list(self.known, self.always, most=GROUPS)
        return (known_causes.look_alike(groups, self.known),) if groups.total else ()

    def hurts(self) -> tuple[Card, Card]:
        """Impact added up, and the kinds of cause."""
        span = self.reviewed.sides.now.period
        total = impact_total(self.reviewed.view, as_of=self.as_of)
        return (
            impacts.total(total, self.view.history, period(span.start, span.end)),
            months.causes(self.reviewed, self.colours),
        )

    def asked(self) -> tuple[Card, ...]:
        """How sure are we: all questions, limits, what the data lack."""
        return (
            questions.told(self.reviewed, known=known_shares(self.reviewed.view)),
            questions.questions(self.reviewed),
            questions.incidents_needed(self.reviewed),
        )


def pack(front: Front, in_view: str) -> tuple[Card, ...]:
    """The cards of a pack: the front page, what keeps coming back, what is owed.

    Args:
        front: of the period that the pack is of.
        in_view: what counts of all records, in words.
    """
    drawn = front.drawn()
    is_drawn = any(chart.figure is not None for chart in drawn)
    headline = Card("headline", title=front.headline(), lines=(front.scope_words(),))
    return (
        headline,
        front.tiles(),
        *(drawn if is_drawn else (months.listed(front.always), drawn[0])),
        front.decisions(),
        *front.coming_back(),
        *_repeats(front),
        *front.hurts(),
        _owed(front),
        front.to_know(in_view, is_drawn=is_drawn),
    )


def _repeats(front: Front) -> Iterator[Card]:
    """The ledger of the incidents in view, and the fix to finish first."""
    book, causes = ledger(front.repeats, front.view), front.known.causes
    when = period(front.view.scope.start, front.view.scope.end)
    stages = ledger_stages(book, as_of=front.as_of)
    yield repeat_cards.ledger(book, ledger_basis(book), stages, front.colours, when)
    if len(book.rows):
        table = repeat_cards.in_order(book, repeat_cards.LATEST)
        yield repeat_cards.rows(table, causes, as_of=front.as_of)
    until = front.as_of + NEXT_REVIEW
    first = finish_first(causes, front.view, as_of=front.as_of, next_review=until)
    yield fixes.finish_first(first, causes, until=until)


def _owed(front: Front) -> Card:
    """The open actions of all time, those past their date first."""
    left, late = (
        listed(front.always, "left", which, as_of=front.here) for which in (OPEN, OVERDUE)
    )
    return retrospective.left_to_do(front.always, left, late, as_of=front.here)


def to_read(cards: Sequence[Card]) -> tuple[Card, ...]:
    """The cards as a paper has room for them: the first rows of each list, nothing behind."""
    return tuple(
        replace(
            card,
            behind={},
            tables=tuple(map(_short, card.tables)),
            grids=tuple(map(_few_columns, card.grids)),
        )
        for card in cards
    )


def _short(table: Table) -> Table:
    if len(table.rows) <= PACK_ROWS:
        return table
    more = f"the first {PACK_ROWS} of {len(table.rows):,}"
    basis = f"{table.basis} · {more}" if table.basis else more
    return replace(table, rows=table.rows[:PACK_ROWS], basis=basis)


def _few_columns(grid: Grid) -> Grid:
    """The rows and columns of a grid that a sheet of paper holds."""
    columns = ON_PAPER.get(grid.key, list(grid.rows.columns))
    return replace(grid, rows=grid.rows[list(columns)].head(PACK_ROWS))

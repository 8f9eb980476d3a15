"""Where pages get their records: one store, one history per revision, shared by all sessions.

An address may ask for an example instead: a store of its own, made when somebody first looks at it.

A failing store is told in words on the page and ends the run there: nothing below could be true.
What is kept is keyed by the store's address and revision, so it is right for as long as it is kept.
"""

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from time import monotonic
from typing import NamedTuple, NoReturn, TypeVar

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from analytics.calendar import Break, Period, in_zone, without_future
from analytics.frames import History
from analytics.known_causes.fixes import FixHeld, fix_held
from analytics.known_causes.grouping import NO_CAUSE, KnownCauses
from analytics.known_causes.grouping import known_causes as group_by_cause
from analytics.known_causes.membership import Families, families_of
from analytics.known_causes.overview import CauseList, CommonRecurrence, cause_list
from analytics.known_causes.overview import common_recurrence as every_recurrence
from analytics.recorded import last_told_quarter, silent_since, stopped_teams
from analytics.repeats.ledger import Repeats, find_repeats
from analytics.response.other_clocks import WorkingHours
from analytics.review.review import Review, review
from analytics.scorecard import Scorecard
from analytics.scorecard import scorecard as scored
from analytics.selection import Scope, View, position, select, with_own
from analytics.stored.background import Job, resumed
from analytics.stored.index import concepts_in_force
from analytics.stored.search import match_new, stored_families, stored_history, unfinished_search
from analytics.targets import Target, promise
from data.added import breaks as stored_breaks
from data.engine import ENVIRONMENT
from data.history import OwnFields
from data.history import own_fields as own_fields_of
from data.history import own_values as own_values_of
from data.lists import ConceptsUnreadable as ConceptsUnreadable  # pages say it, too
from data.loading import EXAMPLES, ExampleStore, load_sample
from data.loading import Example as Example  # pages mark it, too
from data.preferences import ZoneUnknown, reader_zone
from data.preferences import targets as stored_targets
from data.preferences import working_hours as stored_hours
from data.prepared_texts import Unfinished
from data.record import Incident
from data.store import Store, StoreError, open_store
from data.worked import Key, Worked, all_work, as_worked
from pages.parts import login
from pages.parts.leads import EXAMPLE
from pages.parts.palette import Palette
from pages.parts.wording.numbers import literal
from pages.parts.wording.periods import scope_told
from pages.views.front import Front

#: What stands on each page and file of an example.
IS_EXAMPLE: dict[Example, str] = {
    "company": "Example: a made-up company",
    "sample": "Example: public organisations",
}
#: Where the name that a reader signs with stays while they look at other pages.
SIGNED = "verdicts_signed"
#: Revision of a store into which nothing was ever loaded; a cleared one has a higher one.
NEVER_LOADED = 0
#: Histories kept in memory: the current one, one that a session may still be drawing, an example.
HISTORIES_KEPT = 3
#: Between two looks at whether a store that could not be used can be again.
LOOK_AGAIN_SECONDS = 10
#: Records whose texts are read for one page; a meeting does not get through more.
RECORDS_READ = 40
#: Selections kept: the filters that a team meeting goes through.
VIEWS_KEPT = 64
#: Causes that the front page names: as many as a meeting speaks of.
CAUSES_SHOWN = 5
#: Reviews kept: each holds what was measured of all incidents in scope.
REVIEWS_KEPT = 16

T = TypeVar("T")
_LOOKED_AT: ContextVar[Example | None] = ContextVar("looked_at", default=None)


class Edition(NamedTuple):
    """What all that is read depends on.

    Attributes:
        address, revision: of the store.
        zone: that readers see.
        today: as times that are still to come are believed of no record.
    """

    address: str
    revision: int
    zone: str
    today: dt.date


def example() -> Example | None:
    """The example that the address asks for; None where one's own records are looked at."""
    if get_script_run_ctx() is None:
        return _LOOKED_AT.get()
    asked_for = st.query_params.get(EXAMPLE)
    return next((known for known in EXAMPLES if known == asked_for), None)


@contextmanager
def looking_at(chosen: Example | None) -> Iterator[None]:
    """Look at an example outside of a run of a page, which has no address: at a click on a file."""
    token = _LOOKED_AT.set(chosen)
    try:
        yield
    finally:
        _LOOKED_AT.reset(token)


def store() -> Store:
    """The store of the example that is looked at, else the one that the environment names.

    Stops the page with a message if it cannot be used.
    """
    try:
        chosen = example()
        return _example(chosen) if chosen else _opened(os.environ.get(ENVIRONMENT))
    except (StoreError, ConceptsUnreadable) as error:
        stop(error)


def zone() -> str:
    """The zone that readers see; stops the page where the one that is named is unknown."""
    try:
        return reader_zone(store())
    except (StoreError, ZoneUnknown) as error:
        stop(error)


def history(scope: Scope | None = None) -> History:
    """Everything recorded, as of the store's present revision.

    Args:
        scope: whose own fields have to be known.
    """
    records = _history(edition(), _store=store())
    names = scope.own_fields if scope else ()
    return _with_own(edition(), names, _records=records) if names else records


def own_fields() -> OwnFields:
    """The fields that only these records have, as of the store's present revision."""
    return _own_fields(edition())


def own_values(names: Sequence[str]) -> pd.DataFrame:
    """The values of some own fields: columns ``incident`` (its position), ``name``, ``value``."""
    return _with_own(edition(), tuple(names), _records=history()).own


def view(scope: Scope) -> View:
    """The incidents within ``scope``, as of the store's present revision."""
    return _view(edition(), scope, _records=history(scope))


def repeats() -> Repeats:
    """Every confirmed repeat in the records, as of the store's present revision."""
    return _repeats(edition(), _records=history())


def known_causes() -> KnownCauses:
    """The confirmed incidents of each known cause, as of the store's present revision."""
    return families().causes


def families() -> Families:
    """The known causes with their possible incidents too, as of the store's present revision."""
    return _families(edition(), _found=repeats())


def of_one_cause(identity: str, others: Sequence[str]) -> set[str]:
    """Those of the ``others`` that have one confirmed cause with an incident."""
    causes, records = known_causes(), history()
    ids = [identity, *others]
    rows = [position(records, each) for each in ids]
    of = {each: int(causes.of[row]) for each, row in zip(ids, rows, strict=True) if row is not None}
    mine = of.get(identity, NO_CAUSE)
    return {each for each in others if mine != NO_CAUSE and of.get(each) == mine}


def fixes(scope: Scope, *, day: dt.date) -> FixHeld:
    """Whether the fixes of the causes within ``scope`` held, watched until the end of ``day``."""
    return _fixes(edition(), scope, day, _causes=known_causes(), _chosen=view(scope))


def coming_back(scope: Scope, *, day: dt.date) -> CauseList:
    """What keeps coming back within ``scope``, looked at from the end of ``day``."""
    return _coming_back(edition(), scope, day, _families=families(), _chosen=view(scope))


def common_recurrence(day: dt.date) -> CommonRecurrence:
    """How often causes come back, watched until the end of ``day``."""
    return _common_recurrence(edition(), day, _causes=known_causes())


def trend_review(scope: Scope, period: Period | None, as_of: dt.datetime) -> Review:
    """The review of a period, looked at from the beginning of the hour so that it can be shared."""
    return _review(
        edition(),
        scope.always(),
        period,
        _hour(as_of),
        breaks(),
        targets(),
        _records=history(scope),
        _repeats=repeats(),
    )


def judged(scope: Scope, period: Period, as_of: dt.datetime) -> Review | None:
    """The review whose verdicts titles say on every page; None over a mix of organisations."""
    return None if mixes_organisations(scope) else trend_review(scope, period, as_of)


def scorecard(reviewed: Review) -> Scorecard:
    """The figures of the period of a review."""
    now = reviewed.sides.now
    return _scorecard(
        edition(),
        reviewed.view.scope,
        (now.start, now.end),
        reviewed.line.as_of,
        reviewed.breaks,
        targets(),
        _reviewed=reviewed,
    )


def front(scope: Scope, chosen: Period | None, as_of: dt.datetime, colours: Palette) -> Front:
    """What the front page is made from, as of the store's present revision.

    Args:
        chosen: the period that the reader chose; None for the latest quarter.
        as_of: the moment looked from, naive UTC.
    """
    in_scope = view(scope)
    records = in_scope.history
    span = chosen or latest_quarter(in_scope, as_of)
    reviewed = trend_review(scope, span, as_of)
    day = records.here(as_of).date()
    until = chosen.end if chosen else day + dt.timedelta(days=1)
    return Front(
        reviewed=reviewed,
        figures=scorecard(reviewed),
        repeats=repeats(),
        known=families(),
        back=coming_back(scope.always(), day=day),
        view=in_scope,
        always=view(scope.always()),
        up_to_now=view(scope.during(span.start, until)),
        chosen=chosen,
        as_of=as_of,
        today=today(records, as_of),
        loaded=last_load(records),
        colours=colours,
    )


def told_of(scope: Scope, now: dt.datetime) -> dict[str, str]:
    """What is said of everything that a page lets one take along."""
    of = {"Records": IS_EXAMPLE[chosen]} if (chosen := example()) else {}
    return of | scope_told(scope, now, revision=edition().revision)


def targets() -> tuple[Target, ...]:
    """The times that readers promised."""
    kept = tried(lambda: stored_targets(store()))
    return tuple(Target(one.step, one.seconds, one.severity, one.wanted) for one in kept)


def working_hours() -> WorkingHours | None:
    """When people are at work, by the clock that readers see; None where nobody said."""
    kept = tried(lambda: stored_hours(store()))
    return None if kept is None else WorkingHours(*kept)


def _hour(moment: dt.datetime) -> dt.datetime:
    """The beginning of the hour: what is kept for it can be shared."""
    return moment.replace(minute=0, second=0)


def mixes_organisations(scope: Scope) -> bool:
    """Whether a trend in ``scope`` would be of the sample's mix of organisations.

    They were collected over different years, so one that joins looks like a rise.
    """
    return example() != "company" and store().is_sample() and len(scope.teams) != 1


def breaks() -> tuple[Break, ...]:
    """The days at which the reader says that something else begins."""
    try:
        return tuple(Break(one.at, one.note) for one in stored_breaks(store()))
    except StoreError as error:
        stop(error)


def latest_records(chosen: View) -> list[Incident]:
    """The whole records of the latest incidents in view, at most :data:`RECORDS_READ`."""
    ids = chosen.incidents["id"].iloc[::-1].head(RECORDS_READ)
    told = records(ids)
    return [told[one] for one in ids if one in told]


def records(ids: Iterable[str]) -> dict[str, Incident]:
    """Whole records by id, their actions as they were worked here."""
    told, said = tried(lambda: store().records(ids)), worked()
    return {name: as_worked(record, said) for name, record in told.items()}


def worked() -> Mapping[Key, Worked]:
    """What people said here of actions, as of the store's present revision."""
    return _worked(edition())


def as_of(records: History, teams: tuple[str, ...]) -> dt.datetime:
    """The moment from which open items and periods are looked at, naive UTC.

    Now for a user's own records, unless they stop before. For the sample, the end of the last day
    that it knows of the chosen teams: it would look more neglected every day, and days that nobody
    collected would look like days without an incident.
    """
    if store().is_sample() and len(records.incidents):
        last = select(records, Scope(teams=teams)).incidents["period_at"].max()
        if not pd.isna(last):
            return records.absolute(end_of(last.date()))
    stopped = records_stop(records, teams)
    return records.absolute(end_of(stopped)) if stopped else now()


def records_stop(records: History, teams: tuple[str, ...]) -> dt.date | None:
    """The day of the newest record where the silence after it is too long to be one."""
    return silent_since(records, now=now(), teams=teams)


def teams_stop(records: History) -> dict[str, dt.date]:
    """The teams that stopped recording while others go on, with the day of their last record."""
    return _teams_stop(edition(), _records=records)


def latest_quarter(chosen: View, as_of: dt.datetime) -> Period:
    """The quarter that is looked at where the reader chooses no period."""
    always = view(chosen.scope.always())
    return last_told_quarter(always, as_of=as_of, today=today(chosen.history, as_of))


def last_load(records: History) -> dt.date | None:
    """The day of the last load that changed anything, by the reader's clock; None for the sample.

    What began after it cannot be recorded.
    """
    opened = store()
    if opened.is_sample() or not (loads := tried(opened.loads)):
        return None
    return records.here(loads[0].at.replace(tzinfo=None)).date()


def today(records: History, as_of: dt.datetime) -> dt.date:
    """The present day by the reader's clock; of the sample, the day that it is looked at from."""
    return records.here(as_of if store().is_sample() else now()).date()


def now() -> dt.datetime:
    """The present moment, naive UTC."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)


def end_of(day: dt.date) -> dt.datetime:
    """The last second of a day: what is kept for a day must not depend on the hour."""
    return dt.datetime.combine(day, dt.time(23, 59, 59))


def searching() -> tuple[Unfinished, Job | None] | None:
    """What the search for repeats has left to do, and the job that does it; None if nothing is.

    The job belongs to the server and goes on when this session ends.

    Raises:
        ConceptsUnreadable: nothing can be searched; pages that need no search show what they know.
    """
    left = _unfinished(edition())
    if not left:
        return None
    return left, resumed(store())


def edition() -> Edition:
    """The store as it is now: what is read under it stays true."""
    opened = store()
    try:
        return Edition(opened.address, opened.revision(), zone(), now().date())
    except StoreError as error:
        stop(error)


def _signed() -> str:
    """The name that whoever looks at this page signs with; empty where nobody does."""
    return "" if get_script_run_ctx() is None else str(st.session_state.get(SIGNED, ""))


@st.cache_resource(show_spinner="Opening the records", max_entries=HISTORIES_KEPT)
def _opened(url: str | None) -> Store:
    opened = open_store(url, who=_signed)
    if url is None and opened.revision() == NEVER_LOADED:
        concepts_in_force()  # or the sample would be loaded and never be searched
        load_sample(opened)
        match_new(opened)
    opened.close()  # nobody has to be allowed to load the sample, but all that comes after
    return open_store(url, who=_signed, check=login.check)


@st.cache_resource(show_spinner="Making the example", max_entries=len(EXAMPLES))
def _example(name: Example) -> Store:
    made = ExampleStore(name)
    with suppress(ConceptsUnreadable):  # which every page says, and searches when it is mended
        match_new(made)
    return made


@st.cache_resource(show_spinner="Reading the records", max_entries=HISTORIES_KEPT)
def _history(edition: Edition, *, _store: Store) -> History:
    try:
        believed = without_future(stored_history(_store), now=end_of(edition.today))
        return in_zone(believed, edition.zone)
    except StoreError as error:
        stop(error)


@st.cache_resource(show_spinner=False, max_entries=HISTORIES_KEPT)
def _unfinished(edition: Edition) -> Unfinished:
    try:
        return unfinished_search(store())
    except StoreError as error:
        stop(error)


@st.cache_resource(show_spinner=False, max_entries=HISTORIES_KEPT)
def _worked(edition: Edition) -> Mapping[Key, Worked]:
    return {row.key: row for row in tried(lambda: all_work(store()))}


@st.cache_resource(show_spinner=False, max_entries=HISTORIES_KEPT)
def _teams_stop(edition: Edition, *, _records: History) -> dict[str, dt.date]:
    return stopped_teams(_records, now=end_of(edition.today))


@st.cache_resource(show_spinner=False, max_entries=HISTORIES_KEPT)
def _own_fields(edition: Edition) -> OwnFields:
    return tried(lambda: own_fields_of(store()))


@st.cache_resource(show_spinner=False, max_entries=HISTORIES_KEPT)
def _with_own(edition: Edition, names: tuple[str, ...], *, _records: History) -> History:
    values = tried(lambda: own_values_of(store(), names))
    return with_own(_records, values)


@st.cache_resource(show_spinner=False, max_entries=VIEWS_KEPT)
def _view(edition: Edition, scope: Scope, *, _records: History) -> View:
    return select(_records, scope)


@st.cache_resource(show_spinner=False, max_entries=REVIEWS_KEPT)
def _review(
    edition: Edition,
    scope: Scope,
    period: Period | None,
    as_of: dt.datetime,
    marked: tuple[Break, ...],
    promised: tuple[Target, ...],
    *,
    _records: History,
    _repeats: Repeats,
) -> Review:
    return review(
        _records,
        scope,
        as_of=as_of,
        repeats=_repeats,
        period=period,
        breaks=marked,
        promised=promise(promised),
    )


@st.cache_resource(show_spinner=False, max_entries=VIEWS_KEPT)
def _scorecard(
    edition: Edition,
    scope: Scope,
    period: tuple[dt.date, dt.date],
    as_of: dt.datetime,
    marked: tuple[Break, ...],
    promised: tuple[Target, ...],
    *,
    _reviewed: Review,
) -> Scorecard:
    return scored(_reviewed, targets=promised)


@st.cache_resource(show_spinner=False, max_entries=HISTORIES_KEPT)
def _repeats(edition: Edition, *, _records: History) -> Repeats:
    return find_repeats(_records)


@st.cache_resource(show_spinner=False, max_entries=HISTORIES_KEPT)
def _families(edition: Edition, *, _found: Repeats) -> Families:
    stored = tried(lambda: stored_families(store()))
    return families_of(group_by_cause(_found), stored)


@st.cache_resource(show_spinner=False, max_entries=VIEWS_KEPT)
def _fixes(
    edition: Edition, scope: Scope, day: dt.date, *, _causes: KnownCauses, _chosen: View
) -> FixHeld:
    until = _causes.repeats.history.absolute(end_of(day))
    return fix_held(_causes, as_of=until, chosen=_causes.within(_chosen.events))


@st.cache_resource(show_spinner=False, max_entries=VIEWS_KEPT)
def _coming_back(
    edition: Edition, scope: Scope, day: dt.date, *, _families: Families, _chosen: View
) -> CauseList:
    until = _chosen.history.absolute(end_of(day))
    return cause_list(_families, _chosen, as_of=until, most=CAUSES_SHOWN)


@st.cache_resource(show_spinner=False, max_entries=HISTORIES_KEPT)
def _common_recurrence(edition: Edition, day: dt.date, *, _causes: KnownCauses) -> CommonRecurrence:
    until = _causes.repeats.history.absolute(end_of(day))
    return every_recurrence(_causes, as_of=until)


def tried(work: Callable[[], T]) -> T:
    """What ``work`` with the store gives; stops the page with a message if it cannot be done."""
    try:
        return work()
    except (StoreError, ConceptsUnreadable) as error:
        stop(error)


def stop(error: StoreError | ConceptsUnreadable | ZoneUnknown) -> NoReturn:
    """Say that the records, or the words to know causes by, cannot be used and why."""
    if get_script_run_ctx() is None:
        raise error  # there is no page on which to say it
    whats = {StoreError: "The records", ZoneUnknown: "The zone"}
    what = next((w for kind, w in whats.items() if isinstance(error, kind)), "The list of concepts")
    st.error(literal(str(error)), title=f"{what} cannot be used", icon=":material/error:")
    st.caption("Nothing is shown, because any figure here would be wrong.")
    if isinstance(error, StoreError):
        _look_again(since=monotonic())
    st.stop()


@st.fragment(run_every=LOOK_AGAIN_SECONDS)
def _look_again(*, since: float) -> None:
    """Show the page by itself once the store can be used again."""
    if monotonic() - since < LOOK_AGAIN_SECONDS / 2:
        return  # drawn together with the message
    try:
        _opened(os.environ.get(ENVIRONMENT)).revision()
    except StoreError:
        return
    st.rerun()

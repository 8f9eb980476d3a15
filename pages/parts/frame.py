"""The frame of every page: title, navigation, filters, what is in view and what was left out."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

import streamlit as st

from analytics.calendar import Period
from analytics.frames import History
from analytics.selection import Scope, View
from pages.parts import filters, leads, login, pack, printing, show, source, tables
from pages.parts.palette import Palette, palette
from pages.parts.panels import saved
from pages.parts.wording.numbers import day, literal, minute, plural, show_zone
from pages.parts.wording.periods import chosen_in, in_view_words

ICON = Path(__file__).with_name("icon.png")

#: Script → name in the navigation; grouped by what readers come for.
NAVIGATION = {
    "Review": {"dashboard.py": "Trend review"},
    "Look closer": {
        "pages/response.py": "Response times",
        "pages/impact.py": "Impact",
        "pages/causes.py": "Causes",
        "pages/repeats.py": "What keeps coming back",
        "pages/actions.py": "Actions",
    },
    "Work with it": {
        "pages/retrospective.py": "Retrospective",
        "pages/incidents.py": "Incidents",
        "pages/incident.py": "One incident",
        "pages/records.py": "Records",
    },
}

#: What the link to an example says.
TO_EXAMPLE: dict[source.Example, str] = {
    "company": "Look at a complete example",
    "sample": "Look at real incidents of public organisations",
}
UNFINISHED = "The search for repeats is not finished"
#: Teams that a note names.
TEAMS_NAMED = 4

Needs = Literal["nothing", "records", "incidents in view"]


@dataclass(frozen=True)
class Page:
    """What a page script needs to ask its question.

    Attributes:
        history: all records, for questions that reach beyond the filters (earlier repeats).
        view: the incidents in view.
        scope: the reader's filters.
        as_of: the moment looked from, naive UTC.
        latest: the quarter that is reviewed where the reader chooses no period.
        colours: for the ground that the reader sees.
    """

    history: History
    view: View
    scope: Scope
    as_of: dt.datetime
    latest: Period
    colours: Palette

    @property
    def here(self) -> dt.datetime:
        """The moment looked from, by the reader's clock: what its day is, and its month."""
        return self.history.here(self.as_of)


def open_page(
    title: str, *, asks: str = "", needs: Needs = "incidents in view", counts: bool = True
) -> Page:
    """Draw the frame and say what is in view; stops the run where there is nothing to show.

    Args:
        title: name of the page.
        asks: the question that it answers, in one sentence; empty where the page begins with the
            answer.
        needs: what the page is about; without it, the page says what to do.
        counts: whether what is in view is said here; a page that does not says it elsewhere.
    """
    login.admit()
    st.set_page_config(page_title=f"{title} · Aftermath", page_icon=str(ICON), layout="wide")
    filters.come_back(title)
    show_zone(source.zone())
    records = source.history()
    is_sample, example = source.store().is_sample(), source.example()
    if not example:
        login.tell(source.store())
    printing.ready_to_print()
    tables.readable()
    navigation = st.sidebar.container()
    st.title(title, anchor=False)
    if example:
        st.badge(source.IS_EXAMPLE[example], icon=":material/science:", color="violet")
    if asks:
        st.caption(asks)
    own = source.own_fields()
    scope, as_of = filters.scope(
        records,
        own=own.choices,
        columns=own.names,
        look_from=lambda teams: source.as_of(records, teams),
        is_sample=is_sample,
        example=example,
    )
    about = source.told_of(scope, records.here(as_of))
    with st.sidebar:
        show.downloads(
            title,
            about,
            pack=lambda: pack.of_scope(scope, as_of, example=example),
        )
        saved.views(title, dict(pair for group in NAVIGATION.values() for pair in group.items()))
    with navigation:  # stands above the filters, and its links carry what they were set to
        _navigation()
    if example:
        _example_note(example, records.here(as_of))
    elif is_sample:
        _sample_note(records.here(as_of))
    else:
        _silence_notes(records, scope.teams)
    _search_note()
    printing.paper_layout()
    view = source.view(scope)
    if needs != "nothing" and not len(records.incidents):
        _nothing_loaded()
    if needs == "incidents in view":
        in_view(view, counts=counts)
    return Page(view.history, view, scope, as_of, source.latest_quarter(view, as_of), palette())


def chosen_period(page: Page) -> Period | None:
    """The period that the reader chose, an open end being that of today; None without a start."""
    return chosen_in(page.scope, page.here.date())


def reviewed_period(page: Page) -> Period:
    """The period under review: the chosen one, else the latest quarter."""
    return chosen_period(page) or page.latest


def _navigation() -> None:
    carried = filters.parameters()
    st.markdown("### Aftermath")
    for group, pages in NAVIGATION.items():
        st.caption(group)
        for script, name in pages.items():
            st.page_link(script, label=name, query_params=carried)
    st.divider()


def _sample_note(last: dt.datetime) -> None:
    with st.sidebar:
        st.info(
            "Real incidents of public organisations, seen from "
            f"{day(last)}, the day of the last one. States of actions are as their post said; "
            "repeats were declared by the source or by a reader of the records. "
            "Your own records replace them.",
            title="Sample records",
        )
        show.page_link("pages/records.py", label="Load your own", icon=":material/upload:")
        example_links("company")


def _example_note(example: source.Example, last: dt.datetime) -> None:
    what = {
        "company": "Nothing here is real. Nearly every clock is known, as few records have it.",
        "sample": "Real incidents, as their organisations published them.",
    }
    with st.sidebar:
        st.info(
            f"{what[example]} Seen from {day(last)}, the day of the last one. What you try here "
            "stays here, for all readers, until Aftermath starts again; nothing can be loaded.",
            title=source.IS_EXAMPLE[example],
        )
        # Where the page stays the same, the browser would keep an address that is left out.
        st.page_link(
            "dashboard.py",
            label="Leave the example",
            icon=":material/logout:",
            query_params={leads.EXAMPLE: "none"},
        )


def example_links(*examples: source.Example) -> None:
    """Links to the front page of examples, without the filters, which are of other records."""
    for example in examples:
        st.page_link(
            "dashboard.py",
            label=TO_EXAMPLE[example],
            icon=":material/science:",
            query_params={leads.EXAMPLE: example},
        )


def _search_note() -> None:
    """Say what is not searched for repeats yet, as pages show none of it."""
    try:
        searching = source.searching()
    except source.ConceptsUnreadable as error:
        st.sidebar.warning(
            f"{literal(str(error))}. Until then no new record is searched for repeats.",
            title="The list of concepts cannot be used",
        )
        return
    if searching is None:
        return
    left, job = searching
    waits = left.unsearched or left.ungrouped
    since = f" since {minute(left.since)}" if left.since else ""
    what = (
        f"{plural(waits, 'record waits', 'records wait')}{since}: possible repeats and known "
        "causes are without them."
    )
    if job is None or job.failed:
        why = f" It stopped: {literal(job.failed.rstrip('.'))}." if job else ""
        ends = "The next load ends it, or `python -m analytics match`."
        if job:
            st.sidebar.warning(f"{what}{why} {ends}", title=UNFINISHED)
        else:
            st.sidebar.caption(f"**{UNFINISHED}.** {what} {ends}")
        return
    share = f" ({job.done:,} of {job.total:,})" if job.runs and job.total else ""
    st.sidebar.info(
        f"{what} It goes on by itself{share}; load the page again to see more.",
        title="Searching for repeats",
    )


def _silence_notes(records: History, teams: tuple[str, ...]) -> None:
    """Say since when nothing is recorded: at all or, where the others go on, of a team."""
    if stopped := source.records_stop(records, teams):
        with st.sidebar:
            st.warning(
                "By the pace before it, so long a silence is more likely an end of loading. "
                "Everything is seen from that day, and nothing is said of the days since.",
                title=f"No record since {day(stopped)}",
            )
            show.page_link("pages/records.py", label="Load newer ones", icon=":material/upload:")
    elif not teams and (silent := source.teams_stop(records)):
        names = [f"{literal(team)} ({day(last)})" for team, last in silent.items()]
        more = f" and {len(names) - TEAMS_NAMED} more" if len(names) > TEAMS_NAMED else ""
        with st.sidebar:
            st.warning(
                f"No newer record of {', '.join(names[:TEAMS_NAMED])}{more}, though by their pace "
                "there would be some: have they stopped recording?",
                title=f"{plural(len(names), 'team')} silent",
            )


def _nothing_loaded() -> NoReturn:
    st.info(
        "There are no records yet. Load post-mortems on the Records page, or with "
        "`python -m data load FOLDER`.",
        title="Nothing to review",
    )
    show.page_link("pages/records.py", label="Load records", icon=":material/upload:")
    example_links(*TO_EXAMPLE)
    st.stop()


def in_view(view: View, *, counts: bool) -> None:
    """Say what is counted; stop with what to do where nothing is."""
    if counts or not len(view):
        st.markdown(in_view_words(view))
    if not len(view):
        _nothing_in_view(view)


def _nothing_in_view(view: View) -> NoReturn:
    """Say why no incident is in view, and end the run."""
    if view.left_out.in_future:
        st.info(
            "A record is of something that has happened, so these dates are doubtful and in no "
            "figure. Correct them and load the records again.",
            title="Every record is dated in the future",
        )
        show.page_link("pages/records.py", label="See the records", icon=":material/upload:")
    elif len(source.view(view.scope.always())):
        st.info(
            "Either there was none, or nothing was loaded for these days: was it? Widen the period "
            "in the sidebar to see what there is.",
            title="No incident in this period",
        )
    else:
        st.info(
            "No incident matches all filters together. Widen the period or clear a filter in the "
            "sidebar; nothing is wrong with the records.",
            title="Everything is filtered away",
        )
    st.stop()

"""Possible repeats and what people say of them: one click a verdict, each can be taken back."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

import numpy as np
import streamlit as st

from analytics.duplicates import ONE_EVENT, doubted_pairs
from analytics.frames import History
from analytics.impact import impact_hours
from analytics.known_causes.grouping import NO_CAUSE
from analytics.known_causes.membership import Families, pairs_of_different, pairs_to_confirm
from analytics.matcher.confidence import FLAG_LEVEL, FLAG_PRECISION, FLAGS, RELIABILITY
from analytics.matcher.families import FAMILIES
from analytics.matcher.matching import Match
from analytics.matcher.nearest import Nearest, closeness, share_of_text
from analytics.repeats.queue import Burst, Queue, bursts
from analytics.selection import Rows, View
from analytics.units import HOUR
from pages.parts import judging, leads, show, source, tables
from pages.parts.wording.numbers import day, duration, literal, minute, plural
from pages.views import look_alike as words
from pages.views.cause_history import members_words

#: Where the place of the card that is shown stays.
PLACE = "queue_place"
#: Marks that something was said on a card.
JUDGED = "queue_judged"
#: Earlier incidents on the card of one; incidents of a group at once, and on demand.
ALIKE, MEMBERS, ALL_LISTED = 3, 5, 200
#: A group of more cannot be said to be all different: that takes a verdict for each pair.
MOST_APART = 6
#: Of doubted reports and of bursts each shown at once; incidents of a burst that are named.
EVENTS_SHOWN, BURST_NAMED = 5, 5
#: Where the name that verdicts are signed with stays, and where it is asked for.
SIGNED, SIGNING = source.SIGNED, "verdicts_signature"
#: Where it waits to be shown that a pair had been judged by somebody else since it was drawn.
MEANWHILE = "verdict_meanwhile"
LONGEST_NAME = 100
#: Characters of a description; a whole post-mortem fits.
LONGEST_TEXT = 50_000
#: Records of a load that are listed with what they look like.
LISTED = 10


def everything(known: Families, view: View, suggested: Rows) -> None:
    """All that nobody has judged yet, apart from all figures, and the verdicts that there are.

    Args:
        suggested: rows of the links in view that nobody has judged.
    """
    history, again = known.causes.repeats.history, bursts(view)
    waiting = judging.waiting(known, view, suggested)
    if len(waiting):
        with st.container(border=True):
            queue(known, waiting)
    else:
        st.caption(words.none_to_look_at(len(history.incidents)))
    _one_event(history, again, signs=not len(waiting))
    show.page_link(
        "pages/incident.py", label="Describe what you see, and find the nearest earlier incidents"
    )
    judged(above=1 if len(waiting) else 0)


def queue(known: Families, waiting: Queue) -> None:
    """What waits to be judged, one card at a time, the strongest first; the last verdict above."""
    judged = judging.judged()
    show.finding(
        words.queue_finding(waiting),
        basis=words.queue_basis(waiting),
        methods=[FAMILIES, FLAG_LEVEL, FLAG_PRECISION, RELIABILITY],
    )
    st.caption(f"{words.named_by(judged)} · {words.confirmed_so_far(judged)}")
    if waiting.left_out:
        st.caption(
            f"{waiting.left_out:,} more are left out: by the verdicts their chance is too small."
        )
    if judged.table:
        with st.expander("Can these chances be believed?"):
            st.caption("Each chance is from a fit that has not seen the verdict on it.")
            tables.short_list(words.reliability_rows(judged.table), alt="Reliability of chances")
    _said_meanwhile()
    verdict_rows(batches(judging.verdicts())[:1])
    st.session_state.pop(JUDGED, None)
    if len(waiting):
        _cards(known, waiting)


@st.fragment
def _cards(known: Families, waiting: Queue) -> None:
    """The cards; another one is shown at once, without the rest of the page."""
    if st.session_state.pop(JUDGED, False):
        st.rerun()  # what was said changes figures above and below
    place = _place(len(waiting))
    with st.container(border=True):
        if waiting.family[place] == NO_CAUSE:
            _one(known, waiting, place)
        else:
            _group(known, waiting, place)
    signature()


def _place(cards: int) -> int:
    """Which card is shown, with the buttons that lead to the others."""
    place = min(int(st.session_state.get(PLACE, 0)), cards - 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, shortcut, to in (("Previous", "K", place - 1), ("Next", "J", place + 1)):
            st.button(
                label,
                key=f"card_{label.lower()}",
                shortcut=shortcut,
                on_click=_go,
                args=(to,),
                disabled=not 0 <= to < cards,
            )
        st.caption(f"{place + 1:,} of {cards:,}", width="content")
    return place


def _go(place: int) -> None:
    st.session_state[PLACE] = place


def _one(known: Families, waiting: Queue, place: int) -> None:
    """An incident, and the earlier ones that it looks like."""
    links, cost = waiting.links_of(place), float(waiting.hours[place]) * HOUR
    for nth, row in enumerate(links[:ALIKE]):
        later, earlier = judging.pair_of(known.causes.repeats.history, int(row))
        pair(later, earlier, cost=cost if nth == 0 else None)
    if len(links) > ALIKE:
        st.caption(f"{plural(len(links) - ALIKE, 'weaker match', 'weaker matches')} on its page.")


def _group(known: Families, waiting: Queue, place: int) -> None:
    """A group of incidents that look alike, to be confirmed all at once or in part."""
    number = int(waiting.family[place])
    possible = known.possible(number)
    st.markdown(
        f"**{words.GROUP_WORDS[FLAGS[waiting.strength[place]]]}:** "
        f"{tables.lead_link(leads.known_cause(known.id_of(number)), text=known.name_of(number))}"
    )
    began = known.causes.repeats.history.incidents["period_at"].iloc[possible]
    said = [
        members_words(known, number),
        f"{day(began.iloc[0])} to {day(began.iloc[-1])}",
        f"impact {duration(float(waiting.hours[place]) * HOUR)}",
    ]
    st.caption(" · ".join([*said, *_alike(known, number)]))
    _members(known, possible[::-1])
    left_out = st.multiselect(
        "Leave out those that have another cause",
        known.ids(possible),
        format_func=_titled(known, possible),
        key=f"left_out_{known.ids(possible[:1])[0]}",
        placeholder="None",
    )
    chosen = possible[~np.isin(known.ids(possible), left_out)]
    _group_buttons(known, number, chosen)


def _group_buttons(known: Families, number: int, chosen: Rows) -> None:
    pairs = pairs_to_confirm(known, number, chosen)
    name = known.ids(known.members(number)[:1])[0]
    apart = pairs_of_different(known, number, most=MOST_APART)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Confirm all {len(chosen):,}" if len(chosen) > 1 else "Same cause",
            key=f"confirm_{name}",
            type="primary",
            disabled=not pairs,
            on_click=_judge_all,
            args=(pairs, "repeat"),
        )
        if apart:
            st.button(
                "Different",
                key=f"apart_{name}",
                help="None of them has the cause of another.",
                on_click=_judge_all,
                args=(apart, "different"),
            )
        show.link(leads.known_cause(name), label="Name, split or merge")
    st.caption("Confirmed ones count as repeats of one cause in every figure; it can be undone.")


def _members(known: Families, latest: Rows) -> None:
    """The incidents of a group, the latest first, the earlier ones on demand."""
    rows = [_member(known, int(row)) for row in latest[:ALL_LISTED]]
    tables.short_list(rows[:MEMBERS], alt="Incidents that look alike")
    if more := rows[MEMBERS:]:
        with st.expander(f"{len(latest) - MEMBERS:,} earlier"):
            tables.short_list(more, alt="Earlier incidents that look alike")
            if len(latest) > ALL_LISTED:
                st.caption(f"The latest {ALL_LISTED:,}; all are on the page of the group.")


def _member(known: Families, row: int) -> dict[str, str]:
    history = known.causes.repeats.history
    one = history.incidents.iloc[[row]]
    return {
        "Incident": tables.incident_link(str(one["id"].iloc[0]), text=one["title"].iloc[0]),
        "Began": day(one["period_at"].iloc[0]),
        "Impact": duration(float(impact_hours(one)[0]) * HOUR),
    }


def _titled(known: Families, rows: Rows) -> Callable[[str], str]:
    table = known.causes.repeats.history.incidents.iloc[rows]
    each = zip(table["id"], table["title"], table["period_at"], strict=True)
    names = {str(one): f"{day(when)} · {title or one}" for one, title, when in each}
    return names.__getitem__


def _alike(known: Families, number: int) -> list[str]:
    """Why a group looks alike, by its last two incidents."""
    members = known.members(number)[-2:]
    later, earlier = known.ids(members[::-1])
    found = judging.possible(later, earlier)
    if found is None or found.reasons is None:
        return []
    return [f"the last two {said}" for said in words.why(found.reasons)[:1]]


def _judge_all(pairs: Sequence[tuple[str, str]], relation: judging.Relation) -> None:
    judging.judge_all(pairs, relation, by=signed())
    st.session_state[JUDGED] = True


def pair(later: str, earlier: str, *, cost: float | None = None) -> None:
    """One possible repeat: why we think so, what differs, and the verdict.

    Args:
        cost: seconds of impact of the later one; NaN where unknown, None where it is said already.
    """
    found = judging.possible(later, earlier)
    if found is None:
        return
    st.markdown(_pair_words(later, earlier, found))
    parts = [] if cost is None else [f"impact {duration(cost)}"]
    if found.reasons is not None:
        parts += words.why(found.reasons)
    parts.append(words.how_sure(certainty=found.certainty, chance=found.chance))
    st.caption(" · ".join(filter(None, parts)))
    if found.reasons and (quoted := words.quoted(found.reasons, (found.later, found.earlier))):
        st.caption(quoted)
    st.caption(words.action_states(found.actions))
    _verdict_buttons(later, earlier)


def _verdict_buttons(later: str, earlier: str, *, shown: Match | None = None) -> None:
    with st.container(horizontal=True):
        for relation in judging.RELATIONS:
            label = words.VERDICT_WORDS[relation]
            st.button(
                label,
                key=f"{relation}_{later}_{earlier}",
                on_click=_judge,
                args=(later, earlier, relation, shown),
            )


def _judge(
    later: str, earlier: str, relation: judging.Relation, shown: Match | None = None
) -> None:
    """Keep a verdict; runs before the page is drawn anew, where the pair may be gone by then."""
    pair = frozenset((later, earlier))
    before = next((one for one in judging.verdicts() if one.pair == pair), None)
    judging.judge(later, earlier, relation, by=signed(), shown=shown)
    if before is not None:
        st.session_state[MEANWHILE] = words.meanwhile(
            by=before.by, before=before.relation, now=relation
        )


def judged(*, above: int) -> None:
    """The verdicts in force, the newest first, each with a way back.

    Args:
        above: how many of them the queue shows already.
    """
    given = batches(judging.verdicts())[above:]
    if given:
        with st.expander(f"{'Earlier verdicts' if above else 'Verdicts'} ({len(given):,})"):
            verdict_rows(given)


def looks_like(identity: str, *, incidents: int) -> None:
    """The earlier incidents nearest to one, to be judged on its own page, and what was said.

    Args:
        incidents: how many there are in all.
    """
    found = judging.nearest_to(identity)
    if found is None:
        return
    flagged = judging.suggested_for(identity)
    near = {match.id: match for match in found.matches}
    asked = judging.unjudged(identity, list(dict.fromkeys([*near, *flagged])))
    st.subheader("The nearest earlier incidents", anchor=False)
    _nth_time(found)
    if not flagged:
        st.caption(words.no_flag(incidents))
    if asked:
        signature()
    for name, match in near.items():
        if (said := judging.possible(identity, name)) is not None:
            with st.container(border=True):
                _near(match, said)
                if name in asked:
                    _verdict_buttons(identity, name, shown=match)
    for name in (name for name in asked if name not in near):
        with st.container(border=True):
            pair(identity, name)
    _verdicts_on(identity)


def _verdicts_on(identity: str) -> None:
    given = [verdict for verdict in judging.verdicts() if identity in verdict.pair]
    if given:
        st.subheader("Verdicts", anchor=False)
        _said_meanwhile()
        verdict_rows([[verdict] for verdict in given])


def describe() -> None:
    """A box for what somebody sees, and the incidents most like it; nothing of it is kept."""
    st.header("Have we seen this before?", anchor=False)
    text = st.text_area(
        "Describe what you see",
        placeholder="what fails, what changed before, what the logs say; or paste a draft",
        max_chars=LONGEST_TEXT,
        help="The nearest incidents are shown with what was promised then. Nothing is stored.",
    )
    if not text.strip():
        return
    found, said = judging.described(text)
    _nth_time(found, described=True)
    for match in found.matches:
        if match.id in said:
            with st.container(border=True):
                _near(match, said[match.id], described=True)


def _nth_time(nearest: Nearest, *, described: bool = False) -> None:
    if not nearest.matches:
        st.caption(words.nothing_near(nearest))
    elif not any(share_of_text(one, described=described) for one in nearest.matches):
        st.caption(words.nothing_alike(nearest))
    elif nth := words.nth_time(nearest):
        st.markdown(f"**{nth[:1].upper()}{nth[1:]}.**")


def _near(match: Match, possible: judging.Possible, *, described: bool = False) -> None:
    """One of the nearest incidents: how near, why, and what became of what was promised."""
    link = tables.incident_link(match.id, text=possible.earlier)
    near = words.NEAR_WORDS[closeness(match, described=described)]
    st.markdown(f"**{near}:** {link} ({day(possible.earlier_began)})")
    parts = words.how_near(match, level=possible.level)
    if described:
        parts = [words.how_near_to_words(match)]
    if possible.reasons is not None:
        parts += words.why(possible.reasons)
    parts.append(words.how_sure(certainty=possible.certainty, chance=possible.chance))
    st.caption(" · ".join(filter(None, parts)))
    if possible.reasons and (
        quoted := words.quoted(possible.reasons, (possible.later, possible.earlier))
    ):
        st.caption(quoted)
    st.caption(words.action_states(possible.actions))


def of_load(matched: judging.Matched) -> None:
    """What the records of a load look like, the best match first."""
    alike = matched.alike
    if not (alike or matched.later):
        return
    look = "looks like an earlier one" if len(alike) == 1 else "look like earlier ones"
    st.markdown(f"**{len(alike):,} of {matched.records:,} new or changed records {look}.**")
    if matched.later:
        later = plural(len(matched.later), "later record looks", "later records look")
        st.markdown(f"{later} like an earlier one that came now.")
    best = judging.likeliest({*alike, *matched.later})
    shown = best[:LISTED]
    for one in shown:
        found = judging.possible(one.later_id, one.earlier_id)
        if found is not None:
            st.markdown(
                f"- {_pair_words(one.later_id, one.earlier_id, found)}. "
                f"{words.action_states(found.actions)}"
            )
    if len(best) > len(shown):
        st.caption(f"{len(best) - len(shown):,} more wait on the page What keeps coming back.")


def _pair_words(later: str, earlier: str, pair: judging.Possible) -> str:
    return (
        f"**{words.flag_of(pair.level, pair.again)}:** "
        f"{tables.incident_link(later, text=pair.later)} ({day(pair.began)}) looks like "
        f"{tables.incident_link(earlier, text=pair.earlier)} ({day(pair.earlier_began)})"
    )


def batches(given: Iterable[judging.Verdict]) -> list[list[judging.Verdict]]:
    """Verdicts that were given at one go together."""
    each = groupby(given, key=lambda verdict: (verdict.at, verdict.by, verdict.relation))
    return [list(batch) for _, batch in each]


def verdict_rows(given: Sequence[Sequence[judging.Verdict]]) -> None:
    """Verdicts, those that were given together in one row, each row with a way back."""
    known = judging.titles(name for batch in given for one in batch for name in one.pair)

    def named(name: str) -> str:
        if name not in known:
            return literal(name)
        return f"{tables.incident_link(name, text=known[name][0])} ({day(known[name][1])})"

    for batch in given:
        first = batch[0]
        about = f"{named(first.later_id)} and {named(first.earlier_id)}"
        if (others := len({name for one in batch for name in one.pair}) - 2) > 0:
            about += f" and {plural(others, 'other incident')}"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"{words.VERDICT_WORDS[first.relation]}: {about} · "
                f"{literal(first.by) or 'not signed'} · {minute(first.at)}",
                width="stretch",
            )
            st.button(
                "Undo",
                key=f"undo_{first.later_id}_{first.earlier_id}",
                on_click=judging.undo_all,
                args=([(one.later_id, one.earlier_id) for one in batch],),
            )


def signature() -> None:
    """Asks for the name that verdicts are kept with; once on a page."""
    st.session_state[SIGNED] = st.text_input(
        "Your team or initials, kept with each verdict (may stay empty)",
        st.session_state.get(SIGNED, ""),
        max_chars=LONGEST_NAME,
        key=SIGNING,
    ).strip()


def signed() -> str:
    """The name that verdicts are kept with now; may be empty."""
    return str(st.session_state.get(SIGNING, "")).strip()


def _said_meanwhile() -> None:
    if said := st.session_state.pop(MEANWHILE, ""):
        st.info(said)


# Records that may tell of one event: doubted second reports, and bursts of one alert.


def _one_event(history: History, again: Sequence[Burst], *, signs: bool) -> None:
    """Both kinds, to be judged; nothing without any.

    Args:
        again: the bursts in view.
        signs: whether the name that verdicts are kept with is asked for here.
    """
    later, earlier = doubted_pairs(history)
    if not len(later) and not again:
        return
    with st.container(border=True):
        show.finding(
            words.one_event_finding(len(later), len(again)),
            basis="each of these records counts as an incident until somebody says that two are "
            "one event · second reports are of all records, bursts of those in view",
            methods=[ONE_EVENT],
        )
        if signs:
            signature()
        for one, other in list(zip(later.tolist(), earlier.tolist(), strict=True))[:EVENTS_SHOWN]:
            with st.container(border=True):
                _doubted(history, one, other)
        for burst in again[:EVENTS_SHOWN]:
            with st.container(border=True):
                _burst(history, burst)
        more = max(len(later) - EVENTS_SHOWN, 0) + max(len(again) - EVENTS_SHOWN, 0)
        if more:
            st.caption(f"{more:,} more follow.")


def _doubted(history: History, later: int, earlier: int) -> None:
    one, other = (_link(history, row) for row in (later, earlier))
    began = history.incidents["period_at"].iloc[later]
    over = history.incidents["resolved_at"].iloc[earlier]
    st.markdown(
        f"{one} ({day(began)}) is said to be a second report of {other}, which was over "
        f"{duration((began - over).total_seconds())} before. Did it come back?"
    )
    _event_buttons(history, [(later, earlier)])


def _burst(history: History, burst: Burst) -> None:
    rows = burst.rows.tolist()
    began = history.incidents["period_at"]
    st.markdown(
        f"{plural(len(rows), 'incident')} of one alert within {duration(burst.seconds)}: "
        f"{_link(history, rows[0])} ({minute(began.iloc[rows[0]])}). Are they one event?"
    )
    named = [f"{_link(history, row)} ({minute(began.iloc[row])})" for row in rows[1:BURST_NAMED]]
    more = f" and {len(rows) - BURST_NAMED:,} more" if len(rows) > BURST_NAMED else ""
    st.caption(f"Again: {', '.join(named)}{more}")
    _event_buttons(history, list(zip(rows[1:], rows[:-1], strict=True)))


def _link(history: History, row: int) -> str:
    record = history.incidents.iloc[row]
    return tables.incident_link(record["id"], text=record["title"])


def _event_buttons(history: History, pairs: Sequence[tuple[int, int]]) -> None:
    ids = history.incidents["id"]
    named = [(str(ids.iloc[later]), str(ids.iloc[earlier])) for later, earlier in pairs]
    with st.container(horizontal=True):
        for relation in judging.RELATIONS:
            st.button(
                words.VERDICT_WORDS[relation],
                key=f"event_{relation}_{named[0][0]}_{named[0][1]}",
                on_click=_judge_event,
                args=(named, relation),
            )


def _judge_event(pairs: Sequence[tuple[str, str]], relation: judging.Relation) -> None:
    judging.judge_all(pairs, relation, by=signed())

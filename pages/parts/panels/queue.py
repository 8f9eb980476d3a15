"""Possible repeats and what people say of them: one click a verdict, each can be taken back."""

from collections.abc import Sequence

import streamlit as st

from analytics.known_causes.grouping import still_to_say
from analytics.matcher.confidence import FLAG_LEVEL, FLAG_PRECISION, RELIABILITY
from analytics.matcher.matching import Match
from analytics.matcher.nearest import Nearest, closeness
from analytics.repeats.ledger import Ledger
from analytics.units import HOUR
from pages.parts import judging, show, source, tables
from pages.parts.wording import flags as words
from pages.parts.wording.numbers import day, duration, literal, minute, plural

#: Possible repeats shown at once; the next ones follow as these are judged.
SHOWN = 5
#: Where the name that verdicts are signed with stays while its reader looks at other pages.
SIGNED, SIGNING = "verdicts_signed", "verdicts_signature"
#: Where it waits to be shown that a pair had been judged by somebody else since it was drawn.
MEANWHILE = "verdict_meanwhile"
LONGEST_NAME = 100
#: Characters of a description; a whole post-mortem fits.
LONGEST_TEXT = 50_000
#: Records of a load that are listed with what they look like.
LISTED = 10


def queue(book: Ledger) -> None:
    """The possible repeats that nobody has judged, the costliest first; the last verdict above."""
    history, judged = book.repeats.history, judging.judged()
    asked = still_to_say(source.known_causes(), book.suggested)
    found = judging.waiting(history, asked)
    rows = found.rows
    show.finding(
        f"To look at: {plural(len(rows), 'possible repeat')}",
        basis="found by their words, confirmed by nobody, in no count above · the costliest first",
        methods=[FLAG_LEVEL, FLAG_PRECISION, RELIABILITY],
    )
    st.caption(f"{words.named_by(judged)} · {words.confirmed_so_far(judged)}")
    if found.left_out:
        st.caption(
            f"{found.left_out:,} more are left out: by the verdicts their chance is too small."
        )
    if judged.table:
        with st.expander("Can these chances be believed?"):
            st.caption("Each chance is from a fit that has not seen the verdict on it.")
            tables.short_list(words.reliability_rows(judged.table), alt="Reliability of chances")
    _said_meanwhile()
    verdict_rows(judging.verdicts()[:1])
    if len(rows):
        signature()
    for row, cost in zip(rows[:SHOWN], found.hours[:SHOWN], strict=True):
        later, earlier = judging.pair_of(history, row)
        with st.container(border=True):
            pair(later, earlier, cost=float(cost) * HOUR)
    if len(rows) > SHOWN:
        st.caption(f"{len(rows) - SHOWN:,} more follow.")


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
    given = judging.verdicts()[above:]
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
        verdict_rows(given)


def describe() -> None:
    """A box for what somebody sees, and the incidents most like it; nothing of it is kept."""
    st.subheader("Have we seen this before?", anchor=False)
    text = st.text_area(
        "Describe what you see",
        placeholder="what fails, what changed before, what the logs say; or paste a draft",
        max_chars=LONGEST_TEXT,
        help="The nearest incidents are shown with what was promised then. Nothing is stored.",
    )
    if not text.strip():
        return
    found, said = judging.described(text)
    _nth_time(found)
    for match in found.matches:
        if match.id in said:
            with st.container(border=True):
                _near(match, said[match.id], described=True)


def _nth_time(found: Nearest) -> None:
    if not found.matches:
        st.caption(words.nothing_near(found))
    elif nth := words.nth_time(found):
        st.markdown(f"**{nth[:1].upper()}{nth[1:]}.**")


def _near(match: Match, found: judging.Possible, *, described: bool = False) -> None:
    """One of the nearest incidents: how near, why, and what became of what was promised."""
    link = tables.incident_link(match.id, text=found.earlier)
    near = words.NEAR_WORDS[closeness(match, described=described)]
    st.markdown(f"**{near}:** {link} ({day(found.earlier_began)})")
    parts = words.how_near(match, level=found.level)
    if described:
        parts = [words.how_near_to_words(match)]
    if found.reasons is not None:
        parts += words.why(found.reasons)
    parts.append(words.how_sure(certainty=found.certainty, chance=found.chance))
    st.caption(" · ".join(filter(None, parts)))
    if found.reasons and (quoted := words.quoted(found.reasons, (found.later, found.earlier))):
        st.caption(quoted)
    st.caption(words.action_states(found.actions))


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
        st.caption(f"{len(best) - len(shown):,} more are on the page Repeats.")


def _pair_words(later: str, earlier: str, pair: judging.Possible) -> str:
    return (
        f"**{words.flag_of(pair.level, pair.again)}:** "
        f"{tables.incident_link(later, text=pair.later)} ({day(pair.began)}) looks like "
        f"{tables.incident_link(earlier, text=pair.earlier)} ({day(pair.earlier_began)})"
    )


def verdict_rows(given: Sequence[judging.Verdict]) -> None:
    """Verdicts, each with a way back."""
    known = judging.titles(name for verdict in given for name in verdict.pair)
    for verdict in given:
        with st.container(horizontal=True, vertical_alignment="center"):
            one, other = (
                f"{tables.incident_link(name, text=known[name][0])} ({day(known[name][1])})"
                if name in known
                else literal(name)
                for name in (verdict.later_id, verdict.earlier_id)
            )
            st.markdown(
                f"{words.VERDICT_WORDS[verdict.relation]}: {one} and {other} · "
                f"{literal(verdict.by) or 'not signed'} · {minute(verdict.at)}",
                width="stretch",
            )
            if st.button("Undo", key=f"undo_{verdict.later_id}_{verdict.earlier_id}"):
                judging.undo(verdict.later_id, verdict.earlier_id)
                st.rerun()


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

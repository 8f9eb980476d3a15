"""What people can make of a known cause: name, confirm, split, move and merge it, below its page.

Each change says in one line what follows from it, is made at once, and can be taken back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from analytics.known_causes.grouping import STRUCK_AGAIN
from analytics.known_causes.membership import (
    Families,
    others_by_size,
    pairs_between,
    pairs_to_confirm,
)
from analytics.matcher.families import FAMILIES
from analytics.selection import Rows
from data.record import LONGEST_LABEL
from pages.parts import judging, leads, regrouping, show, tables
from pages.parts.panels.queue import batches, verdict_rows
from pages.parts.regrouping import NoSuchCause, Shown, WrongField
from pages.parts.wording.numbers import day, literal, plural
from pages.views.cause_history import members_words, origin_of_name

#: Causes offered to merge with or move to, the largest first; more cannot be looked through.
MOST_OFFERED = 500
#: Where a page keeps what was just done, or why it could not be, to say it once.
DONE, NOT_DONE = "regrouped", "not_regrouped"
CHANGED = "This cause was changed in the meantime; it is shown as it is now."


@dataclass(frozen=True)
class Stored:
    """What is kept of a cause beside its incidents.

    Attributes:
        origin: where its name comes from, in words.
        reasons: why incidents belong to it, by their ids, where people said so.
        held: whether people named it or put incidents there.
    """

    origin: str
    reasons: Mapping[str, str]
    held: bool


def stored(known: Families, number: int) -> Stored:
    """What is kept of a cause beside its incidents."""
    found = regrouping.known_cause(_shown(known, number))
    if found is None:
        return Stored(origin_of_name("", "", None), {}, held=False)
    return Stored(
        origin=origin_of_name(found.name, found.named_by, found.named_at),
        reasons={one.incident_id: one.reason for one in found.members},
        held=found.pinned,
    )


def done() -> None:
    """Say once what was just done, in a place of its own: all below it stays as it was opened."""
    with st.container():
        if message := st.session_state.pop(DONE, ""):
            st.success(message)
            st.toast(message)  # whoever pressed a button at the foot of the page is still there
        if reason := st.session_state.pop(NOT_DONE, ""):
            st.warning(reason)


def form(known: Families, number: int, *, held: bool) -> None:
    """Everything that people can do with a cause.

    Args:
        held: whether people have named it or put incidents there before.
    """
    show.finding(
        "Is this one cause?",
        basis="What you say here is kept through reloads and exports, with who said it and when.",
        methods=[FAMILIES],
    )
    by = st.text_input(
        "Said by",
        key="said_by",
        placeholder="name, team or nothing",
        max_chars=LONGEST_LABEL,
        width=260,
    )
    tabs = st.tabs(["Name", "Confirm", "Split off", "Move", "Merge"])
    for tab, draw in zip(tabs, (_name, _confirm, _split, _move, _merge), strict=True):
        with tab:
            draw(known, number, by.strip())
    if held:
        _release(known, number)
    _said(known, number)


def _name(known: Families, number: int, by: str) -> None:
    key = _key("name", known, number)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name", known.name_of(number), key=key, max_chars=LONGEST_LABEL)
        pressed = st.button("Rename", key=f"do_{key}", disabled=not name.strip())
    st.caption(
        "It shows wherever this cause is named. No later search moves its incidents; possible ones "
        "stay possible."
    )
    if pressed:
        _do(
            lambda: regrouping.rename(_shown(known, number), name, by=by),
            f"Named **{literal(name)}**.",
        )


def _confirm(known: Families, number: int, by: str) -> None:
    possible = known.possible(number)
    if not len(possible):
        st.caption("Every incident of this cause is confirmed.")
        return
    marked = _choose("Possible incidents", "confirm", known, number, possible)
    chosen = marked if len(marked) else possible
    pairs = pairs_to_confirm(known, number, chosen)
    st.caption(
        "They count as repeats of this cause from then on, in the ledger and in every figure."
        if len(known.confirmed(number))
        else "Choose two or more that have one cause, or none to confirm all; from then on they "
        "count in every figure."
    )
    label = "Same cause" if len(marked) or len(possible) == 1 else f"Confirm all {len(possible):,}"
    if st.button(label, key=_key("do_confirm", known, number), disabled=not pairs):
        _do(
            lambda: regrouping.confirm(pairs, by=by),
            f"{plural(len(chosen), 'incident')} confirmed.",
        )


def _split(known: Families, number: int, by: str) -> None:
    members = known.members(number)
    if len(members) < STRUCK_AGAIN:
        st.caption("There is only one incident.")
        return
    chosen = _choose("Incidents of another cause", "split", known, number, members)
    rest = members[~np.isin(members, chosen)]
    st.caption(
        "They get a known cause of their own. Links confirmed between the two are taken back, so "
        "the ledger loses these repeats."
    )
    nothing = not len(chosen) or not len(rest)
    if st.button("Split off", key=_key("do_split", known, number), disabled=nothing):
        pairs = pairs_between(known, chosen, rest)
        ids = known.ids(chosen)
        _do(
            lambda: regrouping.split(_shown(known, number), ids, pairs, by=by),
            f"{plural(len(ids), 'incident')} split off into "
            f"{_link('a known cause of their own', ids[0])}.",
            stay=known.ids(rest[:1])[0],
        )


def _move(known: Families, number: int, by: str) -> None:
    members = known.members(number)
    with st.container(horizontal=True):
        names = _names(known, members)
        incident = st.selectbox(
            "Incident",
            list(names),
            index=None,
            format_func=lambda one: names[one],
            key=_key("move", known, number),
        )
        target = _other_cause("To", "move_to", known, number)
    st.caption(
        "It leaves this cause, with what was confirmed of it here, and is confirmed there; where "
        "nothing is confirmed yet, it stays a possible one."
    )
    ready = incident is not None and target is not None
    if st.button("Move", key=_key("do_move", known, number), disabled=not ready):
        row = members[known.ids(members).index(str(incident)) :][:1]
        others = members[members != row]
        to = known.family_of(str(target))
        if to is not None:
            _do(
                lambda: regrouping.move(
                    str(incident),
                    _shown(known, to),
                    apart=pairs_between(known, row, others),
                    together=pairs_to_confirm(known, to, row),
                    by=by,
                ),
                f"Moved to {_link(known.name_of(to), str(target))}.",
                stay=known.ids(others[:1])[0] if len(others) else str(target),
            )


def _merge(known: Families, number: int, by: str) -> None:
    target = _other_cause("The same cause as this one", "merge", known, number)
    st.caption(
        "Its incidents come here and the name of this one stays, if people gave it. Confirmed "
        "incidents of both count as one cause; possible ones stay possible."
    )
    button = st.button("Merge", key=_key("do_merge", known, number), disabled=target is None)
    other = known.family_of(str(target))
    if button and other is not None:
        is_confirmed = len(known.confirmed(number)) > 0
        theirs = known.confirmed(other)[:1]
        pairs = pairs_to_confirm(known, number, theirs) if is_confirmed else []
        _do(
            lambda: regrouping.merge(_shown(known, number), _shown(known, other), pairs, by=by),
            f"Merged with **{literal(known.name_of(other))}**. "
            "To take it back, split its incidents off.",
        )


def _release(known: Families, number: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("People have named this cause or put incidents here.", width="stretch")
        if st.button("Take back name and places", key=_key("do_release", known, number)):

            def work() -> None:
                shown = _shown(known, number)
                regrouping.release(shown)
                judging.group_again(shown.members)

            _do(work, "Taken back: the search decides again. Verdicts on pairs stay.")


def _said(known: Families, number: int) -> None:
    given = regrouping.said_of(known.ids(known.members(number)))
    if given:
        with st.expander(f"What people said of its incidents ({len(given):,})"):
            verdict_rows(batches(given))


def _choose(label: str, what: str, known: Families, number: int, offered: Rows) -> Rows:
    names = _names(known, offered)
    chosen = st.multiselect(
        label,
        list(names),
        format_func=lambda one: names[one],
        key=_key(what, known, number),
        placeholder="Choose incidents",
    )
    return offered[[name in chosen for name in names]]


def _other_cause(label: str, what: str, known: Families, number: int) -> str | None:
    """The earliest incident of another cause that the reader chose."""
    others = others_by_size(known, number)
    offered = others[:MOST_OFFERED]
    names = {
        known.id_of(int(one)): f"{known.name_of(int(one))} · {members_words(known, int(one))}"
        for one in offered
    }
    chosen: str | None = st.selectbox(
        label,
        sorted(names, key=lambda one: names[one].lower()),
        index=None,
        format_func=lambda one: names[one],
        key=_key(what, known, number),
        placeholder="Choose a known cause",
    )
    if len(others) > len(offered):
        st.caption(f"The {len(offered):,} largest of {len(others):,} are offered.")
    return chosen


def _names(known: Families, rows: Rows) -> dict[str, str]:
    """Incidents by id, as they are chosen from: when and what."""
    table = known.causes.repeats.history.incidents.iloc[rows]
    return {
        str(identity): f"{day(when)} · {title or identity}"
        for identity, title, when in zip(
            table["id"], table["title"], table["period_at"], strict=True
        )
    }


def _shown(known: Families, number: int) -> Shown:
    kept = known.known[number]
    return Shown(None if kept is None else kept.id, known.ids(known.members(number)))


def _key(what: str, known: Families, number: int) -> str:
    return f"{what}_{known.id_of(number)}"


def _link(text: str, identity: str) -> str:
    return tables.lead_link(leads.known_cause(identity), text=text)


def _do(work: Callable[[], None], message: str, *, stay: str = "") -> None:
    """Make a change and show the page as it is then, with what was done said above."""
    try:
        work()
    except NoSuchCause:
        st.session_state[NOT_DONE] = CHANGED
    except WrongField as error:
        st.session_state[NOT_DONE] = f"Nothing was changed. {literal(str(error))}."
    else:
        st.session_state[DONE] = message
        if stay:
            st.query_params[leads.KNOWN] = stay
    st.rerun()

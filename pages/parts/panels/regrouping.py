"""What people can make of a known cause: name, confirm, split, move and merge it, below its page.

Each change says in one line what follows from it, is made at once, and can be taken back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from analytics.known_causes.membership import Families
from analytics.known_causes.overview import (
    STRUCK_AGAIN,
    others_by_size,
    pairs_between,
    pairs_to_confirm,
)
from analytics.matcher.families import FAMILIES
from analytics.selection import Rows
from data.record import LONGEST_LABEL
from pages.parts import judging, regrouping, show
from pages.parts.panels.queue import batches, verdict_rows
from pages.parts.regrouping import NoSuchCause, Shown, WrongField
from pages.parts.rows.known_causes import PARAMETER, address
from pages.parts.wording import known_causes as words
from pages.parts.wording.numbers import day, literal, plural

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


def stored(families: Families, family: int) -> Stored:
    """What is kept of a cause beside its incidents."""
    found = regrouping.known_cause(_shown(families, family))
    if found is None:
        return Stored(words.origin_of_name("", "", None), {}, held=False)
    return Stored(
        origin=words.origin_of_name(found.name, found.named_by, found.named_at),
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


def form(families: Families, family: int, *, held: bool) -> None:
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
            draw(families, family, by.strip())
    if held:
        _release(families, family)
    _said(families, family)


def _name(families: Families, family: int, by: str) -> None:
    key = _key("name", families, family)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Name", words.family_name(families, family), key=key, max_chars=LONGEST_LABEL
        )
        pressed = st.button("Rename", key=f"do_{key}", disabled=not name.strip())
    st.caption(
        "It shows wherever this cause is named. No later search moves its incidents; possible ones "
        "stay possible."
    )
    if pressed:
        _do(
            lambda: regrouping.rename(_shown(families, family), name, by=by),
            f"Named **{literal(name)}**.",
        )


def _confirm(families: Families, family: int, by: str) -> None:
    possible = families.possible(family)
    if not len(possible):
        st.caption("Every incident of this cause is confirmed.")
        return
    marked = _choose("Possible incidents", "confirm", families, family, possible)
    chosen = marked if len(marked) else possible
    pairs = pairs_to_confirm(families, family, chosen)
    st.caption(
        "They count as repeats of this cause from then on, in the ledger and in every figure."
        if len(families.confirmed(family))
        else "Choose two or more that have one cause, or none to confirm all; from then on they "
        "count in every figure."
    )
    label = "Same cause" if len(marked) or len(possible) == 1 else f"Confirm all {len(possible):,}"
    if st.button(label, key=_key("do_confirm", families, family), disabled=not pairs):
        _do(
            lambda: regrouping.confirm(pairs, by=by),
            f"{plural(len(chosen), 'incident')} confirmed.",
        )


def _split(families: Families, family: int, by: str) -> None:
    members = families.members(family)
    if len(members) < STRUCK_AGAIN:
        st.caption("There is only one incident.")
        return
    chosen = _choose("Incidents of another cause", "split", families, family, members)
    rest = members[~np.isin(members, chosen)]
    st.caption(
        "They get a known cause of their own. Links confirmed between the two are taken back, so "
        "the ledger loses these repeats."
    )
    nothing = not len(chosen) or not len(rest)
    if st.button("Split off", key=_key("do_split", families, family), disabled=nothing):
        pairs = pairs_between(families, chosen, rest)
        ids = families.ids(chosen)
        _do(
            lambda: regrouping.split(_shown(families, family), ids, pairs, by=by),
            f"{plural(len(ids), 'incident')} split off into "
            f"{_link('a known cause of their own', ids[0])}.",
            stay=families.ids(rest[:1])[0],
        )


def _move(families: Families, family: int, by: str) -> None:
    members = families.members(family)
    with st.container(horizontal=True):
        names = _names(families, members)
        incident = st.selectbox(
            "Incident",
            list(names),
            index=None,
            format_func=lambda one: names[one],
            key=_key("move", families, family),
        )
        target = _other_cause("To", "move_to", families, family)
    st.caption(
        "It leaves this cause, with what was confirmed of it here, and is confirmed there; where "
        "nothing is confirmed yet, it stays a possible one."
    )
    ready = incident is not None and target is not None
    if st.button("Move", key=_key("do_move", families, family), disabled=not ready):
        row = members[families.ids(members).index(str(incident)) :][:1]
        others = members[members != row]
        to = families.family_of(str(target))
        if to is not None:
            _do(
                lambda: regrouping.move(
                    str(incident),
                    _shown(families, to),
                    apart=pairs_between(families, row, others),
                    together=pairs_to_confirm(families, to, row),
                    by=by,
                ),
                f"Moved to {_link(words.family_name(families, to), str(target))}.",
                stay=families.ids(others[:1])[0] if len(others) else str(target),
            )


def _merge(families: Families, family: int, by: str) -> None:
    target = _other_cause("The same cause as this one", "merge", families, family)
    st.caption(
        "Its incidents come here and the name of this one stays, if people gave it. Confirmed "
        "incidents of both count as one cause; possible ones stay possible."
    )
    button = st.button("Merge", key=_key("do_merge", families, family), disabled=target is None)
    other = families.family_of(str(target))
    if button and other is not None:
        known = len(families.confirmed(family)) > 0
        pairs = pairs_to_confirm(families, family, families.confirmed(other)[:1]) if known else []
        _do(
            lambda: regrouping.merge(
                _shown(families, family), _shown(families, other), pairs, by=by
            ),
            f"Merged with **{literal(words.family_name(families, other))}**. "
            "To take it back, split its incidents off.",
        )


def _release(families: Families, family: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("People have named this cause or put incidents here.", width="stretch")
        if st.button("Take back name and places", key=_key("do_release", families, family)):

            def work() -> None:
                shown = _shown(families, family)
                regrouping.release(shown)
                judging.group_again(shown.members)

            _do(work, "Taken back: the search decides again. Verdicts on pairs stay.")


def _said(families: Families, family: int) -> None:
    given = regrouping.said_of(families.ids(families.members(family)))
    if given:
        with st.expander(f"What people said of its incidents ({len(given):,})"):
            verdict_rows(batches(given))


def _choose(label: str, what: str, families: Families, family: int, offered: Rows) -> Rows:
    names = _names(families, offered)
    chosen = st.multiselect(
        label,
        list(names),
        format_func=lambda one: names[one],
        key=_key(what, families, family),
        placeholder="Choose incidents",
    )
    return offered[[name in chosen for name in names]]


def _other_cause(label: str, what: str, families: Families, family: int) -> str | None:
    """The earliest incident of another cause that the reader chose."""
    others = others_by_size(families, family)
    offered = others[:MOST_OFFERED]
    names = {
        words.family_id(families, int(one)): f"{words.family_name(families, int(one))} · "
        f"{words.members_words(families, int(one))}"
        for one in offered
    }
    chosen: str | None = st.selectbox(
        label,
        sorted(names, key=lambda one: names[one].lower()),
        index=None,
        format_func=lambda one: names[one],
        key=_key(what, families, family),
        placeholder="Choose a known cause",
    )
    if len(others) > len(offered):
        st.caption(f"The {len(offered):,} largest of {len(others):,} are offered.")
    return chosen


def _names(families: Families, rows: Rows) -> dict[str, str]:
    """Incidents by id, as they are chosen from: when and what."""
    table = families.causes.repeats.history.incidents.iloc[rows]
    return {
        str(identity): f"{day(when)} · {title or identity}"
        for identity, title, when in zip(
            table["id"], table["title"], table["period_at"], strict=True
        )
    }


def _shown(families: Families, family: int) -> Shown:
    known = families.known[family]
    return Shown(None if known is None else known.id, families.ids(families.members(family)))


def _key(what: str, families: Families, family: int) -> str:
    return f"{what}_{words.family_id(families, family)}"


def _link(text: str, identity: str) -> str:
    return f"[{literal(text)}]({address(identity)})"


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
            st.query_params[PARAMETER] = stay
    st.rerun()

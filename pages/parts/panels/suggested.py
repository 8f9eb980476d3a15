"""Causes and triggers that texts tell: marked, never counted until somebody accepts them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from analytics.answer import Answer
from analytics.causes.suggesting import SUGGESTED_CAUSE
from analytics.frames import History
from analytics.selection import View
from data.record import Incident
from pages.parts import judging, show, tables
from pages.parts.panels import queue, way_back
from pages.parts.wording.numbers import day, literal, plural

#: Suggestions listed at once; the next ones follow as these are judged.
LISTED = 100
#: Incidents of which the texts are asked before anybody wants to know: about a second.
MOST_READ_UNASKED = 10_000
#: Under which name what was said last can be taken back.
PLACE = "suggestions"
ALL = "all"
#: Fields that are suggested, in words.
FIELD_WORDS = {
    "root_cause_category": "root cause",
    "trigger_category": "trigger",
    "contributing_factors": "contributing factor",
}


def of_records(view: View, n_open: int) -> None:
    """How many incidents in view have no cause, what the texts suggest, and a way to accept it.

    Args:
        n_open: incidents in view without a cause.
    """
    way_back.offer(PLACE)
    waits = len(view.history.incidents) > MOST_READ_UNASKED
    by_field = {} if waits else judging.suggested_in(view)
    given = judging.accepted_last(tuple(FIELD_WORDS))
    if not (waits or given or any(by_field.values())):
        return
    counts = {
        field: len({told.record_id for told in of_field}) for field, of_field in by_field.items()
    }
    box = st.expander(
        suggested_line(counts, n_open=n_open, of=len(view)),
        icon=":material/lightbulb:",
        on_change="rerun",
        key="suggested",
    )
    if box.open:
        with box:
            _choose(by_field or judging.suggested_in(view), view.history)
            if given and not way_back.is_offered(PLACE):
                _accepted(given)


def of_record(record: Incident) -> None:
    """What the text of one incident suggests for what it leaves open, and what was said of it."""
    given = [row for row in judging.said_of(record.id) if row.field in FIELD_WORDS]
    settled = {row.field for row in given if row.state == judging.ACCEPTED} - {judging.FACTORS}
    judged = {(row.field, row.value) for row in given}
    for told in judging.suggested_fields(record):
        made = told.guess
        if made.field not in settled and (made.field, made.label) not in judged:
            _one_to_judge(told)
    for row in given:
        _said(row, by_source=not judging.leaves_open(record, row.field))


def _choose(by_field: Mapping[str, Sequence[judging.Suggested]], history: History) -> None:
    """The suggestions for one field at a time."""
    fields = [field for field in by_field if by_field[field]]
    if not fields:
        st.caption("No text tells anything more clearly enough.")
        return
    chosen = st.segmented_control(
        "Of what",
        fields,
        format_func=lambda name: f"{FIELD_WORDS[name].capitalize()} ({len(by_field[name])})",
        default=fields[0],
        required=True,
        key="suggested_of",
        label_visibility="collapsed",
    )
    field = chosen or fields[0]
    _list(by_field[field], history, field)


def _list(offered: Sequence[judging.Suggested], history: History, field: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(suggestion_precision(judging.precision_of(field)))
        show.how(SUGGESTED_CAUSE)
    labels = [told.guess.label for told in offered]
    counted = {name: labels.count(name) for name in sorted(set(labels), key=labels.count)[::-1]}
    chosen = st.selectbox(
        "Which",
        [ALL, *counted],
        format_func=lambda name: (
            f"All ({len(offered)})" if name == ALL else f"{name} ({counted[name]})"
        ),
        key=f"suggested_label_{field}",
    )
    matching = [told for told in offered if chosen in (ALL, told.guess.label)]
    listed = matching[:LISTED]
    ticked = _ticked(listed, history, field)
    taken = [told for told, tick in zip(listed, ticked, strict=True) if tick]
    left = [told for told, tick in zip(listed, ticked, strict=True) if not tick]
    with st.container(horizontal=True):
        _button(f"Accept {len(taken):,} ticked", taken, judging.ACCEPTED, key="suggested_accept")
        _button(f"Not these {len(left):,}", left, judging.REFUSED, key="suggested_refuse")
    if len(matching) > len(listed):
        st.caption(f"{len(matching) - len(listed):,} more follow.")


def _ticked(listed: Sequence[judging.Suggested], history: History, field: str) -> Sequence[bool]:
    """A table of suggestions, all of them ticked to begin with."""
    titles = history.incidents.set_index("id")["title"]
    ids = [told.record_id for told in listed]
    frame = pd.DataFrame(
        {
            "take": True,
            "suggested": [told.guess.label for told in listed],
            "title": [titles[identity] or identity for identity in ids],
            "rests_on": [", ".join((*b.words, *b.kinds)) for b in judging.rests_on(listed)],
            "id": [tables.incident_address(identity) for identity in ids],
        }
    )
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=["suggested", "title", "rests_on", "id"],
        column_config={
            "take": st.column_config.CheckboxColumn("Accept", width="small"),
            "suggested": FIELD_WORDS[field].capitalize(),
            "title": st.column_config.TextColumn("Incident", width="medium"),
            "rests_on": st.column_config.TextColumn("Rests on", width="medium"),
            "id": st.column_config.LinkColumn("Open", display_text="open", width="small"),
        },
        key=f"suggested_rows_{field}_{hash(tuple(ids))}",
    )
    return [bool(tick) for tick in edited["take"]]


def _accepted(given: Sequence[judging.Judgement]) -> None:
    """What was accepted together last, with a way back that a new visit finds too."""
    with st.container(horizontal=True, vertical_alignment="center"):
        noun = plural(len(given), "suggestion was", "suggestions were")
        st.caption(f"Last {noun} accepted on {day(given[0].at)}.")
        st.button(
            "Take back",
            key="suggested_withdraw",
            on_click=way_back.withdraw,
            args=(PLACE, *given),
        )


def _one_to_judge(told: judging.Suggested) -> None:
    """One suggestion with what it rests on, to be judged."""
    basis = judging.rests_on([told])[0]
    with st.container(border=True, key=f"suggestion_{_key(told)}"):
        st.markdown(
            f"Suggested {FIELD_WORDS[told.guess.field]}: **{literal(told.guess.label)}** "
            "· not counted until it is accepted"
        )
        st.caption(
            " · ".join(
                filter(
                    None,
                    (
                        rests_on(basis.words, basis.kinds),
                        suggestion_precision(judging.precision_of(told.guess.field)),
                    ),
                )
            )
        )
        with st.container(horizontal=True):
            _button("Accept", [told], judging.ACCEPTED, key=f"accept_{_key(told)}")
            _button("Not this", [told], judging.REFUSED, key=f"refuse_{_key(told)}")


def _key(told: judging.Suggested) -> str:
    return f"{told.guess.field}_{told.guess.label}_{told.record_id}"


def _said(row: judging.Judgement, *, by_source: bool) -> None:
    """What somebody said of a suggested value, with a way back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        accepted = row.state == judging.ACCEPTED
        st.caption(
            judgement(
                row.field, row.value, by=row.by, at=row.at, accepted=accepted, by_source=by_source
            )
        )
        key = f"withdraw_{row.field}_{row.value}"
        st.button("Take back", key=key, on_click=way_back.withdraw, args=(PLACE, row))


def _button(
    label: str, chosen: Sequence[judging.Suggested], state: judging.State, *, key: str
) -> None:
    st.button(label, key=key, disabled=not chosen, on_click=_judge, args=(chosen, state))


def _judge(chosen: Sequence[judging.Suggested], state: judging.State) -> None:
    """Keep what is said; runs before the page is drawn anew."""
    undoing = judging.judge_suggestions(chosen, state, by=queue.signed())
    noun = plural(len(chosen), "suggestion")
    way_back.keep(PLACE, f"{noun} {state}.", partial(judging.judge_again, undoing))


def suggested_line(suggested: Mapping[str, int], *, n_open: int, of: int) -> str:
    """How many incidents lack a cause, and for how many of them the text suggests one.

    Args:
        suggested: by field, for how many incidents; empty while the texts were not asked.
        n_open: incidents without a cause.
    """
    lack = f"{n_open:,} of {plural(of, 'incident')} {'has' if n_open == 1 else 'have'} no cause"
    if not any(suggested.values()):
        return f"{lack} recorded: look what {'was accepted' if suggested else 'the texts suggest'}"
    what = {"root_cause_category": "one", "trigger_category": "a trigger"}
    parts = [
        f"{what.get(field, 'what contributed')} for {count:,}"
        for field, count in suggested.items()
        if count
    ]
    listed = " and ".join((", ".join(parts[:-1]), parts[-1])) if parts[1:] else parts[0]
    return f"{lack} recorded; the text suggests {listed}: look"


def suggestion_precision(right: Answer) -> str:
    """How far suggestions can be trusted, in words."""
    if right.estimate is None:
        return ""
    low, high = (round(10 * (bound or 0.0), 1) for bound in (right.low, right.high))
    return (
        f"right in about {10 * right.estimate:.0f} of 10 on records it had not seen "
        f"({low:g} to {high:g}; {right.n:,} tried)"
    )


def rests_on(words: Sequence[str], kinds: Sequence[str]) -> str:
    """What a suggestion rests on: words of the record, and kinds of cause that it speaks of."""
    named = [*(f"“{literal(word)}”" for word in words), *map(literal, kinds)]
    return f"rests on {', '.join(named)}" if named else ""


def judgement(
    field: str, value: str, *, by: str, at: dt.datetime, accepted: bool, by_source: bool
) -> str:
    """What somebody said of a suggested value.

    Args:
        by_source: whether the record names a value itself, which then counts instead.
    """
    said = "accepted" if accepted else "refused"
    who = f" by {literal(by)}" if by else ""
    counts = "; the record names one itself, which counts" if by_source else ", and counts"
    return (
        f"Suggested {FIELD_WORDS[field]} {literal(value)}: {said}{who} on {day(at)}"
        f"{counts if accepted else ''}"
    )

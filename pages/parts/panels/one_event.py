"""Records that may tell of one event: doubted second reports, and bursts of one alert."""

from collections.abc import Sequence

import streamlit as st

from analytics.duplicates import ONE_EVENT, doubted_pairs
from analytics.frames import History
from analytics.repeats.queue import Burst
from pages.parts import judging, show, tables
from pages.parts.panels import queue
from pages.parts.wording import flags as words
from pages.parts.wording.numbers import day, duration, minute, plural

#: Of each kind shown at once; the next ones follow as these are judged.
SHOWN = 5
#: Incidents of a burst that are named.
NAMED = 5


def offered(history: History, again: Sequence[Burst], *, signs: bool) -> None:
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
            queue.signature()
        for one, other in list(zip(later.tolist(), earlier.tolist(), strict=True))[:SHOWN]:
            with st.container(border=True):
                _doubted(history, one, other)
        for burst in again[:SHOWN]:
            with st.container(border=True):
                _burst(history, burst)
        more = max(len(later) - SHOWN, 0) + max(len(again) - SHOWN, 0)
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
    _buttons(history, [(later, earlier)])


def _burst(history: History, burst: Burst) -> None:
    rows = burst.rows.tolist()
    began = history.incidents["period_at"]
    st.markdown(
        f"{plural(len(rows), 'incident')} of one alert within {duration(burst.seconds)}: "
        f"{_link(history, rows[0])} ({minute(began.iloc[rows[0]])}). Are they one event?"
    )
    named = [f"{_link(history, row)} ({minute(began.iloc[row])})" for row in rows[1:NAMED]]
    more = f" and {len(rows) - NAMED:,} more" if len(rows) > NAMED else ""
    st.caption(f"Again: {', '.join(named)}{more}")
    _buttons(history, list(zip(rows[1:], rows[:-1], strict=True)))


def _link(history: History, row: int) -> str:
    record = history.incidents.iloc[row]
    return tables.incident_link(record["id"], text=record["title"])


def _buttons(history: History, pairs: Sequence[tuple[int, int]]) -> None:
    ids = history.incidents["id"]
    named = [(str(ids.iloc[later]), str(ids.iloc[earlier])) for later, earlier in pairs]
    with st.container(horizontal=True):
        for relation in judging.RELATIONS:
            st.button(
                words.VERDICT_WORDS[relation],
                key=f"event_{relation}_{named[0][0]}_{named[0][1]}",
                on_click=_judge,
                args=(named, relation),
            )


def _judge(pairs: Sequence[tuple[str, str]], relation: judging.Relation) -> None:
    judging.judge_all(pairs, relation, by=queue.signed())

"""What a reader may decide about the files of an import: order of dates, zone, columns, values.

Each choice stands where its question comes up, and none has to be made: what cannot be known stays
unknown and is said.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from data.check import zone_taken
from data.findings import Findings
from data.lists import Lists, current
from data.mapping import KEPT, LEFT_OUT
from data.names import ASKED_FOR
from data.problems import DAY_ORDER
from data.readers.source import DayOrder, Recognised
from pages.parts import imports
from pages.parts.imports import Choices
from pages.parts.wording import importing as words
from pages.parts.wording.numbers import literal, plural

#: Choices side by side.
BESIDE = 4
#: Values of one field that are asked for at once, the commonest first.
MOST_VALUES = 12
ORDERS = {DayOrder.DAY.value: "Day first", DayOrder.MONTH.value: "Month first"}


def order_of_days(findings: Findings) -> None:
    """Which of day and month comes first: asked where dates leave it open, or once it was said."""
    open_dates = [problem for problem in findings.problems if problem.asks == DAY_ORDER]
    if not open_dates and not st.session_state.get(imports.key("day_order")):
        return
    if open_dates:
        st.warning(
            "Such dates stay empty until you choose.",
            title=words.open_date(open_dates[0].field, open_dates[0].value),
        )
    st.segmented_control(
        "Dates of numbers alone",
        list(ORDERS),
        format_func=ORDERS.__getitem__,
        key=imports.key("day_order"),
        label_visibility="collapsed",
    )


def zone(findings: Findings, made: Choices) -> None:
    """In which zone times are that name none, asked where there are any."""
    assumed = findings.assumptions[zone_taken(made.options.zone)]
    if assumed:
        st.selectbox(
            f"{plural(assumed, 'time names', 'times name')} no zone and are taken to be in",
            imports.zones(),
            key=imports.key("zone"),
            width=420,
        )


def columns(recognised: Sequence[Recognised]) -> None:
    """What each column was taken for, to be changed."""
    for name, shapes in _by_file(recognised).items():
        headers = {header: target for shape in shapes for header, target in shape.columns.items()}
        taken = {
            header: target for header, target in headers.items() if target not in (KEPT, LEFT_OUT)
        }
        beside = {header: target for header, target in headers.items() if header not in taken}
        if not headers:
            continue
        st.subheader(f"Columns of {literal(name)}", anchor=False)
        _choose_columns(shapes[0], taken)
        if beside:
            title = f"{plural(len(beside), 'column')} kept beside the records, in no figure"
            with st.expander(title):
                _choose_columns(shapes[0], beside)


def _by_file(recognised: Sequence[Recognised]) -> dict[str, list[Recognised]]:
    files: dict[str, list[Recognised]] = {}
    for item in recognised:
        if item.columns:
            files.setdefault(item.source, []).append(item)
    return files


def _choose_columns(shape: Recognised, targets: Mapping[str, str]) -> None:
    options = words.targets(targets.values())
    places = st.columns(BESIDE, gap="small")
    for number, (header, target) in enumerate(targets.items()):
        key = imports.key(f"column_{shape.source}_{header}")
        st.session_state.setdefault(key, target)
        with places[number % BESIDE]:
            st.selectbox(
                literal(header),
                options,
                format_func=words.target_words,
                key=key,
                on_change=imports.say_column,
                args=(shape, header),
                kwargs={"chosen": key},
            )


def meanings(findings: Findings, made: Choices) -> None:
    """What values mean that no list knows."""
    unknown = _unknown(findings, made)
    if not unknown:
        return
    st.subheader("Words that no list knows", anchor=False)
    st.caption(
        "Say once what they mean; it holds for later loads too. Without an answer a severity has "
        "no rank, and other fields stay empty."
    )
    known = current()
    places = st.columns(BESIDE, gap="small")
    for number, (name, value, count) in enumerate(unknown):
        key = imports.key(f"meaning_{name}_{value}")
        st.session_state.setdefault(key, made.meanings.get(name, {}).get(value))
        with places[number % BESIDE]:
            st.selectbox(
                f"{words.target_words(name)}: {literal(value)} ({count:,})",
                _known_values(name, known),
                index=None,
                key=key,
                placeholder="Not said",
                on_change=imports.say_meaning,
                args=(name, value),
                kwargs={"chosen": key},
            )


def _unknown(findings: Findings, made: Choices) -> list[tuple[str, str, int]]:
    """Field, value and how often: of values that nobody knows, and those that were explained."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in ASKED_FOR}
    counts["severity"].update(findings.unranked)
    for problem in findings.problems:
        if problem.field in counts and problem.value:
            counts[problem.field][problem.value] += 1
    for name, said in made.meanings.items():
        counts[name].update(dict.fromkeys(said, 0))
    return [
        (name, value, count)
        for name, values in counts.items()
        for value, count in values.most_common(MOST_VALUES)
    ]


def _known_values(name: str, lists: Lists) -> list[str]:
    """What a value of a field may mean."""
    if name == "severity":
        return [f"SEV{rank}" for rank in sorted({*lists.severity_ranks.values()})]
    return sorted(lists.labels.get(name, ())) or words.choices_of(name)

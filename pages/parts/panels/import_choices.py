"""What a reader may decide about the files of an import: order of dates, zone, columns, values.

Each choice stands where its question comes up, and none has to be made: what cannot be known stays
unknown and is said.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from data.check import zone_taken
from data.findings import Findings
from data.lists import Lists, current_lists
from data.mapping import KEPT, LEFT_OUT
from data.names import ASKED_FOR
from data.notations import DayOrder
from data.preferences import LONGEST_NAME
from data.problems import DAY_ORDER
from data.readers.source import Recognised
from data.record import LONGEST_LABEL
from data.store import Store
from pages.parts import imports
from pages.parts.imports import Choices
from pages.parts.wording import importing as words
from pages.parts.wording.numbers import literal, plural

#: Choices side by side.
BESIDE = 4
#: A choice of which three stand side by side, and one whose question is long, in pixels.
CHOICE_WIDTH, LONG_CHOICE_WIDTH = 300, 420
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
            width=CHOICE_WIDTH,
        )


def source_and_mapping(store: Store, recognised: Sequence[Recognised]) -> None:
    """What the source is called, and which kept mapping says what its columns are."""
    st.text_input(
        "Name of the source",
        key=imports.key("source"),
        placeholder="As the folder or the tool is called",
        max_chars=LONGEST_LABEL,
        width=CHOICE_WIDTH,
        help="A record is known by its source and its id there: loaded again under the same "
        "name it is the same record, under another one it is another.",
    )
    names = imports.kept_mappings(store)
    if names and any(item.columns for item in recognised):
        st.selectbox(
            "Kept mapping of columns",
            names,
            index=None,
            key=imports.key("mapping"),
            placeholder="Told by their names and values",
            on_change=imports.forget_columns,
            width=CHOICE_WIDTH,
            help="Mappings that were kept with an earlier load, or on the command line.",
        )


def columns(findings: Findings) -> None:
    """What each column was taken for, to be changed; open where no time was found."""
    files = _by_file(findings.recognised)
    if not files:
        return
    # Once open it stays so, also when the first answer has found the times.
    opened = imports.key("columns_open")
    st.session_state[opened] = st.session_state.get(opened, False) or not findings.timed
    number = sum(len(item.columns) for shapes in files.values() for item in shapes)
    box = st.expander(
        f"What the columns are ({plural(number, 'column')})", expanded=st.session_state[opened]
    )
    with box:
        for name, shapes in files.items():
            _columns_of(name, shapes, several=len(files) > 1)


def _by_file(recognised: Sequence[Recognised]) -> dict[str, list[Recognised]]:
    files: dict[str, list[Recognised]] = {}
    for item in recognised:
        if item.columns:
            files.setdefault(item.source, []).append(item)
    return files


def _columns_of(name: str, shapes: Sequence[Recognised], *, several: bool) -> None:
    headers = {header: target for shape in shapes for header, target in shape.columns.items()}
    taken = {h: target for h, target in headers.items() if target not in (KEPT, LEFT_OUT)}
    beside = {header: target for header, target in headers.items() if header not in taken}
    if several:
        st.subheader(literal(name), anchor=False)
    _choose_columns(shapes, taken)
    if beside:
        st.caption(f"**{plural(len(beside), 'column')} in no figure**")
        _choose_columns(shapes, beside)
    key = imports.key(f"keep_{name}")
    st.text_input(
        "To read such tables so again, give this a name; it is kept when you load",
        key=key,
        placeholder="For example: incident log",
        max_chars=LONGEST_NAME,
        width=LONG_CHOICE_WIDTH,
        on_change=imports.say_name,
        args=(name,),
        kwargs={"chosen": key},
        help="It can be chosen here the next time, and named on the command line: "
        "`python -m data load FILE --mapping NAME`.",
    )


def _choose_columns(shapes: Sequence[Recognised], targets: Mapping[str, str]) -> None:
    options = words.targets(targets.values())
    examples = {header: seen for shape in shapes for header, seen in shape.examples.items()}
    chosen = list(targets.items())
    for first in range(0, len(chosen), BESIDE):
        row = chosen[first : first + BESIDE]
        for place, (header, target) in zip(st.columns(BESIDE, gap="small"), row, strict=False):
            key = imports.key(f"column_{imports.mapping_name()}_{shapes[0].source}_{header}")
            st.session_state.setdefault(key, target)
            with place:
                st.selectbox(
                    literal(header),
                    options,
                    format_func=words.target_words,
                    key=key,
                    on_change=imports.say_column,
                    args=(shapes[0], header),
                    kwargs={"chosen": key},
                )
                st.caption(words.examples(examples.get(header, ())))


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
    known = current_lists()
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

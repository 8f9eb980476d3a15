"""Raw records as a source might hold them, for tests that want any record at all."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from data.record import CLOCK_FIELDS

#: Texts with all that makes formats stumble: quotes, delimiters, line ends, marks, formulas.
TRICKY = st.text(
    st.sampled_from("abc é漢😀 \n\t\r\x00\x1f\x85\u2028\ufeff\"'`;,:=+-@#|*_~[]{}()<>!&%\\/01"),
    max_size=30,
)
TEXTS = TRICKY | st.text(max_size=20)
LABELS = st.lists(TEXTS, max_size=3)
TIMES = st.datetimes(dt.datetime(1969, 1, 1), dt.datetime(2201, 1, 1)).map(dt.datetime.isoformat)
DAYS = st.dates(dt.date(1969, 1, 1), dt.date(2201, 1, 1)).map(dt.date.isoformat)
PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
ACTIONS = st.fixed_dictionaries(
    {"title": TEXTS},
    optional={
        "id": TEXTS,
        "owner": TEXTS,
        "status": st.sampled_from(["open", "done", "perhaps"]),
        "due_on": DAYS,
        "url": TEXTS,
        "effort": PLAIN,
    },
)
EVENTS = st.fixed_dictionaries(
    {"text": TEXTS}, optional={"at": TIMES, "kind": st.sampled_from(["detected", "odd"])}
)
RAW = st.fixed_dictionaries(
    {"id": st.text("abc0123456789-", min_size=1, max_size=12)},
    optional={
        **dict.fromkeys(("title", "summary", "impact", "root_cause", "trigger", "url"), TEXTS),
        **dict.fromkeys(("services", "tags", "what_went_well", "repeats"), LABELS),
        **dict.fromkeys(CLOCK_FIELDS, TIMES | DAYS | TEXTS),
        "contributing_factors": LABELS,
        "severity": st.sampled_from(["SEV1", "odd", "P3"]),
        "severity_rank": st.integers(-1, 9),
        "root_cause_category": st.sampled_from(["human error", "dns", "moon"]),
        "affected_users": st.floats() | TEXTS,
        "clock_precision": st.just({"detected_at": "estimated"}) | PLAIN,
        "timeline": st.lists(EVENTS, max_size=3) | TEXTS,
        "actions": st.lists(ACTIONS, max_size=3),
        "extra": st.dictionaries(TEXTS | st.just("repeat_basis"), PLAIN, max_size=3) | TEXTS,
        "weather": PLAIN,
    },
)

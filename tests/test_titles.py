"""No title of any page speaks the language of statistics: that stands in small print."""

import re

import pytest

from tests.support.pages import ROOT, run_page

SCRIPTS = ["dashboard.py", *sorted(f"pages/{page.name}" for page in ROOT.glob("pages/[a-z]*.py"))]
#: What readers do not say, and what would be read for something else.
NOT_SAID = (
    r"\bn = \d",
    r"\bp (?:=|under) ",
    r"\binterval",
    r"\bmedian",
    r"Kaplan",
    r"\bgeometric",
    r"\bsignal",
    r"\bexposure\b",
    r"\bR[0-3U]\b",
    r"cannot tell",
    r"no change can be told",
    r"upper limit",
    r"rule fired",
    r"towards the average",
    r"records in view",
    r"second report",
    r"\bthe mix of\b",
)


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("store", ["sample_store", "company_store"])
def test_no_title_says_what_readers_do_not(
    request: pytest.FixtureRequest, store: str, script: str
) -> None:
    request.getfixturevalue(store)
    app = run_page(script, **({"team": "GitHub"} if store == "sample_store" else {}))
    titles = [
        each.value for kind in ("title", "header", "subheader") for each in getattr(app, kind)
    ]
    titles += [tile.label for tile in app.metric]
    said = [t for t in titles if any(re.search(w, t, re.IGNORECASE) for w in NOT_SAID)]
    assert (bool(titles), said) == (True, [])

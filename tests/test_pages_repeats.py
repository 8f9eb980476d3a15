"""What the pages of repeats and of known causes display, over the sample and a made-up company."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.repeats.links import Aside
from data import company, lists
from data.check import check_incident
from data.loading import load_sample
from data.problems import Place
from data.store import open_store
from pages.parts import leads, source
from pages.parts.wording.repeats import ASIDE_WORDS
from tests.support.pages import chart, run_page, words
from tests.support.pages_stores import AS_OF

REPEATS, CAUSES, INCIDENT = "pages/repeats.py", "pages/known_cause.py", "pages/incident.py"
#: A cause of the sample that came back, by the incident that was its first.
CERTIFICATES = "gh-19228757"


@pytest.fixture(scope="module")
def made() -> company.Company:
    return company.generate(incidents=600, years=3, seed=7)


@pytest.fixture(scope="module")
def company_url(made: company.Company, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('company') / 'company.db'}"
    store = open_store(url)
    place = Place("made-up", "record")
    checked = (
        check_incident(raw, place=place, lists=lists.current_lists()) for raw in made.records()
    )
    store.load((each.incident for each in checked if each.incident), source="made-up")
    store.close()
    return url


@pytest.fixture(scope="module")
def sample_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('sample') / 'sample.db'}"
    store = open_store(url)
    load_sample(store)
    store.close()
    return url


@pytest.fixture
def _sample(sample_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", sample_url)


@pytest.fixture
def _company(company_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", company_url)
    monkeypatch.setattr(source, "now", lambda: AS_OF)


#: What the pages call the classes of the ledger.
CLASSES = {
    "no fix recorded": "R0",
    "fix given up": "R1",
    "fix still open": "R2",
    "fix not known to be done": "R2",
    "fix did not hold": "R3",
    "state of the fix unknown": "RU",
}


def grid(app: AppTest, column: str) -> pd.DataFrame:
    """The table on the page that has this column."""
    return next(frame.value for frame in app.dataframe if column in frame.value.columns)


def short_list(app: AppTest, column: str) -> pd.DataFrame:
    return next(table.value for table in app.table if column in table.value.columns)


def asked(address: str, parameter: str) -> str:
    """The value that a link asks for."""
    return parse_qs(urlsplit(address).query)[parameter][0]


def ledger_classes(app: AppTest) -> dict[str, str]:
    """Class by id of the later incident, as the ledger shows them."""
    rows = grid(app, "repeats_title")
    return {
        asked(address, "id"): CLASSES[fix]
        for address, fix in zip(rows["id"], rows["fix"], strict=True)
    }


def declared(made: company.Company) -> Iterator[tuple[int, str]]:
    """Row and id of each repeat that a record of the company declares."""
    for row, record in enumerate(made.records()):
        if record["repeats"]:
            yield row, record["id"]


@pytest.mark.usefixtures("_company")
def test_the_ledger_shows_the_true_class_of_every_confirmed_repeat(made: company.Company) -> None:
    expected = {identity: made.true_class(row) for row, identity in declared(made)}
    app = run_page(REPEATS)
    assert len(expected) > 100
    assert ledger_classes(app) == expected
    bars = chart(app, "classes")["data"][0]
    shown = {CLASSES[name]: n for name, n in zip(bars["y"], bars["x"], strict=True)}
    assert {name: n for name, n in shown.items() if n} == Counter(expected.values())


@pytest.mark.usefixtures("_company")
def test_the_front_page_says_what_became_of_the_fix_of_the_costliest_repeats() -> None:
    costliest = words(run_page()).partition("The costliest:")[2].split("\n- ")[1:]
    assert costliest
    assert all(re.search("; (fix |no fix |state of)", line) for line in costliest[:5])


@pytest.mark.usefixtures("_company")
def test_the_headline_counts_the_true_repeats_while_the_fix_was_open(
    made: company.Company,
) -> None:
    classes = [made.true_class(row) for row, _ in declared(made)]
    part, whole = classes.count("R2"), len(classes)
    title = f"{part} of {whole} ({100 * part / whole:.0f} %"
    text = words(run_page(REPEATS))
    assert title in text
    assert "confirmed repeats began while the fix was still open" in text
    assert "Finishing the fix could have avoided at most all of it, perhaps none" in text


@pytest.mark.usefixtures("_company")
def test_a_row_of_the_ledger_leads_to_both_incidents_and_to_the_cause() -> None:
    row = grid(run_page(REPEATS), "repeats_title").iloc[0]
    for column, parameter, script in (
        ("id", "id", INCIDENT),
        ("repeats", "id", INCIDENT),
        ("cause", "known", CAUSES),
    ):
        target = asked(row[column], parameter)
        app = run_page(script, **{parameter: target})
        assert not app.warning
        assert app.header


@pytest.mark.usefixtures("_company")
def test_the_ledger_is_ordered_as_asked_and_says_the_same() -> None:
    app = run_page(REPEATS)
    latest = ledger_classes(app)
    app.segmented_control(key="order").set_value("soonest back").run()
    assert list(ledger_classes(app)) != list(latest)
    assert ledger_classes(app) == latest
    first = grid(app, "repeats_title")["after"].iloc[0]
    assert re.match(r"1 d|2[4-9] h|[34]\d h|\d+ d", first)


@pytest.mark.usefixtures("_company")
def test_one_repeat_in_full_says_how_its_actions_stood(made: company.Company) -> None:
    row = next(row for row, _ in declared(made) if made.true_class(row) == "R2")
    app = run_page(REPEATS)
    app.selectbox(key="repeat").set_value(row).run()
    assert not app.exception
    assert "it began while the fix was still open" in words(app)
    states = short_list(app, "When the repeat began")["When the repeat began"]
    assert states.str.startswith("open then").any()


@pytest.mark.usefixtures("_company")
def test_prevented_is_said_only_where_the_interval_excludes_that_nothing_changed() -> None:
    app = run_page(REPEATS)
    assert "Fixes held: " in words(app)
    assert re.search(r"About \*\*\d+ repeats prevented\*\* \(\d+ to \d+\)", words(app))
    fixes = grid(app, "Seen to expected (95 %)")
    for ratio, verdict in zip(fixes["Seen to expected (95 %)"], fixes["So"], strict=True):
        high = ratio.split(" to ")[1].rstrip(")")
        below = high != "not bounded" and float(high) < 1
        assert below <= ("prevented" in verdict)
        assert ("prevented" in verdict) <= (high != "not bounded" and float(high) <= 1)


@pytest.mark.usefixtures("_company")
def test_what_to_finish_first_falls_in_expected_impact_and_leads_to_its_cause() -> None:
    app = run_page(REPEATS)
    ranked = short_list(app, "Expected impact (95 %)")
    assert 1 < len(ranked) <= 6
    assert ranked["Known cause"].str.contains(r"\]\(known_cause\?known=made-up-").all()
    assert "expected to take" in words(app)


@pytest.mark.usefixtures("_sample")
def test_the_shares_of_repeats_by_quarter_hold_all_repeats() -> None:
    app = run_page(REPEATS)
    shown = [text.split(" (")[0] for text in chart(app, "by_quarter")["data"][0]["text"]]
    parts, totals = zip(*(text.split(" of ") for text in shown), strict=True)
    assert sum(map(int, parts)) == len(ledger_classes(app))
    assert sum(map(int, totals)) == 789
    assert f"{len(ledger_classes(app))} of 789 (" in words(app)


@pytest.mark.usefixtures("_sample")
def test_a_basis_without_dates_is_said_beside_the_headline() -> None:
    said = " ".join(box.value for box in run_page(REPEATS).info)
    assert "None of them has a date of its promise" in said
    assert "it may have been done since without a word" in said


@pytest.mark.usefixtures("_sample")
def test_whether_fixes_held_cannot_be_told_without_dates() -> None:
    text = words(run_page(REPEATS))
    assert "Did the fixes hold? Cannot tell" in text
    assert "About **" not in text


@pytest.mark.usefixtures("_sample")
def test_links_set_aside_are_listed_with_their_reason() -> None:
    app = run_page(REPEATS)
    aside = grid(app, "reason")
    assert f"Set aside, not counted ({len(aside)})" in [each.label for each in app.expander]
    assert set(aside["reason"]) == {ASIDE_WORDS[Aside.TOO_SOON], ASIDE_WORDS[Aside.ORDER_UNKNOWN]}


@pytest.mark.usefixtures("_sample")
def test_a_narrow_period_keeps_repeats_whose_original_lies_before_it() -> None:
    app = run_page(REPEATS, period="Between two days", **{"from": "2026-07-01", "to": "2026-08-20"})
    assert "outside the filters, found all the same" in words(app)
    assert 0 < len(ledger_classes(app)) < 97


@pytest.mark.usefixtures("_sample")
def test_possible_repeats_have_no_place_while_there_are_none() -> None:
    assert "ossible repeat" not in words(run_page(REPEATS))


@pytest.mark.usefixtures("_sample")
def test_the_list_of_known_causes_counts_all_history_and_leads_to_each() -> None:
    rows = short_list(run_page(CAUSES), "Incidents")
    link = rows.columns[0]
    certificates = rows[rows[link].str.contains(CERTIFICATES, regex=False)].iloc[0]
    assert (certificates["Incidents"], certificates["Confirmed repeats"]) == ("8", "7")
    narrow = short_list(run_page(CAUSES, service="Pages"), "Incidents")
    same = narrow[narrow[link].str.contains(CERTIFICATES, regex=False)].iloc[0]
    assert same["Incidents"] == "8"
    assert len(narrow) < len(rows)


@pytest.mark.usefixtures("_sample")
def test_the_page_of_a_cause_shows_all_its_incidents_whatever_the_filters() -> None:
    app = run_page(CAUSES, known=CERTIFICATES, severity="critical")
    assert len(short_list(app, "Back after")) == 8
    line = chart(app, "line")["data"][-1]
    assert len(line["ids"]) == 8
    assert "Struck 8 times" in words(app)


@pytest.mark.usefixtures("_sample")
def test_a_long_list_of_incidents_goes_on_behind_a_click_and_is_not_cut() -> None:
    app = run_page(CAUSES, known="gh-23939893")
    lists_shown = [table.value for table in app.table if "Back after" in table.value.columns]
    assert [len(each) for each in lists_shown] == [15, 25]
    assert "25 earlier incidents" in [each.label for each in app.expander]


@pytest.mark.usefixtures("_sample")
def test_any_incident_of_a_cause_opens_its_page_and_links_name_the_earliest() -> None:
    lead = list(chart(run_page(CAUSES, known=CERTIFICATES), "line")["data"][-1]["ids"])[-1]
    latest = leads.parted(lead)[1]["id"][0]
    assert run_page(CAUSES, known=latest).header[0].value == (
        run_page(CAUSES, known=CERTIFICATES).header[0].value
    )
    incident = words(run_page(INCIDENT, id=latest))
    assert f"known_cause?known={CERTIFICATES}" in incident


@pytest.mark.usefixtures("_company")
def test_every_known_cause_of_the_company_opens(made: company.Company) -> None:
    causes = grid(run_page(CAUSES), "confirmed")
    declared_ids = {identity for _, identity in declared(made)}
    assert causes["confirmed"].sum() == len(declared_ids)
    for address in causes["cause"][:: max(len(causes) // 5, 1)]:
        assert run_page(CAUSES, known=asked(address, "known")).header


@pytest.mark.usefixtures("_company")
def test_a_cause_that_struck_once_has_no_curve_and_says_so(made: company.Company) -> None:
    linked = {identity for _, identity in declared(made)}
    linked |= {name for raw in made.records() for name in str(raw["repeats"]).split(";")}
    alone = next(
        raw["id"]
        for raw in made.records()
        if raw["id"] not in linked and raw["kind"] == "incident" and not raw["duplicate_of"]
    )
    app = run_page(CAUSES, known=alone)
    assert "Struck once so far" in words(app)
    assert all(not each.proto.id.endswith("-recurrences") for each in app.get("plotly_chart"))


@pytest.mark.usefixtures("_sample")
@pytest.mark.parametrize("identity", ["nobody", "<b>x</b>"])
def test_an_unknown_cause_is_said(identity: str) -> None:
    app = run_page(CAUSES, known=identity)
    assert "No incident that counts has this id" in app.warning[0].value

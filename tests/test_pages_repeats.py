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
from pages.views.repeats import ASIDE_WORDS
from tests.support.pages import cells, chart, run_page, words
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
    "no fix planned": "R0",
    "fix dropped": "R1",
    "fix still open": "R2",
    "fix not known to be done": "R2",
    "fix did not hold": "R3",
    "unknown": "RU",
}


def grid(app: AppTest, column: str) -> pd.DataFrame:
    """The table on the page that has this column."""
    return next(frame.value for frame in app.dataframe if column in frame.value.columns)


def short_list(app: AppTest, column: str) -> pd.DataFrame:
    return next(table.value for table in app.table if column in table.value.columns)


def ranked(app: AppTest) -> pd.DataFrame:
    """The causes that keep coming back."""
    return short_list(app, "By quarter")


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
        assert not app.main.warning
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
    said = words(run_page(REPEATS))
    assert "None of them has a date of its promise" in said
    assert "it may have been done since without a word" in said


@pytest.mark.usefixtures("_sample")
def test_whether_fixes_held_cannot_be_told_without_dates() -> None:
    text = words(run_page(REPEATS))
    assert "Did the fixes hold? Too early to say" in text
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
    assert "ossible repeat" not in words(run_page(REPEATS).main)


@pytest.mark.usefixtures("_sample")
def test_the_list_of_known_causes_counts_all_history_and_leads_to_each() -> None:
    rows = ranked(run_page(REPEATS))
    link = rows.columns[0]
    certificates = rows[rows[link].str.contains(CERTIFICATES, regex=False)].iloc[0]
    assert certificates["Incidents"].startswith(f"[8](incidents?known={CERTIFICATES}")
    every = grid(run_page(REPEATS), "confirmed")
    assert every[every["cause"].str.contains(CERTIFICATES)]["confirmed"].tolist() == [7]
    narrow = ranked(run_page(REPEATS, service="Pages"))
    same = narrow[narrow[link].str.contains(CERTIFICATES, regex=False)].iloc[0]
    assert same["Incidents"].startswith("[8]")
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
    incident = cells(run_page(INCIDENT, id=latest))
    assert f"known_cause?known={CERTIFICATES}" in incident


@pytest.mark.usefixtures("_company")
def test_every_known_cause_of_the_company_opens(made: company.Company) -> None:
    causes = grid(run_page(REPEATS), "confirmed")
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


def identities(app: AppTest) -> set[str]:
    return {asked(address, "id") for address in app.dataframe[0].value["id"]}


@pytest.mark.usefixtures("_sample")
def test_every_bar_of_the_ledger_leads_to_as_many_incidents_as_it_counts() -> None:
    app = run_page(REPEATS)
    bars = chart(app, "classes")["data"][0]
    assert [leads.parted(lead)[0] for lead in bars["ids"]] == ["incidents"] * 5
    for lead, number in zip(bars["ids"], bars["x"], strict=True):
        listed = run_page("pages/incidents.py", **leads.parted(lead)[1])
        assert len(listed.dataframe[0].value) == number
    every = run_page("pages/incidents.py", fix="")
    assert "repeats of a known cause" in words(every)


@pytest.mark.usefixtures("_sample")
def test_the_quarters_of_the_repeats_lead_to_these_repeats_alone() -> None:
    app = run_page(REPEATS)
    marks = chart(app, "by_quarter")["data"][0]
    parts = [int(text.split(" of ")[0]) for text in marks["text"]]
    named = [leads.parted(lead)[1] for lead in marks["ids"]]
    assert [len(one.get("only", one.get("id", []))) for one in named] == parts


@pytest.mark.usefixtures("_sample")
def test_tiles_say_how_much_came_back_and_lead_on() -> None:
    app = run_page(REPEATS)
    tiles = {tile.label: tile.value for tile in app.metric}
    bars = chart(app, "classes")["data"][0]
    still = bars["x"][2]
    assert tiles["Repeats"] == "97 of 789"
    assert tiles["Repeats while the fix was open"] == f"{still} of 97"
    assert tiles["Causes that struck more than once"] == str(len(grid(app, "confirmed")))


@pytest.mark.usefixtures("_sample")
def test_the_incidents_of_a_known_cause_are_listed_and_it_is_said_of_what() -> None:
    app = run_page("pages/incidents.py", known=CERTIFICATES, period="All time")
    line = chart(run_page(CAUSES, known=CERTIFICATES), "line")["data"][-1]
    assert identities(app) == {leads.parted(lead)[1]["id"][0] for lead in line["ids"]}
    assert "certificate" in app.header[0].value


@pytest.mark.usefixtures("_sample")
def test_marks_of_a_cause_lead_to_its_incidents_and_bars_to_those_of_a_service() -> None:
    app = run_page(CAUSES, known=CERTIFICATES)
    marks = chart(app, "recurrences")["data"][-1]["ids"]
    ids = [lead for lead in marks if leads.bare(lead)]
    assert len(ids) == 7
    bars = chart(app, "services")["data"][0]
    listed = run_page("pages/incidents.py", **leads.parted(bars["ids"][0])[1])
    assert len(listed.dataframe[0].value) == bars["x"][0]


@pytest.mark.usefixtures("_sample")
def test_what_is_done_and_not_checked_is_a_list_of_its_own() -> None:
    app = run_page(CAUSES, known=CERTIFICATES)
    assert "**Done, and nobody has recorded whether it works (1)**" in words(app)
    lists_of_actions = [t.value for t in app.table if "Does it work?" in t.value.columns]
    assert lists_of_actions[1]["Does it work?"].tolist() == ["no check recorded"]


@pytest.mark.usefixtures("_sample")
def test_without_a_cause_the_page_of_one_leads_to_the_list() -> None:
    assert run_page(CAUSES).title[0].value == "What keeps coming back"

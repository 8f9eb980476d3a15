"""Where marks lead: addresses that say what a list is of, with the reader's filters around them."""

import datetime as dt

import numpy as np
import pytest

from pages.parts import leads


def test_a_month_leads_to_its_first_and_its_last_day() -> None:
    (lead,) = leads.of_periods(np.array(["2026-02-01"], dtype="datetime64[D]"), "month")
    page, asked = leads.parted(lead)
    assert page == "incidents"
    assert asked == {"period": ["Between two days"], "from": ["2026-02-01"], "to": ["2026-02-28"]}


def test_a_lead_has_the_last_word_over_the_filters_and_the_others_stay() -> None:
    _, asked = leads.parted(leads.incidents(severity="critical"))
    filters = {"severity": ["minor", "major"], "team": ["Payments"]}
    assert leads.with_filters(asked, filters) == {"severity": ["critical"], "team": ["Payments"]}


def test_the_days_of_a_mark_replace_the_whole_period_of_the_reader() -> None:
    lead = leads.incidents(start=dt.date(2026, 1, 1))
    filters = {"period": ["Last 90 days"], "from": ["2020-01-01"], "to": ["2020-02-01"]}
    carried = leads.with_filters(leads.parted(lead)[1], filters)
    assert carried == {"period": ["Between two days"], "from": ["2026-01-01"], "to": [""]}


def test_a_label_with_signs_of_addresses_arrives_as_it_is() -> None:
    _, asked = leads.parted(leads.incidents(service="a&b=c?d #1/é"))
    assert asked == {"service": ["a&b=c?d #1/é"]}


def test_a_single_incident_leads_to_its_record_and_too_many_lead_nowhere() -> None:
    assert leads.some(["x/1"], of="slow ones") == leads.incident("x/1") == "incident?id=x%2F1"
    assert leads.some([], of="slow ones") == ""
    assert leads.some(map(str, range(leads.MOST_NAMED + 1)), of="slow ones") == ""


def test_several_incidents_are_named_with_what_they_have_in_common() -> None:
    page, asked = leads.parted(leads.some(["a", "b"], of="longer than a day"))
    assert (page, asked) == ("incidents", {"only": ["a", "b"], "of": ["longer than a day"]})


def test_a_known_cause_leads_to_its_page_and_to_its_incidents_of_all_time() -> None:
    assert leads.known_cause("a&b") == "known_cause?known=a%26b"
    page, asked = leads.parted(leads.of_known_cause("a", service="Web"))
    assert page == "incidents"
    assert asked == {"known": ["a"], "period": ["All time"], "service": ["Web"]}


def test_a_filter_that_does_not_exist_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="colour"):
        leads.incidents(colour="red")


def test_marks_that_lead_to_one_place_or_nowhere_differ_in_spelling_alone() -> None:
    one = leads.incidents(cause="a#b")
    spelled = leads.distinct([one, "", one, "", ""])
    assert len(set(spelled)) == 5
    assert [leads.bare(lead) for lead in spelled] == [one, "", one, "", ""]
    assert leads.parted(spelled[2]) == ("incidents", {"cause": ["a#b"]})

"""Tests of the reasons given for a match: nothing that the score does not use, nothing made up."""

import datetime as dt
from dataclasses import replace

from analytics.matcher.matching import MOST_SHOWN, Index, Reasons, explain
from analytics.matcher.prepared import prepare
from tests.support.causes import CONCEPTS, document, history


def reasons(*, created: dt.datetime | None = None) -> Reasons:
    prepared, _ = history(40)
    earlier = replace(document(1, "certificate"), services=("web", "api"), category="network")
    asked = document(50, "certificate")
    later = replace(
        asked, services=("web", "jobs"), category="Network", created=created or asked.created
    )
    index = Index.restore([*prepared, prepare(earlier, CONCEPTS)])
    return explain(later, earlier, index=index, concepts=CONCEPTS)


def test_shared_concepts_are_named_in_words() -> None:
    assert "Expired certificate" in [shared.text for shared in reasons().concepts]


def test_shared_words_are_rare_ones_as_written_and_ordered() -> None:
    found = reasons().words
    assert "haproxy" in [shared.text for shared in found]
    assert "certificate" in [shared.text for shared in found]
    assert [one.rarity for one in found] == sorted((o.rarity for o in found), reverse=True)
    assert len(found) <= MOST_SHOWN


def test_the_sentences_are_those_that_tell_the_cause_and_stand_in_the_records() -> None:
    found = reasons()
    assert found.later_sentence.startswith("The outage was caused by an expired certificate")
    assert found.earlier_sentence in document(1, "certificate").sentences


def test_services_are_split_into_same_and_different() -> None:
    found = reasons()
    assert (found.same_services, found.only_later, found.only_earlier) == (
        ("web",),
        ("jobs",),
        ("api",),
    )


def test_a_category_is_the_same_whatever_its_capitals_and_unknown_where_missing() -> None:
    assert reasons().same_category is True
    prepared, _ = history(5)
    index = Index.restore(prepared)
    found = explain(document(9, "dns"), document(1, "dns"), index=index, concepts=CONCEPTS)
    assert found.same_category is None


def test_days_are_counted_from_start_to_start() -> None:
    assert reasons().days == 147.0
    later = document(1, "certificate").created + dt.timedelta(hours=36)
    assert reasons(created=later).days == 1.5


def test_records_that_share_nothing_have_no_reasons() -> None:
    prepared, _ = history(40)
    index = Index.restore(prepared)
    other = replace(document(1, "dns"), title="", cause="zzz")
    found = explain(document(9, "disk"), other, index=index, concepts=CONCEPTS)
    assert (found.concepts, found.words, found.later_sentence) == ((), (), "")


def test_an_identifier_is_shown_without_its_parts() -> None:
    cause = "because of maxPoolSize"
    one, two = (replace(document(n, "dns"), cause=cause, title="") for n in (1, 9))
    index = Index.restore(history(40)[0])
    shown = [s.text for s in explain(two, one, index=index, concepts=CONCEPTS).words]
    assert shown == ["maxPoolSize"]

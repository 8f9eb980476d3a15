"""Which earlier incidents are suggested for new ones, and what becomes of a verdict."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.matcher.confidence import FEWEST_RECORDS
from analytics.matcher.matching import Index
from analytics.matcher.prepared import Document, prepare
from analytics.matcher.searching import Matched
from analytics.matcher.suggesting import suggest_earlier
from analytics.stored.search import match_new, open_search
from data.record import Incident
from data.sample_records import load_sample
from data.store import Store, open_store
from data.suggestions import suggestions
from data.verdicts import verdicts
from tests.support.causes import CONCEPTS
from tests.support.pages import run_page

START = dt.datetime(2024, 1, 1)


def documents(count: int) -> list[Document]:
    """Incidents five days apart with nothing in common, but for the last and the tenth."""
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}{chr(122 - n % 26)}ol" for n in range(count)]
    words[-1] = words[10]
    return [
        Document(
            id=f"i{n}",
            created=START + dt.timedelta(days=5 * n),
            resolved=START + dt.timedelta(days=5 * n, hours=1),
            title=f"{word} {word[::-1]}",
            cause=f"the {word}x of {word[::-1]}y broke the {word}z",
        )
        for n, word in enumerate(words)
    ]


def test_a_record_with_the_words_of_an_earlier_one_is_flagged_and_no_other() -> None:
    new = [prepare(document, CONCEPTS) for document in documents(80)]
    found = list(suggest_earlier(new, index=Index()))
    assert [one.prepared.id for one in found] == [f"i{n}" for n in range(80)]
    flagged = {one.prepared.id: [match.id for match in one.flagged] for one in found if one.flagged}
    assert flagged["i79"][0] == "i10"


def test_nothing_is_flagged_among_the_first_records() -> None:
    new = [prepare(document, CONCEPTS) for document in documents(FEWEST_RECORDS)]
    found = list(suggest_earlier(new, index=Index()))
    assert not any(one.flagged for one in found)


def test_many_reports_of_one_event_do_not_hide_the_earlier_incident() -> None:
    told = documents(60)
    last = replace(told[10], id="last", created=START + dt.timedelta(days=400), resolved=None)
    same = [
        replace(last, id=f"same{n}", created=last.created - dt.timedelta(minutes=n))
        for n in range(40, 0, -1)
    ]
    new = [prepare(document, CONCEPTS) for document in (*told, *same, last)]
    *every, found = suggest_earlier(new, index=Index())
    assert found.prepared.id == "last"
    assert found.strength > max(one.strength for one in every[:59])


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    url = f"sqlite:///{tmp_path / 'sample.db'}"
    monkeypatch.setenv("AFTERMATH_DATABASE", url)
    store = open_store(url)
    load_sample(store)
    return store


def test_a_second_search_finds_nothing_left_to_search_and_changes_nothing(sample: Store) -> None:
    assert match_new(sample).records > 900
    revision, before = sample.revision(), suggestions(sample)
    assert match_new(sample) == Matched()
    assert (sample.revision(), suggestions(sample)) == (revision, before)


def test_a_changed_record_is_searched_again(sample: Store) -> None:
    match_new(sample)
    record = next(sample.incidents())
    assert isinstance(record, Incident)
    sample.load([record.model_copy(update={"title": "Another title"})], source="x", as_sample=True)
    assert match_new(sample).records == 1
    assert record.id in open_search(sample).index


def same_cause(app: AppTest) -> str:
    return next(button.key for button in app.button if str(button.key).startswith("repeat_"))


def test_one_click_confirms_a_possible_repeat_and_another_takes_it_back(sample: Store) -> None:
    match_new(sample)
    app = run_page("pages/repeats.py")
    before = waiting(app)
    app.button(same_cause(app)).click().run()
    assert not app.exception
    assert waiting(app) == before - 1
    assert [one.relation for one in verdicts(sample)] == ["repeat"]
    assert "1 of 1" in "".join(caption.value for caption in app.caption)
    undo = next(button.key for button in app.button if str(button.key).startswith("undo_"))
    app.button(undo).click().run()
    assert waiting(app) == before
    assert verdicts(sample) == []


def waiting(app: AppTest) -> int:
    """Possible repeats in the queue, from its heading."""
    heading = next(one.value for one in app.subheader if one.value.startswith("To look at"))
    return int(heading.split()[3])

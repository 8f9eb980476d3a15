"""Is what made-up post-mortems say recovered, in every template and language?"""

from tests.benchmarks.documents import BAR, CLOCKS, LANGUAGES, TEMPLATES, measure, total


def test_two_texts_of_every_template_and_language_are_recovered_whole() -> None:
    found = measure(each=2)
    assert found.keys() == {(name, language) for name in TEMPLATES for language in LANGUAGES}
    whole = total(found)
    assert dict(whole.told) == {
        "impact_started_at": 64,
        "detected_at": 56,
        "acknowledged_at": 48,
        "mitigated_at": 48,
        "resolved_at": 64,
        "cause": 64,
        "actions": 112,
    }
    assert whole.right == whole.told
    assert whole.examples == []
    assert whole.share(*CLOCKS.values()) >= BAR

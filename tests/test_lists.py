"""Is a severity ranked as its source means it, in whatever form it writes it?"""

import pytest

from data import lists

LISTS = lists.read(lists.SHIPPED)


@pytest.mark.parametrize(
    ("label", "rank"),
    [
        ("SEV1", 1),
        ("SEV-2", 2),
        ("SEV_2", 2),
        ("Sev 3", 3),
        ("sev0", 1),
        ("Sev3 (minor)", 3),
        ("S2", 2),
        ("P1", 1),
        ("P-4", 4),
        ("P2 - High", 2),
        ("Priority 3", 3),
        ("severity::1", 1),
        ("Severity: high", 2),
        ("1 - Critical", 1),
        ("2-High", 2),
        ("4. Low", 4),
        ("5 (planning)", 5),
        ("1", 1),
        ("#2", 2),
        ("Highest", 1),
        ("High", 2),
        ("Medium", 3),
        ("Low", 4),
        ("Lowest", 5),
        ("critical", 1),
        ("🔴 Critical", 1),
        ("Critical (customer facing)", 1),
        ("Minor incident", 3),
        ("Prioridad 1", 1),
        ("Crítico", 1),
        ("Alta", 2),
        ("Kritisch", 1),
        ("Schweregrad 2", 2),
        ("Priorität 3", 3),
        ("Hoch", 2),
        ("Élevée", 2),
        ("Gravité 1", 1),
        ("Média", 3),
        ("重大度1", 1),
        ("高", 2),
    ],
)
def test_a_severity_is_ranked_in_whatever_form_it_is_written(label: str, rank: int) -> None:
    assert LISTS.rank(label) == rank


@pytest.mark.parametrize(
    "label",
    ["", "odd", "S1-S2", "P1/P2", "SEV7", "3 users", "2026-03-02", "1.5", "tier 1", "major outage"],
)
def test_what_tells_no_single_rank_has_none(label: str) -> None:
    assert LISTS.rank(label) is None


def test_a_text_is_no_severity() -> None:
    assert LISTS.rank("sev1 " * 50_000) is None

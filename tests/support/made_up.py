"""The made-up company that tests look at, and its records as they are checked."""

from data import lists
from data.check import check_incident
from data.company import Company, generate
from data.problems import Place
from data.record import Incident

SIZE, YEARS, SEED = 3_000, 4.0, 11


def make() -> Company:
    """A company of four years."""
    return generate(incidents=SIZE, years=YEARS, seed=SEED)


def checked_records(made: Company) -> list[Incident]:
    """Its records, of which none may have a problem."""
    checked = []
    for row, raw in enumerate(made.records()):
        found = check_incident(
            raw, place=Place("made-up", f"row {row}"), lists=lists.current_lists()
        )
        assert found.problems == []
        assert not found.assumptions
        assert found.incident is not None
        checked.append(found.incident)
    return checked

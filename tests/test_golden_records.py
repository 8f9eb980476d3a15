"""Do the made-up records of each format read as they did when somebody last looked at them?

After a wanted change, look at what is read now and write it into ``expected.json``.
"""

import json
from pathlib import Path

import pytest

from data import lists
from data.exporting import plain_fields
from data.gathering import read_paths

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize(
    "form", sorted(path.parent.name for path in GOLDEN.glob("*/expected.json"))
)
def test_golden_records_read_as_expected(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN / form)
    reading = read_paths(["input"], lists=lists.read(lists.SHIPPED))
    found = {
        "incidents": [plain_fields(incident) for incident in reading.incidents()],
        "problems": [str(problem) for problem in reading.findings.problems],
        "rejected": reading.findings.rejected,
        "assumptions": dict(reading.findings.assumptions),
    }
    expected = json.loads((GOLDEN / form / "expected.json").read_text(encoding="utf-8"))
    assert found == expected

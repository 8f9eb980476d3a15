"""The bill of materials, the advisories that apply, and the container by its parts."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.packages import Package, bill, holes, locked, main
from tests.support.server import ROOT, free_port, running_app

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
STARLETTE = Package("starlette", "1.10.0", ())


def advisory(*events: Mapping[str, str], **more: Any) -> dict[str, Any]:
    affected = {
        "package": {"ecosystem": "PyPI", "name": "Starlette"},
        "ranges": [{"type": "ECOSYSTEM", "events": list(events)}],
    }
    return {"id": "PYSEC-1", "summary": "A hole", "affected": [affected | more]}


def test_the_bill_names_each_locked_package_once_with_the_hashes_of_its_files() -> None:
    made = bill(locked(), version="1.0")
    names = [part["purl"] for part in made["components"]]
    assert len(names) == len(set(names)) > 50
    assert any(name.startswith("pkg:pypi/streamlit@") for name in names)
    assert any(name.startswith("pkg:pypi/authlib@") for name in names)
    assert all(part["externalReferences"][0]["hashes"] for part in made["components"])


@pytest.mark.parametrize(
    ("events", "applies"),
    [
        ([{"introduced": "0"}], True),
        ([{"introduced": "0"}, {"fixed": "1.10.0"}], False),
        ([{"introduced": "0"}, {"fixed": "1.10.1"}], True),
        ([{"introduced": "1.11"}], False),
        ([{"introduced": "0"}, {"last_affected": "1.10.0"}], True),
        ([{"introduced": "0"}, {"last_affected": "1.9"}], False),
        ([{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "1.9"}, {"fixed": "2"}], True),
        ([{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "1.11"}], False),
    ],
)
def test_a_hole_applies_from_where_it_came_in_to_where_it_was_mended(
    events: list[dict[str, str]], applies: bool
) -> None:
    assert bool(holes([STARLETTE], [advisory(*events)])) is applies


def test_listed_versions_count_and_other_packages_and_what_was_withdrawn_do_not() -> None:
    listed = advisory(versions=["1.10.0"])
    withdrawn = advisory({"introduced": "0"}) | {"withdrawn": "2026-01-01T00:00:00Z"}
    foreign = advisory({"introduced": "0"}, package={"ecosystem": "npm", "name": "starlette"})
    assert [hole.id for hole in holes([STARLETTE], [listed, withdrawn, foreign])] == ["PYSEC-1"]


def test_the_command_reads_a_zip_and_ends_with_one_where_a_hole_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = tmp_path / "all.zip"
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("PYSEC-1.json", json.dumps(advisory({"introduced": "0"})))
    assert main(["audit", str(packed)]) == 1
    assert "PYSEC-1 A hole" in capsys.readouterr().out
    assert main(["audit", str(tmp_path / "empty")]) == 2
    (tmp_path / "none").mkdir()
    assert main(["audit", str(tmp_path / "none")]) == 0
    assert "0 known holes" in capsys.readouterr().out
    assert main(["list"]) == 0
    assert json.loads(capsys.readouterr().out)["bomFormat"] == "CycloneDX"


# The container. Where there is no engine, each of its parts is tried without one.


def command(instruction: str) -> list[str]:
    """What an instruction of the Dockerfile runs."""
    text = DOCKERFILE.replace("\\\n", " ")
    found = re.findall(rf"^{instruction}\b[^\[\n]*(\[.*\])$", text, re.MULTILINE)
    words: list[str] = json.loads(found[-1])
    return words


def test_what_the_image_takes_is_enough_to_start_be_healthy_and_get_ill(tmp_path: Path) -> None:
    stage = DOCKERFILE.rpartition("\nFROM ")[2]
    app, folder, port = tmp_path / "app", tmp_path / "run", free_port()
    for line in re.findall(r"^COPY (?!--from)(.+)$", stage, re.MULTILINE):
        *sources, target = line.split()
        for source in sources:
            into = app / (source if target == "./" else target)
            into.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
            copy(ROOT / source, into)
    folder.mkdir()
    start = command("CMD")
    assert start[:3] == ["streamlit", "run", "dashboard.py"]
    options = [option for option in start[3:] if not option.startswith("--server.port")]
    store = folder / "aftermath.db"
    with running_app(
        folder,
        database=f"sqlite:///{store}",
        script=app / "dashboard.py",
        options=options,
        environment={"AFTERMATH_OPEN": "yes", "PYTHONDONTWRITEBYTECODE": "1"},
        port=port,
    ):
        check = [word.replace("8501", str(port)) for word in command("HEALTHCHECK")]
        check[0] = sys.executable
        assert subprocess.run(check, timeout=60, check=False).returncode == 0
        for part in folder.glob("aftermath.db*"):
            part.unlink()
        ill = subprocess.run(check, timeout=60, capture_output=True, check=False)
        assert ill.returncode != 0


def test_the_image_is_nobodys_and_takes_exact_versions_and_no_secret() -> None:
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users
    assert users[-1] not in ("root", "0")
    assert "--require-hashes -r requirements-login.lock" in DOCKERFILE
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    taken = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert "*" in ignored
    assert taken == {name for line in copied for name in line.split()}
    assert not any("secrets" in name for name in taken)


def test_the_services_run_without_privileges_on_a_file_system_that_is_only_read() -> None:
    for service in COMPOSE["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service.get("user", "from the image") not in ("root", "0")
        assert not service.get("privileged")


def test_the_services_answer_this_machine_alone_and_wait_for_a_healthy_database() -> None:
    app, database = COMPOSE["services"]["app"], COMPOSE["services"]["database"]
    assert app["ports"] == ["127.0.0.1:8501:8501"]
    assert "ports" not in database
    assert app["depends_on"]["database"]["condition"] == "service_healthy"
    assert database["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert "${POSTGRES_PASSWORD:?" in app["environment"]["AFTERMATH_DATABASE"]
    assert "${POSTGRES_PASSWORD:?" in database["environment"]["POSTGRES_PASSWORD"]

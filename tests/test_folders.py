"""Which folders of this machine may be loaded from the page?"""

import os
from pathlib import Path

import pytest

from data.preferences import FOLDERS_ENVIRONMENT, allowed_folders


@pytest.mark.parametrize(
    "environment", [{}, {FOLDERS_ENVIRONMENT: ""}, {FOLDERS_ENVIRONMENT: os.pathsep}]
)
def test_by_default_no_folder_may_be_loaded_from_the_page(environment: dict[str, str]) -> None:
    assert allowed_folders(environment) == ()


def test_only_named_folders_that_are_there_may_be_loaded_each_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "file").touch()
    named = [tmp_path / "a", tmp_path / "gone", tmp_path / "file", tmp_path / "a" / ".." / "a"]
    environment = {FOLDERS_ENVIRONMENT: os.pathsep.join(map(str, named))}
    assert allowed_folders(environment) == (tmp_path / "a",)

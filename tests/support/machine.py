"""What must be on a machine before the tests can run, and how does it get there?

Each step looks first and does nothing when it finds what it needs, so a second run starts at
once. What cannot be set up ends in one sentence that says what to install. Standard library
only: this runs before any package is installed.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support.browser import find_chromium

ROOT = Path(__file__).resolve().parents[2]
#: The exact versions, with hashes, that both commands of the README install.
LOCK = ROOT / "requirements-dev.lock"
#: The ranges that the lock is made from; the last names the others.
RANGES = tuple(ROOT / f"requirements{what}.txt" for what in ("", "-assistant", "-login", "-dev"))
STAMP = "aftermath-requirements"
#: Where the newest versions within the ranges are tried, beside the locked ones.
NEWEST = ".venv-newest"

CHECKS = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",))

#: Without a network a download should end soon; with one, a connection is there in a second.
CONNECTION_MILLISECONDS = "5000"
#: Asks Playwright for the browser that the tests would get from it.
START_BROWSER = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as playwright:\n"
    "    playwright.chromium.launch().close()\n"
)


class SetupError(Exception):
    """Something is missing that could not be set up; its text says what to do, in a sentence."""


def ready(*, newest: bool = False) -> Path:
    """Sets up what is missing and returns the Python that has it all.

    Args:
        newest: take the newest versions that the ranges allow, in an environment of their own,
            instead of the locked ones.

    Raises:
        SetupError: something could not be set up.
    """
    python = _made(ROOT / NEWEST) if newest else _environment()
    _packages(python, named_by=RANGES if newest else (LOCK,))
    _driver(python)
    _browser(python)
    return python


def check_code(python: Path) -> None:
    """Style, layout and types, before the tests because they take seconds.

    Raises:
        SetupError: a check failed; it has printed where.
    """
    for tool, *arguments in CHECKS:
        if not _run(python, "-m", tool, *arguments):
            raise SetupError(f"{' '.join((tool, *arguments))} found what stands above.")


def stamp(python: Path, *, named_by: Sequence[Path] = (LOCK,)) -> str:
    """What the packages of an environment depend on: the files that name them and its Python."""
    parts = [path.read_bytes() for path in named_by] + [bytes(python.resolve())]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _environment() -> Path:
    if sys.prefix != sys.base_prefix:
        return Path(sys.executable)
    return _made(ROOT / ".venv")


def _made(folder: Path) -> Path:
    """The Python of the environment in ``folder``, which is made if it is not there."""
    python = folder / "bin" / "python"
    new_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
    if not (python.exists() and _run(python, "-c", new_enough, quiet=True)):
        _say(f"Making a virtual environment in {folder.name}")
        _need_ensurepip()
        if not _run(sys.executable, "-m", "venv", "--clear", folder):
            raise SetupError(f"{sys.executable} could not make a virtual environment; see above.")
    return python


def _need_ensurepip() -> None:
    """Debian keeps the part of Python that puts pip into an environment in a package apart."""
    package = f"python3.{sys.version_info.minor}-venv"
    if importlib.util.find_spec("ensurepip") is None and not _apt_install(package):
        raise SetupError(f"This Python cannot make virtual environments: install {package}.")


def _packages(python: Path, *, named_by: Sequence[Path]) -> None:
    installed = python.parents[1] / STAMP
    wanted = stamp(python, named_by=named_by)
    if installed.exists() and installed.read_text() == wanted:
        return
    _say(f"Installing the packages of {named_by[-1].name}, which takes a minute or two")
    if not _run(python, "-m", "pip", "--version", quiet=True):
        _run(python, "-m", "ensurepip", quiet=True)  # some tools make environments without pip
    pip = ("-m", "pip", "install", "-qq", "--disable-pip-version-check")  # errors only
    if not _run(python, *pip, "--requirement", named_by[-1]):
        raise SetupError(f"pip could not install {named_by[-1].name}; it says why above.")
    installed.write_text(wanted)


def _driver(python: Path) -> None:
    """Playwright steers the browser with a program that small systems lack a library for."""

    def starts() -> bool:
        return _run(python, "-m", "playwright", "--version", quiet=True)

    if not starts() and not (_apt_install("libatomic1") and starts()):
        raise SetupError(
            "Playwright's driver does not start: install the library libatomic "
            "(libatomic1 on Debian and Ubuntu)."
        )


def _browser(python: Path) -> None:
    def starts() -> bool:
        return find_chromium() is not None or _run(python, "-c", START_BROWSER, quiet=True)

    if starts():
        return
    _say("Getting a Chromium for the tests of the pages")
    os.environ["PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT"] = CONNECTION_MILLISECONDS
    _run(python, "-m", "playwright", "install", "chromium", "--only-shell", quiet=True)
    if starts() or (_apt_install("chromium") and starts()):
        return
    raise SetupError(
        "The tests of the pages need a Chromium or Chrome, and none could be downloaded: "
        "install one, or name one in AFTERMATH_CHROMIUM."
    )


def _apt_install(package: str) -> bool:
    """Tries Debian's package where the user may install it; False where that did not work."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    _say(f"Installing Debian's {package}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    return _run("apt-get", "update", quiet=True) and _run(
        "apt-get", "install", "--yes", package, quiet=True
    )


def _run(*command: str | Path, quiet: bool = False) -> bool:
    """Runs a command in the checkout; quiet hides what it prints."""
    output = subprocess.DEVNULL if quiet else None
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
    )
    return done.returncode == 0


def _say(text: str) -> None:
    print(f"{text} …", flush=True)

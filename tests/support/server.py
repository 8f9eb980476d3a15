"""Does the dashboard work as people start it: ``streamlit run`` in a folder of their own?

Each server runs in an empty folder, so that its default store is a fresh one, and finds its
settings beside the script.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "dashboard.py"

#: Far longer than any start: it ends a hanging test and measures nothing.
START_SECONDS = 600
STOP_SECONDS = 60

#: No browser is opened, and nothing watches for edits that nobody makes.
RUN_OPTIONS = ("--server.headless=true", "--server.fileWatcherType=none", "--server.port")


@dataclass(frozen=True)
class App:
    """A running dashboard: where it answers, in which folder, and what it has logged."""

    url: str
    folder: Path

    @property
    def log(self) -> str:
        """Everything that the server has printed so far."""
        return (self.folder / "server.log").read_text(encoding="utf-8")

    def tracebacks(self) -> list[str]:
        """The errors that the script did not handle; a reader saw an empty page for each."""
        return [part.strip() for part in self.log.split("Traceback (most recent call last):")[1:]]


@contextmanager
def running_app(
    folder: Path,
    *,
    database: str | None,
    script: Path = DASHBOARD,
    options: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[App]:
    """The dashboard for as long as the block runs, over a database URL or the default store.

    Args:
        folder: where it runs.
        database: the URL; None for the default store.
        script: what is run.
        options: of ``streamlit run``, beside those that every test needs.
        environment: what is set beside what this process has.
        port: where it answers; None for any that is free.

    Raises:
        RuntimeError: the server ended or did not answer; the message holds its log.
    """
    port = port or free_port()
    app = App(url=f"http://127.0.0.1:{port}", folder=folder)
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            (sys.executable, "-m", "streamlit", "run", script, *RUN_OPTIONS, str(port), *options),
            cwd=folder,
            env=_environment(database) | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_healthy(app, process)
            yield app
        finally:
            _stop(process)


def _environment(database: str | None) -> dict[str, str]:
    environment = {k: v for k, v in os.environ.items() if k != "AFTERMATH_DATABASE"}
    return environment if database is None else environment | {"AFTERMATH_DATABASE": database}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_healthy(app: App, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _is_healthy(app):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the dashboard did not start:\n{app.log}")


def _is_healthy(app: App) -> bool:
    # http.client, because it asks no proxy that the environment may name.
    connection = http.client.HTTPConnection(app.url.rpartition("/")[2], timeout=5)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

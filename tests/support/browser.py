"""Which browser do the page tests drive, and how is it started?

A Chromium that is already on the machine comes first: it is the one that somebody keeps up to
date, and nothing has to be downloaded. Standard library only, because the set-up asks before
any package is installed.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping

#: Names under which Chromium and Chrome are installed on Linux, the free one first.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

#: A browser that answers slower than this does not work; a snap's placeholder just hangs.
VERSION_SECONDS = 30

LAUNCH_FLAGS = (
    "--no-sandbox",  # Chromium refuses to start as root with it, and containers run as root
    "--disable-dev-shm-usage",  # containers give /dev/shm 64 MB, too little for a page of charts
    "--disable-gpu",
    "--no-first-run",
    # Nothing leaves this machine: neither the browser's own traffic …
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    # … nor a page's, so that a page behaves the same with and without a network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


def find_chromium(environment: Mapping[str, str] = os.environ) -> str | None:
    """The path of the machine's own Chromium, or None when only Playwright's can serve.

    ``AFTERMATH_CHROMIUM`` is taken at its word; what stands on the ``PATH`` must also start,
    because some systems install a placeholder there that only asks to be replaced.
    """
    chosen = environment.get("AFTERMATH_CHROMIUM")
    if chosen:
        return chosen
    found = (shutil.which(name, path=environment.get("PATH")) for name in NAMES)
    return next((path for path in found if path and _starts(path)), None)


def _starts(path: str) -> bool:
    try:
        answer = subprocess.run(
            [path, "--version"], capture_output=True, timeout=VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0

"""Which exact versions are installed? ``python -m tests.support.lock`` writes them anew.

The ranges in ``requirements*.txt`` are the source; the locks beside them hold one version of each
package, for every system, with the hashes of all its files, so that a new machine gets what was
tested, and nothing else under the same name.
"""

import os
import shutil
import subprocess
import sys

from tests.support.machine import ROOT

#: The lock of each file of ranges; each takes the versions of those before it.
LOCKS = {
    "requirements.txt": "requirements.lock",
    "requirements-assistant.txt": "requirements-assistant.lock",
    "requirements-login.txt": "requirements-login.lock",
    "requirements-dev.txt": "requirements-dev.lock",
}
OLDEST_PYTHON = "3.11"


def renew() -> None:
    """Write all locks from the ranges, with the newest versions that fit."""
    uv = shutil.which("uv", path=os.path.dirname(sys.executable)) or "uv"  # noqa: PTH120
    before: list[str] = []
    for ranges, lock in LOCKS.items():
        command = [uv, "pip", "compile", ranges, "--universal", "--python-version", OLDEST_PYTHON]
        command += ["--generate-hashes", "--no-annotate", "--no-header", "--upgrade", "--quiet"]
        command += before
        subprocess.run([*command, "--output-file", lock], cwd=ROOT, check=True)
        before += ["--constraint", lock]


if __name__ == "__main__":
    renew()

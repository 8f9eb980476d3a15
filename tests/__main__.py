"""The one command of the tests, on a new machine as on an old one: ``python3 -m tests``."""

import argparse
import os
import sys

OLDEST_PYTHON = (3, 11)
#: In two processes, as one takes longer than the gate allows; by "logical" rather than 2, a
#: debugger (``--pdb``) gets one. A process keeps the tests of a file while it has work, so that
#: stores and servers are made once; what is left at the end is shared.
TWO_PROCESSES = ("-n", "logical", "--maxprocesses", "2", "--dist", "worksteal")


def main() -> None:
    """Sets up what is missing, checks the code, and hands over to pytest."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(
            f"Aftermath needs Python 3.11 or newer and this is {sys.version.split()[0]}: "
            "run the command with a newer one, such as python3.12 -m tests."
        )
    # Only now, because an older Python cannot even read these modules.
    from tests.support import machine

    options, pytest_arguments = _arguments()
    try:
        python = machine.ready(newest=options.newest)
        machine.check_code(python)
    except machine.SetupError as problem:
        sys.exit(str(problem))
    sys.stdout.flush()
    # In this process' place, so that an interrupt and the exit code are pytest's own.
    os.execv(python, [str(python), "-m", "pytest", *distributed(pytest_arguments)])


def distributed(arguments: list[str]) -> list[str]:
    """Pytest's options with those for two processes before them, so that the given ones win."""
    without = any(argument.endswith("no:xdist") for argument in arguments)
    return arguments if without else [*TWO_PROCESSES, *arguments]


def _arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="python3 -m tests",
        usage="%(prog)s [-h] [--newest] [pytest's options]",
        description=(
            "Checks style, layout and types, then runs all tests: against SQLite, a real "
            "PostgreSQL server and a real browser. What is missing is set up first: the packages "
            "in a virtual environment (the active one, else .venv) and a Chromium (the one of "
            "the machine or of $AFTERMATH_CHROMIUM, else Playwright's, else Debian's)."
        ),
        epilog=(
            "All other options go to pytest: python3 -m tests tests/test_walls.py -k import. The "
            "tests run in two processes; -n 0 takes one."
        ),
        allow_abbrev=False,
    )
    parser.add_argument(
        "--newest",
        action="store_true",
        help="try the newest versions that requirements*.txt allow, in an environment of their own",
    )
    return parser.parse_known_args()


if __name__ == "__main__":
    main()

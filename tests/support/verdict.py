"""Is a run of the tests green: every test ran, passed, and nothing was left to say?

pytest calls a run with skipped tests or warnings a success. The gate does not: a skip is a test
that nobody notices missing. ``python3 -m tests.support.verdict < LOG`` asks about a whole run.
"""

import re
import sys

#: "==== 12 passed, 1 skipped in 3.21s ====", with or without the rule around it.
CLOSING = re.compile(r"^=* ?(?P<counts>\d+ \w+(?:, \d+ \w+)*|no tests ran) in \d[\d.]*s\b.*$", re.M)
COLOUR = re.compile(r"\x1b\[[\d;]*m")


def objection(output: str) -> str | None:
    """Why the run behind this output is not green, in one sentence; None when it is."""
    closings = CLOSING.findall(COLOUR.sub("", output))
    if not closings:
        return "The run has no closing line of pytest's, so no test is known to have passed."
    counts = {what: int(count) for count, what in re.findall(r"(\d+) (\w+)", closings[-1])}
    if not counts.pop("passed", 0):
        return f"No test passed: {closings[-1]}."
    if counts:
        return f"Only passed tests are green; this run has {closings[-1]}."
    return None


def main() -> int:
    """Reads the output of a run and is silent when it is green."""
    problem = objection(sys.stdin.read())
    if problem is None:
        return 0
    print(problem, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

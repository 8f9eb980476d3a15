"""What does a filter change on the trend review cost the server, and what would a first draft cost?

``python -m tests.benchmarks.rerun --incidents 100000`` loads a made-up company, starts the
dashboard and the draft of ``express_page.py`` (default settings, default caching), chooses one team
after the other in a real browser, and reads from the operating system what processor time the
server spent on each choice. The ratio holds on any machine.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright

from data import lists
from data.check import check_incident
from data.company import generate
from data.problems import Place
from data.store import open_store
from tests.support.browser import LAUNCH_FLAGS, find_chromium
from tests.support.server import DASHBOARD, running_app
from tests.support.watch import settled

DRAFT = Path(__file__).with_name("express_page.py")
#: The page is left alone until the server has spent nothing for this long.
QUIET_SECONDS = 0.3


def fill(url: str, incidents: int) -> list[str]:
    """A store with a made-up company; its teams."""
    known = lists.read(lists.SHIPPED)
    company = generate(incidents=incidents, years=5, seed=1)
    store = open_store(url)
    checked = (check_incident(raw, place=Place("x"), lists=known) for raw in company.records())
    store.load((c.incident for c in checked if c.incident), source="benchmark")
    store.close()
    return sorted(set(company.frames()["incidents"]["team"].dropna()))


def spent(process: psutil.Process) -> float:
    """Processor seconds of the server so far, once it has come to rest."""
    last = -1.0
    while True:
        times = process.cpu_times()
        now = float(times.user + times.system)
        if now - last < 0.005:
            return now
        last = now
        time.sleep(QUIET_SECONDS)


def choose(page: Page, team: str) -> None:
    """Take one team in place of the one chosen before."""
    box = page.get_by_test_id("stSidebar").get_by_role("combobox", name="Team")
    clear = page.get_by_test_id("stSidebar").get_by_role("button", name="Clear all")
    if clear.count():
        clear.first.click()
        settled(page)
    box.fill(team)
    page.get_by_role("option", name=team, exact=True).click()
    page.keyboard.press("Escape")
    settled(page)


@contextmanager
def opened(url: str) -> Iterator[Page]:
    """A browser on the page at ``url``."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=list(LAUNCH_FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(url)
        settled(page)
        yield page
        browser.close()


def measure(script: Path, url: str, teams: list[str], runs: int) -> list[float]:
    """Processor seconds of the server for each choice of a team, the first two as warm-up."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / script.name  # beside it are no settings, so the defaults hold
        if script is not DASHBOARD:
            copy.write_text(script.read_text())
        target = script if script is DASHBOARD else copy
        with running_app(Path(folder), database=url, script=target) as app, opened(app.url) as page:
            port = int(app.url.rpartition(":")[2])
            server = next(
                process
                for process in psutil.process_iter()
                if any(c.laddr.port == port for c in connections(process))
            )
            costs = []
            for number in range(runs + 2):
                before = spent(server)
                choose(page, teams[number % len(teams)])
                # Clearing the team before is a run too, hence two runs to a choice.
                costs.append((spent(server) - before) / (2 if number else 1))
    return costs[2:]


def connections(process: psutil.Process) -> list[Any]:
    """The listening sockets of a process; none where that is not ours to see."""
    try:
        return [c for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    except psutil.Error:
        return []


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--incidents", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=20)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/company.db"
        teams = fill(url, wanted.incidents)
        os.environ.setdefault("PYTHONPATH", str(DASHBOARD.parent))
        ours = measure(DASHBOARD, url, teams, wanted.runs)
        draft = measure(DRAFT, url, teams, wanted.runs)
    for name, costs in (("trend review", ours), ("plotly.express draft", draft)):
        print(
            f"{name:22} median {1e3 * statistics.median(costs):6.0f} ms of processor time "
            f"({1e3 * min(costs):.0f} to {1e3 * max(costs):.0f}, n = {len(costs)})"
        )
    print(f"{'ratio':22} {statistics.median(ours) / statistics.median(draft):6.2f}")


if __name__ == "__main__":
    main()

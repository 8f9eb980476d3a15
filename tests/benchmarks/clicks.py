"""How long after a click on a filter does a page still change, and how long in a Dash app?

``python -m tests.benchmarks.clicks --incidents 20000`` loads a made-up company, starts the
dashboard and the Dash app of ``dash_page.py`` over the same store, and chooses one team after the
other in a real browser, in both by turns. Timed is what a reader waits: from the click to the last
change of the document. The ratio holds on any machine. Beside it stands how often charts were drawn
for one click: Streamlit makes each anew where its data changed, and draws it a second time at once,
when it has looked for colours of its theme in the figure.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.benchmarks.dash_page import EVERY
from tests.benchmarks.rerun import fill
from tests.support.browser import LAUNCH_FLAGS, find_chromium
from tests.support.server import DASHBOARD, free_port, running_app
from tests.support.watch import ANSWER_MILLISECONDS, settled

PAGES = ("", "response", "impact", "causes", "repeats", "actions", "retrospective")
WINDOW = {"width": 1440, "height": 900}
#: A page whose server is done and that has not changed for this long has come to rest.
QUIET_MILLISECONDS = 1_000

#: Notes when a button of the mouse was pressed, when the document changed last, and each drawing.
WATCH = """
() => {
  const seen = window.seen = {click: 0, last: 0, draws: 0, charts: new Set()};
  const watched = new WeakSet();
  const plots = () => document.querySelectorAll(".js-plotly-plot").forEach(plot => {
    if (watched.has(plot) || !plot.on) return;
    watched.add(plot);
    const drawn = () => { seen.draws += 1; seen.charts.add(plot); };
    if (seen.click) drawn();  // made since the click, and drawn with it
    plot.on("plotly_beforeplot", drawn);
  });
  new MutationObserver(() => { seen.last = performance.now(); plots(); }).observe(
    document, {subtree: true, childList: true, attributes: true, characterData: true});
  addEventListener("pointerdown", () => {
    seen.click = performance.now(); seen.draws = 0; seen.charts.clear();
  }, true);
  plots();
}
"""
AT_REST = """
quiet => performance.now() - Math.max(window.seen.last, window.seen.click) > quiet
  && document.querySelector("[data-test-script-state=running]") === null
  && !document.title.startsWith("Updating")
"""
OUTCOME = """
() => [window.seen.last - window.seen.click, window.seen.draws, window.seen.charts.size]
"""


@dataclass
class Clicks:
    """What clicks on one page cost: milliseconds to its last change, and drawings of charts."""

    milliseconds: list[float] = field(default_factory=list)
    draws: list[float] = field(default_factory=list)
    charts: list[float] = field(default_factory=list)

    def time(self, page: Page, click: Callable[[], None]) -> None:
        """Adds one click."""
        click()
        page.wait_for_function(AT_REST, arg=QUIET_MILLISECONDS)
        took, draws, charts = page.evaluate(OUTCOME)
        self.milliseconds.append(took)
        self.draws.append(draws)
        self.charts.append(charts)

    def line(self, name: str, *, peer: "Clicks") -> str:
        """One line of the report."""
        typical = statistics.median(self.milliseconds)
        return (
            f"{name:16}{typical:8.0f} ms ({min(self.milliseconds):.0f} to "
            f"{max(self.milliseconds):.0f}, n = {len(self.milliseconds)}), "
            f"{typical / statistics.median(peer.milliseconds):.2f} x Dash, "
            f"{statistics.median(self.draws):.0f} drawings of "
            f"{statistics.median(self.charts):.0f} charts"
        )


@contextmanager
def dash_app(url: str) -> Iterator[str]:
    """The Dash app over the store at ``url``; its address."""
    port = free_port()
    command = (sys.executable, "-m", "tests.benchmarks.dash_page", str(port))
    process = subprocess.Popen(
        command,
        env=os.environ | {"AFTERMATH_DATABASE": url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def open_dash(page: Page, address: str) -> None:
    """Open the Dash app, as soon as it answers, and wait for its charts."""
    deadline = time.monotonic() + ANSWER_MILLISECONDS / 1e3
    while True:
        try:
            page.goto(address)
            break
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
    page.wait_for_selector("#rows td")
    page.evaluate(WATCH)
    page.wait_for_function(AT_REST, arg=QUIET_MILLISECONDS)


def open_ours(page: Page, address: str) -> None:
    """Open a page of the dashboard and wait until it has come to rest."""
    page.goto(address)
    settled(page)
    page.evaluate(WATCH)
    page.wait_for_function(AT_REST, arg=QUIET_MILLISECONDS)


def choose(page: Page, team: str) -> Callable[[], None]:
    """Make ready to choose one team, and no other, in the dashboard; what clicks on it."""
    sidebar = page.get_by_test_id("stSidebar")
    if (clear := sidebar.get_by_role("button", name="Clear all")).count():
        clear.first.click()
        settled(page)
        page.wait_for_function(AT_REST, arg=QUIET_MILLISECONDS)
    sidebar.get_by_role("combobox", name="Team").fill(team)
    return page.get_by_role("option", name=team, exact=True).click


def choose_in_dash(page: Page, team: str) -> Callable[[], None]:
    """Make ready to choose one team in the Dash app; what clicks on it."""
    page.get_by_label(EVERY, exact=True).click()
    page.wait_for_function(AT_REST, arg=QUIET_MILLISECONDS)
    return page.get_by_label(team, exact=True).click


def main() -> None:
    """Print the medians and ratios of each page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--incidents", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("pages", nargs="*", default=list(PAGES))
    wanted = parser.parse_args()
    expect.set_options(timeout=ANSWER_MILLISECONDS)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        folder = Path(name)
        url = f"sqlite:///{folder}/company.db"
        teams = fill(url, wanted.incidents)
        browser = driver.chromium.launch(executable_path=find_chromium(), args=list(LAUNCH_FLAGS))
        with running_app(folder, database=url, script=DASHBOARD) as ours, dash_app(url) as theirs:
            peer = browser.new_page(viewport=WINDOW)
            peer.set_default_timeout(ANSWER_MILLISECONDS)
            open_dash(peer, theirs)
            for path in wanted.pages:
                page = browser.new_page(viewport=WINDOW)
                page.set_default_timeout(ANSWER_MILLISECONDS)
                open_ours(page, f"{ours.url}/{path}")
                clicks, of_peer = Clicks(), Clicks()
                for number in range(wanted.runs + 1):
                    team = teams[number % len(teams)]
                    clicks.time(page, choose(page, team))
                    of_peer.time(peer, choose_in_dash(peer, team))
                    if not number:  # the first click on a page warms it up
                        clicks, of_peer = Clicks(), Clicks()
                print(clicks.line(path or "front page", peer=of_peer), flush=True)
                print(of_peer.line("  the Dash app", peer=of_peer), flush=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    main()

"""Did a page stay on this machine, and did the browser have anything to complain about?

Both are questions about every page, so they are asked of every browser test rather than in a
test of their own: the watch listens from the first request on.
"""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

#: Schemes that carry their content with them and so fetch nothing.
INLINE_SCHEMES = frozenset({"about", "blob", "chrome-error", "data"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

#: What Streamlit asks for at every address above a page until it finds its server.
PROBES = ("/_stcore/health", "/_stcore/host-config")
#: Streamlit waits this long for another keystroke or choice before it tells the server;
#: until then a page that is about to change looks settled.
DEBOUNCE_MILLISECONDS = 200
#: Timers of a page end in their order, however slow the machine: when this one ends, one that
#: Streamlit had set before it has ended too.
AFTER_THE_DEBOUNCE = "wait => new Promise(done => setTimeout(done, wait))"
#: Longer than any answer on a machine ten times busier, the slowest of which takes six seconds:
#: it ends a hanging test and measures nothing.
ANSWER_MILLISECONDS = 90_000


class Watch:
    """What a browser context did that it should not have, in words, in the order it happened."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        context.on("request", lambda request: self._address(request.url))
        context.on("console", self._console)
        context.on("weberror", lambda error: self._complain("uncaught error", str(error.error)))
        context.on("page", self._page)

    def _page(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._address(socket.url))

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in INLINE_SCHEMES and parts.hostname not in LOOPBACK:
            self._complain("request to the outside", url)

    def _console(self, message: ConsoleMessage) -> None:
        where = message.location["url"]
        if message.type == "error" and not _is_a_probe(where):
            self._complain("error on the console", f"{message.text} ({where})")

    def _complain(self, what: str, detail: str) -> None:
        self.complaints.append(f"{what}: {detail}")


def _is_a_probe(url: str) -> bool:
    """Whether Streamlit was looking for its server, first below the page's own address."""
    return urlsplit(url).path.endswith(PROBES)


def settled(page: Page) -> Locator:
    """Waits until the page shows the end of its script's run and returns the app.

    Call it after opening a page and after each click or choice, before reading from the page.
    """
    page.evaluate(AFTER_THE_DEBOUNCE, DEBOUNCE_MILLISECONDS + 1)
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    return app

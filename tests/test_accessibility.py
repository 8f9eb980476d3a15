"""Can everybody read and use the pages? axe-core asks it of each, in both schemes and widths."""

from collections.abc import Iterator
from importlib import resources
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import App
from tests.support.watch import settled
from tests.test_browser import PAGES, open_settled

#: Pages that show something of their own when they are asked for one thing.
OF_ONE = ("incident?id=gh-31199495", "known_cause?known=gh-19228757")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS, HEIGHT = (1440, 390), 900

#: What Streamlit draws and offers no way to change: the rule, the elements, and the reason.
STREAMLITS = {
    # The marks of a tile's line have no names; its words say the value and how it changed.
    "svg-img-alt": "[data-testid=stMetricChart] *",
    # A table that is wider than a phone has a box around it that scrolls, but not with keys.
    "scrollable-region-focusable": "[data-testid=stTable] > div",
}
#: Colours that are still changing would be taken for those of the page.
FINDINGS = """
async streamlits => {
  const ending = document.getAnimations().filter(a => a.effect.getTiming().iterations < Infinity);
  await Promise.allSettled(ending.map(animation => animation.finished));
  const asked = {resultTypes: ["violations"], elementRef: true};
  const {violations} = await axe.run(document, asked);
  return violations
    .filter(({impact}) => ["serious", "critical"].includes(impact))
    .flatMap(({id, nodes}) => nodes
      .filter(({element}) => !(id in streamlits && element.matches(streamlits[id])))
      .map(node => `${id}: ${node.html.slice(0, 300)} ${node.failureSummary}`));
}
"""


def findings(page: Page) -> Iterator[str]:
    """What axe finds serious or critical on a page, in each scheme and width."""
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            expect(settled(page)).to_have_css("color-scheme", scheme)
            for finding in page.evaluate(FINDINGS, STREAMLITS):
                yield f"{scheme}, {width} pixels: {finding}"


@pytest.mark.parametrize("path", [*PAGES, *OF_ONE])
def test_no_page_keeps_anybody_from_reading_or_using_it(
    page: Page, app_server: App, path: str
) -> None:
    open_settled(page, f"{app_server.url}/{path}")
    assert list(findings(page)) == []


def test_a_faint_word_and_a_button_without_a_name_would_be_found(page: Page) -> None:
    page.set_content(
        "<html lang='en'><title>x</title><body data-testid='stApp'>"
        "<main><h1 style='color: #999'>faint</h1><button></button></main>"
    )
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text())
    found = [finding.split(":")[0] for finding in page.evaluate(FINDINGS, STREAMLITS)]
    assert sorted(found) == ["button-name", "color-contrast"]

"""axe, as tests of pages ask it: loaded with every page of a browser context, and telling what is wrong alone."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Frame, Page

AXE = Axe().axe_script
LAYOUT = ["target-size", "scrollable-region-focusable", "link-in-text-block"]
"""The rules whose answer can change with the width."""
COLOURS = ["color-contrast", *LAYOUT]
"""And those whose answer can change with the colours too."""
ASK = """async (options) => (await axe.run(document, options)).violations
  .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`))"""


def with_axe(context: BrowserContext) -> BrowserContext:
    """The context, each page of which brings axe along: to send the script anew takes a second a page."""
    context.add_init_script(AXE)
    return context


def violations(place: Page | Frame, rules: list[str] | None = None) -> list[str]:
    """What breaks these rules, or any of all rules."""
    only = {"runOnly": rules} if rules else {}
    options = {"resultTypes": ["violations"], "preload": False, **only}
    told: list[str] = place.evaluate(ASK, options)
    return told

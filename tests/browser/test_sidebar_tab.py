"""The panel in a tab of its own, for helpdesks that frame nothing: what would go into an answer is copied."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.axe import violations, with_axe
from tests.browser.conftest import Hosted
from tests.web.site import site_over

CLIPBOARD = "navigator.clipboard.readText()"
DEEDS = "**/sidebar/fake/tickets/*/deeds*"


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, hosted: Hosted) -> Iterator[BrowserContext]:
    """A browser signed in by a one-time link."""
    context = chromium.new_context(base_url=hosted.root, viewport={"width": 740, "height": 900})
    context.set_default_timeout(6_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=hosted.root)
    context.new_page().goto(site_over(hosted.world).link())
    yield context
    context.close()


@pytest.fixture
def tab(signed_in: BrowserContext) -> Iterator[Page]:
    """A new tab of it."""
    complaints: list[str] = []
    page = signed_in.new_page()
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert not [one for one in complaints if "Failed to load resource" not in one]


def test_it_is_there_at_once_with_no_further_request(tab: Page) -> None:
    asked: list[str] = []
    tab.on("request", lambda sent: asked.append(sent.url))
    tab.goto("/panel/fake/1")
    expect(tab.locator("h1")).to_have_text("Ann Lee")
    tab.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/sidebar/" in url]


def test_a_macro_is_copied_and_noted_as_applied(tab: Page) -> None:
    tab.goto("/panel/fake/38")
    with tab.expect_response(DEEDS):
        tab.get_by_role("button", name="Copy Exchange for another size").click()
    expect(tab.locator("#said")).to_have_text("Copied.")
    assert tab.evaluate(CLIPBOARD).startswith("Of course! We will send you another size today.\n")


def test_what_was_made_is_copied_on_a_click(tab: Page) -> None:
    tab.goto("/panel/fake/7")
    tab.locator("#offer .insert").get_by_role("button", name="Copy").click()
    expect(tab.locator("#said")).to_have_text("Copied.")
    assert tab.evaluate(CLIPBOARD) == "https://pay.example/draft/1?a=b&c=%3Cd%3E"


def test_where_the_browser_refuses_to_copy_it_says_how_else(tab: Page) -> None:
    tab.goto("/panel/fake/38")
    tab.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    tab.get_by_role("button", name="Copy Where is my order?").click()
    expect(tab.locator("#macros .told")).to_contain_text("select the text and copy it by hand")


def test_its_session_that_has_ended_says_to_load_the_page_anew(tab: Page) -> None:
    tab.goto("/panel/fake/1")
    tab.evaluate("""() => {
      document.querySelector('[name=marginalia-renewal]').content = "ended";
      Marginalia.now.token = "ended";
      void Marginalia.again();
    }""")
    expect(tab.locator(".beside")).to_contain_text("load this page anew")


def test_it_follows_the_readers_own_light_and_dark(tab: Page) -> None:
    tab.goto("/panel/fake/1")
    paper = "getComputedStyle(document.body).backgroundColor"
    tab.emulate_media(color_scheme="light")
    light = tab.evaluate(paper)
    tab.emulate_media(color_scheme="dark")
    assert tab.evaluate(paper) != light


def test_axe_finds_nothing(tab: Page) -> None:
    page = with_axe(tab.context).new_page()
    page.goto("/panel/fake/1")
    assert violations(page) == []

"""Where the reader's system chooses the colours, nothing is told by a colour that is gone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served

BORDER = "(one) => getComputedStyle(one).borderBlockEndColor"


@pytest.fixture(scope="module")
def page(chromium: Browser, sample_site: Served) -> Iterator[Page]:
    """The tickets, in the system's colours."""
    made = chromium.new_page(forced_colors="active")
    made.goto(sample_site.root + sample_site.site.link())
    yield made
    made.close()


def test_the_page_one_is_on_is_still_marked_among_the_others(page: Page) -> None:
    here = page.locator(".tabs [aria-current]").evaluate(BORDER)
    others = {one.evaluate(BORDER) for one in page.locator(".tabs a:not([aria-current])").all()}
    assert here not in others


def test_states_keep_a_border_round_their_words(page: Page) -> None:
    badge = page.locator(".badge").first
    colours = badge.evaluate(
        "(one) => [getComputedStyle(one).borderTopColor, getComputedStyle(one).backgroundColor]"
    )
    assert colours[0] != colours[1]

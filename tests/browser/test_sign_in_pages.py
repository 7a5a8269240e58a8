"""The pages in front of a panel in a tab: readable, reachable and complete at any width, from left and from right."""

import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from plugin.db.engine import Database
from tests.axe import violations, with_axe
from tests.fakes import World
from tests.live import served
from tests.web.signing_in import with_sign_in
from tests.web.site import site_over

PAGES = {
    "one button": "/panel/fake/5?account=acme",
    "name the account": "/panel/fake/5?account=",
    "no such account": f"/panel/fake/5?account={'very-long-name-' * 6}",
    "no sign-in is set up": "/panel/fake/5?account=bert",
    "too old": "/oauth/fake/callback?state=x&code=y",
}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def root(chromium: Browser, tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[str]:
    """Two accounts: one whose agents can sign in, and one without an OAuth client."""
    copy = shutil.copy(migrated_file, tmp_path_factory.mktemp("doors") / "marginalia.db")
    database = Database(f"sqlite:///{copy}")
    site = site_over(World(database))
    site.world.connect("bert")
    with_sign_in(site)
    with served(site.app) as address:
        yield address
    database.dispose()


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    context = with_axe(chromium.new_context())
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("name", "language"), [*product(PAGES, ("en", "ar"))])
def test_a_page_is_for_everybody(root: str, page: Page, name: str, language: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.emulate_media(color_scheme="light")
    page.set_extra_http_headers({"Accept-Language": language})
    page.goto(root + PAGES[name])
    assert page.evaluate(TOO_WIDE) <= 0
    assert violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 700})
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []


def test_the_account_is_named_by_keyboard_alone(root: str, page: Page) -> None:
    page.set_extra_http_headers({"Accept-Language": "en"})
    page.goto(root + PAGES["name the account"])
    page.get_by_label("Name of your").focus()
    page.keyboard.type("acme")
    page.keyboard.press("Enter")
    button = page.get_by_role("link", name="Sign in with Fake, account acme")
    button.wait_for()
    assert "/panel/fake/5/sign-in?account=acme" in (button.get_attribute("href") or "")

"""The shop's pages of one order, one discount and all costs in a real browser: for everybody, at any width."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from sandbox.server import Handle, start
from sandbox.shopify import discounts
from sandbox.shopify.records import Json
from sandbox.shopify.reversals import Back, refund
from sandbox.zendesk.seed import new_account

PAGES = ("order", "discount", "products")
ANA: Json = {
    "title": "Ana " * 20,
    "code": "ANA10-" + "X" * 60,
    "startsAt": "2026-01-01T00:00:00Z",
    "context": {"all": "ALL"},
    "customerGets": {"value": {"percentage": 0.1}, "items": {"all": True}},
}


@pytest.fixture(scope="module")
def desk() -> Iterator[Handle]:
    handle = start(account=new_account("token"))
    discounts.create(handle.shop, ANA)
    number = next(iter(handle.shop.orders))
    refund(handle.shop, number, Back({"SOFA-1": 1}, note="A reason " * 20, pending=True))
    yield handle
    handle.stop()


def paths(handle: Handle) -> dict[str, str]:
    order, code = next(iter(handle.shop.orders)), next(iter(handle.shop.codes))
    return {"order": f"orders/{order}", "discount": f"discounts/{code}", "products": "products"}


def opened(browser: Browser, handle: Handle, name: str, width: int = 1280) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{handle.url}/shopify/{paths(handle)[name]}")
    return page


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(chromium: Browser, desk: Handle, name: str) -> None:
    page = opened(chromium, desk, name)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_narrow_screen(chromium: Browser, desk: Handle, name: str) -> None:
    page = opened(chromium, desk, name, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


def test_a_purchase_is_made_and_given_back_by_hand(chromium: Browser, desk: Handle) -> None:
    page = chromium.new_page()
    page.goto(f"{desk.url}/shopify/")
    page.get_by_label("Product").select_option("BELT-1")
    page.get_by_label("Quantity").fill("2")
    page.get_by_text("More about this order").click()
    page.get_by_label("As a guest").check()
    page.get_by_role("button", name="Buy").click()
    page.get_by_role("region", name="Orders").get_by_role("link").first.click()
    page.get_by_label("Pieces of Leather belt, at most 2").fill("1")
    page.get_by_role("button", name="Give back").click()
    expect(page.get_by_role("region", name="How it stands")).to_contain_text("partially refunded")
    page.close()

"""Pages of the stand-in in a real browser: usable by everybody, at any width, by keyboard, light and dark."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.gorgias.records import Widget
from sandbox.gorgias.seed import load as load_other
from sandbox.samples import load
from sandbox.server import Handle, start
from sandbox.zendesk.records import TicketField
from sandbox.zendesk.seed import new_account
from sandbox.zendesk.writes import update_by_api
from tests.axe import COLOURS, violations, with_axe

CONSENT = "client_id=sandbox-client&response_type=code&scope=offline&redirect_uri=http://127.0.0.1:9/"
INSTALL = "client_id=sandbox-shop-client&scope=read_orders&redirect_uri=http://127.0.0.1:9/"
OTHERS = (
    *("/gorgias/", "/gorgias/new", "/gorgias/tickets/1004"),
    *(f"/oauth/authorize?{CONSENT}", f"/admin/oauth/authorize?{INSTALL}"),
)
MOST_TABS = 12
"""More stops than that before a form's third field would be too many."""
PATHS = ("/", "/new", "/agent/tickets/15", "/agent/tickets/44", "/shopify/", *OTHERS)


@pytest.fixture(scope="module")
def tab(chromium: Browser) -> Iterator[Page]:
    """One tab for all: each test goes to a page of its own."""
    context = with_axe(chromium.new_context())
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def desk() -> Iterator[Handle]:
    """The stand-in with its samples, a field, and a code on each ticket."""
    handle = start(account=new_account("token"))
    load(handle.account)
    robot = handle.account.user_by_email("marginalia@shop.example")
    assert robot is not None
    body = {
        "custom_fields": [{"id": reason(handle).id, "value": "mgn_wismo"}],
        "tags": ["mgn_a_very_long_tag" * 4],
    }
    for ticket_id in list(handle.account.tickets):
        update_by_api(handle.account, ticket_id, body, robot)
    load_other(handle.gorgias)
    show_cards(handle)
    yield handle
    handle.stop()


def show_cards(handle: Handle) -> None:
    """A card with lines, a link and a card inside, beside every ticket of the stand-in Gorgias."""
    inner = {"type": "list", "path": "offers", "widgets": [{"type": "card", "title": "Offer", "widgets": []}]}
    rows = [
        {"type": "text", "path": "tier", "title": "Tier"},
        {"type": "url", "path": "panel", "title": "Panel"},
    ]
    card = {"type": "card", "path": "", "title": "Marginalia", "widgets": [*rows, inner]}
    template = {"type": "wrapper", "widgets": [card]}
    at = handle.gorgias.now()
    handle.gorgias.widgets[1] = Widget(1, "custom", "ticket", template, at, at)
    data = {"tier": "VIP " * 30, "panel": "https://a.example/" + "p" * 90, "offers": [{"name": "Belt"}]}
    for customer_id in list(handle.gorgias.customers):
        handle.gorgias.change_customer(customer_id, data=data)


def reason(handle: Handle) -> TicketField:
    known = list(handle.account.fields.values())
    options = [
        {"name": "Shipping::Where is my order", "value": "mgn_wismo"},
        {"name": "Lost", "value": "mgn_lost"},
    ]
    return known[0] if known else handle.account.add_field("tagger", "Reason code", options)


def opened(tab: Page, url: str, width: int = 1280, scheme: Literal["light", "dark"] = "light") -> Page:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.emulate_media(color_scheme=scheme)
    tab.goto(url)
    return tab


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(tab: Page, desk: Handle, path: str) -> None:
    assert violations(opened(tab, desk.url + path)) == []


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_in_the_dark(tab: Page, desk: Handle, path: str) -> None:
    assert violations(opened(tab, desk.url + path, scheme="dark"), COLOURS) == []


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_wider_than_a_narrow_screen(tab: Page, desk: Handle, path: str) -> None:
    page = opened(tab, desk.url + path, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_ticket_is_written_by_keyboard_alone(tab: Page, desk: Handle) -> None:
    page = opened(tab, desk.url + "/new")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    subject = page.get_by_label("Subject")
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if subject.evaluate("node => node === document.activeElement"):
            break
    expect(subject).to_be_focused()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.type("Where is my order?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="By keyboard")).to_be_visible()


def test_a_code_written_meanwhile_appears_without_a_reload(tab: Page, desk: Handle) -> None:
    page = opened(tab, desk.url + "/agent/tickets/3")
    robot = desk.account.user_by_email("marginalia@shop.example")
    assert robot is not None
    values = [{"id": reason(desk).id, "value": "mgn_lost"}]
    update_by_api(desk.account, 3, {"custom_fields": values}, robot)
    facts = page.get_by_role("region", name="Ticket 3")
    expect(facts.get_by_text("Lost", exact=True)).to_be_visible(timeout=6000)


def test_a_form_under_somebodys_hands_is_left_alone(tab: Page, desk: Handle) -> None:
    page = opened(tab, desk.url + "/agent/tickets/6")
    page.get_by_label("Tags, with spaces between").fill("mine")
    with page.expect_response(lambda answer: answer.url.endswith("/agent/tickets/6")):
        pass
    expect(page.get_by_label("Tags, with spaces between")).to_have_value("mine")


def test_arabic_reads_from_right_to_left(tab: Page, desk: Handle) -> None:
    page = opened(tab, desk.url + "/agent/tickets/2")
    text = page.locator(".message .text").first
    assert text.evaluate("node => getComputedStyle(node).direction") == "rtl"


def test_a_card_that_came_meanwhile_appears_without_a_reload(tab: Page, desk: Handle) -> None:
    page = opened(tab, desk.url + "/gorgias/tickets/1010")
    desk.gorgias.change_customer(desk.gorgias.tickets[1010].customer_id, data={"tier": "Concierge"})
    sidebar = page.get_by_role("region", name="Sidebar")
    expect(sidebar.get_by_text("Concierge", exact=True)).to_be_visible(timeout=6000)

"""The page around the app, in a real browser: obeys nobody else, and is usable by everybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from sandbox.server import Handle, start
from sandbox.zendesk.seed import new_account
from sandbox.zendesk.tray import SCRIPT
from sandbox.zendesk.writes import new_ticket
from tests.axe import AXE, violations
from tests.sandbox.app_page import AppPage, app_page

Scheme = Literal["light", "dark"]
NOTIFY = """(guid) => window.top.postMessage(JSON.stringify(
  {id: 1, request: "invoke", params: {notify: ["Obeyed"]}, appGuid: guid}), "*")"""


@dataclass
class Host:
    """A stand-in with one ticket and an app that loads the stand-in's own client."""

    tab: Page
    desk: Handle
    app: AppPage
    ticket_id: int

    def open(self, query: str = "", width: int = 1280, scheme: Scheme = "light") -> Page:
        """The ticket, in the one tab that all tests have."""
        page = self.tab
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{self.desk.url}/agent/tickets/{self.ticket_id}{query}")
        registered(page)
        page.get_by_text("Seen by").click()
        return page

    @property
    def guid(self) -> str:
        return str(self.app.posts[-1]["query"]["app_guid"])


def frame(page: Page) -> Frame:
    found = page.frame(name="app-frame")
    assert found is not None
    return found


def registered(page: Page) -> None:
    """Wait until the app and the page have spoken."""
    frame(page).wait_for_function(
        "() => typeof client === 'object' && client.metadata()", timeout=8000, polling=50
    )


@pytest.fixture(scope="module")
def opened(chromium: Browser) -> Iterator[Host]:
    desk = start(account=new_account("token"))
    desk.account.add_field("tagger", "Reason code", [{"name": "Lost", "value": "mgn_lost"}])
    customer = desk.account.customer("Ann", "ann@example.com")
    ticket = new_ticket(desk.account, customer, "A question", "Where is my order?")
    with app_page() as app:
        app.script = desk.url + SCRIPT
        desk.account.install_app(app.url)
        context = chromium.new_context()
        yield Host(context.new_page(), desk, app, ticket.id)
        context.close()
    desk.stop()


@pytest.fixture
def host(opened: Host) -> Iterator[Host]:
    """The same, in a browser that remembers nothing of the test before."""
    yield opened
    opened.tab.evaluate("localStorage.clear()")
    opened.tab.context.clear_cookies()


def test_the_app_itself_is_obeyed(host: Host) -> None:
    page = host.open()
    frame(page).evaluate(NOTIFY, host.guid)
    expect(page.get_by_role("status")).to_have_text("Obeyed")


def test_the_page_does_not_obey_itself(host: Host) -> None:
    page = host.open()
    page.evaluate(NOTIFY, host.guid)
    answered = frame(page).evaluate("() => client.get('ticket.id')")  # a question later, and answered
    assert answered["ticket.id"] == host.ticket_id
    expect(page.get_by_role("status")).to_be_empty()


def test_another_frame_of_the_apps_origin_is_not_obeyed(host: Host) -> None:
    page = host.open()
    page.evaluate(
        "(src) => new Promise((loaded) => document.body.append("
        "Object.assign(document.createElement('iframe'), {src, name: 'other', onload: loaded})))",
        host.app.origin,
    )
    other = page.frame(name="other")
    assert other is not None
    other.evaluate(NOTIFY, host.guid)
    frame(page).evaluate("() => client.get('ticket.id')")
    expect(page.get_by_role("status")).to_be_empty()


def test_a_former_instance_of_the_app_is_not_obeyed(host: Host) -> None:
    page = host.open()
    frame(page).evaluate(NOTIFY, "00000000-0000-4000-8000-000000000000")
    frame(page).evaluate("() => client.get('ticket.id')")
    expect(page.get_by_role("status")).to_be_empty()


def test_the_app_may_see_whose_page_posted_its_token(host: Host) -> None:
    host.open()
    posted = host.app.posts[-1]
    assert (posted["origin"], posted["query"]["origin"]) == (host.desk.url, host.desk.url)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_apps_address_says_which_colours_the_page_has(host: Host, scheme: Scheme) -> None:
    host.open(scheme=scheme)
    assert host.app.posts[-1]["query"]["colorScheme"] == scheme


def test_chosen_colours_are_remembered(host: Host) -> None:
    page = host.open()
    page.get_by_label("Colours").select_option("dark")
    page.reload()
    registered(page)
    assert host.app.posts[-1]["query"]["colorScheme"] == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 27)"


def test_the_app_speaks_to_whoever_sits_down(host: Host) -> None:
    page = host.open()
    page.get_by_label("Looking").select_option("Navid Karimi")
    page.get_by_role("button", name="Sit down").click()
    page.wait_for_url("**/*?tray=320")
    registered(page)
    found = frame(page).evaluate("() => client.get(['currentUser.name', 'currentUser.locale'])")
    assert (found["currentUser.name"], found["currentUser.locale"]) == ("Navid Karimi", "fa")


def test_the_frame_is_as_wide_as_the_address_says_and_then_as_the_agent_wants(host: Host) -> None:
    page = host.open("?tray=420")
    assert frame(page).evaluate("innerWidth") == 420
    page.get_by_label("Width in pixels").fill("500")
    frame(page).wait_for_function("() => innerWidth === 500", timeout=8000, polling=50)


def test_the_tray_is_at_the_end_of_a_wide_page_and_below_on_a_narrow_one(host: Host) -> None:
    page = host.open()
    desk, tray = page.locator(".desk").bounding_box(), page.locator(".tray").bounding_box()
    assert desk is not None
    assert tray is not None
    assert (tray["x"] >= desk["x"] + desk["width"], tray["y"] == desk["y"]) == (True, True)
    page.set_viewport_size({"width": 600, "height": 900})
    desk, tray = page.locator(".desk").bounding_box(), page.locator(".tray").bounding_box()
    assert desk is not None
    assert tray is not None
    assert tray["y"] >= desk["y"] + desk["height"]


def test_nothing_is_wider_than_a_narrow_screen(host: Host) -> None:
    page = host.open("?tray=740", width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(host: Host, scheme: Scheme, width: int) -> None:
    page = host.open(scheme=scheme, width=width)
    frame(page).evaluate("() => client.invoke('notify', 'It went wrong', 'error')")
    page.evaluate(AXE)
    assert violations(page) == []


def test_the_keyboard_comes_through_the_tray_into_the_app(host: Host) -> None:
    page = host.open()
    page.get_by_label("Looking").focus()
    names = ["Sit down", "Width in pixels", "Colours", "App in view", "Load the app again"]
    for name in names:
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_accessible_name(name)
    page.keyboard.press("Tab")
    assert frame(page).evaluate("document.activeElement.textContent") == "First of the app"


def test_a_sent_form_leaves_the_keyboard_where_it_was(host: Host) -> None:
    page = host.open()
    page.get_by_label("Priority").select_option("high")
    button = page.get_by_role("button", name="Submit changes")
    button.focus()
    page.keyboard.press("Enter")
    frame(page).wait_for_function("() => names('ticket.submit.done').length === 1", timeout=8000, polling=50)
    expect(button).to_be_focused()


def test_a_customers_reply_leaves_the_app_where_it_is(host: Host) -> None:
    page = host.open()
    posted = len(host.app.posts)
    page.locator("#customer-text").fill("Any news?")
    page.get_by_role("button", name="Send as customer").click()
    expect(page.get_by_role("article").last).to_contain_text("Any news?")
    assert len(host.app.posts) == posted


def test_two_clicks_send_one_answer(host: Host) -> None:
    page = host.open()
    before = len(host.desk.account.tickets[host.ticket_id].comments)
    page.locator("#agent-text").fill("Soon.")
    page.get_by_role("button", name="Send as agent").dblclick()
    frame(page).wait_for_function("() => names('ticket.submit.done').length === 1", timeout=8000, polling=50)
    expect(page.locator("#agent-text")).to_have_value("")
    assert len(host.desk.account.tickets[host.ticket_id].comments) == before + 1

"""The app in its frame speaks with the page around it: by the vendor's own client, and by the stand-in's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from sandbox.server import Handle, start
from sandbox.zendesk.records import Ticket, TicketField
from sandbox.zendesk.seed import new_account
from sandbox.zendesk.tray import SCRIPT
from sandbox.zendesk.writes import customer_reply, new_ticket
from tests.browser.zaf_sdk import vendor_sdk
from tests.sandbox.app_page import AppPage, app_page

TRACKING, NOTE, OLD = 0, 2, 3
"""Places of macros in the seed."""


@dataclass
class Open:
    """A ticket that is open in the browser, with the app beside it."""

    desk: Handle
    app: AppPage
    ticket: Ticket
    field: TicketField
    page: Page

    @property
    def frame(self) -> Frame:
        found = self.page.frame(name="app-frame")
        assert found is not None
        return found

    def ask(self, script: str, given: Any = None) -> Any:
        """What a call of the app's client gives."""
        return self.frame.evaluate(f"(given) => client.{script}", given)

    def refused(self, script: str) -> str:
        """The message that a call of the app's client fails with."""
        return str(
            self.frame.evaluate(f"() => client.{script}.then(() => 'nothing', (error) => error.message)")
        )

    def hears(self, name: str, said: Any = None) -> None:
        """Wait until the app has heard this."""
        script = "([name, said]) => heard.some((one) => JSON.stringify(one) === JSON.stringify([name, said]))"
        self.frame.wait_for_function(script, arg=[name, said], timeout=8000, polling=50)

    def heard(self, start: str) -> list[str]:
        return list(self.frame.evaluate("(start) => names(start)", start))

    def macro(self, place: int) -> int:
        return list(self.desk.account.macros)[place]

    def now(self) -> Ticket:
        return self.desk.account.tickets[self.ticket.id]

    @property
    def reason(self) -> str:
        return f"ticket.customField:custom_field_{self.field.id}"


@pytest.fixture(scope="module")
def desk() -> Iterator[Handle]:
    handle = start(account=new_account("token"))
    yield handle
    handle.stop()


@pytest.fixture(scope="module")
def app(desk: Handle) -> Iterator[AppPage]:
    with app_page() as made:
        desk.account.install_app(made.url)
        yield made


@pytest.fixture(scope="module")
def reason(desk: Handle) -> TicketField:
    options = [{"name": "Where is it", "value": "mgn_wismo"}, {"name": "Lost", "value": "mgn_lost"}]
    return desk.account.add_field("tagger", "Reason code", options)


@pytest.fixture(scope="module", params=["vendor", "ours"])
def kind(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module")
def tab(
    chromium: Browser, desk: Handle, app: AppPage, kind: str, pytestconfig: pytest.Config
) -> Iterator[Page]:
    """A tab of an agent's browser, and an app that loads this kind of client."""
    app.sdk = vendor_sdk(pytestconfig) if kind == "vendor" else ""
    app.script = "/sdk.js" if kind == "vendor" else desk.url + SCRIPT
    context = chromium.new_context(color_scheme="light", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture
def shown(desk: Handle, app: AppPage, reason: TicketField, tab: Page) -> Iterator[Open]:
    """A new ticket, open, with the app's client registered."""
    customer = desk.account.customer("Ann", "ann@example.com")
    ticket = new_ticket(desk.account, customer, "A question", "Where is my order?")
    tab.goto(f"{desk.url}/agent/tickets/{ticket.id}")
    made = Open(desk, app, ticket, reason, tab)
    made.frame.wait_for_function(
        "() => typeof client === 'object' && client.metadata()", timeout=8000, polling=50
    )
    tab.get_by_text("Seen by").click()
    yield made
    tab.evaluate("localStorage.clear()")
    tab.emulate_media(color_scheme="light")


def test_the_app_is_told_where_it_is(shown: Open) -> None:
    context = shown.ask("context()")
    guid = shown.app.posts[-1]["query"]["app_guid"]
    assert context == {
        "product": "support",
        "location": "ticket_sidebar",
        "account": {"subdomain": "demo"},
        "instanceGuid": guid,
        "ticketId": shown.ticket.id,
    }


def test_the_app_is_told_which_one_it_is(shown: Open) -> None:
    app = shown.desk.account.app
    assert app is not None
    assert shown.ask("metadata()") == {
        "appId": app.id,
        "installationId": app.installation_id,
        "settings": {},
    }


def test_several_things_are_read_at_once(shown: Open) -> None:
    asked = [
        "ticket.id",
        "ticket.subject",
        "ticket.requester.email",
        "ticket.status",
        "ticket.tags",
        shown.reason,
    ]
    assert shown.ask("get(given)", asked) == {
        "errors": {},
        "ticket.id": shown.ticket.id,
        "ticket.subject": "A question",
        "ticket.requester.email": "ann@example.com",
        "ticket.status": "new",
        "ticket.tags": [],
        shown.reason: None,
    }


def test_the_app_reads_who_is_looking(shown: Open) -> None:
    found = shown.ask("get(['currentUser', 'currentUser.locale', 'currentUser.email', 'colorScheme'])")
    assert found["currentUser"]["name"] == "Ana Duarte"
    assert [found["currentUser.locale"], found["currentUser.email"]] == ["en-US", "ana@shop.example"]
    assert found["colorScheme"] == "light"


def test_what_there_is_none_of_is_an_error_of_its_own(shown: Open) -> None:
    found = shown.ask("get(['ticket.id', 'ticket.nothing'])")
    assert (found["ticket.id"], list(found["errors"])) == (shown.ticket.id, ["ticket.nothing"])


def test_asked_for_alone_it_fails_with_its_name(shown: Open) -> None:
    assert shown.refused("get('ticket.nothing')") == '"ticket.nothing" No such Api'


def test_a_field_that_is_set_is_in_the_form_and_not_submitted(shown: Open) -> None:
    assert shown.ask("set(given, 'mgn_lost')", shown.reason) == {"errors": {}, shown.reason: "mgn_lost"}
    expect(shown.page.get_by_label("Reason code")).to_have_value("mgn_lost")
    assert shown.ask("get(given)", shown.reason)[shown.reason] == "mgn_lost"
    assert shown.now().values == {}


def test_a_value_that_is_no_choice_is_refused(shown: Open) -> None:
    assert "mgn_none is no choice" in shown.refused(f"set('{shown.reason}', 'mgn_none')")


def test_the_kind_of_a_comment_is_set(shown: Open) -> None:
    shown.ask("set('comment.type', 'internalNote')")
    expect(shown.page.get_by_label("Agents only (internal note)")).to_be_checked()
    shown.hears("comment.type.changed", "internalNote")


def test_the_app_says_how_high_it_is(shown: Open) -> None:
    shown.ask("invoke('resize', {width: '100%', height: '456px'})")
    box = shown.page.locator("#app-frame").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (320, 456)


def test_a_macro_fills_the_forms_and_submits_nothing(shown: Open) -> None:
    shown.ask("invoke('macro', given)", shown.macro(TRACKING))
    expect(shown.page.locator("#agent-text")).to_have_value(
        "Your parcel is on its way; this is its tracking page."
    )
    expect(shown.page.get_by_label("Status")).to_have_value("pending")
    assert (shown.now().status, len(shown.now().comments)) == ("new", 1)


def test_a_macro_makes_a_note(shown: Open) -> None:
    shown.ask("invoke('macro', given)", shown.macro(NOTE))
    expect(shown.page.get_by_label("Agents only (internal note)")).to_be_checked()


def test_a_macro_that_is_not_active_is_refused(shown: Open) -> None:
    assert "There is no macro" in shown.refused(f"invoke('macro', {shown.macro(OLD)})")


def test_html_comes_into_the_composer_as_text(shown: Open) -> None:
    shown.page.locator("#agent-text").fill("Hello,")
    html = "<p>A <b>gift</b><br>for you</p><img src=x onerror=alert(1)>"
    shown.ask("invoke('ticket.comment.appendHtml', given)", html)
    expect(shown.page.locator("#agent-text")).to_have_value("Hello,\nA gift\nfor you")


def test_text_comes_into_the_composer_as_it_is(shown: Open) -> None:
    shown.ask("invoke('comment.appendText', '<b>5 < 6</b>')")
    expect(shown.page.locator("#agent-text")).to_have_value("<b>5 < 6</b>")


def test_a_notice_is_told_in_a_status(shown: Open) -> None:
    shown.ask("invoke('notify', 'Code sent', 'notice')")
    expect(shown.page.get_by_role("status")).to_have_text("Code sent")


def test_tags_come_and_go(shown: Open) -> None:
    shown.ask("invoke('ticket.tags.add', ['vip', 'gift'])")
    shown.ask("invoke('ticket.tags.remove', ['gift'])")
    expect(shown.page.get_by_label("Tags, with spaces between")).to_have_value("vip")
    shown.hears("ticket.tags.changed", ["vip"])


def test_what_nobody_can_do_is_refused(shown: Open) -> None:
    assert shown.refused("invoke('ticket.explode')") == '"ticket.explode" No such Api'


def test_the_agents_changes_are_told(shown: Open) -> None:
    shown.page.get_by_label("Status").select_option("hold")
    shown.hears("ticket.status.changed", "hold")


def test_who_follows_a_field_hears_of_it(shown: Open) -> None:
    shown.frame.evaluate("(name) => note(name)", f"ticket.custom_field_{shown.field.id}.changed")
    shown.page.get_by_label("Reason code").select_option("mgn_wismo")
    shown.hears(f"ticket.custom_field_{shown.field.id}.changed", "mgn_wismo")


def test_who_follows_no_more_hears_no_more(shown: Open) -> None:
    shown.frame.evaluate(
        "() => { window.extra = []; const keep = () => extra.push(1);"
        " client.on('ticket.priority.changed', keep); client.off('ticket.priority.changed', keep); }"
    )
    shown.page.get_by_label("Priority").select_option("urgent")
    shown.page.get_by_label("Status").select_option("open")
    shown.hears("ticket.status.changed", "open")
    assert shown.frame.evaluate("extra") == []


def test_the_app_hears_that_it_comes_into_view_and_leaves_it(shown: Open) -> None:
    shown.hears("app.activated")
    button = shown.page.get_by_role("button", name="App in view")
    button.click()
    shown.hears("app.deactivated")
    button.click()
    shown.frame.wait_for_function("() => names('app.activated').length === 2", polling=50)


def test_a_submit_is_told_and_kept_and_the_app_stays(shown: Open) -> None:
    posted = len(shown.app.posts)
    shown.ask("set(given, 'mgn_lost')", shown.reason)
    shown.ask("invoke('comment.appendText', 'It is on its way.')")
    shown.page.get_by_role("button", name="Send as agent").click()
    shown.hears("ticket.updated")
    assert shown.heard("ticket.submit") == [
        "ticket.submit.start",
        "ticket.submit.done",
        "ticket.submit.always",
    ]
    assert (shown.now().comments[-1].body, shown.now().values) == (
        "It is on its way.",
        {shown.field.id: "mgn_lost"},
    )
    assert len(shown.app.posts) == posted
    expect(shown.page.locator("#agent-text")).to_have_value("")


def test_a_submit_that_is_refused_is_told(shown: Open) -> None:
    shown.page.get_by_label("Status").select_option("closed")
    shown.page.get_by_role("button", name="Submit changes").click()
    shown.hears("ticket.submit.done")
    shown.page.get_by_label("Priority").select_option("low")
    shown.page.get_by_role("button", name="Submit changes").click()
    shown.hears("ticket.submit.fail")
    expect(shown.page.get_by_role("status")).to_contain_text("Nothing was changed")


@pytest.mark.parametrize("objection", ["'Not yet'", "Promise.reject(new Error('Not yet'))"])
def test_the_app_may_object_to_a_submit(shown: Open, objection: str) -> None:
    shown.frame.evaluate(f"() => client.on('ticket.save', () => {objection})")
    shown.page.get_by_label("Status").select_option("hold")
    shown.page.get_by_role("button", name="Submit changes").click()
    expect(shown.page.get_by_role("status")).to_have_text("Not yet")
    assert (shown.now().status, shown.heard("ticket.submit.start")) == ("new", [])


def test_an_app_that_does_not_object_lets_it_through(shown: Open) -> None:
    shown.frame.evaluate("() => client.on('ticket.save', () => Promise.resolve())")
    shown.page.get_by_label("Status").select_option("hold")
    shown.page.get_by_role("button", name="Submit changes").click()
    shown.hears("ticket.submit.done")
    assert shown.now().status == "hold"


def test_what_the_customer_writes_meanwhile_is_told(shown: Open) -> None:
    customer_reply(shown.desk.account, shown.ticket.id, "And when?")
    shown.hears("ticket.updated")


def test_other_colours_are_told(shown: Open) -> None:
    shown.page.get_by_label("Colours").select_option("dark")
    shown.hears("colorScheme.changed", "dark")
    assert shown.ask("get('colorScheme')")["colorScheme"] == "dark"


def test_the_devices_colours_are_told_too(shown: Open) -> None:
    shown.page.emulate_media(color_scheme="dark")
    shown.hears("colorScheme.changed", "dark")


def test_an_event_of_the_apps_own_comes_back_to_it(shown: Open) -> None:
    shown.frame.evaluate("() => note('mine')")
    shown.frame.evaluate("() => client.trigger('mine', {a: 1})")
    shown.hears("mine", {"a": 1})


def test_the_app_hears_that_it_is_about_to_go(shown: Open) -> None:
    shown.frame.evaluate("() => client.on('app.willDestroy', () => localStorage.setItem('gone', 'yes'))")
    with shown.page.expect_response(lambda answer: answer.url.startswith(shown.app.url)):
        shown.page.get_by_role("button", name="Load the app again").click()
    shown.frame.wait_for_function("() => localStorage.getItem('gone') === 'yes'", timeout=8000, polling=50)
    shown.frame.evaluate("localStorage.clear()")


def test_the_app_is_loaded_again_with_another_token(shown: Open) -> None:
    first = shown.app.posts[-1]
    with shown.page.expect_response(lambda answer: answer.url.startswith(shown.app.url)):
        shown.page.get_by_role("button", name="Load the app again").click()
    second = shown.app.posts[-1]
    assert second["query"] == first["query"]
    assert second["form"]["token"].count(".") == 2

"""How the panel and the helpdesk around it speak: what is asked, when nothing is asked, and what goes wrong."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Hosted
from tests.browser.sidebar_host import Desk, Desks, desks_of

ONE = ["GET fake/tickets/1?lang=en"]
PANEL = "**/sidebar/fake/tickets/*"


@pytest.fixture
def timed(chromium: Browser, hosted: Hosted) -> Iterator[Desks]:
    """A browser whose clock the test moves."""
    made = desks_of(chromium, hosted.host)
    made.context.clock.install()
    yield made
    made.context.close()


def test_opening_a_ticket_is_one_request_and_one_question_to_the_host(desks: Desks) -> None:
    desk = desks.open("1")
    assert desk.asked() == ONE
    gets = [params for asked, params in desk.host("desk.asked") if asked == "get"]
    assert gets == [["ticket.id", "currentUser"]]


def test_the_frame_is_as_tall_as_what_is_in_it(desks: Desks) -> None:
    desk = desks.open("1")
    scrolled = "document.documentElement.scrollHeight - document.documentElement.clientHeight"
    desk.page.wait_for_function("desk.heights.length > 1")
    assert desk.inside(scrolled) == 0
    assert len(desk.host("desk.heights")) < 5


def test_it_wears_the_colours_of_the_host_from_the_start_and_follows_them(desks: Desks) -> None:
    desk = desks.open("1", scheme="dark")
    page = desk.panel.locator("html")
    expect(page).to_have_attribute("data-scheme", "dark")
    desk.emit("colorScheme.changed", "light")
    expect(page).to_have_attribute("data-scheme", "light")
    desk.emit("colorScheme.changed", {"colorScheme": "dark"})
    expect(page).to_have_attribute("data-scheme", "dark")


def test_coming_back_within_a_minute_asks_for_nothing(timed: Desks) -> None:
    desk = timed.open("1")
    desk.emit("app.deactivated")
    timed.context.clock.run_for(50_000)
    desk.emit("app.activated")
    timed.context.clock.run_for(1_000)
    assert desk.asked() == ONE


def test_coming_back_after_a_minute_asks_once_more(timed: Desks) -> None:
    desk = timed.open("1")
    desk.emit("app.deactivated")
    timed.context.clock.run_for(61_000)
    with desk.page.expect_response(PANEL):
        desk.emit("app.activated")
    desk.emit("app.activated")
    assert desk.asked() == ONE * 2


def test_changes_of_a_ticket_that_nobody_sees_ask_for_nothing_until_it_is_seen(timed: Desks) -> None:
    desk = timed.open("1")
    desk.emit("app.deactivated")
    desk.emit("ticket.updated")
    timed.context.clock.run_for(30_000)
    assert desk.asked() == ONE
    with desk.page.expect_response(PANEL):
        desk.emit("app.activated")
    assert desk.asked() == ONE * 2


def test_many_changes_at_once_ask_once_when_they_have_come_to_rest(timed: Desks) -> None:
    desk = timed.open("1")
    for name in ("ticket.updated", "ticket.submit.done", "ticket.updated"):
        desk.emit(name)
    desk.emit("*.changed", {"propertyName": "ticket.custom_field_9", "newValue": "x"})
    desk.emit("*.changed", {"propertyName": "comment.text", "newValue": "x"})
    with desk.page.expect_response(PANEL):
        timed.context.clock.run_for(2_500)
    assert desk.asked() == ONE * 2


def test_a_page_that_is_there_before_the_host_listens_is_heard_by_itself(desks: Desks) -> None:
    desk = desks.open("1", wait=False, mute="1")
    expect(desk.panel.locator(".skeleton")).to_be_visible()
    desk.host("desk.speaks = true")
    desk.panel.locator("#who").wait_for()


def test_a_host_that_stays_silent_is_told_of_with_a_way_on(timed: Desks) -> None:
    desk = timed.open("1", wait=False, mute="1")
    expect(desk.panel.locator(".skeleton")).to_be_visible()
    _wait_in_vain(timed, desk)
    expect(desk.panel.locator(".state")).to_contain_text("The helpdesk has not said which ticket this is.")
    assert desk.asked() == []
    desk.host("desk.speaks = true")
    desk.panel.get_by_role("button", name="Try again").click()
    timed.context.clock.run_for(1_000)
    desk.panel.locator("#who").wait_for()


def test_a_host_that_speaks_late_is_heard_without_a_click(timed: Desks) -> None:
    desk = timed.open("1", wait=False, mute="1")
    expect(desk.panel.locator(".skeleton")).to_be_visible()
    _wait_in_vain(timed, desk)
    expect(desk.panel.locator(".state")).to_be_visible()
    desk.host("desk.speak()")
    desk.panel.locator("#who").wait_for()


def test_without_the_hosts_script_it_says_so_and_loads_it_again(timed: Desks) -> None:
    page = timed.context.new_page()
    page.route("**/sdk.js", lambda route: route.abort())
    desk = timed.open("1", wait=False, page=page)
    for _ in range(20):  # the clock runs once the panel's own scripts are there
        timed.context.clock.run_for(1_000)
        page.wait_for_timeout(20)
    expect(desk.panel.locator(".state")).to_contain_text("script did not load")
    page.unroute("**/sdk.js")
    desk.panel.get_by_role("button", name="Try again").click()
    timed.context.clock.run_for(1_000)
    desk.panel.locator("#who").wait_for()


def test_outside_of_a_helpdesk_it_says_where_it_belongs(hosted: Hosted, desks: Desks) -> None:
    token = hosted.world.helpdesk.sidebar.token("acme", "11")  # type: ignore[union-attr]
    page = desks.context.new_page()
    page.set_content(
        f'<form method="post" action="{hosted.root}/sidebar/fake"><input name="token" value="{token}"></form>'
    )
    page.locator("form").evaluate("(form) => form.submit()")
    expect(page.locator(".state")).to_contain_text("This page belongs beside a ticket")


def test_a_late_answer_does_not_overwrite_a_newer_one(timed: Desks) -> None:
    held: list[Route] = []
    page = timed.context.new_page()
    page.route(PANEL, lambda route: held.append(route))
    desk = timed.open("1", wait=False, page=page)
    desk.page.wait_for_function("desk.asked.length > 0")
    timed.context.clock.run_for(100)
    _until(desk.page, lambda: len(held) == 1)
    desk.inside("void Marginalia.again()")
    _until(desk.page, lambda: len(held) == 2)
    for route, name in ((held[1], "the newer"), (held[0], "the older")):
        route.fulfill(body=f'<div class="panel" lang="en" dir="ltr"><p id="who">{name}</p></div>')
        desk.page.wait_for_timeout(50)
    expect(desk.panel.locator("#who")).to_have_text("the newer")


def test_a_token_that_has_ended_is_renewed_without_a_word(desks: Desks) -> None:
    desk = desks.open("1")
    desk.inside("Marginalia.now.token = 'ended'")
    with desk.page.expect_response("**/sidebar/fake/token"):
        desk.inside("void Marginalia.again()")
    expect(desk.panel.locator("#who")).to_be_visible()
    assert desk.asked("/sidebar/")[-3:] == [*ONE, "POST fake/token", *ONE]
    expect(desk.panel.locator(".beside")).to_have_count(0)


def test_once_renewal_has_ended_too_it_says_how_to_come_back(desks: Desks) -> None:
    desk = desks.open("1")
    desk.inside("document.querySelector('[name=marginalia-renewal]').content = 'ended'")
    desk.inside("Marginalia.now.token = 'ended'")
    desk.inside("void Marginalia.again()")
    expect(desk.panel.locator(".beside")).to_contain_text("This was open too long.")
    expect(desk.panel.locator(".beside button")).to_have_count(0)


def test_without_a_network_it_says_so_and_tries_again_on_a_click(desks: Desks) -> None:
    page = desks.context.new_page()
    page.route(PANEL, lambda route: route.abort())
    desk = desks.open("1", wait=False, page=page)
    expect(desk.panel.locator(".state")).to_contain_text("No connection to Marginalia.")
    page.unroute(PANEL)
    desk.panel.get_by_role("button", name="Try again").click()
    desk.panel.locator("#who").wait_for()


def test_what_fails_later_stands_beside_the_panel_that_is_there(desks: Desks) -> None:
    desk = desks.open("1")
    desk.page.route(PANEL, lambda route: route.fulfill(status=500, body="oops"))
    desk.inside("void Marginalia.again()")
    expect(desk.panel.locator(".beside")).to_contain_text("Marginalia could not answer just now.")
    expect(desk.panel.locator("#who")).to_be_visible()
    desk.page.unroute(PANEL)
    desk.panel.get_by_role("button", name="Try again").click()
    expect(desk.panel.locator(".beside")).to_have_count(0)


def test_a_slow_answer_is_told_of_after_three_seconds(timed: Desks) -> None:
    held: list[Route] = []
    page = timed.context.new_page()
    page.route(PANEL, lambda route: held.append(route))
    desk = timed.open("1", wait=False, page=page)
    desk.page.wait_for_function("desk.asked.length > 0")
    _until(desk.page, lambda: len(held) == 1)
    expect(desk.panel.locator(".skeleton")).to_be_visible()
    timed.context.clock.run_for(3_100)
    expect(desk.panel.locator(".asking")).to_have_text("Still asking…")
    held[0].continue_()
    desk.panel.locator("#who").wait_for()
    expect(desk.panel.locator(".asking")).to_have_count(0)


def test_a_ticket_that_the_helpdesk_does_not_have_is_refused_in_words(desks: Desks) -> None:
    desk = desks.open("1")
    desk.page.route(
        PANEL,
        lambda route: route.fulfill(
            status=404, content_type="application/problem+json", body='{"detail": "There is no such ticket."}'
        ),
    )
    desk.inside("Marginalia.open(999)")
    expect(desk.panel.locator(".state")).to_contain_text("There is no such ticket.")
    expect(desk.panel.locator("#who")).to_have_count(0)


def test_a_ticket_that_was_never_seen_is_asked_for_a_few_times_and_then_no_more(timed: Desks) -> None:
    desk = timed.open("777", wait=False)
    expect(desk.panel.locator(".panel")).to_contain_text("Ticket 777 is being read")
    for seconds in (1, 2, 4, 8):
        with desk.page.expect_response(PANEL):
            timed.context.clock.run_for(seconds * 1_000 + 50)
        expect(desk.panel.locator("#stage")).not_to_have_attribute("aria-busy", "true")
    timed.context.clock.run_for(120_000)
    assert len(desk.asked()) == 5
    expect(desk.panel.locator(".longer")).to_contain_text("It takes longer than usual")
    expect(desk.panel.get_by_role("button", name="Look again")).to_be_visible()


def _until(page: Page, condition: Callable[[], bool]) -> None:
    """Let the browser go on until something has come true here."""
    for _ in range(200):
        if condition():
            return
        page.wait_for_timeout(20)
    raise AssertionError("waited in vain")


def _wait_in_vain(timed: Desks, desk: Desk) -> None:
    """More than the panel's patience with its host; the clock counts once the panel's own scripts are there."""
    for _ in range(20):
        timed.context.clock.run_for(1_000)
        desk.page.wait_for_timeout(20)

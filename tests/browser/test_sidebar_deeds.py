"""What an agent clicks: done once, said aloud, put into the answer, and shown to whoever else looks."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Hosted
from tests.browser.sidebar_host import Desk, Desks, desks_of
from tests.browser.sidebar_world import BELT, EXCHANGE, land
from tests.web.looking import ANA

DEEDS = "**/sidebar/fake/tickets/*/deeds*"
LINK = "https://pay.example/d?a=1&b=<i>'2'</i>"


@pytest.fixture
def timed(chromium: Browser, hosted: Hosted) -> Iterator[Desks]:
    """A browser whose clock the test moves."""
    made = desks_of(chromium, hosted.host)
    made.context.clock.install()
    yield made
    made.context.close()


def deeds_of(desk: Desk) -> list[dict[str, Any]]:
    """What was sent to be done."""
    sent = [one for one in desk.requests if one.method == "POST" and "/deeds?" in one.url]
    return [json.loads(one.post_data or "") for one in sent]


def click(desk: Desk, name: str, within: str = "#stage") -> None:
    """Click a button and wait until it is done."""
    with desk.page.expect_response(DEEDS):
        desk.panel.locator(within).get_by_role("button", name=name).first.click()
    expect(desk.panel.locator("#stage")).not_to_have_attribute("aria-busy", "true")


def test_a_macro_is_applied_by_the_helpdesk_and_then_shown_as_applied(desks: Desks) -> None:
    desk = desks.open("20")
    click(desk, "Apply Exchange for another size")
    assert desk.host("desk.applied") == ["36"]
    assert deeds_of(desk) == [{"did": "macro", "macro": "36"}]
    expect(desk.panel.locator("[data-outcome='macro:36']")).to_contain_text("Applied · Ana")
    expect(desk.panel.locator("#said")).to_contain_text("The macro is applied to your answer")


def test_a_macro_that_the_helpdesk_has_no_more_is_said_to_be_gone_and_is_not_shown_as_applied(
    desks: Desks, hosted: Hosted
) -> None:
    desk = desks.open("20")
    desk.host("desk.macros = []")
    click(desk, "Apply Set to urgent")
    told = desk.panel.locator("#macros .told")
    expect(told).to_contain_text("The helpdesk did not take this macro")
    assert deeds_of(desk) == [{"did": "macro_gone", "macro": "38"}]
    expect(desk.panel.get_by_text("Set to urgent")).to_have_count(0)


def test_a_reason_is_chosen_in_one_click_and_said_to_be_on_its_way(desks: Desks) -> None:
    desk = desks.open("21")
    click(desk, "Shipping – Delayed")
    assert deeds_of(desk) == [{"did": "reason", "code": "shipping.delayed"}]
    expect(desk.panel.locator("#reason")).to_contain_text("Being written: Shipping – Delayed · Ana")
    expect(desk.panel.locator("#said")).to_contain_text("Being written: Shipping – Delayed")


def test_any_other_reason_is_in_the_list(desks: Desks) -> None:
    desk = desks.open("22")
    desk.panel.get_by_text("Another reason").click()
    desk.panel.locator("#code").select_option("product.defect")
    click(desk, "Set", "#every-reason")
    assert deeds_of(desk) == [{"did": "reason", "code": "product.defect"}]


def test_a_coupon_is_put_into_the_answer_once_it_is_made_and_no_second_time(
    timed: Desks, hosted: Hosted
) -> None:
    desk = timed.open("23")
    click(desk, "Insert a code for this ticket")
    expect(desk.panel.locator("#coupon")).to_contain_text("A code for this ticket is being made.")
    assert desk.host("desk.comment") == []
    land(hosted.world, "23", f"coupon:{ANA.email}", "ANA10-9QX2")
    with desk.page.expect_response("**/sidebar/fake/tickets/23?*"):
        timed.context.clock.run_for(1_050)
    expect(desk.panel.locator("#coupon .insert code")).to_have_text("ANA10-9QX2")
    desk.page.wait_for_function("desk.comment.length === 1")
    timed.context.clock.run_for(70_000)
    desk.emit("app.activated")
    expect(desk.panel.locator("#stage")).not_to_have_attribute("aria-busy", "true")
    assert desk.host("desk.comment") == ["ANA10-9QX2"]
    assert desk.host("desk.notices") == ["Put into your answer."]


def test_what_takes_long_is_looked_at_three_times_and_then_says_so(timed: Desks) -> None:
    desk = timed.open("24")
    click(desk, "Make a draft order")
    for seconds in (1, 2, 4):
        with desk.page.expect_response("**/sidebar/fake/tickets/24?*"):
            timed.context.clock.run_for(seconds * 1_000 + 50)
        expect(desk.panel.locator("#stage")).not_to_have_attribute("aria-busy", "true")
    timed.context.clock.run_for(60_000)
    assert len(desk.asked("tickets/24?")) == 4
    expect(desk.panel.locator("#offer .longer")).to_contain_text("It takes longer than usual.")


def test_nothing_is_looked_at_while_the_ticket_is_out_of_sight(timed: Desks) -> None:
    desk = timed.open("25")
    click(desk, "Make a draft order")
    desk.emit("app.deactivated")
    timed.context.clock.run_for(30_000)
    assert len(desk.asked("tickets/25?")) == 1
    desk.emit("app.activated")
    with desk.page.expect_response("**/sidebar/fake/tickets/25?*"):
        timed.context.clock.run_for(1_050)


def test_a_link_goes_into_the_answer_with_nothing_in_it_taken_as_markup(timed: Desks, hosted: Hosted) -> None:
    desk = timed.open("26")
    click(desk, "Make a draft order")
    land(hosted.world, "26", f"offer:{EXCHANGE.name}", LINK)
    timed.context.clock.run_for(1_050)
    desk.page.wait_for_function("desk.comment.length === 1")
    assert desk.host("desk.comment") == ["https://pay.example/d?a=1&#38;b=&#60;i&#62;&#39;2&#39;&#60;/i&#62;"]


def test_where_the_helpdesk_takes_no_html_it_is_given_as_text(desks: Desks) -> None:
    desk = desks.open("7")
    desk.host("desk.takesHtml = false")
    desk.panel.locator("#coupon").get_by_role("button", name="Insert ANA10-7F3K").click()
    desk.page.wait_for_function("desk.comment.length === 1")
    assert desk.host("desk.comment") == ["ANA10-7F3K"]


def test_a_double_click_does_it_once(desks: Desks) -> None:
    desk = desks.open("27")
    with desk.page.expect_response(DEEDS):
        desk.panel.get_by_role("button", name="Insert a code").dblclick()
    expect(desk.panel.locator("#coupon .outcome")).to_be_visible()
    assert deeds_of(desk) == [{"did": "coupon"}]


def test_of_two_tabs_the_second_sees_what_the_first_did_and_whose_it_was(desks: Desks) -> None:
    ana, ben = desks.open("28"), desks.open("28", agent="12")
    click(ben, "No, thanks")
    click(ana, "Make a draft order")
    offer = ana.panel.locator("#offer")
    expect(offer).to_contain_text("Declined: not offered to them again for 90 days. · Ben")
    expect(offer.get_by_role("button", name="Make a draft order")).to_have_count(0)


def test_deeds_in_two_cards_at_once_are_both_done_and_both_shown(desks: Desks) -> None:
    desk = desks.open("29")
    desk.inside("""() => {
      for (const card of ["#coupon", "#offer"]) document.querySelector(`${card} button`).click();
    }""")
    expect(desk.panel.locator("#offer .outcome")).to_be_visible()
    expect(desk.panel.locator("#coupon .outcome")).to_be_visible()
    assert deeds_of(desk) == [{"did": "coupon"}, {"did": "offer_taken", "offer": EXCHANGE.name}]


def test_a_note_is_saved_and_shown_with_who_wrote_it(desks: Desks) -> None:
    desk = desks.open("30")
    desk.panel.locator("#note summary").click()
    desk.panel.locator("#style").select_option("decisive")
    desk.panel.get_by_label("Note").fill("Hates phone calls")
    click(desk, "Save")
    notes = desk.panel.locator("#notes")
    expect(notes.locator(".written")).to_have_text("Hates phone calls")
    expect(notes.locator("[data-outcome=note]")).to_contain_text("Noted by Ana")
    expect(notes.locator("form.changed")).to_have_count(0)


def test_what_is_being_typed_survives_a_refresh_with_its_place(desks: Desks) -> None:
    desk = desks.open("31")
    desk.panel.locator("#note summary").click()
    desk.panel.get_by_label("Note").press_sequentially("half a sen")
    click(desk, "No, thanks")
    note = desk.panel.get_by_label("Note")
    expect(note).to_be_visible()
    expect(note).to_have_value("half a sen")


def test_the_keyboard_stays_where_it_was_after_a_deed(desks: Desks) -> None:
    desk = desks.open("32")
    macro = desk.panel.get_by_role("button", name="Apply Where is my order?")
    macro.focus()
    with desk.page.expect_response(DEEDS):
        desk.page.keyboard.press("Enter")
    expect(desk.panel.locator("[data-outcome='macro:37']")).to_be_visible()
    expect(macro).to_be_focused()


def test_where_the_button_is_gone_the_keyboard_is_at_the_head_of_its_card(desks: Desks) -> None:
    desk = desks.open("33")
    desk.panel.get_by_role("button", name="No, thanks").focus()
    with desk.page.expect_response(DEEDS):
        desk.page.keyboard.press("Space")
    expect(desk.panel.locator("#offer-head")).to_be_focused()


def test_escape_closes_what_was_opened_and_goes_back_to_what_opened_it(desks: Desks) -> None:
    desk = desks.open("34")
    desk.panel.locator("#note summary").click()
    desk.panel.get_by_label("Note").press("Escape")
    expect(desk.panel.get_by_label("Note")).to_be_hidden()
    expect(desk.panel.locator("#note summary")).to_be_focused()


def test_a_refusal_is_said_in_its_card_and_the_panel_stays(desks: Desks) -> None:
    desk = desks.open("34")
    refusal: dict[str, Any] = {
        "status": 409,
        "content_type": "application/problem+json",
        "body": '{"detail": "No price."}',
    }
    desk.page.route(DEEDS, lambda route: route.fulfill(**refusal))
    click(desk, "Make a draft order")
    expect(desk.panel.locator("#offer .told")).to_have_text("No price.")
    expect(desk.panel.locator("#said")).to_have_text("No price.")
    expect(desk.panel.get_by_role("button", name="Make a draft order")).to_be_enabled()


def test_where_the_network_breaks_it_says_that_nobody_knows_and_offers_to_look(desks: Desks) -> None:
    desk = desks.open("34")
    desk.page.route(DEEDS, lambda route: route.abort())
    desk.panel.get_by_role("button", name="Make a draft order").click()
    told = desk.panel.locator("#offer .told")
    expect(told).to_contain_text("It is not known whether this was done.")
    with desk.page.expect_response("**/sidebar/fake/tickets/34?*"):
        told.get_by_role("button", name="Look again").click()
    expect(told).to_have_count(0)


def test_the_next_offer_comes_when_this_one_was_declined_before(desks: Desks) -> None:
    click(desks.open("35"), "No, thanks")
    expect(desks.open("36").panel.locator("#offer .value")).to_contain_text(BELT.name)


def test_a_video_link_is_put_into_the_answer(desks: Desks) -> None:
    desk = desks.open("37")
    desk.panel.locator("#link-video summary").click()
    desk.panel.get_by_label("Its address").fill("https://video.example/v/1?x=1")
    click(desk, "Insert", "#link-video")
    desk.page.wait_for_function("desk.comment.length === 1")
    assert deeds_of(desk) == [{"did": "video", "url": "https://video.example/v/1?x=1"}]
    expect(desk.panel.locator("#video .outcome")).to_contain_text("Put into an answer · Ana")


def test_a_gesture_is_asked_about_once_more_and_said_aloud_with_its_answer(desks: Desks) -> None:
    desk = desks.open("38")
    desk.panel.locator("#give summary").click()
    desk.panel.get_by_label("What", exact=True).fill("flowers")
    desk.panel.get_by_label("Amount in USD").fill("25")
    desk.page.keyboard.press("Enter")
    expect(desk.panel.locator("#said")).to_have_text("Give $25.00 for flowers?")
    expect(desk.panel.locator("#delight-head")).to_be_focused()
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Enter")
    expect(desk.panel.locator("#said")).to_contain_text("Ana gave $25.00: flowers")
    expect(desk.panel.locator("#delight")).to_contain_text("left of $500.00 this month")
    assert [one.get("once") is not None for one in deeds_of(desk)] == [False, True]


def test_who_says_no_to_the_question_has_given_nothing(desks: Desks) -> None:
    desk = desks.open("37")
    desk.panel.locator("#give summary").click()
    desk.panel.get_by_label("What", exact=True).fill("flowers")
    desk.panel.get_by_label("Amount in USD").fill("30")
    click(desk, "Give", "#give")
    with desk.page.expect_response("**/sidebar/fake/tickets/37?*"):
        desk.panel.get_by_role("button", name="No", exact=True).click()
    expect(desk.panel.locator("#question")).to_have_count(0)
    expect(desk.panel.locator("#delight")).not_to_contain_text("flowers")


def test_a_marked_link_is_put_into_the_answer(desks: Desks) -> None:
    desk = desks.open("38")
    desk.panel.locator("#mark-link summary").click()
    desk.panel.get_by_label("Page of the shop").fill("https://shop.example/belts?size=m")
    click(desk, "Insert", "#mark-link")
    desk.page.wait_for_function("desk.comment.length === 1")
    (link,) = desk.host("desk.comment")
    assert re.fullmatch(r"https://shop\.example/belts\?size=m&#38;mgn=mgn-[0-9a-f]{12}", link)


def test_another_agents_credit_is_claimed_with_a_reason_and_waits_for_a_manager(desks: Desks) -> None:
    desk = desks.open("39")
    card = desk.panel.locator("#credits")
    card.get_by_text("This order was mine").click()
    card.get_by_label("Why? A manager decides by it.").fill("She ordered after my call.")
    click(desk, "Send", "#credits")
    expect(card.locator(".outcome")).to_contain_text("Contested: a manager decides.")
    expect(card.locator(".outcome q")).to_have_text("She ordered after my call.")
    expect(desk.panel.locator("#said")).to_contain_text("Contested: a manager decides.")
    expect(desk.panel.locator("#credits-head")).to_be_focused()

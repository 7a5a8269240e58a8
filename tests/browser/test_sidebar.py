"""The panel in a helpdesk's frame, spoken to by the vendor's own script: every state, as an agent sees it."""

import pytest
from playwright.sync_api import expect

from plugin.sidebar import SHOWN_ORDERS
from tests.browser.sidebar_host import Desk, Desks

COLOURS = "(one) => [getComputedStyle(one).backgroundColor, getComputedStyle(document.body).backgroundColor]"


def test_the_order_is_who_then_what_matters_then_what_to_do(desks: Desks) -> None:
    panel = desks.look("1").panel
    found = panel.locator("section").evaluate_all("(all) => all.map((one) => one.id)")
    assert found == [
        "who", "alerts", "reason", "macros", "offer", "coupon", "delight", "credits", "video", "orders", "notes",
        "sources",
    ]  # fmt: skip


def test_the_identity_line_says_who_it_is_what_they_are_worth_and_how_they_were_found(desks: Desks) -> None:
    who = desks.look("1").panel.locator("#who")
    for said in ("Ann Lee", "Gold", "$12,345.00", "$1,371.67", "#1042", "6 days ago", "delayed"):
        expect(who).to_contain_text(said)
    expect(who).to_contain_text("matched by e-mail address")
    expect(who.locator(".age time")).to_have_attribute("datetime", "2026-11-23T12:00:00+00:00")


def test_the_tier_opens_to_what_says_so(desks: Desks) -> None:
    tier = desks.look("1").panel.locator("#tier")
    tier.locator("summary").click()
    expect(tier.locator("li")).to_have_text("spent 12,345.00 ≥ 1,000.00 USD")


def test_the_most_pressing_alert_is_told_and_the_others_are_behind_it(desks: Desks) -> None:
    alerts = desks.look("1").panel.locator("#alerts")
    expect(alerts.locator("> .alert")).to_contain_text("Parcel is delayed · #1042 · UPS")
    more = alerts.locator("details")
    expect(more.locator("summary")).to_have_text("2 more")
    more.locator("summary").click()
    expect(more.locator(".alert").last).to_contain_text("Only a person may answer")


def test_the_latest_orders_say_where_each_parcel_is(desks: Desks) -> None:
    orders = desks.look("1").panel.locator("#orders li")
    expect(orders).to_have_count(SHOWN_ORDERS)
    expect(orders.first.locator("a")).to_have_attribute("href", "https://ups.example/1Z999AA1")
    expect(orders.nth(1)).to_contain_text("return on its way")


def test_who_has_not_bought_yet_is_shown_without_zeros(desks: Desks) -> None:
    panel = desks.look("3").panel
    expect(panel.locator("#who")).to_contain_text("Has not bought yet.")
    expect(panel.locator(".figures")).to_have_count(0)
    assert "0" not in panel.locator("#who").inner_text().replace("12:00", "")
    expect(panel.locator("#offer")).to_be_visible()


def test_where_nobody_is_known_it_says_what_to_do_and_searches_by_order(desks: Desks) -> None:
    desk = desks.open("2")
    expect(desk.panel.locator("#who")).to_contain_text("The shop knows nobody")
    desk.panel.get_by_label("Order number").fill("#1042")
    desk.panel.get_by_role("button", name="Search").click()
    expect(desk.panel.locator("[data-outcome=search]")).to_contain_text("#1042")
    expect(desk.panel.locator("#said")).to_contain_text("The shop was asked whose order #1042 is")


def test_a_shop_that_has_not_answered_is_named_and_nothing_is_made_up(desks: Desks) -> None:
    who = desks.look("4").panel.locator("#who")
    expect(who).to_contain_text("The shop has not said yet who this is.")
    assert "Has not bought" not in who.inner_text()


def test_without_a_shop_it_says_who_can_change_that(desks: Desks) -> None:
    who = desks.look("1", account="gamma").panel.locator("#who")
    expect(who).to_contain_text("No shop is connected")
    expect(who.get_by_label("Order number")).to_have_count(0)


def test_a_source_that_fails_is_named_with_a_retry_while_all_else_works(desks: Desks) -> None:
    desk = desks.open("1", account="beta")
    failed = desk.panel.locator(".source.failed")
    expect(failed).to_contain_text("beta-shop")
    expect(failed).to_contain_text("the token was revoked")
    with desk.page.expect_request("**/deeds*") as sent:
        failed.get_by_role("button", name="Retry").click()
    assert sent.value.post_data_json == {"did": "retry", "source": "shop"}
    expect(desk.panel.locator("#orders li")).to_have_count(SHOWN_ORDERS)


def test_amounts_are_hidden_from_who_may_not_see_them(desks: Desks) -> None:
    panel = desks.look("1", account="beta").panel
    expect(panel.locator("#who")).to_contain_text("Amounts are not shown to your role.")
    expect(panel.locator("#who")).to_contain_text("Gold")
    shown = panel.locator("#who, #orders").all_inner_texts()
    assert "$" not in "".join(shown)
    assert "margin" not in panel.locator("#offer").inner_text()


def test_amounts_are_shown_to_who_may_see_them(desks: Desks) -> None:
    expect(desks.look("1", account="beta", agent="12").panel.locator("#who")).to_contain_text("$12,345.00")


def refusals(desk: Desk) -> list[str]:
    """What cannot be done here: the name of each button that is off."""
    return desk.panel.locator("button[aria-disabled=true]").all_inner_texts()


def test_while_only_watching_what_would_write_is_off_and_says_why(desks: Desks) -> None:
    desk = desks.look("1", account="beta")
    assert "Make a draft order" in refusals(desk)
    assert "Insert a code for this ticket" in refusals(desk)
    desk.panel.get_by_role("button", name="Insert a code").click(force=True)
    expect(desk.panel.locator("#said")).to_contain_text("Watching only: nothing is written until")
    assert desk.asked("/deeds?") == []


def test_while_only_watching_macros_notes_and_the_search_work(desks: Desks) -> None:
    off = refusals(desks.look("1", account="beta"))
    assert not {"Apply", "Save", "Search"} & {text.split("\n")[0] for text in off}


def test_a_closed_ticket_says_so_and_takes_nothing(desks: Desks) -> None:
    desk = desks.look("5")
    expect(desk.panel.locator("#closed")).to_contain_text("This ticket is closed")
    expect(desk.panel.locator("#macros li button:not([aria-disabled])")).to_have_count(0)
    assert "Make a draft order" in refusals(desk)


def test_what_others_did_is_shown_with_who_and_when(desks: Desks) -> None:
    panel = desks.look("7", agent="13").panel
    expect(panel.locator("[data-outcome^=offer]")).to_contain_text("The draft order is made. · Ben, 11:56")
    expect(panel.locator("[data-outcome='macro:36']")).to_contain_text("Applied · Ben, 11:56")
    link = panel.locator("#offer a")
    expect(link).to_have_attribute("href", "https://pay.example/draft/1?a=b&c=%3Cd%3E")


def test_what_has_failed_says_why_and_can_be_tried_again(desks: Desks) -> None:
    offer = desks.look("8").panel.locator("#offer")
    expect(offer).to_contain_text("The draft order was not made.")
    expect(offer.locator(".problem")).to_have_text("the shop refused the price")
    expect(offer.get_by_role("button", name="Try again")).to_be_visible()


def test_names_with_markup_or_hidden_signs_do_nothing_but_show(desks: Desks) -> None:
    panel = desks.look("6").panel
    expect(panel.locator("h1")).to_have_text("Ann <script>alert(1)</script> ⟨U+202E⟩evil & O\u2019Neil")
    assert panel.locator("#stage script").count() == 0
    assert panel.locator("#who bdi, #offer bdi").count() > 3


def test_amounts_of_many_currencies_stand_beside_each_other_unconverted(desks: Desks) -> None:
    totals = desks.look("6").panel.locator("#orders .figure").all_inner_texts()
    assert [total.replace("\xa0", "") for total in totals] == ["€500.00", "KWD50.001", "¥50,002"]


@pytest.mark.parametrize(("locale", "language", "word"), [("ar-EG", "ar", "السبب"), ("fa", "fa", "دلیل")])
def test_it_speaks_the_language_of_the_agent_from_right_to_left(
    desks: Desks, locale: str, language: str, word: str
) -> None:
    desk = desks.look("1", locale=locale)
    expect(desk.panel.locator("html")).to_have_attribute("lang", language)
    expect(desk.panel.locator("html")).to_have_attribute("dir", "rtl")
    expect(desk.panel.locator("#reason-head")).to_have_text(word)


def test_persian_digits_are_the_languages_own(desks: Desks) -> None:
    expect(desks.look("1", locale="fa").panel.locator("#who")).to_contain_text("۱۲٬۳۴۵٫۰۰")


def test_a_language_that_is_not_spoken_here_is_answered_in_the_browsers(desks: Desks) -> None:
    expect(desks.look("1", locale="de").panel.locator("html")).to_have_attribute("lang", "en")


def test_no_button_shouts_before_the_agent_has_done_anything(desks: Desks) -> None:
    panel = desks.open("20").panel
    for button in panel.locator("#stage button").all():
        paper, ground = button.evaluate(COLOURS)
        assert paper in (ground, "rgba(0, 0, 0, 0)"), button.inner_text()
    panel.locator("#note summary").click()
    panel.get_by_label("Note").fill("likes short answers")
    paper, ground = panel.get_by_role("button", name="Save").evaluate(COLOURS)
    assert paper != ground

"""The pages of money: a statement that opens to its entries, credits that a manager decides about, commissions."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from plugin.db.ledger_tables import CreditRow, DisputeRow, OrderRow
from plugin.web.charts import Bar, Month, chart
from tests.books import ANA, BEN, DECEMBER, NOVEMBER, Books
from tests.web.site import Site, post

AGENTS: dict[str, Any] = {"currency": "USD", "timezone": "UTC", "agents": [{"email": ANA}, {"email": BEN}]}
PAGE = "/admin/statement/2026-11"


@pytest.fixture
def made(lite: Site) -> Books:
    """Books with the worked example of a sale in November; it is December."""
    lite.world.clock.at = DECEMBER
    lite.world.settings(AGENTS)
    books = Books(lite.world)
    books.sale()
    return books


@pytest.fixture
def browser(lite: Site, made: Books) -> FlaskClient:
    """Somebody who is signed in."""
    return lite.admin()


def text(browser: FlaskClient, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_the_statement_tells_every_line_and_what_is_left(browser: FlaskClient) -> None:
    page = text(browser, PAGE)
    for figure in ("$113.20", "-$41.00", "-$7.92", "$64.28"):
        assert figure in page
    assert "Contribution before fulfilment" in page


def test_a_figure_opens_to_its_entries_and_an_entry_to_its_ticket(browser: FlaskClient, made: Books) -> None:
    made.entry("revenue.coupon", 100, connection_id=made.desk.id, ticket_id="5158")
    assert f"{PAGE}/entries?kind=revenue.coupon" in browser.get(PAGE).get_data(as_text=True)
    entries = browser.get(f"{PAGE}/entries?kind=revenue.coupon").get_data(as_text=True)
    assert "/admin/tickets/fake/5158" in entries
    assert "-$41.00" not in entries


def test_the_first_page_is_this_months(browser: FlaskClient) -> None:
    assert browser.get("/admin/statement").headers["Location"].endswith("/admin/statement/2026-12")


def test_closing_asks_whether_that_is_meant_and_then_keeps_it(browser: FlaskClient) -> None:
    assert post(browser, f"{PAGE}/close").status_code == 422
    assert post(browser, f"{PAGE}/close", sure="yes").status_code == 303
    page = text(browser, PAGE)
    assert "closed" in page
    assert "Close the month" not in page


def test_closing_twice_says_who_was_first(browser: FlaskClient, made: Books) -> None:
    page = browser.get(PAGE).get_data(as_text=True)
    made.close()
    assert "was closed already by mia" in _posted(browser, page, f"{PAGE}/close", {"sure": "yes"})


def test_a_month_that_runs_cannot_be_closed(browser: FlaskClient) -> None:
    assert "Close the month" not in text(browser, "/admin/statement/2026-12")


def test_amounts_are_hidden_where_the_settings_say_so(lite: Site, browser: FlaskClient) -> None:
    lite.world.settings({**AGENTS, "amounts_visible_to": ["manager"]})
    assert "Amounts are hidden here" in text(browser, PAGE, 403)


@pytest.mark.parametrize(
    "address", ["/admin/statement/2026-13", f"{PAGE}/entries?kind=profit", "/admin/credits?show=x"]
)
def test_what_there_is_not_is_not_found(browser: FlaskClient, address: str) -> None:
    assert browser.get(address).status_code == 404


def test_two_ways_of_counting_stand_side_by_side(browser: FlaskClient, made: Books) -> None:
    made.order(net=5_000, host={"agent": BEN, "helpdesk": "fake", "ticket": "7"})
    page = text(browser, f"{PAGE}/compare")
    assert "$113.20" in page
    assert "$50.00" in page


def test_an_unproven_code_is_accepted_with_a_reason(browser: FlaskClient, made: Books) -> None:
    order = made.order()
    credit = made.credit(order, BEN, grade="unproven", counts=False, code="BEN10", key="ben:ben10")
    assert post(browser, f"/admin/credits/{credit}/accept", reason=" ").status_code == 422
    assert post(browser, f"/admin/credits/{credit}/accept", reason="on the phone").status_code == 303
    assert made.row(OrderRow, order).ruling["accepted"] == ["ben10"]


def test_a_dispute_is_decided_and_the_order_given_with_it(browser: FlaskClient, made: Books) -> None:
    order, credit = made.sale()
    made.contest(credit, "she wrote to me", BEN)
    address = "/admin/credits?show=contested"
    assert "she wrote to me" in text(browser, address)
    form = {"verdict": "upheld", "agent": BEN, "reason": "right"}
    assert post(browser, f"/admin/credits/{credit}/decide", **form).status_code == 303
    assert made.row(DisputeRow, 1).state == "upheld"
    assert made.row(OrderRow, order).ruling["agents"] == {BEN: 1}


def test_nobody_unknown_is_given_an_order(browser: FlaskClient, made: Books) -> None:
    _, credit = made.sale()
    form = {"agent": "nobody@shop.example", "reason": "x"}
    assert post(browser, f"/admin/credits/{credit}/give", **form).status_code == 422


def test_commissions_are_approved_and_paid_by_ticking_them(lite: Site, made: Books) -> None:
    lite.world.clock.at = NOVEMBER + timedelta(days=30)
    browser = lite.admin()
    for step, state in (("approve", "approved"), ("pay", "paid")):
        answer = post(browser, "/admin/commissions", step=step, credit="1")
        assert "done=1&refused=0" in answer.headers["Location"]
        assert made.row(CreditRow, 1).state == state


def test_a_commission_is_not_approved_before_its_return_window_is_over(browser: FlaskClient) -> None:
    form = {"step": "approve", "credit": "1"}
    answer = post(browser, "/admin/commissions", **form)
    assert "done=0&refused=1" in answer.headers["Location"]


def test_payrolls_file_comes_from_the_page(browser: FlaskClient) -> None:
    answer = browser.get("/admin/commissions/payroll-2026-11.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.get_data(as_text=True).startswith("agent,period,state")


def test_a_chart_hangs_losses_from_the_line_of_nothing() -> None:
    made = chart(
        [Month("2026-11", [Bar("earned", 100, "1.00"), Bar("left", -50, "-0.50")], "USD", "/", True)], "t"
    )
    earned, left = made.bars[0]
    assert (earned.y, earned.height, made.zero) == (0, 80, 80)
    assert (left.y, left.height) == (80, 40)


def test_an_empty_chart_is_drawn_too() -> None:
    assert chart([], "t").zero == 0


@pytest.mark.parametrize(("form", "begins"), [("csv", b"tenant"), ("xlsx", b"PK")])
def test_the_statement_can_be_had_as_a_file(browser: FlaskClient, form: str, begins: bytes) -> None:
    answer = browser.get(f"{PAGE}.{form}")
    assert answer.status_code == 200
    assert f'filename="statement-2026-11.{form}"' in answer.headers["Content-Disposition"]
    assert begins in answer.get_data()[:200]


def test_there_is_no_other_kind_of_file(browser: FlaskClient) -> None:
    assert browser.get(f"{PAGE}.pdf").status_code == 404


def _posted(browser: FlaskClient, page: str, address: str, form: dict[str, str]) -> str:
    """What comes of a form that was opened a while ago."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    answer = browser.post(address, data={**form, "csrf_token": token[1]})
    assert answer.status_code == 409
    return answer.get_data(as_text=True)

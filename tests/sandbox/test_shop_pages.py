"""What a person does by hand in the stand-in shop: buy, give back, edit, call off, change costs and codes."""

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from sandbox.shopify.records import Order
from tests.sandbox.shops import Counter
from tests.sandbox.test_shop_discounts import create


def shown(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def send(counter: Counter, path: str, **form: str) -> TestResponse:
    return counter.client.post(f"/shopify{path}", data=form)


def done(counter: Counter, path: str, **form: str) -> str:
    """The page that one is led to."""
    answer = send(counter, path, **form)
    assert answer.status_code == 303, answer.text
    return shown(counter.client.get(answer.headers["Location"]).text)


def refused(counter: Counter, path: str, **form: str) -> str:
    answer = send(counter, path, **form)
    assert answer.status_code == 422
    return shown(answer.text)


def newest(counter: Counter) -> Order:
    """The order as it is by now."""
    return list(counter.shop.orders.values())[-1]


def buy(counter: Counter, **form: str) -> Any:
    given = {"email": "kim@example.com", "sku": "BELT-1", "quantity": "2", **form}
    return done(counter, "/orders", **given)


# --------------------------------------------------------------------------------------------- buying


def test_somebody_buys_with_a_code_that_exists(counter: Counter) -> None:
    create(counter)
    assert "2 × Leather belt ANA10 90.00 USD paid" in buy(counter, code="ana10")


def test_a_code_that_is_used_up_is_told(counter: Counter) -> None:
    create(counter, usageLimit=1)
    buy(counter, code="ANA10")
    form = {"email": "kim@example.com", "sku": "BELT-1", "quantity": "1", "code": "ANA10"}
    assert "used as often as it may be (1). Nothing was bought." in refused(counter, "/orders", **form)


def test_an_order_says_where_its_buyer_came_from_and_when(counter: Counter) -> None:
    site = "https://coupons.example/deals"
    buy(counter, days="31", referring_site=site, landing_site="/?mgn=a", tags="VIP, gift", note="Ring twice")
    made = newest(counter)
    assert (made.referring_site, made.landing_site, made.tags) == (site, "/?mgn=a", ("VIP", "gift"))
    assert (made.created_at.date().isoformat(), made.note) == ("2026-10-23", "Ring twice")


@pytest.mark.parametrize(("account", "known"), [("own", True), ("guest", False)])
def test_a_customer_buys_with_their_account_or_as_a_guest(
    counter: Counter, account: str, known: bool
) -> None:
    counter.customer("kim@example.com")
    buy(counter, account=account)
    assert (newest(counter).customer_id is not None) is known


def test_what_is_bought_to_be_paid_later_is_paid_on_its_page(counter: Counter) -> None:
    assert "100.00 USD pending" in buy(counter, payment="later")
    page = done(counter, f"/orders/{newest(counter).id}/pay")
    assert "Payment paid" in page
    assert "Pay what is owed" not in page


@pytest.mark.parametrize(("taxes", "total"), [("added", "119.00"), ("included", "100.00")])
def test_a_purchase_is_taxed_on_top_or_in_the_price(counter: Counter, taxes: str, total: str) -> None:
    buy(counter, tax="19", taxes=taxes)
    assert str(newest(counter).total) == total


def test_a_test_in_another_currency_says_so_with_its_attributes(counter: Counter) -> None:
    buy(counter, kind="test", presentment="eur", rate="0.9", attributes="mgn = 1\nwrapped=yes\n")
    made = newest(counter)
    assert (made.test, made.presentment, str(made.rate)) == (True, "EUR", "0.9")
    assert made.attributes == {"mgn": "1", "wrapped": "yes"}


WRONG = [
    *[("days", "-1"), ("days", "9999"), ("shipping", "x"), ("shipping", "NaN"), ("tax", "-1"), ("tax", "x")],
    *[("presentment", "EURO"), ("presentment", "EUR")],
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_purchase_that_makes_no_sense_is_told(counter: Counter, name: str, value: str) -> None:
    form = {"email": "kim@example.com", "sku": "BELT-1", "quantity": "1", name: value}
    assert "Nothing was bought." in refused(counter, "/orders", **form)


# ---------------------------------------------------------------------------------------- one order


def test_pieces_are_given_back(counter: Counter) -> None:
    buy(counter)
    page = done(counter, f"/orders/{newest(counter).id}/refund", **{"back-BELT-1": "1", "note": "Too wide"})
    assert "1 × Leather belt 50.00 USD success Too wide" in page
    assert "Payment partially refunded" in page


def test_money_on_its_way_arrives_at_a_click(counter: Counter) -> None:
    buy(counter)
    number = newest(counter).id
    assert "20.00 USD pending" in done(counter, f"/orders/{number}/refund", amount="20", money="pending")
    (back,) = newest(counter).refunds
    page = done(counter, f"/orders/{number}/refunds/{back.id}", status="success")
    assert "20.00 USD success" in page
    assert "The money has arrived" not in page


def test_more_than_was_paid_is_not_given_back(counter: Counter) -> None:
    buy(counter)
    page = refused(counter, f"/orders/{newest(counter).id}/refund", amount="100.01")
    assert "between 0.01 and 100.00 can be given back. Nothing was changed." in page


@pytest.mark.parametrize("name", ["amount", "shipping", "back-BELT-1"])
def test_what_is_no_number_is_told(counter: Counter, name: str) -> None:
    buy(counter)
    page = refused(counter, f"/orders/{newest(counter).id}/refund", **{name: "some"})
    assert "“some” is no" in page


@pytest.mark.parametrize(("what", "quantity", "left"), [("add", "1", "150.00"), ("remove", "1", "50.00")])
def test_an_order_is_edited(counter: Counter, what: str, quantity: str, left: str) -> None:
    buy(counter)
    form = {"what": what, "sku": "BELT-1", "quantity": quantity}
    assert f"By now {left} USD" in done(counter, f"/orders/{newest(counter).id}/edit", **form)


@pytest.mark.parametrize(("back", "payment"), [("all", "refunded"), ("nothing", "paid")])
def test_an_order_is_called_off(counter: Counter, back: str, payment: str) -> None:
    buy(counter)
    page = done(counter, f"/orders/{newest(counter).id}/cancel", reason="inventory", back=back)
    assert f"Payment {payment}" in page
    assert "(inventory)" in page
    assert "Call it off" not in page


def test_a_parcel_is_sent(counter: Counter) -> None:
    buy(counter)
    form = {"company": "UPS", "number": "1Z1", "status": "delayed"}
    assert "Parcel delayed UPS 1Z1" in done(counter, f"/orders/{newest(counter).id}/ship", **form)


def test_what_is_written_on_an_order_is_escaped(counter: Counter) -> None:
    buy(counter, note="<script>x", tags="<script>y", referring_site="<script>z")
    page = counter.client.get(f"/shopify/orders/{newest(counter).id}").text
    assert not re.search("<script>[xyz]", page)


@pytest.mark.parametrize("path", ["/orders/7", "/discounts/7"])
def test_a_page_that_there_is_none_of_is_a_404(counter: Counter, path: str) -> None:
    assert counter.client.get(f"/shopify{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/orders/7/refund", "/orders/7/cancel", "/products/X", "/discounts/7/delete", "/drafts/7"]
)
def test_nothing_is_done_to_what_there_is_none_of(counter: Counter, path: str) -> None:
    assert send(counter, path).status_code == 404


# ------------------------------------------------------------------------------------- costs and codes


def test_a_cost_is_changed_and_taken_away(counter: Counter) -> None:
    done(counter, "/products/BELT-1", cost="21.5")
    assert str(counter.shop.products["BELT-1"].cost) == "21.50"
    done(counter, "/products/BELT-1", cost="")
    assert counter.shop.products["BELT-1"].cost is None


def test_a_cost_that_is_none_is_told(counter: Counter) -> None:
    page = refused(counter, "/products/BELT-1", cost="cheap")
    assert "“cheap” is no amount: write it as 12.50. Nothing was changed." in page


def discount(counter: Counter) -> str:
    """The path of Ana's discount."""
    number = create(counter)["codeDiscountNode"]["id"].rpartition("/")[2]
    return f"/discounts/{number}"


def test_a_discount_takes_off_something_else_from_now_on(counter: Counter) -> None:
    path = discount(counter)
    done(counter, path, share="20", limit="3")
    buy(counter, code="ANA10")
    assert "ANA10 1 of 3" in shown(counter.client.get(f"/shopify{path}").text)
    assert str(newest(counter).total) == "80.00"


@pytest.mark.parametrize(
    "form", [{"share": "0"}, {"share": "101"}, {"share": "x"}, {"share": "10", "limit": "-1"}]
)
def test_a_change_of_a_discount_that_makes_no_sense_is_told(counter: Counter, form: dict[str, str]) -> None:
    assert "Nothing was changed." in refused(counter, discount(counter), **form)


def test_a_discount_ends_and_is_in_force_again(counter: Counter) -> None:
    path = discount(counter)
    assert "expired" in done(counter, f"{path}/switch")
    assert "active" in done(counter, f"{path}/switch")


def test_a_discount_is_thrown_away(counter: Counter) -> None:
    assert "No code was made yet." in done(counter, f"{discount(counter)}/delete")

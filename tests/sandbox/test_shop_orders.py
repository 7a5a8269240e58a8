"""Orders at the stand-in shop's counter: discounts over lines, tax, shipping, currencies, and what their bodies say."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.shopify.checkout import Bought, place_order
from sandbox.shopify.records import Json, UsedCode
from sandbox.shopify.seed import new_shop
from tests.sandbox.shops import Counter

TENTH: Json = {"code": "ANA10", "type": "percentage", "value": "10"}


def buy(counter: Counter, status: int, body: Json) -> Json:
    given = {"email": "ann@example.com", "items": {"BELT-1": 1}, **body}
    answer = counter.control("POST", "/orders", given)
    assert answer.status_code == status, answer.text
    found: Json = answer.get_json()
    return found


def bought(counter: Counter, **body: Any) -> Json:
    """The order that comes of it, as webhooks show it."""
    found: Json = buy(counter, 201, body)["order"]
    return found


def refused(counter: Counter, **body: Any) -> str:
    return str(buy(counter, 400, body)["error"])


def offs(order: Json) -> list[list[str]]:
    return [[one["amount"] for one in line["discount_allocations"]] for line in order["line_items"]]


# ------------------------------------------------------------------------------------------ discounts


def test_cents_that_cannot_be_shared_go_to_the_largest_remainders(counter: Counter) -> None:
    code = {"code": "TEN", "type": "fixed_amount", "value": "10.00"}
    items = {"BELT-1": 1, "SCARF-1": 1, "JUMPER-M": 1}
    order = bought(counter, items=items, codes=[code])
    assert offs(order) == [["2.17"], ["3.70"], ["4.13"]]


def test_several_codes_are_each_told_with_their_own_share(counter: Counter) -> None:
    fixed = {"code": "FIVE", "type": "fixed_amount", "value": "5.00"}
    order = bought(counter, codes=[TENTH, fixed])
    assert [(one["code"], one["amount"]) for one in order["discount_codes"]] == [
        ("ANA10", "5.00"),
        ("FIVE", "5.00"),
    ]
    assert [one["discount_application_index"] for one in order["line_items"][0]["discount_allocations"]] == [
        0,
        1,
    ]
    assert (order["total_discounts"], order["subtotal_price"]) == ("10.00", "40.00")


def test_a_code_for_shipping_takes_nothing_off_the_lines(counter: Counter) -> None:
    free = {"code": "SHIPFREE", "type": "shipping", "value": "100"}
    order = bought(counter, codes=[free], shipping="8.00")
    assert (offs(order), order["total_discounts"], order["total_price"]) == ([[]], "8.00", "50.00")
    assert order["total_shipping_price_set"]["shop_money"]["amount"] == "8.00"


def test_an_order_given_away_is_paid_without_any_money(counter: Counter) -> None:
    order = bought(counter, codes=[{**TENTH, "value": "100"}])
    (made,) = counter.shop.orders.values()
    assert (order["total_price"], order["financial_status"], made.payments) == ("0.00", "paid", ())


def test_nothing_is_taken_off_a_gift_card_nor_is_it_taxed(counter: Counter) -> None:
    items = {"GIFTCARD-50": 1, "BELT-1": 1}
    order = bought(counter, items=items, codes=[TENTH], tax_rate="0.10")
    card, belt = order["line_items"]
    assert (card["gift_card"], card["discount_allocations"], card["tax_lines"]) == (True, [], [])
    assert (belt["tax_lines"][0]["price"], order["total_price"]) == ("4.50", "99.50")


# ------------------------------------------------------------------------------------- tax and currency


@pytest.mark.parametrize(("included", "tax", "total"), [(False, "9.50", "59.50"), (True, "7.98", "50.00")])
def test_tax_comes_on_top_or_is_in_the_price(counter: Counter, included: bool, tax: str, total: str) -> None:
    order = bought(counter, tax_rate="0.19", taxes_included=included)
    assert (order["taxes_included"], order["total_tax"], order["total_price"]) == (included, tax, total)
    assert (order["subtotal_price"], order["line_items"][0]["tax_lines"][0]["rate"]) == ("50.00", 0.19)


def test_a_shopper_sees_another_currency_at_its_rate(counter: Counter) -> None:
    order = bought(counter, presentment="JPY", rate="151.237")
    assert (order["currency"], order["presentment_currency"]) == ("USD", "JPY")
    assert order["total_price_set"] == {
        "shop_money": {"amount": "50.00", "currency_code": "USD"},
        "presentment_money": {"amount": "7562", "currency_code": "JPY"},
    }


@pytest.mark.parametrize(("currency", "price", "off"), [("JPY", "28", "3"), ("KWD", "28.000", "2.800")])
def test_a_shops_currency_may_have_no_digits_or_three(
    counter: Counter, currency: str, price: str, off: str
) -> None:
    counter.control("POST", "/shop", {"currency": currency})
    order = bought(counter, items={"COFFEE-1": 1}, codes=[TENTH])
    assert (order["line_items"][0]["price"], order["total_discounts"]) == (price, off)


# ------------------------------------------------------------------------------------ what it carries


def test_an_order_carries_where_they_came_from_and_what_was_written_on_it(counter: Counter) -> None:
    told = {"landing_site": "/?mgn=abc", "referring_site": "https://coupons.example/", "note": "Ring twice"}
    order = bought(counter, attributes={"marginalia": "mgn-1"}, tags=["a", "b"], test=True, **told)
    assert {name: order[name] for name in told} == told
    assert order["note_attributes"] == [{"name": "marginalia", "value": "mgn-1"}]
    assert (order["tags"], order["test"]) == ("a, b", True)


def test_an_order_that_is_imported_was_processed_before_its_record_was_made(counter: Counter) -> None:
    order = bought(counter, processed_at="2025-12-31T23:30:00Z")
    assert (order["processed_at"], order["created_at"]) == (
        "2025-12-31T18:30:00-05:00",
        "2026-11-23T07:00:00-05:00",
    )


def test_what_is_not_paid_is_owed_until_it_is(counter: Counter) -> None:
    order = bought(counter, paid=False)
    assert (order["financial_status"], order["total_outstanding"]) == ("pending", "50.00")
    paid = counter.control("POST", f"/orders/{order['id']}/pay").get_json()["order"]
    assert (paid["financial_status"], paid["total_outstanding"]) == ("paid", "0.00")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"items": {"NONE": 1}}, "sells nothing with the sku NONE"),
        ({"items": {"BELT-1": 0}}, "give a quantity above 0"),
        ({"codes": ["NONE"]}, "there is no code NONE"),
        ({"codes": [{**TENTH, "type": "free"}]}, "the type of a code is one of"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(counter: Counter, body: Json, said: str) -> None:
    assert said in refused(counter, **body)
    assert counter.shop.orders == {}


def test_a_new_cost_is_kept_and_an_old_order_keeps_its_price(counter: Counter) -> None:
    order = bought(counter)
    counter.control("PATCH", "/products/BELT-1", {"price": "60.00", "cost": "21.5"})
    again = counter.control("GET", f"/orders/{order['id']}").get_json()["order"]
    assert (again["line_items"][0]["price"], str(counter.shop.products["BELT-1"].cost)) == ("50.00", "21.50")


@pytest.mark.parametrize("cost", ["-1", "x"])
def test_a_cost_that_is_none_is_refused(counter: Counter, cost: str) -> None:
    assert counter.control("PATCH", "/products/BELT-1", {"cost": cost}).status_code == 400


SHOP = new_shop()
ITEMS = st.dictionaries(st.sampled_from(sorted(SHOP.products)), st.integers(1, 9), min_size=1, max_size=6)
CODES = st.lists(
    st.builds(
        UsedCode,
        st.just("C"),
        st.sampled_from(["percentage", "fixed_amount"]),
        st.decimals(0, 100, places=2),
        st.just(Decimal(0)),
    ),
    max_size=3,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(ITEMS, CODES, st.sampled_from(["0", "0.055", "0.19"]), st.booleans())
def test_lines_add_up_to_their_order(
    items: dict[str, int], codes: list[UsedCode], rate: str, included: bool
) -> None:
    more = {"tax_rate": Decimal(rate), "taxes_included": included}
    order = place_order(SHOP, Bought(items, codes=tuple(codes), more=more))
    assert sum(line.discount for line in order.lines) == order.discounts
    assert all(0 <= line.net <= line.gross for line in order.lines)
    assert (order.current.net, order.current_total) == (order.original.net, order.total)
    assert order.outstanding == 0
    assert order.received == order.total

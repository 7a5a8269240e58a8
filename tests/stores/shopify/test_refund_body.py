"""What a refund takes back: the value of goods, the money that has arrived, and what was given beyond."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from plugin.domain.money import Money
from plugin.ports import ItemCost, Unreadable
from tests.stores.shopify.bodies import (
    STORE,
    line,
    news,
    order,
    read,
    read_refund,
    refund,
    returned,
    shop,
    transaction,
)


def sums(body: dict[str, Any], **options: Any) -> tuple[int, int, int]:
    found = read_refund(body, **options)
    return found.goods, found.money, found.goodwill


def test_goods_are_worth_their_values_without_the_tax_on_top() -> None:
    body = refund(returned(11, 195.66, 3.98), returned(12, 195.67, 3.98), money="399.29")
    assert sums(body) == (39_133, 39_929, 0)


def test_where_prices_include_the_tax_it_is_taken_out_of_the_goods() -> None:
    body = order(
        line(price="120.00"), taxes_included=True, refunds=[refund(returned(11, 120.0, 20.0), money="120.00")]
    )
    (found,) = read(body).refunds
    assert (found.goods, found.money, found.goodwill) == (10_000, 12_000, 0)


def test_a_refund_on_its_own_goes_by_what_the_shop_does_with_taxes() -> None:
    assert sums(refund(returned(11, 120.0, 20.0), money="120.00"), taxes_included=True) == (10_000, 12_000, 0)


def taxed(value: float, tax: float, *rates: float) -> dict[str, Any]:
    lines = [{"title": "VAT", "rate": rate, "price": "1.00"} for rate in rates]
    return returned(11, value, tax, line_item={"id": 11, "tax_lines": lines})


@pytest.mark.parametrize(
    "shops", [True, False], ids=["a shop with taxes included", "a shop with taxes on top"]
)
@pytest.mark.parametrize(
    ("body", "goods"),
    [
        (taxed(120.0, 20.0, 0.2), 10_000),
        (taxed(100.0, 20.0, 0.2), 10_000),
        (taxed(108.25, 8.25, 0.0625, 0.02), 10_000),
        (taxed(100.0, 8.25, 0.0625, 0.02), 10_000),
    ],
    ids=["in it", "on top", "two taxes in it", "two taxes on top"],
)
def test_a_refund_on_its_own_tells_by_its_rates_whether_the_tax_is_in_it(
    body: dict[str, Any], goods: int, shops: bool
) -> None:
    assert read_refund(refund(body), taxes_included=shops).goods == goods


@pytest.mark.parametrize(("shops", "goods"), [(True, 94), (False, 100)])
def test_where_the_rates_fit_either_way_the_shop_decides(shops: bool, goods: int) -> None:
    assert read_refund(refund(taxed(1.0, 0.06, 0.06)), taxes_included=shops).goods == goods


@pytest.mark.parametrize(("shops", "goods"), [(True, 8_000), (False, 10_000)])
def test_where_the_rates_fit_neither_way_the_shop_decides(shops: bool, goods: int) -> None:
    assert read_refund(refund(taxed(100.0, 20.0, 0.05)), taxes_included=shops).goods == goods


def test_money_without_goods_is_goodwill() -> None:
    assert sums(refund(money="15.00")) == (0, 1_500, 1_500)


def test_money_beyond_the_goods_and_their_tax_is_goodwill() -> None:
    assert sums(refund(returned(11, 100.0, 8.0), money="120.00")) == (10_000, 12_000, 1_200)


def test_shipping_that_was_given_back_is_no_goodwill() -> None:
    amounts = {
        "subtotal_amount_set": {"shop_money": {"amount": "5.00"}},
        "tax_amount_set": {"shop_money": {"amount": "0.40"}},
    }
    assert sums(refund(refund_shipping_lines=[amounts], money="5.40")) == (0, 540, 0)


def test_shipping_that_is_told_as_an_adjustment_is_no_goodwill() -> None:
    adjustment = {"kind": "shipping_refund", "amount": "-5.00", "tax_amount": "-0.40"}
    assert sums(refund(order_adjustments=[adjustment], money="5.40")) == (0, 540, 0)


def test_shipping_that_is_told_both_ways_counts_once() -> None:
    lines = [{"subtotal_amount_set": {"shop_money": {"amount": "5.00"}}}]
    adjustment = {"kind": "shipping_refund", "amount": "-5.00", "tax_amount": "0.00"}
    body = refund(refund_shipping_lines=lines, order_adjustments=[adjustment], money="8.00")
    assert sums(body) == (0, 800, 300)


def test_other_adjustments_are_no_shipping() -> None:
    adjustment = {"kind": "refund_discrepancy", "amount": "-5.00", "tax_amount": "0.00"}
    assert sums(refund(order_adjustments=[adjustment], money="5.00")) == (0, 500, 500)


@pytest.mark.parametrize(
    "changes", [{"status": "pending"}, {"status": "failure"}, {"kind": "void"}, {"kind": "sale"}]
)
def test_only_money_that_has_arrived_counts(changes: dict[str, str]) -> None:
    assert sums(refund(returned(), transactions=[transaction("100.00", **changes)])) == (10_000, 0, 0)


def test_goods_for_which_less_was_paid_back_are_still_what_they_were_worth() -> None:
    assert sums(refund(returned(11, 100.0, 8.0), money="41.94")) == (10_000, 4_194, 0)


def test_a_gift_card_that_comes_back_takes_nothing_back_and_is_no_goodwill() -> None:
    body = refund(returned(11, 50.0, line_item={"gift_card": True}), money="50.00")
    assert sums(body) == (0, 5_000, 0)


def test_pieces_are_counted_by_line() -> None:
    body = refund(returned(11, quantity=2), returned(12), returned(11))
    assert read_refund(body).units == {"11": 3, "12": 1}


def test_it_happened_when_it_was_processed() -> None:
    assert read_refund(refund(processed_at="2026-11-26T00:00:00Z")).at == datetime(2026, 11, 26, tzinfo=UTC)


def test_one_that_was_never_processed_happened_when_it_was_made() -> None:
    assert read_refund(refund()).at == datetime(2026, 11, 25, 10, tzinfo=UTC)


def test_its_order_and_its_reason_are_told() -> None:
    found = news(refund(), "refunds/create")
    assert found.refund is not None
    assert (found.order_id, found.order, found.refund.note) == ("9001", None, "too small")


@pytest.mark.parametrize(("value", "goods"), [(0.1, 10), ("0.10", 10), (19.99, 1_999), (4503.6, 450_360)])
def test_a_value_is_the_same_as_a_number_and_as_a_text(value: Any, goods: int) -> None:
    assert read_refund(refund(returned(11, value))).goods == goods


def test_a_refund_says_itself_in_which_currency_its_values_are() -> None:
    both = {"shop_money": {"amount": "1980", "currency_code": "JPY"}}
    body = refund(returned(11, 1980.0, subtotal_set=both), transactions=[transaction("1980", currency="JPY")])
    assert sums(body) == (1_980, 1_980, 0)


def test_money_in_the_customers_currency_is_counted_as_the_goods_are() -> None:
    both = {
        "shop_money": {"amount": "120.00", "currency_code": "USD"},
        "presentment_money": {"amount": "100.00", "currency_code": "GBP"},
    }
    body = refund(returned(11, 120.0, subtotal_set=both), transactions=[transaction("50.00", currency="GBP")])
    assert sums(body) == (12_000, 6_000, 0)


def test_money_that_is_told_in_the_shops_currency_too_is_taken_from_there() -> None:
    both = {"shop_money": {"amount": "61.00", "currency_code": "USD"}}
    assert sums(refund(transactions=[transaction("50.00", currency="GBP", amount_set=both)])) == (
        0,
        6_100,
        6_100,
    )


def both(shops: str, customers: str) -> dict[str, Any]:
    return {
        "shop_money": {"amount": shops, "currency_code": "USD"},
        "presentment_money": {"amount": customers, "currency_code": "EUR"},
    }


def test_the_last_digit_of_converted_money_is_no_goodwill_where_it_is_rounding() -> None:
    """95.01 USD are 87.41 EUR, and 87.41 EUR at that rate would be 95.0108 USD; the tax is 7.60 USD, or 6.99 EUR."""
    goods = returned(11, 95.01, 7.60, subtotal_set=both("95.01", "87.41"))
    assert sums(refund(goods, transactions=[transaction("94.40", currency="EUR")])) == (9_501, 10_261, 0)


def test_converted_money_beyond_the_goods_is_as_the_shop_tells_the_difference() -> None:
    difference = {"kind": "refund_discrepancy", "amount": "-7.77", "amount_set": both("-7.77", "-7.15")}
    body = refund(order_adjustments=[difference], transactions=[transaction("7.15", currency="EUR")])
    assert sums(body) == (0, 777, 777)


def test_money_of_which_nothing_tells_the_rate_is_not_guessed() -> None:
    with pytest.raises(Unreadable, match=r"transactions\[0\]\.currency: nothing tells what it is in USD"):
        read_refund(refund(transactions=[transaction("50.00", currency="GBP")]))


def test_where_the_shops_currency_is_told_nowhere_it_says_what_to_do() -> None:
    with pytest.raises(Unreadable, match="run `marginalia connect shopify`"):
        read_refund(refund(), currency=None)


# ---------------------------------------------------------------------------------- cost of an item


def cost(body: Any, **options: Any) -> ItemCost:
    return STORE.item_cost(shop(**options), json.dumps(body).encode())


def test_a_cost_is_in_the_shops_own_currency() -> None:
    body = {"id": 808950810, "sku": "BELT-1", "cost": "25.00", "tracked": True}
    assert cost(body) == ItemCost("808950810", "BELT-1", Money(2_500, "USD"))
    assert cost(body, currency="JPY").cost == Money(25, "JPY")


def test_a_cost_that_is_told_no_more_is_unknown() -> None:
    assert cost({"id": 1, "sku": None, "cost": None}) == ItemCost("1", "", None)


@pytest.mark.parametrize(
    ("body", "path"), [({}, "id"), ({"id": 1, "cost": "dear"}, "cost"), ({"id": 1, "cost": "1e30"}, "cost")]
)
def test_a_cost_that_cannot_be_read_is_named_by_its_path(body: Any, path: str) -> None:
    with pytest.raises(Unreadable) as raised:
        cost(body)
    assert raised.value.path == path

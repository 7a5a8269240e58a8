"""What a webhook says an order is worth: every amount exact, whatever it is written as."""

from datetime import UTC, datetime
from typing import Any

import pytest

from plugin.domain.sales import OrderNews, UsedCode
from plugin.ports import Unreadable
from tests.stores.shopify.bodies import line, news, only_line, order, read, refund, returned, transaction

# ---------------------------------------------------------------------------------------------- lines


def off(*amounts: Any) -> dict[str, Any]:
    return {"discount_allocations": [{"amount": one, "discount_application_index": 0} for one in amounts]}


def taxed(*prices: str) -> dict[str, Any]:
    return {"tax_lines": [{"title": "VAT", "price": one, "rate": 0.2} for one in prices]}


def test_a_line_is_worth_its_price_times_its_quantity() -> None:
    assert only_line(order(line(price="19.99", quantity=3))).net == 5_997


def test_every_discount_that_falls_on_a_line_is_taken_off() -> None:
    assert only_line(order(line(price="100.00", quantity=2, **off("10.00", "3.33")))).net == 18_667


def test_without_allocations_the_lines_own_discount_is_taken_off() -> None:
    assert only_line(order(line(total_discount="5.00"))).net == 9_500


def test_with_allocations_the_lines_own_discount_is_not_taken_off_again() -> None:
    assert only_line(order(line(total_discount="5.00", **off("5.00")))).net == 9_500


def test_a_price_that_includes_the_tax_is_net_without_it() -> None:
    assert only_line(order(line(price="120.00", **taxed("15.00", "5.00")), taxes_included=True)).net == 10_000


def test_a_tax_on_top_is_no_part_of_the_price() -> None:
    assert only_line(order(line(price="100.00", **taxed("20.00")))).net == 10_000


@pytest.mark.parametrize(
    ("currency", "price", "net"),
    [("JPY", "1980", 1_980), ("JPY", "1980.00", 1_980), ("KWD", "1.234", 1_234), ("EUR", "0.10", 10)],
)
def test_amounts_have_as_many_digits_as_their_currency(currency: str, price: str, net: int) -> None:
    assert only_line(order(line(price=price), currency=currency)).net == net


@pytest.mark.parametrize("price", ["29.95", 29.95])
def test_an_amount_is_the_same_as_a_number_and_as_a_text(price: Any) -> None:
    assert only_line(order(line(price=price, quantity=3))).net == 8_985


def test_an_amount_is_rounded_once_and_not_for_each_piece() -> None:
    assert only_line(order(line(price="0.333", quantity=3))).net == 100


def test_a_discount_of_everything_leaves_nothing() -> None:
    found = read(order(line(**off("100.00")), total_discounts="100.00"))
    assert (found.net, found.discounts, found.free) == (0, 10_000, True)


def test_more_discount_than_price_is_no_debt() -> None:
    assert only_line(order(line(**off("100.01")))).net == 0


def test_an_order_of_nothing_is_worth_nothing() -> None:
    assert read(order(line(price="0.00"))).net == 0


def test_a_gift_card_is_told_from_what_is_sold() -> None:
    found = read(order(line(), line(12, gift_card=True)))
    assert ([one.gift_card for one in found.lines], found.net) == ([False, True], 10_000)


@pytest.mark.parametrize(("variant", "unit"), [(447654529, "447654529"), (None, "")])
def test_a_line_names_the_variant_whose_cost_it_has(variant: int | None, unit: str) -> None:
    assert only_line(order(line(variant_id=variant))).unit == unit


def test_two_thousand_lines_are_all_read() -> None:
    assert read(order(*(line(one, "0.01") for one in range(1, 2_001)))).net == 2_000


# ------------------------------------------------------------------------------- edits and refunds


def test_what_an_edit_removed_is_not_kept() -> None:
    found = only_line(order(line(quantity=3, current_quantity=1)))
    assert (found.quantity, found.kept, found.net_kept) == (3, 1, 10_000)


def test_what_a_refund_brought_back_was_removed_by_no_edit() -> None:
    body = order(line(quantity=3, current_quantity=1), refunds=[refund(returned(11, quantity=2))])
    assert only_line(body).kept == 3


def test_no_more_is_kept_than_was_sold() -> None:
    body = order(line(quantity=1, current_quantity=1), refunds=[refund(returned(11))])
    assert only_line(body).kept == 1


def test_where_nothing_is_told_of_edits_everything_is_kept() -> None:
    assert only_line(order(line(quantity=3))).kept == 3


def test_the_refunds_of_an_order_are_read_with_it() -> None:
    body = order(line(), refunds=[refund(returned(11, 100.0, 8.0), money="108.00")])
    (found,) = read(body).refunds
    assert (found.id, found.goods, found.money, found.goodwill) == ("777", 10_000, 10_800, 0)


def test_money_that_was_refunded_in_the_customers_currency_is_counted_in_the_shops() -> None:
    both = {"shop_money": {"amount": "120.00"}, "presentment_money": {"amount": "100.00"}}
    paid = [transaction("50.00", currency="GBP")]
    (found,) = read(order(refunds=[refund(transactions=paid)], total_price_set=both)).refunds
    assert found.money == 6_000


# --------------------------------------------------------------------------------- who, when and how


def test_it_belongs_to_the_day_it_was_processed() -> None:
    assert read(order()).placed_at == datetime(2026, 11, 23, 11, 59, 29, tzinfo=UTC)


def test_one_that_was_never_processed_belongs_to_the_day_it_was_made() -> None:
    assert read(order(processed_at=None)).placed_at == datetime(2026, 11, 23, 11, 59, 30, tzinfo=UTC)


def test_the_codes_are_read_as_they_were_typed() -> None:
    codes = [{"code": "ana10", "amount": "10.00"}, {"code": "SHIPFREE", "amount": 4.5, "type": "shipping"}]
    assert read(order(discount_codes=codes)).codes == (UsedCode("ana10", 1_000), UsedCode("SHIPFREE", 450))


@pytest.mark.parametrize("customer", [{}, {"customer": None}, {"customer": {"id": None, "email": None}}])
def test_a_guest_and_who_was_deleted_are_no_customer(customer: dict[str, Any]) -> None:
    found = read(order(email="Ann@example.com", **customer))
    assert (found.customer_id, found.email) == (None, "Ann@example.com")


def test_the_buyer_is_known_by_number_address_and_phone() -> None:
    found = read(order(customer={"id": 7}, email="", contact_email="ann@example.com", phone="+15550100"))
    assert (found.customer_id, found.email, found.phone) == ("7", "ann@example.com", "+15550100")


@pytest.mark.parametrize(
    ("customer", "new"),
    [
        ({"id": 7, "orders_count": 1}, True),
        ({"id": 7, "orders_count": 2}, False),
        ({"id": 7}, None),
        (None, None),
    ],
)
def test_whether_the_customer_is_new_is_known_where_it_is_told(customer: Any, new: bool | None) -> None:
    assert read(order(customer=customer)).new_customer is new


def test_what_was_written_on_it_is_read() -> None:
    written = [
        {"name": "marginalia", "value": "mgn-1"},
        {"name": "gift", "value": True},
        {"name": "x", "value": None},
    ]
    found = read(order(tags="VIP, resend , ", note="Sorry!", note_attributes=written))
    assert (found.tags, found.note) == (("VIP", "resend"), "Sorry!")
    assert found.attributes == {"marginalia": "mgn-1", "gift": "True", "x": ""}


def test_where_the_customer_came_from_is_read() -> None:
    told = {"landing_site": "/belts?mgn=7", "referring_site": "https://coupons.example", "source_name": "web"}
    found = read(order(**told, landing_site_ref="ignored"))
    assert (found.landing, found.referrer, found.source) == (*told.values(),)


@pytest.mark.parametrize(
    ("parcels", "shipped"),
    [([], False), ([{"status": "cancelled"}], False), ([{"status": "error"}, {"status": "success"}], True)],
)
def test_it_was_shipped_as_soon_as_one_parcel_has_left(parcels: Any, shipped: bool) -> None:
    assert read(order(fulfillments=parcels)).shipped is shipped


def test_states_are_read_as_the_shop_has_them() -> None:
    found = read(order(financial_status="partially_refunded", cancelled_at="2026-11-24T00:00:00Z", test=True))
    assert (found.status, found.cancelled_at, found.test) == (
        "partially_refunded",
        datetime(2026, 11, 24, tzinfo=UTC),
        True,
    )


def test_the_currency_that_the_customer_saw_is_kept_beside_the_shops() -> None:
    found = read(order(currency="USD", presentment_currency="EUR"))
    assert (found.currency, found.presented) == ("USD", "EUR")


def test_an_edit_only_says_that_there_was_one() -> None:
    assert news({"order_edit": {"id": 1, "order_id": 9001}}, "orders/edited") == OrderNews("9001")


# --------------------------------------------------------------------------------- what cannot be read


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (order(currency="XQQ"), "currency"),
        (order(currency=None), "currency"),
        (order(line(price="NaN")), "line_items[0].price"),
        (order(line(price=float("nan"))), "line_items[0].price"),
        (order(line(price="1e999999")), "line_items[0].price"),
        (order(line(price="9" * 41)), "line_items[0].price"),
        (order(line(price=True)), "line_items[0].price"),
        (order(line(price="92233720368547758.08")), "line_items[0]"),
        (order(line(price="90000000000000000"), line(12, "90000000000000000")), "line_items"),
        (order(line(quantity=1.5)), "line_items[0].quantity"),
        (order(line(quantity=-1)), "line_items[0].quantity"),
        (order(discount_codes=[{"code": "A", "amount": "ten"}]), "discount_codes[0].amount"),
        (order(total_discounts="1e30"), "total_discounts"),
        (order(updated_at=None), "updated_at"),
        (order(line_items=7), "line_items"),
        (order(customer=7), "customer"),
        (order(refunds=[refund(returned(11, "x"))]), "refunds[0].refund_line_items[0].subtotal"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_path(body: dict[str, Any], path: str) -> None:
    with pytest.raises(Unreadable) as raised:
        news(body)
    assert raised.value.path == path


def test_a_topic_of_something_else_says_nothing_of_an_order() -> None:
    with pytest.raises(Unreadable, match="customers/update says nothing of an order"):
        news(order(), "customers/update")

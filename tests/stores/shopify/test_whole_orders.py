"""Orders by the Admin API: the same as webhooks tell them, however long, and however few points there are."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.domain.sales import Refund, StoreOrder
from plugin.ports import ChangedOrders, PermanentError, TemporaryError
from plugin.stores.shopify.order_queries import ORDER, ORDER_LINES, ORDERS_CHANGED, PAGE, REFUND, SWEPT_LINES
from plugin.stores.shopify.throttle import Throttle
from sandbox.shopify import payloads
from sandbox.shopify.edits import Edit, edit_order
from sandbox.shopify.records import Line, Order, UsedCode
from sandbox.shopify.reversals import Back, cancel, refund
from sandbox.shopify.writes import Bought, change_order, place_order, ship
from tests.stores.shopify.till import Till, new_till

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
TEN_PERCENT = UsedCode("ANA10", "percentage", Decimal(10), Decimal(0))
TAKEN_OFF = UsedCode("FIVE", "fixed_amount", Decimal("5.00"), Decimal(0))
FREE_SHIPPING = UsedCode("SHIPFREE", "shipping", Decimal(100), Decimal(0))


def by_webhook(till: Till, number: int) -> StoreOrder:
    body = json.dumps(payloads.order(till.shop, till.shop.orders[number])).encode()
    found = till.store.news(till.api.connection, "orders/updated", body).order
    assert found is not None
    return found


def refunds_alone(till: Till, number: int) -> list[Refund | None]:
    """The refunds of an order by deliveries of their own."""
    placed = till.shop.orders[number]
    bodies = [payloads.refund(till.shop, placed, one) for one in placed.refunds]
    shop = replace(till.api.connection, options={"taxes_included": till.shop.taxes_included})
    return [till.store.news(shop, "refunds/create", json.dumps(one).encode()).refund for one in bodies]


def by_question(till: Till, number: int) -> StoreOrder:
    found = patiently(till, str(number))
    assert found is not None
    return found


def patiently(till: Till, number: str) -> StoreOrder | None:
    """The order as who is told to wait gets it."""
    for _ in range(200):
        try:
            return till.store.order(till.api, number)
        except TemporaryError as wait:
            till.clock.move(seconds=wait.retry_after or 1.0)
    raise AssertionError("it never comes to an end")


def long_order(till: Till, lines: int) -> Order:
    """An order of so many lines of one cent."""
    placed = till.order()
    first = placed.lines[0]
    made = tuple(Line(first.id + 10 * one, first.product, 1, Decimal("0.01")) for one in range(lines))
    kept = till.shop.orders[placed.id] = replace(placed, lines=made)
    return kept


# ------------------------------------------------------------------------------- both ways are equal


@settings(max_examples=25)
@given(data=st.data())
def test_an_order_is_the_same_by_webhook_and_by_question(data: st.DataObject) -> None:
    till = new_till()
    till.shop.taxes_included = data.draw(st.booleans(), "taxes included")
    till.customer()
    skus = ["BELT-1", "VASE-1", "SCARF-1", "PLATES-6", "COAT-1", "GIFTCARD-50"]
    items = data.draw(st.dictionaries(st.sampled_from(skus), st.integers(1, 3), min_size=1))
    seen = data.draw(st.sampled_from([{}, {"presentment": "EUR", "rate": Decimal("0.92")}]))
    placed = place_order(
        till.shop,
        Bought(
            items,
            data.draw(st.sampled_from(["ann@example.com", "guest@example.com", None])),
            codes=data.draw(
                st.sampled_from([(), (TEN_PERCENT,), (TAKEN_OFF, FREE_SHIPPING), (TEN_PERCENT, TAKEN_OFF)])
            ),
            more={
                **seen,
                "tax_rate": data.draw(st.sampled_from([Decimal(0), Decimal("0.2"), Decimal("0.0725")])),
                "shipping": data.draw(st.sampled_from([Decimal(0), Decimal("7.90")])),
                "tags": ("vip", "a tag"),
                "attributes": {"marginalia": "mgn-1"},
                "landing_site": "https://demo.example/belts?mgn=7",
                "referring_site": "https://coupons.example",
                "note": "leave at the door",
            },
        ),
    )
    for change in data.draw(
        st.lists(st.sampled_from(["refund", "goodwill", "edit", "ship", "cancel"]), max_size=4)
    ):
        till.clock.move(minutes=1)
        happen(till, placed.id, change)
    assert by_question(till, placed.id) == by_webhook(till, placed.id)
    assert refunds_alone(till, placed.id) == list(by_webhook(till, placed.id).refunds)
    till.shop.dispatcher.close()


def happen(till: Till, number: int, change: str) -> None:
    """One change of an order, where it is possible by now."""
    order = till.shop.orders[number]
    left = [one for one in order.lines if one.current]
    if change == "ship":
        ship(till.shop, number, "UPS", "1Z1", "in_transit")
    elif change == "cancel" and order.cancelled_at is None:
        cancel(till.shop, number, refunded=order.returnable > 0)
    elif change == "edit" and left:
        edit_order(till.shop, number, Edit({"LAMP-1": 1}, {left[0].product.sku: 1}))
    elif change == "goodwill" and order.returnable > 2:
        refund(till.shop, number, Back(amount=Decimal("1.99") + len(order.refunds), note="sorry"))
    elif change == "refund" and left and order.returnable > 0:
        refund(till.shop, number, Back({left[0].product.sku: 1}, pending=len(order.refunds) == 1))


def test_an_order_with_everything_on_it_is_worth_what_it_is_worth(till: Till) -> None:
    """1 belt (50.00) and 2 vases (59.00) less 10 %, 20 % tax on top; a vase and 3.00 of goodwill went back."""
    bought = Bought({"BELT-1": 1, "VASE-1": 2}, "ann@example.com", codes=(TEN_PERCENT,))
    placed = place_order(till.shop, replace(bought, more={"tax_rate": Decimal("0.2")}))
    refund(till.shop, placed.id, Back({"VASE-1": 1}, amount=Decimal("66.72")))
    found = by_question(till, placed.id)
    assert [line.net for line in found.lines] == [4_500, 10_620]
    assert [(one.goods, one.money, one.goodwill) for one in found.refunds] == [(5_310, 6_672, 300)]
    assert [(one.code, one.off) for one in found.codes] == [("ANA10", 1_680)]


def test_an_app_that_may_not_see_parcels_knows_all_the_same_that_they_left(till: Till) -> None:
    placed = till.order()
    ship(till.shop, placed.id, "UPS", "1Z1", "in_transit")
    till.shop.scopes -= {"read_fulfillments"}
    assert by_question(till, placed.id) == by_webhook(till, placed.id)


def test_an_order_that_there_is_not_is_none(till: Till) -> None:
    assert till.store.order(till.api, "404") is None


def test_an_order_that_is_too_old_for_the_app_is_none(till: Till) -> None:
    placed = till.order()
    till.clock.move(days=61)
    till.shop.scopes -= {"read_all_orders"}
    assert till.store.order(till.api, str(placed.id)) is None


@pytest.mark.parametrize("granted", [True, False])
def test_whether_orders_of_any_age_are_read_is_a_scope(till: Till, granted: bool) -> None:
    till.shop.scopes = (
        till.shop.scopes | {"read_all_orders"} if granted else till.shop.scopes - {"read_all_orders"}
    )
    assert till.store.reads_all_orders(till.api) is granted


# --------------------------------------------------------------------------------------- long orders


def test_two_thousand_lines_are_read_though_the_bucket_never_holds_points_for_all(till: Till) -> None:
    placed = long_order(till, 2_000)
    found = by_question(till, placed.id)
    assert (len(found.lines), found.net) == (2_000, 2_000)
    assert till.clock() - till.shop.orders[placed.id].created_at > timedelta(seconds=60)


def test_a_try_reads_on_where_the_last_one_ended(till: Till) -> None:
    placed = long_order(till, 500)
    by_question(till, placed.id)
    asked = [one["variables"]["after"] for one in till.api.asked if one["query"] == ORDER_LINES.text]
    assert len(asked) == len(set(asked)) == 6


def test_a_long_order_that_changes_meanwhile_is_read_anew(till: Till) -> None:
    placed = long_order(till, 500)
    with pytest.raises(TemporaryError):
        till.store.order(till.api, str(placed.id))
    till.clock.move(minutes=5)
    change_order(till.shop, placed.id, lines=till.shop.orders[placed.id].lines[:300])
    assert len(by_question(till, placed.id).lines) == 300


def test_a_refund_of_many_lines_is_read_whole(till: Till) -> None:
    items = dict.fromkeys(list(till.shop.products)[:15], 1)
    placed = place_order(till.shop, Bought(items, "ann@example.com"))
    many = tuple(replace(line, id=line.id + 1_000 * copy) for copy in range(1, 11) for line in placed.lines)
    till.shop.orders[placed.id] = replace(placed, lines=many)
    refund(till.shop, placed.id, Back(dict.fromkeys(items, 1)))
    made = till.shop.orders[placed.id]
    whole = tuple(
        replace(made.refunds[0].lines[0], id=one.id + 1, line_id=one.id, quantity=1) for one in many
    )
    till.shop.orders[placed.id] = replace(made, refunds=(replace(made.refunds[0], lines=whole),))
    assert len(by_question(till, placed.id).refunds[0].units) == len(many)


@pytest.mark.parametrize("document", [ORDER, ORDER_LINES, ORDERS_CHANGED, REFUND], ids=lambda one: one.name)
def test_no_question_costs_more_than_a_shop_allows(till: Till, document: Any) -> None:
    placed = long_order(till, 200)
    refund(till.shop, placed.id, Back(amount=Decimal("0.50")))
    till.shop.bucket.change(till.clock(), size=20_000.0)
    till.store.orders_changed(till.api, None, BEGINNING)
    assert 0 < till.store.throttle._costs[document.name] <= 1_000


def test_an_answer_that_cannot_be_read_names_the_field(till: Till) -> None:
    till.api.instead = [
        {"data": {"order": {"id": "gid://shopify/Order/7", "updatedAt": "x", "lineItems": 7}}}
    ]
    with pytest.raises(PermanentError, match=r"lineItems"):
        till.store.order(till.api, "7")


# -------------------------------------------------------------------------------------------- sweeps


def page(till: Till, cursor: str | None = None, since: datetime = BEGINNING) -> ChangedOrders:
    return till.store.orders_changed(till.api, cursor, since)


def swept(till: Till, cursor: str | None = None) -> tuple[dict[str, StoreOrder], str | None]:
    """All orders that one whole sweep reads, and where the next one goes on."""
    found: dict[str, StoreOrder] = {}
    for _ in range(400):
        try:
            one = page(till, cursor)
        except TemporaryError as wait:
            till.clock.move(seconds=wait.retry_after or 1.0)
            continue
        found |= {order.id: order for order in one.orders}
        cursor = one.cursor
        if not one.more:
            return found, cursor
    raise AssertionError("the sweep does not come to an end")


def orders(till: Till, number: int, apart: float = 60.0) -> list[Order]:
    made = []
    for _ in range(number):
        made.append(till.order())
        till.clock.move(seconds=apart)
    return made


def everything(till: Till) -> dict[str, StoreOrder]:
    return {str(number): by_webhook(till, number) for number in till.shop.orders}


def test_a_shop_without_orders_is_swept_at_once(till: Till) -> None:
    till.shop.orders.clear()
    assert page(till) == ChangedOrders((), "1969-12-31T23:58:00Z", more=False)


@pytest.mark.parametrize("apart", [60.0, 0.0], ids=["one after another", "all at one instant"])
def test_more_orders_than_a_page_holds_are_all_read_whole(till: Till, apart: float) -> None:
    orders(till, 2 * PAGE + 3, apart)
    assert swept(till)[0] == everything(till)


def test_orders_with_refunds_and_many_lines_are_read_whole_too(till: Till) -> None:
    for one in orders(till, PAGE):
        refund(till.shop, one.id, Back({"BELT-1": 1}))
    items = dict.fromkeys(list(till.shop.products)[: SWEPT_LINES + 3], 1)
    place_order(till.shop, Bought(items, "ann@example.com"))
    assert swept(till)[0] == everything(till)


def test_a_page_that_the_points_do_not_pay_for_is_read_in_parts(till: Till) -> None:
    made = orders(till, PAGE)
    for one in made:
        refund(till.shop, one.id, Back({"BELT-1": 1}))
        till.clock.move(seconds=1)
    till.shop.bucket.change(till.clock(), size=1_000.0, restore_rate=1.0, available=1_000.0)
    till.store.throttle = Throttle(lambda: 0.0)
    first = page(till)
    assert 0 < len(first.orders) < PAGE
    assert first.more


def test_a_later_sweep_reads_what_changed_since_and_little_more(till: Till) -> None:
    made = orders(till, 8)
    _, cursor = swept(till)
    till.clock.move(hours=1)
    change_order(till.shop, made[3].id, note="moved")
    found, _ = swept(till, cursor)
    assert str(made[3].id) in found
    assert str(made[0].id) not in found

"""What the stand-in shop tells of orders, codes and costs; and how a test has it told late, twice, or not at all."""

from typing import Any

import pytest

from tests.conftest import wait_until
from tests.sandbox.conftest import Listener
from tests.sandbox.shops import Counter
from tests.sandbox.test_shop_discounts import DELETE, UPDATE, create

MONEY = ("ORDERS_PAID", "ORDERS_UPDATED", "ORDERS_EDITED", "ORDERS_CANCELLED", "REFUNDS_CREATE")


def listening(counter: Counter, listener: Listener, *topics: str) -> None:
    for topic in topics:
        counter.subscribe(topic, listener.url)


def heard(counter: Counter, listener: Listener) -> list[str]:
    """The topics that came in, in their order."""
    wait_until(counter.shop.dispatcher.idle)
    with listener.lock:
        return [headers["x-shopify-topic"] for headers, _ in listener.received]


def told(counter: Counter, listener: Listener, topic: str) -> dict[str, Any]:
    """The one body of this topic that came in."""
    wait_until(counter.shop.dispatcher.idle)
    wanted = [
        body
        for (headers, _), body in zip(listener.received, listener.events(), strict=True)
        if headers["x-shopify-topic"] == topic
    ]
    assert len(wanted) == 1
    return wanted[0]


# ------------------------------------------------------------------------------------------ what is told


def test_an_edit_is_told_with_what_came_and_went_and_as_an_update(
    counter: Counter, listener: Listener
) -> None:
    made = counter.order(items={"BELT-1": 2})
    listening(counter, listener, *MONEY)
    body = {"add": {"VASE-1": 1}, "remove": {"BELT-1": 1}}
    order = counter.control("POST", f"/orders/{made.id}/edit", body).get_json()["order"]
    assert sorted(heard(counter, listener)) == ["orders/edited", "orders/updated"]
    edit = told(counter, listener, "orders/edited")["order_edit"]
    belt, vase = (one["id"] for one in order["line_items"])
    assert edit["order_id"] == made.id
    assert edit["line_items"] == {
        "additions": [{"id": vase, "delta": 1}],
        "removals": [{"id": belt, "delta": 1}],
    }


def test_a_cancelled_order_that_is_refunded_is_told_as_both(counter: Counter, listener: Listener) -> None:
    made = counter.order()
    listening(counter, listener, *MONEY)
    counter.control("POST", f"/orders/{made.id}/cancel", {"refund": True})
    assert sorted(heard(counter, listener)) == ["orders/cancelled", "orders/updated", "refunds/create"]
    assert told(counter, listener, "orders/cancelled")["refunds"] == [
        told(counter, listener, "refunds/create")
    ]


def test_money_that_arrives_late_is_told_as_an_update(counter: Counter, listener: Listener) -> None:
    made = counter.order()
    answer = counter.control("POST", f"/orders/{made.id}/refund", {"amount": "5.00", "pending": True})
    back = answer.get_json()["order"]["refunds"][0]["id"]
    listening(counter, listener, *MONEY, "ORDER_TRANSACTIONS_CREATE")
    counter.control("POST", f"/orders/{made.id}/refunds/{back}/settle")
    assert sorted(heard(counter, listener)) == ["order_transactions/create", "orders/updated"]
    assert told(counter, listener, "order_transactions/create")["status"] == "success"


def test_an_order_that_is_paid_later_is_told_as_paid_with_its_money(
    counter: Counter, listener: Listener
) -> None:
    made = counter.order(paid=False)
    listening(counter, listener, "ORDERS_PAID", "ORDER_TRANSACTIONS_CREATE")
    counter.control("POST", f"/orders/{made.id}/pay")
    heard(counter, listener)
    assert told(counter, listener, "orders/paid")["financial_status"] == "paid"
    assert told(counter, listener, "order_transactions/create")["amount"] == "50.00"


def test_a_new_cost_is_told_and_a_new_price_is_not(counter: Counter, listener: Listener) -> None:
    listening(counter, listener, "INVENTORY_ITEMS_UPDATE")
    counter.control("PATCH", "/products/BELT-1", {"price": "55.00"})
    counter.control("PATCH", "/products/BELT-1", {"cost": "19.25"})
    body = told(counter, listener, "inventory_items/update")
    belt = counter.shop.products["BELT-1"]
    assert (body["id"], body["sku"], body["cost"]) == (belt.id + 2, "BELT-1", "19.25")


def test_a_cost_that_nobody_knows_any_more_is_null(counter: Counter, listener: Listener) -> None:
    listening(counter, listener, "INVENTORY_ITEMS_UPDATE")
    counter.control("PATCH", "/products/BELT-1", {"cost": None})
    assert told(counter, listener, "inventory_items/update")["cost"] is None


def test_a_discount_is_told_when_it_is_made_changed_and_deleted(counter: Counter, listener: Listener) -> None:
    listening(counter, listener, "DISCOUNTS_CREATE", "DISCOUNTS_UPDATE", "DISCOUNTS_DELETE")
    made = create(counter)["codeDiscountNode"]["id"]
    counter.data(UPDATE, id=made, d={"title": "Ana's"})
    counter.data(DELETE, id=made)
    heard(counter, listener)
    assert told(counter, listener, "discounts/create")["status"] == "ACTIVE"
    assert told(counter, listener, "discounts/update")["title"] == "Ana's"
    assert told(counter, listener, "discounts/delete")["admin_graphql_api_id"] == made


# ------------------------------------------------------------------------------------------- how it is told


def stories(counter: Counter, listener: Listener) -> list[int]:
    """An order that is made, noted and refunded while everything waits; the numbers of what waits."""
    listening(counter, listener, "ORDERS_CREATE", "ORDERS_UPDATED", "REFUNDS_CREATE")
    counter.control("POST", "/webhooks/hold")
    made = counter.order()
    counter.control("POST", f"/orders/{made.id}/refund", {"amount": "5.00"})
    held = counter.control("GET", "/webhooks").get_json()["held"]
    return [one["number"] for one in held]


def test_what_waits_is_sent_when_it_is_released(counter: Counter, listener: Listener) -> None:
    stories(counter, listener)
    assert heard(counter, listener) == []
    counter.control("POST", "/webhooks/release")
    assert heard(counter, listener) == ["orders/create", "refunds/create", "orders/updated"]


@pytest.mark.parametrize("named", [False, True])
def test_what_waits_is_sent_in_another_order(counter: Counter, listener: Listener, named: bool) -> None:
    numbers = stories(counter, listener)
    order = [numbers[2], numbers[1], numbers[0]] if named else "reverse"
    counter.control("POST", "/webhooks/release", {"order": order})
    assert heard(counter, listener) == ["orders/updated", "refunds/create", "orders/create"]


def test_what_waits_is_sent_twice_or_not_at_all(counter: Counter, listener: Listener) -> None:
    numbers = stories(counter, listener)
    counter.control("POST", "/webhooks/release", {"drop": numbers[1:], "times": 2})
    assert heard(counter, listener) == ["orders/create", "orders/create"]
    assert listener.received[0] == listener.received[1]


def test_after_its_release_everything_is_sent_at_once_again(counter: Counter, listener: Listener) -> None:
    numbers = stories(counter, listener)
    counter.control("POST", "/webhooks/release", {"drop": numbers})
    counter.order()
    assert heard(counter, listener) == ["orders/create"]


def test_what_is_lost_is_never_told(counter: Counter, listener: Listener) -> None:
    listening(counter, listener, "ORDERS_CREATE")
    counter.control("POST", "/faults", {"lose": True})
    counter.order()
    counter.control("DELETE", "/faults")
    counter.order(email="kim@example.com")
    heard(counter, listener)
    assert [one["email"] for one in listener.events()] == ["kim@example.com"]

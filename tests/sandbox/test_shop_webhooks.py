"""Webhooks of the stand-in shop: who gets them, what they carry, and what becomes of those who do not take them."""

import json
from typing import Any

import pytest

from sandbox.outgoing import Disturbance
from sandbox.shopify.webhooks import retry_after, sign
from tests.conftest import wait_until
from tests.sandbox.conftest import Listener
from tests.sandbox.shops import BY_NAME, Counter

DELETE = """mutation($id: ID!) { webhookSubscriptionDelete(id: $id)
  { deletedWebhookSubscriptionId userErrors { field message } } }"""
UPDATE = """mutation($id: ID!, $input: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $input)
  { webhookSubscription { uri topic } userErrors { field message } } }"""
ELSEWHERE = "https://shop.example/hooks"


def settled(counter: Counter) -> None:
    wait_until(counter.shop.dispatcher.idle)


def topics(listener: Listener) -> list[str]:
    with listener.lock:
        return sorted(headers["x-shopify-topic"] for headers, _ in listener.received)


def body_of(counter: Counter, listener: Listener, topic: str, act: Any) -> dict[str, Any]:
    """The body of the one delivery of this topic that the act brings."""
    counter.subscribe(topic, listener.url)
    act()
    settled(counter)
    (body,) = listener.events()
    return body


def test_a_signature_is_what_openssl_makes_of_it() -> None:
    assert sign("hush", b'{"id":1}') == "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY="


def test_a_delivery_has_the_vendors_headers(counter: Counter, listener: Listener) -> None:
    counter.subscribe("ORDERS_CREATE", listener.url)
    counter.order()
    settled(counter)
    headers, body = listener.received[0]
    assert headers["x-shopify-hmac-sha256"] == sign(counter.shop.access.secret, body)
    assert headers["x-shopify-topic"] == "orders/create"
    assert headers["x-shopify-shop-domain"] == "demo.myshopify.com"
    assert headers["x-shopify-triggered-at"] == "2026-11-23T12:00:00Z"
    assert {"x-shopify-webhook-id", "x-shopify-event-id", "x-shopify-api-version"} <= headers.keys()


def test_two_deliveries_of_one_event_share_its_id_only(counter: Counter, listener: Listener) -> None:
    counter.subscribe("ORDERS_CREATE", listener.url)
    counter.subscribe("ORDERS_CREATE", listener.url + "?two")
    counter.order()
    settled(counter)
    events = {headers["x-shopify-event-id"] for headers, _ in listener.received}
    deliveries = {headers["x-shopify-webhook-id"] for headers, _ in listener.received}
    assert (len(events), len(deliveries)) == (1, 2)


def test_topics_of_one_action_share_its_id(counter: Counter, listener: Listener) -> None:
    counter.customer()
    for topic in ("ORDERS_CREATE", "ORDERS_PAID", "CUSTOMERS_UPDATE"):
        counter.subscribe(topic, listener.url)
    counter.order()
    counter.order()
    settled(counter)
    events = [headers["x-shopify-event-id"] for headers, _ in listener.received]
    assert sorted(events.count(one) for one in set(events)) == [3, 3]


def test_a_duplicate_is_the_same_delivery_again(counter: Counter, listener: Listener) -> None:
    counter.shop.dispatcher.disturbance = Disturbance(duplicate=True)
    counter.subscribe("ORDERS_CREATE", listener.url)
    counter.order()
    settled(counter)
    assert listener.received[0] == listener.received[1]


def test_a_paid_order_is_told_as_created_and_as_paid(counter: Counter, listener: Listener) -> None:
    for topic in ("ORDERS_CREATE", "ORDERS_PAID", "ORDERS_UPDATED"):
        counter.subscribe(topic, listener.url)
    counter.order()
    settled(counter)
    assert topics(listener) == ["orders/create", "orders/paid"]


def test_an_order_is_told_as_paid_when_it_is_paid(counter: Counter, listener: Listener) -> None:
    made = counter.order(paid=False)
    counter.subscribe("ORDERS_PAID", listener.url)
    counter.subscribe("ORDERS_UPDATED", listener.url)
    counter.control("PATCH", f"/orders/{made.id}", {"financial_status": "paid"})
    settled(counter)
    assert topics(listener) == ["orders/paid", "orders/updated"]


def test_an_orders_body_is_rest_without_a_wrapper(counter: Counter, listener: Listener) -> None:
    counter.customer()
    code = {"code": "ANA10", "type": "percentage", "value": "10"}
    order = {"email": "ann@example.com", "items": {"TROUSERS-1": 1, "BELT-1": 2}, "codes": [code]}
    body = body_of(counter, listener, "ORDERS_CREATE", lambda: counter.control("POST", "/orders", order))
    assert (body["name"], body["total_price"], body["total_discounts"]) == ("#1001", "189.00", "21.00")
    assert body["discount_codes"] == [{"code": "ANA10", "amount": "21.00", "type": "percentage"}]
    assert [one["discount_allocations"][0]["amount"] for one in body["line_items"]] == ["11.00", "10.00"]
    assert body["customer"]["email"] == "ann@example.com"
    assert body["created_at"] == "2026-11-23T07:00:00-05:00"


def test_a_guests_order_has_no_customer_at_all(counter: Counter, listener: Listener) -> None:
    body = body_of(counter, listener, "ORDERS_CREATE", lambda: counter.order("kim@example.com"))
    assert ("customer" in body, body["email"]) == (False, "kim@example.com")


def test_a_customers_body_has_neither_tags_nor_totals(counter: Counter, listener: Listener) -> None:
    body = body_of(counter, listener, "CUSTOMERS_CREATE", lambda: counter.customer(tags=("VIP",)))
    assert body["email"] == "ann@example.com"
    assert not {"tags", "orders_count", "total_spent"} & body.keys()


def test_a_tag_is_told_by_a_topic_of_its_own(counter: Counter, listener: Listener) -> None:
    made = counter.customer()
    change = lambda: counter.control("PATCH", f"/customers/{made.id}", {"tags": ["VIP"]})  # noqa: E731
    body = body_of(counter, listener, "CUSTOMER_TAGS_ADDED", change)
    assert (body["customerId"], body["tags"]) == (f"gid://shopify/Customer/{made.id}", ["VIP"])


def test_money_given_back_is_told_with_both_kinds_of_numbers(counter: Counter, listener: Listener) -> None:
    made = counter.order(items={"BELT-1": 3})
    back = lambda: counter.control("POST", f"/orders/{made.id}/refund", {"items": {"BELT-1": 1}})  # noqa: E731
    body = body_of(counter, listener, "REFUNDS_CREATE", back)
    assert (body["refund_line_items"][0]["subtotal"], body["transactions"][0]["amount"]) == (50.0, "50.00")
    assert counter.shop.orders[made.id].financial_status == "partially_refunded"


def test_a_cancelled_order_is_told_as_cancelled(counter: Counter, listener: Listener) -> None:
    made = counter.order()
    stop = lambda: counter.control("POST", f"/orders/{made.id}/cancel", {"reason": "inventory"})  # noqa: E731
    assert body_of(counter, listener, "ORDERS_CANCELLED", stop)["cancel_reason"] == "inventory"


def test_a_parcel_is_told_when_it_leaves(counter: Counter, listener: Listener) -> None:
    made, parcel = counter.order(), {"company": "UPS", "number": "1Z1", "status": "in_transit"}
    leave = lambda: counter.control("POST", f"/orders/{made.id}/ship", parcel)  # noqa: E731
    body = body_of(counter, listener, "FULFILLMENTS_CREATE", leave)
    assert (body["tracking_number"], body["shipment_status"], body["name"]) == (
        "1Z1",
        "in_transit",
        "#1001.1",
    )


def test_a_purchase_is_told_of_the_customer_too(counter: Counter, listener: Listener) -> None:
    made = counter.customer()
    for topic in ("CUSTOMERS_UPDATE", "CUSTOMERS_PURCHASING_SUMMARY"):
        counter.subscribe(topic, listener.url)
    counter.order()
    settled(counter)
    assert topics(listener) == ["customers/purchasing_summary", "customers/update"]
    summary = next(one for one in listener.events() if "customer_id" in one)
    assert (summary["customer_id"], summary["amount_spent"]) == (made.id, "50.00")


def test_a_deleted_customer_is_told_and_gone(counter: Counter, listener: Listener) -> None:
    made, order = counter.customer(), counter.order()
    gone = lambda: counter.control("DELETE", f"/customers/{made.id}")  # noqa: E731
    assert body_of(counter, listener, "CUSTOMERS_DELETE", gone)["id"] == made.id
    found = counter.data(BY_NAME, query=f"name:{order.name}")["orders"]["nodes"]
    assert found[0]["customer"] is None


def test_what_the_law_wants_told_goes_to_any_address(counter: Counter, listener: Listener) -> None:
    body = {"shop_domain": "demo.myshopify.com", "customer": {"email": "ann@example.com"}}
    counter.control("POST", "/webhooks", {"topic": "customers/redact", "uri": listener.url, "body": body})
    settled(counter)
    headers, raw = listener.received[0]
    assert (headers["x-shopify-topic"], json.loads(raw)) == ("customers/redact", body)
    assert headers["x-shopify-hmac-sha256"] == sign(counter.shop.access.secret, raw)


def test_only_the_fields_asked_for_are_sent(counter: Counter, listener: Listener) -> None:
    counter.subscribe("ORDERS_CREATE", listener.url, includeFields=["id", "updated_at"])
    counter.order()
    settled(counter)
    assert listener.events()[0].keys() == {"id", "updated_at"}


def test_the_same_topic_and_address_twice_is_refused(counter: Counter) -> None:
    counter.subscribe("ORDERS_CREATE", ELSEWHERE)
    again = counter.subscribe("ORDERS_CREATE", ELSEWHERE)
    assert (again["webhookSubscription"], again["userErrors"][0]["message"]) == (
        None,
        "Address for this topic has already been taken",
    )


def test_an_address_without_tls_is_refused_except_on_this_machine(counter: Counter) -> None:
    assert counter.subscribe("ORDERS_CREATE", "http://shop.example/hooks")["userErrors"]
    assert not counter.subscribe("ORDERS_CREATE", "http://127.0.0.1:9/hooks")["userErrors"]


def test_a_subscription_is_listed_changed_and_deleted(counter: Counter) -> None:
    made = counter.subscribe("ORDERS_CREATE", ELSEWHERE)["webhookSubscription"]["id"]
    moved = counter.data(UPDATE, id=made, input={"uri": f"{ELSEWHERE}/2"})["webhookSubscriptionUpdate"]
    listed = counter.data("{ webhookSubscriptions(first: 9, topics: [ORDERS_CREATE]) { nodes { id uri } } }")
    gone = counter.data(DELETE, id=made)["webhookSubscriptionDelete"]
    assert moved["webhookSubscription"]["uri"] == f"{ELSEWHERE}/2"
    assert listed["webhookSubscriptions"]["nodes"] == [{"id": made, "uri": f"{ELSEWHERE}/2"}]
    assert (gone["deletedWebhookSubscriptionId"], counter.shop.subscriptions) == (made, {})


def test_a_subscription_that_is_gone_is_a_user_error(counter: Counter) -> None:
    gone = counter.data(DELETE, id="gid://shopify/WebhookSubscription/1")["webhookSubscriptionDelete"]
    assert gone["userErrors"] == [{"field": ["id"], "message": "Webhook subscription does not exist"}]


@pytest.mark.parametrize(
    ("status", "tries", "seconds"), [(200, 1, None), (500, 1, 30.0), (404, 3, 120.0), (None, 9, None)]
)
def test_whatever_is_not_taken_is_tried_again_ever_later(
    status: int | None, tries: int, seconds: float | None
) -> None:
    assert retry_after(status, tries, 30.0) == seconds


def test_a_retry_carries_the_original_body(counter: Counter, listener: Listener) -> None:
    counter.shop.dispatcher.pause = 0.01
    listener.answers.append((503, {}))
    counter.subscribe("ORDERS_CREATE", listener.url)
    counter.order()
    wait_until(lambda: len(listener.received) == 2)
    assert listener.received[0] == listener.received[1]


def test_a_subscription_that_fails_to_the_last_try_is_deleted(counter: Counter, listener: Listener) -> None:
    counter.shop.dispatcher.pause = 0.001
    listener.answers += [(500, {})] * 9
    counter.subscribe("ORDERS_CREATE", listener.url)
    counter.order()
    wait_until(lambda: not counter.shop.subscriptions)
    settled(counter)
    assert len(listener.received) == 9


def test_a_forgery_is_signed_with_another_secret(counter: Counter, listener: Listener) -> None:
    made = counter.order()
    counter.subscribe("ORDERS_CREATE", listener.url)
    forged = counter.control("POST", "/faults", {"forge": made.id}).get_json()
    settled(counter)
    headers, body = listener.received[0]
    assert (forged, json.loads(body)["id"]) == ({"forged": 1}, made.id)
    assert headers["x-shopify-hmac-sha256"] != sign(counter.shop.access.secret, body)


def test_what_was_sent_can_be_read_and_sent_again(counter: Counter, listener: Listener) -> None:
    counter.subscribe("ORDERS_CREATE", listener.url)
    counter.order()
    settled(counter)
    sent = counter.control("GET", "/webhooks?state=delivered").get_json()["deliveries"][0]
    counter.control("POST", f"/webhooks/{sent['number']}/again")
    settled(counter)
    assert (sent["topic"], listener.received[0]) == ("orders/create", listener.received[1])

"""Which customer, order or thing a webhook points to, and what makes it the same one again."""

import json
from pathlib import Path
from typing import Any

import pytest

from plugin.ports import Hint, Unreadable
from plugin.stores.shopify.parse import event_id, parse
from plugin.stores.shopify.provision import NEEDED, USEFUL
from sandbox.shopify import payloads
from sandbox.shopify.topics import HEADERS as TOPICS
from tests.stores.shopify.till import Till

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "payloads" / "shopify"
ANN = "customer:email:ann@example.com"


def headers(topic: str, **more: str) -> dict[str, str]:
    return {"X-Shopify-Topic": topic, "X-Shopify-Event-Id": "e-1", **more}


def pointed(topic: str, body: Any) -> str | None:
    return parse(headers(topic), json.dumps(body).encode()).resource


@pytest.mark.parametrize(
    "topic", ["customers/create", "customers/update", "customers/delete", "customers/disable"]
)
def test_an_event_of_a_customer_points_to_them_by_number(topic: str) -> None:
    assert pointed(topic, {"id": 7304211300000, "email": "ann@example.com"}) == "customer:id:7304211300000"


def test_tags_name_their_customer_as_graphql_does() -> None:
    body = {"customerId": "gid://shopify/Customer/7304211300000", "tags": ["VIP"]}
    assert pointed("customer.tags_added", body) == "customer:id:7304211300000"


def test_an_erasure_points_to_its_customer() -> None:
    body = {"shop_id": 1, "customer": {"id": 7, "email": "ann@example.com"}, "orders_to_redact": [5]}
    assert pointed("customers/redact", body) == "customer:id:7"


def test_an_erasure_with_an_address_alone_points_to_that() -> None:
    assert pointed("customers/redact", {"shop_id": 1, "customer": {"email": "Ann@Example.com"}}) == ANN


def test_who_asks_what_is_kept_has_not_changed() -> None:
    body = {"shop_id": 1, "customer": {"id": 7}, "data_request": {"id": 9}}
    assert pointed("customers/data_request", body) is None


@pytest.mark.parametrize("topic", ["orders/create", "orders/updated", "orders/paid", "orders/cancelled"])
@pytest.mark.parametrize("buyer", [{"customer": {"id": 7}}, {"customer": None}, {}])
def test_an_event_of_an_order_points_to_the_order_whoever_bought(topic: str, buyer: dict[str, Any]) -> None:
    assert pointed(topic, {"id": 4507894690000, "email": "x@example.com", **buyer}) == "order:4507894690000"


def test_an_edit_points_to_the_order_that_was_edited() -> None:
    body = {"order_edit": {"id": 9, "order_id": 4507894690000, "line_items": {"additions": []}}}
    assert pointed("orders/edited", body) == "order:4507894690000"


def test_a_refund_points_to_its_order() -> None:
    assert pointed("refunds/create", {"id": 9, "order_id": 4507894690000}) == "order:4507894690000"


def test_a_new_cost_points_to_what_lies_in_the_stock() -> None:
    assert pointed("inventory_items/update", {"id": 8089508100000, "cost": "25.00"}) == "item:8089508100000"


@pytest.mark.parametrize(
    "topic", ["discounts/create", "discounts/update", "discounts/delete", "discounts/redeemcode_added"]
)
def test_a_changed_discount_points_to_the_codes(topic: str) -> None:
    assert pointed(topic, {"admin_graphql_api_id": "gid://shopify/DiscountCodeNode/1"}) == "codes"


@pytest.mark.parametrize("topic", ["fulfillments/create", "fulfillments/update"])
def test_a_parcel_points_to_whom_it_goes_to(topic: str) -> None:
    body = {"id": 7, "order_id": 9, "email": "Ann@Example.com", "shipment_status": "delayed"}
    assert pointed(topic, body) == ANN


def test_a_parcel_to_nobody_points_to_nobody() -> None:
    assert pointed("fulfillments/update", {"id": 7, "order_id": 9, "email": None}) is None


@pytest.mark.parametrize(
    "topic", ["app/uninstalled", "shop/update", "refunds/x", "orders_risk/x", "customer_groups/update"]
)
def test_other_events_point_to_nobody(topic: str) -> None:
    assert pointed(topic, {"id": 7, "email": "ann@example.com"}) is None


@pytest.mark.parametrize(
    ("topic", "body", "path"),
    [
        ("customers/update", {}, "id"),
        ("customers/update", {"id": "seven"}, "id"),
        ("customers/update", {"id": 0}, "id"),
        ("customers/update", {"id": -7}, "id"),
        ("customers/update", {"id": 7.5}, "id"),
        ("customers/update", {"id": "gid://shopify/Order/7"}, "id"),
        ("customers/redact", {"customer": {}}, "customer.id"),
        ("customers/redact", {"customer": 7}, "customer"),
        ("orders/create", {"id": []}, "id"),
        ("orders/edited", {"order_edit": {"id": 9}}, "order_edit.order_id"),
        ("orders/edited", {"order_edit": 9}, "order_edit"),
        ("refunds/create", {"id": 9}, "order_id"),
        ("inventory_items/update", {"sku": "BELT-1"}, "id"),
        ("fulfillments/update", {"email": 7}, "email"),
        ("app/uninstalled", [], ""),
    ],
)
def test_what_is_missing_or_wrong_is_named_by_its_path(topic: str, body: Any, path: str) -> None:
    with pytest.raises(Unreadable) as raised:
        pointed(topic, body)
    assert raised.value.path == path


def test_without_a_topic_nobody_can_tell_what_it_is() -> None:
    with pytest.raises(Unreadable, match="X-Shopify-Topic is missing"):
        parse({}, b'{"id": 7}')


def test_headers_without_x_are_read_too() -> None:
    given = {"Shopify-Topic": "customers/update", "Shopify-Event-Id": "e-1", "Shopify-Webhook-Id": "w-1"}
    assert parse(given, b'{"id": 7}') == Hint("customers/update", "customer:id:7", "customers/update:e-1")


def test_one_event_under_two_topics_is_no_repeat() -> None:
    assert event_id(headers("orders/create")) != event_id(headers("orders/paid"))


def test_a_repeat_is_known_by_its_event_whatever_its_delivery() -> None:
    first, again = (headers("orders/paid", **{"X-Shopify-Webhook-Id": one}) for one in ("w-1", "w-2"))
    assert event_id(first) == event_id(again)


def test_without_an_event_the_delivery_counts() -> None:
    given = {"X-Shopify-Topic": "orders/paid", "X-Shopify-Webhook-Id": "w-1"}
    assert event_id(given) == "orders/paid:w-1"


@pytest.mark.parametrize("given", [{}, {"X-Shopify-Event-Id": ""}])
def test_without_both_there_is_no_id(given: dict[str, str]) -> None:
    assert event_id(given) is None


def test_an_unreadable_delivery_has_its_id_all_the_same() -> None:
    assert event_id(headers("orders/paid")) == "orders/paid:e-1"


@pytest.mark.parametrize(
    "topic", sorted(one for one in {*NEEDED, *USEFUL} if one.startswith(("CUSTOMER", "ORDER")))
)
def test_every_topic_of_people_and_orders_points_to_them(till: Till, topic: str) -> None:
    customer, order = till.customer(), till.order()
    bodies = {
        "ORDERS": payloads.order(till.shop, order),
        "CUSTOMERS": payloads.customer(till.shop, customer),
        "CUSTOMER": payloads.tags_changed(till.shop, customer, ["VIP"]),
        "CUSTOMERS_PURCHASING_SUMMARY": payloads.purchasing_summary(till.shop, customer),
    }
    body = bodies.get(topic) or bodies[topic.partition("_")[0]]
    wanted = f"order:{order.id}" if topic.startswith("ORDERS") else f"customer:id:{customer.id}"
    assert pointed(TOPICS[topic], body) == wanted


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the vendor's published samples are not on this machine")
@pytest.mark.parametrize(
    ("topic", "name", "resource"),
    [
        ("orders/updated", "order_discount_code_partially_refunded", "order:450789469"),
        ("orders/create", "order_created_eur_guest", "order:1073459976"),
        ("refunds/create", "refund_existing", "order:450789469"),
        ("inventory_items/update", "inventory_item", "item:808950810"),
        ("customers/update", "customer", "customer:id:207119551"),
    ],
)
def test_the_vendors_own_samples_are_read(topic: str, name: str, resource: str) -> None:
    assert pointed(topic, json.loads((SAMPLES / f"{name}.json").read_text())) == resource

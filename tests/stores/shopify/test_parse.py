"""Which customer a webhook points to, and what makes it the same one again."""

import json
from pathlib import Path
from typing import Any

import pytest

from plugin.ports import Hint, Unreadable
from plugin.stores.shopify.parse import event_id, parse
from plugin.stores.shopify.provision import NEEDED, PARCELS, USEFUL
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
def test_an_order_points_to_who_bought(topic: str) -> None:
    assert pointed(topic, {"id": 1, "email": "x@example.com", "customer": {"id": 7}}) == "customer:id:7"


@pytest.mark.parametrize("buyer", [{}, {"customer": None}, {"customer": {"id": None, "email": None}}])
@pytest.mark.parametrize("named", ["email", "contact_email"])
def test_a_guests_order_points_to_their_address(buyer: dict[str, Any], named: str) -> None:
    assert pointed("orders/create", {"id": 1, named: "Ann@Example.com", **buyer}) == ANN


@pytest.mark.parametrize("email", [None, "", "nobody"])
def test_an_order_of_nobody_points_to_nobody(email: str | None) -> None:
    assert pointed("orders/create", {"id": 1, "email": email}) is None


@pytest.mark.parametrize("topic", ["fulfillments/create", "fulfillments/update"])
def test_a_parcel_points_to_whom_it_goes_to(topic: str) -> None:
    body = {"id": 7, "order_id": 9, "email": "Ann@Example.com", "shipment_status": "delayed"}
    assert pointed(topic, body) == ANN


def test_a_parcel_to_nobody_points_to_nobody() -> None:
    assert pointed("fulfillments/update", {"id": 7, "order_id": 9, "email": None}) is None


@pytest.mark.parametrize(
    "topic", ["app/uninstalled", "shop/update", "refunds/create", "orders_risk/x", "customer_groups/update"]
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
        ("orders/create", {"customer": 7}, "customer"),
        ("orders/create", {"customer": {"id": []}}, "customer.id"),
        ("orders/create", {"email": 7}, "email"),
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


@pytest.mark.parametrize("topic", sorted({*NEEDED, *USEFUL} - {"APP_UNINSTALLED", *PARCELS}))
def test_every_topic_that_is_subscribed_points_to_its_customer(till: Till, topic: str) -> None:
    customer, order = till.customer(), till.order()
    bodies = {
        "ORDERS": payloads.order(till.shop, order),
        "CUSTOMERS": payloads.customer(till.shop, customer),
        "CUSTOMER": payloads.tags_changed(till.shop, customer, ["VIP"]),
        "CUSTOMERS_PURCHASING_SUMMARY": payloads.purchasing_summary(till.shop, customer),
    }
    body = bodies.get(topic) or bodies[topic.partition("_")[0]]
    assert pointed(TOPICS[topic], body) == f"customer:id:{customer.id}"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the vendor's published samples are not on this machine")
@pytest.mark.parametrize(
    ("name", "resource"),
    [
        ("order_discount_code_partially_refunded", "customer:id:207119551"),
        ("order_created_eur_guest", None),
    ],
)
def test_the_vendors_own_samples_of_orders_are_read(name: str, resource: str | None) -> None:
    assert pointed("orders/updated", json.loads((SAMPLES / f"{name}.json").read_text())) == resource


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the vendor's published samples are not on this machine")
def test_the_vendors_own_sample_of_a_customer_is_read() -> None:
    body = json.loads((SAMPLES / "customer.json").read_text())
    assert pointed("customers/update", body) == "customer:id:207119551"

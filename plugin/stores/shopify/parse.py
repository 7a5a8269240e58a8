"""From a webhook to a hint: which customer, order or thing it is about. What it says of that is read elsewhere.

https://shopify.dev/docs/api/webhooks
"""

from collections.abc import Mapping
from typing import Final

from plugin.documents import Part, read_document
from plugin.domain.customer_keys import CustomerKey, customer_resource, email_key
from plugin.ports import Hint, Unreadable
from plugin.stores.shopify.customers import customer_number
from plugin.stores.shopify.headers import DELIVERY, EVENT, TOPIC, said

ABOUT_CUSTOMERS: Final = ("customers/", "customer.")
ABOUT_ORDERS: Final = "orders/"
REFUNDED: Final = "refunds/create"
ABOUT_PARCELS: Final = "fulfillments/"
ABOUT_STOCK: Final = "inventory_items/"
ABOUT_CODES: Final = "discounts/"
CODES: Final = "codes"
NO_NEWS: Final = "customers/data_request"
"""A customer wants to see what is kept: that changes nothing about them."""
NAMED_AS: Final = ("id", "customer_id", "customerId")
"""Where the topics about customers have the number, or GraphQL's name of the same."""
NO_TOPIC = "the header X-Shopify-Topic is missing, and nothing else says what this is about"


def parse(headers: Mapping[str, str], body: bytes) -> Hint:
    """What the webhook points to; Unreadable and nothing else, whatever the bytes."""
    document = read_document(body)
    document.at("id")  # an object, whatever the topic
    topic = said(headers, TOPIC)
    if topic is None:
        raise Unreadable("", NO_TOPIC)
    return Hint(topic, _resource(topic, document), event_id(headers))


def event_id(headers: Mapping[str, str]) -> str | None:
    """The event's id under its topic, since one event may bring several; else the delivery's."""
    own = said(headers, EVENT) or said(headers, DELIVERY)
    return None if own is None else f"{said(headers, TOPIC) or ''}:{own}"


def order_number(topic: str, document: Part) -> str:
    """The order that an event is about: itself, that of a refund, or that of an edit, which has a body of its own."""
    if topic == REFUNDED:
        return document.at("order_id").own_id()
    edit = document.at("order_edit")
    return document.at("id").own_id() if edit.value is None else edit.at("order_id").own_id()


def _resource(topic: str, document: Part) -> str | None:
    if topic.startswith(ABOUT_ORDERS) or topic == REFUNDED:
        return f"order:{order_number(topic, document)}"
    if topic.startswith(ABOUT_STOCK):
        return f"item:{document.at('id').own_id()}"
    if topic.startswith(ABOUT_CODES):
        return CODES
    key = _key(topic, document)
    return None if key is None else customer_resource(key)


def _key(topic: str, document: Part) -> CustomerKey | None:
    if topic == NO_NEWS:
        return None
    if topic.startswith(ABOUT_CUSTOMERS):
        return _customer(document)
    return _by_email(document.at("email")) if topic.startswith(ABOUT_PARCELS) else None


def _customer(document: Part) -> CustomerKey:
    """Who the event is about: named at the top, or as `customer`, there perhaps by an address alone."""
    for name in NAMED_AS:
        if document.at(name).value is not None:
            return CustomerKey("id", customer_number(document.at(name)))
    customer = document.at("customer")
    if customer.value is None:
        raise Unreadable("id", "is missing")
    found = _person(customer)
    if found is None:
        raise Unreadable("customer.id", "is missing, and there is no e-mail address in its place")
    return found


def _person(customer: Part) -> CustomerKey | None:
    if customer.at("id").value is not None:
        return CustomerKey("id", customer_number(customer.at("id")))
    return _by_email(customer.at("email"))


def _by_email(part: Part) -> CustomerKey | None:
    return email_key(part.text())

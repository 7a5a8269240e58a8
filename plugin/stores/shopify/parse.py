"""From a webhook to a hint: which customer to look at. What it claims is not read: it may come a day late.

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
ABOUT_PARCELS: Final = "fulfillments/"
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
    key = _key(topic, document)
    return Hint(topic, None if key is None else customer_resource(key), event_id(headers))


def event_id(headers: Mapping[str, str]) -> str | None:
    """The event's id under its topic, since one event may bring several; else the delivery's."""
    own = said(headers, EVENT) or said(headers, DELIVERY)
    return None if own is None else f"{said(headers, TOPIC) or ''}:{own}"


def _key(topic: str, document: Part) -> CustomerKey | None:
    if topic == NO_NEWS:
        return None
    if topic.startswith(ABOUT_CUSTOMERS):
        return _customer(document)
    if topic.startswith(ABOUT_PARCELS):
        return _by_email(document.at("email"))
    return _buyer(document) if topic.startswith(ABOUT_ORDERS) else None


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


def _buyer(order: Part) -> CustomerKey | None:
    """Who bought: the order's customer, a guest by their address, or nobody that is known."""
    customer = order.at("customer")
    found = None if customer.value is None else _person(customer)
    return found or _by_email(order.at("email")) or _by_email(order.at("contact_email"))


def _person(customer: Part) -> CustomerKey | None:
    if customer.at("id").value is not None:
        return CustomerKey("id", customer_number(customer.at("id")))
    return _by_email(customer.at("email"))


def _by_email(part: Part) -> CustomerKey | None:
    return email_key(part.text())

"""What connecting makes in the shop: one webhook subscription for each topic, found again by any later run.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/webhookSubscriptionCreate
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from plugin.documents import Part, answer_of
from plugin.ports import PermanentError, Provisioned, Rejected
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.queries import MEND, SHOP, SUBSCRIBE, SUBSCRIPTIONS
from plugin.stores.shopify.scopes import reads_all_orders

NEEDED: Final = (
    "CUSTOMERS_CREATE",
    "CUSTOMERS_UPDATE",
    "CUSTOMERS_DELETE",
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
    "REFUNDS_CREATE",
)
"""Without these, connecting is refused."""
SOONER: Final = (
    "ORDERS_PAID",
    "ORDERS_CANCELLED",
    "ORDERS_EDITED",
    "CUSTOMERS_PURCHASING_SUMMARY",
    "CUSTOMER_TAGS_ADDED",
    "CUSTOMER_TAGS_REMOVED",
    "APP_UNINSTALLED",
)
PARCELS: Final = ("FULFILLMENTS_CREATE", "FULFILLMENTS_UPDATE")
COSTS: Final = ("INVENTORY_ITEMS_UPDATE",)
CODES: Final = (
    "DISCOUNTS_CREATE",
    "DISCOUNTS_UPDATE",
    "DISCOUNTS_DELETE",
    "DISCOUNTS_REDEEMCODE_ADDED",
    "DISCOUNTS_REDEEMCODE_REMOVED",
)
USEFUL: Final = (*SOONER, *PARCELS, *COSTS, *CODES)
"""These bring news sooner, or news that nothing else brings; the shop is connected without them all the same."""
MOST_PAGES: Final = 20
_REFUSED: Final = "Shopify does not let us subscribe {topics} ({problem}): "
_AGAIN: Final = "then run `marginalia connect shopify` for this shop again."
_SOONER_NOTE: Final = (
    f"{_REFUSED}what it would tell is noticed at the next sweep, of a customer within ten minutes, of an order within "
    "the hour."
)
_PARCELS_NOTE: Final = (
    f"{_REFUSED}what is known of a parcel may be a day old before a ticket asks again. Give the app the scope "
    f"read_fulfillments, {_AGAIN}"
)
_COSTS_NOTE: Final = (
    f"{_REFUSED}a new cost of something counts only once it is asked for again. Give the app the scope read_inventory, "
    f"{_AGAIN}"
)
_CODES_NOTE: Final = (
    f"{_REFUSED}that somebody changed or deleted an agent's code in the shop may be noticed late. Give the app the "
    f"scope read_discounts (write_discounts holds it), {_AGAIN}"
)
NOTES: Final = (
    (SOONER, _SOONER_NOTE),
    (PARCELS, _PARCELS_NOTE),
    (COSTS, _COSTS_NOTE),
    (CODES, _CODES_NOTE),
)
"""What an admin is told about useful topics that were refused."""
ONLY_NEW_ORDERS: Final = (
    "Shopify shows this app the orders of the last 60 days only: sales of before that day are not in the books, and a "
    "refund of such an order cannot be counted against its sale. Ask Shopify for the scope read_all_orders, give it to "
    f"the app, {_AGAIN}"
)
NOTHING_TO_CHECK_WITH = (
    "there is no app secret for shopify account {shop}, so its webhooks could not be checked and none was subscribed: "
    "run `marginalia connect shopify --shop {shop}` with --secret (the app's API secret key)"
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as far as we look at it."""

    id: str
    topic: str
    address: str


def provision(admin: Admin, hook_url: str, has_secret: bool) -> Provisioned:
    """Currency and zone of the shop and whether its prices include taxes, and the subscriptions by topic."""
    if not has_secret:
        raise PermanentError(NOTHING_TO_CHECK_WITH.format(shop=admin.api.connection.account))
    with answer_of(admin.api):
        shop = admin.ask(SHOP).at("shop")
        currency, timezone = shop.at("currencyCode").key(), shop.at("ianaTimezone").key()
        taxes_included = shop.at("taxesIncluded").value is True
        ids, notes = _subscribed(admin, hook_url)
    if not reads_all_orders(admin):
        notes.append(ONLY_NEW_ORDERS)
    found = {"currency": currency, "timezone": timezone, "taxes_included": taxes_included, "webhook_ids": ids}
    return Provisioned(found, notes=tuple(notes))


def _subscribed(admin: Admin, hook_url: str) -> tuple[dict[str, str], list[str]]:
    """The ids of our subscriptions by topic, made, mended or found, and notes about those that could not be."""
    listed = list(_listed(admin))
    ids, notes = {}, []
    for topic in NEEDED:
        ids[topic] = _bring(admin, topic, hook_url, listed)
    for topics, note in NOTES:
        refused: dict[str, PermanentError] = {}
        for topic in topics:
            try:
                ids[topic] = _bring(admin, topic, hook_url, listed)
            except PermanentError as problem:
                refused[topic] = problem
        if refused:
            notes.append(note.format(topics=", ".join(refused), problem=next(iter(refused.values()))))
    return ids, notes


def _bring(admin: Admin, topic: str, hook_url: str, listed: list[Subscription]) -> str:
    """The one that points here already, else the one we made before, pointed here; else a new one."""
    of_topic = [one for one in listed if one.topic == topic]
    for one in of_topic:
        if one.address == hook_url:
            return one.id
    known = _known(admin).get(topic)
    for one in of_topic:
        if one.id == known:
            admin.change(MEND, "webhookSubscriptionUpdate", id=one.id, subscription={"uri": hook_url})
            return one.id
    return _make(admin, topic, hook_url)


def _make(admin: Admin, topic: str, hook_url: str) -> str:
    """A new one; where somebody was quicker (the address is taken by then), theirs is ours."""
    try:
        made = admin.change(
            SUBSCRIBE,
            "webhookSubscriptionCreate",
            topic=topic,
            subscription={"uri": hook_url, "format": "JSON"},
        )
    except Rejected:
        for one in _listed(admin):
            if (one.topic, one.address) == (topic, hook_url):
                return one.id
        raise
    return made.at("webhookSubscription").at("id").key()


def _known(admin: Admin) -> Mapping[str, Any]:
    kept = admin.api.connection.options.get("webhook_ids")
    return kept if isinstance(kept, dict) else {}


def _listed(admin: Admin) -> Iterator[Subscription]:
    """All subscriptions of this app; those of others are not shown to it."""
    after = None
    for _ in range(MOST_PAGES):
        page = admin.ask(SUBSCRIPTIONS, after=after).at("webhookSubscriptions")
        yield from map(_subscription, page.at("nodes").items())
        info = page.at("pageInfo")
        if info.at("hasNextPage").value is not True:
            return
        after = info.at("endCursor").key()


def _subscription(part: Part) -> Subscription:
    return Subscription(part.at("id").key(), part.at("topic").text(), part.at("uri").text())

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

NEEDED: Final = (
    "CUSTOMERS_CREATE",
    "CUSTOMERS_UPDATE",
    "CUSTOMERS_DELETE",
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
)
"""Without these, connecting is refused."""
PARCELS: Final = ("FULFILLMENTS_CREATE", "FULFILLMENTS_UPDATE")
"""These tell that a parcel has moved, which nothing else does."""
USEFUL: Final = (
    "ORDERS_PAID",
    "ORDERS_CANCELLED",
    "CUSTOMERS_PURCHASING_SUMMARY",
    "CUSTOMER_TAGS_ADDED",
    "CUSTOMER_TAGS_REMOVED",
    "APP_UNINSTALLED",
    *PARCELS,
)
"""These bring news sooner; without one of them it is found by the sweep, or when a ticket asks."""
MOST_PAGES: Final = 20
NOT_SUBSCRIBED = (
    "Shopify does not let us subscribe {topic} ({problem}): what it would tell is noticed at the next sweep, within "
    "ten minutes."
)
NO_PARCELS = (
    "Shopify does not let us subscribe {topic} ({problem}): what is known of a parcel may be a day old before a ticket "
    "asks again. Give the app the scope read_fulfillments, then run `marginalia connect shopify` for this shop again."
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
    """Currency and zone of the shop, and the subscriptions by topic."""
    if not has_secret:
        raise PermanentError(NOTHING_TO_CHECK_WITH.format(shop=admin.api.connection.account))
    with answer_of(admin.api):
        shop = admin.ask(SHOP).at("shop")
        currency, timezone = shop.at("currencyCode").key(), shop.at("ianaTimezone").key()
        ids, notes = _subscribed(admin, hook_url)
    found = {"currency": currency, "timezone": timezone, "webhook_ids": ids}
    return Provisioned(found, notes=notes)


def _subscribed(admin: Admin, hook_url: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The ids of our subscriptions by topic, made, mended or found, and notes about those that could not be."""
    listed = list(_listed(admin))
    ids, notes = {}, []
    for topic in NEEDED:
        ids[topic] = _bring(admin, topic, hook_url, listed)
    for topic in USEFUL:
        try:
            ids[topic] = _bring(admin, topic, hook_url, listed)
        except PermanentError as problem:
            note = NO_PARCELS if topic in PARCELS else NOT_SUBSCRIBED
            notes.append(note.format(topic=topic, problem=problem))
    return ids, tuple(notes)


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

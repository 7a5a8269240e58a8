"""Mutations of webhook subscriptions. What is wrong with the input is told in `userErrors`, and nothing is kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from sandbox.shopify.records import Json, Subscription, gid, stamp
from sandbox.shopify.state import Shop
from sandbox.shopify.webhooks import API_VERSION

KIND = "WebhookSubscription"
GONE = {"field": ["id"], "message": "Webhook subscription does not exist"}


def create(shop: Shop, topic: str, given: Mapping[str, Any]) -> Json:
    """A new subscription; the same topic and address twice is refused."""
    uri = address(given)
    with shop.lock:
        problem = _problem(shop, topic, uri, None)
        if problem:
            return {"webhookSubscription": None, "userErrors": [problem]}
        at = shop.instant()
        made = Subscription(shop.next_id(), topic, str(uri), at, at, **_options(given))
        shop.subscriptions[made.id] = made
    return {"webhookSubscription": node(made), "userErrors": []}


def update(shop: Shop, given_id: str, given: Mapping[str, Any]) -> Json:
    """Change what is given."""
    with shop.lock:
        found = find(shop, given_id)
        if found is None:
            return {"webhookSubscription": None, "userErrors": [GONE]}
        uri = address(given) or found.uri
        problem = _problem(shop, found.topic, uri, found)
        if problem:
            return {"webhookSubscription": None, "userErrors": [problem]}
        made = replace(found, uri=uri, updated_at=shop.instant(), **_options(given))
        shop.subscriptions[made.id] = made
    return {"webhookSubscription": node(made), "userErrors": []}


def delete(shop: Shop, given_id: str) -> Json:
    """Take it away."""
    with shop.lock:
        found = find(shop, given_id)
        if found is None:
            return {"deletedWebhookSubscriptionId": None, "userErrors": [GONE]}
        del shop.subscriptions[found.id]
    return {"deletedWebhookSubscriptionId": gid(KIND, found.id), "userErrors": []}


def find(shop: Shop, given_id: str) -> Subscription | None:
    """The subscription with this id."""
    return next((one for one in list(shop.subscriptions.values()) if gid(KIND, one.id) == given_id), None)


def wanted(shop: Shop, args: Mapping[str, Any]) -> list[Subscription]:
    """Those of some topics, or with an address."""
    topics, uri = args.get("topics"), args.get("uri") or args.get("callbackUrl")
    found = [
        one
        for one in list(shop.subscriptions.values())
        if (topics is None or one.topic in topics) and uri in {None, one.uri}
    ]
    return found[::-1] if args["reverse"] else found


def node(one: Subscription) -> Json:
    """A subscription as GraphQL shows it."""
    return {
        "__typename": KIND,
        "id": gid(KIND, one.id),
        "legacyResourceId": str(one.id),
        "topic": one.topic,
        "uri": one.uri,
        "callbackUrl": one.uri,
        "endpoint": {"__typename": "WebhookHttpEndpoint", "callbackUrl": one.uri},
        "format": one.format,
        "includeFields": list(one.fields),
        "filter": one.filter,
        "apiVersion": {"handle": API_VERSION, "displayName": API_VERSION, "supported": True},
        "createdAt": stamp(one.created_at),
        "updatedAt": stamp(one.updated_at),
    }


def address(given: Mapping[str, Any]) -> str | None:
    """Where deliveries go; `callbackUrl` is the older name."""
    return given.get("uri") or given.get("callbackUrl")


def _options(given: Mapping[str, Any]) -> dict[str, Any]:
    named = {"includeFields": "fields", "filter": "filter", "format": "format"}
    found = {ours: given[theirs] for theirs, ours in named.items() if given.get(theirs) is not None}
    return {**found, "fields": tuple(found["fields"])} if "fields" in found else found


def _problem(shop: Shop, topic: str, uri: str | None, itself: Subscription | None) -> Json | None:
    """An http(s) address that this topic does not have yet. The vendor wants https; loopback is for tests."""
    parts = urlsplit(uri or "")
    local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        return {
            "field": ["webhookSubscription", "callbackUrl"],
            "message": "Address protocol http:// is not supported",
        }
    for one in list(shop.subscriptions.values()):
        if one is not itself and (one.topic, one.uri) == (topic, uri):
            text = "Address for this topic has already been taken"
            return {"field": ["webhookSubscription", "callbackUrl"], "message": text}
    return None

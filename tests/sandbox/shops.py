"""A stand-in shop for tests: asked in memory, where the wire does not matter."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.test import Client, TestResponse

from sandbox.shopify.records import Customer, Json, Order
from sandbox.shopify.state import Shop
from sandbox.shopify.writes import Bought, new_customer, place_order

if TYPE_CHECKING:
    from tests.sandbox.conftest import Clock

PATH = "/admin/api/2026-07/graphql.json"


@dataclass
class Counter:
    """A shop behind its API, asked as the merchant's app."""

    shop: Shop
    clock: "Clock"
    client: Client

    def send(self, query: str, variables: Json | None = None, token: str | None = None) -> TestResponse:
        headers = {"X-Shopify-Access-Token": self.shop.access.token if token is None else token}
        return self.client.post(PATH, json={"query": query, "variables": variables or {}}, headers=headers)

    def answer(self, document: str, /, **variables: Any) -> Json:
        """The whole document that comes back with 200."""
        response = self.send(document, variables)
        assert response.status_code == 200, response.text
        found: Json = response.get_json()
        return found

    def data(self, document: str, /, **variables: Any) -> Json:
        """What was asked for, without any error."""
        found = self.answer(document, **variables)
        assert "errors" not in found, found["errors"]
        data: Json = found["data"]
        return data

    def problem(self, document: str, /, **variables: Any) -> Json:
        """The one error that came."""
        (error,) = self.answer(document, **variables)["errors"]
        made: Json = error
        return made

    def customer(self, email: str = "ann@example.com", **more: Any) -> Customer:
        return new_customer(self.shop, "Ann Moss", email, **more)

    def order(self, email: str | None = "ann@example.com", **more: Any) -> Order:
        return place_order(self.shop, Bought(**{"items": {"BELT-1": 1}, "email": email, **more}))

    def control(self, method: str, path: str, body: Json | None = None) -> TestResponse:
        return self.client.open(f"/_sandbox/shopify{path}", method=method, json=body or {})

    def subscribe(self, topic: str, uri: str, **more: Any) -> Json:
        made: Json = self.data(SUBSCRIBE, topic=topic, input={"uri": uri, **more})[
            "webhookSubscriptionCreate"
        ]
        return made


SUBSCRIBE = """mutation($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) {
    webhookSubscription { id topic uri includeFields } userErrors { field message } } }"""
SPENT = """query($email: String!) { customerByIdentifier(identifier: {emailAddress: $email}) {
  id displayName tags numberOfOrders amountSpent { amount currencyCode } createdAt lastOrder { id name } } }"""
CHANGED = """query($since: String!) { customers(first: 5, query: $since, sortKey: UPDATED_AT) {
  nodes { displayName updatedAt } } }"""
BY_NAME = """query($query: String!) { orders(first: 1, query: $query, sortKey: UPDATED_AT, reverse: true) {
  nodes { name email customer { displayName } totalPriceSet { shopMoney { amount } } } } }"""

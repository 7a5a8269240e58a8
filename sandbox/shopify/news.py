"""Telling subscribers what one action brought: several topics, and one event id for all of them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.shopify import payloads
from sandbox.shopify.records import Order, Payment, Refund, gid
from sandbox.shopify.state import Shop

ABOUT_BUYERS = {"CUSTOMERS_UPDATE", "CUSTOMERS_PURCHASING_SUMMARY"}


@dataclass(frozen=True)
class News:
    """What one action in the shop brings. Hold the shop's lock."""

    shop: Shop
    event: str = field(default_factory=lambda: str(uuid.uuid4()))

    def tell(self, topic: str, about: str, body: dict[str, Any]) -> None:
        """To those who subscribed to this topic."""
        held = self.shop
        held.dispatcher.publish(list(held.subscriptions.values()), topic, about, body, held.now(), self.event)

    def of_order(self, one: Order, *topics: str, before: Order | None = None) -> None:
        """The order under each topic. Where it changes what its customer has bought, their record changes with it."""
        shop = self.shop
        owner = None if one.customer_id is None else shop.customers.get(one.customer_id)
        bought = before is None or before.spent != one.spent
        if owner is not None and bought:
            at = max(owner.updated_at, one.updated_at)
            owner = shop.customers[owner.id] = replace(owner, updated_at=at)
        heard = {each.topic for each in list(shop.subscriptions.values())}
        body = payloads.order(shop, one) if heard & set(topics) else {}
        for topic in topics:
            self.tell(topic, gid("Order", one.id), body)
        if owner is not None and bought and heard & ABOUT_BUYERS:
            about = gid("Customer", owner.id)
            self.tell("CUSTOMERS_UPDATE", about, payloads.customer(shop, owner))
            self.tell("CUSTOMERS_PURCHASING_SUMMARY", about, payloads.purchasing_summary(shop, owner))

    def of_refund(self, order: Order, one: Refund) -> None:
        """A refund, and the money that moves with it."""
        self.tell("REFUNDS_CREATE", gid("Order", order.id), payloads.refund(self.shop, order, one))
        self.of_payments(order, one.payments)

    def of_payments(self, order: Order, payments: Iterable[Payment]) -> None:
        """Money that moves."""
        for one in payments:
            body = payloads.payment(self.shop, order, one)
            self.tell("ORDER_TRANSACTIONS_CREATE", gid("Order", order.id), body)

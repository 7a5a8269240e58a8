"""Who wrote a ticket: what the tenant's stores are known to say, and the questions put to them."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from plugin.db.connections import Connections
from plugin.db.customers import Customers, Found, with_rank
from plugin.db.inbox import Arrival, Inbox
from plugin.domain.customer_keys import CustomerKey, customer_resource
from plugin.tenant_view import TenantView
from plugin.worker.shop import Shop

ASKED = "customer_asked"
"""Topic of our own hint that somebody wants to know who a customer is."""
ONCE_IN = 600
"""Seconds within which the same question is put once."""


def who_is(
    shop: Shop, session: Session, tenant_id: int, keys: Sequence[CustomerKey], view: TenantView
) -> Found:
    """What is known of the customer with these keys; no call is made."""
    known = Connections(session, shop.vault).of_tenant(tenant_id)
    stores = [one.id for one in known if one.vendor in shop.stores]
    found = Customers(session, tenant_id).find(stores, keys, shop.now())
    return _ranked(session, tenant_id, found, view)


def _ranked(session: Session, tenant_id: int, found: Found, view: TenantView) -> Found:
    """With the customer's rank, where some tier asks for it."""
    if found.customer_id is None or all(tier.top_percent is None for tier in view.settings.tiers):
        return found
    percent = Customers(session, tenant_id).top_percent(found.customer_id)
    return Found(with_rank(found.customer, percent), found.customer_id, found.to_ask, found.waiting)


def ask(
    session: Session, tenant_id: int, questions: Sequence[tuple[int, CustomerKey]], now: datetime
) -> None:
    """Put the questions to the stores: each is a hint, worked once however many tickets ask."""
    Inbox(session).put([_question(tenant_id, store, key, now) for store, key in questions])


def _question(tenant_id: int, store: int, key: CustomerKey, now: datetime) -> Arrival:
    return Arrival(
        tenant_id=tenant_id,
        connection_id=store,
        source="ticket",
        topic=ASKED,
        event_id=_once(customer_resource(key), now),
        resource=customer_resource(key),
        state="pending",
        body=b"",
        headers={},
        received_at=now,
    )


def _once(resource: str, now: datetime) -> str:
    digest = sha256(resource.encode()).hexdigest()[:32]
    return f"{ASKED}:{digest}:{int(now.timestamp()) // ONCE_IN}"

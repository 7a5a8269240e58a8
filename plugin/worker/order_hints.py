"""Our own hints about orders: look again, for something was learnt that may concern them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from plugin.db.evidence import EvidenceBook, Whose
from plugin.db.inbox import Arrival, Inbox
from plugin.db.ledger_tables import OrderRow
from plugin.db.orders import Orders
from plugin.domain.attribution import SKEW
from plugin.order_marks import order_resource

AGAIN = "order_again"
"""Topic of our own hint that an order is to be brought to account again."""


def look_again(session: Session, rows: Iterable[OrderRow], now: datetime, source: str = "store") -> None:
    """Bring these orders to account again."""
    Inbox(session).put(
        [
            hint(row.tenant_id, row.connection_id, order_resource(row.order_id), AGAIN, now, source)
            for row in rows
        ]
    )


def look_again_at_orders(
    session: Session, tenant_id: int, whose: Whose, since: datetime, now: datetime
) -> None:
    """The orders of this customer from then on: what an agent did for them may have led to them."""
    customers = EvidenceBook(session, tenant_id).store_customer(whose.customer_id)
    rows: Sequence[OrderRow] = Orders(session, tenant_id).of_customer(whose.email, customers, since - SKEW)
    look_again(session, rows, now, source="ticket")


def hint(
    tenant_id: int, connection_id: int, resource: str, topic: str, now: datetime, source: str = "store"
) -> Arrival:
    """A hint of our own, without a body."""
    return Arrival(
        tenant_id=tenant_id,
        connection_id=connection_id,
        source=source,
        topic=topic,
        event_id=None,
        resource=resource,
        state="pending",
        body=b"",
        headers={},
        received_at=now,
    )

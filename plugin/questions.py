"""Questions put to the stores: who wrote a ticket."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from plugin.db.inbox import Arrival, Inbox
from plugin.domain.customer_keys import CustomerKey, customer_resource

ASKED = "customer_asked"
"""Topic of our own hint that somebody wants to know who a customer is."""


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
        event_id=None,  # a question put again must be answered again: somebody waits for the answer
        resource=customer_resource(key),
        state="pending",
        body=b"",
        headers={},
        received_at=now,
    )

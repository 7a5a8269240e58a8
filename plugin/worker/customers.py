"""One customer of a store: asked for, kept, and told to the tickets that wait; and the store's own chores."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from plugin.db.connections import Connections
from plugin.db.customer_tables import CustomerRow
from plugin.db.customers import Customers, store_facts, with_rank
from plugin.db.inbox import Arrival, Claim, Inbox
from plugin.db.outbox import Outbox
from plugin.db.tickets import Tickets
from plugin.domain.customer_keys import CustomerKey, email_key, key_of, phone_key
from plugin.domain.effects import tag_customer
from plugin.domain.facts import Person
from plugin.domain.tier_marks import wanted_tag
from plugin.ports import Connection, StoreCustomer
from plugin.tenant_view import TenantView
from plugin.worker.shop import ClaimLost, Shop, compile_settings

KNOWN = "customer_known"
"""Topic of our own hint to a ticket: the store has said who wrote it."""
CHANGED = "customer_changed"
"""Topic of our own hint to a ticket: what the store says of its customer is no longer what it was."""
STILL_OPEN = timedelta(days=14)
"""Tickets seen within this time are looked at again when their customer changes."""
PAGE = 500

log = structlog.get_logger(__name__)


def work_customer(shop: Shop, claim: Claim, connection: Connection) -> None:
    """Ask the store who this is, keep the answer, and look again at the tickets that it concerns."""
    asked = key_of(claim.resource)
    found = shop.stores[connection.vendor].find_customer(shop.open_api(connection), asked)
    now = shop.now()
    compile_settings(shop, claim.tenant_id)
    with shop.database.write() as session:
        if found is None:
            Customers(session, claim.tenant_id).keep_nobody(connection.id, asked, now)
            _tell(session, claim.tenant_id, connection.id, [asked], now)
        else:
            keep_customer(shop, session, connection, found, asked)
        if not Inbox(session).finish(claim, [hint.delivery_id for hint in claim.hints], now):
            raise ClaimLost
    log.info("customer", found=found is not None)


def keep_customer(
    shop: Shop,
    session: Session,
    connection: Connection,
    found: StoreCustomer,
    asked: CustomerKey | None = None,
) -> None:
    """Keep what the store says, tell the tickets that wait or that it changes, and mark the helpdesks' records."""
    customers, now = Customers(session, connection.tenant_id), shop.now()
    news = customers.keep(connection.id, found, now, asked)
    row = customers.of_key(connection.id, CustomerKey("id", found.id))
    assert row is not None
    _tell(session, connection.tenant_id, connection.id, _keys(found, asked), now)
    if news:
        _tell_open_tickets(session, connection.tenant_id, row, now)
    mark(shop, session, row)


def mark(shop: Shop, session: Session, row: CustomerRow) -> bool:
    """Ask the helpdesks to show the customer's tier on their own record, before any ticket; whether that was due."""
    view = shop.views.of(session, row.tenant_id)
    if not view.settings.live or not row.emails:
        return False
    wanted = _tag_of(session, row, view)
    if wanted == row.marked:
        return False
    add, remove = ([wanted] if wanted else []), ([row.marked] if row.marked else [])
    for helpdesk in _helpdesks(shop, session, row.tenant_id):
        effects = [tag_customer(f"email:{email}", add, remove) for email in row.emails]
        Outbox(session).put(row.tenant_id, helpdesk.id, effects, shop.now())
    row.marked = wanted
    return True


def mark_all(shop: Shop, connection: Connection) -> int:
    """Bring the marks of all customers of a store in line with the tiers in force; how many were not."""
    last, marked = 0, 0
    while True:
        with shop.database.write() as session:
            rows = Customers(session, connection.tenant_id).after(connection.id, last, PAGE)
            marked += sum(mark(shop, session, row) for row in rows)
            if not rows:
                return marked
            last = rows[-1].id


def _tag_of(session: Session, row: CustomerRow, view: TenantView) -> str:
    customer = store_facts(row)
    if any(tier.top_percent is not None for tier in view.settings.tiers):
        customer = with_rank(customer, Customers(session, row.tenant_id).top_percent(row.id))
    return wanted_tag(view.playbook.tier_of(customer, Person("")))


def _helpdesks(shop: Shop, session: Session, tenant_id: int) -> list[Connection]:
    known = Connections(session, shop.vault).of_tenant(tenant_id)
    return [one for one in known if one.vendor in shop.helpdesks]


def _keys(found: StoreCustomer, asked: CustomerKey | None) -> list[CustomerKey]:
    """Every key under which a ticket may have waited for this customer."""
    proven = (*map(email_key, found.emails), *map(phone_key, found.phones), asked)
    return list(dict.fromkeys(key for key in proven if key is not None))


def _tell(session: Session, tenant_id: int, store: int, keys: Iterable[CustomerKey], now: datetime) -> None:
    """The tickets that waited for one of these answers are looked at again."""
    customers = Customers(session, tenant_id)
    waiting = dict.fromkeys(ticket for key in keys for ticket in customers.answered(store, key))
    Inbox(session).put([_hint(tenant_id, where, resource, KNOWN, now) for where, resource in waiting])


def _tell_open_tickets(session: Session, tenant_id: int, row: CustomerRow, now: datetime) -> None:
    tickets = Tickets(session, tenant_id).of_customer(row.id, now - STILL_OPEN)
    Inbox(session).put(
        [_hint(tenant_id, one.connection_id, f"ticket:{one.ticket_id}", CHANGED, now) for one in tickets]
    )


def _hint(tenant_id: int, connection_id: int, resource: str, topic: str, now: datetime) -> Arrival:
    return Arrival(
        tenant_id=tenant_id,
        connection_id=connection_id,
        source="store",
        topic=topic,
        event_id=None,
        resource=resource,
        state="pending",
        body=b"",
        headers={},
        received_at=now,
    )

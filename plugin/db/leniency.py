"""What was refunded and replaced in a month, with the tickets in which it was promised; one tenant's at a time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugin.db.evidence import EvidenceBook, Told
from plugin.db.ledger_tables import OrderRow
from plugin.db.orders import folded_email
from plugin.db.refunds import Refunds
from plugin.db.tables import TicketRow
from plugin.domain.evidence import Evidence
from plugin.domain.leniency import LOOKED_BACK, promised_in

AT_ONCE = 500
"""Customers asked for in one statement."""


@dataclass(frozen=True, slots=True)
class Promise:
    """The ticket in which something was promised: its agent, and what it was about."""

    agent: str | None
    helpdesk: str
    ticket: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class PaidBack:
    """A refund (`money` in the store's minor units), or a replacement (None), with its order and its promise."""

    order: OrderRow
    at: datetime
    money: int | None
    promise: Promise | None


class LeniencyBook:
    """What one tenant gave back. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._evidence = EvidenceBook(session, tenant_id)

    def given(self, first: datetime, after: datetime) -> list[PaidBack]:
        """Everything from an instant on and before another; not what was cancelled before anything was shipped."""
        refunds = Refunds(self._session, self._tenant_id).between(first, after)
        told: list[tuple[OrderRow, datetime, int | None]] = [
            (order, refund.at, refund.money) for refund, order in refunds if not _never_shipped(order)
        ]
        told += [(order, order.placed_at, None) for order in self._replacements(first, after)]
        met = self._met(told)
        reasons = self._reasons([one for one in met if one is not None])
        return [
            PaidBack(order, at, money, _promise(one, reasons))
            for (order, at, money), one in zip(told, met, strict=True)
        ]

    def _replacements(self, first: datetime, after: datetime) -> Sequence[OrderRow]:
        query = select(OrderRow).where(
            OrderRow.tenant_id == self._tenant_id,
            OrderRow.placed_at >= first,
            OrderRow.placed_at < after,
            OrderRow.replacement.is_(True),
            OrderRow.test.is_(False),
        )
        return self._session.scalars(query.order_by(OrderRow.placed_at, OrderRow.id)).all()

    def _met(self, told: Sequence[tuple[OrderRow, datetime, int | None]]) -> list[Evidence | None]:
        """For each the newest ticket of its customer shortly before."""
        found: list[Evidence | None] = []
        for start in range(0, len(told), AT_ONCE):
            part = told[start : start + AT_ONCE]
            known = self._of_customers([order for order, _, _ in part], min(at for _, at, _ in part))
            found += [promised_in(known.of(order), at) for order, at, _ in part]
        return found

    def _of_customers(self, orders: Sequence[OrderRow], first: datetime) -> "_Known":
        ids: dict[int, set[str]] = {}
        for order in orders:
            if order.customer_id is not None:
                ids.setdefault(order.connection_id, set()).add(order.customer_id)
        customers = {
            (store, theirs): ours
            for store, some in ids.items()
            for theirs, ours in self._evidence.customers_of(store, some).items()
        }
        emails = {email for order in orders if (email := folded_email(order.email)) is not None}
        told = self._evidence.find(emails, set(customers.values()), (), first - LOOKED_BACK)
        return _Known(told, customers)

    def _reasons(self, met: Collection[Evidence]) -> dict[tuple[int, str], str | None]:
        """What these tickets are about, by account and ticket."""
        by_account: dict[int, set[str]] = {}
        for one in met:
            by_account.setdefault(one.connection_id, set()).add(one.ticket)
        found: dict[tuple[int, str], str | None] = {}
        for account, tickets in by_account.items():
            every = sorted(tickets)
            for start in range(0, len(every), AT_ONCE):
                found |= self._reasons_of(account, every[start : start + AT_ONCE])
        return found

    def _reasons_of(self, account: int, tickets: Sequence[str]) -> dict[tuple[int, str], str | None]:
        query = select(TicketRow.ticket_id, TicketRow.reason).where(
            TicketRow.tenant_id == self._tenant_id,
            TicketRow.connection_id == account,
            TicketRow.ticket_id.in_(tickets),
        )
        return {(account, ticket): _code(reason) for ticket, reason in self._session.execute(query)}


class _Known:
    """Evidence by whose ticket it was found in."""

    def __init__(self, told: Iterable[Told], customers: Mapping[tuple[int, str], int]) -> None:
        self._customers = customers
        self._by_email: dict[str | None, list[Evidence]] = {}
        self._by_customer: dict[int | None, list[Evidence]] = {}
        for one in told:
            self._by_email.setdefault(one.whose.email, []).append(one.evidence)
            self._by_customer.setdefault(one.whose.customer_id, []).append(one.evidence)

    def of(self, order: OrderRow) -> list[Evidence]:
        """What is known of an order's customer."""
        email = folded_email(order.email)
        ours = self._customers.get((order.connection_id, order.customer_id or ""))
        by_email = [] if email is None else self._by_email.get(email, [])
        return by_email + ([] if ours is None else self._by_customer.get(ours, []))


def _promise(met: Evidence | None, reasons: Mapping[tuple[int, str], str | None]) -> Promise | None:
    if met is None:
        return None
    return Promise(met.agent, met.helpdesk, met.ticket, reasons.get((met.connection_id, met.ticket)))


def _never_shipped(order: OrderRow) -> bool:
    return order.document["cancelled_at"] is not None and not order.document["shipped"]


def _code(reason: Mapping[str, Any] | None) -> str | None:
    return None if reason is None else str(reason["code"])

"""The orders of a tenant's stores, kept whole; refunds that came before their order; and finding them again."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from plugin.db.ledger_tables import LoneRefundRow, OrderRow
from plugin.db.order_documents import order_document, read_refund, refund_document
from plugin.db.refunds import Refunds
from plugin.db.storable import storable
from plugin.db.upserts import upsert
from plugin.domain.customer_keys import email_key
from plugin.domain.order_lines import came_back
from plugin.domain.sales import OrderNews, Refund, StoreOrder

LONGEST_EMAIL = 320


class Orders:
    """The orders of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def held(self, connection_id: int, ids: Sequence[str]) -> dict[str, OrderRow]:
        """The rows of these orders, for who is about to work them: nobody else changes them meanwhile."""
        mine = (
            OrderRow.tenant_id + 0 == self._tenant_id
        )  # + 0: else SQLite reads all of a tenant's for a long list
        query = select(OrderRow).where(
            mine, OrderRow.connection_id == connection_id, OrderRow.order_id.in_(ids)
        )
        rows = self._session.scalars(query.order_by(OrderRow.id).with_for_update())
        return {row.order_id: row for row in rows}

    def keep(self, connection_id: int, orders: Sequence[StoreOrder], now: datetime) -> dict[str, OrderRow]:
        """Keep these states, each of another order; their rows."""
        if orders:
            rows = [self._columns(connection_id, order, now) for order in orders]
            new = upsert(self._session, OrderRow)
            changed = {name: getattr(new.excluded, name) for name in _CHANGING}
            self._session.execute(
                new.on_conflict_do_update(index_elements=["connection_id", "order_id"], set_=changed), rows
            )
        kept = self.held(connection_id, [order.id for order in orders])
        refunds = {kept[order.id].id: order.refunds for order in orders}
        Refunds(self._session, self._tenant_id).keep(refunds)
        return kept

    def lone_refunds(self, connection_id: int, ids: Sequence[str]) -> list[OrderNews]:
        """The refunds of these orders that came before them."""
        query = select(LoneRefundRow).where(*self._lone(connection_id, ids)).order_by(LoneRefundRow.id)
        return [
            OrderNews(row.order_id, refund=read_refund(row.document)) for row in self._session.scalars(query)
        ]

    def joined(self, connection_id: int, ids: Sequence[str]) -> None:
        """These orders are there: their refunds are theirs now."""
        self._session.execute(delete(LoneRefundRow).where(*self._lone(connection_id, ids)))

    def keep_lone(self, connection_id: int, order_id: str, refund: Refund) -> None:
        """Keep a refund until its order comes."""
        document = refund_document(refund)
        row = upsert(self._session, LoneRefundRow).values(
            tenant_id=self._tenant_id,
            connection_id=connection_id,
            order_id=order_id,
            refund_id=refund.id,
            document=document,
        )
        self._session.execute(
            row.on_conflict_do_update(
                index_elements=["connection_id", "order_id", "refund_id"], set_={"document": document}
            )
        )

    def of_customer(
        self, email: str | None, customers: Sequence[tuple[int, str]], since: datetime
    ) -> Sequence[OrderRow]:
        """The orders of somebody since then: by e-mail address, or by a store's own number of them."""
        who: list[Any] = [OrderRow.email == email] if email else []
        who += [(OrderRow.connection_id == store) & (OrderRow.customer_id == one) for store, one in customers]
        if not who:
            return ()
        query = select(OrderRow).where(OrderRow.tenant_id == self._tenant_id, or_(*who))
        return self._session.scalars(query.where(OrderRow.placed_at >= since)).all()

    def page(self, connection_id: int, last: int, limit: int, since: date | None) -> Sequence[OrderRow]:
        """The orders of a store by number, from the one after `last` on; placed on or after a day, or whenever."""
        query = select(OrderRow).where(
            OrderRow.tenant_id == self._tenant_id, OrderRow.connection_id == connection_id, OrderRow.id > last
        )
        if since is not None:
            query = query.where(
                OrderRow.placed_at >= datetime(since.year, since.month, since.day, tzinfo=UTC)
            )
        return self._session.scalars(query.order_by(OrderRow.id).limit(limit)).all()

    def by_name(self, names: Sequence[str], connection_id: int) -> Sequence[OrderRow]:
        """The orders of a store with these names."""
        query = select(OrderRow).where(
            OrderRow.tenant_id == self._tenant_id,
            OrderRow.name.in_(names),
            OrderRow.connection_id == connection_id,
        )
        return self._session.scalars(query).all()

    def waiting(self) -> Sequence[OrderRow]:
        """The orders that are not in the ledger yet, and say why."""
        query = select(OrderRow).where(OrderRow.tenant_id == self._tenant_id, OrderRow.waiting != "")
        return self._session.scalars(query.order_by(OrderRow.placed_at.desc())).all()

    def lacking_cost(self, connection_id: int) -> Sequence[OrderRow]:
        """The orders of a store in the ledger whose goods' cost is not known, or only estimated."""
        query = select(OrderRow).where(
            OrderRow.tenant_id == self._tenant_id, OrderRow.cost_state.in_(("asked", "estimated", "unknown"))
        )
        return self._session.scalars(query.where(OrderRow.connection_id == connection_id)).all()

    def note(self, row_id: int, values: Mapping[str, Any]) -> None:
        """Remember what came of working it."""
        self._session.execute(update(OrderRow).where(OrderRow.id == row_id).values(**values))

    def _columns(self, connection_id: int, order: StoreOrder, now: datetime) -> dict[str, Any]:
        return {
            "tenant_id": self._tenant_id,
            "connection_id": connection_id,
            "order_id": order.id,
            "name": storable(order.name, 100),
            "email": folded_email(order.email),
            "phone": None if order.phone is None else storable(order.phone, 50),
            "customer_id": order.customer_id,
            "placed_at": order.placed_at,
            "updated_at": order.updated_at,
            "currency": order.currency,
            "net": order.net,
            "refunded": came_back(order),
            "counts": order.counts,
            "test": order.test,
            "document": order_document(order),
            "kept_at": now,
        }

    def _lone(self, connection_id: int, ids: Sequence[str]) -> tuple[Any, ...]:
        mine = LoneRefundRow.tenant_id == self._tenant_id, LoneRefundRow.connection_id == connection_id
        return (*mine, LoneRefundRow.order_id.in_(ids))


_CHANGING = (
    *("name", "email", "phone", "customer_id", "placed_at", "updated_at", "currency", "net", "refunded"),
    *("counts", "test", "document", "kept_at"),
)
PATIENCE = timedelta(days=365)
"""Older orders than this are not looked at again when evidence comes late."""


def folded_email(email: str | None) -> str | None:
    """An address as it is compared; None for what is none."""
    key = email_key(email)
    return None if key is None else key.value

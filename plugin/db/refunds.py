"""The refunds of a tenant's orders, one row each, so that those of a month are found without reading every order."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugin.db.ledger_tables import OrderRow, RefundRow
from plugin.db.storable import storable_key
from plugin.db.upserts import upsert
from plugin.domain.sales import Refund


class Refunds:
    """The refunds of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def keep(self, refunds: Mapping[int, Sequence[Refund]]) -> None:
        """The refunds of these orders (by their rows) as they are told now."""
        rows = [
            {
                "tenant_id": self._tenant_id,
                "order_key": order,
                "refund_id": storable_key(refund.id, 100),
                "at": refund.at,
                "money": refund.money,
            }
            for order, told in refunds.items()
            for refund in told
        ]
        if rows:
            new = upsert(self._session, RefundRow)
            changed = {"at": new.excluded.at, "money": new.excluded.money}
            self._session.execute(
                new.on_conflict_do_update(index_elements=["order_key", "refund_id"], set_=changed), rows
            )

    def between(self, first: datetime, after: datetime) -> Sequence[tuple[RefundRow, OrderRow]]:
        """The refunds from an instant on and before another, with their orders; only where money was paid back."""
        query = (
            select(RefundRow, OrderRow)
            .join(OrderRow, OrderRow.id == RefundRow.order_key)
            .where(RefundRow.tenant_id == self._tenant_id, RefundRow.at >= first, RefundRow.at < after)
            .where(RefundRow.money > 0, OrderRow.test.is_(False))
            .order_by(RefundRow.at, RefundRow.id)
        )
        return [(refund, order) for refund, order in self._session.execute(query)]

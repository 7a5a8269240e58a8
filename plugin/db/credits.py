"""The credits of a tenant: brought up to date with their orders, found again by order and ticket; never deleted."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugin.db.ledger_tables import CreditRow, OrderRow
from plugin.db.storable import storable, storable_key
from plugin.domain.attribution import RULE_VERSION, Credit
from plugin.domain.sales import StoreOrder

WITHDRAWN = "no longer: what proved it is gone, or somebody else has it"


class Credits:
    """The credits of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def of_orders(self, order_keys: Sequence[int]) -> dict[int, dict[str, CreditRow]]:
        """The credits of these orders, by order and key."""
        query = select(CreditRow).where(
            CreditRow.tenant_id == self._tenant_id, CreditRow.order_key.in_(order_keys)
        )
        found: dict[int, dict[str, CreditRow]] = {key: {} for key in order_keys}
        for row in self._session.scalars(query):
            found[row.order_key][row.key] = row
        return found

    def keep(
        self,
        row: OrderRow,
        order: StoreOrder,
        credits: Sequence[Credit],
        known: Mapping[str, CreditRow],
        campaigns: Mapping[str, str] | None = None,
    ) -> dict[str, CreditRow]:
        """The order's credits as they are now; one that is no longer given stays, with 0. All rows by key.

        Their numbers are known once the caller has flushed the session.
        """
        kept = dict(known)
        for credit in credits:
            key = storable_key(credit.key, 400)
            if key not in kept:
                kept[key] = CreditRow(
                    tenant_id=self._tenant_id, order_key=row.id, key=key, state="pending", held=""
                )
                self._session.add(kept[key])
            _fill(kept[key], row, order, credit)
        given = {storable_key(credit.key, 400) for credit in credits}
        for key, one in kept.items():
            if key not in given and (one.net or one.counts):
                one.net, one.counts, one.evidence = 0, False, [*one.evidence, WITHDRAWN]
        return kept

    def of_ticket(self, connection_id: int, ticket_id: str) -> Sequence[tuple[CreditRow, OrderRow]]:
        """The credits of a ticket with their orders, newest first."""
        query = (
            select(CreditRow, OrderRow)
            .join(OrderRow, OrderRow.id == CreditRow.order_key)
            .where(CreditRow.tenant_id == self._tenant_id, CreditRow.connection_id == connection_id)
            .where(CreditRow.ticket_id == ticket_id)
            .order_by(CreditRow.at.desc(), CreditRow.id.desc())
        )
        return [(credit, order) for credit, order in self._session.execute(query)]


def _fill(kept: CreditRow, row: OrderRow, order: StoreOrder, credit: Credit) -> None:
    columns: dict[str, Any] = {
        "agent": storable(credit.agent, 320),
        "kind": credit.kind,
        "grade": credit.grade,
        "code": storable(credit.code, 100),
        "net": credit.net,
        "currency": order.currency,
        "counts": credit.counts,
        "at": row.placed_at,
        "connection_id": credit.connection_id,
        "helpdesk": credit.helpdesk,
        "ticket_id": credit.ticket,
        "channel": credit.channel,
        "evidence": list(credit.evidence),
        "rivals": list(credit.rivals),
        "rule_version": RULE_VERSION,
        "window_days": credit.window_days,
    }
    for name, value in columns.items():
        if getattr(kept, name, None) != value:
            setattr(kept, name, value)

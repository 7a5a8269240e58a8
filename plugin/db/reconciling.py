"""What is looked at to compare our books with a store's orders; nothing here locks or changes anything."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from plugin.db.ledger_tables import LedgerRow, OrderRow
from plugin.db.tables import ConnectionRow, DeliveryRow, SettingsRow
from plugin.domain.reconciling import Standing


class Looking:
    """The books of one tenant as they stand. Each method is one look."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def orders(self, connection_id: int, ids: Sequence[str]) -> dict[str, OrderRow]:
        """The orders of a store that are known here."""
        query = select(OrderRow).where(*self._of(connection_id), OrderRow.order_id.in_(ids))
        return {row.order_id: row for row in self._session.scalars(query)}

    def changed(
        self, connection_id: int, since: datetime, last: int, limit: int
    ) -> Sequence[tuple[int, str]]:
        """Orders that have changed since then as far as we know, by number, from the one after `last` on."""
        query = select(OrderRow.id, OrderRow.order_id).where(
            *self._of(connection_id), OrderRow.updated_at >= since, OrderRow.id > last
        )
        rows = self._session.execute(query.order_by(OrderRow.id).limit(limit))
        return [(number, order_id) for number, order_id in rows]

    def number(self, connection_id: int, since: datetime) -> int:
        """How many orders of a store have changed since then, as far as we know."""
        query = select(func.count()).where(*self._of(connection_id), OrderRow.updated_at >= since)
        return self._session.scalar(query) or 0

    def stands(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Standing]]:
        """What stands in the ledger under each of these subjects."""
        by = LedgerRow.kind, LedgerRow.currency, LedgerRow.period, LedgerRow.belongs_to
        query = select(LedgerRow.subject, *by, func.sum(LedgerRow.amount)).where(
            LedgerRow.tenant_id == self._tenant_id, LedgerRow.subject.in_(subjects)
        )
        found: dict[str, list[Standing]] = {one: [] for one in subjects}
        for subject, kind, currency, period, belongs_to, amount in self._session.execute(
            query.group_by(LedgerRow.subject, *by)
        ):
            found[subject].append(Standing(kind, currency, period, belongs_to, int(amount)))
        return found

    def months(self) -> Sequence[str]:
        """The months that have entries."""
        query = select(LedgerRow.period).where(LedgerRow.tenant_id == self._tenant_id).distinct()
        return self._session.scalars(query.order_by(LedgerRow.period)).all()

    def entries(self, month: str, currency: str) -> dict[str, int]:
        """What the entries of a month add up to by kind, one by one."""
        query = select(LedgerRow.kind, LedgerRow.amount).where(
            LedgerRow.tenant_id == self._tenant_id, LedgerRow.period == month, LedgerRow.currency == currency
        )
        sums: dict[str, int] = {}
        for kind, amount in self._session.execute(query.execution_options(yield_per=10_000)):
            sums[kind] = sums.get(kind, 0) + amount
        return sums

    def told(self, connection_id: int, resources: Collection[str], state: str) -> frozenset[str | None]:
        """Those of these resources of which something was told that is in this state."""
        query = select(DeliveryRow.resource).where(
            DeliveryRow.connection_id == connection_id,
            DeliveryRow.resource.in_(resources),
            DeliveryRow.state == state,
        )
        return frozenset(self._session.scalars(query))

    def swept_at(self, connection_id: int) -> datetime | None:
        """When the store was last asked what has changed."""
        query = select(ConnectionRow.swept_at).where(ConnectionRow.id == connection_id)
        return self._session.scalar(query)

    def settings_of(self) -> datetime | None:
        """Since when the settings are as they are."""
        query = select(SettingsRow.created_at).where(SettingsRow.tenant_id == self._tenant_id)
        return self._session.scalar(query.order_by(SettingsRow.version.desc()).limit(1))

    def _of(self, connection_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return OrderRow.tenant_id == self._tenant_id, OrderRow.connection_id == connection_id

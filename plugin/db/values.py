"""What the customers of a tenant's stores were worth: one summary row each, worked out from their orders alone."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Select, case, delete, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from plugin.db.ledger_tables import CustomerValueRow, OrderRow
from plugin.db.types import Instant
from plugin.db.upserts import upsert
from plugin.domain.values import GUEST, CustomerValue, guest, together

_NOTHING: Final = {
    "orders": 0,
    "net": 0,
    "refunded": 0,
    "margin": None,
    "currency": "",
    "first_at": datetime(1970, 1, 1, tzinfo=UTC),
    "last_at": datetime(1970, 1, 1, tzinfo=UTC),
}
Whose = tuple[int, str]
"""A store's connection, and its customer (or a guest)."""


class Values:
    """The values of one tenant's customers. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def refresh(self, connection_id: int, customers: Iterable[str]) -> None:
        """Work these customers' rows out again from their orders; who has none that counts has no row.

        Their rows are locked first, always in the same order: of two who refresh one customer, the later one sees the
        other's orders.
        """
        wanted = sorted(set(customers))
        if not wanted:
            return
        self._lock(connection_id, wanted)
        found = self._summed(connection_id, wanted)
        gone = [one for one in wanted if one not in found]
        if found:
            self._keep(connection_id, found)
        if gone:
            mine = self._rows(connection_id), CustomerValueRow.customer_id.in_(gone)
            self._session.execute(delete(CustomerValueRow).where(*mine[0], mine[1]))

    def of(self, connection_id: int, store_id: str, emails: Collection[str] = ()) -> CustomerValue | None:
        """What a customer is worth, with what they bought as a guest; None where no order of theirs counts."""
        names = [store_id, *(guest(one.casefold()) for one in emails)]
        query = select(CustomerValueRow).where(
            *self._rows(connection_id), CustomerValueRow.customer_id.in_(names), CustomerValueRow.orders > 0
        )
        return together(map(_value, self._session.scalars(query)))

    def total(self) -> int:
        """How many rows a rebuilding goes through: the values there are, and the orders."""
        tables = CustomerValueRow, OrderRow
        counted = [select(func.count()).where(one.tenant_id == self._tenant_id) for one in tables]
        return sum(self._session.scalar(query) or 0 for query in counted)

    def kept_page(self, last: int, limit: int) -> Sequence[tuple[int, Whose]]:
        """Values by number, from the one after `last` on, with whose they are."""
        query = select(CustomerValueRow.id, CustomerValueRow.connection_id, CustomerValueRow.customer_id)
        mine = query.where(CustomerValueRow.tenant_id == self._tenant_id, CustomerValueRow.id > last)
        rows = self._session.execute(mine.order_by(CustomerValueRow.id).limit(limit))
        return [(number, (store, customer)) for number, store, customer in rows]

    def orders_page(self, last: int, limit: int) -> Sequence[tuple[int, Whose | None]]:
        """Orders by number, from the one after `last` on, with who bought; None for nobody."""
        query = select(OrderRow.id, OrderRow.connection_id, _BUYER)
        mine = query.where(OrderRow.tenant_id == self._tenant_id, OrderRow.id > last)
        rows = self._session.execute(mine.order_by(OrderRow.id).limit(limit))
        return [(number, None if customer is None else (store, customer)) for number, store, customer in rows]

    def _lock(self, connection_id: int, customers: Sequence[str]) -> None:
        if self._session.get_bind().dialect.name == "sqlite":
            return  # who writes is alone there
        new = upsert(self._session, CustomerValueRow)
        same = {"orders": CustomerValueRow.orders}
        self._session.execute(
            new.on_conflict_do_update(index_elements=["connection_id", "customer_id"], set_=same),
            [self._row(connection_id, one, _NOTHING) for one in customers],
        )

    def _summed(self, connection_id: int, customers: Sequence[str]) -> dict[str, CustomerValue]:
        """Their values by one statement. Of several currencies, that of the latest order counts."""
        found: dict[str, list[CustomerValue]] = {}
        for buyer, currency, orders, net, refunded, margin, first, last in self._session.execute(
            self._sums(connection_id, customers)
        ):
            whole = None if margin is None else int(margin)
            one = CustomerValue(orders, int(net), int(refunded), whole, currency, first, last)
            found.setdefault(buyer, []).append(one)
        lone = {buyer: told[0] for buyer, told in found.items() if len(told) == 1}
        several = {buyer: together(told) for buyer, told in found.items() if len(told) > 1}
        return lone | {buyer: value for buyer, value in several.items() if value is not None}

    def _sums(self, connection_id: int, customers: Sequence[str]) -> Select[Any]:
        emails = [one.removeprefix(GUEST) for one in customers if one.startswith(GUEST)]
        who: list[Any] = [OrderRow.customer_id.in_(customers)]
        if emails:
            who.append(OrderRow.customer_id.is_(None) & OrderRow.email.in_(emails))
        kept = OrderRow.net - OrderRow.refunded
        whole = func.count(OrderRow.cost) == func.count()
        return (
            select(
                _BUYER,
                OrderRow.currency,
                func.count(),
                func.sum(kept),
                func.sum(OrderRow.refunded),
                case((whole, func.sum(kept - OrderRow.cost)), else_=None),
                type_coerce(func.min(OrderRow.placed_at), Instant()),
                type_coerce(func.max(OrderRow.placed_at), Instant()),
            )
            .where(
                OrderRow.tenant_id + 0 == self._tenant_id,  # + 0: else SQLite reads all of a tenant's orders
                OrderRow.connection_id == connection_id,
                OrderRow.counts,
                or_(*who),
            )
            .group_by("buyer", OrderRow.currency)
        )

    def _keep(self, connection_id: int, found: dict[str, CustomerValue]) -> None:
        new = upsert(self._session, CustomerValueRow)
        changed = {name: getattr(new.excluded, name) for name in _NOTHING}
        self._session.execute(
            new.on_conflict_do_update(index_elements=["connection_id", "customer_id"], set_=changed),
            [self._row(connection_id, buyer, _columns(value)) for buyer, value in found.items()],
        )

    def _row(self, connection_id: int, customer: str, values: dict[str, Any]) -> dict[str, Any]:
        mine = {"tenant_id": self._tenant_id, "connection_id": connection_id, "customer_id": customer}
        return mine | values

    def _rows(self, connection_id: int) -> tuple[Any, Any]:
        return CustomerValueRow.tenant_id == self._tenant_id, CustomerValueRow.connection_id == connection_id


_BUYER = func.coalesce(OrderRow.customer_id, GUEST + OrderRow.email).label("buyer")
"""As `customer_of` names who bought."""


def _columns(value: CustomerValue) -> dict[str, Any]:
    return {name: getattr(value, name) for name in _NOTHING}


def _value(row: CustomerValueRow) -> CustomerValue:
    return CustomerValue(**{name: getattr(row, name) for name in _NOTHING})

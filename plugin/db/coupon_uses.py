"""The orders that an agent's own code was used on, as far as they were brought to account."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from plugin.db.inbox import Arrival, Inbox
from plugin.db.ledger_tables import CouponRow, CreditRow, OrderRow
from plugin.db.orders import folded_email
from plugin.db.sidebar_tables import AuditRow
from plugin.db.storable import storable_key
from plugin.domain.coupons import parent_of
from plugin.domain.sales import StoreOrder


@dataclass(frozen=True, slots=True)
class CouponUses:
    """The uses of one code, of one tenant. Each method is one part of the caller's transaction."""

    session: Session
    row: CouponRow

    def unexplained(self, first: datetime, last: datetime) -> Sequence[OrderRow]:
        """The orders of this time that no ticket explains, and that no manager has accepted."""
        strange = CreditRow.grade == "unproven", CreditRow.counts.is_(False)
        query = self._orders().where(CreditRow.at >= first, CreditRow.at <= last, *strange)
        return self.session.scalars(query.order_by(OrderRow.id)).all()

    def since(self, instant: datetime) -> Sequence[OrderRow]:
        """The orders from an instant on."""
        return self.session.scalars(self._orders().where(CreditRow.at >= instant).order_by(OrderRow.id)).all()

    def held_by(self, text: str) -> Sequence[OrderRow]:
        """The orders whose commission is held back with these words."""
        return self.session.scalars(self._orders().where(CreditRow.held == text).order_by(OrderRow.id)).all()

    def credits_of(self, order_keys: Collection[int]) -> Sequence[CreditRow]:
        """The credits of these orders for the code."""
        query = select(CreditRow).where(CreditRow.order_key.in_(order_keys), *self._mine())
        return self.session.scalars(query.order_by(CreditRow.id)).all()

    def was_released(self, credit: CreditRow) -> bool:
        """Whether somebody has released this very commission: what a person decided stays."""
        key = func.substr(AuditRow.key, 1, len(f"commission_released:{credit.id}:"))
        query = select(AuditRow.id).where(
            AuditRow.tenant_id == self.row.tenant_id, AuditRow.action == "commission_released"
        )
        return (
            self.session.scalar(query.where(key == f"commission_released:{credit.id}:").limit(1)) is not None
        )

    def is_first_order(self, connection_id: int, order: StoreOrder) -> bool:
        """Whether no earlier order of whoever placed this one is known here."""
        who: list[Any] = []
        if order.customer_id is not None:
            who.append(
                (OrderRow.connection_id == connection_id) & (OrderRow.customer_id == order.customer_id)
            )
        if (email := folded_email(order.email)) is not None:
            who.append(OrderRow.email == email)
        query = select(OrderRow.id).where(OrderRow.tenant_id == self.row.tenant_id)
        earlier = query.where(OrderRow.placed_at < order.placed_at).limit(1)
        # one by one: together, by either index, SQLite would read every earlier order there is
        return bool(who) and all(self.session.scalar(earlier.where(one)) is None for one in who)

    def look_again(self, orders: Iterable[OrderRow], now: datetime) -> None:
        """Bring these orders to account again: whether their commission is held back is found there."""
        Inbox(self.session).put([_again(one, now) for one in orders])

    def _orders(self) -> Select[OrderRow]:
        return select(OrderRow).join(CreditRow, CreditRow.order_key == OrderRow.id).where(*self._mine())

    def _mine(self) -> tuple[Any, ...]:
        key = storable_key(f"{self.row.agent}:{self.row.folded}", 400)
        tenant = CreditRow.tenant_id == self.row.tenant_id
        return tenant, CreditRow.agent == self.row.agent, CreditRow.key == key


def _again(order: OrderRow, now: datetime) -> Arrival:
    return Arrival(
        tenant_id=order.tenant_id,
        connection_id=order.connection_id,
        source="coupons",
        topic="coupon_judged",
        event_id=None,
        resource=f"order:{order.order_id}",
        state="pending",
        body=b"",
        headers={},
        received_at=now,
    )


@dataclass(frozen=True, slots=True)
class Redeemed:
    """How often a code was used in some time, and for how much net, by grade and currency; single-use ones with it."""

    grade: str
    currency: str
    orders: int
    net: int


def redeemed(
    session: Session, tenant_id: int, first: datetime, after: datetime
) -> Mapping[tuple[str, str], list[Redeemed]]:
    """What the codes brought in some time, by agent and code as it is compared."""
    place = CreditRow.agent, CreditRow.code, CreditRow.grade, CreditRow.currency
    query = (
        select(*place, func.count(), func.sum(CreditRow.net))
        .where(CreditRow.tenant_id == tenant_id, CreditRow.at >= first, CreditRow.at < after)
        .where(CreditRow.code != "", or_(CreditRow.counts, CreditRow.net != 0))
        .group_by(*place)
    )
    sums: dict[tuple[str, str, str, str], tuple[int, int]] = {}
    for agent, code, grade, currency, orders, net in session.execute(query):
        own = agent, parent_of(code.casefold()), grade, currency
        before = sums.get(own, (0, 0))
        sums[own] = before[0] + orders, before[1] + int(net)
    found: dict[tuple[str, str], list[Redeemed]] = {}
    for (agent, folded, grade, currency), (orders, net) in sorted(sums.items()):
        found.setdefault((agent, folded), []).append(Redeemed(grade, currency, orders, net))
    return found

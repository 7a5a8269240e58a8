"""What a statement is made from: sums of the ledger, each by one statement; its entries; and what stands beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, tuple_, type_coerce
from sqlalchemy.orm import Session

from plugin.db.ledger_tables import CreditRow, LedgerRow, OrderRow
from plugin.db.types import Instant
from plugin.domain.periods import day_of, instants_of
from plugin.domain.statement import (
    COMMISSION,
    Beside,
    CommissionSum,
    LackingCost,
    Late,
    StatementLine,
    Sum,
    Unproven,
    Waiting,
)

SETTLED = ("approved", "paid")
"""The states of a commission that a person has brought it to."""
LACKING = ("unknown", "estimated", "asked")
Place = tuple[str, int]
"""Where a list of entries goes on: after the entry of this month with this number."""


@dataclass(frozen=True, slots=True)
class Only:
    """What a statement is narrowed to; None for everything. `store` is the connection's number."""

    agent: str | None = None
    campaign: str | None = None
    channel: str | None = None
    store: int | None = None

    def of_entries(self) -> list[ColumnElement[bool]]:
        """The entries of the ledger that it is about."""
        wanted: list[tuple[Any, Any]] = [
            (LedgerRow.agent, self.agent),
            (LedgerRow.campaign, self.campaign),
            (LedgerRow.channel, self.channel),
            (LedgerRow.store_id, self.store),
        ]
        return [column == value for column, value in wanted if value is not None]

    def of_credits(self) -> list[ColumnElement[bool]]:
        """The credits that it is about, but for their store."""
        wanted: list[tuple[Any, Any]] = [
            (CreditRow.agent, self.agent),
            (CreditRow.campaign, self.campaign),
            (CreditRow.channel, self.channel),
        ]
        return [column == value for column, value in wanted if value is not None]

    def of_orders(self) -> list[ColumnElement[bool]]:
        """The orders that it is about: of the store, with such a credit."""
        found = [] if self.store is None else [OrderRow.connection_id == self.store]
        if credited := self.of_credits():
            mine = select(CreditRow.id).where(CreditRow.order_key == OrderRow.id, *credited)
            found.append(mine.exists())
        return found


EVERYTHING = Only()


class Statements:
    """What the statements of one tenant are made from. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def sums(self, period: str, only: Only = EVERYTHING) -> list[Sum]:
        """The sums of a month by kind, agent and currency: one look at one index."""
        by = LedgerRow.kind, LedgerRow.agent, LedgerRow.currency
        query = select(*by, func.sum(LedgerRow.amount), func.count()).where(*self._of(period, only))
        rows = self._session.execute(query.group_by(*by))
        return [
            Sum(kind, agent, currency, int(amount), entries)
            for kind, agent, currency, amount, entries in rows
        ]

    def commissions(self, period: str, sums: Iterable[Sum], only: Only = EVERYTHING) -> list[CommissionSum]:
        """The commission in these sums by state. What was posted after a commission was paid is clawed back."""
        pending = {(one.agent, one.currency): one.amount for one in sums if one.kind == COMMISSION}
        found: list[CommissionSum] = []
        for agent, currency, *amounts in self._settled(period, only) if pending else ():
            for state, amount in zip((*SETTLED, "clawed_back"), amounts, strict=True):
                found.append(CommissionSum(agent, currency, state, int(amount)))
                pending[agent, currency] -= int(amount)
        rest = (CommissionSum(*whose, "pending", amount) for whose, amount in pending.items())
        return [*found, *rest]

    def beside(self, period: str, zone: str, only: Only = EVERYTHING) -> Beside:
        """What stands beside the sums of a month."""
        within = instants_of(period, zone)
        return Beside(
            unproven=tuple(self._unproven(within, only)),
            waiting=tuple(self._waiting(within, zone, only)),
            lacking_cost=tuple(self._lacking_cost(within, only)),
            late=tuple(self._late(period, only)),
        )

    def came_late_for(self, period: str, currency: str) -> list[Late]:
        """What belongs to a closed month and came too late for it: by the month that it was posted to."""
        query = select(LedgerRow.period, func.sum(LedgerRow.amount), func.count()).where(
            LedgerRow.tenant_id == self._tenant_id,
            LedgerRow.period > period,
            LedgerRow.belongs_to == period,
            LedgerRow.belongs_to.is_not(None),
            LedgerRow.currency == currency,
        )
        rows = self._session.execute(query.group_by(LedgerRow.period).order_by(LedgerRow.period))
        return [Late(month, int(amount), entries, currency) for month, amount, entries in rows]

    def entries(
        self,
        limit: int,
        after: Place | None = None,
        *,
        period: str | None = None,
        kind: str | None = None,
        belongs_to: str | None = None,
        only: Only = EVERYTHING,
    ) -> Sequence[LedgerRow]:
        """The newest entries of the newest month, or of the month asked for; or those after a place in that list."""
        query = select(LedgerRow).where(LedgerRow.tenant_id == self._tenant_id, *only.of_entries())
        for column, value in (
            (LedgerRow.period, period), (LedgerRow.kind, kind), (LedgerRow.belongs_to, belongs_to)
        ):  # fmt: skip
            if value is not None:
                query = query.where(column == value)
        if after is not None:
            query = query.where(tuple_(LedgerRow.period, LedgerRow.id) < tuple_(*after))
        newest = query.order_by(LedgerRow.period.desc(), LedgerRow.id.desc())
        return self._session.scalars(newest.limit(limit)).all()

    def months(self, first: str, last: str, currency: str) -> dict[str, list[StatementLine]]:
        """The lines of each of these months that has entries: one look for all of them."""
        by = LedgerRow.period, LedgerRow.kind
        query = select(*by, func.sum(LedgerRow.amount), func.count()).where(
            LedgerRow.tenant_id == self._tenant_id,
            LedgerRow.period.between(first, last),
            LedgerRow.currency == currency,
        )
        found: dict[str, list[StatementLine]] = {}
        for period, kind, amount, entries in self._session.execute(query.group_by(*by).order_by(*by)):
            found.setdefault(period, []).append(StatementLine(kind, int(amount), entries))
        return found

    def _settled(self, period: str, only: Only) -> Iterable[tuple[Any, ...]]:
        """Approved, paid and clawed back by agent and currency; not asked for while nothing is approved at all."""
        any_at_all = select(CreditRow.id).where(
            CreditRow.tenant_id == self._tenant_id, CreditRow.state.in_(SETTLED)
        )
        if self._session.scalar(any_at_all.limit(1)) is None:
            return ()
        by = LedgerRow.agent, LedgerRow.currency
        paid, late = CreditRow.state == "paid", LedgerRow.posted_at > CreditRow.paid_at
        query = (
            select(*by, _sum_of(CreditRow.state == "approved"), _sum_of(paid & ~late), _sum_of(paid & late))
            .join(CreditRow, CreditRow.id == LedgerRow.credit_id)
            .where(*self._of(period, only), LedgerRow.kind == COMMISSION)
        )
        return self._session.execute(query.group_by(*by)).all()

    def _unproven(self, within: tuple[datetime, datetime], only: Only) -> Iterable[Unproven]:
        query = select(func.count(), func.sum(CreditRow.net), CreditRow.currency).where(
            *self._in_time(CreditRow.tenant_id, CreditRow.at, within),
            CreditRow.grade == "unproven",
            CreditRow.counts.is_(False),
            CreditRow.net != 0,
            *only.of_credits(),
        )
        if only.store is not None:
            query = query.join(OrderRow, OrderRow.id == CreditRow.order_key)
            query = query.where(OrderRow.connection_id == only.store)
        for number, net, currency in self._session.execute(query.group_by(CreditRow.currency)):
            yield Unproven(number, int(net), currency)

    def _waiting(self, within: tuple[datetime, datetime], zone: str, only: Only) -> Iterable[Waiting]:
        first = type_coerce(func.min(OrderRow.placed_at), Instant())
        query = select(OrderRow.currency, first, func.count(), OrderRow.waiting).where(
            *self._in_time(OrderRow.tenant_id, OrderRow.placed_at, within),
            OrderRow.waiting > "",
            *only.of_orders(),
        )
        by = OrderRow.waiting, OrderRow.currency
        for currency, at, orders, why in self._session.execute(query.group_by(*by).order_by(*by)):
            yield Waiting(currency, day_of(at, zone), orders, why)

    def _lacking_cost(self, within: tuple[datetime, datetime], only: Only) -> Iterable[LackingCost]:
        query = select(OrderRow.cost_state, func.count()).where(
            *self._in_time(OrderRow.tenant_id, OrderRow.placed_at, within),
            OrderRow.cost_state.in_(LACKING),
            *only.of_orders(),
        )
        counted = dict(self._session.execute(query.group_by(OrderRow.cost_state)).all())
        yield from (LackingCost(state, counted[state]) for state in LACKING if state in counted)

    def _late(self, period: str, only: Only) -> Iterable[Late]:
        by = LedgerRow.belongs_to, LedgerRow.currency
        query = select(*by, func.sum(LedgerRow.amount), func.count()).where(
            *self._of(period, only), LedgerRow.belongs_to.is_not(None)
        )
        for month, currency, amount, entries in self._session.execute(query.group_by(*by).order_by(*by)):
            yield Late(month or "", int(amount), entries, currency)

    def _of(self, period: str, only: Only) -> list[ColumnElement[bool]]:
        return [LedgerRow.tenant_id == self._tenant_id, LedgerRow.period == period, *only.of_entries()]

    def _in_time(
        self, tenant: Any, at: Any, within: tuple[datetime, datetime]
    ) -> tuple[ColumnElement[bool], ...]:
        first, after = within
        return tenant == self._tenant_id, at >= first, at < after


def _sum_of(wanted: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((wanted, LedgerRow.amount), else_=0)), 0)

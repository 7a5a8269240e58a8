"""What a panel shows of money, in one read: the credits of a ticket, and what its agent gave away this month."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, func, or_, select, true
from sqlalchemy.orm import Session

from plugin.db.customer_tables import CustomerRow
from plugin.db.ledger_tables import CreditRow, DisputeRow, EvidenceRow, LedgerRow, OrderRow
from plugin.db.tables import TenantRow, TicketRow

MOST: Final = 20
"""Credits shown beside one ticket, the newest first."""
GESTURE: Final = "cost.gesture"
COMMISSION: Final = "cost.commission"

_OF_TICKET: Final = and_(
    CreditRow.connection_id == TicketRow.connection_id, CreditRow.ticket_id == TicketRow.ticket_id
)
_OF_CUSTOMER: Final = and_(
    OrderRow.id == CreditRow.order_key,
    OrderRow.connection_id == CustomerRow.connection_id,
    OrderRow.customer_id == CustomerRow.store_id,
    CreditRow.ticket_id.is_(None),
)
"""A credit that no ticket proves is told beside the tickets of its customer."""
CREDITED: Final = or_(
    select(CreditRow.id).where(_OF_TICKET).correlate(TicketRow).exists(),
    select(CreditRow.id).where(_OF_CUSTOMER).correlate(CustomerRow).exists(),
)
"""Whether there is any credit to tell of: read together with the ticket, for most have none."""


def _given_away() -> Select[Any]:
    """What an agent gave away in a month, from the index of the sums alone."""
    return select(func.coalesce(func.sum(LedgerRow.amount), 0)).where(
        LedgerRow.tenant_id == bindparam("tenant"),
        LedgerRow.period == bindparam("month"),
        LedgerRow.kind == GESTURE,
        LedgerRow.agent == bindparam("agent"),
        LedgerRow.currency == bindparam("currency"),
    )


def _shown() -> Any:
    """The numbers of the credits that are told beside a ticket.

    By account and ticket, or by store and customer, alone: SQLite would read all of the tenant's if it were named here.
    """
    of_ticket = select(CreditRow.id).where(
        CreditRow.connection_id == bindparam("connection"),
        CreditRow.ticket_id == bindparam("ticket"),
    )
    of_customer = select(CreditRow.id).where(
        OrderRow.id == CreditRow.order_key,
        OrderRow.connection_id == bindparam("store"),
        OrderRow.customer_id == bindparam("customer"),
        CreditRow.ticket_id.is_(None),
    )
    return of_ticket.union(of_customer).subquery()


def _earned(told: Any, *of: Any) -> Any:
    query = select(told).where(LedgerRow.credit_id == CreditRow.id, LedgerRow.kind == COMMISSION, *of)
    return query.correlate(CreditRow).scalar_subquery()


def _money() -> Select[Any]:
    shown = _shown()
    mine = (
        select(func.max(DisputeRow.id))
        .where(DisputeRow.credit_id == CreditRow.id, DisputeRow.raised_by == bindparam("actor"))
        .correlate(CreditRow)
        .scalar_subquery()
    )
    contested = (
        select(DisputeRow.id)
        .where(DisputeRow.credit_id == CreditRow.id, DisputeRow.state == "open")
        .correlate(CreditRow)
        .exists()
    )
    return (
        select(
            _given_away().scalar_subquery(),
            CreditRow,
            OrderRow.name,
            -_earned(func.sum(LedgerRow.amount)),
            _earned(func.max(LedgerRow.currency)),
            _earned(func.sum(LedgerRow.amount), LedgerRow.posted_at > CreditRow.paid_at),
            contested,
            DisputeRow,
        )
        .select_from(TenantRow)
        .outerjoin(shown, true())
        .outerjoin(CreditRow, and_(CreditRow.id == shown.c.id, CreditRow.tenant_id == TenantRow.id))
        .outerjoin(OrderRow, OrderRow.id == CreditRow.order_key)
        .outerjoin(DisputeRow, DisputeRow.id == mine)
        .where(TenantRow.id == bindparam("tenant"))
        .order_by(CreditRow.at.desc(), CreditRow.id.desc())
        .limit(MOST)
    )


# Built once, like all that every panel asks.
MONEY: Final = _money()
GIVEN_AWAY: Final = _given_away()


@dataclass(frozen=True, slots=True)
class Credited:
    """A credit with its order's name, its commission as it stands in the ledger, and what was said about it.

    `earned` is None where no commission was ever posted; `taken_back` is what was taken back of it since it was paid.
    `contested` says whether anybody's dispute is open, `dispute` is the latest one of whoever looks.
    """

    credit: CreditRow
    order: str
    earned: int | None
    currency: str | None
    taken_back: int
    contested: bool
    dispute: DisputeRow | None


@dataclass(frozen=True, slots=True)
class PanelMoney:
    """What was read: minor units given away by whoever looks in the month, and the credits, newest first."""

    given_away: int
    credits: tuple[Credited, ...]


class MoneyReads:
    """The money of one tenant's panels. Each method is one indexed read."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def of_panel(
        self, ticket: TicketRow, customer: CustomerRow | None, actor: str, month: str, currency: str
    ) -> PanelMoney:
        """All of it for whoever looks at this ticket."""
        wanted = {
            "tenant": self._tenant_id,
            "connection": ticket.connection_id,
            "ticket": ticket.ticket_id,
            "store": customer.connection_id if customer else None,
            "customer": customer.store_id if customer else None,
            "actor": actor,
            "agent": actor.casefold(),
            "month": month,
            "currency": currency,
        }
        rows = self._session.execute(MONEY, wanted).all()
        given = -int(rows[0][0]) if rows else 0
        return PanelMoney(given, tuple(_credited(row) for row in rows if row[1] is not None))

    def given_away(self, agent: str, month: str, currency: str) -> int:
        """What an agent gave away in a month."""
        wanted = {"tenant": self._tenant_id, "agent": agent, "month": month, "currency": currency}
        return -int(self._session.scalar(GIVEN_AWAY, wanted) or 0)

    def channel_of(self, ticket: TicketRow) -> str | None:
        """The channel that the ticket's messages came by, once an agent has answered in it."""
        query = select(EvidenceRow.channel).where(
            EvidenceRow.tenant_id == self._tenant_id,
            EvidenceRow.connection_id == ticket.connection_id,
            EvidenceRow.ticket_id == ticket.ticket_id,
            EvidenceRow.channel != "",
        )
        channel: str | None = self._session.scalar(query.limit(1))
        return channel


def _credited(row: Any) -> Credited:
    _, credit, order, earned, currency, taken_back, contested, dispute = row
    whole = None if earned is None else int(earned)
    return Credited(credit, order, whole, currency, int(taken_back or 0), bool(contested), dispute)

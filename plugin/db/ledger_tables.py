"""The tables about money: orders as last told, what agents did for them, credits, the ledger, and closed months."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from plugin.db.base import Base, connection_key, key, tenant_key
from plugin.db.types import BigKey


class OrderRow(Base):
    """One order of a store, whole (`document`), with what is asked for often beside it; amounts in minor units.

    `refunded` is what came back of `net`. `costs` is what a piece of each of its goods cost when it was credited, by
    the store's name of it, null where the store does not tell; `cost` is what all that was kept of it cost, null unless
    every piece of it is known; `cost_state` is "" where nobody needs it, *asked*,
    *known*, *estimated* (by the tenant's default share) or *unknown*. `ruling` is what a manager decided, `host` whose
    it would be by the helpdesks' own definition. `waiting` says why it is not in the ledger yet ("" when it is).
    `frozen` is what it was credited by: windows, whose codes, undated rates of commission. `replaces` names the order
    it replaces, "" for none; `replacement` is true for one that replaces something.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("connection_id", "order_id"),
        Index(None, "tenant_id", "email", "placed_at"),
        Index(None, "tenant_id", "name"),
        Index(None, "tenant_id", "placed_at"),
        Index(None, "tenant_id", "waiting", "placed_at", "currency"),
        Index(None, "tenant_id", "cost_state", "placed_at"),
        Index(None, "connection_id", "customer_id"),
    )
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    order_id: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str | None] = mapped_column(String(320))
    phone: Mapped[str | None] = mapped_column(String(50))
    customer_id: Mapped[str | None] = mapped_column(String(100))
    placed_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(String(3))
    net: Mapped[int] = mapped_column(BigInteger)
    refunded: Mapped[int] = mapped_column(BigInteger)
    counts: Mapped[bool]
    test: Mapped[bool]
    document: Mapped[dict[str, Any]]
    costs: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    cost: Mapped[int | None] = mapped_column(BigInteger)
    ruling: Mapped[dict[str, Any] | None]
    host: Mapped[dict[str, Any] | None]
    waiting: Mapped[str] = mapped_column(String(200), server_default=text("''"))
    cost_state: Mapped[str] = mapped_column(String(20), server_default=text("''"))
    frozen: Mapped[dict[str, Any] | None]
    replacement: Mapped[bool] = mapped_column(server_default=text("false"))
    replaces: Mapped[str] = mapped_column(String(100), server_default=text("''"))
    kept_at: Mapped[datetime]


class LoneRefundRow(Base):
    """A refund that was told before its order was; joined when that comes."""

    __tablename__ = "lone_refunds"
    __table_args__ = (UniqueConstraint("connection_id", "order_id", "refund_id"),)
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    order_id: Mapped[str] = mapped_column(String(100))
    refund_id: Mapped[str] = mapped_column(String(100))
    document: Mapped[dict[str, Any]]


class RefundRow(Base):
    """When what was paid back for an order, in the store's minor units; the order's document has the rest."""

    __tablename__ = "refunds"
    __table_args__ = (UniqueConstraint("order_key", "refund_id"), Index(None, "tenant_id", "at"))
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    order_key: Mapped[int] = mapped_column(BigKey, ForeignKey("orders.id", ondelete="CASCADE"))
    refund_id: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
    money: Mapped[int] = mapped_column(BigInteger)


class EvidenceRow(Base):
    """Something an agent did in a ticket that may lead to an order (plugin/domain/evidence.py). Never changed.

    `email` and `customer_id` (of our customers' table) say whose ticket it is. `source` is unique: told once.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source"),
        Index(None, "tenant_id", "email", "at"),
        Index(None, "tenant_id", "customer_id", "at"),
        Index(None, "tenant_id", "kind", "value"),
        Index(None, "connection_id", "ticket_id"),
    )
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    helpdesk: Mapped[str] = mapped_column(String(50))
    ticket_id: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(200))
    agent_id: Mapped[str | None] = mapped_column(String(100))
    agent: Mapped[str | None] = mapped_column(String(320))
    email: Mapped[str | None] = mapped_column(String(320))
    customer_id: Mapped[int | None] = mapped_column(BigKey)
    channel: Mapped[str] = mapped_column(String(50))
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(300))


class CreditRow(Base):
    """(Part of) an order given to an agent, by evidence; brought up to date with its order, never deleted.

    `counts` is false for what is in no sum (unproven, a mere influence). `state` is the commission's; `held` says why
    it is held back, "" where it is not.
    """

    __tablename__ = "credits"
    __table_args__ = (
        UniqueConstraint("order_key", "key"),
        Index(None, "tenant_id", "at"),
        Index(None, "tenant_id", "agent", "at"),
        Index(None, "tenant_id", "code"),
        Index(None, "tenant_id", "grade", "at"),
        Index(None, "tenant_id", "state"),
        Index(None, "connection_id", "ticket_id"),
    )
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    order_key: Mapped[int] = mapped_column(BigKey, ForeignKey("orders.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(400))
    agent: Mapped[str] = mapped_column(String(320))
    kind: Mapped[str] = mapped_column(String(30))
    grade: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(100))
    net: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    counts: Mapped[bool]
    at: Mapped[datetime]
    connection_id: Mapped[int | None] = mapped_column(BigKey)
    helpdesk: Mapped[str] = mapped_column(String(50))
    ticket_id: Mapped[str | None] = mapped_column(String(100))
    channel: Mapped[str] = mapped_column(String(50))
    campaign: Mapped[str | None] = mapped_column(String(200))
    evidence: Mapped[list[Any]]
    rivals: Mapped[list[Any]]
    rule_version: Mapped[int]
    window_days: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(20), server_default=text("'pending'"))
    held: Mapped[str] = mapped_column(String(200), server_default=text("''"))
    approved_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]


class DisputeRow(Base):
    """An agent contests a credit; a manager decides, with a reason. `state` is open, upheld or rejected."""

    __tablename__ = "disputes"
    __table_args__ = (Index(None, "tenant_id", "state", "id"), Index(None, "credit_id"))
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    credit_id: Mapped[int] = mapped_column(BigKey, ForeignKey("credits.id", ondelete="CASCADE"))
    raised_by: Mapped[str] = mapped_column(String(320))
    reason: Mapped[str]
    raised_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20))
    decided_by: Mapped[str | None] = mapped_column(String(320))
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None]


_SUMMED = ("tenant_id", "period", "kind", "agent", "currency", "credit_id", "amount", "posted_at")
"""All that a statement reads of an entry: it is made from this index alone, without a look at the entries."""
_LATE = text("belongs_to IS NOT NULL")


class LedgerRow(Base):
    """One ledger entry: never changed, never deleted (docs/statement.md). `amount` is signed, as profit counts it.

    `subject` is what it is about (an order, a month), `line` which of its lines (plugin/domain/ledger.py), `source` the
    same made unique. `period` is frozen;
    `belongs_to` is the month that it came too late for. `original` currency and `rate` say what it was made from.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source"),
        Index(None, "tenant_id", "subject"),
        Index("ix_ledger_sums", *_SUMMED),
        Index(
            "ix_ledger_late", "tenant_id", "period", "belongs_to", postgresql_where=_LATE, sqlite_where=_LATE
        ),
        Index(None, "tenant_id", "period", "id"),
        Index(None, "order_key"),
        Index(None, "credit_id"),
    )
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    kind: Mapped[str] = mapped_column(String(30))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    occurred_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(7))
    belongs_to: Mapped[str | None] = mapped_column(String(7))
    agent: Mapped[str | None] = mapped_column(String(320))
    ticket_id: Mapped[str | None] = mapped_column(String(100))
    connection_id: Mapped[int | None] = mapped_column(BigKey)
    store_id: Mapped[int | None] = mapped_column(BigKey)
    order_key: Mapped[int | None] = mapped_column(BigKey)
    order_name: Mapped[str | None] = mapped_column(String(100))
    credit_id: Mapped[int | None] = mapped_column(BigKey)
    channel: Mapped[str | None] = mapped_column(String(50))
    campaign: Mapped[str | None] = mapped_column(String(200))
    original_currency: Mapped[str | None] = mapped_column(String(3))
    rate: Mapped[str | None] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(server_default=text("''"))
    subject: Mapped[str] = mapped_column(String(200))
    line: Mapped[str] = mapped_column(String(500))
    source: Mapped[str] = mapped_column(String(520))
    posted_at: Mapped[datetime]


class PeriodRow(Base):
    """A closed month, with its statement as it was then. There is none for a month that is open."""

    __tablename__ = "periods"
    __table_args__ = (UniqueConstraint("tenant_id", "period"),)
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    period: Mapped[str] = mapped_column(String(7))
    closed_at: Mapped[datetime]
    closed_by: Mapped[str] = mapped_column(String(320))
    document: Mapped[dict[str, Any]]


class CouponRow(Base):
    """An agent's own code, also one that was rotated out: what was bought with it stays theirs.

    `state` is *wanted* (to be made), *made*, *changed* or *gone* in the store, *rotated*; `problem` says what is wrong
    and what to do, "" for nothing. `held` says why commission for it is held back, "" where it is not, and `held_at`
    from which instant on; what came before `released_at` gives no suspicion any more. `ref` is the store's name of the
    discount, `share` what the settings want to be taken off.
    """

    __tablename__ = "coupons"
    __table_args__ = (UniqueConstraint("tenant_id", "folded"),)
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("connections.id", ondelete="CASCADE")
    )
    agent: Mapped[str] = mapped_column(String(320))
    code: Mapped[str] = mapped_column(String(100))
    folded: Mapped[str] = mapped_column(String(100))
    share: Mapped[str | None] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str | None] = mapped_column(String(200))
    problem: Mapped[str] = mapped_column(server_default=text("''"))
    held: Mapped[str] = mapped_column(server_default=text("''"))
    held_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    made_at: Mapped[datetime]


class UnitCostRow(Base):
    """What a piece of something costs the shop now, by the store's name of it; null where the store does not tell."""

    __tablename__ = "unit_costs"
    __table_args__ = (UniqueConstraint("connection_id", "unit"), Index(None, "connection_id", "item"))
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    unit: Mapped[str] = mapped_column(String(100))
    item: Mapped[str | None] = mapped_column(String(100))
    sku: Mapped[str] = mapped_column(String(200))
    cost: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    as_of: Mapped[datetime]


class CustomerValueRow(Base):
    """What a customer was worth by the orders known here: one summary row, rebuilt from them at any time.

    `customer_id` is the store's, or "email:…" for a guest. `net` is without what came back; `margin` null while the
    cost of anything they bought is not known.
    """

    __tablename__ = "customer_values"
    __table_args__ = (UniqueConstraint("connection_id", "customer_id"),)
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    customer_id: Mapped[str] = mapped_column(String(330))
    orders: Mapped[int]
    net: Mapped[int] = mapped_column(BigInteger)
    refunded: Mapped[int] = mapped_column(BigInteger)
    margin: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]

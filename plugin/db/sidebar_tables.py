"""The tables of the sidebar: who works in the helpdesks, what is on offer, what agents did there, and their answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from plugin.db.base import Base, connection_key, key, tenant_key
from plugin.db.types import BigKey


class AgentRow(Base):
    """Somebody who works in a helpdesk, as last read there; `gone_at` is set for who may not look in any more."""

    __tablename__ = "agents"
    __table_args__ = (UniqueConstraint("connection_id", "agent_id"), Index(None, "tenant_id", "email"))
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    agent_id: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(20))
    read_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class ProductRow(Base):
    """Something on offer, as the store last told; amounts in minor units, None for what the store does not tell."""

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("connection_id", "sku"),)
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    sku: Mapped[str] = mapped_column(String(200))
    title: Mapped[str]
    price: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    unit_cost: Mapped[int | None] = mapped_column(BigInteger)
    stock: Mapped[int | None] = mapped_column(BigInteger)
    as_of: Mapped[datetime]


class AuditRow(Base):
    """Something that a person did here; never changed. The same `key` is the same deed, done once.

    `connection_id` and `ticket_id` are empty where it is about no ticket (a month closed, a commission approved).
    """

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        Index(None, "tenant_id", "id"),
        Index(None, "connection_id", "ticket_id"),
    )
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("connections.id", ondelete="CASCADE")
    )
    ticket_id: Mapped[str | None] = mapped_column(String(100))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(320))
    action: Mapped[str] = mapped_column(String(50))
    key: Mapped[str] = mapped_column(String(200))
    details: Mapped[dict[str, Any]]


class OfferAnswerRow(Base):
    """How often customers' agents took or declined an offer of this name: what makes its margin an expected one."""

    __tablename__ = "offer_answers"
    __table_args__ = (UniqueConstraint("tenant_id", "offer"),)
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    offer: Mapped[str] = mapped_column(String(200))
    taken: Mapped[int]
    declined: Mapped[int]

"""The tables about customers: whom the stores know, who waits for their answer, and who met a bot all the same."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from plugin.db.base import Base, connection_key, key, tenant_key
from plugin.db.types import BigKey


class CustomerRow(Base):
    """One customer of a store: the summary that tickets are judged by, and its age (`as_of`).

    `spent` is in minor units of `currency`. `updated_at` is the store's; `gone_at` is set where the store has them
    no more. `marked` is the tier's tag that we asked the helpdesks to put on their records, "" for none.
    `latest_orders` (newest first) were told at `orders_as_of`, which is empty where they must be asked for (again).
    `notes` is what agents noted about the person: how they like to be written to; `declined` is when they last did
    not want an offer, by its name.
    """

    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("connection_id", "store_id"),
        Index(None, "tenant_id", "id"),
        Index(None, "connection_id", "spent"),
    )
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    store_id: Mapped[str] = mapped_column(String(100))
    emails: Mapped[list[Any]]
    phones: Mapped[list[Any]]
    name: Mapped[str]
    spent: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    orders: Mapped[int]
    tags: Mapped[list[Any]]
    last_order: Mapped[dict[str, Any] | None]
    updated_at: Mapped[datetime]
    as_of: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    marked: Mapped[str] = mapped_column(server_default=text("''"))
    latest_orders: Mapped[list[Any] | None]
    orders_as_of: Mapped[datetime | None]
    notes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    declined: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))


class CustomerKeyRow(Base):
    """What a store answered when asked for this key: whom, or nobody (`customer_id` is empty), and when."""

    __tablename__ = "customer_keys"
    __table_args__ = (
        UniqueConstraint("connection_id", "kind", "value"),
        Index(None, "customer_id"),
    )
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(200))
    customer_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("customers.id", ondelete="CASCADE"))
    answered_at: Mapped[datetime]


class CustomerWaitRow(Base):
    """A ticket that waits for a store's answer to this key; `resource` and `ticket_connection_id` say which."""

    __tablename__ = "customer_waits"
    __table_args__ = (
        UniqueConstraint(
            "connection_id",
            "kind",
            "value",
            "ticket_connection_id",
            "resource",
            name="uq_customer_waits_key_and_ticket",
        ),
    )
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(200))
    ticket_connection_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("connections.id", ondelete="CASCADE")
    )
    resource: Mapped[str] = mapped_column(String(200))


class BreachRow(Base):
    """A message of a bot to a customer who shall meet none. `by` is "ours" or "host"; `message` its id."""

    __tablename__ = "no_bots_breaches"
    __table_args__ = (
        UniqueConstraint("ticket_key", "message", "by"),
        Index(None, "tenant_id", "id"),
    )
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    ticket_key: Mapped[int] = mapped_column(BigKey, ForeignKey("tickets.id", ondelete="CASCADE"))
    by: Mapped[str] = mapped_column(String(10))
    message: Mapped[str] = mapped_column(String(100))
    tier: Mapped[str | None]
    found_at: Mapped[datetime]

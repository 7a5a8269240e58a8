"""The tables. Every row but a heartbeat belongs to a tenant; a vendor's name is text, never an enum."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from plugin.db.base import Base, connection_key, key, tenant_key
from plugin.db.types import BigKey


class TenantRow(Base):
    """A merchant's account here."""

    __tablename__ = "tenants"
    id: Mapped[int] = key()
    name: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]


class ConnectionRow(Base):
    """One vendor account of a tenant. `credentials` is encrypted; `trouble` is what the admin must mend."""

    __tablename__ = "connections"
    __table_args__ = (UniqueConstraint("vendor", "account"),)
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    vendor: Mapped[str] = mapped_column(String(50))
    account: Mapped[str] = mapped_column(String(200))
    api_url: Mapped[str]
    hook_key: Mapped[str] = mapped_column(String(100), unique=True)
    options: Mapped[dict[str, Any]]
    credentials: Mapped[str]
    created_at: Mapped[datetime]
    trouble: Mapped[str | None]
    paused_until: Mapped[datetime | None]
    renewal_claim: Mapped[str | None] = mapped_column(String(64))
    renewal_until: Mapped[datetime | None]
    sweep_cursor: Mapped[str | None]
    swept_at: Mapped[datetime | None]


class DeliveryRow(Base):
    """One webhook (or one tick of our own clock) as it came. `body` is raw: evidence, replay, next fixture.

    `blocked` marks a dead one that only waits for the account's access to be mended: then it is worked by itself.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("connection_id", "event_id"),
        Index(None, "tenant_id", "state", "id"),
        Index(None, "connection_id", "resource", "state"),
        Index(None, "state", "worked_at"),
    )
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    source: Mapped[str] = mapped_column(String(50))
    topic: Mapped[str]
    event_id: Mapped[str | None] = mapped_column(String(200))
    resource: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    worked_at: Mapped[datetime | None]
    error: Mapped[str | None]
    blocked: Mapped[bool] = mapped_column(server_default=text("false"))


class WorkRow(Base):
    """One object with pending hints: the queue. `version` counts the hints that came, so none is missed at the end."""

    __tablename__ = "work"
    __table_args__ = (UniqueConstraint("connection_id", "resource"), Index(None, "tenant_id", "due_at"))
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    resource: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    failing_since: Mapped[datetime | None]
    error: Mapped[str | None]
    claim_token: Mapped[str | None] = mapped_column(String(64))
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    claimed_until: Mapped[datetime | None]


class TicketRow(Base):
    """Our memory of one ticket: the last state seen, its reason code and tier, what we sent, what agents are shown.

    `memory` is what the next decision needs beside the columns; `keys` is what the customer is looked up by.
    `deeds` is what agents did in the sidebar, by what it is about: shown there again, and done once.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("connection_id", "ticket_id"),
        Index(None, "tenant_id", "ticket_id"),
        Index(None, "tenant_id", "seen_at"),
        Index(None, "customer_id"),
    )
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    vendor: Mapped[str] = mapped_column(String(50))
    ticket_id: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str]
    language: Mapped[str | None] = mapped_column(String(35))
    requester: Mapped[dict[str, Any]]
    snapshot: Mapped[dict[str, Any] | None]
    reason: Mapped[dict[str, Any] | None]
    suggestions: Mapped[list[Any]]
    sent: Mapped[dict[str, Any]]
    landed: Mapped[dict[str, Any]]
    seen_at: Mapped[datetime]
    memory: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    keys: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    customer_id: Mapped[int | None] = mapped_column(BigKey)
    customer: Mapped[dict[str, Any] | None]
    tier: Mapped[dict[str, Any] | None]
    no_bots: Mapped[bool] = mapped_column(server_default=text("false"))
    macros: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    offers: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    deeds: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))


class DecisionRow(Base):
    """Why: what was decided about a ticket, when, on what; never changed."""

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "ticket_key", "id"), Index(None, "tenant_id", "id"))
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    ticket_key: Mapped[int] = mapped_column(BigKey, ForeignKey("tickets.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    mode: Mapped[str] = mapped_column(String(10))
    settings_version: Mapped[int]
    deliveries: Mapped[list[Any]]
    trace: Mapped[list[Any]]


class EffectRow(Base):
    """One write to a vendor. `tried` is true once a try may have landed without our knowing; `blocked` as above.

    `alone` is true for one that was refused together with others: it is sent by itself, to tell which it was.
    """

    __tablename__ = "effects"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "tenant_id", "id"),
        Index(None, "connection_id", "resource", "state"),
    )
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    decision_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("decisions.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(50))
    resource: Mapped[str] = mapped_column(String(200))
    slot: Mapped[str] = mapped_column(String(100))
    effect_class: Mapped[str] = mapped_column(String(10))
    args: Mapped[dict[str, Any]]
    stamp: Mapped[str | None]
    state: Mapped[str] = mapped_column(String(20))
    tried: Mapped[bool] = mapped_column(server_default=text("false"))
    alone: Mapped[bool] = mapped_column(server_default=text("false"))
    attempts: Mapped[int]
    failing_since: Mapped[datetime | None]
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    reference: Mapped[str | None]
    error: Mapped[str | None]
    blocked: Mapped[bool] = mapped_column(server_default=text("false"))
    claim_token: Mapped[str | None] = mapped_column(String(64))
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    claimed_until: Mapped[datetime | None]


class BudgetRow(Base):
    """A call budget of one connection: when its last calls were made (seconds since 1970), oldest first."""

    __tablename__ = "budgets"
    connection_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("connections.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    calls: Mapped[list[Any]]
    latest: Mapped[float]


class SettingsRow(Base):
    """One version of a tenant's settings document; the newest is in force, none is ever changed."""

    __tablename__ = "settings"
    __table_args__ = (UniqueConstraint("tenant_id", "version"),)
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    version: Mapped[int]
    document: Mapped[dict[str, Any]]
    made_by: Mapped[str]
    created_at: Mapped[datetime]


class ApiKeyRow(Base):
    """A key of the JSON API; only its digest is kept."""

    __tablename__ = "api_keys"
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AdminLinkRow(Base):
    """A one-time way into the admin pages; only its digest is kept."""

    __tablename__ = "admin_links"
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AnswerRow(Base):
    """The answer given to a write of the JSON API under an Idempotency-Key, given again to its repeat."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("tenant_id", "key"),)
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    key: Mapped[str] = mapped_column(String(200))
    request: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class HeartbeatRow(Base):
    """A process that says it is alive. `place` tells a restarted host which of its own have died."""

    __tablename__ = "heartbeats"
    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    place: Mapped[dict[str, Any]]
    beat_at: Mapped[datetime]


class MacroReadingRow(Base):
    """When the macros of an account were read last; `version` counts the readings that brought news."""

    __tablename__ = "macro_readings"
    connection_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("connections.id", ondelete="CASCADE"), primary_key=True
    )
    tenant_id: Mapped[int] = tenant_key()
    version: Mapped[int]
    read_at: Mapped[datetime | None]


class MacroRow(Base):
    """A macro of the helpdesk as last read; one that the helpdesk no longer has keeps its row, with `gone_at`."""

    __tablename__ = "macros"
    __table_args__ = (UniqueConstraint("connection_id", "macro_id"),)
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    macro_id: Mapped[str] = mapped_column(String(100))
    title: Mapped[str]
    text: Mapped[str]
    language: Mapped[str | None] = mapped_column(String(35))
    seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class MacroUseRow(Base):
    """How often agents answered with a macro on tickets of a reason code."""

    __tablename__ = "macro_uses"
    __table_args__ = (UniqueConstraint("connection_id", "code", "macro_id"),)
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    connection_id: Mapped[int] = connection_key()
    code: Mapped[str] = mapped_column(String(100))
    macro_id: Mapped[str] = mapped_column(String(100))
    count: Mapped[int]


class CorrectionRow(Base):
    """How often people said that texts of this gist are about this code; 0 where all have taken it back.

    `words` are folded words of meaning, never the text. `revision` grows with every change of the tenant's
    corrections, so that a reader finds what is new. `ticket_key` is the ticket it was learnt from last.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        UniqueConstraint("tenant_id", "digest", "code"),
        Index(None, "tenant_id", "revision"),
        Index(None, "ticket_key"),
    )
    id: Mapped[int] = key()
    tenant_id: Mapped[int] = tenant_key()
    digest: Mapped[str] = mapped_column(String(64))
    words: Mapped[list[Any]]
    code: Mapped[str] = mapped_column(String(100))
    count: Mapped[int]
    revision: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    ticket_key: Mapped[int | None] = mapped_column(BigKey, ForeignKey("tickets.id", ondelete="SET NULL"))

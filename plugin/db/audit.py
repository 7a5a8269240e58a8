"""The audit log: what people did here; one tenant's at a time. Nothing in it is ever changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugin.db.sidebar_tables import AuditRow
from plugin.db.storable import storable
from plugin.db.upserts import upsert


class Audit:
    """The audit log of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def add(
        self,
        connection_id: int | None,
        ticket_id: str | None,
        actor: str,
        action: str,
        key: str,
        details: Mapping[str, Any],
        now: datetime,
    ) -> int | None:
        """Write down a deed; its number, or None where the same deed (the same key) is in the log already."""
        row = upsert(self._session, AuditRow).values(
            tenant_id=self._tenant_id,
            connection_id=connection_id,
            ticket_id=None if ticket_id is None else storable(ticket_id, 100),
            at=now,
            actor=storable(actor, 320),
            action=action,
            key=key,
            details=dict(details),
        )
        made = row.on_conflict_do_nothing(index_elements=["tenant_id", "key"])
        number: int | None = self._session.scalar(made.returning(AuditRow.id))
        return number

    def latest(self, limit: int, before: int | None = None) -> Sequence[AuditRow]:
        """The newest deeds, or those before the one with this number."""
        query = select(AuditRow).where(AuditRow.tenant_id == self._tenant_id)
        if before is not None:
            query = query.where(AuditRow.id < before)
        return self._session.scalars(query.order_by(AuditRow.id.desc()).limit(limit)).all()

"""Who works in a tenant's helpdesks, as last read there; one tenant's at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, type_coerce
from sqlalchemy.orm import Session

from plugin.db.sidebar_tables import AgentRow
from plugin.db.storable import storable
from plugin.db.types import Instant
from plugin.db.upserts import upsert
from plugin.ports import Agent

READ_EVERY: Final = timedelta(hours=1)


class Agents:
    """The agents of one tenant's helpdesks. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def is_due(self, connection_id: int, now: datetime) -> bool:
        """Whether it is time to read them (again)."""
        newest = select(type_coerce(func.max(AgentRow.read_at), Instant())).where(*self._of(connection_id))
        read_at = self._session.scalar(newest)
        return read_at is None or now - read_at >= READ_EVERY

    def find(self, connection_id: int, agent_id: str) -> Agent | None:
        """The agent of this id; None for who was never read, or may not look in any more."""
        query = select(AgentRow).where(*self._of(connection_id), AgentRow.agent_id == agent_id)
        row = self._session.scalar(query.where(AgentRow.gone_at.is_(None)))
        return None if row is None else Agent(row.agent_id, row.email, row.name, row.role)

    def left(self, connection_id: int, agent_id: str) -> bool:
        """Whether somebody of this id once worked there, and does no more."""
        query = select(AgentRow.gone_at).where(*self._of(connection_id), AgentRow.agent_id == agent_id)
        return self._session.scalar(query) is not None

    def met(self, connection_id: int, agent: Agent, now: datetime) -> None:
        """Remember one who has just proven who they are; it does not count as having read everybody."""
        new = upsert(self._session, AgentRow).values(
            tenant_id=self._tenant_id,
            connection_id=connection_id,
            agent_id=agent.id,
            email="",
            name="",
            role=agent.role,
            read_at=now - READ_EVERY,
        )
        self._session.execute(new.on_conflict_do_nothing())
        query = select(AgentRow).where(*self._of(connection_id), AgentRow.agent_id == agent.id)
        row = self._session.scalars(query.with_for_update()).one()
        self._keep_one(connection_id, row, agent, row.read_at)

    def keep(self, connection_id: int, found: Sequence[Agent], now: datetime) -> None:
        """Remember who works there now; who does no more, or was suspended, is let in no longer."""
        rows = self._session.scalars(select(AgentRow).where(*self._of(connection_id))).all()
        known = {row.agent_id: row for row in rows}
        active = {one.id: one for one in found if one.active}
        for one in active.values():
            self._keep_one(connection_id, known.get(one.id), one, now)
        for row in rows:
            if row.agent_id not in active:
                row.gone_at = row.gone_at or now
                row.read_at = now

    def _keep_one(self, connection_id: int, row: AgentRow | None, agent: Agent, now: datetime) -> None:
        if row is None:
            row = AgentRow(tenant_id=self._tenant_id, connection_id=connection_id, agent_id=agent.id)
            self._session.add(row)
        row.email, row.name = storable(agent.email, 320).casefold(), storable(agent.name, 500)
        row.role, row.read_at, row.gone_at = agent.role, now, None

    def _of(self, connection_id: int) -> tuple[Any, ...]:
        return AgentRow.tenant_id == self._tenant_id, AgentRow.connection_id == connection_id

"""Processes that say they are alive."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from plugin.db.tables import HeartbeatRow


class Heartbeats:
    """The heartbeats of all processes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def beat(self, worker: str, role: str, place: dict[str, Any], now: datetime) -> None:
        """This process is alive."""
        self._session.merge(HeartbeatRow(id=worker, role=role, place=place, beat_at=now))

    def others(self, worker: str) -> Sequence[HeartbeatRow]:
        """All processes but this one."""
        return self._session.scalars(select(HeartbeatRow).where(HeartbeatRow.id != worker)).all()

    def last(self, role: str) -> datetime | None:
        """When a process of this role was heard last."""
        return self._session.scalar(select(func.max(HeartbeatRow.beat_at)).where(HeartbeatRow.role == role))

    def forget(self, workers: Sequence[str]) -> None:
        """Strike processes off the list."""
        self._session.execute(delete(HeartbeatRow).where(HeartbeatRow.id.in_(workers)))

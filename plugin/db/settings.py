"""Versions of a tenant's settings: the newest is in force, none is ever changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from plugin.db.tables import SettingsRow, TenantRow


class Superseded(Exception):
    """Somebody else made a newer version meanwhile; carries that version's number."""

    def __init__(self, current: int) -> None:
        super().__init__(
            f"the settings are at version {current} by now: read them again, then apply your change"
        )
        self.current = current


VERSION = select(func.max(SettingsRow.version)).where(SettingsRow.tenant_id == bindparam("tenant_id"))
"""Asked for with every panel and every ticket: built once."""


class SettingsVersions:
    """The settings of one tenant."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def newest(self) -> tuple[int, dict[str, Any]]:
        """Version number and document in force; version 0 is the empty document every tenant starts with."""
        row = self._session.scalars(self._rows().order_by(SettingsRow.version.desc()).limit(1)).first()
        return (0, {}) if row is None else (row.version, row.document)

    def version(self) -> int:
        """The number of the version in force."""
        return self._session.scalar(VERSION, {"tenant_id": self._tenant_id}) or 0

    def all(self) -> Sequence[SettingsRow]:
        """Every version, newest first."""
        return self._session.scalars(self._rows().order_by(SettingsRow.version.desc())).all()

    def add(
        self, document: Mapping[str, Any], made_by: str, now: datetime, expected: int | None = None
    ) -> int:
        """Put a new version in force; its number. `expected` is the version the writer has seen."""
        self._session.scalars(
            select(TenantRow.id).where(TenantRow.id == self._tenant_id).with_for_update()
        ).one()
        current = self.version()
        if expected is not None and expected != current:
            raise Superseded(current)
        self._session.add(
            SettingsRow(
                tenant_id=self._tenant_id,
                version=current + 1,
                document=dict(document),
                made_by=made_by,
                created_at=now,
            )
        )
        self._session.flush()
        return current + 1

    def _rows(self) -> Any:
        return select(SettingsRow).where(SettingsRow.tenant_id == self._tenant_id)

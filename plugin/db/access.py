"""Who may come in: keys of the JSON API and one-time links into the admin pages. Only digests are kept."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from plugin.db.tables import AdminLinkRow, ApiKeyRow

PREFIX = "mgn_"
"""Makes a leaked key recognisable as ours, for people and for secret scanners."""
LINK_LASTS = timedelta(hours=1)
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made: the only moment its text is known."""

    id: int
    key: str


class ApiKeys:
    """The API keys of one tenant."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def create(self, now: datetime) -> NewKey:
        """A new key; its text is returned once and kept nowhere."""
        key = PREFIX + secrets.token_urlsafe(32)
        row = ApiKeyRow(tenant_id=self._tenant_id, digest=digest(key), created_at=now)
        self._session.add(row)
        self._session.flush()
        return NewKey(row.id, key)

    def all(self) -> Sequence[ApiKeyRow]:
        """Every key, newest first, revoked ones included."""
        query = select(ApiKeyRow).where(ApiKeyRow.tenant_id == self._tenant_id)
        return self._session.scalars(query.order_by(ApiKeyRow.id.desc())).all()

    def revoke(self, key_id: int, now: datetime) -> bool:
        """Lock the key out from now on; False where this tenant has no such key. Safe to repeat."""
        row = self._session.scalar(
            select(ApiKeyRow).where(ApiKeyRow.tenant_id == self._tenant_id, ApiKeyRow.id == key_id)
        )
        if row is not None and row.revoked_at is None:
            row.revoked_at = now
        return row is not None


def find_key(session: Session, key: str) -> ApiKeyRow | None:
    """The row of a key that is in force, whichever tenant's it is."""
    mine = ApiKeyRow.digest == digest(key), ApiKeyRow.revoked_at.is_(None)
    return session.scalar(select(ApiKeyRow).where(*mine))


def touch_key(session: Session, key_id: int, now: datetime) -> None:
    """Note that the key is in use."""
    session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(used_at=now))


def wants_touch(row: ApiKeyRow, now: datetime) -> bool:
    """Whether the last use noted is old enough to be worth a write."""
    return row.used_at is None or now - row.used_at >= TOUCH_EVERY


def make_link(session: Session, tenant_id: int, now: datetime) -> str:
    """The token of a new one-time link into a tenant's admin pages; it lasts an hour."""
    token = secrets.token_urlsafe(32)
    session.add(AdminLinkRow(tenant_id=tenant_id, digest=digest(token), expires_at=now + LINK_LASTS))
    session.flush()
    return token


def use_link(session: Session, token: str, now: datetime) -> int | None:
    """Use a link up: the tenant it opens; None for one that is unknown, used or too old."""
    still_good = AdminLinkRow.used_at.is_(None), AdminLinkRow.expires_at > now
    used = update(AdminLinkRow).where(AdminLinkRow.digest == digest(token), *still_good).values(used_at=now)
    return session.scalar(used.returning(AdminLinkRow.tenant_id))


def digest(secret: str) -> str:
    """What is kept of a secret that is long and random (so a plain hash is enough)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

"""Tenants and their vendor accounts, with the credentials that open them."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from plugin.db.tables import ConnectionRow, TenantRow
from plugin.ports import Connection
from plugin.vault import Vault

RENEWAL_LEASE = timedelta(seconds=60)
"""One renewal call and its storing; longer than the call's whole deadline."""


class Tenants:
    """The tenants themselves; used by commands and the web to find whose data is asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_name(self, name: str) -> TenantRow | None:
        """The tenant of this name."""
        return self._session.scalar(select(TenantRow).where(TenantRow.name == name))

    def by_id(self, tenant_id: int) -> TenantRow | None:
        """The tenant with this key."""
        return self._session.get(TenantRow, tenant_id)

    def all(self) -> Sequence[TenantRow]:
        """Every tenant, by name."""
        return self._session.scalars(select(TenantRow).order_by(TenantRow.name)).all()

    def add(self, name: str, now: datetime) -> TenantRow:
        """A new tenant of exactly this name."""
        row = TenantRow(name=name, created_at=now)
        self._session.add(row)
        self._session.flush()
        return row

    def add_named_after(self, account: str, now: datetime) -> TenantRow:
        """A new tenant named as the account, `account-2` and so on where that is taken."""
        taken = set(self._session.scalars(select(TenantRow.name).where(TenantRow.name.like(f"{account}%"))))
        number, name = 1, account
        while name in taken:
            number += 1
            name = f"{account}-{number}"
        return self.add(name, now)


class Connections:
    """Vendor accounts across tenants: found by hook key, by account or by number; credentials come decrypted."""

    def __init__(self, session: Session, vault: Vault) -> None:
        self._session = session
        self._vault = vault

    def by_hook_key(self, vendor: str, hook_key: str) -> Connection | None:
        """The connection a webhook address belongs to."""
        return self._one(ConnectionRow.vendor == vendor, ConnectionRow.hook_key == hook_key)

    def by_account(self, vendor: str, account: str) -> Connection | None:
        """The connection to this account, whichever tenant's it is."""
        return self._one(ConnectionRow.vendor == vendor, ConnectionRow.account == account)

    def only(self, vendor: str) -> Connection | None:
        """The one connection to this vendor; None where there is none, or several."""
        numbers = select(ConnectionRow.id).where(ConnectionRow.vendor == vendor).limit(2)
        found = self._session.scalars(numbers).all()
        return self.by_id(found[0]) if len(found) == 1 else None

    def by_id(self, connection_id: int) -> Connection | None:
        """The connection with this key; for the queues, which know their connection already."""
        return self._one(ConnectionRow.id == connection_id)

    def of_tenant(self, tenant_id: int) -> list[Connection]:
        """All connections of a tenant."""
        rows = self._rows(ConnectionRow.tenant_id == tenant_id)
        return [self._open(row, tenant) for row, tenant in rows]

    def all(self) -> list[Connection]:
        """Every connection, for the clock and the doctor."""
        return [self._open(row, tenant) for row, tenant in self._rows()]

    def made_before(self, instant: datetime) -> list[Connection]:
        """The connections that existed at that instant."""
        return [self._open(row, tenant) for row, tenant in self._rows(ConnectionRow.created_at < instant)]

    def add(
        self,
        tenant: TenantRow,
        vendor: str,
        account: str,
        api_url: str,
        options: Mapping[str, Any],
        credentials: Mapping[str, str],
        now: datetime,
    ) -> Connection:
        """A new connection with an unguessable hook key."""
        row = ConnectionRow(
            tenant_id=tenant.id,
            vendor=vendor,
            account=account,
            api_url=api_url,
            hook_key=secrets.token_urlsafe(24),
            options=dict(options),
            credentials=self._vault.close(tenant.id, credentials),
            created_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return self._open(row, tenant.name)

    def change(
        self,
        connection: Connection,
        *,
        api_url: str | None = None,
        options: Mapping[str, Any] | None = None,
        credentials: Mapping[str, str | None] | None = None,
    ) -> None:
        """Merge options and credentials (None removes one); a changed account is no longer in trouble."""
        row = self._session.get_one(ConnectionRow, connection.id, with_for_update=True)
        kept = _merged(self._vault.open(row.tenant_id, row.credentials), credentials)
        row.api_url = api_url or row.api_url
        row.options = _merged(row.options, options)
        row.credentials = self._vault.close(row.tenant_id, kept)
        row.trouble = None
        row.paused_until = None

    def learn_codes(self, connection: Connection, codes: Mapping[str, str]) -> None:
        """Which reason codes the tenant knows, and their name paths: so that a field's value can be told from the
        outside, also where it is the name itself."""
        row = self._session.get_one(ConnectionRow, connection.id, with_for_update=True)
        row.options = {**row.options, "codes": dict(codes)}

    def claim_renewal(self, connection_id: int, claim: str, now: datetime) -> bool:
        """Become the one who renews this account's tokens; false while another is at it."""
        taken = self._session.execute(
            update(ConnectionRow)
            .where(
                ConnectionRow.id == connection_id,
                or_(ConnectionRow.renewal_until.is_(None), ConnectionRow.renewal_until <= now),
            )
            .values(renewal_claim=claim, renewal_until=now + RENEWAL_LEASE)
            .returning(ConnectionRow.id)
        )
        return taken.scalar_one_or_none() is not None

    def finish_renewal(self, connection_id: int, claim: str, renewed: Mapping[str, str]) -> bool:
        """Store both new tokens at once; false when the lease was lost meanwhile (then nothing is stored)."""
        row = self._session.get_one(ConnectionRow, connection_id, with_for_update=True)
        if row.renewal_claim != claim:
            return False
        kept = self._vault.open(row.tenant_id, row.credentials) | dict(renewed)
        row.credentials = self._vault.close(row.tenant_id, kept)
        row.renewal_claim = row.renewal_until = None
        return True

    def drop_renewal(self, connection_id: int, claim: str) -> None:
        """Let another try: the renewal did not succeed."""
        self._session.execute(
            update(ConnectionRow)
            .where(ConnectionRow.id == connection_id, ConnectionRow.renewal_claim == claim)
            .values(renewal_claim=None, renewal_until=None)
        )

    def pause(self, connection_id: int, until: datetime) -> None:
        """The vendor throttles the whole account: nothing goes out before `until`."""
        self._set(connection_id, paused_until=until)

    def set_trouble(self, connection_id: int, trouble: str | None) -> None:
        """What the admin must mend on this account; None when it works (again)."""
        self._set(connection_id, trouble=trouble)

    def trouble(self, connection_id: int) -> str | None:
        """What the admin must mend on this account, if anything."""
        return self._session.scalar(select(ConnectionRow.trouble).where(ConnectionRow.id == connection_id))

    def sweep_position(
        self, connection_id: int, first: datetime | None = None
    ) -> tuple[str | None, datetime]:
        """Where the next sweep goes on: the vendor's cursor, or the instant to start from.

        The very first one starts at `first`, or when the account was connected.
        """
        row = self._session.get_one(ConnectionRow, connection_id)
        return row.sweep_cursor, row.swept_at or first or row.created_at

    def swept(self, connection_id: int, cursor: str | None, at: datetime) -> None:
        """Remember how far the sweep for missed changes has come."""
        self._set(connection_id, sweep_cursor=cursor, swept_at=at)

    def note(self, connection_id: int, options: Mapping[str, Any]) -> None:
        """Remember something of our own about the account; nothing else of it changes."""
        row = self._session.get_one(ConnectionRow, connection_id, with_for_update=True)
        row.options = {**row.options, **options}

    def rotate(self) -> int:
        """Encrypt all credentials anew with the newest key; how many rows that were."""
        rows = self._session.scalars(select(ConnectionRow)).all()
        for row in rows:
            row.credentials = self._vault.rotate(row.credentials)
        return len(rows)

    def _set(self, connection_id: int, **values: Any) -> None:
        self._session.execute(update(ConnectionRow).where(ConnectionRow.id == connection_id).values(**values))

    def _rows(self, *where: ColumnElement[bool]) -> Sequence[Any]:
        query = select(ConnectionRow, TenantRow.name).join(TenantRow, TenantRow.id == ConnectionRow.tenant_id)
        return self._session.execute(query.where(*where).order_by(ConnectionRow.id)).all()

    def _one(self, *where: ColumnElement[bool]) -> Connection | None:
        for row, tenant in self._rows(*where):
            return self._open(row, tenant)
        return None

    def _open(self, row: ConnectionRow, tenant: str) -> Connection:
        return Connection(
            id=row.id,
            tenant_id=row.tenant_id,
            tenant=tenant,
            vendor=row.vendor,
            account=row.account,
            api_url=row.api_url,
            hook_key=row.hook_key,
            options=row.options,
            credentials=self._vault.open(row.tenant_id, row.credentials),
        )


def _merged(old: Mapping[str, Any], new: Mapping[str, Any] | None) -> dict[str, Any]:
    both = {**old, **(new or {})}
    return {name: value for name, value in both.items() if value is not None}

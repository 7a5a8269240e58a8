"""Access tokens of vendor accounts: handed out while they last, renewed by one process at a time.

A renewal may delete the old pair at the vendor, so both new tokens are stored in one transaction, and only by
whoever holds the renewal lease. No network call is made inside a transaction.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.ports import AccessError, Api, Connection, TemporaryError, Vendor, VendorError
from plugin.vault import Vault

EARLY = timedelta(seconds=60)
"""A token is renewed this long before it ends, so that none ends on the way."""
LOOK_AGAIN = 2.0
"""Seconds until one looks again while another renews."""


class AccessTokens:
    """The tokens of all connections. `open_plain` opens an account's API without authorisation, for the renewal."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        vendors: Mapping[str, Vendor],
        open_plain: Callable[[Connection], Api],
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._vault = vault
        self._vendors = vendors
        self._open_plain = open_plain
        self._now = now

    def access_token(self, connection: Connection) -> str:
        """A token that lasts; AccessError where there is none and none can be got."""
        current = self._current(connection)
        token = current.credentials.get("access_token")
        if token and not self._is_ending(current):
            return token
        if _renewable(current):
            return self._renew(current, token)
        if token:
            return token  # no word of its end that we could act upon: the vendor will tell
        raise AccessError(
            f"there is no access token for {connection.vendor} account {connection.account}: "
            f"run `marginalia connect {connection.vendor} --account {connection.account}` with one"
        )

    def refused(self, connection: Connection, token: str) -> str | None:
        """The vendor refused this token: a newer one, or None when that was the last word."""
        current = self._current(connection)
        newest = current.credentials.get("access_token")
        if newest and newest != token:
            return newest
        return self._renew(current, token) if _renewable(current) else None

    def _renew(self, connection: Connection, old: str | None) -> str:
        """Renew, unless somebody has done so between our look and our turn (a second renewal would undo theirs)."""
        claim = secrets.token_hex(16)
        if not self._claim(connection, claim):
            raise TemporaryError(
                f"the token of {connection.account} is being renewed by another worker",
                retry_after=LOOK_AGAIN,
            )
        current = self._current(connection)
        newest = current.credentials.get("access_token")
        if newest and newest != old:
            self._drop(connection, claim)
            return newest
        try:
            renewed = self._vendors[connection.vendor].renew(self._open_plain(current), self._now())
        except VendorError:
            self._drop(connection, claim)
            raise
        return self._store(connection, claim, renewed)

    def _store(self, connection: Connection, claim: str, renewed: Mapping[str, str]) -> str:
        with self._database.write() as session:
            stored = Connections(session, self._vault).finish_renewal(connection.id, claim, renewed)
        if not stored:
            raise TemporaryError(
                f"the renewal of {connection.account} took too long and was handed on", retry_after=1
            )
        return renewed["access_token"]

    def _claim(self, connection: Connection, claim: str) -> bool:
        with self._database.write() as session:
            return Connections(session, self._vault).claim_renewal(connection.id, claim, self._now())

    def _drop(self, connection: Connection, claim: str) -> None:
        with self._database.write() as session:
            Connections(session, self._vault).drop_renewal(connection.id, claim)

    def _current(self, connection: Connection) -> Connection:
        with self._database.read() as session:
            found = Connections(session, self._vault).by_id(connection.id)
        return found or connection

    def _is_ending(self, connection: Connection) -> bool:
        ends = connection.credentials.get("expires_at")
        return ends is not None and datetime.fromisoformat(ends) <= self._now() + EARLY


def _renewable(connection: Connection) -> bool:
    held = connection.credentials
    return bool(held.get("refresh_token") or (held.get("client_id") and held.get("client_secret")))

"""Tokens of an installed app, renewed over HTTP at the stand-in, and what they then open."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from plugin.helpdesks.gorgias import Gorgias
from plugin.http import VendorApi, vendor_session
from plugin.ports import AccessError, Connection
from sandbox.gorgias.seed import CLIENT_ID, CLIENT_SECRET
from sandbox.gorgias.tokens import Grant
from sandbox.server import Handle, start
from tests.helpdesks.gorgias.account import gorgias_connection

GORGIAS = Gorgias(CLIENT_ID, CLIENT_SECRET)


class Held:
    """The access token that the connection holds, and no other."""

    def access_token(self, connection: Connection) -> str:
        return connection.credentials["access_token"]

    def refused(self, connection: Connection, token: str) -> str | None:
        return None


@dataclass
class Installed:
    """An installed app whose access token has ended."""

    served: Handle
    plain: VendorApi
    """Calls without any authorisation, as a renewal is made."""

    @property
    def refresh_token(self) -> str:
        return self.plain.connection.credentials["refresh_token"]

    def renew(self) -> VendorApi:
        """The API that the new token opens."""
        made = GORGIAS.renew(self.plain, datetime.now(UTC))
        opened = replace(self.plain.connection, credentials=made)
        return replace(self.plain, connection=opened, tokens=Held(), authorised=GORGIAS.authorised)


@pytest.fixture
def installed() -> Iterator[Installed]:
    served = start()
    access = served.gorgias.access
    admin = next(one.id for one in served.gorgias.users.values() if one.role == "admin")
    token = access.issue(Grant(admin, CLIENT_ID, ("tickets:read",)), datetime.now(UTC))
    held = {"access_token": "ended", "refresh_token": token.refresh}
    connection = replace(gorgias_connection(credentials=held), api_url=served.url)
    with vendor_session() as session:
        plain = VendorApi(connection, session, None, lambda *_: 0.0, lambda: datetime.now(UTC))
        yield Installed(served, plain)
    served.stop()


def test_a_renewed_token_opens_the_account(installed: Installed) -> None:
    assert installed.renew().get("/api/tickets", {"limit": "1"})["object"] == "list"


def test_the_refresh_token_is_kept_for_the_next_time(installed: Installed) -> None:
    assert installed.renew().connection.credentials["refresh_token"] == installed.refresh_token


def test_an_uninstalled_app_is_told_to_be_installed_again(installed: Installed) -> None:
    installed.served.gorgias.access.revoke(installed.refresh_token)
    with pytest.raises(AccessError, match="invalid_grant means that the app was uninstalled"):
        installed.renew()

"""Getting in: where an account lives, and new tokens for old.

https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from plugin.helpdesks.zendesk.fields import Part
from plugin.ports import AccessError, Api, Connection, Rejected, Unreadable

TOKENS = "/oauth/tokens"
SCOPE = "read write"
ACCESS_SECONDS: Final = 86_400
REFRESH_SECONDS: Final = 30 * 86_400
_SUBDOMAIN: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")


def host(account: str) -> str:
    """The https root of the account; ValueError where the name cannot be one."""
    if not _SUBDOMAIN.fullmatch(account):
        raise ValueError(
            f"{account!r} is no Zendesk account: give its subdomain, the acme of acme.zendesk.com "
            "(small letters, digits and hyphens)"
        )
    return f"https://{account}.zendesk.com"


def marketplace_headers(
    name: str | None, organization_id: str | None, app_id: str | None
) -> Mapping[str, str]:
    """What the marketplace wants to see on every call; nothing until all three are known."""
    if not (name and organization_id and app_id):
        return {}
    return {
        "X-Zendesk-Marketplace-Name": name,
        "X-Zendesk-Marketplace-Organization-Id": organization_id,
        "X-Zendesk-Marketplace-App-Id": app_id,
    }


@dataclass(frozen=True, slots=True)
class Client:
    """The OAuth client that the tokens belong to. `own` is true for the merchant's, made in their account."""

    id: str
    secret: str = field(repr=False)
    own: bool

    @staticmethod
    def of(
        connection: Connection, installations_id: str | None, installations_secret: str | None
    ) -> "Client | None":
        """The connection's own client, else the installation's; None where there is neither."""
        held = connection.credentials
        if held.get("client_id") and held.get("client_secret"):
            return Client(held["client_id"], held["client_secret"], own=True)
        if installations_id and installations_secret:
            return Client(installations_id, installations_secret, own=False)
        return None


def renew(api: Api, now: datetime, client: Client | None) -> Mapping[str, str]:
    """A new access token, and a new refresh token where one is used; the old pair is dead from then on."""
    account = api.connection.account
    refresh_token = api.connection.credentials.get("refresh_token")
    if client is None:
        raise AccessError(
            f"the token of zendesk account {account} cannot be renewed without its OAuth client: set "
            f"ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET, or {_connect_again(account)}"
        )
    if not refresh_token and not client.own:
        raise AccessError(
            f"zendesk account {account} has no refresh token to renew with: {_connect_again(account)}"
        )
    return _read(api, _granted(api, client, refresh_token), now)


def _granted(api: Api, client: Client, refresh_token: str | None) -> Part:
    """By refresh token; the account's own client needs none, so it gets over a dead one."""
    if refresh_token is None:
        return _ask(api, _own(client))
    try:
        return _ask(api, _refreshing(client, refresh_token))
    except AccessError:
        if not client.own:
            raise
        return _ask(api, _own(client))


def _refreshing(client: Client, refresh_token: str) -> dict[str, Any]:
    return {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": client.id,
        "client_secret": client.secret,
        "expires_in": ACCESS_SECONDS,
        "refresh_token_expires_in": REFRESH_SECONDS,
    }


def _own(client: Client) -> dict[str, Any]:
    return {
        "grant_type": "client_credentials",
        "client_id": client.id,
        "client_secret": client.secret,
        "scope": SCOPE,
        "expires_in": ACCESS_SECONDS,
    }


def _ask(api: Api, body: Mapping[str, Any]) -> Part:
    account = api.connection.account
    try:
        return Part(api.send("POST", TOKENS, body))
    except Rejected as error:
        said = error.details.get("error_description") or error.details.get("error") or str(error)
    except AccessError as error:
        said = str(error)
    raise AccessError(
        f"zendesk account {account} gives no new token for the OAuth client {body['client_id']} "
        f"({said}): {_connect_again(account)}"
    )


def _read(api: Api, answer: Part, now: datetime) -> Mapping[str, str]:
    """Both tokens and when the first one ends; without a word of that, it ends when we asked for."""
    try:
        token = answer.at("access_token").key()
        refresh_token = answer.at("refresh_token").text()
    except Unreadable as error:
        account = api.connection.account
        raise AccessError(
            f"zendesk account {account} answered without a token ({error}): {_connect_again(account)}"
        ) from None
    ends = (now + timedelta(seconds=_seconds(answer.at("expires_in").value))).isoformat()
    kept = {"refresh_token": refresh_token} if refresh_token else {}
    return {"access_token": token, "expires_at": ends, **kept}


def _seconds(value: Any) -> int:
    known = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 10 * 365 * 86_400
    return value if known else ACCESS_SECONDS


def _connect_again(account: str) -> str:
    return f"run `marginalia connect zendesk --account {account}` with --token, or with --client-id and --client-secret"

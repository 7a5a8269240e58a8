"""Getting in: where a shop lives, how a token is shown, and new tokens for old.

https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from plugin.documents import Part
from plugin.ports import AccessError, Api, Connection, Rejected, Unreadable

TOKENS: Final = "/admin/oauth/access_token"
TOKEN_HEADER: Final = "X-Shopify-Access-Token"  # noqa: S105  (the header's name)
ACCESS_SECONDS: Final = 3600
_SHOP: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com")


def host(account: str) -> str:
    """The https root of the shop; ValueError where the name cannot be one."""
    if not _SHOP.fullmatch(account):
        raise ValueError(
            f"{account!r} is no Shopify account: give the shop's own domain, as acme.myshopify.com (small letters, "
            "digits and hyphens; it is shown in the admin's address and under Settings, Domains)"
        )
    return f"https://{account}"


def authorised(connection: Connection, token: str) -> Mapping[str, str]:
    """The token in Shopify's own header."""
    return {TOKEN_HEADER: token}


@dataclass(frozen=True, slots=True)
class App:
    """The app that the tokens belong to."""

    key: str
    secret: str = field(repr=False)

    @staticmethod
    def of(connection: Connection, installations_key: str | None, secret: str | None) -> "App | None":
        """The connection's own app, else the installation's; None where there is neither."""
        held = connection.credentials
        if held.get("client_id") and held.get("client_secret"):
            return App(held["client_id"], held["client_secret"])
        return App(installations_key, secret) if installations_key and secret else None


def renew(api: Api, now: datetime, app: App | None) -> Mapping[str, str]:
    """A new pair of tokens; the refresh token that was used is dead from then on."""
    shop = api.connection.account
    refresh_token = api.connection.credentials.get("refresh_token")
    if app is None:
        raise AccessError(
            f"the token of shopify account {shop} cannot be renewed without its app: set SHOPIFY_API_KEY and "
            f"SHOPIFY_API_SECRET, or {_connect_again(shop)}"
        )
    if not refresh_token:
        raise AccessError(
            f"shopify account {shop} has no refresh token to renew with: {_connect_again(shop)}"
        )
    body = {"client_id": app.key, "client_secret": app.secret}
    return _read(api, _ask(api, {**body, "grant_type": "refresh_token", "refresh_token": refresh_token}), now)


def _ask(api: Api, body: Mapping[str, Any]) -> Part:
    shop = api.connection.account
    try:
        return Part(api.send("POST", TOKENS, body))
    except Rejected as error:
        said = error.details.get("error_description") or error.details.get("error") or str(error)
    except AccessError as error:
        said = str(error)
    raise AccessError(f"shopify account {shop} gives no new token ({said}): {_connect_again(shop)}")


def _read(api: Api, answer: Part, now: datetime) -> Mapping[str, str]:
    """Both tokens and when the first one ends; without a word of that, after an hour as documented."""
    try:
        token, refresh_token = answer.at("access_token").key(), answer.at("refresh_token").key()
    except Unreadable as error:
        shop = api.connection.account
        raise AccessError(
            f"shopify account {shop} answered without both tokens ({error}): {_connect_again(shop)}"
        ) from None
    seconds = answer.at("expires_in").value
    known = isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds <= 366 * 86_400
    ends = now + timedelta(seconds=seconds if known else ACCESS_SECONDS)
    return {"access_token": token, "refresh_token": refresh_token, "expires_at": ends.isoformat()}


def _connect_again(shop: str) -> str:
    return f"run `marginalia connect shopify --shop {shop}` with --token"

"""Who is looking: the token that Zendesk posts into the frame of our app, signed with the app's own key.

The key is read from the account that we are connected to, never from where the token says; and one key may serve every
account that has the app, so issuer, installation and agent must each be that account's.
https://developer.zendesk.com/documentation/apps/build-an-app/building-a-server-side-app/part-5-securing-the-app/
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.types import Options

from plugin.http import TEXT, is_loopback
from plugin.ports import Api, Connection, Forged, PermanentError

SDK_HOST: Final = "https://static.zdassets.com"
SDK: Final = "/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"
ALGORITHM: Final = "RS256"
LEEWAY: Final = 30.0
"""Seconds that Zendesk's clock and ours may differ."""
LAST_INSTANT: Final = 253_402_300_800
"""The end of the year 9999: what is none of these seconds is no instant."""
LONGEST: Final = 16_384
SHORTEST_KEY: Final = 2048
UNPROVEN: Final[Options] = {"verify_signature": False}
PROVEN: Final[Options] = {
    "require": ["iss", "aud", "sub", "exp"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
}
"""PyJWT reads the clock on the wall: what it would check by that is checked here, at an instant that is given."""
_ISSUER: Final = re.compile(r"(?:https://)?([a-z0-9][a-z0-9-]{1,62})\.zendesk\.com/?")
_APP_ID: Final = re.compile(r"[1-9][0-9]{0,18}")

NO_TOKEN = "this is no signed token of Zendesk: open the app beside a ticket in Zendesk"  # noqa: S105  (a text)
NO_APP = (
    "the id of the sidebar app is not known, so its key cannot be read: run `marginalia connect zendesk --account "
    "{account} --app-id N` with the number that Zendesk gave the app, or set ZENDESK_APP_ID"
)
NO_KEY = (
    "zendesk account {account} answered with no public key for app {app_id}: check the number, then run `marginalia "
    "connect zendesk --account {account} --app-id N`"
)
NOT_SIGNED = "the token is not signed with the key of our app in this account"
ANOTHER = "the token was made for another account, installation or purpose ({claim})"
TOO_LATE = "the token has expired: open the ticket again"
TOO_EARLY = "the token is from the future: check the clock of this machine"


@dataclass(frozen=True, slots=True)
class ZendeskSidebar:
    """The app in Zendesk's frame. `app_id` is the installation's; a connection may have an app of its own."""

    app_id: str | None = None

    def script(self, connection: Connection) -> str:
        """Zendesk's own, the same for all; an account on this machine brings one of its own."""
        root = connection.api_url.rstrip("/")
        return f"{root if is_loopback(root) else SDK_HOST}{SDK}"

    def claimed_account(self, token: str) -> str:
        """The `acme` of the issuer `acme.zendesk.com`."""
        issuer = _read(token, None, UNPROVEN).get("iss")
        named = _ISSUER.fullmatch(issuer.lower()) if isinstance(issuer, str) else None
        if named is None:
            raise Forged(NO_TOKEN)
        return named[1]

    def read_key(self, api: Api) -> str:
        """The app's key as this account shows it to everybody: as PEM, or as a JSON string that holds it."""
        account, app_id = api.connection.account, self.app_of(api.connection)
        if app_id is None:
            raise Forged(NO_APP.format(account=account))
        answer = api.send("GET", f"/api/v2/apps/{app_id}/public_key.pem", headers={"Accept": TEXT})
        pem = _unquoted(answer.get("text"))
        if _rsa_key(pem) is None:
            raise PermanentError(NO_KEY.format(account=account, app_id=app_id))
        return pem

    def app_of(self, connection: Connection) -> str | None:
        """The number of the app whose key signs; None where nobody said it."""
        given = str(connection.options.get("app_id") or self.app_id or "")
        return given if _APP_ID.fullmatch(given) else None

    def agent_of(self, connection: Connection, token: str, key: str, now: datetime) -> str:
        """The id of the user that the token is about."""
        public_key = _rsa_key(key)
        if public_key is None:
            raise Forged(NOT_SIGNED)
        claims = _read(token, public_key, PROVEN)
        _check_time(claims, now.timestamp())
        _check_account(claims, connection)
        host = re.escape(_host(connection))
        return _matched(claims, "sub", rf"https://{host}/api/v2/users/([1-9][0-9]{{0,18}})(?:\.json)?")


def _read(token: str, key: RSAPublicKey | None, options: Options) -> dict[str, Any]:
    """The claims; Forged for what is no token, or is not signed by the key where one is given."""
    if not 0 < len(token) <= LONGEST:
        raise Forged(NO_TOKEN)
    try:
        return jwt.decode(token, key or "", algorithms=[ALGORITHM], options=options)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise Forged(NO_TOKEN if key is None else NOT_SIGNED) from None


def _check_time(claims: Mapping[str, Any], now: float) -> None:
    """By this clock, give or take: `exp` is there, the other two may be."""
    if now - LEEWAY >= _seconds(claims, "exp"):
        raise Forged(TOO_LATE)
    if any(_seconds(claims, claim) > now + LEEWAY for claim in ("iat", "nbf") if claim in claims):
        raise Forged(TOO_EARLY)


def _seconds(claims: Mapping[str, Any], claim: str) -> float:
    value = claims[claim]
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LAST_INSTANT:
        raise Forged(ANOTHER.format(claim=claim))
    return value


def _check_account(claims: Mapping[str, Any], connection: Connection) -> None:
    host = re.escape(_host(connection))
    _matched(claims, "iss", rf"(?:https://)?({host})/?")
    installation = _matched(
        claims, "aud", rf"https://{host}/api/v2/apps/installations/([0-9]{{1,19}})(?:\.json)?"
    )
    pinned = connection.options.get("installation_id")
    if pinned and str(pinned) != installation:
        raise Forged(ANOTHER.format(claim="aud"))


def _matched(claims: Mapping[str, Any], claim: str, pattern: str) -> str:
    """What the pattern finds in a claim, which must be all of that form; host names know no case."""
    value = claims[claim]
    found = re.fullmatch(pattern, value, re.IGNORECASE | re.ASCII) if isinstance(value, str) else None
    if found is None:
        raise Forged(ANOTHER.format(claim=claim))
    return found[1]


def _host(connection: Connection) -> str:
    """What the account is called in tokens, wherever it is reached."""
    return f"{connection.account}.zendesk.com"


def _unquoted(answer: object) -> str:
    text = answer.strip() if isinstance(answer, str) else ""
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text)).strip()
    except (ValueError, RecursionError):
        return ""


def _rsa_key(pem: str) -> RSAPublicKey | None:
    """The public key in this text; None where there is none that RS256 may be checked with (RFC 7518 §3.3)."""
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size >= SHORTEST_KEY else None

"""Getting in: where an account lives, how a call shows who we are, how many are allowed, and new tokens for old.

Two ways: a merchant's own account by e-mail and API key (HTTP Basic), an installed app by OAuth (Bearer).
https://developers.gorgias.com/docs/oauth2-authentication
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from plugin.documents import Part
from plugin.http import FORM, bearer
from plugin.ports import AccessError, Api, Budget, Connection, Rejected, Unreadable

TOKENS = "/oauth/token"
ACCESS_SECONDS: Final = 86_400
"""How long an access token lives; `expires_in` of the answer is 0 and says nothing."""
BY_KEY: Final = Budget("account", 40, 20)
BY_TOKEN: Final = Budget("account", 80, 20)
_SUBDOMAIN: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,61}[a-z0-9]")


def host(account: str) -> str:
    """The https root of the account; ValueError where the name cannot be one."""
    if not _SUBDOMAIN.fullmatch(account):
        raise ValueError(
            f"{account!r} is no Gorgias account: give its subdomain, the acme of acme.gorgias.com "
            "(small letters, digits and hyphens)"
        )
    return f"https://{account}.gorgias.com"


def authorised(connection: Connection, token: str) -> Mapping[str, str]:
    """An API key goes with the e-mail address of its user, an access token alone."""
    user = connection.credentials.get("user")
    return {"Authorization": basic(user, token)} if user else bearer(connection, token)


def budgets(connection: Connection) -> Sequence[Budget]:
    """Every call counts, reading too; an app may make twice as many as an API key."""
    return (BY_KEY if connection.credentials.get("user") else BY_TOKEN,)


def basic(user: str, password: str) -> str:
    """HTTP Basic, the names in UTF-8 (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@dataclass(frozen=True, slots=True)
class Client:
    """The OAuth client of this installation's app."""

    id: str
    secret: str = field(repr=False)


def renew(api: Api, now: datetime, client: Client | None) -> Mapping[str, str]:
    """A new access token; the refresh token stays unless another one comes."""
    account = api.connection.account
    refresh_token = api.connection.credentials.get("refresh_token")
    if client is None:
        raise AccessError(
            f"the token of gorgias account {account} cannot be renewed without the app's OAuth client: set "
            f"GORGIAS_CLIENT_ID and GORGIAS_CLIENT_SECRET, or {_connect_again(account)}"
        )
    if not refresh_token:
        raise AccessError(
            f"gorgias account {account} has no refresh token to renew with: {_connect_again(account)}"
        )
    answer = _ask(api, client, {"grant_type": "refresh_token", "refresh_token": refresh_token})
    return _read(api, answer, refresh_token, now)


def _ask(api: Api, client: Client, form: Mapping[str, str]) -> Part:
    account = api.connection.account
    headers = {"Authorization": basic(client.id, client.secret), "Content-Type": FORM}
    try:
        return Part(api.send("POST", TOKENS, form, headers=headers))
    except Rejected as error:
        said = error.details.get("error_description") or error.details.get("error") or str(error)
    except AccessError as error:
        said = str(error)
    raise AccessError(
        f"gorgias account {account} gives no new token ({said}); invalid_grant means that the app was uninstalled "
        f"there: install it again, or {_connect_again(account)}"
    )


def _read(api: Api, answer: Part, refresh_token: str, now: datetime) -> Mapping[str, str]:
    try:
        token = answer.at("access_token").key()
        newer = answer.at("refresh_token").text() or refresh_token
    except Unreadable as error:
        account = api.connection.account
        raise AccessError(
            f"gorgias account {account} answered without a token ({error}): {_connect_again(account)}"
        ) from None
    return {"access_token": token, "refresh_token": newer, "expires_at": _end_of(token, now).isoformat()}


def _end_of(token: str, now: datetime) -> datetime:
    """When a token ends by its own word (`exp` of the JWT); without one, a day from now."""
    ends = claims(token).get("exp")
    if isinstance(ends, int) and now.timestamp() < ends < now.timestamp() + 10 * ACCESS_SECONDS:
        return datetime.fromtimestamp(ends, UTC)
    return now + timedelta(seconds=ACCESS_SECONDS)


def claims(token: str) -> Mapping[str, Any]:
    """What a JWT says of itself; it is not checked, for only its issuer relies on it."""
    _, _, rest = token.partition(".")
    part = rest.partition(".")[0]
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _connect_again(account: str) -> str:
    return f"run `marginalia connect gorgias --account {account}` with --user and --api-key"

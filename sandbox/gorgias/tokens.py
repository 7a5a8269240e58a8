"""What opens the account: API keys of users, and tokens of an app by OAuth."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

DAY = 86_400
SCOPES = (
    *("openid", "email", "profile", "offline", "account:read", "users:read", "customers:read"),
    *("customers:write", "tickets:read", "tickets:write", "custom_fields:read", "custom_fields:write"),
    *("tags:read", "tags:write", "macros:read", "macros:write", "integrations:read", "integrations:write"),
    *("events:read", "satisfaction_survey:read", "statistics:read"),
)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token of an app, with the refresh token that it came from."""

    access: str
    refresh: str
    user_id: int
    client_id: str
    scopes: tuple[str, ...]
    expires_at: datetime

    def allows(self, resource: str, writing: bool) -> bool:
        """Whether its scopes reach this resource."""
        return f"{resource}:{'write' if writing else 'read'}" in self.scopes


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody agreed to: a code to fetch tokens with once, or a refresh token for ever."""

    user_id: int
    client_id: str
    scopes: tuple[str, ...]
    redirect_uri: str = ""
    nonce: str = ""


@dataclass
class Access:
    """All that opens the account. Keys: text → id of the user; clients: id → secret."""

    domain: str
    keys: dict[str, int] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Grant] = field(default_factory=dict)
    refreshable: dict[str, Grant] = field(default_factory=dict)
    _tokens: dict[str, Token] = field(default_factory=dict)

    def code(self, grant: Grant) -> str:
        """A code for this grant."""
        made = secrets.token_urlsafe(24)
        self.codes[made] = grant
        return made

    def issue(
        self, grant: Grant, now: datetime, refresh: str | None = None, expires_in: float = DAY
    ) -> Token:
        """A new access token; without `refresh`, a new refresh token with it."""
        kept = refresh or secrets.token_urlsafe(32)
        self.refreshable[kept] = grant
        ends = now + timedelta(seconds=expires_in)
        access = self._written(grant, now, ends)
        made = Token(access, kept, grant.user_id, grant.client_id, grant.scopes, ends)
        self._tokens[access] = made
        return made

    def id_token(self, grant: Grant, email: str, now: datetime) -> str:
        """Who agreed, for the app: made for its client, with its nonce as it came."""
        told: dict[str, object] = {"aud": grant.client_id, "email": email}
        return self._signed(grant, now, now + timedelta(seconds=DAY), told | _if_any("nonce", grant.nonce))

    def find(self, access: str, now: datetime) -> Token | None:
        """The token with this text, while it lives."""
        found = self._tokens.get(access)
        return found if found is not None and found.expires_at > now else None

    def revoke(self, refresh: str) -> None:
        """The refresh token gives nothing any more; its access tokens live on to their end, as the vendor's do."""
        self.refreshable.pop(refresh, None)

    def revoke_all(self) -> None:
        """Nothing opens anything any more."""
        self.keys.clear()
        self.codes.clear()
        self.refreshable.clear()
        self._tokens.clear()

    def _written(self, grant: Grant, now: datetime, ends: datetime) -> str:
        more = {"aud": f"https://{self.domain}.gorgias.com/api", "scope": " ".join(grant.scopes)}
        return self._signed(grant, now, ends, more)

    def _signed(self, grant: Grant, now: datetime, ends: datetime, more: Mapping[str, object]) -> str:
        """A token in the shape of a JWT. Its signature is noise: nobody but the account itself reads it."""
        claims = {
            "iss": f"https://{self.domain}.gorgias.com",
            "sub": grant.user_id,
            "iat": int(now.timestamp()),
            "exp": int(ends.timestamp()),
            "azp": grant.client_id,
            "jti": secrets.token_hex(8),
            **more,
        }
        return f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}.{secrets.token_urlsafe(32)}"


def _if_any(name: str, value: str) -> dict[str, object]:
    return {name: value} if value else {}


def _part(document: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")

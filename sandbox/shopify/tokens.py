"""What opens the shop's API: a merchant's own token, which lasts, and pairs of an installed app, which end."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

HOUR = 3600
REFRESH_SECONDS = 90 * 24 * HOUR


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token that ends within the hour, and the refresh token that brings the next pair, once."""

    access: str
    refresh: str
    ends_at: datetime


@dataclass
class Access:
    """`token` is the lasting one; `client_id` and `secret` are the app's, which pairs are given to."""

    token: str
    secret: str
    client_id: str = "sandbox-shop-client"
    lives: float = HOUR
    codes: set[str] = field(default_factory=set)
    _pairs: dict[str, Pair] = field(default_factory=dict)

    def opens(self, token: str | None, now: datetime) -> bool:
        """Whether this token opens anything."""
        lasting = bool(self.token) and token == self.token
        return lasting or any(one.access == token and one.ends_at > now for one in list(self._pairs.values()))

    def code(self) -> str:
        """A code that a pair is fetched for, once."""
        made = secrets.token_hex(16)
        self.codes.add(made)
        return made

    def issue(self, now: datetime) -> Pair:
        """A new pair."""
        ends = now + timedelta(seconds=self.lives)
        made = Pair(f"shpat_{secrets.token_hex(16)}", f"shprt_{secrets.token_hex(16)}", ends)
        self._pairs[made.refresh] = made
        return made

    def renew(self, refresh: str, now: datetime) -> Pair | None:
        """The next pair for a refresh token that was not used yet; the one that is used is dead from then on."""
        return None if self._pairs.pop(refresh, None) is None else self.issue(now)

    def revoke_all(self) -> None:
        """As when the merchant takes the app away."""
        self.token = ""
        self.codes.clear()
        self._pairs.clear()


def signed_query(secret: str, query: Mapping[str, str]) -> str:
    """A query with `hmac`: hex HMAC-SHA256 of the other parameters, sorted and url-encoded."""
    made = hmac.new(secret.encode(), urlencode(sorted(query.items())).encode(), hashlib.sha256)
    return urlencode({**query, "hmac": made.hexdigest()})

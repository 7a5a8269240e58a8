"""OAuth tokens of the account: issued, renewed as a pair, and gone when they end."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

DAY = 86_400
CODE_SECONDS = 120
SHORTEST_ACCESS, LONGEST_ACCESS = 300, 2 * DAY
SHORTEST_REFRESH, DEFAULT_REFRESH, LONGEST_REFRESH = 7 * DAY, 30 * DAY, 90 * DAY
FULL = ("read", "write")


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, with its refresh token where it has one. `expires_at` None is for ever."""

    id: int
    access: str
    user_id: int
    scopes: tuple[str, ...]
    expires_at: datetime | None = None
    refresh: str | None = None
    refresh_expires_at: datetime | None = None
    client_id: str | None = None

    def allows(self, resource: str, writing: bool) -> bool:
        """Whether its scopes reach this resource."""
        verb = "write" if writing else "read"
        return verb in self.scopes or f"{resource}:{verb}" in self.scopes


@dataclass(frozen=True, slots=True)
class Client:
    """An OAuth client of the account; what it gets by its own credentials acts as its owner."""

    id: str
    secret: str
    owner_id: int


@dataclass(frozen=True, slots=True)
class Code:
    """What somebody agreed to: fetched for a token once, by whoever knows what `challenge` was made of."""

    user_id: int
    client_id: str
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str | None
    expires_at: datetime


@dataclass
class Tokens:
    """All living tokens, the clients that may ask for them, and the codes that wait to be fetched."""

    clients: dict[str, Client] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    _tokens: dict[str, Token] = field(default_factory=dict)
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def add(
        self,
        user_id: int,
        now: datetime,
        *,
        access: str | None = None,
        scopes: tuple[str, ...] = FULL,
        expires_in: float | None = None,
        refresh_in: float | None = None,
        client_id: str | None = None,
    ) -> Token:
        """A new access token, with a refresh token where `refresh_in` says how long that lasts."""
        made = Token(
            id=next(self._ids),
            access=access or secrets.token_hex(32),
            user_id=user_id,
            scopes=scopes,
            expires_at=_after(now, expires_in),
            refresh=None if refresh_in is None else secrets.token_hex(32),
            refresh_expires_at=_after(now, refresh_in),
            client_id=client_id,
        )
        self._tokens[made.access] = made
        return made

    def find(self, access: str, now: datetime) -> Token | None:
        """The token with this text, while it lives."""
        found = self._tokens.get(access)
        return found if found is not None and _lives(found.expires_at, now) else None

    def find_refresh(self, refresh: str, now: datetime) -> Token | None:
        """The token whose refresh token this is, while that lives; the access token may have ended."""
        for one in list(self._tokens.values()):
            if one.refresh == refresh and _lives(one.refresh_expires_at, now):
                return one
        return None

    def revoke(self, token: Token) -> None:
        """Access and refresh token open nothing any more."""
        self._tokens.pop(token.access, None)

    def revoke_all(self) -> None:
        """As when an admin deletes the client."""
        self._tokens.clear()


def _after(now: datetime, seconds: float | None) -> datetime | None:
    return None if seconds is None else now + timedelta(seconds=seconds)


def _lives(until: datetime | None, now: datetime) -> bool:
    return until is None or until > now

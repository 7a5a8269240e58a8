"""Signing in by a vendor's OAuth, as far as it is the same for all: a token for a code, and what went wrong with it."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Final

from plugin.documents import Part
from plugin.http import bearer
from plugin.ports import AccessError, Api, OAuthClient, PermanentError, Rejected

CLIENT_TROUBLES: Final = frozenset({"invalid_client", "unauthorized_client", "invalid_scope"})
"""Words of RFC 6749 §5.2 for what no agent can mend."""


def challenge_of(verifier: str) -> str:
    """What may be shown of a secret before the secret itself is: S256 of RFC 7636 §4.2."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def exchanged(
    api: Api,
    client: OAuthClient,
    path: str,
    body: Mapping[str, object],
    headers: Mapping[str, str] | None = None,
) -> Part:
    """The vendor's answer to a code; a PermanentError says whether the agent or the installation must act."""
    try:
        return Part(api.send("POST", path, body, headers=headers))
    except Rejected as error:
        word = str(error.details.get("error") or "")
        said = str(error.details.get("error_description") or word or error)
        raise (_wrong_client(api, client, said) if word in CLIENT_TROUBLES else _stale(api, said)) from None
    except AccessError as error:
        raise _wrong_client(api, client, str(error)) from None


def looked_up(api: Api, path: str, token: str) -> Part:
    """What the vendor tells whoever holds this token about themselves."""
    try:
        return Part(api.send("GET", path, headers=bearer(api.connection, token)))
    except AccessError:
        raise PermanentError(
            f"{_account(api)} does not tell who signed in: whoever runs Marginalia must let its OAuth client read users"
        ) from None


def no_agent(api: Api) -> PermanentError:
    """Whoever signed in does not work there."""
    return PermanentError(
        f"{_account(api)} says that this is nobody who works there: sign in there as an agent, then open the ticket "
        "here again"
    )


def of_another(api: Api) -> PermanentError:
    """The answer was made for another browser's sign-in."""
    return PermanentError(f"{_account(api)} answered for another sign-in than this one: sign in again")


def _stale(api: Api, said: str) -> PermanentError:
    return PermanentError(f"{_account(api)} does not take this sign-in ({said}): sign in again")


def _wrong_client(api: Api, client: OAuthClient, said: str) -> PermanentError:
    return PermanentError(
        f"{_account(api)} does not accept the OAuth client {client.id} ({said}): whoever runs Marginalia must check "
        "its id, its secret and its redirect address"
    )


def _account(api: Api) -> str:
    return f"{api.connection.vendor} account {api.connection.account}"

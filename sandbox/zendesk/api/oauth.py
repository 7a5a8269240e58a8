"""The token endpoint: a refresh answers a new pair and deletes the old one."""

import base64
import hashlib
from typing import Any

from flask import Blueprint, g, jsonify, request

from sandbox.zendesk.api.call import account
from sandbox.zendesk.errors import ApiError, not_found
from sandbox.zendesk.oauth import (
    DEFAULT_REFRESH,
    LONGEST_ACCESS,
    LONGEST_REFRESH,
    SHORTEST_ACCESS,
    SHORTEST_REFRESH,
    Client,
    Token,
)
from sandbox.zendesk.records import Json, stamp

blueprint = Blueprint("zendesk_oauth", __name__)
current = Blueprint("zendesk_oauth_current", __name__)

DEFAULT_ACCESS = 86_400


@blueprint.post("/oauth/tokens")
def tokens() -> Any:
    """`authorization_code`, `refresh_token` and `client_credentials`."""
    given: Json = request.get_json(silent=True) or request.form.to_dict()
    grant = GRANTS.get(str(given.get("grant_type")))
    if grant is None:
        raise _refusal(400, "unsupported_grant_type", "The authorization grant type is not supported")
    client = _client(given)
    with account().lock:
        made = grant(client, given)
    answer = jsonify(_told(made, given))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@current.get("/oauth/tokens/current")
def show_current() -> Json:
    """The token that this call was made with, without its text."""
    token: Token = g.token
    ends = None if token.expires_at is None else stamp(token.expires_at)
    return {
        "token": {
            "id": token.id,
            "user_id": token.user_id,
            "scopes": list(token.scopes),
            "expires_at": ends,
            "token": token.access[:10],
        }
    }


@current.delete("/oauth/tokens/<int:token_id>")
def revoke(token_id: int) -> tuple[Any, ...]:
    """Lock the caller's own token out."""
    token: Token = g.token
    if token.id != token_id:
        raise not_found()
    account().tokens.revoke(token)
    return "", 204


def _by_code(client: Client, given: Json) -> Token:
    """Once, soon, and only for the browser that asked."""
    access_in, refresh_in = _lifetimes(given)
    code = account().tokens.codes.pop(str(given.get("code")), None)
    if (
        code is None
        or code.client_id != client.id
        or code.redirect_uri != given.get("redirect_uri")
        or code.expires_at <= account().now()
        or code.challenge != _challenge(given.get("code_verifier"))
    ):
        raise _refusal(
            400, "invalid_grant", "The provided authorization grant is invalid, expired or revoked"
        )
    return account().tokens.add(
        code.user_id,
        account().now(),
        scopes=code.scopes,
        expires_in=access_in,
        refresh_in=refresh_in,
        client_id=client.id,
    )


def _challenge(verifier: Any) -> str | None:
    if not verifier:
        return None
    return base64.urlsafe_b64encode(hashlib.sha256(str(verifier).encode()).digest()).decode().rstrip("=")


def _refreshed(client: Client, given: Json) -> Token:
    access_in, refresh_in = _lifetimes(given)
    old = account().tokens.find_refresh(str(given.get("refresh_token")), account().now())
    if old is None or old.client_id != client.id:
        raise _refusal(400, "invalid_grant", "The provided refresh token is invalid, expired or revoked")
    account().tokens.revoke(old)
    return account().tokens.add(
        old.user_id,
        account().now(),
        scopes=old.scopes,
        expires_in=access_in,
        refresh_in=refresh_in,
        client_id=client.id,
    )


def _by_client(client: Client, given: Json) -> Token:
    """Acts as the client's owner; there is no refresh token, one asks again."""
    access_in, _ = _lifetimes(given)
    scopes = tuple(str(given.get("scope") or "read write").split())
    return account().tokens.add(
        client.owner_id, account().now(), scopes=scopes, expires_in=access_in, client_id=client.id
    )


GRANTS = {"authorization_code": _by_code, "refresh_token": _refreshed, "client_credentials": _by_client}


def _client(given: Json) -> Client:
    found = account().tokens.clients.get(str(given.get("client_id")))
    if found is None or found.secret != given.get("client_secret"):
        raise _refusal(401, "invalid_client", "Client authentication failed")
    return found


def _lifetimes(given: Json) -> tuple[int, int]:
    access_in = _seconds(given, "expires_in", DEFAULT_ACCESS)
    refresh_in = _seconds(given, "refresh_token_expires_in", DEFAULT_REFRESH)
    if not SHORTEST_ACCESS < access_in < LONGEST_ACCESS:
        raise _refusal(400, "invalid_request", "expires_in is out of range")
    if not SHORTEST_REFRESH < refresh_in < LONGEST_REFRESH:
        raise _refusal(400, "invalid_request", "refresh_token_expires_in is out of range")
    return access_in, refresh_in


def _seconds(given: Json, name: str, default: int) -> int:
    try:
        return int(given.get(name) or default)
    except (TypeError, ValueError):
        raise _refusal(400, "invalid_request", f"{name} must be a number of seconds") from None


def _told(token: Token, given: Json) -> Json:
    access_in, refresh_in = _lifetimes(given)
    answer: Json = {
        "access_token": token.access,
        "token_type": "bearer",
        "scope": " ".join(token.scopes),
        "expires_in": access_in,
    }
    if token.refresh is not None:
        answer |= {"refresh_token": token.refresh, "refresh_token_expires_in": refresh_in}
    return answer


def _refusal(status: int, error: str, text: str) -> ApiError:
    return ApiError(status, {"error": error, "error_description": text})

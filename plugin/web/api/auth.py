"""Who asks: a bearer key of one tenant. Every resource's blueprint is made here, so that none can forget it."""

import re

import structlog
from flask import Blueprint, g, request

from plugin.db.access import find_key, touch_key, wants_touch
from plugin.web.problems import Problem
from plugin.web.services import services

_BEARER = re.compile(r"bearer +([\x21-\x7e]{1,200})", re.ASCII | re.IGNORECASE)
NO_KEY = "send an API key as `Authorization: Bearer mgn_…`; `marginalia api-key create --tenant T` makes one"
BAD_KEY = "this API key is unknown or revoked; `marginalia api-key create --tenant T` makes a new one"


def api_blueprint(name: str) -> Blueprint:
    """A blueprint of the JSON API: below /api/v1, and only for holders of a key."""
    blueprint = Blueprint(f"api_{name}", __name__, url_prefix="/api/v1")
    blueprint.before_request(_authenticate)
    return blueprint


def tenant_id() -> int:
    """The tenant whose key this request carries."""
    found: int = g.tenant_id
    return found


def caller() -> str:
    """Who acts, as it is written down beside what they changed."""
    return f"api key {g.api_key_id}"


def _authenticate() -> None:
    given = _BEARER.fullmatch(request.headers.get("Authorization", "").strip())
    if given is None:
        raise Problem(401, NO_KEY, headers={"WWW-Authenticate": 'Bearer realm="marginalia"'})
    if _recognise(given[1]):
        with services().database.write() as session:
            touch_key(session, g.api_key_id, services().now())


def _recognise(key: str) -> bool:
    """Find out who asks, for this request; whether the key's last use that was noted is old enough for a new note."""
    with services().database.read() as session:
        row = find_key(session, key)
        if row is None:
            challenge = 'Bearer realm="marginalia", error="invalid_token"'
            raise Problem(401, BAD_KEY, headers={"WWW-Authenticate": challenge})
        g.tenant_id, g.api_key_id = row.tenant_id, row.id
        structlog.contextvars.bind_contextvars(tenant=row.tenant_id)
        return wants_touch(row, services().now())

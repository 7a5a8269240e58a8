"""The REST API of the account: who calls, what they may, how often; one file per kind of record."""

import base64
import binascii

from flask import Flask, Response, g, jsonify, request

from sandbox.gorgias.api import (
    custom_fields,
    customers,
    events,
    integrations,
    macros,
    messages,
    oauth,
    people,
    tags,
    tickets,
    widgets,
)
from sandbox.gorgias.api.call import account
from sandbox.gorgias.errors import ApiError, forbidden, not_found, unauthenticated
from sandbox.gorgias.limits import BY_APP, BY_KEY
from sandbox.gorgias.records import User

BLUEPRINTS = (
    tickets.blueprint,
    messages.blueprint,
    tags.blueprint,
    customers.blueprint,
    people.blueprint,
    custom_fields.blueprint,
    macros.blueprint,
    integrations.blueprint,
    widgets.blueprint,
    events.blueprint,
)
"""Everything below /api: behind a key or a token, and counted."""
GUARDED = frozenset(blueprint.name for blueprint in BLUEPRINTS)
RESOURCES = {
    "custom-fields": "custom_fields",
    "messages": "tickets",
    "views": "tickets",
    "teams": "users",
    "widgets": "integrations",
}
"""First part of a path → the scope that opens it, where that has another name."""


def install(app: Flask) -> None:
    """Serve the API below /api, and what OAuth needs."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix="/api")
    app.before_request(_let_in)
    app.register_blueprint(oauth.blueprint)
    app.register_error_handler(ApiError, refused)
    app.after_request(_budget)


def refused(error: ApiError) -> tuple[Response, int, dict[str, str]]:
    """A refusal as an answer."""
    return jsonify(error.body), error.status, error.headers


def no_such_path() -> Response:
    """What the API says to a path that there is none of."""
    error = not_found()
    answer = jsonify(error.body)
    answer.status_code = error.status
    return answer


def _let_in() -> None:
    """A key that fits its user, or a living token with the right scope; and room in the bucket."""
    if request.blueprint not in GUARDED:
        return
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        g.gorgias_user, kind = _by_key(text.strip()), BY_KEY
    else:
        g.gorgias_user, kind = _by_token(text.strip() if scheme.lower() == "bearer" else ""), BY_APP
    g.gorgias_kind = kind
    account().limits.call(kind, account().now())


def _by_key(text: str) -> User:
    try:
        email, _, key = base64.b64decode(text, validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        raise unauthenticated() from None
    user = account().users.get(account().access.keys.get(key, 0))
    if user is None or user.email.lower() != email.lower():
        raise unauthenticated()
    return user


def _by_token(text: str) -> User:
    token = account().access.find(text, account().now())
    if token is None:
        raise unauthenticated()
    first, _, rest = request.path.removeprefix("/api/").partition("/")
    under = "tags" if rest.endswith("/tags") else "custom_fields" if "/custom-fields" in rest else ""
    resource = RESOURCES.get(first, first)
    writing = request.method not in {"GET", "HEAD"}
    if not any(token.allows(one, writing) for one in (resource, under)):
        raise forbidden()
    return account().users[token.user_id]


def _budget(response: Response) -> Response:
    if "gorgias_kind" in g:
        response.headers.update(account().limits.headers(g.gorgias_kind, account().now()))
    return response

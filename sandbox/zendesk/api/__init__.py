"""The Support API of the account: who calls, what they may, how often; one file per kind of record."""

from flask import Flask, Response, g, jsonify, request

from sandbox.zendesk.api import apps, exports, hooks, macros, oauth, people, ticket_fields, tickets
from sandbox.zendesk.api.call import account, writing
from sandbox.zendesk.errors import ApiError, forbidden, unauthenticated

BLUEPRINTS = (
    tickets.blueprint,
    ticket_fields.blueprint,
    people.blueprint,
    macros.blueprint,
    hooks.blueprint,
    exports.blueprint,
    oauth.current,
)
"""Everything below /api/v2: behind a token, and counted."""
GUARDED = frozenset(blueprint.name for blueprint in BLUEPRINTS)


def install(app: Flask) -> None:
    """Serve the API below /api/v2, and the token endpoint."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix="/api/v2")
    app.before_request(_let_in)
    app.register_blueprint(oauth.blueprint)
    app.register_blueprint(apps.blueprint)
    app.register_error_handler(ApiError, _refused)
    app.after_request(_budget)


def _let_in() -> None:
    """A living token with the right scope, and room in the account's budget."""
    if request.blueprint not in GUARDED:
        return
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    token = account().tokens.find(text.strip(), account().now()) if scheme.lower() == "bearer" else None
    if token is None:
        raise unauthenticated()
    account().limits.call(account().now())
    resource = request.path.removeprefix("/api/v2/").split("/")[0]
    if not token.allows(resource, writing()):
        raise forbidden()
    g.token, g.user = token, account().user(token.user_id)


def _refused(error: ApiError) -> tuple[Response, int, dict[str, str]]:
    return jsonify(error.body), error.status, error.headers


def no_such_path() -> Response:
    """What the API says to a path that there is none of."""
    answer = jsonify({"error": "InvalidEndpoint", "description": "Not found"})
    answer.status_code = 404
    return answer


def _budget(response: Response) -> Response:
    if request.path.startswith("/api/v2/"):
        response.headers.update(account().limits.headers(account().now()))
    return response

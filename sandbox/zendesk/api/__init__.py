"""The Support API of the account: who calls, what they may, how often; one file per kind of record."""

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from sandbox.zendesk.api import exports, hooks, macros, oauth, people, ticket_fields, tickets
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
    app.register_error_handler(ApiError, _refused)
    app.register_error_handler(404, _no_such_path)
    app.register_error_handler(405, _no_such_path)
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


def _no_such_path(error: HTTPException) -> Response:
    """The API's own 404; pages keep the framework's."""
    if request.path.startswith("/api/"):
        answer = jsonify({"error": "InvalidEndpoint", "description": "Not found"})
        answer.status_code = 404
        return answer
    return Response(error.get_response().get_data(), error.code, content_type="text/html; charset=utf-8")


def _budget(response: Response) -> Response:
    if request.path.startswith("/api/"):
        response.headers.update(account().limits.headers(account().now()))
    return response

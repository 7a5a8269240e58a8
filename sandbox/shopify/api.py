"""The Admin API over HTTP: one path, a token, a JSON document."""

import re
from typing import Any, cast

from flask import Blueprint, Response, current_app, jsonify, request

from sandbox.shopify.graph import answer
from sandbox.shopify.state import Shop

blueprint = Blueprint("shopify_api", __name__)

VERSION = re.compile(r"\d{4}-(01|04|07|10)|unstable")
BAD_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"


def shop() -> Shop:
    """The shop that is served here."""
    return cast(Shop, current_app.extensions["shopify"])


@blueprint.post("/admin/api/<version>/graphql.json")
def graphql(version: str) -> tuple[Response, int]:
    """Answer one document. What is wrong with the document comes with 200 and `errors`."""
    if not shop().access.opens(request.headers.get("X-Shopify-Access-Token"), shop().now()):
        return jsonify({"errors": BAD_TOKEN}), 401
    if not VERSION.fullmatch(version):
        return no_such_path(), 404
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        return jsonify({"errors": {"query": "Required parameter missing or invalid"}}), 400
    variables = body.get("variables")
    found = answer(shop(), body["query"], _object(variables), body.get("operationName"))
    made = jsonify(found)
    made.headers["X-Shopify-API-Version"] = version
    return made, 200


def no_such_path() -> Response:
    """What the API says to a path that there is none of."""
    made = jsonify({"errors": "Not Found"})
    made.status_code = 404
    return made


def _object(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}

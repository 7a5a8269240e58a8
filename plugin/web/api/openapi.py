"""/api/v1/openapi.json: the API described to machines (OpenAPI 3.1), made from its routes and schemas."""

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response, current_app, jsonify
from werkzeug.routing import Rule

from plugin.web.api.operations import OPERATIONS, Operation
from plugin.web.api.paging import Cursor
from plugin.web.api.schemas import Instant

ROOT = "/api/v1"
PROBLEM = "Problem"
ABOUT = (
    "The JSON API of one tenant. A key is made by `marginalia api-key create --tenant T` and sent as "
    "`Authorization: Bearer mgn_…`. Lists are newest first. Money is a decimal string with its currency, an instant "
    "is RFC 3339 in UTC. Every refusal is a problem document (RFC 9457) whose `detail` says what to do next."
)
USUAL = {
    401: "The key is missing, unknown or revoked.",
    503: "The database takes nothing at the moment: come again after `Retry-After` seconds.",
}
BAD_QUERY = {400: "A parameter is wrong; `errors` names each."}
BAD_WRITE = {
    400: "The Idempotency-Key is malformed.",
    413: "The body is too large.",
    422: "The content is refused, or the Idempotency-Key was used for another request; `errors` names each.",
}
IDEMPOTENCY = "A repeat under the same key gets the first answer again, and nothing happens twice."
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")

blueprint = Blueprint("api_description", __name__, url_prefix=ROOT)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The description; it holds no data, so everybody may read it."""
    return jsonify(description_of(current_app))


def description_of(app: Flask) -> dict[str, Any]:
    """The whole document, made once for each app."""
    known: dict[str, Any] | None = app.extensions.get("marginalia_openapi")
    if known is None:
        known = app.extensions["marginalia_openapi"] = _describe(app)
    return known


def api_routes(app: Flask) -> Iterator[Rule]:
    """Every route of the API that needs a key, by path."""
    rules = (rule for rule in app.url_map.iter_rules() if rule.rule.startswith(f"{ROOT}/"))
    ours = (rule for rule in rules if rule.endpoint.partition(".")[0] not in OPEN)
    return iter(sorted(ours, key=lambda rule: (rule.rule, sorted(rule.methods or ()))))


OPEN = ("api_description", "api_docs")
"""Blueprints that describe the API and are no part of it."""


def _describe(app: Flask) -> dict[str, Any]:
    schemas = MarshmallowPlugin()
    spec = APISpec(
        title="Marginalia",
        version=version("marginalia"),
        openapi_version="3.1.0",
        plugins=[schemas],
        info={"description": ABOUT},
        servers=[{"url": "/"}],
        security=[{"key": []}],
    )
    assert schemas.converter is not None
    schemas.converter.field_mapping |= {Instant: ("string", "date-time"), Cursor: ("string", None)}
    spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    spec.components.schema(PROBLEM, _PROBLEM)
    for rule in api_routes(app):
        spec.path(path=_PLACE.sub(r"{\1}", rule.rule), operations=_operations(app, rule))
    made = spec.to_dict()
    _complete(made["components"]["schemas"])
    for path in made["paths"].values():
        for operation in path.values():
            for parameter in operation["parameters"]:
                parameter["schema"] = _spoken(parameter["schema"])
    return made


def _operations(app: Flask, rule: Rule) -> dict[str, Any]:
    view = app.view_functions[rule.endpoint]
    operation = OPERATIONS.get(rule.endpoint, Operation({"type": "object"}))
    summary = (view.__doc__ or "").strip().partition("\n")[0]
    group = rule.endpoint.partition(".")[0].removeprefix("api_")
    described = {
        "operationId": rule.endpoint.removeprefix("api_").replace(".", "_"),
        "summary": summary,
        "tags": [group],
        "parameters": list(_parameters(rule, operation)),
        "responses": _responses(operation),
    }
    if operation.takes:
        content = {name: {"schema": dict(schema)} for name, schema in operation.takes.items()}
        described["requestBody"] = {"required": True, "content": content}
    return {method.lower(): described for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}


def _parameters(rule: Rule, operation: Operation) -> Iterator[dict[str, Any]]:
    text = {"type": "string"}
    for name in sorted(rule.arguments):
        yield {"name": name, "in": "path", "required": True, "schema": text}
    if operation.query is not None:
        yield {"in": "query", "schema": operation.query}
    for name, purpose in operation.headers.items():
        yield {"name": name, "in": "header", "description": purpose, "schema": text}
    if operation.writes:
        key = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"}
        yield {"name": "Idempotency-Key", "in": "header", "description": IDEMPOTENCY, "schema": key}


def _responses(operation: Operation) -> dict[str, Any]:
    refused = {**USUAL, **(BAD_QUERY if operation.query else {}), **(BAD_WRITE if operation.writes else {})}
    refused |= operation.refusals
    problem = {"application/problem+json": {"schema": PROBLEM}}
    answers = {
        str(status): {"description": said, "content": problem} for status, said in sorted(refused.items())
    }
    shape = _listed(operation) if operation.listed else operation.answer
    schema = dict(shape) if isinstance(shape, Mapping) else shape
    return {
        "200": {
            "description": "It is done." if operation.writes else "What was asked for.",
            "content": {name: {"schema": schema} for name in operation.gives},
        },
        **answers,
    }


def _listed(operation: Operation) -> Mapping[str, Any]:
    """The shape of every list."""
    return {
        "type": "object",
        "properties": {
            **operation.beside,
            "data": {"type": "array", "items": operation.answer},
            "next_cursor": {
                "type": ["string", "null"],
                "description": "`cursor` of the next page; null on the last.",
            },
        },
        "required": [*operation.beside, "data", "next_cursor"],
    }


def _spoken(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter's schema in the words of JSON Schema: no null in an address, and patterns as browsers write them."""
    plain = {name: value for name, value in schema.items() if value is not None}
    if isinstance(plain.get("type"), list):
        plain["type"] = next(name for name in plain["type"] if name != "null")
    if "pattern" in plain:
        plain["pattern"] = f"^{plain['pattern'].removeprefix('^').removesuffix('$').removesuffix(_END)}$"
    return plain


_END = r"\Z"


def _complete(schemas: Mapping[str, Any]) -> None:
    """An answer always has all of its fields, those without a value are null; more may come with a later version."""
    for schema in schemas.values():
        schema.pop("additionalProperties", None)
        schema.setdefault("required", list(schema["properties"]))


_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A refusal (RFC 9457): what happened, and what to do next.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
                "required": ["path", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}

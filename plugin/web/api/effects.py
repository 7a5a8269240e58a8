"""/api/v1/effects: what went out, and sending it again."""

from typing import Any

from flask import Response, jsonify
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from plugin.db.answers import Answer
from plugin.db.effects import STATES, Effects, NotRetryable
from plugin.web.api.auth import api_blueprint, tenant_id
from plugin.web.api.paging import ListQuery, list_query, missing, number_cursor, page, row_number
from plugin.web.api.schemas import EffectLine
from plugin.web.api.writing import write
from plugin.web.problems import Problem
from plugin.web.services import services

blueprint = api_blueprint("effects")


class EffectsQuery(ListQuery):
    """Filters of the list."""

    state = fields.String(validate=validate.OneOf(STATES, error=f"must be one of {', '.join(STATES)}"))


@blueprint.get("/effects")
def all_effects() -> Response:
    """The newest effects."""
    query = list_query(EffectsQuery)
    limit, before = query.pop("limit"), number_cursor(query.pop("cursor"))
    with services().database.read() as session:
        rows = Effects(session, tenant_id()).list(**query, before=before, limit=limit + 1)
        return jsonify(page(rows, limit, EffectLine().dump, lambda row: str(row.id)))


@blueprint.get("/effects/<number>")
def one_effect(number: str) -> Response:
    """One effect."""
    with services().database.read() as session:
        row = Effects(session, tenant_id()).show(row_number(number, "effect"))
        if row is None:
            raise missing("effect", number)
        return jsonify(EffectLine().dump(row))


@blueprint.post("/effects/<number>/retry")
def retry(number: str) -> Response:
    """Send a dead, unknown, held or withheld effect again; who shall meet no bots is looked up anew."""
    return write(lambda session: _retry(session, number))


def _retry(session: Session, number: str) -> Answer:
    try:
        row = Effects(session, tenant_id()).retry(row_number(number, "effect"), services().now())
    except NotRetryable as error:
        raise Problem(409, str(error)) from None
    if row is None:
        raise missing("effect", number)
    shown: dict[str, Any] = EffectLine().dump(row)
    return Answer(200, shown)

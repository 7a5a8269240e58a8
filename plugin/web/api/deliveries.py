"""/api/v1/deliveries: what came in, and working it again."""

from typing import Any

from flask import Response, jsonify
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from plugin.db.answers import Answer
from plugin.db.deliveries import STATES, Deliveries, NotReplayable
from plugin.web.api.auth import api_blueprint, tenant_id
from plugin.web.api.paging import ListQuery, list_query, missing, number_cursor, page, row_number
from plugin.web.api.schemas import DeliveryLine, DeliveryWhole
from plugin.web.api.writing import write
from plugin.web.problems import Problem
from plugin.web.services import services

blueprint = api_blueprint("deliveries")


class DeliveriesQuery(ListQuery):
    """Filters of the list."""

    state = fields.String(validate=validate.OneOf(STATES, error=f"must be one of {', '.join(STATES)}"))
    source = fields.String(validate=validate.Regexp(r"[A-Za-z0-9_-]{1,50}\Z", error="is no vendor's name"))


@blueprint.get("/deliveries")
def all_deliveries() -> Response:
    """The newest deliveries."""
    query = list_query(DeliveriesQuery)
    limit, before = query.pop("limit"), number_cursor(query.pop("cursor"))
    with services().database.read() as session:
        rows = Deliveries(session, tenant_id()).list(**query, before=before, limit=limit + 1)
        return jsonify(page(rows, limit, DeliveryLine().dump, lambda row: str(row.id)))


@blueprint.get("/deliveries/<number>")
def one_delivery(number: str) -> Response:
    """One delivery with headers and body."""
    with services().database.read() as session:
        row = Deliveries(session, tenant_id()).show(row_number(number, "delivery"))
        if row is None:
            raise missing("delivery", number)
        return jsonify(DeliveryWhole().dump(row))


@blueprint.post("/deliveries/<number>/replay")
def replay(number: str) -> Response:
    """Read it again with today's code, and queue what it points to."""
    return write(lambda session: _replay(session, number))


def _replay(session: Session, number: str) -> Answer:
    deliveries = Deliveries(session, tenant_id())
    try:
        row = deliveries.replay(row_number(number, "delivery"), services().vendors, services().now())
    except NotReplayable as error:
        raise Problem(409, str(error)) from None
    if row is None:
        raise missing("delivery", number)
    shown: dict[str, Any] = DeliveryLine().dump(row)
    return Answer(200, shown)

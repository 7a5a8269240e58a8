"""/api/v1/redemptions: the codes that were used on orders, whose they are, and what proves it."""

from datetime import datetime

from flask import Response, jsonify

from plugin.db.credit_lists import CreditList
from plugin.web.api.auth import api_blueprint, tenant_id
from plugin.web.api.money_schemas import RedemptionSchema
from plugin.web.api.paging import ListQuery, bad_cursor, list_query, page
from plugin.web.api.statements import text_filter
from plugin.web.credit_view import place_of, told_redemption
from plugin.web.services import services
from plugin.web.ticket_view import read_cursor

blueprint = api_blueprint("redemptions")


class RedemptionsQuery(ListQuery):
    """Filters of the list."""

    code = text_filter(100)


@blueprint.get("/redemptions")
def redemptions() -> Response:
    """The codes used last, by when their orders were placed."""
    query = list_query(RedemptionsQuery)
    limit, after = query["limit"], place_in(query["cursor"])
    with services().database.read() as session:
        rows = CreditList(session, tenant_id()).redemptions(limit + 1, after, query.get("code"))
        shown = page(rows, limit, lambda row: RedemptionSchema().dump(told_redemption(row)), place_of)
        return jsonify(shown)


def place_in(cursor: str | None) -> tuple[datetime, int] | None:
    """The place in a cursor of a list of credits; a Problem when it is none."""
    place = None if cursor is None else read_cursor(cursor)
    if cursor is not None and place is None:
        raise bad_cursor()
    return place

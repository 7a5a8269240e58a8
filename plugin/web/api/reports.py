"""/api/v1/reports: what a merchant is told in one look."""

from typing import Any

from flask import Response, jsonify
from sqlalchemy.orm import Session

from plugin.db.breaches import Breaches
from plugin.web.api.auth import api_blueprint, tenant_id
from plugin.web.api.paging import ListQuery, list_query, number_cursor, page
from plugin.web.api.schemas import BreachLine
from plugin.web.breach_view import BreachShow
from plugin.web.services import services

blueprint = api_blueprint("reports")


@blueprint.get("/reports/no-bots")
def no_bots() -> Response:
    """Messages of bots to customers who shall meet none: how many of ours and of the helpdesk's, and each."""
    query = list_query(ListQuery)
    with services().database.read() as session:
        return jsonify(_report(session, query["limit"], number_cursor(query["cursor"])))


def _report(session: Session, limit: int, before: int | None) -> dict[str, Any]:
    breaches, show = Breaches(session, tenant_id()), BreachShow(session, tenant_id())
    rows = breaches.latest(limit + 1, before)
    listed = page(rows, limit, lambda row: BreachLine().dump(show.line(*row)), lambda row: str(row[0].id))
    return {**breaches.counts(), **listed}

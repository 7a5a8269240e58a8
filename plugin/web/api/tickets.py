"""/api/v1/tickets: what each ticket is about, and why we think so."""

from datetime import datetime

from flask import Response, jsonify

from plugin.db.effects import Effects
from plugin.db.tables import TicketRow
from plugin.db.tickets import Tickets
from plugin.domain.effects import ticket_resource
from plugin.web.api.auth import api_blueprint, tenant_id
from plugin.web.api.paging import ListQuery, bad_cursor, list_query, page
from plugin.web.api.schemas import TicketLine, TicketWhole
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.ticket_view import TicketShow, cursor_of, read_cursor

blueprint = api_blueprint("tickets")
MISSING = (
    "no ticket {ticket} of {helpdesk} is known here: it is read when its next webhook comes, or by the sweep"
)


@blueprint.get("/tickets")
def latest() -> Response:
    """The tickets seen last."""
    query = list_query(ListQuery)
    limit, before = query["limit"], _position(query["cursor"])
    with services().database.read() as session:
        rows = Tickets(session, tenant_id()).latest(limit + 1, before)
        show = TicketShow(session, tenant_id())
        return jsonify(page(rows, limit, lambda row: TicketLine().dump(show.line(row)), cursor_of))


@blueprint.get("/tickets/<helpdesk>/<ticket>")
def one_ticket(helpdesk: str, ticket: str) -> Response:
    """One ticket: reason code, suggestions, trace, history and effects."""
    with services().database.read() as session:
        row = find_ticket(Tickets(session, tenant_id()), helpdesk, ticket)
        decisions = Tickets(session, tenant_id()).decisions(row.id)
        effects = Effects(session, tenant_id()).of_resource(row.connection_id, ticket_resource(row.ticket_id))
        whole = TicketShow(session, tenant_id()).whole(row, decisions, effects)
        return jsonify(TicketWhole().dump(whole))


def find_ticket(tickets: Tickets, helpdesk: str, ticket: str) -> TicketRow:
    """The ticket of this tenant; a Problem where there is none."""
    row = None
    if "\x00" not in helpdesk + ticket:  # PostgreSQL takes no NUL, not even to look for
        row = tickets.find(helpdesk, ticket)
    if row is None:
        raise Problem(404, MISSING.format(ticket=repr(ticket[:60]), helpdesk=repr(helpdesk[:60])))
    return row


def _position(cursor: str | None) -> tuple[datetime, int] | None:
    if cursor is None:
        return None
    position = read_cursor(cursor)
    if position is None:
        raise bad_cursor()
    return position

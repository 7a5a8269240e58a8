"""The last tickets, and of each one why we did what we did."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from plugin.db.deliveries import Deliveries
from plugin.db.effects import RETRYABLE, Effects
from plugin.db.tables import ConnectionRow, EffectRow
from plugin.db.tickets import Tickets
from plugin.domain.effects import ticket_resource
from plugin.web.admin.lists import PAGE
from plugin.web.admin.session import admin_blueprint, tenant_id
from plugin.web.coupon_view import held_codes
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.ticket_view import TicketShow, cursor_of, read_cursor

blueprint = admin_blueprint("tickets")


@blueprint.get("/tickets")
def latest() -> str:
    """The tickets seen last."""
    with services().database.read() as session:
        rows = Tickets(session, tenant_id()).latest(PAGE + 1, read_cursor(request.args.get("after", "")))
        show = TicketShow(session, tenant_id(), get_locale().language)
        return render_template(
            "tickets.html",
            tickets=[show.line(row) for row in rows[:PAGE]],
            older=cursor_of(rows[PAGE - 1]) if len(rows) > PAGE else None,
            live=services().views.of(session, tenant_id()).settings.live,
            helpdesks=_helpdesks(session),
            leaked=held_codes(session, tenant_id()),
        )


@blueprint.get("/tickets/find")
def find() -> Response:
    """The page of the ticket with this number."""
    helpdesk, ticket = request.args.get("helpdesk", "").strip(), request.args.get("ticket", "").strip()
    if not helpdesk or not ticket:
        return redirect(url_for("admin_tickets.latest"), 303)
    return redirect(url_for("admin_tickets.one", helpdesk=helpdesk, ticket=ticket.removeprefix("#")), 303)


@blueprint.get("/tickets/<helpdesk>/<ticket>")
def one(helpdesk: str, ticket: str) -> str:
    """Why: every decision with what it saw, did and left, and what became of it."""
    with services().database.read() as session:
        tickets = Tickets(session, tenant_id())
        row = None if "\x00" in helpdesk + ticket else tickets.find(helpdesk, ticket)
        if row is None:
            raise Problem(
                404, gettext("This ticket is not known here: it is read when its next webhook comes.")
            )
        resource = ticket_resource(row.ticket_id)
        effects = Effects(session, tenant_id()).of_resource(row.connection_id, resource)
        show = TicketShow(session, tenant_id(), get_locale().language)
        return render_template(
            "ticket.html",
            ticket=show.whole(row, tickets.decisions(row.id), effects),
            name_of=show.name,
            effects=_by_decision(effects),
            retryable=RETRYABLE,
            has_store=_has_store(session),
            deliveries=Deliveries(session, tenant_id()).of_resource(row.connection_id, resource),
        )


def _helpdesks(session: Session) -> list[str]:
    """The helpdesks that this tenant has connected."""
    return [vendor for vendor in _vendors(session) if vendor not in services().stores]


def _has_store(session: Session) -> bool:
    """Whether a store of this tenant is connected that could say who writes."""
    return any(vendor in services().stores for vendor in _vendors(session))


def _vendors(session: Session) -> list[str]:
    mine = select(ConnectionRow.vendor).where(ConnectionRow.tenant_id == tenant_id())
    return list(session.scalars(mine.distinct().order_by(ConnectionRow.vendor)))


def _by_decision(effects: Sequence[EffectRow]) -> dict[Any, list[EffectRow]]:
    """Decision number → its effects; None for those of no decision."""
    grouped: dict[Any, list[EffectRow]] = {}
    for effect in effects:
        grouped.setdefault(effect.decision_id, []).append(effect)
    return grouped

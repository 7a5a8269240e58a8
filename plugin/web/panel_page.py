"""The panel of a ticket as a page of its own, for helpdesks that frame nothing: the link to it holds ids only.

An agent comes in through the helpdesk's own sign-in, an admin by a one-time link, whoever sits at the machine of a demo
without either.
"""

from typing import Any

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from plugin.db.connections import Connections
from plugin.db.tickets import Tickets
from plugin.ports import Connection
from plugin.web.admin.door import demo_tenant
from plugin.web.admin.session import check_origin, enter_as, look_who, sign_in, tenant_id
from plugin.web.agent_session import let_out, signed_in_agent
from plugin.web.panel_door import account_name, ask_to_sign_in, refusal
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.sidebar.looker import Looker, mint, mint_renewal
from plugin.web.sidebar.panel import ask_for, is_ticket_id, missing, panel_of

blueprint = Blueprint("panel_page", __name__)


@blueprint.get("/panel/<helpdesk>/<ticket_id>")
def page(helpdesk: str, ticket_id: str) -> Response:
    """The panel for whoever is signed in; else the page that asks to sign in."""
    if helpdesk not in services().helpdesks or not is_ticket_id(ticket_id):
        abort(404)
    found = signed_in_agent(helpdesk)
    if found is not None:
        return _shown(*found, ticket_id)
    newly = None if look_who() else demo_tenant()
    if newly is not None:
        enter_as(newly)
    if "tenant_id" not in g:
        return ask_to_sign_in(helpdesk, ticket_id)
    response = _for_admin(helpdesk, ticket_id)
    return response if newly is None else sign_in(response, newly)


@blueprint.post("/panel/<helpdesk>/sign-out")
def leave(helpdesk: str) -> AnyResponse:
    """Sign the agent out; the next one names their account anew."""
    check_origin()
    ticket_id = request.form.get("ticket", "")
    if helpdesk not in services().helpdesks or not is_ticket_id(ticket_id):
        abort(404)
    there = url_for("panel_page.page", helpdesk=helpdesk, ticket_id=ticket_id)
    return let_out(make_response(redirect(there, 303)), helpdesk)


def _for_admin(helpdesk: str, ticket_id: str) -> Response:
    """An admin's tenant may have several accounts of a helpdesk: the one with this ticket, else they choose."""
    with services().database.read() as session:
        every = Connections(session, services().vault).of_tenant(tenant_id())
        mine = [one for one in every if one.vendor == helpdesk]
        named = account_name(request.args.get("account", ""))
        fitting = [one for one in mine if one.account == named] if named else mine
        if len(fitting) > 1:
            tickets = Tickets(session, tenant_id())
            fitting = [one for one in fitting if tickets.row(one.id, ticket_id)] or fitting
    if not fitting:
        return make_response(refusal(404, missing().detail, helpdesk, ticket_id))
    if len(fitting) > 1:
        return make_response(
            render_template("panel_accounts.html", helpdesk=helpdesk, ticket_id=ticket_id, accounts=fitting)
        )
    return _shown(Looker(tenant_id(), fitting[0].id, None, "admin"), fitting[0], ticket_id)


def _shown(looker: Looker, connection: Connection, ticket_id: str) -> Response:
    """The panel, with tokens for what is done in it; what is refused is said on a page."""
    helpdesk = connection.vendor
    account = connection.account if looker.agent_id is not None else ""
    try:
        shown = _panel(looker, helpdesk, ticket_id)
    except Problem as problem:
        return make_response(refusal(problem.status, problem.detail, helpdesk, ticket_id, account))
    html = render_template(
        "page.html",
        helpdesk=helpdesk,
        ticket_id=ticket_id,
        account=account,
        token=mint(looker),
        renewal=mint_renewal(looker),
        **shown,
    )
    return make_response(html)


def _panel(looker: Looker, helpdesk: str, ticket_id: str) -> dict[str, Any]:
    """What is shown; a ticket that is not known yet is asked for."""
    with services().database.read() as session:
        shown = panel_of(session, looker, helpdesk, ticket_id)
    if shown is None:
        ask_for(looker, ticket_id)
        shown = {"view": None, "waiting": True}
    return shown

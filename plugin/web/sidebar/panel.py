"""The panel of a ticket, as HTML: one read of our own database, and nothing of any vendor's."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import get_locale, gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from plugin.agents_say import OPENED, SOURCE
from plugin.db.inbox import Arrival, Inbox
from plugin.db.panels import Panels
from plugin.domain.effects import ticket_resource
from plugin.sidebar import GestureAsked, SidebarView, sidebar_view
from plugin.tenant_view import MOST_KEPT, TenantView
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.sidebar.case import open_case
from plugin.web.sidebar.looker import HEADER, Looker, looker_of_request, mint, needs_new
from plugin.web.sidebar.rows import facts_of
from plugin.web.wording import plain_sight

LONGEST_ID: Final = 100
ASK_AGAIN: Final = timedelta(minutes=10)
"""What the helpdesk said of a ticket that we do not know is believed so long."""

OPTION: Final = Markup('<option value="{}">{}</option>')
OPTIONS: Final = "sidebar_options"

blueprint = Blueprint("sidebar_panel", __name__)


def install(app: Flask) -> None:
    """Serve panels."""
    app.register_blueprint(blueprint)
    app.extensions[OPTIONS] = {}


@blueprint.get("/sidebar/<helpdesk>/tickets/<ticket_id>")
def panel(helpdesk: str, ticket_id: str) -> Response:
    """The panel of this ticket for whoever holds the token; it says how many milliseconds we took over it."""
    begin = time.perf_counter()
    looker = looker_of_request()
    check_ticket_id(ticket_id)
    response = with_token(render_panel(looker, helpdesk, ticket_id), looker)
    response.headers["Server-Timing"] = f"app;dur={(time.perf_counter() - begin) * 1000:.2f}"
    return response


def render_panel(looker: Looker, helpdesk: str, ticket_id: str, question: GestureAsked | None = None) -> str:
    """The panel's HTML; a ticket that is not known yet is asked for, and the panel says so."""
    with services().database.read() as session:
        shown = panel_of(session, looker, helpdesk, ticket_id, question)
    if shown is None:
        ask_for(looker, ticket_id)
        shown = {"view": None, "waiting": True}
    return render_template("panel.html", helpdesk=helpdesk, ticket_id=ticket_id, **shown)


def panel_of(
    session: Session,
    looker: Looker,
    helpdesk: str,
    ticket_id: str,
    question: GestureAsked | None = None,
) -> dict[str, Any] | None:
    """What the panel's template is given; None where the ticket is not known. A Problem where it is gone."""
    case = open_case(session, looker, ticket_id)
    if case is None:
        return None
    if case.ticket.vendor != helpdesk or case.ticket.state == "deleted":
        raise missing()
    settings = case.view.settings
    g.tenant_locale, g.tenant_zone = settings.locale, settings.timezone
    g.native_digits = settings.native_digits
    view = replace(sidebar_view(facts_of(session, case)), question=question)
    return in_words(view, looker.tenant_id, case.view)


def in_words(view: SidebarView, tenant_id: int, tenant: TenantView) -> dict[str, Any]:
    """The view, and the names of the codes in the reader's language."""
    locale = get_locale()
    language = "en" if locale is None else locale.language

    def name_of(code: str) -> str:
        return tenant.tree.path(code, language) if code in tenant.tree else code

    options = _options(tenant_id, tenant, language)
    return {"view": view, "waiting": False, "options": options, "name_of": name_of}


def _options(tenant_id: int, tenant: TenantView, language: str) -> Markup:
    """Every code that can be chosen, as options of a list: the same for all tickets of a settings version."""
    kept: dict[tuple[int, int, str], Markup] = current_app.extensions[OPTIONS]
    key = (tenant_id, tenant.version, language)
    if key not in kept:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        named = [
            (one.code, plain_sight(tenant.tree.path(one.code, language))) for one in tenant.tree.visible()
        ]
        kept[key] = Markup("").join(OPTION.format(code, name) for code, name in named)
    return kept[key]


def ask_for(looker: Looker, ticket_id: str) -> None:
    """Have the helpdesk asked for a ticket, once a while; a Problem once it has said that there is none."""
    now, resource = services().now(), ticket_resource(ticket_id)
    with services().database.read() as session:
        panels = Panels(session, looker.tenant_id)
        asked = panels.last_question(looker.connection_id, resource, now - ASK_AGAIN)
    if asked is None:
        with services().database.write() as session:
            Inbox(session).put([hint(looker, ticket_id, OPENED)])
        return
    state, error = asked
    if state == "worked":
        raise missing()
    if state == "dead":
        raise Problem(502, error or "")


def hint(looker: Looker, ticket_id: str, topic: str, body: bytes = b"") -> Arrival:
    """A hint of our own that something is to be done about a ticket."""
    return Arrival(
        tenant_id=looker.tenant_id,
        connection_id=looker.connection_id,
        source=SOURCE,
        topic=topic,
        event_id=None,
        resource=ticket_resource(ticket_id),
        state="pending",
        body=body,
        headers={},
        received_at=services().now(),
    )


def missing() -> Problem:
    """The refusal of a ticket that this account does not have."""
    return Problem(404, gettext("The helpdesk has no such ticket, or it was deleted there."))


def is_ticket_id(text: str) -> bool:
    """Whether this can be a ticket's id at all."""
    return text.isalnum() and text.isascii() and len(text) <= LONGEST_ID


def check_ticket_id(ticket_id: str) -> None:
    """Refuse what can be no ticket's id."""
    if not is_ticket_id(ticket_id):
        raise missing()


def with_token(html: str, looker: Looker) -> Response:
    """The answer, with a fresh token where the one that came has had its best time."""
    response = make_response(html)
    if request.headers.get("Authorization") and needs_new():
        response.headers[HEADER] = mint(looker)
    return response

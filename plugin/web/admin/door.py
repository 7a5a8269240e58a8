"""The way in: what this is, in what state the installation is, and signing in."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from plugin.db.access import use_link
from plugin.db.away import is_away
from plugin.db.connections import Connections, Tenants
from plugin.db.tickets import Tickets
from plugin.ports import Connection
from plugin.web import health
from plugin.web.admin.session import check_form, csrf_token, enter_as, look_who, sign_in, sign_out
from plugin.web.coupon_view import held_codes
from plugin.web.problems import AWAY, Problem
from plugin.web.services import services
from plugin.web.ticket_view import TicketShow

LAST_TICKETS = 10
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")

blueprint = Blueprint("door", __name__)


@blueprint.get("/")
def landing() -> Response:
    """What this is and how it is doing; always 200, also while the database is away."""
    reasons = _reasons()
    newly, tickets, leaked = _look_in()
    page = make_response(
        render_template("landing.html", reasons=reasons, tickets=tickets, newly=newly, leaked=leaked)
    )
    return page if newly is None else sign_in(page, newly)


@blueprint.get("/admin/enter/<token>")
def enter(token: str) -> AnyResponse:
    """A one-time link: it signs this browser in and is used up. A HEAD (a link checker's) does not use it."""
    if request.method == "HEAD":
        return Response()
    with services().database.write() as session:
        tenant = use_link(session, token, services().now())
    if tenant is None:
        raise Problem(401, gettext("This link was used already, or is more than an hour old."))
    return sign_in(make_response(redirect(url_for("admin_tickets.latest"), 303)), tenant)


@blueprint.post("/admin/leave")
def leave() -> AnyResponse:
    """Sign out."""
    if look_who():
        check_form()
    return sign_out(make_response(redirect(url_for("door.landing"), 303)))


@blueprint.get("/admin")
@blueprint.get("/admin/")
def admin() -> AnyResponse:
    """The first admin page."""
    return redirect(url_for("admin_tickets.latest"), 303)


@blueprint.app_context_processor
def for_forms() -> dict[str, object]:
    """What every page needs: whose pages these are, and the token of forms where somebody is signed in."""
    return {
        "csrf_token": csrf_token,
        "signed_in": bool(g.get("session_name")),
        "tenant_name": g.get("tenant_name"),
    }


def _reasons() -> list[str]:
    try:
        return health.reasons(services().now())
    except SQLAlchemyError as error:
        if not is_away(error):
            raise
        return [AWAY]


def _look_in() -> tuple[int | None, list[dict[str, Any]] | None, list[str]]:
    """The tenant that the demo signs in with this request; last tickets and leaked codes of whoever is signed in."""
    try:
        newly = None if look_who() else demo_tenant()
        if newly is not None:
            enter_as(newly)
        return (newly, _last_tickets(), _leaked()) if "tenant_id" in g else (newly, None, [])
    except SQLAlchemyError as error:
        if not is_away(error):
            raise
        return None, None, []


def _last_tickets() -> list[dict[str, Any]]:
    with services().database.read() as session:
        rows = Tickets(session, g.tenant_id).latest(LAST_TICKETS)
        show = TicketShow(session, g.tenant_id, get_locale().language)
        return [show.line(row) for row in rows]


def _leaked() -> list[str]:
    with services().database.read() as session:
        return held_codes(session, g.tenant_id)


def demo_tenant() -> int | None:
    """In the demo, the tenant whose pages a browser on this very machine sees without a link; else None."""
    config = services().config
    if not (config.demo and config.allow_local_vendors and _is_from_here()):
        return None
    with services().database.read() as session:
        connections = Connections(session, services().vault)
        for tenant in Tenants(session).all():
            if _are_local(connections.of_tenant(tenant.id)):
                return tenant.id
    return None


def _is_from_here() -> bool:
    """A browser on this machine that asked for this machine by name: no proxy, and no name rebound to loopback."""
    if any(header in request.headers for header in PROXY_HEADERS):
        return False
    return _is_loopback(request.remote_addr) and _is_loopback(urlsplit(f"//{request.host}").hostname)


def _are_local(connections: list[Connection]) -> bool:
    return bool(connections) and all(
        _is_loopback(urlsplit(connection.api_url).hostname) for connection in connections
    )


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False

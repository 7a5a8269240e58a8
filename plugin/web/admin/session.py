"""Who is signed in to the admin pages, and that what they send comes from our own pages."""

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, g, request
from flask_babel import lazy_gettext

from plugin.db.connections import Tenants
from plugin.db.settings import SettingsVersions
from plugin.signing import Signer
from plugin.web.problems import Problem
from plugin.web.services import services

COOKIE = "marginalia_session"
LASTS = timedelta(hours=12)
NOT_SIGNED_IN = lazy_gettext("You are not signed in, or it was too long ago.")
NOT_OURS = lazy_gettext(
    "This form did not come from these pages, or is too old. Open the page again and repeat."
)


def admin_blueprint(name: str) -> Blueprint:
    """A blueprint of pages for those who are signed in; every form on them is checked."""
    blueprint = Blueprint(f"admin_{name}", __name__, url_prefix="/admin")
    blueprint.before_request(_require)
    return blueprint


def sign_in(response: Response, tenant_id: int) -> Response:
    """Let this browser into the tenant's pages; from now on, with no server-side session to keep."""
    value = _signer("session").sign({"tenant": tenant_id, "session": secrets.token_urlsafe(12)})
    secure = services().config.public_url.startswith("https:")
    response.set_cookie(
        COOKIE, value, max_age=int(LASTS.total_seconds()), samesite="Lax", httponly=True, secure=secure
    )
    return response


def sign_out(response: Response) -> Response:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, samesite="Lax", httponly=True)
    return response


def look_who() -> bool:
    """Find out who is signed in, for this request; False when nobody is."""
    session = _signer("session").read(request.cookies.get(COOKIE, ""), LASTS.total_seconds())
    if session is None:
        return False
    return enter_as(session["tenant"], session["session"])


def enter_as(tenant_id: int, session_name: str = "") -> bool:
    """Serve this request to this tenant's admin; False when there is no such tenant (any more)."""
    with services().database.read() as session:
        tenant = Tenants(session).by_id(tenant_id)
        if tenant is None:
            return False
        g.tenant_id, g.tenant_name, g.session_name = tenant.id, tenant.name, session_name
        document = SettingsVersions(session, tenant_id).newest()[1]
    g.tenant_locale, g.tenant_zone = document.get("locale"), document.get("timezone")
    structlog.contextvars.bind_contextvars(tenant=tenant_id)
    return True


def tenant_id() -> int:
    """The tenant whose pages these are."""
    found: int = g.tenant_id
    return found


def csrf_token() -> str:
    """The token that a form of this session carries."""
    return _signer("form").sign(g.session_name)


def check_form() -> None:
    """Refuse a form that is not from our own pages, by its origin and its token."""
    check_origin()
    token = _signer("form").read(request.form.get("csrf_token", ""), LASTS.total_seconds())
    if token is None or not secrets.compare_digest(token, g.session_name):
        raise Problem(403, str(NOT_OURS))


def check_origin() -> None:
    """Refuse what the browser says was sent from another site's page."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc not in _our_hosts():
        raise Problem(403, str(NOT_OURS))


def _require() -> None:
    if not look_who():
        raise Problem(401, str(NOT_SIGNED_IN))
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        check_form()


def _our_hosts() -> set[str]:
    return {request.host, urlsplit(services().config.public_url).netloc}


def _signer(purpose: str) -> Signer:
    return Signer(services().config.secret_keys, purpose)

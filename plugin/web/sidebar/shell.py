"""The first page in the helpdesk's frame: who is looking is proven by the host's signed token, and nothing is shown."""

import time
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from jinja2 import Environment

from plugin.db.agents import Agents
from plugin.db.connections import Connections
from plugin.ports import Connection, Forged, SignedSidebar, VendorError
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.sidebar.looker import REFUSED, Looker, mint, mint_renewal, renewer_of_request

KEY: Final = "sidebar_key"
"""The option of a connection that holds the host's public key."""
FETCH_EVERY: Final = 30.0
"""Seconds between two tries to read an account's key anew, however many wrong tokens come."""
FOLDER: Final = Path(str(files("sidebar_templates")))
YEAR: Final = 365 * 24 * 3600
NO_FRAME = "this helpdesk frames no sidebar of ours"
NO_KEY = "the account's public key could not be read, so nobody can say who is looking; open the ticket again"
NOT_CONNECTED = "no account {0} is connected: an admin connects it with `marginalia connect`"
REFUSAL_POLICY: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors {framed_by}"
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self' 'nonce-{nonce}' {host}; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {framed_by}"
)

blueprint = Blueprint(
    "sidebar_shell",
    __name__,
    template_folder=str(FOLDER),
    static_folder=str(FOLDER / "static"),
    static_url_path="/sidebar_static",
)
log = structlog.get_logger(__name__)
_FETCHED: Final = "sidebar_keys_fetched"
_READY: Final = "sidebar_ready"


def install(app: Flask) -> None:
    """Give templates the addresses of our scripts and styles, each with the digest of what is in it."""
    app.register_blueprint(blueprint)
    app.extensions[_FETCHED] = {}
    app.extensions[_READY] = False
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """The address of a file of ours that browsers may keep: another content is another address."""
    return url_for("sidebar_shell.static", filename=name, v=_digest(name))


@blueprint.after_request
def keep_assets(response: Response) -> Response:
    """What carries its digest never changes."""
    if request.endpoint == "sidebar_shell.static" and response.status_code == 200:
        kept = f"public, max-age={YEAR}, immutable" if request.args.get("v") else "no-cache"
        response.headers["Cache-Control"] = kept
    return response


@blueprint.post("/sidebar/<helpdesk>")
def shell(helpdesk: str) -> Response:
    """The shell, with a token of ours, for an agent whom the host vouches for; 401 and no data for anybody else."""
    vendor = services().helpdesks.get(helpdesk)
    if vendor is None or vendor.sidebar is None:
        raise Problem(404, NO_FRAME)
    token = request.form.get("token", "")
    connection = _claimed(helpdesk, vendor.sidebar, token)
    framed_by = vendor.framed_by(connection)
    try:
        agent_id = _agent(vendor.sidebar, connection, token)
    except (Forged, Problem) as refusal:
        return _refused(refusal, framed_by)
    looker = Looker(connection.tenant_id, connection.id, agent_id)
    script = vendor.sidebar.script(connection)
    page = render_template(
        "shell.html", helpdesk=helpdesk, token=mint(looker), renewal=mint_renewal(looker), sdk=script
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = POLICY.format(
        nonce=g.csp_nonce, host=_origin(script), framed_by=framed_by
    )
    if not current_app.extensions[_READY]:
        current_app.extensions[_READY] = True
        response.call_on_close(partial(_get_ready, current_app.jinja_env))
    return response


@blueprint.post("/sidebar/<helpdesk>/token")
def renew(helpdesk: str) -> Response:
    """A new token for a tab that stayed open: while its account and its agent are still there."""
    looker = renewer_of_request()
    with services().database.read() as session:
        connection = Connections(session, services().vault).by_id(looker.connection_id)
        gone = looker.agent_id is not None and Agents(session, looker.tenant_id).left(
            looker.connection_id, looker.agent_id
        )
    if connection is None or connection.vendor != helpdesk or gone:
        raise Problem(401, REFUSED, headers={"WWW-Authenticate": "Bearer"})
    return jsonify({"token": mint(looker)})


def _get_ready(templates: Environment) -> None:
    """Compile what the panel is made of while the browser still reads the shell: the first agent waits less."""
    for name in templates.list_templates(filter_func=lambda name: name.startswith("panel")):
        templates.get_template(name)


def _claimed(helpdesk: str, sidebar: SignedSidebar, token: str) -> Connection:
    """The account that a token says it comes from; a Problem where there is none such."""
    try:
        account = sidebar.claimed_account(token)
    except Forged as reason:
        raise Problem(401, str(reason)) from None
    with services().database.read() as session:
        connection = Connections(session, services().vault).by_account(helpdesk, account)
    if connection is None:
        raise Problem(401, NOT_CONNECTED.format(account))
    return connection


def _refused(refusal: Forged | Problem, framed_by: str) -> Response:
    """No data, and why: to a person in the account's own frame as a page, to a program as a problem."""
    log.warning("sidebar refused", why=str(refusal))
    problem = refusal if isinstance(refusal, Problem) else Problem(401, str(refusal))
    if "text/html" not in request.headers.get("Accept", ""):
        raise problem
    page = render_template("refused.html", detail=problem.detail)
    response = Response(page, problem.status, problem.headers, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = REFUSAL_POLICY.format(framed_by=framed_by)
    return response


def _agent(sidebar: SignedSidebar, connection: Connection, token: str) -> str:
    """Who the token names, by the key that we hold; where that does not fit, by the one that the host has now."""
    now, held = services().now(), connection.options.get(KEY)
    may_fetch = _may_fetch(connection.id)
    if held:
        try:
            return sidebar.agent_of(connection, token, held, now)
        except Forged:
            if not may_fetch:
                raise
    elif not may_fetch:
        raise Problem(503, NO_KEY, headers={"Retry-After": "30"})
    return sidebar.agent_of(connection, token, _fetch_key(sidebar, connection), now)


def _may_fetch(connection_id: int) -> bool:
    last = _fetched().get(connection_id)
    return last is None or time.monotonic() - last >= FETCH_EVERY


def _fetch_key(sidebar: SignedSidebar, connection: Connection) -> str:
    """The host's key, kept for the next time: with the very first token, or after the host has changed it."""
    _fetched()[connection.id] = time.monotonic()
    try:
        key = sidebar.read_key(services().open_plain(connection))
    except VendorError as error:
        log.warning("sidebar key not read", tenant=connection.tenant, why=str(error))
        raise Problem(503, NO_KEY, headers={"Retry-After": "30"}) from None
    with services().database.write() as session:
        Connections(session, services().vault).note(connection.id, {KEY: key})
    return key


def _fetched() -> dict[int, float]:
    """When this process last read an account's key, by connection."""
    kept: dict[int, float] = current_app.extensions[_FETCHED]
    return kept


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


@cache
def _digest(name: str) -> str:
    return sha256((FOLDER / "static" / name).read_bytes()).hexdigest()[:12]

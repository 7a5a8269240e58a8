"""Signing in through the helpdesk's OAuth: there with a state that only this browser can bring back, and back again.

The state is signed, holds ids and never an address, and lasts ten minutes. What binds it to the browser is a secret in
a cookie, of which the state holds the digest; the same secret is PKCE's verifier. The browser forgets it when it comes
back, and the vendor takes a code once.
"""

import secrets
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Final

import structlog
from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask_babel import gettext, lazy_gettext

from plugin.code_exchange import challenge_of
from plugin.db.agents import Agents
from plugin.db.budgets import Budgets
from plugin.db.connections import Connections
from plugin.ports import Agent, Budget, Connection, TemporaryError, VendorError
from plugin.signing import Signer
from plugin.web.agent_session import let_in
from plugin.web.panel_door import WayIn, account_asked_for, refusal, way_in
from plugin.web.services import services
from plugin.web.sidebar.panel import check_ticket_id, missing

COOKIE: Final = "marginalia_oauth_"
"""With the name of the attempt behind it: two tabs may sign in at once."""
LASTS: Final = timedelta(minutes=10)
LATE: Final = timedelta(days=1)
"""For so long the ticket of a state that is too old is offered again."""
SIGN_INS: Final = Budget("sign_in", 10, 20)
"""What strangers can make us ask of an account: a quarter of what the smallest account allows us."""
LONGEST_CODE: Final = 4096
LONGEST_WORDS: Final = 300
TOO_OLD = lazy_gettext(
    "This sign-in was not begun in this browser, was used already, or is more than ten minutes old. "
    "Open the ticket again and sign in anew."
)

blueprint = Blueprint("oauth", __name__)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a state holds: where to go on, and how to know the browser again."""

    helpdesk: str
    connection_id: int
    ticket_id: str
    name: str
    challenge: str


class Stale(Exception):
    """A state that is not ours, not this browser's, or too old; of ours it is known which ticket to open again."""

    def __init__(self, attempt: Attempt | None = None) -> None:
        super().__init__()
        self.ticket = () if attempt is None else (attempt.helpdesk, attempt.ticket_id)


@blueprint.get("/panel/<helpdesk>/<ticket_id>/sign-in")
def start(helpdesk: str, ticket_id: str) -> Response:
    """Send the browser to the helpdesk's own page; nothing is asked of the vendor by us."""
    check_ticket_id(ticket_id)
    connection = account_asked_for(helpdesk)
    way = None if connection is None else way_in(connection)
    if connection is None or way is None:
        raise missing()
    verifier = secrets.token_urlsafe(48)
    attempt = Attempt(helpdesk, connection.id, ticket_id, secrets.token_urlsafe(6), challenge_of(verifier))
    sign_in, client = way
    state = _signer().sign(list(astuple(attempt)))
    there = sign_in.authorize_url(connection, client, _back(helpdesk), state, attempt.challenge)
    return _with_secret(make_response(redirect(there, 303)), attempt, verifier)


@blueprint.get("/oauth/<vendor>/callback")
def callback(vendor: str) -> Response:
    """Back from the helpdesk: whoever the code proves is signed in, and the ticket opens."""
    try:
        attempt, verifier = _begun_here(vendor)
    except Stale as stale:
        return make_response(refusal(400, str(TOO_OLD), *stale.ticket))
    response = _finish(attempt, verifier)
    response.delete_cookie(COOKIE + attempt.name, path="/oauth/", samesite="Lax", httponly=True)
    return response


def _begun_here(vendor: str) -> tuple[Attempt, str]:
    state = request.args.get("state", "")
    value = _signer().read(state, LATE.total_seconds())
    if value is None:
        raise Stale
    attempt = Attempt(*value)
    verifier = request.cookies.get(COOKIE + attempt.name, "")
    known = secrets.compare_digest(challenge_of(verifier), attempt.challenge)
    late = _signer().read(state, LASTS.total_seconds()) is None
    if late or not known or attempt.helpdesk != vendor:
        raise Stale(attempt)
    return attempt, verifier


def _finish(attempt: Attempt, verifier: str) -> Response:
    code = request.args.get("code", "")[:LONGEST_CODE]
    if not code:
        return _refused(attempt, 403, _said_no())
    with services().database.read() as session:
        connection = Connections(session, services().vault).by_id(attempt.connection_id)
    way = None if connection is None else way_in(connection)
    if connection is None or way is None:
        return _refused(attempt, 400, str(TOO_OLD))
    wait = Budgets(services().database).take(connection.id, SIGN_INS, services().now())
    if wait > 0:
        return _refused(
            attempt, 429, gettext("Too many people sign in just now. Wait a moment, then sign in again.")
        )
    return _identified(attempt, connection, way, code, verifier)


def _identified(attempt: Attempt, connection: Connection, way: WayIn, code: str, verifier: str) -> Response:
    """The one call to a vendor that a person waits for."""
    sign_in, client = way
    try:
        api = services().open_plain(connection)
        agent = sign_in.identify(api, client, code, _back(connection.vendor), verifier)
    except VendorError as error:
        log.warning("sign-in refused", tenant=connection.tenant, why=str(error))
        return _refused(attempt, 503 if isinstance(error, TemporaryError) else 403, str(error))
    return _welcome(attempt, connection, agent)


def _welcome(attempt: Attempt, connection: Connection, agent: Agent) -> Response:
    with services().database.write() as session:
        Agents(session, connection.tenant_id).met(connection.id, agent, services().now())
    log.info("agent signed in", tenant=connection.tenant, agent=agent.id)
    ticket = url_for("panel_page.page", helpdesk=attempt.helpdesk, ticket_id=attempt.ticket_id)
    return let_in(make_response(redirect(ticket, 303)), connection, agent.id)


def _refused(attempt: Attempt, status: int, text: str) -> Response:
    return make_response(refusal(status, text, attempt.helpdesk, attempt.ticket_id))


def _said_no() -> str:
    """What the helpdesk says instead of a code, in its own words where it has some."""
    said = request.args.get("error_description") or request.args.get("error") or ""
    if not said:
        return str(gettext("The helpdesk did not say who you are. Sign in again."))
    words = " ".join(said.split())[:LONGEST_WORDS]
    return str(gettext("The helpdesk did not let you sign in here: %(said)s", said=words))


def _back(helpdesk: str) -> str:
    """The address that is registered with the OAuth client."""
    return f"{services().config.public_url}/oauth/{helpdesk}/callback"


def _with_secret(response: Response, attempt: Attempt, verifier: str) -> Response:
    response.set_cookie(
        COOKIE + attempt.name,
        verifier,
        max_age=int(LASTS.total_seconds()),
        path="/oauth/",
        samesite="Lax",
        httponly=True,
        secure=services().config.public_url.startswith("https:"),
    )
    return response


def _signer() -> Signer:
    return Signer(services().config.secret_keys, "oauth-sign-in")

"""Buttons of a card that the helpdesk draws itself: a form with a secret of their own, where they were asked for."""

from dataclasses import replace
from typing import Final

import structlog
from flask import Blueprint, Response, jsonify, request
from requests.structures import CaseInsensitiveDict

from plugin.ports import Connection, Forged
from plugin.signing import CARD_BUTTONS, narrowed
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.sidebar.deeds import perform, read
from plugin.web.sidebar.looker import Looker
from plugin.web.sidebar.panel import is_ticket_id
from plugin.web.sidebar_card import UNKNOWN, connection_of

ASKED_FOR: Final = "card_buttons"
"""The option of a connection that has them."""
ALLOWED: Final = frozenset({"reason", "note"})
"""What a button may do: nothing that costs anything, for nobody vouches for who clicked."""
OURS: Final = frozenset({"ticket", "agent"})
NOT_HERE = "this button does nothing that can be done here: open the panel"
NO_TICKET = "the button named no ticket: open the panel"

blueprint = Blueprint("card_buttons", __name__)
log = structlog.get_logger(__name__)


@blueprint.post("/sidebar/<helpdesk>/<key>/actions")
def act(helpdesk: str, key: str) -> Response:
    """Do what a button says."""
    connection = _proven(helpdesk, key)
    form = request.form.to_dict()
    ticket_id, agent = form.get("ticket", "").strip(), form.get("agent", "").strip()
    if form.get("did") not in ALLOWED:
        raise Problem(422, NOT_HERE)
    if not is_ticket_id(ticket_id):
        raise Problem(422, NO_TICKET)
    deed, given = read({name: value for name, value in form.items() if name not in OURS})
    looker = Looker(connection.tenant_id, connection.id, agent if agent.isdigit() else None)
    perform(looker, helpdesk, ticket_id, deed, given)
    return jsonify({"done": True})


def _proven(helpdesk: str, key: str) -> Connection:
    """The connection of this address, once the button has shown the secret that is good for buttons alone."""
    connection = connection_of(helpdesk, key)
    secret = connection.credentials.get("signing_secret")
    if connection.options.get(ASKED_FOR) is not True or not secret:
        raise Problem(404, UNKNOWN)
    credentials = {**connection.credentials, "signing_secret": narrowed(secret, CARD_BUTTONS)}
    try:
        services().helpdesks[helpdesk].verify(
            replace(connection, credentials=credentials),
            CaseInsensitiveDict(request.headers.items()),
            request.get_data(cache=True),
            services().now(),
            services().config.hook_max_age,
        )
    except Forged as reason:
        log.warning("button refused", tenant=connection.tenant, why=str(reason))
        raise Problem(401, str(reason), headers={"WWW-Authenticate": "Signature"}) from None
    return connection

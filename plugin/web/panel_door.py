"""In front of a panel in a tab: which account it is, the page that asks to sign in, and refusals."""

import re
from typing import Final

from flask import Response, make_response, render_template, request

from plugin.db.connections import Connections
from plugin.ports import Connection, OAuthClient, SignIn
from plugin.web.agent_session import ACCOUNT, remember_account
from plugin.web.services import services

WayIn = tuple[SignIn, OAuthClient]
_NAME: Final = re.compile(r"(?:\w+://)?([^./:?#\s]+)")
"""People give the whole address, or its first part alone."""


def account_asked_for(helpdesk: str) -> Connection | None:
    """The account whose ticket it is: as the address names it, else as the browser remembers it, else the only one."""
    named, remembered = request.args.get("account"), request.cookies.get(ACCOUNT)
    with services().database.read() as session:
        connections = Connections(session, services().vault)
        if named is not None:
            return connections.by_account(helpdesk, account_name(named))
        found = connections.by_account(helpdesk, remembered) if remembered else None
        return found or connections.only(helpdesk)


def account_name(typed: str) -> str:
    """The account that somebody means: acme of https://acme.example.com/."""
    found = _NAME.match(typed.strip().lower())
    return found[1] if found else ""


def way_in(connection: Connection) -> WayIn | None:
    """How agents of this account sign in; None where no client of its OAuth is known."""
    sign_in = services().helpdesks[connection.vendor].sign_in
    client = None if sign_in is None else sign_in.client(connection)
    return None if sign_in is None or client is None else (sign_in, client)


def ask_to_sign_in(helpdesk: str, ticket_id: str) -> Response:
    """The page that asks: by the helpdesk's own sign-in, after the account was named; else for a link."""
    connection = account_asked_for(helpdesk)
    page = render_template(
        "panel_sign_in.html",
        helpdesk=helpdesk,
        ticket_id=ticket_id,
        account=None if connection is None else connection.account,
        possible=connection is not None and way_in(connection) is not None,
        typed=request.args.get("account", "").strip(),
        example=services().helpdesks[helpdesk].host("acme"),
    )
    response = make_response(page, 401)
    return response if connection is None else remember_account(response, connection)


def refusal(
    status: int, text: str, helpdesk: str = "", ticket_id: str = "", account: str = ""
) -> tuple[str, int]:
    """A page that says why not, and the way on; `account` is the one that somebody is signed in to.

    The way back from the helpdesk is no address to come to again, and holds a code: no link repeats it.
    """
    shown = {"status": status, "text": text, "helpdesk": helpdesk, "ticket_id": ticket_id, "account": account}
    no_links: dict[str, object] = {"languages": []} if request.blueprint == "oauth" else {}
    return render_template("panel_refused.html", **shown, **no_links), status

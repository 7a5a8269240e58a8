"""Which agent is signed in to the panels in a tab: ids alone, signed, in a cookie that only those pages get."""

from datetime import timedelta
from typing import Final

from flask import Response, request

from plugin.db.agents import Agents
from plugin.db.connections import Connections
from plugin.ports import Connection
from plugin.signing import Signer
from plugin.web.services import services
from plugin.web.sidebar.looker import Looker

COOKIE: Final = "marginalia_agent"
ACCOUNT: Final = "marginalia_account"
"""Which account an agent works in, by the name that they gave once: the link to a panel holds none."""
LASTS: Final = timedelta(hours=12)
YEAR: Final = timedelta(days=365)


def let_in(response: Response, connection: Connection, agent_id: str) -> Response:
    """From now on this browser is this agent's, whoever's it was before; no session is kept on our side."""
    value = _signer().sign([connection.tenant_id, connection.id, agent_id])
    _set(response, COOKIE, value, connection.vendor, LASTS)
    return remember_account(response, connection)


def remember_account(response: Response, connection: Connection) -> Response:
    """Do not ask again which account it is."""
    _set(response, ACCOUNT, connection.account, connection.vendor, YEAR)
    return response


def let_out(response: Response, helpdesk: str) -> Response:
    """Forget the agent and their account."""
    for name in (COOKIE, ACCOUNT):
        response.delete_cookie(name, path=_path(helpdesk), samesite="Lax", httponly=True)
    return response


def signed_in_agent(helpdesk: str) -> tuple[Looker, Connection] | None:
    """The agent who sits at this browser, and their account; None for nobody, or when either is gone."""
    value = _signer().read(request.cookies.get(COOKIE, ""), LASTS.total_seconds())
    if value is None:
        return None
    tenant_id, connection_id, agent_id = value
    with services().database.read() as session:
        connection = Connections(session, services().vault).by_id(connection_id)
        if connection is None or (connection.tenant_id, connection.vendor) != (tenant_id, helpdesk):
            return None
        if Agents(session, tenant_id).left(connection_id, agent_id):
            return None
    return Looker(tenant_id, connection_id, agent_id), connection


def _set(response: Response, name: str, value: str, helpdesk: str, lasts: timedelta) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()),
        path=_path(helpdesk),
        samesite="Lax",
        httponly=True,
        secure=services().config.public_url.startswith("https:"),
    )


def _path(helpdesk: str) -> str:
    """Only the panels of this helpdesk get its cookies: agents of two helpdesks are signed in to both."""
    return f"/panel/{helpdesk}"


def _signer() -> Signer:
    return Signer(services().config.secret_keys, "agent-session")

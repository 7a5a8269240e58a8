"""Reading who works in a helpdesk: when it is connected, and every hour."""

from datetime import datetime

from plugin.db.agents import Agents
from plugin.db.engine import Database
from plugin.ports import Api, Helpdesk, PermanentError


def read_agents(database: Database, helpdesk: Helpdesk, api: Api, now: datetime) -> str | None:
    """Read the account's agents and keep them; what the vendor said where it does not let us.

    The call is made outside any transaction. TemporaryError where it is worth trying again sooner than in an hour.
    """
    connection = api.connection
    try:
        found = helpdesk.agents(api)
    except PermanentError as error:
        return str(error)
    with database.write() as session:
        Agents(session, connection.tenant_id).keep(connection.id, found, now)
    return None

"""Gorgias: the `Helpdesk` of plugin/ports.py, each subject in a file of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from plugin.domain.effects import Effect
from plugin.domain.facts import Gone, Macro, Ticket
from plugin.helpdesks.gorgias.access import Client, authorised, budgets, host, renew
from plugin.helpdesks.gorgias.agents import agents
from plugin.helpdesks.gorgias.load import load
from plugin.helpdesks.gorgias.macros import macros
from plugin.helpdesks.gorgias.parse import event_id, parse
from plugin.helpdesks.gorgias.perform import perform
from plugin.helpdesks.gorgias.provision import provision
from plugin.helpdesks.gorgias.secret import check_secret
from plugin.helpdesks.gorgias.sign_in import GorgiasSignIn
from plugin.helpdesks.gorgias.sweep import changed
from plugin.helpdesks.gorgias.teams import teams
from plugin.ports import Agent, Api, Budget, Changed, Connection, Hint, Provisioned, SignIn

__all__ = ["Gorgias"]


@dataclass
class Gorgias:
    """Gorgias. The OAuth client is the installation's; a merchant's own account goes by e-mail and API key."""

    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    call_headers: Mapping[str, str] = field(default_factory=dict)
    name: str = "gorgias"

    @property
    def sign_in(self) -> SignIn:
        """By OAuth."""
        return GorgiasSignIn(self.client_id, self.client_secret)

    @property
    def sidebar(self) -> None:
        """It frames nobody's pages: its sidebar shows widgets, and the panel opens in a tab."""
        return None

    def framed_by(self, connection: Connection) -> str:
        """The agents' interface, which is where the API is."""
        return connection.api_url.rstrip("/")

    def agents(self, api: Api) -> Sequence[Agent]:
        """Everybody but bots."""
        return agents(api)

    def host(self, account: str) -> str:
        """`https://acme.gorgias.com` of `acme`."""
        return host(account)

    def authorised(self, connection: Connection, token: str) -> Mapping[str, str]:
        """Basic with an API key, Bearer with OAuth."""
        return authorised(connection, token)

    def budgets(self, connection: Connection) -> Sequence[Budget]:
        """All calls of the account."""
        return budgets(connection)

    def verify(
        self, connection: Connection, headers: Mapping[str, str], body: bytes, now: datetime, max_age: float
    ) -> None:
        """Forged unless the call carries this connection's secret; nothing in it says how old it is."""
        check_secret(connection, headers)

    def parse(self, headers: Mapping[str, str], body: bytes) -> Hint:
        """The ticket that an event is about."""
        return parse(headers, body)

    def event_id(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """The event's id, where the template filled it in."""
        return event_id(headers, body)

    def load(self, api: Api, ticket_id: str, since: str | None) -> Ticket | Gone:
        """Ticket, newest messages and requester."""
        return load(api, ticket_id, since)

    def perform(self, api: Api, effects: Sequence[Effect], stamp: str | None, look_first: bool) -> str | None:
        """One call each for properties, reason and tags; a message's id where one is sent."""
        return perform(api, effects, stamp, look_first)

    def provision(self, api: Api, hook_url: str, options: Mapping[str, str]) -> Provisioned:
        """Fields, both HTTP integrations, their secret, and the widgets."""
        return provision(api, hook_url, options)

    def changed(self, api: Api, cursor: str | None, since: datetime) -> Changed:
        """One page of the tickets, last changed first."""
        return changed(api, cursor, since)

    def renew(self, api: Api, now: datetime) -> Mapping[str, str]:
        """A new access token."""
        known = self.client_id and self.client_secret
        client = Client(self.client_id or "", self.client_secret or "") if known else None
        return renew(api, now, client)

    def ticket_url(self, connection: Connection, ticket_id: str) -> str:
        """The ticket in the agents' interface."""
        return f"{connection.api_url}/app/ticket/{ticket_id}"

    def macros(self, api: Api) -> Sequence[Macro]:
        """Macros with their texts."""
        return macros(api)

    def groups(self, api: Api) -> Mapping[str, str]:
        """Teams by id."""
        return teams(api)

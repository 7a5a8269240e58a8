"""Zendesk Support: the `Helpdesk` of plugin/ports.py, each subject in a file of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from plugin.domain.effects import Effect
from plugin.domain.facts import Gone, Macro, Ticket
from plugin.helpdesks.zendesk.access import Client, host, marketplace_headers, renew
from plugin.helpdesks.zendesk.agents import agents
from plugin.helpdesks.zendesk.groups import groups
from plugin.helpdesks.zendesk.load import load
from plugin.helpdesks.zendesk.macros import macros
from plugin.helpdesks.zendesk.parse import event_id, parse
from plugin.helpdesks.zendesk.perform import perform
from plugin.helpdesks.zendesk.provision import provision
from plugin.helpdesks.zendesk.sidebar_token import ZendeskSidebar
from plugin.helpdesks.zendesk.sign_in import ZendeskSignIn
from plugin.helpdesks.zendesk.signature import verify
from plugin.helpdesks.zendesk.sweep import changed
from plugin.http import bearer
from plugin.ports import Agent, Api, Budget, Changed, Connection, Hint, Provisioned, SignIn

__all__ = ["Zendesk", "marketplace_headers"]


@dataclass
class Zendesk:
    """Zendesk Support. The OAuth client and the sidebar app are the installation's; a connection may bring its own."""

    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    call_headers: Mapping[str, str] = field(default_factory=dict)
    app_id: str | None = None
    name: str = "zendesk"

    @property
    def sign_in(self) -> SignIn:
        """By OAuth."""
        return ZendeskSignIn(self.client_id, self.client_secret)

    @property
    def sidebar(self) -> ZendeskSidebar:
        """An app in the ticket's sidebar, with a signed address."""
        return ZendeskSidebar(self.app_id)

    def framed_by(self, connection: Connection) -> str:
        """The agents' interface, which is where the API is."""
        return connection.api_url.rstrip("/")

    def agents(self, api: Api) -> Sequence[Agent]:
        """Agents and admins."""
        return agents(api)

    def host(self, account: str) -> str:
        """`https://acme.zendesk.com` of `acme`."""
        return host(account)

    def authorised(self, connection: Connection, token: str) -> Mapping[str, str]:
        """OAuth's own way."""
        return bearer(connection, token)

    def budgets(self, connection: Connection) -> Sequence[Budget]:
        """None: reading has hundreds a minute, and each kind of write has its own."""
        return ()

    def verify(
        self, connection: Connection, headers: Mapping[str, str], body: bytes, now: datetime, max_age: float
    ) -> None:
        """Forged unless the account's webhook signed these bytes, not too long ago."""
        verify(connection, headers, body, now, max_age)

    def parse(self, headers: Mapping[str, str], body: bytes) -> Hint:
        """The ticket that an event is about."""
        return parse(headers, body)

    def event_id(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """The envelope's id, else the invocation's."""
        return event_id(headers, body)

    def load(self, api: Api, ticket_id: str, since: str | None) -> Ticket | Gone:
        """Ticket, newest messages and requester."""
        return load(api, ticket_id, since)

    def perform(self, api: Api, effects: Sequence[Effect], stamp: str | None, look_first: bool) -> str | None:
        """One safe update of the ticket; the audit's id."""
        return perform(api, effects, stamp, look_first)

    def provision(self, api: Api, hook_url: str, options: Mapping[str, str]) -> Provisioned:
        """Webhook, signing secret and reason-code field; the sidebar's key where its app is known."""
        return provision(api, hook_url, options, self.sidebar)

    def changed(self, api: Api, cursor: str | None, since: datetime) -> Changed:
        """One page of the incremental export."""
        return changed(api, cursor, since)

    def renew(self, api: Api, now: datetime) -> Mapping[str, str]:
        """A new pair of tokens."""
        return renew(api, now, Client.of(api.connection, self.client_id, self.client_secret))

    def ticket_url(self, connection: Connection, ticket_id: str) -> str:
        """The ticket in the agents' interface."""
        return f"{connection.api_url}/agent/tickets/{ticket_id}"

    def macros(self, api: Api) -> Sequence[Macro]:
        """Shared macros with their texts."""
        return macros(api)

    def groups(self, api: Api) -> Mapping[str, str]:
        """Groups by id."""
        return groups(api)

"""Looking at a ticket as an agent does: through the host's frame, with the token that the shell gives."""

import re
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from plugin.db.agents import Agents
from plugin.ports import Agent, Connection
from tests.fakes import FakeSidebar, World
from tests.web.site import Site

ANA = Agent("11", "ana@shop.example", "Ana")
BEN = Agent("12", "ben@shop.example", "Ben", "admin")
_TOKEN = re.compile(r'name="marginalia-(token|renewal)" content="([^"]+)"')


@dataclass
class Frame:
    """The sidebar of one agent in one tab."""

    site: Site
    agent: Agent = ANA
    connection: Connection | None = None
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def account(self) -> Connection:
        """The account whose tickets are looked at."""
        return self.connection or self.site.world.connection

    def load(self) -> TestResponse:
        """The host loads our first page with its signed token; ours are taken from what it answers."""
        sidebar = self.site.world.helpdesk.sidebar
        assert isinstance(sidebar, FakeSidebar)
        answer = self.post_token(sidebar.token(self.account.account, self.agent.id))
        self.tokens = dict(_TOKEN.findall(answer.get_data(as_text=True)))
        return answer

    def post_token(self, token: str) -> TestResponse:
        """Our first page, with whatever token."""
        where = "/sidebar/fake?origin=https%3A%2F%2Facme.fake.example&app_guid=1"
        return self.site.visitor().post(where, data={"token": token})

    def open(self, ticket: str = "5", query: str = "") -> TestResponse:
        """The panel of a ticket."""
        if not self.tokens:
            self.load()
        where = f"/sidebar/fake/tickets/{ticket}{query}"
        return self.site.visitor().get(where, headers=self.bearer())

    def shown(self, ticket: str = "5", query: str = "") -> str:
        """The panel's HTML."""
        answer = self.open(ticket, query)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def do(self, did: str, ticket: str = "5", **more: Any) -> TestResponse:
        """Something is clicked."""
        if not self.tokens:
            self.load()
        where = f"/sidebar/fake/tickets/{ticket}/deeds"
        return self.site.visitor().post(where, json={"did": did, **more}, headers=self.bearer())

    def bearer(self, which: str = "token") -> dict[str, str]:
        """How a token is shown."""
        return {"Authorization": f"Bearer {self.tokens[which]}"}


def staffed(world: World, *agents: Agent) -> None:
    """These people work in the helpdesk, as was read there."""
    where = world.connection
    with world.database.write() as session:
        Agents(session, where.tenant_id).keep(where.id, agents or (ANA, BEN), world.clock())

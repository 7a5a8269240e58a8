"""A stand-in Gorgias for tests: called in memory as its integration's admin."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.test import Client, TestResponse

from sandbox.gorgias.records import Field, Json, Ticket
from sandbox.gorgias.seed import AGENT, AGENT_KEY, KEY, USER
from sandbox.gorgias.state import Account
from sandbox.gorgias.writes import new_ticket

if TYPE_CHECKING:
    from tests.sandbox.conftest import Clock

EVENTS: Json = {
    "event_type": "{{event.type}}",
    "event_id": "{{event.id}}",
    "ticket_id": "{{ticket.id}}",
    "message_id": "{{message.id}}",
}
CONTACT = 55
"""The contact-reason field of a new account."""


@dataclass
class OtherDesk:
    """An account behind its API."""

    account: Account
    clock: "Clock"
    client: Client
    login: tuple[str, str] = (USER, KEY)

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
        """A call below /api; the answer, whatever it is."""
        return self.client.open(f"/api{path}", method=method, json=body, auth=self.login, **more)

    def call(self, method: str, path: str, body: Any = None) -> Json:
        """A call that is not refused; its document."""
        answer = self.send(method, path, body)
        assert answer.status_code < 300, answer.text
        found: Json = answer.get_json() if answer.data else {}
        return found

    def get(self, path: str) -> Json:
        return self.call("GET", path)

    def status(self, method: str, path: str, body: Any = None) -> int:
        return self.send(method, path, body).status_code

    def control(self, method: str, path: str, body: Any = None) -> Json:
        """A call of the surface for tests."""
        answer = self.client.open(f"/_sandbox/gorgias{path}", method=method, json=body)
        assert answer.status_code < 300, answer.text
        found: Json = answer.get_json() if answer.data else {}
        return found

    def ticket(self, text: str = "Where is my order?", email: str | None = "ann@example.com") -> Ticket:
        customer = self.account.known_customer("Ann Moss", email)
        return new_ticket(self.account, customer, "A question", text)

    def now(self, ticket: Ticket) -> Ticket:
        """The ticket as it is by now."""
        return self.account.tickets[ticket.id]

    def field(self, **more: Any) -> Field:
        return self.account.add_field("Ticket", "Marginalia reason", **{"choices": ("A", "B"), **more})

    def integration(self, url: str, **http: Any) -> int:
        """An HTTP integration that tells of everything; its id."""
        settings = {
            "url": url,
            "method": "POST",
            "headers": {"X-Secret": "hush"},
            "request_content_type": "application/json",
            "response_content_type": "application/json",
            "form": EVENTS,
            "triggers": {"ticket-created": True, "ticket-updated": True, "ticket-message-created": True},
            **http,
        }
        made = self.call("POST", "/integrations", {"name": "Events", "type": "http", "http": settings})
        number: int = made["id"]
        return number

    def as_agent(self) -> "OtherDesk":
        return OtherDesk(self.account, self.clock, self.client, (AGENT, AGENT_KEY))

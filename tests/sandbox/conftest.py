"""A stand-in Zendesk for each test: called in memory where the wire does not matter, over HTTP where it does."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from sandbox.app import VENDORS, create_app
from sandbox.faults import EXTENSION
from sandbox.gorgias.seed import new_account as new_other_account
from sandbox.server import Handle, start
from sandbox.shopify.seed import new_shop
from sandbox.zendesk.records import Ticket, TicketField
from sandbox.zendesk.seed import new_account
from sandbox.zendesk.state import Account
from sandbox.zendesk.writes import new_ticket
from tests.conftest import NOW
from tests.sandbox.other_desk import OtherDesk
from tests.sandbox.shops import Counter

TOKEN = "test-token"


@dataclass
class Clock:
    """A clock that stands still until moved."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class Answer(TestResponse):
    """An answer whose document is there, or the test fails."""

    @property
    def json(self) -> Any:
        found = super().json
        assert found is not None, self.text
        return found


@dataclass
class Desk:
    """An account behind its API, called in memory as the integration's admin."""

    account: Account
    clock: Clock
    client: Client
    token: str = TOKEN

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"Authorization": f"Bearer {self.token}", **named}
        return self.plain(method, f"/api/v2{path}", json=body, headers=given)

    def plain(self, method: str, path: str, **more: Any) -> Answer:
        """A call outside the API, with nothing added."""
        answer = self.client.open(path, method=method, **more)
        assert isinstance(answer, Answer)
        return answer

    def get(self, path: str) -> dict[str, Any]:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json
        return found

    def update(self, ticket: Ticket, **body: Any) -> Answer:
        return self.call("PUT", f"/tickets/{ticket.id}", {"ticket": body})

    def ticket(self, text: str = "Where is my order?") -> Ticket:
        customer = self.account.customer("Ann", "ann@example.com")
        return new_ticket(self.account, customer, "A question", text)

    def reason_field(self, *values: str) -> TicketField:
        named = [{"name": value.upper(), "value": value} for value in values or ("mgn_wismo", "mgn_delayed")]
        return self.account.add_field("tagger", "Reason code", named)

    def as_agent(self, *scopes: str) -> "Desk":
        agent = self.account.user_by_email("ana@shop.example")
        assert agent is not None
        made = self.account.tokens.add(agent.id, self.clock(), scopes=scopes or ("read", "write"))
        return Desk(self.account, self.clock, self.client, made.access)

    def now(self, ticket: Ticket) -> Ticket:
        """The ticket as it is by now."""
        return self.account.tickets[ticket.id]


def fixed_account(clock: Clock) -> Account:
    made = new_account(TOKEN)
    made.now = clock
    return made


@pytest.fixture(scope="session")
def stand_ins() -> Flask:
    """One application for all tests of a process: each puts what it holds into it."""
    return create_app(new_account(TOKEN))


def holding(app: Flask, vendor: str, held: object) -> Flask:
    """The application with this account or shop of a vendor, and without anybody's faults."""
    app.extensions[vendor] = held
    for one in set(VENDORS.values()):
        app.extensions[EXTENSION].clear(one)
    return app


@pytest.fixture
def desk(stand_ins: Flask) -> Iterator[Desk]:
    clock = Clock()
    account = fixed_account(clock)
    yield Desk(account, clock, Client(holding(stand_ins, "zendesk", account), Answer))
    account.dispatcher.close()


@pytest.fixture
def counter(stand_ins: Flask) -> Iterator[Counter]:
    """A shop without customers, its clock standing still."""
    clock, shop = Clock(), new_shop()
    shop.now = clock
    yield Counter(shop, clock, Client(holding(stand_ins, "shopify", shop)))
    shop.dispatcher.close()


@pytest.fixture
def other_desk(stand_ins: Flask) -> Iterator[OtherDesk]:
    """A stand-in Gorgias without tickets, its clock standing still."""
    clock, account = Clock(), new_other_account()
    account.now = clock
    yield OtherDesk(account, clock, Client(holding(stand_ins, "gorgias", account)))
    account.caller.close()


@pytest.fixture
def served() -> Iterator[Handle]:
    """The stand-in over HTTP, in a thread, with the clock on the wall."""
    handle = start(account=new_account(TOKEN))
    yield handle
    handle.stop()


@dataclass
class Listener:
    """Receives webhooks; answers from `answers` (status, headers), then 200, with what is next in `documents`."""

    url: str
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    documents: list[Any] = field(default_factory=list)
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def next_answer(self) -> tuple[int, dict[str, str], bytes]:
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        return status, headers, json.dumps(self.documents.pop(0)).encode() if self.documents else b""

    def events(self) -> list[dict[str, Any]]:
        with self.lock:
            return [json.loads(body) for _, body in self.received]


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with made.lock:
                made.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
                made.paths.append(self.path)
                status, headers, document = made.next_answer()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(document))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(document)

        do_GET = do_POST

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Listener(f"http://127.0.0.1:{server.server_port}/hook")
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()

"""Fakes that speak the domain: a helpdesk held in memory, and a product wired to it."""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from handlers import ROUTES
from plugin.db.connections import Connections, Tenants
from plugin.db.engine import Database
from plugin.db.inbox import Arrival, Inbox
from plugin.domain.effects import Effect, ticket_resource
from plugin.domain.facts import Gone, Macro, Message, Person, Ticket
from plugin.ports import (
    Agent,
    Api,
    Body,
    Budget,
    Changed,
    Connection,
    Forged,
    Hint,
    Overtaken,
    Provisioned,
    Rejected,
    SignIn,
    Store,
    Unreadable,
)
from plugin.settings_import import SettingsImport
from plugin.tenant_view import TenantViews
from plugin.vault import Vault
from plugin.worker import Shop
from tests.conftest import NOW

FERNET = "5Zo7rRPz3ZGZK9bT4Tn5Zx7JQK3h4gqf4mX9V1hTzqA="


@dataclass
class Clock:
    """A clock that stands still until moved."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class NoApi:
    """An API that nobody calls: the fake helpdesk needs none."""

    connection: Connection

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        raise AssertionError(f"unexpected GET {path}")

    def send(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        budgets: Sequence[Budget] = (),
    ) -> dict[str, Any]:
        raise AssertionError(f"unexpected {method} {path}")


def ticket(ticket_id: str = "1", *texts: str, **changes: Any) -> Ticket:
    """An open ticket with these customer's messages."""
    messages = tuple(
        Message(str(n), "7", True, True, text, NOW + timedelta(seconds=n)) for n, text in enumerate(texts, 1)
    )
    made = Ticket(
        id=ticket_id,
        state="open",
        status="new",
        subject="",
        channel="email",
        language="en",
        priority=None,
        tags=(),
        group=None,
        assignee=None,
        requester=Person("7", "Ann", "ann@example.com"),
        reason_value=None,
        reason_code=None,
        created_at=NOW,
        updated_at=NOW,
        stamp="0",
        messages=messages,
    )
    return replace(made, **changes)


@dataclass
class FakeSidebar:
    """A host that frames our page; its tokens are "account/agent/digest", made with its key."""

    key: str = "the host's key"
    reads: int = 0

    def token(self, account: str, agent: str) -> str:
        """What the host would send along with our first page."""
        return f"{account}/{agent}/{_digest(self.key, account, agent)}"

    def script(self, connection: Connection) -> str:
        return "https://static.fake.example/sdk.js"

    def claimed_account(self, token: str) -> str:
        if token.count("/") != 2:
            raise Forged("this is no token")
        return token.partition("/")[0]

    def read_key(self, api: Api) -> str:
        self.reads += 1
        return self.key

    def agent_of(self, connection: Connection, token: str, key: str, now: datetime) -> str:
        account, agent, digest = token.split("/")
        if account != connection.account or digest != _digest(key, account, agent):
            raise Forged("this token was signed by somebody else")
        return agent


def _digest(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()


@dataclass
class FakeHelpdesk:
    """A helpdesk in memory with compare-and-set; `fail` is asked before each load and perform and may raise."""

    name: str = "fake"
    call_headers: Mapping[str, str] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    writes: list[tuple[str, str]] = field(default_factory=list)
    updates: list[tuple[str, ...]] = field(default_factory=list)
    tags_of_customers: list[tuple[Any, ...]] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    shelf: list[Macro] = field(default_factory=list)
    staff: list[Agent] = field(default_factory=list)
    sidebar: FakeSidebar | None = field(default_factory=FakeSidebar)
    sign_in: SignIn | None = None
    fail: Callable[[str, str], None] = lambda what, ticket_id: None
    fail_after: Callable[[str], None] = lambda ticket_id: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def host(self, account: str) -> str:
        if not account.isalnum():
            raise ValueError(f"{account!r} is no account name")
        return f"https://{account}.fake.example"

    def authorised(self, connection: Connection, token: str) -> Mapping[str, str]:
        return {"X-Fake-Token": token}

    def budgets(self, connection: Connection) -> Sequence[Budget]:
        return ()

    def verify(
        self, connection: Connection, headers: Mapping[str, str], body: bytes, now: datetime, max_age: float
    ) -> None:
        signed = hashlib.sha256(connection.credentials["signing_secret"].encode() + body).hexdigest()
        if headers.get("X-Fake-Signature") != signed:
            raise Forged("the signature is not ours")

    def event_id(self, headers: Mapping[str, str], body: bytes) -> str | None:
        return headers.get("X-Fake-Event")

    def parse(self, headers: Mapping[str, str], body: bytes) -> Hint:
        try:
            found = json.loads(body)
            ticket_id, event_id = found["ticket"], found.get("id")
            resource = None if ticket_id is None else ticket_resource(str(ticket_id))
            topic = str(found.get("topic", "changed"))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Unreadable("ticket", str(error)) from None
        return Hint(topic, resource, self.event_id(headers, body) if event_id is None else str(event_id))

    def load(self, api: Api, ticket_id: str, since: str | None) -> Ticket | Gone:
        self.fail("load", ticket_id)
        with self.lock:
            self.loads.append(ticket_id)
            found = self.tickets.get(ticket_id)
        return found or Gone(ticket_id, "deleted", "no such ticket")

    def perform(self, api: Api, effects: Sequence[Effect], stamp: str | None, look_first: bool) -> str | None:
        kind, _, name = effects[0].resource.partition(":")
        self.fail("perform", name)
        with self.lock:
            if kind == "customer":
                self.tags_of_customers.append((name, *effects))
            elif not look_first or not self._in_place(name, effects):
                self._write(name, effects, stamp)
        self.fail_after(name)
        return f"audit-{name}"

    def _in_place(self, ticket_id: str, effects: Sequence[Effect]) -> bool:
        return all(done_to(self.tickets[ticket_id], effect) == self.tickets[ticket_id] for effect in effects)

    def _write(self, ticket_id: str, effects: Sequence[Effect], stamp: str | None) -> None:
        found = self.tickets[ticket_id]
        if stamp is not None and stamp != found.stamp:
            raise Overtaken(f"ticket {ticket_id} has moved")
        if any(effect.args.get("group") == GONE for effect in effects):
            raise Rejected(f"there is no group {GONE}", {"group": "gone"})
        for effect in effects:
            if effect.kind == "set_reason_code":
                self.writes.append((ticket_id, effect.args["code"]))
            found = done_to(found, effect)
        self.updates.append((ticket_id, *(effect.kind for effect in effects)))
        self.tickets[ticket_id] = touched(found)

    def change(self, ticket_id: str, **changes: Any) -> None:
        """Somebody of the shop changes the ticket."""
        with self.lock:
            self.tickets[ticket_id] = touched(replace(self.tickets[ticket_id], **changes))

    def provision(self, api: Api, hook_url: str, options: Mapping[str, str]) -> Provisioned:
        return Provisioned({"reason_field": "9"}, {"signing_secret": "s" * 32})

    def changed(self, api: Api, cursor: str | None, since: datetime) -> Changed:
        found = tuple((one.id, one.updated_at) for one in self.tickets.values())
        return Changed(found, "end", more=False)

    def renew(self, api: Api, now: datetime) -> Mapping[str, str]:
        return {"access_token": "new", "refresh_token": "newer"}

    def ticket_url(self, connection: Connection, ticket_id: str) -> str:
        return f"{connection.api_url}/tickets/{ticket_id}"

    def macros(self, api: Api) -> Sequence[Macro]:
        self.fail("macros", "")
        return self.shelf

    def groups(self, api: Api) -> Mapping[str, str]:
        return {}

    def agents(self, api: Api) -> Sequence[Agent]:
        self.fail("agents", "")
        return self.staff

    def framed_by(self, connection: Connection) -> str:
        return f"https://{connection.account}.fake.example"


GONE = "gone"
"""A group that the fake helpdesk does not have."""


def done_to(one: Ticket, effect: Effect) -> Ticket:
    """The ticket after this effect."""
    args = effect.args
    match effect.kind:
        case "set_reason_code":
            return replace(one, reason_code=args["code"], reason_value=f"mgn_{args['code']}")
        case "set_group" | "set_assignee" | "set_priority" | "set_status":
            name = effect.kind.removeprefix("set_")
            return replace(one, **{name: args[name]})
        case "change_tags":
            kept = [tag for tag in one.tags if tag not in (*args["add"], *args["remove"])]
            return replace(one, tags=(*kept, *args["add"]))
        case "add_note" | "send_reply":
            return _written(one, args["text"], public=effect.kind == "send_reply")
    raise AssertionError(f"the fake helpdesk knows no {effect.kind}")


def _written(one: Ticket, text: str, public: bool) -> Ticket:
    number = max((int(message.id) for message in one.messages), default=0) + 1
    note = Message(str(number), "our-user", False, public, text, one.updated_at, automated=True)
    return replace(one, messages=(*one.messages, note))


def touched(one: Ticket) -> Ticket:
    """The ticket with a new stamp and a later `updated_at`."""
    return replace(one, stamp=str(int(one.stamp) + 1), updated_at=one.updated_at + timedelta(seconds=1))


@dataclass
class World:
    """A database with one connected tenant, a fake helpdesk, a clock, and the worker's shop over them."""

    database: Database
    helpdesk: FakeHelpdesk = field(default_factory=FakeHelpdesk)
    clock: Clock = field(default_factory=Clock)
    vault: Vault = field(default_factory=lambda: Vault([FERNET]))
    views: TenantViews = field(default_factory=TenantViews)
    stores: dict[str, Store] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = self.connect("acme")

    @property
    def shop(self) -> Shop:
        return Shop(
            database=self.database,
            vault=self.vault,
            helpdesks={self.helpdesk.name: self.helpdesk},
            routes=ROUTES,
            views=self.views,
            open_api=NoApi,
            now=self.clock,
            chance=lambda: 0.5,
            stores=self.stores,
        )

    def connect(self, account: str, mode: str = "live", **options: Any) -> Connection:
        with self.database.write() as session:
            tenant = Tenants(session).add_named_after(account, self.clock())
            connection = Connections(session, self.vault).add(
                tenant,
                self.helpdesk.name,
                account,
                "http://127.0.0.1:1",
                {"reason_field": "9", **options},
                {"signing_secret": "secret"},
                self.clock(),
            )
        self.settings({"mode": mode}, connection)
        return connection

    def settings(self, document: dict[str, Any], connection: Connection | None = None) -> int:
        tenant_id = (connection or self.connection).tenant_id
        with self.database.write() as session:
            return SettingsImport(self.vault, self.clock)(session, tenant_id, document, "a test")

    def hint(self, ticket_id: str, event_id: str | None = None, connection: Connection | None = None) -> int:
        """A webhook about this ticket has come in."""
        where = connection or self.connection
        arrival = Arrival(
            tenant_id=where.tenant_id,
            connection_id=where.id,
            source=self.helpdesk.name,
            topic="changed",
            event_id=event_id,
            resource=ticket_resource(ticket_id),
            state="pending",
            body=b"{}",
            headers={},
            received_at=self.clock(),
        )
        with self.database.write() as session:
            return Inbox(session).put([arrival])[0].delivery_id

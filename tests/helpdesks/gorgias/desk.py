"""The whole product before the stand-in Gorgias over HTTP: webhooks come in, the worker writes, the card is fetched."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import structlog
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from plugin.app import build, cli
from plugin.db.connections import Connections, Tenants
from plugin.db.outbox import Outbox
from plugin.domain.facts import Ticket as Loaded
from plugin.logs import configure_logging
from plugin.ports import Api, Connection, Helpdesk
from plugin.product import Product
from sandbox.gorgias.card import Card, cards_of
from sandbox.gorgias.records import Entry, Field, Ticket
from sandbox.gorgias.seed import KEY, USER
from sandbox.gorgias.state import Account
from sandbox.gorgias.writes import by_agent, new_ticket
from sandbox.server import Handle, start
from tests.conftest import free_port, wait_until
from tests.web.site import CONFIG

TIERS = [{"name": "Concierge", "emails": ["ann@example.com"], "no_bots": True}]
IS_CONCIERGE = {"field": "customer.tier", "operator": "is", "value": "Concierge"}
MOST_ROUNDS = 20


@dataclass
class Desk:
    """A product that is served at its public address, and the stand-in that it may be connected to."""

    product: Product
    served: Handle

    @property
    def account(self) -> Account:
        return self.served.gorgias

    @property
    def connection(self) -> Connection:
        with self.product.database.read() as session:
            found = Connections(session, self.product.vault).by_account("gorgias", "acme")
        assert found is not None
        return found

    @property
    def helpdesk(self) -> Helpdesk:
        return self.product.helpdesks["gorgias"]

    @property
    def api(self) -> Api:
        return self.product.open_api(self.connection)

    def run(self, *arguments: str) -> Result:
        """A command of the product."""
        return CliRunner().invoke(cli, list(arguments), obj=lambda: self.product)

    def connect(self, *more: str, user: str = USER, key: str = KEY) -> Result:
        """`marginalia connect gorgias` with the stand-in's own address."""
        who = ("--account", "acme", "--user", user, "--api-key", key, "--api-url", self.served.url)
        return self.run("connect", "gorgias", *who, *more, "--json")

    def connected(self) -> dict[str, Any]:
        """Connect, or the test fails; what was printed."""
        result = self.connect()
        assert result.exit_code == 0, result.stderr
        printed: dict[str, Any] = json.loads(result.stdout)
        return printed

    def live(self, *more: dict[str, str]) -> None:
        """Put in force: one tier, and a rule that brings it to its team at once, with these actions too."""
        actions = [
            {"field": "group", "value": str(self.team("Concierge"))},
            {"field": "priority", "value": "urgent"},
            {"field": "tags", "operator": "add", "value": ["vip_concierge"]},
            *more,
        ]
        rule = {
            "name": "Concierge first",
            "on": ["ticket_created", "customer_message"],
            "conditions": {"all": [IS_CONCIERGE]},
            "actions": actions,
        }
        document = {"mode": "live", "tiers": TIERS, "rules": [rule]}
        with self.product.database.write() as session:
            tenant = Tenants(session).by_name("acme")
            assert tenant is not None
            self.product.import_settings(session, tenant.id, document, made_by="a test")

    def write(self, text: str, email: str = "ann@example.com") -> int:
        """A customer writes a new ticket; its number."""
        customer = self.account.known_customer("Ann Moss", email)
        return new_ticket(self.account, customer, "A question", text).id

    def settle(self) -> None:
        """Let webhooks arrive and work all that is due, until nothing comes of it any more."""
        for _ in range(MOST_ROUNDS):
            wait_until(self.account.caller.idle)
            sent = len(self.account.caller.deliveries())
            self.product.make_worker(1).run(drain=True)
            wait_until(self.account.caller.idle)
            if len(self.account.caller.deliveries()) == sent and not self._waits():
                return
        raise AssertionError(f"still busy after {MOST_ROUNDS} rounds")

    def _waits(self) -> bool:
        """Whether a write was put off for longer than a drain waits."""
        with self.product.database.read() as session:
            waiting = Outbox(session).next_due() is not None
        if waiting:
            time.sleep(0.1)
        return waiting

    def ticket(self, ticket_id: int) -> Ticket:
        return self.account.tickets[ticket_id]

    def load(self, ticket_id: int) -> Loaded:
        """The ticket as the adapter reads it."""
        found = self.helpdesk.load(self.api, str(ticket_id), None)
        assert isinstance(found, Loaded)
        return found

    def values(self, ticket_id: int) -> dict[str, Any]:
        """What the fields of a ticket hold, by the field's label."""
        return {
            self.account.fields[number].label: value
            for number, value in self.ticket(ticket_id).values.items()
        }

    def by_us(self, ticket_id: int) -> list[Entry]:
        """The lines of its history that we wrote."""
        return [line for line in self.ticket(ticket_id).history if line.by == "api"]

    def field(self, label: str) -> Field:
        (found,) = [one for one in self.account.fields.values() if one.label == label]
        return found

    def card(self, ticket_id: int) -> list[Card]:
        """What the sidebar shows beside a ticket."""
        customer = self.account.customers[self.ticket(ticket_id).customer_id]
        return cards_of(self.account, customer, "ticket")

    def team(self, name: str) -> int:
        (found,) = [one.id for one in self.account.teams.values() if one.name == name]
        return found

    def agent(self) -> Any:
        """Ana, who edits tickets by hand."""
        ana = self.account.user_by_email("ana@shop.example")
        assert ana is not None
        return by_agent(ana)


@contextmanager
def desk_over(database: Path) -> Iterator[Desk]:
    """A product over this migrated database and a stand-in, both listening; not connected yet."""
    port = free_port()
    config = replace(
        CONFIG,
        database_url=f"sqlite:///{database}",
        public_url=f"http://127.0.0.1:{port}",
        allow_local_vendors=True,
    )
    configure_logging(config, StringIO())
    product = build(config)
    server = make_server("127.0.0.1", port, product.make_web(), threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    stand_in = start()
    yield Desk(product, stand_in)
    stand_in.stop()
    server.shutdown()
    thread.join()
    server.server_close()
    product.database.dispose()
    structlog.reset_defaults()

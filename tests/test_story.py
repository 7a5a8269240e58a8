"""The acceptance story: the same settings do the same on either helpdesk and either database, end to end."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Thread
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from plugin.app import build, cli
from plugin.db.engine import Database
from plugin.product import Product
from sandbox import server
from sandbox.shopify.seed import SECRET, TOKEN
from tests.conftest import wait_until
from tests.live import served
from tests.story import DESKS, Desk
from tests.web.site import CONFIG

BEST, POOR = "rachel.stone@example.com", "hannah.cole@example.com"


@dataclass
class Story:
    """A product connected to a helpdesk and a shop, with its worker at work."""

    product: Product
    desk: Desk
    stand_in: server.Handle
    url: str = ""
    key: str = ""

    def command(self, *arguments: str, given: str | None = None) -> Any:
        """What a command printed as JSON, which may stand among what the worker logs meanwhile."""
        done = CliRunner().invoke(cli, list(arguments), obj=lambda: self.product, input=given)
        assert done.exit_code == 0, (arguments, done.output, done.exception)
        start = done.stdout.find("{\n")
        return json.JSONDecoder().raw_decode(done.stdout[start:])[0] if start >= 0 else None

    def connect(self) -> None:
        at = ("--api-url", self.stand_in.url, "--json")
        self.command("connect", self.desk.name, "--account", "acme", *self.desk.connect, *at)
        shop = ("--tenant", "acme", "--shop", "demo.myshopify.com", "--token", TOKEN, "--secret", SECRET)
        self.command("connect", "shopify", *shop, *at)
        self.key = self.command("api-key", "create", "--tenant", "acme", "--json")["key"]

    def settings(self) -> dict[str, Any]:
        tier = {"field": "customer.tier", "operator": "is", "value": "Concierge"}
        return {
            "mode": "live",
            "currency": "USD",
            "reason_codes": [
                {"code": "shipping.wismo", "phrases": ["where is my parcel", "سفارشم کجاست"]},
            ],
            "tiers": [{"name": "Concierge", "spent_at_least": "10000.00", "no_bots": True}],
            "rules": [
                {
                    "name": "Concierge first",
                    "on": ["ticket_created", "customer_message"],
                    "conditions": {"all": [tier]},
                    "actions": [
                        {"field": "group", "value": self.desk.team("Concierge")},
                        {"field": "priority", "value": "urgent"},
                        {"field": "tags", "operator": "add", "value": ["vip_concierge"]},
                    ],
                },
                {
                    "name": "Everybody else",
                    "on": ["ticket_created"],
                    "conditions": {"all": [{**tier, "operator": "is_not"}]},
                    "actions": [{"field": "group", "value": self.desk.team("Support")}],
                },
            ],
        }

    def ticket(self, ticket: str) -> Any:
        """The ticket as the API shows it; {} while it is not known."""
        path = f"{self.url}/api/v1/tickets/{self.desk.name}/{ticket}"
        answer = requests.get(path, headers={"Authorization": f"Bearer {self.key}"}, timeout=10)
        return answer.json() if answer.status_code == 200 else {}


@contextmanager
def at_work(product: Product) -> Iterator[None]:
    """The worker in a thread."""
    worker = product.make_worker(2)
    thread = Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join()


@pytest.fixture(params=sorted(DESKS))
def story(request: pytest.FixtureRequest, database: Database) -> Iterator[Story]:
    """Everything connected, live, and at work."""
    stand_in = server.start()
    stand_in.gorgias.limits.change(
        "api_key", 0
    )  # the story is about what is done, not about how fast it may be
    config = replace(
        CONFIG,
        database_url=database.engine.url.render_as_string(hide_password=False),
        allow_local_vendors=True,
    )
    first = build(config)
    with served(first.make_web()) as url:
        product = replace(build(replace(config, public_url=url)))
        made = Story(product, DESKS[request.param](stand_in), stand_in, url)
        made.connect()
        made.command("settings", "import", "-", "--tenant", "acme", given=json.dumps(made.settings()))
        with at_work(product):
            yield made
        product.database.dispose()
    first.database.dispose()
    stand_in.stop()


def test_the_story(story: Story) -> None:
    desk = story.desk

    # The shop is read, and its best customer is marked in the helpdesk before she has ever written.
    wait_until(lambda: desk.tier_shown(BEST), seconds=30)

    # She writes: she stands in front of the best people at once, and the ticket says why it came.
    vip = desk.write("Rachel Stone", BEST, "Where is my parcel? I am waiting.")
    wait_until(lambda: desk.team_of(vip) == "Concierge", seconds=30)
    wait_until(lambda: desk.priority_of(vip) == "urgent", seconds=30)
    wait_until(
        lambda: {"vip_concierge", "mgn_tier_concierge", "mgn_shipping_wismo"} <= desk.tags_of(vip), seconds=30
    )
    shown = story.ticket(vip)
    assert (shown["customer"]["tier"], shown["no_bots"]) == ("Concierge", True)
    assert shown["customer"]["spent"] == {"amount": "12000.00", "currency": "USD"}
    assert shown["reason_code"]["code"] == "shipping.wismo"
    assert any(line["rule"] == "Concierge first" and line["fired"] for line in shown["trace"])

    # Somebody else writes in Persian: understood, and with the ordinary team.
    other = desk.write("مریم احمدی", POOR, "سلام، سفارشم کجاست؟")
    wait_until(lambda: desk.team_of(other) == "Support", seconds=30)
    wait_until(lambda: "mgn_shipping_wismo" in desk.tags_of(other), seconds=30)
    assert story.ticket(other)["no_bots"] is False

    # An agent gives the ticket to another team: it stays there, whatever the customer writes next.
    desk.hand_to(vip, "Returns")
    desk.reply(vip, "Hello? It was order 10507.")
    wait_until(
        lambda: "a person has set it otherwise" in json.dumps(story.ticket(vip)["history"]), seconds=30
    )
    assert desk.team_of(vip) == "Returns"

    # What we wrote comes back as webhooks, and nothing more is written for them.
    wait_until(desk.idle, seconds=30)
    effects = [one for one in story.ticket(vip)["effects"] if one["kind"] == "set_group"]
    assert len([one for one in effects if one["state"] == "done"]) == 1

    # The same rules over past tickets change nothing anywhere.
    before = desk.tags_of(vip)
    judged = story.command("dry-run", "--tenant", "acme", "--days", "3", "--json")
    assert (judged["tickets"], judged["vips"]["no_bots"]) == (2, [vip])
    assert desk.tags_of(vip) == before

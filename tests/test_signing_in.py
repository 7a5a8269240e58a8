"""An agent signs in at each stand-in helpdesk over HTTP, as a browser does, and sees the panel of a ticket."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
import requests
import structlog
from click.testing import CliRunner
from playwright.sync_api import Browser

from plugin.app import build, cli
from plugin.db.agents import Agents
from plugin.db.connections import Connections
from plugin.logs import configure_logging
from plugin.ports import Agent
from plugin.product import Product
from sandbox.gorgias.seed import KEY, USER
from sandbox.gorgias.writes import new_ticket as new_gorgias_ticket
from sandbox.server import TOKEN, Handle, start
from sandbox.zendesk.seed import CLIENT_ID, CLIENT_SECRET
from sandbox.zendesk.writes import new_ticket as new_zendesk_ticket
from tests.conftest import free_port
from tests.live import served
from tests.web.site import CONFIG

ANA = "ana@shop.example"
HELPDESKS = ("zendesk", "gorgias")
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
WHO = {
    "zendesk": ("--token", TOKEN),
    "gorgias": ("--user", USER, "--api-key", KEY),
}


@dataclass
class Shop:
    """The product at its public address, connected to both stand-ins, and a browser."""

    product: Product
    stand_in: Handle
    root: str
    browser: requests.Session

    def ticket(self, helpdesk: str) -> str:
        """A customer writes; the ticket's number there."""
        if helpdesk == "zendesk":
            held = self.stand_in.account
            customer = held.customer("Jo", "jo@example.com")
            return str(new_zendesk_ticket(held, customer, "A question", "Where is my order?").id)
        other = self.stand_in.gorgias
        writer = other.known_customer("Jo", "jo@example.com")
        return str(new_gorgias_ticket(other, writer, "A question", "Where is my order?").id)

    def ana(self, helpdesk: str) -> str:
        """Ana's number in this helpdesk."""
        held = self.stand_in.account if helpdesk == "zendesk" else self.stand_in.gorgias
        found = held.user_by_email(ANA)
        assert found is not None
        return str(found.id)

    def open(self, helpdesk: str, ticket: str) -> requests.Response:
        """The link on the card."""
        return self.browser.get(f"{self.root}/panel/{helpdesk}/{ticket}")

    def agree(self, asking: requests.Response, **chosen: str) -> requests.Response:
        """Press the button on our page, and answer on the helpdesk's."""
        link = re.search(r'href="([^"]+/sign-in[^"]*)"', asking.text)
        assert link is not None, asking.text
        consent = self.browser.get(self.root + unescape(link[1]))
        assert consent.status_code == 200, consent.text
        given = {name: unescape(value) for name, value in FIELD.findall(consent.text)}
        return self.browser.post(consent.url.partition("?")[0], data=given | chosen)


@pytest.fixture
def shop(connected: Shop) -> Iterator[Shop]:
    """The same with a browser that nobody has signed in."""
    with requests.Session() as browser:
        yield replace(connected, browser=browser)


@pytest.fixture(scope="module")
def connected(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    database = shutil.copy(migrated_file, tmp_path_factory.mktemp("signing_in") / "marginalia.db")
    stand_in = start()
    port = free_port()
    config = replace(
        CONFIG,
        database_url=f"sqlite:///{database}",
        public_url=f"http://127.0.0.1:{port}",
        allow_local_vendors=True,
        zendesk_client_id=CLIENT_ID,
        zendesk_client_secret=CLIENT_SECRET,
        gorgias_client_id=CLIENT_ID,
        gorgias_client_secret=CLIENT_SECRET,
    )
    configure_logging(config, StringIO())
    product = build(config)
    for helpdesk in HELPDESKS:
        where = ("--account", "acme", "--tenant", "acme", "--api-url", stand_in.url, "--no-provision")
        secret = ("--signing-secret" if helpdesk == "zendesk" else "--secret", "s" * 32)
        given = ["connect", helpdesk, *where, *WHO[helpdesk], *secret]
        done = CliRunner().invoke(cli, given, obj=lambda: product)
        assert done.exit_code == 0, done.output
    with served(product.make_web(), port) as root, requests.Session() as browser:
        yield Shop(product, stand_in, root, browser)
    stand_in.stop()
    product.database.dispose()
    structlog.reset_defaults()


@pytest.mark.parametrize("helpdesk", HELPDESKS)
def test_an_agent_who_agrees_over_there_sees_the_panel_here(shop: Shop, helpdesk: str) -> None:
    ticket = shop.ticket(helpdesk)
    asking = shop.open(helpdesk, ticket)
    assert asking.status_code == 401
    shown = shop.agree(asking, user=shop.ana(helpdesk))
    assert shown.status_code == 200, shown.text
    assert shown.url == f"{shop.root}/panel/{helpdesk}/{ticket}"
    assert "is being read" in shown.text
    shop.product.make_worker(1).run(drain=True)
    assert "Where is my order" not in asking.text
    assert "is being read" not in shop.open(helpdesk, ticket).text


@pytest.mark.parametrize("helpdesk", HELPDESKS)
def test_the_agent_is_the_one_whom_the_helpdesk_names(shop: Shop, helpdesk: str) -> None:
    shop.agree(shop.open(helpdesk, shop.ticket(helpdesk)), user=shop.ana(helpdesk))
    with shop.product.database.read() as session:
        connection = Connections(session, shop.product.vault).by_account(helpdesk, "acme")
        assert connection is not None
        found = Agents(session, connection.tenant_id).find(connection.id, shop.ana(helpdesk))
    assert found == Agent(shop.ana(helpdesk), ANA, "Ana Duarte", "agent")


@pytest.mark.parametrize("helpdesk", HELPDESKS)
def test_the_token_of_that_sign_in_is_kept_nowhere(shop: Shop, helpdesk: str) -> None:
    shop.agree(shop.open(helpdesk, shop.ticket(helpdesk)), user=shop.ana(helpdesk))
    with shop.product.database.read() as session:
        connection = Connections(session, shop.product.vault).by_account(helpdesk, "acme")
    assert connection is not None
    assert connection.credentials["access_token"] == {"zendesk": TOKEN, "gorgias": KEY}[helpdesk]
    assert "refresh_token" not in connection.credentials


@pytest.mark.parametrize("helpdesk", HELPDESKS)
def test_who_says_no_over_there_is_let_in_nowhere(shop: Shop, helpdesk: str) -> None:
    ticket = shop.ticket(helpdesk)
    refused = shop.agree(shop.open(helpdesk, ticket), answer="no")
    assert refused.status_code == 403
    assert "The helpdesk did not let you sign in here" in refused.text
    assert shop.open(helpdesk, ticket).status_code == 401


@pytest.mark.parametrize("helpdesk", HELPDESKS)
def test_a_real_browser_comes_back_with_its_cookies(
    connected: Shop, chromium: Browser, helpdesk: str
) -> None:
    ticket = connected.ticket(helpdesk)
    connected.product.make_worker(1).run(drain=True)
    page = chromium.new_context().new_page()
    page.goto(f"{connected.root}/panel/{helpdesk}/{ticket}")
    page.get_by_role("link", name="Sign in with").click()
    page.get_by_label("You are").select_option(connected.ana(helpdesk))
    page.get_by_role("button", name="Let it in", exact=True).click()
    page.wait_for_url(f"{connected.root}/panel/{helpdesk}/{ticket}")
    page.get_by_text("Signed in to the account").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in with").wait_for()
    page.context.close()


def test_a_customer_of_the_shop_is_no_agent(shop: Shop) -> None:
    ticket = shop.ticket("zendesk")
    customer = shop.stand_in.account.user_by_email("jo@example.com")
    assert customer is not None
    refused = shop.agree(shop.open("zendesk", ticket), user=str(customer.id))
    assert refused.status_code == 403
    assert "nobody who works there" in refused.text

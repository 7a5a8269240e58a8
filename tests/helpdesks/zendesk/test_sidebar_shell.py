"""The whole way of an agent into the sidebar: the stand-in's signed token, the account's key, our shell."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.app import build, cli
from plugin.db.agents import Agents
from plugin.db.connections import Connections
from plugin.logs import configure_logging
from plugin.ports import Agent, Connection
from plugin.product import Product
from sandbox.server import Handle
from sandbox.zendesk.apps import App, claims, signed, strange_key
from tests.sandbox.conftest import TOKEN
from tests.web.site import CONFIG

PAGE = "http://localhost/sidebar/zendesk"


@dataclass
class House:
    """A product that is connected to the stand-in, where the app is installed."""

    product: Product
    client: FlaskClient
    served: Handle
    app: App

    @property
    def connection(self) -> Connection:
        with self.product.database.read() as session:
            (found,) = Connections(session, self.product.vault).all()
        return found

    def connect(self, *more: str) -> None:
        where = ("--account", self.served.account.subdomain, "--api-url", self.served.url)
        command = ["connect", "zendesk", *where, "--token", TOKEN, *more]
        result = CliRunner().invoke(cli, command, obj=lambda: self.product)
        assert result.exit_code == 0, result.stderr

    def token(self, key: Any = None, **changes: Any) -> str:
        """What the stand-in posts into the frame for Ana."""
        said = claims(self.served.account, self.app, self.ana) | changes
        return signed(said, key or self.app.key)

    def open(self, token: str) -> TestResponse:
        return self.client.post("/sidebar/zendesk?origin=x&app_guid=y", data={"token": token})

    @property
    def ana(self) -> int:
        found = self.served.account.user_by_email("ana@shop.example")
        assert found is not None
        return found.id

    def agent(self) -> Agent | None:
        """Ana, as she was read from the helpdesk."""
        connection = self.connection
        with self.product.database.read() as session:
            return Agents(session, connection.tenant_id).find(connection.id, str(self.ana))


@pytest.fixture
def house(served: Handle, migrated_file: Path, tmp_path: Path) -> Iterator[House]:
    database = shutil.copy(migrated_file, tmp_path / "marginalia.db")
    config = replace(CONFIG, database_url=f"sqlite:///{database}", allow_local_vendors=True)
    configure_logging(config, StringIO())
    product = build(config)
    client: FlaskClient = product.make_web().test_client()
    yield House(product, client, served, served.account.install_app(PAGE))
    product.database.dispose()
    structlog.reset_defaults()


@pytest.fixture
def connected(house: House) -> House:
    house.connect("--app-id", str(house.app.id))
    return house


def test_connecting_reads_the_apps_key_and_who_works_there(connected: House) -> None:
    assert connected.connection.options["sidebar_key"] == connected.app.public_key.strip()
    assert connected.agent() == Agent(str(connected.ana), "ana@shop.example", "Ana Duarte", "agent")


def test_an_agent_whom_the_account_vouches_for_gets_the_shell(connected: House) -> None:
    answer = connected.open(connected.token())
    assert answer.status_code == 200
    assert re.search(r'<meta name="marginalia-token" content="[^"]+">', answer.text)


def test_the_shell_talks_to_its_host_alone(connected: House) -> None:
    answer = connected.open(connected.token())
    policy = answer.headers["Content-Security-Policy"]
    assert f"frame-ancestors {connected.served.url}" in policy
    assert f'src="{connected.served.url}/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"' in answer.text


def test_a_key_that_was_changed_over_there_is_read_again(connected: House) -> None:
    connected.app = connected.served.account.install_app(PAGE, new_key=True)
    assert connected.open(connected.token()).status_code == 200
    assert connected.connection.options["sidebar_key"] == connected.app.public_key.strip()


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1},
        {"iss": "beta.zendesk.com"},
        {"sub": "https://beta.zendesk.com/api/v2/users/1.json"},
        {"aud": "https://beta.zendesk.com/api/v2/apps/installations/1.json"},
    ],
    ids=["expired", "issuer", "subject", "audience"],
)
def test_a_signed_token_that_is_wrong_is_shown_nothing(connected: House, changes: dict[str, Any]) -> None:
    answer = connected.open(connected.token(**changes))
    assert (answer.status_code, "marginalia-token" in answer.text) == (401, False)


def test_a_token_signed_by_somebody_else_is_shown_nothing(connected: House) -> None:
    answer = connected.open(connected.token(strange_key()))
    assert (answer.status_code, "marginalia-token" in answer.text) == (401, False)


def test_an_account_whose_app_nobody_named_says_how_to_name_it(house: House) -> None:
    house.connect()
    answer = house.open(house.token())
    assert answer.status_code == 401
    assert "--app-id N" in answer.text

"""The web part over a world, reached as others reach it: webhooks, programs with a key, browsers of admins."""

import hashlib
import json
import re
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from handlers import ROUTES
from plugin.config import Config
from plugin.db.access import ApiKeys, make_link
from plugin.ports import Connection
from plugin.settings_import import SettingsImport
from plugin.web.app import create_web
from plugin.web.services import WebServices
from tests.fakes import FERNET, NoApi, World

CONFIG = Config(
    database_url="",
    public_url="http://localhost",
    secret_keys=["k" * 40],
    encryption_keys=[FERNET],
    allow_local_vendors=False,
    demo=False,
    max_body_bytes=10_000,
    hook_max_age=86_400.0,
    log_level="info",
    log_format=None,
)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Site:
    """An app over a world's database, helpdesk and clock."""

    world: World
    app: Flask

    def visitor(self) -> FlaskClient:
        """A browser that nobody has signed in."""
        return self.app.test_client()

    def admin(self, connection: Connection | None = None) -> FlaskClient:
        """A browser signed in by a one-time link."""
        browser = self.visitor()
        assert browser.get(self.link(connection)).status_code == 303
        return browser

    def link(self, connection: Connection | None = None) -> str:
        """A one-time link into the pages of this connection's tenant."""
        tenant_id = (connection or self.world.connection).tenant_id
        with self.world.database.write() as session:
            return f"/admin/enter/{make_link(session, tenant_id, self.world.clock())}"

    def program(self, connection: Connection | None = None) -> FlaskClient:
        """A program with an API key of this connection's tenant."""
        client = self.visitor()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.key(connection)}"
        return client

    def key(self, connection: Connection | None = None) -> str:
        """A new API key."""
        tenant_id = (connection or self.world.connection).tenant_id
        with self.world.database.write() as session:
            return ApiKeys(session, tenant_id).create(self.world.clock()).key

    def hook_path(self, connection: Connection | None = None) -> str:
        """The webhook address of a connection."""
        where = connection or self.world.connection
        return f"/hooks/{where.vendor}/{where.hook_key}"

    def hook(
        self,
        body: bytes | dict[str, Any],
        headers: dict[str, str] | None = None,
        *,
        connection: Connection | None = None,
        query: str = "",
        secret: str = "secret",
    ) -> TestResponse:
        """A webhook of the helpdesk, signed as it signs them."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        path = self.hook_path(connection) + query
        signed = {"X-Fake-Signature": signature(raw, secret), **(headers or {})}
        return self.visitor().post(path, data=raw, headers=signed, content_type="application/json")


def signature(body: bytes, secret: str = "secret") -> str:
    """How the fake helpdesk signs a body."""
    return hashlib.sha256(secret.encode() + body).hexdigest()


def site_over(world: World, **changes: Any) -> Site:
    """The app over this world; `changes` are to its configuration."""
    services = WebServices(
        config=replace(CONFIG, **changes),
        database=world.database,
        vault=world.vault,
        helpdesks={world.helpdesk.name: world.helpdesk},
        stores=world.stores,
        views=world.views,
        now=world.clock,
        import_settings=SettingsImport(world.vault, world.clock),
        open_plain=NoApi,
        routes=ROUTES,
    )
    return Site(world, _application(services))


_MADE: dict[str, Flask] = {}
"""An application for each configuration: what it is made of (addresses, templates, languages) never changes."""


def _application(services: WebServices) -> Flask:
    """An application of one's own over these services: it remembers nothing, yet shares what takes long to make."""
    key = repr(services.config)
    if key not in _MADE:
        _MADE[key] = create_web(services)
    made = copy(_MADE[key])
    made.extensions = {
        name: dict(one) if isinstance(one, dict) else one for name, one in made.extensions.items()
    }
    made.extensions["marginalia"] = services
    return made


def form_token(browser: FlaskClient) -> str:
    """The token that the forms of a signed-in browser carry."""
    found = _TOKEN.search(browser.get("/admin/settings").get_data(as_text=True))
    assert found is not None
    return found[1]


def post(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Send a form as the browser would from one of our pages."""
    sent = {"csrf_token": form_token(browser), **fields}
    return browser.post(path, data=sent, headers={"Origin": "http://localhost"})

"""First paint in a browser: from the host's token post until the ticket's panel is on the screen.

The product runs as in life; around its frame is a page that speaks as the helpdesk does, with the vendor's own script.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask, Response, render_template_string, request
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.installation import Installation
from benchmarks.sidebar_panel import HELPDESK
from benchmarks.sidebar_rows import AGENTS
from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.helpdesks.zendesk.sidebar_token import SDK
from plugin.ports import Connection
from plugin.vault import Vault
from plugin.web.sidebar.shell import KEY
from tests.browser.zaf_sdk import vendor_sdk
from tests.conftest import CHROMIUM
from tests.live import served

PAGE = Path(__file__).parents[1] / "tests" / "browser" / "sidebar_host.html"
PATIENCE_MS: Final = 30_000
WATCH: Final = """
(() => {
  if (window.top === window) return;
  window.painted = new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (!document.getElementById("who")) return;
      watch.disconnect();
      requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => done(performance.now());
        after.port2.postMessage(0);
      });
    });
    watch.observe(document, { childList: true, subtree: true });
  });
})();
"""
"""In our frame: milliseconds from the start of its navigation until the frame after the one that holds the panel."""


@dataclass(frozen=True, slots=True)
class Paints:
    """Seconds to the painted panel: with nothing kept by the browser, and with what never changes kept."""

    cold: list[float]
    warm: list[float]


def why_not() -> str:
    """Why nothing can be painted here; "" where it can."""
    if not CHROMIUM.exists():
        return f"Chromium is not on this machine: {CHROMIUM}"
    try:
        sdk()
    except (
        pytest.skip.Exception
    ) as reason:  # the SDK is fetched as the tests fetch it, which skip without npm
        return str(reason)
    return ""


@cache
def sdk() -> str:
    """The vendor's own script."""
    with TemporaryDirectory(prefix="marginalia-bench-") as folder:
        place: Any = SimpleNamespace(cache=SimpleNamespace(mkdir=lambda name: Path(folder)))
        return vendor_sdk(place)


def measure_paints(product: Installation, desk: Connection, number: int) -> Paints:
    """So many panels opened by a browser that has nothing, and so many by one that has opened one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with host_pages(product.port, desk, key) as root:
        _meet(product, desk, root, key)
        with product.running("web"), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            _cold(browser, root, 1)
            cold = [_cold(browser, root, ticket) for ticket in range(2, 2 + number)]
            warm = _warm(browser, root, range(1, 2 + number))
            browser.close()
    return Paints(cold, warm)


@contextmanager
def host_pages(port: int, desk: Connection, key: rsa.RSAPrivateKey) -> Iterator[str]:
    """The helpdesk's page with our frame in it, and its script, on a port of their own."""
    app, script = Flask(__name__), sdk()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)

    @app.get(SDK)
    def client() -> Response:
        return Response(script, content_type="text/javascript", headers={"Cache-Control": "max-age=600"})

    @app.get("/agent/<int:ticket>")
    def page(ticket: int) -> str:
        around = urlencode({"origin": request.host_url.rstrip("/"), "app_guid": "guid-1"})
        return render_template_string(
            PAGE.read_text(encoding="utf-8"),
            action=f"http://127.0.0.1:{port}/sidebar/{HELPDESK}?{around}",
            token=_token(desk.account, AGENTS[2].id, key),
            ticket=ticket,
            locale="en-US",
            speaks=True,
        )

    with served(app) as root:
        yield root


def _token(account: str, agent: str, key: rsa.RSAPrivateKey) -> str:
    """As the helpdesk signs it."""
    host, now = f"https://{account}.zendesk.com", int(time.time())
    claims = {"iss": f"{account}.zendesk.com", "iat": now, "exp": now + 300}
    whose = {"aud": f"{host}/api/v2/apps/installations/1.json", "sub": f"{host}/api/v2/users/{agent}.json"}
    return jwt.encode({**claims, **whose}, key, algorithm="RS256")


def _meet(product: Installation, desk: Connection, root: str, key: rsa.RSAPrivateKey) -> None:
    """The account is where the host's pages are, and signs with this key."""
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    database = Database(product.database_url)
    vault = Vault([product.environment["ENCRYPTION_KEYS"]])
    with database.write() as session:
        Connections(session, vault).change(desk, api_url=root, options={KEY: public})
    database.dispose()


def _cold(browser: Browser, root: str, ticket: int) -> float:
    """A panel for a browser that has nothing yet."""
    context = _context(browser)
    seconds = _painted(context, root, ticket)
    context.close()
    return seconds


def _warm(browser: Browser, root: str, tickets: range) -> list[float]:
    """Panels one after another in one browser, but for the first of them."""
    context = _context(browser)
    found = [_painted(context, root, ticket) for ticket in tickets]
    context.close()
    return found[1:]


def _context(browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport={"width": 360, "height": 1000})
    context.add_init_script(WATCH)
    return context


def _painted(context: BrowserContext, root: str, ticket: int) -> float:
    page = context.new_page()
    page.goto(f"{root}/agent/{ticket}")
    frame = page.frame(name="panel")
    assert frame is not None
    frame.locator("#who").wait_for(timeout=PATIENCE_MS)
    milliseconds = float(frame.evaluate("() => window.painted"))
    page.close()
    return milliseconds / 1000

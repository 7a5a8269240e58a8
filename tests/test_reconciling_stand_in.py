"""What the stand-in shop tells by webhooks and what it tells when asked is the same order, to the cent."""

import json
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import requests
import structlog
from click.testing import CliRunner, Result

from plugin.app import build, cli
from plugin.db.connections import Tenants
from plugin.db.migrate import migrate
from plugin.logs import configure_logging
from plugin.product import Product
from sandbox.server import Handle, start
from sandbox.shopify.seed import SECRET, TOKEN
from tests.conftest import NOW, free_port, wait_until
from tests.live import served
from tests.web.site import CONFIG

SETTINGS: dict[str, Any] = {
    "agents": [
        {"email": "ana@shop.example", "coupon": "ANA10", "coupon_share": "0.10", "commission": "0.07"}
    ],
    "costs": {"refund_share": [{"from": "2022-01", "share": "0.10", "base": "amount"}]},
}
ODD = {"code": "ODD", "type": "fixed_amount", "value": "0.01"}
ANA10 = {"code": "ANA10", "type": "percentage", "value": "10"}
SALE: dict[str, Any] = {
    "items": {"BELT-1": 3},
    "codes": [ANA10],
    "shipping": "8.00",
    "email": "ann@example.com",
}
BACK = {"items": {"BELT-1": 1}}
STORIES: list[tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]] = [
    ({}, [("refund", BACK)]),
    ({}, [("refund", {**BACK, "amount": "100.00"})]),
    ({}, [("cancel", {"refunded": True})]),
    ({}, [("cancel", {})]),
    ({"codes": [ODD]}, [("refund", BACK), ("refund", BACK), ("refund", BACK)]),
    ({"paid": False}, []),
    ({"email": None}, []),
    ({}, [("edit", {"remove": {"BELT-1": 1}}), ("refund", {"amount": "5.00"})]),
]
"""Orders of three belts, and what becomes of them."""


@pytest.fixture
def stand_ins() -> Iterator[Handle]:
    handle = start()
    handle.shop.bucket.change(handle.shop.now(), size=200_000.0)  # nothing has to wait for points
    yield handle
    handle.stop()


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    """A product with the tenant acme, served where webhooks find it."""
    port = free_port()
    config = replace(
        CONFIG,
        database_url=f"sqlite:///{tmp_path / 'marginalia.db'}",
        allow_local_vendors=True,
        public_url=f"http://127.0.0.1:{port}",
        max_body_bytes=1_000_000,
    )
    made = build(config)
    configure_logging(made.config, StringIO())
    migrate(made.database)
    with made.database.write() as session:
        tenant = Tenants(session).add("acme", NOW)
        made.import_settings(session, tenant.id, SETTINGS, "a test")
    with served(made.make_web(), port):
        yield made
    made.database.dispose()
    structlog.reset_defaults()


def run(product: Product, *arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), obj=lambda: product)


def connect(product: Product, stand_ins: Handle) -> None:
    account = ("--shop", "acme.myshopify.com", "--tenant", "acme", "--api-url", stand_ins.url)
    result = run(product, "connect", "shopify", *account, "--token", TOKEN, "--secret", SECRET)
    assert result.exit_code == 0, result.stderr


def play(stand_ins: Handle) -> None:
    """Everything that can happen to an order."""
    shop = f"{stand_ins.url}/_sandbox/shopify"
    for sale, deeds in STORIES:
        made = requests.post(f"{shop}/orders", json={**SALE, **sale}, timeout=10)
        number = made.json()["order"]["id"]
        for what, body in deeds:
            done = requests.post(f"{shop}/orders/{number}/{what}", json=body, timeout=10)
            assert done.status_code == 200, done.text


def test_what_was_told_backwards_and_twice_is_what_the_store_has(product: Product, stand_ins: Handle) -> None:
    connect(product, stand_ins)
    product.make_worker(1).run(drain=True)
    stand_ins.shop.dispatcher.hold()
    play(stand_ins)
    stand_ins.shop.dispatcher.release("reverse", times=2)
    wait_until(stand_ins.shop.dispatcher.idle)
    product.make_worker(1).run(drain=True)
    result = run(product, "reconcile", "--tenant", "acme", "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["differences"]) == (0, [])
    (store,) = document["stores"]
    assert store["orders"]["store"] == store["orders"]["here"] > len(STORIES)
    assert all(day["store"] == day["here"] for day in store["net_sales"])


def test_what_was_never_told_is_found_and_named(product: Product, stand_ins: Handle) -> None:
    connect(product, stand_ins)
    product.make_worker(1).run(drain=True)
    stand_ins.shop.dispatcher.hold()
    play(stand_ins)
    result = run(product, "reconcile", "--tenant", "acme")
    assert result.exit_code == 0  # all of it is newer than our last sweep
    assert result.stdout.count("missing: ") == len(STORIES)

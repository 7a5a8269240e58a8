"""Connecting a store through the command line and the whole product, against the stand-in shop; then its webhooks."""

import json
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from plugin.app import build, cli
from plugin.db.connections import Connections, Tenants
from plugin.db.customer_tables import CustomerRow
from plugin.db.migrate import migrate
from plugin.db.tables import DeliveryRow
from plugin.logs import configure_logging
from plugin.ports import Connection
from plugin.product import Product
from sandbox.server import Handle, start
from sandbox.shopify.seed import SECRET, TOKEN
from sandbox.shopify.webhooks import sign
from tests.conftest import NOW
from tests.web.site import CONFIG

SHOP = "acme.myshopify.com"


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    """A product whose tenant acme has no account yet; it logs as the command does, which is not to stdout."""
    database = f"sqlite:///{tmp_path / 'marginalia.db'}"
    made = build(replace(CONFIG, database_url=database, allow_local_vendors=True))
    configure_logging(made.config, StringIO())
    migrate(made.database)
    with made.database.write() as session:
        Tenants(session).add("acme", NOW)
    yield made
    made.database.dispose()
    structlog.reset_defaults()


@pytest.fixture
def served() -> Iterator[Handle]:
    handle = start()
    yield handle
    handle.stop()


def run(product: Product, *arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), obj=lambda: product)


def connect(product: Product, *more: str, shop: str = SHOP, tenant: str | None = "acme") -> Result:
    whose = ["--tenant", tenant] if tenant else []
    return run(product, "connect", "shopify", "--shop", shop, *whose, *more, "--json")


def connect_to(product: Product, served: Handle, **more: Any) -> Result:
    return connect(product, "--api-url", served.url, "--token", TOKEN, "--secret", SECRET, **more)


def stored(product: Product, shop: str = SHOP) -> Connection:
    with product.database.read() as session:
        found = Connections(session, product.vault).by_account("shopify", shop)
    assert found is not None
    return found


def worked(product: Product) -> dict[str, str]:
    """Work all that is due; each delivery's topic with its state."""
    product.make_worker(1).run(drain=True)
    with product.database.read() as session:
        return {row.topic: row.state for row in session.scalars(select(DeliveryRow))}


def customers(product: Product) -> int:
    with product.database.read() as session:
        return session.scalar(select(func.count()).select_from(CustomerRow)) or 0


def test_it_prints_what_others_build_on_and_nothing_else(product: Product, served: Handle) -> None:
    result = connect_to(product, served)
    kept = stored(product)
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == {
        "tenant": "acme",
        "connection": str(kept.id),
        "hook_url": f"{CONFIG.public_url}/hooks/shopify/{kept.hook_key}",
    }


def test_its_webhooks_point_here_and_its_currency_and_zone_are_kept(product: Product, served: Handle) -> None:
    hook_url = json.loads(connect_to(product, served).stdout)["hook_url"]
    options = stored(product).options
    assert {one.uri for one in served.shop.subscriptions.values()} == {hook_url}
    assert len(options["webhook_ids"]) == len(served.shop.subscriptions)
    assert (options["currency"], options["timezone"]) == ("USD", "America/New_York")


def test_the_same_shop_again_makes_nothing_twice(product: Product, served: Handle) -> None:
    first = connect_to(product, served).stdout
    made = dict(served.shop.subscriptions)
    assert connect_to(product, served, tenant=None).stdout == first
    assert served.shop.subscriptions == made


def test_a_shop_of_another_tenant_is_refused(product: Product, served: Handle) -> None:
    connect_to(product, served)
    result = connect_to(product, served, tenant="other")
    assert (result.exit_code, "belongs to tenant 'acme'" in result.stderr) == (1, True)


def test_a_new_shop_without_a_tenant_is_refused_for_it_would_be_nobodys(product: Product) -> None:
    result = connect(product, "--token", TOKEN, "--secret", SECRET, tenant=None)
    assert (result.exit_code, "--tenant" in result.stderr) == (1, True)


@pytest.mark.parametrize("shop", ["acme", "acme.myshopify.com.evil.example"])
def test_what_is_no_shops_domain_is_refused(product: Product, shop: str) -> None:
    result = connect(product, "--token", TOKEN, shop=shop)
    assert (result.exit_code, "acme.myshopify.com" in result.stderr) == (1, True)


def test_the_accounts_name_may_be_given_as_for_other_vendors(product: Product) -> None:
    result = run(
        product,
        *("connect", "shopify", "--account", "ACME.myshopify.com", "--tenant", "acme"),
        *("--token", TOKEN, "--secret", SECRET, "--no-provision"),
    )
    assert (result.exit_code, stored(product).account) == (0, SHOP)


def test_without_provisioning_no_call_is_made(product: Product) -> None:
    result = connect(product, "--token", TOKEN, "--secret", SECRET, "--no-provision")
    assert (result.exit_code, result.stderr) == (0, "")
    assert stored(product).api_url == f"https://{SHOP}"


def test_without_a_secret_what_is_missing_is_said(product: Product) -> None:
    result = connect(product, "--token", TOKEN, "--no-provision")
    assert (result.exit_code, "--secret" in result.stderr) == (0, True)


def test_a_wrong_token_is_refused_with_what_to_run(product: Product, served: Handle) -> None:
    result = connect(product, "--api-url", served.url, "--token", "wrong", "--secret", SECRET)
    assert (result.exit_code, f"marginalia connect shopify --account {SHOP}" in result.stderr) == (1, True)


def test_its_customers_are_read_before_any_tick_of_the_clock(product: Product, served: Handle) -> None:
    connect_to(product, served)
    served.shop.bucket.change(served.shop.now(), size=20_000.0)  # nothing has to wait for points
    assert worked(product) == {"sweep_due": "worked"}
    assert customers(product) == len(served.shop.customers)


def hook(product: Product, topic: str, body: Any, secret: str = SECRET, event: str = "e-1") -> Any:
    raw = json.dumps(body).encode()
    signed = {
        "X-Shopify-Hmac-Sha256": sign(secret, raw),
        "X-Shopify-Topic": topic,
        "X-Shopify-Event-Id": event,
    }
    where = f"/hooks/shopify/{stored(product).hook_key}"
    return product.make_web().test_client().post(where, data=raw, headers=signed)


def test_a_webhook_is_kept_and_its_customer_is_asked_for(product: Product, served: Handle) -> None:
    connect_to(product, served)
    known = next(iter(served.shop.customers))
    assert hook(product, "customers/update", {"id": known}).status_code == 200
    assert worked(product)["customers/update"] == "worked"


def test_a_webhook_again_is_the_first_one(product: Product, served: Handle) -> None:
    connect_to(product, served)
    first, again = (hook(product, "customers/update", {"id": 7}).get_json() for _ in range(2))
    assert again == {"delivery": first["delivery"], "duplicate": True}


def test_a_forged_webhook_is_refused(product: Product, served: Handle) -> None:
    connect_to(product, served)
    assert hook(product, "customers/update", {"id": 7}, secret="another").status_code == 401


def test_a_webhook_can_be_replayed(product: Product, served: Handle) -> None:
    connect_to(product, served)
    delivery = hook(product, "customers/update", {"id": 7}).get_json()["delivery"]
    worked(product)
    result = run(product, "deliveries", "replay", delivery, "--tenant", "acme", "--json")
    assert (result.exit_code, worked(product)["customers/update"]) == (0, "worked")


def test_the_doctor_misses_no_reason_code_field_in_a_store(product: Product, served: Handle) -> None:
    connect_to(product, served)
    findings = json.loads(run(product, "doctor", "--json").stdout)["findings"]
    (found,) = [one for one in findings if one["about"] == f"shopify {SHOP} (acme)"]
    assert found["state"] == "ok"
    assert any(one["said"] == "no helpdesk is connected" for one in findings)


def test_the_admin_sees_what_a_store_is_subscribed_to_and_misses_no_field(
    product: Product, served: Handle
) -> None:
    connect_to(product, served)
    browser = product.make_web().test_client()
    link = json.loads(run(product, "admin-link", "--tenant", "acme", "--json").stdout)["url"]
    browser.get(link.removeprefix(CONFIG.public_url), follow_redirects=True)
    page = browser.get("/admin/connections").get_data(as_text=True)
    assert ("CUSTOMERS_UPDATE" in page, "Reason-code field" in page) == (True, False)

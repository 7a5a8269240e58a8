"""Connecting an account through the whole product, against the stand-in and without any call."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.app import build
from plugin.config import Config
from plugin.connecting import NotConnected, Wish, connect
from plugin.db.connections import Connections
from plugin.db.migrate import migrate
from plugin.ports import Connection
from plugin.product import Product
from sandbox.server import TOKEN, Handle, start
from tests.fakes import FERNET


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    made = build(
        Config(
            database_url=f"sqlite:///{tmp_path / 'marginalia.db'}",
            public_url="https://app.example.com",
            secret_keys=["s" * 32],
            encryption_keys=[FERNET],
            allow_local_vendors=True,
            demo=False,
            max_body_bytes=1_048_576,
            hook_max_age=86_400,
            log_level="info",
            log_format="json",
        )
    )
    migrate(made.database)
    yield made
    made.database.dispose()


@pytest.fixture
def served() -> Iterator[Handle]:
    handle = start()
    yield handle
    handle.stop()


def wish(api_url: str | None = None, provision: bool = True, **options: str) -> Wish:
    return Wish("zendesk", "acme", None, api_url, options, {"access_token": TOKEN}, provision)


def stored(product: Product) -> Connection:
    with product.database.read() as session:
        found = Connections(session, product.vault).by_account("zendesk", "acme")
    assert found is not None
    return found


def test_connecting_makes_field_and_webhook_and_keeps_the_secret(product: Product, served: Handle) -> None:
    connect(product, wish(served.url))
    kept = stored(product)
    assert (kept.options["reason_field"], kept.options["webhook_id"], kept.credentials["signing_secret"]) == (
        str(next(iter(served.account.fields))),
        next(iter(served.account.webhooks)),
        next(iter(served.account.webhooks.values())).secret,
    )


def test_connecting_again_changes_nothing(product: Product, served: Handle) -> None:
    connect(product, wish(served.url))
    before = stored(product)
    connect(product, wish(served.url))
    assert stored(product) == before


def test_without_provisioning_the_codes_of_the_admins_field_are_known_all_the_same(product: Product) -> None:
    connect(product, wish(provision=False, reason_field="9"))
    assert "shipping.lost" in stored(product).options["codes"]


def test_without_provisioning_what_is_missing_is_said(product: Product) -> None:
    notes = connect(product, wish(provision=False)).notes
    assert ["--signing-secret" in notes[0], "--reason-field" in notes[1]] == [True, True]


def test_an_account_that_is_none_is_refused(product: Product) -> None:
    with pytest.raises(NotConnected, match="no Zendesk account"):
        connect(product, Wish("zendesk", "acme.evil", None, None, {}, {}, True))

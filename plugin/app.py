"""The composition root: the only module that knows everything, and the `marginalia` command."""

import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click
from flask import Flask
from requests import Session

from handlers import ROUTES
from plugin.clock import Clock
from plugin.commands.access import admin_link, api_key_group
from plugin.commands.backcast import backcast_command
from plugin.commands.classify import classify_command
from plugin.commands.connect import connect_group
from plugin.commands.deliveries import deliveries_group, effects_group
from plugin.commands.doctor import doctor
from plugin.commands.dry_run import dry_run_command
from plugin.commands.learn import learn_command
from plugin.commands.package import package_command
from plugin.commands.reconcile import reconcile_command
from plugin.commands.run import clock_command, migrate_command, serve_command, web_command, work_command
from plugin.commands.settings import settings_group
from plugin.commands.statement import statement_command
from plugin.commands.values import values_group
from plugin.config import Config, read_config
from plugin.db.budgets import Budgets
from plugin.db.engine import Database
from plugin.helpdesks import helpdesks
from plugin.http import PERSONS_SECONDS, VendorApi, is_loopback, vendor_session
from plugin.logs import configure_logging
from plugin.ports import Api, Connection, PermanentError, Vendor
from plugin.product import Product
from plugin.settings_import import SettingsImport
from plugin.stores import stores
from plugin.tenant_view import TenantViews
from plugin.tokens import AccessTokens
from plugin.vault import Vault
from plugin.web.app import create_web
from plugin.web.services import WebServices
from plugin.worker import Shop, Worker

COMMANDS: tuple[click.Command, ...] = (
    serve_command,
    web_command,
    work_command,
    clock_command,
    migrate_command,
    connect_group,
    settings_group,
    deliveries_group,
    effects_group,
    classify_command,
    learn_command,
    dry_run_command,
    statement_command,
    backcast_command,
    reconcile_command,
    values_group,
    package_command,
    api_key_group,
    admin_link,
    doctor,
)


def now() -> datetime:
    """The instant it is, in UTC: the one place where the clock on the wall is read."""
    return datetime.now(UTC)


def build(config: Config) -> Product:
    """Wire everything for this configuration. Opens nothing: processes fork from what it returns."""
    database = Database(config.database_url)
    vault = Vault(config.encryption_keys)
    desks, shops = helpdesks(config), stores(config)
    views = TenantViews()
    import_settings = SettingsImport(vault, now, shops)
    vendors = Vendors(config, database, vault, {**desks, **shops})
    return Product(
        config=config,
        database=database,
        vault=vault,
        helpdesks=desks,
        stores=shops,
        views=views,
        import_settings=import_settings,
        open_api=vendors.open,
        now=now,
        make_web=lambda: create_web(
            WebServices(
                config,
                database,
                vault,
                desks,
                shops,
                views,
                now,
                import_settings,
                vendors.open_waited_for,
                ROUTES,
            )
        ),
        make_worker=lambda concurrency: Worker(
            Shop(database, vault, desks, ROUTES, views, vendors.open, now, random.random, shops), concurrency
        ),
        make_clock=lambda: Clock(database, vault, now),
        routes=ROUTES,
    )


def create_app() -> Flask:
    """The web application, configured from the environment: for any WSGI server."""
    app: Flask = _product().make_web()
    return app


@dataclass(frozen=True)
class Vendors:
    """Opens the APIs of vendor accounts: one session of connections, shared budgets, tokens renewed where they end."""

    config: Config
    database: Database
    vault: Vault
    vendors: Mapping[str, Vendor]

    def open(self, connection: Connection) -> Api:
        """The account's API, authorised."""
        tokens = AccessTokens(self.database, self.vault, self.vendors, self.open_plain, now)
        return self._api(connection, tokens)

    def open_plain(self, connection: Connection) -> Api:
        """The account's API without authorisation: where tokens are fetched."""
        return self._api(connection, None)

    def open_waited_for(self, connection: Connection) -> Api:
        """The same while a person waits at a browser: tried once, and given up soon."""
        return replace(self._api(connection, None), session=_hasty_session(), patience=PERSONS_SECONDS)

    def _api(self, connection: Connection, tokens: AccessTokens | None) -> VendorApi:
        if is_loopback(connection.api_url) and not self.config.allow_local_vendors:
            raise PermanentError(
                f"{connection.vendor} account {connection.account} lives on this machine ({connection.api_url}), which "
                "is only for trying things out: set ALLOW_LOCAL_VENDORS=1, or connect a real account"
            )
        vendor = self.vendors[connection.vendor]
        take = Budgets(self.database).take
        return VendorApi(
            connection,
            _session(),
            tokens,
            take,
            now,
            vendor.call_headers,
            vendor.authorised,
            vendor.budgets(connection),
        )


@cache
def _session() -> Session:
    """One for the process, made at its first use: after a fork, never before."""
    return vendor_session()


@cache
def _hasty_session() -> Session:
    """The same where a person waits."""
    return vendor_session(tries=1)


@cache
def _product() -> Product:
    config = read_config(Path.cwd())
    configure_logging(config, sys.stderr)
    return build(config)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="marginalia", prog_name="marginalia")
def cli() -> None:
    """Marginalia runs the customer service of a shop as a profit centre, inside its helpdesk."""


for _command in COMMANDS:
    cli.add_command(_command)


def main() -> None:
    """The console script."""
    cli(obj=_product, prog_name="marginalia")

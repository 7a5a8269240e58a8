"""The whole product as one object: what the commands are given by the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from plugin.config import Config
from plugin.db.engine import Database
from plugin.deciding import Routes
from plugin.ports import Api, Connection, Helpdesk, Store, Vendor
from plugin.settings_import import SettingsImport
from plugin.tenant_view import TenantViews
from plugin.vault import Vault


class Runner(Protocol):
    """A process that runs until it is told to stop."""

    def run(self) -> None:
        """Run until `stop`."""
        ...

    def stop(self) -> None:
        """End soon; safe to call from a signal handler."""
        ...


class Drainable(Runner, Protocol):
    """A runner that can also end by itself when nothing is due."""

    def run(self, drain: bool = False) -> None:
        """Run until `stop`, or with `drain` until nothing is due."""
        ...


@dataclass(frozen=True)
class Product:
    """Everything, wired. Nothing here is connected or started before it is used: processes fork from it."""

    config: Config
    database: Database
    vault: Vault
    helpdesks: Mapping[str, Helpdesk]
    stores: Mapping[str, Store]
    views: TenantViews
    import_settings: SettingsImport
    open_api: Callable[[Connection], Api]
    now: Callable[[], datetime]
    make_web: Callable[[], Any]
    make_worker: Callable[[int], Drainable]
    make_clock: Callable[[], Runner]
    routes: Routes

    @property
    def vendors(self) -> Mapping[str, Vendor]:
        """Every vendor that can be connected, of whichever family."""
        return {**self.helpdesks, **self.stores}

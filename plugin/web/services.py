"""What the composition root hands to the web part, and how a view gets at it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, cast

from flask import current_app
from sqlalchemy.orm import Session

from plugin.config import Config
from plugin.db.engine import Database
from plugin.deciding import Routes
from plugin.ports import Api, Connection, Helpdesk, Store, Vendor
from plugin.tenant_view import TenantViews
from plugin.vault import Vault


class ImportSettings(Protocol):
    """Puts a settings document in force, all or nothing; raises SettingsErrors or Superseded."""

    def __call__(
        self,
        session: Session,
        tenant_id: int,
        document: Mapping[str, Any],
        made_by: str,
        expected: int | None = None,
    ) -> int: ...


@dataclass(frozen=True)
class WebServices:
    """Everything a view may use. Nothing in it is connected or started before its first use."""

    config: Config
    database: Database
    vault: Vault
    helpdesks: Mapping[str, Helpdesk]
    stores: Mapping[str, Store]
    views: TenantViews
    now: Callable[[], datetime]
    import_settings: ImportSettings
    open_plain: Callable[[Connection], Api]
    routes: Routes = field(default_factory=dict)

    @property
    def vendors(self) -> Mapping[str, Vendor]:
        """Every vendor that sends webhooks, of whichever family."""
        return {**self.helpdesks, **self.stores}


def services() -> WebServices:
    """The services of the app that serves this request."""
    return cast(WebServices, current_app.extensions["marginalia"])

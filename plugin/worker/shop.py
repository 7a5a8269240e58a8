"""What the work needs, handed in by the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from plugin.db.engine import Database
from plugin.domain.events import Event
from plugin.macro_books import MacroBooks
from plugin.ports import Api, Connection, Helpdesk, Store
from plugin.tenant_view import TenantViews
from plugin.vault import Vault

KEEP_BODIES = timedelta(days=30)
"""Raw bodies are kept so long after they were worked."""


class ClaimLost(Exception):
    """Another worker has taken over what we were slow with: roll back, it is theirs."""


def defect_of_ours(error: Exception) -> str:
    """What is kept of an error that should never have come; its first line only, a database adds whole rows to it."""
    lines = str(error).splitlines() or [""]
    return f"a defect in Marginalia: {type(error).__name__}: {lines[0]}"


def compile_settings(shop: "Shop", tenant_id: int) -> None:
    """Have a tenant's settings compiled before a transaction that writes: that takes seconds, and nobody may wait."""
    with shop.database.read() as session:
        shop.views.of(session, tenant_id)


@dataclass(frozen=True)
class Shop:
    """Database, vendors, routes, the clock and the dice; `chance` gives 0..1."""

    database: Database
    vault: Vault
    helpdesks: Mapping[str, Helpdesk]
    routes: Mapping[type[Event], Callable[[Any, Any], None]]
    views: TenantViews
    open_api: Callable[[Connection], Api]
    now: Callable[[], datetime]
    chance: Callable[[], float]
    stores: Mapping[str, Store] = field(default_factory=dict)
    books: MacroBooks = field(default_factory=MacroBooks)

"""Keeping the monthly costs of a tenant in its books: staff and helpdesk, for every month that the settings name."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugin.currencies import digits
from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.db.ledger import Ledger
from plugin.db.tables import TenantRow
from plugin.domain.monthly_costs import monthly_costs
from plugin.domain.periods import day_of, period_of
from plugin.domain.settings import TenantSettings
from plugin.ports import Connection
from plugin.tenant_books import currency_of, zone_of
from plugin.tenant_view import TenantViews
from plugin.vault import Vault


def keep_monthly_costs(
    session: Session, tenant_id: int, settings: TenantSettings, stores: Sequence[Connection], now: datetime
) -> int:
    """Post what is missing of all months up to the current one, within the caller's transaction; how many entries.

    `stores` are the tenant's. Before the currency is known, by the settings or by a store, nothing is posted: an
    amount of the ledger never changes its currency.
    """
    if settings.currency is None and not stores:
        return 0
    current = period_of(day_of(now, zone_of(settings, stores)))
    wanted = monthly_costs(settings.costs, currency_of(settings, stores), digits, current)
    _wait_for_others(session, tenant_id)
    return Ledger(session, tenant_id).post(wanted, now)


def bring_costs_up_to_date(
    database: Database,
    vault: Vault,
    views: TenantViews,
    vendors: Collection[str],
    tenant_id: int,
    now: datetime,
) -> int:
    """The same by the settings in force, in a transaction of its own. `vendors` are those of stores."""
    with database.read() as session:
        views.of(session, tenant_id)  # compiled while nobody waits for us
    with database.write() as session:
        _wait_for_others(session, tenant_id)
        settings = views.of(session, tenant_id).settings
        known = Connections(session, vault).of_tenant(tenant_id)
        stores = [one for one in known if one.vendor in vendors]
        return keep_monthly_costs(session, tenant_id, settings, stores, now)


def _wait_for_others(session: Session, tenant_id: int) -> None:
    """One at a time: two who find different settings must not both add to what neither sees of the other."""
    tenant = select(TenantRow.id).where(TenantRow.id == tenant_id)
    session.scalars(tenant.with_for_update(key_share=True)).one()

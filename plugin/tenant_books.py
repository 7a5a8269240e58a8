"""How a tenant keeps its books: currency, zone, rates, commissions and rules, from its settings and its stores."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugin.currencies import digits, is_currency
from plugin.db.ledger_tables import CouponRow
from plugin.domain.accounting import Terms
from plugin.domain.attribution import Rules
from plugin.domain.commissions import CommissionTerms
from plugin.domain.money import money
from plugin.domain.money_settings import DatedAmount
from plugin.domain.order_lines import Books
from plugin.domain.rates import Exchange
from plugin.domain.settings import TenantSettings
from plugin.ports import Connection

NO_STORE_CURRENCY = "USD"
NO_STORE_ZONE = "UTC"


class Store(Protocol):
    """A store, as far as what it told of itself goes."""

    @property
    def options(self) -> Mapping[str, Any]:
        """What its account was connected with: its currency and its zone among them."""


def currency_of(settings: TenantSettings, stores: Iterable[Store]) -> str:
    """The statement's currency: the settings', else that of the store that was connected first."""
    told = (str(one.options.get("currency", "")) for one in stores)
    return settings.currency or next((code for code in told if is_currency(code)), NO_STORE_CURRENCY)


def zone_of(settings: TenantSettings, stores: Iterable[Store]) -> str:
    """The zone that days and months are counted in: the settings', else that of the store connected first."""
    told = (one.options.get("timezone") for one in stores)
    return settings.timezone or next((str(zone) for zone in told if zone), NO_STORE_ZONE)


def terms_for(
    settings: TenantSettings, stores: Sequence[Connection], owners: Mapping[str, str] | None = None
) -> Terms:
    """Everything that orders are accounted by. `owners` are codes (folded) that agents had before, with their agent."""
    currency = currency_of(settings, stores)
    rates = {agent.email.casefold(): agent.commission for agent in settings.agents if agent.commission}
    attribution = settings.attribution
    return Terms(
        rules=Rules(
            attribution.direct_window, attribution.assisted_window, {**(owners or {}), **settings.owners()}
        ),
        books=Books(
            zone=zone_of(settings, stores),
            exchange=Exchange(currency, settings.fx, digits),
            terms=CommissionTerms(rates, settings.commission_base, attribution.commission_grades),
            refund_shares=settings.costs.refund_share,
            variable=[(row.since, _minor(row, currency)) for row in settings.costs.variable_per_order],
        ),
        default_cost_share=settings.costs.default_cost_share,
    )


def owners_before(session: Session, tenant_id: int) -> dict[str, str]:
    """Whose code was whose, also of codes that were rotated out or left the settings: folded code → agent."""
    query = select(CouponRow.folded, CouponRow.agent).where(CouponRow.tenant_id == tenant_id)
    return dict(session.execute(query).all())


def _minor(row: DatedAmount, currency: str) -> int:
    amount: Decimal = row.amount
    return money(amount, currency, digits).minor

"""Who wrote a ticket, by what the tenant's stores have said so far; no call is made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from plugin.db.connections import Connections
from plugin.db.customers import Customers, Found, with_rank
from plugin.domain.customer_keys import CustomerKey
from plugin.domain.judging import Playbook
from plugin.ports import Store
from plugin.tenant_view import TenantView
from plugin.vault import Vault


class Knows(Protocol):
    """What it takes to know whose stores are whose: the worker's shop has it, and the whole product."""

    @property
    def vault(self) -> Vault:
        """Opens the accounts' rows."""
        ...

    @property
    def stores(self) -> Mapping[str, Store]:
        """The stores there are."""
        ...

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock."""
        ...


def who_is(
    knows: Knows, session: Session, tenant_id: int, keys: Sequence[CustomerKey], view: TenantView
) -> Found:
    """What is known of the customer with these keys; no call is made."""
    known = Connections(session, knows.vault).of_tenant(tenant_id)
    stores = [one.id for one in known if one.vendor in knows.stores]
    found = Customers(session, tenant_id).find(stores, keys, knows.now())
    return _ranked(session, tenant_id, found, view)


def _ranked(session: Session, tenant_id: int, found: Found, view: TenantView) -> Found:
    """With the customer's rank, where some tier asks for it."""
    if found.customer_id is None or all(tier.top_percent is None for tier in view.settings.tiers):
        return found
    percent = Customers(session, tenant_id).top_percent(found.customer_id)
    return replace(found, customer=with_rank(found.customer, percent))


def playbook_for(view: TenantView, found: Found) -> Playbook:
    """The tenant's playbook as it reads for this customer: without a store, nobody's word is waited for."""
    return replace(view.playbook, has_shop=found.has_shop)

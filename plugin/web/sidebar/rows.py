"""From stored rows to the facts of a panel: nothing is asked of any vendor here."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from plugin.db.customer_documents import read_orders
from plugin.db.customer_tables import CustomerRow
from plugin.db.panels import Account, Panels
from plugin.db.tickets import requester_of
from plugin.domain.effects import ticket_resource
from plugin.domain.facts import Customer, TierDecision
from plugin.domain.settings import TenantSettings
from plugin.known_customers import playbook_for
from plugin.sidebar import Deed, NotesShown, SidebarFacts, SourceShown, SourceState
from plugin.web.services import services
from plugin.web.sidebar.case import Case
from plugin.web.sidebar.deed_rows import deeds_of
from plugin.web.sidebar.money_rows import money_of

DECLINED_FOR: Final = timedelta(days=90)
PATIENCE: Final = timedelta(seconds=3)
"""So long a source may take before it is said to be slow."""
MANAGERS: Final = ("manager", "admin")
"""Whose business it is what others earn."""


def facts_of(session: Session, case: Case) -> SidebarFacts:
    """Everything that is shown of it."""
    panels, record, now = Panels(session, case.looker.tenant_id), case.record, services().now()
    customer_row = case.row.customer
    orders = read_orders(customer_row.latest_orders) if customer_row else ()
    money = money_of(session, case, now)
    return SidebarFacts(
        record=record,
        seen_at=case.ticket.seen_at,
        now=now,
        requester=requester_of(case.ticket),
        customer=case.found.customer,
        tier=_tier(case),
        orders=orders,
        orders_as_of=customer_row.orders_as_of if customer_row else None,
        has_shop=bool(case.stores),
        live=case.view.settings.live,
        closed=case.ticket.state != "open",
        allowed=case.sees_amounts,
        manages=case.role in MANAGERS,
        terms=case.terms,
        budget=money.budget,
        credits=money.credits,
        gestures=money.gestures,
        recorder=case.view.settings.video_recorder,
        sources=_sources(case, now),
        texts=panels.macro_texts(case.looker.connection_id, [one.id for one in record.macros]),
        deeds=_deeds(panels, case),
        declined=declined(customer_row, now),
        notes=_notes(customer_row),
    )


def declined(row: CustomerRow | None, now: datetime) -> frozenset[str]:
    """The offers that this customer did not want lately."""
    told: Mapping[str, str] = row.declined if row else {}
    return frozenset(name for name, at in told.items() if datetime.fromisoformat(at) > now - DECLINED_FOR)


def _tier(case: Case) -> TierDecision:
    """By what is known now; a rank among all customers is taken as it was when the ticket was looked at."""
    found, settings = case.found, case.view.settings
    decided = case.record.tier
    if decided is not None and _rests_on_rank(settings):
        return decided
    return playbook_for(case.view, found).tier_of(found.customer, requester_of(case.ticket))


def _rests_on_rank(settings: TenantSettings) -> bool:
    return any(tier.top_percent is not None for tier in settings.tiers)


def _notes(row: CustomerRow | None) -> NotesShown:
    kept: Mapping[str, Any] = row.notes if row else {}
    if not kept:
        return NotesShown()
    return NotesShown(kept["style"], kept["text"], kept["by"], datetime.fromisoformat(kept["at"]))


def _deeds(panels: Panels, case: Case) -> Mapping[str, Deed]:
    resource = ticket_resource(case.ticket.ticket_id)
    return deeds_of(
        case.ticket.deeds,
        case.record,
        case.actor,
        panels.effects,
        lambda: panels.last_reason_effect(case.looker.connection_id, resource),
    )


def _sources(case: Case, now: datetime) -> tuple[SourceShown, ...]:
    """The helpdesk, and each store: how old its word is, and what keeps it from talking."""
    return tuple(
        _source(one, case, now)
        for one in case.accounts
        if one.id == case.looker.connection_id or one.vendor in services().stores
    )


def _source(account: Account, case: Case, now: datetime) -> SourceShown:
    of_shop = account.vendor in services().stores
    as_of = case.found.customer.as_of if of_shop else case.ticket.seen_at
    state, problem = _state(account, case.found.customer if of_shop else None, case, now)
    return SourceShown("shop" if of_shop else "helpdesk", account.account, state, as_of, problem)


def _state(account: Account, customer: Customer | None, case: Case, now: datetime) -> tuple[SourceState, str]:
    if account.trouble is not None:
        return "failed", account.trouble
    if account.paused_until is not None and account.paused_until > now:
        return "slow", ""
    if customer is None or customer.state != "unknown" or not case.found.waiting:
        return "told", ""
    return ("slow" if case.ticket.seen_at < now - PATIENCE else "asking"), ""

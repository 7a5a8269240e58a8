"""From stored rows to the facts of a panel: nothing is asked of any vendor here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from plugin.currencies import digits
from plugin.db.customer_documents import read_orders
from plugin.db.customer_tables import CustomerRow
from plugin.db.customers import Found, store_facts
from plugin.db.panels import Account, PanelRow, Panels
from plugin.db.tables import TicketRow
from plugin.db.tickets import keys_in, record_of, requester_of
from plugin.domain.agent_terms import AgentTerms
from plugin.domain.effects import ticket_resource
from plugin.domain.facts import Customer, Record, TierDecision
from plugin.domain.money import Money, money
from plugin.domain.settings import TenantSettings
from plugin.known_customers import playbook_for, who_is
from plugin.sidebar import Deed, NotesShown, SidebarFacts, SourceShown, SourceState
from plugin.tenant_view import TenantView
from plugin.web.services import services
from plugin.web.sidebar.deed_rows import deeds_of
from plugin.web.sidebar.looker import Looker

DECLINED_FOR: Final = timedelta(days=90)
FAILED: Final = ("dead", "held", "skipped")
"""States of a write that may be asked for once more; one whose outcome is unknown is a person's to look at."""
PATIENCE: Final = timedelta(seconds=3)
"""So long a source may take before it is said to be slow."""


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket that somebody looks at, with everything that is stored about it."""

    looker: Looker
    view: TenantView
    row: PanelRow
    record: Record
    found: Found
    accounts: tuple[Account, ...]
    terms: AgentTerms | None

    @property
    def ticket(self) -> TicketRow:
        """The ticket's row."""
        return self.row.ticket

    @property
    def actor(self) -> str:
        """Who is looking, for the log and for the others who look."""
        agent = self.row.agent
        return agent.email if agent is not None else (self.looker.agent_id or "admin")

    @property
    def stores(self) -> list[int]:
        """The tenant's stores."""
        return [one.id for one in self.accounts if one.vendor in services().stores]

    def has_failed(self, session: Session, effect: int) -> bool:
        """Whether nothing came of a write, so that it may be asked for again."""
        row = Panels(session, self.looker.tenant_id).effects([effect]).get(effect)
        return row is not None and row.state in FAILED


def open_case(session: Session, looker: Looker, ticket_id: str, lock: bool = False) -> Case | None:
    """The ticket for this looker, `lock`ed for who is about to do something; None where it is not known."""
    view = services().views.of(session, looker.tenant_id)
    panels = Panels(session, looker.tenant_id)
    row = panels.open(looker.connection_id, ticket_id, looker.agent_id, lock)
    if row is None:
        return None
    found = _found(session, row, view)
    terms = None if row.agent is None else view.settings.terms_of(row.agent.email)
    accounts = tuple(panels.accounts())
    return Case(looker, view, row, record_of(row.ticket), found, accounts, terms)


def facts_of(session: Session, case: Case) -> SidebarFacts:
    """Everything that is shown of it."""
    panels, record, now = Panels(session, case.looker.tenant_id), case.record, services().now()
    customer_row = case.row.customer
    orders = read_orders(customer_row.latest_orders) if customer_row else ()
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
        allowed=may_see_amounts(case),
        terms=case.terms,
        budget=_budget(case),
        recorder=case.view.settings.video_recorder,
        sources=_sources(case, now),
        texts=panels.macro_texts(case.looker.connection_id, [one.id for one in record.macros]),
        deeds=_deeds(panels, case),
        declined=declined(customer_row, now),
        notes=_notes(customer_row),
    )


def may_see_amounts(case: Case) -> bool:
    """Whether this looker may see what customers spend."""
    return role_of(case) in case.view.settings.amounts_visible_to


def role_of(case: Case) -> str:
    """The settings' word for this agent's role, else the helpdesk's."""
    if case.terms is not None and case.terms.role is not None:
        return case.terms.role
    return case.row.agent.role if case.row.agent is not None else case.looker.role


def currency_of(case: Case) -> str | None:
    """What the settings' amounts are in: their own currency, else the store's."""
    own = case.view.settings.currency
    return own or (case.row.customer.currency if case.row.customer else None)


def declined(row: CustomerRow | None, now: datetime) -> frozenset[str]:
    """The offers that this customer did not want lately."""
    told: Mapping[str, str] = row.declined if row else {}
    return frozenset(name for name, at in told.items() if datetime.fromisoformat(at) > now - DECLINED_FOR)


def _found(session: Session, row: PanelRow, view: TenantView) -> Found:
    """Whose ticket it is: the customer it was joined with, else whoever its keys lead to by now."""
    if row.customer is None:
        return who_is(services(), session, row.ticket.tenant_id, keys_in(row.ticket), view)
    was = record_of(row.ticket).customer
    customer = replace(store_facts(row.customer, was.matched_by), top_percent=was.top_percent)
    return Found(customer, row.customer.id)


def _tier(case: Case) -> TierDecision:
    """By what is known now; a rank among all customers is taken as it was when the ticket was looked at."""
    found, settings = case.found, case.view.settings
    decided = case.record.tier
    if decided is not None and _rests_on_rank(settings):
        return decided
    return playbook_for(case.view, found).tier_of(found.customer, requester_of(case.ticket))


def _rests_on_rank(settings: TenantSettings) -> bool:
    return any(tier.top_percent is not None for tier in settings.tiers)


def _budget(case: Case) -> Money | None:
    currency = currency_of(case)
    if case.terms is None or case.terms.delight_budget is None or currency is None:
        return None
    return money(case.terms.delight_budget, currency, digits)


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

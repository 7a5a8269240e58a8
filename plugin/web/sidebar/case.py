"""A ticket that somebody looks at: whose it is by what is known now, who looks, and on what terms."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from plugin.db.customers import Found, store_facts
from plugin.db.panels import Account, PanelRow, Panels
from plugin.db.tables import TicketRow
from plugin.db.tickets import keys_in, record_of
from plugin.domain.agent_terms import AgentTerms
from plugin.domain.facts import Record
from plugin.known_customers import who_is
from plugin.tenant_view import TenantView
from plugin.web.services import services
from plugin.web.sidebar.looker import Looker

FAILED: Final = ("dead", "held", "skipped")
"""States of a write that may be asked for once more; one whose outcome is unknown is a person's to look at."""


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
    def role(self) -> str:
        """The settings' word for this agent's role, else the helpdesk's."""
        if self.terms is not None and self.terms.role is not None:
            return self.terms.role
        return self.row.agent.role if self.row.agent is not None else self.looker.role

    @property
    def sees_amounts(self) -> bool:
        """Whether this looker may see what customers spend."""
        return self.role in self.view.settings.amounts_visible_to

    @property
    def budget(self) -> Decimal | None:
        """What whoever looks may give away in a month; None for nothing, or before anybody knows in which currency."""
        return None if self.terms is None or not self.knows_currency else self.terms.delight_budget

    @property
    def knows_currency(self) -> bool:
        """Whether settings or a store say what the books are kept in: an amount there never changes its currency."""
        return self.view.settings.currency is not None or bool(self.stores)

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


def _found(session: Session, row: PanelRow, view: TenantView) -> Found:
    """Whose ticket it is: the customer it was joined with, else whoever its keys lead to by now."""
    if row.customer is None:
        return who_is(services(), session, row.ticket.tenant_id, keys_in(row.ticket), view)
    was = record_of(row.ticket).customer
    customer = replace(store_facts(row.customer, was.matched_by), top_percent=was.top_percent)
    return Found(customer, row.customer.id)

"""A dry run: the rules over past tickets by the same path as live work, and nothing is written."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from plugin.context import TicketContext
from plugin.db.customers import Found
from plugin.db.engine import Database
from plugin.db.macros import Macros
from plugin.deciding import Routes, decide
from plugin.domain.customer_keys import keys_of
from plugin.domain.dry_run import Difference, as_it_came, difference
from plugin.domain.facts import Customer, Facts, Gone, Record, Ticket
from plugin.domain.judging import Playbook
from plugin.domain.macro_text import MacroBook
from plugin.domain.macros import Usage
from plugin.known_customers import Knows, playbook_for, who_is
from plugin.known_offers import with_offers
from plugin.ports import Api, Changed, Connection, Helpdesk
from plugin.tenant_view import TenantView


@dataclass(frozen=True)
class PastTicket:
    """A ticket as it stands today; `customer` where the source says who they are, else the stores are looked up."""

    ticket: Ticket
    customer: Customer | None = None


class Installation(Knows, Protocol):
    """What a dry run needs of the installation: the commands' product has it, and the web's services."""

    @property
    def database(self) -> Database:
        """Read from, never written to."""
        ...

    @property
    def routes(self) -> Routes:
        """Event → handler."""
        ...


@dataclass(frozen=True)
class DryRun:
    """One tenant's rules (those in force, or others) over past tickets."""

    installation: Installation
    tenant_id: int
    view: TenantView
    connection: Connection | None = None

    def judge(self, past: PastTicket) -> Difference:
        """What would have been decided about this ticket when it came in."""
        came = as_it_came(past.ticket)
        with self.installation.database.read() as session:
            found = self._found(session, came)
            playbook = self._playbook(session, found)
        customer = past.customer or found.customer
        facts = Facts(came, Record(), live=True, now=came.created_at, writable_reason=True, customer=customer)
        context = decide(self.installation.routes, TicketContext(facts, self.view.read, playbook))
        return difference(past.ticket, context.facts.record, context.effects, context.trace)

    def _found(self, session: Session, ticket: Ticket) -> Found:
        return who_is(self.installation, session, self.tenant_id, keys_of(ticket), self.view)

    def _playbook(self, session: Session, found: Found) -> Playbook:
        playbook = with_offers(playbook_for(self.view, found), self.installation.database, self.tenant_id)
        if self.connection is None:
            return playbook
        connection = self.connection
        book = MacroBook(Macros(session, self.tenant_id).all(connection.id))

        def usage(codes: Sequence[str]) -> Usage:
            with self.installation.database.read() as other:
                return Macros(other, self.tenant_id).usage(connection.id, codes)

        return replace(playbook, book=book, usage=usage)


def changed_since(
    helpdesk: Helpdesk, api: Api, since: datetime, asking: Callable[..., Changed]
) -> Iterator[str]:
    """The ids of the tickets that changed since, each once; `asking` calls, and waits where the vendor wants it."""
    seen: set[str] = set()
    cursor = None
    while True:
        page = asking(helpdesk.changed, api, cursor, since)
        for ticket_id, _ in page.tickets:
            if ticket_id not in seen:
                seen.add(ticket_id)
                yield ticket_id
        if not page.more or page.cursor == cursor:
            return
        cursor = page.cursor


def past_ticket(helpdesk: Helpdesk, api: Api, ticket_id: str) -> PastTicket | None:
    """The ticket as the helpdesk has it now; None where it is gone."""
    loaded = helpdesk.load(api, ticket_id, None)
    return None if isinstance(loaded, Gone) else PastTicket(loaded)

"""A bot's message to somebody who shall meet none, as API and pages show it."""

from typing import Any

from sqlalchemy.orm import Session

from plugin.db.customer_tables import BreachRow
from plugin.db.tables import TicketRow
from plugin.web.ticket_view import TicketShow


class BreachShow:
    """Shows the breaches of one tenant, with links into the helpdesk."""

    def __init__(self, session: Session, tenant_id: int, locale: str | None = None) -> None:
        self._tickets = TicketShow(session, tenant_id, locale)

    def line(self, breach: BreachRow, ticket: TicketRow) -> dict[str, Any]:
        """One message. `message` is the helpdesk's number of it; of ours, the effect that sent it."""
        shown = self._tickets.line(ticket)
        return {
            "id": breach.id,
            "by": breach.by,
            "tier": breach.tier,
            "helpdesk": ticket.vendor,
            "ticket": ticket.ticket_id,
            "subject": ticket.subject,
            "customer": shown["customer"],
            "message": breach.message,
            "found_at": breach.found_at,
            "url": shown["url"],
        }

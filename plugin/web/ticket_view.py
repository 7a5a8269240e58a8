"""A ticket as API and pages show it: one reading of the stored row for both."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from plugin.db.connections import Connections
from plugin.db.credit_lists import CreditList
from plugin.db.customer_documents import read_offered
from plugin.db.customer_tables import CustomerRow
from plugin.db.macros import Macros
from plugin.db.tables import DecisionRow, TicketRow
from plugin.domain.offered import Offered
from plugin.ports import Connection
from plugin.web.credit_view import told_credit
from plugin.web.customer_view import amount, writer_of
from plugin.web.services import services
from plugin.web.sidebar.rows import declined


class TicketShow:
    """Shows the tickets of one tenant: with names of codes in one locale, and links into the helpdesk."""

    def __init__(self, session: Session, tenant_id: int, locale: str | None = None) -> None:
        view = services().views.of(session, tenant_id)
        self._session = session
        self._macros = Macros(session, tenant_id)
        self._credits = CreditList(session, tenant_id)
        self._tree = view.tree
        self._locale = locale or view.settings.locale
        known = Connections(session, services().vault).of_tenant(tenant_id)
        self._connections = {connection.id: connection for connection in known}

    def line(self, row: TicketRow) -> dict[str, Any]:
        """What a list shows of a ticket."""
        return {
            "ticket": row.ticket_id,
            "helpdesk": row.vendor,
            "url": self._url(row),
            "subject": row.subject,
            "state": row.state,
            "language": row.language,
            "seen_at": row.seen_at,
            "reason_code": self.reason(row),
            "customer": writer_of(row),
            "no_bots": row.no_bots,
        }

    def whole(
        self, row: TicketRow, decisions: Sequence[DecisionRow], effects: Sequence[Any]
    ) -> dict[str, Any]:
        """Everything that is known of a ticket; the trace is that of the newest decision that has one."""
        return self.line(row) | {
            "macros": self._macros_of(row),
            "no_bots_rule": row.memory.get("no_bots_rule", ""),
            "offer": _offer(map(read_offered, row.offers), self._declined(row)),
            "credits": list(map(told_credit, self._credits.of_ticket(row.connection_id, row.ticket_id))),
            "suggestions": [self._named(ranked) for ranked in row.suggestions],
            "trace": next((decision.trace for decision in decisions if decision.trace), []),
            "history": decisions,
            "effects": effects,
        }

    def _macros_of(self, row: TicketRow) -> list[dict[str, Any]]:
        """The macros suggested, without those that the account has no more."""
        there = self._macros.still_there(row.connection_id, [macro["id"] for macro in row.macros])
        return [macro for macro in row.macros if macro["id"] in there]

    def _declined(self, row: TicketRow) -> frozenset[str]:
        """The offers that this ticket's customer did not want lately."""
        known = row.offers and row.customer_id is not None
        customer = self._session.get(CustomerRow, row.customer_id) if known else None
        return declined(customer, services().now())

    def reason(self, row: TicketRow) -> dict[str, Any] | None:
        """The reason code; the best suggestion, not sure, where there is none; None where a person emptied it."""
        if row.reason is not None:
            return None if row.reason["code"] is None else self._named(row.reason)
        if row.suggestions:
            return self._named(row.suggestions[0]) | {"by": "phrases", "sure": False}
        return None

    def name(self, code: str) -> str:
        """The name path of a code; the code itself where the tenant's tree no longer has it."""
        return self._tree.path(code, self._locale) if code in self._tree else code

    def _named(self, ranked: Mapping[str, Any]) -> dict[str, Any]:
        return {**ranked, "name": self.name(ranked["code"])}

    def _url(self, row: TicketRow) -> str | None:
        connection = self._connections.get(row.connection_id)
        return None if connection is None else ticket_url(connection, row.ticket_id)


def _offer(offers: Iterable[Offered], declined: frozenset[str]) -> dict[str, Any] | None:
    """The best offer that the customer has not declined lately; None where there is none."""
    offered = next((one for one in offers if one.name not in declined), None)
    if offered is None:
        return None
    return {
        "name": offered.name,
        "sku": offered.sku,
        "price": amount(offered.price),
        "margin": amount(offered.margin),
        "kind": offered.kind,
        "why": offered.why,
    }


def cursor_of(row: TicketRow) -> str:
    """Where a list goes on after this ticket."""
    return f"{row.seen_at.isoformat()}|{row.id}"


def read_cursor(text: str) -> tuple[datetime, int] | None:
    """The position in a cursor; None for a text that is none."""
    at, _, key = text.partition("|")
    try:
        seen_at, number = datetime.fromisoformat(at), int(key)
    except ValueError:
        return None
    return (seen_at, number) if seen_at.tzinfo is not None and 0 <= number < 2**63 else None


def ticket_url(connection: Connection, ticket_id: str) -> str | None:
    """Where a person opens the ticket; None for a vendor that this version does not know."""
    helpdesk = services().helpdesks.get(connection.vendor)
    return None if helpdesk is None else helpdesk.ticket_url(connection, ticket_id)

"""/api/v1/customers: who somebody is to the tenant's stores, what they are worth, and what they wrote about."""

from collections.abc import Sequence

from flask import Response, jsonify
from sqlalchemy.orm import Session

from plugin.db.connections import Connections
from plugin.db.customer_tables import CustomerRow
from plugin.db.customers import Customers, store_facts, with_rank
from plugin.db.tables import ConnectionRow, TicketRow
from plugin.db.tickets import Tickets, requester_of
from plugin.db.values import Values
from plugin.domain.facts import Customer, Person
from plugin.sidebar import average
from plugin.web.api.auth import api_blueprint, tenant_id
from plugin.web.api.schemas import CustomerWhole
from plugin.web.customer_view import Shown, amount, told, worth
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.ticket_view import TicketShow

blueprint = api_blueprint("customers")
MOST_TICKETS = 20
NO_STORE = "no store is connected, so nobody's orders are known: connect one with `marginalia connect`, then ask again"
MISSING = (
    "no store of this account has answered that it knows {email}: who writes a ticket is asked for within seconds, "
    "everybody else comes with the sweep of the store"
)


@blueprint.get("/customers/<email>")
def one_customer(email: str) -> Response:
    """One customer by e-mail address: tier with its evidence, what they spent, and their latest tickets."""
    with services().database.read() as session:
        customers = Customers(session, tenant_id())
        row = None if "\x00" in email else customers.by_email(email)  # PostgreSQL takes no NUL
        if row is None:
            raise Problem(404, _why_missing(session, email))
        return jsonify(CustomerWhole().dump(CustomerShow(session, tenant_id()).whole(row, email)))


def _why_missing(session: Session, email: str) -> str:
    known = Connections(session, services().vault).of_tenant(tenant_id())
    if all(one.vendor not in services().stores for one in known):
        return NO_STORE
    return MISSING.format(email=repr(email[:120]))


class CustomerShow:
    """Shows the customers of one tenant's stores by what is known now, with their tickets."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._view = services().views.of(session, tenant_id)
        self._tickets = TicketShow(session, tenant_id)

    def whole(self, row: CustomerRow, email: str) -> Shown:
        """Everything that is known of a customer; `email` is the address they were asked for by."""
        last = Tickets(self._session, self._tenant_id).last_of_customer(row.id, MOST_TICKETS)
        customer = self._ranked(row)
        tier = self._view.playbook.tier_of(customer, _person(email, last))
        return told(customer, tier) | {
            "email": email,
            "name": row.name or None,
            "emails": row.emails,
            "phones": row.phones,
            "no_bots": tier.no_bots,
            "average": amount(average(customer.spent, customer.orders)),
            "value": worth(
                Values(self._session, self._tenant_id).of(row.connection_id, row.store_id, row.emails)
            ),
            "store": self._store(row),
            "tickets": [self._ticket(ticket) for ticket in last],
        }

    def _ranked(self, row: CustomerRow) -> Customer:
        """With their rank, where some tier asks for it."""
        customer = store_facts(row)
        if all(tier.top_percent is None for tier in self._view.settings.tiers):
            return customer
        return with_rank(customer, Customers(self._session, self._tenant_id).top_percent(row.id))

    def _store(self, row: CustomerRow) -> Shown:
        store = self._session.get_one(ConnectionRow, row.connection_id)
        return {"vendor": store.vendor, "account": store.account}

    def _ticket(self, row: TicketRow) -> Shown:
        line = self._tickets.line(row)
        return line | {"matched_by": line["customer"]["matched_by"]}


def _person(email: str, tickets: Sequence[TicketRow]) -> Person:
    """The customer as the helpdesk last had them, where they wrote from this address: its tags count for tiers."""
    for row in tickets:
        person = requester_of(row)
        if (person.email or "").casefold() == email.casefold():
            return person
    return Person("", email=email)

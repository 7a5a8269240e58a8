"""A customer as API and pages show them: what the stores say of them, their tier, and what gave it."""

from collections.abc import Mapping
from typing import Any

from plugin.currencies import digits
from plugin.db.customer_documents import read_customer, read_tier
from plugin.db.tables import TicketRow
from plugin.domain.facts import Customer, LastOrder, TierDecision
from plugin.domain.money import Money
from plugin.domain.values import CustomerValue

Shown = dict[str, Any]


def writer_of(row: TicketRow) -> Shown:
    """Who wrote a ticket: as the helpdesk names them, worth what the stores had said when it was last looked at."""
    customer, tier = read_customer(row.customer), read_tier(row.tier) or TierDecision()
    return told(customer, tier) | {
        "email": row.requester.get("email") or customer.email,
        "name": row.requester.get("name") or customer.name or None,
        "store_email": customer.email,
        "state": customer.state,
        "matched_by": customer.matched_by,
        "tier_why": tier.why,
    }


def amount(money: Money | None) -> Shown | None:
    """Money as JSON has it: a decimal string with its currency."""
    return None if money is None else {"amount": money.text(digits), "currency": money.currency}


def told(customer: Customer, tier: TierDecision) -> Shown:
    """What a store says of a customer, and the tier that follows."""
    return {
        "tier": tier.tier,
        "tier_evidence": tier.evidence,
        "spent": amount(customer.spent),
        "orders": customer.orders,
        "tags": customer.tags,
        "last_order": _order(customer.last_order),
        "as_of": customer.as_of,
    }


def worth(value: CustomerValue | None) -> Shown | None:
    """What a customer was worth by the orders known here; None where none of them counts."""
    if value is None:
        return None
    margin = None if value.margin is None else Money(value.margin, value.currency)
    return {
        "orders": value.orders,
        "net": amount(Money(value.net, value.currency)),
        "refunded": amount(Money(value.refunded, value.currency)),
        "average": amount(value.average),
        "margin": amount(margin),
        "first_at": value.first_at,
        "last_at": value.last_at,
    }


def _order(order: LastOrder | None) -> Mapping[str, Any] | None:
    if order is None:
        return None
    return {
        "name": order.name,
        "at": order.at,
        "total": amount(order.total),
        "status": order.status,
        "fulfilment": order.fulfilment,
    }

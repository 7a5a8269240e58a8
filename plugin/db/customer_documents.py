"""Customers, tiers and looks as JSON documents of a row, there and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from plugin.domain.facts import Customer, LastOrder, Look, TierDecision
from plugin.domain.money import Money

Json = dict[str, Any]


def order_document(order: LastOrder | None) -> Json | None:
    """A latest order as kept."""
    if order is None:
        return None
    return asdict(order) | {"at": _told(order.at), "skus": list(order.skus), "tags": list(order.tags)}


def read_order(stored: Mapping[str, Any] | None) -> LastOrder | None:
    """A latest order as it was kept."""
    if stored is None:
        return None
    values = {"at": datetime.fromisoformat(stored["at"]), "total": Money(**stored["total"])}
    lists = {"skus": tuple(stored["skus"]), "tags": tuple(stored["tags"])}
    return LastOrder(**{**stored, **values, **lists})


def customer_document(customer: Customer) -> Json:
    """A customer as kept with a ticket."""
    return asdict(customer) | {
        "last_order": order_document(customer.last_order),
        "tags": list(customer.tags),
        "as_of": None if customer.as_of is None else _told(customer.as_of),
    }


def read_customer(stored: Mapping[str, Any] | None) -> Customer:
    """A customer as kept with a ticket; unknown where nothing was."""
    if stored is None:
        return Customer()
    return Customer(
        **{
            **stored,
            "spent": None if stored["spent"] is None else Money(**stored["spent"]),
            "tags": tuple(stored["tags"]),
            "last_order": read_order(stored["last_order"]),
            "as_of": _read(stored["as_of"]),
        }
    )


def read_tier(stored: Mapping[str, Any] | None) -> TierDecision | None:
    """A tier as kept with a ticket."""
    return None if stored is None else TierDecision(**{**stored, "evidence": tuple(stored["evidence"])})


def look_document(look: Look) -> Json:
    """A look as kept for the rules that are run on it again."""
    return {
        "happened": sorted(look.happened),
        "text": look.text,
        "first_message": look.first_message,
        "previous": None if look.previous is None else dict(look.previous),
        "since": None if look.since is None else _told(look.since),
        "again": look.again,
        "by_bots": list(look.by_bots),
    }


def read_look(stored: Mapping[str, Any] | None) -> Look | None:
    """A look as it was kept."""
    if stored is None:
        return None
    happened, bots = frozenset(stored["happened"]), tuple(stored["by_bots"])
    return Look(**{**stored, "happened": happened, "since": _read(stored["since"]), "by_bots": bots})


def _told(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _read(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)

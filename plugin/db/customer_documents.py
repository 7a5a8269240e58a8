"""Customers, tiers and looks as JSON documents of a row, there and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from plugin.domain.facts import Customer, LastOrder, Look, TierDecision
from plugin.domain.money import Money
from plugin.domain.offered import Offered
from plugin.domain.orders import Order, OrderLine, Parcel

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


def orders_document(orders: Sequence[Order]) -> list[Json]:
    """The latest orders as kept."""
    return [asdict(one) | {"at": _told(one.at), "parcels": list(map(_parcel, one.parcels))} for one in orders]


def read_orders(stored: Sequence[Mapping[str, Any]] | None) -> tuple[Order, ...]:
    """The latest orders as they were kept."""
    return tuple(map(_read_order, stored or ()))


def read_offered(stored: Mapping[str, Any] | str) -> Offered:
    """An offer as it was kept; once it was kept by its name alone."""
    if isinstance(stored, str):
        return Offered(stored)
    amounts = {name: stored[name] and Money(**stored[name]) for name in ("price", "margin")}
    return Offered(**{**stored, **amounts, "why": tuple(stored["why"])})


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


def _parcel(parcel: Parcel) -> Json:
    return asdict(parcel) | {"due": None if parcel.due is None else _told(parcel.due)}


def _read_order(stored: Mapping[str, Any]) -> Order:
    parcels = tuple(Parcel(**{**one, "due": _read(one["due"])}) for one in stored["parcels"])
    lines = tuple(OrderLine(**one) for one in stored["lines"])
    total, at = stored["total"] and Money(**stored["total"]), datetime.fromisoformat(stored["at"])
    return Order(**{**stored, "at": at, "total": total, "lines": lines, "parcels": parcels})

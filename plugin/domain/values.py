"""What a customer has been worth by the orders known here; beside it, and apart, stands what the store itself says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from plugin.domain.customer_keys import email_key
from plugin.domain.money import Money
from plugin.domain.sales import StoreOrder

GUEST: Final = "email:"
"""Somebody who bought without an account goes by their address."""


@dataclass(frozen=True, slots=True)
class CustomerValue:
    """Orders that count, what they brought without what came back, and when; minor units of one currency.

    `margin` is None where the cost of anything they bought is not known.
    """

    orders: int
    net: int
    refunded: int
    margin: int | None
    currency: str
    first_at: datetime
    last_at: datetime

    @property
    def average(self) -> Money:
        """What an order of theirs is worth, rounded half to even."""
        whole, rest = divmod(self.net, self.orders)
        up = 2 * rest > self.orders or (2 * rest == self.orders and whole % 2 == 1)
        return Money(whole + up, self.currency)


def customer_of(order: StoreOrder) -> str | None:
    """Who bought: the store's number of them, else their address; None where the order names nobody."""
    if order.customer_id is not None:
        return order.customer_id
    key = email_key(order.email)
    return None if key is None else guest(key.value)


def guest(email: str) -> str:
    """The name of somebody who bought without an account, by their folded address."""
    return GUEST + email


def together(values: Iterable[CustomerValue]) -> CustomerValue | None:
    """One person's values in one; what is in another currency than the latest order stays out. None for none."""
    told = list(values)
    if not told:
        return None
    currency = max(told, key=lambda one: (one.last_at, one.currency)).currency
    same = [one for one in told if one.currency == currency]
    margins = [one.margin for one in same if one.margin is not None]
    return CustomerValue(
        orders=sum(one.orders for one in same),
        net=sum(one.net for one in same),
        refunded=sum(one.refunded for one in same),
        margin=sum(margins) if len(margins) == len(same) else None,
        currency=currency,
        first_at=min(one.first_at for one in same),
        last_at=max(one.last_at for one in same),
    )

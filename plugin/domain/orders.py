"""An order as an agent looks at it: what was bought, and where its parcels are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from plugin.domain.money import Money

ParcelState = Literal[
    "announced", "in_transit", "out_for_delivery", "attempted", "ready_for_pickup", "delayed", "delivered",
    "failed", "unknown",
]  # fmt: skip
IN_TROUBLE: Final = frozenset({"attempted", "delayed", "failed"})
"""States of a parcel that the customer will ask about, if they have not done so yet."""

ReturnState = Literal["none", "requested", "under_way", "arrived", "closed", "unknown"]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel. `carrier` and `number` are the store's words, `url` its tracking page ("" for none)."""

    carrier: str
    number: str
    state: ParcelState = "unknown"
    url: str = ""
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of an order."""

    sku: str
    title: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Order:
    """One order. `name` is the shop's ("#1001"); `status` and `fulfilment` are the store's words, lower case.

    `total` is None for a reader who may not see amounts.
    """

    name: str
    at: datetime
    total: Money | None
    status: str
    fulfilment: str
    lines: tuple[OrderLine, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    returning: ReturnState = "none"

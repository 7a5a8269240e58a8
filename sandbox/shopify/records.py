"""What the shop holds. Records are never changed in place: a change makes a new one, so readers need no lock.

Orders, and what they are made of, have a file of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sandbox.shopify.basics import ZERO, Json, gid, stamp
from sandbox.shopify.orders import (
    COUNTED,
    Fulfilment,
    Line,
    Order,
    Payment,
    Product,
    Refund,
    RefundLine,
    UsedCode,
)

__all__ = [
    "COUNTED",
    "FINANCIAL",
    "FULFILMENT",
    "RETURNED",
    "SHIPMENT",
    "ZERO",
    "Bulk",
    "Code",
    "Customer",
    "Draft",
    "Fulfilment",
    "Json",
    "Line",
    "Order",
    "Payment",
    "Product",
    "Refund",
    "RefundLine",
    "Subscription",
    "UsedCode",
    "gid",
    "stamp",
]

FINANCIAL = ("pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided")
FULFILMENT = (None, "partial", "fulfilled")
SHIPMENT = (
    *("label_purchased", "label_printed", "ready_for_pickup", "confirmed", "in_transit", "out_for_delivery"),
    *("attempted_delivery", "delayed", "delivered", "failure"),
)
RETURNED = (
    "no_return", "return_requested", "in_progress", "inspection_complete", "returned", "return_failed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody with an account or a purchase."""

    id: int
    first_name: str
    last_name: str
    email: str | None
    created_at: datetime
    updated_at: datetime
    phone: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None
    state: str = "disabled"
    locale: str = "en"

    @property
    def name(self) -> str:
        """How the admin shows them."""
        return f"{self.first_name} {self.last_name}".strip() or self.email or ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where webhooks of one topic are sent."""

    id: int
    topic: str
    uri: str
    created_at: datetime
    updated_at: datetime
    fields: tuple[str, ...] = ()
    filter: str | None = None
    format: str = "JSON"


@dataclass(frozen=True, slots=True)
class Code:
    """A discount that somebody made by API, a share of the price or an amount, and its first code.

    `more` are the codes that were added to it. `usage_limit` is how often each of them works.
    """

    id: int
    code: str
    title: str
    starts_at: datetime
    created_at: datetime
    updated_at: datetime
    ends_at: datetime | None = None
    share: Decimal | None = None
    amount: Decimal | None = None
    usage_limit: int | None = None
    once_per_customer: bool = False
    combines_with: Mapping[str, bool] = field(default_factory=dict)
    more: Mapping[str, int] = field(default_factory=dict)

    @property
    def texts(self) -> Mapping[str, int]:
        """All its codes, each with its id."""
        return {self.code: self.id, **self.more}

    def spelt(self, text: str) -> str | None:
        """One of its codes as it was made, found whatever its case."""
        return next((one for one in self.texts if one.lower() == text.strip().lower()), None)

    def status(self, now: datetime) -> str:
        """Whether it works by now."""
        if self.starts_at > now:
            return "SCHEDULED"
        return "EXPIRED" if self.ends_at is not None and self.ends_at <= now else "ACTIVE"


@dataclass(frozen=True, slots=True)
class Bulk:
    """Codes that are being added to a discount. `made` says of each, once it is done, its number or None."""

    id: int
    code_id: int
    texts: tuple[str, ...]
    created_at: datetime
    due_at: datetime
    done: bool = False
    made: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """An order that somebody may pay for by a link: one line for each product, with what was taken off it."""

    id: int
    number: int
    email: str | None
    created_at: datetime
    lines: tuple[tuple[Product, int, Decimal], ...]
    tags: tuple[str, ...] = ()
    note: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    order_id: int | None = None
    completed_at: datetime | None = None

    @property
    def name(self) -> str:
        """How the shop calls it."""
        return f"#D{self.number}"

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return sum((one.price * quantity - off for one, quantity, off in self.lines), ZERO)

"""What the shop holds. Records are never changed in place: a change makes a new one, so readers need no lock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Json = dict[str, Any]

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
FINANCIAL = ("pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided")
FULFILMENT = (None, "partial", "fulfilled")
SHIPMENT = (
    *("label_purchased", "label_printed", "ready_for_pickup", "confirmed", "in_transit", "out_for_delivery"),
    *("attempted_delivery", "delayed", "delivered", "failure"),
)
RETURNED = (
    "no_return", "return_requested", "in_progress", "inspection_complete", "returned", "return_failed",
)  # fmt: skip
COUNTED = frozenset({"paid", "partially_refunded", "refunded"})
"""An order in these states was paid for, so it is part of what its customer has spent."""


def stamp(at: datetime) -> str:
    """An instant as GraphQL writes it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def money(amount: Decimal) -> str:
    """An amount as webhooks write it: a text with two places."""
    return str(amount.quantize(CENT))


def gid(kind: str, number: int | str) -> str:
    """A number as GraphQL names it."""
    return f"gid://shopify/{kind}/{number}"


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
class Product:
    """One thing to buy, with what it costs the shop.

    `stock` is None where nobody counts; `oversold` says that it is sold without any left.
    """

    id: int
    sku: str
    title: str
    price: Decimal
    cost: Decimal | None
    stock: int | None = None
    oversold: bool = False
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Line:
    """One product of an order, and what was taken off it."""

    id: int
    product: Product
    quantity: int
    discount: Decimal = ZERO
    refunded: int = 0

    @property
    def gross(self) -> Decimal:
        """Before discounts."""
        return self.product.price * self.quantity

    @property
    def net(self) -> Decimal:
        """After discounts."""
        return self.gross - self.discount


@dataclass(frozen=True, slots=True)
class UsedCode:
    """A discount code of an order. `type` is percentage, fixed_amount or shipping; `value` as the code has it."""

    code: str
    type: str
    value: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """A parcel of an order."""

    id: int
    created_at: datetime
    updated_at: datetime
    company: str | None = None
    number: str | None = None
    shipment_status: str | None = None
    status: str = "success"
    due: datetime | None = None

    @property
    def url(self) -> str | None:
        """Where the carrier tells where it is."""
        return f"https://tracking.example/{self.number}" if self.number else None


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back; `lines` are line, quantity and value of what came back with it."""

    id: int
    created_at: datetime
    amount: Decimal
    lines: tuple[tuple[Line, int, Decimal], ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody bought; a guest's order has an address and no customer."""

    id: int
    number: int
    email: str | None
    customer_id: int | None
    created_at: datetime
    updated_at: datetime
    currency: str
    lines: tuple[Line, ...]
    codes: tuple[UsedCode, ...] = ()
    shipping: Decimal = ZERO
    tax: Decimal = ZERO
    financial_status: str = "paid"
    fulfilment_status: str | None = None
    fulfilments: tuple[Fulfilment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    test: bool = False
    tags: tuple[str, ...] = ()
    note: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    phone: str | None = None
    source_name: str = "web"
    return_status: str = "no_return"

    @property
    def name(self) -> str:
        """How people call it."""
        return f"#{self.number}"

    @property
    def gross(self) -> Decimal:
        """All lines before discounts."""
        return sum((one.gross for one in self.lines), ZERO)

    @property
    def discounts(self) -> Decimal:
        """What codes took off."""
        return sum((one.amount for one in self.codes), ZERO)

    @property
    def subtotal(self) -> Decimal:
        """All lines after discounts."""
        return sum((one.net for one in self.lines), ZERO)

    @property
    def total(self) -> Decimal:
        """What was to be paid."""
        return self.subtotal + self.shipping + self.tax

    @property
    def refunded(self) -> Decimal:
        """What was given back."""
        return sum((one.amount for one in self.refunds), ZERO)

    @property
    def returned(self) -> Decimal:
        """The value of the lines that came back."""
        return sum((value for one in self.refunds for _, _, value in one.lines), ZERO)

    @property
    def spent(self) -> Decimal:
        """What it adds to what its customer has spent."""
        return self.total - self.refunded if self.financial_status in COUNTED and not self.test else ZERO


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
    """A discount code that somebody made by API: a share of the price, or an amount."""

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

    @property
    def name(self) -> str:
        """How the shop calls it."""
        return f"#D{self.number}"

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return sum((one.price * quantity - off for one, quantity, off in self.lines), ZERO)

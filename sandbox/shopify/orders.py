"""Orders: what was bought, paid, edited, sent and given back, and what that adds up to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sandbox.shopify.amounts import ONE, Currencies, part
from sandbox.shopify.basics import ZERO

COUNTED = frozenset({"paid", "partially_refunded", "refunded"})
"""An order in these states was paid for, so it is part of what its customer has spent."""


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
    gift_card: bool = False
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One product of an order at the price it had then.

    `offs` is what each of the order's discounts takes off it, in their order. Pieces that came back are `refunded`,
    those that an edit took away `removed`; `added` says that an edit brought the line.
    """

    id: int
    product: Product
    quantity: int
    price: Decimal
    offs: tuple[Decimal, ...] = ()
    tax: Decimal = ZERO
    refunded: int = 0
    removed: int = 0
    added: bool = False

    @property
    def gross(self) -> Decimal:
        """Before discounts."""
        return self.price * self.quantity

    @property
    def discount(self) -> Decimal:
        """What all discounts take off."""
        return sum(self.offs, ZERO)

    @property
    def net(self) -> Decimal:
        """After discounts."""
        return self.gross - self.discount

    @property
    def gone(self) -> int:
        """Pieces that are not part of the order any more."""
        return self.refunded + self.removed

    @property
    def current(self) -> int:
        """Pieces that are."""
        return self.quantity - self.gone

    def worth(self, count: int, currency: str) -> tuple[Decimal, Decimal]:
        """The net value and the tax of the next so many pieces that go."""
        net, tax = (part(one, self.gone, count, self.quantity, currency) for one in (self.net, self.tax))
        return net, tax


@dataclass(frozen=True, slots=True)
class UsedCode:
    """A discount of an order. `type` is percentage, fixed_amount or shipping; `value` as the code has it.

    `by` is discount_code, or manual for what somebody in the shop took off.
    """

    code: str
    type: str
    value: Decimal
    amount: Decimal
    by: str = "discount_code"


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
class Payment:
    """Money that moves: `kind` is sale or refund, `status` success, pending or failure."""

    id: int
    kind: str
    amount: Decimal
    status: str
    at: datetime
    parent: int | None = None

    @property
    def counts(self) -> bool:
        """Whether it has moved."""
        return self.status == "success"


@dataclass(frozen=True, slots=True)
class RefundLine:
    """Pieces of a line that came back, by the line's number, with their net value and tax then."""

    id: int
    line_id: int
    quantity: int
    subtotal: Decimal
    tax: Decimal
    restock: str = "return"


@dataclass(frozen=True, slots=True)
class Refund:
    """Goods that came back and money that was given: either may be without the other."""

    id: int
    created_at: datetime
    updated_at: datetime
    lines: tuple[RefundLine, ...] = ()
    payments: tuple[Payment, ...] = ()
    shipping: Decimal = ZERO
    note: str | None = None

    @property
    def asked(self) -> Decimal:
        """What is to be given back, whether it has arrived or is on its way."""
        return sum((one.amount for one in self.payments if one.status != "failure"), ZERO)

    @property
    def amount(self) -> Decimal:
        """What has been given back."""
        return sum((one.amount for one in self.payments if one.counts), ZERO)

    @property
    def subtotal(self) -> Decimal:
        """The net value of what came back."""
        return sum((one.subtotal for one in self.lines), ZERO)

    @property
    def tax(self) -> Decimal:
        """Its tax."""
        return sum((one.tax for one in self.lines), ZERO)


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts of lines: before discounts, what those take off, and the tax (in the net already, or on top)."""

    gross: Decimal
    discount: Decimal
    tax: Decimal

    @property
    def net(self) -> Decimal:
        """After discounts."""
        return self.gross - self.discount


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody bought; a guest's order has an address and no customer.

    `codes` are all its discounts. With `taxes_included` prices hold the tax already. `presentment` is the money that
    the shopper saw, at `rate` for one of the shop's.
    """

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
    tax_rate: Decimal = ZERO
    taxes_included: bool = False
    financial_status: str = "paid"
    fulfilment_status: str | None = None
    fulfilments: tuple[Fulfilment, ...] = ()
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    processed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    test: bool = False
    tags: tuple[str, ...] = ()
    note: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    phone: str | None = None
    source_name: str = "web"
    return_status: str = "no_return"
    landing_site: str | None = None
    referring_site: str | None = None
    presentment: str | None = None
    rate: Decimal = ONE

    @property
    def name(self) -> str:
        """How people call it."""
        return f"#{self.number}"

    @property
    def placed_at(self) -> datetime:
        """The day it belongs to: an order that was imported is older than its record."""
        return self.processed_at or self.created_at

    @property
    def currencies(self) -> Currencies:
        """The money that its amounts are shown in."""
        return Currencies(self.currency, self.presentment or self.currency, self.rate)

    @property
    def typed(self) -> tuple[UsedCode, ...]:
        """The discounts that somebody typed in as a code."""
        return tuple(one for one in self.codes if one.by == "discount_code")

    @property
    def bought(self) -> tuple[Line, ...]:
        """The lines it began with."""
        return tuple(one for one in self.lines if not one.added)

    @property
    def discounts(self) -> Decimal:
        """What was taken off in all."""
        return sum((one.amount for one in self.codes), ZERO)

    @property
    def delivery(self) -> Decimal:
        """What shipping costs after discounts on it."""
        return self.shipping - sum((one.amount for one in self.codes if one.type == "shipping"), ZERO)

    @property
    def original(self) -> Sums:
        """The lines as they were bought."""
        return _summed([_of(line, 0, line.quantity, self.currency) for line in self.bought])

    @property
    def current(self) -> Sums:
        """The lines as edits and refunds have left them."""
        return _summed([_of(line, line.gone, line.current, self.currency) for line in self.lines])

    @property
    def total(self) -> Decimal:
        """What was to be paid when it was placed."""
        return self.original.net + self._on_top(self.original.tax) + self.delivery

    @property
    def edited_total(self) -> Decimal:
        """What is to be paid after edits, refunds apart."""
        back = sum((one.subtotal + self._on_top(one.tax) for one in self.refunds), ZERO)
        return self.current.net + self._on_top(self.current.tax) + back + self.delivery

    @property
    def current_total(self) -> Decimal:
        """What it is worth after edits, without the goods and the shipping that were given back."""
        shipping = sum((one.shipping for one in self.refunds), ZERO)
        return self.current.net + self._on_top(self.current.tax) + self.delivery - shipping

    @property
    def received(self) -> Decimal:
        """What was paid."""
        return sum((one.amount for one in self.payments if one.counts), ZERO)

    @property
    def refunded(self) -> Decimal:
        """What was given back."""
        return sum((one.amount for one in self.refunds), ZERO)

    @property
    def returnable(self) -> Decimal:
        """What can still be given back of the money that came in."""
        return self.received - sum((one.asked for one in self.refunds), ZERO)

    @property
    def outstanding(self) -> Decimal:
        """What its customer still owes; below zero where the shop does."""
        return self.edited_total - self.received

    @property
    def spent(self) -> Decimal:
        """What it adds to what its customer has spent."""
        counts = self.financial_status in COUNTED and not self.test
        return self.edited_total - self.refunded if counts else ZERO

    def _on_top(self, tax: Decimal) -> Decimal:
        return ZERO if self.taxes_included else tax


def _of(line: Line, gone: int, count: int, currency: str) -> Sums:
    """Some pieces of a line."""
    net, discount, tax = (
        part(one, gone, count, line.quantity, currency) for one in (line.net, line.discount, line.tax)
    )
    return Sums(net + discount, discount, tax)


def _summed(parts: list[Sums]) -> Sums:
    """All of them together."""
    return Sums(
        sum((one.gross for one in parts), ZERO),
        sum((one.discount for one in parts), ZERO),
        sum((one.tax for one in parts), ZERO),
    )

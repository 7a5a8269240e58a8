"""What the numbers of an order come to, whether a webhook told them or the Admin API: one arithmetic for both.

Where prices include the tax, so do the values of what came back, and it is taken out of both.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from plugin.domain.sales import Refund, SoldLine
from plugin.ports import Unreadable
from plugin.stores.shopify.amounts import ZERO, Currency, total
from plugin.stores.shopify.values import MOST


@dataclass(frozen=True, slots=True)
class Terms:
    """How an order is counted: in which currency, and whether its prices include the tax."""

    currency: Currency
    taxes_included: bool

    def with_tax(self, value: Decimal, tax: Decimal) -> Decimal:
        """What was paid for it."""
        return value if self.taxes_included else value + tax

    def without_tax(self, value: Decimal, tax: Decimal) -> Decimal:
        """What the shop has of it."""
        return value - tax if self.taxes_included else value


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line as it was told. `off` and `tax` are of all pieces; `current` is how many are left, None where not told."""

    id: str
    unit: str
    sku: str
    title: str
    quantity: int
    current: int | None
    price: Decimal
    off: Decimal
    tax: Decimal
    gift_card: bool
    path: str


@dataclass(frozen=True, slots=True)
class ToldReturn:
    """Pieces of a line that came back, and their value in all."""

    line: str
    quantity: int
    value: Decimal
    tax: Decimal
    gift_card: bool


@dataclass(frozen=True, slots=True)
class ToldRefund:
    """A refund as it was told: what came back, `shipping` with its tax, and the `money` that has arrived.

    `converted` says that the money was told in the customer's currency alone; `difference` is how far it is from what
    came back, where the shop tells that in its own.
    """

    id: str
    at: datetime
    returns: Sequence[ToldReturn]
    shipping: Decimal
    money: Decimal
    note: str
    path: str
    converted: bool = False
    difference: Decimal = ZERO


def sold_lines(lines: Sequence[ToldLine], refunds: Sequence[Refund], terms: Terms) -> tuple[SoldLine, ...]:
    """The lines of an order; what its refunds brought back was not taken off by an edit."""
    back: Counter[str] = Counter()
    for refund in refunds:
        back.update(refund.units)
    found = tuple(_sold(line, back[line.id], terms) for line in lines)
    if sum(line.net for line in found) >= MOST:
        raise Unreadable(lines[0].path.partition("[")[0], "is too large")
    return found


def refunded(told: ToldRefund, terms: Terms) -> Refund:
    """The refund: what the returned goods are worth, and what was given beyond goods and shipping.

    A gift card is no revenue when it is sold, and takes none back.
    """
    goods = total([terms.without_tax(one.value, one.tax) for one in told.returns if not one.gift_card])
    owed = total([terms.with_tax(one.value, one.tax) for one in told.returns]) + told.shipping
    minor = terms.currency.minor
    money = _exact_again(told, owed, terms) if told.converted else minor(told.money, told.path)
    return Refund(
        id=told.id,
        at=told.at,
        goods=max(0, minor(goods, told.path)),
        money=money,
        goodwill=max(0, money - minor(owed, told.path)),
        units=_pieces(told.returns),
        note=told.note,
    )


def _exact_again(told: ToldRefund, owed: Decimal, terms: Terms) -> int:
    """What was paid back of money that was converted: beside an amount that is known its last digit is rounding."""
    money = terms.currency.minor(told.money, told.path)
    for known in (owed, owed - told.difference, owed + told.difference):
        exact = terms.currency.minor(known, told.path)
        if abs(money - exact) <= 1:
            return exact
    return money


def _sold(line: ToldLine, back: int, terms: Terms) -> SoldLine:
    value = terms.without_tax(line.price * line.quantity - line.off, line.tax)
    return SoldLine(
        id=line.id,
        unit=line.unit,
        sku=line.sku,
        title=line.title,
        quantity=line.quantity,
        kept=line.quantity if line.current is None else min(line.quantity, line.current + back),
        net=max(0, terms.currency.minor(value, line.path)),
        gift_card=line.gift_card,
    )


def _pieces(returns: Sequence[ToldReturn]) -> Mapping[str, int]:
    pieces: Counter[str] = Counter()
    for one in returns:
        pieces[one.line] += one.quantity
    return dict(pieces)

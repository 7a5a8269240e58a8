"""An order as the ledger reads it: what was sold at what net price, with which codes, and what came back of it.

All amounts are minor units of `currency`, the store's own. Net is without discounts, tax, shipping and gift cards: a
gift card that is sold is a debt, and becomes revenue when something is bought with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

COUNTED: Final = frozenset({"paid", "partially_refunded", "refunded"})
"""An order counts in these financial states, whatever topic brought it."""
_LIFE: Final = ("pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided")
"""The financial states in the order in which an order has them."""


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line. `net` is for all of `quantity`, as sold; `kept` is how many edits have left of it (refunds apart).

    `unit` names the thing sold in the store (a variant's id, "" for what has none): by it its cost is known.
    """

    id: str
    unit: str
    sku: str
    title: str
    quantity: int
    kept: int
    net: int
    gift_card: bool = False

    @property
    def net_kept(self) -> int:
        """The net of what edits have left; half a cent is rounded down."""
        if self.gift_card or not self.quantity:
            return 0
        return self.net * self.kept // self.quantity


@dataclass(frozen=True, slots=True)
class UsedCode:
    """A discount code of an order as it was typed; `off` is what it took off."""

    code: str
    off: int

    @property
    def folded(self) -> str:
        """The code as it is compared: without case."""
        return self.code.strip().casefold()


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund. `goods` is the net value of the lines that came back, `goodwill` what was given beyond them.

    `money` is what was really paid back (successful transactions: with tax and shipping, 0 while none has
    succeeded). `units` says how many of which line came back.
    """

    id: str
    at: datetime
    goods: int
    money: int
    goodwill: int = 0
    units: Mapping[str, int] = field(default_factory=dict)
    note: str = ""

    @property
    def value(self) -> int:
        """What it takes back of the order's net."""
        return self.goods + self.goodwill


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """One order as the store has it. `id` is the store's, `name` what people call it ("#1001").

    `placed_at` is the day it belongs to (when it was processed), `updated_at` tells a newer state from an older one.
    `landing` and `referrer` are where the customer came from, `attributes` and `tags` what was written on it.
    `new_customer` is None where the store does not say; `shipped` is whether anything has left the house.
    `presented` is the currency that the customer saw.
    """

    id: str
    name: str
    placed_at: datetime
    updated_at: datetime
    currency: str
    status: str
    lines: tuple[SoldLine, ...] = ()
    codes: tuple[UsedCode, ...] = ()
    refunds: tuple[Refund, ...] = ()
    email: str | None = None
    phone: str | None = None
    customer_id: str | None = None
    cancelled_at: datetime | None = None
    test: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    landing: str = ""
    referrer: str = ""
    source: str = ""
    presented: str = ""
    shipped: bool = False
    new_customer: bool | None = None
    discounts: int = 0

    @property
    def net(self) -> int:
        """What it is worth: its lines as edits have left them."""
        return sum(line.net_kept for line in self.lines)

    @property
    def counts(self) -> bool:
        """Whether it was paid for, by somebody who meant it."""
        return self.status in COUNTED and not self.test

    @property
    def free(self) -> bool:
        """Whether everything on it was given away: a replacement, mostly."""
        return bool(self.lines) and self.net == 0 and self.discounts > 0


@dataclass(frozen=True, slots=True)
class OrderNews:
    """What one delivery says: a whole order, or one refund of the order `order_id`."""

    order_id: str
    order: StoreOrder | None = None
    refund: Refund | None = None


def merged(known: StoreOrder | None, news: Iterable[OrderNews]) -> StoreOrder | None:
    """The order after all of it, in whatever order it came and however often; None while only refunds are known.

    The newest state wins; a refund that any state or delivery told stays, in its newest form.
    """
    told = list(news)
    states = [one.order for one in told if one.order is not None]
    states += [] if known is None else [known]
    if not states:
        return None
    newest = max(states, key=lambda one: (one.updated_at, _further(one)))
    others = [refund for state in states for refund in state.refunds]
    others += [one.refund for one in told if one.refund is not None]
    return replace(newest, refunds=newest_of_each(newest.refunds, others))


def _further(order: StoreOrder) -> tuple[object, ...]:
    """Which of two states of one instant is kept: the one further on in its life, and then always the same one.

    An edit adds lines and takes pieces away, so the one that shows more of both is the later one. Refunds do not
    count: those of both are kept, so that a state that was merged before would win by them.
    """
    life = _LIFE.index(order.status) if order.status in _LIFE else -1
    edited = len(order.lines), sum(line.quantity - line.kept for line in order.lines)
    return (order.cancelled_at is not None, life, edited, repr(replace(order, refunds=())))


def newest_of_each(own: Iterable[Refund], others: Iterable[Refund]) -> tuple[Refund, ...]:
    """Of each refund what is newest; what the order itself says of it (`own`) goes before what was told of it alone."""
    found: dict[str, Refund] = {}
    for one in others:
        before = found.get(one.id)
        if before is None or _age(before) < _age(one):
            found[one.id] = one
    found |= {one.id: one for one in own if one.money >= found[one.id].money}
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.id)))


def _age(refund: Refund) -> tuple[object, ...]:
    """Money that has arrived is later news than money that is on its way; the rest only makes it always the same."""
    return (refund.money, refund.value, repr(refund))

"""What the ledger should say of one order: revenue, cost of goods, commission, and what its refunds take back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from plugin.domain.attribution import Credit
from plugin.domain.commissions import CommissionTerms
from plugin.domain.ledger import Line
from plugin.domain.periods import day_of
from plugin.domain.rates import Exchange
from plugin.domain.refund_costs import RefundShare, share_of, share_of_replacement
from plugin.domain.sales import Refund, StoreOrder
from plugin.domain.shares import part_of, split

SALE: Final = "sale"
CANCEL: Final = "cancel"


@dataclass(frozen=True)
class Books:
    """How a tenant keeps its books: zone, rates, commission, and what an order costs beside its goods.

    `variable` is what one order costs beyond its goods, in the statement's minor units, by the day from which it holds.
    """

    zone: str
    exchange: Exchange
    terms: CommissionTerms
    refund_shares: Sequence[RefundShare] = ()
    variable: Sequence[tuple[date, int]] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to an order, and how much of its net had been taken back in all by then."""

    name: str
    at: datetime
    taken: int


@dataclass(frozen=True)
class Sale:
    """One order with all that its lines rest on.

    `store_id` is the connection, `key` the order's row. `cost` is what its goods cost the shop, in the store's minor
    units, None before anything is known of it; `whole` is false where parts are unknown, and count as nothing.
    `replaces` is the order that it replaces, "" for none; `agreed` are rates of commission by the credit's key.
    """

    store_id: int
    key: int
    order: StoreOrder
    credits: Sequence[Credit] = ()
    cost: int | None = None
    whole: bool = True
    replaces: str = ""
    agreed: Mapping[str, Decimal] = field(default_factory=dict)


def order_subject(store_id: int, order_id: str) -> str:
    """The subject of all lines of an order."""
    return f"order:{store_id}:{order_id}"


def order_lines(sale: Sale, books: Books) -> list[Line]:
    """Every line that this order should stand with. NoRate where the table lacks the rate of its day."""
    if not sale.order.counts:
        return []
    made = _Lines(sale, books)
    counted = [credit for credit in sale.credits if credit.counts and credit.kind]
    lines = [line for credit, cost in _with_costs(sale, counted) for line in made.of_credit(credit, cost)]
    if any(credit.net for credit in counted):
        lines += made.variable()
    return [line for line in (*lines, *made.shares()) if line.amount]


def moments(order: StoreOrder) -> list[Moment]:
    """The refunds in their order, and the cancellation where it takes more back than they did."""
    found, taken = [], 0
    for refund in order.refunds:
        taken = min(order.net, taken + refund.value)
        found.append(Moment(f"refund:{refund.id}", refund.at, taken))
    if order.cancelled_at is not None and taken < order.net:
        found.append(Moment(CANCEL, order.cancelled_at, order.net))
    return found


def came_back(order: StoreOrder) -> int:
    """What of its net has been taken back by now."""
    return max((moment.taken for moment in moments(order)), default=0)


def _with_costs(sale: Sale, credits: Sequence[Credit]) -> Iterator[tuple[Credit, int | None]]:
    """Each credit with its part of what the goods cost."""
    weights = [credit.net for credit in credits]
    if sale.cost is None or sum(weights) <= 0:
        yield from ((credit, None) for credit in credits)
        return
    given = part_of(sale.cost, sum(weights), sale.order.net)
    yield from zip(credits, split(given, weights), strict=True)


@dataclass(frozen=True)
class _Lines:
    """The lines of one order."""

    sale: Sale
    books: Books

    @property
    def order(self) -> StoreOrder:
        return self.sale.order

    @property
    def on(self) -> date:
        return day_of(self.order.placed_at, self.books.zone)

    @property
    def rate(self) -> Decimal:
        """The rate of the day it was placed: frozen for its refunds too, so that the last one zeroes it out."""
        return self.books.exchange.rate(self.order.currency, self.on)

    def of_credit(self, credit: Credit, cost: int | None) -> Iterator[Line]:
        """Revenue, cost and commission of a credit, and what refunds take back of each."""
        revenue = self._converted(credit.net)
        cogs = None if cost is None else self._converted(cost)
        margin_cost = cogs if self.sale.whole else None
        agreed = self.sale.agreed.get(credit.key)
        commission = self.books.terms.of(
            credit.agent, credit.kind, credit.grade, self.on, revenue, margin_cost, agreed
        )
        for kind, amount in (
            (credit.kind, revenue),
            ("cogs", -(cogs or 0)),
            ("cost.commission", -commission),
        ):
            yield from self._with_reversals(credit, kind, amount)

    def variable(self) -> Iterator[Line]:
        """What an order costs beyond its goods; one cancelled before anything was shipped costs nothing."""
        held = [row for row in self.books.variable if row[0] <= self.on]
        if held and not self._never_shipped():
            yield self._line("variable", "cost.variable", -max(held)[1], self.on)

    def shares(self) -> Iterator[Line]:
        """The part of refunds, or of a replacement, that service is charged with."""
        if self._never_shipped():
            return
        for refund in self.order.refunds:
            on = day_of(refund.at, self.books.zone)
            charged = share_of(refund, on, self._cost_of(refund), self.books.refund_shares)
            yield self._line(f"share:{refund.id}", "cost.refund_share", -self._converted(charged), on)
        if self.sale.replaces:
            charged = share_of_replacement(self.on, self.sale.cost, self.books.refund_shares)
            line = self._line("replacement", "cost.refund_share", -self._converted(charged), self.on)
            yield replace(line, note=f"replaces {self.sale.replaces}")

    def _with_reversals(self, credit: Credit, kind: str, amount: int) -> Iterator[Line]:
        yield self._credited(f"{credit.key}:{kind}:{SALE}", kind, amount, self.on, credit)
        before = 0
        for moment in moments(self.order):
            back = part_of(amount, moment.taken, self.order.net)
            day = day_of(moment.at, self.books.zone)
            yield self._credited(f"{credit.key}:{kind}:{moment.name}", kind, before - back, day, credit)
            before = back

    def _cost_of(self, refund: Refund) -> int | None:
        """What the goods that came back had cost."""
        if self.sale.cost is None or self.order.net <= 0:
            return self.sale.cost
        return part_of(self.sale.cost, refund.goods, self.order.net)

    def _never_shipped(self) -> bool:
        return self.order.cancelled_at is not None and not self.order.shipped

    def _converted(self, minor: int) -> int:
        return self.books.exchange.convert(minor, self.order.currency, self.rate)

    def _credited(self, key: str, kind: str, amount: int, on: date, credit: Credit) -> Line:
        return replace(
            self._line(key, kind, amount, on),
            agent=credit.agent,
            ticket=credit.ticket,
            connection_id=credit.connection_id,
            channel=credit.channel or None,
            credit=credit.key,
        )

    def _line(self, key: str, kind: str, amount: int, on: date) -> Line:
        subject = order_subject(self.sale.store_id, self.order.id)
        return Line(
            subject=subject,
            key=f"{subject}:{key}",
            kind=kind,
            amount=amount,
            currency=self.books.exchange.currency,
            occurred_on=on,
            store_id=self.sale.store_id,
            order=self.order.name,
            order_key=self.sale.key,
            original_currency=self.order.currency,
            rate=str(self.rate),
        )

"""Comparing our books with the store's own orders: every difference, with its cause in words.

A difference is *explained* where its cause is one that ends by itself, or that is how the books are meant to be kept.
Anything else is for a person to look at.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from plugin.domain.accounting import Account
from plugin.domain.money import Digits, Money
from plugin.domain.order_lines import moments
from plugin.domain.periods import day_of
from plugin.domain.sales import Refund, StoreOrder

What = Literal[
    "missing", "older", "refund", "net", "status", "gone", "ledger", "late", "net sales", "statement"
]
Cause = tuple[str, bool]
"""Why, in words, and whether that explains it."""
Place = Literal["test order", "not paid", "waiting", "unproven", "nobody's merit", "credited"]
PLACES: Final[tuple[Place, ...]] = (
    "credited",
    "nobody's merit",
    "unproven",
    "waiting",
    "not paid",
    "test order",
)
"""Where an order's net sales are: in the ledger's sums (*credited*), or why not."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What the store says and what stands here. `about` is an order's name, a day or a month."""

    what: What
    about: str
    store: str
    here: str
    cause: str
    explained: bool


@dataclass(frozen=True)
class Around:
    """What is known about the moment of comparing one store's orders.

    `queued` and `dead` are ids of orders that something was told of which waits, or could not be worked.
    `reading` is true while the store is read for the first time, `settings_due` while orders wait to be accounted by
    new settings. Settings of after `closed_at` change nothing in months up to `closed`.
    """

    digits: Digits
    zone: str
    swept_at: datetime | None = None
    queued: Collection[str] = frozenset()
    dead: Collection[str] = frozenset()
    reading: bool = False
    settings_due: bool = False
    closed: str = ""
    settings_after_closing: bool = False

    def amount(self, minor: int, currency: str) -> str:
        """An amount as it is told."""
        return f"{Money(minor, currency).text(self.digits)} {currency}"

    def is_news(self, at: datetime) -> bool:
        """Whether what happened then has come after our last sweep."""
        return self.swept_at is None or at > self.swept_at


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the ledger of an order: the sum of one kind, currency and month, in minor units."""

    kind: str
    currency: str
    period: str
    belongs_to: str | None
    amount: int


def compare(theirs: StoreOrder, ours: StoreOrder | None, around: Around) -> list[Difference]:
    """An order as the store has it, against ours."""
    cause, explained = _why_behind(theirs, ours, around)
    if ours is None:
        return [Difference("missing", theirs.name, _told(theirs, around), "nothing", cause, explained)]
    return [
        Difference(what, theirs.name, store, here, cause, explained)
        for what, store, here in _differing(theirs, ours, around)
    ]


def gone(ours: StoreOrder, around: Around) -> Difference:
    """An order that changed lately as far as we know, and that the store has no more."""
    cause = "the store has no such order any more: it was deleted there after it had come to us"
    return Difference("gone", ours.name, "nothing", _told(ours, around), cause, explained=False)


def ledger_differences(
    order: StoreOrder, account: Account, stands: Sequence[Standing], currency: str, around: Around
) -> Iterator[Difference]:
    """What the ledger says of an order against what it should say by all that is known here, kind by kind."""
    wanted: dict[str, int] = {}
    for line in account.lines:
        wanted[line.kind] = wanted.get(line.kind, 0) + line.amount
    sums: dict[tuple[str, str], int] = {(kind, currency): 0 for kind in wanted}
    for one in stands:
        sums[one.kind, one.currency] = sums.get((one.kind, one.currency), 0) + one.amount
    for (kind, code), here in sorted(sums.items()):
        should = wanted.get(kind, 0) if code == currency else 0
        if here != should:
            why, explained = _why_posted_so(order, account, stands, currency, around)
            told = around.amount(should, currency), around.amount(here, code)
            yield Difference("ledger", f"{order.name} {kind}", *told, why, explained)


def late_entries(order: StoreOrder, stands: Sequence[Standing], around: Around) -> Iterator[Difference]:
    """What of an order was posted to another month than its own."""
    for one in stands:
        if one.belongs_to is not None and one.amount:
            told = around.amount(one.amount, one.currency)
            cause = f"posted to {one.period}, because {one.belongs_to} was closed already"
            where = f"{told} in {one.belongs_to}", f"{told} in {one.period}"
            yield Difference("late", f"{order.name} {one.kind}", *where, cause, explained=True)


def net_sales(order: StoreOrder, zone: str) -> dict[date, int]:
    """What an order adds to each day's net sales as stores count them: paid or not, what came back on its own day.

    Without discounts, tax, shipping, gift cards and test orders.
    """
    if order.test:
        return {}
    days = {day_of(order.placed_at, zone): order.net}
    before = 0
    for moment in moments(order):
        day = day_of(moment.at, zone)
        days[day] = days.get(day, 0) - (moment.taken - before)
        before = moment.taken
    return days


@dataclass
class NetSales:
    """Net sales by day and currency, added up on both sides, with the orders that make them differ."""

    store: dict[tuple[date, str], int] = field(default_factory=dict)
    here: dict[tuple[date, str], int] = field(default_factory=dict)
    apart: dict[tuple[date, str], list[tuple[str, bool]]] = field(default_factory=dict)

    def add(
        self, theirs: StoreOrder | None, ours: StoreOrder | None, zone: str, found: Iterable[Difference]
    ) -> None:
        """Add one order. `found` is what was found to differ in it."""
        name = next((one.name for one in (theirs, ours) if one is not None), "")
        sides = _by_day(theirs, zone), _by_day(ours, zone)
        explained = all(one.explained for one in found)
        for side, days in zip((self.store, self.here), sides, strict=True):
            for day, amount in days.items():
                side[day] = side.get(day, 0) + amount
        for day in sorted(sides[0].keys() | sides[1].keys()):
            if sides[0].get(day, 0) != sides[1].get(day, 0):
                self.apart.setdefault(day, []).append((name, explained))

    def days(self) -> list[tuple[date, str, int, int]]:
        """Day, currency, the store's net sales and ours, oldest first."""
        keys = sorted(self.store.keys() | self.here.keys())
        return [(*key, self.store.get(key, 0), self.here.get(key, 0)) for key in keys]

    def differences(self, around: Around) -> Iterator[Difference]:
        """The days on which they differ, with the orders that do it."""
        for day, currency, store, here in self.days():
            if store != here:
                orders = self.apart.get((day, currency), [])
                cause = "by " + ", ".join(dict.fromkeys(name for name, _ in orders))
                told = around.amount(store, currency), around.amount(here, currency)
                explained = bool(orders) and all(known for _, known in orders)
                yield Difference("net sales", day.isoformat(), *told, cause, explained)


def place_of_sales(order: StoreOrder, account: Account) -> Place:
    """Whether an order's net sales are in the ledger's sums, or why they are not."""
    if order.test:
        return "test order"
    if not order.counts:
        return "not paid"
    if account.waiting:
        return "waiting"
    credits = account.attribution.credits
    if any(one.counts and one.kind for one in credits):
        return "credited"
    return "unproven" if any(one.grade == "unproven" for one in credits) else "nobody's merit"


def statement_differences(
    month: str, lines: Mapping[str, int], entries: Mapping[str, int], currency: str, around: Around
) -> Iterator[Difference]:
    """What a statement says of a kind, against the sum of its entries."""
    for kind in sorted(lines.keys() | entries.keys()):
        said, summed = lines.get(kind, 0), entries.get(kind, 0)
        if said != summed:
            told = around.amount(said, currency), around.amount(summed, currency)
            cause = "the statement is not the sum of its entries"
            yield Difference("statement", f"{month} {kind}", *told, cause, explained=False)


def _differing(theirs: StoreOrder, ours: StoreOrder, around: Around) -> Iterator[tuple[What, str, str]]:
    if ours.updated_at < theirs.updated_at:
        yield "older", f"state of {_instant(theirs.updated_at)}", f"state of {_instant(ours.updated_at)}"
    if theirs.status != ours.status or theirs.test != ours.test:
        yield "status", _status(theirs), _status(ours)
    if (theirs.net, theirs.currency) != (ours.net, ours.currency):
        yield "net", around.amount(theirs.net, theirs.currency), around.amount(ours.net, ours.currency)
    there, here = ({one.id: one for one in order.refunds} for order in (theirs, ours))
    for name in sorted(there.keys() | here.keys()):
        told = _refund(there.get(name), theirs, around), _refund(here.get(name), ours, around)
        if told[0] != told[1]:
            yield "refund", *told


def _why_behind(theirs: StoreOrder, ours: StoreOrder | None, around: Around) -> Cause:
    """The first of these that holds."""
    newer_here = ours is not None and ours.updated_at > theirs.updated_at
    same = ours is not None and ours.updated_at == theirs.updated_at
    dead = "a delivery about it could not be worked: see `marginalia deliveries list --state dead`"
    causes: tuple[tuple[bool, Cause], ...] = (
        (theirs.id in around.queued, ("told, and waiting to be worked", True)),
        (newer_here, ("it changed while the store was being read: here it is newer", True)),
        (theirs.id in around.dead, (dead, False)),
        (around.reading, ("the first reading of the store is not done yet", True)),
        (same, ("the same state is read differently here than it was when it came", False)),
        (around.is_news(theirs.updated_at), ("newer in the store than our last sweep", True)),
        (True, ("changed in the store before our last sweep, and has not reached us", False)),
    )
    return next(cause for holds, cause in causes if holds)


def _why_posted_so(
    order: StoreOrder, account: Account, stands: Sequence[Standing], currency: str, around: Around
) -> Cause:
    if account.waiting:
        return f"waiting: {account.waiting}", True
    if order.id in around.queued:
        return "told, and waiting to be worked", True
    others = sorted({one.currency for one in stands} - {currency})
    if others:
        return f"begun in {', '.join(others)}, and never continued in another currency", True
    if around.settings_due:
        return "settings have changed, and it was not accounted again by them yet", True
    if (
        around.settings_after_closing
        and day_of(order.placed_at, around.zone).isoformat()[:7] <= around.closed
    ):
        return "settings have changed since its month was closed: that changes nothing in it", True
    return "the ledger does not say what the order's account says", False


def _by_day(order: StoreOrder | None, zone: str) -> dict[tuple[date, str], int]:
    if order is None:
        return {}
    return {(day, order.currency): amount for day, amount in net_sales(order, zone).items()}


def _told(order: StoreOrder, around: Around) -> str:
    return f"{around.amount(order.net, order.currency)}, {_status(order)}"


def _status(order: StoreOrder) -> str:
    return f"{order.status} (a test)" if order.test else order.status


def _refund(refund: Refund | None, order: StoreOrder, around: Around) -> str:
    if refund is None:
        return "none"
    told = [f"refund {refund.id}: {around.amount(refund.value, order.currency)} of goods"]
    return ", ".join([*told, f"{around.amount(refund.money, order.currency)} paid back"])


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"

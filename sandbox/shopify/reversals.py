"""What goes back: goods and money, money alone, and whole orders that are called off."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from sandbox.shopify.news import News
from sandbox.shopify.records import ZERO, Line, Order, Payment, Refund, RefundLine
from sandbox.shopify.state import Shop

RESTOCKED = ("return", "cancel", "legacy_restock", "no_restock")


@dataclass(frozen=True)
class Back:
    """What is to go back: pieces by sku, shipping, and an amount (what all that is worth, or all, where it is None).

    It happens now, or happened `at` an instant that is past.
    """

    items: Mapping[str, int] = field(default_factory=dict)
    amount: Decimal | None = None
    shipping: Decimal = ZERO
    note: str = ""
    restock: str = "return"
    pending: bool = False
    at: datetime | None = None


def give_back(shop: Shop, order_id: int, amount: Decimal | None, items: dict[str, int], note: str) -> Order:
    """Money is given back: for lines that came back, an amount, or all that is left."""
    return refund(shop, order_id, Back(items, amount, note=note))


def refund(shop: Shop, order_id: int, back: Back) -> Order:
    """Goods or money go back; money that is pending has not arrived yet."""
    with shop.lock:
        news = News(shop)
        found = shop.orders[order_id]
        made = _kept(shop, _with(shop, found, back), back.at)
        news.of_refund(made, made.refunds[-1])
        news.of_order(made, "ORDERS_UPDATED", before=found)
        return made


def settle(shop: Shop, order_id: int, refund_id: int, status: str = "success") -> Order:
    """Money that was on its way arrives, or turns out not to."""
    if status not in {"success", "failure"}:
        raise ValueError("a payment on its way ends in success or in failure")
    with shop.lock:
        news, found = News(shop), shop.orders[order_id]
        at, refunds = shop.instant(), []
        if refund_id not in {one.id for one in found.refunds}:
            raise ValueError(f"order {found.name} has no refund {refund_id}")
        for one in found.refunds:
            settled = tuple(_settled(paid, status, at) for paid in one.payments)
            changed = one.id == refund_id and settled != one.payments
            refunds.append(replace(one, payments=settled, updated_at=at) if changed else one)
        made = _kept(shop, _judged(replace(found, refunds=tuple(refunds))))
        news.of_payments(made, [paid for one in made.refunds if one.id == refund_id for paid in one.payments])
        news.of_order(made, "ORDERS_UPDATED", before=found)
        return made


def cancel(shop: Shop, order_id: int, reason: str = "customer", refunded: bool = False) -> Order:
    """An order is called off, with all the money back if wanted; what has left the house is not restocked."""
    with shop.lock:
        news, found = News(shop), shop.orders[order_id]
        made = found
        if refunded:
            items = {one.product.sku: one.current for one in found.lines if one.current}
            restock = "no_restock" if found.fulfilments else "cancel"
            made = _with(shop, found, Back(items, found.returnable, _shipping_left(found), "", restock))
        status = "voided" if found.financial_status in {"pending", "authorized"} else made.financial_status
        made = replace(made, cancelled_at=shop.instant(), cancel_reason=reason, financial_status=status)
        made = _kept(shop, made)
        for one in made.refunds[len(found.refunds) :]:
            news.of_refund(made, one)
        news.of_order(made, "ORDERS_CANCELLED", "ORDERS_UPDATED", before=found)
        return made


def returned(shop: Shop, order: Order, items: Mapping[str, int], restock: str) -> tuple[RefundLine, ...]:
    """Pieces of its lines as they come back."""
    if restock not in RESTOCKED:
        raise ValueError(f"restock is one of {', '.join(RESTOCKED)}")
    unknown = items.keys() - {one.product.sku for one in order.lines}
    if unknown:
        raise ValueError(f"order {order.name} has no {', '.join(sorted(unknown))}")
    return tuple(
        RefundLine(shop.next_id(), line.id, count, *line.worth(count, order.currency), restock)
        for line, count in taken(order, items)
    )


def taken(order: Order, items: Mapping[str, int]) -> list[tuple[Line, int]]:
    """Which lines give so many pieces: the first lines of each sku first."""
    found, left = [], dict(items)
    for line in order.lines:
        count = min(left.get(line.product.sku, 0), line.current)
        if count > 0:
            found.append((line, count))
            left[line.product.sku] -= count
    for sku, missing in left.items():
        if missing or items[sku] < 1:
            raise ValueError(f"{max(items[sku] - missing, 0)} of {sku} can come back")
    return found


def with_refunded(order: Order, lines: tuple[RefundLine, ...]) -> Order:
    """The order without the pieces that came back."""
    counts = {one.line_id: one.quantity for one in lines}
    kept = tuple(replace(one, refunded=one.refunded + counts.get(one.id, 0)) for one in order.lines)
    return replace(order, lines=kept)


def _with(shop: Shop, order: Order, back: Back) -> Order:
    """The order with one refund more."""
    lines, at = returned(shop, order, back.items, back.restock), back.at or shop.instant()
    worth = sum((one.subtotal + (ZERO if order.taxes_included else one.tax) for one in lines), back.shipping)
    left = order.returnable
    given = back.amount if back.amount is not None else (min(worth, left) if worth or lines else left)
    if not ZERO <= given <= left or not (given or lines):
        raise ValueError(f"between 0.01 and {left} can be given back")
    if back.shipping > _shipping_left(order):
        raise ValueError(f"{_shipping_left(order)} of the shipping can be given back")
    payments = (_payment(shop, order, given, back.pending, at),) if given else ()
    one = Refund(shop.next_id(), at, at, lines, payments, back.shipping, back.note or None)
    return _judged(with_refunded(replace(order, refunds=(*order.refunds, one)), lines))


def _payment(shop: Shop, order: Order, amount: Decimal, pending: bool, at: datetime) -> Payment:
    parent = next((one.id for one in order.payments if one.counts), None)
    return Payment(shop.next_id(), "refund", amount, "pending" if pending else "success", at, parent)


def _settled(payment: Payment, status: str, at: datetime) -> Payment:
    return replace(payment, status=status, at=at) if payment.status == "pending" else payment


def _judged(order: Order) -> Order:
    """The state of its payments, which counts money that has arrived."""
    if not order.refunded:
        return order
    status = "refunded" if order.refunded >= order.received else "partially_refunded"
    return replace(order, financial_status=status)


def _shipping_left(order: Order) -> Decimal:
    return order.delivery - sum((one.shipping for one in order.refunds), ZERO)


def _kept(shop: Shop, one: Order, at: datetime | None = None) -> Order:
    made = shop.orders[one.id] = replace(one, updated_at=max(one.updated_at, at or shop.instant()))
    return made

"""Editing an order that was placed: lines are added, pieces taken away, and what is owed is paid or given back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sandbox.shopify import payloads
from sandbox.shopify.checkout import new_lines, paid_up
from sandbox.shopify.news import News
from sandbox.shopify.records import Line, Order, Refund, gid
from sandbox.shopify.reversals import returned, taken, with_refunded
from sandbox.shopify.state import Shop


@dataclass(frozen=True)
class Edit:
    """Pieces that are added and taken away, by sku.

    With `paid` the customer pays at once what they owe by then. With `recorded` what is taken away is written down as a
    refund without money, as the vendor does for some edits.
    """

    add: Mapping[str, int] = field(default_factory=dict)
    remove: Mapping[str, int] = field(default_factory=dict)
    paid: bool = True
    recorded: bool = False
    note: str | None = None


def edit_order(shop: Shop, order_id: int, edit: Edit) -> Order:
    """One edit, told as such and as an update."""
    if not edit.add and not edit.remove:
        raise ValueError("say what is added or removed")
    with shop.lock:
        news, found = News(shop), shop.orders[order_id]
        gone = taken(found, edit.remove)
        added = [
            replace(one, added=True)
            for one in new_lines(shop, edit.add, found.tax_rate, found.taxes_included)
        ]
        made = _without(shop, found, edit) if edit.recorded else _removed(found, gone)
        made = replace(made, lines=(*made.lines, *added))
        made = _balanced(shop, made, edit.paid)
        made = replace(made, updated_at=max(made.updated_at, shop.instant()))
        shop.orders[made.id] = made
        told = payloads.edit(shop, made, added, gone, edit.note)
        news.tell("ORDERS_EDITED", gid("Order", made.id), told)
        for one in made.refunds[len(found.refunds) :]:
            news.of_refund(made, one)
        news.of_payments(made, made.payments[len(found.payments) :])
        news.of_order(made, "ORDERS_UPDATED", before=found)
        return made


def _removed(order: Order, gone: list[tuple[Line, int]]) -> Order:
    counts = {line.id: count for line, count in gone}
    kept = tuple(replace(one, removed=one.removed + counts.get(one.id, 0)) for one in order.lines)
    return replace(order, lines=kept)


def _without(shop: Shop, order: Order, edit: Edit) -> Order:
    """What is taken away as a refund of goods, without money."""
    if not edit.remove:
        return order
    lines, at = returned(shop, order, edit.remove, "no_restock"), shop.instant()
    one = Refund(shop.next_id(), at, at, lines, note=edit.note)
    return with_refunded(replace(order, refunds=(*order.refunds, one)), lines)


def _balanced(shop: Shop, order: Order, paid: bool) -> Order:
    """What is owed after the edit is paid, or the order waits for it."""
    if order.outstanding <= 0 or not order.payments:
        return order
    if paid:
        return paid_up(shop, order, shop.instant())
    return replace(order, financial_status="partially_paid")

"""The refund share: which part of refunds and replacements service is charged with, as an estimate of its leniency."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, Literal

from plugin.domain.sales import Refund, StoreOrder

ORIGINAL: Final = ("original_order", "original order", "replaces", "replacement_for", "replacement for")
"""Attributes of an order that name the one it replaces."""
_NAMED: Final = re.compile(r"#?([0-9]{3,12})\b")


@dataclass(frozen=True, slots=True)
class RefundShare:
    """A share from a day on; `base` is what it is taken of: the money paid back, or the cost of what came back.

    Of a replacement it is taken of the cost of its goods, whatever the base.
    """

    since: date
    share: Decimal
    base: Literal["amount", "cost"] = "amount"


def share_of(refund: Refund, on: date, cost: int | None, shares: Sequence[RefundShare]) -> int:
    """What of a refund is charged, in the store's minor units; 0 while no money has moved, or its cost is not known."""
    held = _held(on, shares)
    if held is None or not refund.money:
        return 0
    base = refund.money if held.base == "amount" else cost
    return 0 if base is None else _part(base, held.share)


def share_of_replacement(on: date, cost: int | None, shares: Sequence[RefundShare]) -> int:
    """What of a replacement is charged: the share of what its goods cost; 0 while that is not known."""
    held = _held(on, shares)
    return 0 if held is None or cost is None else _part(cost, held.share)


def is_replacement(order: StoreOrder, tags: Collection[str]) -> bool:
    """Whether it replaces something: everything on it was given away, or it is tagged so (compared without case)."""
    wanted = {tag.casefold() for tag in tags}
    return not order.test and (order.free or any(tag.strip().casefold() in wanted for tag in order.tags))


def originals_named(order: StoreOrder) -> Iterator[str]:
    """The orders that it may replace ("#1001"), as its attributes, tags and note name them, the surest first."""
    attributes = {name.strip().casefold(): value for name, value in order.attributes.items()}
    texts = [attributes[name] for name in ORIGINAL if name in attributes]
    for text in (*texts, *order.tags, order.note):
        for number in _NAMED.findall(text):
            if f"#{number}" != order.name:
                yield f"#{number}"


def _held(on: date, shares: Sequence[RefundShare]) -> RefundShare | None:
    return max((one for one in shares if one.since <= on), key=lambda one: one.since, default=None)


def _part(minor: int, share: Decimal) -> int:
    return int((minor * share).to_integral_value(ROUND_HALF_EVEN))

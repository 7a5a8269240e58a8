"""An order as a JSON document and back: kept whole, so that its lines can be worked out again at any time."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from plugin.domain.sales import Refund, SoldLine, StoreOrder, UsedCode

_INSTANTS = ("placed_at", "updated_at")
_PLAIN = tuple(
    one.name
    for one in fields(StoreOrder)
    if one.name not in {*_INSTANTS, "cancelled_at", "lines", "codes", "refunds", "tags", "attributes"}
)


def order_document(order: StoreOrder) -> dict[str, Any]:
    """The whole order."""
    cancelled = order.cancelled_at
    return {
        **{name: getattr(order, name) for name in _PLAIN},
        **{name: getattr(order, name).isoformat() for name in _INSTANTS},
        "cancelled_at": None if cancelled is None else cancelled.isoformat(),
        "lines": [
            [one.id, one.unit, one.sku, one.title, one.quantity, one.kept, one.net, one.gift_card]
            for one in order.lines
        ],
        "codes": [[one.code, one.off] for one in order.codes],
        "refunds": [refund_document(one) for one in order.refunds],
        "tags": list(order.tags),
        "attributes": dict(order.attributes),
    }


def read_order(kept: dict[str, Any]) -> StoreOrder:
    """The order in a document."""
    cancelled = kept["cancelled_at"]
    plain = {name: kept[name] for name in _PLAIN}
    return StoreOrder(
        **plain,
        placed_at=datetime.fromisoformat(kept["placed_at"]),
        updated_at=datetime.fromisoformat(kept["updated_at"]),
        cancelled_at=None if cancelled is None else datetime.fromisoformat(cancelled),
        lines=tuple(SoldLine(*one) for one in kept["lines"]),
        codes=tuple(UsedCode(*one) for one in kept["codes"]),
        refunds=tuple(map(read_refund, kept["refunds"])),
        tags=tuple(kept["tags"]),
        attributes=kept["attributes"],
    )


def refund_document(refund: Refund) -> dict[str, Any]:
    """One refund."""
    return {
        "id": refund.id,
        "at": refund.at.isoformat(),
        "goods": refund.goods,
        "money": refund.money,
        "goodwill": refund.goodwill,
        "units": dict(refund.units),
        "note": refund.note,
    }


def read_refund(kept: dict[str, Any]) -> Refund:
    """The refund in a document."""
    return Refund(**{**kept, "at": datetime.fromisoformat(kept["at"])})

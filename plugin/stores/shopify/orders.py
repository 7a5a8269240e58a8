"""Orders as the Admin API shows them, in our words: what was bought, where the parcels are, what comes back.

https://shopify.dev/docs/api/admin-graphql/latest/objects/Order
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from plugin.documents import Part
from plugin.domain.facts import LastOrder
from plugin.domain.money import Digits
from plugin.domain.orders import Order, OrderLine, Parcel, ParcelState, ReturnState
from plugin.stores.shopify.values import read_count, read_money, read_texts

PARCELS: Final[dict[str, ParcelState]] = {
    "attempted_delivery": "attempted",
    "carrier_picked_up": "in_transit",
    "confirmed": "announced",
    "delayed": "delayed",
    "delivered": "delivered",
    "failure": "failed",
    "in_transit": "in_transit",
    "label_printed": "announced",
    "label_purchased": "announced",
    "not_delivered": "failed",
    "out_for_delivery": "out_for_delivery",
    "picked_up": "delivered",
    "ready_for_pickup": "ready_for_pickup",
    "submitted": "announced",
}
"""What `displayStatus` says of a parcel; what only says that it was sent (`fulfilled`) says nothing of where it is.

https://shopify.dev/docs/api/admin-graphql/latest/enums/FulfillmentDisplayStatus
"""
NO_PARCEL: Final = frozenset({"canceled", "label_voided"})
"""Nothing travels under such a fulfilment any more."""
RETURNS: Final[dict[str, ReturnState]] = {
    "no_return": "none",
    "return_requested": "requested",
    "in_progress": "under_way",
    "inspection_complete": "arrived",
    "returned": "closed",
}
"""What `returnStatus` says of an order.

https://shopify.dev/docs/api/admin-graphql/latest/enums/OrderReturnStatus
"""


def read_last_order(part: Part, digits: Digits) -> LastOrder | None:
    """The latest order, in short."""
    if part.value is None:
        return None
    return LastOrder(
        name=part.at("name").text(),
        at=_ordered_at(part),
        total=read_money(part.at("totalPriceSet").at("shopMoney"), digits),
        status=part.at("displayFinancialStatus").word() or "",
        fulfilment=part.at("displayFulfillmentStatus").word() or "",
        skus=tuple(dict.fromkeys(one.at("sku").text() for one in _lines(part) if one.at("sku").text())),
        tags=read_texts(part.at("tags")),
    )


def read_orders(part: Part, digits: Digits) -> tuple[Order, ...] | None:
    """The orders of a list, in its order; None where it was not asked for."""
    return None if part.value is None else tuple(_order(one, digits) for one in part.at("nodes").items())


def _order(part: Part, digits: Digits) -> Order:
    return Order(
        name=part.at("name").text(),
        at=_ordered_at(part),
        total=read_money(part.at("totalPriceSet").at("shopMoney"), digits),
        status=part.at("displayFinancialStatus").word() or "",
        fulfilment=part.at("displayFulfillmentStatus").word() or "",
        lines=tuple(map(_line, _lines(part))),
        parcels=tuple(one for sent in part.at("fulfillments").items() for one in _parcels(sent)),
        returning=_returning(part.at("returnStatus").word()),
    )


def _ordered_at(part: Part) -> datetime:
    """When it was bought; an order that was imported tells that as the time it was processed."""
    processed = part.at("processedAt")
    return part.at("createdAt").instant() if processed.value is None else processed.instant()


def _lines(part: Part) -> list[Part]:
    lines = part.at("lineItems")
    return [] if lines.value is None else list(lines.at("nodes").items())


def _line(part: Part) -> OrderLine:
    return OrderLine(part.at("sku").text(), part.at("title").text(), read_count(part.at("quantity")))


def _parcels(part: Part) -> Iterator[Parcel]:
    """The parcels of a fulfilment: one for each tracking number, one where it has none."""
    word = part.at("displayStatus").word() or ""
    if word in NO_PARCEL:
        return
    state, due = PARCELS.get(word, "unknown"), _due(part.at("estimatedDeliveryAt"))
    for one in list(part.at("trackingInfo").items()) or [Part({}, f"{part.path}.trackingInfo")]:
        carrier, number, url = (one.at(name).text() for name in ("company", "number", "url"))
        yield Parcel(carrier, number, state, url if url.startswith(("https://", "http://")) else "", due)


def _due(part: Part) -> datetime | None:
    return None if part.value is None else part.instant()


def _returning(word: str | None) -> ReturnState:
    """Where the shop does not let us know, nothing is said of a return."""
    return "none" if word is None else RETURNS.get(word, "unknown")

"""The one thing about a customer that an agent must know before they write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from plugin.domain.orders import Order, Parcel, ParcelState, ReturnState

AlertKind = Literal[
    "parcel_failed", "parcel_attempted", "parcel_delayed", "return_arrived", "return_under_way",
    "return_requested", "no_bots",
]  # fmt: skip
_PARCELS: Final[dict[ParcelState, AlertKind]] = {
    "failed": "parcel_failed",
    "attempted": "parcel_attempted",
    "delayed": "parcel_delayed",
}
_RETURNS: Final[dict[ReturnState, AlertKind]] = {
    "arrived": "return_arrived",
    "under_way": "return_under_way",
    "requested": "return_requested",
}
PAST: Final = timedelta(days=90)
"""Older orders raise no alert."""
URGENCY: Final[tuple[AlertKind, ...]] = (*_PARCELS.values(), *_RETURNS.values(), "no_bots")
"""What is told first."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What to know; `order` is the order's name and `number` the parcel's, where it is about one."""

    kind: AlertKind
    order: str = ""
    number: str = ""
    carrier: str = ""


def recent(orders: Sequence[Order], now: datetime) -> list[Order]:
    """The orders that an agent may still be asked about: a parcel that failed a year ago is nobody's trouble."""
    return [order for order in orders if order.at > now - PAST]


def alerts_of(orders: Sequence[Order], no_bots: bool) -> tuple[Alert, ...]:
    """Everything there is to know, the most pressing first; of equals the newest order's first."""
    found = [*_of_parcels(orders), *_of_returns(orders), *([Alert("no_bots")] if no_bots else [])]
    return tuple(sorted(found, key=lambda alert: URGENCY.index(alert.kind)))


def _of_parcels(orders: Sequence[Order]) -> list[Alert]:
    return [_alert(order, parcel) for order in orders for parcel in order.parcels if parcel.state in _PARCELS]


def _alert(order: Order, parcel: Parcel) -> Alert:
    return Alert(_PARCELS[parcel.state], order.name, parcel.number, parcel.carrier)


def _of_returns(orders: Sequence[Order]) -> list[Alert]:
    return [Alert(_RETURNS[order.returning], order.name) for order in orders if order.returning in _RETURNS]

"""Offers: what may be proposed to a customer in answer to their question, and which one is worth most."""

from dataclasses import dataclass
from decimal import Decimal

from plugin.domain.offered import OfferKind
from plugin.domain.rules import Condition


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer of the settings, checked. `price` is in the settings' currency, else the store's."""

    name: str
    sku: str
    price: Decimal
    kind: OfferKind = "new"
    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()

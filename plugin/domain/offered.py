"""An offer as it was chosen for a ticket."""

from dataclasses import dataclass
from typing import Literal

from plugin.domain.money import Money

OfferKind = Literal["new", "kept"]
"""*new*: something more is bought. *kept*: an exchange or a credit in place of a refund, so that revenue stays."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer of the settings, chosen. `margin` is None where the store tells no cost; `why` in words."""

    name: str
    sku: str = ""
    price: Money | None = None
    margin: Money | None = None
    kind: OfferKind = "new"
    why: tuple[str, ...] = ()

"""What a store sells, as far as somebody here wants to offer it."""

from dataclasses import dataclass

from plugin.domain.money import Money


@dataclass(frozen=True, slots=True)
class Product:
    """Something that the store sells, by its SKU. `unit_cost` and `stock` are None where the store does not tell."""

    sku: str
    title: str
    price: Money
    unit_cost: Money | None = None
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What a piece of something costs the shop now; `cost` None where the store does not tell.

    `unit` is the store's name of what is sold (a variant), `item` of what lies in the stock, None where not told.
    """

    unit: str
    item: str | None
    sku: str
    cost: Money | None

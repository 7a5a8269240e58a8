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

"""What the shop has of some SKUs now: price, cost and stock.

https://shopify.dev/docs/api/admin-graphql/latest/objects/ProductVariant
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from plugin.documents import Part, answer_of
from plugin.domain.goods import Product
from plugin.domain.money import Digits, Money
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.find import quoted
from plugin.stores.shopify.queries import PRODUCTS, SKUS
from plugin.stores.shopify.values import read_amount, read_currency, read_money, read_whole

NOT_SOLD: Final = frozenset({"archived", "draft"})
ONLY_ONE: Final = "default title"
"""What the only variant of a product is called, which says nothing."""
SELLS_ON: Final = "continue"
"""The policy of what is sold whether there is any left or not."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A product together with what Shopify calls it."""

    id: str
    product: Product


def read_products(admin: Admin, skus: Sequence[str], digits: Digits) -> tuple[Product, ...]:
    """The products with exactly these SKUs, but for capital letters; one for each SKU."""
    return tuple(one.product for one in find_variants(admin, skus, digits))


def find_variants(admin: Admin, skus: Sequence[str], digits: Digits) -> list[Variant]:
    """The variants with these SKUs; where the shop gave one SKU to several, the first of them."""
    wanted = list({_key(sku): sku.strip() for sku in skus if sku.strip()}.values())
    found: dict[str, Variant] = {}
    with answer_of(admin.api):
        for start in range(0, len(wanted), SKUS):
            for one in _asked(admin, wanted[start : start + SKUS], digits):
                found.setdefault(_key(one.product.sku), one)
    return list(found.values())


def _asked(admin: Admin, skus: Sequence[str], digits: Digits) -> Iterator[Variant]:
    search, keys = " OR ".join(f"sku:{quoted(sku)}" for sku in skus), set(map(_key, skus))
    answer = admin.ask(PRODUCTS, search=search)
    currency = read_currency(answer.at("shop").at("currencyCode"))
    for part in answer.at("productVariants").at("nodes").items():
        sold = part.at("product").at("status").word() not in NOT_SOLD
        if sold and _key(part.at("sku").text()) in keys:
            yield Variant(part.at("id").key(), _product(part, currency, digits))


def _product(part: Part, currency: str, digits: Digits) -> Product:
    return Product(
        sku=part.at("sku").text().strip(),
        title=_title(part),
        price=read_amount(part.at("price"), currency, digits),
        unit_cost=_cost(part, digits),
        stock=_stock(part),
    )


def _title(part: Part) -> str:
    """The product, and which of its kinds."""
    own = part.at("title").text()
    names = (part.at("product").at("title").text(), "" if own.casefold() == ONLY_ONE else own)
    return " – ".join(filter(None, names))


def _cost(part: Part, digits: Digits) -> Money | None:
    item = part.at("inventoryItem")
    cost = None if item.value is None else item.at("unitCost")
    return None if cost is None or cost.value is None else read_money(cost, digits)


def _stock(part: Part) -> int | None:
    """How many there are; None where nobody counts, or where it is sold without any left."""
    item = part.at("inventoryItem")
    counted = item.value is not None and item.at("tracked").value is True
    if not counted or part.at("inventoryPolicy").word() == SELLS_ON:
        return None
    return read_whole(part.at("inventoryQuantity"))


def _key(sku: str) -> str:
    return sku.strip().casefold()

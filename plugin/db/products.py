"""What a tenant's stores have of the goods on offer, as last told there."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select, type_coerce
from sqlalchemy.orm import Session

from plugin.db.sidebar_tables import ProductRow
from plugin.db.storable import storable, storable_key
from plugin.db.types import Instant
from plugin.db.upserts import upsert
from plugin.domain.money import Money
from plugin.ports import Product

READ_EVERY: Final = timedelta(hours=1)
LONGEST_SKU: Final = 200


class Products:
    """The goods on offer of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def is_due(self, connection_id: int, now: datetime) -> bool:
        """Whether it is time to read them (again); a store that sold none of them is asked at every sweep."""
        newest = select(type_coerce(func.max(ProductRow.as_of), Instant())).where(*self._of(connection_id))
        read_at = self._session.scalar(newest)
        return read_at is None or now - read_at >= READ_EVERY

    def keep(self, connection_id: int, found: Iterable[Product], now: datetime) -> None:
        """Remember what the store has now; what it told before, and does no more, is forgotten."""
        kept = {storable_key(one.sku, LONGEST_SKU): one for one in found}
        gone = ProductRow.sku.not_in(kept)
        self._session.execute(delete(ProductRow).where(*self._of(connection_id), gone))
        for sku, one in kept.items():
            values = {**_columns(one), "as_of": now}
            new = upsert(self._session, ProductRow).values(
                tenant_id=self._tenant_id, connection_id=connection_id, sku=sku, **values
            )
            self._session.execute(
                new.on_conflict_do_update(index_elements=["connection_id", "sku"], set_=values)
            )

    def by_sku(self) -> Mapping[str, Product]:
        """All of them; of a SKU that two stores have, the later word."""
        mine = select(ProductRow).where(ProductRow.tenant_id == self._tenant_id)
        rows = self._session.scalars(mine.order_by(ProductRow.as_of, ProductRow.id))
        return {row.sku: _product(row) for row in rows}

    def _of(self, connection_id: int) -> tuple[Any, ...]:
        return ProductRow.tenant_id == self._tenant_id, ProductRow.connection_id == connection_id


def _columns(one: Product) -> dict[str, Any]:
    """A product as kept; a cost in other money than the price says nothing of what is earned."""
    cost = one.unit_cost
    return {
        "title": storable(one.title),
        "price": one.price.minor,
        "currency": one.price.currency,
        "unit_cost": cost.minor if cost is not None and cost.currency == one.price.currency else None,
        "stock": one.stock,
    }


def _product(row: ProductRow) -> Product:
    cost = None if row.unit_cost is None else Money(row.unit_cost, row.currency)
    return Product(row.sku, row.title, Money(row.price, row.currency), cost, row.stock)

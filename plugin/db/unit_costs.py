"""What a piece of something costs a shop now, as its store last told."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from plugin.db.ledger_tables import UnitCostRow
from plugin.db.storable import storable, storable_key
from plugin.db.upserts import upsert
from plugin.domain.goods import UnitCost
from plugin.ports import ItemCost

STOCK = "item:"
"""How a unit's name begins that is only known as something in the stock."""


class UnitCosts:
    """The costs of one tenant's goods. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def of(self, connection_id: int, units: Collection[str], currency: str) -> dict[str, int | None]:
        """What these cost in minor units; None where the store does not tell, absent where it was not asked."""
        query = select(UnitCostRow).where(
            UnitCostRow.tenant_id == self._tenant_id,
            UnitCostRow.connection_id == connection_id,
            UnitCostRow.unit.in_([storable_key(unit, 100) for unit in units]),
        )
        rows = self._session.scalars(query) if units else ()
        return {row.unit: row.cost if row.currency == currency else None for row in rows}

    def of_skus(self, connection_id: int, skus: Collection[str], currency: str) -> dict[str, int]:
        """What goods of these SKUs cost, where it was told of them by SKU alone."""
        query = select(UnitCostRow).where(
            UnitCostRow.tenant_id == self._tenant_id,
            UnitCostRow.connection_id == connection_id,
            UnitCostRow.unit.startswith(STOCK),
            UnitCostRow.sku.in_(skus),
        )
        rows = self._session.scalars(query) if skus else ()
        return {row.sku: row.cost for row in rows if row.cost is not None and row.currency == currency}

    def keep(
        self,
        connection_id: int,
        asked: Iterable[str],
        found: Iterable[UnitCost],
        currency: str,
        now: datetime,
    ) -> None:
        """Keep what the store answered; of whatever it knows nothing, that is kept too."""
        told = {storable_key(one.unit, 100): one for one in found}
        for unit in dict.fromkeys(storable_key(one, 100) for one in asked):
            one = told.get(unit)
            cost = None if one is None or one.cost is None else one.cost
            values = {
                "item": None if one is None else one.item,
                "sku": "" if one is None else storable(one.sku, 200),
                "cost": None if cost is None else cost.minor,
                "currency": currency if cost is None else cost.currency,
                "as_of": now,
            }
            row = upsert(self._session, UnitCostRow).values(
                tenant_id=self._tenant_id, connection_id=connection_id, unit=unit, **values
            )
            self._session.execute(
                row.on_conflict_do_update(index_elements=["connection_id", "unit"], set_=values)
            )

    def changed(self, connection_id: int, news: ItemCost, currency: str, now: datetime) -> None:
        """Something in the stock costs something else now; kept by its SKU too, for goods nobody has asked about."""
        cost = None if news.cost is None else news.cost.minor
        values = {
            "cost": cost,
            "currency": currency if news.cost is None else news.cost.currency,
            "as_of": now,
        }
        ours = update(UnitCostRow).where(
            UnitCostRow.tenant_id == self._tenant_id,
            UnitCostRow.connection_id == connection_id,
            UnitCostRow.item == news.item,
        )
        self._session.execute(ours.values(**values))
        row = upsert(self._session, UnitCostRow).values(
            tenant_id=self._tenant_id,
            connection_id=connection_id,
            unit=f"{STOCK}{news.item}",
            item=news.item,
            sku=storable(news.sku, 200),
            **values,
        )
        self._session.execute(
            row.on_conflict_do_update(
                index_elements=["connection_id", "unit"], set_={**values, "sku": row.excluded.sku}
            )
        )

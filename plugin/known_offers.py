"""What is known of the goods on offer and of what became of offers, read when rules choose among them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select

from plugin.db.engine import Database
from plugin.db.offer_answers import OfferAnswers
from plugin.db.sidebar_tables import ProductRow
from plugin.domain.judging import Playbook
from plugin.domain.money import Money
from plugin.domain.offers import Answers
from plugin.ports import Product


@dataclass(frozen=True)
class KnownOffers:
    """One tenant's goods and answers, each read in a transaction of its own."""

    database: Database
    tenant_id: int

    def products(self) -> Mapping[str, Product]:
        """What the stores told of the goods on offer, by SKU; of a SKU that two stores have, the later word."""
        mine = select(ProductRow).where(ProductRow.tenant_id == self.tenant_id)
        with self.database.read() as session:
            rows = session.scalars(mine.order_by(ProductRow.as_of, ProductRow.id))
            return {row.sku: _product(row) for row in rows}

    def answers(self) -> Answers:
        """How often each offer was taken, and how often declined."""
        with self.database.read() as session:
            return OfferAnswers(session, self.tenant_id).counts()


def with_offers(playbook: Playbook, database: Database, tenant_id: int) -> Playbook:
    """The playbook with what is known of its offers; nothing is read before rules choose."""
    known = KnownOffers(database, tenant_id)
    return replace(playbook, products=known.products, answers=known.answers)


def _product(row: ProductRow) -> Product:
    cost = None if row.unit_cost is None else Money(row.unit_cost, row.currency)
    return Product(row.sku, row.title, Money(row.price, row.currency), cost, row.stock)

"""What is known of the goods on offer and of what became of offers, read when rules choose among them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from plugin.db.engine import Database
from plugin.db.offer_answers import OfferAnswers
from plugin.db.products import Products
from plugin.domain.judging import Playbook
from plugin.domain.offers import Answers
from plugin.ports import Product


@dataclass(frozen=True)
class KnownOffers:
    """One tenant's goods and answers, each read in a transaction of its own."""

    database: Database
    tenant_id: int

    def products(self) -> Mapping[str, Product]:
        """What the stores told of the goods on offer, by SKU; of a SKU that two stores have, the later word."""
        with self.database.read() as session:
            return Products(session, self.tenant_id).by_sku()

    def answers(self) -> Answers:
        """How often each offer was taken, and how often declined."""
        with self.database.read() as session:
            return OfferAnswers(session, self.tenant_id).counts()


def with_offers(playbook: Playbook, database: Database, tenant_id: int) -> Playbook:
    """The playbook with what is known of its offers; nothing is read before rules choose."""
    known = KnownOffers(database, tenant_id)
    return replace(playbook, products=known.products, answers=known.answers)

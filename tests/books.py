"""Books written by hand: a tenant with a helpdesk and a store, its orders, credits and ledger entries."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, NamedTuple

from plugin.db.audit import Audit
from plugin.db.disputes import Disputes
from plugin.db.engine import Database
from plugin.db.ledger_tables import CreditRow, LedgerRow, OrderRow
from plugin.db.periods import ClosedMonth, Periods
from plugin.domain.periods import period_of
from plugin.ports import Connection
from plugin.statements import StatementBook, Terms
from tests.conftest import NOW
from tests.fakes import World

ANA, BEN = "ana@shop.example", "ben@shop.example"
NOVEMBER = datetime(2026, 11, 10, 15, tzinfo=UTC)
TENTH = NOVEMBER.date()
DECEMBER = datetime(2026, 12, 3, 9, tzinfo=UTC)


class Deed(NamedTuple):
    """What the audit log says that somebody did."""

    action: str
    actor: str
    details: dict[str, Any]


@dataclass
class Books:
    """The money tables of one tenant of a world, filled row by row; every row that is not spoken of is plausible."""

    world: World
    numbers: "count[int]" = field(default_factory=lambda: count(1001))

    @property
    def database(self) -> Database:
        return self.world.database

    @property
    def desk(self) -> Connection:
        return self.world.connection

    def order(self, net: int = 11_320, **more: Any) -> int:
        """An order that was paid on 10 November; the key of its row."""
        number = next(self.numbers)
        values: dict[str, Any] = {
            "tenant_id": self.desk.tenant_id,
            "connection_id": self.desk.id,
            "order_id": f"9{number}",
            "name": f"#{number}",
            "email": "ann@example.com",
            "placed_at": NOVEMBER,
            "updated_at": NOVEMBER,
            "currency": "USD",
            "net": net,
            "refunded": 0,
            "counts": True,
            "test": False,
            "document": {},
            "costs": {},
            "kept_at": NOVEMBER,
        }
        return self._add(OrderRow(**{**values, **more}))

    def credit(self, order: int, agent: str = ANA, net: int = 11_320, **more: Any) -> int:
        """A credit for a code that was sent in ticket 5158; its key."""
        values: dict[str, Any] = {
            "tenant_id": self.desk.tenant_id,
            "order_key": order,
            "key": f"{agent}:ana10",
            "agent": agent,
            "kind": "revenue.coupon",
            "grade": "direct",
            "code": "ANA10",
            "net": net,
            "currency": "USD",
            "counts": True,
            "at": NOVEMBER,
            "connection_id": self.desk.id,
            "helpdesk": self.desk.vendor,
            "ticket_id": "5158",
            "channel": "email",
            "evidence": ["code ANA10 sent in ticket 5158"],
            "rivals": [],
            "rule_version": 1,
            "window_days": 30,
            "state": "pending",
            "held": "",
        }
        return self._add(CreditRow(**{**values, **more}))

    def entry(self, kind: str, amount: int, on: date = TENTH, **more: Any) -> int:
        """A ledger entry of the month of its day, in cents of the statement's currency; its number."""
        source = f"test:{next(self.numbers)}"
        values: dict[str, Any] = {
            "tenant_id": self.desk.tenant_id,
            "kind": kind,
            "amount": amount,
            "currency": "USD",
            "occurred_on": on,
            "period": period_of(on),
            "subject": "test",
            "line": source,
            "source": source,
            "posted_at": NOVEMBER,
        }
        return self._add(LedgerRow(**{**values, **more}))

    def sale(self, agent: str = ANA, **more: Any) -> tuple[int, int]:
        """The worked example of a sale: 113.20 for a code of Ana's, goods 41.00, commission 7.92; order and credit."""
        order = self.order()
        credit = self.credit(order, agent, **more)
        shared: dict[str, Any] = {
            "agent": agent,
            "order_key": order,
            "credit_id": credit,
            "ticket_id": "5158",
        }
        for kind, amount in (("revenue.coupon", 11_320), ("cogs", -4_100), ("cost.commission", -792)):
            self.entry(kind, amount, **shared)
        return order, credit

    def contest(self, credit: int, reason: str, by: str = ANA) -> None:
        """Somebody contests a credit."""
        with self.database.write() as session:
            Disputes(session, self.desk.tenant_id).contest(credit, by, reason, NOVEMBER)

    def close(
        self, month: str = "2026-11", by: str = "mia", zone: str = "UTC", **document: Any
    ) -> ClosedMonth:
        """Somebody closes a month in December, with its statement or with this document in its place."""
        terms = Terms("USD", zone)
        with self.database.write() as session:
            periods = Periods(session, self.desk.tenant_id)
            if document:
                return periods.close(month, zone, by, lambda: document, DECEMBER)
            StatementBook(session, self.desk.tenant_id, terms).close(month, by, DECEMBER)
            kept = periods.find(month)
            assert kept is not None
            return kept

    def audited(self) -> list[Deed]:
        """What stands in the audit log, newest first."""
        with self.database.read() as session:
            deeds = Audit(session, self.desk.tenant_id).latest(100)
            return [Deed(deed.action, deed.actor, deed.details) for deed in deeds]

    def row(self, table: type[Any], key: int) -> Any:
        """A row as it stands now."""
        with self.database.read() as session:
            found = session.get_one(table, key)
            session.expunge(found)
            return found

    def _add(self, row: Any) -> int:
        with self.database.write() as session:
            session.add(row)
            session.flush()
            key: int = row.id
            return key


def books(database: Database) -> Books:
    """A tenant of this database, whose clock stands at NOW (23 November)."""
    made = Books(World(database))
    assert made.world.clock() == NOW
    return made

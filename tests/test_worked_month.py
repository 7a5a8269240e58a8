"""The worked month of docs/statement.md: computed by hand in a spreadsheet, and the same to the cent by the product."""

import ast
import csv
import operator
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from plugin.currencies import digits
from plugin.db.agents import Agents
from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.db.ledger_tables import LedgerRow, OrderRow
from plugin.db.periods import Periods
from plugin.db.statements import Statements
from plugin.domain.facts import Message, Person
from plugin.domain.money import Money, money
from plugin.domain.sales import Refund, SoldLine, UsedCode
from plugin.domain.statement import statement
from plugin.monthly_costs import bring_costs_up_to_date
from plugin.ports import Agent, Connection, UnitCost
from plugin.worker.order_hints import look_again
from tests.fake_store import FakeStore, connect_store, order, tell_order, tell_refund
from tests.fakes import World, ticket
from tests.worker_steps import work_all

SHEET = Path(__file__).parents[1] / "docs" / "statement" / "worked-month.csv"
ANA, BEN = "ana@shop.example", "ben@shop.example"
ZONE = "America/New_York"
SETTINGS: dict[str, Any] = {
    "currency": "USD",
    "timezone": ZONE,
    "agents": [
        {"email": ANA, "coupon": "ANA10", "coupon_share": "0.10", "commission": "0.07"},
        {"email": BEN, "coupon": "BEN10", "coupon_share": "0.10", "commission": "0.05"},
    ],
    "costs": {
        "refund_share": [{"from": "2022-01", "share": "0.10", "base": "amount"}],
        "platform_monthly": [{"from": "2026-10", "amount": "900.00"}],
        "staff_monthly": [
            {"agent": ANA, "from": "2026-10", "amount": "4000.00"},
            {"agent": BEN, "from": "2026-10", "amount": "3800.00"},
        ],
    },
    "fx": [{"from": "2026-10-01", "EUR": "1.0823"}],
}
OPERATORS: Mapping[type[ast.AST], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
Key = tuple[str, str, str, str, int]


def on(month: int, day: int) -> datetime:
    """Noon in New York, more or less."""
    return datetime(2026, month, day, 16, tzinfo=UTC)


def computed(text: str) -> Decimal:
    """What a calculation of the spreadsheet comes to, rounded once."""
    source = text if text[0] != "-" else f"0{text}"
    return _value(ast.parse(source, mode="eval").body, source).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def _value(node: ast.AST, text: str) -> Decimal:
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](_value(node.left, text), _value(node.right, text))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, text)
    assert isinstance(node, ast.Constant)
    return Decimal(ast.get_source_segment(text, node) or "")


def rows() -> list[dict[str, str]]:
    with SHEET.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cents(text: str) -> int:
    return money(text, "USD", digits).minor


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['#']}-{row['kind']}-{row['agent'] or 'all'}")
def test_the_spreadsheets_amounts_are_what_its_calculations_say(row: dict[str, str]) -> None:
    assert computed(row["calculation"]) == Decimal(row["amount"])


def by_hand() -> Counter[Key]:
    return Counter(
        (row["month"], row["kind"], row["agent"], row["order"], cents(row["amount"])) for row in rows()
    )


class Month:
    """October and November 2026 of a shop with two stores, as they happened."""

    def __init__(self, database: Database) -> None:
        self.world = World(database)
        self.world.clock.at = on(10, 1)
        self.world.settings(SETTINGS)
        belt = UnitCost("501", None, "BELT-1", Money(4_100, "USD"))
        scarf = UnitCost("502", None, "SCARF-1", Money(2_200, "USD"))
        lamp = UnitCost("503", None, "LAMP-1", Money(3_000, "EUR"))
        self.dollars = self._store("shop", "USD", belt, scarf)
        self.euros = self._store("laden", "EUR", lamp)
        with database.write() as session:
            staff = [Agent("55", ANA, "Ana"), Agent("66", BEN, "Ben")]
            Agents(session, self.world.connection.tenant_id).keep(self.world.connection.id, staff, on(10, 1))
        self._happen()

    def _store(self, name: str, currency: str, *costs: UnitCost) -> Connection:
        store = connect_store(
            self.world, FakeStore(name, costs={one.unit: one for one in costs}), f"acme-{name}"
        )
        with self.world.database.write() as session:
            Connections(session, self.world.vault).note(store.id, {"currency": currency, "timezone": ZONE})
        return store

    def _happen(self) -> None:
        self._answer("5158", "ann@example.com", ("55", "Use ANA10, Ann", on(10, 4)))
        self._buy(self.dollars, "1001", on(10, 5), 11_320, "501", "ann@example.com", "ANA10")
        kim = ("66", "or BEN10, Kim", on(10, 11)), ("55", "Use ANA10", on(10, 10))
        self._answer("5160", "kim@example.com", *kim)
        self._buy(self.euros, "2001", on(10, 12), 8_001, "503", "kim@example.com", "ANA10", "BEN10")
        self._buy(self.dollars, "1002", on(10, 20), 6_000, "502", "lee@example.com", "BEN10")
        self._accept("#1002", on(10, 25))
        self._refund(on(10, 28), Refund("r1", on(10, 28), 5_000, 5_000))
        self.close(on(11, 2))
        self._refund(on(11, 3), Refund("r2", on(10, 30), 6_320, 6_320))
        self._costs(on(11, 3))

    def _answer(self, number: str, email: str, *said: tuple[str, str, datetime]) -> None:
        asked = ticket(number, "which one?", requester=Person("7", "", email))
        words = tuple(
            Message(str(n), author, False, True, text, at) for n, (author, text, at) in enumerate(said, 2)
        )
        self.world.helpdesk.tickets[number] = replace(asked, messages=(*asked.messages, *words))
        self.world.hint(number)
        work_all(self.world)

    def _buy(
        self, store: Connection, number: str, at: datetime, net: int, unit: str, email: str, *codes: str
    ) -> None:
        self.world.clock.at = at
        one = order(
            number, currency="USD" if store is self.dollars else "EUR", placed_at=at, updated_at=at, email=email,
            customer_id=None, lines=(SoldLine("1", unit, unit, unit, 1, 1, net),),
            codes=tuple(UsedCode(code, 0) for code in codes),
        )  # fmt: skip
        tell_order(self.world, store, one)
        work_all(self.world)

    def _refund(self, told_at: datetime, refund: Refund) -> None:
        self.world.clock.at = told_at
        tell_refund(self.world, self.dollars, "1001", refund)
        work_all(self.world)

    def _accept(self, name: str, at: datetime) -> None:
        self.world.clock.at = at
        with self.world.database.write() as session:
            row = session.scalars(select(OrderRow).where(OrderRow.name == name)).one()
            row.ruling = {"accepted": ["ben10"], "by": "a manager", "reason": "told on the phone"}
            look_again(session, [row], at)
        work_all(self.world)

    def _costs(self, at: datetime) -> None:
        shop = self.world.shop
        bring_costs_up_to_date(
            shop.database, shop.vault, shop.views, shop.stores, self.world.connection.tenant_id, at
        )

    def close(self, at: datetime) -> None:
        """Close October."""
        self.world.clock.at = at
        self._costs(at)
        with self.world.database.write() as session:
            Periods(session, self.world.connection.tenant_id).close("2026-10", ZONE, "a manager", dict, at)

    def entries(self) -> Counter[Key]:
        """The whole ledger, as the spreadsheet tells it."""
        with self.world.database.read() as session:
            found = session.scalars(select(LedgerRow)).all()
            return Counter(
                (one.period, one.kind, one.agent or "", one.order_name or "", one.amount) for one in found
            )


@pytest.fixture
def month(database: Database) -> Month:
    """The two months, lived through."""
    return Month(database)


def test_every_entry_of_the_spreadsheet_stands_in_the_ledger_and_no_other(month: Month) -> None:
    assert month.entries() == by_hand()


def test_the_statement_of_each_month_is_the_spreadsheets_sum(month: Month) -> None:
    for period in ("2026-10", "2026-11"):
        with month.world.database.read() as session:
            sums = Statements(session, month.world.connection.tenant_id).sums(period)
        told = statement(period, "USD", ZONE, sums)
        wanted = sum(amount * count for (of, *_, amount), count in by_hand().items() if of == period)
        assert told.total.profit == wanted
        assert sum(line.amount for line in told.lines) == wanted


def test_what_came_late_says_where_it_belongs(month: Month) -> None:
    with month.world.database.read() as session:
        late = Statements(session, month.world.connection.tenant_id).came_late_for("2026-10", "USD")
    assert [(one.month, one.amount, one.entries) for one in late] == [
        ("2026-11", cents("-63.20") + cents("22.89") + cents("4.42") + cents("-6.32"), 4)
    ]

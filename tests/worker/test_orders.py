"""From a store's delivery to the ledger: the real worker, on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from plugin.db.agents import Agents
from plugin.db.engine import Database
from plugin.db.ledger_tables import CreditRow, LedgerRow, OrderRow
from plugin.db.tables import DeliveryRow
from plugin.domain.facts import Message
from plugin.domain.money import Money
from plugin.domain.sales import Refund
from plugin.ports import Agent, Connection, TemporaryError, UnitCost
from tests.conftest import NOW
from tests.fake_store import (
    FakeStore,
    connect_store,
    customer,
    order,
    sweep,
    tell_cost,
    tell_order,
    tell_refund,
)
from tests.fakes import World, ticket
from tests.worker_steps import work_all

ANA = "ana@shop.example"
SETTINGS: dict[str, Any] = {
    "currency": "USD",
    "timezone": "UTC",
    "agents": [{"email": ANA, "coupon": "ANA10", "coupon_share": "0.10", "commission": "0.07"}],
    "costs": {"refund_share": [{"from": "2022-01", "share": "0.10", "base": "amount"}]},
}
SALE: dict[str, Any] = {"net": 11_320, "code": "ANA10"}


@pytest.fixture
def world(database: Database) -> World:
    """One tenant with Ana, who sells with ANA10, and a store that knows what a belt costs."""
    made = World(database)
    made.settings(SETTINGS)
    with database.write() as session:
        Agents(session, made.connection.tenant_id).keep(made.connection.id, [Agent("55", ANA, "Ana")], NOW)
    return made


@pytest.fixture
def store(world: World) -> Connection:
    """A store that knows Ann, and what a belt costs."""
    known = customer()
    return connect_store(
        world,
        FakeStore(customers=[known], costs={"501": UnitCost("501", "801", "BELT-1", Money(4_100, "USD"))}),
    )


def says(text: str, at: Any = NOW, number: str = "2", author: str = "55") -> Message:
    """What an agent writes to the customer."""
    return Message(number, author, False, True, text, at)


def helped(world: World, text: str = "Use ANA10, Ann", at: Any = NOW - timedelta(days=1)) -> None:
    """Ana has answered Ann's ticket 5158."""
    asked = ticket("5158", "which belt?")
    world.helpdesk.tickets["5158"] = replace(asked, messages=(*asked.messages, says(text, at)))
    world.hint("5158")
    work_all(world)


def sums(world: World) -> dict[str, int]:
    with world.database.read() as session:
        query = select(LedgerRow.kind, func.sum(LedgerRow.amount)).group_by(LedgerRow.kind)
        return {kind: int(total) for kind, total in session.execute(query) if total}


def entries(world: World) -> list[LedgerRow]:
    with world.database.read() as session:
        rows = list(session.scalars(select(LedgerRow).order_by(LedgerRow.id)))
        session.expunge_all()
    return rows


def credit(world: World) -> CreditRow:
    with world.database.read() as session:
        row = session.scalars(select(CreditRow)).one()
        session.expunge_all()
    return row


def order_row(world: World) -> OrderRow:
    with world.database.read() as session:
        row = session.scalars(select(OrderRow)).one()
        session.expunge_all()
    return row


def test_a_code_sent_in_a_ticket_brings_revenue_cost_and_commission(world: World, store: Connection) -> None:
    helped(world)
    tell_order(world, store, order(**SALE))
    work_all(world)
    assert sums(world) == {"revenue.coupon": 11_320, "cogs": -4_100, "cost.commission": -792}
    assert credit(world).grade == "direct"
    assert credit(world).evidence == ["code ANA10 sent in ticket 5158"]


def test_an_entry_names_agent_ticket_order_and_month(world: World, store: Connection) -> None:
    helped(world)
    tell_order(world, store, order(**SALE))
    work_all(world)
    entry = next(one for one in entries(world) if one.kind == "revenue.coupon")
    assert (entry.agent, entry.ticket_id, entry.order_name, entry.period) == (ANA, "5158", "#9001", "2026-11")
    assert entry.credit_id == credit(world).id


def test_a_code_without_any_ticket_is_in_no_sum(world: World, store: Connection) -> None:
    tell_order(world, store, order(**SALE))
    work_all(world)
    assert sums(world) == {}
    assert (credit(world).grade, credit(world).net, credit(world).counts) == ("unproven", 11_320, False)


def test_a_ticket_read_after_the_order_proves_its_code(world: World, store: Connection) -> None:
    tell_order(world, store, order(**SALE))
    work_all(world)
    helped(world)
    assert sums(world)["revenue.coupon"] == 11_320
    assert credit(world).grade == "direct"


def test_the_same_delivery_twice_adds_nothing(world: World, store: Connection) -> None:
    helped(world)
    for _ in range(2):
        tell_order(world, store, order(**SALE))
        work_all(world)
    assert len(entries(world)) == 3


def test_an_older_state_changes_nothing(world: World, store: Connection) -> None:
    helped(world)
    tell_order(world, store, order(**SALE))
    work_all(world)
    tell_order(
        world, store, order(net=1, code="ANA10", updated_at=NOW - timedelta(hours=1), status="pending")
    )
    work_all(world)
    assert sums(world)["revenue.coupon"] == 11_320


def test_a_full_refund_leaves_nothing_but_its_share(world: World, store: Connection) -> None:
    helped(world)
    tell_order(world, store, order(**SALE))
    work_all(world)
    tell_refund(world, store, "9001", Refund("r1", NOW, 5_000, 5_000))
    work_all(world)
    tell_refund(world, store, "9001", Refund("r2", NOW, 6_320, 6_320))
    work_all(world)
    assert sums(world) == {"cost.refund_share": -1_132}


def test_a_refund_that_comes_before_its_order_waits_for_it(world: World, store: Connection) -> None:
    helped(world)
    tell_refund(world, store, "9001", Refund("r1", NOW, 11_320, 11_320))
    work_all(world)
    tell_order(world, store, order(**SALE))
    work_all(world)
    assert sums(world) == {"cost.refund_share": -1_132}


def test_an_order_that_is_not_paid_yet_is_in_no_sum(world: World, store: Connection) -> None:
    helped(world)
    tell_order(world, store, order(**SALE, status="pending"))
    work_all(world)
    assert sums(world) == {}
    tell_order(world, store, order(**SALE, updated_at=NOW + timedelta(hours=1)))
    work_all(world)
    assert sums(world)["revenue.coupon"] == 11_320


def test_a_test_order_is_in_no_sum(world: World, store: Connection) -> None:
    helped(world)
    tell_order(world, store, order(**SALE, test=True))
    work_all(world)
    assert sums(world) == {}


def test_a_cancelled_order_that_never_left_the_house_costs_nothing(world: World, store: Connection) -> None:
    helped(world)
    tell_order(world, store, order(**SALE))
    work_all(world)
    gone = order(**SALE, status="refunded", cancelled_at=NOW, updated_at=NOW + timedelta(hours=1),
                 refunds=(Refund("r1", NOW, 11_320, 11_320),))  # fmt: skip
    tell_order(world, store, gone)
    work_all(world)
    assert sums(world) == {}


def test_a_sale_does_not_wait_for_what_its_goods_cost(world: World, store: Connection) -> None:
    fake = world.stores["shop"]
    assert isinstance(fake, FakeStore)
    helped(world)

    def silent() -> None:
        raise TemporaryError("the shop is silent")

    tell_order(world, store, order(**SALE))
    fake.fail = silent
    work_all(world)
    assert sums(world) == {"revenue.coupon": 11_320, "cost.commission": -792}
    fake.fail = lambda: None
    world.clock.move(minutes=20)
    work_all(world)
    assert sums(world)["cogs"] == -4_100


def test_a_cost_that_becomes_known_later_mends_the_sale(world: World, store: Connection) -> None:
    fake = world.stores["shop"]
    assert isinstance(fake, FakeStore)
    fake.costs["501"] = UnitCost("501", "801", "BELT-1", None)
    helped(world)
    tell_order(world, store, order(**SALE))
    work_all(world)
    assert order_row(world).cost_state == "unknown"
    tell_cost(world, store, "801", "BELT-1", Money(4_000, "USD"))
    work_all(world)
    assert sums(world)["cogs"] == -4_000
    assert order_row(world).cost_state == "known"


def test_a_cost_that_changes_later_leaves_old_sales_alone(world: World, store: Connection) -> None:
    helped(world)
    tell_order(world, store, order(**SALE))
    work_all(world)
    tell_cost(world, store, "801", "BELT-1", Money(9_900, "USD"))
    work_all(world)
    tell_order(world, store, order(**SALE, updated_at=NOW + timedelta(hours=2)))
    work_all(world)
    assert sums(world)["cogs"] == -4_100


def test_the_default_share_stands_for_a_cost_that_nobody_tells(world: World, store: Connection) -> None:
    world.settings({**SETTINGS, "costs": {"default_cost_share": "0.40"}})
    fake = world.stores["shop"]
    assert isinstance(fake, FakeStore)
    fake.costs.clear()
    helped(world)
    tell_order(world, store, order(**SALE))
    work_all(world)
    assert sums(world)["cogs"] == -4_528
    assert order_row(world).cost_state == "estimated"


def test_without_a_rate_the_order_waits_and_says_so(world: World, store: Connection) -> None:
    helped(world)
    tell_order(world, store, order(**SALE, currency="EUR"))
    work_all(world)
    assert sums(world) == {}
    assert order_row(world).waiting == "no rate for EUR on 2026-11-23"


def test_a_rate_that_is_added_brings_the_order_in(world: World, store: Connection) -> None:
    helped(world)
    tell_order(world, store, order(**SALE, currency="EUR"))
    work_all(world)
    world.settings({**SETTINGS, "fx": [{"from": "2026-11-01", "EUR": "1.10"}]})
    sweep(world, store)
    work_all(world)
    assert sums(world)["revenue.coupon"] == 12_452
    assert order_row(world).waiting == ""


def test_what_cannot_be_read_is_kept_and_the_rest_goes_on(world: World, store: Connection) -> None:
    helped(world)
    tell_order(world, store, order(**SALE))
    with world.database.write() as session:
        wrong = DeliveryRow(
            tenant_id=store.tenant_id, connection_id=store.id, source="shop", topic="orders/updated",
            resource="order:9001", state="pending", headers={}, body=b"?", received_at=NOW, blocked=False,
        )  # fmt: skip
        session.add(wrong)
    work_all(world)
    with world.database.read() as session:
        states = set(session.execute(select(DeliveryRow.state, DeliveryRow.body)).all())
    assert ("unreadable", b"?") in states
    assert sums(world)["revenue.coupon"] == 11_320


def test_the_sweep_brings_in_what_no_webhook_told(world: World, store: Connection) -> None:
    helped(world)
    fake = world.stores["shop"]
    assert isinstance(fake, FakeStore)
    fake.sold = {str(number): order(str(number), **SALE) for number in range(9001, 9006)}
    sweep(world, store)
    work_all(world)
    assert sums(world)["revenue.coupon"] == 5 * 11_320
    sweep(world, store)
    work_all(world)
    assert sums(world)["revenue.coupon"] == 5 * 11_320


def test_an_order_of_somebody_else_is_not_proven_by_this_customers_ticket(
    world: World, store: Connection
) -> None:
    helped(world)
    tell_order(world, store, order(**SALE, email="ben@example.com", customer_id="2"))
    work_all(world)
    assert credit(world).grade == "unproven"


def test_a_code_sent_to_one_customer_proves_nothing_of_another_read_on_the_same_page(
    world: World, store: Connection
) -> None:
    helped(world)
    fake = world.stores["shop"]
    assert isinstance(fake, FakeStore)
    fake.page = 10
    fake.sold = {"1": order("1", **SALE), "2": order("2", **SALE, email="ben@example.com", customer_id="2")}
    sweep(world, store)
    work_all(world)
    assert sums(world)["revenue.coupon"] == 11_320

"""The watch for leaks, from the store's deliveries to the commission that cannot be approved; on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select

from plugin.coupon_deeds import release
from plugin.db.agents import Agents
from plugin.db.audit import Audit
from plugin.db.commissions import Commissions
from plugin.db.coupons import Coupons
from plugin.db.engine import Database
from plugin.db.ledger_tables import CouponRow, CreditRow, OrderRow
from plugin.domain.facts import Message
from plugin.domain.sales import StoreOrder
from plugin.ports import Agent, Connection
from tests.conftest import NOW
from tests.fake_store import FakeStore, connect_store, order, tell_order
from tests.fakes import World, ticket
from tests.worker_steps import work_all

ANA = "ana@shop.example"
AGENTS = [{"email": ANA, "coupon": "ANA10", "coupon_share": "0.10", "commission": "0.07"}]


@pytest.fixture
def world(database: Database) -> World:
    """One tenant with Ana, who sells with ANA10."""
    made = World(database)
    made.settings({"currency": "USD", "timezone": "UTC", "agents": AGENTS})
    with database.write() as session:
        Agents(session, made.connection.tenant_id).keep(made.connection.id, [Agent("55", ANA, "Ana")], NOW)
    return made


@pytest.fixture
def store(world: World) -> Connection:
    """A store without customers."""
    return connect_store(world, FakeStore())


def bought(number: int, minutes: float = 0, **more: Any) -> StoreOrder:
    """An order of a new customer of its own with Ana's code, so many minutes after noon."""
    values: dict[str, Any] = {
        "code": "ana10",
        "email": f"{number}@example.com",
        "customer_id": str(number),
        "new_customer": True,
        "placed_at": NOW + timedelta(minutes=minutes),
    }
    return order(str(number), **{**values, **more})


def tell(world: World, store: Connection, *orders: StoreOrder) -> None:
    """The store says so, one after the other, and all of it is worked."""
    for one in orders:
        tell_order(world, store, one)
        work_all(world)


def coupon(world: World) -> CouponRow:
    with world.database.read() as session:
        row = Coupons(session, world.connection.tenant_id).all()[0]
        session.expunge_all()
    return row


def held_orders(world: World) -> set[str]:
    """The orders whose commission is held back."""
    with world.database.read() as session:
        held = select(OrderRow.order_id).join(CreditRow, CreditRow.order_key == OrderRow.id)
        return set(session.scalars(held.where(CreditRow.held != "")))


def holds(world: World) -> list[str]:
    """What the audit log says of codes that were held."""
    with world.database.read() as session:
        deeds = Audit(session, world.connection.tenant_id).latest(50)
        return [f"{deed.actor}: {deed.details['text']}" for deed in deeds if deed.action == "coupon_held"]


LEAK = (bought(9001), bought(9002, 20), bought(9003, 59))


def test_three_new_customers_within_an_hour_have_the_code_held(world: World, store: Connection) -> None:
    tell(world, store, *LEAK)
    row = coupon(world)
    assert row.held.startswith("3 new customers used it within an hour")
    assert row.held.endswith("#9001, #9002, #9003")
    assert row.held_at == NOW
    assert holds(world) == [f"Marginalia: {row.held}"]


def test_the_commission_of_all_that_gave_the_suspicion_and_came_after_is_held(
    world: World, store: Connection
) -> None:
    tell(world, store, bought(9000, -90), *LEAK, bought(9004, 900))
    assert held_orders(world) == {"9001", "9002", "9003", "9004"}


def test_two_new_customers_are_no_leak(world: World, store: Connection) -> None:
    tell(world, store, *LEAK[:2])
    assert (coupon(world).held, held_orders(world)) == ("", set())


@pytest.mark.parametrize("change", [{"new_customer": False}, {"email": None, "customer_id": None}])
def test_whoever_bought_before_or_cannot_be_told_is_no_stranger(
    world: World, store: Connection, change: dict[str, Any]
) -> None:
    tell(world, store, *LEAK[:2], bought(9003, 59, **change))
    assert coupon(world).held == ""


@pytest.mark.parametrize(("earlier", "held"), [(True, False), (False, True)])
def test_where_the_store_does_not_say_who_is_new_the_orders_known_here_do(
    world: World, store: Connection, earlier: bool, held: bool
) -> None:
    unsaid = [replace(one, new_customer=None) for one in LEAK]
    before = bought(8000, -10_000, email="9002@example.com", customer_id="9002", code=None)
    tell(world, store, *([before] if earlier else []), *unsaid)
    assert bool(coupon(world).held) is held


def test_an_order_from_a_coupon_site_is_enough(world: World, store: Connection) -> None:
    tell(world, store, bought(9001, referrer="https://www.retailmenot.com/view/acme"))
    assert "from retailmenot.com" in coupon(world).held
    assert held_orders(world) == {"9001"}


def test_a_single_use_code_is_not_watched(world: World, store: Connection) -> None:
    tell(world, store, *(replace(one, codes=order(code="ANA10-BCDFGHJ").codes) for one in LEAK))
    assert coupon(world).held == ""


def test_a_customer_whom_a_ticket_explains_is_no_stranger(world: World, store: Connection) -> None:
    asked = ticket("5158", "which belt?")
    asked = replace(asked, requester=replace(asked.requester, email="9002@example.com"))
    said = Message("2", "55", False, True, "Use ANA10", NOW - timedelta(hours=1))
    world.helpdesk.tickets["5158"] = replace(asked, messages=(*asked.messages, said))
    world.hint("5158")
    work_all(world)
    tell(world, store, *LEAK)
    assert coupon(world).held == ""


@pytest.mark.parametrize("way", list(permutations(range(4)))[::5])
def test_however_the_orders_come_the_same_is_held(
    world: World, store: Connection, way: tuple[int, ...]
) -> None:
    every = (*LEAK, bought(9004, 30))
    tell(world, store, *(every[one] for one in way))
    assert coupon(world).held_at == NOW
    assert len(held_orders(world)) == 4


def commissions(world: World, at: datetime) -> tuple[list[int], dict[int, str]]:
    """Approve all commissions, the oldest credit being number 0: which could be, and why the others could not."""
    with world.database.write() as session:
        ids = list(session.scalars(select(CreditRow.id).order_by(CreditRow.at)))
        outcome = Commissions(session, world.connection.tenant_id).approve(ids, "mia", at)
        done = [ids.index(number) for number in outcome.done]
        return done, {ids.index(number): why for number, why in outcome.refused.items()}


def proven(world: World, store: Connection) -> None:
    """A leak, and then an order of somebody to whom Ana sent the code."""
    tell(world, store, *LEAK)
    asked = ticket("5158", "which belt?")
    said = Message("2", "55", False, True, "Use ANA10", NOW)
    world.helpdesk.tickets["5158"] = replace(asked, messages=(*asked.messages, said))
    world.hint("5158")
    work_all(world)
    tell(world, store, bought(9005, 100, email="ann@example.com", new_customer=False))


def test_a_commission_of_a_held_code_cannot_be_approved(world: World, store: Connection) -> None:
    proven(world, store)
    done, refused = commissions(world, NOW + timedelta(days=60))
    assert (done, refused[3]) == ([], "held")


def test_releasing_lets_it_be_approved(world: World, store: Connection) -> None:
    proven(world, store)
    with world.database.write() as session:
        assert release(session, store.tenant_id, coupon(world).id, "mia", "all friends of Ana", world.clock())
    work_all(world)
    assert held_orders(world) == set()
    assert commissions(world, NOW + timedelta(days=60))[0] == [3]


def test_orders_of_weeks_ago_are_no_leak_that_could_be_stopped(world: World, store: Connection) -> None:
    world.clock.move(days=15)
    tell(world, store, *LEAK)
    assert (coupon(world).held, held_orders(world)) == ("", set())


def test_releasing_weeks_later_frees_the_commissions_of_then(world: World, store: Connection) -> None:
    tell(world, store, *LEAK)
    world.clock.move(days=20)
    with world.database.write() as session:
        release(session, store.tenant_id, coupon(world).id, "mia", "all friends of Ana", world.clock())
    work_all(world)
    assert held_orders(world) == set()


def test_what_was_released_gives_no_suspicion_again_and_what_comes_later_does(
    world: World, store: Connection
) -> None:
    tell(world, store, *LEAK)
    world.clock.move(hours=3)
    with world.database.write() as session:
        release(session, store.tenant_id, coupon(world).id, "mia", "a class of Ana's", world.clock())
    work_all(world)
    later = [bought(number, 200 + number - 9010) for number in (9010, 9011, 9012)]
    tell(world, store, *(replace(one, updated_at=world.clock()) for one in (*LEAK, *later[:2])))
    assert coupon(world).held == ""
    tell(world, store, later[2])
    assert coupon(world).held_at == later[0].placed_at
    assert held_orders(world) == {"9010", "9011", "9012"}


def test_a_commission_that_a_person_has_released_stays_free(world: World, store: Connection) -> None:
    tell(world, store, *LEAK)
    with world.database.write() as session:
        credit = session.scalars(select(CreditRow).order_by(CreditRow.id)).first()
        assert credit is not None
        credit.held = ""
        Audit(session, store.tenant_id).add(
            None, None, "mia", "commission_released", f"commission_released:{credit.id}:x", {}, NOW
        )
    tell(world, store, replace(LEAK[0], updated_at=world.clock()))
    assert held_orders(world) == {"9002", "9003"}

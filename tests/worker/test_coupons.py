"""Agents' own codes: kept from the settings, made in the store when live, and watched there; on both databases."""

from decimal import Decimal
from typing import Any

import pytest

from plugin.db.coupons import Coupons
from plugin.db.engine import Database
from plugin.db.ledger_tables import CouponRow
from plugin.db.orders import Orders
from plugin.domain.coupons import ASLEEP, GONE, ONCE_ONLY, other_share
from plugin.ports import Connection, PermanentError, StoreDiscount, TemporaryError
from plugin.settings_file import SettingsErrors
from plugin.settings_import import SettingsImport
from tests.fake_store import FakeStore, connect_store, order, sweep, tell_codes, tell_order
from tests.fakes import World
from tests.worker_steps import work_all

ANA, BEN = "ana@shop.example", "ben@shop.example"


def settings(*agents: dict[str, Any], mode: str = "live") -> dict[str, Any]:
    return {"mode": mode, "currency": "USD", "agents": list(agents)}


def agent(email: str = ANA, coupon: str | None = "ANA10", share: str | None = "0.10") -> dict[str, Any]:
    told = {"email": email, "coupon": coupon, "coupon_share": share}
    return {name: value for name, value in told.items() if value is not None}


@pytest.fixture
def world(database: Database) -> World:
    """One tenant, with a store."""
    return World(database)


@pytest.fixture
def fake() -> FakeStore:
    """A store without any discount."""
    return FakeStore()


@pytest.fixture
def store(world: World, fake: FakeStore) -> Connection:
    """The tenant's account with it."""
    return connect_store(world, fake)


def put(world: World, document: dict[str, Any]) -> int:
    """Put settings in force as the product does, for whom the store is one."""
    with world.database.write() as session:
        put_in_force = SettingsImport(world.vault, world.clock, list(world.stores))
        return put_in_force(session, world.connection.tenant_id, document, "a test")


def coupons(world: World) -> dict[str, CouponRow]:
    with world.database.read() as session:
        rows = {row.code: row for row in Coupons(session, world.connection.tenant_id).all()}
        session.expunge_all()
    return rows


def made(fake: FakeStore) -> list[tuple[str, str, str]]:
    """What was made in the store: code, share and agent."""
    return [
        (effect.args["code"], effect.args["share"], effect.args["agent"])
        for effect, _ in fake.done
        if effect.kind == "create_coupon"
    ]


def stands(fake: FakeStore, code: str = "ANA10", **changes: Any) -> None:
    """The store has this code."""
    values: dict[str, Any] = {"ref": "gid-1", "code": code, "share": Decimal("0.1"), "active": True}
    fake.discounts[code] = StoreDiscount(**{**values, **changes})


def states(world: World) -> dict[str, str]:
    return {code: row.state for code, row in coupons(world).items()}


def test_live_settings_make_every_agents_code_in_the_store(
    world: World, fake: FakeStore, store: Connection
) -> None:
    put(world, settings(agent(), agent(BEN, "BEN5", "0.05")))
    work_all(world)
    assert sorted(made(fake)) == [("ANA10", "0.10", ANA), ("BEN5", "0.05", BEN)]


def test_nothing_is_made_while_we_only_watch(world: World, fake: FakeStore, store: Connection) -> None:
    put(world, settings(agent(), mode="shadow"))
    work_all(world)
    assert made(fake) == []
    assert states(world) == {"ANA10": "wanted"}


def test_going_live_makes_what_was_only_wanted(world: World, fake: FakeStore, store: Connection) -> None:
    put(world, settings(agent(), mode="shadow"))
    put(world, settings(agent()))
    work_all(world)
    assert made(fake) == [("ANA10", "0.10", ANA)]


def test_a_code_without_a_share_is_not_made(world: World, fake: FakeStore, store: Connection) -> None:
    put(world, settings(agent(share=None), agent(BEN, "BEN0", "0")))
    work_all(world)
    assert made(fake) == []


def test_a_code_is_made_once_however_often_settings_are_saved(
    world: World, fake: FakeStore, store: Connection
) -> None:
    for _ in range(3):
        put(world, settings(agent()))
    work_all(world)
    put(world, settings(agent()))
    work_all(world)
    assert len(made(fake)) == 1


def test_a_store_that_is_connected_later_gets_the_codes_at_its_first_sweep(
    world: World, fake: FakeStore
) -> None:
    put(world, settings(agent()))
    store = connect_store(world, fake)
    sweep(world, store)
    work_all(world)
    assert made(fake) == [("ANA10", "0.10", ANA)]


def test_what_was_made_is_made_as_soon_as_the_store_was_swept(
    world: World, fake: FakeStore, store: Connection
) -> None:
    put(world, settings(agent()))
    work_all(world)
    sweep(world, store)
    work_all(world)
    row = coupons(world)["ANA10"]
    assert (row.state, row.ref, row.connection_id) == ("made", "made-code:ANA10", store.id)


def test_a_refused_code_stays_wanted_and_is_tried_again_when_settings_are_saved(
    world: World, fake: FakeStore, store: Connection
) -> None:
    def refuse() -> None:
        raise PermanentError("ANA10 is taken by somebody else's discount")

    put(world, settings(agent()))
    fake.fail = refuse
    work_all(world)
    fake.fail = lambda: None
    sweep(world, store)
    work_all(world)
    assert (states(world), made(fake)) == ({"ANA10": "wanted"}, [])
    put(world, settings(agent()))
    work_all(world)
    assert len(made(fake)) == 1


def test_why_a_code_could_not_be_made_is_found_beside_it(
    world: World, fake: FakeStore, store: Connection
) -> None:
    def refuse() -> None:
        raise PermanentError("taken")

    fake.fail = refuse
    put(world, settings(agent()))
    work_all(world)
    with world.database.read() as session:
        found = Coupons(session, store.tenant_id)
        row = found.all()[0]
        assert [found.makings([row])[row.id].error] == ["taken"]


def test_a_code_that_stands_in_the_store_already_is_taken_for_ours(
    world: World, fake: FakeStore, store: Connection
) -> None:
    put(world, settings(agent(), mode="shadow"))
    stands(fake, "ana10")
    tell_codes(world, store)
    work_all(world)
    assert coupons(world)["ANA10"].state == "made"
    assert coupons(world)["ANA10"].ref == "gid-1"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"share": Decimal("0.2")}, other_share(Decimal("0.20"), Decimal("0.1"))),
        ({"active": False}, ASLEEP),
        ({"single_use": True}, ONCE_ONLY),
    ],
)
def test_a_code_that_somebody_edits_in_the_store_is_noticed(
    world: World, fake: FakeStore, store: Connection, change: dict[str, Any], problem: str
) -> None:
    put(world, settings(agent()))
    work_all(world)
    stands(fake, **change)
    tell_codes(world, store)
    work_all(world)
    row = coupons(world)["ANA10"]
    assert (row.state, row.problem) == ("changed", problem)


def test_a_code_that_is_mended_in_the_store_is_all_right_again(
    world: World, fake: FakeStore, store: Connection
) -> None:
    put(world, settings(agent()))
    stands(fake, active=False)
    tell_codes(world, store)
    work_all(world)
    stands(fake)
    tell_codes(world, store)
    work_all(world)
    assert (states(world), coupons(world)["ANA10"].problem) == ({"ANA10": "made"}, "")


def test_a_code_that_is_deleted_in_the_store_is_gone(
    world: World, fake: FakeStore, store: Connection
) -> None:
    put(world, settings(agent()))
    stands(fake)
    tell_codes(world, store)
    work_all(world)
    fake.discounts.clear()
    tell_codes(world, store)
    work_all(world)
    row = coupons(world)["ANA10"]
    assert (row.state, row.problem) == ("gone", GONE)


def test_a_sweep_finds_what_no_webhook_told_within_the_hour(
    world: World, fake: FakeStore, store: Connection
) -> None:
    put(world, settings(agent()))
    stands(fake)
    work_all(world)
    fake.discounts.clear()
    sweep(world, store)
    work_all(world)
    assert states(world) == {"ANA10": "made"}
    world.clock.move(hours=1)
    sweep(world, store)
    work_all(world)
    assert states(world) == {"ANA10": "gone"}


def test_a_store_that_hides_its_discounts_keeps_the_sweep_of_its_orders(
    world: World, fake: FakeStore, store: Connection
) -> None:
    put(world, settings(agent(), mode="shadow"))
    work_all(world)
    world.clock.move(hours=2)

    def hide(*_: Any) -> None:
        raise PermanentError("no right to read discounts")

    fake.discount = hide  # type: ignore[method-assign, assignment]
    fake.sold["9001"] = order()
    sweep(world, store)
    work_all(world)
    with world.database.read() as session:
        assert [row.name for row in Orders(session, store.tenant_id).by_name(["#9001"], store.id)] == [
            "#9001"
        ]


def test_a_store_that_does_not_answer_is_asked_again_about_a_changed_code(
    world: World, fake: FakeStore, store: Connection
) -> None:
    put(world, settings(agent(), mode="shadow"))
    work_all(world)
    failures = [TemporaryError("busy")]

    def fail() -> None:
        if failures:
            raise failures.pop()

    fake.fail = fail
    stands(fake)
    tell_codes(world, store)
    work_all(world)
    world.clock.move(minutes=5)
    work_all(world)
    assert states(world) == {"ANA10": "made"}


def test_another_share_in_the_settings_is_told_and_not_written(
    world: World, fake: FakeStore, store: Connection
) -> None:
    put(world, settings(agent()))
    stands(fake)
    work_all(world)
    put(world, settings(agent(share="0.15")))
    assert coupons(world)["ANA10"].problem == other_share(Decimal("0.10"), Decimal("0.15"))
    work_all(world)
    assert (states(world), len(fake.done)) == ({"ANA10": "changed"}, 1)


def test_another_code_in_the_settings_is_made_and_the_old_one_stays_its_agents(
    world: World, fake: FakeStore, store: Connection
) -> None:
    put(world, settings(agent()))
    work_all(world)
    put(world, settings(agent(coupon="ANA15")))
    work_all(world)
    assert [code for code, _, _ in made(fake)] == ["ANA10", "ANA15"]
    assert {code: row.agent for code, row in coupons(world).items()} == {"ANA10": ANA, "ANA15": ANA}


def test_a_code_that_belonged_to_another_agent_is_refused(world: World, store: Connection) -> None:
    put(world, settings(agent()))
    work_all(world)
    with pytest.raises(SettingsErrors, match=r"belonged to ana@shop\.example before") as refused:
        put(world, settings(agent(BEN, "BEN5"), agent("cleo@shop.example", "ana10")))
    assert [error.path for error in refused.value.errors] == ["agents[1].coupon"]
    assert set(coupons(world)) == {"ANA10"}


def test_a_code_that_an_order_has_stays_its_agents_though_it_was_never_made(
    world: World, store: Connection
) -> None:
    put(world, settings(agent(), mode="shadow"))
    tell_order(world, store, order(code="ana10"))
    work_all(world)
    with pytest.raises(SettingsErrors, match="stays theirs"):
        put(world, settings(agent(BEN), mode="shadow"))


def test_a_code_that_was_never_used_may_go_to_another_agent(world: World, store: Connection) -> None:
    put(world, settings(agent(), mode="shadow"))
    put(world, settings(agent(BEN), mode="shadow"))
    assert coupons(world)["ANA10"].agent == BEN


def test_two_agents_cannot_have_one_code(world: World, store: Connection) -> None:
    with pytest.raises(SettingsErrors, match="taken by"):
        put(world, settings(agent(), agent(BEN, "ana10")))
    assert coupons(world) == {}

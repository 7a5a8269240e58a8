"""Rotating and releasing an agent's code: a person's click, each once, on both databases."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from plugin.coupon_deeds import NotPossible, Rotation, release
from plugin.db.audit import Audit
from plugin.db.coupons import Coupons
from plugin.db.engine import Database
from plugin.db.ledger_tables import CouponRow
from plugin.db.settings import SettingsVersions
from plugin.ports import Connection
from plugin.settings_file import SettingsErrors
from plugin.settings_import import SettingsImport
from tests.conftest import NOW
from tests.fake_store import FakeStore, connect_store
from tests.fakes import World
from tests.worker_steps import work_all

ANA, BEN = "ana@shop.example", "ben@shop.example"
AGENTS = [
    {"email": BEN, "coupon": "BEN5", "coupon_share": "0.05"},
    {"email": "Ana@shop.example", "coupon": "ANA10", "coupon_share": "0.10", "commission": "0.07"},
]


@pytest.fixture
def fake() -> FakeStore:
    """A store without any discount."""
    return FakeStore()


@pytest.fixture
def world(database: Database, fake: FakeStore) -> World:
    """One live tenant with Ana and Ben, whose codes stand in the store."""
    made = World(database)
    connect_store(made, fake)
    put(made, {"mode": "live", "locale": "fa", "agents": AGENTS})
    work_all(made)
    fake.done.clear()
    return made


def put(world: World, document: dict[str, Any]) -> int:
    with world.database.write() as session:
        put_in_force = SettingsImport(world.vault, world.clock, list(world.stores))
        return put_in_force(session, world.connection.tenant_id, document, "a test")


def rotate(world: World, code: str = "ANA10", seed: int = 7) -> CouponRow | None:
    number = coupons(world)[code].id
    put_in_force = SettingsImport(world.vault, world.clock, list(world.stores))
    with world.database.write() as session:
        rotation = Rotation(put_in_force, random.Random(seed).choice)
        row = rotation(session, world.connection.tenant_id, number, "mia", world.clock())
        session.flush()
        session.expunge_all()
    return row


def coupons(world: World) -> dict[str, CouponRow]:
    with world.database.read() as session:
        rows = {row.code: row for row in Coupons(session, world.connection.tenant_id).all()}
        session.expunge_all()
    return rows


def in_force(world: World) -> tuple[int, dict[str, Any]]:
    with world.database.read() as session:
        return SettingsVersions(session, world.connection.tenant_id).newest()


def deeds(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    with world.database.read() as session:
        rows = Audit(session, world.connection.tenant_id).latest(50)
        return [(row.action, row.actor, dict(row.details)) for row in rows]


def the_new(world: World) -> str:
    """Ana's code after it was rotated once."""
    (code,) = set(coupons(world)) - {"ANA10", "BEN5"}
    return code


def test_rotating_gives_the_agent_a_new_code_in_a_new_version_of_the_settings(world: World) -> None:
    before, _ = in_force(world)
    rotate(world)
    version, document = in_force(world)
    assert version == before + 1
    assert document == {
        "mode": "live",
        "locale": "fa",
        "agents": [AGENTS[0], {**AGENTS[1], "coupon": the_new(world)}],
    }
    assert the_new(world).startswith("ANA10-")


def test_rotating_ends_the_old_code_in_the_store_and_makes_the_new_one(world: World, fake: FakeStore) -> None:
    rotate(world)
    work_all(world)
    done = {(effect.kind, effect.args["code"]) for effect, _ in fake.done}
    assert done == {("end_coupon", "ANA10"), ("create_coupon", the_new(world))}


def test_what_was_bought_with_the_old_code_stays_its_agents(world: World) -> None:
    rotate(world)
    rows = coupons(world)
    assert (rows["ANA10"].state, rows["ANA10"].agent, rows[the_new(world)].agent) == ("rotated", ANA, ANA)


def test_rotating_is_written_down(world: World) -> None:
    rotate(world)
    details = {"code": "ANA10", "agent": ANA, "result": the_new(world)}
    assert deeds(world) == [("coupon_rotated", "mia", details)]


def test_a_second_click_changes_nothing(world: World) -> None:
    rotate(world)
    before = in_force(world), set(coupons(world)), deeds(world)
    assert rotate(world, seed=8) is not None
    assert (in_force(world), set(coupons(world)), deeds(world)) == before


def test_of_clicks_at_once_one_rotates(world: World) -> None:
    version, _ = in_force(world)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda seed: rotate(world, seed=seed), range(4)))
    assert in_force(world)[0] == version + 1
    assert len(coupons(world)) == 3


def test_a_rotated_code_may_be_given_to_nobody_again(world: World) -> None:
    rotate(world)
    with pytest.raises(SettingsErrors, match="was rotated out"):
        put(world, {"mode": "live", "agents": AGENTS})


def test_a_new_code_can_be_rotated_in_its_turn(world: World) -> None:
    rotate(world)
    first = the_new(world)
    rotate(world, first, seed=9)
    (second,) = set(coupons(world)) - {"ANA10", "BEN5", first}
    assert len(second) == len(first)
    assert in_force(world)[1]["agents"][1]["coupon"] == second


def test_a_code_that_has_left_the_settings_is_only_ended(world: World, fake: FakeStore) -> None:
    put(world, {"mode": "live", "agents": [AGENTS[0]]})
    version, _ = in_force(world)
    rotate(world)
    work_all(world)
    assert in_force(world)[0] == version
    assert [(effect.kind, effect.args["code"]) for effect, _ in fake.done] == [("end_coupon", "ANA10")]


def test_nothing_is_rotated_while_we_only_watch(world: World) -> None:
    put(world, {"mode": "shadow", "agents": AGENTS})
    with pytest.raises(NotPossible, match="mode: live"):
        rotate(world)
    assert coupons(world)["ANA10"].state == "made"


def test_a_code_of_another_tenant_is_none(world: World, store_of_another: Connection) -> None:
    number = coupons(world)["ANA10"].id
    with world.database.write() as session:
        put_in_force = SettingsImport(world.vault, world.clock)
        rotation = Rotation(put_in_force, random.choice)
        assert rotation(session, store_of_another.tenant_id, number, "eve", NOW) is None
        assert release(session, store_of_another.tenant_id, number, "eve", "mine", NOW) is None
    assert coupons(world)["ANA10"].state != "rotated"


@pytest.fixture
def store_of_another(world: World) -> Connection:
    """Another tenant's account."""
    return world.connect("other")


def hold(world: World) -> int:
    number = coupons(world)["ANA10"].id
    with world.database.write() as session:
        found = Coupons(session, world.connection.tenant_id)
        row = found.show(number)
        assert row is not None
        assert found.hold(row, NOW, "leaked")
    return number


def freed(world: World, number: int, reason: str = "all friends") -> CouponRow | None:
    with world.database.write() as session:
        row = release(session, world.connection.tenant_id, number, "mia", reason, world.clock())
        session.expunge_all()
    return row


def test_releasing_says_why_and_is_written_down(world: World) -> None:
    row = freed(world, hold(world))
    assert row is not None
    assert (row.held, row.held_at, row.released_at) == ("", None, world.clock())
    assert deeds(world) == [
        ("coupon_released", "mia", {"code": "ANA10", "agent": ANA, "text": "all friends"})
    ]


def test_releasing_again_changes_nothing(world: World) -> None:
    number = hold(world)
    freed(world, number)
    before = coupons(world)["ANA10"].released_at
    world.clock.move(hours=1)
    freed(world, number, "again")
    assert coupons(world)["ANA10"].released_at == before
    assert len(deeds(world)) == 1


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_releasing_needs_a_reason(world: World, reason: str) -> None:
    number = hold(world)
    with pytest.raises(NotPossible, match="in a few words"):
        freed(world, number, reason)
    assert coupons(world)["ANA10"].held == "leaked"


def test_a_suspicion_that_began_earlier_moves_the_hold_there_and_a_later_one_does_not(world: World) -> None:
    number = hold(world)
    with world.database.write() as session:
        found = Coupons(session, world.connection.tenant_id)
        row = found.show(number)
        assert row is not None
        assert not found.hold(row, NOW + timedelta(hours=1), "later")
        assert found.hold(row, NOW - timedelta(hours=1), "earlier")
    assert coupons(world)["ANA10"].held == "earlier"

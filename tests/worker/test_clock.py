"""The clock: one row per slot however many clocks there are, and what the ticks set off."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

from sqlalchemy import select

from plugin.clock import JOBS, Clock
from plugin.db.engine import Database
from plugin.db.heartbeats import Heartbeats
from plugin.db.tables import BudgetRow, DeliveryRow
from tests.conftest import NOW, wait_until
from tests.fakes import World, ticket
from tests.worker_steps import work_all

SWEEP, DAY = JOBS


def clock(world: World) -> Clock:
    return Clock(world.database, world.vault, world.clock)


def test_slots_are_floors_of_the_clock() -> None:
    assert SWEEP.slot(datetime(2026, 11, 23, 12, 19, 59, tzinfo=UTC)) == datetime(
        2026, 11, 23, 12, 10, tzinfo=UTC
    )
    assert DAY.slot(datetime(2026, 11, 23, 12, 19, tzinfo=UTC)) == datetime(2026, 11, 23, tzinfo=UTC)


def test_three_clocks_make_one_row_per_slot(database: Database) -> None:
    world = World(database)
    world.clock.move(minutes=30)
    with ThreadPoolExecutor(3) as pool:
        new = list(pool.map(lambda _: clock(world).tick(SWEEP), range(3)))
    assert sorted(new) == [0, 0, 1]
    world.clock.move(minutes=10)
    assert clock(world).tick(SWEEP) == 1


def test_an_account_connected_within_the_slot_waits_for_the_next_one(database: Database) -> None:
    world = World(database)
    world.clock.move(minutes=1)
    assert clock(world).tick(SWEEP) == 0


def test_a_sweep_finds_the_ticket_whose_webhook_was_lost_and_leaves_known_ones(database: Database) -> None:
    world = World(database)
    world.helpdesk.tickets |= {"1": ticket("1", "hello"), "2": ticket("2", "hello")}
    world.hint("1")
    work_all(world)
    world.clock.move(minutes=30)
    clock(world).tick(SWEEP)
    work_all(world)
    assert world.helpdesk.loads == ["1", "2"]
    world.helpdesk.tickets["2"] = replace(world.helpdesk.tickets["2"], updated_at=NOW + timedelta(minutes=5))
    world.clock.move(minutes=30)
    clock(world).tick(SWEEP)
    work_all(world)
    assert world.helpdesk.loads == ["1", "2", "2"]


def test_raw_bodies_are_forgotten_after_thirty_days_but_the_replay_guard_stays(database: Database) -> None:
    world = World(database)
    world.helpdesk.tickets["1"] = ticket("1", "hello")
    first = world.hint("1", "event-1")
    work_all(world)
    with database.write() as session:
        session.add(BudgetRow(connection_id=world.connection.id, name="old", calls=[], latest=0.0))
    world.clock.move(days=29)
    clock(world).tick(DAY)
    work_all(world)
    assert body_of(world, first) == b"{}"
    world.clock.move(days=2)
    clock(world).tick(DAY)
    work_all(world)
    assert body_of(world, first) is None
    assert world.hint("1", "event-1") == first
    with database.read() as session:
        assert session.scalars(select(BudgetRow.name)).all() == []


def body_of(world: World, delivery: int) -> bytes | None:
    with world.database.read() as session:
        return session.scalar(select(DeliveryRow.body).where(DeliveryRow.id == delivery))


def test_a_running_clock_ticks_beats_and_stops(database: Database) -> None:
    world = World(database)
    world.clock.move(days=1)
    running = clock(world)
    thread = Thread(target=running.run)
    thread.start()

    def ticked() -> bool:
        with database.read() as session:
            topics = session.scalars(select(DeliveryRow.topic)).all()
            return (
                sorted(topics) == ["day_started", "sweep_due"]
                and Heartbeats(session).last("clock") is not None
            )

    wait_until(ticked)
    running.stop()
    thread.join(timeout=15)
    assert not thread.is_alive()

"""The loop: many hands, drains, fairness between tenants, recovery from the dead."""

import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy.exc import InvalidRequestError, OperationalError

from plugin.db.engine import Database
from plugin.db.heartbeats import Heartbeats
from plugin.db.inbox import Inbox
from plugin.domain.facts import Ranked
from plugin.domain.triage import Reading
from plugin.liveness import here, is_dead
from plugin.tenant_view import TenantView
from plugin.worker.loop import Worker
from tests.conftest import wait_until
from tests.fakes import Clock, World, ticket


class RealClock(Clock):
    """Runs with the real time, from the fixed instant on."""

    def __call__(self):  # type: ignore[no-untyped-def]
        if not hasattr(self, "started"):
            self.started = time.monotonic()
        from datetime import timedelta

        return self.at + timedelta(seconds=time.monotonic() - self.started)


@pytest.fixture
def world(database: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    def read(self: TenantView, text: str, language: str | None) -> Reading:
        return Reading((Ranked("shipping.wismo", 0.9, ("where",)),), sure=True)

    monkeypatch.setattr(TenantView, "read", read)
    return World(database, clock=RealClock())


def test_a_drain_works_all_that_is_due_and_ends(world: World) -> None:
    for number in range(20):
        world.helpdesk.tickets[str(number)] = ticket(str(number), "where")
        world.hint(str(number))
    Worker(world.shop).run(drain=True)
    assert sorted(world.helpdesk.writes) == sorted((str(n), "shipping.wismo") for n in range(20))


def test_a_stopped_worker_ends_soon_and_takes_its_name_off(world: World) -> None:
    worker = Worker(world.shop)
    thread = threading.Thread(target=worker.run)
    thread.start()

    def beats() -> bool:
        with world.database.read() as session:
            return Heartbeats(session).last("work") is not None

    wait_until(beats)
    worker.stop()
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert not beats()


def test_one_slow_account_does_not_stop_the_others(world: World) -> None:
    other = world.connect("other")
    release = threading.Event()

    def slow(what: str, ticket_id: str) -> None:
        if ticket_id.startswith("slow"):
            release.wait(timeout=20)

    world.helpdesk.fail = slow
    for number in range(12):
        world.helpdesk.tickets[f"slow{number}"] = ticket(f"slow{number}", "where")
        world.hint(f"slow{number}")
    world.helpdesk.tickets["quick"] = ticket("quick", "where")
    world.hint("quick", connection=other)
    worker = Worker(world.shop)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        wait_until(lambda: ("quick", "shipping.wismo") in world.helpdesk.writes)
    finally:
        release.set()
        worker.stop()
        thread.join(timeout=20)


def test_two_workers_share_the_work_without_doing_any_twice(world: World) -> None:
    for number in range(30):
        world.helpdesk.tickets[str(number)] = ticket(str(number), "where")
        world.hint(str(number))
    workers = [Worker(world.shop, concurrency=3) for _ in range(2)]
    threads = [threading.Thread(target=worker.run, kwargs={"drain": True}) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(world.helpdesk.writes) == sorted((str(n), "shipping.wismo") for n in range(30))
    assert sorted(world.helpdesk.loads) == sorted(str(n) for n in range(30))


def test_a_dead_process_of_this_machine_is_known_to_be_dead() -> None:
    assert not is_dead(here())
    code = "import json,plugin.liveness as l; print(json.dumps(l.here()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    import json

    assert is_dead(json.loads(done.stdout))
    assert not is_dead({**json.loads(done.stdout), "host": "elsewhere"})


def test_what_a_dead_worker_held_is_free_at_once_when_another_starts(world: World) -> None:
    world.helpdesk.tickets["1"] = ticket("1", "where")
    world.hint("1")
    with world.database.write() as session:
        Heartbeats(session).beat("dead", "work", {**here(), "started": "long ago"}, world.clock())
        world.clock.move(seconds=1)
        assert Inbox(session).claim("dead", world.clock()) is not None
    Worker(world.shop).run(drain=True)
    assert world.helpdesk.writes == [("1", "shipping.wismo")]


def test_a_statement_of_ours_that_is_wrong_ends_the_worker_and_is_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(self: Inbox) -> None:
        raise InvalidRequestError("do not know how to join")

    monkeypatch.setattr(Inbox, "next_due", wrong)
    with pytest.raises(InvalidRequestError):
        Worker(world.shop).run()


def test_a_database_that_is_away_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.helpdesk.tickets["1"] = ticket("1", "where")
    world.hint("1")
    real, away = Inbox.next_due, [OperationalError("select", {}, Exception("locked"))]

    def sometimes(self: Inbox) -> object:
        if away:
            raise away.pop()
        return real(self)

    monkeypatch.setattr(Inbox, "next_due", sometimes)
    Worker(world.shop).run(drain=True)
    assert world.helpdesk.writes == [("1", "shipping.wismo")]

"""No vendor is asked anything while a transaction is open: a slow helpdesk must not hold the database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from plugin.clock import JOBS, Clock
from plugin.db.engine import Database
from plugin.db.migrate import migrate
from plugin.db.outbox import Outbox
from plugin.domain.effects import create_code
from plugin.domain.facts import Ranked
from plugin.domain.triage import Reading
from plugin.ports import Overtaken
from plugin.tenant_view import TenantView
from plugin.tokens import AccessTokens
from plugin.worker.loop import Worker
from tests.fake_store import FakeStore, connect_store, sweep
from tests.fakes import NoApi, World, ticket
from tests.worker_steps import work_all


class Watched(Database):
    """A database that knows whether the calling thread has a transaction open."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._open = threading.local()

    @property
    def is_in_transaction(self) -> bool:
        return bool(getattr(self._open, "count", 0))

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._counted(), super().read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with self._counted(), super().write() as session:
            yield session

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._open.count = getattr(self._open, "count", 0) + 1
        try:
            yield
        finally:
            self._open.count -= 1


@pytest.fixture
def database(database_url: str) -> Iterator[Watched]:
    made = Watched(database_url)
    migrate(made)
    yield made
    made.dispose()


def test_the_watch_sees_an_open_transaction(database: Watched) -> None:
    with database.write():
        assert database.is_in_transaction
    assert not database.is_in_transaction


def test_reading_deciding_writing_and_sweeping_keep_nothing_open(
    database: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(self: TenantView, text: str, language: str | None) -> Reading:
        return Reading((Ranked("shipping.wismo", 0.9, ("where",)),), sure=True)

    monkeypatch.setattr(TenantView, "read", read)
    world = World(database)
    asked: list[str] = []
    once = [Overtaken("moved")]

    def watch(what: str, ticket_id: str) -> None:
        asked.append(what)
        assert not database.is_in_transaction
        if what == "perform" and once:
            raise once.pop()

    world.helpdesk.fail = watch
    world.helpdesk.tickets["1"] = ticket("1", "where")
    world.hint("1")
    work_all(world)
    world.clock.move(minutes=30)
    Clock(database, world.vault, world.clock).tick(JOBS[0])
    work_all(world, Worker(world.shop))
    assert {"load", "perform"} <= set(asked)


def test_reading_goods_and_making_things_in_a_store_keep_nothing_open(database: Watched) -> None:
    world = World(database)
    world.settings({"mode": "live", "offers": [{"name": "Belt", "sku": "BELT-1", "price": "50.00"}]})
    store, seen = FakeStore(), []
    store.fail = lambda: seen.append(database.is_in_transaction)
    account = connect_store(world, store)
    with database.write() as session:
        effect = create_code("ANA10-7K2", "ANA10", "0.10", "5", "ANA10-AAA")
        Outbox(session).put(account.tenant_id, account.id, [effect], world.clock())
    sweep(world, account)
    work_all(world)
    assert (store.asked_skus, len(store.done), any(seen)) == ([("BELT-1",)], 1, False)


def test_a_token_is_renewed_with_nothing_open(database: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(database)
    seen: list[bool] = []

    def renew(api: object, now: object) -> dict[str, str]:
        seen.append(database.is_in_transaction)
        return {"access_token": "new"}

    monkeypatch.setattr(world.helpdesk, "renew", renew)
    from plugin.db.connections import Connections

    with database.write() as session:
        Connections(session, world.vault).change(world.connection, credentials={"refresh_token": "r"})
    AccessTokens(database, world.vault, {"fake": world.helpdesk}, NoApi, world.clock).access_token(
        world.connection
    )
    assert seen == [False]

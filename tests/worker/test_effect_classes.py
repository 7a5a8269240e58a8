"""What "once" means for each class of effect, after an outcome that nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from plugin.db.engine import Database
from plugin.db.outbox import Outbox
from plugin.db.tables import EffectRow
from plugin.domain.effects import Effect, EffectClass, add_note, send_reply, set_group, set_priority
from plugin.domain.retry import SETTLING
from plugin.ports import Api, TemporaryError
from plugin.worker.loop import Worker
from tests.fakes import FakeHelpdesk, World
from tests.worker_steps import work_all


@dataclass
class Recording(FakeHelpdesk):
    """Takes any effect; the first tries land but answer nothing."""

    silent: int = 1
    tries: list[tuple[str, bool]] = field(default_factory=list)

    def perform(self, api: Api, effects: Sequence[Effect], stamp: str | None, look_first: bool) -> str | None:
        self.tries.append((effects[0].slot, look_first))
        if len(self.tries) <= self.silent:
            raise TemporaryError("the connection broke", unknown=True)
        return None


@pytest.fixture
def world(database: Database) -> World:
    return World(database, helpdesk=Recording())


def decide(world: World, effect_class: EffectClass) -> None:
    with world.database.write() as session:
        effect = Effect("x", "thing:1", "slot", effect_class)
        Outbox(session).put(world.connection.tenant_id, world.connection.id, [effect], world.clock())


def tries(world: World) -> list[tuple[str, bool]]:
    assert isinstance(world.helpdesk, Recording)
    return world.helpdesk.tries


def effect_row(world: World) -> EffectRow:
    with world.database.read() as session:
        row = session.scalars(select(EffectRow)).one()
        session.expunge(row)
    return row


@pytest.mark.parametrize("effect_class", [EffectClass.STATE, EffectClass.KEYED])
def test_state_and_keyed_effects_are_repeated_after_a_look(world: World, effect_class: EffectClass) -> None:
    decide(world, effect_class)
    work_all(world)
    world.clock.move(seconds=2)
    work_all(world)
    assert tries(world) == [("slot", False), ("slot", True)]
    assert effect_row(world).state == "done"


def test_a_marked_effect_waits_for_its_mark_to_settle(world: World) -> None:
    decide(world, EffectClass.MARKED)
    work_all(world)
    world.clock.move(seconds=SETTLING.total_seconds() - 5)
    work_all(world)
    assert len(tries(world)) == 1
    world.clock.move(seconds=10)
    work_all(world)
    assert tries(world) == [("slot", False), ("slot", True)]


def test_an_effect_that_must_happen_once_goes_to_a_person(world: World) -> None:
    decide(world, EffectClass.ONCE)
    work_all(world)
    world.clock.move(days=1)
    work_all(world)
    row = effect_row(world)
    assert len(tries(world)) == 1
    assert row.state == "unknown"
    assert "look in the helpdesk" in (row.error or "")


def test_a_worker_killed_while_sending_once_leaves_it_to_a_person(world: World) -> None:
    decide(world, EffectClass.ONCE)
    with world.database.write() as session:
        assert Outbox(session).claim("killed", world.clock()) is not None
    world.clock.move(seconds=61)
    Worker(world.shop).recover()
    work_all(world)
    assert tries(world) == []
    assert effect_row(world).state == "unknown"


def test_a_failed_connection_before_sending_is_simply_tried_again(world: World) -> None:
    assert isinstance(world.helpdesk, Recording)
    world.helpdesk.silent = 0
    refusals = [TemporaryError("could not connect")]

    def refuse(slot: str, look_first: bool) -> None:
        if refusals:
            raise refusals.pop()

    decide(world, EffectClass.ONCE)
    original = world.helpdesk.perform

    def perform(api: Api, effects: Sequence[Effect], stamp: str | None, look_first: bool) -> str | None:
        refuse("", look_first)
        return original(api, effects, stamp, look_first)

    world.helpdesk.perform = perform  # type: ignore[method-assign]
    work_all(world)
    world.clock.move(seconds=2)
    work_all(world)
    assert tries(world) == [("slot", False)]
    assert effect_row(world).state == "done"


def test_values_and_a_note_of_one_ticket_go_out_as_one_write(world: World) -> None:
    effects = [set_group("1", "211"), add_note("1", "look", "mgn-1"), set_priority("1", "urgent")]
    with world.database.write() as session:
        Outbox(session).put(world.connection.tenant_id, world.connection.id, effects, world.clock())
        batch = Outbox(session).claim("a worker", world.clock())
    assert batch is not None
    assert [effect.kind for effect in batch.effects] == ["set_group", "add_note", "set_priority"]
    assert batch.effect_class is EffectClass.MARKED


def test_an_answer_to_the_customer_goes_alone(world: World) -> None:
    effects = [send_reply("1", "hello"), set_group("1", "211")]
    with world.database.write() as session:
        Outbox(session).put(world.connection.tenant_id, world.connection.id, effects, world.clock())
        batch = Outbox(session).claim("a worker", world.clock())
    assert batch is not None
    assert [effect.kind for effect in batch.effects] == ["send_reply"]

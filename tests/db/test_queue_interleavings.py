"""Whatever order workers claim, finish, die and are too slow in: no hint is lost, none is worked twice at once."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from plugin.db.connections import Connections, Tenants
from plugin.db.engine import Database
from plugin.db.inbox import LEASE, Arrival, Claim, Inbox
from plugin.db.migrate import migrate
from plugin.db.outbox import Outbox
from plugin.db.tables import DeliveryRow, EffectRow
from plugin.domain.effects import Effect, EffectClass
from plugin.vault import Vault
from tests.fakes import FERNET, Clock

TICKETS = st.sampled_from(["ticket:1", "ticket:2", "ticket:3"])


def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="marginalia-queue-"))
    database = Database(f"sqlite:///{folder / 'template.db'}")
    migrate(database)
    with database.write() as session:
        tenant = Tenants(session).add("acme", Clock()())
        Connections(session, Vault([FERNET])).add(tenant, "fake", "acme", "http://x", {}, {}, Clock()())
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return folder / "template.db"


TEMPLATE = _template()


@dataclass
class Held:
    """A claim in a worker's hands."""

    claim: Claim
    until: datetime


class Queue(RuleBasedStateMachine):
    """The inbox under arbitrary workers."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="marginalia-queue-"))
        shutil.copy(TEMPLATE, self.folder / "queue.db")
        self.database = Database(f"sqlite:///{self.folder / 'queue.db'}")
        self.clock = Clock()
        self.held: list[Held] = []
        self.put = 0

    def teardown(self) -> None:
        """At the end every hint can still be worked: nothing was lost."""
        self.clock.move(hours=2)
        while (claim := self._claim("last")) is not None:
            assert self._finish(claim)
        with self.database.read() as session:
            states = session.scalars(select(DeliveryRow.state)).all()
        assert list(states) == ["worked"] * self.put
        self.database.dispose()
        shutil.rmtree(self.folder)

    @rule(resource=TICKETS)
    def a_hint_arrives(self, resource: str) -> None:
        arrival = Arrival(1, 1, "fake", "changed", None, resource, "pending", b"", {}, self.clock())
        with self.database.write() as session:
            Inbox(session).put([arrival])
        self.put += 1

    @rule(worker=st.sampled_from(["a", "b", "c"]))
    def a_worker_claims(self, worker: str) -> None:
        claim = self._claim(worker)
        if claim is not None:
            self.held.append(Held(claim, self.clock() + LEASE))

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def a_worker_finishes(self, data: st.DataObject) -> None:
        held = self._let_go(data)
        kept = self._finish(held.claim)
        assert kept or held.until <= self.clock()  # only a claim whose lease ended can be lost

    @precondition(lambda self: self.held)
    @rule(data=st.data(), seconds=st.integers(0, 100))
    def a_worker_puts_it_off(self, data: st.DataObject, seconds: int) -> None:
        held = self._let_go(data)
        with self.database.write() as session:
            Inbox(session).postpone(
                held.claim, self.clock() + timedelta(seconds=seconds), "busy", self.clock()
            )

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def a_worker_dies_and_is_noticed(self, data: st.DataObject) -> None:
        self._let_go(data)

    @rule(seconds=st.sampled_from([0.1, 1, 30, 61, 300]))
    def time_passes(self, seconds: float) -> None:
        self.clock.move(seconds=seconds)

    @invariant()
    def no_object_is_in_two_hands(self) -> None:
        live = [held.claim.resource for held in self.held if held.until > self.clock()]
        assert len(live) == len(set(live))

    def _let_go(self, data: st.DataObject) -> Held:
        return self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))

    def _claim(self, worker: str) -> Claim | None:
        with self.database.write() as session:
            return Inbox(session).claim(worker, self.clock())

    def _finish(self, claim: Claim) -> bool:
        class Lost(Exception):
            pass

        try:
            with self.database.write() as session:
                if not Inbox(session).finish(claim, [h.delivery_id for h in claim.hints], self.clock()):
                    raise Lost
        except Lost:
            return False
        return True


TestQueue = Queue.TestCase
TestQueue.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


class Sending(RuleBasedStateMachine):
    """The outbox under arbitrary workers: an effect of class `once` is never sent twice by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="marginalia-queue-"))
        shutil.copy(TEMPLATE, self.folder / "queue.db")
        self.database = Database(f"sqlite:///{self.folder / 'queue.db'}")
        self.clock = Clock()
        self.sent: dict[int, int] = {}

    def teardown(self) -> None:
        self.database.dispose()
        shutil.rmtree(self.folder)

    @rule(resource=TICKETS, effect_class=st.sampled_from(list(EffectClass)), slot=st.sampled_from("ab"))
    def an_effect_is_decided(self, resource: str, effect_class: EffectClass, slot: str) -> None:
        with self.database.write() as session:
            Outbox(session).put(1, 1, [Effect("x", resource, slot, effect_class)], self.clock())

    @rule(lands=st.booleans(), outcome=st.sampled_from(["done", "unknown", "dies"]))
    def a_worker_sends(self, lands: bool, outcome: str) -> None:
        with self.database.write() as session:
            batch = Outbox(session).claim("w", self.clock())
        if batch is None:
            return
        if batch.effect_class in {EffectClass.KEYED, EffectClass.ONCE}:
            assert len(batch.ids) == 1
        if lands or outcome == "done":
            for number in batch.ids:
                self.sent[number] = self.sent.get(number, 0) + 1
        if outcome == "done":
            with self.database.write() as session:
                assert Outbox(session).finish(batch, "done", self.clock())

    @rule()
    def leases_end_and_are_recovered(self) -> None:
        self.clock.move(seconds=61)
        with self.database.write() as session:
            Outbox(session).recover(self.clock())

    @invariant()
    def once_means_once(self) -> None:
        with self.database.read() as session:
            rows = session.execute(select(EffectRow.id, EffectRow.effect_class)).all()
        for number, effect_class in rows:
            if effect_class == EffectClass.ONCE.value:
                assert self.sent.get(number, 0) <= 1

    @invariant()
    def one_resource_is_sent_by_one_hand(self) -> None:
        with self.database.read() as session:
            rows = session.execute(
                select(EffectRow.resource, EffectRow.claim_token)
                .where(EffectRow.state == "sending")
                .distinct()
            ).all()
        resources = [row.resource for row in rows]
        assert len(resources) == len(set(resources))


TestSending = Sending.TestCase
TestSending.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)

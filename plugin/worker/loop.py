"""The loop: many hands, one scout that looks for due work, heartbeats, and recovery of what the dead left behind."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Protocol, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from plugin.db.away import is_away
from plugin.db.heartbeats import Heartbeats
from plugin.db.inbox import Inbox
from plugin.db.outbox import Outbox
from plugin.liveness import here, is_dead, new_worker_id
from plugin.worker.effects import claim_effects, send_effects
from plugin.worker.hints import claim_hints, work_hints
from plugin.worker.shop import Shop

LOOK_EVERY = 0.1
BEAT_EVERY = 10.0
DATABASE_AWAY = 1.0
DRAIN_HORIZON = timedelta(seconds=1)
"""A drain also waits for what is due so soon: webhooks that settle, first retries."""
FORGET_AFTER = timedelta(days=1)

log = structlog.get_logger(__name__)


class _OfTenant(Protocol):
    @property
    def tenant_id(self) -> int: ...


_Taken = TypeVar("_Taken", bound=_OfTenant)


class Worker:
    """Works inbox and outbox with `concurrency` hands until stopped, or until nothing is due."""

    def __init__(self, shop: Shop, concurrency: int = 4) -> None:
        self.id = new_worker_id("work")
        self._shop = shop
        self._concurrency = concurrency
        self._stopping = threading.Event()
        self._wake = threading.Condition()
        self._claiming = threading.Lock()
        self._rounds = 0
        self._busy = 0
        self._holding: Counter[int] = Counter()
        self._defect: Exception | None = None

    def stop(self) -> None:
        """End after the work in hand; safe to call from a signal handler."""
        self._stopping.set()

    def run(self, drain: bool = False) -> None:
        """Work until `stop`, or with `drain` until nothing is due."""
        hands = [threading.Thread(target=self._hand, name=f"hand-{n}") for n in range(self._concurrency)]
        for hand in hands:
            hand.start()
        try:
            self._scout(drain)
        finally:
            self._stopping.set()
            self._wake_hands()
            for hand in hands:
                hand.join()
            self._say_goodbye()
        if self._defect is not None:
            raise self._defect

    def step(self) -> bool:
        """One turn of one hand: a decision or a write; whether there was anything to do."""
        claim = self._take(claim_hints)
        if claim is not None:
            with self._in_hand(claim.tenant_id):
                work_hints(self._shop, claim)
        batch = self._take(claim_effects)
        if batch is not None:
            with self._in_hand(batch.tenant_id):
                send_effects(self._shop, batch)
        return claim is not None or batch is not None

    def recover(self) -> None:
        """Say that we live; take back what dead workers held."""
        now = self._shop.now()
        with self._shop.database.write() as session:
            beats = Heartbeats(session)
            beats.beat(self.id, "work", here(), now)
            others = beats.others(self.id)
            dead = [beat.id for beat in others if is_dead(beat.place)]
            old = [beat.id for beat in others if beat.beat_at < now - FORGET_AFTER]
            freed = Inbox(session).release_of(dead) + Outbox(session).recover(now, dead)
            beats.forget([*dead, *old])
        if freed:
            log.info("took over from dead workers", count=freed)

    def _say_goodbye(self) -> None:
        try:
            with self._shop.database.write() as session:
                Heartbeats(session).forget([self.id])
        except SQLAlchemyError as error:
            log.error("the database is away", error=str(error))

    def _scout(self, drain: bool) -> None:
        beaten = -BEAT_EVERY
        while not self._stopping.is_set():
            try:
                if time.monotonic() - beaten >= BEAT_EVERY:
                    self.recover()
                    beaten = time.monotonic()
                if self._anything_due():
                    self._wake_hands()
                elif drain and self._drained():
                    return
            except SQLAlchemyError as error:
                self._wait_for_database(error)
            self._stopping.wait(LOOK_EVERY)

    def _anything_due(self, ahead: timedelta = timedelta(0)) -> bool:
        with self._shop.database.read() as session:
            waiting = (Inbox(session).next_due(), Outbox(session).next_due())
        return any(due is not None and due <= self._shop.now() + ahead for due in waiting)

    def _drained(self) -> bool:
        """Nothing in hand first, then nothing due: work in hand may yet cause more."""
        return self._busy == 0 and not self._anything_due(DRAIN_HORIZON)

    def _wake_hands(self) -> None:
        with self._wake:
            self._rounds += 1
            self._wake.notify_all()

    def _hand(self) -> None:
        seen = 0
        while not self._stopping.is_set():
            with self._wake:
                self._wake.wait_for(lambda seen=seen: self._rounds != seen, timeout=1.0)  # type: ignore[misc]  # the default binds it
                seen = self._rounds
            with self._at_work():
                self._work_while_there_is_any()

    def _work_while_there_is_any(self) -> None:
        try:
            while not self._stopping.is_set() and self.step():
                pass
        except SQLAlchemyError as error:
            self._wait_for_database(error)
        except Exception as error:  # noqa: BLE001 - not swallowed: `run` raises it when all hands have ended
            self._end_with(error)

    def _wait_for_database(self, error: SQLAlchemyError) -> None:
        """The database comes back by itself; a statement of ours that is wrong never does, and must be seen."""
        if not is_away(error):
            self._end_with(error)
            return
        log.error("the database is away", error=str(error))
        self._stopping.wait(DATABASE_AWAY)

    def _end_with(self, defect: Exception) -> None:
        """A hand that broke must not leave a worker that looks alive: all end, and whoever started us is told."""
        self._defect = self._defect or defect
        self._stopping.set()

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._wake:
            self._busy += 1
        try:
            yield
        finally:
            with self._wake:
                self._busy -= 1

    def _take(self, claim: Callable[[Shop, str, Sequence[int]], _Taken | None]) -> _Taken | None:
        """Claim and count in one: two hands that claim at once must not each take a tenant's last share."""
        with self._claiming:
            taken = claim(self._shop, self.id, self._full_tenants())
            if taken is not None:
                self._count(taken.tenant_id, 1)
        return taken

    @contextmanager
    def _in_hand(self, tenant_id: int) -> Iterator[None]:
        try:
            yield
        finally:
            self._count(tenant_id, -1)

    def _count(self, tenant_id: int, by: int) -> None:
        with self._wake:
            self._holding[tenant_id] += by

    def _full_tenants(self) -> list[int]:
        """Tenants that hold all hands but one: a slow vendor of theirs must not stop everybody else."""
        most = max(1, self._concurrency - 1)
        with self._wake:
            return [tenant for tenant, hands in self._holding.items() if hands >= most]

"""The clock: puts `day_started`, `sweep_due` … into the inbox, one row per slot, however many clocks there are.

APScheduler only says when to look; which slot it is follows from the clock on the wall, and the unique event id
of the slot makes it once. A clock that was down catches up with the slot it is in when it starts.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.db.heartbeats import Heartbeats
from plugin.db.inbox import Inbox, clock_hint
from plugin.liveness import here, new_worker_id
from plugin.vault import Vault

BEAT_SECONDS = 10
GRACE_SECONDS = 600

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something due for every connection once per `every`."""

    topic: str
    every: timedelta

    def slot(self, now: datetime) -> datetime:
        """The start of the period that `now` lies in, counted from 1970 in UTC."""
        seconds = self.every.total_seconds()
        return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)


JOBS = (Job("sweep_due", timedelta(minutes=10)), Job("day_started", timedelta(days=1)))


class Clock:
    """Ticks into the inbox until stopped."""

    def __init__(self, database: Database, vault: Vault, now: Callable[[], datetime]) -> None:
        self.id = new_worker_id("clock")
        self._database = database
        self._vault = vault
        self._now = now
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End; safe to call from a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Tick at once for the slots we are in, then at the start of each."""
        scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE_SECONDS},
        )
        for job in JOBS:
            seconds = int(job.every.total_seconds())
            scheduler.add_job(
                self._guarded, "interval", [job], seconds=seconds, start_date=job.slot(self._now())
            )
        self._beat()
        for job in JOBS:
            self._guarded(job)
        scheduler.start()
        while not self._stopping.wait(BEAT_SECONDS):
            self._beat()
        scheduler.shutdown(wait=True)

    def tick(self, job: Job) -> int:
        """Put this job's current slot into the inbox for every connection; how many were new."""
        now = self._now()
        slot = job.slot(now)
        with self._database.write() as session:
            connections = Connections(session, self._vault).made_before(slot)
            arrivals = [
                clock_hint(connection, job.topic, f"{job.topic}:{slot.isoformat()}", now)
                for connection in connections
            ]
            return sum(not receipt.duplicate for receipt in Inbox(session).put(arrivals))

    def _guarded(self, job: Job) -> None:
        try:
            log.info("tick", topic=job.topic, new=self.tick(job))
        except SQLAlchemyError as error:
            log.error(
                "the database is away: this slot comes with the next look", topic=job.topic, error=str(error)
            )

    def _beat(self) -> None:
        try:
            with self._database.write() as session:
                Heartbeats(session).beat(self.id, "clock", here(), self._now())
        except SQLAlchemyError as error:
            log.error("the database is away", error=str(error))

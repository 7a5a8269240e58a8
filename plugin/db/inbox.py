"""The way in: raw deliveries, and the queue of objects that they point to.

A delivery is a hint; the unit of work is the object. All pending hints of one object are taken together by
one worker, under a claim token that the finish must still hold.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, insert, or_, select, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from plugin.db.tables import ConnectionRow, DeliveryRow, WorkRow
from plugin.db.types import Instant
from plugin.ports import Connection

SETTLE = timedelta(milliseconds=200)
"""A helpdesk sends several webhooks for one action at once: waiting this long makes them one read."""
LEASE = timedelta(seconds=60)
"""Longer than all calls of one load at their full time-outs."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery to keep. `state` is pending, unreadable (with `error`) or worked (an event we do not follow)."""

    tenant_id: int
    connection_id: int
    source: str
    topic: str
    event_id: str | None
    resource: str | None
    state: str
    body: bytes
    headers: Mapping[str, str]
    received_at: datetime
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an arrival: its delivery, or the first one with the same event id."""

    delivery_id: int
    duplicate: bool


@dataclass(frozen=True, slots=True)
class PendingHint:
    """A delivery that waits to be worked."""

    delivery_id: int
    source: str
    topic: str


@dataclass(frozen=True, slots=True)
class Claim:
    """An object in the hands of one worker until `until`. `died` is true when it has never come to an end."""

    work_id: int
    tenant_id: int
    connection_id: int
    resource: str
    token: str
    version: int
    attempts: int
    failing_since: datetime | None
    hints: tuple[PendingHint, ...]


class Inbox:
    """The queue over all tenants. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, arrivals: Sequence[Arrival]) -> list[Receipt]:
        """Keep these deliveries and make their objects due. Durable when the caller's transaction is."""
        receipts = [self._keep(arrival) for arrival in arrivals]
        for arrival, receipt in zip(arrivals, receipts, strict=True):
            if arrival.state == "pending" and not receipt.duplicate and arrival.resource:
                due = arrival.received_at + SETTLE
                self.make_due(arrival.tenant_id, arrival.connection_id, arrival.resource, due)
        return receipts

    def make_due(self, tenant_id: int, connection_id: int, resource: str, due: datetime) -> None:
        """Put the object into the queue, or tell its queue row that more has come."""
        row = self._insert(WorkRow).values(
            tenant_id=tenant_id,
            connection_id=connection_id,
            resource=resource,
            version=1,
            due_at=due,
            attempts=0,
        )
        sooner = case((WorkRow.due_at < due, WorkRow.due_at), else_=due)
        self._session.execute(
            row.on_conflict_do_update(
                index_elements=["connection_id", "resource"],
                set_={"version": WorkRow.version + 1, "due_at": sooner},
            )
        )

    def claim(self, worker: str, now: datetime, barred: Sequence[int] = ()) -> Claim | None:
        """Take the oldest due object of the tenant that has the fewest in work; None when nothing is due.

        `barred` are tenants that hold their share of the caller's hands already.
        """
        for tenant_id in self._tenants_due(now, barred):
            token = secrets.token_hex(16)
            row = self._session.scalar(self._take(tenant_id, worker, token, now))
            if row is not None:
                return self._claimed(row, token)
        return None

    def finish(self, claim: Claim, worked: Sequence[int], now: datetime) -> bool:
        """The hints are worked. False (and the caller must roll back) when the claim was lost meanwhile."""
        self._mark(worked, state="worked", worked_at=now, error=None)
        return self._let_go(claim, now)

    def fail(
        self, claim: Claim, hints: Sequence[int], error: str, now: datetime, blocked: bool = False
    ) -> bool:
        """These hints cannot be worked: dead, shown, replayable; the object is free for newer ones.

        `blocked` ones only wait for the account's access to be mended (`unblock`).
        """
        self._mark(hints, state="dead", worked_at=now, error=error, blocked=blocked)
        return self._let_go(claim, now)

    def unreadable(self, hints: Sequence[int], error: str, now: datetime) -> None:
        """These deliveries are authentic, and not what can be read: kept, shown, replayable; the object goes on."""
        self._mark(hints, state="unreadable", worked_at=now, error=error)

    def bodies(self, hints: Sequence[PendingHint]) -> list[tuple[str, bytes]]:
        """Topic and body of these deliveries, in the order in which they came."""
        query = select(DeliveryRow.topic, DeliveryRow.body).where(
            DeliveryRow.id.in_([hint.delivery_id for hint in hints])
        )
        rows = self._session.execute(query.order_by(DeliveryRow.id))
        return [(topic, body or b"") for topic, body in rows]

    def unblock(self, connection_id: int, now: datetime) -> int:
        """The account's access is mended: what waited for that is worked now; how many deliveries."""
        back = self._session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.connection_id == connection_id, DeliveryRow.blocked.is_(True))
            .values(state="pending", blocked=False, worked_at=None, error=None)
            .returning(DeliveryRow.tenant_id, DeliveryRow.resource)
        ).all()
        for tenant_id, resource in {(row.tenant_id, row.resource) for row in back}:
            self.make_due(tenant_id, connection_id, resource, now)
        return len(back)

    def postpone(self, claim: Claim, until: datetime, error: str, now: datetime) -> bool:
        """Try the object again at `until`; the hints stay pending and show why."""
        self._mark([hint.delivery_id for hint in claim.hints], error=error)
        return self._update(
            claim,
            due_at=until,
            error=error,
            failing_since=claim.failing_since or now,
            claim_token=None,
            claimed_by=None,
            claimed_until=None,
        )

    def release_of(self, workers: Sequence[str]) -> int:
        """Free what dead workers held; how many objects."""
        freed = self._session.execute(
            update(WorkRow)
            .where(WorkRow.claimed_by.in_(workers), WorkRow.claim_token.is_not(None))
            .values(claim_token=None, claimed_by=None, claimed_until=None)
            .returning(WorkRow.id)
        )
        return len(freed.all())

    def next_due(self) -> datetime | None:
        """When the earliest object may be taken: due, not held, its account not paused. None when none waits."""
        free = func.coalesce(WorkRow.claimed_until, WorkRow.due_at)
        paused = func.coalesce(ConnectionRow.paused_until, free)
        due = case((paused > free, paused), else_=free)
        earliest = select(type_coerce(func.min(due), Instant())).select_from(WorkRow)
        return self._session.scalar(earliest.join(ConnectionRow, ConnectionRow.id == WorkRow.connection_id))

    def _keep(self, arrival: Arrival) -> Receipt:
        values = _values(arrival)
        if arrival.event_id is None:
            return Receipt(
                self._session.scalars(insert(DeliveryRow).returning(DeliveryRow.id), values).one(), False
            )
        once = self._insert(DeliveryRow).values(values).on_conflict_do_nothing()
        new = self._session.scalar(once.returning(DeliveryRow.id))
        if new is not None:
            return Receipt(new, False)
        first = select(DeliveryRow.id).where(
            DeliveryRow.connection_id == arrival.connection_id, DeliveryRow.event_id == arrival.event_id
        )
        return Receipt(self._session.scalars(first).one(), True)

    def _tenants_due(self, now: datetime, barred: Sequence[int]) -> Sequence[int]:
        free = _free(now)
        paused = select(ConnectionRow.id).where(ConnectionRow.paused_until > now)
        due = (
            select(WorkRow.tenant_id, func.min(WorkRow.due_at).label("oldest"))
            .where(WorkRow.due_at <= now, free, WorkRow.tenant_id.not_in(barred))
            .where(WorkRow.connection_id.not_in(paused))
            .group_by(WorkRow.tenant_id)
            .subquery()
        )
        busy = (
            select(WorkRow.tenant_id, func.count().label("hands"))
            .where(WorkRow.claimed_until > now)
            .group_by(WorkRow.tenant_id)
            .subquery()
        )
        order = (func.coalesce(busy.c.hands, 0), due.c.oldest)
        return self._session.scalars(
            select(due.c.tenant_id).outerjoin(busy, busy.c.tenant_id == due.c.tenant_id).order_by(*order)
        ).all()

    def _take(self, tenant_id: int, worker: str, token: str, now: datetime) -> Any:
        paused = select(ConnectionRow.id).where(ConnectionRow.paused_until > now)
        oldest = (
            select(WorkRow.id)
            .where(WorkRow.tenant_id == tenant_id, WorkRow.due_at <= now, _free(now))
            .where(WorkRow.connection_id.not_in(paused))
            .order_by(WorkRow.due_at, WorkRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        taken = {"claim_token": token, "claimed_by": worker, "claimed_until": now + LEASE}
        return (
            update(WorkRow)
            .where(WorkRow.id.in_(oldest.scalar_subquery()))
            .values(**taken, attempts=WorkRow.attempts + 1)
            .returning(WorkRow)
        )

    def _claimed(self, row: WorkRow, token: str) -> Claim:
        pending = (
            select(DeliveryRow.id, DeliveryRow.source, DeliveryRow.topic)
            .where(DeliveryRow.connection_id == row.connection_id, DeliveryRow.resource == row.resource)
            .where(DeliveryRow.state == "pending")
            .order_by(DeliveryRow.id)
        )
        hints = tuple(PendingHint(*found) for found in self._session.execute(pending))
        return Claim(
            work_id=row.id,
            tenant_id=row.tenant_id,
            connection_id=row.connection_id,
            resource=row.resource,
            token=token,
            version=row.version,
            attempts=row.attempts,
            failing_since=row.failing_since,
            hints=hints,
        )

    def _let_go(self, claim: Claim, now: datetime) -> bool:
        """Take the object out of the queue, or leave it due when hints came while it was worked."""
        mine = (WorkRow.id == claim.work_id, WorkRow.claim_token == claim.token)
        done = delete(WorkRow).where(*mine, WorkRow.version == claim.version).returning(WorkRow.id)
        if self._session.scalar(done) is not None:
            return True
        return self._update(
            claim,
            due_at=now,
            attempts=0,
            error=None,
            failing_since=None,
            claim_token=None,
            claimed_by=None,
            claimed_until=None,
        )

    def _update(self, claim: Claim, **values: Any) -> bool:
        mine = (WorkRow.id == claim.work_id, WorkRow.claim_token == claim.token)
        changed = update(WorkRow).where(*mine).values(**values).returning(WorkRow.id)
        return self._session.scalar(changed) is not None

    def _mark(self, deliveries: Sequence[int], **values: Any) -> None:
        if deliveries:
            ours = DeliveryRow.id.in_(deliveries)
            self._session.execute(update(DeliveryRow).where(ours).values(**values))

    @property
    def _insert(self) -> Callable[[Any], Any]:
        lite = self._session.get_bind().dialect.name == "sqlite"
        return sqlite.insert if lite else postgresql.insert


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(WorkRow.claimed_until.is_(None), WorkRow.claimed_until <= now)


def _values(arrival: Arrival) -> dict[str, Any]:
    return {
        "tenant_id": arrival.tenant_id,
        "connection_id": arrival.connection_id,
        "source": arrival.source,
        "topic": arrival.topic,
        "event_id": arrival.event_id,
        "resource": arrival.resource,
        "state": arrival.state,
        "headers": dict(arrival.headers),
        "body": arrival.body,
        "received_at": arrival.received_at,
        "worked_at": arrival.received_at if arrival.state == "worked" else None,
        "error": arrival.error,
    }


def clock_hint(connection: Connection, topic: str, event_id: str, now: datetime) -> Arrival:
    """A hint of our own about a whole vendor account: what is due there now."""
    return Arrival(
        tenant_id=connection.tenant_id,
        connection_id=connection.id,
        source="clock",
        topic=topic,
        event_id=event_id,
        resource="account",
        state="pending",
        body=b"",
        headers={},
        received_at=now,
    )

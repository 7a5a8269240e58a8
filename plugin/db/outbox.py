"""The way out: effects wait here, are claimed one resource at a time, and end in a state that says what happened.

pending → sending → done; or replaced (a newer one for the same slot came first) · overtaken (the object changed
after our read: it is decided again) · dead (needs a change by somebody; the error says which) · unknown (class
`once`, and nobody knows whether it landed: a person decides) · shadow (decided, never sent) · held (runaway stop) ·
skipped (the object is gone) · withheld (a bot's words to somebody who shall meet none).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, insert, or_, select, type_coerce, update
from sqlalchemy.orm import Session, aliased

from plugin.db.tables import ConnectionRow, EffectRow
from plugin.db.types import Instant
from plugin.domain.effects import Effect, EffectClass

LEASE = timedelta(seconds=60)
"""Longer than the whole deadline of one write with its look-ups."""
SLOTS = 4
"""Calls under way at once per vendor account."""
RUNAWAY = 20
"""Decisions an hour that write to one object; more is a loop between us and somebody's trigger."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Effects of one resource in the hands of one worker. `look_first`: an earlier try may have landed."""

    tenant_id: int
    connection_id: int
    resource: str
    token: str
    ids: tuple[int, ...]
    effects: tuple[Effect, ...]
    effect_class: EffectClass
    stamp: str | None
    look_first: bool
    attempts: int
    failing_since: datetime | None


class Outbox:
    """The queue of effects over all tenants. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(
        self,
        tenant_id: int,
        connection_id: int,
        effects: Sequence[Effect],
        now: datetime,
        *,
        stamp: str | None = None,
        decision_id: int | None = None,
        live: bool = True,
        alone: bool = False,
    ) -> list[int]:
        """Queue effects (or keep them as `shadow`); a newer state replaces unsent older ones of its slot.

        `alone` is for what must not share the fate of others: a person's own word, which rests on no state.
        """
        if not effects:
            return []
        states = {one: self._state(connection_id, one, now, live) for one in {e.resource for e in effects}}
        if live:
            self._replace(connection_id, effects)
        common = {
            "tenant_id": tenant_id,
            "connection_id": connection_id,
            "decision_id": decision_id,
            "stamp": stamp,
            "alone": alone,
            "attempts": 0,
            "due_at": now,
            "created_at": now,
        }
        last = {(effect.resource, effect.slot): effect for effect in effects}
        rows = [
            _values(effect) | common | (states[effect.resource] if _counts(effect, last) else REPLACED)
            for effect in effects
        ]
        made = insert(EffectRow).returning(EffectRow.id, sort_by_parameter_order=True)
        return list(self._session.scalars(made, rows))

    def claim(self, worker: str, now: datetime, barred: Sequence[int] = ()) -> Batch | None:
        """Take the effects of one resource of the account that waits longest; None when nothing may go out.

        `barred` are tenants that hold their share of the caller's hands already.
        """
        for connection_id in self._accounts_due(now, barred):
            if not self._lock_account(connection_id) or self._sending(connection_id, now) >= SLOTS:
                continue
            first = self._session.scalar(self._oldest(connection_id, now))
            if first is not None:
                return self._take(first, worker, now)
        return None

    def finish(self, batch: Batch, state: str, now: datetime, **values: Any) -> bool:
        """End the batch in `state`; False (and the caller rolls back) when the claim was lost meanwhile."""
        return self._set(batch, state=state, done_at=now, **values)

    def postpone(self, batch: Batch, until: datetime, error: str, now: datetime, tried: bool) -> bool:
        """Try again at `until`. `tried` is kept once true: the outcome of an earlier try is not known."""
        return self._set(
            batch,
            state="pending",
            due_at=until,
            error=error,
            tried=tried or batch.look_first,
            failing_since=batch.failing_since or now,
        )

    def separate(self, batch: Batch, now: datetime, error: str) -> bool:
        """Send each of these by itself: refused together, some of them may be taken alone."""
        return self._set(batch, state="pending", alone=True, due_at=now, error=error, attempts=0)

    def recover(self, now: datetime, workers: Sequence[str] = ()) -> int:
        """Take back what dead workers were sending (or whose lease has ended): the outcome is unknown."""
        lost = (
            EffectRow.state == "sending",
            or_(EffectRow.claimed_until <= now, EffectRow.claimed_by.in_(workers)),
        )
        asks = EffectRow.effect_class == EffectClass.ONCE.value
        given_up = {"state": "unknown", "done_at": now, "error": UNKNOWN, **UNCLAIMED}
        again = {"state": "pending", "tried": True, "due_at": now, **UNCLAIMED}
        stuck = self._session.execute(update(EffectRow).where(*lost, asks).values(**given_up))
        back = self._session.execute(
            update(EffectRow).where(*lost, ~asks).values(**again).returning(EffectRow.id)
        )
        stuck.close()
        return len(back.all())

    def unblock(self, connection_id: int, now: datetime) -> int:
        """The account's access is mended: what waited for that goes out, after a look; how many effects."""
        back = update(EffectRow).where(EffectRow.connection_id == connection_id, EffectRow.blocked.is_(True))
        again = back.values(state="pending", blocked=False, tried=True, error=None, due_at=now, done_at=None)
        return len(self._session.execute(again.returning(EffectRow.id)).all())

    def next_due(self) -> datetime | None:
        """When the earliest waiting effect may go out; None when none waits."""
        paused = func.coalesce(ConnectionRow.paused_until, EffectRow.due_at)
        due = case((paused > EffectRow.due_at, paused), else_=EffectRow.due_at)
        earliest = select(type_coerce(func.min(due), Instant())).select_from(EffectRow)
        joined = earliest.join(ConnectionRow, ConnectionRow.id == EffectRow.connection_id)
        return self._session.scalar(joined.where(EffectRow.state == "pending"))

    def _state(self, connection_id: int, resource: str, now: datetime, live: bool) -> dict[str, str | None]:
        """The first state of effects on this object, and why where they do not go out."""
        if not live:
            return {"state": "shadow", "error": None}
        held = self._runs_away(connection_id, resource, now)
        return {"state": "held", "error": HELD} if held else {"state": "pending", "error": None}

    def _runs_away(self, connection_id: int, resource: str, now: datetime) -> bool:
        """Whether so many decisions have written to this object within an hour that it must be a loop."""
        decisions = func.count(func.coalesce(EffectRow.decision_id, -EffectRow.id).distinct())
        recent = (
            select(decisions)
            .select_from(EffectRow)
            .where(EffectRow.connection_id == connection_id, EffectRow.resource == resource)
            .where(EffectRow.created_at > now - timedelta(hours=1), EffectRow.state != "shadow")
        )
        return self._session.scalars(recent).one() >= RUNAWAY

    def _replace(self, connection_id: int, effects: Sequence[Effect]) -> None:
        """Unsent older values make place for these."""
        slots: dict[str, list[str]] = {}
        for effect in effects:
            if effect.effect_class is EffectClass.STATE:
                slots.setdefault(effect.resource, []).append(effect.slot)
        for resource, names in slots.items():
            self._session.execute(
                update(EffectRow)
                .where(EffectRow.connection_id == connection_id, EffectRow.resource == resource)
                .where(EffectRow.slot.in_(names), EffectRow.state == "pending")
                .values(state="replaced", error=None)
            )

    def _accounts_due(self, now: datetime, barred: Sequence[int]) -> Sequence[int]:
        due = (
            select(EffectRow.connection_id)
            .join(ConnectionRow, ConnectionRow.id == EffectRow.connection_id)
            .where(EffectRow.state == "pending", EffectRow.due_at <= now, EffectRow.tenant_id.not_in(barred))
            .where(or_(ConnectionRow.paused_until.is_(None), ConnectionRow.paused_until <= now))
            .group_by(EffectRow.connection_id)
            .order_by(func.min(EffectRow.due_at))
        )
        return self._session.scalars(due).all()

    def _lock_account(self, connection_id: int) -> bool:
        """One claimer at a time per account: two never take two effects of one resource."""
        row = select(ConnectionRow.id).where(ConnectionRow.id == connection_id)
        return self._session.scalar(row.with_for_update(skip_locked=True, of=ConnectionRow)) is not None

    def _sending(self, connection_id: int, now: datetime) -> int:
        under_way = select(func.count(EffectRow.claim_token.distinct())).where(
            EffectRow.connection_id == connection_id, EffectRow.state == "sending"
        )
        return self._session.scalars(under_way).one()

    def _oldest(self, connection_id: int, now: datetime) -> Any:
        other = aliased(EffectRow)
        same_object_under_way = (
            select(other.id)
            .where(other.connection_id == connection_id, other.resource == EffectRow.resource)
            .where(other.state == "sending")
            .exists()
        )
        return (
            select(EffectRow)
            .where(EffectRow.connection_id == connection_id, EffectRow.state == "pending")
            .where(EffectRow.due_at <= now, ~same_object_under_way)
            .order_by(EffectRow.due_at, EffectRow.id)
            .limit(1)
        )

    def _take(self, first: EffectRow, worker: str, now: datetime) -> Batch:
        """All that waits for the resource and may be repeated after a look is one write; the rest goes alone."""
        token = secrets.token_hex(16)
        rows = self._session.scalars(
            update(EffectRow)
            .where(*_together(first))
            .values(
                state="sending",
                claim_token=token,
                claimed_by=worker,
                claimed_until=now + LEASE,
                attempts=EffectRow.attempts + 1,
            )
            .returning(EffectRow)
        ).all()
        return _batch(sorted(rows, key=lambda row: row.id), token)

    def _set(self, batch: Batch, **values: Any) -> bool:
        mine = EffectRow.id.in_(batch.ids), EffectRow.claim_token == batch.token
        changed = update(EffectRow).where(*mine).values(**values, **UNCLAIMED).returning(EffectRow.id)
        return len(self._session.execute(changed).all()) == len(batch.ids)


HELD = (
    f"held: more than {RUNAWAY} writes to this object within an hour, probably a loop with a trigger of the "
    "helpdesk; look at its trace, mend the trigger, then retry the effect"
)
UNKNOWN = (
    "the connection broke while this was being sent, and it must not happen twice: look in the helpdesk "
    "whether it is there, then retry the effect if it is not"
)
REPLACED = {"state": "replaced", "error": None}
UNCLAIMED: dict[str, Any] = {"claim_token": None, "claimed_by": None, "claimed_until": None}


TOGETHER = (EffectClass.STATE.value, EffectClass.MARKED.value)


def _together(first: EffectRow) -> tuple[ColumnElement[bool], ...]:
    if first.effect_class not in TOGETHER or first.alone:
        return (EffectRow.id == first.id,)
    return (
        EffectRow.connection_id == first.connection_id,
        EffectRow.resource == first.resource,
        EffectRow.state == "pending",
        EffectRow.alone.is_(False),
        EffectRow.effect_class.in_(TOGETHER),
    )


def _class_of(rows: Sequence[EffectRow]) -> EffectClass:
    """The class of a batch: a note among values makes all of it wait for its mark."""
    classes = {row.effect_class for row in rows}
    return EffectClass.MARKED if EffectClass.MARKED.value in classes else EffectClass(rows[-1].effect_class)


def _batch(rows: Sequence[EffectRow], token: str) -> Batch:
    last = rows[-1]
    failing = [row.failing_since for row in rows if row.failing_since is not None]
    return Batch(
        tenant_id=last.tenant_id,
        connection_id=last.connection_id,
        resource=last.resource,
        token=token,
        ids=tuple(row.id for row in rows),
        effects=tuple(_effect(row) for row in rows),
        effect_class=_class_of(rows),
        stamp=last.stamp,
        look_first=any(row.tried for row in rows),
        attempts=max(row.attempts for row in rows),
        failing_since=min(failing, default=None),
    )


def _effect(row: EffectRow) -> Effect:
    return Effect(row.kind, row.resource, row.slot, EffectClass(row.effect_class), row.args)


def _counts(effect: Effect, last: Mapping[tuple[str, str], Effect]) -> bool:
    """Whether no later effect of the same decision holds the same slot."""
    return effect.effect_class is not EffectClass.STATE or last[effect.resource, effect.slot] is effect


def _values(effect: Effect) -> dict[str, Any]:
    return {
        "kind": effect.kind,
        "resource": effect.resource,
        "slot": effect.slot,
        "effect_class": effect.effect_class.value,
        "args": dict(effect.args),
    }

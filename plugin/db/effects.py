"""What went out, for people: list, show and retry the effects of one tenant."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from plugin.db.tables import EffectRow
from plugin.domain.effects import EffectClass

STATES = (
    "pending", "sending", "done", "dead", "unknown", "held", "withheld", "replaced", "overtaken", "shadow", "skipped",
)  # fmt: skip
RETRYABLE = frozenset({"dead", "unknown", "held", "withheld"})
"""A withheld one too: it is looked at once more who the customer is, and held back again where that has not changed."""
UNDER_WAY = frozenset({"pending", "sending"})
NOT_RETRYABLE = {
    "done": "it is done: there is nothing to retry",
    "replaced": "a newer write to the same place came first: retry that one if it failed",
    "overtaken": "the object changed meanwhile and was decided about again: retry what was decided then",
    "shadow": "it was decided in shadow mode and never meant to be sent: set `mode: live` to send what comes next",
    "skipped": "the object it would write to is gone",
}
NEWER = "a newer write to the same place exists (effect {newer}): sending this one now would undo it"


class NotRetryable(Exception):
    """This effect is not sent again; the message says why, and stands for itself."""


class Effects:
    """The effects of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def list(
        self, *, state: str | None = None, before: int | None = None, limit: int = 50
    ) -> Sequence[EffectRow]:
        """The newest effects, of one state where given, older than effect `before`."""
        query = self._rows()
        if state is not None:
            query = query.where(EffectRow.state == state)
        if before is not None:
            query = query.where(EffectRow.id < before)
        return self._session.scalars(query.order_by(EffectRow.id.desc()).limit(limit)).all()

    def show(self, effect_id: int) -> EffectRow | None:
        """One effect; None where this tenant has none of that number."""
        return self._session.scalar(self._rows().where(EffectRow.id == effect_id))

    def of_resource(self, connection_id: int, resource: str, limit: int = 50) -> Sequence[EffectRow]:
        """The newest effects on this object."""
        same = EffectRow.connection_id == connection_id, EffectRow.resource == resource
        return self._session.scalars(
            self._rows().where(*same).order_by(EffectRow.id.desc()).limit(limit)
        ).all()

    def retry(self, effect_id: int, now: datetime) -> EffectRow | None:
        """Send a dead, unknown, held or withheld effect again, after a look; None where there is none.

        Safe to repeat: one that is under way stays as it is. NotRetryable where sending would be wrong.
        """
        row = self._session.scalar(self._rows().where(EffectRow.id == effect_id).with_for_update())
        if row is None or row.state in UNDER_WAY:
            return row
        if row.state not in RETRYABLE:
            raise NotRetryable(NOT_RETRYABLE[row.state])
        self._refuse_if_overwritten(row)
        row.state, row.error, row.blocked = "pending", None, False
        row.due_at, row.done_at, row.failing_since = now, None, None
        row.attempts, row.tried = 0, row.effect_class != EffectClass.ONCE.value
        self._session.flush()
        return row

    def _refuse_if_overwritten(self, row: EffectRow) -> None:
        """A state that a newer effect has set, or will set, is not brought back."""
        if row.effect_class != EffectClass.STATE.value:
            return
        same_place = (
            EffectRow.connection_id == row.connection_id,
            EffectRow.resource == row.resource,
            EffectRow.slot == row.slot,
        )
        newer = select(EffectRow.id).where(EffectRow.tenant_id == self._tenant_id, *same_place)
        stands = newer.where(EffectRow.id > row.id, EffectRow.state.in_(("pending", "sending", "done")))
        found = self._session.scalar(stands.limit(1))
        if found is not None:
            raise NotRetryable(NEWER.format(newer=found))

    def _rows(self) -> Select[EffectRow]:
        return select(EffectRow).where(EffectRow.tenant_id == self._tenant_id)

"""How full the queues are, over all tenants: numbers only, read by the metrics page at every scrape."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, type_coerce
from sqlalchemy.orm import Session

from plugin.db.effects import STATES
from plugin.db.tables import DeliveryRow, EffectRow, WorkRow
from plugin.db.types import Instant

STOPPED = ("dead", "unreadable")


@dataclass(frozen=True, slots=True)
class Figures:
    """One look at the queues. The oldest are instants (seconds since 1970) when they fell due, None for none."""

    hints_waiting: int
    oldest_hint: float | None
    oldest_effect: float | None
    stopped: Mapping[str, int]
    effects: Mapping[str, int]


def figures(session: Session) -> Figures:
    """Look now; every query runs on an index."""
    waiting, first_hint = session.execute(
        select(func.count(), type_coerce(func.min(WorkRow.due_at), Instant()))
    ).one()
    oldest_effect = select(type_coerce(func.min(EffectRow.due_at), Instant())).where(
        EffectRow.state == "pending"
    )
    first_effect = session.scalar(oldest_effect)
    return Figures(
        hints_waiting=waiting,
        oldest_hint=None if first_hint is None else first_hint.timestamp(),
        oldest_effect=None if first_effect is None else first_effect.timestamp(),
        stopped={state: _number(session, state) for state in STOPPED},
        effects=dict.fromkeys(STATES, 0) | _effects(session),
    )


def _number(session: Session, state: str) -> int:
    return session.scalars(
        select(func.count()).select_from(DeliveryRow).where(DeliveryRow.state == state)
    ).one()


def _effects(session: Session) -> dict[str, int]:
    counted = session.execute(select(EffectRow.state, func.count()).group_by(EffectRow.state))
    return dict(counted.all())

"""What is forgotten, and when."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from plugin.db.tables import BudgetRow, DeliveryRow


def forget_bodies(session: Session, tenant_id: int, connection_id: int, before: datetime) -> int:
    """Drop raw body and headers of this connection's deliveries worked before the instant; how many.

    The row stays: its event id is the guard against a replay of an old, authentic webhook.
    """
    old = (
        update(DeliveryRow)
        .where(DeliveryRow.tenant_id == tenant_id, DeliveryRow.connection_id == connection_id)
        .where(DeliveryRow.state == "worked", DeliveryRow.worked_at < before, DeliveryRow.body.is_not(None))
        .values(body=None, headers={})
        .returning(DeliveryRow.id)
    )
    return len(session.execute(old).all())


def forget_budgets(session: Session, connection_id: int, before: datetime) -> int:
    """Drop call budgets of this connection that nobody has asked for since `before` (one per ticket adds up)."""
    old = BudgetRow.connection_id == connection_id, BudgetRow.latest < before.timestamp()
    return len(session.execute(delete(BudgetRow).where(*old).returning(BudgetRow.name)).all())

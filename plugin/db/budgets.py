"""Call budgets of vendor accounts, shared by all workers: never more than N calls in any window of W seconds.

An exact sliding window: the row keeps the instants of the last N calls. A leaky bucket (GCRA) would be one
number, but lets through up to 2 N in one window after a quiet spell, which vendors answer with 429.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from plugin.db.engine import Database
from plugin.db.tables import BudgetRow
from plugin.domain.budget import take
from plugin.ports import Budget


class Budgets:
    """Takes calls out of budgets, each in a short transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, connection_id: int, budget: Budget, now: datetime) -> float:
        """0.0 when a call was taken, else the seconds until one may be."""
        with self._database.write() as session:
            row = self._row(session, connection_id, budget.name)
            row.calls, wait = take(row.calls, budget.number, budget.seconds, now.timestamp())
            row.latest = now.timestamp()
        return wait

    def _row(self, session: Session, connection_id: int, name: str) -> BudgetRow:
        """The budget's row, locked; made where it is the first call."""
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        new = insert(BudgetRow).values(connection_id=connection_id, name=name, calls=[], latest=0.0)
        session.execute(new.on_conflict_do_nothing())
        row = select(BudgetRow).where(BudgetRow.connection_id == connection_id, BudgetRow.name == name)
        return session.scalars(row.with_for_update()).one()

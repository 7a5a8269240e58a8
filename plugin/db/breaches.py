"""Messages of bots to customers who shall meet none: seen, kept, counted; one tenant's at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugin.db.customer_tables import BreachRow
from plugin.db.storable import storable_key
from plugin.db.tables import TicketRow
from plugin.db.upserts import upsert

By = Literal["ours", "host"]


class Breaches:
    """The breaches of one tenant: ours, and those of the helpdesk's own bots and rules."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def add(self, ticket_key: int, by: By, messages: Iterable[str], tier: str | None, now: datetime) -> None:
        """Keep each message once."""
        for message in messages:
            row = upsert(self._session, BreachRow).values(
                tenant_id=self._tenant_id,
                ticket_key=ticket_key,
                by=by,
                message=storable_key(message, 100),
                tier=tier,
                found_at=now,
            )
            self._session.execute(row.on_conflict_do_nothing())

    def counts(self) -> Mapping[str, int]:
        """How many there are of each side; both are named, also where there is none."""
        query = select(BreachRow.by, func.count()).where(BreachRow.tenant_id == self._tenant_id)
        counts = {"ours": 0, "host": 0}
        for by, count in self._session.execute(query.group_by(BreachRow.by)):
            counts[by] = count
        return counts

    def latest(self, limit: int, before: int | None = None) -> Sequence[tuple[BreachRow, TicketRow]]:
        """The newest, each with its ticket; or the next ones before this number."""
        query = (
            select(BreachRow, TicketRow)
            .join(TicketRow, TicketRow.id == BreachRow.ticket_key)
            .where(BreachRow.tenant_id == self._tenant_id)
        )
        if before is not None:
            query = query.where(BreachRow.id < before)
        rows = self._session.execute(query.order_by(BreachRow.id.desc()).limit(limit))
        return [(breach, ticket) for breach, ticket in rows]

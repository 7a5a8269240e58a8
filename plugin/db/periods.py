"""The closed months of one tenant: each is kept with its statement as it was then, and takes no entry any more.

Who posts holds the books open until its transaction ends, and who closes waits for that (and the other way round), so
that no entry slips into a month whose statement is being kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from plugin.db.audit import Audit
from plugin.db.ledger_tables import PeriodRow
from plugin.db.storable import storable
from plugin.db.tables import TenantRow
from plugin.domain.periods import day_of, period_of

CLOSED = "month_closed"
"""What the audit log calls it."""


class NotClosable(Exception):
    """The month cannot be closed; the message says why, and stands for itself."""


class NotEnded(NotClosable):
    """The month is not over yet where the tenant is."""

    def __init__(self, period: str, zone: str) -> None:
        super().__init__(f"{period} is not over yet in {zone}: close it when the next month has begun there")


class AlreadyClosed(NotClosable):
    """Somebody has closed it before; the message says who and when."""

    def __init__(self, period: str, by: str, at: datetime) -> None:
        super().__init__(
            f"{period} was closed already by {by} at {at:%Y-%m-%d %H:%M} UTC: its statement stands as it was then"
        )
        self.by = by
        self.at = at


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A month that is closed: by whom, when, and its statement as it was then."""

    period: str
    by: str
    at: datetime
    document: Mapping[str, Any]


class Periods:
    """The closed months of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def closed(self) -> frozenset[str]:
        """The months that are closed, for who only looks."""
        query = select(PeriodRow.period).where(PeriodRow.tenant_id == self._tenant_id)
        return frozenset(self._session.scalars(query))

    def closed_for_posting(self) -> frozenset[str]:
        """The months that are closed, and none more until the caller's transaction has ended."""
        self.hold()
        return self.closed()

    def hold(self) -> None:
        """Let nobody close a month before the caller's transaction has ended; others may hold the books as well."""
        self._session.scalars(self._tenant().with_for_update(read=True)).one()

    def find(self, period: str) -> ClosedMonth | None:
        """The closed month with its statement; None while it is open."""
        row = self._session.scalar(self._rows().where(PeriodRow.period == period))
        return None if row is None else _closed(row)

    def all(self) -> list[ClosedMonth]:
        """Every closed month, the latest first."""
        return [_closed(row) for row in self._session.scalars(self._rows().order_by(PeriodRow.period.desc()))]

    def close(
        self, period: str, zone: str, by: str, statement: Callable[[], Mapping[str, Any]], now: datetime
    ) -> ClosedMonth:
        """Close a month that has ended in the tenant's zone, for good. NotClosable says why it cannot be.

        `statement` is asked for the document once nobody posts any more: it holds all that was posted before.
        """
        if period >= period_of(day_of(now, zone)):
            raise NotEnded(period, zone)
        self._session.scalars(self._tenant().with_for_update(key_share=True)).one()
        before = self.find(period)
        if before is not None:
            raise AlreadyClosed(period, before.by, before.at)
        month = ClosedMonth(period, storable(by, 320), now, statement())
        self._keep(month)
        return month

    def _keep(self, month: ClosedMonth) -> None:
        row = PeriodRow(
            tenant_id=self._tenant_id, period=month.period, closed_by=month.by, closed_at=month.at
        )
        row.document = dict(month.document)
        self._session.add(row)
        self._session.flush()
        audit = Audit(self._session, self._tenant_id)
        details = {"month": month.period}
        audit.add(None, None, month.by, CLOSED, f"{CLOSED}:{month.period}", details, month.at)

    def _rows(self) -> Select[PeriodRow]:
        return select(PeriodRow).where(PeriodRow.tenant_id == self._tenant_id)

    def _tenant(self) -> Select[int]:
        """The row that is locked: shared by who posts, alone by who closes; neither keeps webhooks out."""
        return select(TenantRow.id).where(TenantRow.id == self._tenant_id)


def _closed(row: PeriodRow) -> ClosedMonth:
    return ClosedMonth(row.period, row.closed_by, row.closed_at, row.document)
